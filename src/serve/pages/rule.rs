//! The document about a file of rules: each rule as it is written, with what it found in this store; the same as triples.

use super::super::Site;
use super::super::html::{Page, as_rdf, capital, escape, link as to_term, with_code};
use super::super::parameters::encode;
use super::super::problem::Problem;
use super::super::rules::{self, Example, Rule, RuleFile};
use super::instance;
use super::reader::Reader;
use crate::ontology::iri::{PLOVER, en, prov, rdf, rdfs, schema};
use crate::store::Store;
use crate::text::{counted, grouped};
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Triple};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The namespace of Dublin Core's terms.
pub(super) const DCTERMS: &str = "http://purl.org/dc/terms/";
/// Statements of one rule that are counted, and that are linked.
const MOST_COUNTED: usize = 1000;
const MOST_LINKED: usize = 5;

/// A rule as a statement names it, `assault/killing.toml#kill`, as a link to what it is; words alone where the program has no such
/// file, as when a store is older.
pub(super) fn link(rule: &str) -> String {
    let code = format!("<code>{}</code>", escape(rule));
    match rule.split_once('#').filter(|(file, _)| rules::has(file)) {
        Some((file, name)) => format!("<a href=\"{}\">{code}</a>", path(file, name)),
        None => code,
    }
}

/// The address of a rule, without that of the server.
pub(super) fn path(file: &str, rule: &str) -> String {
    format!("{}#{}", document(file), encode(rule))
}

/// That of the document about a file.
pub(super) fn document(file: &str) -> String {
    let parts: Vec<String> = file.split('/').map(encode).collect();
    format!("/rule/{}", parts.join("/"))
}

/// The name that statements give to a rule.
fn label(file: &RuleFile, rule: &Rule) -> Literal {
    Literal::new_simple_literal(format!("{}#{}", file.name, rule.name))
}

/// Our terms for what a rule finds, as far as the ontology has them, and PLOVER's type.
fn subjects(store: &Store, rule: &Rule) -> Vec<NamedNode> {
    let own = rule.terms.iter().map(|term| format!("{}{term}", en::NAMESPACE));
    let kind = rule.kind.iter().map(|kind| format!("{PLOVER}{kind}"));
    let known = own.chain(kind).filter(|iri| store.mapper().ontology().has_term(iri));
    known.filter_map(|iri| NamedNode::new(iri).ok()).collect()
}

/// A name below the address of the server.
pub(super) fn at(root: &str, path: &str) -> Result<NamedNode, Problem> {
    NamedNode::new(format!("{root}{path}")).map_err(|_| Problem::bad_request("`Host` is no name of a server"))
}

/// A rule as something that has a name and a subject: its address, and triples. `root` is the address of the server.
pub(super) fn described(
    site: &Site,
    root: &str,
    file: &RuleFile,
    rule: &Rule,
) -> Result<(NamedNode, Vec<Triple>), Problem> {
    let term = |namespace: &str, name| NamedNode::new_unchecked(format!("{namespace}{name}"));
    let node = at(root, &path(&file.name, &rule.name))?;
    let mut triples = vec![
        Triple::new(node.clone(), rdf::TYPE, term(prov::NAMESPACE, "Plan")),
        Triple::new(node.clone(), rdfs::LABEL, label(file, rule)),
    ];
    let subjects = subjects(&site.store, rule).into_iter();
    triples.extend(subjects.map(|about| Triple::new(node.clone(), term(DCTERMS, "subject"), about)));
    Ok((node, triples))
}

/// Each rule with its text as well.
pub(super) fn triples(site: &Site, root: &str, file: &RuleFile) -> Result<Vec<Triple>, Problem> {
    let text = NamedNode::new_unchecked(format!("{}text", schema::NAMESPACE));
    let mut triples = Vec::new();
    for rule in &file.rules {
        let (node, described) = described(site, root, file, rule)?;
        triples.extend(described);
        triples.push(Triple::new(node, text.clone(), Literal::new_simple_literal(&rule.text)));
    }
    Ok(triples)
}

pub(super) fn page(reader: &Reader<'_>, file: &RuleFile) -> Result<Page, Problem> {
    let path = document(&file.name);
    let mut page = Page::new(&format!("Rules: {}", title(&file.name)));
    page.data = Some(format!("{path}?as=turtle"));
    page.body = format!(
        "<p class=\"kind\"><a href=\"/rule/\">Rules</a>, file <code>{}</code></p>\n{}",
        escape(&file.name),
        page.body
    );
    let _ = writeln!(page.body, "<p class=\"lead\">{}</p>", with_code(about(file)));
    page.body += &facts(reader, file);
    for rule in &file.rules {
        page.body += &section(reader, file, rule)?;
    }
    page.body += &examples(&file.examples);
    let _ = write!(page.body, "\n<p class=\"iri\">As {}</p>", as_rdf(&format!("{path}?")));
    Ok(page)
}

/// `joint exercise` of `cooperate/joint_exercise.toml`.
pub(super) fn title(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.trim_end_matches(".toml").replace('_', " ")
}

pub(super) fn about(file: &RuleFile) -> &str {
    if file.is_lexicon() {
        return "How an event is read from a word of the lexicon of triggers alone, where no file of rules knows the word: one rule for each type of PLOVER.";
    }
    &file.comment
}

fn facts(reader: &Reader<'_>, file: &RuleFile) -> String {
    let mut seen = BTreeSet::new();
    let mut subjects: Vec<NamedNode> = file.rules.iter().flat_map(|rule| subjects(reader.store, rule)).collect();
    subjects.retain(|node| seen.insert(node.clone()));
    let (kinds, own): (Vec<_>, Vec<_>) = subjects.iter().partition(|node| node.as_str().starts_with(PLOVER));
    let rules: Vec<String> =
        file.rules.iter().map(|rule| format!("<a href=\"#{0}\">{0}</a>", escape(&rule.name))).collect();
    list(&[("Finds", links(reader, &own)), ("PLOVER type", links(reader, &kinds)), ("Rules", rules.join(", "))])
}

fn links(reader: &Reader<'_>, terms: &[&NamedNode]) -> String {
    let link = |node: &&NamedNode| to_term(node.as_ref(), &capital(&reader.label(node.as_ref())));
    terms.iter().map(link).collect::<Vec<_>>().join(", ")
}

/// Names and values, which are HTML, without those that are empty.
fn list(rows: &[(&str, String)]) -> String {
    let rows = rows.iter().filter(|(_, value)| !value.is_empty());
    let rows: String = rows.map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>\n")).collect();
    format!("<dl class=\"facts\">{rows}</dl>\n")
}

fn section(reader: &Reader<'_>, file: &RuleFile, rule: &Rule) -> Result<String, Problem> {
    let subjects = subjects(reader.store, rule);
    let triggers: Vec<String> = rule
        .triggers
        .iter()
        .map(|(kind, words)| match words.as_slice() {
            [] => (*kind).to_owned(),
            words => format!("{kind}: {}", escape(&words.join(", "))),
        })
        .collect();
    let (count, shown) = found(reader, &label(file, rule))?;
    let rows = [
        ("Finds", links(reader, &subjects.iter().collect::<Vec<_>>())),
        ("Triggers", triggers.join("<br>")),
        ("In this store", count),
    ];
    let name = escape(&rule.name);
    Ok(format!(
        "<section id=\"{name}\"><h2>{name}</h2>\n{}{shown}<pre><code>{}</code></pre></section>\n",
        list(&rows),
        escape(&rule.text)
    ))
}

/// How many statements a rule found, and links to some of them.
fn found(reader: &Reader<'_>, rule: &Literal) -> Result<(String, String), Problem> {
    let mut statements = BTreeSet::new();
    let mut read = 0;
    for quad in reader.store.pointing_at(rule.into()).take(MOST_COUNTED + 1) {
        let quad = quad?;
        read += 1;
        if let NamedOrBlankNode::NamedNode(node) = quad.subject
            && quad.predicate == en::RULE
        {
            statements.insert(node);
        }
    }
    let count = match statements.len() {
        0 => "no statement".to_owned(),
        _ if read > MOST_COUNTED => format!("more than {} statements", grouped(MOST_COUNTED)),
        count => counted(count, "statement"),
    };
    let mut items = String::new();
    for node in statements.iter().take(MOST_LINKED) {
        let _ = writeln!(items, "<li>{}</li>", instance::link(reader, &node.clone().into())?);
    }
    let shown = if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") };
    Ok((count, shown))
}

fn examples(examples: &[Example]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let mut html = "<section id=\"examples\"><h2>Sentences that prove the rules</h2>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">Sentence</th><th scope=\"col\">What must be found</th></tr></thead><tbody>\n".to_owned();
    for Example { text, finds } in examples {
        let finds = finds.as_deref().map_or("nothing".to_owned(), |f| format!("<code>{}</code>", escape(f)));
        let _ = writeln!(html, "<tr><td>{}</td><td>{finds}</td></tr>", escape(text));
    }
    html + "</tbody></table></div></section>\n"
}
