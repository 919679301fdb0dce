//! Wrong codes of second factors, counted in memory by account, wherever they come from.
//!
//! Whoever enters them has the right password, so that this locks nobody out who is not found out already. A code is one of
//! a million, three of which are right at a time: with an hour between two tries a year of guessing finds one in forty.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use api::{Timestamp, UserId};

use crate::clock::Clock;

/// Wrong codes before there is a wait.
const FREE: u32 = 5;
/// The first wait, in seconds. Each further one is twice as long.
const FIRST_WAIT: i64 = 30;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 3600;
/// Wrong codes are forgotten when there was none for so many seconds.
const FORGOTTEN: i64 = 86_400;

/// Counts wrong codes.
pub struct WrongCodes {
    clock: Clock,
    counts: Mutex<HashMap<UserId, Count>>,
}

struct Count {
    wrong: u32,
    last: Timestamp,
}

impl WrongCodes {
    /// None yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, counts: Mutex::default() }
    }

    /// Counts a code as wrong before it is looked at, so that many at once are no way around; or says how many seconds to
    /// wait. Take it back by [`Self::was_right`].
    pub fn begin(&self, user: &UserId) -> Result<(), u32> {
        let now = self.clock.now();
        let mut counts = self.lock();
        // A clock that was set back keeps nobody out.
        counts.retain(|_, count| count.last <= now && count.last.plus_seconds(FORGOTTEN) > now);
        let count = counts.entry(user.clone()).or_insert(Count { wrong: 0, last: now });
        let left = count.last.plus_seconds(count.delay()).unix_seconds() - now.unix_seconds();
        if left > 0 {
            return Err(u32::try_from(left).unwrap_or(u32::MAX));
        }
        *count = Count { wrong: count.wrong.saturating_add(1), last: now };
        Ok(())
    }

    /// The code was right: those before are forgotten.
    pub fn was_right(&self, user: &UserId) {
        self.lock().remove(user);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Count {
    fn delay(&self) -> i64 {
        let Some(further) = self.wrong.checked_sub(FREE) else { return 0 };
        // 2^7 is more than the longest already.
        (FIRST_WAIT << further.min(7)).min(LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SettableClock;

    #[test]
    fn each_wrong_code_makes_the_next_wait_longer_and_a_right_one_ends_that() {
        let clock = SettableClock::at(Timestamp::from_unix_seconds(1_000));
        let codes = WrongCodes::new(Clock::Settable(clock.clone()));
        let (ada, bob) = (UserId::from_random([1; 16]), UserId::from_random([2; 16]));
        for _ in 0..5 {
            assert_eq!(codes.begin(&ada), Ok(()));
        }
        assert_eq!(codes.begin(&ada), Err(30));
        assert_eq!(codes.begin(&bob), Ok(()));
        clock.advance(30);
        assert_eq!(codes.begin(&ada), Ok(()));
        assert_eq!(codes.begin(&ada), Err(60));
        clock.advance(60);
        assert_eq!(codes.begin(&ada), Ok(()));
        assert_eq!(codes.begin(&ada), Err(120));
        // A clock that was ahead is set right.
        clock.advance(-86_400);
        assert_eq!(codes.begin(&ada), Ok(()));
        codes.was_right(&ada);
        for _ in 0..5 {
            assert_eq!(codes.begin(&ada), Ok(()));
        }
        clock.advance(FORGOTTEN);
        assert_eq!(codes.begin(&ada), Ok(()));
        assert_eq!(codes.begin(&ada), Ok(()));
    }
}
