//! Articles as they are read: each case in `tests/cases/articles/` is a file, and what the reader tells apart in it.

use entente::article::{Article, Cues, Input, Inputs, Options, Reader};
use serde::Deserialize;
use std::fs;
use std::path::Path;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    article: Vec<Case>,
}

/// A file, and its articles in the order they are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    /// Name of the file, whose ending tells its kind.
    file: String,
    content: String,
    /// The option `--date`.
    date: Option<jiff::civil::Date>,
    #[serde(default)]
    read: Vec<Expected>,
    /// Beginnings of the messages.
    #[serde(default)]
    errors: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    id: Option<String>,
    title: Option<String>,
    published: Option<String>,
    url: Option<String>,
    publisher: Option<String>,
    byline: Option<String>,
    language: Option<String>,
    /// `kind: text` of each block, with line breaks shown as `⏎`.
    blocks: Vec<String>,
}

impl Expected {
    fn of(article: &Article, with_id: bool) -> Self {
        let block = |b: &entente::text::Block| {
            let kind = format!("{:?}", b.kind).to_lowercase();
            format!("{kind}: {}", b.span.of(&article.text).replace("\r\n", "⏎").replace('\n', "⏎"))
        };
        Self {
            id: with_id.then(|| article.id.clone()),
            title: article.title.clone(),
            published: article.published.map(|d| d.to_string()),
            url: article.url.clone(),
            publisher: article.publisher.clone(),
            byline: article.byline.clone(),
            language: article.language.clone(),
            blocks: article.blocks.iter().map(block).collect(),
        }
    }
}

fn check(case: &Case) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(&case.file);
    fs::write(&path, &case.content).expect("a file");
    let cues = Arc::new(Cues::embedded());
    let options = Options { date: case.date, ..Options::default() };
    let inputs = Inputs::new(&[Input::new(&path)], cues.clone());
    let (mut articles, mut errors) = (Vec::new(), Vec::new());
    for read in Reader::new(inputs, options, cues) {
        match read {
            Ok(article) => articles.push(article),
            Err(error) => errors.push(error.to_string()),
        }
    }
    let with_id = |i: usize| case.read.get(i).is_some_and(|e| e.id.is_some());
    let got: Vec<_> = articles.iter().enumerate().map(|(i, a)| Expected::of(a, with_id(i))).collect();
    assert_eq!(got, case.read, "{}", case.about);
    let prefix = format!("{}", path.display());
    let errors: Vec<_> = errors.iter().map(|e| e.strip_prefix(&prefix).unwrap_or(e)).collect();
    assert_eq!(errors.len(), case.errors.len(), "{}: {errors:?}", case.about);
    for (error, start) in errors.iter().zip(&case.errors) {
        assert!(error.starts_with(start), "{}: {error}", case.about);
    }
}

fn check_all(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/articles").join(file);
    let text = fs::read_to_string(&path).expect("a file of cases");
    let cases: Cases = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for case in &cases.article {
        check(case);
    }
}

#[test]
fn plain_text() {
    check_all("text.toml");
}

#[test]
fn wrapped_text() {
    check_all("wrapped.toml");
}

#[test]
fn markdown() {
    check_all("markdown.toml");
}

#[test]
fn records() {
    check_all("records.toml");
}

#[test]
fn bundled_articles_are_whole() {
    let cues = Arc::new(Cues::embedded());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/articles");
    let inputs = Inputs::new(&[Input::new(folder)], cues.clone());
    let articles: Vec<Article> =
        Reader::new(inputs, Options::default(), cues).map(|read| read.expect("an article")).collect();
    assert_eq!(articles.len(), 12);
    for article in articles {
        let words = article.text.split_whitespace().count();
        assert!((150..=400).contains(&words), "{}: {words} words", article.id);
        assert!(article.title.is_some() && article.published.is_some(), "{}", article.id);
        assert_eq!(article.publisher.as_deref(), Some("Entente sample"), "{}", article.id);
        let headlines = article.blocks.iter().filter(|b| b.kind == entente::text::BlockKind::Headline).count();
        let datelines = article.blocks.iter().filter(|b| b.kind == entente::text::BlockKind::Dateline).count();
        assert!(headlines == 1 && datelines >= 1, "{}: {:?}", article.id, article.blocks);
    }
}
