//! A stretch of whole UTC days.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, Day, Description, FieldError};

/// Whole UTC days, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first day.
    pub start: Day,
    /// The day after the last one.
    pub end: Day,
}

impl Span {
    /// How many days it has; none or fewer when it ends before it starts.
    pub fn days(self) -> i64 {
        self.end.number() - self.start.number()
    }

    /// Whether it has between one and `most` days.
    pub fn fits(self, most: u16) -> bool {
        (1..=i64::from(most)).contains(&self.days())
    }

    /// Whether a day is in it.
    pub fn contains(self, day: Day) -> bool {
        (self.start..self.end).contains(&day)
    }

    /// Its days, in order.
    pub fn each(self) -> impl Iterator<Item = Day> {
        (self.start.number()..self.end.number()).map(Day::from_number)
    }

    /// As many days directly before it.
    pub fn before(self) -> Self {
        Self { start: self.start.plus(-self.days()), end: self.start }
    }
}

/// The refusal of a period that does not have between one and `most` days.
pub(crate) fn unfit_period(field: &str, most: u16) -> Description {
    Description::new(
        422,
        "Period to correct",
        format!("The period must have between 1 and {most} days."),
        format!("Choose an end after the start, at most {most} days later."),
    )
    .with_errors(vec![FieldError {
        field: field.into(),
        issue: format!("It must be 1 to {most} days after start."),
    }])
}

/// The refusal of an account that the user may not see, or that there is not.
pub(crate) fn unknown_connection() -> Description {
    Description::new(
        404,
        "No such account",
        "There is no connected account with this id.",
        "Open Assets to see the connected accounts.",
    )
}

/// The refusal of some of the accounts that a question names.
pub(crate) fn unknown_connections(accounts: &[ConnectionId]) -> Description {
    let error = |account: &ConnectionId| FieldError {
        field: "accounts".into(),
        issue: format!("There is no connected account with the id {account}."),
    };
    unknown_connection().with_errors(accounts.iter().map(error).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_the_stretch_before_is_as_long() {
        let span = Span { start: Day::parse("2026-02-27").unwrap(), end: Day::parse("2026-03-02").unwrap() };
        assert_eq!((span.days(), span.fits(3), span.fits(2)), (3, true, false));
        assert_eq!(span.before().start.to_string(), "2026-02-24");
        assert_eq!(span.each().last(), Some(Day::parse("2026-03-01").unwrap()));
        assert!(span.contains(span.start) && !span.contains(span.end));
        assert!(!Span { start: span.end, end: span.start }.fits(400));
    }
}
