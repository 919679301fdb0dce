//! Which days a page is about: a menu of periods and months, and two dates for any others.

use ::api::report::Preset;
use ::api::{Month, Span};
use leptos::prelude::*;

use super::dates::Dates;
use crate::days::Days;
use crate::format::locale::month as month_name;
use crate::ui::select::{Choice, Select};

/// The choice that stands for two dates.
const DATES: &str = "dates";

/// The menu, with two dates below it where they are what is chosen.
#[component]
pub fn DaysField(
    /// What it is called.
    label: &'static str,
    /// The periods that are offered.
    presets: &'static [Preset],
    /// The months that are offered.
    #[prop(into)]
    months: Signal<Vec<Month>>,
    /// What stands for no choice of one's own; without it there is no such choice.
    #[prop(optional)]
    none: Option<&'static str>,
    /// What is chosen.
    #[prop(into)]
    value: Signal<Option<Days>>,
    /// The days as they are today: dates begin as these.
    #[prop(into)]
    span: Signal<Span>,
    /// Others were chosen.
    #[prop(into)]
    on_choose: Callback<Option<Days>>,
    /// What is wrong with them, as a sentence.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let choices = Signal::derive(move || {
        let mut months = months.get();
        // An address can be older than what is offered.
        if let Some(Days::Month(month)) = value.get()
            && !months.contains(&month)
        {
            months.push(month);
        }
        let none = none.map(|words| (String::new(), words.to_owned()));
        let presets = presets.iter().map(|preset| (preset.slug().to_owned(), preset.name().to_owned()));
        let months = months.into_iter().map(|month| (month.to_string(), month_name(month.span().start)));
        let dates = (DATES.to_owned(), "Dates…".to_owned());
        none.into_iter().chain(presets).chain(months).chain([dates]).collect::<Vec<Choice>>()
    });
    let chosen = Signal::derive(move || match value.get() {
        None => String::new(),
        Some(Days::Range(_)) => DATES.to_owned(),
        Some(days) => days.to_string(),
    });
    let choose = move |text: String| {
        on_choose.run(match text.as_str() {
            "" => None,
            DATES => Some(Days::Range(span.get_untracked())),
            text => Days::parse(text),
        });
    };
    let has_dates = Memo::new(move |_| matches!(value.get(), Some(Days::Range(_))));
    let own_error = Signal::derive(move || error.get().filter(|_| !has_dates.get()));
    let dates = move |span: Span| on_choose.run(Some(Days::Range(span)));
    view! {
        <div class="days-field">
            <Select label choices value=chosen on_choose=choose error=own_error />
            {move || has_dates.get().then(|| view! { <Dates span on_choose=dates error /> })}
        </div>
    }
}
