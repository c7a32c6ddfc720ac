//! The modules of the library are layers: each uses only those it may.

use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those it may use, `text` apart, which all may. The order is that of `src/lib.rs`.
const LAYERS: [(&str, &[&str]); 20] = [
    ("text", &[]),
    ("article", &[]),
    ("doc", &[]),
    ("ontology", &[]),
    ("lexicon", &[]),
    ("nlp", &["doc", "lexicon"]),
    ("times", &["doc", "lexicon"]),
    ("link", &["doc", "lexicon"]),
    ("coref", &["doc", "lexicon", "link"]),
    ("extract", &["doc", "lexicon", "times", "link", "coref", "ontology"]),
    ("graph", &["article", "doc", "ontology", "lexicon", "nlp", "times", "link", "coref", "extract"]),
    ("pipeline", &["article", "doc", "ontology", "lexicon", "nlp", "times", "link", "coref", "extract", "graph"]),
    ("code", &["article", "doc", "lexicon", "extract", "pipeline"]),
    ("store", &["graph", "ontology"]),
    ("search", &["store", "ontology"]),
    ("export", &["store", "ontology"]),
    ("serve", &["link", "extract", "store", "search", "export", "ontology"]),
    ("refresh", &["link"]),
    (
        "cli",
        &[
            "article", "doc", "ontology", "lexicon", "nlp", "times", "link", "coref", "extract", "graph", "pipeline",
            "code", "store", "search", "export", "serve", "refresh",
        ],
    ),
    ("main", &["cli"]),
];

#[test]
fn modules_use_only_the_layers_they_may() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    assert!(files.len() > LAYERS.len(), "found {} files under {}", files.len(), source.display());
    let mut wrong = Vec::new();
    for file in files {
        let place = file.strip_prefix(&source).expect("below the source").to_owned();
        let module = place.iter().next().and_then(|m| m.to_str()).expect("a name").trim_end_matches(".rs").to_owned();
        if module == "lib" {
            continue;
        }
        let (_, may) =
            LAYERS.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("`{module}` is in no layer"));
        let text = fs::read_to_string(&file).expect("a source file");
        let uses = used_modules(&text, place.ends_with("mod.rs") || place.iter().count() == 1);
        let strange = uses.iter().filter(|u| **u != module && **u != "text" && !may.contains(&u.as_str()));
        wrong.extend(strange.map(|u| format!("src/{} uses `{u}`", place.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn layers_are_declared_in_their_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("src/lib.rs");
    let declared: Vec<&str> =
        text.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|m| m.trim_end_matches(';')).collect();
    let declared_at = |name: &str| declared.iter().position(|m| *m == name);
    assert_eq!(declared.len(), LAYERS.len() - 1, "{declared:?}");
    for (name, may) in &LAYERS[..LAYERS.len() - 1] {
        let at = declared_at(name).unwrap_or_else(|| panic!("`{name}` is not declared"));
        for used in *may {
            assert!(declared_at(used).is_some_and(|u| u < at), "`{used}` is declared after `{name}`, which uses it");
        }
    }
}

#[test]
fn uses_are_seen_in_all_their_forms() {
    let text = "use crate::doc::{Doc, Token};\nuse crate::{times, link::Entity};\n// crate::cli\nlet x = crate::graph::quads();\nuse super::store::Store;";
    let names = |uses: BTreeSet<String>| uses.into_iter().collect::<Vec<_>>();
    assert_eq!(names(used_modules(text, false)), ["doc", "graph", "link", "times"]);
    assert_eq!(names(used_modules(text, true)), ["doc", "graph", "link", "store", "times"]);
}

/// Names after `crate::`, also in braces; after `super::` too in a file whose parent module is the crate.
fn used_modules(text: &str, below_root: bool) -> BTreeSet<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
    let root = if below_root { "(?:crate|super)" } else { "crate" };
    let single = Regex::new(&format!(r"\b{root}::([a-z_]+)")).expect("a pattern");
    let group = Regex::new(&format!(r"\b{root}::\{{([^;]*)\}}")).expect("a pattern");
    let inner = Regex::new(r"(?:^|,)\s*([a-z_]+)\b").expect("a pattern");
    let mut found: BTreeSet<String> = single.captures_iter(&code).map(|c| c[1].to_owned()).collect();
    for braces in group.captures_iter(&code) {
        let outermost = without_inner_braces(&braces[1]);
        found.extend(inner.captures_iter(&outermost).map(|c| c[1].to_owned()));
    }
    // A file with modules inside it, such as its tests, says `super` for itself.
    found.retain(|name| LAYERS.iter().any(|(layer, _)| layer == name));
    found
}

fn without_inner_braces(text: &str) -> String {
    let mut depth = 0;
    let keep = |c: &char| {
        depth += i32::from(*c == '{');
        let kept = depth == 0;
        depth -= i32::from(*c == '}');
        kept
    };
    text.chars().filter(keep).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}
