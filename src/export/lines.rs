//! N-Quads in canonical order. The graph has no blank nodes, so sorting the lines is all that RDFC-1.0 asks for.

use super::{ExportError, order};
use crate::store::Store;
use oxigraph::model::GraphName;
use std::collections::HashSet;
use std::io::Write;

pub(super) fn nquads(store: &Store, graphs: &[GraphName], out: &mut dyn Write) -> Result<u64, ExportError> {
    let wanted: HashSet<&GraphName> = graphs.iter().collect();
    let only = if let [graph] = graphs { Some(graph) } else { None };
    let mut written = 0;
    for subject in order::subjects(store, graphs)? {
        for (line, quad) in order::about(store, &subject, only)? {
            if wanted.contains(&quad.graph_name) {
                writeln!(out, "{line}")?;
                written += 1;
            }
        }
    }
    Ok(written)
}
