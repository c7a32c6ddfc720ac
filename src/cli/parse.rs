//! `entente parse`: what the language model sees, in CoNLL-U.

use super::Status;
use super::console::Console;
use super::reading::{Reading, Records};
use crate::article::Article;
use crate::doc::{Doc, Sentence};
use crate::nlp::Model;
use anyhow::Result;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

/// Print the words of articles with tags, lemmas, heads and names, in CoNLL-U
///
/// Labels are those of spaCy's English models: Penn Treebank tags, CLEAR dependencies, OntoNotes names (in the last
/// column, as IOB, with the code points of the word).
#[derive(clap::Args)]
#[command(after_help = "Examples:
  echo 'Kim arrived in Beijing on Tuesday.' | entente parse -
  entente parse news/ > news.conllu
  entente parse --model en_core_web_lg-3.8.0 article.txt")]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    /// Folder of another spaCy model of English, the one that holds config.cfg
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let model = match &arguments.model {
        Some(folder) => Model::from_dir(folder)?,
        None => Model::embedded()?,
    };
    let work = move |article: &Article| {
        let doc = model.analyse(article.text.clone(), &article.blocks);
        conllu(&article.id, &doc)
    };
    let mut out = io::stdout().lock();
    let progress = console.progress(|| None);
    let tally = arguments
        .reading
        .each(Records::Articles, console, &progress, work, |text| Ok(out.write_all(text.as_bytes())?))?;
    drop(progress);
    Ok(tally.status())
}

fn conllu(id: &str, doc: &Doc) -> String {
    let mut text = format!("# newdoc id = {}\n", one_line(id));
    let points = crate::text::CodePoints::new(doc.text());
    for (number, sentence) in doc.sentences().iter().enumerate() {
        let _ = writeln!(text, "# sent_id = {}\n# text = {}", number + 1, one_line(sentence.span.of(doc.text())));
        for token in sentence.tokens.clone() {
            text += &row(doc, sentence, token, &points);
        }
        text.push('\n');
    }
    text
}

/// The ten columns of a word. Its head is counted from 1 inside the sentence, 0 for a root.
fn row(doc: &Doc, sentence: &Sentence, i: usize, points: &crate::text::CodePoints) -> String {
    let token = doc.token(i);
    let head = if token.head == i { 0 } else { token.head - sentence.tokens.start + 1 };
    let cells = [
        (i - sentence.tokens.start + 1).to_string(),
        one_line(doc.word(i)),
        one_line(&token.lemma),
        token.pos.to_string(),
        token.tag.to_string(),
        token.morph.to_string(),
        head.to_string(),
        token.dep.to_string(),
        String::new(),
        remarks(doc, i, points),
    ];
    let cells = cells.map(|cell| if cell.is_empty() { "_".to_owned() } else { cell });
    cells.join("\t") + "\n"
}

fn remarks(doc: &Doc, i: usize, points: &crate::text::CodePoints) -> String {
    let token = doc.token(i);
    let mut remarks = vec![format!("start={}|end={}", points.at(token.span.start), points.at(token.span.end))];
    if let Some(name) = doc.name_at(i) {
        let place = if name.tokens.start == i { 'B' } else { 'I' };
        remarks.insert(0, format!("NER={place}-{}", name.kind));
    }
    if !token.space {
        remarks.push("SpaceAfter=No".to_owned());
    }
    remarks.join("|")
}

/// White space that would end a cell or line, as spaces.
fn one_line(text: &str) -> String {
    text.replace(['\t', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], " ")
}
