//! Sums of money, weapons, and the order of events: what the sentences of `tests/cases/details` tell, and nothing else.

use crate::analysed::cases;
use entente::extract::{Extraction, Order};
use entente::pipeline::Pipeline;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    #[serde(default)]
    amounts: Vec<String>,
    #[serde(default)]
    order: Vec<String>,
}

fn amounts(got: &Extraction) -> Vec<String> {
    let all = got.events.iter().flat_map(|e| &e.amounts);
    all.map(|amount| format!("{} {}", amount.number, amount.unit)).collect()
}

fn order(got: &Extraction) -> Vec<String> {
    let class = |id: &str| got.events.iter().find(|e| e.id == id).map_or("", |e| e.class.as_str());
    let said = |relation| if relation == Order::Before { "before" } else { "after" };
    let pairs = got.events.iter().flat_map(|e| e.order.iter().map(move |other| (e, other)));
    pairs.map(|(e, other)| format!("{} {} {}", e.class, said(other.relation), class(&other.event))).collect()
}

#[test]
fn amounts_and_order_are_those_of_the_words() {
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    for (name, case) in cases::<Case>("details") {
        let got = pipeline.extract_text(&case.text, None);
        assert_eq!((amounts(&got), order(&got)), (case.amounts, case.order), "{name}: {}", case.text);
    }
}

#[test]
fn a_time_taken_over_from_the_occasion_is_marked() {
    let pipeline = Pipeline::embedded().expect("the embedded data loads");
    let text = "Xi Jinping met Kim Jong Un in Beijing.\n\nXi Jinping met Kim Jong Un in Beijing on Thursday.\n\n\
                Xi Jinping thanked Kim Jong Un for his support.";
    let got = pipeline.extract_text(text, Some("2025-09-05"));
    let times = got.events.iter().filter_map(|e| e.time.as_ref());
    assert!(times.clone().any(|t| t.value == "2025-09-04" && !t.inferred), "the meeting has a day of its own");
    let last = got.events.last().expect("an event");
    let time = last.time.as_ref().expect("the thanks take the day of the meeting");
    assert!(time.inferred && time.value == "2025-09-04", "{time:?}");
}
