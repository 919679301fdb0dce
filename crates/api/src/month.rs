//! A UTC calendar month.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Day, Span};

/// A calendar month in UTC. On the wire `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Day);

/// The text is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written as 2026-11, from 2000-01 to 2199-12")]
pub struct MonthError;

impl Month {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Result<Self, MonthError> {
        Day::parse(&format!("{text}-01")).map(Self).map_err(|_| MonthError)
    }

    /// The month in which a day lies.
    pub fn of(day: Day) -> Self {
        Self(day.month_start())
    }

    /// Its days.
    pub fn span(self) -> Span {
        // The 32nd day after the first lies in the next month, whatever the month.
        Span { start: self.0, end: self.0.plus(31).month_start() }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.0.ymd();
        write!(f, "{year:04}-{month:02}")
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for Month {
    fn schema_name() -> Cow<'static, str> {
        "Month".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^2[01][0-9]{2}-(0[1-9]|1[0-2])$",
            "description": "A UTC calendar month, such as 2026-11.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_their_days() {
        for (text, end, days) in
            [("2026-11", "2026-12-01", 30), ("2026-12", "2027-01-01", 31), ("2028-02", "2028-03-01", 29)]
        {
            let month = Month::parse(text).unwrap();
            assert_eq!((month.span().end.to_string(), month.span().days()), (end.to_owned(), days));
            assert_eq!((month.to_string(), Month::of(month.span().end.plus(-1))), (text.to_owned(), month));
        }
        for text in ["2026-13", "2026-1", "2026", "2026-11-01", ""] {
            assert_eq!(Month::parse(text), Err(MonthError), "{text}");
        }
    }
}
