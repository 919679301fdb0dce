//! Running other programs: what is done is said before, how long it takes is said meanwhile, and a failure names the
//! command and its remedy.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::project;

/// How a verb or a step ends: the error is a whole message, with its remedy.
pub(crate) type Outcome = Result<(), String>;

/// A program that says nothing for this long is reported as still running.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// A heading.
pub(crate) fn say(text: &str) {
    println!("\n==> {text}");
}

/// A line below it.
pub(crate) fn note(text: &str) {
    println!("    {text}");
}

/// A program to run in the project's folder, with the project's own tools first on PATH.
pub(crate) struct Program {
    command: Command,
    shown: String,
    remedy: String,
}

impl Program {
    pub(crate) fn new(name: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let name = name.as_ref();
        let mut command = Command::new(name);
        command.args(arguments).current_dir(project::root()).env("PATH", path());
        let short = name.file_name().unwrap_or(name.as_os_str()).to_string_lossy();
        let shown =
            std::iter::once(short.as_ref()).chain(arguments.iter().copied()).collect::<Vec<_>>().join(" ");
        Self { command, shown, remedy: String::new() }
    }

    /// One more argument, a path.
    pub(crate) fn argument(mut self, path: &Path) -> Self {
        self.command.arg(path);
        self.shown.push_str(&format!(" {}", path.display()));
        self
    }

    /// More arguments.
    pub(crate) fn arguments(self, arguments: &[&str]) -> Self {
        arguments.iter().map(Path::new).fold(self, Self::argument)
    }

    /// What to do when it fails.
    pub(crate) fn remedy(mut self, remedy: &str) -> Self {
        remedy.clone_into(&mut self.remedy);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end; its output goes to the terminal as it comes.
    pub(crate) fn run(self) -> Outcome {
        self.watch(|_| ()).and_then(|(succeeded, failure)| if succeeded { Ok(()) } else { Err(failure) })
    }

    /// Runs it to its end, shows each line of its standard output and hands it to `line`. Returns whether it
    /// succeeded, and the message for when it did not.
    pub(crate) fn watch(mut self, mut line: impl FnMut(&str)) -> Result<(bool, String), String> {
        println!("    $ {}", self.shown);
        let mut child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| self.failure(&format!("cannot be started: {error}")))?;
        let lines = read_lines(child.stdout.take());
        let start = Instant::now();
        loop {
            match lines.recv_timeout(HEARTBEAT) {
                Ok(text) => {
                    println!("{text}");
                    line(&text);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    note(&format!("… {} is still running ({})", self.shown, duration(start.elapsed())));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.wait().map_err(|error| self.failure(&format!("was lost: {error}")))?;
        Ok((status.success(), self.failure(&format!("ended with {status}"))))
    }

    /// Its standard output, without showing anything; `None` when it is missing or fails.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn failure(&self, what: &str) -> String {
        let remedy =
            if self.remedy.is_empty() { String::new() } else { format!("\nRemedy: {}", self.remedy) };
        format!("Failed: `{}` {what}.{remedy}", self.shown)
    }
}

/// PATH with the project's own tools first.
pub(crate) fn path() -> OsString {
    let tools = project::tools();
    let own = [tools.join("bin"), tools.join("node_modules/.bin")];
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&inherited))).unwrap_or(inherited)
}

/// `2m05s`, `7s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{:02}s", seconds / 60, seconds % 60) }
}

fn read_lines(output: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = output {
        std::thread::spawn(move || {
            let mut reader = BufReader::new(output);
            let mut bytes = Vec::new();
            // Not `lines()`: a test may print bytes that are no UTF-8.
            while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
                let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                if sender.send(text).is_err() {
                    return;
                }
                bytes.clear();
            }
        });
    }
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_remedy() {
        let failure = Program::new("no-such-program", &["-x"]).remedy("install it").run().unwrap_err();
        assert!(failure.contains("`no-such-program -x` cannot be started"), "{failure}");
        assert!(failure.contains("Remedy: install it"), "{failure}");
    }

    #[test]
    fn a_failing_program_fails_the_step_and_its_lines_are_seen() {
        let mut seen = Vec::new();
        let (succeeded, failure) =
            Program::new("sh", &["-c", "echo one; exit 3"]).watch(|line| seen.push(line.to_owned())).unwrap();
        assert!(!succeeded);
        assert!(failure.contains("exit status: 3"), "{failure}");
        assert_eq!(seen, ["one"]);
    }
}
