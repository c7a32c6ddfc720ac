//! HTML for people with a browser: the frame of every page, links, and text that is safe in it. Nothing comes from other hosts.

use super::parameters::encode;
use super::{assets, problem::Problem};
use crate::store::short_iri;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{NamedNodeRef, Term};

/// Nothing but what is here, no scripts or styles in the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Text that is safe between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A page on its way.
#[derive(Default)]
pub(super) struct Page {
    /// Text.
    pub title: String,
    /// What was searched for, for the field at the top.
    pub search: String,
    /// Class of the page, for its style.
    pub class: &'static str,
    /// HTML of the main part, its heading included.
    pub body: String,
    /// Where the same is to be had as RDF.
    pub data: Option<String>,
    /// Whether the editor for queries is needed.
    pub editor: bool,
}

impl Page {
    /// A page with a heading and nothing else yet.
    pub(super) fn new(title: &str) -> Self {
        let body = format!("<h1>{}</h1>\n", escape(title));
        Self { title: title.to_owned(), body, ..Self::default() }
    }

    /// The first page has one of its own.
    fn search_form(&self) -> String {
        if self.class == "home" {
            return String::new();
        }
        format!(
            r#"<form action="/search" role="search"><input type="search" name="q" id="q" value="{}" aria-label="Search names and articles" placeholder="Search names and articles" autocomplete="off"><button>Search</button></form>"#,
            escape(&self.search)
        )
    }

    fn html(&self) -> String {
        let (title, search) = (escape(&self.title), self.search_form());
        let Self { class, body, .. } = self;
        let data = self
            .data
            .as_ref()
            .map(|path| format!("<link rel=\"alternate\" type=\"text/turtle\" href=\"{}\">\n", escape(path)));
        let editor = if self.editor { assets::editor_tag() } else { String::new() };
        format!(
            r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Entente</title>
<link rel="stylesheet" href="{style}">
<link rel="icon" href="{icon}" type="image/svg+xml">
{data}<script src="{script}" defer></script>
{editor}</head>
<body class="{class}">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/">Entente</a>
<nav aria-label="Pages"><a href="/relations">Countries</a><a href="/query">Query</a></nav>
{search}
</header>
<main id="main">
{body}
</main>
<footer><p>Drawn by a program from the articles in this store: each statement leads back to the words behind it. <a href="/rule/">Rules</a> · <a href="/dump.nq">All data</a> · <a href="/sparql">SPARQL</a></p></footer>
</body>
</html>
"##,
            style = assets::style_path(),
            icon = assets::icon_path(),
            script = assets::script_path(),
            data = data.unwrap_or_default(),
        )
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (header::VARY, HeaderValue::from_static("accept")),
        ];
        (headers, Html(self.html())).into_response()
    }
}

/// A problem as a page for people.
pub(super) fn problem_page(problem: &Problem) -> Response {
    let title = match problem.status() {
        StatusCode::NOT_FOUND => "Nothing here",
        StatusCode::GATEWAY_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => "That took too long",
        status if status.is_server_error() => "Something went wrong",
        _ => "That cannot be asked",
    };
    let mut page = Page::new(title);
    page.body += &format!(
        "<p role=\"alert\">{}</p>\n<p><a href=\"/\">To the first page</a></p>",
        with_code(&sentence(problem.detail()))
    );
    let mut response = page.into_response();
    *response.status_mut() = problem.status();
    response
}

/// Text in which what stands between backticks is code, as HTML.
pub(super) fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }).collect()
}

/// With a capital letter and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut sentence = capital(text);
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

/// With a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// The address of what we know of a thing.
pub(super) fn address(iri: NamedNodeRef<'_>) -> String {
    format!("/page?iri={}", encode(iri.as_str()))
}

/// A link to what we know of a thing.
pub(super) fn link(iri: NamedNodeRef<'_>, label: &str) -> String {
    format!(r#"<a href="{}">{}</a>"#, address(iri), escape(label))
}

/// Links to a document as RDF. `address` is HTML, and ends where `as` goes.
pub(super) fn as_rdf(address: &str) -> String {
    let link = |(name, label)| format!("<a href=\"{address}as={name}\">{label}</a>");
    [("turtle", "Turtle"), ("jsonld", "JSON-LD"), ("ntriples", "N-Triples")].map(link).join(", ")
}

/// A term: things by a link, with a label if `label` has one; literals by their value.
pub(super) fn term(term: &Term, label: impl Fn(NamedNodeRef<'_>) -> Option<String>) -> String {
    match term {
        Term::NamedNode(node) => match label(node.as_ref()) {
            Some(label) => link(node.as_ref(), &label),
            None => format!(
                r#"<a class="address" href="{}">{}</a>"#,
                address(node.as_ref()),
                escape(&short_iri(node.as_ref()))
            ),
        },
        Term::Literal(literal) if [xsd::DATE, xsd::DATE_TIME].contains(&literal.datatype()) => {
            format!("<time>{}</time>", escape(literal.value()))
        }
        Term::Literal(literal) => {
            let language = literal.language().map(|l| format!(r#" <span class="faint">{}</span>"#, escape(l)));
            format!("{}{}", escape(literal.value()), language.unwrap_or_default())
        }
        other => escape(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{counted, grouped};
    use oxigraph::model::{Literal, NamedNode};

    #[test]
    fn nothing_of_the_store_is_markup() {
        let evil = "<script>alert('1')</script>&\"";
        assert_eq!(escape(evil), "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;");
        assert!(!term(&Literal::new_simple_literal(evil).into(), |_| None).contains('<'));
        let node = NamedNode::new("http://x.example/a'b&c").unwrap();
        let link = term(&node.clone().into(), |_| Some(evil.to_owned()));
        assert!(link.starts_with(r#"<a href="/page?iri=http%3A%2F%2Fx.example%2Fa%27b%26c">&lt;script"#), "{link}");
        assert!(term(&node.into(), |_| None).contains("http://x.example/a&#39;b&amp;c"));
        let page = Page { search: evil.to_owned(), ..Page::new(evil) };
        assert!(!page.html().contains("<script>"), "{}", page.html());
    }

    #[test]
    fn numbers_and_sentences_for_people() {
        assert_eq!((grouped(0), grouped(999), grouped(1_234_567)), ("0".into(), "999".into(), "1,234,567".into()));
        assert_eq!((counted(1, "event"), counted(1000, "event")), ("1 event".into(), "1,000 events".into()));
        assert_eq!(
            (sentence("ask for less"), sentence("Why?"), capital("été")),
            ("Ask for less.".into(), "Why?".into(), "Été".into())
        );
    }
}
