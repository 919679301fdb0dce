//! A PostgreSQL of the tests' own: made anew, on loopback, thrown away afterwards. Its data survives no power cut, which
//! makes it fast.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child::Running;
use crate::installation;
use crate::project;
use crate::step::{Outcome, Program, note, say};
use crate::tool;

/// What PostgreSQL is started with.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=400",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

/// Installs the server where it is missing.
pub(crate) fn install() -> Outcome {
    if programs().is_some() {
        return Ok(());
    }
    tool::system_package("initdb", &["postgresql"], "the tests of the store on PostgreSQL")?;
    programs().map(|_| ()).ok_or_else(missing)
}

fn missing() -> String {
    "Failed: PostgreSQL's initdb was not found.\nRemedy: install its server, on Debian `apt-get install postgresql`"
        .into()
}

/// The folder of its programs: Debian keeps those of each version apart, and puts none of them on PATH.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let told = Program::new("pg_config", &["--bindir"]).output().map(PathBuf::from);
    folders.into_iter().rev().chain(told).find(|folder| folder.join("initdb").exists())
}

/// Starts one, and returns the address of its database. It ends with what is returned.
pub(crate) fn start() -> Result<(Running, String), String> {
    let programs = programs().ok_or_else(missing)?;
    let folder = installation::empty_folder("postgres")?;
    let data = folder.join("data");
    installation::private_folder(&data)?;
    let is_root = Program::new("id", &["-u"]).output().as_deref() == Some("0");
    if is_root {
        // It refuses to run as root, and reaches its data through folders that others may pass.
        hand_over(&folder)?;
    }
    say("Starting a PostgreSQL for the tests");
    let program = |name: &str| programs.join(name).display().to_string();
    let place = data.display().to_string();
    let initdb = program("initdb");
    let made = as_its_user(
        is_root,
        &[&initdb, "-D", &place, "-U", "lens", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    );
    let (name, arguments) = made.split_first().ok_or("no command")?;
    Program::new(name, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
        .folder(&folder)
        .remedy("PostgreSQL says above why it cannot make a database")
        .run()?;
    let port = free_port()?;
    let settings: Vec<String> = SETTINGS.iter().map(|setting| format!("-c {setting}")).collect();
    // It says on the error stream that it is ready, and as a shell's successor it has the shell's process.
    let script = format!("exec '{}' -D '{place}' -p {port} {} 2>&1", program("postgres"), settings.join(" "));
    let started = as_its_user(is_root, &["sh", "-c", &script]);
    let (name, arguments) = started.split_first().ok_or("no command")?;
    let mut command = Command::new(name);
    command.args(arguments);
    let log = project::target().join("tmp/postgres.log");
    let (running, ()) =
        Running::start(command, &log, |line| line.contains("ready to accept connections").then_some(()))?;
    note(&format!("it listens on port {port}"));
    Ok((running, format!("postgres://lens@127.0.0.1:{port}/postgres")))
}

/// A command, as the user under whom PostgreSQL may run.
fn as_its_user(is_root: bool, command: &[&str]) -> Vec<String> {
    let user: &[&str] =
        if is_root { &["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] } else { &[] };
    user.iter().chain(command).map(|word| (*word).to_owned()).collect()
}

fn hand_over(folder: &Path) -> Outcome {
    Program::new("chown", &["-R", "postgres:postgres"])
        .argument(folder)
        .remedy("the Debian package postgresql makes the user postgres")
        .run()?;
    for above in folder.ancestors().skip(1) {
        let passed = Program::new(
            "setpriv",
            &["--reuid=postgres", "--regid=postgres", "--clear-groups", "test", "-x"],
        );
        if passed.argument(above).output().is_none() {
            return Err(format!(
                "Failed: the user postgres cannot pass through {}.\nRemedy: `chmod o+x` it, or move the project, or set CARGO_TARGET_DIR",
                above.display()
            ));
        }
    }
    Ok(())
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no port is free: {error}"))
}
