//! The tables of the gazetteer are in their canonical form, and identifiers obey the rule of verification.

use entente::link::{EntityType, Gazetteer};
use regex::Regex;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tables() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["data/gazetteer", "tools/gazetteer"]
        .iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "tsv"))
        .collect();
    found.sort();
    found
}

/// Rows of a table as maps from column to field.
fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    let text = fs::read_to_string(path).expect("a table");
    let header: Vec<&str> = text.lines().next().expect("a header").split('\t').collect();
    let row = |line: &str| {
        let fields = line.split('\t').map(str::to_owned);
        header.iter().map(|c| (*c).to_owned()).zip(fields).collect()
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn tables_are_sorted_unique_and_even() {
    let all = tables();
    assert!(all.len() > 12, "{all:?}");
    for path in all {
        let text = fs::read_to_string(&path).expect("a table");
        assert!(text.ends_with('\n') && !text.contains('\r'), "{}", path.display());
        let lines: Vec<&str> = text.lines().collect();
        let width = lines[0].split('\t').count();
        for (i, pair) in lines[1..].windows(2).enumerate() {
            assert!(pair[0] < pair[1], "{}:{}: out of order or twice: {}", path.display(), i + 3, pair[1]);
        }
        for (i, line) in lines.iter().enumerate() {
            assert_eq!(line.split('\t').count(), width, "{}:{}", path.display(), i + 1);
        }
    }
}

#[test]
fn one_item_is_one_entity_of_one_kind() {
    let mut seen: HashMap<String, String> = HashMap::new();
    let item = Regex::new(r"^Q[1-9]\d*$").expect("a pattern");
    let mut count = 0;
    for path in tables() {
        for row in rows(&path) {
            let (Some(qid), Some(name)) = (row.get("wikidata"), row.get("name")) else { continue };
            let status = row.get("status").map(String::as_str).unwrap_or_default();
            assert_eq!(qid.is_empty(), status.is_empty(), "{}: {name}: `{status}`", path.display());
            if qid.is_empty() {
                continue;
            }
            assert!(item.is_match(qid), "{name}: {qid}");
            assert!(["verified", "single"].contains(&status), "{name}: {status}");
            let here = format!("{}: {name}", path.display());
            if let Some(there) = seen.insert(qid.clone(), here.clone()) {
                panic!("{qid} is both {there} and {here}");
            }
            count += 1;
        }
    }
    assert!(count > 10_000, "{count}");
}

#[test]
fn no_item_is_written_in_code() {
    let item = Regex::new(r#"["'`]Q[1-9]\d{1,}["'`]"#).expect("a pattern");
    let mut files = vec![root().join("tools/build_gazetteer.py")];
    for folder in ["src/link", "src/coref"] {
        files.extend(fs::read_dir(root().join(folder)).expect("a folder").map(|e| e.expect("an entry").path()));
    }
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        // Documentation may show what an item looks like.
        let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        assert!(!item.is_match(&code), "{}", file.display());
    }
}

#[test]
fn well_known_names_have_their_items() {
    let gazetteer = Gazetteer::embedded().expect("the tables");
    let cases = rows(&root().join("tests/cases/gazetteer/items.tsv"));
    assert!(cases.len() > 200, "{}", cases.len());
    for case in cases {
        let (name, kind, qid, holds) = (&case["name"], &case["kind"], &case["wikidata"], &case["holds"]);
        let kind = EntityType::from_name(kind).expect("a kind");
        let found =
            gazetteer.lookup(name).iter().any(|c| c.entry.kind() == kind && c.entry.wikidata() == Some(qid.as_str()));
        assert_eq!(found, holds == "yes", "{name}: {qid}");
    }
}

#[test]
fn capitals_are_cities_of_their_country() {
    let gazetteer = Gazetteer::embedded().expect("the tables");
    let mut known = 0;
    for row in rows(&root().join("data/gazetteer/states.tsv")) {
        let Ok(id) = row["capital_geonames"].parse::<u64>() else { continue };
        let country = &row["country"];
        let found = gazetteer
            .lookup(&row["capital"])
            .iter()
            .any(|c| c.entry.geonames() == Some(id) && c.entry.country() == Some(country));
        known += found as usize;
    }
    assert!(known >= 190, "{known}");
}

#[test]
fn case_tells_acronyms_from_words() {
    let gazetteer = Gazetteer::embedded().expect("the tables");
    for (name, known) in [("US", true), ("us", false), ("U.S.", true), ("Us", false), ("WHO", true), ("Who", false)] {
        let found = gazetteer.lookup(name).iter().any(|c| c.entry.weight() > 1.0 || c.entry.population() > 1e6);
        assert_eq!(found, known, "{name}");
    }
}

#[test]
fn a_table_of_the_user_adds_and_replaces() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.tsv");
    let mut gazetteer = Gazetteer::embedded().expect("the tables");
    let china = gazetteer.entry(gazetteer.country("CHN").expect("China")).wikidata().expect("an item").to_owned();
    fs::write(
        &file,
        format!("kind\tname\twikidata\tcountry\nCountry\tCathay\t{china}\tCHN\nPerson\tAda Mbeki-Lund\t\tNOR\n"),
    )
    .expect("written");
    gazetteer.add_file(&file).expect("loaded");
    assert_eq!(gazetteer.lookup("Ada Mbeki-Lund")[0].entry.country(), Some("NOR"));
    assert_eq!(gazetteer.lookup("Cathay")[0].entry.wikidata(), Some(china.as_str()));
    assert!(gazetteer.lookup("China").iter().all(|c| c.entry.wikidata() != Some(china.as_str())));
    fs::write(&file, "kind\tname\nPerson\tA\nPerson\n").expect("written");
    let error = gazetteer.add_file(&file).expect_err("a short row").to_string();
    assert!(error.ends_with("mine.tsv:3: 1 fields, expected 2"), "{error}");
}
