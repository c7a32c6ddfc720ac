//! Chains of mentions, by the cases of `tests/cases/coref`.

use crate::analysed::{cases, doc};
use entente::coref::{Chains, resolve};
use entente::doc::Doc;
use entente::extract::{Cues, QuotationKind};
use entente::link::{Gazetteer, link};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    /// Words that stand for one thing; `she#2` is the second "she" of the text.
    #[serde(default)]
    same: Vec<Vec<String>>,
    /// Words that stand for two different things.
    #[serde(default)]
    apart: Vec<[String; 2]>,
    #[serde(default)]
    groups: Vec<Group>,
    /// Words for which nothing fits.
    #[serde(default)]
    nothing: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    words: String,
    /// Labels of the members, in any order.
    members: Vec<String>,
}

/// The entity that words stand for: that of the mention with just these words.
fn entity(doc: &Doc, chains: &Chains, words: &str) -> Option<usize> {
    let (words, nth) = words.split_once('#').map_or((words, 1), |(w, n)| (w, n.parse().unwrap()));
    let at = doc.text().match_indices(words).filter(|(i, _)| is_whole(doc.text(), *i, words)).nth(nth - 1);
    let start = at.unwrap_or_else(|| panic!("no `{words}` number {nth} in: {}", doc.text())).0;
    chains.mentions.iter().find(|m| m.span.start == start && m.span.of(doc.text()) == words).map(|m| m.entity)
}

fn is_whole(text: &str, at: usize, words: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !letter(text[..at].chars().next_back()) && !letter(text[at + words.len()..].chars().next())
}

fn faults(doc: &Doc, chains: &Chains, case: &Case) -> Vec<String> {
    let of = |words: &str| entity(doc, chains, words);
    let label = |e: Option<usize>| e.map_or("nothing".to_owned(), |e| chains.entities[e].label.clone());
    let mut faults = Vec::new();
    for chain in &case.same {
        let first = of(&chain[0]);
        for words in &chain[1..] {
            if first.is_none() || of(words) != first {
                faults.push(format!("{} is {}, {words} is {}", chain[0], label(first), label(of(words))));
            }
        }
    }
    for [one, other] in &case.apart {
        if of(one).is_some() && of(one) == of(other) {
            faults.push(format!("{one} and {other} are both {}", label(of(one))));
        }
    }
    for group in &case.groups {
        let members = of(&group.words).map(|e| chains.entities[e].members.clone()).unwrap_or_default();
        let mut labels: Vec<_> = members.into_iter().map(|m| label(Some(m))).collect();
        let mut wanted = group.members.clone();
        labels.sort();
        wanted.sort();
        if labels != wanted {
            faults.push(format!("{} has {labels:?}", group.words));
        }
    }
    for words in &case.nothing {
        if of(words).is_some() {
            faults.push(format!("{words} is {}", label(of(words))));
        }
    }
    faults
}

#[test]
fn chains_are_those_of_the_cases() {
    let (gazetteer, cues) = (Gazetteer::embedded().unwrap(), Cues::embedded().unwrap());
    let mut wrong = Vec::new();
    for (name, case) in cases::<Case>("coref") {
        let doc = doc(&case.text);
        let mut chains = resolve(&doc, link(&doc, &gazetteer, None), &gazetteer);
        let quotations = cues.quotations(&doc, &chains);
        let direct = quotations.iter().filter(|q| q.kind != QuotationKind::Indirect);
        let speech: Vec<_> =
            direct.flat_map(|q| q.content.iter().filter_map(|c| Some((c.clone(), q.speaker?)))).collect();
        chains.first_person(&doc, &speech);
        let found = faults(&doc, &chains, &case);
        if !found.is_empty() {
            wrong.push(format!("{name}: {}\n  {}", case.text, found.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
