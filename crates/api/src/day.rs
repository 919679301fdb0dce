//! A UTC day.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, Month};

use crate::Timestamp;

const SECONDS: i64 = 86_400;
const UNIX_EPOCH_JULIAN: i32 = 2_440_588;

/// A calendar day in UTC, as OpenAI's cost buckets are cut. On the wire `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written as 2026-11-23, from 2000-01-01 to 2199-12-31")]
pub struct DayError;

impl Day {
    /// Reads `2026-11-23`.
    pub fn parse(text: &str) -> Result<Self, DayError> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(DayError);
        };
        if (year.len(), month.len(), day.len()) != (4, 2, 2)
            || !(digits(year) && digits(month) && digits(day))
        {
            return Err(DayError);
        }
        let year: i32 = year.parse().map_err(|_| DayError)?;
        if !(2000..=2199).contains(&year) {
            return Err(DayError);
        }
        let month = Month::try_from(month.parse::<u8>().map_err(|_| DayError)?).map_err(|_| DayError)?;
        let date = Date::from_calendar_date(year, month, day.parse().map_err(|_| DayError)?)
            .map_err(|_| DayError)?;
        Ok(Self(date))
    }

    /// The day in which a moment lies.
    pub fn of(moment: Timestamp) -> Self {
        Self::from_number(moment.unix_seconds().div_euclid(SECONDS))
    }

    /// The day that is `number` days after 1970-01-01, held within the calendar's ends.
    pub fn from_number(number: i64) -> Self {
        let julian = number.saturating_add(i64::from(UNIX_EPOCH_JULIAN));
        let julian = julian.clamp(i64::from(Date::MIN.to_julian_day()), i64::from(Date::MAX.to_julian_day()));
        let julian = i32::try_from(julian).unwrap_or(UNIX_EPOCH_JULIAN);
        Self(Date::from_julian_day(julian).unwrap_or(Date::MIN))
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i64 {
        i64::from(self.0.to_julian_day() - UNIX_EPOCH_JULIAN)
    }

    /// Its first second.
    pub fn start(self) -> Timestamp {
        Timestamp::from_unix_seconds(self.number().saturating_mul(SECONDS))
    }

    /// The day `days` later, or earlier when negative.
    pub fn plus(self, days: i64) -> Self {
        Self::from_number(self.number().saturating_add(days))
    }

    /// The first day of its month.
    pub fn month_start(self) -> Self {
        Self(self.0.replace_day(1).unwrap_or(self.0))
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u8, u8) {
        (self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, DayError> {
        Self::parse(text)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date",
            "pattern": "^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
            "description": "A UTC day.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch() {
        let day = Day::parse("2026-11-23").unwrap();
        assert_eq!(day.number(), 20_780);
        assert_eq!(day.start().unix_seconds(), 1_795_392_000);
        assert_eq!(Day::of(Timestamp::from_unix_seconds(1_795_392_000 + 86_399)), day);
        assert_eq!(day.plus(8).to_string(), "2026-12-01");
        assert_eq!(day.month_start().to_string(), "2026-11-01");
        assert_eq!(Day::parse("2024-02-29").unwrap().plus(1).to_string(), "2024-03-01");
    }

    #[test]
    fn what_is_no_day() {
        for text in ["", "2026-2-3", "2026-02-30", "20261123", "2026-11-23T00", "1999-12-31", "+026-01-01"] {
            assert_eq!(Day::parse(text), Err(DayError), "{text}");
        }
    }
}
