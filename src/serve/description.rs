//! What the service can and what it holds: SPARQL 1.1 Service Description, VoID with counts, and DCAT with what can be downloaded.

use super::Site;
use super::dump::{self, Dump};
use super::negotiate::{self, GRAPHS};
use super::problem::Problem;
use super::running;
use super::sparql::negotiated;
use crate::ontology::FILES;
use crate::store::{Counts, Stop, write_triples};
use axum::http::HeaderMap;
use axum::response::Response;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{BlankNode, Literal, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, Triple};
use std::sync::{Arc, Mutex, PoisonError};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const VOID: &str = "http://rdfs.org/ns/void#";
const FORMATS: &str = "http://www.w3.org/ns/formats/";
const DCTERMS: &str = "http://purl.org/dc/terms/";
const DCAT: &str = "http://www.w3.org/ns/dcat#";
/// Before the name of a media type.
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";
const PROTOCOL: &str = "https://www.w3.org/TR/sparql11-protocol/";

/// Names in [`FORMATS`] of what answers are written in.
const RESULT_FORMATS: [&str; 10] = [
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
];
/// And of what graphs are read in.
const INPUT_FORMATS: [&str; 4] = ["Turtle", "N-Triples", "RDF_XML", "JSON-LD"];

/// What the store holds, as of a version of its content: counting reads all of it.
#[derive(Default)]
pub(super) struct Cache(Mutex<Option<(String, Arc<Counts>)>>);

impl Cache {
    fn counts(&self, site: &Site, stop: &Stop) -> Result<Arc<Counts>, Problem> {
        let version = site.version();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, counts)) = known.filter(|(of, _)| *of == version) {
            return Ok(counts);
        }
        let counts = Arc::new(site.store.counts(stop)?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, counts.clone()));
        Ok(counts)
    }
}

pub(super) async fn describe(site: &Arc<Site>, headers: HeaderMap) -> Result<Response, Problem> {
    let offer = negotiate::choose(&GRAPHS, &headers)
        .ok_or_else(|| Problem::not_acceptable("Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads"))?;
    let endpoint = site.endpoint(&headers).ok_or_else(|| Problem::bad_request("`Host` is no name of a server"))?;
    let root = site.root(&headers);
    let bytes = running::run(site, move |site, stop| {
        let counts = site.description.counts(site, stop)?;
        let triples = description(site, &endpoint, &root, &counts);
        let mut out = Vec::new();
        write_triples(&triples, offer.format, &mut out).map_err(Problem::internal)?;
        Ok(out)
    })
    .await?;
    Ok(negotiated(&offer.content_type(), bytes))
}

fn description(site: &Site, endpoint: &NamedNode, root: &str, counts: &Counts) -> Vec<Triple> {
    let mut about = About::default();
    let dataset = NamedNode::new_unchecked(format!("{root}/#dataset"));
    about.service(endpoint, &dataset, site.options.token.is_some());
    about.contents(&dataset, counts);
    about.add(&dataset, void("sparqlEndpoint"), endpoint.clone());
    about.add(&dataset, void("uriSpace"), text(site.store.mapper().base()));
    about.add(&dataset, name(DCAT, "landingPage"), NamedNode::new_unchecked(format!("{root}/")));
    for file in FILES {
        about.add(&dataset, void("vocabulary"), NamedNode::new_unchecked(file.graph));
        about.add(&dataset, name(DCTERMS, "conformsTo"), NamedNode::new_unchecked(file.graph));
    }
    for dump in &dump::DUMPS {
        about.download(&dataset, dump, root);
    }
    about.0
}

#[derive(Default)]
struct About(Vec<Triple>);

impl About {
    fn add<'a>(&mut self, subject: impl Into<NamedOrBlankNodeRef<'a>>, predicate: NamedNode, object: impl Into<Term>) {
        self.0.push(Triple::new(subject.into(), predicate, object));
    }

    fn service(&mut self, endpoint: &NamedNode, dataset: &NamedNode, is_writable: bool) {
        self.add(endpoint, rdf::TYPE.into_owned(), sd("Service"));
        self.add(endpoint, rdf::TYPE.into_owned(), name(DCAT, "DataService"));
        self.add(endpoint, sd("endpoint"), endpoint.clone());
        self.add(endpoint, name(DCAT, "endpointURL"), endpoint.clone());
        self.add(endpoint, name(DCAT, "servesDataset"), dataset.clone());
        self.add(endpoint, name(DCTERMS, "conformsTo"), NamedNode::new_unchecked(PROTOCOL));
        self.add(endpoint, name(DCTERMS, "title"), english("SPARQL endpoint"));
        self.add(endpoint, sd("defaultDataset"), dataset.clone());
        self.add(endpoint, sd("supportedLanguage"), sd("SPARQL11Query"));
        self.add(endpoint, sd("feature"), sd("EmptyGraphs"));
        for format in RESULT_FORMATS {
            self.add(endpoint, sd("resultFormat"), name(FORMATS, format));
        }
        if is_writable {
            self.add(endpoint, sd("supportedLanguage"), sd("SPARQL11Update"));
            for format in INPUT_FORMATS {
                self.add(endpoint, sd("inputFormat"), name(FORMATS, format));
            }
        }
    }

    fn contents(&mut self, dataset: &NamedNode, counts: &Counts) {
        for class in [sd("Dataset"), void("Dataset"), name(DCAT, "Dataset")] {
            self.add(dataset, rdf::TYPE.into_owned(), class);
        }
        let default = BlankNode::default();
        self.add(dataset, name(DCTERMS, "title"), english("What the news says"));
        let description = "Who did what to whom, when, where, and who says so: a named graph for each article with what it says, and in the default graph the record of what is asserted.";
        self.add(dataset, name(DCTERMS, "description"), english(description));
        self.add(dataset, void("triples"), number(counts.record + counts.named));
        self.add(dataset, void("documents"), number(counts.graphs));
        if let Some((first, last)) = &counts.published {
            let period = BlankNode::default();
            self.add(dataset, name(DCTERMS, "temporal"), period.clone());
            self.add(&period, rdf::TYPE.into_owned(), name(DCTERMS, "PeriodOfTime"));
            self.add(&period, name(DCAT, "startDate"), day(first));
            self.add(&period, name(DCAT, "endDate"), day(last));
        }
        self.add(dataset, sd("defaultGraph"), default.clone());
        self.record(&default, counts);
    }

    /// The default graph, with how much of what is in it.
    fn record(&mut self, graph: &BlankNode, counts: &Counts) {
        self.add(graph, rdf::TYPE.into_owned(), sd("Graph"));
        self.add(graph, rdf::TYPE.into_owned(), void("Dataset"));
        self.add(graph, void("triples"), number(counts.record));
        self.add(graph, void("entities"), number(counts.subjects));
        self.add(graph, void("distinctSubjects"), number(counts.subjects));
        self.add(graph, void("distinctObjects"), number(counts.objects));
        self.add(graph, void("classes"), number(counts.classes.len() as u64));
        self.add(graph, void("properties"), number(counts.properties.len() as u64));
        for (class, instances) in &counts.classes {
            let part = BlankNode::default();
            self.add(graph, void("classPartition"), part.clone());
            self.add(&part, void("class"), class.clone());
            self.add(&part, void("entities"), number(*instances));
        }
        for (property, triples) in &counts.properties {
            let part = BlankNode::default();
            self.add(graph, void("propertyPartition"), part.clone());
            self.add(&part, void("property"), property.clone());
            self.add(&part, void("triples"), number(*triples));
        }
    }

    fn download(&mut self, dataset: &NamedNode, dump: &Dump, root: &str) {
        let place = NamedNode::new_unchecked(format!("{root}{}", dump.path));
        let distribution = BlankNode::default();
        if dump.holds_everything() {
            self.add(dataset, void("dataDump"), place.clone());
        }
        self.add(dataset, name(DCAT, "distribution"), distribution.clone());
        self.add(&distribution, rdf::TYPE.into_owned(), name(DCAT, "Distribution"));
        self.add(&distribution, name(DCTERMS, "title"), english(dump.title));
        self.add(&distribution, name(DCAT, "downloadURL"), place);
        self.add(&distribution, name(DCAT, "mediaType"), name(MEDIA_TYPES, dump.media_type));
        if dump.is_packed {
            self.add(&distribution, name(DCAT, "compressFormat"), name(MEDIA_TYPES, dump::PACKED));
        }
    }
}

fn name(namespace: &str, local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{namespace}{local}"))
}

fn sd(local: &str) -> NamedNode {
    name(SD, local)
}

fn void(local: &str) -> NamedNode {
    name(VOID, local)
}

fn number(number: u64) -> Literal {
    let integer: NamedNodeRef<'_> = xsd::INTEGER;
    Literal::new_typed_literal(number.to_string(), integer)
}

/// A date, or a date with time.
fn day(value: &str) -> Literal {
    let datatype = if value.contains('T') { xsd::DATE_TIME } else { xsd::DATE };
    Literal::new_typed_literal(value, datatype)
}

fn text(value: &str) -> Literal {
    Literal::new_simple_literal(value)
}

fn english(value: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(value, "en")
}
