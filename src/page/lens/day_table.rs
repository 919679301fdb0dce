//! The table in place of a chart: the same values, day by day, and all of them as a file.

use ::api::{Day, Span};
use leptos::prelude::*;

use super::file::keep_table;
use super::stack::{DayValue, Stack, Unit};
use crate::csv::Cell;
use crate::format::locale::day;
use crate::ui::bar_chart::BarState;
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};

/// The table.
#[component]
pub fn DayTable(
    /// What it shows: `Cost per day by model`.
    #[prop(into)]
    label: Signal<String>,
    /// The values.
    stack: Memo<Stack>,
    /// What a day's name does.
    on_day: Callback<Day>,
) -> impl IntoView {
    let download = Callback::new(move |()| {
        stack.with_untracked(|stack| {
            if let (Some(first), Some(last)) = (stack.days.first(), stack.days.last()) {
                let days = Span { start: first.day, end: last.day.plus(1) };
                let what = format!("{}-", label.get_untracked().to_lowercase().replace(' ', "-"));
                keep_table(&what, days, &header(stack), &lines(stack));
            }
        });
    });
    view! {
        <div
            class="table-scroll"
            tabindex="0"
            role="region"
            aria-label=move || format!("{}, as a table", label.get())
        >
            <table>
                <caption class="hidden-text">{move || format!("{}, in UTC days", label.get())}</caption>
                {move || stack.with(|stack| table(stack, on_day))}
            </table>
        </div>
        <div class="actions rows-end">
            <Button on_press=download>
                <Icon name=IconName::Import />
                "Download CSV"
            </Button>
        </div>
    }
}

fn table(stack: &Stack, on_day: Callback<Day>) -> impl IntoView + use<> {
    let share = stack.shares.as_ref().map(|shares| shares.name);
    let heads = ["Total"].into_iter().map(str::to_owned);
    let heads = heads.chain(stack.parts.iter().map(|part| part.name.clone())).chain(share.map(str::to_owned));
    let heads = heads.map(|name| view! { <th scope="col" class="number">{name}</th> }).collect_view();
    let number = |words: String| view! { <td class="number">{words}</td> };
    let rows = stack.days.iter().enumerate().map(|(at, of)| {
        let is_missing = of.state() == BarState::Missing;
        let words = |value: i128| if is_missing { "–".to_owned() } else { stack.unit.print(value) };
        let parts = stack.parts.iter().map(|part| words(part.at(at)));
        let shares = stack.shares.as_ref().map(|shares| shares.at(at));
        let cells = [of.words(stack.unit)].into_iter().chain(parts).chain(shares).map(number);
        let chosen = of.day;
        view! {
            <tr>
                <th scope="row">
                    <button type="button" class="link-button" on:click=move |_| on_day.run(chosen)>
                        {day(of.day)}
                    </button>
                    {note(of).map(|note| view! { <span class="muted">" " {note}</span> })}
                </th>
                {cells.collect_view()}
            </tr>
        }
    });
    let sum = |values: &[i128]| stack.unit.print(values.iter().copied().fold(0, i128::saturating_add));
    let sums = stack.parts.iter().map(|part| sum(&part.values));
    let share = stack.shares.as_ref().map(|shares| shares.of_all());
    let sums = [stack.unit.print(stack.total())].into_iter().chain(sums).chain(share).map(number);
    view! {
        <thead>
            <tr>
                <th scope="col">"Day (UTC)"</th>
                {heads}
            </tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
        <tfoot>
            <tr>
                <th scope="row">"Total"</th>
                {sums.collect_view()}
            </tr>
        </tfoot>
    }
}

fn note(of: &DayValue) -> Option<&'static str> {
    match of.state() {
        BarState::Missing => Some("not imported yet"),
        BarState::Partial => Some("not fully imported yet"),
        BarState::Provisional => Some("may still change"),
        BarState::Settled => None,
    }
}

fn header(stack: &Stack) -> Vec<String> {
    let unit = match stack.unit {
        Unit::Money(currency) => format!(" ({})", currency.as_str()),
        Unit::Count => String::new(),
    };
    let parts = stack.parts.iter().map(|part| format!("{}{unit}", part.name));
    let own = ["Day (UTC)".to_owned(), "State".to_owned(), format!("Total{unit}")];
    own.into_iter().chain(parts).collect()
}

/// A line for each day, with exact values; none where nothing is imported.
fn lines(stack: &Stack) -> Vec<Vec<Cell>> {
    let line = |(at, of): (usize, &DayValue)| {
        let is_missing = of.state() == BarState::Missing;
        let cell =
            |value: i128| Cell::Number(if is_missing { String::new() } else { stack.unit.exact(value) });
        let own = [
            Cell::Text(of.day.to_string()),
            Cell::Text(note(of).unwrap_or("settled").to_owned()),
            cell(of.value),
        ];
        own.into_iter().chain(stack.parts.iter().map(|part| cell(part.at(at)))).collect()
    };
    stack.days.iter().enumerate().map(line).collect()
}
