//! One page of time buckets: the envelope of costs and of every usage endpoint.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::integer;

/// A row of a bucket.
pub trait ResultRow: DeserializeOwned + Serialize + Clone + Send + 'static {
    /// The row's `object` on the wire, such as `organization.costs.result`.
    const OBJECT: &'static str;
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
    /// Unix seconds, exclusive.
    #[serde(deserialize_with = "integer::time")]
    pub end_time: i64,
    /// One row per combination of what was grouped by; none for a quiet day.
    pub results: Rows<R>,
}

/// The rows of a bucket. Rows of another kind than was asked for are not guessed at, but counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Rows<R> {
    /// The rows.
    pub known: Vec<R>,
    /// How many rows said in `object` that they are something else.
    #[serde(skip)]
    pub unknown: usize,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self { known: Vec::new(), unknown: 0 }
    }
}

impl<R> From<Vec<R>> for Rows<R> {
    fn from(known: Vec<R>) -> Self {
        Self { known, unknown: 0 }
    }
}

impl<'de, R: ResultRow> Deserialize<'de> for Rows<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Kind<'a> {
            #[serde(borrow, default)]
            object: Option<Cow<'a, str>>,
        }
        let raw = Vec::<Box<RawValue>>::deserialize(deserializer)?;
        let mut rows = Self { known: Vec::with_capacity(raw.len()), unknown: 0 };
        for row in raw {
            let kind: Kind<'_> = serde_json::from_str(row.get()).map_err(D::Error::custom)?;
            if kind.object.is_some_and(|object| object != R::OBJECT) {
                rows.unknown += 1;
            } else {
                rows.known.push(serde_json::from_str(row.get()).map_err(D::Error::custom)?);
            }
        }
        Ok(rows)
    }
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
    fn an_envelope_without_its_parts_is_refused() {
        for json in [
            r#"{"object":"page","data":[]}"#,
            r#"{"has_more":false}"#,
            r#"{"has_more":false,"data":null}"#,
            r#"{"has_more":false,"data":[{"start_time":0,"results":[]}]}"#,
            r#"{"has_more":false,"data":[{"start_time":0,"end_time":1}]}"#,
            r#"{"has_more":false,"data":[{"start_time":0,"end_time":1,"results":[{"usage_bytes":null}]}]}"#,
            r#"{"has_more":false,"data":[{"start_time":0,"end_time":1,"results":["x"]}]}"#,
        ] {
            assert!(serde_json::from_str::<Page<VectorStores>>(json).is_err(), "{json}");
        }
    }
}
