//! Quotations: speaker, cue, content, and through whom they reach the article.

use crate::analysed::{cases, doc};
use entente::coref::Chains;
use entente::doc::{Doc, Form, Mention};
use entente::extract::{Cues, Quotation, attribution_of};
use entente::link::Linked;
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

#[test]
fn speakers_and_addressees_are_mentions_of_the_chains() {
    let text = "The agency, which reported that talks had failed, told the council that fighting went on.";
    let doc = doc(text);
    let mention = |first: &str, head: &str| {
        let at = |word: &str| (0..doc.tokens().len()).find(|&t| doc.word(t) == word).unwrap();
        let tokens = at(first)..at(head) + 1;
        let span = doc.span(tokens.clone());
        Mention { entity: 0, tokens, head: at(head), span, form: Form::Nominal, confidence: 1.0 }
    };
    let mentions = vec![mention("The", "agency"), mention("the", "council")];
    let chains = Chains::new(Linked { mentions, ..Linked::default() });
    let found = Cues::embedded().unwrap().quotations(&doc, &chains);
    let who: Vec<_> = found.iter().map(|q| (q.speaker, q.addressees.clone())).collect();
    assert_eq!(who, vec![(Some(0), Vec::new()), (Some(0), vec![1usize])]);
    let failed = (0..doc.tokens().len()).find(|&t| doc.word(t) == "failed").unwrap();
    assert_eq!(attribution_of(&found, failed), vec![0usize]);
    assert!(attribution_of(&found, 0).is_empty());
}
