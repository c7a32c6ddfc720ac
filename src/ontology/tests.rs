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
    let terms = terms();
    // Properties in which the files themselves are written, such as `en:score`.
    let written_in = terms.0.values().flatten().filter_map(|(p, _)| local(p.as_ref())).chain(["score"]);
    let constants = en::ALL.iter().filter_map(|t| local(*t));
    let known: BTreeSet<&str> = ontology.names().chain(constants).chain(written_in).collect();
    let external: BTreeSet<&str> = iri::all().map(|t| t.as_str()).collect();
    let superclasses: BTreeSet<String> =
        terms.0.values().flatten().filter(|(p, _)| *p == rdfs::SUB_CLASS_OF).map(|(_, o)| o.to_string()).collect();
    let unused: Vec<String> = terms
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
fn terms_that_are_referred_to_exist() {
    let terms = terms();
    let missing: BTreeSet<&str> = terms
        .0
        .values()
        .flatten()
        .flat_map(|(p, o)| [p.as_str(), o.as_str()])
        .filter(|t| [en::NAMESPACE, iri::PLOVER, iri::CAMEO].iter().any(|n| t.starts_with(n)))
        .filter(|t| !terms.0.contains_key(&NamedNode::new_unchecked(*t)))
        .collect();
    assert_eq!(missing, BTreeSet::new());
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

/// The columns of a table by name, row by row.
fn table(text: &str) -> Vec<std::collections::HashMap<&str, &str>> {
    let mut lines = text.lines().map(|l| l.split('\t'));
    let names: Vec<&str> = lines.next().unwrap().collect();
    lines.map(|fields| names.iter().copied().zip(fields).collect()).collect()
}

#[test]
fn the_schemes_say_what_their_tables_say() {
    let plover = (include_str!("../../ontology/tables/plover.tsv"), FILES[1].turtle, "plover", "name");
    let cameo = (include_str!("../../ontology/tables/cameo.tsv"), FILES[2].turtle, "cameo", "code");
    for (rows, turtle, prefix, key) in [plover, cameo] {
        let rows = table(rows);
        let concepts: Vec<&str> = turtle.split("\n\n").filter(|block| block.contains(" a skos:Concept ;")).collect();
        assert_eq!(concepts.len(), rows.len(), "{prefix}");
        for (row, concept) in rows.iter().zip(concepts) {
            assert!(concept.starts_with(&format!("{prefix}:{} a ", row[key])), "{concept}");
            for (column, before) in [
                ("label", "skos:prefLabel \""),
                ("definition", "skos:definition \""),
                ("note", "skos:editorialNote \""),
                ("score", "en:score "),
                ("broader", "skos:broader plover:"),
                ("plover", "skos:broadMatch plover:"),
            ] {
                let value = row.get(column).filter(|v| !v.is_empty());
                let said = value.map(|v| format!("{before}{v}"));
                assert!(said.is_none_or(|s| concept.contains(&s)), "{concept}: {column}");
            }
        }
    }
}

#[test]
fn every_usual_code_is_of_the_usual_type() {
    let terms = terms();
    let broad_match = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#broadMatch");
    let broader = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#broader");
    let mut differing = Vec::new();
    for class in terms.0.keys() {
        let Some(kind) = terms.objects(class.as_ref(), en::USUAL_TYPE).into_iter().next() else { continue };
        for mode in terms.objects(class.as_ref(), en::USUAL_MODE) {
            assert_eq!(terms.objects(mode.as_ref(), broader), std::slice::from_ref(&kind), "{class}");
        }
        for code in terms.objects(class.as_ref(), en::USUAL_CODE) {
            let matched = terms.objects(code.as_ref(), broad_match);
            let types = matched.iter().flat_map(|m| [vec![m.clone()], terms.objects(m.as_ref(), broader)].concat());
            if !matched.is_empty() && !types.into_iter().any(|t| t == kind) {
                differing.push(local(class.as_ref()).unwrap().to_owned());
            }
        }
    }
    differing.sort();
    // CAMEO has one code where PLOVER tells words from deeds, or coercion from assault.
    assert_eq!(differing, ["CeasefireDeclared", "CrowdControl", "Execution", "LiftingOfSanctions", "Resignation"]);
}

#[test]
fn shapes_and_mappings_speak_of_terms_that_exist() {
    let ontology = Ontology::load().unwrap();
    let terms = terms();
    let files = [
        ("shapes.ttl", include_str!("../../ontology/shapes.ttl")),
        ("mappings.ttl", include_str!("../../ontology/mappings.ttl")),
    ];
    for (name, turtle) in files {
        let mut own = 0;
        for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle) {
            let quad = quad.unwrap_or_else(|e| panic!("{name}: {e}"));
            let object = match &quad.object {
                Term::NamedNode(node) => Some(node.clone()),
                _ => None,
            };
            let subject = match &quad.subject {
                NamedOrBlankNode::NamedNode(node) => Some(node.clone()),
                NamedOrBlankNode::BlankNode(_) => None,
            };
            for term in [subject, object].into_iter().flatten().filter(|t| local(t.as_ref()).is_some()) {
                assert!(ontology.has_term(term.as_str()) && terms.0.contains_key(&term), "{name}: {term}");
                own += 1;
            }
        }
        assert!(own > 30, "{name}");
    }
}
