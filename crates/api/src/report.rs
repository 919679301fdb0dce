//! Reports: which metric, for which days, by what, of what. The same engine answers the console and programs.
//!
//! [`query`] is what is asked, [`period`] and [`interval`] say when, [`Metric`] says what, [`Label`] by what, and
//! [`answer`] is the table.

pub mod answer;
pub mod interval;
pub mod period;
pub mod query;

mod figure;
mod label;
mod metric;

pub use answer::{BasisTotals, Column, Figures, Report, Row};
pub use figure::Figure;
pub use interval::Interval;
pub use label::Label;
pub use metric::Metric;
pub use period::{Period, Preset};
pub use query::{Filter, Plan, ReportError, ReportQuery, Sort};

use crate::endpoint::File;
use crate::{Access, Endpoint, Method, Nothing, Permission};

/// A table of figures.
pub struct Query;

impl Endpoint for Query {
    const METHOD: Method = Method::Post;
    const READS: bool = true;
    const PATH: &'static str = "/api/v1/reports/query";
    const SUMMARY: &'static str = "Query cost and usage, by up to three labels and by time";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    type Path = ();
    type Query = Nothing;
    type Body = ReportQuery;
    type Response = Report;
    type Error = ReportError;
}

/// The same table for a spreadsheet, a line for each row and interval.
pub struct QueryCsv;

impl Endpoint for QueryCsv {
    const METHOD: Method = Method::Post;
    const READS: bool = true;
    const PATH: &'static str = "/api/v1/reports/query.csv";
    const SUMMARY: &'static str = "Query cost and usage as CSV, a line for each row and interval";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    const MEDIA: &'static [&'static str] = &["text/csv"];
    type Path = ();
    type Query = Nothing;
    type Body = ReportQuery;
    type Response = File;
    type Error = ReportError;
}
