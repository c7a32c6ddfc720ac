//! Time expressions: spans, values, and the events they date.

use crate::analysed::{cases, doc};
use entente::times::{Grammar, time_of};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    published: Option<String>,
    text: String,
    /// Words and TIMEX3 value of all time expressions of the text.
    times: Option<Vec<(String, String)>>,
    /// Triggers, and the words that date each; no words when nothing does.
    #[serde(default)]
    events: Vec<(String, String)>,
}

#[test]
fn expressions_have_the_values_that_the_cases_give() {
    let grammar = Grammar::embedded().unwrap();
    let mut faults = Vec::new();
    for (name, case) in cases::<Case>("times") {
        let doc = doc(&case.text);
        let times = grammar.find(&doc, case.published.as_deref().map(|day| day.parse().unwrap()));
        let found: Vec<_> = times.iter().map(|t| (t.span.of(&case.text).to_owned(), t.value.clone())).collect();
        if case.times.as_ref().is_some_and(|wanted| *wanted != found) {
            faults.push(format!("{name}: {}\n  {found:?}", case.text));
        }
        for (trigger, wanted) in &case.events {
            let token = (0..doc.tokens().len()).find(|&t| doc.word(t) == trigger).unwrap();
            let words = time_of(&doc, &times, token).map_or("", |i| times[i].span.of(&case.text));
            if words != wanted {
                faults.push(format!("{name}: {}\n  `{trigger}` is dated by `{words}`", case.text));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
