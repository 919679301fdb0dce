//! Columns as values: texts with a rule, moments, days, flags and JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::str::FromStr;

use api::connection::Stream;
use api::{Currency, Day, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A text that is read by its type's own rule, such as an id.
pub(crate) fn parsed<T>(row: &AnyRow, name: &str) -> sqlx::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: String = row.try_get(name)?;
    text.parse().map_err(|error| corrupt(name, error))
}

/// Unix seconds.
pub(crate) fn timestamp(row: &AnyRow, name: &str) -> sqlx::Result<Timestamp> {
    row.try_get(name).map(Timestamp::from_unix_seconds)
}

/// Days since 1970-01-01.
pub(crate) fn day(row: &AnyRow, name: &str) -> sqlx::Result<Day> {
    row.try_get(name).map(Day::from_number)
}

/// 0 or 1: the two databases have no common type for it.
pub(crate) fn flag(row: &AnyRow, name: &str) -> sqlx::Result<bool> {
    row.try_get::<i64, _>(name).map(|flag| flag != 0)
}

/// A stream's name.
pub(crate) fn stream(row: &AnyRow, name: &'static str) -> sqlx::Result<Stream> {
    Stream::from_slug(row.try_get(name)?).ok_or_else(|| unknown(name))
}

/// A currency's code.
pub(crate) fn currency(row: &AnyRow, name: &'static str) -> sqlx::Result<Currency> {
    let code: String = row.try_get(name)?;
    Currency::parse(&code).map_err(|_| unknown(name))
}

/// A value as JSON, or null.
pub(crate) fn json<T: DeserializeOwned>(row: &AnyRow, name: &str) -> sqlx::Result<Option<T>> {
    let text: Option<String> = row.try_get(name)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| corrupt(name, error))).transpose()
}

/// Bytes. They are kept as text, which both databases write alike.
pub(crate) fn base64(row: &AnyRow, name: &str) -> sqlx::Result<Vec<u8>> {
    let text: String = row.try_get(name)?;
    from_base64(name, &text)
}

/// Bytes of a text that [`to_base64`] made.
pub(crate) fn from_base64(name: &str, text: &str) -> sqlx::Result<Vec<u8>> {
    STANDARD.decode(text).map_err(|error| corrupt(name, error))
}

/// Bytes for a column that [`base64()`] reads.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `($1, $2), ($3, $4)` for that many rows of that many columns.
pub fn placeholders(rows: usize, columns: usize) -> String {
    let mut text = String::new();
    for number in 1..=rows * columns {
        let (open, close) = (number % columns == 1 || columns == 1, number % columns == 0);
        text.push_str(if open && number > 1 {
            ", ("
        } else if open {
            "("
        } else {
            ", "
        });
        text.push_str(&format!("${number}"));
        if close {
            text.push(')');
        }
    }
    text
}

/// `$4, $5, $6` for that many values from a number on.
pub(crate) fn list(first: usize, count: usize) -> String {
    (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// A text of somebody else's as it can be kept: PostgreSQL's texts have no NUL.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// The last one of each id, in order of their ids as they are kept: one statement may not write a row twice.
pub(crate) fn last_of_each<T>(items: &[T], id: fn(&T) -> &str) -> Vec<&T> {
    let by_id: BTreeMap<Cow<'_, str>, &T> = items.iter().map(|item| (without_nul(id(item)), item)).collect();
    by_id.into_values().collect()
}

/// A value for a column that [`json`] reads.
pub(crate) fn to_json<T: Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// A column has a value that this program does not know.
pub(crate) fn unknown(name: &'static str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: name.to_owned(), source: "unknown value".into() }
}

/// A column has what only another version of this program, or another hand, can have written.
fn corrupt(name: &str, error: impl Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: name.to_owned(), source: error.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_several_rows() {
        assert_eq!(placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(placeholders(2, 1), "($1), ($2)");
        assert_eq!(list(4, 3), "$4, $5, $6");
        assert_eq!(last_of_each(&[("b", 1), ("a", 2), ("b\0", 3)], |(id, _)| id), [&("a", 2), &("b\0", 3)]);
        assert_eq!((without_nul("a\0b"), without_nul("ab")), ("ab".into(), "ab".into()));
    }
}
