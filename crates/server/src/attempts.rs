//! Attempts to sign in and to set up, counted in memory: by account and network together, and by network.
//!
//! A stranger's failures slow the stranger down and not the account's owner, who comes from elsewhere (ASVS 5.0, 6.1.1
//! and 6.3.1). An attempt counts from its beginning, so that many at once are no way around it; a success is taken back.
//! Wrong codes of second factors are counted apart ([`codes`]), since there the password is right.

pub mod codes;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use api::Timestamp;

use crate::clock::Clock;
use crate::http::peer;

/// Failures of an account before a wait, by network.
const OF_ACCOUNT: u32 = 10;
/// Failures of any account before a wait, by network.
const OF_NETWORK: u32 = 30;
/// How long failures count, in seconds.
const WINDOW: i64 = 300;
/// Most entries that are kept. Beyond it the ended ones go first, then all.
const MOST: usize = 100_000;

/// Counts failures.
pub struct Attempts {
    clock: Clock,
    counts: Mutex<HashMap<Key, Count>>,
}

/// An attempt that has been let through. It stays counted as a failure unless it succeeds.
#[must_use]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    keys: [Key; 2],
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String, IpAddr),
    Network(IpAddr),
}

struct Count {
    failures: u32,
    since: Timestamp,
}

impl Attempts {
    /// None yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, counts: Mutex::new(HashMap::new()) }
    }

    /// Begins an attempt, or says how many seconds to wait for the next one.
    pub fn begin(&self, account: &str, peer: IpAddr) -> Result<Attempt<'_>, u32> {
        let now = self.clock.now();
        let network = peer::network(peer);
        let keys = [Key::Account(account.to_owned(), network), Key::Network(network)];
        let mut counts = self.lock();
        counts.retain_if_full(now);
        let wait = keys.iter().filter_map(|key| counts.0.get(key)?.wait(key.most(), now)).max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        for key in &keys {
            let count = counts.0.entry(key.clone()).or_insert(Count { failures: 0, since: now });
            if count.is_over(now) {
                *count = Count { failures: 0, since: now };
            }
            count.failures = count.failures.saturating_add(1);
        }
        drop(counts);
        Ok(Attempt { attempts: self, keys })
    }

    fn lock(&self) -> Counts<'_> {
        Counts(self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Attempt<'_> {
    /// Takes the attempt back, and forgets the account's failures from this network.
    pub fn succeeded(self) {
        self.forgive_network();
        let [account, _] = &self.keys;
        self.attempts.lock().0.remove(account);
    }

    /// Takes it back of the network alone: half of a sign-in in two steps, whose other half is an attempt of its own. The
    /// people of an office have one network.
    pub fn half_succeeded(self) {
        self.forgive_network();
    }

    fn forgive_network(&self) {
        let [_, network] = &self.keys;
        if let Some(count) = self.attempts.lock().0.get_mut(network) {
            count.failures = count.failures.saturating_sub(1);
        }
    }
}

struct Counts<'a>(MutexGuard<'a, HashMap<Key, Count>>);

impl Counts<'_> {
    fn retain_if_full(&mut self, now: Timestamp) {
        if self.0.len() >= MOST {
            self.0.retain(|_, count| !count.is_over(now));
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
    }
}

impl Key {
    fn most(&self) -> u32 {
        match self {
            Self::Account(..) => OF_ACCOUNT,
            Self::Network(_) => OF_NETWORK,
        }
    }
}

impl Count {
    /// A clock that was set back keeps nobody out: what began in the future is over.
    fn is_over(&self, now: Timestamp) -> bool {
        self.since > now || self.since.plus_seconds(WINDOW) <= now
    }

    fn wait(&self, most: u32, now: Timestamp) -> Option<u32> {
        if self.is_over(now) {
            return None;
        }
        let left = self.since.plus_seconds(WINDOW).unix_seconds() - now.unix_seconds();
        u32::try_from(left).ok().filter(|_| self.failures >= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SettableClock;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn attempts() -> (SettableClock, Attempts) {
        let clock = SettableClock::at(Timestamp::from_unix_seconds(1_000));
        (clock.clone(), Attempts::new(Clock::Settable(clock)))
    }

    fn fail(attempts: &Attempts, account: &str) -> Result<(), u32> {
        attempts.begin(account, HERE).map(drop)
    }

    #[test]
    fn ten_failures_slow_down_where_they_come_from_and_nobody_else() {
        let (clock, attempts) = attempts();
        for _ in 0..10 {
            assert_eq!(fail(&attempts, "ada"), Ok(()));
        }
        assert_eq!(fail(&attempts, "ada"), Err(300));
        assert!(attempts.begin("ada", ELSEWHERE).is_ok());
        assert_eq!(fail(&attempts, "bob"), Ok(()));
        clock.advance(299);
        assert_eq!(fail(&attempts, "ada"), Err(1));
        clock.advance(1);
        assert_eq!(fail(&attempts, "ada"), Ok(()));
        for _ in 0..9 {
            assert_eq!(fail(&attempts, "ada"), Ok(()));
        }
        assert_eq!(fail(&attempts, "ada"), Err(300));
        // A clock that was ahead is set right.
        clock.advance(-86_400);
        assert_eq!(fail(&attempts, "ada"), Ok(()));
    }

    #[test]
    fn thirty_failures_slow_down_a_network_for_every_account() {
        let (_, attempts) = attempts();
        for account in 0..30 {
            assert_eq!(fail(&attempts, &account.to_string()), Ok(()));
        }
        assert_eq!(fail(&attempts, "new"), Err(300));
    }

    #[test]
    fn successes_never_add_up() {
        let (_, attempts) = attempts();
        for _ in 0..9 {
            assert_eq!(fail(&attempts, "ada"), Ok(()));
        }
        for _ in 0..100 {
            attempts.begin("ada", HERE).ok().unwrap().succeeded();
        }
        assert_eq!(fail(&attempts, "ada"), Ok(()));
    }
}
