//! The language model against what spaCy makes of the same texts, as recorded in `tests/cases/nlp`.

use entente::doc::Doc;
use entente::nlp::{Model, Raw, RawToken};
use entente::text::{Block, BlockKind, Span};
use std::fmt::Write;
use std::sync::Arc;

#[test]
fn sentences_are_analysed_as_by_spacy() {
    let recorded = recorded(include_str!("../cases/nlp/sentences.tsv"));
    let texts: Vec<&str> = recorded.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, include_str!("../cases/nlp/sentences.txt").lines().collect::<Vec<_>>());
    assert!(texts.len() >= 300);
    check(&recorded);
}

#[test]
fn hostile_strings_are_analysed_as_by_spacy() {
    let recorded = recorded(include_str!("../cases/nlp/hostile.tsv"));
    let texts: Vec<&str> = recorded.iter().map(|(text, _)| text.as_str()).collect();
    let hostile = include_str!("../cases/nlp/hostile.jsonl").lines();
    assert_eq!(texts, hostile.map(|line| serde_json::from_str::<String>(line).unwrap()).collect::<Vec<_>>());
    check(&recorded);
}

#[test]
fn threads_share_a_model() {
    let model = Model::embedded().unwrap();
    let texts: Vec<Arc<str>> = include_str!("../cases/nlp/sentences.txt").lines().map(Arc::from).collect();
    let alone: Vec<String> = texts.iter().map(|text| printed(&doc(&model, text))).collect();
    std::thread::scope(|scope| {
        for first in 0..4 {
            let (model, texts, alone) = (&model, &texts, &alone);
            scope.spawn(move || {
                for i in (0..texts.len()).map(|i| (i + 80 * first) % texts.len()) {
                    assert_eq!(printed(&doc(model, &texts[i])), alone[i]);
                }
            });
        }
    });
}

#[test]
fn a_directory_without_a_model_is_named() {
    let error = Model::from_dir("tests/cases/nlp").unwrap_err().to_string();
    assert!(error.starts_with("cannot read `tests/cases/nlp/tok2vec/model`: "), "{error}");
}

fn doc(model: &Model, text: &Arc<str>) -> Doc {
    model.analyse(text.clone(), &[Block { span: Span::new(0, text.len()), kind: BlockKind::Body }])
}

fn printed(doc: &Doc) -> String {
    format!("{:?} {:?} {:?}", doc.tokens(), doc.sentences(), doc.names())
}

/// Texts, and the lines that describe their tokens.
fn recorded(file: &str) -> Vec<(String, String)> {
    let block = |block: &str| {
        let (text, tokens) = block.split_once('\n').unwrap_or((block, ""));
        (serde_json::from_str(text).unwrap(), tokens.trim_end_matches('\n').to_owned())
    };
    file.split("\n\n").map(block).collect()
}

fn check(recorded: &[(String, String)]) {
    let model = Model::embedded().unwrap();
    let mut differences = String::new();
    for (text, expected) in recorded {
        let found = lines(&model.analyse_raw(text));
        if found != *expected {
            writeln!(differences, "{text:?}\nfound:\n{found}\nexpected:\n{expected}\n").unwrap();
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// An analysis in the form of the recorded ones.
fn lines(raw: &Raw) -> String {
    let mut names = vec!["O".to_owned(); raw.tokens.len()];
    for name in &raw.ents {
        names[name.start..name.end].fill(format!("I-{}", name.label));
        names[name.start] = format!("B-{}", name.label);
    }
    let line = |(token, name): (&RawToken, &String)| {
        let (text, lemma) = (inner_json(&token.text), inner_json(&token.lemma));
        let (ws, start) = (u8::from(token.ws), u8::from(token.sent_start));
        let (tag, pos, morph, head, dep) = (inner_json(token.tag), token.pos, &token.morph, token.head, token.dep);
        format!("{text}\t{ws}\t{tag}\t{pos}\t{morph}\t{lemma}\t{head}\t{dep}\t{start}\t{name}")
    };
    raw.tokens.iter().zip(&names).map(line).collect::<Vec<_>>().join("\n")
}

/// A text as it stands between the quotes of a JSON string.
fn inner_json(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap();
    json[1..json.len() - 1].to_owned()
}
