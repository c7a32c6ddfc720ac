//! Tables of Wikidata's answers: what they hold and change, and what is done when the endpoint fails. A server of the test's
//! own plays the answers of `tests/cases/refresh` and the failures, in a given order.

use entente::link::Gazetteer;
use entente::refresh::{AskError, Change, Client, Manners, Part, RefreshError, Refreshed, refresh};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// What the server does with one request.
enum Play {
    /// Answers with a file of `tests/cases/refresh`.
    File(&'static str),
    Status(u16),
    /// Ends the connection in the middle of the answer.
    Cut,
    /// Says nothing until the client has gone.
    Silence,
    Text(&'static str),
}

use Play::{Cut, File, Silence, Status, Text};

/// A server that plays `script`; gives its address, and the head of each request.
fn server(script: Vec<Play>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/sparql", listener.local_addr().unwrap());
    let (sender, heads) = channel();
    std::thread::spawn(move || {
        for play in script {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = sender.send(head(&mut stream));
            answer(&mut stream, &play);
        }
    });
    (address, heads)
}

fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(n) => head.extend_from_slice(&buffer[..n]),
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

fn answer(stream: &mut TcpStream, play: &Play) {
    let whole =
        |body: &str| format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let text = match play {
        File(name) => whole(
            &std::fs::read_to_string(format!("{}/tests/cases/refresh/{name}.json", env!("CARGO_MANIFEST_DIR")))
                .unwrap(),
        ),
        Status(code) => {
            format!("HTTP/1.1 {code} No\r\nretry-after: 0\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        }
        Cut => "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1000\r\n\r\n{\"results\":".to_owned(),
        Silence => {
            // Until the client gives up and closes.
            let _ = stream.read(&mut [0; 1]);
            return;
        }
        Text(body) => whole(body),
    };
    // The client may have gone already.
    let _ = stream.write_all(text.as_bytes());
}

fn ask(script: Vec<Play>, parts: &[Part], countries: &[&str]) -> (Result<Vec<Refreshed>, RefreshError>, Vec<String>) {
    let (address, heads) = server(script);
    let manners = Manners { pause: Duration::from_millis(1), timeout: Duration::from_millis(500), attempts: 3 };
    let client = Client::new(&address, manners).unwrap();
    let parts: BTreeSet<Part> = parts.iter().copied().collect();
    let countries: Vec<String> = countries.iter().map(|c| (*c).to_owned()).collect();
    let gazetteer = Gazetteer::embedded().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    (runtime.block_on(refresh(&client, &gazetteer, &parts, &countries)), heads.try_iter().collect())
}

#[test]
fn tables_are_in_the_format_and_differences_are_told() {
    let script = vec![File("labels"), File("states"), File("people")];
    let (refreshed, heads) = ask(script, &[Part::States, Part::People], &["CHN"]);
    let refreshed = refreshed.unwrap();
    assert!(heads.iter().all(|h| h.contains("user-agent: entente/")), "{heads:?}");
    assert!(heads[2].contains("VALUES") && heads.len() == 3, "{heads:?}");

    let folder = tempfile::tempdir().unwrap();
    let mut gazetteer = Gazetteer::embedded().unwrap();
    for (one, name) in refreshed.iter().zip(["states.tsv", "people.tsv"]) {
        let lines: Vec<&str> = one.table.lines().skip(1).collect();
        assert!(lines.is_sorted() && !lines.is_empty(), "{lines:?}");
        std::fs::write(folder.path().join(name), &one.table).unwrap();
        gazetteer.add_file(&folder.path().join(name)).unwrap();
    }
    let china = gazetteer.entry(gazetteer.country("CHN").unwrap());
    assert_eq!(china.name(), "People's Republic of China");
    let hu = gazetteer.lookup("Hu Jintao").into_iter().find(|c| c.entry.status() == "single").unwrap();
    let office = hu.entry.offices().next().unwrap();
    assert_eq!((office.from, office.until, office.country), ("2003-03-15", "2013-03-14", "CHN"));

    let shown: Vec<String> = refreshed.iter().flat_map(|r| &r.changes).map(|c| c.to_string()).collect();
    let has = |kind: &str, words: &str| shown.iter().any(|s| s.starts_with(kind) && s.contains(words));
    assert!(has("changed", "name `China`, now `People's Republic of China`"), "{shown:?}");
    assert!(has("vanished", "France") && !has("vanished", "North Korea"), "{shown:?}");
    assert!(has("refused", "Somebody Mistaken"), "{shown:?}");
    assert!(!has("", "Xi Jinping"), "nothing has changed: {shown:?}");
    assert!(!refreshed[1].table.contains("Somebody Mistaken"));
}

#[test]
fn failures_that_pass_are_waited_for() {
    let failures = [Status(429), Cut, Silence, Status(503)];
    for failure in failures {
        let (refreshed, heads) = ask(vec![File("labels"), failure, File("states")], &[Part::States], &[]);
        assert_eq!(refreshed.unwrap()[0].table.lines().count(), 3);
        assert_eq!(heads.len(), 3);
    }
}

#[test]
fn failures_that_stay_end_it_with_the_name_of_the_question() {
    let (refreshed, _) = ask(vec![File("labels"), Status(429), Cut, Silence], &[Part::States], &[]);
    let error = refreshed.unwrap_err().to_string();
    assert_eq!(error, "no answer to `states` after 3 attempts, the last: no answer in time");

    for nonsense in ["<html>", "{\"head\": {}}", "{\"results\": {\"bindings\": [{\"item\": 3}]}}", ""] {
        let (refreshed, heads) = ask(vec![File("labels"), Text(nonsense)], &[Part::States], &[]);
        let error = refreshed.unwrap_err();
        assert!(matches!(error, RefreshError::Ask(AskError::Nonsense { question: "states", .. })), "{error}");
        assert_eq!(heads.len(), 2, "asking again gives no better answer");
    }

    let (refreshed, _) = ask(vec![Status(400)], &[Part::States], &[]);
    assert!(refreshed.unwrap_err().to_string().starts_with("the endpoint refuses `labels`: 400"));
}

#[test]
fn properties_that_mean_something_else_end_it() {
    let (refreshed, heads) = ask(vec![File("people")], &[Part::States], &[]);
    let error = refreshed.unwrap_err().to_string();
    assert!(error.contains("expected `office held by head of government`"), "{error}");
    assert_eq!(heads.len(), 1);
}

#[test]
fn an_unknown_country_is_said_before_people_are_asked_for() {
    let (refreshed, heads) = ask(vec![File("labels")], &[Part::People], &["XYZ"]);
    assert!(refreshed.unwrap_err().to_string().starts_with("`XYZ` is the code of no country"));
    assert_eq!(heads.len(), 1);
}

#[test]
fn a_change_says_what_was_and_what_is() {
    let change =
        Change::Changed { item: "Q1".into(), name: "A".into(), what: "name", from: "B".into(), to: "A".into() };
    assert_eq!(change.to_string(), "changed   Q1 A: name `B`, now `A`");
}
