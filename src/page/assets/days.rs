//! The days of a stream, or of a whole account, as a bar and in words.

use ::api::connection::{DayState, DayStretch};
use leptos::prelude::*;

use crate::coverage::{length, number_of, placed};
use crate::format::count;
use crate::format::locale::{day, number};
use crate::ui::day_bar::{DayBar, DayKind, DaySpan};

/// Stretches of days that are named in words before the rest is a number.
const NAMED: usize = 3;

/// The bar, with words in its place for those who do not see it.
#[component]
pub fn Days(
    /// Whose days: the name of a stream or of an account.
    #[prop(into)]
    of: String,
    /// The days.
    stretches: Vec<DayStretch>,
) -> impl IntoView {
    let label = format!("{of}: {}", in_words(&stretches));
    let spans: Vec<_> = placed(&stretches)
        .into_iter()
        .map(|placed| DaySpan {
            left: placed.left,
            width: placed.width,
            kind: kind(placed.days.state),
            words: format!("{}: {}", kind(placed.days.state).words(), range(&placed.days)),
        })
        .collect();
    view! { <DayBar label=Signal::stored(label) spans=Signal::stored(spans) /> }
}

/// How a bar shows a state.
pub const fn kind(state: DayState) -> DayKind {
    match state {
        DayState::Imported => DayKind::Imported,
        DayState::Provisional => DayKind::Provisional,
        DayState::Missing => DayKind::Missing,
        DayState::Failed => DayKind::Failed,
    }
}

/// The days from the first to the last, whatever their state: `30 Oct 2026 – 28 Nov 2026`.
pub fn whole_range(stretches: &[DayStretch]) -> Option<String> {
    let (first, last) = (stretches.first()?, stretches.last()?);
    Some(range(&DayStretch { from: first.from, through: last.through, state: first.state }))
}

/// Which days are in a state, newest first: `28 Nov 2026, 3 Nov 2026 – 5 Nov 2026 and 4 more`. None when there are none.
pub fn which(stretches: &[DayStretch], state: DayState) -> Option<String> {
    let found: Vec<_> = stretches.iter().rev().filter(|stretch| stretch.state == state).collect();
    let named: Vec<_> = found.iter().take(NAMED).map(|stretch| range(stretch)).collect();
    let rest: u64 = found.iter().skip(NAMED).map(|stretch| length(stretch)).sum();
    let more = if rest > 0 { format!(" and {} more", days(rest)) } else { String::new() };
    (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
}

fn in_words(stretches: &[DayStretch]) -> String {
    let parts = [
        (DayState::Imported, "imported"),
        (DayState::Provisional, "imported that may still change"),
        (DayState::Missing, "not imported yet"),
        (DayState::Failed, "failed"),
    ];
    let part = |(state, words): (DayState, &str)| {
        let number = number_of(stretches, state);
        let names = matches!(state, DayState::Missing | DayState::Failed)
            .then(|| which(stretches, state).map(|which| format!(" ({which})")))
            .flatten()
            .unwrap_or_default();
        (number > 0).then(|| format!("{} {words}{names}", days(number)))
    };
    let said: Vec<_> = parts.into_iter().filter_map(part).collect();
    if said.is_empty() { "no days planned yet".into() } else { said.join(", ") }
}

/// A number of days, in the locale's spelling.
fn days(days: u64) -> String {
    if days < 1_000 { count(days, "day", "days") } else { format!("{} days", number(days)) }
}

fn range(stretch: &DayStretch) -> String {
    if stretch.from == stretch.through {
        return day(stretch.from);
    }
    format!("{} – {}", day(stretch.from), day(stretch.through))
}
