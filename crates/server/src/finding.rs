//! From OpenAI's failures to the findings that users read. Nothing of upstream's own text passes through.

use api::Timestamp;
use api::connection_draft::{Cause, Finding};
use openai::error::NotUnderstood;
use openai::{Error, ErrorKind};

/// The scope that reads costs and usage.
pub(crate) const USAGE_SCOPE: &str = "api.usage.read";
/// The scope that reads projects, keys and people.
pub(crate) const MANAGEMENT_SCOPE: &str = "api.management.read";

/// What a failed call means for the user. `needed` is the scope that the call needs, for refusals that name none.
pub(crate) fn of(error: &Error, needed: &str) -> Finding {
    Finding::new(cause(&error.kind, needed), error.request_id.clone())
}

/// Whether the key itself is at fault, so that no other call with it can succeed.
pub(crate) fn condemns_key(cause: &Cause) -> bool {
    matches!(cause, Cause::KeyRefused | Cause::WrongKindOfKey | Cause::KeyUnreadable)
}

/// Whether the key is known and may not do this.
pub(crate) fn lacks_scope(cause: &Cause) -> bool {
    matches!(cause, Cause::MissingScope { .. })
}

/// The finding of a refused key, of which OpenAI does not say why, with what is known of the key: when it has expired.
pub(crate) fn with_expiry(finding: Finding, expires_at: Option<Timestamp>, now: Timestamp) -> Finding {
    match expires_at {
        Some(at) if at <= now && finding.cause == Cause::KeyRefused => {
            Finding::new(Cause::KeyExpired { at }, finding.upstream_request_id)
        }
        _ => finding,
    }
}

fn cause(kind: &ErrorKind, needed: &str) -> Cause {
    match kind {
        ErrorKind::MalformedKey(_) | ErrorKind::WrongKindOfKey(_) => Cause::WrongKindOfKey,
        ErrorKind::RefusedKey => Cause::KeyRefused,
        ErrorKind::MissingScope { scopes } => {
            Cause::MissingScope { scope: scopes.first().map_or(needed, String::as_str).to_owned() }
        }
        ErrorKind::IpNotAllowed => Cause::IpNotAllowed,
        ErrorKind::RateLimited { retry_after } => Cause::RateLimited {
            retry_after_seconds: retry_after.map(|wait| {
                // A wait is rounded up: too early is refused again.
                u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
            }),
        },
        ErrorKind::QuotaExceeded => Cause::QuotaExceeded,
        ErrorKind::UpstreamDown { status } => Cause::UpstreamDown { status: *status },
        ErrorKind::Unreachable(_) => Cause::Unreachable,
        ErrorKind::TimedOut => Cause::TimedOut,
        ErrorKind::NotFound | ErrorKind::NotUnderstood(NotUnderstood::Status(405 | 410)) => Cause::NotOffered,
        // A redirect is a wrong base URL or something in between.
        ErrorKind::NotUnderstood(_) | ErrorKind::Redirected { .. } => Cause::NotUnderstood,
        ErrorKind::BadRequest(_) | ErrorKind::Forbidden { .. } => Cause::RequestRefused,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openai::error::{BadRequest, Unreachable};

    use super::*;

    #[test]
    fn every_failure_has_its_cause() {
        let scope = |scope: &str| Cause::MissingScope { scope: scope.into() };
        for (kind, expected) in [
            (ErrorKind::MalformedKey(api::Unfit::CutOff), Cause::WrongKindOfKey),
            (ErrorKind::RefusedKey, Cause::KeyRefused),
            (ErrorKind::MissingScope { scopes: vec!["api.x".into()] }, scope("api.x")),
            (ErrorKind::MissingScope { scopes: Vec::new() }, scope(USAGE_SCOPE)),
            (ErrorKind::IpNotAllowed, Cause::IpNotAllowed),
            (ErrorKind::Forbidden { code: None }, Cause::RequestRefused),
            (
                ErrorKind::RateLimited { retry_after: Some(Duration::from_millis(1500)) },
                Cause::RateLimited { retry_after_seconds: Some(2) },
            ),
            (ErrorKind::RateLimited { retry_after: None }, Cause::RateLimited { retry_after_seconds: None }),
            (ErrorKind::QuotaExceeded, Cause::QuotaExceeded),
            (ErrorKind::UpstreamDown { status: 503 }, Cause::UpstreamDown { status: 503 }),
            (ErrorKind::Unreachable(Unreachable::Dns), Cause::Unreachable),
            (ErrorKind::TimedOut, Cause::TimedOut),
            (ErrorKind::NotUnderstood(NotUnderstood::Html), Cause::NotUnderstood),
            (ErrorKind::BadRequest(BadRequest::default()), Cause::RequestRefused),
            (ErrorKind::NotFound, Cause::NotOffered),
            (ErrorKind::NotUnderstood(NotUnderstood::Status(405)), Cause::NotOffered),
            (ErrorKind::Redirected { status: 302 }, Cause::NotUnderstood),
        ] {
            assert_eq!(cause(&kind, USAGE_SCOPE), expected, "{kind:?}");
        }
    }
}
