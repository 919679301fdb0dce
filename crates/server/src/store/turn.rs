//! Whose turn it is to write in this process.

use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

/// A turn that one has at a time. Those who wait for it keep their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn(Arc<Lock<Arc<Mutex<()>>>>);

impl Turn {
    /// Takes the turn. With `patience`, whoever has had it for longer than all of that has lost it: a database that has
    /// vanished may never answer, and the rest must not wait for that.
    pub(super) async fn take(&self, patience: Option<Duration>) -> OwnedMutexGuard<()> {
        loop {
            let turn = Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
            let waiting = Arc::clone(&turn).lock_owned();
            let Some(patience) = patience else { return waiting.await };
            if let Ok(taken) = timeout(patience, waiting).await {
                return taken;
            }
            let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Another one who waits may have put a new one there.
            if Arc::ptr_eq(&now, &turn) {
                tracing::warn!("whoever writes does not come to an end: the next one writes");
                *now = Arc::default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn who_never_ends_keeps_the_turn_from_those_alone_who_wait_without_end() {
        let turn = Turn::default();
        let hangs = turn.take(None).await;
        assert!(turn.take(None).now_or_never().is_none());
        let next = turn.take(Some(Duration::from_millis(1))).await;
        assert!(turn.take(None).now_or_never().is_none(), "the next one has it alone");
        drop(hangs);
        assert!(turn.take(None).now_or_never().is_none());
        drop(next);
        assert!(turn.take(None).now_or_never().is_some());
    }
}
