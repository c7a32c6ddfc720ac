//! What speaks for or against a statement being right: names of features that hold, for events, relations and mentions.
//!
//! Training and analysis both come here, so there is one definition. A name is what it is about, `=`, and its value; amounts
//! fall into a few classes.

use crate::coref::Chains;
use crate::doc::{Doc, Form, Mention};
use crate::extract::{Event, Object, Party, Relation, RoleName};
use crate::link::Entity;
use crate::pipeline::Analysis;
use crate::text::Span;
use std::collections::HashMap;

/// Features of one statement.
pub type Names = Vec<String>;

/// What a mention is judged by: names of things elsewhere by one table, words that take up a name by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// A name of something that has an identifier.
    Link(Names),
    /// A pronoun, a noun or a group.
    Reference(Names),
    /// A name that is only known from the article itself.
    Own,
}

/// The features of all that an analysis states, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    pub events: Vec<Names>,
    pub relations: Vec<Names>,
    pub mentions: Vec<Judged>,
}

impl Features {
    pub fn of(analysis: &Analysis) -> Self {
        let view = View::new(analysis);
        Self {
            events: analysis.events.iter().map(|e| view.event(e)).collect(),
            relations: analysis.relations.iter().map(|r| view.relation(r)).collect(),
            mentions: (0..analysis.chains.mentions.len()).map(|i| view.mention(i)).collect(),
        }
    }
}

/// An analysis with what has to be looked up often.
struct View<'a> {
    doc: &'a Doc,
    chains: &'a Chains,
    analysis: &'a Analysis,
    by_words: HashMap<(usize, Span), &'a Mention>,
    /// Mentions of each entity, in the order of the text.
    by_entity: HashMap<usize, Vec<&'a Mention>>,
    /// Events of each sentence.
    crowd: HashMap<usize, usize>,
    /// Events of each trigger.
    sharing: HashMap<usize, usize>,
}

impl<'a> View<'a> {
    fn new(analysis: &'a Analysis) -> Self {
        let chains = &analysis.chains;
        let (mut by_entity, mut crowd, mut sharing) = (HashMap::new(), HashMap::new(), HashMap::new());
        for mention in &chains.mentions {
            by_entity.entry(mention.entity).or_insert_with(Vec::new).push(mention);
        }
        by_entity.values_mut().for_each(|mentions| mentions.sort_by_key(|m| m.span));
        for event in &analysis.events {
            *crowd.entry(event.sentence).or_default() += 1;
            *sharing.entry(event.trigger).or_default() += 1;
        }
        let by_words = chains.mentions.iter().map(|m| ((m.entity, m.span), m)).collect();
        Self { doc: &analysis.doc, chains, analysis, by_words, by_entity, crowd, sharing }
    }

    fn event(&self, event: &Event) -> Names {
        let mut names = rule(&event.rule);
        names.push(format!("type={}", event.kind.as_deref().unwrap_or("none")));
        names.push(format!("own={}", tenths(event.confidence)));
        names.extend(event.general.then(|| "general=yes".to_owned()));
        self.place_in_tree(&mut names, event.trigger);
        let sentence = self.doc.sentences().get(event.sentence);
        names.extend(sentence.map(|s| format!("kind={}", s.kind.as_str())));
        names.push(format!("crowd={}", amount(self.crowd[&event.sentence], &[1, 2, 4])));
        names.push(format!("sharing={}", amount(self.sharing[&event.trigger], &[1])));
        names.push(format!("depth={}", amount(event.attribution.len(), &[0, 1])));
        names.push(format!("dated={}", event.time.is_some()));
        names.push(format!("placed={}", event.parties_in(&RoleName::Place).next().is_some()));
        for (side, role) in [("actor", RoleName::Actor), ("recipient", RoleName::Recipient)] {
            self.side(&mut names, side, event, &role);
        }
        names
    }

    /// How deep a word stands in the tree, what it is there, and how long the sentence is.
    fn place_in_tree(&self, names: &mut Names, token: usize) {
        let depth = self.doc.ancestors(token).count();
        names.push(format!("tree={}", amount(depth, &[0, 1, 2, 4])));
        names.push(format!("dep={}", self.doc.dep(token)));
        names.push(format!("pos={}", self.doc.token(token).pos));
        names.push(self.length(token));
    }

    fn length(&self, token: usize) -> String {
        format!("length={}", amount(self.doc.sentence_of(token).tokens.len(), &[12, 20, 30, 45]))
    }

    fn side(&self, names: &mut Names, side: &str, event: &Event, role: &RoleName) {
        let parties: Vec<&Party> = event.parties_in(role).collect();
        names.push(format!("{side}s={}", amount(parties.len(), &[0, 1, 2])));
        let Some(party) = parties.first() else { return };
        let token = self.token_at(party.span.start);
        let is_before = token < event.trigger;
        let far = amount(token.abs_diff(event.trigger), &[2, 4, 8, 16]);
        names.push(format!("{side}-at={}{far}", if is_before { "before" } else { "after" }));
        let is_here = self.doc.tokens().get(token).is_some_and(|t| t.sentence == event.sentence);
        names.extend((!is_here).then(|| format!("{side}-elsewhere=yes")));
        self.party(names, side, party.entity, party.span);
    }

    fn party(&self, names: &mut Names, side: &str, entity: usize, words: Span) {
        let mention = self.by_words.get(&(entity, words));
        names.push(format!("{side}-form={}", mention.map_or("none", |m| m.form.as_str())));
        let Some(entity) = self.chains.entities.get(entity) else { return };
        names.push(format!("{side}-class={:?}", entity.kind));
        names.push(format!("{side}-known={}", is_known(entity)));
        names.extend(mention.map(|m| format!("{side}-own={}", tenths(m.confidence))));
    }

    fn relation(&self, relation: &Relation) -> Names {
        let mut names = rule(&relation.rule);
        names.push(format!("predicate={}", relation.predicate));
        names.push(format!("own={}", tenths(relation.confidence)));
        names.push(format!("depth={}", amount(relation.attribution.len(), &[0, 1])));
        names.push(format!("ended={}", relation.until.is_some()));
        let token = self.token_at(relation.span.start);
        if token < self.doc.tokens().len() {
            names.push(self.length(token));
        }
        names.push(format!("words={}", amount(self.token_at(relation.span.end) - token, &[1, 3, 6, 12])));
        self.end(&mut names, "subject", relation.subject, relation.span);
        match &relation.object {
            Object::Entity(entity) => self.end(&mut names, "object", *entity, relation.span),
            Object::Value(_) => names.push("object-form=value".to_owned()),
        }
        names
    }

    /// One end of a relation, by the mention that is nearest to the words that state it.
    fn end(&self, names: &mut Names, side: &str, entity: usize, words: Span) {
        let distance = |m: &Mention| {
            m.span.start.saturating_sub(words.end)
                + words.start.saturating_sub(m.span.end)
                + usize::from(!words.contains(m.span))
        };
        let nearest = self.by_entity.get(&entity).and_then(|all| all.iter().min_by_key(|m| (distance(m), m.span)));
        let Some(mention) = nearest else { return self.party(names, side, entity, words) };
        let far = self.token_at(mention.span.start).abs_diff(self.token_at(words.start));
        names.push(format!("{side}-at={}", amount(far, &[2, 4, 8, 16])));
        self.party(names, side, entity, mention.span);
    }

    fn mention(&self, index: usize) -> Judged {
        let mention = &self.chains.mentions[index];
        let Some(entity) = self.chains.entities.get(mention.entity) else { return Judged::Own };
        match mention.form {
            form if is_reference(form) => Judged::Reference(self.reference(mention, entity)),
            _ if is_known(entity) => Judged::Link(self.link(mention, entity)),
            _ => Judged::Own,
        }
    }

    fn link(&self, mention: &Mention, entity: &Entity) -> Names {
        let words = mention.span.of(self.doc.text());
        let name = self.doc.name_at(mention.head);
        vec![
            format!("form={}", mention.form.as_str()),
            format!("class={:?}", entity.kind),
            format!("form-class={}-{:?}", mention.form.as_str(), entity.kind),
            format!("own={}", tenths(mention.confidence)),
            format!("ids={}{}", u8::from(entity.wikidata.is_some()), u8::from(entity.geonames.is_some())),
            format!("model={}", name.map_or("none", |n| n.kind.as_str())),
            format!("whole={}", name.is_some_and(|n| n.tokens == mention.tokens)),
            format!("label={}", words == entity.label),
            format!("words={}", amount(mention.tokens.len(), &[1, 2, 3])),
            format!("times={}", amount(self.by_entity[&mention.entity].len(), &[1, 2, 4, 8])),
            format!("capitals={}", words.chars().all(|c| !c.is_lowercase())),
            format!("company={}", amount(self.company(mention, entity), &[0, 1, 3])),
        ]
    }

    /// How many other entities are of the same country.
    fn company(&self, mention: &Mention, entity: &Entity) -> usize {
        let others = self.chains.entities.iter().enumerate().filter(|(i, _)| *i != mention.entity);
        others.filter(|(_, other)| other.country.is_some() && other.country == entity.country).count()
    }

    fn reference(&self, mention: &Mention, entity: &Entity) -> Names {
        let sentence = |m: &Mention| self.doc.token(m.head).sentence;
        let all = &self.by_entity[&mention.entity];
        let before = all.iter().rev().find(|m| m.span < mention.span);
        let far = before.map_or("none".to_owned(), |m| amount(sentence(mention) - sentence(m), &[0, 1, 2, 4]));
        let rivals = before.map_or(0, |b| self.rivals(mention, entity, b.span));
        let is_pronoun = mention.form == Form::Pronoun;
        let word = if is_pronoun { self.doc.word(mention.head).to_lowercase() } else { String::new() };
        let mut names = vec![
            format!("form={}", mention.form.as_str()),
            format!("form-class={}-{:?}", mention.form.as_str(), entity.kind),
            format!("own={}", tenths(mention.confidence)),
            format!("far={far}"),
            format!("rivals={}", amount(rivals, &[0, 1, 3])),
            format!("before={}", before.map_or("none", |m| m.form.as_str())),
            format!("dep={}", self.doc.dep(mention.head)),
            format!("members={}", amount(entity.members.len(), &[0, 2])),
            format!("times={}", amount(all.len(), &[1, 2, 4, 8])),
            format!("named={}", all.iter().any(|m| !is_reference(m.form))),
        ];
        names.extend(is_pronoun.then(|| format!("word={word}")));
        names
    }

    /// Other entities of the same class that are spoken of between two places.
    fn rivals(&self, mention: &Mention, entity: &Entity, before: Span) -> usize {
        let between = self.chains.mentions.iter().filter(|m| before < m.span && m.span < mention.span);
        let others = between.map(|m| m.entity).filter(|e| *e != mention.entity);
        let mut others: Vec<usize> = others.filter(|e| self.chains.entities[*e].kind == entity.kind).collect();
        others.sort_unstable();
        others.dedup();
        others.len()
    }

    /// The token that begins at a byte, or the next one.
    fn token_at(&self, byte: usize) -> usize {
        self.analysis.doc.tokens().partition_point(|t| t.span.start < byte)
    }
}

/// Whether words only take up a name that stands elsewhere.
fn is_reference(form: Form) -> bool {
    matches!(form, Form::Pronoun | Form::Nominal | Form::Group)
}

fn is_known(entity: &Entity) -> bool {
    entity.wikidata.is_some() || entity.geonames.is_some()
}

/// The rule, its file, and its family of rules: `consult/visit.toml#arrive`, `consult/visit.toml`, `consult`.
fn rule(rule: &str) -> Names {
    let file = rule.split('#').next().unwrap_or_default();
    let family = file.split('/').next().unwrap_or_default();
    vec![format!("rule={rule}"), format!("file={file}"), format!("family={family}")]
}

/// The class that an amount falls into: its bound, or `+` beyond the last.
fn amount(number: usize, bounds: &[usize]) -> String {
    bounds.iter().find(|bound| number <= **bound).map_or_else(|| "+".to_owned(), usize::to_string)
}

/// A probability in tenths.
fn tenths(probability: f32) -> u8 {
    (probability.clamp(0.0, 1.0) * 10.0).round() as u8
}
