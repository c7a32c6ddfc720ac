//! Inputs that cannot be read: each is named with what is wrong, the rest is done, the exit status is 1.

use crate::command_line::{entente, run};
use std::fs;
use std::path::Path;

/// Runs `extract` over these inputs and returns the ids of the articles read and the lines of standard error but the
/// summary.
fn extract(folder: &Path, arguments: &[&str]) -> (Vec<String>, Vec<String>, i32) {
    let run = run(entente(folder).arg("extract").args(arguments));
    let id = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        value["article"]["id"].as_str().expect("an id").to_owned()
    };
    let mut errors: Vec<String> = run.err.lines().map(str::to_owned).collect();
    errors.pop();
    (run.out.lines().map(id).collect(), errors, run.status)
}

fn check(folder: &Path, arguments: &[&str], ids: &[&str], errors: &[&str]) {
    let (got, messages, status) = extract(folder, arguments);
    assert_eq!(got, ids, "{messages:?}");
    assert_eq!(messages.len(), errors.len(), "{messages:#?}");
    for (message, expected) in messages.iter().zip(errors) {
        assert!(message.starts_with(&format!("error: {expected}")), "{message}\nexpected: {expected}");
    }
    assert_eq!(status, i32::from(!errors.is_empty()));
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

#[test]
fn files_that_are_no_articles() {
    let folder = folder(&[
        ("news/a.txt", b"Kim met Xi."),
        ("news/binary.txt", b"GIF89a\0\x01"),
        ("news/empty.txt", b""),
        ("news/latin.txt", b"Kim met\nthe \xc9lys\xe9e."),
        ("news/space.md", b"\n  \n"),
        ("news/z.txt", b"Xi left."),
        ("news/README.md", b"About these files."),
        ("news/picture.png", b"\x89PNG"),
    ]);
    check(
        folder.path(),
        &["news", "nothing.txt", "none/*.txt", "a[.txt"],
        &["news/a.txt", "news/z.txt"],
        &[
            "news/binary.txt: a binary file: byte 6 is zero",
            "news/empty.txt: the file is empty",
            "news/latin.txt: not valid UTF-8: byte 0xc9 at offset 12, line 2",
            "news/space.md: the file is empty",
            "nothing.txt: no such file or folder",
            "none/*.txt: no file matches this pattern",
            "a[.txt: not a pattern of file names",
        ],
    );
    check(folder.path(), &["--encoding", "latin1", "./news/latin.txt"], &["news/latin.txt"], &[]);
}

#[test]
fn a_line_longer_than_memory_allows_is_passed_over() {
    let mut records = b"{\"id\": \"a\", \"text\": \"Kim met Xi.\"}\n{\"id\": \"b\", \"text\": \"".to_vec();
    records.resize(records.len() + (50 << 20), b'x');
    records.extend_from_slice(b"\"}\n{\"id\": \"c\", \"text\": \"Xi left.\"}\n");
    let folder = folder(&[("a.jsonl", &records), ("long.txt", &records)]);
    check(
        folder.path(),
        &["a.jsonl", "long.txt"],
        &["a", "c"],
        &["a.jsonl:2: longer than 4 MiB", "long.txt: longer than 4 MiB"],
    );
}

#[test]
fn records_with_invalid_bytes() {
    let folder =
        folder(&[("a.jsonl", b"{\"id\": \"a\", \"text\": \"\xff\"}\n\0\0\n{\"id\": \"b\", \"text\": \"Xi left.\"}")]);
    check(
        folder.path(),
        &["a.jsonl"],
        &["b"],
        &["a.jsonl:1: not a record: not valid UTF-8: byte 0xff at offset 21 of the line", "a.jsonl:2:1: not a record"],
    );
}

#[test]
fn folders_without_articles_and_the_same_file_twice() {
    let folder = folder(&[("empty/below/notes.pdf", b"%PDF"), ("a.txt", b"Kim met Xi.")]);
    check(
        folder.path(),
        &["empty", "a.txt", "./a.txt"],
        &["a.txt"],
        &["empty: the folder holds no article", "a.txt: another article of this run already has the id `a.txt`"],
    );
}

#[cfg(unix)]
mod unix {
    use super::{check, folder};
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    #[test]
    fn links_and_pipes_in_a_folder() {
        let folder = folder(&[("news/a.txt", b"Kim met Xi.")]);
        let news = folder.path().join("news");
        symlink("nowhere.txt", news.join("broken.txt")).expect("a link");
        symlink("..", news.join("circle")).expect("a link");
        let made = Command::new("mkfifo").arg(news.join("pipe.txt")).status().expect("mkfifo");
        assert!(made.success());
        check(
            folder.path(),
            &["news", "news/broken.txt"],
            &["news/a.txt"],
            &[
                "news/broken.txt: the link leads nowhere",
                "news/pipe.txt: not a regular file",
                "news/broken.txt: the link leads nowhere",
            ],
        );
    }

    #[test]
    fn a_folder_without_permission() {
        let folder =
            folder(&[("news/a.txt", b"Kim met Xi."), ("news/closed/b.txt", b"Xi left."), ("news/z.txt", b"Xi slept.")]);
        let closed = folder.path().join("news/closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).expect("permissions");
        let readable_anyway = fs::read_dir(&closed).is_ok();
        if readable_anyway {
            // Whoever may read everything has nothing to be refused.
            check(folder.path(), &["news"], &["news/a.txt", "news/closed/b.txt", "news/z.txt"], &[]);
        } else {
            check(folder.path(), &["news"], &["news/a.txt", "news/z.txt"], &["news/closed: permission denied"]);
        }
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("permissions");
    }

    #[test]
    fn a_path_of_a_hundred_folders() {
        let deep = format!("{}a.txt", "f/".repeat(100));
        let folder = folder(&[(&deep, b"Kim met Xi.")]);
        check(folder.path(), &["f"], &[&deep], &[]);
    }
}
