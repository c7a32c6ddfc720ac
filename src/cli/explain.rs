//! `entente explain`: how a sentence is read, and where each rule that its words call for stopped.

use super::Status;
use super::setup::Setup;
use crate::doc::Doc;
use crate::extract::{ArticleInfo, Attempt, EventInfo, Extraction, Outcome, Participant, RelationInfo, RoleName};
use crate::pipeline::{Analysis, Pipeline, lines};
use crate::text::CodePoints;
use anyhow::Result;
use jiff::civil::Date;
use std::io::{self, BufWriter, Write};

/// Show how a sentence is read, and where rules stopped
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente explain 'Kim arrived in Beijing on Tuesday.'
  entente explain --date 2025-09-04 'Xi said China would send aid to Pakistan next week.'")]
pub(super) struct Arguments {
    /// A sentence, or several
    #[arg(value_name = "SENTENCE")]
    text: String,
    /// Day that `today` means
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    #[command(flatten)]
    setup: Setup,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let pipeline = arguments.setup.pipeline()?;
    let text = &arguments.text;
    let analysis = pipeline.analyse(text.as_str().into(), &lines(text), arguments.date);
    let published = arguments.date.map(|day| day.to_string());
    let extraction = analysis.extraction(ArticleInfo { published, ..ArticleInfo::default() });
    let mut out = BufWriter::new(io::stdout().lock());
    Explanation { pipeline: &pipeline, analysis: &analysis, extraction: &extraction }.write(&mut out)?;
    out.flush()?;
    Ok(Status::Done)
}

struct Explanation<'a> {
    pipeline: &'a Pipeline,
    analysis: &'a Analysis,
    extraction: &'a Extraction,
}

impl Explanation<'_> {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let rows = (0..self.doc().tokens().len()).map(|i| self.word_row(i)).collect();
        section(out, "words", &["", "word", "lemma", "tag", "relation", "of", "name"], rows)?;
        let rows = self.extraction.mentions.iter().map(|m| {
            let Some(entity) = self.extraction.entities.iter().find(|e| e.id == m.entity) else { return Vec::new() };
            vec![self.words(m.start, m.end), entity.label.clone(), entity.kind.clone(), entity.iri.clone()]
        });
        section(out, "mentions", &["words", "entity", "type", "name"], rows.collect())?;
        let rows =
            self.extraction.times.iter().map(|t| vec![self.words(t.start, t.end), t.kind.clone(), t.value.clone()]);
        section(out, "times", &["words", "type", "value"], rows.collect())?;
        self.write_events(out)?;
        let rows = self.extraction.relations.iter().map(|r| self.relation_row(r)).collect();
        let head = ["subject", "relation", "object", "words", "holds", "status", "says so", "rule"];
        section(out, "relations", &head, rows)?;
        let rows = self.pipeline.attempts(self.analysis).iter().map(|a| self.attempt_row(a)).collect();
        section(out, "rules that were tried", &["word", "rule", "outcome"], rows)
    }

    fn doc(&self) -> &Doc {
        &self.analysis.doc
    }

    fn word_row(&self, i: usize) -> Vec<String> {
        let doc = self.doc();
        let token = doc.token(i);
        let head = if token.head == i { String::new() } else { format!("{} {}", token.head, doc.word(token.head)) };
        let name = doc.name_at(i).map_or(String::new(), |n| n.kind.to_string());
        vec![
            i.to_string(),
            doc.word(i).to_owned(),
            token.lemma.to_string(),
            token.tag.to_string(),
            token.dep.to_string(),
            head,
            name,
        ]
    }

    fn write_events(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "events")?;
        if self.extraction.events.is_empty() {
            return writeln!(out, "  none\n");
        }
        for event in &self.extraction.events {
            writeln!(out, "  {}", self.title(event))?;
            for (name, value) in self.fields(event).into_iter().filter(|(_, value)| !value.is_empty()) {
                writeln!(out, "    {name:<12} {value}")?;
            }
        }
        writeln!(out)
    }

    /// `Visit, CONSULT-visit, CAMEO 042: arrived`.
    fn title(&self, event: &EventInfo) -> String {
        let mode = event.mode.as_deref().map_or(String::new(), |mode| format!("-{mode}"));
        let kind = event.kind.as_deref().map_or(String::new(), |kind| format!(", {kind}{mode}"));
        let cameo = event.cameo.as_deref().map_or(String::new(), |code| format!(", CAMEO {code}"));
        format!("{}{kind}{cameo}: {}", event.class, self.words(event.trigger.start, event.trigger.end))
    }

    fn fields(&self, event: &EventInfo) -> Vec<(String, String)> {
        let parties = |list: &[Participant]| list.iter().map(|p| self.party(p)).collect::<Vec<_>>().join("; ");
        let vouching: Vec<String> = event.attribution.iter().map(|id| self.label(id)).collect();
        let lower = |value: String| value.to_lowercase();
        let mut fields =
            vec![("actor".to_owned(), parties(&event.actor)), ("recipient".to_owned(), parties(&event.recipient))];
        fields.extend(event.others.iter().map(|o| (o.role.clone(), self.named(&o.entity, o.start, o.end))));
        fields.extend([
            ("place".to_owned(), event.place.as_ref().map_or(String::new(), |p| self.party(p))),
            ("time".to_owned(), event.time.as_ref().map_or(String::new(), |t| t.value.clone())),
            ("context".to_owned(), event.contexts.join(", ")),
            ("status".to_owned(), lower(format!("{:?}, {:?}", event.status, event.polarity))),
            ("says so".to_owned(), vouching.join(", then ")),
            ("rule".to_owned(), event.rule.clone()),
        ]);
        fields
    }

    fn relation_row(&self, relation: &RelationInfo) -> Vec<String> {
        let object = relation.object.as_deref().map(|o| self.label(o)).or_else(|| relation.value.clone());
        let holds = match (&relation.begin, &relation.until) {
            (None, None) => String::new(),
            (begin, until) => {
                format!("{}/{}", begin.as_deref().unwrap_or_default(), until.as_deref().unwrap_or_default())
            }
        };
        let vouching: Vec<String> = relation.attribution.iter().map(|id| self.label(id)).collect();
        vec![
            self.label(&relation.subject),
            relation.predicate.clone(),
            object.unwrap_or_default(),
            self.words(relation.start, relation.end),
            holds,
            format!("{:?}, {:?}", relation.status, relation.polarity).to_lowercase(),
            vouching.join(", then "),
            relation.rule.clone(),
        ]
    }

    fn party(&self, party: &Participant) -> String {
        self.named(&party.entity, party.start, party.end)
    }

    /// `North Korea (the North)`; the words alone when they are the name.
    fn named(&self, entity: &str, start: usize, end: usize) -> String {
        let (label, words) = (self.label(entity), self.words(start, end));
        if label == words { label } else { format!("{label} ({words})") }
    }

    fn label(&self, id: &str) -> String {
        self.extraction.entities.iter().find(|e| e.id == id).map_or(String::new(), |e| e.label.clone())
    }

    /// The words between two code points.
    fn words(&self, start: usize, end: usize) -> String {
        let text = self.doc().text();
        let points = CodePoints::new(text);
        text[points.byte(start)..points.byte(end)].to_owned()
    }

    fn attempt_row(&self, attempt: &Attempt) -> Vec<String> {
        let outcome = match &attempt.outcome {
            Outcome::Found => "gave an event".to_owned(),
            Outcome::Beaten => "fitted, but another rule fitted better".to_owned(),
            Outcome::Condition(condition) => format!("a condition does not hold: {condition}"),
            Outcome::Unfilled(role) => format!("nobody to be its {}", role_name(role)),
            Outcome::Private => "nobody in public life has a part in it".to_owned(),
        };
        vec![self.doc().word(attempt.trigger).to_owned(), attempt.rule.clone(), outcome]
    }
}

fn role_name(role: &RoleName) -> &str {
    match role {
        RoleName::Actor => "actor",
        RoleName::Recipient => "recipient",
        RoleName::Place => "place",
        RoleName::Other(name) => name,
    }
}

/// A heading, and under it a table with aligned columns.
fn section(out: &mut impl Write, title: &str, head: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
    writeln!(out, "{title}")?;
    if rows.is_empty() {
        return writeln!(out, "  none\n");
    }
    let head = head.iter().map(|&cell| cell.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| shown(c).chars().count()).max();
    let widths: Vec<usize> = (0..rows[0].len()).map(|column| width(column).unwrap_or(0)).collect();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{:width$}", shown(cell))).collect();
        writeln!(out, "  {}", cells.join("  ").trim_end())?;
    }
    writeln!(out)
}

/// A cell without line breaks.
fn shown(cell: &str) -> String {
    cell.replace(char::is_control, "␣")
}
