//! What articles say of an event: its page, with each of its sources.

use super::super::html::{Page, address, capital, escape};
use super::super::problem::Problem;
use super::events::{Event, day_in_words, stretch};
use super::reader::{Reader, node};
use super::{chart, entity, rule};
use crate::ontology::iri::{PLOVER, en};
use crate::store::{self, Evidence, EvidenceKind, Named, Words};
use crate::text::{counted, parted};
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Statements on the page of one event.
const MOST: usize = 40;

/// The page of an event of the record, of one that articles only report, or of a single statement.
pub(super) fn event(reader: &Reader<'_>, thing: &NamedNode) -> Result<Option<Page>, Problem> {
    let event = Event::read(reader, thing.as_ref())?;
    let mentions = reader
        .rows(&format!("SELECT DISTINCT ?m ?g {{ GRAPH ?g {{ ?m en:instance {thing} }} }} ORDER BY ?m LIMIT 400"))?;
    let sources = reader.rows(&format!(
        "SELECT DISTINCT ?m ?g {{ {thing} prov:wasDerivedFrom ?m GRAPH ?g {{ ?m a ?class }} }} ORDER BY ?m LIMIT 400"
    ))?;
    let mut nodes: Vec<(&NamedNode, &NamedNode)> = Vec::new();
    for row in mentions.iter().chain(&sources) {
        if let (Some(mention), Some(article)) = (node(row, 0), node(row, 1))
            && nodes.iter().all(|(known, _)| *known != mention)
        {
            nodes.push((mention, article));
        }
    }
    let is_statement = nodes.is_empty();
    let told = nodes.iter().take(MOST).map(|(mention, article)| reader.store.evidence(article, mention));
    let mut told = told.collect::<Result<Vec<_>, _>>()?;
    if is_statement {
        told.extend(statement(reader, thing)?);
    }
    if told.is_empty() || told.iter().all(|e| e.kind == EvidenceKind::Description) {
        return Ok(None);
    }
    let class = event.as_ref().map_or_else(|| class(reader, &told[0]), |event| event.class.clone());
    let parties = parties(reader, &told[0]);
    let title = if parties.is_empty() { capital(&class) } else { format!("{}: {parties}", capital(&class)) };
    let mut page = Page { class: "about", ..Page::new(&title) };
    let is_fact = event.is_some() || told.iter().any(|e| e.kind == EvidenceKind::Relation && !sources.is_empty());
    let kind = if is_statement {
        "Statement of an article"
    } else if is_fact {
        "In the record: articles themselves say that it is so"
    } else {
        "Not in the record: articles do not vouch for it themselves"
    };
    page.body = format!("<p class=\"kind\">{kind}</p>\n{}", page.body);
    page.body += &facts(reader, event.as_ref(), &told)?;
    let heading = if is_statement {
        "The words".to_owned()
    } else {
        format!("{} of {}", counted(nodes.len(), "statement"), counted(articles(&told), "article"))
    };
    let _ = writeln!(page.body, "<section aria-labelledby=\"sources\"><h2 id=\"sources\">{heading}</h2>");
    for evidence in &told {
        page.body += &source(reader, evidence);
    }
    page.body += "</section>";
    Ok(Some(page))
}

/// Of a name that an article gives to a statement, that statement. The store's `why` would tell of classes and codes too, such as
/// `en:Meeting`, by the statements that have them, but their pages are about the terms.
fn statement(reader: &Reader<'_>, node: &NamedNode) -> Result<Option<Evidence>, Problem> {
    let mut articles = BTreeSet::new();
    for quad in reader.store.about(node.as_ref().into(), None) {
        if let GraphName::NamedNode(graph) = quad?.graph_name
            && store::is_article(graph.as_ref())
        {
            articles.insert(graph);
        }
    }
    for article in &articles {
        let evidence = reader.store.evidence(article, node)?;
        if evidence.kind != EvidenceKind::Description {
            return Ok(Some(evidence));
        }
    }
    Ok(None)
}

fn articles(told: &[Evidence]) -> usize {
    told.iter().map(|e| &e.article.iri).collect::<BTreeSet<_>>().len()
}

pub(super) fn class(reader: &Reader<'_>, evidence: &Evidence) -> String {
    let name = evidence.class.as_deref().unwrap_or("statement");
    // One that is in the rules of somebody else's folder is not in the vocabulary.
    reader.vocabulary.own_label(name).map_or_else(|| parted(name, ' ').to_lowercase(), str::to_owned)
}

/// Who took part, as text.
fn parties(reader: &Reader<'_>, evidence: &Evidence) -> String {
    let name = |who: &Named| match who.iri.as_deref().and_then(|iri| NamedNodeRef::new(iri).ok()) {
        Some(node) => Some(reader.label(node)),
        None => who.name.clone(),
    };
    let of = |roles: &[&str]| {
        let there = evidence.participants.iter().filter(|p| roles.contains(&p.role.as_str()));
        there.filter_map(|p| name(&p.who)).take(4).collect::<Vec<_>>().join(", ")
    };
    let (actors, recipients) = (of(&["actor", "subject", "speaker"]), of(&["recipient", "object", "addressee"]));
    match (actors.is_empty(), recipients.is_empty()) {
        (false, false) => format!("{actors} → {recipients}"),
        _ => actors + &recipients,
    }
}

fn facts(reader: &Reader<'_>, event: Option<&Event>, told: &[Evidence]) -> Result<String, Problem> {
    let mut rows: Vec<(String, String)> = Vec::new();
    let codes: BTreeSet<&str> = told.iter().flat_map(|e| &e.codes).map(String::as_str).collect();
    for (prefix, name) in [("plover:", "PLOVER"), ("cameo:", "CAMEO")] {
        let codes = codes.iter().filter(|code| code.starts_with(prefix)).map(|code| self::code(reader, code));
        let codes = codes.collect::<Vec<_>>().join(", ");
        if !codes.is_empty() {
            rows.push((name.to_owned(), codes));
        }
    }
    let mut who: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for participant in told.iter().flat_map(|e| &e.participants) {
        who.entry(&participant.role).or_default().insert(person(
            reader,
            participant.who.iri.as_deref(),
            participant.who.name.as_deref(),
        ));
    }
    for (role, names) in who {
        let role = reader.vocabulary.own_label(role).unwrap_or(role);
        rows.push((capital(role), names.into_iter().collect::<Vec<_>>().join(", ")));
    }
    if let Some(event) = event {
        rows.push(("When".to_owned(), escape(&event.when())));
    } else if let Some(time) = told.iter().find_map(|e| e.time.as_ref()).filter(|t| t.first.is_some()) {
        let (first, last) = (time.first.as_deref().unwrap_or(""), time.last.as_deref().unwrap_or(""));
        rows.push(("When".to_owned(), escape(&stretch(first, if last.is_empty() { first } else { last }))));
    }
    let statuses: BTreeSet<&str> = told.iter().filter_map(|e| e.status.as_deref()).collect();
    if !statuses.is_empty() {
        rows.push(("Told as".to_owned(), statuses.into_iter().map(escape).collect::<Vec<_>>().join(", ")));
    }
    let list: String = rows.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>\n")).collect();
    let mut html = if list.is_empty() { list } else { format!("<dl class=\"facts\">{list}</dl>\n") };
    let places = event.map_or(&[][..], |event| &event.places);
    let mut spots = Vec::new();
    for place in places {
        spots.extend(entity::point(reader, place.as_ref(), 1)?);
    }
    // A state says less than the town in it.
    if spots.iter().any(|spot| spot.capital.is_none()) {
        spots.retain(|spot| spot.capital.is_none());
    }
    if !spots.is_empty() {
        let _ = writeln!(
            html,
            "<section aria-labelledby=\"place\"><h2 id=\"place\">Where</h2>{}</section>",
            chart::map(&spots)
        );
    }
    Ok(html)
}

/// A PLOVER type or a code, by its name with a prefix.
fn code(reader: &Reader<'_>, short: &str) -> String {
    let iri = match short.split_once(':') {
        Some(("plover", name)) => format!("{PLOVER}{name}"),
        Some((_, name)) => format!("{}{name}", crate::ontology::iri::CAMEO),
        None => return escape(short),
    };
    let node = NamedNodeRef::new_unchecked(&iri);
    let label = capital(reader.vocabulary.label(&iri).unwrap_or(short));
    let label = short.strip_prefix("cameo:").map_or(label.clone(), |number| format!("{number} {label}"));
    format!(
        "<a href=\"{}\" title=\"{}\">{}</a>",
        address(node),
        escape(reader.vocabulary.definition(&iri).unwrap_or(short)),
        escape(&label)
    )
}

pub(super) fn person(reader: &Reader<'_>, iri: Option<&str>, name: Option<&str>) -> String {
    match iri.and_then(|iri| NamedNode::new(iri).ok()) {
        Some(node) => reader.entity(node.as_ref()),
        None => escape(name.unwrap_or("somebody")),
    }
}

/// One article's statement: its sentence, the words that matter in it, and how it is put.
pub(super) fn source(reader: &Reader<'_>, evidence: &Evidence) -> String {
    let article = &evidence.article;
    let day = article.published.as_deref().map_or(String::new(), |d| format!(" · {}", escape(&day_in_words(d))));
    let publisher = article.publisher.as_deref().map_or(String::new(), |p| format!(" · {}", escape(p)));
    let sentence = evidence.sentence.as_ref().or(evidence.content.first());
    let words = sentence
        .map_or(String::new(), |sentence| format!("<blockquote>{}</blockquote>", highlighted(sentence, evidence)));
    let chain = chain(reader, evidence);
    let chain = if chain.is_empty() { chain } else { format!(" · {chain}") };
    let rule = evidence.rule.as_deref().map_or(String::new(), |r| format!(" · rule {}", rule::link(r)));
    let sure = evidence.confidence.map_or(String::new(), |c| format!(" · confidence {c:.2}"));
    format!(
        "<article class=\"source\"><h3>{}</h3><p class=\"faint\">{}{publisher}{day}</p>{words}<p class=\"faint\">{}{chain}{sure}{rule}</p></article>\n",
        in_article(evidence),
        escape(article.id.as_deref().unwrap_or_default()),
        status(reader, evidence),
    )
}

/// A link to an article, at the sentence of a statement.
pub(super) fn in_article(evidence: &Evidence) -> String {
    let article = &evidence.article;
    let title = article.title.as_deref().or(article.id.as_deref()).unwrap_or(&article.iri);
    let anchor = evidence.sentence.as_ref().map_or(String::new(), |s| format!("#c{}", s.begin));
    format!("<a href=\"{}{anchor}\">{}</a>", address_of(&article.iri), escape(title))
}

/// Where an IRI of the store leads.
pub(super) fn address_of(iri: &str) -> String {
    NamedNode::new(iri).map_or(String::new(), |node| address(node.as_ref()))
}

/// How a statement is put; HTML.
pub(super) fn status(reader: &Reader<'_>, evidence: &Evidence) -> String {
    evidence.status.as_deref().map_or(String::new(), |s| {
        let denied = if evidence.polarity.as_deref() == Some("negative") { ", negated" } else { "" };
        let meaning = reader.vocabulary.definition(&format!("{}{s}", en::NAMESPACE)).unwrap_or_default();
        format!(
            "<span class=\"status {}\" title=\"{}\">{}{denied}</span>",
            if s == "asserted" { "sure" } else { "" },
            escape(meaning),
            escape(s)
        )
    })
}

/// Who vouches for a statement, outermost first; HTML, empty when the article itself does.
pub(super) fn chain(reader: &Reader<'_>, evidence: &Evidence) -> String {
    match vouchers(reader, evidence) {
        chain if chain.is_empty() => chain,
        chain => format!("according to {chain}"),
    }
}

pub(super) fn vouchers(reader: &Reader<'_>, evidence: &Evidence) -> String {
    let chain = evidence.attribution.iter().map(|n| person(reader, n.iri.as_deref(), n.name.as_deref()));
    chain.collect::<Vec<_>>().join(", then ")
}

/// A sentence with its trigger, participants and time marked.
pub(super) fn highlighted(sentence: &Words, evidence: &Evidence) -> String {
    let mut marks: Vec<(usize, usize, &str, &str)> = Vec::new();
    let mut mark =
        |words: &Words, class: &'static str, title: &'static str| marks.push((words.begin, words.end, class, title));
    evidence.trigger.iter().for_each(|w| mark(w, "trigger", "what happened"));
    evidence.participants.iter().flat_map(|p| &p.words).for_each(|w| mark(w, "who", "who"));
    evidence.time.iter().filter_map(|t| t.words.as_ref()).for_each(|w| mark(w, "time", "when"));
    marked(sentence, marks)
}

/// A sentence in which some words are marked: where they begin and end, the class of the mark, and what it tells.
pub(super) fn marked(sentence: &Words, mut marks: Vec<(usize, usize, &str, &str)>) -> String {
    marks.retain(|(begin, end, ..)| *begin >= sentence.begin && *end <= sentence.end && begin < end);
    marks.sort();
    let chars: Vec<char> = sentence.text.chars().collect();
    let part =
        |from: usize, to: usize| escape(&chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>());
    let (mut html, mut done) = (String::new(), sentence.begin);
    for (begin, end, class, title) in marks {
        if begin < done {
            continue;
        }
        html += &part(done - sentence.begin, begin - sentence.begin);
        let _ = write!(
            html,
            "<mark class=\"{class}\" title=\"{title}\">{}</mark>",
            part(begin - sentence.begin, end - sentence.begin)
        );
        done = end;
    }
    html + &part(done - sentence.begin, chars.len())
}
