//! The examples of rule files, run through the whole pipeline.

use super::Pipeline;
use crate::extract::{
    Casualty, EventInfo, Example, ExampleEvent, ExampleRelation, Expected, Extraction, Participant, Polarity,
    RelationInfo, Status,
};
use crate::lexicon::DataError;
use std::collections::BTreeSet;

/// An example whose sentence did not give what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedExample {
    /// Rule file, below `data/`.
    pub file: String,
    pub text: String,
    /// What differs, and what was found.
    pub difference: String,
}

/// Examples that were run: how many there are, and those that fail.
type Checked = (usize, Vec<FailedExample>);

impl Pipeline {
    /// Runs every example of the pipeline's rule files: how many there are, and those that fail.
    pub fn check_examples(&self) -> Result<Checked, DataError> {
        let mut checked = Checked::default();
        for (path, file) in self.knowledge().rule_files()? {
            let classes: Vec<&str> = file.classes().collect();
            self.check(&path, &file.example, |example, found| difference(example, &classes, found), &mut checked);
        }
        Ok(checked)
    }

    /// Runs every example of the pipeline's rules for relations: how many there are, and those that fail.
    ///
    /// Each lists all that the file's rules state in the sentence, whether the predicate is named by a rule of the file or follows
    /// from one.
    pub fn check_relation_examples(&self) -> Result<Checked, DataError> {
        let mut checked = Checked::default();
        for (path, file) in self.knowledge().relation_files()? {
            let name = path.rsplit('/').next().unwrap_or(&path);
            let differs = |example: &_, found: &_| relation_difference(example, name, found);
            self.check(&path, &file.example, differs, &mut checked);
        }
        Ok(checked)
    }

    fn check<E>(
        &self,
        path: &str,
        examples: &[Example<E>],
        difference: impl Fn(&Example<E>, &Extraction) -> Option<String>,
        (count, failed): &mut Checked,
    ) {
        *count += examples.len();
        for example in examples {
            let found = self.extract_text(&example.text, example.published.as_deref());
            if let Some(difference) = difference(example, &found) {
                failed.push(FailedExample { file: path.to_owned(), text: example.text.clone(), difference });
            }
        }
    }
}

/// What differs from the relations that the rules of a file find, called by its name without folder.
fn relation_difference(example: &Example<ExampleRelation>, file: &str, found: &Extraction) -> Option<String> {
    let of_file = |r: &&RelationInfo| r.rule.split('#').next() == Some(file);
    let got: BTreeSet<String> = found.relations.iter().filter(of_file).map(|r| relation_line(found, r)).collect();
    let want: BTreeSet<String> = example.finds.iter().map(expected_line).collect();
    let list = |lines: &BTreeSet<String>| lines.iter().cloned().collect::<Vec<_>>().join("; ");
    (want != got).then(|| format!("expected {}\n       found {}", list(&want), list(&got)))
}

fn relation_line(found: &Extraction, relation: &RelationInfo) -> String {
    let label = |id: &str| found.entities.iter().find(|e| e.id == id).map_or(id.to_owned(), |e| e.label.clone());
    let object = relation.object.as_deref().map(label).or_else(|| relation.value.clone()).unwrap_or_default();
    let ends = [("from", &relation.begin), ("until", &relation.until)];
    line(&relation.predicate, &label(&relation.subject), &object, ends, (relation.status, relation.polarity))
}

fn expected_line(want: &ExampleRelation) -> String {
    let ends = [("from", &want.begin), ("until", &want.until)];
    line(&want.predicate, &want.subject, &want.object, ends, want.standing())
}

fn line(
    predicate: &str,
    subject: &str,
    object: &str,
    ends: [(&str, &Option<String>); 2],
    (status, polarity): (Status, Polarity),
) -> String {
    let ends = ends.iter().filter_map(|(name, value)| Some(format!(" {name} {}", value.as_deref()?)));
    let ends: String = ends.collect();
    let mut line = format!("[{}] {predicate} [{}]{ends}", plain(subject), plain(object));
    if (status, polarity) != Default::default() {
        line.push_str(&format!(" ({status:?}, {polarity:?})").to_lowercase());
    }
    line
}

fn difference(example: &Example<ExampleEvent>, classes: &[&str], found: &Extraction) -> Option<String> {
    let events: Vec<&EventInfo> = found.events.iter().filter(|e| classes.contains(&&*e.class)).collect();
    if events.len() != example.finds.len() {
        return Some(format!("{} events expected, found {}", example.finds.len(), describe(found, &events)));
    }
    let mut pairs = example.finds.iter().zip(&events);
    pairs
        .find_map(|(want, got)| mismatch(want, got, found))
        .map(|what| format!("{what}: found {}", describe(found, &events)))
}

fn mismatch(want: &ExampleEvent, got: &EventInfo, found: &Extraction) -> Option<String> {
    let others = |role: &str| -> Vec<String> {
        got.others.iter().filter(|o| o.role == role).map(|o| words(found, o.start, o.end)).collect()
    };
    let differ = |want: &Option<Vec<String>>, got: &[Participant]| {
        want.as_ref().is_some_and(|names| plain_set(names.iter().cloned()) != plain_set(named(found, got)))
    };
    let place = got.place.as_ref().map(|p| words(found, p.start, p.end));
    let time = got.time.as_ref().map(|t| t.value.clone());
    let rule = got.rule.rsplit('#').next().map(str::to_owned);
    let fields = [
        ("place", &want.place.as_deref().map(plain), place.as_deref().map(plain)),
        ("class", &want.class, Some(got.class.clone())),
        ("type", &want.kind, got.kind.clone()),
        ("mode", &want.mode, got.mode.clone()),
        ("CAMEO code", &want.cameo, got.cameo.clone()),
        ("time", &want.time, time),
        ("rule", &want.rule, rule),
    ];
    if differ(&want.actor, &got.actor) {
        return Some("other actors".to_owned());
    }
    if differ(&want.recipient, &got.recipient) {
        return Some("other recipients".to_owned());
    }
    if let Some((role, _)) =
        want.others.iter().find(|(role, names)| plain_set(names.iter().cloned()) != plain_set(others(role)))
    {
        return Some(format!("another {role}"));
    }
    let counted = |of: &Casualty, number: &u64| got.casualties.iter().any(|c| c.of == *of && c.number == *number);
    if !want.casualties.iter().all(|(of, number)| counted(of, number)) {
        return Some("other casualties".to_owned());
    }
    if want.count.is_some() && want.count != got.count {
        return Some("another count".to_owned());
    }
    if let Some((field, ..)) = fields.iter().find(|(_, want, got)| want.is_some() && **want != *got) {
        return Some(format!("another {field}"));
    }
    (want.standing() != (got.status, got.polarity)).then(|| "another status or polarity".to_owned())
}

fn words(found: &Extraction, start: usize, end: usize) -> String {
    found.text.chars().skip(start).take(end - start).collect()
}

fn named(found: &Extraction, parties: &[Participant]) -> Vec<String> {
    parties.iter().map(|p| words(found, p.start, p.end)).collect()
}

fn plain_set(names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    names.into_iter().map(|n| plain(&n)).collect()
}

/// Participants are compared without a leading article: a mention's span may or may not take it in.
fn plain(words: &str) -> String {
    let lower = words.to_lowercase();
    lower.strip_prefix("the ").unwrap_or(&lower).to_owned()
}

fn describe(found: &Extraction, events: &[&EventInfo]) -> String {
    let one = |e: &&EventInfo| {
        format!(
            "{} {} [{}] -> [{}] at {:?}, {:?} {:?}, by {}",
            e.kind.as_deref().unwrap_or("-"),
            words(found, e.trigger.start, e.trigger.end),
            named(found, &e.actor).join(" + "),
            named(found, &e.recipient).join(" + "),
            e.place.as_ref().map(|p| words(found, p.start, p.end)),
            e.status,
            e.polarity,
            e.rule
        )
    };
    if events.is_empty() { "none".to_owned() } else { events.iter().map(one).collect::<Vec<_>>().join("; ") }
}
