//! What fills one side of a relation: entities that stand at the end of a path, dates, or the words of an office.

use super::super::grammar::{Filler, Grammar, Step};
use super::super::rules::Kind;
use super::load::{End, Path};
use super::valid::{hangs_from, is_date};
use crate::coref::Chains;
use crate::doc::{Dep, Doc, Form, Mention, NameType, Pos, Tag};
use crate::lexicon::WordLists;
use crate::link::{Entity, EntityType, Gazetteer};
use crate::text::Span;
use crate::times::{TimeExpression, time_of};
use std::ops::Range;

/// What was found on one side, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub filler: SideFiller,
    pub span: Span,
    pub inferred: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SideFiller {
    Entity(usize),
    Value(String),
    /// Whom no stage before took for an entity; joins the chains when a relation names it.
    New(NewEntity),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntity {
    pub kind: EntityType,
    pub tokens: Range<usize>,
    pub head: usize,
}

/// Reads the sides of relations off a document.
pub struct Sides<'a> {
    pub doc: &'a Doc,
    pub grammar: &'a Grammar<'a>,
    pub times: &'a [TimeExpression],
    pub words: &'a WordLists,
    pub gazetteer: &'a Gazetteer,
}

impl Sides<'_> {
    /// All fillers of a side; those of the first path that has any, unless all are wanted.
    pub fn fill(&self, end: &End, trigger: usize, phrase: Span, chains: &Chains) -> Vec<Side> {
        let mut found = Vec::new();
        for path in &end.paths {
            found.extend(self.along(path, end, trigger, phrase, chains));
            if !found.is_empty() && !end.all {
                break;
            }
        }
        let mut seen = Vec::new();
        found.retain(|side| {
            let new = !seen.contains(&side.filler);
            seen.push(side.filler.clone());
            new
        });
        if end.couple && found.len() != 2 {
            found.clear();
        }
        found
    }

    fn along(&self, path: &Path, end: &End, trigger: usize, phrase: Span, chains: &Chains) -> Vec<Side> {
        match path {
            Path::When => self.date(trigger).into_iter().collect(),
            Path::Words => vec![self.office(trigger, phrase, chains)],
            Path::Steps(steps) => self.entities(steps, end, trigger, chains),
        }
    }

    /// A day, month or year of what the trigger tells, and not of another verb behind it; what is only "now" or "in the past"
    /// dates nothing.
    fn date(&self, trigger: usize) -> Option<Side> {
        let has_verb = self.grammar.is_verb(trigger);
        let dates = self.times.iter().filter(|t| is_date(t) && (!has_verb || self.is_near(t, trigger)));
        let below = dates.into_iter().find(|t| hangs_from(self.doc, t, trigger));
        let near = || self.times.get(time_of(self.doc, self.times, trigger)?).filter(|t| self.is_near(t, trigger));
        let time = below.or_else(|| near().filter(|t| is_date(t)))?;
        Some(Side { filler: SideFiller::Value(time.value.clone()), span: time.span, inferred: false })
    }

    /// Whether no other verb stands between a trigger and a time, except one that is joined to the trigger alone: "born and raised
    /// in 1950", but not "was born in Bremen and moved away in 1950".
    fn is_near(&self, time: &TimeExpression, trigger: usize) -> bool {
        let (from, to) = (trigger.min(time.tokens.start), trigger.max(time.tokens.start));
        self.grammar.is_verb(trigger)
            && (from + 1..to).all(|t| {
                self.doc.token(t).pos != Pos::Verb
                    || self.doc.head(t) == trigger && self.doc.dep(t) == Dep::Conj && t <= trigger + 2
            })
    }

    /// "foreign minister of China" without what only counts or dates it.
    fn office(&self, trigger: usize, phrase: Span, chains: &Chains) -> Side {
        let begin = self.doc.sentence_of(trigger).tokens.start;
        let before = (begin..trigger).rev().take_while(|&t| self.belongs_to_office(t, trigger, chains));
        let start = before.last().map_or(phrase, |c| phrase.cover(self.doc.token(c).span));
        let of = self.doc.children(trigger).find(|&c| {
            c == trigger + 1 && self.doc.dep(c) == Dep::Prep && matches!(self.doc.lemma(c), "of" | "for" | "to" | "at")
        });
        let whose = of.and_then(|c| self.doc.child(c, Dep::Pobj));
        let span = whose.map_or(start, |w| start.cover(self.doc.token(w).span));
        let words = span.of(self.doc.text()).split_whitespace().collect::<Vec<_>>().join(" ");
        Side { filler: SideFiller::Value(words), span, inferred: false }
    }

    /// "deputy", "prime", and a noun before the title that names nobody: "defense secretary", "city mayor".
    fn belongs_to_office(&self, t: usize, trigger: usize, chains: &Chains) -> bool {
        let adjective = self.words.is("office_adjectives", &self.doc.word(t).to_lowercase());
        let known = |m: &Mention| m.tokens.contains(&t) && !m.tokens.contains(&trigger) && m.form != Form::Nominal;
        let noun = matches!(self.doc.dep(t), Dep::Compound | Dep::Nmod) && self.grammar.is_noun(t);
        // "Justice Minister": of the two words the first is a title by itself, too.
        let of_two = || format!("{} {}", self.doc.word(t), self.doc.word(trigger)).to_lowercase();
        let one_office = noun && t + 1 == trigger && !self.gazetteer.words().roles(&of_two()).is_empty();
        let named = || chains.mentions.iter().any(known);
        adjective || one_office || noun && !self.grammar.is_title(t) && !named()
    }

    fn entities(&self, steps: &[Step], end: &End, trigger: usize, chains: &Chains) -> Vec<Side> {
        let mut found = self.follow(steps, end, trigger, chains);
        if found.is_empty() && matches!(steps, [Step::Bearer]) {
            found.extend(self.topic(trigger, end, chains));
        }
        if found.is_empty() && matches!(steps, [Step::Subject]) && self.has_prefix(trigger) {
            let before = self.noun_before(trigger - 2).map(Filler::stated);
            found.extend(before.into_iter().flat_map(|filler| self.admit(end, filler, false, chains)));
        }
        found
    }

    /// "Nonni (1536 – 1606), called Il Mascarino, was an architect": brackets behind the name with which a sentence begins hide it
    /// from the parser as the subject.
    fn topic(&self, trigger: usize, end: &End, chains: &Chains) -> Option<Side> {
        let noun = if self.grammar.is_noun(trigger) { trigger } else { self.doc.head(trigger) };
        let verb = self.doc.head(self.grammar.first_conjunct(noun));
        let first = self.doc.sentence_of(trigger).tokens.start;
        let predicated = self.doc.lemma(verb) == "be" && self.doc.dep(verb) == Dep::Root && verb < trigger;
        let starts = |m: &&Mention| (first..first + 2).contains(&m.tokens.start) && m.form == Form::Name;
        let mention = chains.mentions.iter().find(starts).filter(|m| predicated && m.tokens.end < verb)?;
        let bracketed = (mention.tokens.end..(mention.tokens.end + 3).min(verb)).any(|t| self.doc.word(t) == "(");
        let fits = end.kinds.iter().any(|&k| admits(k, chains.entities[mention.entity].kind));
        let filler = SideFiller::Entity(mention.entity);
        (bracketed && fits).then_some(Side { filler, span: mention.span, inferred: true })
    }

    fn follow(&self, steps: &[Step], end: &End, trigger: usize, chains: &Chains) -> Vec<Side> {
        let mut found = Vec::new();
        for origin in self.origins(steps, trigger) {
            for filler in self.grammar.follow(origin, steps) {
                let in_name_of_origin =
                    origin != trigger && self.doc.name_at(origin).is_some_and(|n| n.tokens.contains(&filler.token));
                let is_trigger = filler.token == trigger && !steps.is_empty();
                if is_trigger || in_name_of_origin || self.grammar.is_time(filler.token) {
                    continue;
                }
                let own = filler.token > trigger && self.doc.head(filler.token) == trigger;
                let strict = matches!(steps, [] | [Step::Bearer]) && end.kinds.contains(&Kind::Person) && !own;
                for filler in self.named(filler, trigger, steps.is_empty()) {
                    if end.sure && filler.token >= trigger && !self.is_surely_person(filler.token, chains) {
                        continue;
                    }
                    found.extend(self.admit(end, filler, strict, chains));
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        if let (true, Some(place)) = (found.is_empty(), self.place_of_clause(steps, trigger)) {
            found.extend(self.admit(end, Filler { token: place, inferred: true }, false, chains));
        }
        found
    }

    /// "the University of Lund, where she took her degree": what "where" stands for is what the verb happened in or at.
    fn place_of_clause(&self, steps: &[Step], trigger: usize) -> Option<usize> {
        let [Step::Prep(name)] = steps else { return None };
        let verb = match self.doc.dep(trigger) {
            Dep::Conj => self.grammar.first_conjunct(trigger),
            _ => trigger,
        };
        let says_where = self.doc.children(verb).any(|c| c < verb && self.doc.lemma(c).eq_ignore_ascii_case("where"));
        let inside = matches!(&**name, "in" | "at");
        (inside && says_where && self.doc.dep(verb) == Dep::Relcl).then(|| self.doc.head(verb))
    }

    /// The trigger; for what stands beside a noun also those nouns that it is joined to or a title of; for what stands beside a
    /// verb also a verb joined to it ("lived and worked in Boise"), and the "co-" before it.
    fn origins(&self, steps: &[Step], trigger: usize) -> Vec<usize> {
        let mut all = vec![trigger];
        if self.grammar.is_noun(trigger) {
            let beside = matches!(steps.first(), Some(Step::Poss | Step::Prep(_) | Step::Modifier | Step::Owner));
            if beside && (!self.grammar.is_name(trigger) || self.doc.token(trigger).pos == Pos::Propn) {
                all.extend(self.grammar.companions(trigger));
            }
        } else if let Some(Step::Prep(_)) = steps.first() {
            all.extend(self.joined_verb(trigger));
        } else if matches!(steps.first(), Some(Step::Subject | Step::Object)) && self.has_prefix(trigger) {
            // The parser takes "co-founded" for three verbs, and hangs the clause on any of them.
            all.extend([trigger - 1, trigger - 2]);
        }
        all
    }

    /// "co-founded", three tokens.
    fn has_prefix(&self, trigger: usize) -> bool {
        trigger >= 2 && self.doc.word(trigger - 1) == "-" && self.doc.word(trigger - 2).eq_ignore_ascii_case("co")
    }

    /// The noun or pronoun right before a verb, past auxiliaries and adverbs.
    fn noun_before(&self, verb: usize) -> Option<usize> {
        let first = self.doc.sentence_of(verb).tokens.start;
        let passes = |t: &usize| !matches!(self.doc.token(*t).pos, Pos::Adv | Pos::Aux | Pos::Part);
        let before = (first..verb).rev().find(passes)?;
        matches!(self.doc.token(before).pos, Pos::Noun | Pos::Propn | Pos::Pron).then_some(before)
    }

    fn joined_verb(&self, verb: usize) -> Option<usize> {
        let bare = |c: usize| {
            self.doc.children(c).all(|d| !matches!(self.doc.dep(d), Dep::Nsubj | Dep::Nsubjpass | Dep::Dobj))
        };
        self.doc
            .children(verb)
            .find(|&c| self.doc.dep(c) == Dep::Conj && self.grammar.is_verb(c) && c < verb + 4 && bare(c))
    }

    /// A description that stands for someone the sentence names gives way to the name: "Nordwind is a company based in …", also
    /// where the parser hung the participle on the last word before it: "a maker of boats based in …".
    fn named(&self, filler: Filler, trigger: usize, is_trigger: bool) -> Vec<Filler> {
        let noun = filler.token;
        if is_trigger || !self.grammar.is_noun(noun) || self.grammar.is_name(noun) {
            return vec![filler];
        }
        let participle = self.doc.dep(trigger) == Dep::Acl && self.doc.head(trigger) == noun;
        let whole = || self.governing_noun(noun).filter(|_| participle).map(|up| self.grammar.bearers(up));
        let found = [self.grammar.bearers(noun), self.name_right_behind(noun).into_iter().collect()];
        let found = found.into_iter().find(|f| !f.is_empty()).or_else(whole).unwrap_or_default();
        if found.is_empty() { vec![filler] } else { found }
    }

    /// The noun that "of" hangs another on.
    fn governing_noun(&self, noun: usize) -> Option<usize> {
        let preposition = self.doc.head(noun);
        let of = self.doc.dep(noun) == Dep::Pobj && self.doc.lemma(preposition) == "of";
        of.then(|| self.doc.head(preposition)).filter(|&up| self.grammar.is_noun(up))
    }

    /// "the fashion house Yves Saint Laurent": a name without a mark or preposition behind the noun for what it is.
    fn name_right_behind(&self, noun: usize) -> Option<Filler> {
        let name = self.doc.name_at(noun + 1).filter(|n| n.tokens.start == noun + 1 && n.kind == NameType::Org)?;
        (self.doc.is_definite(noun) && self.doc.sentence_of(noun).tokens.contains(&name.tokens.start))
            .then(|| Filler { token: name.tokens.end - 1, inferred: true })
    }

    fn admit(&self, end: &End, filler: Filler, strict: bool, chains: &Chains) -> Vec<Side> {
        let Some((named, span)) = self.entity(end, filler.token, strict, chains) else { return Vec::new() };
        let SideFiller::Entity(entity) = named else {
            return vec![Side { filler: named, span, inferred: filler.inferred }];
        };
        let side = |entity, span| Side { filler: SideFiller::Entity(entity), span, inferred: filler.inferred };
        let members = chains.entities[entity].members.clone();
        let mut found: Vec<Side> = match members.is_empty() {
            true => vec![side(entity, span)],
            false => members.into_iter().map(|m| side(m, span)).collect(),
        };
        if end.kinds.contains(&Kind::Place) {
            found.extend(self.places_after(span, chains).into_iter().map(|(entity, span)| side(entity, span)));
        }
        found
    }

    fn entity(&self, end: &End, token: usize, strict: bool, chains: &Chains) -> Option<(SideFiller, Span)> {
        let word_fits = end.words.is_empty() || end.words.contains(&self.doc.lemma(token).to_lowercase());
        let Some(mention) = chains.headed_by(token) else {
            return if word_fits { self.unknown(end, token) } else { None };
        };
        let (entity, span, form) = (mention.entity, mention.span, mention.form);
        let is_named = form != Form::Nominal
            || matches!(self.doc.token(token).pos, Pos::Pron | Pos::Propn) && !self.grammar.is_title(token)
            || chains.mentions.iter().any(|m| m.entity == entity && !matches!(m.form, Form::Nominal | Form::Group));
        let known = &chains.entities[entity];
        if !(end.unnamed || is_named) || !(word_fits || self.is_of_class(known, &end.classes)) {
            return None;
        }
        let fits = end.kinds.iter().any(|&k| admits(k, known.kind));
        if end.known && self.is_field(known, token) {
            return None;
        }
        let mistaken = form == Form::Name && known.wikidata.is_none() && known.geonames.is_none();
        let looks_so = |kind: Kind| match kind {
            Kind::Person if strict => self.starts_with_given_name(&known.label),
            Kind::Person => !self.names_body(&known.label),
            Kind::Organization if known.kind == EntityType::Person => !self.is_called_like_person(&known.label),
            _ => true,
        };
        let may_be = |kind: Kind| may_be(kind, known.kind) && looks_so(kind);
        (fits || mistaken && end.kinds.iter().any(|&k| may_be(k))).then_some((SideFiller::Entity(entity), span))
    }

    /// "Isabel Ruiz", and not "Raymond James Financial" or "Johnson & Johnson".
    fn is_called_like_person(&self, label: &str) -> bool {
        self.starts_with_given_name(label) && !self.names_body(label) && (2..=3).contains(&label.split(' ').count())
    }

    /// Whether more than the look of a name says that somebody is a person: a link, a title, a first name, a word for people
    /// between the trigger and the name ("German chemist …").
    fn is_surely_person(&self, token: usize, chains: &Chains) -> bool {
        let Some(mention) = chains.headed_by(token) else { return false };
        let entity = &chains.entities[mention.entity];
        let first = self.doc.name_at(token).map_or(token, |n| n.tokens.start);
        let is_person = |t: usize| {
            let roles = self.gazetteer.words().roles(&self.doc.lemma(t).to_lowercase());
            self.grammar.is_title(t) || roles.iter().any(|role| role.kind == EntityType::Person)
        };
        let described = first.checked_sub(1).is_some_and(is_person);
        entity.wikidata.is_some()
            || mention.form != Form::Name
            || described
            || self.starts_with_given_name(&entity.label)
    }

    /// "director of Housing Studies", "chief of Plans": a field of work, which only looks like the name of a body.
    fn is_field(&self, entity: &Entity, token: usize) -> bool {
        let determined = self.doc.children(token).any(|c| matches!(self.doc.dep(c), Dep::Det | Dep::Poss));
        let short = entity.label.split(' ').count() <= 2;
        let company = self.gazetteer.words().is("company_word", &self.doc.word(token).to_lowercase());
        entity.wikidata.is_none()
            && short
            && !company
            && self.doc.is_plural(token)
            && !determined
            && self.grammar.is_noun(token)
    }

    /// "Adruce is his son": a capital at the beginning that the tagger took for a common noun.
    pub fn is_unknown_name(&self, token: usize) -> bool {
        let bare = self.doc.children(token).all(|c| matches!(self.doc.dep(c), Dep::Cc | Dep::Conj | Dep::Punct));
        let subject = matches!(self.doc.dep(token), Dep::Nsubj | Dep::Nsubjpass);
        self.doc.token(token).tag == Tag::Nn
            && self.doc.token(token).pos == Pos::Noun
            && bare
            && subject
            && self.may_be_name(token)
            && self.gazetteer.words().roles(&self.doc.lemma(token).to_lowercase()).is_empty()
    }

    /// Whether a word of a name says what kind of body it is: "ministry", "hospital".
    pub fn names_body(&self, label: &str) -> bool {
        let is_body = |word: &str| {
            let roles = self.gazetteer.words().roles(&word.to_lowercase());
            roles.iter().any(|role| role.kind == EntityType::Organization)
        };
        label.split_whitespace().any(is_body)
    }

    fn starts_with_given_name(&self, label: &str) -> bool {
        let mut words = label.split_whitespace();
        let first = words.next().map(|word| self.gazetteer.key(word));
        words.next().is_some() && first.is_some_and(|key| self.gazetteer.words().given_name(&key).is_some())
    }

    fn is_of_class(&self, entity: &Entity, classes: &[String]) -> bool {
        let item = entity.wikidata.as_deref().and_then(|q| self.gazetteer.item(q));
        item.is_some_and(|item| classes.iter().any(|c| c == self.gazetteer.entry(item).class()))
    }

    /// Someone or something that no stage before took for an entity: a pronoun without antecedent, or a name.
    fn unknown(&self, end: &End, token: usize) -> Option<(SideFiller, Span)> {
        let pronoun = self.doc.token(token).pos == Pos::Pron;
        let name = self.doc.token(token).pos == Pos::Propn && self.may_be_name(token) || self.is_unknown_name(token);
        let thing = end.unnamed && end.kinds.contains(&Kind::Any) && self.grammar.is_noun(token);
        if !(pronoun || name || thing) || name && end.known || end.kinds.is_empty() {
            return None;
        }
        let range = match pronoun {
            true => token..token + 1,
            false if name => self.name_of(token),
            false => self.phrase_of(token),
        };
        let kind = entity_type(end.kinds[0])?;
        if pronoun && !self.pronoun_fits(token, kind) {
            return None;
        }
        let span = self.doc.span(range.clone());
        Some((SideFiller::New(NewEntity { kind, tokens: range, head: token }), span))
    }

    fn pronoun_fits(&self, token: usize, kind: EntityType) -> bool {
        let word = self.doc.word(token).to_lowercase();
        let list = match kind {
            EntityType::Person => "person_pronouns",
            EntityType::Organization => "body_pronouns",
            _ => return false,
        };
        self.words.is(list, &word)
    }

    fn may_be_name(&self, token: usize) -> bool {
        let no = [NameType::Date, NameType::Time, NameType::Money, NameType::Language, NameType::Percent];
        self.doc.name_at(token).is_none_or(|n| !no.contains(&n.kind))
            && !self.grammar.is_title(token)
            && self.doc.word(token).starts_with(char::is_uppercase)
    }

    /// A noun with the words before it that describe it.
    fn phrase_of(&self, noun: usize) -> Range<usize> {
        let describes = |c: &usize| matches!(self.doc.dep(*c), Dep::Amod | Dep::Compound | Dep::Nmod) && *c < noun;
        let first = self.doc.children(noun).filter(describes).map(|c| self.doc.subtree(c).start).min();
        first.unwrap_or(noun)..noun + 1
    }

    /// The capitalised words that end in a token.
    pub fn name_of(&self, token: usize) -> Range<usize> {
        let first = self.doc.sentence_of(token).tokens.start;
        let mut start = token;
        while start > first && self.doc.token(start - 1).pos == Pos::Propn && self.doc.head(start - 1) == token {
            start -= 1;
        }
        start..token + 1
    }

    /// "Idaho" and "USA" after "Rupert" in "Rupert, Idaho, USA": what lies in a place lies in those that name it.
    pub fn places_after(&self, span: Span, chains: &Chains) -> Vec<(usize, Span)> {
        let mut found = Vec::new();
        let mut end = span.end;
        let text = self.doc.text();
        while let Some(rest) = text.get(end..) {
            let gap = rest.len() - rest.trim_start_matches([',', ' ']).len();
            let comma = rest.starts_with(", ") || rest.starts_with(',') && gap == 1;
            let next = chains.mentions.iter().find(|m| m.span.start == end + gap && m.form == Form::Name);
            match next.filter(|m| comma && Kind::Place.admits(chains.entities[m.entity].kind)) {
                Some(mention) => {
                    found.push((mention.entity, mention.span));
                    end = mention.span.end;
                }
                None => break,
            }
        }
        found
    }
}

/// As for events, but a group is no person: "engineers" have no seat and no father.
fn admits(kind: Kind, entity: EntityType) -> bool {
    kind.admits(entity) && !(kind == Kind::Person && entity == EntityType::Group)
}

/// Whether a name that nobody knows, and that was taken for one kind of thing, may be of another: "Raymond James Financial"
/// looks like a person.
fn may_be(wanted: Kind, taken: EntityType) -> bool {
    use EntityType as E;
    match wanted {
        Kind::Organization | Kind::Party => {
            matches!(taken, E::Person | E::Organization | E::Facility | E::Thing | E::Place | E::Document)
        }
        Kind::Person => matches!(taken, E::Organization | E::Place | E::Thing | E::Facility | E::Group),
        Kind::Place => matches!(taken, E::Organization | E::Person | E::Thing),
        _ => false,
    }
}

fn entity_type(kind: Kind) -> Option<EntityType> {
    Some(match kind {
        Kind::Person | Kind::Party => EntityType::Person,
        Kind::Organization => EntityType::Organization,
        Kind::Place => EntityType::Place,
        Kind::Any => EntityType::Thing,
        Kind::Country | Kind::Group => return None,
    })
}
