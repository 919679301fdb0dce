//! Everything that can go wrong between us and OpenAI, as a closed list.
//!
//! Texts of upstream are never repeated here: its 401 repeats a part of the key. What is taken from an answer are short
//! tokens (a request id, the name of a scope, a parameter), each filtered by [`token`].

use std::fmt;
use std::time::Duration;

use admin_key::{KeyKind, Unfit};

pub(crate) mod classify;
pub(crate) mod token;

/// What went wrong, with what identifies the call at OpenAI. `Display` and `Debug` are safe to log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// Upstream's `x-request-id`, for OpenAI's support.
    pub request_id: Option<String>,
    /// How many calls were made.
    pub attempts: u32,
    /// How long upstream asked to wait at least, whatever the kind.
    pub(crate) wait: Option<Duration>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// Not an admin key by its shape; nothing was sent.
    #[error("the text is not an admin key by its shape; paste the whole key again")]
    MalformedKey(Unfit),
    /// A key of another kind; nothing was sent.
    #[error("the key is of another kind; create an admin key (sk-admin-...)")]
    WrongKindOfKey(KeyKind),
    /// 401: unknown, revoked or expired. Upstream does not say which.
    #[error("OpenAI refused the key: it is unknown, revoked or expired; create a new admin key")]
    RefusedKey,
    /// The key is good but may not do this.
    #[error("the key lacks permissions ({}); create a new admin key that has them", or_unnamed(scopes))]
    MissingScope {
        /// Such as `api.usage.read`; empty when upstream does not name them.
        scopes: Vec<String>,
    },
    /// The organization accepts calls from listed addresses only.
    #[error("the organization's IP allowlist refuses this server; add the server's address at OpenAI")]
    IpNotAllowed,
    /// 403 for a reason that is none of the above, such as an unsupported country.
    #[error("OpenAI forbids this call ({}); ask OpenAI's support", code.as_deref().unwrap_or("no reason given"))]
    Forbidden {
        /// Upstream's code for the reason.
        code: Option<String>,
    },
    /// 429.
    #[error("OpenAI limits the rate of calls; wait and try again")]
    RateLimited {
        /// How long to wait at least, when upstream says it.
        retry_after: Option<Duration>,
    },
    /// 429 with the code `insufficient_quota`: no waiting helps, somebody must act.
    #[error("the organization has exceeded its quota at OpenAI; check its plan and billing details there")]
    QuotaExceeded,
    /// 5xx.
    #[error("OpenAI has a problem (status {status}); try again later")]
    UpstreamDown {
        /// The status.
        status: u16,
    },
    /// No answer, because there was no connection.
    #[error("OpenAI cannot be reached: {0}")]
    Unreachable(Unreachable),
    /// No complete answer in time, or upstream said so (408).
    #[error("OpenAI did not answer in time; try again")]
    TimedOut,
    /// An answer that is not what the contract says.
    #[error("OpenAI's answer was not understood: {0}")]
    NotUnderstood(NotUnderstood),
    /// 400: our query is to blame.
    #[error("OpenAI refused the query: {0}")]
    BadRequest(BadRequest),
    /// 404.
    #[error("OpenAI does not know what was asked for")]
    NotFound,
    /// 3xx: never followed, because the key would follow too.
    #[error("the answer was a redirect (status {status}), which is not followed; check the base URL")]
    Redirected {
        /// The status.
        status: u16,
    },
}

/// Why there was no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The name could not be resolved.
    #[error("its name was not found; check DNS and the base URL")]
    Dns,
    /// Nobody listens there.
    #[error("the connection was refused; check firewall, proxy and the base URL")]
    Refused,
    /// The certificate or the TLS handshake failed.
    #[error("TLS failed; check the machine's clock and certificates, and any proxy that inspects TLS")]
    Tls,
    /// The connection ended before an answer came.
    #[error("the connection broke; check the network and any proxy")]
    Broken,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// A web page, as a captive portal or a wrong base URL gives.
    #[error("it is a web page; check the base URL and any proxy")]
    Html,
    /// It ends too early.
    #[error("it ends too early")]
    Truncated,
    /// Longer than the account reads.
    #[error("it is too long; ask for fewer days per page")]
    TooLong,
    /// Not JSON.
    #[error("it is not JSON")]
    NotJson,
    /// JSON, but not of the documented shape.
    #[error("it lacks what the contract requires")]
    WrongShape,
    /// There is more, but not said where.
    #[error("it says that there is more, but not where")]
    NoCursor,
    /// A cursor came a second time.
    #[error("its pages go round in circles")]
    RepeatedCursor,
    /// Page after page without anything, or more of them than there can be.
    #[error("its pages do not end")]
    Endless,
    /// A status that the contract does not know.
    #[error("it has the unexpected status {0}")]
    Status(u16),
}

/// What upstream says about a refused query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadRequest {
    /// The parameter that is to blame.
    pub param: Option<String>,
    /// Upstream's code, such as `invalid_value`.
    pub code: Option<String>,
    /// The first `start_time` that would be accepted, in Unix seconds: `group_by=api_key_id` has such a floor. Ask
    /// again with that start, or without the grouping.
    pub earliest_start: Option<i64>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        let wait = match kind {
            ErrorKind::RateLimited { retry_after } => retry_after,
            _ => None,
        };
        Self { kind, request_id: None, attempts: 1, wait }
    }

    /// Whether the same call may succeed later, without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self.kind {
            ErrorKind::RateLimited { .. }
            | ErrorKind::UpstreamDown { .. }
            | ErrorKind::TimedOut
            | ErrorKind::Unreachable(Unreachable::Dns | Unreachable::Refused | Unreachable::Broken)
            | ErrorKind::NotUnderstood(NotUnderstood::Truncated) => true,
            ErrorKind::MalformedKey(_)
            | ErrorKind::WrongKindOfKey(_)
            | ErrorKind::RefusedKey
            | ErrorKind::MissingScope { .. }
            | ErrorKind::IpNotAllowed
            | ErrorKind::QuotaExceeded
            | ErrorKind::Forbidden { .. }
            | ErrorKind::Unreachable(Unreachable::Tls)
            | ErrorKind::NotUnderstood(_)
            | ErrorKind::BadRequest(_)
            | ErrorKind::NotFound
            | ErrorKind::Redirected { .. } => false,
        }
    }
}

impl ErrorKind {
    /// A stable name for programs and logs, such as `missing_scope`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MalformedKey(_) => "malformed_key",
            Self::WrongKindOfKey(_) => "wrong_kind_of_key",
            Self::RefusedKey => "refused_key",
            Self::MissingScope { .. } => "missing_scope",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::Forbidden { .. } => "forbidden",
            Self::RateLimited { .. } => "rate_limited",
            Self::QuotaExceeded => "quota_exceeded",
            Self::UpstreamDown { .. } => "upstream_down",
            Self::Unreachable(_) => "unreachable",
            Self::TimedOut => "timed_out",
            Self::NotUnderstood(_) => "not_understood",
            Self::BadRequest(_) => "bad_request",
            Self::NotFound => "not_found",
            Self::Redirected { .. } => "redirected",
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.earliest_start {
            Some(start) => write!(f, "this grouping starts at {start} only"),
            None => write!(
                f,
                "parameter {}, code {}",
                self.param.as_deref().unwrap_or("unnamed"),
                self.code.as_deref().unwrap_or("unnamed")
            ),
        }
    }
}

impl From<Unfit> for Error {
    /// A pasted text that is no admin key is the first entry of the same list.
    fn from(unfit: Unfit) -> Self {
        Self {
            attempts: 0,
            ..Self::new(match unfit {
                Unfit::OtherKind(kind) => ErrorKind::WrongKindOfKey(kind),
                unfit => ErrorKind::MalformedKey(unfit),
            })
        }
    }
}

fn or_unnamed(scopes: &[String]) -> String {
    if scopes.is_empty() { "unnamed".to_owned() } else { scopes.join(", ") }
}
