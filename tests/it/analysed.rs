//! Texts as the embedded model reads them, for tests of what is built on it; and tables of cases read from files.

use entente::doc::Doc;
use entente::nlp::{Model, mended};
use entente::text::{Block, BlockKind, Span};
use std::sync::LazyLock;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::embedded().unwrap());

/// Analyses a text in which every line is a block; one behind `# ` is a headline.
pub fn doc(text: &str) -> Doc {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (mark, kind) = if line.starts_with("# ") { (2, BlockKind::Headline) } else { (0, BlockKind::Body) };
        let span = Span::new(start + mark, start + line.trim_end().len().max(mark));
        if !span.is_empty() {
            blocks.push(Block { span, kind });
        }
        start += line.len();
    }
    mended(MODEL.analyse(text.into(), &blocks))
}

/// The cases of every TOML file in a folder below `tests/cases`, each with the file it is from and its number there.
pub fn cases<T: serde::de::DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    #[derive(serde::Deserialize)]
    struct File<T> {
        case: Vec<T>,
    }
    let folder = format!("{}/tests/cases/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file: File<T> =
            toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
        cases.extend(file.case.into_iter().enumerate().map(|(i, case)| (format!("{name}, case {}", i + 1), case)));
    }
    assert!(!cases.is_empty(), "no cases in {folder}");
    cases
}
