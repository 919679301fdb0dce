//! Work in the background on a database that may have vanished. A PostgreSQL whose host is gone answers nothing and closes
//! no connection, and what waits for it would wait for ever: no statement has an end of its own. What is done for a request
//! ends with the deadline of requests. SQLite always answers.

use std::future::poll_fn;
use std::io::{Error as IoError, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::task::AtomicWaker;
use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::store::Backend;

/// Does something, however long it takes, unless it hears of nothing for [`crate::http::Limits::silence`]: no answer of the
/// database or of anybody else, and no end of a wait. The connection that it waits at is closed then.
pub(crate) async fn unless_silent<T, E: From<sqlx::Error>>(
    app: &App,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match app.store.backend() {
        Backend::Sqlite => work.await,
        Backend::Postgres => unless_silent_for(app.limits.silence, work).await,
    }
}

async fn unless_silent_for<T, E: From<sqlx::Error>>(
    patience: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let bell = Arc::new(Bell { rung: AtomicBool::new(true), outside: AtomicWaker::new() });
    let inside = Waker::from(Arc::clone(&bell));
    let (mut work, mut silence) = (pin!(work), pin!(sleep(patience)));
    poll_fn(|outside| {
        bell.outside.register(outside.waker());
        // Whoever waits for other things beside this one asks again for the sake of those.
        if bell.rung.swap(false, Ordering::SeqCst) {
            silence.as_mut().reset(Instant::now() + patience);
            if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(&inside)) {
                return Poll::Ready(done);
            }
        }
        silence.as_mut().poll(outside).map(|()| Err(silent().into()))
    })
    .await
}

/// Rings when the work has heard of something.
struct Bell {
    rung: AtomicBool,
    outside: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.outside.wake();
    }
}

/// The error of a database that is away.
fn silent() -> sqlx::Error {
    sqlx::Error::Io(IoError::new(ErrorKind::TimedOut, "the database does not answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes on for a while, and hears of something again and again.
    async fn busy() -> sqlx::Result<()> {
        for _ in 0..60 {
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    #[tokio::test]
    async fn work_that_hears_of_something_takes_as_long_as_it_takes() {
        assert!(unless_silent_for(Duration::from_millis(600), busy()).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_hears_of_nothing_is_given_up_whatever_goes_on_beside_it() {
        let silent = std::future::pending::<sqlx::Result<()>>();
        tokio::select! {
            given_up = unless_silent_for(Duration::from_millis(100), silent) => {
                let Err(sqlx::Error::Io(error)) = given_up else { panic!("{given_up:?}") };
                assert_eq!(error.kind(), ErrorKind::TimedOut);
            }
            _ = busy() => panic!("it was asked again for the sake of another, and took that for an answer"),
        }
    }
}
