//! Reading the answers that have figures in them.

use serde_json::{Map, Value};

use super::{Wire, member};
use crate::change::{Change, ChangeError, ChangedRow, Difference, Effect, EffectAmount};
use crate::cube::CubeError;
use crate::export::FocusError;
use crate::freshness::{DayCoverage, Freshness, StreamFreshness};
use crate::reconciliation::{
    EffectiveRate, RateSource, ReconciledDay, ReconciledLine, Reconciliation, ReconciliationError, Subject,
    Totals, Unattributed, Verdict,
};
use crate::report::{
    BasisTotals, Column, Figure, Figures, Filter, Interval, Label, Metric, Period, Preset, Report,
    ReportError, ReportQuery, Row, Sort,
};
use crate::saved_report::{self, Definition, SavedReport, Sharing, View};
use crate::{ReportName, SavedReportId, Span};

/// A struct that is also sent, so that members it does not know are refused as the server refuses them. Those after the
/// semicolon have a default.
macro_rules! strict {
    ($($name:ty { $($field:ident),* $(; $($default:ident),*)? $(,)? })*) => { $(
        impl Wire for $name {
            fn read(json: &Value) -> Option<Self> {
                let object = json.as_object()?;
                let known = [$(stringify!($field),)* $($(stringify!($default),)*)?];
                object.keys().all(|name| known.contains(&name.as_str())).then_some(())?;
                Some(Self {
                    $($field: member(object, stringify!($field))?,)*
                    $($($default: or_default(object, stringify!($default))?,)*)?
                })
            }
        }
    )* };
}

fn or_default<T: Wire + Default>(object: &Map<String, Value>, name: &str) -> Option<T> {
    object.get(name).map_or_else(|| Some(T::default()), T::read)
}

/// The object with a tag, when it has no other members than these.
fn only<'a>(json: &'a Value, tag: &str, members: &[&str]) -> Option<&'a Map<String, Value>> {
    let object = json.as_object()?;
    object.keys().all(|name| name == tag || members.contains(&name.as_str())).then_some(object)
}

texts! {
    Figure = |text| Figure::parse(text).ok(),
    Interval = Interval::parse,
    Label = Label::parse,
    Metric = Metric::parse,
    Preset = Preset::parse,
    ReportName = |text| ReportName::parse(text).ok(),
    SavedReportId = |text| SavedReportId::parse(text).ok(),
}

strict! {
    Definition { query, view }
    Filter { label, values; exclude }
    ReportQuery { metrics, period; interval, accounts, group_by, filters, sort, limit, compare }
    Span { start, end }
}

fields! {
    BasisTotals { billed, attributed, unattributed }
    Change { before, after, currency, total, rows, rest, folded, other_currencies, freshness }
    ChangedRow { account, project, model, difference }
    DayCoverage { cost, usage }
    Difference { before, after, effects }
    EffectAmount { effect, amount }
    EffectiveRate { price, source }
    Figures { values, previous, intervals }
    Freshness { billed_through, imported_at, streams }
    ReconciledDay { day, connection, coverage, usage_coverage, totals, lines }
    ReconciledLine {
        subject, billed, attributed, unattributed, unit, billed_quantity, counted_quantity, rate, computed, residual,
    }
    Reconciliation { span, verdict, totals, days, freshness }
    Report {
        span, previous, currency, columns, intervals, rows, total, folded, basis, other_currencies, freshness,
    }
    Row { labels, figures }
    SavedReport { id, name, owner, mine, sharing, definition, version, created_at, updated_at }
    StreamFreshness { stream, imported_at, data_through, missing_days }
    Totals { currency, billed, attributed, unattributed, upstream_total, difference }
    Unattributed { reason, amount }
}

names! {
    Effect {
        "volume" => Volume,
        "model_mix" => ModelMix,
        "tier" => Tier,
        "cache" => Cache,
        "price" => Price,
        "new" => New,
        "gone" => Gone,
        "without_usage" => WithoutUsage,
    }
    RateSource { "bill" => Bill, "days" => Days }
    Sharing { "private" => Private, "tenant" => Tenant }
    Verdict { "agrees" => Agrees, "incomplete" => Incomplete, "differs" => Differs }
    View { "table" => Table, "columns" => Columns, "lines" => Lines, "bars" => Bars }
}

tagged! {
    ChangeError, "code" {
        "unfit_query" => UnfitQuery { issues },
        "unknown_connection" => UnknownConnection { accounts },
    }
    Column, "kind" { "label" => Label { label, name }, "metric" => Metric { metric, name, unit } }
    CubeError, "code" {
        "unfit_period" => UnfitPeriod,
        "unfit_fold" => UnfitFold,
        "unknown_connection" => UnknownConnection,
    }
    FocusError, "code" { "future_month" => FutureMonth, "unknown_connection" => UnknownConnection }
    ReconciliationError, "code" {
        "unfit_period" => UnfitPeriod,
        "unknown_connection" => UnknownConnection,
    }
    Subject, "kind" {
        "line_item" => LineItem { line_item },
        "no_line_item" => NoLineItem,
        "not_billed" => NotBilled { unit },
    }
    ReportError, "code" {
        "unfit_query" => UnfitQuery { issues },
        "too_large" => TooLarge,
        "too_many_groups" => TooManyGroups,
        "unknown_connection" => UnknownConnection { accounts },
    }
    saved_report::CreateError, "code" { "unfit" => Unfit { issues }, "too_many" => TooMany }
    saved_report::DeleteError, "code" { "not_yours" => NotYours }
    saved_report::UpdateError, "code" {
        "unfit" => Unfit { issues },
        "unknown_report" => UnknownReport,
        "not_yours" => NotYours,
        "changed" => Changed { version },
    }
    saved_report::ViewError, "code" { "unknown_report" => UnknownReport }
}

impl Wire for Period {
    fn read(json: &Value) -> Option<Self> {
        match json.get("kind")?.as_str()? {
            "days" => {
                let object = only(json, "kind", &["start", "end"])?;
                Some(Self::Days { start: member(object, "start")?, end: member(object, "end")? })
            }
            "preset" => {
                let object = only(json, "kind", &["preset"])?;
                Some(Self::Preset { preset: member(object, "preset")? })
            }
            _ => None,
        }
    }
}

impl Wire for Sort {
    fn read(json: &Value) -> Option<Self> {
        match json.get("by")?.as_str()? {
            "metric" => {
                let object = only(json, "by", &["metric", "ascending"])?;
                let (metric, ascending) = (member(object, "metric")?, member(object, "ascending")?);
                Some(Self::Metric { metric, ascending })
            }
            "labels" => {
                let object = only(json, "by", &["ascending"])?;
                Some(Self::Labels { ascending: member(object, "ascending")? })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
