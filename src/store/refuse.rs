//! What a query may not do: reach other servers, or change the store.

/// Words that begin an update.
const UPDATES: [&str; 10] = ["add", "clear", "copy", "create", "delete", "drop", "insert", "load", "move", "with"];

/// Why a text is no query that we run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Update,
    Service,
}

/// Looks for what is refused. The parser has the last word on everything else.
///
/// `SERVICE SILENT` would quietly give nothing where the store knows no other servers, so that the text itself is looked at.
pub(super) fn refusal(query: &str) -> Option<Refusal> {
    let words = keywords(query);
    let is_any = |word: &str, list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
    let first = words.iter().find(|w| !is_any(w, &["base", "prefix", "version"]));
    if first.is_some_and(|w| is_any(w, &UPDATES)) {
        return Some(Refusal::Update);
    }
    words.iter().any(|w| is_any(w, &["service"])).then_some(Refusal::Service)
}

/// Whether an update or query would ask another server.
pub(super) fn asks_others(text: &str) -> bool {
    keywords(text).iter().any(|w| w.eq_ignore_ascii_case("service"))
}

/// The words of a query outside of comments, strings and IRIs that are no part of a prefixed name or variable.
fn keywords(query: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let rest = &query[at..];
        let length = match c {
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '<' => iri(rest).unwrap_or(1),
            '"' | '\'' => string(rest, c),
            _ if is_word(c) => {
                let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
                let follows_sign = query[..at].ends_with(['?', '$', ':', '@', '\\']);
                if !follows_sign && !rest[word.len()..].starts_with(':') {
                    words.push(word);
                }
                word.len()
            }
            _ => c.len_utf8(),
        };
        at += length;
    }
    words
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_-.".contains(c)
}

/// Length of the IRI that a text begins with; none when `<` is a comparison.
fn iri(text: &str) -> Option<usize> {
    let end = text.find('>')?;
    let is_iri = !text[1..end].contains(|c: char| c <= ' ' || "<\"{}|^`\\".contains(c));
    is_iri.then_some(end + 1)
}

/// Length of the string literal that a text begins with; the whole text when it does not end.
fn string(text: &str, quote: char) -> usize {
    let long = text.chars().take_while(|c| *c == quote).count() >= 3;
    let mark = if long { &text[..3] } else { &text[..1] };
    let mut at = mark.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(mark) {
            return at + mark.len();
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_and_services_are_refused() {
        for (query, expected) in [
            ("SELECT * { ?s ?p ?o }", None),
            ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", Some(Refusal::Service)),
            ("SELECT * { service silent ?x { } }", Some(Refusal::Service)),
            ("SELECT * { SERVICE<http://x.example/>{} }", Some(Refusal::Service)),
            ("SELECT ?service { ?service a schema:Service . ?x service:of \"SERVICE\" } # SERVICE", None),
            ("SELECT * { ?a ?b '''it's SERVICE''' , 'a\\' SERVICE', \"\" } ", None),
            ("SELECT * { ?a ?b ?c FILTER(?a < 3 && ?b > 2) SERVICE ?x {} }", Some(Refusal::Service)),
            ("SELECT * { <http://x.example/#SERVICE> ?p ?o }", None),
            ("INSERT DATA { <a:b> <a:b> <a:b> }", Some(Refusal::Update)),
            ("PREFIX a: <a:b#>\n# load it\nload <http://x.example/>", Some(Refusal::Update)),
            ("BASE <http://x.example/> PREFIX delete: <a:> SELECT * { ?s delete:insert ?o }", None),
            ("SELECT * { ?s ?p \"unfinished SERVICE", None),
            ("", None),
            ("\\", None),
            ("'é", None),
        ] {
            assert_eq!(refusal(query), expected, "{query}");
        }
    }
}
