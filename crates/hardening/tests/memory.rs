//! No copy of a secret outlives its last owner in a process that wipes its freed memory and its stack.

#![expect(clippy::unwrap_used, reason = "the helpers of tests")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use hardening::{Found, scan};

/// Random, since libraries contain alphabets; exactly as long as the examples read.
const SECRET: &str = "sk-admin-q7XvT2mLr9KdWz4BnH8sYc3JpF6gRt1VxE5uQaN0oMiSbUyZkGhDlCw";

/// What is in an example's memory after it has dropped the secret: as the library finds it, and as `memscan` says it.
fn found_in(example: &str) -> (Found, String) {
    let memscan = PathBuf::from(env!("CARGO_BIN_EXE_memscan"));
    let mut child = Command::new(memscan.with_file_name("examples").join(example))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(SECRET.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "dropped\n");
    let found = scan(child.id(), SECRET).unwrap();

    let mut scanner = Command::new(memscan)
        .arg(child.id().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    scanner.stdin.take().unwrap().write_all(SECRET.as_bytes()).unwrap();
    let said = scanner.wait_with_output().unwrap();
    assert!(said.status.success());

    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(scan(child.id(), SECRET).is_err(), "a process that has ended has no memory to call clean");
    (found, String::from_utf8(said.stdout).unwrap())
}

#[test]
fn freed_copies_and_those_on_the_stack_are_wiped() {
    assert_eq!(found_in("holder_wiping"), (Found::default(), "{\"full\":0,\"pieces\":0}\n".to_owned()));
}

/// The control: without it, a scanner that finds nothing would pass.
#[test]
fn without_wiping_copies_are_found() {
    let (found, said) = found_in("holder_plain");
    assert!(found.full > 0 && found.pieces > found.full, "{found:?}");
    assert_eq!(said, format!("{{\"full\":{},\"pieces\":{}}}\n", found.full, found.pieces));
}
