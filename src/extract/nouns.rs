//! Of whom a noun or adjective is said: "president" of Macron in "Macron is the president", "President Macron", "Macron,
//! president of France", "elected Macron president", "France's president, Macron" and "the president is Macron".

use super::grammar::{Filler, Grammar};
use crate::doc::{Dep, NameType, Pos};

impl Grammar<'_> {
    /// Those whom a noun, or an adjective before or after a noun, describes. Empty for a noun that stands for itself alone.
    pub(super) fn bearers(&self, t: usize) -> Vec<Filler> {
        let doc = self.doc;
        if self.is_noun(t) && !self.stands_before(t) {
            return self.noun_bearers(t);
        }
        if self.is_noun(t) && !self.own_names(t).is_empty() {
            return self.own_names(t);
        }
        match doc.dep(t) {
            Dep::Amod | Dep::Compound | Dep::Nmod | Dep::Poss | Dep::Nummod | Dep::Npadvmod | Dep::Nsubj => {
                self.described(doc.head(t))
            }
            Dep::Conj if matches!(doc.dep(doc.head(t)), Dep::Amod | Dep::Compound | Dep::Nmod) => {
                self.described(doc.head(doc.head(t)))
            }
            Dep::Acomp | Dep::Attr | Dep::Oprd => self.surface_subjects(doc.head(t), 0),
            _ => Vec::new(),
        }
    }

    /// A modified noun itself where it is a name, else those that it is said of. In "Russian President Putin and Pashinyan" what
    /// stands before the first name says nothing of the second.
    fn described(&self, noun: usize) -> Vec<Filler> {
        if self.is_name(noun) { vec![Filler::stated(noun)] } else { self.noun_bearers(noun) }
    }

    /// Whether a noun is a title or another word before its noun.
    fn stands_before(&self, t: usize) -> bool {
        matches!(self.doc.dep(t), Dep::Amod | Dep::Compound | Dep::Nmod) && self.doc.head(t) > t
    }

    fn noun_bearers(&self, noun: usize) -> Vec<Filler> {
        let named = self.own_names(noun);
        if !named.is_empty() {
            return named;
        }
        let described = self.described_by_clause(self.first_role(noun));
        if described.is_empty() { self.names_behind(noun) } else { described }
    }

    /// Of whom the clause round a noun says it: "she is a founder", "she is one of the founders".
    fn described_by_clause(&self, top: usize) -> Vec<Filler> {
        let doc = self.doc;
        let head = doc.head(top);
        match doc.dep(top) {
            Dep::Attr | Dep::Oprd | Dep::Acomp if self.is_verb(head) => self.objects_or_subjects(head),
            Dep::Dobj if doc.lemma(head) == "become" => self.surface_subjects(head, 0),
            Dep::Appos => self.apposed_to(head),
            Dep::Nsubj | Dep::Nsubjpass if self.second_subject(head, top).is_some() => {
                self.second_subject(head, top).into_iter().collect()
            }
            Dep::Pobj if doc.lemma(head) == "as" => self.bearers_through_as(head),
            Dep::Pobj if doc.lemma(head) == "of" => match doc.head(head) {
                one if doc.lemma(one) == "one" => self.described_by_clause(one),
                post => self.bearers_of_post(post),
            },
            Dep::Pobj if doc.lemma(head) == "among" && doc.lemma(doc.head(head)) == "be" => {
                self.surface_subjects(doc.head(head), 0)
            }
            Dep::Pobj if doc.lemma(head) == "to" && self.words.is("appointing_verbs", doc.lemma(doc.head(head))) => {
                self.objects_or_subjects(doc.head(head))
            }
            Dep::Nsubj if doc.lemma(head) == "be" => self.named_predicate(head),
            Dep::Compound | Dep::Nmod | Dep::Amod if head > top => self.described(head),
            _ => Vec::new(),
        }
    }

    /// "met his wife Mary", "his wife, Mary", "her sons John and Paul": the name right behind the noun, or those in apposition to
    /// it. One title has one bearer: "President Trump and Moon".
    fn own_names(&self, noun: usize) -> Vec<Filler> {
        let behind = self.doc.name_at(noun + 1).filter(|n| n.kind == NameType::Person && n.tokens.start == noun + 1);
        if let Some(name) = behind.filter(|n| !n.tokens.contains(&noun)) {
            let last = self.doc.top_of(&name.tokens).unwrap_or(name.tokens.end - 1);
            return if self.doc.is_plural(noun) { self.with_conjuncts(last) } else { vec![Filler::stated(last)] };
        }
        let mut named = self.children_with(noun, &[Dep::Appos]);
        named.retain(|f| self.is_name(f.token) && !self.is_bracketed(f.token) && !self.is_body_for(noun, f.token));
        named
    }

    /// "a member of parliament, the Verkhovna Rada": a body that explains the word before it and not the title.
    fn is_body_for(&self, noun: usize, name: usize) -> bool {
        let determined = self.doc.child(name, Dep::Det).is_some();
        let body = self.doc.name_at(name).is_some_and(|n| matches!(n.kind, NameType::Org | NameType::Gpe));
        determined && body && name > noun && self.is_title(noun)
    }

    /// "CEI (Italian Episcopal Conference), Anna Weber": what stands in brackets explains the word before them.
    fn is_bracketed(&self, t: usize) -> bool {
        let first = self.doc.subtree(t).start;
        [first.checked_sub(1), Some(first)].into_iter().flatten().any(|b| self.doc.word(b) == "(")
    }

    /// "her husband, violinist William Polk, left", "two daughters - Anna and Maria": names that follow a noun behind a mark, where
    /// the parser has lost the tie. One name for one person, closed by another mark, as many as follow for several.
    fn names_behind(&self, noun: usize) -> Vec<Filler> {
        let doc = self.doc;
        let end = doc.sentence_of(noun).tokens.end;
        let word = |t: usize| if t < end { doc.word(t) } else { "" };
        let owned = doc.children(noun).any(|c| matches!(doc.dep(c), Dep::Poss | Dep::Det | Dep::Nummod));
        if !owned || !matches!(word(noun + 1), "," | ":" | "-" | "–" | "—" | "--" | "(") {
            return Vec::new();
        }
        let plural = doc.is_plural(noun);
        let described = !plural && word(noun + 2).starts_with(char::is_lowercase) && self.is_person_at(noun + 3);
        let mut at = noun + 2 + usize::from(described);
        let mut named = Vec::new();
        while let Some(last) = self.name_from(at, end).filter(|_| plural || self.is_person_at(at)) {
            named.push(Filler { token: last, inferred: true });
            at = last + 1;
            at += usize::from(word(at) == ",");
            at += usize::from(word(at) == "and");
            if !plural || at == last + 1 {
                break;
            }
        }
        let closed = |f: &Filler| matches!(word(f.token + 1), "," | "." | ")" | ";" | "-" | "–" | "—" | "--");
        let whole = named.last().is_some_and(|last| plural || closed(last));
        if whole && (!plural || named.len() > 1) { named } else { Vec::new() }
    }

    fn is_person_at(&self, t: usize) -> bool {
        self.doc.name_at(t).is_some_and(|n| n.kind == NameType::Person && n.tokens.start == t)
    }

    /// The last of the capitalised words of a name that begins at a token.
    fn name_from(&self, first: usize, end: usize) -> Option<usize> {
        let is_part = |t: &usize| self.doc.token(*t).pos == Pos::Propn && !self.is_title(*t);
        (first..end).take_while(is_part).last()
    }

    /// "A resident of Hamburg, Anna left": the subject behind a phrase that stands before it.
    fn second_subject(&self, verb: usize, phrase: usize) -> Option<Filler> {
        let mut later = self.doc.children(verb).filter(|&c| c > phrase && self.doc.dep(c) == self.doc.dep(phrase));
        later.find(|&c| self.is_name(c) || self.doc.token(c).pos == Pos::Pron).map(Filler::stated)
    }

    /// The first of joined nouns that describe one thing: "president" of "president and CEO", but not "John" of "John and
    /// his wife".
    fn first_role(&self, mut noun: usize) -> usize {
        let doc = self.doc;
        while doc.dep(noun) == Dep::Conj && self.is_noun(doc.head(noun)) && !self.is_name(doc.head(noun)) {
            noun = doc.head(noun);
        }
        noun
    }

    /// "named him president" has him; "is president" and "was named president" the subject.
    fn objects_or_subjects(&self, verb: usize) -> Vec<Filler> {
        let objects = self.children_with(verb, &[Dep::Dobj]);
        if objects.is_empty() { self.surface_subjects(verb, 0) } else { objects }
    }

    /// What a noun in apposition explains; through another description ("Macron, a banker, now president") to the name.
    fn apposed_to(&self, noun: usize) -> Vec<Filler> {
        let described = if self.is_name(noun) || !self.is_noun(noun) { Vec::new() } else { self.noun_bearers(noun) };
        if described.is_empty() { vec![Filler::stated(noun)] } else { described }
    }

    /// "served as president", "appointed him as president", "his time as president".
    fn bearers_through_as(&self, preposition: usize) -> Vec<Filler> {
        let governor = self.doc.head(preposition);
        if !self.is_verb(governor) {
            return self.children_with(governor, &[Dep::Poss]);
        }
        let objects = self.children_with(governor, &[Dep::Dobj]);
        let transitive = objects.iter().any(|o| self.is_name(o.token) || self.doc.token(o.token).pos == Pos::Pron);
        if transitive { objects } else { self.surface_subjects(governor, 0) }
    }

    /// "held the post of president", "his role of adviser".
    fn bearers_of_post(&self, post: usize) -> Vec<Filler> {
        if !self.words.is("posts", self.doc.lemma(post)) {
            return Vec::new();
        }
        let owners = self.children_with(post, &[Dep::Poss]);
        let verb = self.doc.head(post);
        if owners.is_empty() && self.is_verb(verb) { self.surface_subjects(verb, 0) } else { owners }
    }

    /// "The president is Macron".
    fn named_predicate(&self, verb: usize) -> Vec<Filler> {
        let mut named = self.children_with(verb, &[Dep::Attr]);
        named.retain(|f| self.is_name(f.token));
        named
    }

    /// Whether a noun is, or ends, the name of someone or something, and not a title written with a capital.
    pub(super) fn is_name(&self, t: usize) -> bool {
        let kinds = [
            NameType::Person,
            NameType::Org,
            NameType::Gpe,
            NameType::Fac,
            NameType::Product,
            NameType::Loc,
            NameType::WorkOfArt,
        ];
        let capital = self.doc.word(t).starts_with(char::is_uppercase);
        let known = capital && self.doc.name_at(t).is_some_and(|n| kinds.contains(&n.kind) && n.tokens.len() > 1);
        self.is_noun(t) && (known || self.doc.token(t).pos == Pos::Propn && !self.is_title(t))
    }

    /// Words of office, kinship and schooling.
    pub(super) fn is_title(&self, t: usize) -> bool {
        let lemma = self.doc.lemma(t).to_lowercase();
        ["leaders", "staff", "party_posts", "scholars", "titles"].iter().any(|list| self.words.is(list, &lemma))
    }

    /// Nouns that are joined to a noun and describe the same thing, and the name that it is a title of.
    pub(super) fn companions(&self, noun: usize) -> Vec<usize> {
        let doc = self.doc;
        let mut all = vec![self.first_role(noun)];
        let mut next = 0;
        while let Some(&at) = all.get(next) {
            next += 1;
            let is_person = |c: usize| doc.name_at(c).is_some_and(|n| n.kind == NameType::Person);
            let joined = doc.children(at).filter(|&c| doc.dep(c) == Dep::Conj && self.is_noun(c) && !is_person(c));
            all.extend(joined);
        }
        if self.stands_before(noun) {
            all.push(doc.head(noun));
        }
        all.retain(|&t| t != noun);
        all
    }
}
