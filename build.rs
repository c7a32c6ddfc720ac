//! Lists the tables of `data/lexicon` and `data/rules`, so that a new rule is a new file and nothing else, and says by a hash
//! which tables the program has. Takes over the scripts that `web/` has been bundled to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let top = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = top.join("data");
    let mut files = Vec::new();
    for folder in ["lexicon", "rules"] {
        println!("cargo::rerun-if-changed=data/{folder}");
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let mut list = String::from(
        "/// Path below `data/` and text of every rule file and word list.\npub(crate) const RULE_FILES: &[(&str, &str)] = &[\n",
    );
    for file in files {
        let name = file.strip_prefix(&root).expect("below data").to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, include_str!({:?})),", file.to_string_lossy()).expect("a string takes it");
    }
    list.push_str("];\n");
    println!("cargo::rustc-env=ENTENTE_DATA={:08x}", tables(&root));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    editor(&top, &out);
    std::fs::write(out.join("rule_files.rs"), list).expect("the build folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of rules can be read") {
        let path = entry.expect("the folder of rules can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
            files.push(path);
        }
    }
}

/// FNV-1a of all tables below a folder.
fn tables(root: &Path) -> u32 {
    let mut files = Vec::new();
    for folder in ["confidence", "gazetteer", "instances", "lexicon", "rules", "times"] {
        println!("cargo::rerun-if-changed=data/{folder}");
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let bytes = files.iter().flat_map(|file| std::fs::read(file).expect("a table can be read"));
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Puts the bundle of the editor where the program can embed it; an empty file if nobody has made it with `web/`.
fn editor(top: &Path, out: &Path) {
    println!("cargo::rerun-if-changed=web/dist");
    let bundle = std::fs::read(top.join("web/dist/editor.js")).unwrap_or_default();
    std::fs::write(out.join("editor.js"), bundle).expect("the build folder can be written");
}
