//! What the graph makes of an extraction: what is in the record, and what must not be.

use entente::extract::{Extraction, Participant};
use entente::graph::{GraphOptions, Mapper, RunInfo};
use entente::pipeline::Pipeline;
use oxigraph::model::{GraphNameRef, Quad, Term};
use std::collections::BTreeSet;

/// The extractions of `tests/fixtures/extractions/news.jsonl`.
pub fn news() -> Vec<Extraction> {
    let text = include_str!("../fixtures/extractions/news.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub fn mapper() -> Mapper {
    Mapper::new(GraphOptions::default()).unwrap()
}

fn article(id: &str) -> Extraction {
    news().into_iter().find(|x| x.article.id == id).unwrap()
}

fn quads(extraction: &Extraction) -> Vec<Quad> {
    mapper().quads(extraction)
}

/// A short form of a term for tests: `wd:Q1`, `en:met`, the last part of a name of ours, or the text of a literal.
fn short(term: &str) -> String {
    let text = term.trim_matches(['<', '>']);
    match text.rsplit_once(['/', '#']) {
        Some((_, name)) if term.starts_with('<') => name.to_owned(),
        _ => text.to_owned(),
    }
}

/// Triples of the default graph whose subject and object are entities: relations and shortcuts.
fn plain(extraction: &Extraction) -> BTreeSet<String> {
    let labels: std::collections::HashMap<String, String> = quads(extraction)
        .iter()
        .filter(|q| q.predicate.as_str().ends_with("#label"))
        .map(|q| (q.subject.to_string(), q.object.to_string().trim_matches('"').to_owned()))
        .collect();
    quads(extraction)
        .iter()
        .filter(|q| q.graph_name.is_default_graph() && q.predicate.as_str() != "https://w3id.org/entente/ns#hasMember")
        .filter_map(|q| {
            let (s, o) = (labels.get(&q.subject.to_string())?, labels.get(&q.object.to_string())?);
            Some(format!("{s} {} {o}", short(&q.predicate.to_string())))
        })
        .collect()
}

fn check(id: &str, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|s| (*s).to_owned()).collect();
    assert_eq!(plain(&article(id)), expected, "{id}");
}

#[test]
fn those_whom_somebody_met_have_not_met_each_other() {
    let pipeline = Pipeline::embedded().unwrap();
    let met = |text: &str| -> BTreeSet<String> {
        let triples = plain(&pipeline.extract_text(text, None));
        triples.into_iter().filter(|t| t.contains(" met ")).collect()
    };
    let two = [("Emmanuel Macron", "Olaf Scholz"), ("Emmanuel Macron", "Joe Biden")];
    let both = |pairs: &[(&str, &str)]| -> BTreeSet<String> {
        pairs.iter().flat_map(|(a, b)| [format!("{a} met {b}"), format!("{b} met {a}")]).collect()
    };
    assert_eq!(met("Emmanuel Macron met Olaf Scholz and Joe Biden in Paris."), both(&two));
    assert_eq!(met("Emmanuel Macron held talks with Olaf Scholz and Joe Biden."), both(&two));
    let all = [two[0], two[1], ("Olaf Scholz", "Joe Biden")];
    assert_eq!(met("Talks between Emmanuel Macron, Olaf Scholz and Joe Biden took place on Monday."), both(&all));
}

#[test]
fn shortcuts_are_what_the_article_itself_asserts() {
    check(
        "wire/2025-09-04/beijing",
        &[
            "Kim Jong Un visited Beijing",
            "Kim Jong Un visited China",
            "Kim Ju Ae visited Beijing",
            "Kim Ju Ae visited China",
            "Kim Ju Ae accompanied Kim Jong Un",
            "China hosted Kim Jong Un",
            "Kim Jong Un met Xi Jinping",
            "Xi Jinping met Kim Jong Un",
            "Kim Jong Un met Moon Jae-in",
            "Moon Jae-in met Kim Jong Un",
            "Kim Ju Ae childOf Kim Jong Un",
        ],
    );
    check(
        "post-77",
        &[
            "Kim Jong Un met Xi Jinping",
            "Xi Jinping met Kim Jong Un",
            "Kim Jong Un visited Hanoi",
            "Xi Jinping visited Hanoi",
        ],
    );
    check(
        "treaty.md",
        &[
            "Russia signedAgreementWith North Korea",
            "North Korea signedAgreementWith Russia",
            "Russia signed mutual defence agreement",
            "North Korea signed mutual defence agreement",
            "Russia partyTo mutual defence agreement",
            "North Korea partyTo mutual defence agreement",
            "Vladimir Putin visited North Korea",
            "North Korea hosted Vladimir Putin",
            "United States criticized mutual defence agreement",
        ],
    );
    check(
        "front/3",
        &[
            "Russia attacked Ukraine",
            "Russia attacked Kharkiv",
            "Ukraine attacked Russia",
            "North Korean soldiers foughtWith Ukraine",
            "Ukraine foughtWith North Korean soldiers",
            "United States sanctioned Russia",
        ],
    );
    check("city/2", &["police arrested John Smith", "Russia expelled United States"]);
}

#[test]
fn only_facts_of_the_article_are_events_of_the_record() {
    let classes: Vec<String> = news()
        .iter()
        .map(|x| {
            let quads = quads(x);
            let mut events: Vec<String> = quads
                .iter()
                .filter(|q| q.graph_name.is_default_graph() && q.subject.to_string().contains("/event/"))
                .filter(|q| q.predicate.as_str().ends_with("#type") && q.object.to_string().contains("entente/ns#"))
                .map(|q| short(&q.object.to_string()))
                .collect();
            events.sort();
            events.retain(|c| c != "Event");
            events.join(" ")
        })
        .collect();
    assert_eq!(
        classes,
        [
            "Consultation Consultation Consultation Meeting Meeting Visit",
            "Consultation Consultation Meeting Visit",
            "AgreementSigned Consultation Criticism DiplomaticSupport Disapproval Visit",
            "Attack Attack Clash DroneStrike ReductionOfRelations Sanctions Shelling Violence Violence Violence",
            "Arrest Coercion Protest",
            "Arrest Coercion Expulsion ReductionOfRelations",
        ]
    );
}

#[test]
fn whatever_is_not_asserted_leaves_the_record_empty() {
    use entente::extract::{Polarity, Status};
    type Change = fn(&mut Extraction);
    let changes: [(&str, Change); 9] = [
        ("reported", |x| x.events[0].status = Status::Reported),
        ("planned", |x| x.events[0].status = Status::Planned),
        ("denied", |x| x.events[0].status = Status::Denied),
        ("negative", |x| x.events[0].polarity = Polarity::Negative),
        ("claimed", |x| x.events[0].attribution = vec!["e0".into()]),
        ("claimed by somebody unknown", |x| x.events[0].attribution = vec!["nobody".into()]),
        ("future", |x| x.events[0].aux = vec!["future".into()]),
        ("hypothetical", |x| x.events[0].aux = vec!["hypothetical".into()]),
        ("negation", |x| x.events[0].aux = vec!["negation".into()]),
    ];
    let facts = |x: &Extraction| {
        quads(x)
            .iter()
            .filter(|q| q.graph_name.is_default_graph())
            .filter(|q| q.subject.to_string().contains("/event/") || q.predicate.as_str().ends_with("#visited"))
            .count()
    };
    let mut extraction = article("treaty.md");
    extraction.events = vec![extraction.events.remove(1)];
    assert!(facts(&extraction) > 10);
    for (name, change) in changes {
        let mut changed = extraction.clone();
        change(&mut changed);
        assert_eq!(facts(&changed), 0, "{name}");
    }
}

#[test]
fn a_chain_of_sources_is_walked_in_order() {
    let quads = quads(&article("wire/2025-09-04/beijing"));
    let object = |s: &str, p: &str| {
        let hit = quads.iter().find(|q| q.subject.to_string() == s && q.predicate.as_str().ends_with(p));
        hit.map(|q| q.object.to_string())
    };
    let base = "<https://entente.example/article/wire%2F2025-09-04%2Fbeijing#";
    let first = object(&format!("{base}event-v3>"), "#attribution").unwrap();
    let second = object(&first, "#next").unwrap();
    assert_eq!(object(&first, "#who").map(|t| short(&t)).as_deref(), Some("Q204839"));
    assert_eq!(object(&second, "#who").map(|t| short(&t)).as_deref(), Some("Q15031"));
    assert_eq!(object(&second, "#next"), None);
}

#[test]
fn the_same_extraction_gives_the_same_quads_in_the_same_order() {
    for extraction in news() {
        let (once, twice) = (quads(&extraction), quads(&extraction));
        assert_eq!(once, twice);
        assert_eq!(once.iter().collect::<std::collections::HashSet<_>>().len(), once.len(), "no quad comes twice");
        assert!(once.iter().all(|q| q.subject.is_named_node() && !matches!(q.object, Term::BlankNode(_))));
    }
}

#[test]
fn namesakes_of_two_articles_are_two_people() {
    let people: BTreeSet<String> = news()
        .iter()
        .flat_map(quads)
        .filter(|q| q.object.to_string() == "\"John Smith\"" && q.predicate.as_str().ends_with("rdf-schema#label"))
        .map(|q| q.subject.to_string())
        .collect();
    assert_eq!(people.len(), 2, "{people:?}");
}

#[test]
fn governments_and_groups_of_known_members_are_shared() {
    let name_of = |id: &str, label: &str| {
        let quad = quads(&article(id)).into_iter().find(|q| q.object.to_string() == format!("\"{label}\""));
        quad.map(|q| q.subject.to_string())
    };
    let government = name_of("front/3", "Government of North Korea");
    assert_eq!(government.as_deref(), Some("<https://entente.example/entity/government/PRK>"));
    assert_eq!(government, name_of("treaty.md", "Government of North Korea"));
    assert!(name_of("post-77", "Kim Jong Un and Xi Jinping").unwrap().contains("entity/group/"));
}

#[test]
fn every_word_that_is_cited_stands_in_the_text_where_it_is_said_to() {
    for extraction in news() {
        let text: Vec<char> = extraction.text.chars().collect();
        let cited: Vec<Quad> =
            quads(&extraction).into_iter().filter(|q| q.predicate.as_str().ends_with("#anchorOf")).collect();
        assert!(!cited.is_empty());
        for quad in cited {
            let iri = quad.subject.to_string();
            let (start, end) = iri.trim_end_matches('>').rsplit_once("#char=").unwrap().1.split_once(',').unwrap();
            let words: String = text[start.parse().unwrap()..end.parse().unwrap()].iter().collect();
            assert_eq!(Term::from(oxigraph::model::Literal::new_simple_literal(words)), quad.object);
        }
    }
}

#[test]
fn mentions_can_be_left_out() {
    let options = GraphOptions { mentions: false, ..GraphOptions::default() };
    let small = Mapper::new(options).unwrap();
    for extraction in news() {
        let (all, fewer) = (quads(&extraction), small.quads(&extraction));
        let record = |quads: &[Quad]| -> BTreeSet<String> {
            quads.iter().filter(|q| q.graph_name.is_default_graph()).map(|q| q.to_string()).collect()
        };
        assert!(fewer.len() < all.len() && fewer.iter().all(|q| !q.to_string().contains("taIdentRef")));
        assert_eq!(record(&all), record(&fewer), "the record is the same");
    }
}

#[test]
fn the_run_is_told_and_a_start_time_only_when_given() {
    let started = |run: RunInfo| {
        let mapper = Mapper::new(GraphOptions { run, ..GraphOptions::default() }).unwrap();
        let quads = mapper.quads(&article("city/2"));
        quads.iter().filter(|q| q.predicate.as_str().ends_with("startedAtTime")).count()
    };
    assert_eq!(started(RunInfo::default()), 0);
    let time = "2025-09-04T10:00:00Z".parse().ok();
    assert_eq!(started(RunInfo { started: time, ..RunInfo::default() }), 1);
}

#[test]
fn an_extraction_that_makes_no_sense_still_has_a_graph() {
    let mut extraction = article("front/3");
    let nowhere = Participant { entity: "e99".into(), start: 900_000, end: 3, counterpart: false };
    for event in &mut extraction.events {
        event.actor.push(nowhere.clone());
        event.place = Some(nowhere.clone());
        event.sentence = 4000;
        (event.trigger.start, event.trigger.end) = (usize::MAX, 7);
        event.kind = Some("NO \u{0}\"> TYPE".into());
        event.mode = Some("<mode>".into());
        event.contexts = vec!["{context}".into()];
        event.cameo = Some("999 9".into());
        event.class = "<No> \"class\"".into();
        event.confidence = f32::NAN;
        event.time.iter_mut().for_each(|t| t.value = "2025-99-99/XX".into());
    }
    for entity in &mut extraction.entities {
        entity.lat = Some(f64::NAN);
        entity.lon = Some(1e300);
        entity.wikidata = Some("Q0; DROP".into());
        entity.iri = "not an iri".into();
        entity.members = vec![entity.id.clone(), "e98".into()];
        entity.sector = Some("a sector".into());
        entity.country = Some("nowhere".into());
    }
    extraction.article.published = Some("yesterday".into());
    extraction.article.url = Some("::::".into());
    extraction.article.publisher = Some(String::new());
    let mut bytes = Vec::new();
    for quad in quads(&extraction) {
        bytes.extend_from_slice(format!("{quad} .\n").as_bytes());
    }
    let parsed = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::NQuads).for_slice(&bytes);
    let parsed: Vec<Quad> = parsed.collect::<Result<_, _>>().unwrap();
    assert!(parsed.iter().any(|q| q.graph_name.as_ref() != GraphNameRef::DefaultGraph));
}

#[test]
fn whom_only_a_pronoun_names_is_not_in_the_graph() {
    let pipeline = Pipeline::embedded().unwrap();
    let born = |text: &str| {
        let mut extraction = pipeline.extract_text(text, None);
        extraction.article.id = "born".to_owned();
        assert_eq!(extraction.relations.len(), 1, "{text}");
        quads(&extraction).iter().filter(|q| q.predicate.as_str().ends_with("#bornIn")).count()
    };
    assert_eq!(born("He was born in Paris."), 0);
    assert!(born("Karl Lindner was born in Paris.") > 0);
}
