//! RDF 1.2 annotations of the record's plain triples: what each rests on, how sure that is, and when it holds.
//!
//! A triple is named once for each time for which it is said to hold. Turtle and TriG have a form of their own for this,
//! `s p o ~ name {| … |}`; the formats of lines say that the name `rdf:reifies` the triple. See *RDF 1.2 Concepts*, 3.4, and
//! *RDF 1.2 Turtle*, 2.11.

use super::{ExportError, ExportFormat};
use crate::ontology::iri::{en, prov};
use crate::store::{Store, Support};
use oxigraph::model::{Literal, NamedNodeRef, Term};
use std::io::Write;

const REIFIES: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies");

/// Writes the annotations that rest on statements of at least a confidence, and returns how many triples they are. Fails for
/// formats that have none.
pub(super) fn annotations(
    store: &Store,
    format: ExportFormat,
    least: Option<f64>,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let is_turtle = match format {
        ExportFormat::Turtle | ExportFormat::TriG => true,
        ExportFormat::NTriples | ExportFormat::NQuads => false,
        ExportFormat::RdfXml | ExportFormat::JsonLd => return Err(ExportError::NoAnnotations(format.as_str())),
    };
    let mut written = 0;
    for support in store.supports(least)? {
        let said = said(&support);
        written += said.len() as u64 + 1;
        if is_turtle { annotation(&support, &said, out)? } else { lines(&support, &said, out)? }
    }
    Ok(written)
}

type Said = (NamedNodeRef<'static>, Term);

/// What is said of a triple.
fn said(support: &Support) -> Vec<Said> {
    let articles = Literal::from(support.articles.len() as i64);
    let mut said: Vec<Said> = vec![(en::ARTICLES, articles.into())];
    said.extend(support.confidence.clone().map(|c| (en::CONFIDENCE, c)));
    for (property, value) in &support.times {
        let known = [en::VALID_FROM, en::VALID_UNTIL, en::EARLIEST, en::LATEST].into_iter().find(|p| property == p);
        said.extend(known.map(|p| (p, value.clone())));
    }
    said.extend(support.mentions.iter().map(|m| (prov::WAS_DERIVED_FROM, m.clone().into())));
    said
}

fn annotation(support: &Support, said: &[Said], out: &mut dyn Write) -> Result<(), ExportError> {
    write!(out, "{} ~ {} {{|", support.triple, support.name)?;
    for (i, (property, value)) in said.iter().enumerate() {
        write!(out, "{} {property} {value}", if i == 0 { "" } else { " ;" })?;
    }
    writeln!(out, " |}} .")?;
    Ok(())
}

fn lines(support: &Support, said: &[Said], out: &mut dyn Write) -> Result<(), ExportError> {
    let Support { name, triple, .. } = support;
    writeln!(out, "{name} {REIFIES} <<( {triple} )>> .")?;
    for (property, value) in said {
        writeln!(out, "{name} {property} {value} .")?;
    }
    Ok(())
}
