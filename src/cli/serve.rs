//! `entente serve`: a store over HTTP.

use super::console::Console;
use super::{Status, Usage};
use crate::serve::{Options, Token, serve};
use crate::store::Store;
use anyhow::{Context, Result};
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// The environment variable that may hold the token.
const TOKEN: &str = "ENTENTE_TOKEN";

/// Answer SPARQL over HTTP, until Ctrl-C
///
/// The endpoint is at /sparql, the Graph Store at /store. Nothing can be changed unless --writable is given; then whoever sends
/// the token as `Authorization: Bearer TOKEN` may.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente serve
  entente serve --store archive.db --bind 0.0.0.0:8080 --timeout 10 --cors
  ENTENTE_TOKEN=secret entente serve --writable
  curl localhost:7878/sparql --data-urlencode 'query=SELECT ?a ?b { ?a en:met ?b }' -H 'Accept: text/csv'")]
pub(super) struct Arguments {
    /// Address and port to listen at; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878")]
    bind: SocketAddr,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
    /// Serve an empty store that is kept in memory and goes with the server
    #[arg(long, conflicts_with = "store")]
    memory: bool,
    /// Time for a query or update
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = super::query::seconds)]
    timeout: Duration,
    /// Let those change the store who have the token
    #[arg(long)]
    writable: bool,
    /// File with the token; otherwise it is in the variable ENTENTE_TOKEN
    #[arg(long, value_name = "FILE", requires = "writable")]
    token_file: Option<PathBuf>,
    /// Queries and updates at a time; more wait
    #[arg(long, value_name = "N", default_value_t = Options::default().max_queries, value_parser = positive)]
    max_queries: usize,
    /// Largest answer, in MiB
    #[arg(long, value_name = "MIB", default_value_t = Options::default().max_answer >> 20, value_parser = positive)]
    max_answer: usize,
    /// Largest body of a request, in MiB
    #[arg(long, value_name = "MIB", default_value_t = Options::default().max_body >> 20, value_parser = positive)]
    max_body: usize,
    /// Stop queries when the process takes more memory, in MiB [default: three quarters of what is free at the start]
    #[arg(long, value_name = "MIB", value_parser = positive)]
    max_memory: Option<usize>,
    /// Address by which people reach the server, when that is another than they ask for, such as behind a proxy
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Let pages of other sites ask (CORS)
    #[arg(long)]
    cors: bool,
    /// No line for each request on standard error
    #[arg(long)]
    quiet: bool,
}

fn positive(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=1 << 20).contains(n)).ok_or_else(|| "expected a positive number".to_owned())
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let options = options(arguments)?;
    let store = match (arguments.memory, arguments.writable) {
        (true, _) => Store::in_memory()?,
        (false, true) => Store::open_existing(&arguments.store)?,
        (false, false) => Store::open_read_only(&arguments.store)?,
    };
    if !arguments.quiet {
        let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).with_target(false);
        log.init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served: Result<()> = runtime.block_on(async {
        let listener = TcpListener::bind(arguments.bind).await;
        let listener = listener.with_context(|| format!("cannot listen at `{}`", arguments.bind))?;
        console.line(&format!("listening at http://{}/sparql", listener.local_addr()?));
        serve(store, options, listener, stop()?).await?;
        Ok(())
    });
    // Queries that would not end keep nobody waiting.
    runtime.shutdown_background();
    served?;
    console.line("stopped");
    Ok(Status::Done)
}

fn options(arguments: &Arguments) -> Result<Options> {
    Ok(Options {
        public_url: arguments.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        token: if arguments.writable { Some(token(arguments)?) } else { None },
        timeout: arguments.timeout,
        max_queries: arguments.max_queries,
        max_answer: arguments.max_answer << 20,
        max_body: arguments.max_body << 20,
        max_memory: arguments.max_memory.map(|mib| (mib as u64) << 20),
        cors: arguments.cors,
        ..Options::default()
    })
}

fn token(arguments: &Arguments) -> Result<Token> {
    let secret = match &arguments.token_file {
        Some(path) => fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?,
        None => std::env::var(TOKEN).unwrap_or_default(),
    };
    let missing = || Usage(format!("--writable needs a token: put one into {TOKEN} or a file named by --token-file"));
    Ok(Token::new(&secret).ok_or_else(missing)?)
}

/// Ready once the process is asked to end, by Ctrl-C or by whoever runs it.
fn stop() -> Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}
