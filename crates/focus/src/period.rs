//! The periods that a charge belongs to.

use time::{Date, Month, OffsetDateTime, Time, UtcDateTime};

/// Seconds of a UTC day: Unix time has no leap seconds.
const DAY: i64 = 86_400;

/// A span of time: the start belongs to it, the end does not. Both are Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first second.
    pub start: i64,
    /// The first second after it.
    pub end: i64,
}

/// The instant is beyond the calendar, which ends with the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the instant {0} is beyond the calendar")]
pub struct PeriodError(pub i64);

impl Period {
    /// The UTC day of an instant. OpenAI bills by UTC day.
    pub fn day(instant: i64) -> Result<Self, PeriodError> {
        let start = i64::checked_mul(instant.div_euclid(DAY), DAY).ok_or(PeriodError(instant))?;
        let end = start.checked_add(DAY).ok_or(PeriodError(instant))?;
        Ok(Self { start, end })
    }

    /// The UTC calendar month of an instant: OpenAI's invoices are monthly.
    pub fn month(instant: i64) -> Result<Self, PeriodError> {
        let date = OffsetDateTime::from_unix_timestamp(instant).map_err(|_| PeriodError(instant))?.date();
        let (year, month) = (date.year(), date.month());
        let next = if month == Month::December { year + 1 } else { year };
        Ok(Self {
            start: first_of(year, month).ok_or(PeriodError(instant))?,
            end: first_of(next, month.next()).ok_or(PeriodError(instant))?,
        })
    }
}

/// Unix seconds of a month's start; none beyond the calendar.
fn first_of(year: i32, month: Month) -> Option<i64> {
    let date = Date::from_calendar_date(year, month, 1).ok()?;
    Some(UtcDateTime::new(date, Time::MIDNIGHT).unix_timestamp())
}

/// An instant as FOCUS writes it, `2026-03-01T00:00:00Z` (attribute DateTimeFormat). One that no calendar has is its
/// Unix seconds; [`Period`] gives none.
pub(crate) fn instant_text(instant: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(instant) {
        Ok(at) => format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        ),
        Err(_) => instant.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(period: Period) -> (String, String) {
        (instant_text(period.start), instant_text(period.end))
    }

    #[test]
    fn a_leap_day_has_its_month() {
        let noon = 1_709_208_000;
        assert_eq!(instant_text(noon), "2024-02-29T12:00:00Z");
        let day = texts(Period::day(noon).unwrap());
        assert_eq!(day, ("2024-02-29T00:00:00Z".to_owned(), "2024-03-01T00:00:00Z".to_owned()));
        let month = texts(Period::month(noon).unwrap());
        assert_eq!(month, ("2024-02-01T00:00:00Z".to_owned(), "2024-03-01T00:00:00Z".to_owned()));
    }

    #[test]
    fn december_ends_with_the_year() {
        let month = texts(Period::month(1_798_761_599).unwrap());
        assert_eq!(month, ("2026-12-01T00:00:00Z".to_owned(), "2027-01-01T00:00:00Z".to_owned()));
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_refused() {
        assert_eq!(Period::month(i64::MAX), Err(PeriodError(i64::MAX)));
        assert_eq!(Period::day(i64::MIN), Err(PeriodError(i64::MIN)));
    }
}
