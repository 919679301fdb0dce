//! Two dates instead of a preset: typed, or chosen in a month's grid. All days are UTC days.

use ::api::Day;
use leptos::prelude::*;

use super::scope::Scope;
use crate::browser::now;
use crate::format::locale::{day_long, month};
use crate::navigation::use_navigation;
use crate::period::{Period, Range, RangeIssue};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::focus;

const WEEKDAYS: [(&str, &str); 7] = [
    ("Mo", "Monday"),
    ("Tu", "Tuesday"),
    ("We", "Wednesday"),
    ("Th", "Thursday"),
    ("Fr", "Friday"),
    ("Sa", "Saturday"),
    ("Su", "Sunday"),
];

/// The button, and the dialog behind it.
#[component]
pub fn Calendar(
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Button on_press=move |()| open.set(true)>"Dates"</Button>
        {move || open.get().then(|| view! { <Dates scope open /> })}
    }
}

#[component]
fn Dates(scope: Memo<Scope>, open: RwSignal<bool>) -> impl IntoView {
    let navigation = use_navigation();
    let today = Day::of(now());
    let (start, end) = scope.with_untracked(|scope| scope.period.days(today));
    let first = RwSignal::new(start.to_string());
    let last = RwSignal::new(end.plus(-1).to_string());
    let issue = RwSignal::new(None::<RangeIssue>);
    let error = move |is_first: bool| {
        Signal::derive(move || {
            issue.get().filter(|issue| issue.is_first == is_first).map(|issue| issue.issue)
        })
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match Range::parse(&first.get_untracked(), &last.get_untracked(), today) {
            Ok(range) => {
                open.set(false);
                let period = Period::Range(range);
                navigation.go(Scope { period, day: None, ..scope.get_untracked() }.route());
            }
            Err(wrong) => {
                issue.set(Some(wrong));
                request_animation_frame(|| {
                    focus("dialog [aria-invalid=true]");
                });
            }
        }
    };
    view! {
        <Dialog labelled_by="dates" class="small" on_close=move |()| open.set(false) return_focus="main h1">
            <form class="dialog-body form" on:submit=send novalidate=true>
                <h2 id="dates">"Choose dates (UTC)"</h2>
                <div class="dates">
                    <Field label="First day" value=first error=error(true) hint="Year-month-day" />
                    <Field label="Last day" value=last error=error(false) hint="Year-month-day" />
                </div>
                <Grid first last today />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>
                        "Show these days"
                    </Button>
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// A month as a grid. One of its days takes part in the order of Tab; keys move it.
#[component]
fn Grid(first: RwSignal<String>, last: RwSignal<String>, today: Day) -> impl IntoView {
    let chosen = move || Some((Day::parse(first.get().trim()).ok()?, Day::parse(last.get().trim()).ok()?));
    let start = Day::parse(&last.get_untracked()).unwrap_or(today).min(today);
    let cursor = RwSignal::new(start);
    // The first of two days was chosen; the next one completes the range.
    let is_half = RwSignal::new(false);
    let choose = move |day: Day| {
        if day > today {
            return;
        }
        let other = Day::parse(&first.get_untracked()).ok().filter(|_| is_half.get_untracked());
        let (from, to) = other.map_or((day, day), |other| (other.min(day), other.max(day)));
        first.set(from.to_string());
        last.set(to.to_string());
        is_half.set(other.is_none());
        cursor.set(day);
    };
    let go = move |day: Day| {
        cursor.set(day.min(today));
        request_animation_frame(move || {
            focus(".calendar [tabindex='0']");
        });
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let at = cursor.get_untracked();
        let months = if event.shift_key() { 12 } else { 1 };
        let to = match event.key().as_str() {
            "ArrowLeft" => at.plus(-1),
            "ArrowRight" => at.plus(1),
            "ArrowUp" => at.plus(-7),
            "ArrowDown" => at.plus(7),
            "Home" => at.plus(-weekday(at)),
            "End" => at.plus(6 - weekday(at)),
            "PageUp" => months_on(at, -months),
            "PageDown" => months_on(at, months),
            "Enter" | " " => {
                event.prevent_default();
                choose(at);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        go(to);
    };
    let shown = Memo::new(move |_| cursor.get().month_start());
    let cell = move |day: Day| {
        if day.month_start() != shown.get_untracked() {
            return view! { <td></td> }.into_any();
        }
        let is_chosen = move || chosen().is_some_and(|(from, to)| (from..=to).contains(&day));
        let (_, _, number) = day.ymd();
        view! {
            <td
                role="gridcell"
                aria-label=day_long(day)
                aria-selected=move || is_chosen().to_string()
                aria-disabled=(day > today).then_some("true")
                aria-current=(day == today).then_some("date")
                tabindex=move || if cursor.get() == day { "0" } else { "-1" }
                on:click=move |_| choose(day)
            >
                {number}
            </td>
        }
        .into_any()
    };
    let weeks = move || {
        let month = shown.get();
        let monday = month.plus(-weekday(month));
        let length = months_on(month, 1).number() - month.number();
        let count = (weekday(month) + length + 6) / 7;
        (0..count)
            .map(|week| {
                let days = (0..7).map(|at| cell(monday.plus(week * 7 + at))).collect_view();
                view! { <tr>{days}</tr> }
            })
            .collect_view()
    };
    let turn = move |months: i64| cursor.update(|day| *day = months_on(*day, months).min(today));
    view! {
        <div class="calendar">
            <div class="calendar-head">
                <Button on_press=move |()| turn(-1)>"Earlier"</Button>
                <strong id="calendar-month" aria-live="polite">
                    {move || month(shown.get())}
                </strong>
                <Button on_press=move |()| turn(1)>"Later"</Button>
            </div>
            <table role="grid" aria-labelledby="calendar-month" on:keydown=keys>
                <thead>
                    <tr>
                        {WEEKDAYS
                            .into_iter()
                            .map(|(short, long)| view! { <th scope="col" abbr=long>{short}</th> })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>{weeks}</tbody>
            </table>
            <p class="hint">
                {move || if is_half.get() { "Choose the last day." } else { "Choose the first day, then the last one." }}
            </p>
        </div>
    }
}

/// Days since Monday: 1970-01-01 was a Thursday.
const fn weekday_of(number: i64) -> i64 {
    (number + 3).rem_euclid(7)
}

fn weekday(day: Day) -> i64 {
    weekday_of(day.number())
}

/// The same day some months later or earlier, or the month's last one where it is shorter.
fn months_on(day: Day, months: i64) -> Day {
    let (_, _, number) = day.ymd();
    let mut start = day.month_start();
    for _ in 0..months.unsigned_abs() {
        start = start.plus(if months < 0 { -1 } else { 31 }).month_start();
    }
    let length = start.plus(31).month_start().number() - start.number();
    start.plus((i64::from(number) - 1).min(length - 1))
}
