//! The way from what is looked at to why it differs from the days before.

use ::api::report::{Filter, Label, Preset};
use ::api::{Day, Span};
use leptos::prelude::*;

use super::scope::Scope;
use crate::browser::now;
use crate::days::Days;
use crate::page::changes::choice::Chosen;
use crate::period::Period;
use crate::route::Route;

/// A link to the comparison with the days before.
#[component]
pub fn WhyChanged(
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    view! { <a href=move || scope.with(changes).to_string()>"Why did it change?"</a> }
}

fn changes(scope: &Scope) -> Route {
    let filter = |filter: &facts::group::Filter| Filter {
        label: Label(filter.label),
        values: filter.texts.clone(),
        exclude: filter.exclude,
    };
    let filters = scope.filters.iter().map(filter).collect();
    Chosen { days: days(scope), account: scope.account.clone(), filters, ..Chosen::default() }.route()
}

/// The same days, as pages about days say them.
pub fn days(scope: &Scope) -> Days {
    let range = |start: Day, end: Day| Days::Range(Span { start, end });
    match (scope.day, scope.period) {
        (Some(day), _) => range(day, day.plus(1)),
        (None, Period::Last7) => Days::Preset(Preset::Last7Days),
        (None, Period::Last30) => Days::Preset(Preset::Last30Days),
        (None, Period::Last90) => Days::Preset(Preset::Last90Days),
        // The Lens compares with as many days directly before, which for a month are not those of the month before.
        (None, period) => {
            let (start, end) = period.days(Day::of(now()));
            range(start, end)
        }
    }
}
