//! A field for a query with the questions that have names, and the answer as a table or a file.

use super::super::html::{Page, escape, sentence, with_code};
use super::super::parameters::{Parameters, encode};
use super::super::problem::Problem;
use super::instance;
use super::reader::Reader;
use crate::store::queries::NamedQuery;
use crate::store::{QueryAnswer, Solutions, parse_term, queries};
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
    let fields = named.filter(|_| asked.is_none()).map_or(Vec::new(), |query| fields(&query));
    let bindings = bindings(&fields, parameters)?;
    let mut page = Page { class: "query", editor: true, ..Page::new(named.map_or("Query", |query| query.title)) };
    if let Some(query) = named {
        let _ = writeln!(page.body, "<p>{}</p>", with_code(query.question));
        page.body += &narrowing(&query, &fields, parameters)?;
    }
    let is_named = named.is_some() && asked.is_none();
    if !is_named {
        page.body += &form(reader, text);
    }
    if asked.is_some() || named.is_some() {
        page.body += &match reader.answer(text, &bindings, Some(MOST_COUNTED + 1)) {
            Ok(answer) if bindings.is_empty() => table(reader, &answer)? + &files(text, &answer),
            Ok(answer) => table(reader, &answer)?,
            Err(problem) => format!("<p role=\"alert\" class=\"alert\">{}</p>", with_code(&sentence(problem.detail()))),
        };
    }
    // Who asks a question by its name wants the answer before the SPARQL of it.
    if is_named {
        page.body += "<h2>The question in SPARQL</h2>\n";
        page.body += &form(reader, text);
    }
    page.body += &names();
    Ok(page)
}

/// Columns of a question that can be given a value, each with an example: those of the command that tells of it.
fn fields(query: &NamedQuery) -> Vec<(&'static str, &'static str)> {
    let command = query.question.split('`').find(|part| part.starts_with("entente query ")).unwrap_or_default();
    // A value that holds a blank stands in quotation marks with its name.
    let parts = command.split('\'').enumerate();
    let words = parts.flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split(' ').collect() });
    words.filter_map(|word| word.split_once('=')).collect()
}

fn bindings(fields: &[(&str, &str)], parameters: &Parameters) -> Result<Vec<(String, Term)>, Problem> {
    let mut bindings = Vec::new();
    for (name, _) in fields {
        if let Some(value) = parameters.one(name)?.map(str::trim).filter(|value| !value.is_empty()) {
            let term = parse_term(value).map_err(|e| Problem::bad_request(e.to_string()))?;
            bindings.push(((*name).to_owned(), term));
        }
    }
    Ok(bindings)
}

/// A form for such values.
fn narrowing(query: &NamedQuery, fields: &[(&str, &str)], parameters: &Parameters) -> Result<String, Problem> {
    if fields.is_empty() {
        return Ok(String::new());
    }
    let mut html = format!(
        "<form action=\"/query\" class=\"choice\"><input type=\"hidden\" name=\"name\" value=\"{}\">",
        query.name
    );
    for (name, example) in fields {
        let _ = write!(
            html,
            "<span class=\"field\"><label for=\"of-{name}\">{name}</label> <input class=\"long\" id=\"of-{name}\" name=\"{name}\" value=\"{}\" placeholder=\"{}\"></span> ",
            escape(parameters.one(name)?.unwrap_or_default()),
            escape(example)
        );
    }
    Ok(html + "<button>Ask</button></form>\n")
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

fn table(reader: &Reader<'_>, answer: &QueryAnswer) -> Result<String, Problem> {
    if let QueryAnswer::Boolean(value) = answer {
        return Ok(format!("<h2>{}</h2>", if *value { "Yes" } else { "No" }));
    }
    let is_counted = answer.len() <= MOST_COUNTED;
    let number = if is_counted { grouped(answer.len()) } else { format!("More than {}", grouped(MOST_COUNTED)) };
    let mut html = format!("<h2>{number} found</h2>\n");
    if answer.is_empty() {
        return Ok(html);
    }
    html += "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Answer\"><table class=\"answer\">\n";
    let row = |html: &mut String, cells: &[Option<Term>]| {
        let cell = |cell: &Option<Term>| cell.as_ref().map_or(Ok(String::new()), |term| instance::link(reader, term));
        let cells = cells.iter().map(cell).collect::<Result<Vec<_>, _>>()?;
        let _ = writeln!(html, "<tr><td>{}</td></tr>", cells.join("</td><td>"));
        Ok::<_, Problem>(())
    };
    match answer {
        QueryAnswer::Boolean(_) => (),
        QueryAnswer::Solutions(Solutions { variables, rows }) => {
            let head: String =
                variables.iter().map(|v| format!("<th scope=\"col\">{}</th>", escape(v.as_str()))).collect();
            let _ = writeln!(html, "<thead><tr>{head}</tr></thead><tbody>");
            for cells in rows.iter().take(MOST_ROWS) {
                row(&mut html, cells)?;
            }
        }
        QueryAnswer::Graph(triples) => {
            html += "<thead><tr><th scope=\"col\">subject</th><th scope=\"col\">predicate</th><th scope=\"col\">object</th></tr></thead><tbody>";
            for triple in triples.iter().take(MOST_ROWS) {
                let terms =
                    [Term::from(triple.subject.clone()), triple.predicate.clone().into(), triple.object.clone()];
                row(&mut html, &terms.map(Some))?;
            }
        }
    }
    html += "</tbody></table></div>\n";
    if answer.len() > MOST_ROWS {
        let _ = writeln!(html, "<p>These are the first {}.</p>", grouped(MOST_ROWS));
    }
    Ok(html)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_tell_what_can_be_given() {
        let fields = |name| fields(&queries::query(name).unwrap());
        assert_eq!(fields("timeline"), [("entity", "Xi Jinping")]);
        assert_eq!(fields("relations-by-month"), [("actor", "RUS"), ("recipient", "UKR")]);
        assert_eq!(fields("office-holders"), [("day", "2024-06-01")]);
        assert!(fields("who-met-whom").is_empty());
    }
}
