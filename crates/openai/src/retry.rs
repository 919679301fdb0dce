//! When a call is made again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::pause::Pause;

/// How often and how patiently a call is repeated. Only errors that [`Error::is_retryable`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Calls at most, the first one included.
    pub attempts: u32,
    /// Longest first wait. Each wait is drawn between nothing and this, which doubles every time (full jitter).
    pub base: Duration,
    /// Longest wait that is drawn. Upstream's `Retry-After` is a minimum on top of which the drawn wait comes.
    pub longest: Duration,
    /// No wait is begun that would end later than this after the first call.
    pub budget: Duration,
}

impl Retry {
    /// For somebody who waits in front of the screen: one more try at once, none if upstream asks for patience.
    pub const fn hasty() -> Self {
        Self {
            attempts: 2,
            base: Duration::from_millis(300),
            longest: Duration::from_millis(300),
            budget: Duration::from_secs(2),
        }
    }

    /// For work in the background: short and few, since what failed comes back by itself and says so in the meantime.
    pub const fn patient() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(500),
            longest: Duration::from_secs(5),
            budget: Duration::from_secs(15),
        }
    }

    fn drawn(&self, attempt: u32, jitter: &Jitter) -> Duration {
        let doubled = self.base.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        jitter.up_to(doubled.min(self.longest))
    }
}

/// Random waits, so that many clients do not come back at the same moment.
#[derive(Debug)]
pub struct Jitter(AtomicU64);

impl Jitter {
    /// The same waits for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Between nothing and `most`. The generator is SplitMix64: good enough to scatter waits, useless for secrets.
    fn up_to(&self, most: Duration) -> Duration {
        let mut x = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos((x ^ (x >> 31)) % nanos.saturating_add(1).max(1))
    }
}

impl Default for Jitter {
    /// Seeded by the process.
    fn default() -> Self {
        Self::seeded(RandomState::new().build_hasher().finish())
    }
}

/// Calls `call` with the number of the attempt until it succeeds, fails for good, or patience ends. While there is a pause,
/// nothing is called.
pub(crate) async fn run<T, F, C>(
    (retry, pause): (Retry, Option<&Pause>),
    jitter: &Jitter,
    mut call: C,
) -> Result<T, Error>
where
    C: FnMut(u32) -> F,
    F: Future<Output = Result<T, Error>>,
{
    let begun = Instant::now();
    let mut attempt = 1;
    loop {
        while let Some(refusal) = pause.and_then(Pause::refusal) {
            let left = refusal.wait.unwrap_or_default();
            if begun.elapsed() + left > retry.budget {
                return Err(Error { attempts: attempt - 1, ..refusal });
            }
            tokio::time::sleep(left).await;
        }
        let error = match call(attempt).await {
            Ok(value) => return Ok(value),
            Err(error) => Error { attempts: attempt, ..error },
        };
        if let Some(pause) = pause.filter(|_| error.is_retryable()) {
            pause.note(&error);
        }
        let wait = error.wait.unwrap_or_default().saturating_add(retry.drawn(attempt, jitter));
        if !error.is_retryable() || attempt >= retry.attempts || begun.elapsed() + wait > retry.budget {
            return Err(error);
        }
        tracing::debug!(
            attempt,
            wait_ms = wait.as_millis(),
            kind = error.kind.code(),
            "waiting to repeat the call"
        );
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::error::{ErrorKind, NotUnderstood, Unreachable};

    const ONCE: Retry = Retry { attempts: 1, ..Retry::hasty() };
    const OFTEN: Retry = Retry {
        attempts: 8,
        base: Duration::from_millis(500),
        longest: Duration::from_secs(30),
        budget: Duration::from_secs(300),
    };

    /// Seconds between the calls, and how it ended.
    async fn waits(retry: Retry, errors: Vec<Error>) -> (Vec<f64>, Result<u32, Error>) {
        let calls = RefCell::new(Vec::new());
        let errors = RefCell::new(errors.into_iter());
        let result = run((retry, None), &Jitter::seeded(7), |attempt| {
            calls.borrow_mut().push(Instant::now());
            let error = errors.borrow_mut().next();
            async move { error.map_or(Ok(attempt), Err) }
        })
        .await;
        let calls = calls.into_inner();
        (calls.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect(), result)
    }

    fn limited(seconds: u64) -> Error {
        Error::new(ErrorKind::RateLimited { retry_after: Some(Duration::from_secs(seconds)) })
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_a_minimum() {
        let (waits, result) = waits(OFTEN, vec![limited(60), limited(7)]).await;
        assert!(waits[0] >= 60.0 && waits[0] <= 60.6, "{waits:?}");
        assert!(waits[1] >= 7.0 && waits[1] <= 8.1, "{waits:?}");
        assert_eq!(result, Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn waits_are_scattered_and_bounded() {
        let down = Error::new(ErrorKind::UpstreamDown { status: 503 });
        let (waits, result) = waits(OFTEN, vec![down; 99]).await;
        assert_eq!(result.unwrap_err().attempts, 8);
        for (n, wait) in waits.iter().enumerate() {
            assert!(*wait <= (0.5 * f64::from(1 << n)).min(30.0) + 0.01, "{waits:?}");
        }
        assert!(waits.windows(2).any(|pair| pair[1] != pair[0] * 2.0), "{waits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_with_the_budget() {
        let (waits, result) = waits(Retry::hasty(), vec![limited(60); 9]).await;
        assert!(waits.is_empty());
        let error = result.unwrap_err();
        assert_eq!(
            (error.attempts, error.kind),
            (1, ErrorKind::RateLimited { retry_after: Some(Duration::from_secs(60)) })
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_repeated_and_what_never() {
        for (kind, repeated) in [
            (ErrorKind::TimedOut, true),
            (ErrorKind::UpstreamDown { status: 500 }, true),
            (ErrorKind::RateLimited { retry_after: None }, true),
            (ErrorKind::Unreachable(Unreachable::Refused), true),
            (ErrorKind::NotUnderstood(NotUnderstood::Truncated), true),
            (ErrorKind::RefusedKey, false),
            (ErrorKind::MissingScope { scopes: Vec::new() }, false),
            (ErrorKind::IpNotAllowed, false),
            (ErrorKind::BadRequest(crate::error::BadRequest::default()), false),
            (ErrorKind::NotUnderstood(NotUnderstood::Html), false),
            (ErrorKind::Redirected { status: 302 }, false),
        ] {
            let (_, result) = waits(OFTEN, vec![Error::new(kind.clone())]).await;
            assert_eq!(result.is_ok(), repeated, "{kind:?}");
        }
        let (_, result) = waits(ONCE, vec![Error::new(ErrorKind::TimedOut)]).await;
        assert!(result.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_one_is_asked_to_wait_all_wait_who_share_the_pause() {
        let (pause, jitter, begun) = (Pause::default(), Jitter::seeded(7), Instant::now());
        let down = Error {
            wait: Some(Duration::from_secs(20)),
            ..Error::new(ErrorKind::UpstreamDown { status: 503 })
        };
        let often = (OFTEN, Some(&pause));
        let first = run((ONCE, Some(&pause)), &jitter, |_| async { Err::<(), _>(down.clone()) }).await;
        assert_eq!(first.unwrap_err().attempts, 1);
        // Somebody who cannot wait so long is told at once, and calls nobody.
        let calls = RefCell::new(0);
        let hasty = run((Retry::hasty(), Some(&pause)), &jitter, |_| {
            *calls.borrow_mut() += 1;
            async { Ok(()) }
        });
        let error = hasty.await.unwrap_err();
        assert_eq!((error.attempts, error.kind, calls.into_inner()), (0, down.kind.clone(), 0));
        assert_eq!(pause.left(), Some(Duration::from_secs(20)));
        run(often, &jitter, |_| async { Ok(()) }).await.unwrap();
        assert_eq!((begun.elapsed().as_secs(), pause.left()), (20, None));
    }
}
