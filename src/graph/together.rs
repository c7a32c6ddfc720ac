//! Reports that hang together, and the events that they are of.
//!
//! Whether two reports agree is asked for each pair of those that have an anchor in common. Of many copies of one text each says
//! what each other does, and each two of the texts have several events in common: what has been compared is not compared again.

use super::Mapper;
use super::same::{Agreement, Kind, Report, Rule};
use crate::ontology::Ontology;
use oxigraph::model::NamedNode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A report, with numbers that are the same for what says the same, and for what is of the same article.
#[derive(Clone)]
struct Numbered {
    report: Report,
    kind: usize,
    article: usize,
}

/// What has been compared.
struct Compared<'a> {
    rule: &'a Rule,
    ontology: &'a Ontology,
    kinds: HashMap<Kind, usize>,
    articles: HashMap<NamedNode, usize>,
    agreements: HashMap<[usize; 2], Agreement>,
    copies: HashMap<[usize; 2], bool>,
}

impl<'a> Compared<'a> {
    fn new(mapper: &'a Mapper) -> Self {
        Self {
            rule: mapper.rule(),
            ontology: mapper.ontology(),
            kinds: HashMap::new(),
            articles: HashMap::new(),
            agreements: HashMap::new(),
            copies: HashMap::new(),
        }
    }

    fn number(&mut self, report: Report) -> Numbered {
        let (kinds, articles) = (self.kinds.len(), self.articles.len());
        let kind = *self.kinds.entry(report.kind()).or_insert(kinds);
        let article = *self.articles.entry(report.article.clone()).or_insert(articles);
        Numbered { report, kind, article }
    }

    /// What is compared from now on is other pairs; those of all that a store holds would be too many to keep.
    fn forget(&mut self) {
        self.agreements.clear();
        self.copies.clear();
    }

    /// Whether two reports are of one event, as far as both say.
    fn agree(&mut self, a: &Numbered, b: &Numbered) -> bool {
        let agreement = || self.rule.agreement(self.ontology, &a.report, &b.report);
        let copies = || self.rule.are_texts_copies(&a.report, &b.report);
        a.article != b.article
            && match *self.agreements.entry([a.kind, b.kind]).or_insert_with(agreement) {
                Agreement::None => false,
                Agreement::OfCopies => *self.copies.entry([a.article, b.article]).or_insert_with(copies),
                Agreement::Full => true,
            }
    }
}

/// Sorts reports into events. Of reports that agree directly or through others, all have to be given.
pub fn events(mapper: &Mapper, reports: Vec<Report>) -> Vec<Vec<Report>> {
    let mut compared = Compared::new(mapper);
    let reports = reports.into_iter().map(|report| compared.number(report)).collect();
    let parts = connected(&mut compared, reports);
    parts.into_iter().flat_map(|part| sorted(&mut compared, part)).collect()
}

/// Reports that agree, directly or through others.
fn connected(compared: &mut Compared<'_>, reports: Vec<Numbered>) -> Vec<Vec<Numbered>> {
    let mut by_anchor: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, numbered) in reports.iter().enumerate() {
        numbered.report.anchors.iter().for_each(|anchor| by_anchor.entry(anchor).or_default().push(i));
    }
    let mut part_of: Vec<Option<usize>> = vec![None; reports.len()];
    let mut parts = 0;
    for start in 0..reports.len() {
        if part_of[start].is_some() {
            continue;
        }
        part_of[start] = Some(parts);
        let mut next = vec![start];
        while let Some(i) = next.pop() {
            for &j in reports[i].report.anchors.iter().flat_map(|anchor| &by_anchor[anchor.as_str()]) {
                if part_of[j].is_none() && compared.agree(&reports[i], &reports[j]) {
                    part_of[j] = Some(parts);
                    next.push(j);
                }
            }
        }
        parts += 1;
        compared.forget();
    }
    let mut connected: Vec<Vec<Numbered>> = vec![Vec::new(); parts];
    for (report, part) in reports.into_iter().zip(part_of) {
        connected[part.unwrap_or_default()].push(report);
    }
    connected
}

/// The events of one connected part: the fullest reports first, each to the one event with all of whose reports it
/// agrees. Of several, it is that of its own class; what then still could be of several is an event of its own.
fn sorted(compared: &mut Compared<'_>, mut part: Vec<Numbered>) -> Vec<Vec<Report>> {
    if part.len() > 1 {
        part.sort_by_cached_key(|n| (Reverse(n.report.fullness(compared.ontology)), n.report.order()));
    }
    let mut events: Vec<Vec<Numbered>> = Vec::new();
    for numbered in part {
        let mut fits = |event: &[Numbered]| event.iter().all(|other| compared.agree(&numbered, other));
        let mut fitting: Vec<usize> = (0..events.len()).filter(|&i| fits(&events[i])).collect();
        if fitting.len() > 1 {
            let is_alike = |n: &Numbered| n.report.has_classes_of(&numbered.report);
            fitting.retain(|&i| events[i].iter().any(is_alike));
        }
        match fitting.as_slice() {
            [event] => events[*event].push(numbered),
            _ => events.push(vec![numbered]),
        }
    }
    let reports = |event: Vec<Numbered>| {
        let mut reports: Vec<Report> = event.into_iter().map(|n| n.report).collect();
        reports.sort_by_cached_key(Report::order);
        reports
    };
    compared.forget();
    events.into_iter().map(reports).collect()
}

/// Every report that agrees with some, directly or through others, and those themselves. `at` finds reports by an anchor.
pub fn closure<E>(
    mapper: &Mapper,
    start: Vec<Report>,
    mut at: impl FnMut(&str) -> Result<Vec<Report>, E>,
) -> Result<BTreeMap<NamedNode, Report>, E> {
    let mut compared = Compared::new(mapper);
    let mut found: BTreeMap<NamedNode, Report> = BTreeMap::new();
    let mut seen: HashSet<NamedNode> = start.iter().map(|r| r.instance.clone()).collect();
    let mut next: Vec<Numbered> = start.into_iter().map(|report| compared.number(report)).collect();
    let mut candidates: HashMap<String, Vec<Numbered>> = HashMap::new();
    while let Some(numbered) = next.pop() {
        for anchor in numbered.report.anchors.iter() {
            if !candidates.contains_key(anchor) {
                let reports = at(anchor)?.into_iter().map(|report| compared.number(report)).collect();
                candidates.insert(anchor.clone(), reports);
            }
            for other in &candidates[anchor] {
                if !seen.contains(&other.report.instance) && compared.agree(&numbered, other) {
                    seen.insert(other.report.instance.clone());
                    next.push(other.clone());
                }
            }
        }
        found.insert(numbered.report.instance.clone(), numbered.report);
    }
    Ok(found)
}
