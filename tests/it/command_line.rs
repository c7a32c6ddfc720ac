//! The program from outside: arguments, output, exit status.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

/// The program, in a folder of its own, without the settings of whoever runs the tests.
pub(crate) fn entente(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
    command.current_dir(folder).env_remove("ENTENTE_STORE").env_remove("NO_COLOR");
    command
}

pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output in UTF-8");
    Run { status: output.status.code().expect("an exit status"), out: text(output.stdout), err: text(output.stderr) }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn help_has_examples_for_every_command() {
    let folder = folder();
    let help = run(entente(folder.path()).arg("--help"));
    assert_eq!(help.status, 0);
    let listed = help.out.split("Commands:").nth(1).and_then(|t| t.split("\n\n").next()).expect("a list of commands");
    // A longer description goes on in lines that are indented further.
    let names = listed.lines().filter_map(|l| l.strip_prefix("  ").filter(|l| !l.starts_with(' ')));
    let commands: Vec<&str> = names.filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").collect();
    assert!(commands.contains(&"extract"), "{commands:?}");
    for command in commands {
        let help = run(entente(folder.path()).args([command, "--help"]));
        assert!(
            help.out.contains("Examples:") && help.out.contains(&format!("entente {command}")),
            "{command}: {}",
            help.out
        );
    }
}

#[test]
fn wrong_usage_has_status_2() {
    let folder = folder();
    for arguments in [
        &["extract"][..],
        &["extract", "--colour", "-"],
        &["extract", "--date", "tomorrow", "-"],
        &["extract", "--encoding", "klingon", "-"],
        &["extract", "--input-format", "pdf", "-"],
        &["translate"],
        &[],
    ] {
        let run = run(entente(folder.path()).args(arguments));
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{arguments:?}: {}", run.err);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn extract_prints_an_object_for_each_article_in_order() {
    let folder = folder();
    std::fs::write(
        folder.path().join("b.jsonl"),
        "{\"id\": 1, \"text\": \"Kim met Xi.\"}\n{\"id\": 2, \"text\": \"Élysée\"}\n",
    )
    .expect("a file");
    let run = run(entente(folder.path()).args(["extract", "b.jsonl", "-"]).write_stdin("Xi left."));
    assert_eq!(run.status, 0, "{}", run.err);
    let articles: Vec<Value> = run.out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let ids: Vec<&str> = articles.iter().filter_map(|a| a["article"]["id"].as_str()).collect();
    assert_eq!(ids, ["1", "2", "<stdin>"]);
    assert_eq!(articles[1]["text"], "Élysée");
    assert_eq!(articles[1]["sentences"][0]["end"], 6, "offsets count code points");
    assert!(run.err.starts_with("3 articles in "), "{}", run.err);
    assert!(!run.err.contains('\u{1b}'), "colours and bars are for terminals: {:?}", run.err);
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let folder = folder();
    let records: String =
        (0..200).map(|i| format!("{{\"id\": {i}, \"text\": \"Envoy {i} met envoy {}.\"}}\n", i + 1)).collect();
    let out = |threads: &str| {
        let mut command = entente(folder.path());
        command.args(["extract", "--input-format", "jsonl", "-j", threads, "-"]).write_stdin(records.clone());
        run(&mut command).out
    };
    let one = out("1");
    assert_eq!(one.lines().count(), 200);
    assert_eq!(one, out("5"));
}

#[test]
fn lookup_knows_names_and_items() {
    let folder = folder();
    let run_lookup = |arguments: &[&str]| run(entente(folder.path()).arg("lookup").args(arguments));
    let found = run_lookup(&["Beijing", "Q148"]);
    assert_eq!(found.status, 0);
    assert!(found.out.contains("wd:Q956") && found.out.contains("China (Country, by name)"), "{}", found.out);
    let found = run_lookup(&["--json", "Beijing"]);
    let first: Value = serde_json::from_str(found.out.lines().next().expect("a line")).expect("JSON");
    assert_eq!((first["wikidata"].as_str(), first["country"].as_str()), (Some("Q956"), Some("CHN")));
    let unknown = run_lookup(&["Nonsenseville"]);
    assert_eq!((unknown.status, unknown.out.as_str()), (1, "Nonsenseville: not known\n"));
}

#[test]
fn parse_prints_a_row_of_ten_cells_for_each_word() {
    let folder = folder();
    let parsed =
        run(entente(folder.path()).args(["parse", "-"]).write_stdin("Envoys\n\nÉlysée officials met Kim in Beijing."));
    assert_eq!(parsed.status, 0, "{}", parsed.err);
    let rows: Vec<Vec<&str>> =
        parsed.out.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 10), "{}", parsed.out);
    assert_eq!(parsed.out.matches("# sent_id").count(), 2, "{}", parsed.out);
    let met = rows.iter().find(|row| row[1] == "met").expect("the verb");
    assert_eq!((met[2], met[6], met[7]), ("meet", "0", "ROOT"));
    assert!(met[9].starts_with("start=25|end=28"), "offsets count code points: {met:?}");
    let kim = rows.iter().find(|row| row[1] == "Kim").expect("the name");
    assert!((kim[6], kim[7]) == (met[0], "dobj") && kim[9].starts_with("NER=B-PERSON"), "{kim:?}");
}

#[test]
fn commands_that_need_a_store_say_where_it_is_not() {
    let folder = folder();
    for arguments in [&["stats"][..], &["query", "-e", "ASK {}"], &["why", "wd:Q1"], &["retract", "a.txt"], &["verify"]]
    {
        let run = run(entente(folder.path()).args(arguments).args(["--store", "no/where.db"]));
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{arguments:?}");
        assert!(run.err.starts_with("error: no store at `no/where.db`"), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn named_questions_are_listed_and_wrong_names_are_told() {
    let folder = folder();
    let list = run(entente(folder.path()).args(["query", "--list"]));
    assert_eq!(list.status, 0);
    let names = list.out.lines().filter(|l| !l.starts_with(' ') && !l.is_empty());
    assert!(names.count() >= 8 && list.out.contains("who-met-whom: "), "{}", list.out);
    let wrong = run(entente(folder.path()).args(["query", "who-ate-whom"]));
    assert_eq!(wrong.status, 2);
    assert!(wrong.err.contains("`who-ate-whom`") && wrong.err.contains("--list"), "{}", wrong.err);
}

#[test]
fn values_of_columns_are_given_with_and_without_the_option() {
    let folder = folder();
    std::fs::write(folder.path().join("a.txt"), "Kim Jong Un visited Beijing.\n").unwrap();
    assert_eq!(run(entente(folder.path()).args(["build", "a.txt", "--store", "s"])).status, 0);
    let rows = |arguments: &[&str]| {
        let run = run(entente(folder.path()).args(["query", "--store", "s", "who-visited-where"]).args(arguments));
        assert_eq!(run.status, 0, "{}", run.err);
        run.out.lines().count() - 1
    };
    for (value, number) in [("who=Kim Jong-un", 2), ("who=Xi Jinping", 0)] {
        assert_eq!((rows(&[value]), rows(&["--bind", value])), (number, number), "{value}");
    }
}

#[test]
fn explain_shows_parse_mentions_events_and_rules() {
    let folder = folder();
    let told =
        run(entente(folder.path()).args(["explain", "--date", "2025-09-04", "Kim arrived in Beijing on Tuesday."]));
    assert_eq!(told.status, 0, "{}", told.err);
    for words in
        ["arrived  arrive", "Q956", "2025-09-02", "Visit, CONSULT-visit", "consult/visit.toml#arrive", "gave an event"]
    {
        assert!(told.out.contains(words), "`{words}` is not in:\n{}", told.out);
    }
    let nothing = run(entente(folder.path()).args(["explain", ""]));
    assert_eq!((nothing.status, nothing.out.matches("  none\n").count()), (0, 6), "{}", nothing.out);
}

#[test]
fn files_for_the_analysis_that_are_not_there_are_named() {
    let folder = folder();
    for option in ["--model", "--data", "--gazetteer"] {
        let run = run(entente(folder.path()).args(["extract", option, "no/where", "-"]));
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{option}");
        assert!(run.err.starts_with("error: ") && run.err.contains("no/where"), "{option}: {}", run.err);
    }
}
