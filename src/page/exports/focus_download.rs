//! Downloads a FOCUS file, and tells how far it is, what is in it, or why there is none.

use ::api::Nothing;
use ::api::export::Focus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use money::{Currency, Decimal};

use super::choice::Chosen;
use crate::api::{self, Arriving, CallError, Stop};
use crate::browser::keep;
use crate::format::locale::{bytes, money_exact, number};
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::icon::{Icon, IconName, Spinner};
use crate::ui::notice::{Notice, Trouble, TroubleNotice};

/// What became of the download.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// None was asked for.
    Idle,
    /// It is on its way; nothing of it is here before the server has added it up.
    Running(Option<Arriving>),
    /// It is kept.
    Done { name: String, size: Arriving, billed_total: Option<String> },
    /// There is none.
    Failed(Trouble),
}

/// The button, and what became of it.
#[component]
pub fn FocusDownload(
    /// Which file.
    chosen: Memo<Chosen>,
) -> impl IntoView {
    let state = RwSignal::new(State::Idle);
    let stop = StoredValue::new_local(Stop::default());
    // What is said of a file is not said of another one.
    Effect::new(move |before: Option<Chosen>| {
        let now = chosen.get();
        if before.is_some_and(|before| before != now) && !matches!(state.get_untracked(), State::Running(_)) {
            state.set(State::Idle);
        }
        now
    });
    on_cleanup(move || {
        stop.try_with_value(Stop::press);
    });
    let start = Callback::new(move |()| {
        let mine = Stop::default();
        stop.set_value(mine.clone());
        state.set(State::Running(None));
        let query = chosen.get_untracked().query;
        spawn_local(async move {
            let arriving = move |size| {
                state.try_set(State::Running(Some(size)));
            };
            let outcome = api::download::<Focus>(&query, &Nothing {}, &mine, arriving).await;
            let next = match outcome {
                Ok(file) => {
                    keep(&file.blob, &file.name);
                    announce(format!("Downloaded {}", file.name));
                    State::Done { name: file.name, size: file.size, billed_total: file.billed_total }
                }
                Err(CallError::Stopped) => {
                    announce("The download was stopped");
                    State::Idle
                }
                Err(error) => State::Failed(error.trouble()),
            };
            state.try_set(next);
        });
    });
    let is_running = Memo::new(move |_| matches!(state.get(), State::Running(_)));
    let halt = Callback::new(move |()| stop.with_value(Stop::press));
    view! {
        <div class="actions">
            <Button kind=ButtonKind::Primary busy=is_running on_press=start>
                {move || (!is_running.get()).then(|| view! { <Icon name=IconName::Import /> })}
                "Download"
            </Button>
            {move || is_running.get().then(|| view! { <Button on_press=halt>"Stop"</Button> })}
        </div>
        <div class="export-state">
            {move || match state.get() {
                State::Idle => ().into_any(),
                State::Running(size) => running(size).into_any(),
                State::Failed(trouble) => view! { <TroubleNotice trouble on_retry=start /> }.into_any(),
                State::Done { name, size, billed_total } => {
                    view! {
                        <Notice tone=Tone::Good title=format!("Downloaded {name}")>
                            <p>{words(size)}</p>
                            {billed_total.map(|totals| view! { <p>"BilledCost sums to " <strong>{amounts(&totals)}</strong> "."</p> })}
                            {(size.rows == Some(0))
                                .then(|| view! { <p>"Nothing was billed in this month, or none of it is imported yet."</p> })}
                        </Notice>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// Totals as the server writes them, `USD 1204.5, EUR 3`, as amounts with all their digits.
fn amounts(totals: &str) -> String {
    let amount = |total: &str| {
        let (currency, amount) = total.trim().split_once(' ')?;
        Some(money_exact(Decimal::parse(amount).ok()?.amount, Currency::parse(currency).ok()?))
    };
    let each: Option<Vec<_>> = totals.split(',').map(amount).collect();
    each.map_or_else(|| totals.to_owned(), |each| each.join(", "))
}

fn running(size: Option<Arriving>) -> impl IntoView {
    // How many rows of Parquet are here cannot be told from its bytes.
    let done = size.and_then(|size| Some((size.lines?, size.rows?)));
    let bar = match done {
        Some((lines, rows)) => view! {
            <progress max=rows.max(1).to_string() value=lines.to_string() aria-label="Download"></progress>
        }
        .into_any(),
        None => view! { <progress aria-label="Download"></progress> }.into_any(),
    };
    let text = match size {
        None => "Adding up the month…".to_owned(),
        Some(size) => words(size),
    };
    view! {
        <p class="export-progress">
            <Spinner />
            <span>{text}</span>
        </p>
        {bar}
    }
}

/// `1,204 of 5,000 rows, 320 kB`.
fn words(size: Arriving) -> String {
    let bytes = bytes(size.bytes);
    match (size.lines, size.rows) {
        (Some(lines), Some(rows)) if lines < rows => {
            format!("{} of {} rows, {bytes}", number(lines), number(rows))
        }
        (_, Some(rows)) => format!("{} rows, {bytes}", number(rows)),
        (Some(lines), None) => format!("{} rows, {bytes}", number(lines)),
        (None, None) => bytes,
    }
}
