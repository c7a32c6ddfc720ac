//! Every example of every rule file, and how many each class shows.

use entente::extract::Knowledge;
use entente::lexicon::DataFile;
use entente::ontology::Ontology;
use entente::pipeline::Pipeline;

#[test]
fn examples_of_every_rule_file_hold() {
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    let (count, failed) = pipeline.check_examples().expect("the embedded rules load");
    let list: Vec<String> = failed.iter().map(|f| format!("{}: {}\n    {}", f.file, f.text, f.difference)).collect();
    assert!(failed.is_empty(), "{} of {count} examples fail:\n{}", failed.len(), list.join("\n"));
}

#[test]
fn examples_of_every_file_of_relations_hold() {
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    let (count, failed) = pipeline.check_relation_examples().expect("the embedded rules load");
    let list: Vec<String> = failed.iter().map(|f| format!("{}: {}\n    {}", f.file, f.text, f.difference)).collect();
    assert!(failed.is_empty(), "{} of {count} examples fail:\n{}", failed.len(), list.join("\n"));
}

#[test]
fn every_file_of_relations_shows_three_sentences_of_both_kinds() {
    for (path, file) in Knowledge::embedded().and_then(|k| k.relation_files()).expect("the embedded rules load") {
        let (negative, positive): (Vec<_>, Vec<_>) = file.example.iter().partition(|e| e.is_negative());
        assert!(positive.len() >= 3, "{path}: {} examples that give a fact", positive.len());
        assert!(negative.len() >= 3, "{path}: {} examples that must not give one", negative.len());
    }
}

#[test]
fn every_class_shows_three_sentences_of_both_kinds() {
    for (path, file) in Knowledge::embedded().and_then(|k| k.rule_files()).expect("the embedded rules load") {
        let (negative, positive): (Vec<_>, Vec<_>) = file.example.iter().partition(|e| e.is_negative());
        assert!(positive.len() >= 3, "{path}: {} examples that give a fact", positive.len());
        assert!(negative.len() >= 3, "{path}: {} examples that must not give one", negative.len());
    }
}

#[derive(serde::Deserialize)]
struct Mistakes {
    case: Vec<Mistake>,
}

#[derive(serde::Deserialize)]
struct Mistake {
    error: String,
    file: String,
}

#[test]
fn mistakes_in_rule_files_are_named_with_their_place() {
    let text = std::fs::read_to_string("tests/cases/rule_mistakes.toml").expect("the cases are there");
    let mistakes: Mistakes = toml::from_str(&text).expect("the cases are TOML");
    for case in mistakes.case {
        // The first line break of the case belongs to its own file, where the text begins on the second line.
        let file = DataFile::embedded("rules/events/test.toml", &format!("\n{}", case.file));
        let error = Knowledge::embedded().and_then(|k| k.with_events(vec![file])).expect_err(&case.error).to_string();
        assert!(error.starts_with(&case.error), "expected {}\n   found {error}", case.error);
    }
}

#[test]
fn mistakes_in_rules_for_relations_are_named_with_their_place() {
    let text = std::fs::read_to_string("tests/cases/relation_mistakes.toml").expect("the cases are there");
    let mistakes: Mistakes = toml::from_str(&text).expect("the cases are TOML");
    for case in mistakes.case {
        let file = DataFile::embedded("rules/relations/test.toml", &format!("\n{}", case.file));
        let error =
            Knowledge::embedded().and_then(|k| k.with_relations(vec![file])).expect_err(&case.error).to_string();
        assert!(error.starts_with(&case.error), "expected {}\n   found {error}", case.error);
    }
}

#[test]
fn every_class_is_one_of_the_ontology() {
    let ontology = Ontology::load().expect("the ontology loads");
    for (path, file) in Knowledge::embedded().and_then(|k| k.rule_files()).expect("the embedded rules load") {
        let unknown: Vec<&str> = file.classes().filter(|class| ontology.event(class).is_none()).collect();
        assert!(unknown.is_empty(), "{path}: no class of events in ontology/entente.ttl: {unknown:?}");
    }
}

#[test]
fn every_predicate_is_a_relation_of_the_ontology() {
    let ontology = Ontology::load().expect("the ontology loads");
    let knowledge = Knowledge::embedded().expect("the embedded rules load");
    for predicate in knowledge.predicates().iter() {
        let relation = ontology.relation(&predicate.name);
        assert!(relation.is_some_and(|r| r.symmetric == predicate.symmetric), "{}", predicate.name);
    }
}
