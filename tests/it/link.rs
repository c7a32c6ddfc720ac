//! Names and what they stand for, by the cases of `tests/cases/link`.

use crate::analysed::{cases, doc};
use entente::doc::Doc;
use entente::link::{Gazetteer, Linked, link};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    /// Day of the article.
    published: Option<String>,
    #[serde(default)]
    names: Vec<Wanted>,
    /// Words that are no mention of anything the gazetteer has.
    #[serde(default)]
    unlinked: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    words: String,
    /// Which of several, from 1.
    nth: Option<usize>,
    kind: String,
    /// What the gazetteer calls it.
    label: Option<String>,
    country: Option<String>,
    sector: Option<String>,
    form: Option<String>,
}

fn found(doc: &Doc, linked: &Linked, wanted: &Wanted) -> String {
    let Some(at) = doc.text().match_indices(&wanted.words).nth(wanted.nth.unwrap_or(1) - 1).map(|m| m.0) else {
        return "not in the text".into();
    };
    let Some(mention) = linked.mentions.iter().find(|m| m.span.start == at && m.span.of(doc.text()) == wanted.words)
    else {
        return "no mention".into();
    };
    let entity = &linked.entities[mention.entity];
    let right = format!("{:?}", entity.kind) == wanted.kind
        && wanted.label.as_ref().is_none_or(|l| entity.label == *l)
        && wanted.country.as_ref().is_none_or(|c| entity.country.as_deref().unwrap_or("") == c)
        && wanted.sector.as_ref().is_none_or(|s| entity.sector.as_deref().unwrap_or("") == s)
        && wanted.form.as_ref().is_none_or(|f| format!("{:?}", mention.form).to_lowercase() == *f);
    if right { String::new() } else { format!("{:?} {entity:?}", mention.form) }
}

#[test]
fn names_stand_for_what_the_cases_say() {
    let gazetteer = Gazetteer::embedded().unwrap();
    let mut faults = Vec::new();
    for (name, case) in cases::<Case>("link") {
        let doc = doc(&case.text);
        let linked = link(&doc, &gazetteer, case.published.as_ref().map(|d| d.parse().unwrap()));
        for wanted in &case.names {
            let fault = found(&doc, &linked, wanted);
            if !fault.is_empty() {
                faults.push(format!("{name}: {}\n  {}: {fault}", case.text, wanted.words));
            }
        }
        for words in &case.unlinked {
            assert!(case.text.contains(words.as_str()), "{name}: no `{words}`");
            let known = linked
                .mentions
                .iter()
                .find(|m| m.span.of(doc.text()) == *words && linked.entities[m.entity].iri().is_some());
            if let Some(mention) = known {
                faults.push(format!("{name}: {}\n  {words}: {:?}", case.text, linked.entities[mention.entity]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
