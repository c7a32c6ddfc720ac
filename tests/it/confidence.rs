//! How sure statements are: tables that stay in order, numbers that can be told apart, and what is left out when asked.

use crate::queries::surer;
use entente::pipeline::Pipeline;
use std::fs;

const TABLES: [&str; 4] = ["events", "links", "references", "relations"];

#[test]
fn tables_are_sorted_and_say_something() {
    for table in TABLES {
        let text = fs::read_to_string(format!("data/confidence/{table}.tsv")).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("feature\tweight"), "{table}");
        assert!(lines.next().is_some_and(|l| l.starts_with("bias\t")), "{table}");
        let rest: Vec<&str> = lines.collect();
        assert!(rest.is_sorted() && rest.len() > 20, "{table}: {} rows", rest.len());
        assert!(rest.iter().all(|row| row.contains('=') && !row.ends_with("\t0.00")), "{table}");
    }
}

/// The confidence of the first event of a text.
fn of_event(pipeline: &Pipeline, text: &str) -> f32 {
    let extraction = pipeline.extract_text(text, Some("2025-09-05"));
    extraction.events.first().unwrap_or_else(|| panic!("no event: {text}")).confidence
}

#[test]
fn plain_words_are_surer_than_a_long_way_through_the_tree() {
    let pipeline = Pipeline::embedded().unwrap();
    let plain = of_event(&pipeline, "France condemned Russia.");
    let winding = "The mediator who had worked for years with both sides, and whom nobody had expected to stay, met, after a visit to \
                   which the press was not invited and of which little is known, with an envoy whose name was not given.";
    let sure =
        pipeline.extract_text(winding, Some("2025-09-05")).events.iter().map(|e| e.confidence).fold(1.0, f32::min);
    assert!(plain > 0.8 && plain <= 1.0 && sure < plain, "{plain} {sure}");
    assert_eq!(plain, of_event(&pipeline, "France condemned Russia."), "the same words give the same number");
}

#[test]
fn what_is_less_sure_can_be_left_out() {
    let pipeline = Pipeline::embedded().unwrap();
    let text = fs::read_to_string("data/articles/2018-06-12-singapore-summit.txt").unwrap();
    let all = pipeline.extract_text(&text, Some("2018-06-12"));
    let mut levels: Vec<f32> = all.events.iter().map(|e| e.confidence).collect();
    levels.sort_by(f32::total_cmp);
    let middle = levels[levels.len() / 2];
    let sure = all.clone().at_least(f64::from(middle));
    let expected: Vec<_> = all.events.iter().filter(|e| e.confidence >= middle).cloned().collect();
    assert!(!expected.is_empty() && expected.len() < all.events.len());
    assert_eq!(sure.events, expected);
    assert_eq!(sure.entities, all.entities);
    assert_eq!(all.clone().at_least(0.0), all);
}

#[test]
fn a_question_counts_what_is_sure() {
    let (some, none) = (surer("who-met-whom", 0.0), surer("who-met-whom", 1.0));
    assert!(!some.is_empty());
    assert!(none.len() < some.len() && none.iter().all(|row| some.contains(row)), "{none:#?}");
}

#[cfg(feature = "disk")]
mod disk {
    use super::super::command_line::{entente, run};

    #[test]
    fn builds_can_be_small_and_sure() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("a.txt"),
            "Xi Jinping met Kim Jong Un in Beijing.\n\nFrance sanctioned Russia.\n",
        )
        .unwrap();
        let build = |store: &str, options: &[&str]| {
            let arguments = [&["build", "a.txt", "--store", store], options].concat();
            let done = run(entente(folder.path()).args(arguments));
            assert_eq!(done.status, 0, "{}", done.err);
        };
        let count = |store: &str, pattern: &str| -> usize {
            let query = format!("SELECT (COUNT(*) AS ?n) {{ {pattern} }}");
            let asked = run(entente(folder.path()).args(["query", "--store", store, "-e", &query]));
            asked.out.lines().nth(1).and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{}", asked.err))
        };
        let (named, quads) = ("GRAPH ?g { ?s en:mention ?w }", "GRAPH ?g { ?g a schema:NewsArticle . ?s ?p ?o }");
        build("full.db", &[]);
        build("small.db", &["--no-mentions"]);
        build("sure.db", &["--min-confidence", "1"]);
        assert!(count("full.db", named) > 2 && count("small.db", named) == 0);
        assert!(count("small.db", quads) < count("full.db", quads));
        assert_eq!(count("small.db", "?a en:met ?b"), 2);
        assert_eq!(count("sure.db", "?a en:met ?b"), 0, "nothing is certain");
        for store in ["full.db", "small.db", "sure.db"] {
            let verified = run(entente(folder.path()).args(["verify", "--store", store]));
            assert_eq!(verified.status, 0, "{store}: {}", verified.out);
        }
        let why = |least: &str| {
            let asked = ["why", "--store", "full.db", "wd:Q15031", "--min-confidence", least];
            run(entente(folder.path()).args(asked)).out.matches("found by").count()
        };
        assert!(why("0") > 0 && why("1") == 0);
        let met = ["query", "--store", "full.db", "who-met-whom", "--min-confidence"];
        let asked = |least: &str| run(entente(folder.path()).args(met).arg(least));
        assert!(asked("0.3").out.lines().count() > 1 && asked("1").out.lines().count() == 1);
        assert_eq!(asked("2").status, 2);
        let quotations = ["query", "--store", "full.db", "quotations", "--min-confidence", "0.5"];
        assert_eq!(run(entente(folder.path()).args(quotations)).status, 2, "quotations have no confidence");
    }
}
