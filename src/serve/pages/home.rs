//! The first page, and what a search finds.

use super::super::dump::DUMPS;
use super::super::html::{Page, address, capital, escape, with_code};
use super::super::parameters::encode;
use super::super::problem::Problem;
use super::chart::tones;
use super::events::{Event, day_in_words};
use super::reader::{Reader, kind, node, number, text};
use crate::search::{ArticleFound, Found, ThingFound};
use crate::store::queries;
use crate::text::counted;
use oxigraph::model::NamedNodeRef;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

/// Things and articles that a search shows.
const FOUND: usize = 25;
/// Events that are told first, and things of each kind that are named most.
const LATEST: usize = 10;
const MOST_NAMED: usize = 10;

/// The body of the first page, as of a version of the store: what it counts takes a while.
#[derive(Default)]
pub(in crate::serve) struct Home(Mutex<Option<(String, String)>>);

impl Home {
    fn known(&self, version: &str) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(of, _)| of == version).map(|(_, body)| body.clone())
    }

    fn keep(&self, version: String, body: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, body.to_owned()));
    }
}

pub(super) fn page(reader: &Reader<'_>) -> Result<Page, Problem> {
    let version = reader.site.version();
    if let Some(body) = reader.site.home.known(&version) {
        return Ok(Page { body, ..empty() });
    }
    let page = made(reader)?;
    reader.site.home.keep(version, &page.body);
    Ok(page)
}

fn empty() -> Page {
    Page { class: "home", ..Page::new("Who did what to whom, and who says so") }
}

fn made(reader: &Reader<'_>) -> Result<Page, Problem> {
    let mut page = empty();
    page.body += &numbers(reader)?;
    page.body += "<form class=\"hero\" action=\"/search\" role=\"search\"><label for=\"q\">Search names and articles</label><input type=\"search\" id=\"q\" name=\"q\" placeholder=\"names or words\" autocomplete=\"off\"><button>Search</button></form>\n";
    page.body += "<div class=\"columns\">";
    page.body += &most_named(reader)?;
    page.body += &latest(reader)?;
    page.body += "</div>";
    page.body += &questions();
    page.body += &data();
    Ok(page)
}

fn numbers(reader: &Reader<'_>) -> Result<String, Problem> {
    let rows = reader.rows(
        "SELECT ?articles ?events ?first ?last { { SELECT (COUNT(*) AS ?articles) (MIN(?day) AS ?first) (MAX(?day) AS ?last) { GRAPH ?a { ?a a schema:NewsArticle OPTIONAL { ?a schema:datePublished ?day } } } } { SELECT (COUNT(*) AS ?events) { ?e a en:Event } } }",
    )?;
    let Some(row) = rows.first() else { return Ok(String::new()) };
    let span = match (text(row, 2), text(row, 3)) {
        (Some(first), Some(last)) => format!(", published from {} to {}", day_in_words(first), day_in_words(last)),
        _ => String::new(),
    };
    Ok(format!(
        "<p class=\"lead\">{} of the record, drawn from {}{}.</p>\n<p class=\"faint\">In the record is what an article itself says to have happened. What is planned, hoped for, denied or only reported stays with the article, under the name of whoever says so.</p>\n",
        counted(number(row, 1), "event"),
        counted(number(row, 0), "article"),
        escape(&span)
    ))
}

fn most_named(reader: &Reader<'_>) -> Result<String, Problem> {
    let mut html = String::new();
    for (class, title) in [("Person", "People"), ("Country", "Countries"), ("Organization", "Bodies")] {
        let rows = reader.rows(&format!(
            "SELECT ?thing (COUNT(DISTINCT ?event) AS ?n) {{ ?thing a en:{class} . ?event sem:hasActor ?thing }} GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT {MOST_NAMED}"
        ))?;
        let items: String = rows
            .iter()
            .filter_map(|row| {
                Some(format!(
                    "<li>{} <span class=\"faint\">{}</span></li>\n",
                    reader.entity(node(row, 0)?.as_ref()),
                    number(row, 1)
                ))
            })
            .collect();
        if !items.is_empty() {
            let _ = writeln!(html, "<h3>{title}</h3><ul class=\"inline\">{items}</ul>");
        }
    }
    if html.is_empty() {
        return Ok(html);
    }
    Ok(format!("<section aria-labelledby=\"named\"><h2 id=\"named\">Most often in events</h2>\n{html}</section>\n"))
}

fn latest(reader: &Reader<'_>) -> Result<String, Problem> {
    let rows = reader.rows(&format!(
        "SELECT ?event {{ ?event a en:Event ; en:eventType ?type ; en:actor ?a ; en:recipient ?b ; en:firstReported ?day }} GROUP BY ?event ?day ORDER BY DESC(?day) ?event LIMIT {LATEST}"
    ))?;
    if rows.is_empty() {
        return Ok(String::new());
    }
    let mut html = String::from(
        "<section aria-labelledby=\"latest\"><h2 id=\"latest\">Reported last</h2>\n<ol class=\"events\">\n",
    );
    for event in rows.iter().filter_map(|row| node(row, 0)) {
        if let Some(event) = Event::read(reader, event.as_ref())? {
            html += &event.item(reader);
        }
    }
    Ok(format!("{html}</ol>\n<p class=\"legend\">{}</p></section>\n", tones(["cooperation", "conflict", "neither"])))
}

fn questions() -> String {
    let mut body = String::from(
        "<section aria-labelledby=\"questions\"><h2 id=\"questions\">Questions</h2>\n<ul class=\"questions\">\n",
    );
    for query in queries::named() {
        let (name, title, question) = (encode(query.name), escape(query.title), with_code(query.question));
        let _ = writeln!(
            body,
            r#"<li><a href="/query?name={name}">{title}</a> <span class="faint">{question}</span></li>"#
        );
    }
    body + "</ul></section>\n"
}

/// Where programs find all of it.
fn data() -> String {
    let dumps: String = DUMPS
        .iter()
        .map(|dump| {
            let file = dump.path.trim_start_matches('/');
            format!(
                "<li><a href=\"{}\" download>{file}</a> <span class=\"faint\">{}</span></li>\n",
                dump.path, dump.title
            )
        })
        .collect();
    format!(
        "<section aria-labelledby=\"data\"><h2 id=\"data\">Data</h2>\n<p>Programs ask by SPARQL. Without a query, <a href=\"/sparql?as=turtle\">/sparql</a> describes the service and what it holds, in numbers (Service Description, VoID, DCAT). All of it in a file:</p>\n<ul class=\"questions\">\n{dumps}</ul></section>\n"
    )
}

/// What is found for some words.
pub(super) fn search(reader: &Reader<'_>, words: &str) -> Result<Page, Problem> {
    let mut page = Page { search: words.to_owned(), class: "search", ..Page::new("Search") };
    if words.is_empty() {
        page.body += "<p>Names of people, places and bodies, or words of the articles. Words in “quotation marks” stand together; a word behind a minus sign must not be there.</p>";
        return Ok(page);
    }
    let index = reader.site.index()?;
    index.catch_up(reader.store).map_err(Problem::internal)?;
    let found = index.search(reader.store, words, FOUND).map_err(Problem::internal)?;
    let title = format!("“{words}”");
    page = Page { search: words.to_owned(), class: "search", ..Page::new(&title) };
    page.body += &results(reader, &found);
    Ok(page)
}

fn results(reader: &Reader<'_>, found: &Found) -> String {
    if found.is_empty() {
        return "<p role=\"status\">Nothing has such a name, and no article has such words.</p>".to_owned();
    }
    let mut html = String::new();
    if !found.things.is_empty() {
        let near = if found.things_are_near { " with names like these" } else { "" };
        let items: String = found.things.iter().map(|thing| item(reader, thing)).collect();
        let _ = write!(
            html,
            "<section aria-labelledby=\"things\"><h2 id=\"things\">{}{near}</h2>\n<ul class=\"things\">{items}</ul>{}</section>\n",
            counted(found.things_total, "name"),
            first(found.things.len(), found.things_total)
        );
    }
    if !found.articles.is_empty() {
        let some = if found.articles_have_some { " with some of the words" } else { "" };
        let items: String = found.articles.iter().map(article).collect();
        let _ = write!(
            html,
            "<section aria-labelledby=\"texts\"><h2 id=\"texts\">{}{some}</h2>\n<ol class=\"found\">{items}</ol>{}</section>\n",
            counted(found.articles_total, "article"),
            first(found.articles.len(), found.articles_total)
        );
    }
    html
}

/// That not all are shown.
fn first(shown: usize, total: usize) -> String {
    if shown < total {
        format!("<p class=\"faint\">These are the first {shown}. More words find fewer.</p>")
    } else {
        String::new()
    }
}

fn item(reader: &Reader<'_>, thing: &ThingFound) -> String {
    let class = thing.class.as_deref().unwrap_or("Thing");
    let word = reader.vocabulary.own_label(class).unwrap_or(class);
    let node = NamedNodeRef::new_unchecked(&thing.iri);
    format!(
        "<li><a class=\"entity {}\" href=\"{}\">{}</a> <span class=\"faint\">{}, {}</span></li>\n",
        kind(class),
        address(node),
        escape(&reader.label(node)),
        escape(&capital(word)),
        counted(thing.articles, "article"),
    )
}

fn article(article: &ArticleFound) -> String {
    let title = article.title.as_deref().or(article.id.as_deref()).unwrap_or(&article.iri);
    let about: Vec<String> =
        [article.publisher.clone(), article.published.as_deref().map(day_in_words)].into_iter().flatten().collect();
    let snippet: String = article
        .snippet
        .pieces()
        .into_iter()
        .map(|(text, is_match)| if is_match { format!("<mark>{}</mark>", escape(text)) } else { escape(text) })
        .collect();
    format!(
        "<li><a href=\"{}\">{}</a> <span class=\"faint\">{}</span><p>{snippet}</p></li>\n",
        address(NamedNodeRef::new_unchecked(&article.iri)),
        escape(title),
        escape(&about.join(", ")),
    )
}
