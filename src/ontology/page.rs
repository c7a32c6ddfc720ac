//! The vocabulary as a page to read: classes and properties with what they mean, in HTML.

use super::iri::{self, PREFIXES, rdf, rdfs};
use super::{FILES, OntologyError};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a file says of each term, in the order in which the file has the terms.
type Described = Vec<(NamedNode, BTreeMap<String, Vec<Term>>)>;

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";

/// The page. Fails only when the files are not Turtle.
pub fn page() -> Result<String, OntologyError> {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Entente: the vocabulary</title>\n<style>\n\
         body { font: 16px/1.5 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em }\n\
         h3 { margin-bottom: 0 } p { margin: .2em 0 } .of { color: #555 }\n</style>\n<h1>Entente: the vocabulary</h1>\n",
    );
    for file in FILES {
        let terms = described(file.turtle).map_err(|e| OntologyError { file: file.name.to_owned(), source: e })?;
        let _ = write!(html, "<h2>{}</h2>\n<p><code>{}</code></p>\n", escaped(title(&terms, file.graph)), file.graph);
        terms.iter().filter(|(term, _)| is_own(term)).for_each(|(term, said)| entry(&mut html, term, said));
    }
    html.push_str("</html>\n");
    Ok(html)
}

fn described(turtle: &str) -> Result<Described, oxigraph::io::RdfParseError> {
    let mut terms: Described = Vec::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle) {
        let quad = quad?;
        let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
        if terms.last().is_none_or(|(term, _)| *term != subject) {
            terms.push((subject, BTreeMap::new()));
        }
        if let Some((_, said)) = terms.last_mut() {
            said.entry(quad.predicate.into_string()).or_default().push(quad.object);
        }
    }
    Ok(terms)
}

fn title<'a>(terms: &'a Described, graph: &'a str) -> &'a str {
    let titles = terms.iter().filter_map(|(_, said)| said.get("http://purl.org/dc/terms/title")?.first());
    titles.filter_map(literal).next().unwrap_or(graph)
}

fn is_own(term: &NamedNode) -> bool {
    [iri::en::NAMESPACE, iri::PLOVER, iri::CAMEO].iter().any(|namespace| term.as_str().starts_with(namespace))
}

fn entry(html: &mut String, term: &NamedNode, said: &BTreeMap<String, Vec<Term>>) {
    let texts = |predicate: &str| said.get(predicate).into_iter().flatten().filter_map(literal);
    let name = short(term.as_ref());
    let label = texts(rdfs::LABEL.as_str()).chain(texts(&format!("{SKOS}prefLabel"))).next().unwrap_or_default();
    let _ = writeln!(html, "<h3 id=\"{0}\"><code>{0}</code> {1}</h3>", escaped(&name), escaped(label));
    for (before, predicate) in [("", "definition"), ("Example: ", "example"), ("Note: ", "editorialNote")] {
        for text in texts(&format!("{SKOS}{predicate}")) {
            let _ = writeln!(html, "<p>{before}{}</p>", escaped(text));
        }
    }
    for (before, predicate) in [
        ("is a", rdf::TYPE.as_str().to_owned()),
        ("below", rdfs::SUB_CLASS_OF.as_str().to_owned()),
        ("below", rdfs::SUB_PROPERTY_OF.as_str().to_owned()),
        ("of", rdfs::DOMAIN.as_str().to_owned()),
        ("leads to", rdfs::RANGE.as_str().to_owned()),
        ("below", format!("{SKOS}broader")),
        ("in PLOVER", format!("{SKOS}broadMatch")),
    ] {
        let others: Vec<String> = said.get(&predicate).into_iter().flatten().filter_map(link).collect();
        if !others.is_empty() {
            let _ = writeln!(html, "<p class=\"of\">{before} {}</p>", others.join(", "));
        }
    }
}

fn literal(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

/// A term of ours as a link into the page, another by its name.
fn link(term: &Term) -> Option<String> {
    let Term::NamedNode(node) = term else { return None };
    let name = escaped(&short(node.as_ref()));
    Some(if is_own(node) { format!("<a href=\"#{name}\">{name}</a>") } else { name })
}

fn short(node: NamedNodeRef<'_>) -> String {
    let prefixed =
        |(prefix, namespace): &(&str, &str)| Some(format!("{prefix}:{}", node.as_str().strip_prefix(namespace)?));
    PREFIXES.iter().find_map(prefixed).unwrap_or_else(|| node.as_str().to_owned())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_term_has_one_entry_and_every_link_an_end() {
        let page = page().unwrap();
        let between = |start: &str| -> Vec<&str> {
            page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
        };
        let (entries, links) = (between("<h3 id=\""), between("href=\"#"));
        let known: BTreeSet<&str> = entries.iter().copied().collect();
        assert_eq!(known.len(), entries.len());
        assert!(known.contains("en:Visit") && known.contains("plover:CONSULT") && known.contains("cameo:042"));
        assert!(links.len() > 500 && links.iter().all(|link| known.contains(link)));
        assert!(page.contains("<p>A human being known by name.</p>"));
    }
}
