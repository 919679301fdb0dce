//! `openai-lens doctor`, from the command line.

use std::io::Write;

use serde::Serialize;

use super::Trouble;
use crate::doctor::{self, Line, Verdict};
use crate::settings::{SettingProblem, Settings};

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The worst of all.
    verdict: Verdict,
    checks: &'a [Line],
}

pub(super) async fn run(
    settings: Result<Settings, Vec<SettingProblem>>,
    as_json: bool,
) -> Result<(), Trouble> {
    let lines = doctor::examine(settings).await;
    let verdict = lines.iter().map(|line| line.verdict).max().unwrap_or(Verdict::Ok);
    let mut out = std::io::stdout();
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&Report { verdict, checks: &lines })?)?;
    } else {
        for line in &lines {
            writeln!(out, "{line}")?;
        }
    }
    let failed = lines.iter().filter(|line| line.verdict == Verdict::Fail).count();
    match failed {
        0 => Ok(()),
        1 => Err(Trouble("one check failed".into())),
        failed => Err(Trouble(format!("{failed} checks failed"))),
    }
}
