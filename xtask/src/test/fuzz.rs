//! The fuzz targets of `fuzz/`, each for a while. They are built by cargo alone: libFuzzer comes with its crate, and what
//! guides it is a pass of the compiler's.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::project;
use crate::step::{Outcome, Program, note};
use crate::test::Length;
use crate::test::tally::Tally;
use crate::tool;

/// Each is a file of `fuzz/fuzz_targets`.
const TARGETS: &[&str] = &[
    "admin_key",
    "api_address",
    "id_token",
    "report_query",
    "request_body",
    "upstream_answer",
    "vault_record",
    "webhook_address",
];

/// Counts which edges of the program an input has reached, and looks into comparisons (LLVM's SanitizerCoverage).
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Most bytes of an input: an answer of a few rows, a record, a query, a token.
const LONGEST: u32 = 8192;

impl Length {
    /// Seconds for each target.
    fn fuzzing(self) -> u32 {
        match self {
            Self::Usual => 60,
            Self::Long => 600,
        }
    }
}

pub(super) fn run(tally: &mut Tally, length: Length) -> Outcome {
    tool::cpp_compiler()?;
    let target = project::target().join("fuzz");
    let host = Program::new("rustc", &["--print", "host-tuple"]).output().ok_or("rustc tells no host")?;
    let manifest = project::root().join("fuzz/Cargo.toml");
    // The target is named so that build scripts are not instrumented.
    Program::new("cargo", &["build", "--release", "--locked", "--target", &host, "--manifest-path"])
        .argument(&manifest)
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", INSTRUMENTATION)
        .remedy("the lines above say what does not compile")
        .run()?;
    let programs = target.join(&host).join("release");
    let seconds = length.fuzzing();
    note(&format!("{} targets, {seconds} s each, two at a time", TARGETS.len()));
    for pair in TARGETS.chunks(2) {
        let running: Vec<_> = pair.iter().map(|name| start(&programs, name, seconds)).collect();
        for (name, started) in pair.iter().zip(running) {
            match started.and_then(Fuzzing::end) {
                Ok(()) => tally.passed += 1,
                Err(problem) => {
                    println!("\n{name}: {problem}");
                    tally.failed += 1;
                    tally.broken.push((*name).to_owned());
                }
            }
        }
    }
    if tally.failed == 0 { Ok(()) } else { Err("Failed: an input broke a fuzz target.".into()) }
}

/// A target under way.
struct Fuzzing {
    child: std::process::Child,
    log: PathBuf,
    findings: PathBuf,
}

fn start(programs: &std::path::Path, name: &str, seconds: u32) -> Result<Fuzzing, String> {
    let work = project::target().join("fuzz/work").join(name);
    let (corpus, findings) = (work.join("corpus"), work.join("findings"));
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    let log = work.join("log");
    let output = std::fs::File::create(&log)
        .map_err(|error| format!("{} cannot be written: {error}", log.display()))?;
    let child = Command::new(programs.join(name))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        // An input that takes longer than this is a way to keep the server busy.
        .args(["-timeout=1", "-rss_limit_mb=1024", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg(&corpus)
        .arg(project::root().join("fuzz/seeds").join(name))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .map_err(|error| format!("{name} cannot be started: {error}"))?;
    Ok(Fuzzing { child, log, findings })
}

impl Fuzzing {
    /// Waits for its end: it ends with an error when an input broke it, and says which.
    fn end(mut self) -> Outcome {
        let status = self.child.wait().map_err(|error| format!("was lost: {error}"))?;
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let runs = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        let Some(runs) = runs.and_then(|runs| runs.trim().parse::<u64>().ok()).filter(|_| status.success())
        else {
            let last: Vec<&str> = log.lines().rev().take(25).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            return Err(format!(
                "ended with {status}:\n{}\nThe input is in {}.",
                last.join("\n"),
                self.findings.display()
            ));
        };
        note(&format!("{} inputs: {}", runs, self.log.display()));
        // A target that cannot try anything shows nothing.
        if runs > 1000 { Ok(()) } else { Err(format!("tried {runs} inputs only")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_run() {
        let folder = project::root().join("fuzz/fuzz_targets");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        assert_eq!(files, TARGETS);
    }
}
