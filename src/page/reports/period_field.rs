//! Which days a report is about: days that move with today, or two dates.

use ::api::report::{Period, Preset};
use ::api::{Day, Span};
use leptos::prelude::*;

use super::editor::Editing;
use crate::browser::now;
use crate::form::dates::Dates;
use crate::form::issue;
use crate::ui::select::Select;

/// The choice that stands for two dates.
const DATES: &str = "dates";

/// The period. The last day that is shown belongs to it, as people say it.
#[component]
pub fn PeriodField(
    /// The report.
    editing: Editing,
) -> impl IntoView {
    let period = Memo::new(move |_| editing.query.with(|query| query.period));
    let value = Memo::new(move |_| match period.get() {
        Period::Preset { preset } => preset.slug().to_owned(),
        Period::Days { .. } => DATES.to_owned(),
    });
    let presets = Preset::ALL.iter().map(|preset| (preset.slug().to_owned(), preset.name().to_owned()));
    let choices: Vec<_> = presets.chain([(DATES.to_owned(), "Dates…".to_owned())]).collect();
    let choose = move |slug: String| {
        let chosen = match Preset::parse(&slug) {
            Some(preset) => Period::Preset { preset },
            // The dates begin as the days that are on screen.
            None => {
                let span = period.get_untracked().spans(Day::of(now())).0;
                Period::Days { start: span.start, end: span.end }
            }
        };
        editing.change(|definition| definition.query.period = chosen);
    };
    let error = issue(editing.issues, "period");
    let has_dates = Memo::new(move |_| matches!(period.get(), Period::Days { .. }));
    let span = Signal::derive(move || period.get().spans(Day::of(now())).0);
    let dates = move |Span { start, end }: Span| {
        editing.change(|definition| definition.query.period = Period::Days { start, end });
    };
    view! {
        <Select label="Period (UTC days)" choices=choices value on_choose=choose error=Signal::derive(move || {
            error.get().filter(|_| !has_dates.get())
        }) />
        {move || has_dates.get().then(|| view! { <Dates span on_choose=dates error /> })}
    }
}
