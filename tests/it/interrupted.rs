//! The program when it is stopped, or when nobody reads what it prints.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_entente"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Waits for the end; a program that does not end is killed, and the test fails.
fn wait(mut child: Child) -> (Option<i32>, String) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break status,
            None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            None => {
                child.kill().expect("a child");
                panic!("the program did not end");
            }
        }
    };
    let mut messages = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut messages).expect("UTF-8");
    (status.code(), messages)
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_wait_for_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = start(folder.path(), &["extract", "--input-format", "jsonl", "-"]);
    let mut input = child.stdin.take().expect("piped");
    writeln!(input, "{{\"id\": 1, \"text\": \"Kim met Xi.\"}}").expect("an open pipe");
    input.flush().expect("an open pipe");
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut first).expect("UTF-8");
    assert!(first.starts_with("{\"article\":{\"id\":\"1\""), "an article is printed before the next is there: {first}");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let (status, messages) = wait(child);
    assert_eq!(status, Some(130), "{messages}");
    assert!(messages.contains("1 article in") && messages.contains("stopped before the end"), "{messages}");
    drop(input);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let records: String =
        (0..5000).map(|i| format!("{{\"id\": {i}, \"text\": \"Envoy {i} met envoy {}.\"}}\n", i + 1)).collect();
    fs::write(folder.path().join("many.jsonl"), records).expect("a file");
    let mut child = start(folder.path(), &["extract", "many.jsonl"]);
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut first).expect("UTF-8");
    let (status, messages) = wait(child);
    assert_eq!((status, messages.as_str()), (Some(0), ""));
}
