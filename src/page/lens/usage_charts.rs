//! Usage per day: tokens by direction with the share that came from the cache, and requests.

use std::sync::Arc;

use facts::group::{Groups, Sum, Sums};
use leptos::prelude::*;

use super::cube::Facts;
use super::day_panel::DayPanel;
use super::scope::{Chart, Scope};
use super::split::{days, look_into, parts};
use super::stack::{Part, Shares, Stack, Unit};
use crate::navigation::use_navigation;
use crate::ui::series::colour;

/// The directions, from the bottom. What a token of another kind is counted as has no direction.
const DIRECTIONS: [(&str, Sum); 4] = [
    ("Input, not cached", Sum::InputTokens),
    ("Input from the cache", Sum::CachedTokens),
    ("Input into the cache", Sum::CacheWriteTokens),
    ("Output", Sum::OutputTokens),
];

/// The two panels.
#[component]
pub fn UsageCharts(
    /// The facts of all days.
    facts: Memo<Arc<Facts>>,
    /// The same by day and by what they are split by.
    groups: Memo<Arc<Groups>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let navigation = use_navigation();
    let of_tokens = Memo::new(move |_| facts.with(|facts| groups.with(|groups| tokens(facts, groups))));
    let of_requests = Memo::new(move |_| {
        facts.with(|facts| {
            groups.with(|groups| Stack {
                days: days(facts, groups, Sum::Requests, |known| known.usage),
                parts: parts(groups, Sum::Requests),
                unit: Unit::Count,
                shares: None,
            })
        })
    });
    let heading = Signal::derive(move || {
        format!("Requests per day by {}", scope.with(|scope| scope.by.name().to_lowercase()))
    });
    let look = move |text: String| {
        let by = scope.with_untracked(|scope| scope.by);
        look_into(navigation, scope, by, &text);
    };
    view! {
        <div class="top-lists">
            <DayPanel chart=Chart::Tokens heading="Tokens per day by direction" basis="usage" stack=of_tokens scope />
            <DayPanel chart=Chart::Requests heading basis="usage" stack=of_requests scope on_part=look />
        </div>
    }
}

fn tokens(facts: &Facts, groups: &Groups) -> Stack {
    let each = |value: &dyn Fn(&Sums) -> i128| groups.intervals.iter().map(value).collect::<Vec<i128>>();
    let direction = |(at, (name, sum)): (usize, (&str, Sum))| Part {
        name: name.to_owned(),
        class: colour(at, false),
        look: None,
        values: each(&|sums| sums.get(sum)),
    };
    let rest = Part {
        name: "Direction unknown".to_owned(),
        class: colour(DIRECTIONS.len(), true),
        look: None,
        values: each(&|sums| {
            let told = DIRECTIONS.iter().map(|(_, sum)| sums.get(*sum)).fold(0, i128::saturating_add);
            sums.get(Sum::Tokens).saturating_sub(told)
        }),
    };
    let parts = DIRECTIONS.into_iter().enumerate().map(direction).chain([rest]);
    Stack {
        days: days(facts, groups, Sum::Tokens, |known| known.usage),
        parts: parts.filter(|part| part.values.iter().any(|value| *value != 0)).collect(),
        unit: Unit::Count,
        shares: Some(Shares {
            name: "Cached share of input",
            each: groups.intervals.iter().map(|sums| (sums.get(Sum::CachedTokens), input(sums))).collect(),
        }),
    }
}

/// Input tokens of all kinds.
pub fn input(sums: &Sums) -> i128 {
    [Sum::InputTokens, Sum::CachedTokens, Sum::CacheWriteTokens]
        .into_iter()
        .map(|sum| sums.get(sum))
        .fold(0, i128::saturating_add)
}
