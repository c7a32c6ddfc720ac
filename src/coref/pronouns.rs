//! Pronouns of the third person: he, she, it, they, and their other forms.

use super::Resolver;
use crate::doc::{Dep, Form, Mention, Tag};
use crate::link::{EntityType, Gender};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Person(Gender),
    Thing,
    Many,
}

impl Resolver<'_> {
    /// Gives a pronoun its mention, when something before it fits.
    pub(super) fn pronoun(&mut self, t: usize) {
        let Some(sort) = sort_of(&self.doc.word(t).to_lowercase()) else { return };
        let entity = match sort {
            Sort::Person(gender) => self.person(t, gender),
            Sort::Thing => self.thing(t),
            Sort::Many => self.many(t),
        };
        if let Some(entity) = entity {
            self.add(entity, t..t + 1, t, Form::Pronoun, 0.7);
        }
    }

    /// The best of the persons before: near, subject rather than object, of a fitting gender.
    fn person(&self, t: usize, gender: Gender) -> Option<usize> {
        if let Some(owner) = self.owner_in_list(t, gender) {
            return Some(owner);
        }
        let beside = self.beside(t);
        let candidates = self.before(t).filter(|m| {
            self.entity(m.entity).kind == EntityType::Person
                && self.gender(m.entity).is_none_or(|g| g == gender)
                && !beside.contains(&m.entity)
        });
        self.best(t, candidates)
    }

    /// "President Hill, his wife and his cousin": whose they are begins the list.
    fn owner_in_list(&self, t: usize, gender: Gender) -> Option<usize> {
        let noun = self.doc.head(t);
        let top = self.first_conjunct(noun);
        // The parser may take the second of the list for what explains the first.
        let is_list = self.doc.child(top, Dep::Conj).is_some();
        let first = if self.doc.dep(top) == Dep::Appos && is_list { self.doc.head(top) } else { top };
        if self.doc.dep(t) != Dep::Poss || first == noun {
            return None;
        }
        let first = self.chains.headed_by(first)?.entity;
        let fits = self.entity(first).kind == EntityType::Person && self.gender(first).is_none_or(|g| g == gender);
        fits.then_some(first)
    }

    /// The first of those that "and" or "or" joins.
    fn first_conjunct(&self, t: usize) -> usize {
        let joined = |&n: &usize| (self.doc.dep(n) == Dep::Conj).then(|| self.doc.head(n));
        std::iter::successors(Some(t), joined).last().unwrap_or(t)
    }

    fn best<'m>(&'m self, t: usize, candidates: impl Iterator<Item = &'m Mention>) -> Option<usize> {
        let sentence = self.doc.token(t).sentence;
        let mut scores: Vec<(usize, f32)> = Vec::new();
        for (rank, mention) in candidates.enumerate() {
            let distance = (sentence - self.doc.token(mention.head).sentence) as f32;
            let acting = if self.acts_round(mention.head, t) { 2.0 } else { 0.0 };
            let score = self.salience(mention).max(acting) - 1.2 * distance - 0.15 * rank as f32;
            match scores.iter_mut().find(|s| s.0 == mention.entity) {
                // Named again: each further mention adds a little.
                Some(known) => known.1 = known.1.max(score) + 0.1,
                None => scores.push((mention.entity, score)),
            }
        }
        scores.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)).map(|s| s.0)
    }

    /// "Washington, which warned that it is obligated": whether a token stands in a clause behind a name that acts in it.
    fn acts_round(&self, name: usize, t: usize) -> bool {
        let clause = self.doc.clause_acted_in(name);
        clause.is_some_and(|verb| self.doc.head(t) != verb && self.doc.subtree(verb).contains(&t))
    }

    fn salience(&self, mention: &Mention) -> f32 {
        match self.doc.dep(mention.head) {
            Dep::Nsubj if self.doc.dep(self.doc.head(mention.head)) == Dep::Root => 2.3,
            Dep::Nsubj => 2.0,
            Dep::Nsubjpass => 1.7,
            Dep::Dobj | Dep::Dative => 0.9,
            Dep::Conj => 1.0,
            // "The mission's mandate expires"
            Dep::Poss if matches!(self.doc.dep(self.doc.head(mention.head)), Dep::Nsubj | Dep::Nsubjpass) => 1.4,
            Dep::Poss => 0.7,
            Dep::Pobj => 0.5,
            _ => 0.3,
        }
    }

    /// Whom a pronoun cannot stand for, by whatever name they were called before: "Putin thanked him".
    pub(super) fn beside(&self, t: usize) -> Vec<usize> {
        let sentence = self.doc.token(t).sentence;
        let here = self.before(t).take_while(|m| self.doc.token(m.head).sentence == sentence);
        here.filter(|m| self.is_argument_beside(m, t) || self.decides_fate(m, t)).map(|m| m.entity).collect()
    }

    /// "The king commuted his sentence": whoever decides somebody's fate decides another's.
    fn decides_fate(&self, mention: &Mention, pronoun: usize) -> bool {
        let words = self.gazetteer.words();
        let noun = self.doc.head(pronoun);
        let verb = self.doc.head(noun);
        self.doc.dep(pronoun) == Dep::Poss
            && self.doc.dep(noun) == Dep::Dobj
            && words.is("fate_word", &self.lower(noun))
            && words.is("fate_verb", &self.lower(verb))
            && self.doc.dep(mention.head) == Dep::Nsubj
            && self.doc.head(mention.head) == verb
    }

    /// Whether a mention and a pronoun are subject and object of one verb, and so cannot be the same.
    fn is_argument_beside(&self, mention: &Mention, pronoun: usize) -> bool {
        let plain = matches!(self.doc.dep(pronoun), Dep::Dobj | Dep::Dative | Dep::Nsubj | Dep::Nsubjpass);
        let prepositional = self.doc.dep(pronoun) == Dep::Pobj;
        let reflexive = self.doc.word(pronoun).to_lowercase().contains("sel");
        let verb = self.doc.head(pronoun);
        let verb = if prepositional { self.doc.head(verb) } else { verb };
        if !(plain || prepositional) || reflexive {
            return false;
        }
        // "Serbia and China do not recognise it": neither of them.
        self.doc.head(self.first_conjunct(mention.head)) == verb
            || self.understood_subject(verb) == Some(mention.entity)
    }

    /// Whose act a verb without a subject is, when it hangs in the clause of another: "hope of meeting him".
    fn understood_subject(&self, verb: usize) -> Option<usize> {
        if self.doc.has_subject(verb) {
            return None;
        }
        let above = self.doc.ancestors(verb).find_map(|a| self.doc.child(a, Dep::Nsubj));
        self.chains.headed_by(above?).map(|m| m.entity)
    }

    /// "it": what was last spoken of as acting, a body or a country; after a report, who reported.
    fn thing(&self, t: usize) -> Option<usize> {
        if self.is_expletive(t) || self.takes_up_thing(t) {
            return None;
        }
        let beside = self.beside(t);
        let words = self.gazetteer.words();
        let speaks = self.doc.dep(t) == Dep::Nsubj && words.is("speech_verb", &self.lower(self.doc.head(t)));
        let acts = |m: &&Mention| {
            use EntityType as E;
            let kind = self.entity(m.entity).kind;
            // "The force will number 2,500. Its deployment was delayed"
            let one_group = || kind == E::Group && self.doc.token(m.head).tag == Tag::Nn && m.form == Form::Nominal;
            (matches!(kind, E::Country | E::Government | E::Organization | E::NewsAgency) || one_group())
                && m.form != Form::Demonym
                && !beside.contains(&m.entity)
        };
        if speaks {
            let spoke = |m: &&Mention| {
                let verb = self.doc.head(m.head);
                matches!(self.doc.dep(m.head), Dep::Nsubj | Dep::Pobj | Dep::Appos)
                    && (words.is("speech_verb", &self.lower(verb))
                        || self.entity(m.entity).kind == EntityType::NewsAgency)
            };
            if let Some(mention) = self.before(t).filter(acts).find(spoke) {
                return Some(mention.entity);
            }
        }
        let near = self.doc.token(t).sentence.saturating_sub(1);
        self.best(t, self.before(t).filter(acts).filter(|m| self.doc.token(m.head).sentence >= near))
    }

    /// "fell on a warehouse and set it ablaze": what the verb before was done to, which acts in nothing and has no chain.
    fn takes_up_thing(&self, t: usize) -> bool {
        if self.doc.dep(t) != Dep::Dobj {
            return false;
        }
        let verb = self.doc.head(t);
        // "blamed the army, which denied it": that, and nobody.
        if self.gazetteer.words().is("denying_verb", &self.lower(verb)) {
            return true;
        }
        if self.doc.dep(verb) != Dep::Conj || self.doc.has_subject(verb) {
            return false;
        }
        let before = self.doc.head(verb);
        let is_thing = |n: usize| self.doc.token(n).tag == Tag::Nn && self.chains.headed_by(n).is_none();
        let below = |c: usize| match self.doc.dep(c) {
            Dep::Dobj => Some(c),
            Dep::Prep => self.doc.child(c, Dep::Pobj),
            _ => None,
        };
        self.doc.children(before).filter(|&c| c > before && c < verb).filter_map(below).any(is_thing)
    }

    /// "it is clear that", "it rained".
    fn is_expletive(&self, t: usize) -> bool {
        let verb = self.doc.head(t);
        self.doc.dep(t) == Dep::Expl
            || (self.doc.dep(t) == Dep::Nsubj
                && self.doc.lemma(verb) == "be"
                && self.doc.children(verb).any(|c| matches!(self.doc.dep(c), Dep::Ccomp | Dep::Xcomp | Dep::Advcl)))
    }

    /// "they": a group, or people named together as a subject.
    fn many(&mut self, t: usize) -> Option<usize> {
        let near = self.doc.token(t).sentence.saturating_sub(1);
        let plural = |m: &&Mention| {
            let is_group = self.entity(m.entity).kind == EntityType::Group;
            is_group && !self.is_argument_beside(m, t) && self.doc.token(m.head).sentence >= near
        };
        let chosen = self.best(t, self.before(t).filter(plural));
        let group = self.before(t).filter(plural).find(|m| Some(m.entity) == chosen).map(|m| (m.entity, m.head));
        let joined = self.joined_subject(t, near);
        match (group, joined) {
            (Some((entity, head)), Some((_, at))) if head > at => Some(entity),
            (_, Some((members, _))) => Some(self.group_entity(members)),
            (Some((entity, _)), None) => Some(entity),
            (None, None) => self.pair_of_people(t, near),
        }
    }

    /// The only two persons of the sentences before.
    fn pair_of_people(&mut self, t: usize, first: usize) -> Option<usize> {
        let mut people: Vec<usize> = Vec::new();
        for mention in self.before(t).filter(|m| self.doc.token(m.head).sentence >= first) {
            if self.entity(mention.entity).kind == EntityType::Person && !people.contains(&mention.entity) {
                people.push(mention.entity);
            }
        }
        (people.len() == 2).then(|| self.group_entity(people))
    }

    /// "Kim and Xi" as the subject of a clause before: its members, and where it stands.
    fn joined_subject(&self, t: usize, first: usize) -> Option<(Vec<usize>, usize)> {
        for mention in self.before(t).filter(|m| self.doc.token(m.head).sentence >= first) {
            if !matches!(self.doc.dep(mention.head), Dep::Nsubj | Dep::Nsubjpass) {
                continue;
            }
            let mut members = vec![mention.entity];
            let mut at = mention.head;
            while let Some(next) = self.doc.child(at, Dep::Conj) {
                members.extend(self.chains.headed_by(next).map(|m| m.entity));
                at = next;
            }
            members.dedup();
            if members.len() > 1 && at < t {
                return Some((members, mention.head));
            }
        }
        None
    }
}

fn sort_of(word: &str) -> Option<Sort> {
    Some(match word {
        "he" | "him" | "his" | "himself" => Sort::Person(Gender::Male),
        "she" | "her" | "hers" | "herself" => Sort::Person(Gender::Female),
        "it" | "its" | "itself" => Sort::Thing,
        "they" | "them" | "their" | "theirs" | "themselves" => Sort::Many,
        _ => return None,
    })
}
