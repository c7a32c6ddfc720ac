//! Exports: read back, they are what the store holds.

use crate::graph::{mapper, news};
use entente::export::{ExportError, ExportFormat, Scope, export, export_annotated};
use entente::store::{Store, is_article, short_iri};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term, TermRef, Triple};
use sophia::api::quad::Spog;
use sophia::isomorphism::isomorphic_datasets;
use sophia::xml::model::Trusted;
use std::collections::{HashMap, HashSet};

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    for extraction in news() {
        store.replace_article(&extraction).unwrap();
    }
    // Characters that formats quote, each in its way.
    let mut odd = news().remove(1);
    odd.article.id = "odd \"<{\\'é北 #?:@~".into();
    odd.article.title = Some("\"quotes\" \\ back\u{7} tab\t line\nend\r 'x' \"\"\" é 北京 🙂 <b>&amp;</b>".into());
    odd.relations.push(entente::extract::RelationInfo {
        subject: "e0".into(),
        predicate: "1 odd predicate/ü".into(),
        value: Some("].;,".into()),
        ..Default::default()
    });
    store.replace_article(&odd).unwrap();
    store
}

fn written(store: &Store, format: ExportFormat, scope: &Scope) -> String {
    let mut out = Vec::new();
    let count = export(store, format, scope, &mut out).unwrap();
    assert!(count > 0);
    String::from_utf8(out).unwrap()
}

fn read(text: &str, format: RdfFormat) -> Vec<Quad> {
    RdfParser::from_format(format).for_slice(text.as_bytes()).collect::<Result<_, _>>().unwrap()
}

fn rdf_format(format: ExportFormat) -> RdfFormat {
    match format {
        ExportFormat::NQuads => RdfFormat::NQuads,
        ExportFormat::TriG => RdfFormat::TriG,
        ExportFormat::Turtle => RdfFormat::Turtle,
        ExportFormat::NTriples => RdfFormat::NTriples,
        ExportFormat::RdfXml => RdfFormat::RdfXml,
        ExportFormat::JsonLd => RdfFormat::JsonLd { profile: Default::default() },
    }
}

/// What the store holds, apart from the vocabularies and itself.
fn held(store: &Store, is_wanted: impl Fn(&GraphName) -> bool) -> Vec<Quad> {
    store.quads().map(Result::unwrap).filter(|q| is_wanted(&q.graph_name)).collect()
}

fn isomorphic(left: &[Quad], right: &[Quad]) -> bool {
    fn dataset(quads: &[Quad]) -> Vec<Spog<Trusted<TermRef<'_>>>> {
        quads
            .iter()
            .map(|q| {
                let spo = [q.subject.as_ref().into(), q.predicate.as_ref().into(), q.object.as_ref()].map(Trusted);
                let graph = match &q.graph_name {
                    GraphName::NamedNode(node) => Some(Trusted(TermRef::from(node.as_ref()))),
                    _ => None,
                };
                (spo, graph)
            })
            .collect()
    }
    left.len() == right.len() && isomorphic_datasets(&dataset(left), &dataset(right)).unwrap()
}

#[test]
fn every_format_reads_back_as_what_the_store_holds() {
    let store = store();
    let all = held(&store, |g| matches!(g, GraphName::NamedNode(n) if is_article(n.as_ref())) || g.is_default_graph());
    let record = held(&store, GraphName::is_default_graph);
    for format in ExportFormat::ALL {
        let scope = Scope::of(format);
        let back = read(&written(&store, format, &scope), rdf_format(format));
        let expected = if format.holds_graphs() { &all } else { &record };
        assert!(isomorphic(&back, expected), "{}: {} quads, not {}", format.as_str(), back.len(), expected.len());
    }
}

#[test]
fn one_article_can_be_written_in_every_format() {
    let store = store();
    for article in store.articles().unwrap() {
        let expected = store.graph(&article.clone().into()).map(Result::unwrap).collect::<Vec<_>>();
        for format in ExportFormat::ALL {
            let mut back = read(&written(&store, format, &Scope::Article(article.clone())), rdf_format(format));
            if !format.holds_graphs() {
                back.iter_mut().for_each(|q| q.graph_name = article.clone().into());
            }
            assert!(isomorphic(&back, &expected), "{} of {article}", format.as_str());
        }
    }
}

#[test]
fn vocabularies_can_be_written() {
    let store = store();
    let back = read(&written(&store, ExportFormat::TriG, &Scope::Vocabulary), RdfFormat::TriG);
    assert!(
        back.iter().any(|q| q.object
            == Term::from(oxigraph::model::Literal::new_language_tagged_literal_unchecked("visited", "en")))
    );
    assert!(back.iter().all(|q| q.graph_name.to_string().contains("w3id.org/entente/")));
}

#[test]
fn nquads_are_canonical() {
    let (store, mut other) = (store(), news());
    let text = written(&store, ExportFormat::NQuads, &Scope::All);
    let mut sorted: Vec<&str> = text.lines().collect();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(text, sorted.join("\n") + "\n");
    let mut dataset = oxigraph::model::Dataset::new();
    dataset.extend(read(&text, RdfFormat::NQuads).iter());
    assert_eq!(dataset.len(), text.lines().count());
    // The same content, loaded in another order, is the same text.
    let again = Store::in_memory().unwrap();
    other.reverse();
    other.iter().for_each(|x| again.replace_article(x).unwrap());
    let odd = mapper().names().article("odd \"<{\\'é北 #?:@~");
    store.remove_article("odd \"<{\\'é北 #?:@~").unwrap();
    assert!(!store.articles().unwrap().contains(&odd));
    for format in ExportFormat::ALL {
        let scope = Scope::of(format);
        assert_eq!(written(&store, format, &scope), written(&again, format, &scope), "{}", format.as_str());
    }
}

#[test]
fn turtle_and_json_are_for_people() {
    let store = store();
    let turtle = written(&store, ExportFormat::Turtle, &Scope::Record);
    let kim = turtle.split("\n\n").find(|block| block.starts_with("wd:Q56226 ")).unwrap();
    assert!(kim.starts_with("wd:Q56226 a en:Agent,\n    en:Person;\n  rdfs:label \"Kim Jong Un\";"), "{kim}");
    assert!(kim.contains("  en:met wd:Q15031,\n    wd:Q21001;\n"), "{kim}");
    assert_eq!(turtle.matches("PREFIX wd:").count(), 1);
    let json: serde_json::Value = serde_json::from_str(&written(&store, ExportFormat::JsonLd, &Scope::All)).unwrap();
    assert_eq!(json["@context"]["en"], "https://w3id.org/entente/ns#");
    let kim = json["@graph"].as_array().unwrap().iter().find(|o| o["@id"] == "wd:Q56226").unwrap();
    assert_eq!(kim["rdfs:label"], "Kim Jong Un");
    assert_eq!(kim["@type"], serde_json::json!(["en:Agent", "en:Person"]));
}

/// The annotations in a file: what each name reifies, and all that is said of the names.
fn annotations(quads: &[Quad]) -> HashMap<NamedOrBlankNode, (Triple, Vec<(String, String)>)> {
    let reified = quads.iter().filter(|q| q.predicate.as_str().ends_with("#reifies"));
    let said = |name: &NamedOrBlankNode| {
        let own = quads.iter().filter(|q| q.subject == *name && !q.predicate.as_str().ends_with("#reifies"));
        let mut said: Vec<_> = own.map(|q| (short_iri(q.predicate.as_ref()), q.object.to_string())).collect();
        said.sort();
        said
    };
    let annotation = |quad: &Quad| match &quad.object {
        Term::Triple(triple) => (quad.subject.clone(), ((**triple).clone(), said(&quad.subject))),
        other => panic!("{other} is no triple"),
    };
    reified.map(annotation).collect()
}

#[test]
fn plain_triples_are_annotated_with_what_they_rest_on() {
    let store = store();
    let mut first = None;
    for format in ExportFormat::ALL {
        let mut out = Vec::new();
        let result = export_annotated(&store, format, &Scope::of(format), &mut out);
        if matches!(format, ExportFormat::RdfXml | ExportFormat::JsonLd) {
            assert!(matches!(result, Err(ExportError::NoAnnotations(_))) && out.is_empty());
            continue;
        }
        let text = String::from_utf8(out).unwrap();
        let quads = read(&text, rdf_format(format));
        let all = annotations(&quads);
        assert!(all.len() > 20, "{}", format.as_str());
        // Apart from the annotations it is what the file is without them.
        let plain: HashSet<Quad> =
            quads.iter().filter(|q| !all.contains_key(&q.subject) && !q.object.is_triple()).cloned().collect();
        let unannotated = read(&written(&store, format, &Scope::of(format)), rdf_format(format));
        assert_eq!(plain, unannotated.into_iter().collect(), "{}", format.as_str());
        assert_eq!(*first.get_or_insert_with(|| all.clone()), all, "{}", format.as_str());
    }
    for (triple, said) in first.unwrap().values() {
        let parts = [triple.subject.to_string(), triple.predicate.to_string(), triple.object.to_string()];
        let why = store.why_triple([&parts[0], &parts[1], &parts[2]], 100).unwrap_or_else(|e| panic!("{triple}: {e}"));
        assert!(why.evidence.iter().all(|e| e.confidence.is_some()), "{triple}");
        let of = |name: &str| said.iter().filter(|(p, _)| p == name).map(|(_, o)| o.as_str()).collect::<Vec<_>>();
        assert!(
            !of("prov:wasDerivedFrom").is_empty() && of("prov:wasDerivedFrom").len() <= why.total,
            "{triple}: {said:?}"
        );
        assert_eq!((of("en:confidence").len(), of("en:articles").len()), (1, 1), "{triple}");
    }
}

#[test]
fn every_plain_triple_is_annotated() {
    let store = store();
    let explained: HashSet<Triple> = store.supports().unwrap().into_iter().map(|s| s.triple).collect();
    let ontology = store.mapper().ontology();
    let is_plain = |q: &Quad| {
        let name = entente::ontology::local(q.predicate.as_ref()).unwrap_or_default();
        ontology.shortcuts().iter().any(|s| s.property == q.predicate) || ontology.relation(name).is_some()
    };
    let record = held(&store, |graph| *graph == GraphName::DefaultGraph);
    let plain: HashSet<Triple> = record.into_iter().filter(is_plain).map(Triple::from).collect();
    assert!(plain.len() > 20);
    assert!(plain.is_subset(&explained), "{:#?}", plain.difference(&explained).collect::<Vec<_>>());
}

#[test]
fn a_format_of_one_graph_does_not_hold_two() {
    let store = store();
    for format in [ExportFormat::Turtle, ExportFormat::NTriples, ExportFormat::RdfXml] {
        let error = export(&store, format, &Scope::All, &mut Vec::new()).unwrap_err();
        assert!(matches!(error, ExportError::OneGraph(name) if name == format.as_str()), "{error}");
    }
    let nowhere = oxigraph::model::NamedNode::new_unchecked("https://entente.example/article/none");
    let error = export(&store, ExportFormat::Turtle, &Scope::Article(nowhere), &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("article/none"), "{error}");
}
