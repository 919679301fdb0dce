//! No copy of a secret outlives its last owner.

#![expect(clippy::unwrap_used, reason = "the helpers of tests")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use hardening::{Found, scan};

/// Random, since libraries contain alphabets; exactly as long as the example reads, so that it goes on without waiting for the end of its input.
const SECRET: &str = "sk-admin-q7XvT2mLr9KdWz4BnH8sYc3JpF6gRt1VxE5uQaN0oMiSbUyZkGhDlCw";

fn found_in_a_process_that(mode: &str) -> Found {
    let mut example = PathBuf::from(env!("CARGO_BIN_EXE_memscan"));
    example.set_file_name("examples/holder");
    let mut child =
        Command::new(example).arg(mode).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(SECRET.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "dropped\n");
    let found = scan(child.id(), SECRET).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
    found
}

#[test]
fn freed_copies_are_wiped() {
    assert_eq!(SECRET.len(), 64);
    assert_eq!(found_in_a_process_that("wipes"), Found::default());
}

#[test]
fn the_scanner_finds_copies_that_are_there() {
    assert!(found_in_a_process_that("plain").full >= 8);
}
