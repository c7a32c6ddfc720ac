//! A field for a query with the questions that have names, and the answer as a table or a file.

use super::super::html::{Page, escape, sentence, with_code};
use super::super::parameters::{Parameters, encode};
use super::super::problem::Problem;
use super::reader::Reader;
use crate::store::{QueryAnswer, Solutions, queries};
use crate::text::grouped;
use oxigraph::model::Term;
use std::fmt::Write;

/// Rows of a table on a page.
const MOST_ROWS: usize = 500;
/// Rows that are asked for, to tell how many there are.
const MOST_COUNTED: usize = 10_000;
/// What the field holds at first.
const EXAMPLE: &str = "SELECT ?who ?whom ?day {\n  ?event a en:Meeting ; en:actor ?who , ?whom ; en:earliest ?day .\n  FILTER(STR(?who) < STR(?whom))\n}\nORDER BY DESC(?day)\nLIMIT 100\n";

pub(super) fn page(reader: &Reader<'_>, parameters: &Parameters) -> Result<Page, Problem> {
    let named = parameters
        .one("name")?
        .map(|name| queries::query(name).ok_or_else(|| Problem::not_found(format!("no question is called `{name}`"))));
    let named = named.transpose()?;
    let asked = parameters.one("query")?.filter(|query| !query.trim().is_empty());
    let text = asked.or(named.map(|query| query.sparql)).unwrap_or(EXAMPLE);
    let mut page = Page { class: "query", editor: true, ..Page::new(named.map_or("Query", |query| query.title)) };
    if let Some(query) = named {
        let _ = writeln!(page.body, "<p>{}</p>", with_code(query.question));
    }
    page.body += &form(reader, text);
    if asked.is_some() || named.is_some() {
        page.body += &match reader.answer(text, Some(MOST_COUNTED + 1)) {
            Ok(answer) => table(reader, &answer) + &files(text, &answer),
            Err(problem) => format!("<p role=\"alert\" class=\"alert\">{}</p>", with_code(&sentence(problem.detail()))),
        };
    }
    page.body += &names();
    Ok(page)
}

fn form(reader: &Reader<'_>, text: &str) -> String {
    let terms = serde_json::to_string(&reader.vocabulary.prefixed()).unwrap_or_else(|_| "{}".to_owned());
    let rows = text.lines().count().clamp(8, 24);
    format!(
        "<form action=\"/query\" class=\"editor\">\n<textarea name=\"query\" rows=\"{rows}\" spellcheck=\"false\" aria-label=\"SPARQL\" data-terms=\"{}\">{}</textarea>\n<p><button>Run</button> <span class=\"faint\" id=\"editor-keys\">The usual prefixes are known. With scripts: Ctrl-Enter runs, Ctrl-Space completes, Tab leaves the field.</span></p></form>\n",
        escape(&terms),
        escape(text)
    )
}

fn table(reader: &Reader<'_>, answer: &QueryAnswer) -> String {
    if let QueryAnswer::Boolean(value) = answer {
        return format!("<h2>{}</h2>", if *value { "Yes" } else { "No" });
    }
    let is_counted = answer.len() <= MOST_COUNTED;
    let number = if is_counted { grouped(answer.len()) } else { format!("More than {}", grouped(MOST_COUNTED)) };
    let mut html = format!("<h2>{number} found</h2>\n");
    if answer.is_empty() {
        return html;
    }
    html += "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Answer\"><table class=\"answer\">\n";
    let row = |html: &mut String, cells: Vec<String>| {
        let _ = writeln!(html, "<tr>{}</tr>", cells.iter().map(|c| format!("<td>{c}</td>")).collect::<String>());
    };
    match answer {
        QueryAnswer::Boolean(_) => (),
        QueryAnswer::Solutions(Solutions { variables, rows }) => {
            let head: String =
                variables.iter().map(|v| format!("<th scope=\"col\">{}</th>", escape(v.as_str()))).collect();
            let _ = writeln!(html, "<thead><tr>{head}</tr></thead><tbody>");
            for cells in rows.iter().take(MOST_ROWS) {
                row(&mut html, cells.iter().map(|c| c.as_ref().map_or(String::new(), |t| reader.term(t))).collect());
            }
        }
        QueryAnswer::Graph(triples) => {
            html += "<thead><tr><th scope=\"col\">subject</th><th scope=\"col\">predicate</th><th scope=\"col\">object</th></tr></thead><tbody>";
            for triple in triples.iter().take(MOST_ROWS) {
                let terms =
                    [Term::from(triple.subject.clone()), triple.predicate.clone().into(), triple.object.clone()];
                row(&mut html, terms.iter().map(|t| reader.term(t)).collect());
            }
        }
    }
    html += "</tbody></table></div>\n";
    if answer.len() > MOST_ROWS {
        let _ = writeln!(html, "<p>These are the first {}.</p>", grouped(MOST_ROWS));
    }
    html
}

/// Links to the whole answer in other formats.
fn files(text: &str, answer: &QueryAnswer) -> String {
    let formats: &[(&str, &str, &str)] = match answer {
        QueryAnswer::Graph(_) => {
            &[("turtle", "Turtle", "ttl"), ("ntriples", "N-Triples", "nt"), ("jsonld", "JSON-LD", "jsonld")]
        }
        _ => &[("csv", "CSV", "csv"), ("tsv", "TSV", "tsv"), ("json", "JSON", "json"), ("xml", "XML", "xml")],
    };
    let query = encode(text);
    let link = |(name, label, end): &(&str, &str, &str)| {
        format!("<a href=\"/sparql?as={name}&amp;query={query}\" download=\"answer.{end}\">{label}</a>")
    };
    format!("<p>The whole answer as {}</p>\n", formats.iter().map(link).collect::<Vec<_>>().join(", "))
}

fn names() -> String {
    let items: String = queries::named()
        .map(|query| format!("<li><a href=\"/query?name={}\">{}</a></li>\n", encode(query.name), escape(query.title)))
        .collect();
    format!(
        "<nav aria-labelledby=\"named\"><h2 id=\"named\">Questions with names</h2><ul class=\"inline\">{items}</ul></nav>"
    )
}
