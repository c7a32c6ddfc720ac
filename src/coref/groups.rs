//! Groups with members: "the two leaders", "both countries", "the two sides".

use super::Resolver;
use crate::doc::{Dep, Form, Mention};
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
        let members = match (count == 2).then(|| self.called_so(t)).flatten() {
            Some(pair) => pair,
            None => self.recent(t, count, kind),
        };
        // "Norway and Cuba called on both sides": nobody calls on himself.
        let beside = self.beside(t);
        if members.len() != count || members.iter().any(|m| beside.contains(m)) {
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

    /// "the two allies", if the text has said who is whose ally: "the Philippines, its ally".
    fn called_so(&mut self, t: usize) -> Option<Vec<usize>> {
        let lemma = self.lower(t);
        let is_relation = matches!(&*lemma, "ally" | "foe" | "neighbor" | "neighbour" | "partner" | "rival");
        let before = (0..t).rev().filter(|&i| is_relation && !self.doc.is_plural(i) && self.lower(i) == lemma);
        let said: Vec<[usize; 2]> =
            before.filter_map(|i| Some([self.doc.child(i, Dep::Poss)?, self.said_of(i)?])).collect();
        said.into_iter().find_map(|pair| {
            let [owner, bearer] = pair.map(|i| Some(self.chains.headed_by(i)?.entity));
            let pair = [self.member(owner?, Members::Countries)?, self.member(bearer?, Members::Countries)?];
            (pair[0] != pair[1]).then(|| pair.to_vec())
        })
    }

    /// The word that a noun is said of: beside it, or as the subject of "be".
    fn said_of(&self, noun: usize) -> Option<usize> {
        let head = self.doc.head(noun);
        match self.doc.dep(noun) {
            Dep::Appos => Some(head),
            Dep::Attr => self.doc.child(head, Dep::Nsubj),
            _ => self.doc.child(noun, Dep::Appos),
        }
    }

    /// The entities of a kind that stand nearest before a token: in its own sentence if that has enough, else with the
    /// sentences before it, one by one.
    fn recent(&mut self, t: usize, count: usize, kind: Members) -> Vec<usize> {
        let sentence = self.doc.token(t).sentence;
        for back in 0..=super::REACH.min(sentence) {
            let first = sentence - back;
            let found = self.members_since(first, t, kind, false);
            if found.len() == count {
                return found;
            }
            // "forces from Mali … on Nigerien territory": in one sentence the adjective counts as well.
            if back == 0 && !found.is_empty() && kind == Members::Countries {
                let with_adjectives = self.members_since(first, t, kind, true);
                if with_adjectives.len() == count {
                    return with_adjectives;
                }
            }
            if found.len() > count {
                // More than the group has: the nearest are as likely wrong as right.
                return if kind == Members::Countries && back > 0 { found[..count].to_vec() } else { Vec::new() };
            }
        }
        Vec::new()
    }

    /// All that may be members between a sentence and a token, nearest first.
    fn members_since(&mut self, first: usize, t: usize, kind: Members, with_adjectives: bool) -> Vec<usize> {
        let counts =
            |m: &&Mention| self.doc.token(m.head).sentence >= first && (with_adjectives || m.form != Form::Demonym);
        let near: Vec<usize> = self.before(t).filter(counts).map(|m| m.entity).collect();
        let mut found: Vec<usize> = Vec::new();
        for entity in near {
            if let Some(member) = self.member(entity, kind).filter(|m| !found.contains(m)) {
                found.push(member);
            }
        }
        found
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
