//! Work that nobody waits for: the pages of an import become rows and bytes here, and days become facts.
//!
//! It is done on threads of its own, as many as a small machine has cores, and of a lower priority than those that answer
//! requests: whoever asks for something gets the processor at once, and the import has whatever is left.

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinError;

/// Pieces of work at once, whoever they are of: rows take several times what their text takes, and two keep two cores
/// busy.
const AT_ONCE: usize = 2;
/// How much others are preferred, from 0 to 19: at 10, a thread that answers requests weighs ten times as much.
const NICENESS: i32 = 10;

/// Threads for work that nobody waits for.
#[derive(Debug)]
pub struct Background {
    /// None of it is ever driven: only its threads for long work are used. It is there until this is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Background {
    /// Threads that have nothing to do yet; they are started when there is something.
    pub fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(AT_ONCE)
            .thread_name("background")
            .on_thread_start(give_way)
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Where work is done, for whoever knows no more of this program.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Does something and gives what came of it.
    ///
    /// # Errors
    ///
    /// When the work panics, or the process ends before it is done.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        self.handle.spawn_blocking(work).await
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Waiting for what runs is forbidden to tasks, which may be the last that hold this.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Gives the calling thread a lower priority: on Linux it is each thread's own. Where that is refused, it stays.
fn give_way() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "the priority of work in the background could not be lowered");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn niceness() -> i32 {
        rustix::process::getpriority_process(None).unwrap()
    }

    #[tokio::test]
    async fn work_gives_way_to_those_who_answer_requests() {
        let background = Background::new().unwrap();
        let own = niceness();
        assert_eq!(background.run(niceness).await.unwrap(), NICENESS);
        // Whoever asked for it keeps its own priority, and so do the threads of requests.
        assert_eq!((niceness(), tokio::task::spawn_blocking(niceness).await.unwrap()), (own, own));
    }

    #[tokio::test]
    async fn no_more_is_done_at_once_than_there_are_threads_for_it() {
        let background = Background::new().unwrap();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = (0..20).map(|_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            background.run(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        futures::future::join_all(work).await;
        assert!(most.load(Ordering::SeqCst) <= AT_ONCE);
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error() {
        let background = Background::new().unwrap();
        assert!(background.run(|| panic!("of a test")).await.unwrap_err().is_panic());
        assert_eq!(background.run(|| 1).await.unwrap(), 1);
    }
}
