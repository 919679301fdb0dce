//! `cargo xtask test`: everything there is. A step that fails does not keep the others from running; the last line
//! says how many tests passed and failed.

mod fuzz;
mod step;
mod tally;

use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::project::Programs;
use crate::setup;
use crate::step::{Outcome, duration, say};
use crate::test::step::STEPS;
use crate::test::tally::Tally;

pub(crate) const USAGE: &str = "cargo xtask test [--list] [--only STEP] [--long]";

/// A part of the whole.
struct Step {
    name: &'static str,
    about: &'static str,
    /// Adds what it counts; an error is one more failure, with its message.
    work: fn(&mut Tally, Length) -> Outcome,
}

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// What every change is tried with.
    Usual,
    /// The same promises with larger numbers and for longer: hours.
    Long,
}

impl Length {
    /// The programs that are tried from outside.
    fn programs(self) -> Programs {
        match self {
            Self::Usual => Programs::Checked,
            Self::Long => Programs::Released,
        }
    }

    /// What `LONG_TESTS` is for the tests: they read it where a promise names a number that takes long.
    fn variable(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Long => "1",
        }
    }
}

/// Most failures of a step that the summary names: when more fail, they have a cause in common.
const MOST_NAMED: usize = 20;

struct Report {
    name: &'static str,
    tally: Tally,
    time: Duration,
}

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    let mut arguments = Arguments::new(arguments, USAGE);
    let list = arguments.flag("--list");
    let only = arguments.value("--only")?;
    let length = if arguments.flag("--long") { Length::Long } else { Length::Usual };
    arguments.end()?;
    if list {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.about);
        }
        return Ok(());
    }
    let chosen: Vec<&Step> =
        STEPS.iter().filter(|step| only.as_deref().is_none_or(|name| name == step.name)).collect();
    if chosen.is_empty() {
        return Err(format!(
            "there is no step {}; `cargo xtask test --list` shows them",
            only.unwrap_or_default()
        ));
    }
    setup::for_building()?;
    setup::for_testing()?;
    let mut reports = Vec::new();
    for (at, step) in chosen.iter().enumerate() {
        say(&format!("[{}/{}] {}: {}", at + 1, chosen.len(), step.name, step.about));
        let start = Instant::now();
        let mut tally = Tally::default();
        if let Err(problem) = (step.work)(&mut tally, length) {
            println!("\n{problem}");
            tally.failed = tally.failed.max(1);
        } else if tally.failed == 0 && tally.passed == 0 {
            tally.passed = 1;
        }
        reports.push(Report { name: step.name, tally, time: start.elapsed() });
    }
    summarize(&reports)
}

fn summarize(reports: &[Report]) -> Outcome {
    say("Summary");
    let mut whole = Tally::default();
    for Report { name, tally, time } in reports {
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        println!(
            "    {name:<10} {verdict:<6} {:>5} passed {:>4} failed  {:>7}",
            tally.passed,
            tally.failed,
            duration(*time)
        );
        whole.passed += tally.passed;
        whole.failed += tally.failed;
    }
    for Report { name, tally, .. } in reports {
        for broken in tally.broken.iter().take(MOST_NAMED) {
            println!("    {name}: {broken}");
        }
    }
    println!("\n{} passed, {} failed", whole.passed, whole.failed);
    let failed: Vec<&str> =
        reports.iter().filter(|report| report.tally.failed > 0).map(|report| report.name).collect();
    if failed.is_empty() {
        return Ok(());
    }
    // On the error stream, so that the count stays the last line of the output.
    complain(&format!("Failed: {}. Repeat one with `cargo xtask test --only NAME`.", failed.join(", ")));
    std::process::exit(1)
}

#[expect(clippy::print_stderr, reason = "the count is the last line of standard output")]
fn complain(text: &str) {
    eprintln!("{text}");
}
