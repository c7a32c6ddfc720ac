//! Exports: read back, they are what the store holds.

use crate::graph::{mapper, news};
use entente::export::{ExportError, ExportFormat, Scope, export, export_annotated, export_at_least};
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
        let result = export_annotated(&store, format, &Scope::of(format), None, &mut out);
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
    let explained: HashSet<Triple> = store.supports(None).unwrap().into_iter().map(|s| s.triple).collect();
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

/// What is written of a store in which two articles report one event, one of them less surely, and of one that holds nothing
/// but what reaches a confidence.
fn sure(least: f64) -> [HashSet<Quad>; 2] {
    let mut articles = news();
    let mut again = articles[0].clone();
    again.article.id = "told/again".into();
    again.events.iter_mut().enumerate().for_each(|(i, event)| event.confidence = [0.2, 0.5, 0.95][i % 3]);
    articles.push(again);
    let of = |articles: &[entente::extract::Extraction], least| {
        let store = Store::in_memory().unwrap();
        store.replace_graphs(articles.iter().map(|x| store.mapper().evidence(x))).unwrap();
        let mut out = Vec::new();
        let format = ExportFormat::NQuads;
        let count = export_at_least(&store, format, &Scope::of(format), least, &mut out).unwrap();
        let quads = read(std::str::from_utf8(&out).unwrap(), RdfFormat::NQuads);
        assert_eq!(quads.len() as u64, count);
        quads.into_iter().collect()
    };
    let surer: Vec<_> = articles.iter().cloned().map(|x| x.at_least(least)).collect();
    [of(&articles, Some(least)), of(&surer, None)]
}

#[test]
fn what_is_sure_is_what_the_sure_statements_give() {
    let mut sizes = Vec::new();
    for least in [0.0, 0.3, 0.6, 0.9, 1.0] {
        let [written, built] = sure(least);
        // Mentions of relations are counted in each article, so that their names tell nothing. An event has the name that its
        // first report gives it, here that of either article.
        let record = |quads: &HashSet<Quad>| -> HashSet<String> {
            let record = quads.iter().filter(|q| q.graph_name.is_default_graph()).map(ToString::to_string);
            let record = record.filter(|line| !line.contains("#relation-"));
            record.map(|line| line.replace("event/told%2Fagain/", "event/wire%2F2025-09-04%2Fbeijing/")).collect()
        };
        let (ours, theirs) = (record(&written), record(&built));
        let differ: Vec<_> = ours.symmetric_difference(&theirs).collect();
        assert!(differ.is_empty(), "{least}: {differ:#?}");
        // Nothing leads to a part of an article that is left out.
        let there: HashSet<String> = written.iter().map(|q| q.subject.to_string()).collect();
        let leads = |q: &&Quad| q.object.is_named_node() && q.object.to_string().contains("/article/");
        assert!(written.iter().filter(leads).all(|q| there.contains(&q.object.to_string())), "{least}");
        sizes.push(written.len());
    }
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
}

#[test]
fn every_format_leaves_out_what_is_not_sure() {
    let store = store();
    let count = |format, least| {
        export_at_least(&store, format, &Scope::Record, least, &mut Vec::new()).unwrap_or_else(|e| panic!("{e}"))
    };
    let (all, sure) = (count(ExportFormat::NQuads, None), count(ExportFormat::NQuads, Some(0.8)));
    assert!(sure < all);
    for format in ExportFormat::ALL {
        assert_eq!((count(format, None), count(format, Some(0.8))), (all, sure), "{}", format.as_str());
    }
    let supports = store.supports(Some(0.8)).unwrap();
    assert!(!supports.is_empty() && supports.len() < store.supports(None).unwrap().len());
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
