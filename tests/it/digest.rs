//! What is kept of articles to compare their events with others': that it is enough, and never out of date.

use crate::graph::news;
use crate::instances::all_pairs;
use crate::store::{all, assert_same, expected, loaded};
use entente::ontology::iri::en;
use entente::store::{Change, Difference, Stop, Store};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, Quad, Triple};
use std::collections::BTreeSet;

/// The articles of which something is kept, and what.
fn digests(store: &Store) -> BTreeSet<(String, String)> {
    let quads = store.quads().map(Result::unwrap).filter(|q| q.predicate == en::DIGEST);
    quads.map(|q| (q.subject.to_string(), q.object.to_string())).collect()
}

fn change(store: &Store, sparql: &str) {
    store.update(&Change { sparql: sparql.to_owned(), ..Change::default() }, &Stop::default()).unwrap();
}

#[test]
fn what_is_kept_is_enough_for_whoever_knows_nothing_else() {
    let articles = all_pairs();
    let at_once = Store::in_memory().unwrap();
    at_once.replace_graphs(articles.iter().map(|x| at_once.mapper().evidence(x))).unwrap();
    let store = Store::in_memory().unwrap();
    for part in articles.rchunks(11) {
        part.iter().for_each(|x| store.replace_article(x).unwrap());
        // Whoever has changed a graph, even one without an article, knows nothing of others' reports without reading.
        change(&store, "DELETE DATA { GRAPH <x:g> { <x:a> <x:b> <x:c> } }");
    }
    assert_same(&all(&store), &expected(&articles), "given in several parts");
    assert_eq!(digests(&store), digests(&at_once));
    let (some, others) = articles.split_at(articles.len() / 2);
    assert!(some.iter().all(|x| store.remove_article(&x.article.id).unwrap()));
    assert_same(&all(&store), &expected(others), "half taken back");
    // Nothing kept any more, as in a store of an older version.
    change(&store, "DELETE WHERE { GRAPH ?g { <x:a> <x:b> <x:c> } }");
    assert!(digests(&store).is_empty());
    some.iter().for_each(|x| store.replace_article(x).unwrap());
    assert_same(&all(&store), &expected(&articles), "given again");
}

#[test]
fn what_is_kept_is_a_part_of_the_graph() {
    let store = loaded();
    let graphs: BTreeSet<String> = store.quads().map(|q| Triple::from(q.unwrap()).to_string()).collect();
    let digests = digests(&store);
    assert!(digests.len() > news().len() / 2);
    for quad in store.quads().map(Result::unwrap).filter(|q| q.predicate == en::DIGEST) {
        let oxigraph::model::Term::Literal(text) = quad.object else { panic!("a text") };
        let (version, triples) = text.value().split_once('\n').unwrap();
        assert!(version.parse::<u32>().is_ok());
        let triples: Vec<Quad> =
            RdfParser::from_format(RdfFormat::NTriples).for_slice(triples).collect::<Result<_, _>>().unwrap();
        assert!(!triples.is_empty() && triples.iter().all(|q| graphs.contains(&Triple::from(q.clone()).to_string())));
    }
}

#[test]
fn nothing_is_kept_of_a_graph_that_was_changed_from_outside() {
    let kept_of = |store: &Store, article: &NamedNode| {
        let subject = format!("<{}#digest>", article.as_str());
        digests(store).iter().any(|(s, _)| *s == subject)
    };
    let store = loaded();
    let articles = store.articles().unwrap();
    let mut articles = articles.iter().filter(|a| kept_of(&store, a));
    let (a, b, c, d) =
        (articles.next().unwrap(), articles.next().unwrap(), articles.next().unwrap(), articles.next().unwrap());
    change(&store, &format!("INSERT DATA {{ GRAPH {a} {{ <x:a> <x:b> <x:c> }} }}"));
    store.put_graph(&GraphName::NamedNode(b.clone()), &[], true).unwrap();
    store.drop_graph(&GraphName::NamedNode(c.clone())).unwrap();
    assert_eq!([a, b, c, d].map(|article| kept_of(&store, article)), [false, false, false, true]);
}

#[test]
fn a_text_that_says_something_else_is_told() {
    let store = loaded();
    assert_eq!(store.verify().unwrap(), []);
    change(
        &store,
        "DELETE { GRAPH en:store { ?kept en:digest ?text } } INSERT { GRAPH en:store { ?kept en:digest ?less } }
         WHERE { GRAPH en:store { ?kept en:digest ?text BIND(REPLACE(?text, \"Meeting\", \"Visit\") AS ?less) } }",
    );
    let faults = store.verify().unwrap();
    assert!(!faults.is_empty() && faults.iter().all(|f| f.difference == Difference::Digest && f.article.is_some()));
    assert!(faults[0].to_string().starts_with("kept otherwise than the graph has it: <https://entente.example/"));
}
