//! The range before: as many days directly before those on screen, to compare with.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use ::api::cost::Coverage;
use ::api::report::Figure;
use facts::Label;
use facts::group::Filter;
use leptos::prelude::*;

use super::cube::Facts;
use crate::format::count;
use crate::format::locale::change;
use crate::load::Load;

/// What is known of the range before.
pub type Earlier = Signal<Load<Arc<Facts>>>;

/// A figure of the range before.
#[derive(Clone, Debug, PartialEq)]
pub enum Compared {
    /// On its way.
    Loading,
    /// Not to be had.
    Failed,
    /// Here.
    Known {
        /// The figure; none where there is nothing to make it from.
        figure: Option<i128>,
        /// How many days it is of.
        days: i64,
        /// Whether some of them are not imported.
        is_partial: bool,
    },
}

/// Makes a figure of the range before.
pub fn compare(earlier: &Load<Arc<Facts>>, figure: impl Fn(&Facts) -> Option<i128>) -> Compared {
    match earlier {
        Load::Loading => Compared::Loading,
        Load::Failed(_) => Compared::Failed,
        Load::Ready(facts) | Load::Stale(facts, _) => {
            let is_missing = |coverage| coverage == Coverage::Missing;
            let days = &facts.answer.days;
            Compared::Known {
                figure: figure(facts),
                days: facts.answer.end.number() - facts.answer.start.number(),
                is_partial: days.iter().any(|day| is_missing(day.cost) || is_missing(day.usage)),
            }
        }
    }
}

/// What each value of a label cost in the range before.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    /// All of it.
    whole: Compared,
    each: HashMap<Arc<str>, i128>,
}

/// What each value of each label cost in the range before, one for each label.
pub fn costs(earlier: &Load<Arc<Facts>>, labels: &[Label], filters: &[Filter]) -> Vec<Costs> {
    let lists = match earlier.data() {
        Some(facts) => facts.costs(labels, filters),
        None => labels.iter().map(|_| Vec::new()).collect(),
    };
    let of = |list: Vec<(Arc<str>, i128)>| {
        let total = list.iter().map(|(_, cost)| *cost).fold(0, i128::saturating_add);
        Costs { whole: compare(earlier, |_| Some(total)), each: list.into_iter().collect() }
    };
    lists.into_iter().map(of).collect()
}

impl Costs {
    /// What one value cost.
    pub fn of(&self, text: &str) -> Compared {
        match &self.whole {
            Compared::Known { days, is_partial, .. } => Compared::Known {
                figure: Some(self.each.get(text).copied().unwrap_or_default()),
                days: *days,
                is_partial: *is_partial,
            },
            other => other.clone(),
        }
    }
}

/// By how much a figure differs from the range before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// In words: the difference, the share, and of which days. Empty for none.
    pub words: String,
    /// Whether there is more now, or less.
    pub way: Option<Ordering>,
}

/// By how much a figure differs from the range before. Nothing is said of one that is not known.
pub fn against(now: Option<i128>, compared: &Compared, print: impl Fn(i128) -> String) -> Change {
    let Some(now) = now else { return Change::default() };
    let only = |words: String| Change { words, way: None };
    let Compared::Known { figure, days, is_partial } = compared else {
        return only(match compared {
            Compared::Loading => "Comparing with the previous days…".to_owned(),
            _ => "The previous days could not be loaded".to_owned(),
        });
    };
    let range = match days {
        1 => "the day before".to_owned(),
        days => format!("the previous {}", count(days.unsigned_abs(), "day", "days")),
    };
    let change = match *figure {
        Some(before) if before != 0 => {
            let difference = now.saturating_sub(before);
            let difference_words = print(difference);
            // What rounds to nothing has a sign of its own: `< $0.01`.
            let sign = if difference > 0 && !difference_words.starts_with('<') { "+" } else { "" };
            let share = change(Some(Figure::from_pico(now)), Some(Figure::from_pico(before)));
            Change {
                words: format!("{sign}{difference_words} ({share}) vs {range}"),
                way: Some(now.cmp(&before)),
            }
        }
        _ if now != 0 => only(format!("new: nothing in {range}")),
        _ => only(format!("nothing in {range} either")),
    };
    match (is_partial, days) {
        (false, _) => change,
        (true, 1) => Change { words: format!("{}, which is not fully imported", change.words), ..change },
        (true, _) => Change { words: format!("{}, which are not fully imported", change.words), ..change },
    }
}

/// The share alone, for lists: `+12.4%`, `new`.
pub fn share_against(now: i128, compared: &Compared) -> String {
    match compared {
        Compared::Loading => "…".to_owned(),
        Compared::Failed => "–".to_owned(),
        Compared::Known { figure, .. } => {
            let before = Figure::from_pico(figure.unwrap_or_default());
            change(Some(Figure::from_pico(now)), Some(before))
        }
    }
}
