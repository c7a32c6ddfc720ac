//! The files of the ontology against the constants, and what is read from them.

use super::*;
use std::collections::BTreeSet;

fn terms() -> Terms {
    let mut terms = Terms::default();
    for file in FILES {
        terms.read(file).unwrap();
    }
    terms
}

#[test]
fn every_constant_stands_in_the_files() {
    let terms = terms();
    // The terms of RDF Schema and OWL in which the files themselves are written.
    let written_in = [rdfs::DOMAIN, rdfs::RANGE, rdfs::SUB_CLASS_OF, rdfs::SUB_PROPERTY_OF, owl::SYMMETRIC_PROPERTY];
    let missing: Vec<_> = iri::all()
        .filter(|t| !terms.0.contains_key(&t.into_owned()) && !written_in.contains(t))
        .map(|t| t.as_str())
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_term_of_the_files_has_a_use() {
    let ontology = Ontology::load().unwrap();
    let known: BTreeSet<&str> = ontology.names().chain(en::ALL.iter().filter_map(|t| local(*t))).collect();
    let external: BTreeSet<&str> = iri::all().map(|t| t.as_str()).collect();
    let superclasses: BTreeSet<String> =
        terms().0.values().flatten().filter(|(p, _)| *p == rdfs::SUB_CLASS_OF).map(|(_, o)| o.to_string()).collect();
    let unused: Vec<String> = terms()
        .0
        .keys()
        .filter(|t| !t.as_str().starts_with(iri::PLOVER) && !t.as_str().starts_with(iri::CAMEO))
        .filter(|t| !FILES.iter().any(|f| f.graph == t.as_str()))
        .filter(|t| match local(t.as_ref()) {
            Some(name) => !known.contains(name),
            None => !external.contains(t.as_str()) && !superclasses.contains(&t.to_string()),
        })
        .map(|t| t.to_string())
        .collect();
    assert_eq!(unused, [""; 0]);
}

#[test]
fn classes_know_what_is_above_them() {
    let ontology = Ontology::load().unwrap();
    let names = |class: &Class| class.above.iter().filter_map(|t| local(t.as_ref())).collect::<Vec<_>>().join(" ");
    assert_eq!(names(ontology.event("Airstrike").unwrap()), "Attack Violence");
    assert_eq!(names(ontology.entity("Government").unwrap()), "Organization Agent");
    assert_eq!(names(ontology.entity("Country").unwrap()), "Agent Place");
    assert!(ontology.event("Person").is_none() && ontology.entity("Visit").is_none());
}

#[test]
fn shortcuts_reach_the_classes_below() {
    let ontology = Ontology::load().unwrap();
    let events = |name: &str| {
        let shortcut = ontology.shortcuts().iter().find(|s| local(s.property.as_ref()) == Some(name)).unwrap();
        shortcut.events.iter().filter_map(|t| local(t.as_ref())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(events("visited"), "Arrival Visit");
    assert_eq!(events("met"), "Meeting Summit Talks");
    assert!(ontology.shortcuts().iter().all(|s| !s.events.is_empty() && !s.from.is_empty() && !s.to.is_empty()));
}
