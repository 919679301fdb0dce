//! The way from what is looked at to a report of the same.

use ::api::Day;
use leptos::prelude::*;

use super::scope::Scope;
use crate::browser::now;
use crate::period::Period;
use crate::route::{Pairs, Route};

/// A link to the report that asks for the same costs, where it can be changed, saved and downloaded.
#[component]
pub fn AsReport(
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    view! { <a href=move || scope.with(report).to_string()>"Open as a report"</a> }
}

fn report(scope: &Scope) -> Route {
    let mut pairs = Pairs::default();
    pairs.push("metrics", "cost");
    pairs.push("period", period(scope));
    pairs.push("interval", "day");
    if let Some(account) = &scope.account {
        pairs.push("account", account.as_str());
    }
    pairs.push("by", scope.by.slug());
    for filter in &scope.filters {
        let mut texts = filter.texts.iter();
        let first = texts.next().map(String::as_str).unwrap_or_default();
        let start = if filter.exclude { "-" } else { "" };
        pairs.push("filter", format!("{start}{}:{first}", filter.label.slug()));
        texts.for_each(|text| pairs.push("or", text.as_str()));
    }
    pairs.push("view", "columns");
    Route::ReportNew(pairs)
}

fn period(scope: &Scope) -> String {
    // A report's address has the day after the last one.
    let days = |start: Day, end: Day| format!("{start}~{end}");
    if let Some(day) = scope.day {
        return days(day, day.plus(1));
    }
    match scope.period {
        Period::Last7 => "last_7_days".to_owned(),
        Period::Last30 => "last_30_days".to_owned(),
        Period::Last90 => "last_90_days".to_owned(),
        Period::MonthToDate => "month_to_date".to_owned(),
        Period::PreviousMonth => "last_month".to_owned(),
        Period::Range(_) => {
            let (start, end) = scope.period.days(Day::of(now()));
            days(start, end)
        }
    }
}
