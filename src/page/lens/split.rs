//! Cost per day, split by whatever the user asks.

use std::sync::Arc;

use ::api::Span;
use ::api::cost::Coverage;
use ::api::freshness::DayCoverage;
use facts::Label;
use facts::group::{Group, Groups, Sum};
use leptos::prelude::*;

use super::as_change::WhyChanged;
use super::as_report::AsReport;
use super::cube::Facts;
use super::day_panel::DayPanel;
use super::rows::next;
use super::scope::{Chart, Scope};
use super::stack::{DayValue, Part, Stack, Unit};
use crate::format::count;
use crate::layout::announcer::announce;
use crate::navigation::{Navigation, use_navigation};
use crate::ui::focus::focus;
use crate::ui::series::colour;

/// The panel.
#[component]
pub fn Split(
    /// The facts of all days.
    facts: Memo<Arc<Facts>>,
    /// The same by day and by what they are split by.
    groups: Memo<Arc<Groups>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let navigation = use_navigation();
    let basis = Signal::derive(move || scope.with(Scope::basis));
    let stack = Memo::new(move |_| {
        let is_billed = basis.get() == "billed";
        facts.with(|facts| groups.with(|groups| costs(facts, groups, is_billed)))
    });
    let heading = Signal::derive(move || {
        format!("Cost per day by {}", scope.with(|scope| scope.by.name().to_lowercase()))
    });
    let look = move |text: String| {
        let by = scope.with_untracked(|scope| scope.by);
        look_into(navigation, scope, by, &text);
    };
    view! {
        <DayPanel chart=Chart::Split heading basis stack scope on_part=look>
            <WhyChanged scope />
            <AsReport scope />
            <SplitBy scope />
        </DayPanel>
    }
}

/// Looks at one value alone, split by what it most likely consists of.
pub fn look_into(navigation: Navigation, scope: Memo<Scope>, label: Label, text: &str) {
    let mut scope = scope.get_untracked().with_filter(label, vec![text.to_owned()], false);
    scope.by = next(label);
    navigation.go(scope.route());
    announce(format!("Only {}: {text}", label.name()));
    // What was pressed is gone or says something else: the chart of what is looked into is next.
    request_animation_frame(|| {
        focus("#split");
    });
}

/// The menu of labels.
#[component]
fn SplitBy(scope: Memo<Scope>) -> impl IntoView {
    let navigation = use_navigation();
    let by = Memo::new(move |_| scope.with(|scope| scope.by));
    let choose = move |slug: String| {
        if let Some(by) = Label::parse(&slug) {
            navigation.go(Scope { by, ..scope.get_untracked() }.route());
        }
    };
    view! {
        <select
            class="select"
            aria-label="Split by"
            prop:value=move || by.get().slug()
            on:change:target=move |event| choose(event.target().value())
        >
            {Label::ALL
                .iter()
                .map(|label| {
                    view! {
                        <option value=label.slug() selected=move || by.get() == *label>
                            {label.name()}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

fn costs(facts: &Facts, groups: &Groups, is_billed: bool) -> Stack {
    // What is billed is known without any usage; who caused it is not.
    let coverage = |known: &DayCoverage| if is_billed { known.cost } else { least(known) };
    Stack {
        days: days(facts, groups, Sum::Cost, coverage),
        parts: parts(groups, Sum::Cost),
        unit: Unit::Money(facts.answer.currency),
        shares: None,
    }
}

/// A sum of each day, and how much of it is known.
pub fn days(
    facts: &Facts,
    groups: &Groups,
    sum: Sum,
    coverage: impl Fn(&DayCoverage) -> Coverage,
) -> Vec<DayValue> {
    let Span { start, .. } = facts.span();
    let known = groups.intervals.iter().zip(&facts.answer.days).zip(0..);
    let day = |((sums, known), at): ((&facts::group::Sums, &DayCoverage), i64)| DayValue {
        day: start.plus(at),
        value: sums.get(sum),
        coverage: coverage(known),
    };
    known.map(day).collect()
}

/// The groups as parts, in the colours that they have by cost. One that has nothing of the sum is left out.
pub fn parts(groups: &Groups, sum: Sum) -> Vec<Part> {
    let part = |(at, group): (usize, &Group)| {
        let text = group.texts.as_ref().and_then(|texts| texts.first());
        let folded = u64::try_from(groups.folded).unwrap_or_default();
        let rest = || format!("Other ({})", count(folded, "group", "groups"));
        Part {
            name: text.map_or_else(rest, ToString::to_string),
            class: colour(at, text.is_none()),
            look: text.map(Arc::clone),
            values: group.intervals.iter().map(|sums| sums.get(sum)).collect(),
        }
    };
    let parts = groups.groups.iter().enumerate().map(part);
    parts.filter(|part| part.values.iter().any(|value| *value != 0)).collect()
}

/// What is known of both, cost and usage.
pub fn least(known: &DayCoverage) -> Coverage {
    match (known.cost, known.usage) {
        (Coverage::Missing, _) | (_, Coverage::Missing) => Coverage::Missing,
        (Coverage::Provisional, _) | (_, Coverage::Provisional) => Coverage::Provisional,
        (Coverage::Settled, Coverage::Settled) => Coverage::Settled,
    }
}
