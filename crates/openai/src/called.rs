//! What is told of a call to whoever keeps a log of them: each attempt once, also one that nobody waited for.

use std::time::Duration;

use reqwest::Method;
use tokio::time::Instant;

/// One attempt. Nothing of it is secret: the key is in a header, and the query is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The method that was sent.
    pub method: String,
    /// The path that was asked for.
    pub path: String,
    /// The status of the answer; none when no answer came.
    pub status: Option<u16>,
    /// `ok`, the code of an [`crate::ErrorKind`], or `cancelled`.
    pub outcome: &'static str,
    /// Upstream's `x-request-id`.
    pub request_id: Option<String>,
    /// From the attempt's beginning to its end.
    pub elapsed: Duration,
}

/// Whoever keeps a log of calls. It is called at the end of each attempt and must not wait.
pub type Observer<'a> = dyn Fn(Called) + Send + Sync + 'a;

/// An attempt under way. Its end is told when it is dropped, so that one that is given up is told as well.
pub(crate) struct Underway<'a> {
    observer: Option<&'a Observer<'a>>,
    begun: Instant,
    called: Called,
}

impl<'a> Underway<'a> {
    /// Begins now. Until something else is known, it was given up.
    pub(crate) fn begin(observer: Option<&'a Observer<'a>>, method: &Method, path: &str) -> Self {
        let called = Called {
            method: method.to_string(),
            path: path.to_owned(),
            status: None,
            outcome: "cancelled",
            request_id: None,
            elapsed: Duration::ZERO,
        };
        Self { observer, begun: Instant::now(), called }
    }

    /// How long it has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// An answer came.
    pub(crate) fn answered(&mut self, status: Option<u16>, request_id: Option<String>) {
        (self.called.status, self.called.request_id) = (status, request_id);
    }

    /// What came of it.
    pub(crate) fn ended(&mut self, outcome: &'static str) {
        self.called.outcome = outcome;
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        let Some(observer) = self.observer else { return };
        observer(Called { elapsed: self.begun.elapsed(), ..self.called.clone() });
    }
}
