//! The server: the protocols, case by case from `tests/cases/protocol`, and what it does with those who ask too much.

use entente::serve::{Options, Token, serve};
use entente::store::{Change, Stop, Store};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Graph;
use oxigraph::model::graph::CanonicalizationAlgorithm;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

const SECRET: &str = "open sesame";

/// A server with a store in memory, at a port of its own.
pub struct Server {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<std::io::Result<()>>>,
}

impl Server {
    pub fn start(store: Store, options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            runtime.block_on(serve(store, options, listener, async {
                let _ = stopped.await;
            }))
        };
        Self { address, stop: Some(stop), thread: Some(std::thread::spawn(run)) }
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap().unwrap();
        }
    }

    pub fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], b"")
    }

    pub fn query(&self, sparql: &str) -> Response {
        self.send("POST", "/sparql", &[("content-type", "application/sparql-query")], sparql.as_bytes())
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        send(self.address, method, path, headers, body)
    }
}

fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", address);
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || method == "POST" || method == "PUT" {
        head += &format!("content-length: {}\r\n", body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    // A server may answer before it has read everything.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Response::parse(&bytes)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Response {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("the head of a response");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in lines.filter_map(|l| l.split_once(": ")) {
            let values = headers.entry(name.to_lowercase()).or_default();
            *values += if values.is_empty() { "" } else { ", " };
            *values += value;
        }
        let body = &bytes[end + 4..];
        let is_chunked = headers.get("transfer-encoding").is_some_and(|v| v == "chunked");
        Self { status, headers, body: if is_chunked { unchunked(body) } else { body.to_vec() } }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    body
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Graphs by name, in N-Triples.
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default)]
    read_only: bool,
    step: Vec<Step>,
}

/// A request, and what is expected of the response.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    method: Option<String>,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Instead of the right one; none is sent if it is empty.
    token: Option<String>,
    #[serde(default)]
    body: String,
    body_hex: Option<String>,
    status: u16,
    r#type: Option<String>,
    boolean: Option<bool>,
    holds: Option<String>,
    body_is: Option<String>,
    /// Turtle that means the same.
    graph: Option<String>,
}

fn writable() -> Options {
    Options { token: Token::new(SECRET), ..Options::default() }
}

/// An empty store, without the vocabularies.
fn empty() -> Store {
    let store = Store::in_memory().unwrap();
    change(&store, "DROP ALL");
    store
}

pub fn change(store: &Store, sparql: &str) {
    let change = Change { sparql: sparql.to_owned(), ..Change::default() };
    store.update(&change, &Stop::default()).unwrap();
}

fn run_cases(file: &str) {
    let cases: File = toml::from_str(file).unwrap();
    let mut wrong = Vec::new();
    for case in &cases.case {
        let store = empty();
        for (name, triples) in &case.data {
            change(&store, &format!("INSERT DATA {{ GRAPH <{name}> {{ {triples} }} }}"));
        }
        let options = if case.read_only { Options::default() } else { writable() };
        let server = Server::start(store, options);
        let mut location = String::new();
        for (i, step) in case.step.iter().enumerate() {
            let response = step.send(&server, &location);
            if let Err(what) = step.check(&response) {
                wrong.push(format!("{}, step {}: {what}\n{response:?}", case.name, i + 1));
            }
            let root = format!("http://{}", server.address);
            if let Some(given) = response.headers.get("location") {
                location = given.strip_prefix(&root).unwrap_or(given).to_owned();
            }
        }
    }
    assert!(wrong.is_empty(), "{} steps went wrong\n{}", wrong.len(), wrong.join("\n"));
}

impl Step {
    fn send(&self, server: &Server, location: &str) -> Response {
        let path = self.path.replace("$SERVER", &format!("http://{}", server.address)).replace("$LOCATION", location);
        let mut headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let authorization = format!("Bearer {}", self.token.as_deref().unwrap_or(SECRET));
        if self.token.as_deref() != Some("") {
            headers.push(("authorization", &authorization));
        }
        let hex = |text: &str| {
            (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect::<Vec<_>>()
        };
        let body = self.body_hex.as_deref().map_or_else(|| self.body.clone().into_bytes(), hex);
        server.send(self.method.as_deref().unwrap_or("GET"), &path, &headers, &body)
    }

    fn check(&self, response: &Response) -> Result<(), String> {
        let text = response.text();
        let expect = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
        expect(response.status == self.status, &format!("expected status {}", self.status))?;
        if let Some(content_type) = &self.r#type {
            expect(response.header("content-type") == content_type, &format!("expected type {content_type}"))?;
        }
        if let Some(value) = self.boolean {
            expect(text == format!("{{\"head\":{{}},\"boolean\":{value}}}"), &format!("expected {value}"))?;
        }
        if let Some(part) = &self.holds {
            expect(text.contains(part), &format!("expected a body with {part}: {text}"))?;
        }
        if let Some(body) = &self.body_is {
            expect(text == *body, &format!("expected the body {body:?}: {text:?}"))?;
        }
        match &self.graph {
            Some(turtle) => expect(graph(&text) == graph(turtle), &format!("expected the graph {turtle}: {text}")),
            None => Ok(()),
        }
    }
}

pub fn graph(turtle: &str) -> Graph {
    let quads = RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle.as_bytes());
    let mut graph: Graph = quads.map(|q| oxigraph::model::Triple::from(q.unwrap())).collect();
    graph.canonicalize(CanonicalizationAlgorithm::Unstable);
    graph
}

#[test]
fn the_protocol_of_queries() {
    run_cases(include_str!("../cases/protocol/queries.toml"));
}

#[test]
fn the_protocol_of_updates() {
    run_cases(include_str!("../cases/protocol/updates.toml"));
}

#[test]
fn the_protocol_of_the_graph_store() {
    run_cases(include_str!("../cases/protocol/graph_store.toml"));
}

fn limited(change: impl FnOnce(&mut Options)) -> Server {
    let mut options = writable();
    change(&mut options);
    Server::start(Store::in_memory().unwrap(), options)
}

#[test]
fn a_query_past_its_time_is_an_error_and_stops() {
    let server = limited(|o| o.timeout = Duration::from_millis(300));
    let product = "SELECT * { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }";
    let sort = "SELECT ?a { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } } ORDER BY ?c ?f ?a LIMIT 1";
    let values = "VALUES ?v { 0 1 2 3 4 5 6 7 8 9 } ";
    let values: String = (0..12).map(|i| values.replace("?v", &format!("?v{i}"))).collect();
    for query in [product, sort, &format!("SELECT (COUNT(*) AS ?n) {{ {values} }}")] {
        let start = Instant::now();
        let response = server.query(query);
        assert_eq!(response.status, 504, "{query}: {response:?}");
        assert!(start.elapsed() < Duration::from_secs(3), "{query}: {:?}", start.elapsed());
    }
    std::thread::sleep(Duration::from_secs(1));
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains("\nentente_queries_running 0\n"), "{metrics}");
    assert!(metrics.contains("\nentente_queries_stopped_total 3\n"), "{metrics}");
    assert_eq!(server.query("ASK {}").status, 200);
}

#[test]
fn an_update_past_its_time_changes_nothing() {
    let server = limited(|o| o.timeout = Duration::from_millis(300));
    let body = b"INSERT { ?a ?b ?i } WHERE { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }";
    let authorization = format!("Bearer {SECRET}");
    let headers = [("content-type", "application/sparql-update"), ("authorization", authorization.as_str())];
    assert_eq!(server.send("POST", "/sparql", &headers, body).status, 504);
    assert!(server.query("ASK { ?a ?b ?c }").text().contains("false"));
}

#[test]
fn answers_and_bodies_have_a_largest_size() {
    let server = limited(|o| (o.max_answer, o.max_body) = (1000, 500));
    let response = server.query("SELECT * { GRAPH ?g { ?a ?b ?c } }");
    assert_eq!(response.status, 422, "{response:?}");
    assert!(response.text().contains("LIMIT"));
    assert_eq!(server.query("SELECT * { GRAPH ?g { ?a ?b ?c } } LIMIT 1").status, 200);
    assert_eq!(server.query(&format!("ASK {{}} # {}", "x".repeat(600))).status, 413);
    let long = format!("/sparql?query=ASK%20%7B%7D&x={}", "x".repeat(1 << 19));
    assert_eq!(server.get(&long).status, 431);
}

#[test]
fn more_queries_than_may_run_wait_or_are_refused() {
    let server = limited(|o| (o.max_queries, o.timeout) = (1, Duration::from_secs(7)));
    let long = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }";
    std::thread::scope(|scope| {
        let first = scope.spawn(|| server.query(long).status);
        std::thread::sleep(Duration::from_millis(500));
        let refused = server.query("ASK {}");
        assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
        assert_eq!(server.get("/health").status, 200);
        assert_eq!(server.query("ASK {}").status, 200, "the turn comes");
        assert_eq!(first.join().unwrap(), 504);
    });
}

#[test]
fn a_query_stops_when_nobody_waits_for_it() {
    let server = limited(|_| ());
    let mut stream = TcpStream::connect(server.address).unwrap();
    let query = "SELECT%20(COUNT(*)%20AS%20%3Fn)%7BGRAPH%20%3Fg%7B%3Fa%20%3Fb%20%3Fc%7DGRAPH%20%3Fh%7B%3Fd%20%3Fe%20%3Ff%7DGRAPH%20%3Fi%7B%3Fj%20%3Fk%20%3Fl%7D%7D";
    write!(stream, "GET /sparql?query={query} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let running = |number: &str| {
        let line = format!("\nentente_queries_running {number}\n");
        (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            server.get("/metrics").text().contains(&line)
        })
    };
    assert!(running("1"));
    drop(stream);
    assert!(running("0"), "{}", server.get("/metrics").text());
}

#[test]
fn requests_on_their_way_are_finished_before_it_stops() {
    let mut server = limited(|o| o.timeout = Duration::from_secs(1));
    let address = server.address;
    let mut idle = TcpStream::connect(address).unwrap();
    let long = "SELECT%20(COUNT(*)%20AS%20%3Fn)%7BGRAPH%20%3Fg%7B%3Fa%20%3Fb%20%3Fc%7DGRAPH%20%3Fh%7B%3Fd%20%3Fe%20%3Ff%7DGRAPH%20%3Fi%7B%3Fj%20%3Fk%20%3Fl%7D%7D";
    let mut busy = TcpStream::connect(address).unwrap();
    write!(busy, "GET /sparql?query={long} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    server.stop();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let mut bytes = Vec::new();
    busy.read_to_end(&mut bytes).unwrap();
    assert_eq!(Response::parse(&bytes).status, 504);
    assert_eq!(idle.read(&mut [0; 1]).unwrap(), 0, "closed");
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn compressed_if_asked_for_and_open_to_other_sites_if_allowed() {
    let server = limited(|o| o.cors = true);
    let path = "/sparql?query=SELECT%20*%20%7B%20GRAPH%20%3Fg%20%7B%20%3Fa%20%3Fb%20%3Fc%20%7D%20%7D%20LIMIT%20100";
    let plain = server.get(path);
    for encoding in ["gzip", "zstd"] {
        let small = server.send("GET", path, &[("accept-encoding", encoding)], b"");
        assert_eq!((small.status, small.header("content-encoding")), (200, encoding));
        assert!(small.body.len() * 2 < plain.body.len());
    }
    let preflight = [("origin", "http://x.example"), ("access-control-request-method", "POST")];
    assert_eq!(server.send("OPTIONS", "/sparql", &preflight, b"").header("access-control-allow-origin"), "*");
    assert_eq!(
        server.send("GET", path, &[("origin", "http://x.example")], b"").header("access-control-allow-origin"),
        "*"
    );
    let closed = limited(|_| ());
    assert_eq!(
        closed.send("GET", path, &[("origin", "http://x.example")], b"").header("access-control-allow-origin"),
        ""
    );
}

#[test]
fn dumps_have_a_name_for_their_content() {
    let store = empty();
    change(&store, "INSERT DATA { <http://x.example/a> a <http://x.example/Paper> }");
    let server = Server::start(store, writable());
    let line = "<http://x.example/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://x.example/Paper> .\n";
    let dump = server.get("/dump.nq");
    assert_eq!((dump.status, dump.header("content-type")), (200, "application/n-quads"));
    assert_eq!(dump.text(), line);
    let known = server.send("GET", "/dump.nq", &[("if-none-match", dump.header("etag"))], b"");
    assert_eq!((known.status, known.body.len()), (304, 0));
    for (file, media_type) in [
        ("trig", "application/trig"),
        ("ttl", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
    ] {
        let dump = server.get(&format!("/dump.{file}"));
        assert_eq!((dump.status, dump.header("content-type")), (200, media_type));
        assert!(dump.text().contains("http://x.example/a"), "{}", dump.text());
    }
    let authorization = format!("Bearer {SECRET}");
    assert_eq!(server.send("DELETE", "/store?default", &[("authorization", &authorization)], b"").status, 204);
    let changed = server.send("GET", "/dump.nq", &[("if-none-match", dump.header("etag"))], b"");
    assert_eq!((changed.status, changed.text().as_str()), (200, ""));
    assert_eq!(server.send("HEAD", "/dump.nq", &[], b"").header("etag"), changed.header("etag"));
    assert_eq!(server.get("/dump.exe").status, 404);
}

#[test]
fn a_packed_dump_is_the_dump() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let packed = server.send("GET", "/dump.nq.zst", &[("accept-encoding", "gzip")], b"");
    assert_eq!((packed.status, packed.header("content-type")), (200, "application/zstd"));
    assert_eq!(packed.header("content-encoding"), "", "packed once");
    let plain = server.get("/dump.nq");
    assert_eq!(zstd::decode_all(packed.body.as_slice()).unwrap(), plain.body);
    assert!(packed.body.len() * 4 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());
    assert_ne!(packed.header("etag"), plain.header("etag"));
    let known = server.send("GET", "/dump.nq.zst", &[("if-none-match", packed.header("etag"))], b"");
    assert_eq!(known.status, 304);
}

#[test]
fn slow_readers_of_dumps_keep_nobody_from_asking() {
    let store = empty();
    let long = "x".repeat(100);
    let triples: String = (0..100_000).map(|i| format!("<x:{long}{i}> <x:{long}> <x:{long}> . ")).collect();
    change(&store, &format!("INSERT DATA {{ {triples} }}"));
    let server = Server::start(store, Options { max_queries: 1, ..Options::default() });
    let streams: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            write!(stream, "GET /dump.nq HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    assert_eq!(server.query("ASK {}").status, 200);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    drop(streams);
}

#[test]
fn many_idle_connections_keep_nobody_from_asking() {
    let server = limited(|_| ());
    let idle: Vec<_> = (0..1000).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    let start = Instant::now();
    assert_eq!(server.query("ASK {}").status, 200);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    drop(idle);
}

#[test]
fn paths_past_their_time_stop() {
    let store = empty();
    let triples: String =
        (0..1500).flat_map(|i| (1..20).map(move |k| format!("<x:{i}> <x:p> <x:{}> . ", (i * k + k) % 1500))).collect();
    change(&store, &format!("INSERT DATA {{ {triples} }}"));
    let server = Server::start(store, Options { timeout: Duration::from_millis(300), ..Options::default() });
    for query in [
        "SELECT (COUNT(*) AS ?n) { ?a <x:p>+ ?b }",
        "SELECT * { ?a (<x:p>|^<x:p>)* ?b . ?b (<x:p>/<x:p>)+ ?c } ORDER BY ?a",
        "SELECT (COUNT(*) AS ?n) { <x:1> (<x:p>/<x:p>/^<x:p>/<x:p>)+ ?b . ?b (!<x:q>/!<x:q>)+ ?c }",
    ] {
        assert_eq!(server.query(query).status, 504, "{query}");
        let start = Instant::now();
        while !server.get("/metrics").text().contains("\nentente_queries_running 0\n") {
            assert!(start.elapsed() < Duration::from_secs(2), "{query} goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn names_of_ours_lead_to_what_is_known() {
    let store = crate::store::loaded();
    let base = store.mapper().base().to_owned();
    let article = store.articles().unwrap().remove(0).into_string();
    let event = "SELECT ?e { ?e a en:Event FILTER(ISIRI(?e) && STRSTARTS(STR(?e), STR(<BASE>))) } ORDER BY ?e LIMIT 1";
    let server = Server::start(store, Options::default());
    let csv = [("accept", "text/csv"), ("content-type", "application/sparql-query")];
    let event = server.send("POST", "/sparql", &csv, event.replace("BASE", &base).as_bytes()).text();
    let event = event.lines().nth(1).expect("an event").to_owned();
    let path = |iri: &str| format!("/{}", iri.strip_prefix(&base).unwrap());
    let browser = [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];

    let thing = server.get(&path(&event));
    assert_eq!(thing.status, 303, "{event}: {thing:?}");
    let about = thing.header("location").to_owned();
    let turtle = server.get(&about);
    assert_eq!((turtle.status, turtle.header("content-type")), (200, "text/turtle; charset=utf-8"));
    assert!(turtle.text().contains(&event) && turtle.text().contains("en:Event"), "{}", turtle.text());
    let json = server.send("GET", &about, &[("accept", "application/ld+json")], b"");
    assert_eq!(json.header("content-type"), "application/ld+json");
    let html = server.send("GET", &about, &browser, b"");
    assert_eq!((html.status, html.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(html.text().contains(&event), "{}", html.text());

    let document = server.get(&path(&article));
    assert_eq!(document.status, 200);
    assert!(document.text().contains("schema:NewsArticle"), "{}", document.text());
    assert_eq!(server.get("/entity/nobody").status, 404);
    assert_eq!(server.get("/page?iri=http%3A%2F%2Fx.example%2Fnone").status, 404);
    assert_eq!(server.send("GET", "/page?iri=http%3A%2F%2Fx.example%2Fnone", &browser, b"").status, 404);
    assert_eq!(server.get("/page?iri=no%20iri").status, 400);
    assert_eq!(server.get("/page").status, 400);
}

/// The program itself, with an empty store in memory.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
        command.args(["serve", "--memory", "--quiet", "--bind", "127.0.0.1:0"]).args(arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening at http://").and_then(|l| l.strip_suffix("/sparql"));
        Self { child, address: address.expect(&line).parse().unwrap() }
    }

    fn query(&self, sparql: &str) -> Response {
        send(self.address, "POST", "/sparql", &[("content-type", "application/sparql-query")], sparql.as_bytes())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_query_that_takes_too_much_memory_is_stopped() {
    let server = Process::start(&["--max-memory", "300"]);
    let sort = "SELECT * { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } } ORDER BY ?c";
    let set = "SELECT DISTINCT ?c ?d ?f { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } } ORDER BY ?d";
    for query in [sort, set] {
        let response = server.query(query);
        assert_eq!(response.status, 503, "{query}: {response:?}");
        assert!(response.text().contains("memory"));
        assert_eq!(server.query("ASK {}").status, 200);
    }
}

#[test]
#[cfg(unix)]
fn the_program_ends_when_it_is_told_to() {
    let mut server = Process::start(&[]);
    let _idle = TcpStream::connect(server.address).unwrap();
    assert_eq!(server.query("ASK {}").status, 200);
    let told = Command::new("kill").arg(server.child.id().to_string()).status().unwrap();
    assert!(told.success());
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn what_is_not_there() {
    let server = limited(|_| ());
    assert_eq!(server.get("/none").status, 404);
    assert_eq!(server.get("/health").text(), "ok\n");
}
