//! A patient client of a SPARQL endpoint: one question at a time, with a pause between, and again after a failure.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// The values of one line of an answer, by variable.
pub type Binding = BTreeMap<String, String>;

/// How politely and how long to ask.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Between two questions, and before asking again; twice as long after each further failure.
    pub pause: Duration,
    /// For one answer.
    pub timeout: Duration,
    /// How often one question is asked before giving up.
    pub attempts: u32,
}

impl Default for Manners {
    fn default() -> Self {
        Self { pause: Duration::from_secs(2), timeout: Duration::from_secs(65), attempts: 5 }
    }
}

/// Why a question has no answer. `question` is the name of its file in `data/wikidata`.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("cannot ask {endpoint}: {source}")]
    Setup { endpoint: String, source: reqwest::Error },
    #[error("no answer to `{question}` after {attempts} attempts, the last: {last}")]
    GivenUp { question: &'static str, attempts: u32, last: String },
    #[error("the endpoint refuses `{question}`: {status}")]
    Refused { question: &'static str, status: reqwest::StatusCode },
    #[error("the answer to `{question}` is no SPARQL result: {message}")]
    Nonsense { question: &'static str, message: String },
}

/// Asks one endpoint.
pub struct Client {
    http: reqwest::Client,
    endpoint: String,
    manners: Manners,
}

/// What came of one attempt.
enum Attempt {
    Answer(Vec<Binding>),
    /// Worth another attempt, at the earliest after this time if the endpoint names one.
    Failed(String, Option<Duration>),
    End(AskError),
}

impl Client {
    /// A client that introduces itself by the program's name and version, and the address where it is described.
    pub fn new(endpoint: &str, manners: Manners) -> Result<Self, AskError> {
        // A provider set before, by whoever uses the library, does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = concat!("entente/", env!("CARGO_PKG_VERSION"), " (https://w3id.org/entente; gazetteer refresh)");
        let http = reqwest::Client::builder().user_agent(agent).timeout(manners.timeout).build();
        let http = http.map_err(|source| AskError::Setup { endpoint: endpoint.to_owned(), source })?;
        Ok(Self { http, endpoint: endpoint.to_owned(), manners })
    }

    /// The lines of the answer to a question, after the pause that is due before every question.
    pub async fn ask(&self, question: &'static str, query: &str) -> Result<Vec<Binding>, AskError> {
        let mut pause = self.manners.pause;
        let mut last = String::new();
        for _ in 0..self.manners.attempts {
            tokio::time::sleep(pause).await;
            match self.attempt(question, query).await {
                Attempt::Answer(bindings) => return Ok(bindings),
                Attempt::End(error) => return Err(error),
                Attempt::Failed(why, after) => {
                    last = why;
                    pause = after.unwrap_or_default().max(pause * 2);
                }
            }
        }
        Err(AskError::GivenUp { question, attempts: self.manners.attempts, last })
    }

    async fn attempt(&self, question: &'static str, query: &str) -> Attempt {
        let address = match reqwest::Url::parse_with_params(&self.endpoint, [("query", query)]) {
            Ok(address) => address,
            Err(e) => return Attempt::Failed(format!("`{}` is no address: {e}", self.endpoint), None),
        };
        let request = self.http.get(address).header("accept", "application/sparql-results+json");
        let response = match request.send().await {
            Ok(response) => response,
            Err(e) => return Attempt::Failed(reason(&e), None),
        };
        let status = response.status();
        if status.as_u16() == 429 || status.is_server_error() {
            let after = response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok());
            return Attempt::Failed(status.to_string(), after.map(Duration::from_secs));
        }
        if !status.is_success() {
            return Attempt::End(AskError::Refused { question, status });
        }
        match response.bytes().await {
            Err(e) => Attempt::Failed(reason(&e), None),
            Ok(body) => match serde_json::from_slice::<Answer>(&body) {
                Ok(answer) => Attempt::Answer(answer.results.bindings.into_iter().map(values).collect()),
                Err(e) => Attempt::End(AskError::Nonsense { question, message: e.to_string() }),
            },
        }
    }
}

fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() { "no answer in time".to_owned() } else { format!("the connection failed: {error}") }
}

/// <https://www.w3.org/TR/sparql11-results-json/>
#[derive(Deserialize)]
struct Answer {
    results: Results,
}

#[derive(Deserialize)]
struct Results {
    bindings: Vec<BTreeMap<String, Term>>,
}

#[derive(Deserialize)]
struct Term {
    value: String,
}

fn values(binding: BTreeMap<String, Term>) -> Binding {
    binding.into_iter().map(|(variable, term)| (variable, term.value)).collect()
}
