//! What articles say: the page of an event with each of its sources, and that of an article with its text and statements.

use super::super::html::{Page, address, capital, escape};
use super::super::problem::Problem;
use super::events::{Event, day_in_words, stretch};
use super::reader::{Reader, literal, named, node, text};
use super::{chart, entity, rule};
use crate::ontology::iri::{PLOVER, en, itsrdf, nif, schema};
use crate::search;
use crate::store::{self, Evidence, EvidenceKind, Words};
use crate::text::counted;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, Quad};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// Statements on the page of one event.
const MOST: usize = 40;
/// Cards beside a paragraph that are open.
const UNFOLDED: usize = 2;

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
    let parties = parties(&told[0]);
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

fn class(reader: &Reader<'_>, evidence: &Evidence) -> String {
    let name = evidence.class.as_deref().unwrap_or("statement");
    reader.vocabulary.own_label(name).unwrap_or(name).to_owned()
}

/// Who took part, as text.
fn parties(evidence: &Evidence) -> String {
    let of = |roles: &[&str]| {
        let names: Vec<&str> = evidence
            .participants
            .iter()
            .filter(|p| roles.contains(&p.role.as_str()))
            .filter_map(|p| p.who.name.as_deref())
            .take(4)
            .collect();
        names.join(", ")
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
    let codes: Vec<String> = codes.iter().map(|code| self::code(reader, code)).collect();
    if !codes.is_empty() {
        rows.push(("What".to_owned(), codes.join(", ")));
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
    let label = reader.vocabulary.label(&iri).unwrap_or(short);
    format!(
        "<a href=\"{}\" title=\"{}\">{}</a>",
        address(node),
        escape(reader.vocabulary.definition(&iri).unwrap_or(short)),
        escape(label)
    )
}

fn person(reader: &Reader<'_>, iri: Option<&str>, name: Option<&str>) -> String {
    match iri.and_then(|iri| NamedNode::new(iri).ok()) {
        Some(node) => reader.entity(node.as_ref()),
        None => escape(name.unwrap_or("somebody")),
    }
}

/// One article's statement: its sentence, the words that matter in it, and how it is put.
fn source(reader: &Reader<'_>, evidence: &Evidence) -> String {
    let article = &evidence.article;
    let title = article.title.as_deref().or(article.id.as_deref()).unwrap_or(&article.iri);
    let anchor = evidence.sentence.as_ref().map_or(String::new(), |s| format!("#c{}", s.begin));
    let day = article.published.as_deref().map_or(String::new(), |d| format!(" · {}", escape(&day_in_words(d))));
    let publisher = article.publisher.as_deref().map_or(String::new(), |p| format!(" · {}", escape(p)));
    let sentence = evidence.sentence.as_ref().or(evidence.content.first());
    let words = sentence
        .map_or(String::new(), |sentence| format!("<blockquote>{}</blockquote>", highlighted(sentence, evidence)));
    let status = evidence.status.as_deref().map_or(String::new(), |s| {
        let denied = if evidence.polarity.as_deref() == Some("negative") { " (negated)" } else { "" };
        format!("<span class=\"status {}\">{}{denied}</span>", if s == "asserted" { "sure" } else { "" }, escape(s))
    });
    let chain: Vec<String> =
        evidence.attribution.iter().map(|n| person(reader, n.iri.as_deref(), n.name.as_deref())).collect();
    let chain = if chain.is_empty() { String::new() } else { format!(" · according to {}", chain.join(", then ")) };
    let rule = evidence.rule.as_deref().map_or(String::new(), |r| format!(" · rule {}", rule::link(r)));
    let sure = evidence.confidence.map_or(String::new(), |c| format!(" · confidence {c:.2}"));
    let address = NamedNode::new(&article.iri).map_or(String::new(), |node| address(node.as_ref()));
    format!(
        "<article class=\"source\"><h3><a href=\"{address}{anchor}\">{}</a></h3><p class=\"faint\">{}{publisher}{day}</p>{words}<p class=\"faint\">{status}{chain}{sure}{rule}</p></article>\n",
        escape(title),
        escape(article.id.as_deref().unwrap_or_default()),
    )
}

/// A sentence with its trigger, participants and time marked.
fn highlighted(sentence: &Words, evidence: &Evidence) -> String {
    let mut marks: Vec<(usize, usize, &str, &str)> = Vec::new();
    let mut mark =
        |words: &Words, class: &'static str, title: &'static str| marks.push((words.begin, words.end, class, title));
    evidence.trigger.iter().for_each(|w| mark(w, "trigger", "what happened"));
    evidence.participants.iter().flat_map(|p| &p.words).for_each(|w| mark(w, "who", "who"));
    evidence.time.iter().filter_map(|t| t.words.as_ref()).for_each(|w| mark(w, "time", "when"));
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

/// The page of an article.
pub(super) fn article(reader: &Reader<'_>, article: &NamedNode) -> Result<Page, Problem> {
    let quads = reader.store.graph(&article.clone().into()).collect::<Result<Vec<_>, _>>()?;
    let fact = |predicate: NamedNodeRef<'_>| {
        quads.iter().find(|q| q.predicate == predicate && q.subject == article.clone().into()).map(|q| &q.object)
    };
    let literal_of = |predicate| fact(predicate).and_then(literal).map(|l| l.value().to_owned());
    let id = literal_of(en::ARTICLE_ID).unwrap_or_default();
    let mut page = Page { class: "article", ..Page::new(literal_of(schema::HEADLINE).as_deref().unwrap_or(&id)) };
    let mut about = Vec::new();
    about.extend(fact(schema::PUBLISHER).map(|p| reader.term(p)));
    about.extend(literal_of(schema::AUTHOR).map(|a| escape(&a)));
    about.extend(literal_of(schema::DATE_PUBLISHED).map(|d| escape(&day_in_words(&d))));
    about.push(escape(&id));
    about.extend(
        fact(schema::URL)
            .and_then(named)
            .filter(|u| u.as_str().starts_with("http"))
            .map(|u| format!("<a href=\"{}\" rel=\"external noreferrer\">original</a>", escape(u.as_str()))),
    );
    page.body = format!("<p class=\"kind\">Article</p>\n{}<p class=\"faint\">{}</p>\n", page.body, about.join(" · "));
    let mut statements = reader.store.statements(article, &quads)?;
    statements.sort_by_key(|e| (place(e), e.iri.clone()));
    page.body += &text_with_statements(reader, &quads, &statements);
    page.body += &shortcuts(reader, &quads);
    Ok(page)
}

/// Where a statement begins.
fn place(evidence: &Evidence) -> usize {
    let words = evidence.sentence.as_ref().or(evidence.content.first()).or(evidence.trigger.as_ref());
    words.map_or(0, |w| w.begin)
}

/// Paragraph by paragraph: the text on one side, what it gave on the other.
fn text_with_statements(reader: &Reader<'_>, quads: &[Quad], statements: &[Evidence]) -> String {
    let text = search::text(quads);
    let chars: Vec<char> = text.chars().collect();
    let is_whole = quads.iter().any(|q| q.predicate == nif::IS_STRING);
    let mut html = String::new();
    if !is_whole {
        html += "<p class=\"faint\">The store does not keep the text, only the sentences that say something.</p>\n<h2>Sentences</h2>\n";
        let mut anchors = BTreeSet::new();
        for evidence in statements {
            // Other pages lead to the sentence, by where it begins.
            if anchors.insert(place(evidence)) {
                let _ = write!(html, "<span class=\"anchor\" id=\"c{}\"></span>", place(evidence));
            }
            html += &source(reader, evidence);
        }
        return html;
    }
    let spans = spans(reader, quads, statements);
    let mut begin = 0;
    let mut next = statements.iter().enumerate().peekable();
    for (i, line) in chars.split(|c| *c == '\n').enumerate() {
        let end = begin + line.len();
        if line.iter().any(|c| !c.is_whitespace()) {
            let mut cards = Vec::new();
            while let Some((i, statement)) = next.next_if(|(_, s)| place(s) < end) {
                cards.push(card(reader, i, statement));
            }
            let _ = writeln!(
                html,
                "<div class=\"passage\"><p id=\"p{}\">{}</p><div class=\"cards\">{}</div></div>",
                i + 1,
                marked(&chars, begin, end, &spans, statements),
                folded(&cards)
            );
        }
        begin = end + 1;
    }
    html
}

/// The first cards, and the others behind a line that opens them.
fn folded(cards: &[String]) -> String {
    if cards.len() <= UNFOLDED + 1 {
        return cards.concat();
    }
    let (shown, more) = cards.split_at(UNFOLDED);
    format!("{}<details><summary>{} more</summary>{}</details>", shown.concat(), more.len(), more.concat())
}

/// Words that name something, by where they begin: end and what they name; and triggers: end and statements.
#[derive(Default)]
struct Spans {
    names: BTreeMap<usize, (usize, String)>,
    triggers: BTreeMap<usize, (usize, Vec<String>)>,
}

fn spans(reader: &Reader<'_>, quads: &[Quad], statements: &[Evidence]) -> Spans {
    let mut offsets: HashMap<&oxigraph::model::NamedOrBlankNode, (Option<usize>, Option<usize>)> = HashMap::new();
    for quad in quads {
        let number = literal(&quad.object).and_then(|l| l.value().parse().ok());
        if quad.predicate == nif::BEGIN_INDEX {
            offsets.entry(&quad.subject).or_default().0 = number;
        } else if quad.predicate == nif::END_INDEX {
            offsets.entry(&quad.subject).or_default().1 = number;
        }
    }
    let mut spans = Spans::default();
    for quad in quads.iter().filter(|q| q.predicate == itsrdf::TA_IDENT_REF) {
        if let (Some((Some(begin), Some(end))), Some(node)) = (offsets.get(&quad.subject), named(&quad.object)) {
            let kind = reader.class(node.as_ref()).map_or("thing", super::reader::kind);
            let open = format!(
                "<a class=\"entity {kind}\" href=\"{}\" title=\"{}\">",
                address(node.as_ref()),
                escape(&reader.label(node.as_ref()))
            );
            let longest = spans.names.entry(*begin).or_insert((0, String::new()));
            if *end > longest.0 {
                *longest = (*end, open);
            }
        }
    }
    for (i, statement) in statements.iter().enumerate() {
        if let Some(trigger) = &statement.trigger {
            spans.triggers.entry(trigger.begin).or_insert((trigger.end, Vec::new())).1.push(format!("s{i}"));
        }
    }
    spans
}

fn marked(chars: &[char], begin: usize, end: usize, spans: &Spans, statements: &[Evidence]) -> String {
    let starts: BTreeSet<usize> = statements.iter().map(place).collect();
    let (mut html, mut at, mut anchor_from) = (String::new(), begin, begin);
    let mut plain = String::new();
    let flush = |plain: &mut String, html: &mut String| *html += &escape(&std::mem::take(plain));
    while at < end {
        if starts.contains(&at) && at >= anchor_from {
            flush(&mut plain, &mut html);
            let _ = write!(html, "<span class=\"anchor\" id=\"c{at}\"></span>");
            anchor_from = at + 1;
        }
        let name = spans.names.get(&at).filter(|(to, _)| *to <= end);
        let trigger = spans.triggers.get(&at).filter(|(to, _)| *to <= end && *to > at);
        if let Some((to, open)) = name {
            flush(&mut plain, &mut html);
            let _ = write!(html, "{open}{}</a>", escape(&chars[at..*to].iter().collect::<String>()));
            at = *to;
        } else if let Some((to, ids)) = trigger {
            flush(&mut plain, &mut html);
            let _ = write!(
                html,
                "<a class=\"trigger\" href=\"#{}\" data-of=\"{}\">{}</a>",
                ids[0],
                ids.join(" "),
                escape(&chars[at..*to].iter().collect::<String>())
            );
            at = *to;
        } else {
            plain.push(chars[at]);
            at += 1;
        }
    }
    flush(&mut plain, &mut html);
    html
}

/// A statement in short, beside its paragraph.
fn card(reader: &Reader<'_>, number: usize, evidence: &Evidence) -> String {
    let class = match evidence.kind {
        EvidenceKind::Quotation => "quotation".to_owned(),
        _ => class(reader, evidence),
    };
    let rows: String = evidence
        .participants
        .iter()
        .map(|p| {
            let role = reader.vocabulary.own_label(&p.role).unwrap_or(&p.role);
            format!("<dt>{}</dt><dd>{}</dd>", escape(role), person(reader, p.who.iri.as_deref(), p.who.name.as_deref()))
        })
        .collect();
    let status = evidence.status.as_deref().map_or(String::new(), |s| {
        let denied = if evidence.polarity.as_deref() == Some("negative") { ", negated" } else { "" };
        format!("<span class=\"status {}\">{}{denied}</span>", if s == "asserted" { "sure" } else { "" }, escape(s))
    });
    let when = evidence.time.as_ref().and_then(|t| Some(stretch(t.first.as_deref()?, t.last.as_deref()?)));
    let when = when.map_or(String::new(), |w| format!("<dt>when</dt><dd>{}</dd>", escape(&w)));
    let chain: Vec<String> =
        evidence.attribution.iter().map(|n| person(reader, n.iri.as_deref(), n.name.as_deref())).collect();
    let chain = if chain.is_empty() {
        String::new()
    } else {
        format!("<dt>according to</dt><dd>{}</dd>", chain.join(", then "))
    };
    let address = NamedNode::new(&evidence.iri).map_or(String::new(), |node| address(node.as_ref()));
    let rows = rows + &when + &chain;
    let list = if rows.is_empty() { rows } else { format!("<dl>{rows}</dl>") };
    format!(
        "<section class=\"statement\" id=\"s{number}\"><h2><a href=\"{address}\">{}</a> {status}</h2>{list}</section>\n",
        escape(&capital(&class))
    )
}

/// The plain triples that the article gave.
fn shortcuts(reader: &Reader<'_>, quads: &[Quad]) -> String {
    let properties: BTreeSet<&NamedNode> =
        reader.store.mapper().ontology().shortcuts().iter().map(|s| &s.property).collect();
    let rows: BTreeSet<String> = quads
        .iter()
        .filter(|q| properties.contains(&q.predicate))
        .map(|q| {
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                reader.term(&q.subject.clone().into()),
                escape(&reader.label(q.predicate.as_ref())),
                reader.term(&q.object)
            )
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let rows: String = rows.into_iter().collect();
    format!(
        "<section aria-labelledby=\"triples\"><h2 id=\"triples\">Plain triples it gave</h2>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">Who</th><th scope=\"col\">Did what</th><th scope=\"col\">To whom or where</th></tr></thead><tbody>\n{rows}</tbody></table></div></section>\n"
    )
}

/// Whether a name is that of an article.
pub(super) fn is_article(reader: &Reader<'_>, thing: &NamedNode) -> Result<bool, Problem> {
    let rows = reader.rows(&format!(
        "SELECT ?id {{ GRAPH {thing} {{ {thing} a schema:NewsArticle ; en:articleId ?id }} }} LIMIT 1"
    ))?;
    Ok(rows.first().is_some_and(|row| text(row, 0).is_some()))
}
