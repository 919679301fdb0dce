//! The table: the days, or the line items of them or of one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ::api::connection::Connection;
use ::api::reconciliation::{ReconciledLine, Reconciliation};
use ::api::{Amount, ConnectionId, Currency, Day};
use leptos::prelude::*;

use super::choice::{Chosen, View};
use super::day_rows::{self, DayRow};
use super::line_rows::{self, LineRow, unattributed};
use crate::format::locale::day;
use crate::navigation::use_navigation;
use crate::route::{LensView, Route};
use crate::sort::Sort;
use crate::table::panel::TablePanel;
use crate::table::{Digits, Table};
use crate::ui::focus::{focus, has_focus};
use crate::ui::virtual_table::TableData;

/// The id of the table's heading.
const HEADING: &str = "reconciled-rows";

/// Which columns say something: that of accounts where there are several, and so for currencies.
#[derive(Clone, Copy, Debug)]
pub struct Several {
    /// There are several accounts.
    pub accounts: bool,
    /// There are several currencies.
    pub currencies: bool,
}

/// The table that is on screen.
enum Shown {
    Days(Table<DayRow>),
    Lines(Table<LineRow>),
}

impl Shown {
    fn of(found: &Reconciliation, chosen: &Chosen, connections: &[Connection]) -> Self {
        let names: HashMap<ConnectionId, String> =
            connections.iter().map(|account| (account.id.clone(), account.name.to_string())).collect();
        let accounts: BTreeSet<&ConnectionId> = found.days.iter().map(|day| &day.connection).collect();
        let several = Several { accounts: accounts.len() > 1, currencies: found.totals.len() > 1 };
        let sort = chosen.sort.clone();
        match chosen.view {
            View::Days => Self::Days(day_rows::table(found, &names, several, sort)),
            View::Lines { day } => Self::Lines(line_rows::table(found, day, &names, several, sort)),
        }
    }

    fn data(&self, found: &Reconciliation, chosen: &Chosen) -> TableData {
        let digits = Digits::all(chosen.all_digits);
        let words = |sums: Vec<(&'static str, Amount)>, first: &'static str| {
            let currency = found.totals.first().map_or(Currency::USD, |totals| totals.currency);
            let sums = sums.into_iter().map(|(slug, sum)| (slug, digits.money(sum, currency)));
            let sums: Vec<_> = sums.collect();
            // Sums of several currencies are none, and have no row.
            if sums.is_empty() {
                sums
            } else {
                [(first, "Total".to_owned())].into_iter().chain(sums).collect()
            }
        };
        match (self, chosen.view) {
            (Self::Days(table), _) => {
                let chosen = chosen.clone();
                let link = move |row: &DayRow| Some(lines_of(&chosen, row.place()).to_string());
                table.data(digits, &words(day_rows::sums(found), "day"), link)
            }
            (Self::Lines(table), view) => {
                let day = if let View::Lines { day } = view { day } else { None };
                let link = |row: &LineRow| row.place().map(|place| in_lens(place).to_string());
                table.data(digits, &words(line_rows::sums(found, day), "line_item"), link)
            }
        }
    }

    fn next_sort(&self, column: usize) -> Option<Sort> {
        match self {
            Self::Days(table) => table.next_sort(column),
            Self::Lines(table) => table.next_sort(column),
        }
    }

    fn csv(&self) -> String {
        match self {
            Self::Days(table) => table.csv(),
            Self::Lines(table) => table.csv(),
        }
    }
}

/// The lines of a day of an account.
fn lines_of(chosen: &Chosen, (day, connection): (Day, &ConnectionId)) -> Route {
    let lines = chosen.seen(View::Lines { day: Some(day) });
    Chosen { account: Some(connection.clone()), ..lines }.route()
}

/// The usage of a line item on a day, in the Lens.
fn in_lens((line_item, day, connection): (&str, Day, &ConnectionId)) -> Route {
    Route::Lens(LensView {
        period: Some(format!("{day}~{day}")),
        account: Some(connection.clone()),
        filters: vec![format!("{}:{line_item}", facts::Label::LineItem.slug())],
        ..LensView::default()
    })
}

/// The sums of lines, by the columns that both tables have.
pub fn sums_of(lines: &[&ReconciledLine]) -> Vec<(&'static str, Amount)> {
    let known = |part: fn(&ReconciledLine) -> Option<Amount>| -> Amount {
        lines.iter().filter_map(|line| part(line)).sum()
    };
    vec![
        ("billed", known(|line| Some(line.billed))),
        ("attributed", known(|line| Some(line.attributed))),
        ("unattributed", known(|line| Some(unattributed(line)))),
        ("computed", known(|line| line.computed)),
        ("residual", known(|line| line.residual)),
    ]
}

/// The panel.
#[component]
pub fn Rows(
    /// What was found.
    found: Memo<Arc<Reconciliation>>,
    /// What is looked at.
    chosen: Memo<Chosen>,
    /// The connected accounts, which have names.
    connections: Memo<Vec<Connection>>,
) -> impl IntoView {
    let navigation = use_navigation();
    let shown = move |found: &Reconciliation, chosen: &Chosen| {
        connections.with(|connections| Shown::of(found, chosen, connections))
    };
    let data = Memo::new(move |_| {
        found.with(|found| chosen.with(|chosen| shown(found, chosen).data(found, chosen)))
    });
    let sort = move |column: usize| {
        let now = chosen.get_untracked();
        let next = found.with_untracked(|found| untrack(|| shown(found, &now).next_sort(column)));
        if let Some(sort) = next {
            navigation.go(Chosen { sort: Some(sort), ..now }.route());
        }
    };
    let view = Memo::new(move |_| chosen.with(|chosen| chosen.view));
    // The link that led here is gone, and with it the focus.
    Effect::new(move |before: Option<View>| {
        let now = view.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(|| {
                if !has_focus() {
                    focus(&format!("#{HEADING}"));
                }
            });
        }
        now
    });
    let file = move |()| {
        let (now, found) = (chosen.get_untracked(), found.get_untracked());
        let kind = if now.view == View::Days { "days" } else { "line-items" };
        let (start, last) = match now.view {
            View::Lines { day: Some(day) } => (day, day),
            View::Days | View::Lines { day: None } => (found.span.start, found.span.end.plus(-1)),
        };
        let text = untrack(|| shown(&found, &now).csv());
        (format!("reconciliation-{kind}-{start}-{last}.csv"), text)
    };
    let heading = move || match view.get() {
        View::Days => "Day by day".to_owned(),
        View::Lines { day: None } => "Line by line".to_owned(),
        View::Lines { day: Some(of) } => format!("Lines of {} (UTC)", day(of)),
    };
    view! {
        <TablePanel
            id=HEADING
            heading=Signal::derive(heading)
            data
            on_sort=sort
            all_digits=Signal::derive(move || chosen.with(|chosen| chosen.all_digits))
            on_digits=move |all_digits| navigation.go(Chosen { all_digits, ..chosen.get_untracked() }.route())
            file
        >
            <ViewChoice chosen view />
        </TablePanel>
        <p class="muted table-note">
            "Computed is what the counted usage costs at the effective price; residual is what was billed for the same lines minus that. A line whose usage is not counted has neither. Select a day to see its lines, and a line to see its usage in the Lens."
        </p>
    }
}

/// Days or lines.
#[component]
fn ViewChoice(chosen: Memo<Chosen>, view: Memo<View>) -> impl IntoView {
    let navigation = use_navigation();
    let choice = move |own: View, name: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="reconciliation-view"
                    prop:checked=move || view.get() == own
                    on:change=move |_| navigation.go(chosen.with_untracked(|chosen| chosen.seen(own)).route())
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend class="hidden-text">"Show"</legend>
            {choice(View::Days, "Days")} {choice(View::Lines { day: None }, "Line items")}
        </fieldset>
    }
}
