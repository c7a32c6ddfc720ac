//! Which events of different articles are one event: a function of what the articles say, in whatever order they come.
//!
//! An event that an article asserts is a [`Report`]. It has *anchors*, short texts of day, kind and party or place, kept in
//! the article's graph, by which reports that may be of one event are found; [`together`](super::together) sorts those that
//! agree into events. See `data/instances/README.md` for the rule.

use super::copies::{CopyRule, Sketch, words};
use super::names::{Names, hash};
use super::party::{Comparison, Party, Properties};
use super::record::Mention;
use crate::ontology::iri::{en, nif};
use crate::ontology::{Ontology, local};
use jiff::civil::Date;
use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// When reports are of one event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    longest: i32,
    agreements: usize,
    family: Vec<Family>,
    pub copies: CopyRule,
}

/// Classes of events that are compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    class: String,
    #[serde(default)]
    pooled: bool,
    /// How many parties both must name.
    parties: usize,
    /// In place of the rule's, where less is enough: somebody dies once.
    agreements: Option<usize>,
    place: PlaceRule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PlaceRule {
    Free,
    Same,
}

#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    #[error("data/instances/rule.toml: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("data/instances/rule.toml: `{0}` is no class of events")]
    Class(String),
}

/// An event as one article asserts it. What it says is shared between copies of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The event as the article alone gives it.
    pub instance: NamedNode,
    pub article: NamedNode,
    /// The mentions of it that assert it; at least one.
    pub mentions: Arc<[Mention]>,
    pub anchors: Arc<BTreeSet<String>>,
    traits: Arc<Traits>,
    sketch: Option<Arc<Sketch>>,
}

impl Report {
    /// What is kept of the article's text to know copies by.
    pub fn sketch(&self) -> Option<&Sketch> {
        self.sketch.as_deref()
    }

    pub(super) fn with_mentions(&self, mentions: Arc<[Mention]>) -> Self {
        Self { mentions, ..self.clone() }
    }

    /// Those whom a participant or place stands for: the members of a group that has some.
    pub fn meant<'a>(&'a self, participant: &'a NamedNode) -> impl Iterator<Item = &'a NamedNode> {
        let members = self.traits.members.get(participant);
        members.into_iter().flatten().chain(members.is_none().then_some(participant))
    }
}

/// What tells an event from others.
#[derive(Clone, Debug, Default)]
struct Traits {
    classes: BTreeSet<String>,
    stretch: Option<(Date, Date)>,
    actors: BTreeSet<Party>,
    recipients: BTreeSet<Party>,
    others: BTreeSet<Party>,
    places: BTreeSet<Party>,
    numbers: BTreeSet<(NamedNode, String)>,
    /// Of every participant who is a group.
    members: BTreeMap<NamedNode, Vec<NamedNode>>,
    sentences: Vec<NamedNode>,
}

/// What comes of comparing two reports of different articles, apart from the articles' texts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    None,
    /// They are of one event if one text is a copy of the other.
    OfCopies,
    Full,
}

/// What anchors of the same sentence begin with.
const SAID: &str = "said ";

impl Rule {
    /// The rule that is part of the program.
    pub fn embedded(ontology: &Ontology) -> Result<Self, RuleError> {
        let rule: Self = toml::from_str(include_str!("../../data/instances/rule.toml"))?;
        match rule.family.iter().find(|f| ontology.event(&f.class).is_none()) {
            Some(family) => Err(RuleError::Class(family.class.clone())),
            None => Ok(rule),
        }
    }

    /// A report out of its mentions. `about` tells what the article says of a node.
    pub fn report<E>(
        &self,
        (ontology, names): (&Ontology, &Names),
        instance: NamedNode,
        mentions: Vec<Mention>,
        mut about: impl FnMut(&NamedNode) -> Result<Properties, E>,
    ) -> Result<Report, E> {
        let mut traits = Traits::default();
        for mention in &mentions {
            traits.add(ontology, names, mention, &mut about)?;
        }
        let article = mentions.first().map_or_else(|| instance.clone(), |m| m.article.clone());
        let texts = about(&instance)?.into_iter().filter(|(p, _)| *p == en::ANCHOR);
        let anchors = texts.filter_map(|(_, o)| value(&o).map(str::to_owned)).collect();
        let (anchors, traits) = (Arc::new(anchors), Arc::new(traits));
        let sketch = mentions.iter().find_map(|m| m.sketch.as_ref()?.value().parse().ok()).map(Arc::new);
        Ok(Report { instance, article, mentions: mentions.into(), anchors, traits, sketch })
    }

    /// The anchors that a report shall have.
    pub fn anchors<E>(
        &self,
        ontology: &Ontology,
        report: &Report,
        mut about: impl FnMut(&NamedNode) -> Result<Properties, E>,
    ) -> Result<BTreeSet<String>, E> {
        let traits = &report.traits;
        let mut anchors = BTreeSet::new();
        if let (Some(family), Some((first, last))) = (self.family(ontology, traits), self.stretch(traits)) {
            let parties: Vec<&Party> = match family.place {
                PlaceRule::Free => traits.actors.union(&traits.recipients).filter(|p| p.is_identified()).collect(),
                PlaceRule::Same => traits.towns().filter(|p| p.is_identified()).collect(),
            };
            anchors.extend(parties.iter().map(|party| format!("{first}/{last} {} {}", family.class, party.key)));
        }
        for sentence in &traits.sentences {
            let text = about(sentence)?.into_iter().find(|(p, _)| *p == nif::ANCHOR_OF);
            let words = words(text.as_ref().and_then(|(_, o)| value(o)).unwrap_or_default());
            if words.len() >= self.copies.sentence {
                anchors.insert(format!("{SAID}{}", &hash(&[&words.join(" ")])[..16]));
            }
        }
        Ok(anchors)
    }

    /// Whether two reports of different articles are of one event, as far as both say, by their traits and anchors.
    pub(super) fn agreement(&self, ontology: &Ontology, a: &Report, b: &Report) -> Agreement {
        let (x, y) = (&a.traits, &b.traits);
        if !classes_agree(ontology, &x.classes, &y.classes) {
            Agreement::None
        } else if self.are_of_one_event(ontology, x, y) {
            Agreement::Full
        } else if stand_in_one_sentence(a, b) {
            Agreement::OfCopies
        } else {
            Agreement::None
        }
    }

    /// Whether the texts of two reports are copies, as far as is known.
    pub(super) fn are_texts_copies(&self, a: &Report, b: &Report) -> bool {
        let sketches = a.sketch().zip(b.sketch());
        sketches.is_some_and(|(a, b)| self.copies.are_copies(a, b))
    }

    fn are_of_one_event(&self, ontology: &Ontology, x: &Traits, y: &Traits) -> bool {
        let (Some(family), Some(other)) = (self.family(ontology, x), self.family(ontology, y)) else { return false };
        let stretch = self.stretch(x);
        if family.class != other.class || stretch.is_none() || stretch != self.stretch(y) || !places_agree(x, y) {
            return false;
        }
        // Of people whom nobody identifies the number is all there is.
        if !x.share_someone(y) && x.numbers_differ(y) {
            return false;
        }
        let Some(parties) = (if family.pooled { x.agree_pooled(y) } else { x.agree_by_side(y) }) else { return false };
        let places = match family.place {
            PlaceRule::Same if !x.are_in_one_town(y) => return false,
            PlaceRule::Free if !x.are_in_one_place(y) => 0,
            _ => 1,
        };
        let numbers = usize::from(x.numbers.intersection(&y.numbers).next().is_some());
        parties >= family.parties && parties + places + numbers >= family.agreements.unwrap_or(self.agreements)
    }

    /// The nearest family at or above the classes of an event, when it is one.
    fn family(&self, ontology: &Ontology, traits: &Traits) -> Option<&Family> {
        let mut families = traits.classes.iter().map(|class| {
            let above = ontology.event(class).into_iter().flat_map(|c| &c.above).filter_map(|c| local(c.as_ref()));
            std::iter::once(class.as_str()).chain(above).find_map(|c| self.family.iter().find(|f| f.class == c))
        });
        let first = families.next()??;
        families.all(|f| f.is_some_and(|f| f.class == first.class)).then_some(first)
    }

    /// The time of an event, when it is short enough.
    fn stretch(&self, traits: &Traits) -> Option<(Date, Date)> {
        let is_short = |(first, last): &(Date, Date)| last.since(*first).is_ok_and(|s| s.get_days() < self.longest);
        traits.stretch.filter(is_short)
    }
}

/// What a report says. Two that are equal agree with the same others, as far as their articles' texts are not asked for.
#[derive(Clone)]
pub(super) struct Kind {
    traits: Arc<Traits>,
    anchors: Arc<BTreeSet<String>>,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        let (x, y) = (&*self.traits, &*other.traits);
        let alike = |a: &BTreeSet<Party>, b: &BTreeSet<Party>| {
            a.len() == b.len() && a.iter().zip(b).all(|(p, q)| p.compares_like(q))
        };
        x.classes == y.classes
            && x.stretch == y.stretch
            && x.numbers == y.numbers
            && x.sides().iter().zip(y.sides()).all(|(a, b)| alike(a, b))
            && self.anchors == other.anchors
    }
}

impl Eq for Kind {}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let parties = self.traits.sides().into_iter().flatten();
        parties.for_each(|party| party.key.hash(state));
        (&self.traits.classes, self.traits.stretch, &self.anchors).hash(state);
    }
}

impl Report {
    pub(super) fn kind(&self) -> Kind {
        Kind { traits: self.traits.clone(), anchors: self.anchors.clone() }
    }

    pub(super) fn has_classes_of(&self, other: &Self) -> bool {
        self.traits.classes == other.traits.classes
    }

    /// The event is named by its first report: the earliest article, then the first name.
    pub(super) fn order(&self) -> (String, NamedNode) {
        let published = self.mentions.iter().filter_map(|m| m.published.as_ref()).map(|d| d.value().to_owned()).min();
        (published.unwrap_or_else(|| "unknown".to_owned()), self.instance.clone())
    }

    /// How much it says.
    pub(super) fn fullness(&self, ontology: &Ontology) -> (usize, usize, usize) {
        let traits = &self.traits;
        let identified = |set: &BTreeSet<Party>| set.iter().filter(|p| p.is_identified()).count();
        let depth = traits.classes.iter().filter_map(|c| ontology.event(c)).map(|c| c.above.len()).max();
        (identified(&traits.places), identified(&traits.actors) + identified(&traits.recipients), depth.unwrap_or(0))
    }
}

impl Traits {
    fn add<E>(
        &mut self,
        ontology: &Ontology,
        names: &Names,
        mention: &Mention,
        about: &mut impl FnMut(&NamedNode) -> Result<Properties, E>,
    ) -> Result<(), E> {
        for (predicate, object) in &mention.properties {
            match object {
                Term::NamedNode(node) if *predicate == en::EVENT_CLASS => {
                    self.classes.extend(local(node.as_ref()).map(str::to_owned));
                }
                Term::NamedNode(node) if *predicate == en::SENTENCE => self.sentences.push(node.clone()),
                Term::NamedNode(node) if is_role(ontology, predicate.as_ref()) => {
                    let parties = Party::all(node, names, about)?;
                    if parties.iter().any(|p| p.node != *node) {
                        self.members.insert(node.clone(), parties.iter().map(|p| p.node.clone()).collect());
                    }
                    self.set(ontology, predicate.as_ref()).into_iter().for_each(|set| set.extend(parties.clone()));
                }
                Term::Literal(number) if is_number(predicate.as_ref()) => {
                    self.numbers.insert((predicate.clone(), number.value().to_owned()));
                }
                _ => (),
            }
        }
        let stretch = mention.stretch();
        // As the record does: the shortest time that a mention gives.
        self.stretch = [self.stretch, stretch]
            .into_iter()
            .flatten()
            .min_by_key(|(f, l)| (l.since(*f).ok().map(|s| s.get_days()), *f));
        Ok(())
    }

    /// Where those with this role are kept.
    fn set(&mut self, ontology: &Ontology, predicate: NamedNodeRef<'_>) -> Option<&mut BTreeSet<Party>> {
        let role = local(predicate).and_then(|name| ontology.role(name));
        match role {
            _ if predicate == en::ACTOR => Some(&mut self.actors),
            _ if predicate == en::RECIPIENT => Some(&mut self.recipients),
            Some(role) if !role.is_place => Some(&mut self.others),
            // Where somebody comes from is not where it happens.
            Some(_) if local(predicate) != Some("origin") => Some(&mut self.places),
            _ => None,
        }
    }

    fn sides(&self) -> [&BTreeSet<Party>; 4] {
        [&self.actors, &self.recipients, &self.others, &self.places]
    }

    /// How many parties are the same; none when they do not agree.
    fn agree_by_side<'a>(&'a self, other: &'a Self) -> Option<usize> {
        let all = |parties: &'a BTreeSet<Party>| parties.iter().collect::<Vec<_>>();
        let actors = side(&all(&self.actors), &all(&other.actors))?;
        let recipients = side(&all(&self.recipients), &all(&other.recipients))?;
        Some(actors + recipients + same(&all(&self.others), &all(&other.others)))
    }

    /// The same, whoever stands on which side.
    fn agree_pooled<'a>(&'a self, other: &'a Self) -> Option<usize> {
        let pool = |t: &'a Self| t.actors.union(&t.recipients).collect::<Vec<_>>();
        side(&pool(self), &pool(other))
    }

    fn are_in_one_town(&self, other: &Self) -> bool {
        let others: Vec<&Party> = other.towns().collect();
        self.towns().any(|p| others.iter().any(|q| p.compare_place(q) == Comparison::Same))
    }

    /// Places that are no states: where it happens, or what it happens to, such as a town that is shelled.
    fn towns(&self) -> impl Iterator<Item = &Party> {
        let hit = self.recipients.iter().filter(|p| p.is_place());
        self.places.iter().chain(hit).filter(|p| !p.is_state())
    }

    fn share_someone<'a>(&'a self, other: &'a Self) -> bool {
        let all = |t: &'a Self| t.actors.iter().chain(&t.recipients).chain(&t.others);
        let mut known = all(self).filter(|p| p.is_identified());
        known.any(|p| all(other).any(|q| p.compare(q) == Comparison::Same))
    }

    /// Whether one gives a number that the other gives otherwise.
    fn numbers_differ(&self, other: &Self) -> bool {
        let differ = |(p, n): &(NamedNode, String)| other.numbers.iter().any(|(q, m)| p == q && n != m);
        self.numbers.difference(&other.numbers).any(differ) && self.numbers.is_disjoint(&other.numbers)
    }

    /// Whether the places are the same, or one is the country of the other; the host of a visit is a place too.
    fn are_in_one_place<'a>(&'a self, other: &'a Self) -> bool {
        let all = |t: &'a Self| t.places.iter().chain(t.recipients.iter().filter(|p| p.is_place()));
        let near = |p: &Party, q: &Party| match p.compare_place(q) {
            Comparison::Same => true,
            Comparison::Unclear => p.is_state() || q.is_state(),
            Comparison::Different => false,
        };
        let is_place = |p: &Party, t: &Self| t.places.contains(p);
        // Two recipients that are the same have been counted as parties.
        all(self).any(|p| all(other).any(|q| (is_place(p, self) || is_place(q, other)) && near(p, q)))
    }
}

/// Whether two reports stand in the same sentence, if their texts are copies.
fn stand_in_one_sentence(a: &Report, b: &Report) -> bool {
    let (x, y) = (&a.traits, &b.traits);
    let is_said = a.anchors.intersection(&b.anchors).any(|anchor| anchor.starts_with(SAID));
    let times = || x.stretch.is_none() || y.stretch.is_none() || x.stretch == y.stretch;
    is_said && times() && places_agree(x, y) && x.agree_by_side(y).is_some()
}

/// How many of two sides are the same; none when somebody of one has no counterpart on the other, which names somebody.
fn side(a: &[&Party], b: &[&Party]) -> Option<usize> {
    let has_counterpart = |p: &Party, others: &[&Party]| {
        others.is_empty() || others.iter().any(|q| p.compare(q) != Comparison::Different)
    };
    let fits = |these: &[&Party], others| these.iter().all(|p| !p.is_identified() || has_counterpart(p, others));
    (fits(a, b) && fits(b, a)).then(|| same(a, b))
}

fn same(a: &[&Party], b: &[&Party]) -> usize {
    a.iter().filter(|p| b.iter().any(|q| p.compare(q) == Comparison::Same)).count()
}

/// Whether no two places speak against each other: when one is the same, others may be more or less exact.
fn places_agree(x: &Traits, y: &Traits) -> bool {
    let pairs = || x.places.iter().flat_map(|p| y.places.iter().map(|q| p.compare_place(q)));
    pairs().any(|c| c == Comparison::Same) || pairs().all(|c| c != Comparison::Different)
}

/// Whether a class of one is a class of the other or above it.
fn classes_agree(ontology: &Ontology, a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let is_above = |upper: &str, lower: &str| {
        ontology.event(lower).is_some_and(|c| c.above.iter().any(|t| local(t.as_ref()) == Some(upper)))
    };
    let agree = |x: &String, y: &String| x == y || is_above(x, y) || is_above(y, x);
    a.iter().any(|x| b.iter().any(|y| agree(x, y)))
}

fn is_role(ontology: &Ontology, predicate: NamedNodeRef<'_>) -> bool {
    local(predicate).is_some_and(|name| ontology.role(name).is_some())
}

fn is_number(predicate: NamedNodeRef<'_>) -> bool {
    [en::NUMBER_KILLED, en::NUMBER_INJURED, en::NUMBER_ARRESTED, en::NUMBER_RELEASED].contains(&predicate)
}

fn value(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}
