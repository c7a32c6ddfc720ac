//! What a text must not be read as saying: `tests/cases/not_asserted`, each phenomenon beside a twin that does say it.

use crate::analysed::cases;
use entente::extract::{EventInfo, Extraction, Participant, Polarity, RelationInfo, Status};
use entente::pipeline::Pipeline;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    #[serde(default)]
    never: Vec<Fact>,
    #[serde(default)]
    says: Vec<Fact>,
}

/// An event, or with a predicate a relation; what is left out may be anything.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    class: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    actor: Option<String>,
    recipient: Option<String>,
    predicate: Option<String>,
    subject: Option<String>,
    object: Option<String>,
}

fn is_fact(status: Status, polarity: Polarity) -> bool {
    matches!(status, Status::Asserted | Status::Reported) && polarity == Polarity::Positive
}

impl Fact {
    fn is_in(&self, got: &Extraction) -> bool {
        match self.predicate {
            Some(_) => got.relations.iter().any(|r| self.is_relation(r, got)),
            None => got.events.iter().any(|e| self.is_event(e, got)),
        }
    }

    fn is_event(&self, event: &EventInfo, got: &Extraction) -> bool {
        let has = |wanted: &Option<String>, parties: &[Participant]| {
            wanted.as_ref().is_none_or(|wanted| parties.iter().any(|p| label(&p.entity, got) == Some(wanted)))
        };
        is_fact(event.status, event.polarity)
            && self.class.as_ref().is_none_or(|class| event.class == *class)
            && self.kind.as_ref().is_none_or(|kind| event.kind.as_ref() == Some(kind))
            && has(&self.actor, &event.actor)
            && has(&self.recipient, &event.recipient)
    }

    fn is_relation(&self, relation: &RelationInfo, got: &Extraction) -> bool {
        let is = |wanted: &Option<String>, entity: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| entity.and_then(|e| label(e, got)) == Some(wanted))
        };
        is_fact(relation.status, relation.polarity)
            && self.predicate.as_ref() == Some(&relation.predicate)
            && is(&self.subject, Some(&relation.subject))
            && is(&self.object, relation.object.as_ref())
    }
}

fn label<'a>(entity: &str, got: &'a Extraction) -> Option<&'a String> {
    got.entities.iter().find(|e| e.id == entity).map(|e| &e.label)
}

#[test]
fn texts_say_what_they_say_and_no_more() {
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    let mut wrong = Vec::new();
    for (name, case) in cases::<Case>("not_asserted") {
        let got = pipeline.extract_text(&case.text, Some("2025-09-04"));
        assert!(!(case.never.is_empty() && case.says.is_empty()), "{name} expects nothing");
        wrong.extend(
            case.never.iter().filter(|f| f.is_in(&got)).map(|f| format!("{name}: {}\n    says {f:?}", case.text)),
        );
        wrong.extend(
            case.says.iter().filter(|f| !f.is_in(&got)).map(|f| format!("{name}: {}\n    lacks {f:?}", case.text)),
        );
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
