//! The server: a store's SPARQL endpoint and graph store over HTTP.
//!
//! | path | what |
//! | --- | --- |
//! | `/sparql` | SPARQL 1.1 Protocol; without a query, what the service can and holds (Service Description, VoID, DCAT); in a browser, as `/query` |
//! | `/.well-known/void` | leads there |
//! | `/store` | SPARQL 1.1 Graph Store HTTP Protocol |
//! | `/dump.nq.zst`, `.nq`, `.trig`, `.jsonld`, `.ttl`, `.nt`, `.rdf` | everything, or the record alone where a format holds one graph |
//! | `/page?iri=…` | the document about a thing, as a page or as RDF; names of ours lead there |
//! | `/rule/` | the files of rules that the program carries, with the rules of each, as a page or as RDF |
//! | `/rule/{file}` | the rules of one of them, as a page or as RDF; a rule is the part named after it |
//! | `/`, `/search`, `/relations`, `/graph`, `/query` | pages: what is there, names and texts by words, two countries, a thing and its neighbours, queries |
//! | `/assets/…` | what pages are made with |
//! | `/health`, `/metrics` | for whoever watches the server; metrics as Prometheus reads them |
//!
//! A status is sent once the answer is there as a whole: a query that fails half way, or runs out of its time, is an error and
//! not a broken answer.

mod assets;
mod body;
mod connections;
mod description;
mod dump;
mod graph_store;
mod html;
mod metrics;
mod negotiate;
mod pages;
mod parameters;
mod problem;
mod rules;
mod running;
mod sparql;
mod threads;
mod token;
mod vocabulary;

pub use token::Token;

use crate::search::Index;
use crate::store::Store;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use metrics::Metrics;
use oxigraph::model::NamedNode;
use problem::Problem;
use running::Turns;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::cors::{Any, CorsLayer};
use vocabulary::Vocabulary;

/// Dumps that may be written at a time.
const DUMPS: usize = 4;

/// How a store is served.
#[derive(Clone)]
pub struct Options {
    /// Where people reach the server, without a slash at the end. Otherwise taken from what each request says.
    pub public_url: Option<String>,
    /// Lets those write who know it. None: nobody.
    pub token: Option<Token>,
    /// Time for a query or update.
    pub timeout: Duration,
    /// Queries and updates that may run at a time.
    pub max_queries: usize,
    /// Bytes of an answer.
    pub max_answer: usize,
    /// Bytes of the body of a request.
    pub max_body: usize,
    /// Bytes of memory of the process beyond which queries are stopped. None: three quarters of what is free at the start.
    pub max_memory: Option<u64>,
    /// Connections at a time; more wait.
    pub max_connections: usize,
    /// Whether pages of other sites may ask.
    pub cors: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            public_url: None,
            token: None,
            timeout: Duration::from_secs(30),
            max_queries: 16,
            max_answer: 64 << 20,
            max_body: 16 << 20,
            max_memory: None,
            max_connections: 4096,
            cors: false,
        }
    }
}

/// Serves a store until `stop` is ready. Then connections without a request are closed, and requests on their way may finish,
/// for ten seconds at most.
pub async fn serve(
    store: Store,
    options: Options,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let site = Arc::new(Site::new(store, options));
    let router = router(&site);
    let guard = site.options.max_memory.or_else(running::usual_memory);
    let guard = guard.map(|limit| tokio::spawn(running::guard_memory(site.clone(), limit)));
    let served = connections::serve(listener, router, &site, stop).await;
    guard.inspect(|task| task.abort());
    served
}

/// What all requests share.
struct Site {
    store: Store,
    options: Options,
    turns: Turns,
    /// Of those who download everything.
    dumps: Turns,
    metrics: Metrics,
    /// When the server was started, in nanoseconds, which no other start was.
    started: u128,
    changes: AtomicU64,
    description: description::Cache,
    home: pages::Home,
    states: pages::States,
    vocabulary: Vocabulary,
    /// None when it could not be opened, of which the log has told.
    index: Option<Index>,
}

impl Site {
    fn new(store: Store, options: Options) -> Self {
        let index = Index::open(&store).inspect_err(|e| tracing::error!("there is no search by words: {e}")).ok();
        Self {
            store,
            turns: Turns::new(options.max_queries, options.timeout),
            dumps: Turns::new(DUMPS, options.timeout),
            options,
            metrics: Metrics::default(),
            started: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos(),
            changes: AtomicU64::new(0),
            description: description::Cache::default(),
            home: pages::Home::default(),
            states: pages::States::default(),
            vocabulary: Vocabulary::load(),
            index,
        }
    }

    /// The address of the server for whoever asks, without a slash at the end.
    fn root(&self, headers: &HeaderMap) -> String {
        match &self.options.public_url {
            Some(url) => url.clone(),
            None => {
                let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
                format!("http://{}", host.unwrap_or("localhost"))
            }
        }
    }

    /// The address of the SPARQL endpoint, against which relative IRIs are resolved.
    fn endpoint(&self, headers: &HeaderMap) -> Option<NamedNode> {
        NamedNode::new(format!("{}/sparql", self.root(headers))).ok()
    }

    fn index(&self) -> Result<&Index, Problem> {
        self.index.as_ref().ok_or_else(|| Problem::internal("the index for searching could not be opened"))
    }

    /// Notes that the store may be another than it was.
    fn has_changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// A name for the content of the store, another after each change.
    fn version(&self) -> String {
        format!("{:x}-{:x}", self.started, self.changes.load(Ordering::SeqCst))
    }
}

fn router(site: &Arc<Site>) -> Router {
    let dumps = dump::DUMPS.iter().fold(Router::new(), |router, dump| router.route(dump.path, get(dump::dump)));
    let router = dumps
        .route("/sparql", any(sparql::sparql))
        .route("/sparql/", any(sparql::sparql))
        .route("/store", any(graph_store::graph_store))
        .route("/store/", any(graph_store::graph_store))
        .route("/store/{*graph}", any(graph_store::graph_store))
        .route("/.well-known/void", get(async || Redirect::temporary("/sparql")))
        .route("/", get(pages::home))
        .route("/query", get(pages::query))
        .route("/page", get(pages::about))
        .route("/rule", get(async || Redirect::permanent("/rule/")))
        .route("/rule/", get(pages::rules))
        .route("/rule/{*file}", get(pages::rule))
        .route("/search", get(pages::search))
        .route("/relations", get(pages::relations))
        .route("/graph", get(pages::graph))
        .route("/assets/{name}", get(assets::asset))
        .route("/health", get(async || "ok\n"))
        .route("/metrics", get(metrics))
        .fallback(pages::dereference)
        .layer(
            CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::new(dump::PACKED))),
        );
    let router = if site.options.cors { router.layer(cors()) } else { router };
    router.layer(middleware::from_fn_with_state(site.clone(), watched)).with_state(site.clone())
}

fn nothing_here() -> Problem {
    Problem::not_found("there is nothing here; `/sparql` is the endpoint")
}

fn cors() -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods(Any).allow_headers(Any).expose_headers([
        header::ETAG,
        header::LOCATION,
        header::RETRY_AFTER,
    ])
}

async fn metrics(State(site): State<Arc<Site>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], site.metrics.text()).into_response()
}

/// Counts and logs what was asked and how it went. What the query was is not logged.
async fn watched(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    site.metrics.count_response(status);
    tracing::info!(%method, path, status, ms = start.elapsed().as_millis() as u64);
    response
}
