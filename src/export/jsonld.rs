//! JSON-LD: one object for each subject, with prefixes in place of full IRIs.
//!
//! sophia makes the objects, in expanded form; it does not compact, so that is done here, for a context that holds prefixes
//! and nothing else.

use super::ExportError;
use super::order::Quads;
use super::pretty::{graph, spo};
use crate::ontology::iri::PREFIXES;
use oxigraph::model::{GraphName, Quad};
use serde_json::{Map, Value, json};
use sophia::api::serializer::{QuadSerializer, Stringifier};
use sophia::api::source::IntoSource;
use sophia::jsonld::JsonLdSerializer;
use std::io::{self, Write};

pub(super) fn jsonld(quads: &Quads<'_>, out: &mut dyn Write) -> Result<u64, ExportError> {
    let context: Map<String, Value> = PREFIXES.iter().map(|(p, n)| ((*p).to_owned(), json!(n))).collect();
    write!(out, "{{\"@context\": {},\n\"@graph\": [", Value::Object(context))?;
    let (mut written, mut is_first) = (0, true);
    for graph in &quads.graphs {
        let name = match graph {
            GraphName::NamedNode(name) => Some(compact_iri(name.as_str())),
            _ => None,
        };
        if let Some(name) = &name {
            write!(out, "{}\n{{\"@id\": {}, \"@graph\": [", comma(&mut is_first), json!(name))?;
        }
        let mut is_first_here = is_first || name.is_some();
        for part in quads.parts(graph)? {
            let part = part?;
            written += part.len() as u64;
            for object in objects(&part)? {
                write!(out, "{}\n{object}", comma(&mut is_first_here))?;
            }
        }
        match name {
            Some(_) => write!(out, "]}}")?,
            None => is_first = is_first_here,
        }
    }
    writeln!(out, "\n]}}")?;
    Ok(written)
}

/// What to write before an item of a list.
fn comma(is_first: &mut bool) -> &'static str {
    if std::mem::take(is_first) { "" } else { "," }
}

/// An object for each subject of a part of a graph.
fn objects(quads: &[Quad]) -> Result<Vec<Value>, ExportError> {
    let mut serializer = JsonLdSerializer::new_stringifier();
    // As if in the default graph: the caller writes the graph around them.
    let quads = quads.iter().map(|q| (spo(q), graph(q).filter(|_| false)));
    serializer.serialize_quads(quads.into_source()).map_err(io::Error::other)?;
    let expanded: Vec<Value> = serde_json::from_str(serializer.as_str()).map_err(io::Error::other)?;
    Ok(expanded.into_iter().map(compact).collect())
}

/// An expanded value, compacted.
fn compact(value: Value) -> Value {
    match value {
        Value::Object(object) if object.len() == 1 && object.contains_key("@value") => {
            object.into_iter().next().map_or(Value::Null, |(_, text)| text)
        }
        Value::Object(object) => Value::Object(object.into_iter().map(|(k, v)| member(k, v)).collect()),
        Value::Array(mut items) if items.len() == 1 => items.pop().map_or(Value::Null, compact),
        Value::Array(items) => Value::Array(items.into_iter().map(compact).collect()),
        other => other,
    }
}

fn member(key: String, value: Value) -> (String, Value) {
    match key.as_str() {
        "@id" | "@type" => (key, iris(value)),
        "@value" | "@language" => (key, value),
        _ => (compact_iri(&key), compact(value)),
    }
}

fn iris(value: Value) -> Value {
    match value {
        Value::String(iri) => Value::String(compact_iri(&iri)),
        Value::Array(mut items) if items.len() == 1 => items.pop().map_or(Value::Null, iris),
        Value::Array(items) => Value::Array(items.into_iter().map(iris).collect()),
        other => other,
    }
}

/// With the prefix that leaves the least; as it is when there is none.
fn compact_iri(iri: &str) -> String {
    let shortened = PREFIXES.iter().filter_map(|(prefix, namespace)| Some((prefix, iri.strip_prefix(namespace)?)));
    match shortened.filter(|(_, local)| !local.starts_with("//")).min_by_key(|(_, local)| local.len()) {
        Some((prefix, local)) => format!("{prefix}:{local}"),
        None => iri.to_owned(),
    }
}
