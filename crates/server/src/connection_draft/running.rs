//! Tests that run now, so that a second call joins the first and a page can follow.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use api::connection_draft::Check;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// The running tests of this process, by the id of the draft or connection. They are not kept: after a restart a draft is
/// untested, and a connection as it was tested before.
#[derive(Clone, Default)]
pub struct RunningTests(Arc<Mutex<HashMap<String, Running>>>);

struct Running {
    checks: watch::Receiver<Vec<Check>>,
    task: AbortHandle,
}

/// How far a test is, for the test itself to tell.
pub(crate) type Progress = watch::Sender<Vec<Check>>;

impl RunningTests {
    /// Joins the test of this id, or starts one. What is returned ends its changes when the test is over.
    pub(crate) fn join<F>(
        &self,
        id: &str,
        checks: Vec<Check>,
        test: impl FnOnce(Progress) -> F,
    ) -> watch::Receiver<Vec<Check>>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut tests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = tests.get(id) {
            return running.checks.clone();
        }
        let (progress, checks) = watch::channel(checks);
        let over = Over { tests: self.clone(), id: id.to_owned(), _waited_for: progress.clone() };
        let test = test(progress);
        let task = tokio::spawn(async move {
            // Dropped also when the task is aborted or panics: a test never stays on the list.
            let _over = over;
            test.await;
        });
        tests.insert(id.to_owned(), Running { checks: checks.clone(), task: task.abort_handle() });
        checks
    }

    /// The lines of the test of this id, while it runs.
    pub(crate) fn checks(&self, id: &str) -> Option<Vec<Check>> {
        let tests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tests.get(id).map(|running| running.checks.borrow().clone())
    }

    /// Ends the test of this id, so that its key is asked for nothing more.
    pub(crate) fn abort(&self, id: &str) {
        let tests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = tests.get(id) {
            running.task.abort();
        }
    }
}

/// Takes a test off the list, and only then lets those go on who wait for it.
struct Over {
    tests: RunningTests,
    id: String,
    _waited_for: Progress,
}

impl Drop for Over {
    fn drop(&mut self) {
        self.tests.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// Waits until a test is over.
pub(crate) async fn finished(mut checks: watch::Receiver<Vec<Check>>) {
    while checks.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_call_joins_and_nothing_stays_behind() {
        let tests = RunningTests::default();
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let first = tests.join("draft_1", Vec::new(), |progress| async move {
            let _ = wait.await;
            drop(progress);
        });
        let second = tests.join("draft_1", Vec::new(), |_| async { panic!("a second test was started") });
        assert!(tests.checks("draft_1").is_some());
        go.send(()).unwrap();
        tokio::join!(finished(first), finished(second));
        assert!(tests.checks("draft_1").is_none());
    }

    #[tokio::test]
    async fn an_aborted_test_is_over() {
        let tests = RunningTests::default();
        let checks = tests.join("draft_1", Vec::new(), |progress| async move {
            std::future::pending::<()>().await;
            drop(progress);
        });
        tests.abort("draft_1");
        finished(checks).await;
        assert!(tests.checks("draft_1").is_none());
    }
}
