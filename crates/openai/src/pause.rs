//! Until when upstream wants no calls.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind};

/// Until when upstream wants no calls, for all who share it: a limit is the organization's, so that what one call is told
/// is meant for those beside it as well.
#[derive(Debug, Default)]
pub struct Pause(Mutex<Option<(Instant, ErrorKind)>>);

impl Pause {
    /// How much of it is left.
    pub fn left(&self) -> Option<Duration> {
        self.refusal().and_then(|error| error.wait)
    }

    /// Upstream has asked to wait.
    pub(crate) fn note(&self, error: &Error) {
        let Some(until) = error.wait.and_then(|wait| Instant::now().checked_add(wait)) else { return };
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.as_ref().is_none_or(|(before, _)| *before < until) {
            *noted = Some((until, error.kind.clone()));
        }
    }

    /// What a call would be told that is made now; none when it may be made.
    pub(crate) fn refusal(&self) -> Option<Error> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, kind) = noted.as_ref()?;
        let left = until.saturating_duration_since(Instant::now());
        let kind = match kind {
            ErrorKind::RateLimited { .. } => ErrorKind::RateLimited { retry_after: Some(left) },
            kind => kind.clone(),
        };
        (!left.is_zero()).then(|| Error { attempts: 0, wait: Some(left), ..Error::new(kind) })
    }
}
