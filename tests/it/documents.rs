//! Every file that a document names is there.

use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn paths_in_documents_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    all_files(root, root, &mut files);
    let documents: Vec<&PathBuf> = files.iter().filter(|f| f.extension().is_some_and(|e| e == "md")).collect();
    assert!(documents.iter().any(|d| d.ends_with("README.md")), "{documents:?}");
    let mut missing = Vec::new();
    for document in documents {
        let text = fs::read_to_string(root.join(document)).expect("a document");
        let folder = document.parent().unwrap_or(Path::new(""));
        let absent = named_paths(&text).into_iter().filter(|path| !exists(path, folder, &files));
        missing.extend(absent.map(|path| format!("{}: `{path}`", document.display())));
    }
    assert!(missing.is_empty(), "named and not there: {missing:#?}");
}

#[test]
fn only_what_looks_like_a_path_is_one() {
    let text = "See `src/lib.rs` and [notes](docs/notes.md#top), `a/b`, `text/turtle`, `data/x/`, [web](https://example.org/a.md).
```
news/today.txt
```
and `data/*.tsv`.";
    assert_eq!(named_paths(text), ["src/lib.rs", "docs/notes.md", "data/x/", "data/*.tsv"]);
}

/// Words in backticks that end as a file or folder does, and targets of links into the repository.
fn named_paths(text: &str) -> Vec<String> {
    let fence = Regex::new(r"(?ms)^```.*?^```").expect("a pattern");
    let text = fence.replace_all(text, "");
    let path = Regex::new(
        r"`([\w.*-]+(?:/[\w.*-]+)*/|[\w.*-]*(?:/[\w.*-]+)*/?[\w*-]+\.(?:rs|toml|md|tsv|ttl|rq|sh|py|jsonl))`|\]\(([^):#\s]+)(?:#[^)]*)?\)",
    )
    .expect("a pattern");
    path.captures_iter(&text).filter_map(|c| c.get(1).or(c.get(2))).map(|m| m.as_str().to_owned()).collect()
}

/// Whether a path is there: from the root, from the document's folder, or as the end of a longer one.
fn exists(path: &str, folder: &Path, files: &[PathBuf]) -> bool {
    let words = regex::escape(path.trim_end_matches('/')).replace(r"\*", "[^/]*");
    let pattern = Regex::new(&format!("^(?:.*/)?{words}(?:/.*)?$")).expect("a pattern");
    let beside = folder.join(path);
    let normal = beside.components().fold(PathBuf::new(), |mut at, part| {
        if part.as_os_str() == ".." {
            at.pop();
        } else {
            at.push(part);
        }
        at
    });
    files.iter().any(|f| pattern.is_match(&f.to_string_lossy()) || f.starts_with(&normal))
}

/// All files of the repository, without what is built or hidden, relative to the root.
fn all_files(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if ["target", ".git", "node_modules"].contains(&name.as_str()) || name.ends_with(".db") {
            continue;
        }
        if path.is_dir() {
            all_files(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).expect("below the root").to_owned());
        }
    }
}
