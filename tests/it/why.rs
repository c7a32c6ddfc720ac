//! From what a store holds back to the words; and whether the layers of a store agree.

use crate::graph::news;
use crate::store::loaded;
use entente::extract::{Extraction, Polarity, Status};
use entente::store::{Change, Difference, Evidence, EvidenceKind, Stop, Store, Why, WhyError};
use oxigraph::model::NamedNode;

fn triple(store: &Store, text: &str) -> Why {
    let terms: Vec<&str> = text.splitn(3, ' ').collect();
    store.why_triple([terms[0], terms[1], terms[2]], usize::MAX).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// `id: trigger in sentence`, for every piece.
fn words(why: &Why) -> Vec<String> {
    let told = |e: &Evidence| {
        let trigger = e.trigger.as_ref().map_or("nothing", |t| &t.text);
        let sentence = e.sentence.as_ref().map_or("no sentence", |s| &s.text);
        format!("{}: {trigger} in {sentence}", e.article.id.as_deref().unwrap_or("no article"))
    };
    why.evidence.iter().map(told).collect()
}

#[test]
fn a_shortcut_leads_to_the_words_of_every_event_behind_it() {
    let store = loaded();
    let beijing = |words: &str| format!("wire/2025-09-04/beijing: {words}");
    let visit = [
        beijing("arrived in Kim Jong Un arrived in Beijing on Tuesday with his daughter Kim Ju Ae."),
        beijing("arrives in Kim arrives in Beijing for talks with Xi"),
    ];
    let met = beijing("met in On Thursday Xi Jinping and Kim met in Beijing.");
    let moon = beijing("met in Moon Jae-in, then president of South Korea, met Kim in 2018.");
    for (text, expected) in [
        ("wd:Q56226 en:visited wd:Q956", &visit[..]),
        ("wd:Q56226 visited Q956", &visit),
        ("wd:Q21001 met wd:Q56226", &[moon]),
    ] {
        assert_eq!(words(&triple(&store, text)), expected, "{text}");
    }
    let both = triple(&store, "wd:Q56226 met wd:Q15031");
    assert!(words(&both).contains(&met) && both.total == 2, "also of the group in another article: {:?}", words(&both));
    assert_eq!(both.evidence.iter().filter(|e| e.article.id.as_deref() == Some("post-77")).count(), 1);
    assert_eq!(both.about, "Kim Jong Un met Xi Jinping");
}

#[test]
fn the_statements_of_an_article_are_told_like_each_alone() {
    let store = loaded();
    for article in store.articles().unwrap() {
        let quads: Vec<_> = store.graph(&article.clone().into()).collect::<Result<_, _>>().unwrap();
        let together = store.statements(&article, &quads).unwrap();
        assert!(!together.is_empty(), "{article}");
        for told in together {
            let alone = store.evidence(&article, &NamedNode::new(&told.iri).unwrap()).unwrap();
            assert_eq!(serde_json::to_value(&told).unwrap(), serde_json::to_value(&alone).unwrap());
        }
    }
}

#[test]
fn a_piece_of_evidence_says_all_that_the_graph_knows() {
    let why = triple(&loaded(), "wd:Q56226 visited wd:Q956");
    let evidence = &why.evidence[0];
    assert_eq!(evidence.kind, EvidenceKind::Event);
    let article = &evidence.article;
    assert_eq!(article.title.as_deref(), Some("Kim arrives in Beijing for talks with Xi"));
    assert_eq!(
        (article.published.as_deref(), article.publisher.as_deref()),
        (Some("2025-09-04"), Some("Example Wire"))
    );
    assert_eq!(evidence.class.as_deref(), Some("Visit"));
    assert_eq!((evidence.status.as_deref(), evidence.polarity.as_deref()), (Some("asserted"), Some("positive")));
    assert!(evidence.rule.is_some() && evidence.confidence.is_some() && evidence.attribution.is_empty());
    let actor = evidence.participants.iter().find(|p| p.role == "actor").unwrap();
    assert_eq!(actor.who.name.as_deref(), Some("Kim Jong Un"));
    assert_eq!(actor.who.iri.as_deref(), Some("http://www.wikidata.org/entity/Q56226"));
    let named = &actor.words[0];
    assert_eq!(
        (named.text.as_str(), named.form.as_deref(), named.confidence),
        ("Kim Jong Un", Some("name"), Some(0.9))
    );
    let time = evidence.time.as_ref().unwrap();
    assert_eq!(time.value.as_deref(), Some("2025-09-02"));
    assert_eq!(time.words.as_ref().map(|w| w.text.as_str()), Some("Tuesday"));
    assert_eq!(evidence.run.as_ref().unwrap().version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_is_only_claimed_is_told_with_the_chain_of_those_who_claim_it() {
    let article = "https://entente.example/article/wire%2F2025-09-04%2Fbeijing";
    let why = loaded().why(&format!("{article}#event-v3"), 9).unwrap();
    let chain: Vec<&str> = why.evidence[0].attribution.iter().filter_map(|s| s.name.as_deref()).collect();
    assert_eq!(chain, ["Xinhua News Agency", "Xi Jinping"]);
    assert_eq!(why.evidence[0].status.as_deref(), Some("reported"));
}

#[test]
fn everything_of_the_record_has_evidence_in_an_article_that_supports_it() {
    let store = loaded();
    let articles: Vec<String> = store.articles().unwrap().iter().map(|a| a.as_str().to_owned()).collect();
    let mut asked = 0;
    for quad in store.quads().map(Result::unwrap).filter(|q| q.graph_name.is_default_graph()) {
        let [s, p] = [quad.subject.to_string(), format!("<{}>", quad.predicate.as_str())];
        let o = match &quad.object {
            oxigraph::model::Term::Literal(literal) => format!("\"{}\"", literal.value()),
            other => other.to_string(),
        };
        let why = store.why_triple([&s, &p, &o], 3).unwrap_or_else(|e| panic!("{s} {p} {o}: {e}"));
        assert!(why.total > 0 && why.evidence.len() == why.total.min(3), "{s} {p} {o}");
        assert!(why.evidence.iter().all(|e| articles.contains(&e.article.iri) && e.article.id.is_some()));
        asked += 1;
    }
    assert!(asked > 500, "{asked}");
}

#[test]
fn an_entity_leads_to_every_statement_about_it() {
    let store = loaded();
    let xi = store.why("wd:Q15031", usize::MAX).unwrap();
    assert_eq!(xi.about, "Xi Jinping");
    let said = |e: &&Evidence| {
        e.participants
            .iter()
            .map(|p| &p.who)
            .chain(&e.attribution)
            .any(|n| n.name.as_deref().is_some_and(|n| n.contains("Xi Jinping")))
    };
    assert_eq!(xi.evidence.iter().filter(said).count(), xi.total);
    assert!(xi.total > 3, "{}", xi.total);
    let some = store.why("Q15031", 2).unwrap();
    assert_eq!((some.total, some.evidence.len()), (xi.total, 2));
}

#[test]
fn an_entity_that_no_statement_names_leads_to_its_first_words() {
    let mut extraction = news().swap_remove(0);
    extraction.events.clear();
    extraction.relations.clear();
    extraction.quotations.clear();
    let store = Store::in_memory().unwrap();
    store.replace_article(&extraction).unwrap();
    for why in [store.why("wd:Q15031", 9).unwrap(), triple(&store, "wd:Q15031 rdfs:label Xi Jinping")] {
        let evidence = &why.evidence[0];
        assert_eq!((why.total, evidence.kind), (1, EvidenceKind::Description));
        assert_eq!(evidence.sentence.as_ref().unwrap().text, "On Thursday Xi Jinping and Kim met in Beijing.");
        assert_eq!(evidence.participants[0].words[0].text, "Xi Jinping");
    }
    let point = triple(&store, "https://entente.example/point/39.9075_116.39723 a sf:Point");
    assert_eq!(point.evidence[0].participants[0].words[0].text, "Beijing");
}

#[test]
fn a_group_that_holds_itself_ends() {
    let mut extraction = news().swap_remove(0);
    let id = extraction.entities[0].id.clone();
    extraction.entities[0].members = vec![id];
    let store = Store::in_memory().unwrap();
    store.replace_article(&extraction).unwrap();
    assert!(store.why("wd:Q56226", usize::MAX).unwrap().total > 0);
}

#[test]
fn what_the_store_does_not_hold_is_told() {
    let store = loaded();
    for unknown in ["wd:Q999999999", "https://x.example/", "nothing", "", "a b", "\u{0}"] {
        assert!(matches!(store.why(unknown, 9), Err(WhyError::Unknown(t)) if t == unknown), "{unknown}");
    }
    assert!(matches!(store.why("nope:x", 9), Err(WhyError::Term(_))));
    let absent = store.why_triple(["wd:Q56226", "visited", "wd:Q15031"], 9).unwrap_err();
    assert_eq!(absent.to_string(), "the record does not hold `wd:Q56226 visited wd:Q15031`");
}

/// A copy of an article's event as others put it: only the first is a fact.
fn variants(article: &Extraction) -> Extraction {
    let mut article = article.clone();
    let first = article.events[0].clone();
    for (i, (status, polarity)) in
        [(Status::Denied, Polarity::Positive), (Status::Asserted, Polarity::Negative)].into_iter().enumerate()
    {
        let id = format!("copy{i}");
        article.events.push(entente::extract::EventInfo {
            id: id.clone(),
            instance: id,
            status,
            polarity,
            ..first.clone()
        });
    }
    article
}

#[test]
fn a_denial_is_no_evidence_for_a_shortcut() {
    let store = Store::in_memory().unwrap();
    store.replace_article(&variants(&news()[0])).unwrap();
    assert_eq!(triple(&store, "wd:Q56226 visited wd:Q956").total, 2, "headline and sentence alone");
}

#[test]
fn the_layers_of_a_store_agree_whatever_came_and_went() {
    let store = loaded();
    assert_eq!(store.verify().unwrap(), []);
    for (i, article) in news().iter().enumerate() {
        if i % 2 == 0 {
            store.remove_article(&article.article.id).unwrap();
        } else {
            store.replace_article(&variants(article)).unwrap();
        }
        assert_eq!(store.verify().unwrap(), [], "after {}", article.article.id);
    }
}

#[test]
fn what_somebody_changed_by_hand_is_found() {
    let changes = [
        ("DELETE DATA { wd:Q56226 en:visited wd:Q956 }", "not in the record: <http://www.wikidata.org/entity/Q56226>"),
        (
            "INSERT DATA { wd:Q56226 en:visited wd:Q1 }",
            "in the record without support: <http://www.wikidata.org/entity/Q56226>",
        ),
        ("DELETE { ?e en:articles ?n } INSERT { ?e en:articles 9 } WHERE { ?e a en:Summit ; en:articles ?n }", ""),
        ("DELETE { ?e ?p ?o } WHERE { ?e a en:Relation ; ?p ?o }", "not in the record"),
        (
            "DELETE { GRAPH ?g { ?m en:status en:Asserted } } WHERE { GRAPH ?g { ?m en:status en:Asserted } }",
            "without support",
        ),
        (
            "INSERT { GRAPH ?g { ?g en:colour plover:RED } } WHERE { GRAPH ?g { ?g a schema:NewsArticle } }",
            "ns#colour> is not in",
        ),
        (
            "DELETE { GRAPH ?g { ?m en:status ?s } } WHERE { GRAPH ?g { ?m a en:EventMention ; en:status ?s } }",
            "is not of the shape Evidence: <https://w3id.org/entente/ns#status> should be at least 1, not 0",
        ),
        (
            "INSERT { GRAPH ?g { ?m en:confidence 1.5 } } WHERE { GRAPH ?g { ?m a en:RelationMention } }",
            "should be at most 1, not \"1.5\"",
        ),
        (
            "DELETE { ?e en:origins ?n } INSERT { ?e en:origins 7 } WHERE { ?e a en:Visit ; en:origins ?n }",
            "<https://w3id.org/entente/ns#origins> should be no more than <https://w3id.org/entente/ns#articles>, not \"7\"",
        ),
        (
            "INSERT DATA { wd:Q956 en:countryCode \"china\" }",
            "is not of the shape Entity: <https://w3id.org/entente/ns#countryCode> should be a text such as ^[A-Z]{3}$, not \"china\"",
        ),
        ("INSERT DATA { wd:Q1 rdfs:label \"x\"^^en:Nonsense }", "ns#Nonsense> is not in the ontology"),
    ];
    for (sparql, expected) in changes {
        let store = loaded();
        let prefixes: String =
            entente::ontology::iri::PREFIXES.iter().map(|(p, ns)| format!("PREFIX {p}: <{ns}> ")).collect();
        let change = Change { sparql: prefixes + sparql, ..Change::default() };
        store.update(&change, &Stop::default()).unwrap();
        let faults: Vec<String> = store.verify().unwrap().iter().map(ToString::to_string).collect();
        if expected.is_empty() {
            assert_eq!(faults, [""; 0], "no event is of this class: {sparql}");
        } else {
            assert!(faults.iter().any(|f| f.contains(expected)), "{sparql}: {faults:#?}");
        }
    }
}

#[test]
fn a_fault_names_what_it_is_about() {
    let store = loaded();
    let graph = oxigraph::model::GraphName::DefaultGraph;
    store.drop_graph(&graph).unwrap();
    let faults = store.verify().unwrap();
    assert!(faults.len() > 500 && faults.iter().all(|f| f.difference == Difference::Missing && f.article.is_some()));
}

#[cfg(feature = "disk")]
mod disk {
    use super::super::command_line::{entente, run};
    use std::path::Path;

    const A: &str = "Xi Jinping met Kim Jong Un in Beijing on Tuesday.\n\nThe United States sanctioned Russia.\n";
    const B: &str = "Kim Jong Un arrived in Beijing on Tuesday. France sanctioned Russia.\n";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), A).unwrap();
        std::fs::write(folder.path().join("b.txt"), B).unwrap();
        folder
    }

    fn done(folder: &Path, arguments: &[&str]) -> String {
        let run = run(entente(folder).args(arguments));
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
        run.out
    }

    fn sorted(quads: &str) -> Vec<&str> {
        let mut lines: Vec<&str> = quads.lines().collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn a_store_after_a_retraction_is_the_one_that_never_had_the_article() {
        let folder = folder();
        let path = folder.path();
        done(path, &["build", "a.txt", "b.txt", "--date", "2025-09-04"]);
        let failed = run(entente(path).args(["retract", "none.txt", "b.txt"]));
        assert_eq!(failed.status, 1);
        assert_eq!(failed.err, "error: the store `entente.db` has no article `none.txt`\n1 article retracted\n");
        done(path, &["build", "a.txt", "--date", "2025-09-04", "--store", "alone.db"]);
        let (retracted, alone) = (done(path, &["export"]), done(path, &["export", "--store", "alone.db"]));
        assert!(alone.contains("Q56226"), "the sentences were understood");
        assert_eq!(sorted(&retracted), sorted(&alone));
        assert_eq!(done(path, &["verify"]), "the layers agree and the shapes hold: 1 article\n");
        assert_eq!(run(entente(path).args(["retract", "b.txt"])).status, 1);
    }

    #[test]
    fn why_tells_the_words_as_text_and_as_json() {
        let folder = folder();
        let path = folder.path();
        done(path, &["build", "a.txt", "b.txt", "--date", "2025-09-04"]);
        let told = done(path, &["why", "wd:Q56226", "visited", "wd:Q956"]);
        for words in [
            " visited Beijing\nwd:Q56226 en:visited wd:Q956\n1 piece of evidence from 1 article\n",
            "“[Kim Jong Un] *arrived* in [Beijing] on Tuesday.”",
            "“Tuesday” = 2025-09-02",
            "Visit, CONSULT, CONSULT-visit, context-diplomatic, CAMEO 042; asserted, positive",
            "<wd:Q56226> as “Kim Jong Un” (name, link ",
            "source      the article itself",
            "consult/visit.toml#arrive, confidence 0",
        ] {
            assert!(told.contains(words), "`{words}` is not in:\n{told}");
        }
        let json = done(path, &["why", "wd:Q56226", "visited", "wd:Q956", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["evidence"][0]["sentence"]["text"], "Kim Jong Un arrived in Beijing on Tuesday.");
        let unknown = run(entente(path).args(["why", "wd:Q1"]));
        assert_eq!((unknown.status, unknown.out.as_str()), (1, ""));
        assert_eq!(unknown.err, "error: the store knows nothing of `wd:Q1`\n");
        for wrong in [&["why", "wd:Q1", "met"][..], &["why", "nope:x"]] {
            assert_eq!(run(entente(path).args(wrong)).status, 2, "{wrong:?}");
        }
    }
}
