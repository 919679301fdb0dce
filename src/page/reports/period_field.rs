//! Which days a report is about: days that move with today, or two dates.

use ::api::Day;
use ::api::report::{Period, Preset};
use leptos::prelude::*;

use super::editor::Editing;
use crate::browser::now;
use crate::form::issue;
use crate::ui::button::unique_id;
use crate::ui::select::{FieldIssue, Select};

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
    let dates = Memo::new(move |_| match period.get() {
        Period::Days { start, end } => Some((start, end.plus(-1))),
        Period::Preset { .. } => None,
    });
    let has_dates = Memo::new(move |_| dates.with(Option::is_some));
    view! {
        <Select label="Period (UTC days)" choices=choices value on_choose=choose error=Signal::derive(move || {
            error.get().filter(|_| !has_dates.get())
        }) />
        {move || has_dates.get().then(|| view! { <Dates editing dates error /> })}
    }
}

#[component]
fn Dates(editing: Editing, dates: Memo<Option<(Day, Day)>>, error: Signal<Option<String>>) -> impl IntoView {
    let error_id = unique_id();
    let date = |label: &'static str, is_first: bool| {
        let id = unique_id();
        let described = error_id.clone();
        let value = move || {
            let dates = dates.get();
            dates.map(|(first, last)| if is_first { first } else { last }.to_string()).unwrap_or_default()
        };
        // A date that is being typed is no date for a while: then nothing changes.
        let choose = move |text: String| {
            if let (Ok(day), Some((first, last))) = (Day::parse(&text), dates.get_untracked()) {
                let (start, last) = if is_first { (day, last) } else { (first, day) };
                editing
                    .change(|definition| definition.query.period = Period::Days { start, end: last.plus(1) });
            }
        };
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input
                    id=id
                    class="input"
                    type="date"
                    prop:value=value
                    on:change:target=move |event| choose(event.target().value())
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| described.clone())
                />
            </div>
        }
    };
    view! {
        <div class="dates">{date("From", true)} {date("To", false)} <FieldIssue id=error_id.clone() error /></div>
    }
}
