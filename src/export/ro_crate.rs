//! A data set to hand on: a folder with the store in every form, and a description of it all as an RO-Crate 1.1
//! (<https://w3id.org/ro/crate/1.1>): what the files are, their sizes and hashes, counts, versions, licences.

use super::columns::{COLUMNS, Table};
use super::network::{NetworkFormat, export_network};
use super::plover::export_plover;
use super::selection::Selection;
use super::tables::{TableFormat, export_table};
use super::{ExportError, ExportFormat, Scope, export_at_least};
use crate::ontology::iri::{en, prov, rdfs, schema};
use crate::store::Store;
use jiff::civil::Date;
use oxigraph::model::{NamedNode, Term};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// What whoever hands a data set on says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub title: String,
    pub description: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// IRI of the licence; without one, the crate says whose conditions hold for which part.
    pub licence: Option<NamedNode>,
    pub published: Date,
}

/// Writes a data set into a folder, which is made if it is not there, and returns the number of its files.
///
/// A selection is for tables and graph files; the graph in N-Quads is there only when nothing but confidence is selected.
pub fn export_crate(store: &Store, selection: &Selection, about: &About, folder: &Path) -> Result<u64, ExportError> {
    std::fs::create_dir_all(folder)?;
    let mut parts = Parts { folder, files: Vec::new() };
    parts.add("events.tsv", "Events, a row for each pair of actor and recipient", |out| {
        export_table(store, Table::Events, TableFormat::Tsv, selection, out)
    })?;
    #[cfg(feature = "parquet")]
    parts.add("events.parquet", "The same in Apache Parquet", |out| {
        export_table(store, Table::Events, TableFormat::Parquet, selection, out)
    })?;
    let events = parts.add("events.jsonl", "Events as PLOVER has them, an object for each", |out| {
        export_plover(store, selection, out)
    })?;
    // Of a selection, what is said of days and how things are put does not apply to entities.
    let of_entities = Selection { countries: selection.countries.clone(), ..Selection::default() };
    let entities = parts.add("entities.csv", "People, states, places, organisations and other entities", |out| {
        export_table(store, Table::Entities, TableFormat::Csv, &of_entities, out)
    })?;
    let relations = parts.add("relations.csv", "Offices held, kinship and other lasting relations", |out| {
        export_table(store, Table::Relations, TableFormat::Csv, selection, out)
    })?;
    parts.add("network.gexf", "The graph between entities, for Gephi", |out| {
        export_network(store, NetworkFormat::Gexf, selection, out)
    })?;
    let mut counts = vec![("events", events), ("entities", entities), ("relations", relations)];
    if (Selection { confidence: None, ..selection.clone() }) == Selection::default() {
        let quads = parts.add("graph.nq", "Record and evidence as RDF, a named graph for each article", |out| {
            export_at_least(store, ExportFormat::NQuads, &Scope::All, selection.confidence, out)
        })?;
        counts.push(("quads", quads));
    }
    parts.add("columns.tsv", "What the columns of the tables mean", |out| {
        out.write_all(COLUMNS.as_bytes())?;
        Ok(COLUMNS.lines().count() as u64)
    })?;
    let sources = Sources::read(store)?;
    counts.push(("articles", sources.articles));
    let description = described(&parts.files, about, &counts, &sources);
    let mut out = BufWriter::new(File::create(folder.join("ro-crate-metadata.json"))?);
    serde_json::to_writer_pretty(&mut out, &description).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()?;
    Ok(parts.files.len() as u64 + 1)
}

/// A file of the crate.
struct Part {
    name: &'static str,
    description: &'static str,
    bytes: u64,
    hash: String,
}

struct Parts<'a> {
    folder: &'a Path,
    files: Vec<Part>,
}

impl Parts<'_> {
    fn add(
        &mut self,
        name: &'static str,
        description: &'static str,
        write: impl FnOnce(&mut (dyn Write + Send)) -> Result<u64, ExportError>,
    ) -> Result<u64, ExportError> {
        let file = BufWriter::new(File::create(self.folder.join(name))?);
        let mut out = Hashed { file, hasher: Sha256::new(), bytes: 0 };
        let count = write(&mut out)?;
        out.flush()?;
        let hash = out.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        self.files.push(Part { name, description, bytes: out.bytes, hash });
        Ok(count)
    }
}

/// A file whose bytes are hashed as they are written.
struct Hashed {
    file: BufWriter<File>,
    hasher: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What the store was made from and by.
#[derive(Default)]
struct Sources {
    articles: u64,
    first: Option<Date>,
    last: Option<Date>,
    publishers: BTreeSet<String>,
    languages: BTreeSet<String>,
    /// Versions of the program.
    versions: BTreeSet<String>,
    /// Models and tables.
    used: BTreeSet<String>,
}

impl Sources {
    fn read(store: &Store) -> Result<Self, ExportError> {
        let mut sources = Self::default();
        for article in store.articles()? {
            sources.articles += 1;
            let about = |predicate| texts(store, &article, &article, predicate);
            let day = about(schema::DATE_PUBLISHED)?.into_iter().find_map(|d| d.parse().ok());
            sources.first = sources.first.into_iter().chain(day).min();
            sources.last = sources.last.into_iter().chain(day).max();
            sources.languages.extend(about(schema::IN_LANGUAGE)?);
            for publisher in nodes(store, &article, &article, schema::PUBLISHER)? {
                sources.publishers.extend(texts(store, &article, &publisher, rdfs::LABEL)?);
            }
            for run in nodes(store, &article, &article, en::EXTRACTED_BY)? {
                for program in nodes(store, &article, &run, prov::WAS_ASSOCIATED_WITH)? {
                    sources.versions.extend(texts(store, &article, &program, schema::SOFTWARE_VERSION)?);
                }
                for used in nodes(store, &article, &run, prov::USED)? {
                    sources.used.extend(texts(store, &article, &used, rdfs::LABEL)?);
                }
            }
        }
        Ok(sources)
    }
}

type Predicate = oxigraph::model::NamedNodeRef<'static>;

fn objects(store: &Store, graph: &NamedNode, node: &NamedNode, predicate: Predicate) -> Result<Vec<Term>, ExportError> {
    let graph = graph.clone().into();
    let mut objects = Vec::new();
    for quad in store.about(node.as_ref().into(), Some(&graph)) {
        let quad = quad?;
        if quad.predicate == predicate {
            objects.push(quad.object);
        }
    }
    Ok(objects)
}

fn texts(store: &Store, graph: &NamedNode, node: &NamedNode, predicate: Predicate) -> Result<Vec<String>, ExportError> {
    let text = |term| if let Term::Literal(l) = term { Some(l.value().to_owned()) } else { None };
    Ok(objects(store, graph, node, predicate)?.into_iter().filter_map(text).collect())
}

fn nodes(
    store: &Store,
    graph: &NamedNode,
    node: &NamedNode,
    predicate: Predicate,
) -> Result<Vec<NamedNode>, ExportError> {
    let node_of = |term| if let Term::NamedNode(node) = term { Some(node) } else { None };
    Ok(objects(store, graph, node, predicate)?.into_iter().filter_map(node_of).collect())
}

const CONTEXT: &str = "https://w3id.org/ro/crate/1.1/context";
const TERMS: &str = "The words of the sentences belong to the publishers of the articles. Items of Wikidata are under CC0. \
    Coordinates and ids of places are from GeoNames (www.geonames.org), under CC BY 4.0. The vocabularies are under CC BY 4.0.";

fn described(files: &[Part], about: &About, counts: &[(&str, u64)], sources: &Sources) -> Value {
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        }),
        root(files, about, counts, sources),
    ];
    graph.extend(files.iter().map(file));
    graph.extend(counts.iter().map(|(name, value)| {
        json!({"@id": format!("#count-{name}"), "@type": "PropertyValue", "name": name, "value": value})
    }));
    graph.push(json!({
        "@id": "#terms", "@type": "CreativeWork", "name": "Conditions of the sources", "description": TERMS,
    }));
    if let Some(licence) = &about.licence {
        graph.push(
            json!({"@id": licence.as_str(), "@type": "CreativeWork", "name": "Licence", "url": licence.as_str()}),
        );
    }
    if let Some(publisher) = &about.publisher {
        graph.push(json!({"@id": "#publisher", "@type": "Organization", "name": publisher}));
    }
    graph.extend(made_by(sources));
    json!({"@context": CONTEXT, "@graph": graph})
}

fn root(files: &[Part], about: &About, counts: &[(&str, u64)], sources: &Sources) -> Value {
    let stated = |what: &[(&str, u64)]| what.iter().map(|(n, v)| format!("{v} {n}")).collect::<Vec<_>>().join(", ");
    let description = about.description.clone().unwrap_or_else(|| {
        format!("Who did what to whom, when, where, and who says so, as read from news articles: {}.", stated(counts))
    });
    let licence = about.licence.as_ref().map_or("#terms", |l| l.as_str());
    let mut root = json!({
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": description,
        "datePublished": about.published.to_string(),
        "license": {"@id": licence},
        "usageInfo": {"@id": "#terms"},
        "hasPart": files.iter().map(|f| json!({"@id": f.name})).collect::<Vec<_>>(),
        "variableMeasured": counts.iter().map(|(n, _)| json!({"@id": format!("#count-{n}")})).collect::<Vec<_>>(),
        "conformsTo": {"@id": "https://w3id.org/entente/ns"},
    });
    if let (Some(first), Some(last)) = (sources.first, sources.last) {
        root["temporalCoverage"] = json!(format!("{first}/{last}"));
    }
    if !sources.languages.is_empty() {
        root["inLanguage"] = json!(sources.languages);
    }
    if !sources.publishers.is_empty() {
        root["isBasedOn"] = json!(format!("Articles of {}", join(&sources.publishers)));
    }
    if about.publisher.is_some() {
        root["publisher"] = json!({"@id": "#publisher"});
        root["author"] = json!({"@id": "#publisher"});
    }
    root
}

fn join(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn file(part: &Part) -> Value {
    let format = match part.name.rsplit('.').next() {
        Some("tsv") => "text/tab-separated-values",
        Some("csv") => "text/csv",
        Some("jsonl") => "application/jsonl",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("gexf") => "application/gexf+xml",
        _ => "application/n-quads",
    };
    json!({
        "@id": part.name,
        "@type": "File",
        "name": part.name,
        "description": part.description,
        "encodingFormat": format,
        "contentSize": part.bytes.to_string(),
        "sha256": part.hash,
    })
}

/// The program that made the graph, and the one that wrote the files, as actions with their versions.
fn made_by(sources: &Sources) -> Vec<Value> {
    let program = |version: &str| {
        json!({
            "@id": format!("#entente-{version}"),
            "@type": "SoftwareApplication",
            "name": "Entente",
            "version": version,
            "softwareVersion": version,
        })
    };
    let mut versions = sources.versions.clone();
    versions.insert(env!("CARGO_PKG_VERSION").to_owned());
    let action = |id: &str, name: String, versions: &mut dyn Iterator<Item = &String>| {
        let instruments: Vec<Value> = versions.map(|v| json!({"@id": format!("#entente-{v}")})).collect();
        // One value stands by itself (RO-Crate 1.1, appendix on JSON-LD).
        let instrument = if let [one] = instruments.as_slice() { one.clone() } else { json!(instruments) };
        json!({
            "@id": id,
            "@type": "CreateAction",
            "name": name,
            "instrument": instrument,
            "result": {"@id": "./"},
        })
    };
    let used = if sources.used.is_empty() { String::new() } else { format!(" with {}", join(&sources.used)) };
    let extraction = format!("Extraction from {} articles{used}", sources.articles);
    let here = BTreeSet::from([env!("CARGO_PKG_VERSION").to_owned()]);
    let actions = [
        action("#extraction", extraction, &mut sources.versions.iter()),
        action("#export", "Export from the store".to_owned(), &mut here.iter()),
    ];
    versions.iter().map(|v| program(v)).chain(actions).collect()
}
