//! What somebody says, and what others say of something without an article vouching for it; each in the sentence that tells it.

use super::super::html::{capital, escape};
use super::super::problem::Problem;
use super::events::day_in_words;
use super::reader::{Reader, Row, node, text};
use super::statements::{address_of, chain, highlighted, in_article, marked, status};
use crate::store::{Evidence, Words};
use oxigraph::model::NamedNode;
use std::collections::{BTreeMap, BTreeSet};

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

/// Quotations of which it is the speaker, the latest first, with their sentences.
fn own(reader: &Reader<'_>, thing: &NamedNode) -> Result<Vec<Row>, Problem> {
    latest(reader, &format!("?m en:speaker {thing} . ?m a en:Quotation"))
}

/// Statements in which it has a part, and for which another vouches.
fn others(reader: &Reader<'_>, thing: &NamedNode) -> Result<Vec<Row>, Problem> {
    let ontology = reader.store.mapper().ontology();
    let roles: String = ontology.roles().map(|role| format!("{} ", role.iri)).collect();
    let sure = reader.sure("?m");
    latest(
        reader,
        &format!(
            "VALUES ?role {{ {roles}rdf:subject rdf:object }} ?m ?role {thing} . ?m en:accordingTo ?who FILTER(?who != {thing}) {sure}"
        ),
    )
}

/// The latest are found first, and only of these the sentences.
fn latest(reader: &Reader<'_>, pattern: &str) -> Result<Vec<Row>, Problem> {
    reader.rows(&format!(
        "SELECT ?m ?article ?words {{ {{ SELECT DISTINCT ?m ?article ?day {{ GRAPH ?article {{ {pattern} OPTIONAL {{ ?article schema:datePublished ?day }} }} }} ORDER BY DESC(?day) ?m LIMIT {MOST_READ} }} LATERAL {{ GRAPH ?article {{ ?m en:sentence/nif:anchorOf ?words }} }} }} ORDER BY DESC(?day) ?m"
    ))
}

fn evidence(reader: &Reader<'_>, row: &Row) -> Result<Option<Evidence>, Problem> {
    let Some((statement, article)) = node(row, 0).zip(node(row, 1)) else { return Ok(None) };
    Ok(Some(reader.store.evidence(article, statement)?))
}

/// What is said, one item for all that is said in a sentence.
fn said(reader: &Reader<'_>, rows: &[Row]) -> Result<String, Problem> {
    let mut passages: Vec<(Words, Vec<Evidence>)> = Vec::new();
    let mut first_in: BTreeMap<&str, &NamedNode> = BTreeMap::new();
    for row in rows {
        let Some((words, article)) = text(row, 2).zip(node(row, 1)) else { continue };
        // The same sentence in another article says nothing new.
        if *first_in.entry(words).or_insert(article) != article {
            continue;
        }
        let Some(evidence) = evidence(reader, row)? else { continue };
        let Some(passage) = passage(&evidence) else { continue };
        let is_same = |(known, of): &&mut (Words, Vec<Evidence>)| {
            known.begin == passage.begin && of[0].article.iri == evidence.article.iri
        };
        match passages.iter_mut().find(is_same) {
            Some((_, of)) => of.push(evidence),
            None => passages.push((passage, vec![evidence])),
        }
        if passages.len() > MOST {
            break;
        }
    }
    passages.truncate(MOST);
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

/// What others say, one item for a sentence.
fn told(reader: &Reader<'_>, rows: &[Row]) -> Result<String, Problem> {
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for row in rows.iter().filter(|row| seen.insert(text(row, 2))).take(MOST) {
        let Some(evidence) = evidence(reader, row)? else { continue };
        let about = [capital(&chain(reader, &evidence)), status(reader, &evidence)];
        let words = evidence.sentence.as_ref().map(|sentence| highlighted(sentence, &evidence));
        items.push(item(&words.unwrap_or_default(), &about, &evidence));
    }
    Ok(items.concat())
}

/// Words, and under them what else is to be said of them and where they stand. All HTML.
fn item(words: &str, about: &[String], evidence: &Evidence) -> String {
    let day = evidence.article.published.as_deref();
    let day = day.map_or(String::new(), |day| format!(", {}", escape(&day_in_words(day))));
    let mut about: Vec<String> = about.iter().filter(|part| !part.is_empty()).cloned().collect();
    about.push(in_article(evidence) + &day);
    about.push(format!("<a href=\"{}\">details</a>", address_of(&evidence.iri)));
    format!("<li><blockquote>{words}</blockquote><p class=\"faint\">{}</p></li>\n", about.join(" · "))
}
