//! The page of an article: its text, and beside each paragraph what was read from it.

use super::super::html::{Page, address, capital, escape};
use super::super::problem::Problem;
use super::events::{day_in_words, stretch};
use super::reader::{Reader, kind, literal, named, text};
use super::statements::{address_of, class, person, source, status, vouchers};
use crate::ontology::iri::{en, itsrdf, nif, schema};
use crate::search;
use crate::store::{Evidence, EvidenceKind};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// Cards beside a paragraph that are open.
const UNFOLDED: usize = 2;

/// The page of an article.
pub(super) fn page(reader: &Reader<'_>, article: &NamedNode) -> Result<Page, Problem> {
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
                linked(&chars, begin, end, &spans, statements),
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
    let mut offsets: HashMap<&NamedOrBlankNode, (Option<usize>, Option<usize>)> = HashMap::new();
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
            let kind = reader.class(node.as_ref()).map_or("thing", kind);
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

fn linked(chars: &[char], begin: usize, end: usize, spans: &Spans, statements: &[Evidence]) -> String {
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
    let when = evidence.time.as_ref().and_then(|t| Some(stretch(t.first.as_deref()?, t.last.as_deref()?)));
    let when = when.map_or(String::new(), |w| format!("<dt>when</dt><dd>{}</dd>", escape(&w)));
    let chain = vouchers(reader, evidence);
    let chain = if chain.is_empty() { chain } else { format!("<dt>according to</dt><dd>{chain}</dd>") };
    let address = address_of(&evidence.iri);
    let rows = rows + &when + &chain;
    let list = if rows.is_empty() { rows } else { format!("<dl>{rows}</dl>") };
    format!(
        "<section class=\"statement\" id=\"s{number}\"><h2><a href=\"{address}\">{}</a> {}</h2>{list}</section>\n",
        escape(&capital(&class)),
        status(reader, evidence)
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
