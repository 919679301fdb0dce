//! `cargo xtask run`: the demo, which is the real server on a database of its own, with a simulator of OpenAI's Admin
//! API. With `--live` it is the product itself against OpenAI.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::arguments::Arguments;
use crate::build;
use crate::child::Running;
use crate::installation;
use crate::project::{self, Programs};
use crate::setup;
use crate::step::{Outcome, Program, say};

pub(crate) const USAGE: &str = "cargo xtask run [--port N] [--data DIR] [--live]";

const PORT: u16 = 8080;
const PASSWORD: &str = "lens-demo-on-this-machine";

/// Every permission.
pub(crate) const EVERYTHING: &[&str] = &[
    "billing-profiles-admin",
    "cloud-analytics-user",
    "cloud-analytics-admin",
    "assets-manager",
    "support-requester",
    "users-manager",
    "audit-log-viewer",
];

/// The demo's users: address, permissions, and what they are for.
const USERS: &[(&str, &[&str], &str)] = &[
    ("admin@example.com", EVERYTHING, "may connect accounts and manage users"),
    ("viewer@example.com", &["cloud-analytics-user"], "sees costs, may not connect"),
];

/// The sample keys that the demo shows: some that work, and one for each kind of trouble.
const SHOWN_KEYS: &[&str] = &[
    "small",
    "second",
    "large",
    "no-usage-scope",
    "no-management-scope",
    "revoked",
    "ip-refused",
    "rate-limited",
    "slow",
];

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    let mut arguments = Arguments::new(arguments, USAGE);
    let live = arguments.flag("--live");
    let port = match arguments.value("--port")? {
        None => PORT,
        Some(text) => {
            text.parse().map_err(|_| format!("--port {text}: a port is a number from 0 to 65535"))?
        }
    };
    let folder =
        arguments.value("--data")?.unwrap_or_else(|| if live { "data/live" } else { "data/demo" }.to_owned());
    arguments.end()?;
    // Before the build, which takes minutes the first time.
    let port = free_port(port)?;
    let data = project::root().join(folder);
    setup::for_building()?;
    build::everything()?;
    if live { start_live(port, &data) } else { start_demo(port, &data) }
}

/// Takes this process's place, so that Ctrl-C, the log and the one-time link are the server's own.
fn start_live(port: u16, data: &Path) -> Outcome {
    say(
        "Starting OpenAI Lens against OpenAI's API. On its first run it prints a link for making the first user",
    );
    // Here the environment's settings are meant.
    let mut server = Command::new(Programs::Released.path("openai-lens"));
    let error = server
        .arg("serve")
        .env("OPENAI_LENS_LISTEN", format!("127.0.0.1:{port}"))
        .env("OPENAI_LENS_DATA", data)
        .exec();
    Err(format!("Failed: openai-lens cannot be started: {error}.\nRemedy: cargo xtask build"))
}

fn start_demo(port: u16, data: &Path) -> Outcome {
    say("Starting the simulator of OpenAI's Admin API and the server");
    installation::private_folder(data)?;
    let logs = data.join("log");
    let mut simulator = Command::new(Programs::Released.path("openai-simulator"));
    simulator.args(["--port", "0"]);
    let (simulator, upstream) = Running::start(simulator, &logs.join("simulator.log"), origin)?;
    let demo_server = || {
        let mut server = installation::server(Programs::Released, data, port);
        server
            .env("OPENAI_BASE_URL", format!("{upstream}/v1"))
            .env("OPENAI_LENS_SIMULATED", "yes")
            .env("OPENAI_LENS_SUPPORT_EMAIL", "support@example.com");
        server
    };
    for (email, permissions, _) in USERS {
        // Once for each data folder.
        let made = data.join(format!("log/made-{email}"));
        if !made.exists() {
            installation::add_user(demo_server(), email, permissions, PASSWORD).map_err(|problem| {
                format!("{problem}\nRemedy: start afresh with another folder, such as --data data/demo2")
            })?;
            project::write(&made, "")?;
        }
    }
    let (server, address) = installation::serve(demo_server(), &logs.join("server.log"))?;
    println!("\nOpenAI Lens is ready at {address}\n");
    introduce(&logs)?;
    wait(simulator, server)
}

/// Says who may sign in and which keys to try.
fn introduce(logs: &Path) -> Outcome {
    println!("Sign in (password: {PASSWORD})");
    for (email, _, about) in USERS {
        println!("  {email:<20} {about}");
    }
    println!("\nAdmin keys of the simulator, to paste into \"Connect your account\"");
    let keys = Program::new(Programs::Released.path("openai-simulator"), &["--list-keys"])
        .output()
        .ok_or("Failed: openai-simulator --list-keys.\nRemedy: cargo xtask build")?;
    let (shown, others): (Vec<&str>, Vec<&str>) = keys
        .lines()
        .partition(|line| line.split_whitespace().next().is_some_and(|name| SHOWN_KEYS.contains(&name)));
    for line in shown {
        println!("  {line}");
    }
    println!("  and {} more, most of which fail: target/release/openai-simulator --list-keys", others.len());
    println!("\nLogs are in {}. Ctrl-C ends both programs.", logs.display());
    Ok(())
}

/// Waits until one of the two ends; the other ends with its handle.
fn wait(mut simulator: Running, mut server: Running) -> Outcome {
    loop {
        if let Some((name, status)) = simulator.ended().or_else(|| server.ended()) {
            return Err(format!("{name} has ended with {status}: the demo ends. Its log says why."));
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// The first `http://127.0.0.1:PORT` in a line.
pub(crate) fn origin(line: &str) -> Option<String> {
    let rest = line.get(line.find("http://127.0.0.1:")?..)?;
    let end = rest
        .char_indices()
        .skip("http://".len())
        .find(|(_, c)| !c.is_ascii_digit() && *c != '.' && *c != ':');
    rest.get(..end.map_or(rest.len(), |(at, _)| at)).map(str::to_owned)
}

/// The port, when nobody listens on it; 0 asks for any.
fn free_port(port: u16) -> Result<u16, String> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => Ok(listener.local_addr().map_or(port, |address| address.port())),
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::AddrInUse => "is taken by another program".to_owned(),
                ErrorKind::PermissionDenied => "is reserved for the system".to_owned(),
                _ => format!("cannot be listened on: {error}"),
            };
            Err(format!(
                "Failed: port {port} {why}.\nRemedy: choose another one, such as `cargo xtask run --port {}`; --port 0 takes a free one",
                if port == 8081 { 8082 } else { 8081 }
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_found_inside_a_line() {
        assert_eq!(
            origin("listening on http://127.0.0.1:40123/v1, ok").as_deref(),
            Some("http://127.0.0.1:40123")
        );
        assert_eq!(
            origin("OpenAI Lens is ready at http://127.0.0.1:8080").as_deref(),
            Some("http://127.0.0.1:8080")
        );
        assert_eq!(origin("https://example.com"), None);
    }

    #[test]
    fn a_taken_port_is_named_with_its_remedy() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let problem = free_port(port).unwrap_err();
        assert!(problem.contains(&port.to_string()) && problem.contains("--port 808"), "{problem}");
    }
}
