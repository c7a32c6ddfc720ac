//! One event once across articles: pairs of short articles, some of which report one event, others two that look alike.

use crate::store::{all, assert_same, expected};
use entente::extract::Extraction;
use entente::pipeline::Pipeline;
use entente::store::{QueryAnswer, QueryOptions, Store};
use oxigraph::model::Term;
use serde::Deserialize;

#[derive(Deserialize)]
struct Pairs {
    pair: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    days: [String; 2],
    same: bool,
    a: String,
    b: String,
}

/// The events that more than one article reports, as `class articles origins`.
fn shared_events(store: &Store) -> Vec<String> {
    let query = "SELECT DISTINCT ?class ?articles ?origins {
        ?event en:articles ?articles ; en:origins ?origins ; prov:wasDerivedFrom ?mention FILTER(?articles > 1)
        GRAPH ?article { ?mention en:eventClass ?class }
    } ORDER BY ?class";
    let QueryAnswer::Solutions(rows) = store.query(query, &QueryOptions::default()).unwrap() else { panic!("no rows") };
    let text = |term: &Option<Term>| match term {
        Some(Term::NamedNode(node)) => node.as_str().rsplit('#').next().unwrap_or_default().to_owned(),
        Some(Term::Literal(literal)) => literal.value().to_owned(),
        _ => String::new(),
    };
    rows.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" ")).collect()
}

pub fn extraction(pipeline: &Pipeline, id: &str, text: &str, day: &str) -> Extraction {
    let mut extraction = pipeline.extract_text(text, Some(day));
    extraction.article.id = id.to_owned();
    extraction.article.published = Some(day.to_owned());
    extraction
}

pub fn load(articles: &[&Extraction]) -> Store {
    let store = Store::in_memory().unwrap();
    articles.iter().for_each(|x| store.replace_article(x).unwrap());
    store
}

/// Every pair, with what the two articles say and whether the record has an event that both report.
fn judged() -> Vec<(Pair, [Extraction; 2], Vec<String>)> {
    let pipeline = Pipeline::embedded().unwrap();
    let pairs: Pairs = toml::from_str(include_str!("../cases/instances/pairs.toml")).unwrap();
    let judge = |pair: Pair| {
        let a = extraction(&pipeline, "a", &pair.a, &pair.days[0]);
        let b = extraction(&pipeline, "b", &pair.b, &pair.days[1]);
        let events = shared_events(&load(&[&a, &b]));
        (pair, [a, b], events)
    };
    pairs.pair.into_iter().map(judge).collect()
}

#[test]
fn what_is_one_event_is_found_and_what_looks_alike_is_not() {
    let judged = judged();
    let count =
        |same: bool, found: bool| judged.iter().filter(|(p, _, e)| p.same == same && e.is_empty() != found).count();
    let (right, missed, wrong) = (count(true, true), count(true, false), count(false, true));
    let precision = right as f64 / (right + wrong).max(1) as f64;
    let recall = right as f64 / (right + missed).max(1) as f64;
    println!("{} pairs: precision {precision:.2}, recall {recall:.2}", judged.len());
    for (pair, _, events) in judged.iter().filter(|(p, _, e)| p.same == e.is_empty()) {
        println!(
            "{}: {}\n    {}\n    {}",
            if pair.same { "missed" } else { "wrong" },
            events.join(", "),
            pair.a,
            pair.b
        );
    }
    assert!(
        judged.iter().filter(|(p, ..)| p.same).count() >= 20 && judged.iter().filter(|(p, ..)| !p.same).count() >= 20
    );
    assert_eq!(wrong, 0, "two events were taken for one");
    assert!(recall >= 0.85, "recall {recall:.2}");
}

/// The articles of all pairs, each with an id of its own.
pub fn all_pairs() -> Vec<Extraction> {
    judged()
        .iter()
        .enumerate()
        .flat_map(|(i, (_, articles, _))| articles.iter().map(move |x| (i, x.clone())))
        .map(|(i, mut x)| {
            x.article.id = format!("{i}{}", x.article.id);
            x
        })
        .collect()
}

#[test]
fn all_pairs_together_in_any_order_give_the_same() {
    let articles = all_pairs();
    let expected = expected(&articles);
    let forward = load(&articles.iter().collect::<Vec<_>>());
    assert_same(&all(&forward), &expected, "one by one");
    let backward = load(&articles.iter().rev().collect::<Vec<_>>());
    for article in articles.iter().step_by(3) {
        backward.remove_article(&article.article.id).unwrap();
    }
    let graphs = articles.iter().step_by(3).map(|x| backward.mapper().evidence(x));
    backward.replace_graphs(graphs).unwrap();
    assert_same(&all(&backward), &expected, "backwards, with some taken back and given again together");
    assert!(forward.verify().unwrap().is_empty());
}

#[test]
fn copies_count_as_one_origin() {
    let pipeline = Pipeline::embedded().unwrap();
    let text = "Xi Jinping met Kim Jong Un in Beijing on Thursday. The two leaders, who had last seen each other in 2019, \
                talked for two hours about trade and security, officials said. State television showed them shaking hands \
                before the talks began in a hall of the old palace. No date was set for another visit.";
    let edited = text.replace("two hours", "about two hours").replace("No date was set for another visit.", "");
    let other = "In Beijing, China's president Xi Jinping met Kim Jong Un on Thursday. It was their \
                 sixth meeting, and the first since the pandemic closed the border.";
    let article = |id: &str, text: &str| extraction(&pipeline, id, text, "2025-09-05");
    let (a, b, c) = (article("a", text), article("b", &edited), article("c", other));
    assert_eq!(shared_events(&load(&[&a, &b]))[0], "Meeting 2 1");
    assert_eq!(shared_events(&load(&[&a, &c]))[0], "Meeting 2 2");
    let store = load(&[&c, &b, &a]);
    assert_eq!(shared_events(&store)[0], "Meeting 3 2");
    store.remove_article("c").unwrap();
    assert_eq!(shared_events(&store)[0], "Meeting 2 1");
}

#[test]
fn a_report_that_could_be_of_two_events_is_left_alone() {
    let pipeline = Pipeline::embedded().unwrap();
    let article = |id: &str, text: &str| extraction(&pipeline, id, text, "2025-09-05");
    let paris = article("a", "Emmanuel Macron met Mahmoud Abbas in Paris on Thursday.");
    let rome = article("b", "Emmanuel Macron met Mahmoud Abbas in Rome on Thursday.");
    let nowhere = article("c", "Emmanuel Macron met Mahmoud Abbas on Thursday.");
    assert_eq!(shared_events(&load(&[&paris, &nowhere])), ["Meeting 2 2"]);
    assert_eq!(shared_events(&load(&[&paris, &rome])), [""; 0]);
    let store = load(&[&paris, &nowhere, &rome]);
    assert_eq!(shared_events(&store), [""; 0]);
    store.remove_article("a").unwrap();
    assert_eq!(shared_events(&store), ["Meeting 2 2"]);
}
