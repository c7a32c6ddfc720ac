//! N-Quads in canonical order. The graph has no blank nodes, so sorting the lines is all that RDFC-1.0 asks for.

use super::ExportError;
use super::order::Quads;
use oxigraph::model::GraphName;
use std::collections::HashSet;
use std::io::Write;

pub(super) fn nquads(quads: &Quads<'_>, out: &mut dyn Write) -> Result<u64, ExportError> {
    let wanted: HashSet<&GraphName> = quads.graphs.iter().collect();
    let only = if let [graph] = quads.graphs.as_slice() { Some(graph) } else { None };
    let mut written = 0;
    for subject in quads.subjects(&quads.graphs)? {
        for (line, quad) in quads.about(&subject, only)? {
            if wanted.contains(&quad.graph_name) {
                writeln!(out, "{line}")?;
                written += 1;
            }
        }
    }
    Ok(written)
}
