//! HTML for people with a browser: no scripts, nothing from other hosts, everything that comes from the store escaped.

use super::parameters::encode;
use crate::store::short_iri;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use oxigraph::model::{NamedNodeRef, Term};

const STYLE: &str = include_str!("page.css");
/// Nothing but the style in the page itself, and forms that lead back here.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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

/// A page. `title` is text; `search`, what was searched for; `body` is HTML.
pub(super) fn page(title: &str, search: &str, body: &str) -> Response {
    let (title, search) = (escape(title), escape(search));
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<a href="/">Entente</a>
<a href="/query">Query</a>
<form action="/" role="search"><input type="search" name="q" value="{search}" aria-label="Names" placeholder="Who or what?"><button>Search</button></form>
</header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"#
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::VARY, HeaderValue::from_static("accept")),
    ];
    (headers, Html(html)).into_response()
}

/// A link to what we know of a thing.
pub(super) fn link(iri: NamedNodeRef<'_>, label: &str) -> String {
    format!(r#"<a href="/page?iri={}">{}</a>"#, encode(iri.as_str()), escape(label))
}

/// A term: things by a link, with a label if `label` has one; literals by their value.
pub(super) fn term(term: &Term, label: impl Fn(NamedNodeRef<'_>) -> Option<String>) -> String {
    match term {
        Term::NamedNode(node) => link(node.as_ref(), &label(node.as_ref()).unwrap_or_else(|| short_iri(node.as_ref()))),
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
    }
}
