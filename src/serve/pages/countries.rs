//! Two countries and what happened between them, month by month.

use super::super::html::{Page, capital, escape};
use super::super::problem::Problem;
use super::chart::{self, Bar, Months};
use super::events::Event;
use super::reader::{Reader, node, number, text};
use crate::text::counted;
use oxigraph::model::NamedNode;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Events that are listed.
const EVENTS: usize = 60;
/// Pairs of countries that are offered.
const PAIRS: usize = 15;

/// Countries with what they are called here, by code, and those that somebody has asked for.
fn countries(reader: &Reader<'_>, asked: [&str; 2]) -> Result<BTreeMap<String, String>, Problem> {
    let rows = reader.rows(
        "SELECT ?code (SAMPLE(?l) AS ?label) { ?c a en:Country ; en:countryCode ?code ; rdfs:label ?l } GROUP BY ?code",
    )?;
    let asked = asked.into_iter().filter_map(|code| Some((code.to_owned(), reader.party(code)?.to_owned())));
    let named = rows.iter().filter_map(|row| {
        let code = text(row, 0)?;
        Some((code.to_owned(), reader.party(code).or(text(row, 1))?.to_owned()))
    });
    Ok(asked.chain(named).collect())
}

/// The page for two codes of ISO 3166-1; without one of them, a choice.
pub(super) fn page(reader: &Reader<'_>, a: &str, b: &str) -> Result<Page, Problem> {
    let countries = countries(reader, [a, b])?;
    let name = |code: &str| countries.get(code).cloned().unwrap_or_else(|| code.to_owned());
    let is_pair = !a.is_empty() && !b.is_empty() && a != b;
    let title = if is_pair { format!("{} and {}", name(a), name(b)) } else { "Relations of two countries".to_owned() };
    let mut page = Page { class: "relations", ..Page::new(&title) };
    page.body += &form(reader, &countries, a, b);
    if is_pair {
        page.body += &between(reader, a, b, &name(a), &name(b))?;
    } else {
        page.body += &pairs(reader, &countries, if a.is_empty() { b } else { a })?;
    }
    Ok(page)
}

fn form(reader: &Reader<'_>, countries: &BTreeMap<String, String>, a: &str, b: &str) -> String {
    let mut sorted: Vec<(&String, &String)> = countries.iter().collect();
    sorted.sort_by_key(|(_, name)| *name);
    let choice = |id: &str, label: &str, chosen: &str| {
        let options: String = sorted
            .iter()
            .map(|(code, name)| {
                format!(
                    "<option value=\"{}\"{}>{}</option>",
                    escape(code),
                    if *code == chosen { " selected" } else { "" },
                    escape(name)
                )
            })
            .collect();
        format!(
            "<span class=\"field\"><label for=\"{id}\">{label}</label> <select id=\"{id}\" name=\"{id}\"><option value=\"\">choose</option>{options}</select></span> "
        )
    };
    format!(
        "<form action=\"/relations\" class=\"choice\">{}{}{}<button>Show</button></form>\n",
        choice("a", "Country", a),
        choice("b", "and", b),
        reader.field()
    )
}

fn pairs(reader: &Reader<'_>, countries: &BTreeMap<String, String>, only: &str) -> Result<String, Problem> {
    let rows = reader.rows(&format!(
        "SELECT ?a ?b (COUNT(DISTINCT ?event) AS ?n) {{ ?event en:actor/en:countryCode ?a . ?event en:recipient|en:actor ?x . ?x en:countryCode ?b . FILTER(?a != ?b) {}}} GROUP BY ?a ?b ORDER BY DESC(?n) ?a ?b LIMIT 600",
        reader.sure("?event")
    ))?;
    let mut sums: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in &rows {
        if let (Some(a), Some(b)) = (text(row, 0), text(row, 1)) {
            let sum = sums.entry((a.min(b), a.max(b))).or_default();
            *sum = (*sum).max(number(row, 2));
        }
    }
    let name = |code: &str| countries.get(code).map(String::as_str).or_else(|| reader.party(code));
    let is_offered =
        |a: &str, b: &str| (only.is_empty() || a == only || b == only) && name(a).is_some() && name(b).is_some();
    let mut sums: Vec<_> = sums.into_iter().filter(|((a, b), _)| is_offered(a, b)).collect();
    sums.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let name = |code: &str| escape(name(code).unwrap_or(code));
    let items: String = sums
        .iter()
        .take(PAIRS)
        .map(|((a, b), n)| {
            format!(
                "<li><a href=\"/relations?a={a}&amp;b={b}{}\">{} and {}</a> <span class=\"faint\">{}</span></li>\n",
                reader.link(),
                name(a),
                name(b),
                counted(*n, "event")
            )
        })
        .collect();
    Ok(if items.is_empty() {
        "<p>No event of the record is between two countries.</p>".to_owned()
    } else {
        format!("<h2>Between whom there is most</h2>\n<ul>{items}</ul>")
    })
}

fn between(reader: &Reader<'_>, a: &str, b: &str, first: &str, second: &str) -> Result<String, Problem> {
    let [one, other] = [a, b].map(|code| oxigraph::model::Literal::new_simple_literal(code).to_string());
    let rows = reader.rows(&format!(
        "SELECT DISTINCT ?event ?role ?code ?type ?day ?reported {{ VALUES ?code {{ {one} {other} }} VALUES ?role {{ en:actor en:recipient }} ?x en:countryCode ?code . {{ ?event ?role ?x }} UNION {{ ?group en:hasMember ?x . ?event ?role ?group }} ?event a en:Event . {}OPTIONAL {{ ?event en:eventType ?type }} OPTIONAL {{ ?event en:earliest ?day }} OPTIONAL {{ ?event en:firstReported ?reported }} }}",
        reader.sure("?event")
    ))?;
    let mut sides: BTreeMap<&NamedNode, (BTreeSet<&str>, bool)> = BTreeMap::new();
    for row in &rows {
        if let (Some(event), Some(role), Some(code)) = (node(row, 0), node(row, 1), text(row, 2)) {
            let (codes, acts) = sides.entry(event).or_default();
            codes.insert(code);
            *acts |= role.as_str().ends_with("actor");
        }
    }
    let is_between = |event: &NamedNode| sides.get(event).is_some_and(|(codes, acts)| codes.len() == 2 && *acts);
    let mut months = Months::new();
    let mut kinds: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    let mut events: BTreeMap<(&str, &NamedNode), ()> = BTreeMap::new();
    for row in &rows {
        let Some(event) = node(row, 0).filter(|event| is_between(event)) else { continue };
        let day = text(row, 4).or_else(|| text(row, 5)).unwrap_or_default();
        if events.insert((day, event), ()).is_some() {
            continue;
        }
        let score = node(row, 3).and_then(|kind| reader.vocabulary.score(kind.as_str())).unwrap_or(0.0);
        let kind = node(row, 3).map_or_else(|| "other".to_owned(), |kind| reader.label(kind.as_ref()));
        let sum = kinds.entry(kind).or_default();
        *sum = (sum.0 + 1, sum.1 + score);
        if let Some(month) = chart::month(day) {
            let bar: &mut Bar = months.entry(month).or_default();
            *bar = Bar { up: bar.up + score.max(0.0), down: bar.down + (-score).max(0.0), events: bar.events + 1 };
        }
    }
    if events.is_empty() {
        return Ok(format!("<p>No event of the record is between {} and {}.</p>", escape(first), escape(second)));
    }
    let chart = chart::bars(&format!("Sums of PLOVER scores between {first} and {second}"), &months);
    let mut html = if chart.is_empty() {
        chart
    } else {
        format!(
            "<section aria-labelledby=\"months\"><h2 id=\"months\">Cooperation and conflict by month</h2>\n{chart}<p class=\"faint\">Each bar sums the PLOVER scores of the events: up to 10 for an act of cooperation, down to −10 for one of conflict.</p></section>\n"
        )
    };
    html += &table(&kinds);
    let _ = writeln!(
        html,
        "<section aria-labelledby=\"events\"><h2 id=\"events\">{}</h2><ol class=\"events\">",
        counted(events.len(), "event")
    );
    for ((_, event), ()) in events.iter().rev().take(EVENTS) {
        if let Some(event) = Event::read(reader, event.as_ref())? {
            html += &event.item(reader);
        }
    }
    let more = events.len().saturating_sub(EVENTS);
    let more = if more > 0 { format!("<p class=\"faint\">and {more} earlier</p>") } else { String::new() };
    Ok(html + "</ol>" + &more + "</section>")
}

fn table(kinds: &BTreeMap<String, (usize, f64)>) -> String {
    let mut rows: Vec<_> = kinds.iter().collect();
    rows.sort_by_key(|(_, (n, _))| std::cmp::Reverse(*n));
    let rows: String = rows
        .iter()
        .map(|(kind, (n, score))| {
            format!(
                "<tr><td>{}</td><td class=\"number\">{n}</td><td class=\"number\">{score:.1}</td></tr>\n",
                escape(&capital(kind))
            )
        })
        .collect();
    format!(
        "<section aria-labelledby=\"kinds\"><h2 id=\"kinds\">By kind</h2>\n<table class=\"narrow\"><thead><tr><th scope=\"col\">Kind (PLOVER)</th><th scope=\"col\" class=\"number\">Events</th><th scope=\"col\" class=\"number\">Score</th></tr></thead><tbody>{rows}</tbody></table></section>\n"
    )
}
