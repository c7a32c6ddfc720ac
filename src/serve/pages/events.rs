//! Events of the record as pages show them: one by one in a line, and many of them in time.

use super::super::html::{address, capital, escape};
use super::super::problem::Problem;
use super::super::vocabulary::Tone;
use super::reader::{Reader, literal, named};
use crate::ontology::iri::{en, rdf, sem};
use crate::ontology::local;
use crate::text::counted;
use jiff::civil::Date;
use oxigraph::model::{NamedNode, NamedNodeRef, Quad};

/// Participants in a line, beyond which they are counted.
const MOST: usize = 5;

/// An event with what a line needs.
pub(super) struct Event {
    pub iri: NamedNode,
    /// What kind of event it is, in words.
    pub class: String,
    pub tone: Option<Tone>,
    /// Role and entity.
    pub who: Vec<(String, NamedNode)>,
    pub places: Vec<NamedNode>,
    pub first: Option<String>,
    pub last: Option<String>,
    pub reported: Option<String>,
    pub articles: usize,
}

impl Event {
    /// None when the record has no such event.
    pub(super) fn read(reader: &Reader<'_>, iri: NamedNodeRef<'_>) -> Result<Option<Self>, Problem> {
        let quads = reader.record(iri)?;
        if !quads.iter().any(|q| q.predicate == rdf::TYPE && named(&q.object).is_some_and(|c| *c == en::EVENT)) {
            return Ok(None);
        }
        let value = |p: NamedNodeRef<'_>| quads.iter().find(|q| q.predicate == p).and_then(|q| literal(&q.object));
        let text = |p| value(p).map(|l| l.value().to_owned());
        let kind = quads.iter().find(|q| q.predicate == en::EVENT_TYPE).and_then(|q| named(&q.object));
        let nodes = |p: NamedNodeRef<'_>| {
            quads.iter().filter(|q| q.predicate == p).filter_map(|q| named(&q.object)).cloned().collect()
        };
        Ok(Some(Self {
            iri: iri.into_owned(),
            class: class(reader, &quads),
            tone: kind.and_then(|kind| reader.vocabulary.tone(kind.as_str())),
            who: who(reader, &quads),
            places: nodes(sem::HAS_PLACE),
            first: text(en::EARLIEST),
            last: text(en::LATEST),
            reported: text(en::FIRST_REPORTED),
            articles: text(en::ARTICLES).and_then(|n| n.parse().ok()).unwrap_or(1),
        }))
    }

    /// When it was, in words.
    pub(super) fn when(&self) -> String {
        match (&self.first, &self.last, &self.reported) {
            (Some(first), Some(last), _) => stretch(first, last),
            (_, _, Some(day)) => format!("reported {}", day_in_words(day)),
            _ => "no date".to_owned(),
        }
    }

    /// Whoever took part, with an arrow from those who act to those whom it befalls. HTML; `about` is left out.
    pub(super) fn parties(&self, reader: &Reader<'_>) -> String {
        let of = |role: &str| {
            let fillers: Vec<&NamedNode> = self.who.iter().filter(|(r, _)| r == role).map(|(_, node)| node).collect();
            let more = fillers.len().saturating_sub(MOST);
            let mut shown: Vec<String> = fillers.iter().take(MOST).map(|node| reader.entity(node.as_ref())).collect();
            if more > 0 {
                shown.push(format!("{more} more"));
            }
            shown.join(", ")
        };
        let (actors, recipients) = (of("actor"), of("recipient"));
        match (actors.is_empty(), recipients.is_empty()) {
            (_, true) => actors,
            (true, _) => format!("<span class=\"arrow\" role=\"img\" aria-label=\"towards\">→</span> {recipients}"),
            _ => format!("{actors} <span class=\"arrow\" role=\"img\" aria-label=\"towards\">→</span> {recipients}"),
        }
    }

    /// The event in a line of text.
    pub(super) fn title(&self, reader: &Reader<'_>) -> String {
        let of = |role: &str| {
            let fillers = self.who.iter().filter(|(r, _)| r == role).take(MOST);
            fillers.map(|(_, node)| reader.label(node.as_ref())).collect::<Vec<_>>().join(", ")
        };
        let (actors, recipients) = (of("actor"), of("recipient"));
        let parties = match (actors.is_empty(), recipients.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!(": {actors}"),
            (true, false) => format!(": → {recipients}"),
            (false, false) => format!(": {actors} → {recipients}"),
        };
        format!("{}{parties}, {}", capital(&self.class), self.when())
    }

    /// The event as an item of a list.
    pub(super) fn item(&self, reader: &Reader<'_>) -> String {
        let places: Vec<String> = self.places.iter().take(2).map(|p| reader.entity(p.as_ref())).collect();
        let places = if places.is_empty() {
            String::new()
        } else {
            format!(" <span class=\"where\">in {}</span>", places.join(", "))
        };
        let articles = if self.articles > 1 {
            format!(" <span class=\"faint\">{}</span>", counted(self.articles, "article"))
        } else {
            String::new()
        };
        format!(
            "<li class=\"event {}\"><span class=\"when\">{}</span> <span class=\"what\"><a href=\"{}\">{}</a> {}{places}{articles}</span></li>\n",
            Tone::class(self.tone),
            escape(&self.when()),
            address(self.iri.as_ref()),
            escape(&capital(&self.class)),
            self.parties(reader),
        )
    }
}

fn class(reader: &Reader<'_>, quads: &[Quad]) -> String {
    let ontology = reader.store.mapper().ontology();
    let types = quads.iter().filter(|q| q.predicate == rdf::TYPE).filter_map(|q| named(&q.object));
    let known = types.filter_map(|c| Some((ontology.event(local(c.as_ref())?)?.above.len(), c)));
    known.max().map_or_else(|| "event".to_owned(), |(_, class)| reader.label(class.as_ref()))
}

fn who(reader: &Reader<'_>, quads: &[Quad]) -> Vec<(String, NamedNode)> {
    let ontology = reader.store.mapper().ontology();
    let filler = |q: &Quad| {
        let role = local(q.predicate.as_ref())?;
        ontology.role(role).filter(|r| !r.is_place)?;
        Some((role.to_owned(), named(&q.object)?.clone()))
    };
    let mut who: Vec<_> = quads.iter().filter_map(filler).collect();
    who.sort();
    who
}

/// From one day to another, as short as can be.
pub(super) fn stretch(first: &str, last: &str) -> String {
    let (Ok(from), Ok(to)) = (first.parse::<Date>(), last.parse::<Date>()) else { return first.to_owned() };
    let whole_months = from.day() == 1 && to.tomorrow().is_ok_and(|day| day.day() == 1);
    if from == to {
        day_in_words(first)
    } else if whole_months && from.month() == 1 && to.month() == 12 {
        if from.year() == to.year() { from.year().to_string() } else { format!("{}–{}", from.year(), to.year()) }
    } else if whole_months && (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{} {}", month(from), from.year())
    } else {
        format!("{} – {}", day_in_words(first), day_in_words(last))
    }
}

pub(super) fn day_in_words(day: &str) -> String {
    match day.parse::<Date>() {
        Ok(date) => format!("{} {} {}", date.day(), month(date), date.year()),
        Err(_) => day.to_owned(),
    }
}

fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[date.month() as usize - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        for (first, last, words) in [
            ("2025-09-04", "2025-09-04", "4 Sep 2025"),
            ("2025-09-01", "2025-09-30", "Sep 2025"),
            ("2025-01-01", "2025-12-31", "2025"),
            ("2010-01-01", "2019-12-31", "2010–2019"),
            ("2025-09-04", "2025-09-07", "4 Sep 2025 – 7 Sep 2025"),
            ("then", "now", "then"),
        ] {
            assert_eq!(stretch(first, last), words);
        }
    }
}
