//! The event between two given parties: what each sentence of `tests/cases/code` is coded as, and the tables behind it.

use crate::analysed::cases;
use crate::command_line::{entente, run};
use entente::article::Parties;
use entente::code::{Coder, Coding};
use entente::extract::{Knowledge, Plover, Polarity, Status, Triggers};
use entente::lexicon::DataFile;
use entente::pipeline::Pipeline;
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// With `<actor>` and `[recipient]`; either may be left out and named beside it.
    text: String,
    actor: Option<String>,
    /// Empty for no event.
    #[serde(rename = "type")]
    kind: String,
    mode: Option<String>,
    cameo: Option<String>,
    status: Option<Status>,
    polarity: Option<Polarity>,
    context: Option<String>,
}

impl Case {
    fn parties(&self) -> Parties {
        let inside = |open, close| Some(self.text.split_once(open)?.1.split_once(close)?.0.to_owned());
        let actor = self.actor.clone().or_else(|| inside('<', '>')).expect("an actor");
        Parties { actor, recipient: inside('[', ']') }
    }

    fn difference(&self, got: &Coding) -> Option<String> {
        let same = got.kind.as_deref().unwrap_or_default() == self.kind
            && self.mode.as_ref().is_none_or(|mode| got.mode.as_ref() == Some(mode))
            && self.cameo.as_ref().is_none_or(|cameo| got.cameo.as_ref() == Some(cameo))
            && self.status.is_none_or(|status| got.status == status)
            && self.polarity.is_none_or(|polarity| got.polarity == polarity)
            && self.context.as_ref().is_none_or(|context| got.contexts.contains(context));
        (!same).then(|| format!("{}\n    expected `{}`, found {got:?}", self.text, self.kind))
    }
}

#[test]
fn sentences_are_coded_as_their_cases_say() {
    let (pipeline, coder) = (Pipeline::embedded().expect("the data"), Coder::embedded().expect("the tables"));
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (place, case) in cases::<Case>("code") {
        *counts.entry(case.kind.clone()).or_default() += 1;
        let text = case.text.replace(['<', '>', '[', ']'], "");
        let coding = coder.code(&pipeline, &text, &case.parties(), None);
        wrong.extend(case.difference(&coding).map(|difference| format!("{place}: {difference}")));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let rare: Vec<_> = counts.iter().filter(|(_, count)| **count < 3).collect();
    assert!(counts.len() == 17 && rare.is_empty(), "types with few cases: {rare:?}, of {}", counts.len());
}

#[test]
fn any_text_has_an_answer() {
    let (pipeline, coder) = (Pipeline::embedded().expect("the data"), Coder::embedded().expect("the tables"));
    for text in ["", " ", "?!", "Kim", "—", "\u{feff}x\n\n\ny", "Xi met Kim.", &"of ".repeat(3000)] {
        for (actor, recipient) in
            [("Xi", Some("Kim")), ("", Some("")), ("nobody", None), ("x", Some("y")), ("of", Some("of"))]
        {
            let parties = Parties { actor: actor.to_owned(), recipient: recipient.map(str::to_owned) };
            let coding = coder.code(&pipeline, text, &parties, None);
            assert!((0.0..=1.0).contains(&coding.confidence), "{text:?}: {coding:?}");
        }
    }
}

#[test]
fn the_lexicon_names_what_plover_has() {
    let coder = Coder::embedded().expect("the tables");
    let plover = Plover::load(&DataFile::embedded("plover.toml", include_str!("../../data/rules/plover.toml")));
    let plover = plover.expect("the names of PLOVER");
    let knowledge = Knowledge::embedded().expect("the rules");
    let triggers = knowledge.triggers();
    assert!(triggers.len() >= 1500, "{} triggers", triggers.len());
    for trigger in triggers.iter() {
        let modes = plover.modes.get(&trigger.kind).unwrap_or_else(|| panic!("{trigger:?}: no such type"));
        assert!(trigger.mode.as_ref().is_none_or(|mode| modes.contains(mode)), "{trigger:?}: no such mode");
        let is_code = |cameo: &String| (3..=4).contains(&cameo.len()) && cameo.bytes().all(|b| b.is_ascii_digit());
        assert!(trigger.cameo.as_ref().is_none_or(is_code), "{trigger:?}: no CAMEO code");
    }
    for context in coder.contexts() {
        assert!(plover.contexts.contains(context), "no context `{context}`");
    }
}

#[test]
fn mistakes_in_the_lexicon_are_named_with_their_place() {
    for (rows, error) in [
        ("", "triggers.tsv:1:1: expected the columns"),
        (
            "phrase\tpos\ttype\tmode\tcameo\nrob\tv\tCOERCE\tseize\t171\nrob\tv\tCOERCE\tseize\t171\n",
            "triggers.tsv:3:1: out of order",
        ),
        ("phrase\tpos\ttype\tmode\tcameo\nrob\tv\tCOERCE\n", "triggers.tsv:2:1: expected five columns"),
        ("phrase\tpos\ttype\tmode\tcameo\nrob\tverb\tCOERCE\t\t\n", "triggers.tsv:2:1: no part of speech: `verb`"),
        (
            "phrase\tpos\ttype\tmode\tcameo\nlift @weight\tv\tCONCEDE\t\t\n",
            "triggers.tsv:2:1: there is no list `weight`",
        ),
    ] {
        let found = Triggers::load(&DataFile::embedded("triggers.tsv", rows), &[]).expect_err(error).to_string();
        assert!(found.starts_with(error), "expected {error}\n   found {found}");
    }
}

#[test]
fn records_are_coded_in_their_order_and_bad_ones_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let records = "{\"id\": 1, \"text\": \"Oslo sent aid to Kyiv.\", \"actor\": \"Oslo\", \"recipient\": \"Kyiv\"}\n\
        {\"id\": 2, \"text\": \"Oslo sent aid to Kyiv.\"}\n\
        not json\n\
        {\"id\": \"c\", \"text\": \"Thousands marched.\", \"actor\": \"Thousands\", \"recipient\": null, \"published\": \"2024-05-01\"}\n";
    std::fs::write(folder.path().join("records.jsonl"), records).expect("a file");
    let run = run(entente(folder.path()).args(["code", "records.jsonl"]));
    let lines: Vec<serde_json::Value> = run.out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "{}", run.out);
    assert_eq!((lines[0]["id"].as_str(), lines[0]["type"].as_str()), (Some("1"), Some("AID")));
    assert_eq!((lines[1]["id"].as_str(), lines[1]["type"].as_str()), (Some("c"), Some("PROTEST")));
    for field in ["mode", "contexts", "cameo", "polarity", "status", "confidence", "rule"] {
        assert!(lines[0].get(field).is_some(), "no `{field}` in {}", lines[0]);
    }
    assert!(run.err.contains("records.jsonl:2: the record has no `actor`"), "{}", run.err);
    assert!(run.err.contains("records.jsonl:3:"), "{}", run.err);
    assert_eq!(run.status, 1);
}
