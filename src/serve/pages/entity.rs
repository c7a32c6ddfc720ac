//! The page of a person, place, body or other thing: what is known of it, when and where, with whom, and who says what.

use super::super::html::{Page, address, capital, escape};
use super::super::parameters::encode;
use super::super::problem::Problem;
use super::chart::{self, Bar, Months, Spot};
use super::events::{Event, stretch};
use super::reader::{Reader, Row, elsewhere, literal, node, number, text};
use super::sayings;
use crate::ontology::iri::{en, geo, schema};
use crate::text::{counted, grouped};
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, Quad, Term};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Events on a page.
const EVENTS: usize = 30;
/// Others that are named.
const COUNTERPARTS: usize = 14;
const PLACES: usize = 60;
const ARTICLES: usize = 12;
/// Mentions of which it is told how they name something.
const MENTIONS: usize = 500;

/// Events that something takes part in, itself or in a group; for a place also those that happen there. What else is asked of
/// them belongs in a `LATERAL`: joined, it would be asked of all events first.
pub(super) fn events_of(reader: &Reader<'_>, thing: &NamedNode) -> String {
    let sure = reader.sure("?event");
    let sure = if sure.is_empty() { sure } else { format!(" LATERAL {{ {sure}}}") };
    format!(
        "{{ ?event sem:hasActor {thing} . ?event a en:Event }} UNION {{ ?group en:hasMember {thing} . ?event sem:hasActor ?group . ?event a en:Event }} UNION {{ ?event sem:hasPlace {thing} . ?event a en:Event }}{sure}"
    )
}

/// The page; `from` is the first of the events to be listed.
pub(super) fn page(reader: &Reader<'_>, thing: &NamedNode, quads: &[Quad], from: usize) -> Result<Page, Problem> {
    let label = reader.label(thing.as_ref());
    let class = reader.narrowest(quads).unwrap_or("Thing");
    let mut page = Page { class: "about", ..Page::new(&label) };
    page.body = format!(
        "<p class=\"kind\">{}</p>\n{}",
        escape(&capital(reader.vocabulary.own_label(class).unwrap_or(class))),
        page.body
    );
    page.body += &introduction(reader, thing, quads)?;
    page.body += &relations(reader, thing)?;
    let events = reader.rows(&format!(
        "SELECT DISTINCT ?event ?first ?type ?reported {{ {} OPTIONAL {{ ?event en:earliest ?first }} OPTIONAL {{ ?event en:eventType ?type }} OPTIONAL {{ ?event en:firstReported ?reported }} }}",
        events_of(reader, thing)
    ))?;
    page.body += &timeline(reader, thing, &events, from)?;
    page.body += &counterparts(reader, thing, quads)?;
    page.body += &places(reader, thing)?;
    page.body += &sayings::sections(reader, thing, &label)?;
    page.body += &articles(reader, thing)?;
    Ok(page)
}

fn introduction(reader: &Reader<'_>, thing: &NamedNode, quads: &[Quad]) -> Result<String, Problem> {
    let mut facts = Vec::new();
    for quad in quads {
        match quad.predicate.as_ref() {
            en::COUNTRY_CODE => facts.push(format!("Country code {}", reader.term(&quad.object))),
            en::SECTOR => facts.push(format!("Sector: {}", reader.term(&quad.object))),
            en::HAS_MEMBER => facts.push(format!("Member: {}", reader.term(&quad.object))),
            _ => (),
        }
    }
    let names = reader.rows(&format!(
        "SELECT ?name (COUNT(*) AS ?n) {{ {{ SELECT ?name {{ GRAPH ?g {{ ?m itsrdf:taIdentRef {thing} ; nif:anchorOf ?name ; en:form ?form }} FILTER(?form IN (\"name\", \"acronym\", \"titled\", \"metonym\")) }} LIMIT {MENTIONS} }} }} GROUP BY ?name ORDER BY DESC(?n) LIMIT 7"
    ))?;
    let label = reader.label(thing.as_ref());
    let names: Vec<String> = names
        .iter()
        .filter_map(|row| text(row, 0))
        .filter(|name| *name != label)
        .map(|name| format!("“{}”", escape(name)))
        .collect();
    if !names.is_empty() {
        facts.push(format!("In articles also {}", names.join(", ")));
    }
    if let Some((url, site)) = elsewhere(thing.as_ref()) {
        facts.push(format!("<a href=\"{}\" rel=\"external\">{site}</a>", escape(&url)));
    }
    let encoded = encode(thing.as_str());
    let mut actions = format!("<a class=\"button\" href=\"/graph?iri={encoded}\">Graph around it</a>");
    let code = quads.iter().find(|q| q.predicate == en::COUNTRY_CODE).and_then(|q| literal(&q.object));
    if let Some((code, party)) = code.and_then(|code| Some((code, reader.party(code.value())?))) {
        let _ = write!(
            actions,
            " <a class=\"button\" href=\"/relations?a={}\">Relations of {}</a>",
            encode(code.value()),
            escape(party)
        );
    }
    let _ = write!(actions, " <a class=\"button\" href=\"/page?iri={encoded}&amp;as=turtle\">Data</a>");
    let facts: String = facts.iter().map(|fact| format!("<li>{fact}</li>")).collect();
    let form = format!(
        "<form action=\"/page\" class=\"choice\"><input type=\"hidden\" name=\"iri\" value=\"{}\">{}<button>Show</button></form>",
        escape(thing.as_str()),
        reader.field()
    );
    let facts = if facts.is_empty() { facts } else { format!("<ul class=\"facts\">{facts}</ul>\n") };
    Ok(format!("{facts}<p class=\"actions\">{actions}</p>\n{form}\n"))
}

/// Offices and other relations that last, with the time for which they hold.
fn relations(reader: &Reader<'_>, thing: &NamedNode) -> Result<String, Problem> {
    // A relation has no confidence of its own: that of any mention will do.
    let sure = match reader.sure("?m") {
        sure if sure.is_empty() => sure,
        sure => format!("FILTER EXISTS {{ ?r prov:wasDerivedFrom ?m GRAPH ?g {{ {sure}}} }} "),
    };
    let rows = reader.rows(&format!(
        "SELECT DISTINCT ?r ?s ?p ?o ?since ?until {{ {{ ?r rdf:subject {thing} }} UNION {{ ?r rdf:object {thing} }} LATERAL {{ ?r a en:Relation ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }} OPTIONAL {{ ?r en:validFrom ?since }} OPTIONAL {{ ?r en:validUntil ?until }} {sure}}} ORDER BY ?p ?since LIMIT 60"
    ))?;
    if rows.is_empty() {
        return Ok(String::new());
    }
    let is_timed = rows.iter().any(|row| text(row, 4).or(text(row, 5)).is_some());
    let when = if is_timed { "<th scope=\"col\">When</th>" } else { "" };
    let mut html = format!(
        "<section aria-labelledby=\"relations\"><h2 id=\"relations\">Offices and other ties</h2>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">Who</th><th scope=\"col\">Is what</th><th scope=\"col\">Of what or whom</th>{when}</tr></thead><tbody>\n",
    );
    for row in &rows {
        let shown = |column| match node(row, column) {
            Some(node) => reader.entity(node.as_ref()),
            None => escape(text(row, column).unwrap_or_default()),
        };
        let relation = node(row, 2).map_or(String::new(), |p| escape(&reader.label(p.as_ref())));
        let relation =
            node(row, 0).map_or(relation.clone(), |r| format!("<a href=\"{}\">{relation}</a>", address(r.as_ref())));
        let when = match (text(row, 4), text(row, 5)) {
            _ if !is_timed => String::new(),
            (None, None) => "<td></td>".to_owned(),
            (since, until) => format!("<td>{} – {}</td>", escape(since.unwrap_or("")), escape(until.unwrap_or(""))),
        };
        let _ = writeln!(html, "<tr><td>{}</td><td>{relation}</td><td>{}</td>{when}</tr>", shown(1), shown(3));
    }
    Ok(html + "</tbody></table></div></section>\n")
}

/// When an event of a row was, or was told of first.
fn day(row: &Row) -> Option<&str> {
    text(row, 1).or_else(|| text(row, 3))
}

fn timeline(reader: &Reader<'_>, thing: &NamedNode, events: &[Row], from: usize) -> Result<String, Problem> {
    if events.is_empty() {
        return Ok("<p class=\"faint\">No event of the record names it.</p>\n".to_owned());
    }
    let mut months = Months::new();
    for row in events {
        let tone = node(row, 2).and_then(|kind| reader.vocabulary.score(kind.as_str()));
        if let Some(month) = day(row).and_then(chart::month) {
            let bar: &mut Bar = months.entry(month).or_default();
            bar.events += 1;
            bar.up += f64::from(u8::from(tone.is_some_and(|score| score > 0.0)));
            bar.down += f64::from(u8::from(tone.is_some_and(|score| score < 0.0)));
        }
    }
    let mut sorted: Vec<&Row> = events.iter().collect();
    sorted.sort_by(|a, b| day(b).cmp(&day(a)).then_with(|| node(a, 0).cmp(&node(b, 0))));
    let mut html = format!(
        "<section aria-labelledby=\"events\"><h2 id=\"events\">{} in time</h2>\n",
        counted(events.len(), "event")
    );
    html += &chart::bars("Events of cooperation and conflict in time", &months);
    if !months.is_empty() && months.values().all(|bar| bar.up + bar.down == 0.0) {
        html += "<p class=\"faint\">None of those with a date is an act of cooperation or of conflict.</p>\n";
    }
    html += "<ol class=\"events\">\n";
    for row in sorted.iter().skip(from).take(EVENTS) {
        if let Some(event) = node(row, 0).map(|iri| Event::read(reader, iri.as_ref())).transpose()?.flatten() {
            html += &event.item(reader);
        }
    }
    html += "</ol>\n";
    let at = |from: usize, words: &str| {
        format!("<a href=\"{}&amp;from={from}{}#events\">{words}</a> ", address(thing.as_ref()), reader.link())
    };
    let earlier = if from > 0 { at(from.saturating_sub(EVENTS), "Later events") } else { String::new() };
    let later = if from + EVENTS < sorted.len() { at(from + EVENTS, "Earlier events") } else { String::new() };
    Ok(html + "<p>" + &earlier + &later + "</p></section>\n")
}

fn counterparts(reader: &Reader<'_>, thing: &NamedNode, quads: &[Quad]) -> Result<String, Problem> {
    let rows = reader.rows(&format!(
        "SELECT DISTINCT ?event ?other ?type {{ {{ SELECT DISTINCT ?event ?type {{ {} OPTIONAL {{ ?event en:eventType ?type }} }} }} LATERAL {{ ?event sem:hasActor ?actor OPTIONAL {{ ?actor en:hasMember ?member }} BIND(COALESCE(?member, ?actor) AS ?other) }} FILTER(?other != {thing}) }}",
        events_of(reader, thing)
    ))?;
    let mut others: BTreeMap<&NamedNode, [usize; 3]> = BTreeMap::new();
    for row in &rows {
        let score = node(row, 2).and_then(|kind| reader.vocabulary.score(kind.as_str())).unwrap_or(0.0);
        if let Some(other) = node(row, 1) {
            let counts = others.entry(other).or_default();
            counts[if score > 0.0 {
                0
            } else if score < 0.0 {
                1
            } else {
                2
            }] += 1;
        }
    }
    let mut others: Vec<(&NamedNode, [usize; 3])> = others.into_iter().collect();
    others.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<usize>()));
    if others.is_empty() {
        return Ok(String::new());
    }
    let most = others[0].1.iter().sum::<usize>().max(1);
    let is_pair = |own: &str, code: &str| [own, code].iter().all(|code| reader.party(code).is_some());
    let own =
        quads.iter().find(|q| q.predicate == en::COUNTRY_CODE).and_then(|q| literal(&q.object)).map(|l| l.value());
    let mut html =
        String::from("<section aria-labelledby=\"others\"><h2 id=\"others\">With whom</h2>\n<ul class=\"shares\">\n");
    for (other, counts) in others.iter().take(COUNTERPARTS) {
        let bars: String = counts
            .iter()
            .zip(["good", "bad", "plain"])
            .filter(|(n, _)| **n > 0)
            .map(|(n, tone)| format!("<span class=\"bar {tone}\" style=\"width:{}%\"></span>", 100 * n / most))
            .collect();
        let sum: usize = counts.iter().sum();
        let relation = own
            .zip(reader.country(other.as_ref()))
            .filter(|(own, code)| own != code && is_pair(own, code))
            .map_or(String::new(), |(own, code)| {
                format!(
                    " <a class=\"faint\" href=\"/relations?a={}&amp;b={}\">relations</a>",
                    encode(own),
                    encode(&code)
                )
            });
        let _ = writeln!(
            html,
            "<li>{}{relation} <span class=\"number\">{}</span><span class=\"track\" role=\"img\" aria-label=\"{} cooperation, {} conflict, {} other\">{bars}</span></li>",
            reader.entity(other.as_ref()),
            counted(sum, "event"),
            counts[0],
            counts[1],
            counts[2],
        );
    }
    let more = others.len().saturating_sub(COUNTERPARTS);
    let more = if more > 0 { format!("<p class=\"faint\">and {} more</p>", grouped(more)) } else { String::new() };
    Ok(html + "</ul>" + &more + "</section>\n")
}

fn places(reader: &Reader<'_>, thing: &NamedNode) -> Result<String, Problem> {
    let rows = reader.rows(&format!(
        "SELECT ?place (COUNT(DISTINCT ?event) AS ?n) (SAMPLE(?wkt) AS ?point) {{ {} LATERAL {{ ?event sem:hasPlace ?place . OPTIONAL {{ ?place geo:hasGeometry/geo:asWKT ?wkt }} OPTIONAL {{ ?place a ?state FILTER(?state = en:Country) }} FILTER(BOUND(?wkt) || BOUND(?state)) }} }} GROUP BY ?place ORDER BY DESC(?n) LIMIT {PLACES}",
        events_of(reader, thing)
    ))?;
    let located = |row: &Row| match text(row, 2) {
        Some(wkt) => spot(reader, node(row, 0)?, wkt, number(row, 1)),
        None => state(reader, node(row, 0)?, number(row, 1)),
    };
    let mut spots: Vec<Spot> = rows.iter().filter_map(located).collect();
    if !spots.iter().any(|s| s.node == *thing) {
        spots.extend(point(reader, thing.as_ref(), 0)?);
    }
    if spots.is_empty() {
        return Ok(String::new());
    }
    Ok(format!("<section aria-labelledby=\"places\"><h2 id=\"places\">Where</h2>\n{}</section>\n", chart::map(&spots)))
}

/// Reads `POINT(116.4 39.9)`.
pub(super) fn spot(reader: &Reader<'_>, place: &NamedNode, wkt: &str, events: usize) -> Option<Spot> {
    let (lon, lat) = wkt.trim().strip_prefix("POINT(")?.strip_suffix(')')?.split_once(' ')?;
    let (lon, lat) = (lon.parse().ok()?, lat.parse().ok()?);
    Some(Spot { label: reader.label(place.as_ref()), node: place.clone(), capital: None, lon, lat, events })
}

/// A state, at its capital.
fn state(reader: &Reader<'_>, place: &NamedNode, events: usize) -> Option<Spot> {
    let is_state = reader.class(place.as_ref()) == Some("Country");
    let capital = reader.site.states.capital(&reader.country(place.as_ref()).filter(|_| is_state)?)?;
    let (lon, lat, name) = (capital.lon, capital.lat, Some(capital.name.clone()));
    Some(Spot { label: reader.label(place.as_ref()), node: place.clone(), capital: name, lon, lat, events })
}

fn articles(reader: &Reader<'_>, thing: &NamedNode) -> Result<String, Problem> {
    let mut rows = reader.rows(&format!(
        "SELECT ?article ?day {{ GRAPH ?article {{ ?article schema:mentions {thing} OPTIONAL {{ ?article schema:datePublished ?day }} }} }}"
    ))?;
    rows.sort_by(|a, b| text(b, 1).cmp(&text(a, 1)).then_with(|| node(a, 0).cmp(&node(b, 0))));
    let mut html = format!(
        "<section aria-labelledby=\"articles\"><h2 id=\"articles\">Named in {}</h2>\n<ul class=\"articles\">\n",
        counted(rows.len(), "article")
    );
    for row in rows.iter().take(ARTICLES) {
        let Some(article) = node(row, 0) else { continue };
        let graph = GraphName::NamedNode(article.clone());
        let said = |property| {
            let mut values = reader.store.values(article.as_ref().into(), property, Some(&graph));
            values.find_map(|value| literal(&value.ok()?).map(|l| l.value().to_owned()))
        };
        let title = said(schema::HEADLINE).or_else(|| said(en::ARTICLE_ID)).unwrap_or_default();
        let day = text(row, 1).map_or(String::new(), |d| stretch(d, d));
        let link = format!("<a href=\"{}\">{}</a>", address(article.as_ref()), escape(&title));
        let _ = writeln!(html, "<li>{link} <span class=\"faint\">{}</span></li>", escape(&day));
    }
    let more = rows.len().saturating_sub(ARTICLES);
    let more = if more > 0 {
        format!("<p><a href=\"/search?q={}\">and {} more</a></p>", encode(&reader.label(thing.as_ref())), grouped(more))
    } else {
        String::new()
    };
    Ok(html + "</ul>" + &more + "</section>\n")
}

/// Whether this is a thing that articles name.
pub(super) fn is_entity(reader: &Reader<'_>, quads: &[Quad]) -> bool {
    reader.narrowest(quads).is_some()
}

/// Where a place is by the record; a state, by its capital.
pub(super) fn point(reader: &Reader<'_>, place: NamedNodeRef<'_>, events: usize) -> Result<Option<Spot>, Problem> {
    let record = GraphName::DefaultGraph;
    let place = place.into_owned();
    for geometry in reader.store.values(place.as_ref().into(), geo::HAS_GEOMETRY, Some(&record)) {
        let Term::NamedNode(geometry) = geometry? else { continue };
        for wkt in reader.store.values(geometry.as_ref().into(), geo::AS_WKT, Some(&record)) {
            if let Some(spot) = literal(&wkt?).and_then(|wkt| spot(reader, &place, wkt.value(), events)) {
                return Ok(Some(spot));
            }
        }
    }
    Ok(state(reader, &place, events))
}
