//! The document about all files of rules: what each is about, and the rules in it; the same as triples.

use super::super::html::{Page, as_rdf, capital, escape, with_code};
use super::super::problem::Problem;
use super::super::rules::RuleFile;
use super::super::{Site, vocabulary::Vocabulary};
use super::reader::Reader;
use super::rule::{self, DCTERMS};
use crate::ontology::iri::{PLOVER, rdfs};
use crate::text::grouped;
use oxigraph::model::{Literal, NamedNode, Term, Triple};
use std::fmt::Write;

/// Where it is, below the address of the server.
pub(super) const PATH: &str = "/rule/";

pub(super) fn page(reader: &Reader<'_>) -> Page {
    let files = RuleFile::all();
    let mut page = Page { data: Some(format!("{PATH}?as=turtle")), ..Page::new("Rules") };
    let rules = files.iter().map(|file| file.rules.len()).sum();
    let _ = writeln!(
        page.body,
        "<p class=\"lead\">{} rules in {} files say by which words, and where in the sentence, events and relations are found. Each statement names the rule that found it.</p>",
        grouped(rules),
        grouped(files.len())
    );
    let mut groups: Vec<(String, Vec<&RuleFile>)> = Vec::new();
    for file in files {
        let title = group(reader.vocabulary, file);
        match groups.last_mut().filter(|(last, _)| *last == title) {
            Some((_, group)) => group.push(file),
            None => groups.push((title, vec![file])),
        }
    }
    let named: Vec<String> =
        groups.iter().enumerate().map(|(i, (title, _))| format!("<a href=\"#g{i}\">{}</a>", escape(title))).collect();
    let _ = writeln!(page.body, "<nav aria-label=\"Kinds of rules\"><p>{}</p></nav>", named.join(" · "));
    for (i, (title, files)) in groups.iter().enumerate() {
        let items: String = files.iter().map(|file| item(file)).collect();
        let _ = writeln!(
            page.body,
            "<section aria-labelledby=\"g{i}\"><h2 id=\"g{i}\">{}</h2>\n<ul class=\"found\">\n{items}</ul></section>",
            escape(title)
        );
    }
    let _ = write!(page.body, "<p class=\"iri\">As {}</p>", as_rdf(&format!("{PATH}?")));
    page
}

/// The heading under which a file stands: its type of PLOVER for a file of events.
fn group(vocabulary: &Vocabulary, file: &RuleFile) -> String {
    let kind = |folder: &str| vocabulary.label(&format!("{PLOVER}{}", folder.to_ascii_uppercase()));
    match file.folder() {
        Some(folder) => kind(folder).map_or_else(|| format!("{} events", capital(folder)), capital),
        None if file.is_lexicon() => "Lexicon of triggers".to_owned(),
        None => "Relations that last".to_owned(),
    }
}

fn item(file: &RuleFile) -> String {
    let link = |name: &str| format!("<a href=\"{}\">{}</a>", rule::path(&file.name, name), escape(name));
    let rules: Vec<String> = file.rules.iter().map(|rule| link(&rule.name)).collect();
    format!(
        "<li><a href=\"{}\">{}</a> <span class=\"faint\">{}</span><p class=\"rules\">{}</p></li>\n",
        rule::document(&file.name),
        escape(&capital(&rule::title(&file.name))),
        with_code(rule::about(file)),
        rules.join(", ")
    )
}

/// Each file as a part of the whole, and each rule as a part of its file. `root` is the address of the server.
pub(super) fn triples(site: &Site, root: &str) -> Result<Vec<Triple>, Problem> {
    let term = |name| NamedNode::new_unchecked(format!("{DCTERMS}{name}"));
    let (part, description) = (term("hasPart"), term("description"));
    let text = |value: &str| Term::from(Literal::new_simple_literal(value));
    let whole = rule::at(root, PATH)?;
    let mut triples = vec![Triple::new(whole.clone(), rdfs::LABEL, text("Rules"))];
    for file in RuleFile::all() {
        let node = rule::at(root, &rule::document(&file.name))?;
        triples.push(Triple::new(whole.clone(), part.clone(), node.clone()));
        triples.push(Triple::new(node.clone(), rdfs::LABEL, text(&file.name)));
        triples.push(Triple::new(node.clone(), description.clone(), text(rule::about(file))));
        for rule in &file.rules {
            let (own, described) = rule::described(site, root, file, rule)?;
            triples.push(Triple::new(node.clone(), part.clone(), own));
            triples.extend(described);
        }
    }
    Ok(triples)
}
