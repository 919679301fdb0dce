//! Programs that run beside this one and end with it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::project;

/// How long a program may take until it says that it is ready.
const START: Duration = Duration::from_secs(60);

/// A running program. It is ended when this is dropped, and also when this process is killed.
pub(crate) struct Running {
    name: String,
    child: Child,
    guard: Option<Child>,
}

impl Running {
    /// Starts a program and waits for a line that `ready` reads something from. What it prints goes into the file
    /// `log` as well.
    pub(crate) fn start<T>(
        mut command: Command,
        log: &Path,
        ready: impl Fn(&str) -> Option<T>,
    ) -> Result<(Self, T), String> {
        let name =
            Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        project::write(log, "")?;
        let open = || {
            File::options()
                .append(true)
                .open(log)
                .map_err(|error| format!("{} cannot be written: {error}", log.display()))
        };
        let (mut copy, errors) = (open()?, open()?);
        let mut child = command
            .current_dir(project::root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|error| {
                format!("Failed: {name} cannot be started: {error}.\nRemedy: cargo xtask build")
            })?;
        let (sender, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    // Nobody is told when the log cannot be written: the program goes on.
                    let _ = writeln!(copy, "{line}");
                    let _ = sender.send(line);
                }
            });
        }
        let guard = guard(child.id());
        let mut running = Self { name, child, guard };
        loop {
            match lines.recv_timeout(START) {
                Ok(line) => {
                    if let Some(found) = ready(&line) {
                        return Ok((running, found));
                    }
                }
                Err(_) => return Err(running.did_not_start(log)),
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, when it has.
    pub(crate) fn ended(&mut self) -> Option<(String, ExitStatus)> {
        self.child.try_wait().ok().flatten().map(|status| (self.name.clone(), status))
    }

    fn did_not_start(&mut self, log: &Path) -> String {
        // Its output closes a moment before it is gone.
        for _ in 0..20 {
            if self.ended().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let how = match self.ended() {
            Some((_, status)) => format!("ended with {status}"),
            None => "was not ready after a minute".into(),
        };
        let said = std::fs::read_to_string(log).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(20).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        format!(
            "Failed: {} {how}. It said (all of it is in {}):\n{}",
            self.name,
            log.display(),
            last.join("\n")
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let is_gone = self.ended().is_some();
        if let Some(mut guard) = self.guard.take() {
            if is_gone {
                // Its id may be another program's by now.
                let _ = guard.kill();
            }
            // The guard ends it gracefully as soon as its standard input closes.
            drop(guard.stdin.take());
            let _ = guard.wait();
        } else {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A shell that waits until this process is gone, for whatever reason, and then ends the program by its id. It stands
/// in a process group of its own, where Ctrl-C does not reach it.
fn guard(id: u32) -> Option<Child> {
    Command::new("sh")
        .args(["-c", "read line; kill \"$1\" 2>/dev/null", "guard", &id.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_is_ready_when_it_says_so_and_ends_with_its_handle() {
        let log = project::target().join("tmp/child-ready.log");
        let (running, port) =
            Running::start(shell("echo starting; echo at 17; exec sleep 60"), &log, |line| {
                line.strip_prefix("at ").map(str::to_owned)
            })
            .unwrap();
        assert_eq!(port, "17");
        let process = format!("/proc/{}", running.id());
        assert!(Path::new(&process).exists());
        drop(running);
        assert!(!Path::new(&process).exists());
        assert!(std::fs::read_to_string(&log).unwrap().starts_with("starting\n"));
    }

    #[test]
    fn a_program_that_ends_early_is_quoted() {
        let log = project::target().join("tmp/child-early.log");
        let failure =
            Running::start(shell("echo no such folder >&2; exit 2"), &log, |_| None::<()>).err().unwrap();
        assert!(failure.contains("exit status: 2") && failure.contains("no such folder"), "{failure}");
    }
}
