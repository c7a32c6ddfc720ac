//! Quotations: speaker, cue, content, and through whom they reach the article.

use crate::analysed::{cases, doc};
use entente::coref::Chains;
use entente::doc::Doc;
use entente::extract::{Cues, Quotation};
use std::ops::Range;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    /// All quotations of the text, in order.
    quotes: Vec<Wanted>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    speaker: String,
    cue: Option<String>,
    content: Vec<String>,
    kind: String,
    stance: Option<String>,
    #[serde(default)]
    negated: bool,
    /// Speakers of the quotations round it, outermost first.
    #[serde(default)]
    via: Vec<String>,
}

fn words(doc: &Doc, tokens: &Range<usize>) -> String {
    doc.span(tokens.clone()).of(doc.text()).to_owned()
}

fn speaker(doc: &Doc, quotation: &Quotation) -> String {
    quotation.speaker_tokens.as_ref().map_or(String::new(), |tokens| words(doc, tokens))
}

fn is(doc: &Doc, all: &[Quotation], found: &Quotation, wanted: &Wanted) -> bool {
    let lower = |text: String| text.to_lowercase();
    speaker(doc, found) == wanted.speaker
        && wanted.cue.as_ref().is_none_or(|cue| found.cue.as_ref().is_some_and(|c| words(doc, c) == *cue))
        && found.content.iter().map(|c| words(doc, c)).eq(wanted.content.iter().cloned())
        && lower(format!("{:?}", found.kind)) == wanted.kind
        && wanted.stance.as_ref().is_none_or(|stance| lower(format!("{:?}", found.stance)) == *stance)
        && found.negated == wanted.negated
        && found.via.iter().map(|&i| speaker(doc, &all[i])).eq(wanted.via.iter().cloned())
}

#[test]
fn quotations_are_those_that_the_cases_give() {
    let cues = Cues::embedded().unwrap();
    let mut faults = Vec::new();
    for (name, case) in cases::<Case>("quotes") {
        let doc = doc(&case.text);
        let found = cues.quotations(&doc, &Chains::default());
        let right =
            found.len() == case.quotes.len() && found.iter().zip(&case.quotes).all(|(f, w)| is(&doc, &found, f, w));
        if !right {
            let shown = found.iter().map(|q| {
                let content: Vec<_> = q.content.iter().map(|c| words(&doc, c)).collect();
                format!(
                    "\n  {} {content:?} {:?} {:?} negated: {} via {:?}",
                    speaker(&doc, q),
                    q.kind,
                    q.stance,
                    q.negated,
                    q.via
                )
            });
            faults.push(format!("{name}: {}{}", case.text, shown.collect::<String>()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
