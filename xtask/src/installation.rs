//! An installation of the programs, for the demo, the tests and the benchmarks.

use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::child::Running;
use crate::project::{self, Programs};
use crate::run::origin;
use crate::step::{Outcome, Program};

/// The server's program with this folder and port, and nothing from the environment.
pub(crate) fn server(programs: Programs, data: &Path, port: u16) -> Command {
    let mut command = Command::new(programs.path("openai-lens"));
    // None of these takes settings from the environment, lest it meet a real installation's data.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("OPENAI_") || text == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command.env("OPENAI_LENS_LISTEN", format!("127.0.0.1:{port}")).env("OPENAI_LENS_DATA", data);
    command
}

/// Starts serving, and returns the address.
pub(crate) fn serve(mut server: Command, log: &Path) -> Result<(Running, String), String> {
    server.arg("serve");
    Running::start(server, log, |line| {
        line.contains("OpenAI Lens is ready at").then(|| origin(line)).flatten()
    })
}

/// Adds a user.
pub(crate) fn add_user(mut server: Command, email: &str, permissions: &[&str], password: &str) -> Outcome {
    let failed = |what: &str| format!("Failed: the user {email} cannot be added: {what}");
    server.args(["user", "add", "--email", email, "--password-stdin"]);
    for permission in permissions {
        server.args(["--permission", permission]);
    }
    let child = server.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| failed(&error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(password.as_bytes()).map_err(|error| failed(&error.to_string()))?;
    }
    let output = child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
    if output.status.success() { Ok(()) } else { Err(failed(String::from_utf8_lossy(&output.stderr).trim())) }
}

/// Connects accounts of the simulator, each named after its key, as this user, and waits until nothing of them is left to
/// import.
pub(crate) fn connect(
    programs: Programs,
    url: &str,
    (email, password): (&str, &str),
    names: &[&str],
) -> Outcome {
    Program::new("node", &["support/connect.mjs", url, email, password])
        .arguments(names)
        .folder(&project::root().join("end2end"))
        .env("ADMIN_KEYS", sample_keys(programs, names)?)
        .run()
}

/// An empty data folder below the build's.
pub(crate) fn empty_folder(name: &str) -> Result<PathBuf, String> {
    let folder = project::target().join("tmp").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| format!("{} cannot be removed: {error}", folder.display()))?;
    }
    private_folder(&folder)?;
    Ok(folder)
}

/// Makes a folder that is nobody else's business, as the server itself would.
pub(crate) fn private_folder(folder: &Path) -> Outcome {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| format!("Failed: {} cannot be made: {error}", folder.display()))
}

/// Keys of the simulator, by their names, with spaces between them: for the environment, since arguments are shown to whoever
/// lists processes or reads what is printed.
pub(crate) fn sample_keys(programs: Programs, names: &[&str]) -> Result<String, String> {
    let keys: Result<Vec<String>, String> = names.iter().map(|name| sample_key(programs, name)).collect();
    Ok(keys?.join(" "))
}

/// A key of the simulator, by the name under which it lists it.
pub(crate) fn sample_key(programs: Programs, name: &str) -> Result<String, String> {
    let listed =
        Program::new(programs.path("openai-simulator"), &["--list-keys"]).output().unwrap_or_default();
    let mut lines = listed.lines().map(str::split_whitespace);
    lines
        .find_map(|mut words| (words.next() == Some(name)).then(|| words.next()).flatten())
        .map(str::to_owned)
        .ok_or_else(|| format!("Failed: openai-simulator --list-keys names no key `{name}`"))
}
