//! What is done with one article: the stages, one after the other.

use super::Confidence;
use crate::article::Article;
use crate::coref::{self, Chains};
use crate::doc::{Doc, Mention};
use crate::extract::{
    Amount, AmountInfo, ArticleInfo, Attempt, Casualty, CasualtyInfo, CueError, Cues, EntityInfo, Event, EventInfo,
    EventTime, Extraction, Knowledge, MentionInfo, Object, Order, OrderInfo, OtherParticipant, Participant, Party,
    Polarity, Quotation, QuotationInfo, QuotationKind, Relation, RelationInfo, RoleName, SentenceInfo, Standing,
    Status, TimeInfo, Words,
};
use crate::lexicon::DataError;
use crate::link::{self, Entity, Gazetteer};
use crate::nlp::{Model, mended};
use crate::text::{Block, BlockKind, CodePoints, Span};
use crate::times::{self, TimeExpression};
use jiff::civil::Date;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The stages with all they need, loaded once and shared between threads.
pub struct Pipeline {
    model: Model,
    gazetteer: Gazetteer,
    times: times::Grammar,
    cues: Cues,
    knowledge: Knowledge,
    confidence: Confidence,
}

/// Why the pipeline could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(transparent)]
    Model(#[from] crate::nlp::LoadError),
    #[error(transparent)]
    Gazetteer(#[from] link::LoadError),
    #[error(transparent)]
    Times(#[from] times::GrammarError),
    #[error(transparent)]
    Cues(#[from] CueError),
    #[error(transparent)]
    Knowledge(#[from] DataError),
}

/// Everything the stages know of a text before it is put into the form of the output.
pub struct Analysis {
    pub doc: Doc,
    pub chains: Chains,
    pub times: Vec<TimeExpression>,
    pub quotations: Vec<Quotation>,
    pub events: Vec<Event>,
    pub relations: Vec<Relation>,
    pub published: Option<Date>,
}

impl Analysis {
    /// The analysis in the form of the output, with what is known of the article.
    pub fn extraction(&self, article: ArticleInfo) -> Extraction {
        Writer::new(self).extraction(article)
    }
}

impl Pipeline {
    /// The model, gazetteer and rules that come with the program.
    pub fn embedded() -> Result<Self, SetupError> {
        Ok(Self {
            model: Model::embedded()?,
            gazetteer: Gazetteer::embedded()?,
            times: times::Grammar::embedded()?,
            cues: Cues::embedded()?,
            knowledge: Knowledge::embedded()?,
            confidence: Confidence::embedded()?,
        })
    }

    /// Takes another language model of the same family, from spaCy's own folder.
    pub fn with_model(mut self, folder: &Path) -> Result<Self, SetupError> {
        self.model = Model::from_dir(folder)?;
        Ok(self)
    }

    /// Takes rules, cues of speech, words of time and word lists from a folder laid out as `data/` is, and how sure they are if it
    /// says so.
    pub fn with_rules(mut self, data: &Path) -> Result<Self, SetupError> {
        self.knowledge = Knowledge::read(data)?;
        self.cues = Cues::read(data)?;
        self.times = times::Grammar::read(data)?;
        if let Some(confidence) = Confidence::read(data)? {
            self.confidence = confidence;
        }
        Ok(self)
    }

    /// Adds a table of names, in the format of `data/gazetteer/README.md`.
    pub fn with_gazetteer(mut self, file: &Path) -> Result<Self, SetupError> {
        self.gazetteer.add_file(file)?;
        Ok(self)
    }

    /// Name and version of the language model.
    pub fn model_name(&self) -> (&str, &str) {
        self.model.name()
    }

    /// The lexicon of triggers.
    pub fn triggers(&self) -> &crate::extract::Triggers {
        self.knowledge.triggers()
    }

    pub(super) fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// Reads one article. Any text has an answer.
    pub fn extract(&self, article: &Article) -> Extraction {
        let analysis = self.analyse(article.text.clone(), &article.blocks, article.published);
        self.judged(analysis).extraction(article_info(article))
    }

    /// Reads a text by itself: each line is taken for body text. `published` is a day, `YYYY-MM-DD`.
    pub fn extract_text(&self, text: &str, published: Option<&str>) -> Extraction {
        let analysis = self.analyse(text.into(), &lines(text), published.and_then(|day| day.parse().ok()));
        let article = ArticleInfo { published: published.map(str::to_owned), ..ArticleInfo::default() };
        self.judged(analysis).extraction(article)
    }

    /// The same analysis, saying how likely each statement is to be right.
    fn judged(&self, mut analysis: Analysis) -> Analysis {
        self.confidence.judge(&mut analysis);
        analysis
    }

    /// All stages over one text, with what rules and linker say of their own sureness.
    pub fn analyse(&self, text: Arc<str>, blocks: &[Block], published: Option<Date>) -> Analysis {
        let doc = mended(self.model.analyse(text, blocks));
        let times = self.times.find(&doc, published);
        let linked = link::link(&doc, &self.gazetteer, published);
        let mut chains = coref::resolve(&doc, linked, &self.gazetteer);
        let quotations = self.cues.quotations(&doc, &chains);
        chains.first_person(&doc, &quoted_speech(&quotations));
        let events = self.knowledge.events(&doc, &mut chains, &times, &quotations, &self.gazetteer);
        let relations = self.knowledge.relations(&doc, &mut chains, &times, &quotations, &self.gazetteer);
        Analysis { doc, chains, times, quotations, events, relations, published }
    }

    /// How an analysed text presents what one of its words says.
    pub fn standing(&self, analysis: &Analysis, word: usize) -> Standing {
        self.knowledge.standing(&analysis.doc, word)
    }

    /// Every rule that the words of an analysed text triggered, and how far it came.
    pub fn attempts(&self, analysis: &Analysis) -> Vec<Attempt> {
        self.knowledge.attempts(&analysis.doc, &analysis.chains, &self.gazetteer)
    }
}

/// The words that stand between quotation marks, with the mention of who says them.
fn quoted_speech(quotations: &[Quotation]) -> Vec<(Range<usize>, usize)> {
    let quoted = quotations.iter().filter(|q| q.kind != QuotationKind::Indirect);
    quoted
        .filter_map(|q| q.speaker.map(|s| (q, s)))
        .flat_map(|(q, s)| q.content.iter().map(move |c| (c.clone(), s)))
        .collect()
}

/// Every line that is not empty, as body text.
pub fn lines(text: &str) -> Vec<Block> {
    let mut start = 0;
    let mut blocks = Vec::new();
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if !words.is_empty() {
            let from = start + (line.len() - line.trim_start().len());
            blocks.push(Block { span: Span::new(from, from + words.len()), kind: BlockKind::Body });
        }
        start += line.len();
    }
    blocks
}

fn article_info(article: &Article) -> ArticleInfo {
    ArticleInfo {
        id: article.id.clone(),
        title: article.title.clone(),
        published: article.published.map(|day| day.to_string()),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        byline: article.byline.clone(),
        language: article.language.clone(),
    }
}

/// Turns an analysis into the output's form: code points, names of entities within the article.
struct Writer<'a> {
    analysis: &'a Analysis,
    points: CodePoints,
    /// New number of each entity that is written; entities nobody mentions are left out.
    numbers: Vec<Option<usize>>,
}

impl<'a> Writer<'a> {
    fn new(analysis: &'a Analysis) -> Self {
        let mut used = vec![false; analysis.chains.entities.len()];
        let parties = analysis.events.iter().flat_map(|e| e.parties.iter().map(|(_, p)| p.entity));
        let vouching = analysis.events.iter().flat_map(|e| e.attribution.iter().copied());
        let related = analysis.relations.iter().flat_map(Relation::entities);
        for entity in analysis.chains.mentions.iter().map(|m| m.entity).chain(parties).chain(vouching).chain(related) {
            used[entity] = true;
            for &member in &analysis.chains.entities[entity].members {
                used[member] = true;
            }
        }
        let mut next = 0..;
        let numbers = used.into_iter().map(|used| if used { next.next() } else { None }).collect();
        Self { analysis, points: CodePoints::new(analysis.doc.text()), numbers }
    }

    fn extraction(&self, article: ArticleInfo) -> Extraction {
        let Analysis { doc, chains, times, quotations, events, relations, .. } = self.analysis;
        Extraction {
            article,
            text: doc.text().to_owned(),
            sentences: doc.sentences().iter().map(|s| self.sentence(s.span, s.kind)).collect(),
            entities: chains.entities.iter().enumerate().filter_map(|(i, e)| self.entity(i, e)).collect(),
            mentions: chains.mentions.iter().filter_map(|m| self.mention(m)).collect(),
            times: times.iter().map(|t| self.time(t)).collect(),
            events: events.iter().enumerate().map(|(i, e)| self.event(i, e)).collect(),
            relations: relations.iter().filter_map(|r| self.relation(r)).collect(),
            quotations: self.innermost_first(quotations).map(|q| self.quotation(q)).collect(),
        }
    }

    /// In the order of the text, but what is said inside another's words before those: the nearest speaker comes first.
    fn innermost_first<'q>(&self, quotations: &'q [Quotation]) -> impl Iterator<Item = &'q Quotation> {
        let place = |q: &Quotation| q.content.first().map(|c| c.start);
        let mut order: Vec<&Quotation> = quotations.iter().collect();
        order.sort_by_key(|q| (place(q.via.first().map_or(q, |&v| &quotations[v])), std::cmp::Reverse(q.via.len())));
        order.into_iter()
    }

    fn words(&self, span: Span) -> Words {
        Words { start: self.points.at(span.start), end: self.points.at(span.end) }
    }

    fn name(&self, entity: usize) -> Option<String> {
        self.numbers.get(entity).copied().flatten().map(|n| format!("e{n}"))
    }

    fn sentence(&self, span: Span, kind: BlockKind) -> SentenceInfo {
        let Words { start, end } = self.words(span);
        SentenceInfo { start, end, kind }
    }

    fn entity(&self, index: usize, entity: &Entity) -> Option<EntityInfo> {
        Some(EntityInfo {
            id: self.name(index)?,
            kind: format!("{:?}", entity.kind),
            label: entity.label.clone(),
            iri: entity.iri().unwrap_or_default(),
            wikidata: entity.wikidata.clone(),
            geonames: entity.geonames,
            lat: entity.coordinates.map(|(lat, _)| lat),
            lon: entity.coordinates.map(|(_, lon)| lon),
            country: entity.country.clone(),
            sector: entity.sector.clone(),
            members: entity.members.iter().filter_map(|&m| self.name(m)).collect(),
            confidence: rounded(entity.confidence),
        })
    }

    fn mention(&self, mention: &Mention) -> Option<MentionInfo> {
        let Words { start, end } = self.words(mention.span);
        let entity = self.name(mention.entity)?;
        Some(MentionInfo { entity, start, end, form: mention.form, confidence: rounded(mention.confidence) })
    }

    fn time(&self, time: &TimeExpression) -> TimeInfo {
        let Words { start, end } = self.words(time.span);
        TimeInfo { start, end, kind: time.kind.as_str().to_owned(), value: time.value.clone() }
    }

    fn event(&self, index: usize, event: &Event) -> EventInfo {
        let string = |s: &Option<Arc<str>>| s.as_ref().map(|s| s.to_string());
        EventInfo {
            id: format!("v{index}"),
            instance: format!("i{}", event.instance),
            sentence: event.sentence,
            kind: string(&event.kind),
            mode: string(&event.mode),
            contexts: event.contexts.iter().map(|c| c.to_string()).collect(),
            class: event.class.to_string(),
            cameo: string(&event.cameo),
            trigger: self.words(event.trigger_span),
            actor: event.parties_in(&RoleName::Actor).filter_map(|p| self.participant(p)).collect(),
            recipient: event.parties_in(&RoleName::Recipient).filter_map(|p| self.participant(p)).collect(),
            others: event.parties.iter().filter_map(|(role, p)| self.other(role, p)).collect(),
            place: event.parties_in(&RoleName::Place).find_map(|p| self.participant(p)),
            time: event.time.map(|t| self.event_time(&self.analysis.times[t], event.details.time_inferred)),
            polarity: event.polarity,
            status: event.status,
            aux: auxiliary_modes(event, self.analysis),
            attribution: event.attribution.iter().filter_map(|&e| self.name(e)).collect(),
            count: event.count,
            casualties: event.casualties.iter().map(|&(of, number, span)| self.casualties(of, number, span)).collect(),
            amounts: event.details.amounts.iter().map(|amount| self.amount(amount)).collect(),
            order: event.details.order.iter().map(|&(relation, other)| order(relation, other)).collect(),
            confidence: rounded(event.confidence),
            rule: event.rule.clone(),
        }
    }

    fn amount(&self, amount: &Amount) -> AmountInfo {
        let Words { start, end } = self.words(amount.span);
        AmountInfo { of: amount.of, number: amount.number, unit: amount.unit.clone(), start, end }
    }

    fn casualties(&self, of: Casualty, number: u64, span: Span) -> CasualtyInfo {
        let Words { start, end } = self.words(span);
        CasualtyInfo { of, number, start, end }
    }

    fn relation(&self, relation: &Relation) -> Option<RelationInfo> {
        let Words { start, end } = self.words(relation.span);
        let (object, value) = match &relation.object {
            Object::Entity(entity) => (Some(self.name(*entity)?), None),
            Object::Value(value) => (None, Some(value.clone())),
        };
        Some(RelationInfo {
            subject: self.name(relation.subject)?,
            predicate: relation.predicate.to_string(),
            object,
            value,
            start,
            end,
            wikidata: relation.wikidata.as_deref().map(str::to_owned),
            knowledgenet: relation.knowledgenet.as_deref().map(str::to_owned),
            begin: relation.begin.clone(),
            until: relation.until.clone(),
            status: relation.status,
            polarity: relation.polarity,
            attribution: relation.attribution.iter().filter_map(|&e| self.name(e)).collect(),
            confidence: rounded(relation.confidence),
            rule: relation.rule.clone(),
        })
    }

    fn quotation(&self, quotation: &Quotation) -> QuotationInfo {
        let Analysis { doc, chains, quotations, .. } = self.analysis;
        let named = |mention: usize| self.name(chains.mentions[mention].entity);
        let words = |tokens: &Range<usize>| self.words(doc.span(tokens.clone()));
        QuotationInfo {
            speaker: quotation.speaker.and_then(named),
            addressee: quotation.addressees.iter().filter_map(|&m| named(m)).collect(),
            via: quotation.via.iter().filter_map(|&q| quotations[q].speaker.and_then(named)).collect(),
            speaker_span: quotation.speaker_tokens.as_ref().map(words),
            cue: quotation.cue.as_ref().map(words),
            content: quotation.content.iter().map(words).collect(),
            kind: quotation.kind,
        }
    }

    fn participant(&self, party: &Party) -> Option<Participant> {
        let Words { start, end } = self.words(party.span);
        Some(Participant { entity: self.name(party.entity)?, start, end, counterpart: party.counterpart })
    }

    fn other(&self, role: &RoleName, party: &Party) -> Option<OtherParticipant> {
        let RoleName::Other(role) = role else { return None };
        let Participant { entity, start, end, .. } = self.participant(party)?;
        Some(OtherParticipant { role: role.clone(), entity, start, end })
    }

    fn event_time(&self, time: &TimeExpression, inferred: bool) -> EventTime {
        let Words { start, end } = self.words(time.span);
        let granularity = Some(time.granularity().to_owned()).filter(|g| !g.is_empty());
        EventTime { value: time.value.clone(), granularity, start, end, inferred }
    }
}

fn order(relation: Order, other: usize) -> OrderInfo {
    OrderInfo { relation, event: format!("v{other}") }
}

/// PLOVER's auxiliary modes.
fn auxiliary_modes(event: &Event, analysis: &Analysis) -> Vec<String> {
    let mut modes = Vec::new();
    let mut add = |name: &str, is: bool| {
        if is {
            modes.push(name.to_owned());
        }
    };
    add("historical", is_historical(event, analysis));
    add("future", matches!(event.status, Status::Planned | Status::Expected | Status::Requested));
    add("hypothetical", matches!(event.status, Status::Conditional | Status::Hoped));
    add("negation", event.polarity == Polarity::Negative);
    modes
}

/// Whether an event ended a year or more before the article was published.
fn is_historical(event: &Event, analysis: &Analysis) -> bool {
    let Some(published) = analysis.published else { return false };
    let last = event.time.and_then(|t| analysis.times[t].days().1);
    last.is_some_and(|day| day.year() < published.year() - 1 || (published - day).get_days() >= 365)
}

/// Two decimals are all that a confidence means.
fn rounded(confidence: f32) -> f32 {
    (confidence * 100.0).round() / 100.0
}
