//! What a page asks the store, within the time that a request has.

use super::super::Site;
use super::super::html::{address, escape, term};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::vocabulary::Vocabulary;
use crate::ontology::iri::{GEONAMES, PLOVER, WIKIDATA, en, rdf};
use crate::ontology::local;
use crate::store::{QueryAnswer, QueryOptions, Solutions, Stop, Store, short_iri};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// The parameter for a least confidence.
const LEAST: &str = "min-confidence";
/// PLOVER's codes that stand where those of countries do and mean one body.
const BODIES: [&str; 2] = ["EUR", "UNO"];

/// The store, and what was asked of it already for the same page.
pub(super) struct Reader<'a> {
    pub site: &'a Site,
    pub store: &'a Store,
    pub vocabulary: &'a Vocabulary,
    /// The least confidence of events and relations that are asked for.
    pub least: Option<f64>,
    /// Of the request, when its time is over or whoever asked has gone.
    stop: Stop,
    labels: RefCell<HashMap<NamedNode, Option<String>>>,
    classes: RefCell<HashMap<NamedNode, Option<&'a str>>>,
}

/// A row of a table; a cell is empty where there is no value.
pub(super) type Row = Vec<Option<Term>>;

impl<'a> Reader<'a> {
    pub(super) fn new(site: &'a Site, stop: &Stop) -> Self {
        Self {
            site,
            store: &site.store,
            vocabulary: &site.vocabulary,
            least: None,
            stop: stop.clone(),
            labels: RefCell::default(),
            classes: RefCell::default(),
        }
    }

    /// The same for what is at least as sure as the parameter `min-confidence` says, if it is given.
    pub(super) fn asked(site: &'a Site, stop: &Stop, parameters: &Parameters) -> Result<Self, Problem> {
        let read = |text: &str| text.trim().parse().ok().filter(|least| (0.0..=1.0).contains(least));
        let least = parameters.one(LEAST)?.filter(|text| !text.trim().is_empty()).map(|text| {
            read(text)
                .ok_or_else(|| Problem::bad_request(format!("`{LEAST}` is `{text}`: a number from 0 to 1 is expected")))
        });
        Ok(Self { least: least.transpose()?, ..Self::new(site, stop) })
    }

    /// What to ask of a statement's node beside everything else: nothing when everything is asked for.
    pub(super) fn sure(&self, variable: &str) -> String {
        let ask = |least| format!("{variable} en:confidence {variable}_sure FILTER({variable}_sure >= {least:?}) ");
        self.least.map(ask).unwrap_or_default()
    }

    /// A field for the least confidence, for a form.
    pub(super) fn field(&self) -> String {
        let value = self.least.map(|least| format!(" value=\"{least}\"")).unwrap_or_default();
        format!(
            "<span class=\"field\"><label for=\"{LEAST}\">Least confidence</label> <input type=\"number\" id=\"{LEAST}\" name=\"{LEAST}\" min=\"0\" max=\"1\" step=\"any\"{value} placeholder=\"0 to 1\"></span> "
        )
    }

    /// The least confidence for a link to the same page, after others.
    pub(super) fn link(&self) -> String {
        self.least.map(|least| format!("&amp;{LEAST}={least}")).unwrap_or_default()
    }

    /// What a query gives, or as much of it as is shown, with values for some of its variables.
    pub(super) fn answer(
        &self,
        sparql: &str,
        bindings: &[(String, Term)],
        most: Option<usize>,
    ) -> Result<QueryAnswer, Problem> {
        let (bindings, stop) = (bindings.to_vec(), Some(self.stop.clone()));
        Ok(self.store.query(sparql, &QueryOptions { bindings, most, stop, ..QueryOptions::default() })?)
    }

    /// The rows of a SELECT.
    pub(super) fn rows(&self, sparql: &str) -> Result<Vec<Row>, Problem> {
        match self.answer(sparql, &[], None)? {
            QueryAnswer::Solutions(Solutions { rows, .. }) => Ok(rows),
            _ => Ok(Vec::new()),
        }
    }

    /// What the record says of a thing.
    pub(super) fn record(&self, node: NamedNodeRef<'_>) -> Result<Vec<Quad>, Problem> {
        Ok(self.store.about(node.into(), Some(&GraphName::DefaultGraph)).collect::<Result<_, _>>()?)
    }

    /// What a thing is called, if it is called anything: as the table of states has it, or else as most articles do.
    pub(super) fn known_label(&self, node: NamedNodeRef<'_>) -> Option<String> {
        if let Some(label) = self.vocabulary.label(node.as_str()) {
            return Some(label.to_owned());
        }
        let key = node.into_owned();
        if let Some(label) = self.labels.borrow().get(&key) {
            return label.clone();
        }
        let label = match self.store.mapper().names().shared_entity(node) {
            Some(("group", _)) => self.of_members(node),
            Some((kind, code)) => self.of_state(kind, code),
            None => None,
        };
        let label = label.or_else(|| self.store.known_label(node).ok()?);
        self.labels.borrow_mut().insert(key, label.clone());
        label
    }

    /// What a country or its government is called.
    fn of_state(&self, kind: &str, code: &str) -> Option<String> {
        let name = self.site.states.name(code)?;
        match kind {
            "government" => Some(format!("Government of {name}")),
            "country" => Some(name.to_owned()),
            _ => None,
        }
    }

    /// A group is called by its members; articles name these differently.
    fn of_members(&self, group: NamedNodeRef<'_>) -> Option<String> {
        let names = self.store.mapper().names();
        let members = self.store.values(group.into(), en::HAS_MEMBER, Some(&GraphName::DefaultGraph));
        let is_single = |node: &NamedNode| names.shared_entity(node.as_ref()).is_none_or(|(kind, _)| kind != "group");
        let members = members.filter_map(Result::ok).filter_map(|member| named(&member).cloned());
        let labels: BTreeSet<String> = members.filter(is_single).map(|member| self.label(member.as_ref())).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        match labels.split_last()? {
            (last, []) => Some((*last).to_owned()),
            (last, others) => Some(format!("{} and {last}", others.join(", "))),
        }
    }

    pub(super) fn label(&self, node: NamedNodeRef<'_>) -> String {
        self.known_label(node).unwrap_or_else(|| short_iri(node))
    }

    /// The narrowest of our classes of entities that a thing belongs to.
    pub(super) fn class(&self, node: NamedNodeRef<'_>) -> Option<&'a str> {
        if let Some(class) = self.classes.borrow().get(&node.into_owned()) {
            return *class;
        }
        let classes = self.store.values(node.into(), rdf::TYPE, Some(&GraphName::DefaultGraph)).filter_map(Result::ok);
        let class = self.narrowest_of(classes.collect::<Vec<_>>().iter());
        self.classes.borrow_mut().insert(node.into_owned(), class);
        class
    }

    /// The same of what is known already.
    pub(super) fn narrowest(&self, quads: &[Quad]) -> Option<&'a str> {
        self.narrowest_of(quads.iter().filter(|q| q.predicate == rdf::TYPE).map(|q| &q.object))
    }

    fn narrowest_of<'t>(&self, classes: impl Iterator<Item = &'t Term>) -> Option<&'a str> {
        let ontology = self.store.mapper().ontology();
        let known = classes.filter_map(named).filter_map(|class| {
            let class = ontology.entity(local(class.as_ref())?)?;
            Some((class.above.len(), local(class.iri.as_ref())?))
        });
        known.max().map(|(_, name)| name)
    }

    /// A link to an entity, which shows what kind of thing it is.
    pub(super) fn entity(&self, node: NamedNodeRef<'_>) -> String {
        let kind = self.class(node).map_or("thing", kind);
        format!("<a class=\"entity {kind}\" href=\"{}\">{}</a>", address(node), escape(&self.label(node)))
    }

    pub(super) fn term(&self, shown: &Term) -> String {
        term(shown, |node| self.known_label(node))
    }

    /// What a code of a country stands for: a state, or one of the bodies that PLOVER counts beside states. None where the code
    /// stands for many, as that of all companies does.
    pub(super) fn party(&self, code: &str) -> Option<&str> {
        let sector = || self.vocabulary.label(&format!("{PLOVER}sector-{code}")).filter(|_| BODIES.contains(&code));
        self.site.states.name(code).or_else(sector)
    }

    pub(super) fn country(&self, node: NamedNodeRef<'_>) -> Option<String> {
        let codes = self.store.values(node.into(), en::COUNTRY_CODE, Some(&GraphName::DefaultGraph));
        codes.filter_map(Result::ok).find_map(|code| literal(&code).map(|l| l.value().to_owned()))
    }
}

/// The broad kind of an entity, for its look: `person`, `place`, `country`, `body` or `thing`.
pub(super) fn kind(class: &str) -> &'static str {
    match class {
        "Person" => "person",
        "Country" => "country",
        "Government" | "Organization" | "Agent" => "body",
        "Place" | "City" | "Region" | "Settlement" => "place",
        _ => "thing",
    }
}

pub(super) fn literal(term: &Term) -> Option<&Literal> {
    match term {
        Term::Literal(literal) => Some(literal),
        _ => None,
    }
}

pub(super) fn named(term: &Term) -> Option<&NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}

/// The thing in a cell.
pub(super) fn node(row: &Row, column: usize) -> Option<&NamedNode> {
    row.get(column)?.as_ref().and_then(named)
}

/// The value in a cell.
pub(super) fn text(row: &Row, column: usize) -> Option<&str> {
    row.get(column)?.as_ref().and_then(literal).map(Literal::value)
}

pub(super) fn number(row: &Row, column: usize) -> usize {
    text(row, column).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// The page of another site about a thing, and its name.
pub(super) fn elsewhere(node: NamedNodeRef<'_>) -> Option<(String, &'static str)> {
    let iri = node.as_str();
    if let Some(id) = iri.strip_prefix(WIKIDATA) {
        return Some((format!("https://www.wikidata.org/wiki/{id}"), "Wikidata"));
    }
    let id = iri.strip_prefix(GEONAMES)?.trim_end_matches('/');
    Some((format!("https://www.geonames.org/{id}"), "GeoNames"))
}
