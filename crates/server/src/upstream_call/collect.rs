//! Calls that were made and are not written yet, of each connection. They are in memory for as long as a job reads.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use api::{ConnectionId, TenantId, Timestamp};
use openai::Called;

use crate::app::App;

/// A call with the moment at which it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// When it began.
    pub at: Timestamp,
    /// What it was.
    pub called: Called,
}

/// What was heard and is not written yet.
#[derive(Debug, Default)]
pub struct Unwritten(Mutex<HashMap<(TenantId, ConnectionId), Vec<Heard>>>);

impl Unwritten {
    fn add(&self, of: (TenantId, ConnectionId), heard: Heard) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(of).or_default().push(heard);
    }

    /// Takes a connection's calls, in the order of their ends.
    pub(super) fn take(&self, (tenant, connection): (&TenantId, &ConnectionId)) -> Vec<Heard> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&(tenant.clone(), connection.clone())).unwrap_or_default()
    }

    /// Puts calls back before what was heard meanwhile: they could not be written.
    pub(super) fn put_back(&self, of: (TenantId, ConnectionId), mut calls: Vec<Heard>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(of).or_default();
        calls.append(kept);
        *kept = calls;
    }

    /// Whose calls there are.
    pub(super) fn owners(&self) -> Vec<(TenantId, ConnectionId)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}

/// What hears of the calls with a connection's key.
pub fn observer<'a>(
    app: &'a App,
    (tenant, connection): (&'a TenantId, &'a ConnectionId),
) -> impl Fn(Called) + Send + Sync + 'a {
    move |called| {
        app.metrics.called(called.status);
        let took = i64::try_from(called.elapsed.as_secs()).unwrap_or(i64::MAX);
        let heard = Heard { at: app.clock.now().plus_seconds(-took), called };
        app.upstream_calls.add((tenant.clone(), connection.clone()), heard);
    }
}
