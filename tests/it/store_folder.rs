//! Stores on disk: who may open them, what survives, and what is said of folders that will not do.

use entente::store::{Store, StoreError};

#[cfg(not(feature = "disk"))]
#[test]
fn a_build_without_disk_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let error = Store::open(&path, None).err().unwrap();
    assert!(matches!(error, StoreError::NoDisk(_)) && error.to_string().contains("x.db"), "{error}");
}

#[test]
fn a_store_that_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    assert!(matches!(Store::open_existing(&path), Err(StoreError::Missing(_))));
    assert!(!path.exists());
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("thesis.txt"), "ten years of work").unwrap();
    let error = Store::open(folder.path(), None).err().unwrap();
    assert!(matches!(error, StoreError::Foreign(_)), "{error}");
    let file = folder.path().join("thesis.txt");
    let error = Store::open(&file, None).err().unwrap();
    assert!(error.to_string().contains("thesis.txt"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(feature = "disk")]
mod disk {
    use super::*;
    use crate::graph::news;
    use entente::store::QueryOptions;
    use std::collections::BTreeSet;

    fn all(store: &Store) -> BTreeSet<String> {
        store.quads().map(|q| q.unwrap().to_string()).collect()
    }

    #[test]
    fn what_was_written_is_there_when_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er.db");
        let memory = Store::in_memory_with_base("https://b.example/").unwrap();
        let store = Store::open(&path, Some("https://b.example/")).unwrap();
        for article in news() {
            store.replace_article(&article).unwrap();
            memory.replace_article(&article).unwrap();
        }
        drop(store);
        let store = Store::open_existing(&path).unwrap();
        assert_eq!(all(&store), all(&memory));
        store.replace_article(&news()[0]).unwrap();
        store.flush().unwrap();
        assert_eq!(all(&store), all(&memory));
    }

    /// Copies the files of a folder.
    fn copied(from: &str, to: &std::path::Path) {
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }

    #[test]
    fn a_store_of_an_earlier_layout_is_told_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        copied("tests/fixtures/stores/version-1", folder.path());
        for _ in 0..2 {
            for opened in [Store::open(folder.path(), None), Store::open_read_only(folder.path())] {
                let error = opened.err().unwrap();
                assert!(matches!(&error, StoreError::Version { found, .. } if found == "1"), "{error}");
                assert!(error.to_string().contains("build it again from the articles"), "{error}");
            }
        }
    }

    #[test]
    fn a_copy_is_the_same_whoever_holds_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let (path, first, second) =
            (folder.path().join("a.db"), folder.path().join("b.db"), folder.path().join("c.db"));
        let store = Store::open(&path, None).unwrap();
        news().iter().for_each(|article| store.replace_article(article).unwrap());
        store.backup(&first).unwrap();
        let before = all(&store);
        // As another process would, while this one holds the lock and has not flushed.
        entente::store::backup(&path, &second).unwrap();
        store.remove_article("treaty.md").unwrap();
        for copy in [&first, &second] {
            let copy = Store::open_existing(copy).unwrap();
            assert_eq!(all(&copy), before);
            assert!(copy.verify().unwrap().is_empty());
        }
        let error = store.backup(&first).unwrap_err();
        assert!(matches!(error, StoreError::Taken(_)), "{error}");
    }

    #[test]
    fn readers_go_on_while_articles_come_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), None).unwrap();
        let (news, done) = (news(), std::sync::atomic::AtomicBool::new(false));
        let count = |query: &str| store.query(query, &QueryOptions::default()).unwrap().len();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..20 {
                    news.iter().for_each(|article| store.replace_article(article).unwrap());
                    news.iter().for_each(|article| assert!(store.remove_article(&article.article.id).unwrap()));
                }
                done.store(true, std::sync::atomic::Ordering::Release);
            });
            let mut asked = 0;
            while !done.load(std::sync::atomic::Ordering::Acquire) {
                // An event whose evidence is not there would be one that a reader sees half changed.
                let halves = "SELECT ?e { ?e a en:Event FILTER NOT EXISTS { ?e prov:wasDerivedFrom ?m . GRAPH ?g { ?m en:status en:Asserted } } }";
                assert_eq!(count(halves), 0);
                asked += 1;
            }
            assert!(asked > 0);
        });
        assert_eq!(count("SELECT ?e { ?e a en:Event }"), 0);
    }

    #[test]
    fn many_articles_at_once_are_the_same_as_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let (bulk, single) = (folder.path().join("bulk.db"), Store::in_memory().unwrap());
        let store = Store::open(&bulk, None).unwrap();
        // Enough for the way that large changes take.
        let copy = |i: usize| {
            news().into_iter().map(move |mut x| {
                x.article.id = format!("{i}/{}", x.article.id);
                x
            })
        };
        for round in 0..2 {
            let graphs: Vec<_> =
                (round * 20..round * 20 + 30).flat_map(copy).map(|x| store.mapper().evidence(&x)).collect();
            assert!(graphs.iter().map(|g| g.triples.len()).sum::<usize>() > 20_000);
            graphs.iter().for_each(|graph| single.replace_graphs([graph.clone()]).unwrap());
            store.replace_graphs(graphs).unwrap();
            assert_eq!(all(&store), all(&single), "round {round}");
        }
    }

    #[test]
    fn the_base_of_a_store_stays() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), Some("https://b.example/")).unwrap());
        assert_eq!(Store::open(folder.path(), None).unwrap().mapper().base(), "https://b.example/");
        let error = Store::open(folder.path(), Some("https://c.example/")).err().unwrap();
        assert!(
            matches!(error, StoreError::Base { .. }) && error.to_string().contains("https://b.example/"),
            "{error}"
        );
    }

    #[test]
    fn a_second_writer_is_told_who_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path(), None).unwrap();
        let error = Store::open(folder.path(), None).err().unwrap();
        assert!(matches!(&error, StoreError::Locked(p) if p == folder.path()), "{error}");
        assert!(error.to_string().contains(&folder.path().display().to_string()));
        drop(first);
        Store::open(folder.path(), None).unwrap();
    }

    #[test]
    fn many_may_read_while_nobody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), None).unwrap();
        store.replace_article(&news()[0]).unwrap();
        let content = all(&store);
        let error = Store::open_read_only(folder.path()).err().unwrap();
        assert!(matches!(&error, StoreError::Locked(p) if p == folder.path()), "{error}");
        drop(store);
        let (one, two) = (Store::open_read_only(folder.path()).unwrap(), Store::open_read_only(folder.path()).unwrap());
        assert_eq!((all(&one), all(&two)), (content.clone(), content));
        assert!(matches!(Store::open(folder.path(), None), Err(StoreError::Locked(_))));
        drop(one);
        assert!(matches!(Store::open(folder.path(), None), Err(StoreError::Locked(_))));
        assert!(two.replace_article(&news()[1]).is_err());
        drop(two);
        Store::open(folder.path(), None).unwrap().replace_article(&news()[1]).unwrap();
        assert!(matches!(Store::open_read_only(&folder.path().join("none")), Err(StoreError::Missing(_))));
    }

    #[test]
    fn a_process_killed_at_once_leaves_a_folder_to_begin_in() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["entente.lock", "LOCK", "LOG", "MANIFEST-000001", "000001.dbtmp"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        Store::open(folder.path(), None).unwrap();
    }

    #[test]
    fn the_graph_of_another_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let inner = oxigraph::store::Store::open(folder.path()).unwrap();
        let update =
            oxigraph::sparql::SparqlEvaluator::new().parse_update("INSERT DATA { <a:b> <a:b> <a:b> }").unwrap();
        update.on_store(&inner).execute().unwrap();
        drop(inner);
        let error = Store::open(folder.path(), None).err().unwrap();
        assert!(matches!(&error, StoreError::Unmarked(p) if p == folder.path()), "{error}");
        assert_eq!(oxigraph::store::Store::open(folder.path()).unwrap().len().unwrap(), 1);
    }

    #[test]
    fn a_store_of_another_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), None).unwrap());
        let inner = oxigraph::store::Store::open(folder.path()).unwrap();
        let update = "PREFIX en: <https://w3id.org/entente/ns#> DELETE { GRAPH ?g { ?s en:storeVersion ?v } } \
                      INSERT { GRAPH ?g { ?s en:storeVersion 9 } } WHERE { GRAPH ?g { ?s en:storeVersion ?v } }";
        oxigraph::sparql::SparqlEvaluator::new().parse_update(update).unwrap().on_store(&inner).execute().unwrap();
        drop(inner);
        let error = Store::open(folder.path(), None).err().unwrap();
        assert!(matches!(&error, StoreError::Version { found, .. } if found == "9"), "{error}");
    }

    /// Set in the process that is to be killed: the folder of the store that it writes.
    const VICTIM: &str = "ENTENTE_TEST_VICTIM";

    #[test]
    fn a_killed_process_leaves_whole_articles() {
        if let Some(path) = std::env::var_os(VICTIM) {
            write_for_ever(std::path::Path::new(&path));
        }
        let folder = tempfile::tempdir().unwrap();
        for round in 1..=4 {
            kill_while_writing(folder.path(), round);
            check_whole(folder.path());
        }
    }

    fn write_for_ever(path: &std::path::Path) -> ! {
        let store = Store::open(path, None).unwrap();
        for i in 0_usize.. {
            store.replace_article(&news()[i % news().len()]).unwrap();
            println!("written");
        }
        unreachable!("there is always another number")
    }

    fn kill_while_writing(path: &std::path::Path, articles: usize) {
        use std::io::{BufRead, BufReader};
        let test = "store_folder::disk::a_killed_process_leaves_whole_articles";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture"])
            .env(VICTIM, path)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let written = lines.map_while(Result::ok).filter(|l| l.ends_with("written")).take(articles).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(written, articles);
    }

    fn check_whole(path: &std::path::Path) {
        let store = Store::open_existing(path).unwrap();
        let query = "SELECT ?id { GRAPH ?a { ?a en:articleId ?id } }";
        let answer = store.query(query, &QueryOptions::default()).unwrap();
        let mut out = Vec::new();
        answer.write(entente::store::AnswerFormat::Csv, &mut out).unwrap();
        let ids: BTreeSet<String> = String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect();
        assert!(!ids.is_empty());
        let fresh = Store::in_memory().unwrap();
        for article in news().iter().filter(|x| ids.contains(&x.article.id)) {
            fresh.replace_article(article).unwrap();
        }
        assert_eq!(all(&store), all(&fresh));
    }
}
