//! `memscan PID`: searches a process's memory for the secret that stands on standard input, and prints what it found.

use std::io::{ErrorKind, Read};
use std::process::ExitCode;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the result of a command-line tool")]
fn main() -> ExitCode {
    let mut secret = String::new();
    let pid = std::env::args().nth(1).and_then(|text| text.parse().ok());
    match (pid, std::io::stdin().read_to_string(&mut secret)) {
        (Some(pid), Ok(_)) if secret.trim().len() > 20 => match hardening::scan(pid, secret.trim()) {
            Ok(found) => {
                println!("{{\"full\":{},\"pieces\":{}}}", found.full, found.pieces);
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("memscan: the memory of {pid} cannot be searched: {error}");
                if error.kind() == ErrorKind::PermissionDenied {
                    eprintln!("memscan: run it as root, since the server lets nobody else read its memory");
                }
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: memscan PID, with a secret of more than 20 characters on standard input");
            ExitCode::from(2)
        }
    }
}
