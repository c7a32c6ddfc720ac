//! From what was extracted to quads, in three layers.
//!
//! 1. **Evidence**: a named graph per article, named by the article, with all it says and the words that say it.
//! 2. **Record**: the default graph, with a node for each entity, and for each event and lasting relation that an article
//!    itself asserts.
//! 3. **Shortcuts**: plain triples such as `wd:Q56226 en:visited wd:Q956`, also in the default graph.
//!
//! [`Mapper::evidence`] makes the first from an [`Extraction`]; [`record`] makes the other two from the first alone, so that
//! they can be rebuilt from it at any time. [`same`] tells which events of several articles are one.

pub mod copies;
mod days;
mod describe;
mod evidence;
pub mod names;
mod party;
pub mod record;
pub mod same;
mod says;
pub mod together;

pub use crate::extract::Extraction;
use crate::ontology::{Ontology, OntologyError};
use jiff::Timestamp;
use names::Names;
use oxigraph::model::{GraphName, NamedNode, Quad, Triple};

/// The base IRI when none is chosen.
pub const DEFAULT_BASE: &str = "https://entente.example/";

/// How a graph is written.
#[derive(Clone, Debug)]
pub struct GraphOptions {
    /// IRI under which everything without a name elsewhere is named; ends with a slash.
    pub base: String,
    pub run: RunInfo,
    /// Whether to say for every participant which words name it. It is about a third of the evidence.
    pub mentions: bool,
    /// Whether to keep the whole text, and not only the sentences that say something.
    pub text: bool,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self { base: DEFAULT_BASE.to_owned(), run: RunInfo::default(), mentions: true, text: true }
    }
}

/// What extracted, and when. All of it goes into the graph, so a start time makes the graphs of two runs differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// Version of this program.
    pub version: String,
    /// Name and version of the language model.
    pub model: Option<String>,
    /// Name and version of the tables in `data/`.
    pub data: Option<String>,
    pub started: Option<Timestamp>,
}

impl Default for RunInfo {
    fn default() -> Self {
        Self { version: env!("CARGO_PKG_VERSION").to_owned(), model: None, data: None, started: None }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    #[error("`{0}` is no base for names: give an absolute IRI that ends with `/`, such as `{DEFAULT_BASE}`")]
    Base(String),
    #[error(transparent)]
    Ontology(#[from] OntologyError),
    #[error(transparent)]
    Rule(#[from] same::RuleError),
}

/// The evidence of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleGraph {
    /// Names both the article and the graph.
    pub article: NamedNode,
    /// Without repetition; the same for the same extraction, in the same order.
    pub triples: Vec<Triple>,
}

/// Writes extractions as graphs. Read-only; shared between threads.
#[derive(Clone, Debug)]
pub struct Mapper {
    ontology: Ontology,
    rule: same::Rule,
    names: Names,
    run: RunInfo,
    mentions: bool,
    text: bool,
}

impl Mapper {
    /// Fails when the base is not one, or the ontology is broken.
    pub fn new(options: GraphOptions) -> Result<Self, GraphError> {
        let names = Names::new(&options.base)?;
        let ontology = Ontology::load()?;
        let rule = same::Rule::embedded(&ontology)?;
        let GraphOptions { run, mentions, text, .. } = options;
        Ok(Self { ontology, rule, names, run, mentions, text })
    }

    /// The same, leaving the texts of articles out.
    pub fn without_texts(self) -> Self {
        Self { text: false, ..self }
    }

    /// The same, leaving out which words name whom.
    pub fn without_mentions(self) -> Self {
        Self { mentions: false, ..self }
    }

    pub fn base(&self) -> &str {
        self.names.base()
    }

    pub fn names(&self) -> &Names {
        &self.names
    }

    pub fn ontology(&self) -> &Ontology {
        &self.ontology
    }

    /// When reports of several articles are of one event.
    pub fn rule(&self) -> &same::Rule {
        &self.rule
    }

    /// What an article says: the first layer.
    pub fn evidence(&self, extraction: &Extraction) -> ArticleGraph {
        evidence::evidence(self, extraction)
    }

    /// All quads of a store that holds this article alone: the evidence, then the record and its shortcuts.
    pub fn quads(&self, extraction: &Extraction) -> Vec<Quad> {
        self.quads_of(std::slice::from_ref(extraction))
    }

    /// All quads of a store that holds these articles and no others.
    pub fn quads_of(&self, extractions: &[Extraction]) -> Vec<Quad> {
        let graphs: Vec<ArticleGraph> = extractions.iter().map(|x| self.evidence(x)).collect();
        let record = record::of_all(self, &graphs);
        let evidence = graphs.into_iter().flat_map(|graph| {
            let name = GraphName::from(graph.article);
            graph.triples.into_iter().map(move |t| t.in_graph(name.clone()))
        });
        evidence.chain(record.into_iter().map(|t| t.in_graph(GraphName::DefaultGraph))).collect()
    }
}

/// All quads of a store that holds this article alone.
///
/// For many articles, make a [`Mapper`] once.
pub fn quads(extraction: &Extraction, options: &GraphOptions) -> Result<Vec<Quad>, GraphError> {
    Ok(Mapper::new(options.clone())?.quads(extraction))
}
