//! Exports: a month of an account as FOCUS, the FinOps Open Cost and Usage Specification.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::endpoint::File;
use crate::span::unknown_connection;
use crate::{
    Access, ConnectionId, Description, Endpoint, FieldError, Method, Month, Nothing, Permission, Refusal,
};

/// The header that says how many rows the file has.
pub const ROW_COUNT: &str = "x-row-count";
/// The header that says what the rows' `BilledCost` sums to in each currency: `USD 12.5`, and more after a comma.
pub const BILLED_TOTAL: &str = "x-billed-total";

/// The header that says what is billed in currencies that are not in a file: `EUR 12.5`, and more after a comma.
pub const OTHER_CURRENCIES: &str = "x-other-currencies";

/// A month in FOCUS.
pub struct Focus;

/// Which month of which accounts, and in which form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FocusQuery {
    /// The UTC calendar month, such as `2026-11`.
    pub month: Month,
    /// One account; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// The version of FOCUS.
    pub version: FocusVersion,
    /// The form of the file.
    pub format: Format,
}

/// A version of FOCUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FocusVersion {
    /// 1.2 of May 2025, which most tools read.
    #[serde(rename = "1.2")]
    V1_2,
    /// 1.4 of June 2026.
    #[serde(rename = "1.4")]
    V1_4,
}

impl FocusVersion {
    /// Its number, `1.2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_2 => "1.2",
            Self::V1_4 => "1.4",
        }
    }
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values, UTF-8 (RFC 4180).
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Its media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// The ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FocusError {
    /// The month has not begun.
    FutureMonth,
    /// There is no such account that the user may see.
    UnknownConnection,
}

impl Refusal for FocusError {
    fn describe(&self) -> Description {
        match self {
            Self::FutureMonth => Description::new(
                422,
                "Month to correct",
                "This month has not begun.",
                "Choose this month or an earlier one.",
            )
            .with_errors(vec![FieldError {
                field: "month".into(),
                issue: "It must not lie in the future.".into(),
            }]),
            Self::UnknownConnection => unknown_connection(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::FutureMonth, Self::UnknownConnection]
    }
}

impl Endpoint for Focus {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/exports/focus";
    const SUMMARY: &'static str = "Download a month of costs in FOCUS, as CSV or Parquet";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    const MEDIA: &'static [&'static str] = &[Format::Csv.media(), Format::Parquet.media()];
    type Path = ();
    type Query = FocusQuery;
    type Body = Nothing;
    type Response = File;
    type Error = FocusError;
}
