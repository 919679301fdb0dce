//! Why a window could not be read, before it is put into words: some failures are answered by asking otherwise.

use api::connection_draft::Finding;
use openai::error::{BadRequest, NotUnderstood};
use openai::{Error, ErrorKind};

use crate::finding;

/// Why a window could not be read.
#[derive(Debug)]
pub(super) enum Failure {
    /// The call failed.
    Call(Error),
    /// The answer is one that cannot be used.
    Answer(Finding),
}

impl Failure {
    /// In the user's words. `scope` is the one that the call needs.
    pub(super) fn finding(&self, scope: &str) -> Finding {
        match self {
            Self::Call(error) => finding::of(error, scope),
            Self::Answer(finding) => finding.clone(),
        }
    }

    /// Whether a page with fewer buckets could be read.
    pub(super) fn is_too_long(&self) -> bool {
        matches!(self, Self::Call(error) if error.kind == ErrorKind::NotUnderstood(NotUnderstood::TooLong))
    }

    /// What OpenAI says about a query that it does not accept.
    pub(super) fn refused_query(&self) -> Option<&BadRequest> {
        match self {
            Self::Call(Error { kind: ErrorKind::BadRequest(refusal), .. }) => Some(refusal),
            _ => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Self {
        Self::Answer(finding)
    }
}
