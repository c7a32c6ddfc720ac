//! The store: what it holds after articles come, change and go; what it answers; and what it says when it cannot.

use crate::graph::{mapper, news};
use entente::extract::Extraction;
use entente::ontology::iri::en;
use entente::store::{AnswerFormat, QueryError, QueryOptions, Store, parse_term};
use oxigraph::model::Quad;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Everything but the texts that repeat parts of graphs.
pub fn all(store: &Store) -> BTreeSet<String> {
    let quads: Vec<Quad> = store.quads().map(Result::unwrap).filter(|q| q.predicate != en::DIGEST).collect();
    // Without them, two datasets are the same exactly when their lines are: that is their canonical form.
    assert!(
        !quads.iter().any(|q| q.subject.is_blank_node() || q.object.is_blank_node() || q.graph_name.is_blank_node())
    );
    quads.iter().map(Quad::to_string).collect()
}

/// What a store holds besides articles.
fn empty() -> BTreeSet<String> {
    all(&Store::in_memory().unwrap())
}

/// What a store of these articles should hold, made without a store.
pub fn expected(articles: &[Extraction]) -> BTreeSet<String> {
    let quads = mapper().quads_of(articles);
    quads.iter().map(Quad::to_string).chain(empty()).collect()
}

pub fn loaded() -> Store {
    let store = Store::in_memory().unwrap();
    for article in news() {
        store.replace_article(&article).unwrap();
    }
    store
}

pub fn assert_same(got: &BTreeSet<String>, expected: &BTreeSet<String>, when: &str) {
    let missing: Vec<_> = expected.difference(got).collect();
    let added: Vec<_> = got.difference(expected).collect();
    assert!(missing.is_empty() && added.is_empty(), "{when}\nmissing: {missing:#?}\ntoo many: {added:#?}");
}

/// The same article after somebody worked on it: an event denied, another gone, an entity named and filed otherwise.
fn revised(article: &Extraction) -> Extraction {
    let mut article = article.clone();
    if let Some(event) = article.events.first_mut() {
        event.status = entente::extract::Status::Denied;
    }
    article.events.pop();
    article.relations.pop();
    if let Some(entity) = article.entities.first_mut() {
        entity.label.push_str(" the Elder");
        entity.sector = None;
    }
    article.article.published = Some("2001-02-03".to_owned());
    article
}

#[test]
fn a_store_is_the_union_of_its_articles() {
    assert_same(&all(&loaded()), &expected(&news()), "each once");
}

#[test]
fn any_order_with_repeats_and_revisions_gives_the_same() {
    let news = news();
    let mut seed = 7_u32;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    for round in 0..16 {
        let store = Store::in_memory().unwrap();
        for _ in 0..3 * news.len() {
            let article = &news[random(news.len())];
            match random(5) {
                0 => store.replace_article(&revised(article)).unwrap(),
                1 => drop(store.remove_article(&article.article.id).unwrap()),
                2 => {
                    let others = [article, &revised(&news[random(news.len())]), &news[random(news.len())]];
                    store.replace_graphs(others.map(|x| store.mapper().evidence(x))).unwrap();
                }
                _ => store.replace_article(article).unwrap(),
            }
        }
        let mut order: Vec<_> = news.iter().collect();
        while !order.is_empty() {
            store.replace_article(order.swap_remove(random(order.len()))).unwrap();
        }
        assert_same(&all(&store), &expected(&news), &format!("round {round}"));
    }
}

#[test]
fn a_revised_article_leaves_nothing_of_the_old() {
    let mut news = news();
    for i in 0..news.len() {
        let store = loaded();
        let changed = revised(&news[i]);
        store.replace_article(&changed).unwrap();
        let original = std::mem::replace(&mut news[i], changed);
        assert_same(&all(&store), &expected(&news), &original.article.id);
        news[i] = original;
    }
}

#[test]
fn articles_taken_back_leave_nothing() {
    let store = loaded();
    for article in news() {
        assert!(store.remove_article(&article.article.id).unwrap(), "{}", article.article.id);
        assert!(!store.remove_article(&article.article.id).unwrap());
    }
    assert_same(&all(&store), &empty(), "all taken back");
}

#[test]
fn a_relation_stays_as_long_as_an_article_asserts_it() {
    let treaty = news().into_iter().find(|x| x.article.id == "treaty.md").unwrap();
    let (mut copy, mut claim) = (treaty.clone(), treaty.clone());
    copy.article.id = "copy".to_owned();
    claim.article.id = "claim".to_owned();
    // All that the third says, somebody else vouches for.
    claim.relations.iter_mut().for_each(|r| r.attribution = vec!["nobody".to_owned()]);
    claim.events.clear();
    let store = Store::in_memory().unwrap();
    let load = |articles: &[&Extraction]| articles.iter().for_each(|x| store.replace_article(x).unwrap());
    load(&[&treaty, &copy, &claim]);
    assert_same(&all(&store), &expected_of_relations(&[&treaty, &copy, &claim]), "all three");
    store.remove_article("treaty.md").unwrap();
    assert_same(&all(&store), &expected_of_relations(&[&copy, &claim]), "the copy is left");
    copy.relations.pop();
    load(&[&copy]);
    assert_same(&all(&store), &expected_of_relations(&[&copy, &claim]), "one relation is left");
    store.remove_article("copy").unwrap();
    assert_same(&all(&store), &expected_of_relations(&[&claim]), "the claim is left");
    load(&[&treaty]);
    assert_same(&all(&store), &expected_of_relations(&[&treaty, &claim]), "back again");
}

fn expected_of_relations(articles: &[&Extraction]) -> BTreeSet<String> {
    expected(&articles.iter().map(|x| (*x).clone()).collect::<Vec<_>>())
}

fn ask(query: &str) -> Result<String, QueryError> {
    let answer = loaded().query(query, &QueryOptions::default())?;
    let mut out = Vec::new();
    answer.write(AnswerFormat::Table, &mut out).unwrap();
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn prefixes_are_known_to_queries() {
    for (prefix, _) in entente::ontology::iri::PREFIXES {
        assert_eq!(ask(&format!("ASK {{ {prefix}:nothing {prefix}:nothing {prefix}:nothing }}")).unwrap(), "no\n");
    }
    assert_eq!(ask("ASK { ?a en:met ?b }").unwrap(), "yes\n");
    assert_eq!(ask("PREFIX en: <urn:x:> ASK { ?a en:met ?b }").unwrap(), "no\n");
}

#[test]
fn vocabularies_are_part_of_every_store() {
    let labels = "SELECT ?label { GRAPH <https://w3id.org/entente/cameo> { cameo:042 skos:prefLabel ?label } }";
    assert!(ask(labels).unwrap().to_lowercase().contains("visit"));
    let score = "ASK { GRAPH <https://w3id.org/entente/plover> { plover:ASSAULT a skos:Concept } }";
    assert_eq!(ask(score).unwrap(), "yes\n");
}

#[test]
fn queries_neither_write_nor_reach_out() {
    for query in ["INSERT DATA { <a:b> <a:b> <a:b> }", "LOAD <https://x.example/>", "CLEAR ALL"] {
        assert!(matches!(ask(query), Err(QueryError::Update)), "{query}");
    }
    for query in ["SELECT * { SERVICE <https://x.example/> {} }", "SELECT * { SERVICE SILENT <https://x.example/> {} }"]
    {
        assert!(matches!(ask(query), Err(QueryError::Service)), "{query}");
    }
    let error = ask("SELECT ?a {\n ?a ?b }").unwrap_err().to_string();
    assert!(error.contains("2:"), "{error}");
    assert!(ask(&"(".repeat(100_000)).is_err());
}

#[test]
fn a_query_stops_at_its_time() {
    let store = loaded();
    let options = QueryOptions { timeout: Some(Duration::from_millis(300)), ..QueryOptions::default() };
    let product = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    let sort = "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i ?f LIMIT 1";
    for query in [product, sort] {
        let start = Instant::now();
        assert!(matches!(store.query(query, &options), Err(QueryError::Timeout(_))), "{query}");
        assert!(start.elapsed() < Duration::from_secs(5), "{query}: {:?}", start.elapsed());
    }
    assert_eq!(store.query("ASK {}", &options).unwrap().len(), 1);
}

#[test]
fn variables_take_values() {
    let store = loaded();
    let query = "SELECT ?who ?name { ?who rdfs:label ?name ; a en:Person }";
    let people = store.query(query, &QueryOptions::default()).unwrap();
    assert!(people.len() > 1);
    let bindings = vec![("name".to_owned(), parse_term("Xi Jinping").unwrap())];
    let one = store.query(query, &QueryOptions { bindings, ..QueryOptions::default() }).unwrap();
    assert_eq!(one.len(), 1);
    let bindings = vec![("a b".to_owned(), parse_term("x").unwrap())];
    let bad = store.query(query, &QueryOptions { bindings, ..QueryOptions::default() });
    assert!(matches!(bad, Err(QueryError::Variable(_))));
}

#[test]
fn answers_in_every_format_that_fits() {
    let store = Store::in_memory().unwrap();
    let write = |query: &str, format| {
        let mut out = Vec::new();
        let answer = store.query(query, &QueryOptions::default()).unwrap();
        answer.write(format, &mut out).map(|()| String::from_utf8(out).unwrap())
    };
    let rows = "SELECT ?a ?b { VALUES (?a ?b) { (wd:Q148 \"one\\n, two\") (UNDEF 3) (plover:CONSULT-visit \"中\") } }";
    let table = "a                     b\n────────────────────  ────────\nwd:Q148               one , two\n";
    let table = table.replace("────────\n", "─────────\n");
    let table = format!("{table}                      3\nplover:CONSULT-visit  中\n");
    assert_eq!(write(rows, AnswerFormat::Table).unwrap(), table);
    assert_eq!(
        write(rows, AnswerFormat::Csv).unwrap(),
        "a,b\r\nhttp://www.wikidata.org/entity/Q148,\"one\n, two\"\r\n,3\r\nhttps://w3id.org/entente/plover#CONSULT-visit,中\r\n"
    );
    assert!(write(rows, AnswerFormat::Tsv).unwrap().starts_with("?a\t?b\n<http://www.wikidata.org/entity/Q148>\t"));
    assert!(write(rows, AnswerFormat::Json).unwrap().starts_with("{\"head\":{\"vars\":[\"a\",\"b\"]}"));
    assert!(write(rows, AnswerFormat::Xml).unwrap().contains("<variable name=\"b\"/>"));
    assert!(write(rows, AnswerFormat::Turtle).is_err() && write("ASK {}", AnswerFormat::NTriples).is_err());
    assert_eq!(write("ASK {}", AnswerFormat::Csv).unwrap(), "true");
    let graph = "CONSTRUCT { wd:Q2 en:met wd:Q1 . wd:Q1 en:met wd:Q2 } {}";
    assert!(write(graph, AnswerFormat::Turtle).unwrap().ends_with("wd:Q1 en:met wd:Q2 .\nwd:Q2 en:met wd:Q1 .\n"));
    assert_eq!(write(graph, AnswerFormat::Table).unwrap(), write(graph, AnswerFormat::Turtle).unwrap());
    assert_eq!(write(graph, AnswerFormat::NTriples).unwrap().lines().count(), 2);
    assert!(write(graph, AnswerFormat::Json).is_err());
}
