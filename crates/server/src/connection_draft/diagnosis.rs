//! What a support request about a draft should say: enough to find the cause, and nothing secret.

use std::fmt::Write;

use api::connection_draft::{Check, Verdict};

use crate::app::App;
use crate::store::connection_draft::ConnectionDraft as Draft;

/// What the line with the key's last characters begins with.
const KEY_TAIL: &str = "key ends with";

/// Lines of `name: value`. The key is there as its last four characters, upstream's answers as our own findings.
pub fn of(app: &App, draft: &Draft) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    line("product", &concat!("OpenAI Lens ", env!("CARGO_PKG_VERSION")));
    line("time", &app.clock.now());
    line("upstream", &app.settings.openai_base_url);
    line("draft", &draft.id);
    line(KEY_TAIL, &draft.key_tail);
    line("key received at", &draft.created_at);
    match &draft.tested {
        None => line("test", &"not run, or interrupted"),
        Some(tested) => {
            if let Some(organization) = &tested.organization {
                line("organization", &organization.id);
            }
            for check in &tested.checks {
                line(&check.kind.name().to_lowercase(), &verdict(check));
            }
        }
    }
    text
}

/// The same for those who may not see the key on its account either.
pub fn without_key(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !line.strip_prefix(KEY_TAIL).is_some_and(|rest| rest.starts_with(':'))).collect()
}

fn verdict(check: &Check) -> String {
    let mut text = match &check.verdict {
        Verdict::Running => "no answer yet".to_owned(),
        Verdict::Passed { note: None } => "passed".to_owned(),
        Verdict::Passed { note: Some(note) } => format!("passed ({})", note.trim_end_matches('.')),
        Verdict::Warned { finding } => format!("warned: {}", finding.detail),
        Verdict::Failed { finding } => format!("failed: {}", finding.detail),
        Verdict::Skipped => "skipped".to_owned(),
    };
    if let Verdict::Warned { finding } | Verdict::Failed { finding } = &check.verdict
        && let Some(id) = &finding.upstream_request_id
    {
        text.push_str(&format!(" (upstream request {id})"));
    }
    if let Some(took_ms) = check.took_ms {
        text.push_str(&format!(" [{took_ms} ms]"));
    }
    text
}
