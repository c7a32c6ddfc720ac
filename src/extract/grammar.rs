//! Who does what in a clause: the participants of a verb, an event noun or an adjective, found through passive, conjunction,
//! control, relative and participial clauses, light verbs and possessors.
//!
//! Rules never look at arcs of the tree. They name a *path* of functions ([`Step`]), and this module answers with the tokens
//! that stand at its end, whatever construction they stand in: in "Kim visited Beijing", "Kim, who visited Beijing",
//! "Kim plans to visit Beijing", "Kim paid a visit to Beijing" and "Kim's visit to Beijing" the `subject` is Kim.

use crate::doc::{Dep, Doc, NameType, Pos, Tag};
use crate::lexicon::WordLists;
use crate::text::Span;

/// One step of a path from a trigger to a participant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Who acts: subject of an active verb, `by` of a passive one, possessor or agent of a noun.
    Subject,
    /// Who or what is acted on: object of an active verb, subject of a passive one, `of` of a noun.
    Object,
    /// Object of a preposition, or of one that follows another (`out_of`). `to` takes in an indirect object.
    Prep(Box<str>),
    /// Possessor: "Kim's", "its".
    Poss,
    /// Noun or adjective before a noun: "Russian", "missile".
    Modifier,
    /// Whose a thing is: possessor, agent, naming modifier, or `of`.
    Owner,
    /// Head of the clause or infinitive that completes a verb, noun or adjective.
    Complement,
    /// What is said of the subject or object after a verb: "willing", "a nuclear state".
    Predicate,
    /// The noun that another explains: "its ally, China".
    Apposition,
    /// Words of tense and mood with a verb: "must", "will".
    Auxiliary,
    /// The verb that carries the event: the light verb over a noun, the verb itself otherwise.
    Verb,
    /// Of whom a noun or adjective is said: "Macron" for the "president" of "President Macron".
    Bearer,
    /// A noun that stands with the word without a preposition: "Atlanta" in "Atlanta-based".
    Adjunct,
    /// The subject, or without one that of the clause round an event noun: "Wang" of the "talks" in "Wang said after talks".
    ClauseSubject,
    /// The infinitive that says what a verb is done for: "save" in "fought to save them".
    Purpose,
}

impl Step {
    /// Whether a plural there may name all sides of what people do together: "the ministers talked", "talks between them".
    pub fn finds_all_sides(&self) -> bool {
        match self {
            Self::Prep(name) => matches!(&**name, "among" | "between" | "by" | "of"),
            Self::Subject | Self::ClauseSubject | Self::Owner | Self::Poss | Self::Modifier => true,
            _ => false,
        }
    }

    /// Reads a step's name; none when no step is called so.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "subject" => Self::Subject,
            "object" => Self::Object,
            "poss" => Self::Poss,
            "modifier" => Self::Modifier,
            "owner" => Self::Owner,
            "complement" => Self::Complement,
            "purpose" => Self::Purpose,
            "predicate" => Self::Predicate,
            "apposition" => Self::Apposition,
            "auxiliary" => Self::Auxiliary,
            "verb" => Self::Verb,
            "bearer" => Self::Bearer,
            "adjunct" => Self::Adjunct,
            "clause_subject" => Self::ClauseSubject,
            _ if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                Self::Prep(name.into())
            }
            _ => return None,
        })
    }
}

/// A token that fills a function, and whether the text only implies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filler {
    pub token: usize,
    /// Understood from another clause or a neighbouring phrase, rather than stated.
    pub inferred: bool,
}

impl Filler {
    pub(super) fn stated(token: usize) -> Self {
        Self { token, inferred: false }
    }

    fn inferred(token: usize) -> Self {
        Self { token, inferred: true }
    }
}

/// How far a chain of clauses is followed to find an understood subject.
const DEPTH: usize = 8;

/// Reads the functions of one document's clauses.
pub struct Grammar<'a> {
    pub doc: &'a Doc,
    pub(super) words: &'a WordLists,
}

impl<'a> Grammar<'a> {
    pub fn new(doc: &'a Doc, words: &'a WordLists) -> Self {
        Self { doc, words }
    }

    /// The tokens at the end of a path, in the order of the text, each once.
    pub fn follow(&self, from: usize, path: &[Step]) -> Vec<Filler> {
        let mut at = vec![Filler::stated(from)];
        for step in path {
            let mut next: Vec<Filler> = Vec::new();
            for filler in at {
                for found in self.step(filler.token, step) {
                    if next.iter().all(|f| f.token != found.token) {
                        next.push(Filler { token: found.token, inferred: filler.inferred || found.inferred });
                    }
                }
            }
            at = next;
        }
        at
    }

    fn step(&self, t: usize, step: &Step) -> Vec<Filler> {
        match step {
            Step::Subject if self.is_verb(t) => self.subjects(t),
            Step::Subject if self.is_predicate_adjective(t) => self.subjects_of_predicate(t),
            Step::Subject => self.noun_subjects(t),
            Step::Object if self.is_verb(t) => self.objects(t),
            Step::Object => self.preps(t, "of"),
            Step::Prep(p) => self.all_preps(t, p),
            Step::Poss => self.children_with(t, &[Dep::Poss]),
            Step::Modifier => self.children_with(t, &[Dep::Amod, Dep::Compound, Dep::Nmod, Dep::Nummod]),
            Step::Owner => self.owners(t),
            Step::Complement => self.complements(t),
            Step::Purpose => self.purposes(t),
            Step::Predicate => self.children_with(t, &[Dep::Acomp, Dep::Attr, Dep::Oprd]),
            Step::Apposition => self.children_with(t, &[Dep::Appos]),
            Step::Auxiliary => self.children_with(t, &[Dep::Aux, Dep::Auxpass]),
            Step::Verb => vec![Filler::stated(self.carrier(t))],
            Step::Bearer => self.bearers(t),
            Step::ClauseSubject => match self.step(t, &Step::Subject) {
                none if none.is_empty() => self.clause_subjects(t, "state_prepositions", 0),
                stated => stated,
            },
            Step::Adjunct => self.children_with(t, &[Dep::Npadvmod, Dep::Compound, Dep::Nmod]),
        }
    }

    pub fn is_verb(&self, t: usize) -> bool {
        matches!(self.doc.token(t).pos, Pos::Verb | Pos::Aux)
    }

    pub fn is_noun(&self, t: usize) -> bool {
        matches!(self.doc.token(t).pos, Pos::Noun | Pos::Propn)
    }

    fn is_predicate_adjective(&self, t: usize) -> bool {
        matches!(self.doc.dep(t), Dep::Acomp | Dep::Attr | Dep::Oprd) && self.doc.token(t).pos == Pos::Adj
    }

    pub(super) fn children_with(&self, t: usize, deps: &[Dep]) -> Vec<Filler> {
        let heads = self.doc.children(t).filter(|&c| deps.contains(&self.doc.dep(c)));
        heads.flat_map(|c| self.with_conjuncts(c)).collect()
    }

    /// What a number of things consists of: "refugees" in "thousands of refugees".
    pub fn counted(&self, t: usize) -> Option<usize> {
        // "accused the guerrilla group of war crimes": what is known by another noun is no number.
        let is_known = self.doc.is_definite(t) && self.doc.child(t, Dep::Compound).is_some();
        let is_quantity = !is_known && self.words.is("quantities", &self.doc.lemma(t).to_lowercase());
        self.object_of(t).filter(|_| is_quantity)
    }

    /// What a number or a pronoun takes its part from: "activists" in "two of the activists", "some of the activists".
    pub fn whole(&self, t: usize) -> Option<usize> {
        let is_part = self.doc.token(t).pos == Pos::Num || self.words.is("parts", &self.doc.lemma(t).to_lowercase());
        self.object_of(t).filter(|_| is_part)
    }

    fn object_of(&self, t: usize) -> Option<usize> {
        let of = self.doc.children(t).find(|&c| self.doc.dep(c) == Dep::Prep && self.doc.lemma(c) == "of")?;
        self.doc.child(of, Dep::Pobj)
    }

    /// Whether a number stands for those whom it counts: "killed 12", "dozens were hurt".
    pub fn is_bare_number(&self, t: usize) -> bool {
        let counts = |n: &crate::doc::Name| matches!(n.kind, NameType::Cardinal);
        let is_number =
            self.doc.token(t).pos == Pos::Num || self.words.is("round_numbers", &self.doc.lemma(t).to_lowercase());
        is_number && self.object_of(t).is_none() && self.doc.name_at(t).is_none_or(counts)
    }

    /// A phrase's head and those that "and" or "or" joins to it.
    pub(super) fn with_conjuncts(&self, t: usize) -> Vec<Filler> {
        let mut all = vec![Filler::stated(self.antecedent(t).unwrap_or(t))];
        // "not Israel but Hamas"
        let is_corrected = |c: usize| self.doc.dep(c) == Dep::Cc && self.doc.lemma(c) == "but";
        let start = self.doc.subtree(t).start;
        if self.doc.word(start).eq_ignore_ascii_case("not") && self.doc.children(t).any(is_corrected) {
            all.clear();
        }
        let mut at = t;
        let is_joined = |c: &usize| self.doc.dep(*c) == Dep::Conj && !self.is_verb(*c) && !self.is_excluded(*c);
        while let Some(next) = self.doc.children(at).find(is_joined) {
            all.push(Filler::stated(next));
            at = next;
        }
        all
    }

    /// Whether something else holds in place of what a word heads: "rather than attack", "instead of Lebanon".
    pub fn is_excluded(&self, t: usize) -> bool {
        let start = self.doc.sentence_of(t).tokens.start;
        (start..=t).filter(|&i| self.is_behind_exclusion(i, start)).any(|i| {
            let head = self.head_of_phrase_from(i);
            head == t || (self.doc.dep(t) == Dep::Pobj && self.doc.head(t) == head)
        })
    }

    /// Whether somebody does not hold an office yet: "president-elect".
    pub fn is_to_come(&self, office: usize) -> bool {
        let end = self.doc.sentence_of(office).tokens.end;
        office + 2 < end
            && self.doc.word(office + 1) == "-"
            && self.words.is("offices_to_come", &self.doc.word(office + 2).to_lowercase())
    }

    /// Whether only somebody's part in an event is in question: "denied being behind the attack", "was responsible for the attack".
    pub fn is_taken_for_granted(&self, noun: usize) -> bool {
        let preposition = self.doc.head(noun);
        let part = |t: usize| self.words.is("parts_in_events", &self.doc.lemma(t).to_lowercase());
        self.doc.dep(noun) == Dep::Pobj
            && self.doc.is_definite(noun)
            && (self.doc.lemma(preposition) == "behind" || part(self.doc.head(preposition)))
    }

    /// Whether somebody says of themselves what they are: "calls himself president".
    pub fn is_said_of_oneself(&self, noun: usize) -> bool {
        let verb = self.doc.head(noun);
        let is_reflexive = |c: usize| {
            let word = self.doc.word(c).to_lowercase();
            c < noun && (word.ends_with("self") || word.ends_with("selves")) && self.doc.token(c).pos == Pos::Pron
        };
        matches!(self.doc.dep(noun), Dep::Oprd | Dep::Ccomp)
            && self.is_verb(verb)
            && (self.doc.children(verb).any(is_reflexive) || self.doc.children(noun).any(is_reflexive))
    }

    fn is_behind_exclusion(&self, i: usize, start: usize) -> bool {
        self.words.get("exclusions").into_iter().flatten().any(|phrase| {
            let mut before = (start..i).rev();
            phrase.rsplit(' ').all(|word| before.next().is_some_and(|j| self.doc.word(j).eq_ignore_ascii_case(word)))
        })
    }

    /// The head of the phrase or clause that begins with a token.
    fn head_of_phrase_from(&self, first: usize) -> usize {
        let opens = |t: usize| {
            self.doc.head(t) > t
                && matches!(
                    self.doc.dep(t),
                    Dep::Det
                        | Dep::Amod
                        | Dep::Compound
                        | Dep::Nmod
                        | Dep::Poss
                        | Dep::Nummod
                        | Dep::Advmod
                        | Dep::Aux
                        | Dep::Auxpass
                        | Dep::Neg
                        | Dep::Nsubj
                        | Dep::Nsubjpass
                )
        };
        std::iter::successors(Some(first), |&t| opens(t).then(|| self.doc.head(t))).last().unwrap_or(first)
    }

    /// The noun a relative pronoun stands for.
    fn antecedent(&self, pronoun: usize) -> Option<usize> {
        if !matches!(self.doc.token(pronoun).tag, Tag::Wdt | Tag::Wp | Tag::WpPoss) {
            return None;
        }
        let clause = self.doc.ancestors(pronoun).find(|&a| self.doc.dep(a) == Dep::Relcl)?;
        let noun = self.doc.head(clause);
        Some(self.deadly_event(clause, noun).filter(|_| self.doc.head(pronoun) == clause).unwrap_or(noun))
    }

    // Verbs

    /// Whether the verb's grammatical subject is what is acted on.
    pub fn is_passive(&self, v: usize) -> bool {
        if self.doc.children(v).any(|c| matches!(self.doc.dep(c), Dep::Auxpass | Dep::Nsubjpass | Dep::Csubjpass)) {
            return true;
        }
        if self.doc.token(v).tag != Tag::Vbn || self.has_auxiliary(v) {
            return false;
        }
        match self.doc.dep(v) {
            Dep::Acl | Dep::Advcl | Dep::Amod | Dep::Prep => true,
            Dep::Conj => self.is_verb(self.doc.head(v)) && self.is_passive(self.doc.head(v)),
            _ => false,
        }
    }

    fn has_auxiliary(&self, v: usize) -> bool {
        self.doc.children(v).any(|c| matches!(self.doc.dep(c), Dep::Aux | Dep::Auxpass))
    }

    /// Who does it.
    fn subjects(&self, v: usize) -> Vec<Filler> {
        if self.is_passive(v) { self.agents(v) } else { self.surface_subjects(v, 0) }
    }

    /// `by` of a passive verb.
    fn agents(&self, v: usize) -> Vec<Filler> {
        let by = self
            .doc
            .children(v)
            .filter(|&c| self.doc.dep(c) == Dep::Agent || (self.doc.dep(c) == Dep::Prep && self.doc.lemma(c) == "by"));
        by.flat_map(|c| self.children_with(c, &[Dep::Pobj])).collect()
    }

    /// What it is done to.
    fn objects(&self, v: usize) -> Vec<Filler> {
        let own = self.children_with(v, &[Dep::Dobj]);
        if !own.is_empty() {
            return own;
        }
        if self.is_passive(v) {
            return self.surface_subjects(v, 0);
        }
        self.relative_gap(v).or_else(|| self.shared_object(v)).unwrap_or_default()
    }

    /// "the agreement (that) the ministers signed": the antecedent, where the clause has a subject and lacks an object.
    fn relative_gap(&self, v: usize) -> Option<Vec<Filler>> {
        if self.doc.dep(v) != Dep::Relcl {
            return None;
        }
        let subject = self.doc.child(v, Dep::Nsubj)?;
        if self.antecedent(subject).is_some() || self.doc.children(v).any(|c| self.doc.token(c).tag == Tag::Wrb) {
            return None;
        }
        Some(vec![Filler::inferred(self.doc.head(v))])
    }

    /// "attacked and killed three soldiers", "maintain, develop and deepen ties": the object of a later verb, where those
    /// before it have nothing of their own.
    fn shared_object(&self, v: usize) -> Option<Vec<Filler>> {
        let mut at = v;
        for _ in 0..DEPTH {
            let mut below = self.doc.children(at).filter(|&c| c > at);
            if below.any(|c| matches!(self.doc.dep(c), Dep::Prep | Dep::Xcomp | Dep::Ccomp | Dep::Dobj)) {
                return None;
            }
            let next = self.doc.children(at).find(|&c| self.doc.dep(c) == Dep::Conj && self.is_verb(c))?;
            if next > at + 3 || self.is_passive(next) {
                return None;
            }
            let objects = self.children_with(next, &[Dep::Dobj]);
            if !objects.is_empty() {
                return Some(objects.iter().map(|o| Filler::inferred(o.token)).collect());
            }
            at = next;
        }
        None
    }

    /// The grammatical subject: the verb's own, or the one it is understood with.
    pub fn surface_subjects(&self, v: usize, depth: usize) -> Vec<Filler> {
        let own: Vec<usize> =
            self.doc.children(v).filter(|&c| matches!(self.doc.dep(c), Dep::Nsubj | Dep::Nsubjpass)).collect();
        if !own.is_empty() {
            return own.into_iter().flat_map(|c| self.with_conjuncts(c)).collect();
        }
        if depth > DEPTH {
            return Vec::new();
        }
        let head = self.doc.head(v);
        match self.doc.dep(v) {
            Dep::Conj if self.is_verb(head) => self.surface_subjects(head, depth + 1),
            Dep::Xcomp | Dep::Advcl | Dep::Ccomp => self.controllers(v, head, depth),
            Dep::Pcomp => self.controllers_through_preposition(head, depth),
            Dep::Acl => self.modified_noun(v, head, depth),
            Dep::Relcl => vec![Filler::inferred(self.deadly_event(v, head).unwrap_or(head))],
            // "Based in Beaumont, the commission is": the parser takes the participle for a preposition.
            Dep::Prep if self.is_verb(head) => self.surface_subjects(head, depth + 1),
            Dep::Aux | Dep::Auxpass => self.surface_subjects(head, depth + 1),
            _ => self.first_of_list(v).map(|first| self.surface_subjects(first, depth + 1)).unwrap_or_default(),
        }
    }

    /// "Rowley was born in York, started work and moved to Prague": the parser may take the first of a list for what the second says.
    fn first_of_list(&self, v: usize) -> Option<usize> {
        let is_past = |t: usize| self.doc.token(t).tag == Tag::Vbd || self.is_passive(t) && self.has_auxiliary(t);
        let mut before = self.doc.children(v).filter(|&c| c < v && self.doc.dep(c) == Dep::Ccomp);
        before
            .find(|&c| is_past(c) && self.doc.has_subject(c) && self.is_closed_by(c, ","))
            .filter(|_| self.doc.token(v).tag == Tag::Vbd)
    }

    /// Whether a mark stands right behind a clause or phrase.
    fn is_closed_by(&self, head: usize, mark: &str) -> bool {
        let behind = self.doc.subtree(head).end;
        behind < self.doc.tokens().len() && self.doc.word(behind) == mark
    }

    /// "a bomb attack on an academy in Bogotá that killed 22": the parser ties the clause to the last noun, and the attack killed.
    fn deadly_event(&self, verb: usize, noun: usize) -> Option<usize> {
        // "claimed attacks in the city that killed 22"
        let object = |v: usize| self.doc.child(v, Dep::Dobj).filter(|&o| self.is_verb(v) && o < noun);
        let above = |&t: &usize| {
            let up = self.doc.head(self.doc.head(t));
            let up = if self.is_noun(up) { Some(up) } else { object(up) };
            up.filter(|_| self.doc.dep(t) == Dep::Pobj)
        };
        let deadly = self.words.is("deadly_verbs", self.doc.lemma(verb));
        let mut nouns = std::iter::successors(Some(noun), above).filter(|_| deadly);
        nouns.find(|&n| self.words.is("deadly_events", self.doc.lemma(n)))
    }

    /// Whose act an infinitive or participle is: "urged Israel to stop" has Israel, "promised Israel to stop" the promiser.
    fn controllers(&self, v: usize, head: usize, depth: usize) -> Vec<Filler> {
        if !self.is_verb(head) {
            return match self.doc.token(head).pos {
                Pos::Adj => self.subjects_of_predicate(head),
                _ => Vec::new(),
            };
        }
        let finite = self.doc.dep(v) == Dep::Ccomp && !self.is_infinitive(v) && self.doc.token(v).tag != Tag::Vbg;
        if finite {
            return Vec::new();
        }
        let mut objects = self.children_with(head, &[Dep::Dobj, Dep::Dative]);
        let asked = self.those_asked(head, v);
        let is_asked = objects.is_empty() && !asked.is_empty();
        if is_asked {
            objects = asked;
        }
        let by_object = is_asked
            || self.completes_object(v)
            || self.doc.dep(v) != Dep::Advcl && !self.words.is("subject_control", self.doc.lemma(head));
        let subjects = if by_object && !objects.is_empty() { objects } else { self.surface_subjects(head, depth + 1) };
        subjects
            .iter()
            .map(|s| Filler { token: s.token, inferred: s.inferred || self.doc.dep(v) == Dep::Advcl })
            .collect()
    }

    /// "called on Congress to investigate", "waited for him to speak": who is to do it, behind the verb's preposition.
    fn those_asked(&self, verb: usize, infinitive: usize) -> Vec<Filler> {
        if !self.is_infinitive(infinitive) {
            return Vec::new();
        }
        let asks = |&c: &usize| {
            self.doc.dep(c) == Dep::Prep
                && c < infinitive
                && self.words.is("control_by_preposition", &format!("{} {}", self.doc.lemma(verb), self.doc.lemma(c)))
        };
        self.doc.children(verb).filter(asks).flat_map(|c| self.children_with(c, &[Dep::Pobj])).collect()
    }

    /// Whether an infinitive that the parser takes for one of purpose is what the object is made to do: "pressed the
    /// government to resign".
    pub fn completes_object(&self, v: usize) -> bool {
        let head = self.doc.head(v);
        self.doc.dep(v) == Dep::Advcl
            && self.is_infinitive(v)
            && (self.words.is("object_control", self.doc.lemma(head))
                && self.doc.children(head).any(|c| self.doc.dep(c) == Dep::Dobj && c > head && c < v)
                || !self.those_asked(head, v).is_empty())
    }

    pub fn is_infinitive(&self, v: usize) -> bool {
        self.particle_to(v).is_some()
    }

    /// The "to" of an infinitive.
    pub fn particle_to(&self, v: usize) -> Option<usize> {
        self.doc.children(v).find(|&c| self.doc.token(c).tag == Tag::To)
    }

    /// The words of a phrase that goes down from a verb or adjective, `carry out`, when all of them are there; those far from
    /// it belong to the phrase, but not to its words.
    pub fn phrase_below(&self, head: usize, rest: &[String]) -> Option<Span> {
        let (mut span, mut at) = (self.doc.token(head).span, head);
        for word in rest {
            let below = |t: usize| self.doc.children(t).find(|&c| self.doc.lemma(c).to_lowercase() == *word);
            // "lay their weapons down", where both hang from the verb
            at = below(at).or_else(|| below(head))?;
            if at > head && at <= head + 3 {
                span = span.cover(self.doc.token(at).span);
            }
        }
        Some(span)
    }

    /// Whether a verb states: "was willing", "will go", not "withdraw" of "demanded that it withdraw".
    pub fn is_indicative(&self, v: usize) -> bool {
        let states = |t: usize| matches!(self.doc.token(t).tag, Tag::Vbd | Tag::Vbz);
        let helps = |t: usize| matches!(self.doc.token(t).tag, Tag::Vbd | Tag::Vbz | Tag::Vbp | Tag::Md);
        states(v) || self.doc.children(v).any(|c| matches!(self.doc.dep(c), Dep::Aux | Dep::Auxpass) && helps(c))
    }

    /// Whether a verb tells of what is over: "killed", "has killed", "was killed", not "is leaving" or "would leave".
    pub fn is_over(&self, v: usize) -> bool {
        let helper = |c: &usize| matches!(self.doc.dep(*c), Dep::Aux | Dep::Auxpass);
        let helps = |tag: Tag| self.doc.children(v).filter(helper).any(|c| self.doc.token(c).tag == tag);
        let has = self.doc.children(v).filter(helper).any(|c| self.doc.lemma(c) == "have");
        let passive = self.doc.children(v).any(|c| self.doc.dep(c) == Dep::Auxpass);
        let past = match self.doc.token(v).tag {
            Tag::Vbd => true,
            Tag::Vbn => has || passive && helps(Tag::Vbd),
            _ => false,
        };
        past && !helps(Tag::Md)
    }

    /// The clause round a token that only says when: "as the two leaders met".
    pub fn time_clause(&self, t: usize) -> Option<usize> {
        let mut at = t;
        while self.doc.head(at) != at {
            let says_when = |c: usize| {
                matches!(self.doc.dep(c), Dep::Mark | Dep::Advmod)
                    && self.words.is("time_conjunctions", &self.doc.lemma(c).to_lowercase())
            };
            if self.doc.dep(at) == Dep::Advcl && self.doc.children(at).any(says_when) {
                return Some(at);
            }
            at = self.doc.head(at);
        }
        None
    }

    /// The object that stands right before an infinitive which hangs on the verb: "calls" in "rejected calls to meet".
    pub fn noun_before_infinitive(&self, v: usize) -> Option<usize> {
        let to = self.particle_to(v)?;
        let mut before = self.doc.children(self.doc.head(v)).rev().filter(|&c| self.doc.dep(c) == Dep::Dobj);
        before.find(|&o| self.doc.subtree(o).end == to)
    }

    /// "accused Russia of sending tanks" has Russia; "after meeting Xi" the subject of the clause.
    fn controllers_through_preposition(&self, preposition: usize, depth: usize) -> Vec<Filler> {
        let mut governor = self.doc.head(preposition);
        // "prior to moving"
        while matches!(self.doc.token(governor).pos, Pos::Adv | Pos::Adp | Pos::Adj)
            && self.doc.head(governor) != governor
        {
            governor = self.doc.head(governor);
        }
        if self.is_verb(governor) {
            let objects = self.objects(governor);
            let judged =
                self.doc.lemma(preposition) == "for" && self.words.is("judging_verbs", self.doc.lemma(governor));
            let is_controlled = judged || self.words.is("object_control_prepositions", self.doc.lemma(preposition));
            if !objects.is_empty() && is_controlled && !self.is_excluded(preposition + 1) {
                return objects;
            }
            let subjects = self.surface_subjects(governor, depth + 1);
            return subjects.iter().map(|s| Filler::inferred(s.token)).collect();
        }
        if self.is_noun(governor) { self.noun_subjects(governor) } else { Vec::new() }
    }

    /// The noun a participle or infinitive follows: "soldiers fighting in", "the pact signed by", "a plan to visit".
    fn modified_noun(&self, v: usize, noun: usize, depth: usize) -> Vec<Filler> {
        if !self.is_infinitive(v) && !self.is_said_in_text(v, noun) {
            return vec![Filler::stated(noun)];
        }
        let owners = self.children_with(noun, &[Dep::Poss]);
        if !owners.is_empty() {
            return owners;
        }
        let governor = self.doc.head(noun);
        if self.doc.dep(noun) == Dep::Dobj && self.is_verb(governor) {
            return self.surface_subjects(governor, depth + 1).iter().map(|s| Filler::inferred(s.token)).collect();
        }
        Vec::new()
    }

    /// "passed a resolution condemning the attack": who issues a text says what it says.
    pub fn is_said_in_text(&self, v: usize, noun: usize) -> bool {
        self.doc.token(v).tag == Tag::Vbg
            && self.doc.dep(noun) == Dep::Dobj
            && self.words.is("issuing_verbs", self.doc.lemma(self.doc.head(noun)))
            && self.words.is("texts", self.doc.lemma(noun))
    }

    /// The subject of the verb under which an adjective or noun is predicated.
    fn subjects_of_predicate(&self, adjective: usize) -> Vec<Filler> {
        let verb = self.doc.head(adjective);
        if self.is_verb(verb) && verb != adjective { self.surface_subjects(verb, 0) } else { Vec::new() }
    }

    fn complements(&self, t: usize) -> Vec<Filler> {
        let mut found = self.children_with(t, &[Dep::Xcomp, Dep::Ccomp, Dep::Acl]);
        // "Riyadh sent a plane; Doha gave money": a clause by itself, which the parser ties to the next.
        found.retain(|f| f.token > t || !self.is_closed_by(f.token, ";"));
        // "ruled out sending": the parser takes a gerund behind a particle for a clause of its own.
        let behind_particle = |v: usize| {
            let before = v.checked_sub(1).filter(|&p| self.doc.head(p) == t && self.doc.dep(p) == Dep::Prt);
            before.is_some() && self.doc.token(v).tag == Tag::Vbg
        };
        let clauses = self.children_with(t, &[Dep::Advcl]).into_iter();
        found.extend(clauses.filter(|f| self.completes_object(f.token) || behind_particle(f.token)));
        for prep in self.doc.children(t).filter(|&c| self.doc.dep(c) == Dep::Prep) {
            found.extend(self.children_with(prep, &[Dep::Pcomp]));
        }
        found
    }

    fn purposes(&self, t: usize) -> Vec<Filler> {
        let found = self.children_with(t, &[Dep::Advcl]).into_iter();
        found.filter(|f| self.is_infinitive(f.token) && !self.completes_object(f.token)).collect()
    }

    // Prepositions

    /// Objects of a preposition that depends on this very token.
    fn preps(&self, t: usize, name: &str) -> Vec<Filler> {
        let (first, second) = name.split_once('_').map_or((name, None), |(a, b)| (a, Some(b)));
        let mut found = Vec::new();
        for c in self.doc.children(t) {
            let is_prep =
                matches!(self.doc.dep(c), Dep::Prep | Dep::Agent | Dep::Dative | Dep::Prt | Dep::Advmod | Dep::Mark);
            if name == "to" && self.doc.dep(c) == Dep::Dative && self.doc.token(c).pos != Pos::Adp {
                found.extend(self.with_conjuncts(c));
            } else if is_prep && self.doc.lemma(c).eq_ignore_ascii_case(first) {
                match second {
                    None => found.extend(self.children_with(c, &[Dep::Pobj, Dep::Pcomp])),
                    Some(second) => found.extend(self.preps(c, second)),
                }
                // "in Moscow and in Kyiv"
                for other in self.doc.children(c).filter(|&o| self.doc.dep(o) == Dep::Conj && second.is_none()) {
                    if self.doc.lemma(other) == first {
                        found.extend(self.children_with(other, &[Dep::Pobj]));
                    }
                }
            }
        }
        found
    }

    /// Objects of a preposition, also where the parser hung it on a neighbour: on the light verb of a noun, or on the object
    /// of a verb ("reassured Kim of support").
    fn all_preps(&self, t: usize, name: &str) -> Vec<Filler> {
        let own = self.preps(t, name);
        if !own.is_empty() {
            return own;
        }
        let mut found = Vec::new();
        if self.is_verb(t) {
            if name != "of" {
                for object in self.children_with(t, &[Dep::Dobj, Dep::Attr]) {
                    found.extend(self.preps(object.token, name));
                }
            }
            // "handed back to Benin"
            for particle in self.doc.children(t).filter(|&c| c > t && self.doc.dep(c) == Dep::Advmod) {
                found.extend(self.preps(particle, name));
            }
            for prep in self.doc.children(t).filter(|&c| matches!(self.doc.dep(c), Dep::Prep | Dep::Agent)) {
                for object in self.children_with(prep, &[Dep::Pobj]) {
                    found.extend(self.preps(object.token, name).into_iter().filter(|_| name != "of"));
                }
            }
        } else {
            let carrier = self.carrier(t);
            if carrier != t {
                found.extend(self.preps(carrier, name));
            }
            for verb in self.participles_of(t) {
                found.extend(self.preps(verb, name));
            }
            if found.is_empty() && name != "of" {
                for prep in self.doc.children(t).filter(|&c| self.doc.dep(c) == Dep::Prep) {
                    for object in self.children_with(prep, &[Dep::Pobj]) {
                        found.extend(self.preps(object.token, name));
                    }
                }
            }
        }
        found.iter().map(|f| Filler::inferred(f.token)).collect()
    }

    // Nouns

    /// The verb that carries an event noun: "held talks", "a visit was paid", "talks took place", "is on a visit".
    /// The token itself when there is none.
    pub fn carrier(&self, noun: usize) -> usize {
        if self.is_verb(noun) && !self.is_gerund_as_noun(noun) {
            return noun;
        }
        let top = self.first_conjunct(noun);
        let head = self.doc.head(top);
        match self.doc.dep(top) {
            Dep::Dobj | Dep::Nsubjpass if self.words.is("light_verbs", self.doc.lemma(head)) => head,
            Dep::Nsubj if self.words.is("occurrence_verbs", self.doc.lemma(head)) => head,
            Dep::Attr | Dep::Acomp | Dep::Oprd if self.is_verb(head) => head,
            Dep::Pobj => {
                let verb = self.doc.head(head);
                let state = self.words.is("state_prepositions", self.doc.lemma(head)) && self.doc.lemma(verb) == "be";
                if state { verb } else { self.carrier_of_counter(noun).unwrap_or(noun) }
            }
            _ => noun,
        }
    }

    /// "carried out a series of strikes": the verb carries what the series consists of.
    fn carrier_of_counter(&self, noun: usize) -> Option<usize> {
        let counter = self.counter(noun)?;
        Some(self.carrier(counter)).filter(|&carrier| carrier != counter)
    }

    /// The word of number that counts a noun: "series" for "strikes" in "a series of strikes".
    pub fn counter(&self, noun: usize) -> Option<usize> {
        let top = self.first_conjunct(noun);
        let of = self.doc.head(top);
        let counter = self.doc.head(of);
        (self.doc.dep(of) == Dep::Prep && self.counted(counter) == Some(top)).then_some(counter)
    }

    /// "Fighting continued": a gerund in the place of a noun.
    pub fn is_gerund_as_noun(&self, t: usize) -> bool {
        self.doc.token(t).tag == Tag::Vbg
            && matches!(self.doc.dep(t), Dep::Nsubj | Dep::Nsubjpass | Dep::Dobj | Dep::Pobj)
    }

    /// Whether a token is part of a date or time: no party and no place.
    pub fn is_time(&self, t: usize) -> bool {
        self.doc.name_at(t).is_some_and(|n| matches!(n.kind, NameType::Date | NameType::Time))
    }

    /// The first of the nouns that "and" or "or" joins.
    pub fn first_conjunct(&self, mut t: usize) -> usize {
        while self.doc.dep(t) == Dep::Conj && !self.is_verb(self.doc.head(t)) {
            t = self.doc.head(t);
        }
        t
    }

    /// Light verbs in a participle or relative clause after a noun: "talks held in Geneva", "the strike that they carried out".
    fn participles_of(&self, noun: usize) -> Vec<usize> {
        self.doc
            .children(noun)
            .filter(|&c| matches!(self.doc.dep(c), Dep::Acl | Dep::Relcl))
            .filter(|&c| self.words.is("light_verbs", self.doc.lemma(c)))
            .collect()
    }

    /// Who acts in the event that a noun names.
    fn noun_subjects(&self, noun: usize) -> Vec<Filler> {
        let stated = [Dep::Poss].iter().flat_map(|&d| self.children_with(noun, &[d]));
        let stated: Vec<Filler> = stated.filter(|f| !self.is_time(f.token)).chain(self.preps(noun, "by")).collect();
        if !stated.is_empty() {
            return stated;
        }
        for verb in self.participles_of(noun) {
            let subjects = self.subjects(verb);
            if subjects.iter().any(|s| s.token != noun) {
                return subjects;
            }
        }
        let carrier = self.carrier(noun);
        if carrier != noun && !matches!(self.doc.dep(self.first_conjunct(noun)), Dep::Nsubj) {
            let subjects = self.subjects(carrier);
            if !subjects.is_empty() {
                return subjects;
            }
        }
        let naming = self.naming_modifiers(noun);
        if !naming.is_empty() {
            return naming;
        }
        let top = self.first_conjunct(noun);
        let governor = self.doc.head(top);
        if matches!(self.doc.dep(top), Dep::Dobj | Dep::Nsubjpass)
            && self.words.is("event_object_verbs", self.doc.lemma(governor))
        {
            return self.subjects(governor).iter().map(|s| Filler::inferred(s.token)).collect();
        }
        // "went on strike", "took part in a protest"; not "were injured in an attack".
        match self.clause_of(noun) {
            Some(verb) if self.words.is("participation_verbs", self.doc.lemma(verb)) => {
                self.clause_subjects(noun, "participation_prepositions", 0)
            }
            _ => Vec::new(),
        }
    }

    /// The verb of the clause that a noun stands in behind a preposition.
    fn clause_of(&self, noun: usize) -> Option<usize> {
        let top = self.first_conjunct(noun);
        let governor = self.doc.head(self.doc.head(top));
        (self.doc.dep(top) == Dep::Pobj && self.is_verb(governor)).then_some(governor)
    }

    /// "arrived on a visit", "said during a meeting with": the subject of the clause that the noun's phrase belongs to, where
    /// the preposition is of that list.
    fn clause_subjects(&self, noun: usize, prepositions: &str, depth: usize) -> Vec<Filler> {
        let top = self.first_conjunct(noun);
        let preposition = self.doc.head(top);
        let governor = self.doc.head(preposition);
        // "after the collapse of a summit with Xi"
        if self.doc.dep(top) == Dep::Pobj
            && self.doc.lemma(preposition) == "of"
            && self.is_noun(governor)
            && depth < DEPTH
        {
            return self.clause_subjects(governor, prepositions, depth + 1);
        }
        match self.clause_of(noun) {
            Some(verb) if self.words.is(prepositions, self.doc.lemma(preposition)) => {
                self.surface_subjects(verb, 0).iter().map(|s| Filler::inferred(s.token)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Names and nationalities before a noun: "Russian strikes", "US sanctions".
    fn naming_modifiers(&self, noun: usize) -> Vec<Filler> {
        let names = [NameType::Norp, NameType::Gpe, NameType::Org, NameType::Person, NameType::Loc];
        let mut found = self.children_with(noun, &[Dep::Amod, Dep::Compound, Dep::Nmod]);
        found.retain(|f| {
            self.doc.name_at(f.token).is_some_and(|n| names.contains(&n.kind))
                || self.doc.token(f.token).pos == Pos::Propn
        });
        found
    }

    fn owners(&self, t: usize) -> Vec<Filler> {
        let tries: [&dyn Fn() -> Vec<Filler>; 4] =
            [&|| self.children_with(t, &[Dep::Poss]), &|| self.preps(t, "by"), &|| self.naming_modifiers(t), &|| {
                self.preps(t, "of")
            }];
        tries.iter().map(|find| find()).find(|f| !f.is_empty()).unwrap_or_default()
    }
}
