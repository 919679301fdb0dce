//! One page of time buckets: the envelope of costs and of every usage endpoint.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::integer;

/// A row of a bucket.
pub trait ResultRow: DeserializeOwned + Serialize + Clone + Send + 'static {
    /// The row's `object` on the wire, such as `organization.costs.result`.
    const OBJECT: &'static str;
    /// What else it may be called: some rows are not named after their endpoint, and that may change.
    const ALIAS: Option<&'static str> = None;
}

/// A page of buckets, ascending in time, without gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "page", bound = "R: ResultRow")]
pub struct Page<R> {
    /// One bucket per day (or hour, or minute), quiet ones too.
    pub data: Vec<Bucket<R>>,
    /// Whether there are more buckets.
    pub has_more: bool,
    /// Where they are: opaque, and only good for exactly the query that it came from.
    #[serde(default)]
    pub next_page: Option<String>,
}

/// What was used or billed in one stretch of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "bucket", bound = "R: ResultRow")]
pub struct Bucket<R> {
    /// Unix seconds, inclusive. Usage buckets are clipped to the request's range, cost buckets are whole UTC days.
    #[serde(deserialize_with = "integer::time")]
    pub start_time: i64,
    /// Unix seconds, exclusive. Where it is not told, the bucket is as long as was asked for.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub end_time: Option<i64>,
    /// One row per combination of what was grouped by; none for a quiet day.
    #[serde(default = "Rows::lacking")]
    pub results: Rows<R>,
}

/// The rows of a bucket. Rows of another kind than was asked for are not guessed at, but counted, and so are those that
/// cannot be read: one odd row takes the others of its page, and the days of these, with it for good otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Rows<R> {
    /// The rows.
    pub known: Vec<R>,
    /// How many rows said in `object` that they are something else, and have no amount.
    #[serde(skip)]
    pub unknown: usize,
    /// How many rows are not of the shape that is known, or are something else that has an amount. Without them the
    /// bucket is not whole.
    #[serde(skip)]
    pub unreadable: usize,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self { known: Vec::new(), unknown: 0, unreadable: 0 }
    }
}

impl<R> Rows<R> {
    /// What is there in place of rows is none: a bucket without them is not whole.
    fn lacking() -> Self {
        Self { unreadable: 1, ..Self::default() }
    }
}

impl<R> From<Vec<R>> for Rows<R> {
    fn from(known: Vec<R>) -> Self {
        Self { known, ..Self::default() }
    }
}

impl<'de, R: ResultRow> Deserialize<'de> for Rows<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}

/// Reads row after row, so that a page is in memory as text and as rows, and not as pieces of text besides.
struct RowsVisitor<R>(PhantomData<R>);

impl<'de, R: ResultRow> Visitor<'de> for RowsVisitor<R> {
    type Value = Rows<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    /// Null is an empty list, as some programs write it.
    fn visit_unit<E: Error>(self) -> Result<Rows<R>, E> {
        Ok(Rows::default())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Rows<R>, E> {
        Ok(Rows::lacking())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Rows<R>, E> {
        Ok(Rows::lacking())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Rows<R>, E> {
        Ok(Rows::lacking())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Rows<R>, E> {
        Ok(Rows::lacking())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Rows<R>, E> {
        Ok(Rows::lacking())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows<R>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Rows::lacking())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows<R>, A::Error> {
        #[derive(Deserialize)]
        struct Kind<'a> {
            #[serde(borrow, default)]
            object: Option<Cow<'a, str>>,
            #[serde(borrow, default)]
            amount: Option<&'a RawValue>,
        }
        let mut rows = Rows::default();
        while let Some(row) = seq.next_element::<&RawValue>()? {
            let text = row.get();
            // Almost every row begins with what it is: the others are read once more to find it.
            if !begins_with_object(text, R::OBJECT) {
                match serde_json::from_str::<Kind<'_>>(text) {
                    Ok(Kind { object: Some(object), amount: None }) if !is_named::<R>(&object) => {
                        rows.unknown += 1;
                        continue;
                    }
                    Ok(Kind { object, .. }) if object.as_deref().is_none_or(is_named::<R>) => {}
                    _ => {
                        rows.unreadable += 1;
                        continue;
                    }
                }
            }
            match serde_json::from_str(text) {
                Ok(row) => rows.known.push(row),
                Err(_) => rows.unreadable += 1,
            }
        }
        Ok(rows)
    }
}

/// Whether a row that says so is of this kind.
fn is_named<R: ResultRow>(object: &str) -> bool {
    object == R::OBJECT || R::ALIAS == Some(object)
}

/// Whether a row's first field says that it is of this kind.
fn begins_with_object(row: &str, object: &str) -> bool {
    let mut rest = row;
    for what in ["{", "\"object\"", ":", "\""] {
        match rest.trim_start().strip_prefix(what) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    let said = rest.strip_prefix(object);
    said.is_some_and(|rest| rest.starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::VectorStores;

    #[test]
    fn rows_of_another_kind_are_counted_and_left_out() {
        let page: Page<VectorStores> = serde_json::from_str(
            r#"{"object":"page","has_more":false,"data":[{"start_time":0,"end_time":86400.0,"start_time_iso":"x",
            "results":[{"object":"organization.usage.holograms.result","rays":1},
            {"object":"organization.usage.vector_stores.result","usage_bytes":7,"new":[{}]},{"usage_bytes":8}]}]}"#,
        )
        .unwrap();
        let [bucket] = page.data.as_slice() else { panic!("{page:?}") };
        assert_eq!(bucket.results.unknown, 1);
        assert_eq!(bucket.results.known.iter().map(|row| row.usage_bytes).collect::<Vec<_>>(), [7, 8]);
    }

    #[test]
    fn what_a_row_is_stands_first_or_anywhere() {
        let kind = "organization.usage.vector_stores.result";
        for (row, expected) in [
            (format!(r#"{{"object":"{kind}","usage_bytes":7}}"#), (1, 0)),
            (format!("{{ \n\"object\" : \"{kind}\", \"usage_bytes\":7}}"), (1, 0)),
            (format!(r#"{{"usage_bytes":7,"object":"{kind}"}}"#), (1, 0)),
            (format!(r#"{{"object":"{kind}s","usage_bytes":7}}"#), (0, 1)),
            (r#"{"usage_bytes":7,"object":"organization.usage.rays.result"}"#.to_owned(), (0, 1)),
            (r#"{"object":null,"usage_bytes":7}"#.to_owned(), (1, 0)),
        ] {
            let rows: Rows<VectorStores> = serde_json::from_str(&format!("[{row}]")).unwrap();
            assert_eq!((rows.known.len(), rows.unknown), expected, "{row}");
        }
    }

    #[test]
    fn rows_that_cannot_be_read_are_counted_and_take_no_others_with_them() {
        let rows: Rows<VectorStores> = serde_json::from_str(
            r#"[{"usage_bytes":7},"x",{"usage_bytes":-1},{"usage_bytes":"8"},{"object":7},
            {"object":"organization.future.result","amount":null},
            {"object":"organization.future.result","amount":{"value":1}},{"usage_bytes":null}]"#,
        )
        .unwrap();
        assert_eq!(rows.known.iter().map(|row| row.usage_bytes).collect::<Vec<_>>(), [7, 8, 0]);
        assert_eq!((rows.unknown, rows.unreadable), (1, 4));
    }

    #[test]
    fn an_envelope_without_its_parts_is_refused() {
        for json in [
            r#"{"object":"page","data":[]}"#,
            r#"{"has_more":false}"#,
            r#"{"has_more":false,"data":null}"#,
            r#"{"has_more":false,"data":[{"end_time":1,"results":[]}]}"#,
            r#"{"has_more":false,"data":[{"start_time":0,"end_time":"noon","results":[]}]}"#,
        ] {
            assert!(serde_json::from_str::<Page<VectorStores>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn an_odd_bucket_takes_no_other_with_it() {
        for (bucket, unreadable) in [
            (r#"{"start_time":0,"results":[]}"#, 0),
            (r#"{"start_time":0,"end_time":null,"results":null}"#, 0),
            (r#"{"start_time":0,"end_time":1}"#, 1),
            (r#"{"start_time":0,"end_time":1,"results":7}"#, 1),
            (r#"{"start_time":0,"end_time":1,"results":-0.5}"#, 1),
            (r#"{"start_time":0,"end_time":1,"results":false}"#, 1),
            (r#"{"start_time":0,"end_time":1,"results":"none"}"#, 1),
            (r#"{"start_time":0,"end_time":1,"results":{"object":"list","data":[]}}"#, 1),
        ] {
            let json = format!(
                r#"{{"has_more":false,"data":[{bucket},{{"start_time":1,"results":[{{"usage_bytes":7}}]}}]}}"#
            );
            let page: Page<VectorStores> = serde_json::from_str(&json).unwrap();
            let [odd, other] = page.data.as_slice() else { panic!("{page:?}") };
            assert_eq!((odd.results.known.len(), odd.results.unreadable), (0, unreadable), "{json}");
            assert_eq!((other.results.known.len(), other.results.unreadable), (1, 0), "{json}");
        }
    }
}
