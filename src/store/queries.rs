//! Questions that many people ask, kept as files in `queries/`.
//!
//! A file begins with what it answers, in comments: `# title:`, `# question:` and `# columns:`. A pattern after `# least: ` counts
//! only when a least confidence, `?least`, is asked for.

/// A question with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedQuery {
    /// The file's name without `.rq`.
    pub name: &'static str,
    pub title: &'static str,
    /// What it answers, in one or two sentences.
    pub question: &'static str,
    /// Names of the columns, some with an explanation.
    pub columns: &'static str,
    pub sparql: &'static str,
}

/// What a pattern stands behind that counts only when a least confidence is asked for.
const LEAST: &str = "# least: ";

impl NamedQuery {
    /// The same question about what is at least as sure as this, from 0 to 1; none when it is about nothing that has a
    /// confidence.
    pub fn of_confidence(&self, least: f64) -> Option<String> {
        let asked = |line: &str| match line.split_once(LEAST) {
            Some((indent, pattern)) => format!("{indent}{}\n", pattern.replace("?least", &format!("{least:?}"))),
            None => format!("{line}\n"),
        };
        self.sparql.contains(LEAST).then(|| self.sparql.lines().map(asked).collect())
    }
}

/// Embeds files of `queries/` by name.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../queries/", $name, ".rq")))),*]
    };
}

const FILES: [(&str, &str); 18] = files![
    "agreements",
    "announced",
    "arrests-and-protests",
    "claims-and-denials",
    "conflict-by-countries",
    "contradictions",
    "most-reported",
    "not-yet-or-not",
    "office-holders",
    "one-source",
    "quotations",
    "relations",
    "relations-by-month",
    "sentences",
    "timeline",
    "who-met-whom",
    "who-says-what",
    "who-visited-where",
];

/// Every question, in alphabetical order of the names.
pub fn named() -> impl Iterator<Item = NamedQuery> {
    FILES.into_iter().map(|(name, sparql)| NamedQuery {
        name,
        title: field(sparql, "# title: "),
        question: field(sparql, "# question: "),
        columns: field(sparql, "# columns: "),
        sparql,
    })
}

/// The question with this name.
pub fn query(name: &str) -> Option<NamedQuery> {
    named().find(|q| q.name == name)
}

/// The rest of the first comment line that begins so; empty when there is none.
fn field(sparql: &'static str, start: &str) -> &'static str {
    let comments = sparql.lines().take_while(|line| line.starts_with('#'));
    comments.filter_map(|line| line.strip_prefix(start)).next().unwrap_or_default()
}
