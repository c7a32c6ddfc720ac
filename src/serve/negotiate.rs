//! Content negotiation: which of the formats that we have suits a request's `Accept` (RFC 9110, section 12.5.1).

use crate::store::{AnswerKind, Written};
use axum::http::{HeaderMap, header};
use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use oxigraph::sparql::results::QueryResultsFormat;

/// A format by the media type that it is asked for and sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer<F> {
    pub media_type: &'static str,
    pub format: F,
}

impl<F> Offer<F> {
    /// The value of `Content-Type`. Text has a charset; XML, JSON and the like tell theirs themselves.
    pub(super) fn content_type(&self) -> String {
        content_type(self.media_type)
    }
}

pub(super) fn content_type(media_type: &str) -> String {
    if media_type.starts_with("text/") { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() }
}

impl From<Offer<Self>> for Written {
    fn from(offer: Offer<Self>) -> Self {
        offer.format
    }
}

const fn results(media_type: &'static str, format: QueryResultsFormat) -> Offer<Written> {
    Offer { media_type, format: Written::Results(format) }
}

const fn offer<F>(media_type: &'static str, format: F) -> Offer<F> {
    Offer { media_type, format }
}

/// Formats of solutions and booleans, the ones that we like best first.
const RESULTS: [Offer<Written>; 9] = [
    results("application/sparql-results+json", QueryResultsFormat::Json),
    results("application/sparql-results+xml", QueryResultsFormat::Xml),
    results("text/csv", QueryResultsFormat::Csv),
    results("text/tab-separated-values", QueryResultsFormat::Tsv),
    results("application/json", QueryResultsFormat::Json),
    results("text/json", QueryResultsFormat::Json),
    results("application/xml", QueryResultsFormat::Xml),
    results("text/xml", QueryResultsFormat::Xml),
    results("text/plain", QueryResultsFormat::Tsv),
];

/// Formats of graphs, the ones that we like best first.
pub(super) const GRAPHS: [Offer<RdfFormat>; 10] = [
    offer("text/turtle", RdfFormat::Turtle),
    offer("application/n-triples", RdfFormat::NTriples),
    offer("application/ld+json", RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }),
    offer("application/rdf+xml", RdfFormat::RdfXml),
    offer("application/trig", RdfFormat::TriG),
    offer("application/n-quads", RdfFormat::NQuads),
    offer("application/json", RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }),
    offer("application/xml", RdfFormat::RdfXml),
    offer("text/xml", RdfFormat::RdfXml),
    offer("text/plain", RdfFormat::NTriples),
];

/// Short names of formats for links, which cannot say what they accept.
pub(super) const NAMES: [(&str, &str); 8] = [
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/sparql-results+json"),
    ("xml", "application/sparql-results+xml"),
    ("turtle", "text/turtle"),
    ("ntriples", "application/n-triples"),
    ("jsonld", "application/ld+json"),
    ("rdfxml", "application/rdf+xml"),
];

/// The media type of a short name.
pub(super) fn named(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, media_type)| *media_type)
}

/// The format for an answer, or none if no format will do.
pub(super) fn for_answer(kind: AnswerKind, headers: &HeaderMap) -> Option<Offer<Written>> {
    match kind {
        AnswerKind::Solutions | AnswerKind::Boolean => choose(&RESULTS, headers),
        AnswerKind::Graph => {
            let Offer { media_type, format } = choose(&GRAPHS, headers)?;
            Some(Offer { media_type, format: Written::Graph(format) })
        }
    }
}

/// What suits a request best; of equals, the first.
pub(super) fn choose<F: Copy>(offers: &[Offer<F>], headers: &HeaderMap) -> Option<Offer<F>> {
    let ranges = accepted(headers);
    let quality = |offer: &Offer<F>| ranges.quality(offer.media_type);
    let best = offers.iter().map(quality).max().filter(|q| *q > 0)?;
    offers.iter().find(|offer| quality(offer) == best).copied()
}

/// Media types that a request takes, with their quality in thousandths.
struct Ranges(Vec<(String, u16)>);

fn accepted(headers: &HeaderMap) -> Ranges {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
    Ranges(values.flat_map(|v| v.split(',')).filter_map(range).collect())
}

/// `text/turtle;q=0.5` as the type and 500. Other parameters are not looked at.
fn range(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let media_type = parts.next().filter(|t| t.contains('/'))?.to_ascii_lowercase();
    let quality = parts.filter_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q="))).next();
    let quality = quality.map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
    Some((media_type, (quality.clamp(0.0, 1.0) * 1000.0) as u16))
}

impl Ranges {
    /// How much a type is wanted that is named in full; not at all if it is not.
    fn named(&self, media_type: &str) -> u16 {
        self.0.iter().filter(|(range, _)| range == media_type).map(|(_, q)| *q).max().unwrap_or(0)
    }

    /// How much a type is wanted: what the range that fits it most narrowly says. Whoever names nothing takes everything.
    fn quality(&self, media_type: &str) -> u16 {
        let Self(ranges) = self;
        if ranges.is_empty() {
            return 1000;
        }
        let fitting = ranges.iter().filter_map(|(range, q)| Some((narrowness(range, media_type)?, *q)));
        fitting.max().map_or(0, |(_, q)| q)
    }
}

fn narrowness(range: &str, media_type: &str) -> Option<u8> {
    let kind = range.strip_suffix("/*");
    if range == media_type {
        Some(2)
    } else if range == "*/*" {
        Some(0)
    } else {
        kind.is_some_and(|kind| media_type.split('/').next() == Some(kind)).then_some(1)
    }
}

/// The media type of a `Content-Type`, in lower case and without parameters, and its charset if it has one.
pub(super) fn media_type(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(split_media_type(value))
}

pub(super) fn split_media_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';').map(|p| p.trim().to_ascii_lowercase());
    let media_type = parts.next().unwrap_or_default();
    let charset = parts.filter_map(|p| p.strip_prefix("charset=").map(|c| c.trim_matches('"').to_owned())).next();
    (media_type, charset)
}

/// The format of a graph that somebody sends.
pub(super) fn of_graph(media_type: &str) -> Option<RdfFormat> {
    let own = |offer: &&Offer<RdfFormat>| offer.media_type == media_type && !media_type.ends_with("/plain");
    GRAPHS.iter().find(own).map(|offer| offer.format)
}

/// Whether a person asks with a browser: HTML is named, and liked at least as much as any RDF.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    let ranges = accepted(headers);
    let html = ranges.named("text/html");
    html > 0 && GRAPHS.iter().all(|offer| html >= ranges.named(offer.media_type))
}

/// Whether a person asks for an answer to a query: HTML is named, and liked better than any format of data that is.
pub(super) fn wants_answer_as_html(headers: &HeaderMap) -> bool {
    let ranges = accepted(headers);
    let html = ranges.named("text/html");
    let mut data = RESULTS.iter().map(|o| o.media_type).chain(GRAPHS.iter().map(|o| o.media_type));
    data.all(|media_type| html > ranges.named(media_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(accept: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        headers
    }

    #[test]
    fn formats_by_what_is_asked_for() {
        for (accept, results, graph) in [
            ("*/*", Some("application/sparql-results+json"), Some("text/turtle")),
            ("text/csv", Some("text/csv"), None),
            ("text/csv;q=0.5, application/sparql-results+xml", Some("application/sparql-results+xml"), None),
            ("text/csv;q=0.5, text/*;q=0.7", Some("text/tab-separated-values"), Some("text/turtle")),
            ("*/*, application/sparql-results+json;q=0", Some("application/sparql-results+xml"), Some("text/turtle")),
            ("Application/LD+JSON ; Q=0.9 , text/turtle;q=0.8", None, Some("application/ld+json")),
            ("application/rdf+xml, */*;q=0.1", Some("application/sparql-results+json"), Some("application/rdf+xml")),
            ("image/png", None, None),
            ("text/csv;q=0", None, None),
            ("text/csv;q=nonsense, nonsense", Some("application/sparql-results+json"), Some("text/turtle")),
            ("application/json", Some("application/json"), Some("application/json")),
            ("text/turtle;charset=utf-8", None, Some("text/turtle")),
        ] {
            let chosen = |kind| for_answer(kind, &asking(accept)).map(|offer| offer.media_type);
            assert_eq!(chosen(AnswerKind::Solutions), results, "{accept}");
            assert_eq!(chosen(AnswerKind::Boolean), results, "{accept}");
            assert_eq!(chosen(AnswerKind::Graph), graph, "{accept}");
        }
        let nothing = HeaderMap::new();
        assert_eq!(for_answer(AnswerKind::Graph, &nothing).unwrap().content_type(), "text/turtle; charset=utf-8");
    }

    #[test]
    fn browsers_are_known_by_what_they_ask_for() {
        let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert!(wants_html(&asking(firefox)) && wants_html(&asking("text/html")));
        assert!(!wants_html(&asking("*/*")) && !wants_html(&HeaderMap::new()));
        assert!(!wants_html(&asking("text/turtle, text/html;q=0.5")));
        assert!(wants_answer_as_html(&asking(firefox)) && wants_answer_as_html(&asking("text/html")));
        for data in ["*/*", "text/html, text/csv", "application/sparql-results+json, text/html;q=0.9", "text/html;q=0"]
        {
            assert!(!wants_answer_as_html(&asking(data)), "{data}");
        }
    }

    #[test]
    fn content_types_fall_into_parts() {
        assert_eq!(
            split_media_type("Text/Turtle; charset=\"UTF-8\""),
            ("text/turtle".to_owned(), Some("utf-8".to_owned()))
        );
        assert_eq!(split_media_type(""), (String::new(), None));
        assert_eq!(of_graph("application/rdf+xml"), Some(RdfFormat::RdfXml));
        assert_eq!(of_graph("text/plain"), None);
    }
}
