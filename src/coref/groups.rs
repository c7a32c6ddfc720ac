//! Groups with members: "the two leaders", "both countries", "the two sides".

use super::Resolver;
use crate::doc::{Dep, Form};
use crate::link::{Entity, EntityType};

/// What a group consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Members {
    People,
    Countries,
    Either,
}

/// Numbers that announce a group, in words as the text has them.
const NUMBERS: [(&str, usize); 6] = [("two", 2), ("both", 2), ("2", 2), ("three", 3), ("3", 3), ("four", 4)];

impl Resolver<'_> {
    /// Gives a group noun its mention, when the text tells its members.
    pub(super) fn group(&mut self, t: usize) -> bool {
        let Some((count, kind)) = self.group_of(t) else { return false };
        let members = self.recent(t, count, kind);
        if members.len() != count {
            return false;
        }
        // "both foreign ministers" are none of those who have other offices.
        let office = self.role_words(t);
        if kind == Members::People && !members.iter().all(|&m| self.may_hold(m, &office)) {
            return false;
        }
        let entity = self.group_entity(members);
        self.add(entity, self.noun_phrase(t), t, Form::Group, 0.8);
        true
    }

    /// "bilateral ties" are those of the two countries that the text speaks of; the adjective gets the mention.
    pub(super) fn group_adjective(&mut self, t: usize) -> bool {
        let words = self.gazetteer.words();
        let lemma = self.lower(t);
        let sizes = [("two_sided", 2), ("three_sided", 3)];
        let Some((_, count)) = sizes.into_iter().find(|(list, _)| words.is(list, &lemma)) else { return false };
        let members = self.recent(t, count, Members::Countries);
        if members.len() != count {
            return false;
        }
        let entity = self.group_entity(members);
        self.add(entity, t..t + 1, t, Form::Group, 0.7);
        true
    }

    /// The one entity of our own for these members.
    pub(super) fn group_entity(&mut self, mut members: Vec<usize>) -> usize {
        members.sort_unstable();
        if let Some(known) = self.chains.entities.iter().position(|e| e.members == members) {
            return known;
        }
        let names: Vec<&str> = members.iter().map(|&m| self.entity(m).label.as_str()).collect();
        let label = names.join(" and ");
        self.new_entity(Entity { kind: EntityType::Group, label, members, confidence: 1.0, ..Entity::default() })
    }

    fn group_of(&self, t: usize) -> Option<(usize, Members)> {
        if !self.doc.is_plural(t) {
            return None;
        }
        let numbers = self
            .doc
            .children(t)
            .filter(|&c| c < t && matches!(self.doc.dep(c), Dep::Nummod | Dep::Det | Dep::Predet | Dep::Amod));
        let count = numbers.filter_map(|c| NUMBERS.iter().find(|(w, _)| *w == self.lower(c))).map(|n| n.1).next()?;
        // "two countries" without an article are new ones; "both" needs none.
        let definite = self.doc.children(t).any(|c| matches!(&*self.lower(c), "the" | "both" | "these" | "those"));
        let words = self.gazetteer.words();
        let kind = match &*self.lower(t) {
            "country" | "nation" | "state" | "neighbour" | "neighbor" | "power" | "ally" | "government" | "capital" => {
                Members::Countries
            }
            "side" | "party" | "rival" | "partner" | "foe" => Members::Either,
            "man" | "woman" | "counterpart" => Members::People,
            lemma if words.roles(lemma).iter().any(|r| r.leader || r.title) => Members::People,
            _ => return None,
        };
        definite.then_some((count, kind))
    }

    /// The entities of a kind that stand nearest before a token: in its own sentence if that has enough, else with the
    /// sentences before it, one by one.
    fn recent(&mut self, t: usize, count: usize, kind: Members) -> Vec<usize> {
        let sentence = self.doc.token(t).sentence;
        for back in 0..=super::REACH.min(sentence) {
            let first = sentence - back;
            let near: Vec<usize> = self
                .before(t)
                .filter(|m| self.doc.token(m.head).sentence >= first && m.form != Form::Demonym)
                .map(|m| m.entity)
                .collect();
            let mut found: Vec<usize> = Vec::new();
            for entity in near {
                if let Some(member) = self.member(entity, kind).filter(|m| !found.contains(m)) {
                    found.push(member);
                }
            }
            if found.len() == count {
                return found;
            }
            if found.len() > count {
                // More than the group has: the nearest are as likely wrong as right.
                return if kind == Members::Countries && back > 0 { found[..count].to_vec() } else { Vec::new() };
            }
        }
        Vec::new()
    }

    fn member(&mut self, entity: usize, kind: Members) -> Option<usize> {
        let e = self.entity(entity);
        match (kind, e.kind) {
            (Members::People, EntityType::Person) => Some(entity),
            (Members::Countries | Members::Either, EntityType::Country) => e.country.is_some().then_some(entity),
            (Members::Countries | Members::Either, EntityType::Government) => {
                let code = e.country.clone()?;
                self.country(&code)
            }
            _ => None,
        }
    }
}
