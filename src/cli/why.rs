//! `entente why`: the words behind what a store holds.

use super::setup::probability;
use super::{Status, Usage};
use crate::store::{
    Evidence, EvidenceKind, Named, Participant, Run, Source, Store, Time, Why, WhyError, Words, short_iri,
};
use crate::text::counted;
use anyhow::Result;
use oxigraph::model::NamedNodeRef;
use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Show which words of which articles are behind an event, a relation, an entity or a triple
///
/// In the sentences, [ ] enclose the words for those who take part and * * the words that name what happens.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente why wd:Q56226 visited wd:Q956
  entente why wd:Q56226 --min-confidence 0.8
  entente why https://entente.example/event/news%2Ftoday.txt/i0
  entente why relation/5c829dfbf34e371a --format json | jq '.evidence[].sentence.text'
  entente why wd:Q15031 rdfs:label 'Xi Jinping' --store archive.db")]
pub(super) struct Arguments {
    /// An event, relation, entity or statement; or subject, property and object of a triple. Each is an IRI, a name with
    /// a prefix, or a name under the store's base or in Entente's vocabulary
    #[arg(required = true, num_args = 1..=3, value_name = "IRI | S P O")]
    terms: Vec<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Leave out events and relations less sure than this, from 0 to 1
    #[arg(long, value_name = "NUMBER", value_parser = probability)]
    min_confidence: Option<f64>,
    /// Pieces of evidence to show at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let store = Store::open_read_only(&arguments.store)?;
    let limit = if arguments.limit == 0 { usize::MAX } else { arguments.limit };
    let least = arguments.min_confidence;
    // How many are sure is known only of what has been read.
    let most = if least.is_some() { usize::MAX } else { limit };
    let why = match arguments.terms.as_slice() {
        [thing] => store.why(thing, most),
        [subject, predicate, object] => store.why_triple([subject, predicate, object], most),
        _ => return Err(Usage("give one IRI, or a subject, a property and an object".to_owned()).into()),
    };
    let mut why = why.map_err(explained)?;
    if let Some(least) = least {
        why.evidence.retain(|evidence| evidence.confidence.is_none_or(|own| own >= least));
        why.total = why.evidence.len();
        why.evidence.truncate(limit);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&why)?)?,
        Format::Text => write_why(&mut out, &why)?,
    }
    out.flush()?;
    Ok(Status::Done)
}

/// What no term can be is an error in usage.
fn explained(error: WhyError) -> anyhow::Error {
    match error {
        WhyError::Term(error) => Usage(error.to_string()).into(),
        error => error.into(),
    }
}

fn write_why(out: &mut impl Write, why: &Why) -> io::Result<()> {
    writeln!(out, "{}", line(&why.about))?;
    writeln!(out, "{}", why.terms.iter().map(|t| line(t)).collect::<Vec<_>>().join(" "))?;
    writeln!(out, "{}", summary(why))?;
    for (i, evidence) in why.evidence.iter().enumerate() {
        writeln!(out)?;
        write_evidence(out, i + 1, evidence)?;
    }
    Ok(())
}

/// `2 pieces of evidence from 1 article`.
fn summary(why: &Why) -> String {
    let pieces =
        if why.total == 1 { "1 piece of evidence".to_owned() } else { format!("{} pieces of evidence", why.total) };
    if why.evidence.len() < why.total {
        return format!("{pieces}, of which {} are shown: --limit 0 shows all", why.evidence.len());
    }
    let articles = why.evidence.iter().map(|e| &e.article.iri).collect::<BTreeSet<_>>().len();
    format!("{pieces} from {}", counted(articles, "article"))
}

fn write_evidence(out: &mut impl Write, number: usize, evidence: &Evidence) -> io::Result<()> {
    writeln!(out, "{number}. {}", article_line(&evidence.article))?;
    if let Some(sentence) = &evidence.sentence {
        writeln!(out, "   “{}”", line(&marked(sentence, evidence)))?;
    }
    let mut field = |name: &str, value: &str| writeln!(out, "   {name:<12}{}", line(value));
    field(kind_name(evidence.kind), &what(evidence))?;
    for content in &evidence.content {
        field("quoted", &content.text)?;
    }
    for participant in &evidence.participants {
        field(&participant.role, &participant_line(participant))?;
    }
    if let Some(time) = &evidence.time {
        field("time", &time_line(time))?;
    }
    if evidence.kind != EvidenceKind::Description {
        field("source", &sources(&evidence.attribution))?;
    }
    if let Some(rule) = &evidence.rule {
        let confidence = evidence.confidence.map_or(String::new(), |c| format!(", confidence {c}"));
        field("found by", &format!("{rule}{confidence}"))?;
    }
    if let Some(run) = &evidence.run {
        field("read by", &run_line(run))?;
    }
    Ok(())
}

fn kind_name(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Event => "event",
        EvidenceKind::Relation => "relation",
        EvidenceKind::Quotation => "quotation",
        EvidenceKind::Description => "named",
    }
}

/// `Kim arrives in Beijing (Example Wire, 2025-09-04, wire/2025-09-04/beijing)`.
fn article_line(article: &Source) -> String {
    let id = article.id.as_deref().unwrap_or(&article.iri);
    let known = [article.publisher.as_deref(), article.published.as_deref(), Some(id)];
    let known = known.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match &article.title {
        Some(title) => line(&format!("{title} ({known})")),
        None => line(&known),
    }
}

/// `Visit, CONSULT, CONSULT-visit, CAMEO 042; asserted, positive`.
fn what(evidence: &Evidence) -> String {
    if evidence.kind == EvidenceKind::Description {
        return "in the article, outside every event, relation and quotation".to_owned();
    }
    let codes = evidence.codes.iter().map(|c| c.replace("plover:", "").replace("cameo:", "CAMEO "));
    let what = evidence.class.iter().cloned().chain(codes).collect::<Vec<_>>().join(", ");
    let how = evidence.status.iter().chain(&evidence.polarity).map(String::as_str).collect::<Vec<_>>().join(", ");
    if how.is_empty() { what } else { format!("{what}; {how}") }
}

/// `Kim Jong Un <wd:Q56226> as “his” (pronoun, link 0.9)`.
fn participant_line(participant: &Participant) -> String {
    let words = participant.words.iter().map(|w| {
        let link = w.form.iter().cloned().chain(w.confidence.map(|c| format!("link {c}")));
        let link = link.collect::<Vec<_>>().join(", ");
        if link.is_empty() { format!("“{}”", w.text) } else { format!("“{}” ({link})", w.text) }
    });
    let words = words.collect::<Vec<_>>().join(" and ");
    let who = named(&participant.who);
    if words.is_empty() { who } else { format!("{who} as {words}") }
}

fn named(who: &Named) -> String {
    match (&who.name, &who.iri) {
        (Some(name), Some(iri)) => format!("{name} <{}>", NamedNodeRef::new(iri).map_or(iri.clone(), short_iri)),
        (Some(name), None) => format!("“{name}”"),
        (None, _) => "somebody who is not known".to_owned(),
    }
}

fn sources(chain: &[Named]) -> String {
    match chain {
        [] => "the article itself".to_owned(),
        chain => chain.iter().map(named).collect::<Vec<_>>().join(", then "),
    }
}

/// `“on Tuesday” = 2025-09-02`, with the days when the value is not one of them.
fn time_line(time: &Time) -> String {
    let words = time.words.as_ref().map(|w| format!("“{}” =", w.text));
    let days = match (&time.first, &time.last) {
        (Some(first), Some(last)) if first != last => Some(format!("from {first} until {last}")),
        (Some(first), None) => Some(format!("from {first}")),
        (None, Some(last)) => Some(format!("until {last}")),
        (Some(day), Some(_)) if time.value.as_ref() != Some(day) => Some(format!("that is {day}")),
        _ => None,
    };
    words.into_iter().chain(time.value.clone()).chain(days).collect::<Vec<_>>().join(" ")
}

fn run_line(run: &Run) -> String {
    let program = format!("entente {}", run.version.as_deref().unwrap_or("of an unknown version"));
    let started = run.started.as_ref().map(|s| format!("started {s}"));
    std::iter::once(program).chain(run.used.iter().cloned()).chain(started).collect::<Vec<_>>().join(", ")
}

/// The sentence, with the trigger and the participants' words marked.
fn marked(sentence: &Words, evidence: &Evidence) -> String {
    let mut marks = BTreeSet::new();
    let named = evidence.participants.iter().flat_map(|p| &p.words).map(|w| (w, "[", "]"));
    for (words, open, close) in evidence.trigger.iter().map(|w| (w, "*", "*")).chain(named) {
        if words.begin < words.end && holds(sentence, words) {
            marks.insert((words.begin - sentence.begin, words.end - sentence.begin, open, close));
        }
    }
    let letters: Vec<char> = sentence.text.chars().collect();
    let mut text = String::new();
    for at in 0..=letters.len() {
        // Of marks at one place, those that end come first, the shortest of them before the others; the longest begins first.
        let mut ends: Vec<_> = marks.iter().filter(|(_, end, ..)| *end == at).collect();
        ends.sort_by_key(|(begin, ..)| std::cmp::Reverse(*begin));
        text.extend(ends.iter().map(|(.., close)| *close));
        let mut begins: Vec<_> = marks.iter().filter(|(begin, ..)| *begin == at).collect();
        begins.sort_by_key(|(_, end, ..)| std::cmp::Reverse(*end));
        text.extend(begins.iter().map(|(_, _, open, _)| *open));
        text.extend(letters.get(at));
    }
    text
}

fn holds(outer: &Words, inner: &Words) -> bool {
    outer.begin <= inner.begin && inner.end <= outer.end
}

/// Text of an article on one line, without anything that a terminal would obey.
fn line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}
