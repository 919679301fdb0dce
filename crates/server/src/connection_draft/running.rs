//! Tests that run now, so that a second call joins the first and a page can follow.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use api::ConnectionDraftId;
use api::connection_draft::Check;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// The running tests of this process. They are not kept: after a restart a draft is untested.
#[derive(Clone, Default)]
pub struct RunningTests(Arc<Mutex<HashMap<ConnectionDraftId, Running>>>);

struct Running {
    checks: watch::Receiver<Vec<Check>>,
    task: AbortHandle,
}

/// How far a test is, for the test itself to tell.
pub(super) type Progress = watch::Sender<Vec<Check>>;

impl RunningTests {
    /// Joins the draft's test, or starts one. What is returned ends its changes when the test is over.
    pub(super) fn join<F>(
        &self,
        draft: &ConnectionDraftId,
        checks: Vec<Check>,
        test: impl FnOnce(Progress) -> F,
    ) -> watch::Receiver<Vec<Check>>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut tests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = tests.get(draft) {
            return running.checks.clone();
        }
        let (progress, checks) = watch::channel(checks);
        let over = Over { tests: self.clone(), draft: draft.clone(), _waited_for: progress.clone() };
        let test = test(progress);
        let task = tokio::spawn(async move {
            // Dropped also when the task is aborted or panics: a test never stays on the list.
            let _over = over;
            test.await;
        });
        tests.insert(draft.clone(), Running { checks: checks.clone(), task: task.abort_handle() });
        checks
    }

    /// The lines of the draft's test, while it runs.
    pub(super) fn checks(&self, draft: &ConnectionDraftId) -> Option<Vec<Check>> {
        let tests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tests.get(draft).map(|running| running.checks.borrow().clone())
    }

    /// Ends the draft's test, so that its key is asked for nothing more.
    pub(super) fn abort(&self, draft: &ConnectionDraftId) {
        let tests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = tests.get(draft) {
            running.task.abort();
        }
    }
}

/// Takes a test off the list, and only then lets those go on who wait for it.
struct Over {
    tests: RunningTests,
    draft: ConnectionDraftId,
    _waited_for: Progress,
}

impl Drop for Over {
    fn drop(&mut self) {
        self.tests.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.draft);
    }
}

/// Waits until a test is over.
pub(super) async fn finished(mut checks: watch::Receiver<Vec<Check>>) {
    while checks.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_call_joins_and_nothing_stays_behind() {
        let tests = RunningTests::default();
        let draft = ConnectionDraftId::parse("draft_1").unwrap();
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let first = tests.join(&draft, Vec::new(), |progress| async move {
            let _ = wait.await;
            drop(progress);
        });
        let second = tests.join(&draft, Vec::new(), |_| async { panic!("a second test was started") });
        assert!(tests.checks(&draft).is_some());
        go.send(()).unwrap();
        tokio::join!(finished(first), finished(second));
        assert!(tests.checks(&draft).is_none());
    }

    #[tokio::test]
    async fn an_aborted_test_is_over() {
        let tests = RunningTests::default();
        let draft = ConnectionDraftId::parse("draft_1").unwrap();
        let checks = tests.join(&draft, Vec::new(), |progress| async move {
            std::future::pending::<()>().await;
            drop(progress);
        });
        tests.abort(&draft);
        finished(checks).await;
        assert!(tests.checks(&draft).is_none());
    }
}
