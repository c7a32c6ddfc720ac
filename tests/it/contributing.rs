//! What `CONTRIBUTING.md` says of a new event class: the file on that page, put where the page says, finds the event in the
//! sentence on that page.

use entente::pipeline::Pipeline;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../CONTRIBUTING.md");

/// The words between two others, the first time that they stand on the page.
fn between(open: &str, close: &str) -> &'static str {
    let rest = PAGE.split_once(open).unwrap_or_else(|| panic!("no {open:?} on the page")).1;
    rest.split_once(close).expect("the page goes on").0
}

/// A copy of what `--data` takes, with the file of the page.
fn data_with_new_class() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["lexicon", "rules", "times"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(part), &folder.path().join(part));
    }
    let path = folder.path().join(between("here one in `data/", "`")).join("wreath.toml");
    std::fs::write(path, between("```toml\n", "```")).expect("the place for the file is there");
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file");
        }
    }
}

#[test]
fn the_new_class_of_the_page_is_found() {
    let (sentence, class) = (between("--data data \"", "\""), between("class = \"", "\""));
    let found = |pipeline: &Pipeline| {
        let got = pipeline.extract_text(sentence, None);
        got.events.iter().any(|e| e.class == class && !e.actor.is_empty() && e.place.is_some())
    };
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    assert!(!found(&pipeline), "the program knows `{class}` already");
    let folder = data_with_new_class();
    let pipeline = pipeline.with_rules(folder.path()).expect("the data of the page loads");
    assert!(found(&pipeline), "no `{class}` in: {sentence}");
    let (_, failed) = pipeline.check_examples().expect("the rules load");
    let list: Vec<String> = failed.iter().map(|f| format!("{}: {}", f.text, f.difference)).collect();
    assert!(failed.is_empty(), "{}", list.join("\n"));
}

#[test]
fn cues_of_speech_are_taken_from_the_same_folder() {
    let folder = data_with_new_class();
    let cues = folder.path().join("rules/attribution/say.toml");
    let text = std::fs::read_to_string(&cues).expect("the cues are there");
    let cue = "\n[[cue]]\nverbs = [\"bellow\"]\nframes = [\"that\"]\nstance = \"reports\"\n";
    std::fs::write(&cues, text + cue).expect("the cues can be written");
    let quoted = |pipeline: &Pipeline| {
        let got = pipeline.extract_text("Angela Merkel bellowed that it was raining.", None);
        got.quotations.len()
    };
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    assert_eq!(quoted(&pipeline), 0);
    assert_eq!(quoted(&pipeline.with_rules(folder.path()).expect("the data loads")), 1);
}
