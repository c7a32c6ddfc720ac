//! What somebody says, and what others say of something without an article vouching for it; each in the sentence that tells it.

use super::super::html::{address, escape};
use super::super::problem::Problem;
use super::events::day_in_words;
use super::reader::{Reader, Row, node};
use super::statements::{chain, highlighted, marked, status};
use crate::store::{Evidence, Words};
use oxigraph::model::NamedNode;
use std::collections::BTreeSet;

/// Sentences that are shown.
const MOST: usize = 12;
/// Statements that are looked at for them: a sentence may hold several, and articles may have it from one another.
const MOST_READ: usize = 3 * MOST;

/// Both, as sections of a page. `label` is what the thing is called.
pub(super) fn sections(reader: &Reader<'_>, thing: &NamedNode, label: &str) -> Result<String, Problem> {
    let own = said(reader, &own(reader, thing)?)?;
    let others = told(reader, &others(reader, thing)?)?;
    let label = escape(label);
    Ok(section("says", &format!("What {label} says"), &own)
        + &section("said", &format!("Who says what about {label}"), &others))
}

fn section(id: &str, title: &str, items: &str) -> String {
    if items.is_empty() {
        return String::new();
    }
    format!(
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>\n<ul class=\"quotes\">{items}</ul></section>\n"
    )
}

/// Quotations of which it is the speaker, the latest first.
fn own(reader: &Reader<'_>, thing: &NamedNode) -> Result<Vec<Row>, Problem> {
    reader.rows(&format!(
        "SELECT DISTINCT ?q ?article {{ GRAPH ?article {{ ?q en:speaker {thing} . ?q a en:Quotation OPTIONAL {{ ?article schema:datePublished ?day }} }} }} ORDER BY DESC(?day) ?q LIMIT {MOST_READ}"
    ))
}

/// Statements in which it has a part, and for which another vouches.
fn others(reader: &Reader<'_>, thing: &NamedNode) -> Result<Vec<Row>, Problem> {
    let ontology = reader.store.mapper().ontology();
    let roles: String = ontology.roles().map(|role| format!("{} ", role.iri)).collect();
    reader.rows(&format!(
        "SELECT DISTINCT ?m ?article {{ VALUES ?role {{ {roles}rdf:subject rdf:object }} GRAPH ?article {{ ?m ?role {thing} . ?m en:accordingTo ?who FILTER(?who != {thing}) {}OPTIONAL {{ ?article schema:datePublished ?day }} }} }} ORDER BY DESC(?day) ?m LIMIT {MOST_READ}",
        reader.sure("?m")
    ))
}

fn evidence(reader: &Reader<'_>, row: &Row) -> Result<Option<Evidence>, Problem> {
    let Some((statement, article)) = node(row, 0).zip(node(row, 1)) else { return Ok(None) };
    Ok(Some(reader.store.evidence(article, statement)?))
}

/// What is said, one item for all that is said in a sentence.
fn said(reader: &Reader<'_>, rows: &[Row]) -> Result<String, Problem> {
    let mut passages: Vec<(Words, Vec<Evidence>)> = Vec::new();
    for row in rows {
        let Some(evidence) = evidence(reader, row)? else { continue };
        let Some(passage) = passage(&evidence) else { continue };
        match passages.iter().position(|(known, _)| known.text == passage.text) {
            None if passages.len() == MOST => break,
            None => passages.push((passage, vec![evidence])),
            Some(i) => {
                let (known, of) = &mut passages[i];
                // The same sentence elsewhere says nothing new.
                if known.begin == passage.begin && of[0].article.iri == evidence.article.iri {
                    of.push(evidence);
                }
            }
        }
    }
    let item = |(passage, of): &(Words, Vec<Evidence>)| {
        let content = of.iter().flat_map(|evidence| &evidence.content);
        let marks = content.map(|words| (words.begin, words.end, "said", "what is said")).collect();
        item(&marked(passage, marks), &[], &of[0])
    };
    Ok(passages.iter().map(item).collect())
}

/// The sentence in which something is said: the bare content of "condemned the attack" or "declined to comment" would make no sense.
/// Speech that goes beyond its sentence stands alone.
fn passage(evidence: &Evidence) -> Option<Words> {
    let (first, last) = (evidence.content.first()?, evidence.content.last()?);
    let sentence = evidence.sentence.as_ref().filter(|s| s.begin <= first.begin && last.end <= s.end);
    let spoken = || Words {
        text: evidence.content.iter().map(|words| words.text.as_str()).collect::<Vec<_>>().join(" … "),
        begin: first.begin,
        ..Words::default()
    };
    Some(sentence.cloned().unwrap_or_else(spoken))
}

fn told(reader: &Reader<'_>, rows: &[Row]) -> Result<String, Problem> {
    let (mut items, mut seen) = (String::new(), BTreeSet::new());
    for row in rows {
        let Some(evidence) = evidence(reader, row)? else { continue };
        let Some(sentence) = &evidence.sentence else { continue };
        let about = [chain(reader, &evidence), status(&evidence)];
        if seen.len() < MOST && seen.insert((sentence.text.clone(), about.concat())) {
            items += &item(&highlighted(sentence, &evidence), &about, &evidence);
        }
    }
    Ok(items)
}

/// Words, and under them what else is to be said of them and where they stand. All HTML.
fn item(words: &str, about: &[String], evidence: &Evidence) -> String {
    let link = |iri: &str, anchor: &str, text: &str| {
        let address = NamedNode::new(iri).map_or(String::new(), |node| address(node.as_ref()));
        format!("<a href=\"{address}{anchor}\">{}</a>", escape(text))
    };
    let article = &evidence.article;
    let title = article.title.as_deref().or(article.id.as_deref()).unwrap_or(&article.iri);
    let anchor = evidence.sentence.as_ref().map_or(String::new(), |s| format!("#c{}", s.begin));
    let day = article.published.as_deref().map_or(String::new(), |day| format!(", {}", escape(&day_in_words(day))));
    let mut about: Vec<String> = about.iter().filter(|part| !part.is_empty()).cloned().collect();
    about.push(link(&article.iri, &anchor, title) + &day);
    about.push(link(&evidence.iri, "", "details"));
    format!("<li><blockquote>{words}</blockquote><p class=\"faint\">{}</p></li>\n", about.join(" · "))
}
