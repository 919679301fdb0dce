//! Faults of the app in browsers: logged, not kept.

use api::client_report::{ClientReport, Create};
use api::support_request::contains_key;
use api::{CommonRefusal, FieldError, Nothing};

use crate::http::endpoint::{Call, Cx, Outcome};

/// The name under which reports are counted, which is no e-mail address.
const ACCOUNT: &str = "client-report";

/// Logs a fault. Anybody can send one, so that only what cannot carry user data is taken, and few of them.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let retry = |retry_after_seconds| CommonRefusal::TooManyRequests { retry_after_seconds };
    // Each counts as a failure: a browser that fails again and again has said so by then.
    let _ = cx.app.client_reports.begin(ACCOUNT, cx.peer).map_err(retry)?;
    let ClientReport { kind, location, build } = call.body;
    let mut issues = Vec::new();
    // A key has the characters of a path, and would be logged.
    if !is_location(&location) || contains_key(&location) {
        issues.push(issue("location", "This is not a place in the app's source: file, line and column."));
    }
    if !is_build(&build) || contains_key(&build) {
        issues.push(issue("build", "This is not a build of the app."));
    }
    if !issues.is_empty() {
        return Err(CommonRefusal::Malformed { issues }.into());
    }
    tracing::error!(kind = ?kind, location, build, "the app has failed in a browser");
    Ok(Nothing {}.into())
}

fn issue(field: &str, issue: &str) -> FieldError {
    FieldError { field: field.into(), issue: issue.into() }
}

fn is_build(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The pattern of [`ClientReport::location`].
fn is_location(text: &str) -> bool {
    let mut parts = text.split(':');
    let file = parts.next().unwrap_or_default();
    let numbers: Vec<&str> = parts.collect();
    file.len() <= 200
        && file.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-'))
        && numbers.len() <= 2
        && numbers
            .iter()
            .all(|number| (1..=7).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_in_the_source_are_taken() {
        for text in ["src/page/lens.rs:10:4", "src/app.rs:1", "boot.js", ""] {
            assert!(is_location(text), "{text}");
        }
        for text in ["src/a b.rs", "a:b", "a:1:2:3", "a:12345678", "a\n", "sk-admin:secret", &"a".repeat(201)]
        {
            assert!(!is_location(text), "{text}");
        }
        assert!(
            is_build("dev") && is_build("0123abcdEF_-") && !is_build("a b") && !is_build(&"a".repeat(65))
        );
    }
}
