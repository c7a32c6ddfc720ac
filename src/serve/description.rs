//! What the service can and what it holds: SPARQL 1.1 Service Description and VoID.

use super::Site;
use super::negotiate::{self, GRAPHS};
use super::problem::Problem;
use super::running;
use super::sparql::negotiated;
use crate::ontology::FILES;
use crate::store::{Sizes, write_triples};
use axum::http::HeaderMap;
use axum::response::Response;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{BlankNode, Literal, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, Triple};
use std::sync::{Arc, Mutex, PoisonError};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const VOID: &str = "http://rdfs.org/ns/void#";
const FORMATS: &str = "http://www.w3.org/ns/formats/";
const DCTERMS: &str = "http://purl.org/dc/terms/";

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

/// The sizes of the store, as of a version of its content: counting reads all of it.
#[derive(Default)]
pub(super) struct Cache(Mutex<Option<(String, Sizes)>>);

impl Cache {
    fn sizes(&self, site: &Site) -> Result<Sizes, Problem> {
        let version = site.version();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, sizes)) = known.filter(|(of, _)| *of == version) {
            return Ok(sizes);
        }
        let sizes = site.store.sizes()?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, sizes));
        Ok(sizes)
    }
}

pub(super) async fn describe(site: &Arc<Site>, headers: HeaderMap) -> Result<Response, Problem> {
    let offer = negotiate::choose(&GRAPHS, &headers)
        .ok_or_else(|| Problem::not_acceptable("Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads"))?;
    let endpoint = site.endpoint(&headers).ok_or_else(|| Problem::bad_request("`Host` is no name of a server"))?;
    let root = site.root(&headers);
    let bytes = running::run(site, move |site, _| {
        let triples = description(site, &endpoint, &root, site.description.sizes(site)?);
        let mut out = Vec::new();
        write_triples(&triples, offer.format, &mut out).map_err(Problem::internal)?;
        Ok(out)
    })
    .await?;
    Ok(negotiated(&offer.content_type(), bytes))
}

fn description(site: &Site, endpoint: &NamedNode, root: &str, sizes: Sizes) -> Vec<Triple> {
    let mut about = About::default();
    let (dataset, default) = (NamedNode::new_unchecked(format!("{root}/#dataset")), BlankNode::default());
    about.service(endpoint, site.options.token.is_some());
    about.add(endpoint, sd("defaultDataset"), dataset.clone());
    about.add(&dataset, rdf::TYPE.into_owned(), sd("Dataset"));
    about.add(&dataset, rdf::TYPE.into_owned(), void("Dataset"));
    about.add(&dataset, name(DCTERMS, "title"), Literal::new_simple_literal("What the news says"));
    about.add(&dataset, void("sparqlEndpoint"), endpoint.clone());
    about.add(&dataset, void("dataDump"), NamedNode::new_unchecked(format!("{root}/dump.nq")));
    about.add(&dataset, void("uriSpace"), Literal::new_simple_literal(site.store.mapper().base()));
    about.add(&dataset, void("triples"), number(sizes.default + sizes.named));
    about.add(&dataset, void("documents"), number(sizes.graphs));
    for file in FILES {
        about.add(&dataset, void("vocabulary"), NamedNode::new_unchecked(file.graph));
    }
    about.add(&dataset, sd("defaultGraph"), default.clone());
    about.add(&default, rdf::TYPE.into_owned(), sd("Graph"));
    about.add(&default, void("triples"), number(sizes.default));
    about.0
}

#[derive(Default)]
struct About(Vec<Triple>);

impl About {
    fn add<'a>(&mut self, subject: impl Into<NamedOrBlankNodeRef<'a>>, predicate: NamedNode, object: impl Into<Term>) {
        self.0.push(Triple::new(subject.into(), predicate, object));
    }

    fn service(&mut self, endpoint: &NamedNode, is_writable: bool) {
        self.add(endpoint, rdf::TYPE.into_owned(), sd("Service"));
        self.add(endpoint, sd("endpoint"), endpoint.clone());
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
