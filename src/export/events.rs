//! Events as rows: one for each pair of actor and recipient.

use super::columns::Cell;
use super::properties::{Properties, last_part};
use super::selection::Selection;
use super::statement::{Article, Party, Place, Reading, Statement};
use super::{ExportError, properties};
use crate::ontology::iri::{en, prov};
use crate::ontology::{Ontology, local};
use jiff::civil::Date;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// An event of the record, or one that an article speaks of.
pub(super) struct Event {
    pub statement: Statement,
    pub first: Option<Date>,
    pub last: Option<Date>,
    pub class: Option<String>,
    pub kind: Option<String>,
    pub mode: Option<String>,
    pub contexts: Vec<String>,
    pub cameo: Option<String>,
    /// Quad class and score of its PLOVER type.
    pub quad: Option<i64>,
    pub score: Option<f64>,
    /// Whether it goes both ways.
    pub mutual: bool,
    /// Those who act and those who are acted on, as each mention has them.
    sides: Vec<Sides>,
    /// All of them, each once.
    pub actors: Vec<Rc<Party>>,
    pub recipients: Vec<Rc<Party>>,
    pub place: Option<Rc<Party>>,
    /// Everybody and everything that takes part, groups as such: the name of the role, and who fills it.
    pub roles: Vec<(String, NamedNode)>,
    /// The statements of articles that it is drawn from.
    pub mentions: Vec<NamedNode>,
    pub killed: Option<i64>,
    pub injured: Option<i64>,
    pub arrested: Option<i64>,
    pub released: Option<i64>,
}

/// Actors and recipients.
type Sides = (Vec<Rc<Party>>, Vec<Rc<Party>>);

/// Actor and recipient, each only if there is one.
pub(super) type Dyad = (Option<Rc<Party>>, Option<Rc<Party>>);

/// What is done with an event and its dyads.
type Each<'a> = dyn FnMut(&Event, &[Dyad]) -> Result<(), ExportError> + 'a;

/// Calls `each` with every event that is selected and its dyads, in the order of days and names. A dyad counts only if it fits
/// the countries that are asked for, an event only if a dyad does.
pub(super) fn each(reading: &Reading<'_>, selection: &Selection, each: &mut Each<'_>) -> Result<(), ExportError> {
    let scale = Scale::read(reading)?;
    for place in order(reading, selection)? {
        let Some(event) = event(reading, &scale, &place)? else { continue };
        if !is_selected(reading.ontology(), &event, selection) {
            continue;
        }
        let mut dyads = event.dyads();
        dyads.retain(|(a, b)| selection.is_of_country(&[a.as_deref(), b.as_deref(), event.place.as_deref()]));
        if !dyads.is_empty() {
            each(&event, &dyads)?;
        }
    }
    Ok(())
}

/// The events to read, in the order in which they are written. Only their names and days are held.
fn order(reading: &Reading<'_>, selection: &Selection) -> Result<Vec<Place>, ExportError> {
    let mut keys: Vec<(Option<Date>, Place)> = Vec::new();
    let mut add = |place: Result<Place, ExportError>| -> Result<(), ExportError> {
        let place = place?;
        keys.push((reading.properties(&place)?.date(en::EARLIEST), place));
        Ok(())
    };
    if selection.wants_record() {
        reading.of_class(en::EVENT, true).try_for_each(&mut add)?;
    }
    if selection.wants_evidence() {
        reading.of_class(en::EVENT_MENTION, false).try_for_each(&mut add)?;
    }
    keys.sort_by(|a, b| (a.0.is_none(), a.0, &a.1.0).cmp(&(b.0.is_none(), b.0, &b.1.0)));
    Ok(keys.into_iter().map(|(_, place)| place).collect())
}

fn event(reading: &Reading<'_>, scale: &Scale, place: &Place) -> Result<Option<Event>, ExportError> {
    let own = reading.properties(place)?;
    let Some(statement) = reading.statement(place, &own)? else { return Ok(None) };
    let said = &statement.said;
    // Of what the mentions of one event disagree on, the row takes what the sentence in the row says.
    let name = |predicate| said.name(predicate).or_else(|| own.name(predicate));
    let number = |predicate| said.integer(predicate).or_else(|| own.integer(predicate));
    let class = name(en::EVENT_CLASS);
    let kind = name(en::EVENT_TYPE);
    let (quad, score) = kind.as_deref().and_then(|k| scale.0.get(k)).copied().unwrap_or_default();
    let mut contexts: Vec<String> = own.nodes(en::CONTEXT).map(|c| without(c, "context-")).collect();
    contexts.sort();
    let sides = sides(reading, &own)?;
    Ok(Some(Event {
        first: own.date(en::EARLIEST),
        last: own.date(en::LATEST),
        mutual: class.as_deref().is_some_and(|c| is_mutual(reading.ontology(), c)),
        mode: name(en::MODE).map(|m| mode(&m, kind.as_deref())),
        cameo: name(en::CAMEO),
        actors: each_once(sides.iter().flat_map(|s| &s.0)),
        recipients: each_once(sides.iter().flat_map(|s| &s.1)),
        sides,
        place: at(reading, &own)?,
        roles: roles(reading.ontology(), &own),
        mentions: match own.nodes(prov::WAS_DERIVED_FROM).cloned().collect::<Vec<_>>() {
            mentions if mentions.is_empty() => vec![statement.mention.clone()],
            mentions => mentions,
        },
        killed: number(en::NUMBER_KILLED),
        injured: number(en::NUMBER_INJURED),
        arrested: number(en::NUMBER_ARRESTED),
        released: number(en::NUMBER_RELEASED),
        class,
        kind,
        contexts,
        quad,
        score,
        statement,
    }))
}

/// The two sides as each mention has them: of the pairs of an event only those that some article joins are meant.
fn sides(reading: &Reading<'_>, own: &Properties) -> Result<Vec<Sides>, ExportError> {
    let of =
        |p: &Properties| Ok::<Sides, ExportError>((reading.parties(p, en::ACTOR)?, reading.parties(p, en::RECIPIENT)?));
    let mut sides = Vec::new();
    for mention in own.nodes(prov::WAS_DERIVED_FROM) {
        sides.push(of(&Properties::read(reading.store, mention, None)?)?);
    }
    if sides.is_empty() {
        sides.push(of(own)?);
    }
    Ok(sides)
}

/// What tells parties apart: articles name those whom nobody has identified each for itself.
fn key(party: &Party) -> (&str, Option<&str>, Option<&str>) {
    (&party.name, party.class.as_deref(), party.country.as_deref())
}

fn owned((name, class, country): (&str, Option<&str>, Option<&str>)) -> [Option<String>; 3] {
    [Some(name), class, country].map(|text| text.map(str::to_owned))
}

fn each_once<'a>(parties: impl Iterator<Item = &'a Rc<Party>>) -> Vec<Rc<Party>> {
    let mut seen = BTreeSet::new();
    parties.filter(|p| seen.insert(key(p))).cloned().collect()
}

fn roles(ontology: &Ontology, own: &Properties) -> Vec<(String, NamedNode)> {
    let role = |(predicate, object): (&NamedNode, &Term)| match (local(predicate.as_ref()), object) {
        (Some(name), Term::NamedNode(who)) if ontology.role(name).is_some() => Some((name.to_owned(), who.clone())),
        _ => None,
    };
    own.iter().filter_map(role).collect()
}

fn without(node: &NamedNode, prefix: &str) -> String {
    last_part(node).trim_start_matches(prefix).to_owned()
}

/// `visit` out of `CONSULT-visit`.
fn mode(name: &str, kind: Option<&str>) -> String {
    let bare = kind.and_then(|kind| name.strip_prefix(kind)?.strip_prefix('-'));
    bare.unwrap_or(name).to_owned()
}

/// The place of an event; of several, the first whose position is known.
fn at(reading: &Reading<'_>, own: &Properties) -> Result<Option<Rc<Party>>, ExportError> {
    let places = own.nodes(en::PLACE).map(|p| reading.party(p)).collect::<Result<Vec<_>, _>>()?;
    let located = places.iter().position(|p| p.position.is_some()).unwrap_or_default();
    Ok(places.into_iter().nth(located))
}

/// Whether all who take part in events of a class are actors: whether the plain triple drawn from them holds both ways.
fn is_mutual(ontology: &Ontology, class: &str) -> bool {
    let Some(class) = ontology.event(class) else { return false };
    ontology.shortcuts().iter().any(|s| s.symmetric && s.events.contains(&class.iri))
}

fn is_selected(ontology: &Ontology, event: &Event, selection: &Selection) -> bool {
    let statement = &event.statement;
    selection.standings.contains(&statement.standing)
        && selection.is_sure(statement.confidence)
        && selection.is_of_type(event.types(ontology))
        && selection.is_dated_in_time((event.first, event.last), statement)
}

impl Event {
    /// Its class, those above it, and its PLOVER type.
    fn types<'a>(&'a self, ontology: &'a Ontology) -> impl Iterator<Item = &'a str> {
        let class = self.class.as_deref();
        let above = class.and_then(|c| ontology.event(c)).into_iter().flat_map(|c| &c.above);
        class.into_iter().chain(self.kind.as_deref()).chain(above.filter_map(|c| local(c.as_ref())))
    }

    /// Pairs of those who act and those who are acted on, as mentions have them, each once. An event that goes both ways has
    /// every pair in either direction.
    pub fn dyads(&self) -> Vec<Dyad> {
        let mut seen = BTreeSet::new();
        let dyads: Vec<Dyad> = self.sides.iter().flat_map(|sides| dyads(sides, self.mutual)).collect();
        let is_new = |(a, b): &Dyad| seen.insert((a.as_deref().map(key).map(owned), b.as_deref().map(key).map(owned)));
        let mut dyads: Vec<Dyad> = dyads.into_iter().filter(is_new).collect();
        // One article leaves out what another says.
        let full: Vec<Dyad> = dyads.iter().filter(|(a, b)| a.is_some() && b.is_some()).cloned().collect();
        let is_in = |p: &Rc<Party>| full.iter().any(|(a, b)| [a, b].into_iter().flatten().any(|q| key(q) == key(p)));
        dyads.retain(|(a, b)| match (a, b) {
            (Some(_), Some(_)) => true,
            (Some(one), None) | (None, Some(one)) => !is_in(one),
            (None, None) => self.actors.is_empty() && self.recipients.is_empty(),
        });
        dyads
    }

    /// The cells of a row, in the order of the columns.
    pub fn row(&self, (actor, recipient): &Dyad) -> Vec<Cell> {
        let (actor, recipient) = (actor.as_deref(), recipient.as_deref());
        let place = self.place.as_deref();
        let position = place.and_then(|p| p.position);
        let mut row = vec![
            self.statement.id.as_str().into(),
            self.statement.mention.as_str().into(),
            self.first.into(),
            self.last.into(),
            (&self.class).into(),
            (&self.kind).into(),
            (&self.mode).into(),
            Some(self.contexts.join("; ")).filter(|c| !c.is_empty()).into(),
            self.quad.into(),
            self.score.into(),
            (&self.cameo).into(),
            self.mutual.into(),
        ];
        for party in [actor, recipient] {
            row.extend([
                party.map(|p| p.id.as_str()).into(),
                party.map(|p| p.name.as_str()).into(),
                party.and_then(|p| p.class.as_deref()).into(),
                party.and_then(|p| p.country.as_deref()).into(),
                party.and_then(|p| p.sector.as_deref()).into(),
            ]);
        }
        row.extend([
            place.map(|p| p.id.as_str()).into(),
            place.map(|p| p.name.as_str()).into(),
            place.and_then(|p| p.country.as_deref()).into(),
            position.map(|(lat, _)| lat).into(),
            position.map(|(_, lon)| lon).into(),
        ]);
        row.extend(assessment(&self.statement));
        row.extend([self.killed, self.injured, self.arrested, self.released].map(Cell::from));
        row.extend(source(&self.statement));
        row
    }
}

/// The pairs of one mention.
fn dyads((actors, recipients): &Sides, mutual: bool) -> Vec<Dyad> {
    let some = |p: &Rc<Party>| Some(p.clone());
    let mut dyads: Vec<Dyad> = match (actors.is_empty(), recipients.is_empty()) {
        (true, true) => vec![(None, None)],
        (true, false) => recipients.iter().map(|r| (None, some(r))).collect(),
        (false, true) if mutual => pairs(actors, actors),
        (false, true) => Vec::new(),
        (false, false) => pairs(actors, recipients),
    };
    if mutual && !actors.is_empty() && !recipients.is_empty() {
        dyads.extend(pairs(recipients, actors));
    }
    if dyads.is_empty() {
        dyads.extend(actors.iter().map(|a| (some(a), None)));
    }
    dyads
}

/// Every one of some with every other of others.
fn pairs(actors: &[Rc<Party>], recipients: &[Rc<Party>]) -> Vec<Dyad> {
    let pairs = actors.iter().flat_map(|a| recipients.iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| a.id != b.id).map(|(a, b)| (Some(a.clone()), Some(b.clone()))).collect()
}

/// How a statement is put, and how sure it is: the columns from `status` on.
pub(super) fn assessment(statement: &Statement) -> [Cell; 6] {
    [
        statement.standing.as_str().into(),
        statement.polarity().into(),
        Some(statement.sources.join("; ")).filter(|s| !s.is_empty()).into(),
        statement.confidence.into(),
        statement.articles.into(),
        statement.origins.into(),
    ]
}

/// Where a statement stands: the columns from `article_id` on.
pub(super) fn source(statement: &Statement) -> [Cell; 8] {
    let Article { id, title, publisher, published, url, .. } = &*statement.article;
    [
        id.into(),
        title.into(),
        publisher.into(),
        (*published).into(),
        url.into(),
        statement.sentence.as_deref().map(super::columns::on_one_line).into(),
        (&statement.trigger).into(),
        statement.said.text(en::RULE).into(),
    ]
}

/// Quad class and score of each PLOVER type.
struct Scale(HashMap<String, (Option<i64>, Option<f64>)>);

/// The graph of every store that holds PLOVER.
const PLOVER_GRAPH: &str = "https://w3id.org/entente/plover";
const BROADER: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#broader");
const NOTATION: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#notation");
const SCORE: &str = "score";

impl Scale {
    fn read(reading: &Reading<'_>) -> Result<Self, ExportError> {
        let graph = GraphName::from(NamedNode::new_unchecked(PLOVER_GRAPH));
        let score = properties::own(SCORE);
        let mut scale = HashMap::new();
        for quad in reading.store.graph(&graph) {
            let Quad { subject: NamedOrBlankNode::NamedNode(kind), predicate, object: Term::NamedNode(above), .. } =
                quad?
            else {
                continue;
            };
            if predicate == BROADER {
                let above = Properties::read(reading.store, &above, Some(&graph))?;
                let score = Properties::read(reading.store, &kind, Some(&graph))?.number(score.as_ref());
                scale.insert(last_part(&kind).to_owned(), (above.integer(NOTATION), score));
            }
        }
        Ok(Self(scale))
    }
}
