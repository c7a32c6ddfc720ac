//! Search by words: what is found, and that the index never says anything else than the store.

use crate::graph::news;
use entente::extract::Extraction;
use entente::search::{Found, Index};
use entente::store::{Change, Stop, Store};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// An article that says nothing but its text.
fn article(id: &str, title: &str, text: &str) -> Extraction {
    let mut article = Extraction { text: text.to_owned(), ..Extraction::default() };
    article.article.id = id.to_owned();
    article.article.title = Some(title.to_owned());
    article
}

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    for article in [
        article("a", "Ministers meet in Málaga", "The ministers visited the port. They talked about fishing quotas."),
        article("b", "Port closed", "A storm closed the port of Malaga. Fishing boats stayed in."),
        article("c", "Elections", "The quota for candidates was raised."),
    ] {
        store.replace_article(&article).unwrap();
    }
    store
}

fn ids(found: &Found) -> Vec<&str> {
    let mut ids: Vec<&str> = found.articles.iter().filter_map(|a| a.id.as_deref()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn articles_by_their_words() {
    let store = store();
    let index = Index::open(&store).unwrap();
    for (words, expected) in [
        ("malaga", vec!["a", "b"]),
        ("MÁLAGA fishing", vec!["a", "b"]),
        ("visiting minister", vec!["a"]),
        ("quotas", vec!["a", "c"]),
        ("\"fishing quotas\"", vec!["a"]),
        ("\"quotas fishing\"", vec![]),
        ("port -minister", vec!["b"]),
        ("-port", vec![]),
        ("", vec![]),
        ("\"\" - '", vec![]),
        ("zebra", vec![]),
    ] {
        let found = index.search(&store, words, 10).unwrap();
        assert_eq!((ids(&found), found.articles_have_some), (expected.clone(), false), "{words}");
        assert_eq!(found.articles_total, expected.len(), "{words}");
    }
    let some = index.search(&store, "zebra candidates", 10).unwrap();
    assert_eq!((ids(&some), some.articles_have_some), (vec!["c"], true));
    assert_eq!(index.search(&store, "port", 1).unwrap().articles.len(), 1);
    assert!(index.search(&store, "port", 0).unwrap().is_empty());
}

#[test]
fn snippets_show_the_words() {
    let store = store();
    let found = Index::open(&store).unwrap().search(&store, "minister fishing", 10).unwrap();
    let snippet = &found.articles[0].snippet;
    let marked: Vec<&str> = snippet.pieces().into_iter().filter(|(_, is_match)| *is_match).map(|(t, _)| t).collect();
    assert_eq!(marked, ["ministers", "fishing"]);
    let whole: String = snippet.pieces().into_iter().map(|(text, _)| text).collect();
    assert_eq!(whole, snippet.text);
}

#[test]
fn things_by_their_names() {
    let store = crate::store::loaded();
    let index = Index::open(&store).unwrap();
    let first = |words: &str| index.search(&store, words, 10).unwrap().things.into_iter().next();
    for words in ["xi jinping", "Jinping, Xi", "xi jinp"] {
        let thing = first(words).expect(words);
        assert_eq!((thing.label.as_str(), thing.class.as_deref()), ("Xi Jinping", Some("Person")), "{words}");
    }
    let near = index.search(&store, "xi jinpign", 10).unwrap();
    assert!(near.things_are_near && near.things[0].label == "Xi Jinping", "{near:?}");
    assert!(first("zzyzx").is_none());
    assert_eq!(first("china").unwrap().label, "China");
}

/// What an index says to some questions, in a form that can be compared.
fn answers(index: &Index, store: &Store) -> Vec<String> {
    let words = ["envoy", "china", "xi", "port", "met", "said", "envoy 17", "a", "zebra"];
    words.iter().map(|w| format!("{w}: {:?}", told(index.search(store, w, 1000).unwrap()))).collect()
}

fn told(found: Found) -> (usize, usize, Vec<String>, Vec<String>) {
    let mut things: Vec<String> = found.things.iter().map(|t| format!("{} {}", t.iri, t.articles)).collect();
    let mut articles: Vec<String> = found.articles.iter().map(|a| a.iri.clone()).collect();
    things.sort();
    articles.sort();
    (found.things_total, found.articles_total, things, articles)
}

/// What an index that is made anew says.
fn anew(folder: &Path) -> Vec<String> {
    fs::remove_dir_all(folder.join("search")).unwrap();
    let store = Store::open_read_only(folder).unwrap();
    answers(&Index::open(&store).unwrap(), &store)
}

#[test]
fn the_index_follows_what_comes_changes_and_goes() {
    let store = store();
    let index = Index::open(&store).unwrap();
    store.replace_article(&article("d", "Zebras", "A zebra was seen.")).unwrap();
    index.catch_up(&store).unwrap();
    assert_eq!(ids(&index.search(&store, "zebra", 10).unwrap()), ["d"]);
    store.replace_article(&article("d", "Horses", "A horse was seen.")).unwrap();
    store.remove_article("a").unwrap();
    assert!(store.has_changes());
    index.catch_up(&store).unwrap();
    assert!(!store.has_changes());
    assert!(index.search(&store, "zebra", 10).unwrap().is_empty());
    assert_eq!(ids(&index.search(&store, "horse", 10).unwrap()), ["d"]);
    assert_eq!(ids(&index.search(&store, "malaga", 10).unwrap()), ["b"]);
}

#[test]
fn the_index_follows_updates() {
    let store = crate::store::loaded();
    let index = Index::open(&store).unwrap();
    let graph = store.articles().unwrap().remove(0);
    let update = |sparql: String| {
        store.update(&Change { sparql, ..Change::default() }, &Stop::default()).unwrap();
        index.catch_up(&store).unwrap();
        index.search(&store, "zebra", 10).unwrap().articles_total
    };
    assert_eq!(update(format!("INSERT DATA {{ GRAPH {graph} {{ {graph} schema:headline 'A zebra' }} }}")), 1);
    let delete = "DELETE { GRAPH ?g { ?a schema:headline ?t } } WHERE { GRAPH ?g { ?a schema:headline ?t } FILTER(?t = 'A zebra') }";
    assert_eq!(update(delete.to_owned()), 0, "a graph that only the data tells");
    assert_eq!(update(format!("INSERT DATA {{ GRAPH {graph} {{ {graph} schema:headline 'A zebra' }} }}")), 1);
    assert_eq!(update(format!("DROP GRAPH {graph}")), 0);
    let fresh = Store::in_memory().unwrap();
    assert_eq!(answers(&index, &store).len(), answers(&Index::open(&fresh).unwrap(), &fresh).len());
}

#[test]
#[cfg(feature = "disk")]
fn whoever_opens_the_index_catches_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path, None).unwrap();
    Index::open(&store).unwrap();
    for article in news() {
        store.replace_article(&article).unwrap();
    }
    drop(store);
    // As a process leaves it that was killed before it could tell the index.
    let store = Store::open_read_only(&path).unwrap();
    assert!(store.has_changes());
    let caught_up = answers(&Index::open(&store).unwrap(), &store);
    drop(store);
    assert_eq!(caught_up, anew(&path));
}

#[test]
#[cfg(feature = "disk")]
fn a_broken_index_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path, None).unwrap();
    for article in news() {
        store.replace_article(&article).unwrap();
    }
    let expected = answers(&Index::open(&store).unwrap(), &store);
    for content in ["", "{}", "\u{0}\u{1}"] {
        fs::write(path.join("search/meta.json"), content).unwrap();
        assert_eq!(answers(&Index::open(&store).unwrap(), &store), expected, "{content:?}");
    }
}

/// Kills a build at some moment, whatever it does then, and lets another go on.
#[test]
#[cfg(all(unix, feature = "disk"))]
fn a_build_that_is_killed_leaves_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let records: String = (0..5000)
        .map(|i| format!("{{\"id\": {}, \"text\": \"Envoy {i} of China met Xi Jinping.\"}}\n", i % 2000))
        .collect();
    fs::write(folder.path().join("many.jsonl"), records).unwrap();
    for pause in [Some(0), Some(300), None] {
        let mut build = Command::new(env!("CARGO_BIN_EXE_entente"))
            .args(["build", "many.jsonl", "--store", "a.db"])
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Whatever is loaded is noted first.
        let deadline = Instant::now() + Duration::from_secs(60);
        let is_loading = || fs::metadata(path.join("entente.changes")).is_ok_and(|file| file.len() > 0);
        while !is_loading() && Instant::now() < deadline && build.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        // The last one may go on to its end.
        if let Some(pause) = pause {
            std::thread::sleep(Duration::from_millis(pause));
            build.kill().unwrap();
        }
        build.wait().unwrap();
        // What was begun in bulk has to be finished by one who may write.
        drop(Store::open_existing(&path).unwrap());
        let store = Store::open_read_only(&path).unwrap();
        let caught_up = answers(&Index::open(&store).unwrap(), &store);
        drop(store);
        assert_eq!(caught_up, anew(&path), "killed after {pause:?} ms");
    }
    let store = Store::open_read_only(&path).unwrap();
    let found = Index::open(&store).unwrap().search(&store, "envoy", 10).unwrap();
    assert_eq!(found.articles_total, 2000);
}

#[test]
#[cfg(feature = "disk")]
fn from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let entente = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_entente")).current_dir(folder.path()).args(arguments).output();
        let output = output.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let mut file = fs::File::create(folder.path().join("n.txt")).unwrap();
    file.write_all(b"BEIJING (Test Wire) - Xi Jinping met Kim Jong Un in Beijing on 4 September 2025.").unwrap();
    assert_eq!(entente(&["build", "n.txt"]).0, Some(0));
    let (status, out, _) = entente(&["search", "jinping"]);
    assert_eq!(status, Some(0));
    assert!(out.contains("1 thing\n  Xi Jinping (Person, 1 article)  wd:Q15031\n"), "{out}");
    assert!(out.contains("1 article\n  n.txt\n") && out.contains("Xi Jinping met Kim"), "{out}");
    let (_, json, _) = entente(&["search", "jinping", "--format", "json"]);
    assert!(json.contains("\"label\": \"Xi Jinping\"") && json.contains("\"snippet\""), "{json}");
    assert_eq!(entente(&["retract", "n.txt"]).0, Some(0));
    let (status, out, messages) = entente(&["search", "jinping"]);
    assert_eq!((status, out.as_str(), messages.trim()), (Some(0), "", "nothing found"));
    let (status, _, messages) = entente(&["search", "x", "--store", "none.db"]);
    assert!(status == Some(1) && messages.contains("no store at `none.db`"), "{messages}");
}
