//! The questions with names: each says what it answers, finds it in the fixtures, and finds nothing that nobody asserted.

use crate::instances::{extraction, load};
use crate::store::loaded;
use entente::pipeline::Pipeline;
use entente::store::queries::{NamedQuery, named, query};
use entente::store::{AnswerFormat, QueryAnswer, QueryOptions, Store, parse_binding};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn answer(query: &NamedQuery, bindings: &[&str]) -> String {
    answer_from(&loaded(), query, bindings)
}

fn answer_from(store: &Store, query: &NamedQuery, bindings: &[&str]) -> String {
    let bindings = bindings.iter().map(|b| parse_binding(b).unwrap()).collect();
    let options = QueryOptions { bindings, ..QueryOptions::default() };
    let answer = store.query(query.sparql, &options).unwrap_or_else(|e| panic!("{}: {e}", query.name));
    let mut out = Vec::new();
    answer.write(AnswerFormat::Csv, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn rows(name: &str, bindings: &[&str]) -> Vec<String> {
    answer(&query(name).unwrap(), bindings).lines().skip(1).map(str::to_owned).collect()
}

/// The rows of a question about what is at least as sure.
pub fn surer(name: &str, least: f64) -> Vec<String> {
    let named = query(name).unwrap();
    let sparql = named.of_confidence(least).unwrap_or_else(|| panic!("{name} asks for nothing that is sure"));
    let answer = loaded().query(&sparql, &QueryOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut out = Vec::new();
    answer.write(AnswerFormat::Csv, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn every_question_of_what_is_said_can_ask_for_what_is_sure() {
    for named in named().filter(|q| q.name != "quotations") {
        let all = answer(&named, &[]).lines().count() - 1;
        assert_eq!(surer(named.name, 0.0).len(), all, "{}", named.name);
        let sure = surer(named.name, 1.0).len();
        assert!(sure <= all && (all == 0 || sure < all), "{}: {sure} of {all}", named.name);
    }
    assert_eq!(query("quotations").unwrap().of_confidence(0.5), None);
}

/// That the rows of a question are those that begin so, in this order.
fn check(name: &str, bindings: &[&str], expected: &[&str]) {
    let rows = rows(name, bindings);
    let fits = rows.len() == expected.len() && rows.iter().zip(expected).all(|(row, start)| row.starts_with(start));
    assert!(fits, "{name}:\n{}", rows.join("\n"));
}

#[test]
fn every_file_is_a_question_with_a_name() {
    let files: BTreeSet<String> =
        std::fs::read_dir("queries").unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    let names: Vec<&str> = named().map(|q| q.name).collect();
    assert_eq!(files, names.iter().map(|n| format!("{n}.rq")).collect());
    assert!(names.is_sorted());
}

#[test]
fn every_question_says_what_it_answers() {
    let store = loaded();
    for query in named() {
        for field in [query.title, query.question, query.columns] {
            assert!(!field.is_empty(), "{}", query.name);
        }
        let answer = store.query(query.sparql, &QueryOptions::default()).unwrap();
        let QueryAnswer::Solutions(solutions) = answer else { panic!("{}: no table", query.name) };
        for variable in &solutions.variables {
            let words = query.columns.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(words.into_iter().any(|w| w == variable.as_str()), "{}: {variable}", query.name);
        }
    }
}

#[test]
fn every_question_has_an_answer_soon() {
    let store = loaded();
    for query in named() {
        let start = Instant::now();
        let answer = store.query(query.sparql, &QueryOptions::default()).unwrap();
        assert!(!answer.is_empty() || query.name == "contradictions", "{}", query.name);
        assert!(start.elapsed() < Duration::from_secs(2), "{}: {:?}", query.name, start.elapsed());
    }
}

#[test]
fn meetings_and_visits() {
    check(
        "who-met-whom",
        &["who=Kim Jong Un"],
        &["Kim Jong Un,Moon Jae-in,2018-01-01,,", "Kim Jong Un,Xi Jinping,2025-09-04,Beijing,"],
    );
    check(
        "who-visited-where",
        &[],
        &[
            "Kim Jong Un,Hanoi,2019-01-01,",
            "Xi Jinping,Hanoi,2019-01-01,",
            "Vladimir Putin,North Korea,2024-06-01,",
            "Kim Jong Un,Beijing,2025-09-02,",
            "Kim Jong Un,China,2025-09-02,",
            "Kim Ju Ae,Beijing,2025-09-02,",
            "Kim Ju Ae,China,2025-09-02,",
        ],
    );
}

#[test]
fn what_nobody_asserts_is_apart() {
    check(
        "not-yet-or-not",
        &[],
        &[
            "conditional,Sanctions,Government of South Korea,Government of North Korea,",
            "denied,Aid,Government of North Korea,Russia,",
            "hoped,Meeting,Donald Trump,",
            "hoped,Meeting,Kim Jong Un,",
            "negated,Meeting,Kim Jong Un,",
            "negated,Meeting,Vladimir Putin,",
            "planned,Sanctions,South Korea,North Korea,",
        ],
    );
    check(
        "who-says-what",
        &["status=reported"],
        &[
            "Xi Jinping,,reported,Attack,United States,China,",
            "Xi Jinping,Xinhua News Agency,reported,Pledge,China,North Korea,",
            "Yonhap News Agency,,reported,Departure,Kim Jong Un,,",
        ],
    );
    for name in ["who-met-whom", "conflict-by-countries", "timeline", "sentences", "one-source"] {
        for row in rows(name, &[]) {
            assert!(!row.contains("Trump") && !row.contains("Pledge") && !row.contains("CHN"), "{name}: {row}");
        }
    }
}

#[test]
fn words_and_whose_they_are() {
    check(
        "quotations",
        &[],
        &[
            "Xi Jinping,,,indirect,the United States had attacked China,",
            "Kim Jong Un,,,direct,friendship is unchanging,",
            "Xi Jinping,Xinhua News Agency,Kim Jong Un,indirect,China would support North Korea,",
        ],
    );
}

#[test]
fn conflict_agreements_and_arrests() {
    check(
        "conflict-by-countries",
        &["actor=RUS"],
        &["RUS,UKR,material-conflict,1,-9.3,", "RUS,USA,material-conflict,1,-5.2,"],
    );
    check("agreements", &[], &["North Korea; Russia,AgreementSigned,mutual defence agreement,2024-06-01,"]);
    check(
        "arrests-and-protests",
        &[],
        &[
            "Protest,students,,Hanoi,",
            "Arrest,police,John Smith,Hanoi,2025-03-07,",
            "Arrest,police,John Smith,Beijing,2025-05-09,",
        ],
    );
}

#[test]
fn one_entity_in_time() {
    check(
        "timeline",
        &["entity=Xi Jinping"],
        &[
            "Xi Jinping,2019-01-01,2019-12-31,actor,Visit,Kim Jong Un,Hanoi,",
            "Xi Jinping,2025-09-04,2025-09-04,actor,Meeting,Kim Jong Un,Beijing,",
        ],
    );
}

/// The rows of a question to a store of these articles, each a day of publication and a text.
fn rows_from(articles: &[(&str, &str)], name: &str, bindings: &[&str]) -> Vec<String> {
    let pipeline = Pipeline::embedded().unwrap();
    let numbered = articles.iter().enumerate();
    let articles: Vec<_> = numbered.map(|(i, (day, text))| extraction(&pipeline, &i.to_string(), text, day)).collect();
    let store = load(&articles.iter().collect::<Vec<_>>());
    answer_from(&store, &query(name).unwrap(), bindings).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn articles_that_differ() {
    let articles = [
        ("2024-11-19", "The Taliban killed five people in Kabul on Monday."),
        ("2024-11-20", "The Taliban killed seven people in Kabul on Monday."),
        ("2025-07-02", "Iran criticized the United States on Tuesday."),
        ("2025-07-03", "Iran did not criticize the United States on Tuesday."),
        ("2025-08-06", "Iran did not criticize the United States on Tuesday."),
    ];
    let rows = rows_from(&articles, "contradictions", &[]);
    let starts = [
        "Killing,killed,5,7,0,1,2024-11-18,",
        "Criticism,whether it happened,it happened,it did not happen,2,3,2025-07-01,",
    ];
    assert!(rows.len() == 2 && rows.iter().zip(starts).all(|(row, start)| row.starts_with(start)), "{rows:#?}");
}

#[test]
fn announced_and_done() {
    let articles = [
        ("2025-07-01", "Vladimir Putin plans to visit China. France plans to impose sanctions on Iran."),
        ("2025-09-02", "Vladimir Putin visited China on Monday."),
    ];
    let rows = rows_from(&articles, "announced", &[]);
    assert!(
        rows.iter().any(|r| r.starts_with("Visit,Vladimir Putin,China,planned,2025-07-01,,happened,2025-09-01,")),
        "{rows:#?}"
    );
    assert!(
        rows.iter().any(|r| r.starts_with("Sanctions,France,Iran,planned,2025-07-01,,nothing said,,")),
        "{rows:#?}"
    );
}

#[test]
fn offices_on_a_day() {
    let articles = [("2024-05-10", "German Chancellor Olaf Scholz visited Paris on Thursday.")];
    let on = |day: &str| rows_from(&articles, "office-holders", &[&format!("day={day}")]);
    assert!(on("2024-06-01").iter().any(|row| row.starts_with("Olaf Scholz,")), "{:#?}", on("2024-06-01"));
    assert_eq!(on("2024-05-09"), [""; 0]);
}

#[test]
fn two_countries_month_by_month() {
    let articles = [
        ("2025-07-02", "France condemned Iran on Tuesday."),
        ("2025-07-24", "France imposed sanctions on Iran on Wednesday."),
        ("2025-08-06", "France praised Iran on Tuesday."),
    ];
    let rows = rows_from(&articles, "relations-by-month", &["actor=FRA", "recipient=IRN"]);
    let starts = ["FRA,IRN,2025-07,2,2,0,-", "FRA,IRN,2025-08,1,0,1,"];
    assert!(rows.len() == 2 && rows.iter().zip(starts).all(|(row, start)| row.starts_with(start)), "{rows:#?}");
}
