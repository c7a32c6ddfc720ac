//! What stands around an event or relation in the graph: its parties, who says so, in which article and sentence.

use super::ExportError;
use super::properties::{Properties, last_part};
use crate::ontology::iri::{GEONAMES, PLOVER, WIKIDATA, en, geo, nif, owl, prov, rdf, rdfs, schema};
use crate::ontology::{Ontology, local};
use crate::store::Store;
use jiff::civil::Date;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// How a statement is put: the statuses of the ontology, and what the article itself says is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Told as fact by the article itself: what the record is made of.
    Asserted,
    /// Said by the article itself not to be so.
    Negated,
    Reported,
    Planned,
    Hoped,
    Requested,
    Conditional,
    Expected,
    Denied,
}

impl Standing {
    pub const ALL: [Self; 9] = [
        Self::Asserted,
        Self::Negated,
        Self::Reported,
        Self::Planned,
        Self::Hoped,
        Self::Requested,
        Self::Conditional,
        Self::Expected,
        Self::Denied,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Negated => "negated",
            Self::Reported => "reported",
            Self::Planned => "planned",
            Self::Hoped => "hoped",
            Self::Requested => "requested",
            Self::Conditional => "conditional",
            Self::Expected => "expected",
            Self::Denied => "denied",
        }
    }

    /// How a mention puts it. An assertion that is somebody else's counts as reported, one of the future as planned.
    fn of(mention: &Properties) -> Self {
        let status = mention.name(en::STATUS).unwrap_or_default();
        let named = Self::ALL.into_iter().find(|s| status.eq_ignore_ascii_case(s.as_str()));
        match named {
            Some(Self::Asserted) | None if mention.has(en::POLARITY, en::NEGATIVE) => Self::Negated,
            Some(Self::Asserted) | None if mention.node(en::ATTRIBUTION).is_some() => Self::Reported,
            Some(Self::Asserted) | None if has_auxiliary(mention, "aux-hypothetical") => Self::Conditional,
            Some(Self::Asserted) | None if has_auxiliary(mention, "aux-future") => Self::Planned,
            Some(standing) => standing,
            None => Self::Asserted,
        }
    }
}

fn has_auxiliary(mention: &Properties, name: &str) -> bool {
    mention.nodes(en::AUXILIARY).any(|a| a.as_str().strip_prefix(PLOVER) == Some(name))
}

/// An entity.
#[derive(Clone, Debug, Default)]
pub(super) struct Party {
    pub id: String,
    pub name: String,
    /// Its most special class.
    pub class: Option<String>,
    /// All its classes of our ontology.
    pub classes: Vec<String>,
    pub country: Option<String>,
    pub sector: Option<String>,
    pub wikidata: Option<String>,
    pub geonames: Option<i64>,
    /// Latitude and longitude.
    pub position: Option<(f64, f64)>,
    pub members: Vec<NamedNode>,
}

/// An article, without its text.
#[derive(Clone, Debug, Default)]
pub(super) struct Article {
    pub iri: String,
    pub id: Option<String>,
    pub title: Option<String>,
    pub publisher: Option<String>,
    pub published: Option<Date>,
    pub url: Option<String>,
}

/// What all rows about an event or relation share.
pub(super) struct Statement {
    /// The event or relation itself.
    pub id: NamedNode,
    pub mention: NamedNode,
    /// What the mention says.
    pub said: Properties,
    pub standing: Standing,
    pub confidence: Option<f64>,
    pub articles: i64,
    pub origins: Option<i64>,
    pub article: Rc<Article>,
    pub sources: Vec<String>,
    pub sentence: Option<String>,
    pub trigger: Option<String>,
}

impl Statement {
    pub fn polarity(&self) -> Option<&'static str> {
        let positive = self.said.has(en::POLARITY, en::POSITIVE);
        let negative = self.said.has(en::POLARITY, en::NEGATIVE);
        (positive || negative).then_some(if positive { "positive" } else { "negative" })
    }
}

/// Entities and articles kept between rows; more are forgotten, so that memory stays bounded.
const KEPT: usize = 20_000;

/// A store that is read, with what was read of it lately.
pub(super) struct Reading<'a> {
    pub store: &'a Store,
    parties: RefCell<HashMap<NamedNode, Rc<Party>>>,
    articles: RefCell<HashMap<NamedNode, Rc<Article>>>,
}

/// Where something is named: its node, and the article's graph that describes it, or none for the record.
pub(super) type Place = (NamedNode, GraphName);

impl<'a> Reading<'a> {
    pub fn new(store: &'a Store) -> Self {
        Self { store, parties: RefCell::default(), articles: RefCell::default() }
    }

    pub fn ontology(&self) -> &Ontology {
        self.store.mapper().ontology()
    }

    /// All things of a class in the record or in the evidence, in no order.
    pub fn of_class<'c>(
        &self,
        class: NamedNodeRef<'c>,
        in_record: bool,
    ) -> impl Iterator<Item = Result<Place, ExportError>> + use<'a, 'c> {
        let quads = self.store.pointing_at(class.into());
        quads.filter_map(move |quad| match quad {
            Err(error) => Some(Err(error.into())),
            Ok(quad) if quad.predicate != rdf::TYPE || quad.graph_name.is_default_graph() != in_record => None,
            Ok(quad) => match quad.subject {
                NamedOrBlankNode::NamedNode(node) => Some(Ok((node, quad.graph_name))),
                NamedOrBlankNode::BlankNode(_) => None,
            },
        })
    }

    pub fn properties(&self, (node, graph): &Place) -> Result<Properties, ExportError> {
        Properties::read(self.store, node, Some(graph))
    }

    /// The statement that a node of the record stands for, by the mention whose article was published first, or the one that
    /// a mention is. None for a node of the record without mentions, and for a mention that asserts: the record has that.
    pub fn statement(&self, place: &Place, own: &Properties) -> Result<Option<Statement>, ExportError> {
        if place.1.is_default_graph() { self.of_record(&place.0, own) } else { self.of_mention(place) }
    }

    fn of_record(&self, node: &NamedNode, own_properties: &Properties) -> Result<Option<Statement>, ExportError> {
        let mut mentions = Vec::new();
        for mention in own_properties.nodes(prov::WAS_DERIVED_FROM) {
            if let Some(graph) = self.graph_of(mention)? {
                let article = self.article(&graph)?;
                mentions.push((article.published.is_none(), article.published, graph, mention.clone()));
            }
        }
        mentions.sort_by(|a, b| (a.0, a.1, &a.2, &a.3).cmp(&(b.0, b.1, &b.2, &b.3)));
        let articles = mentions.iter().map(|m| &m.2).collect::<BTreeSet<_>>().len() as i64;
        let mut surest: Option<f64> = own_properties.number(en::CONFIDENCE);
        if surest.is_none() {
            for (.., graph, mention) in &mentions {
                let said = self.properties(&(mention.clone(), graph.clone().into()))?;
                surest = surest.into_iter().chain(said.number(en::CONFIDENCE)).reduce(f64::max);
            }
        }
        let Some((.., graph, mention)) = mentions.into_iter().next() else { return Ok(None) };
        let mut statement = self.said(node.clone(), mention, &graph)?;
        statement.standing = Standing::Asserted;
        statement.confidence = surest;
        statement.articles = own_properties.integer(en::ARTICLES).unwrap_or(articles);
        statement.origins = own_properties.integer(en::ORIGINS);
        Ok(Some(statement))
    }

    fn of_mention(&self, (mention, graph): &Place) -> Result<Option<Statement>, ExportError> {
        let GraphName::NamedNode(graph) = graph else { return Ok(None) };
        let statement = self.said(mention.clone(), mention.clone(), graph)?;
        Ok(Some(statement).filter(|s| s.standing != Standing::Asserted))
    }

    /// The statement that a mention is, however it puts it.
    pub fn mentioned(&self, mention: &NamedNode) -> Result<Option<Statement>, ExportError> {
        let graph = self.graph_of(mention)?;
        graph.map(|graph| self.said(mention.clone(), mention.clone(), &graph)).transpose()
    }

    fn said(&self, id: NamedNode, mention: NamedNode, graph: &NamedNode) -> Result<Statement, ExportError> {
        let name = GraphName::from(graph.clone());
        let said = Properties::read(self.store, &mention, Some(&name))?;
        let id = if id == mention { said.node(en::INSTANCE).cloned().unwrap_or(id) } else { id };
        let words = |predicate| match said.node(predicate) {
            Some(node) => Ok(Properties::read(self.store, node, Some(&name))?.text(nif::ANCHOR_OF)),
            None => Ok::<_, ExportError>(None),
        };
        Ok(Statement {
            standing: Standing::of(&said),
            confidence: said.number(en::CONFIDENCE),
            articles: 1,
            origins: None,
            article: self.article(graph)?,
            sources: self.sources(&said, &name)?,
            sentence: words(en::SENTENCE)?,
            trigger: words(en::TRIGGER)?,
            id,
            mention,
            said,
        })
    }

    /// The article's graph that describes a mention.
    fn graph_of(&self, mention: &NamedNode) -> Result<Option<NamedNode>, ExportError> {
        for quad in self.store.about(mention.as_ref().into(), None) {
            if let GraphName::NamedNode(graph) = quad?.graph_name {
                return Ok(Some(graph));
            }
        }
        Ok(None)
    }

    /// The names of those who vouch for it, outermost first.
    fn sources(&self, said: &Properties, graph: &GraphName) -> Result<Vec<String>, ExportError> {
        let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = said.node(en::ATTRIBUTION).cloned();
        while let Some(source) = next.filter(|s| seen.insert(s.clone())) {
            let properties = Properties::read(self.store, &source, Some(graph))?;
            let who = properties.node(en::WHO).map(|who| self.party(who)).transpose()?;
            names.push(who.map_or_else(|| "somebody".to_owned(), |who| who.name.clone()));
            next = properties.node(en::NEXT).cloned();
        }
        Ok(names)
    }

    pub fn article(&self, graph: &NamedNode) -> Result<Rc<Article>, ExportError> {
        if let Some(article) = self.articles.borrow().get(graph) {
            return Ok(article.clone());
        }
        let properties = Properties::read(self.store, graph, Some(&graph.clone().into()))?;
        let publisher = properties.node(schema::PUBLISHER);
        let publisher = publisher.map(|p| Properties::read(self.store, p, Some(&graph.clone().into()))).transpose()?;
        let article = Rc::new(Article {
            iri: graph.as_str().to_owned(),
            id: properties.text(en::ARTICLE_ID),
            title: properties.text(schema::HEADLINE),
            publisher: publisher.and_then(|p| p.text(rdfs::LABEL)),
            published: properties.date(schema::DATE_PUBLISHED),
            url: properties.node(schema::URL).map(|url| url.as_str().to_owned()),
        });
        keep(&self.articles, graph, &article);
        Ok(article)
    }

    /// The entity with this name, as the record describes it.
    pub fn party(&self, node: &NamedNode) -> Result<Rc<Party>, ExportError> {
        if let Some(party) = self.parties.borrow().get(node) {
            return Ok(party.clone());
        }
        let properties = Properties::read(self.store, node, Some(&GraphName::DefaultGraph))?;
        let classes = self.classes(&properties);
        let geonames = geonames(node).or_else(|| properties.nodes(owl::SAME_AS).find_map(geonames));
        let party = Rc::new(Party {
            id: node.as_str().to_owned(),
            name: properties.text(rdfs::LABEL).unwrap_or_else(|| last_part(node).to_owned()),
            class: classes.first().cloned(),
            classes,
            country: properties.text(en::COUNTRY_CODE),
            sector: properties.name(en::SECTOR).map(|s| s.trim_start_matches("sector-").to_owned()),
            wikidata: node.as_str().strip_prefix(WIKIDATA).map(str::to_owned),
            geonames,
            position: self.position(&properties)?,
            members: properties.nodes(en::HAS_MEMBER).cloned().collect(),
        });
        keep(&self.parties, node, &party);
        Ok(party)
    }

    /// Classes of our ontology, the most special first.
    fn classes(&self, properties: &Properties) -> Vec<String> {
        let names = properties.nodes(rdf::TYPE).filter_map(|class| local(class.as_ref()));
        let depth = |name: &str| self.ontology().entity(name).map(|class| class.above.len());
        let mut classes: Vec<_> = names.filter_map(|n| Some((std::cmp::Reverse(depth(n)?), n.to_owned()))).collect();
        classes.sort();
        classes.into_iter().map(|(_, name)| name).collect()
    }

    fn position(&self, properties: &Properties) -> Result<Option<(f64, f64)>, ExportError> {
        let Some(point) = properties.node(geo::HAS_GEOMETRY) else { return Ok(None) };
        let point = Properties::read(self.store, point, Some(&GraphName::DefaultGraph))?;
        Ok(point.text(geo::AS_WKT).as_deref().and_then(position))
    }

    /// The parties that a property of an event leads to, groups replaced by their members, each once.
    pub fn parties(&self, properties: &Properties, role: NamedNodeRef<'_>) -> Result<Vec<Rc<Party>>, ExportError> {
        let mut parties: Vec<Rc<Party>> = Vec::new();
        let mut waiting: Vec<NamedNode> = properties.nodes(role).cloned().collect();
        let mut seen = BTreeSet::new();
        waiting.reverse();
        while let Some(node) = waiting.pop() {
            if !seen.insert(node.clone()) {
                continue;
            }
            let party = self.party(&node)?;
            if party.members.is_empty() {
                parties.push(party);
            } else {
                waiting.extend(party.members.iter().rev().cloned());
            }
        }
        Ok(parties)
    }
}

fn keep<T>(cache: &RefCell<HashMap<NamedNode, Rc<T>>>, node: &NamedNode, value: &Rc<T>) {
    let mut cache = cache.borrow_mut();
    if cache.len() >= KEPT {
        cache.clear();
    }
    cache.insert(node.clone(), value.clone());
}

fn geonames(node: &NamedNode) -> Option<i64> {
    node.as_str().strip_prefix(GEONAMES)?.trim_end_matches('/').parse().ok()
}

/// Latitude and longitude of `POINT(LON LAT)`.
fn position(wkt: &str) -> Option<(f64, f64)> {
    let (lon, lat) = wkt.strip_prefix("POINT(")?.strip_suffix(')')?.split_once(' ')?;
    Some((lat.parse().ok()?, lon.parse().ok()?))
}

/// The object of a relation: an entity, or words.
pub(super) fn value(term: &Term) -> String {
    match term {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => last_part(node).to_owned(),
        other => other.to_string(),
    }
}
