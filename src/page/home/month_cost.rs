//! This month's billed cost of all accounts, with the course of the last days.

use ::api::connection::Connection;
use ::api::cost::{Daily, DailyCosts, DailyQuery, DayCost};
use ::api::{Amount, Day, Nothing};
use leptos::prelude::*;

use crate::api;
use crate::browser::now;
use crate::connection::{POLL, is_importing};
use crate::format::locale::{day_short, money};
use crate::load::{Load, load_while};
use crate::ui::notice::TroubleNotice;
use crate::ui::skeleton::Skeleton;
use crate::ui::sparkline::Sparkline;

/// Days of the sparkline.
const DAYS: i64 = 30;

/// This month's billed cost, asked for again while an account imports.
#[component]
pub fn MonthCost(
    /// The connected accounts.
    connections: ArcReadSignal<Load<Vec<Connection>>>,
) -> impl IntoView {
    let imports = Memo::new(move |_| {
        connections.with(|list| list.data().is_some_and(|list| list.iter().any(is_importing)))
    });
    let costs = load_while(imports, POLL, || async {
        let today = Day::of(now());
        let start = today.month_start().min(today.plus(1 - DAYS));
        let query = DailyQuery { start, end: today.plus(1), connection: None };
        api::call::<Daily>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble())
    });
    move || match costs.get() {
        Load::Loading => view! { <Skeleton label="Loading this month's cost…" /> }.into_any(),
        Load::Failed(trouble) => {
            let again = costs.clone();
            view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }.into_any()
        }
        Load::Ready(costs) | Load::Stale(costs, _) => view! { <Figure costs /> }.into_any(),
    }
}

#[component]
fn Figure(costs: DailyCosts) -> impl IntoView {
    let month = Day::of(now()).month_start();
    let total: Amount = costs.days.iter().filter(|day| day.day >= month).map(|day| day.amount).sum();
    let billed = costs.billed_through.map_or_else(
        || "this month · OpenAI has not billed anything yet".to_owned(),
        |through| format!("this month, billed through {} (UTC)", day_short(through)),
    );
    // What is not billed yet is no low day.
    let known =
        costs.days.iter().filter(|day| costs.billed_through.is_some_and(|through| day.day <= through));
    let more = (!costs.other_currencies.is_empty()).then_some(" · costs in other currencies in the Lens");
    view! {
        <div>
            <p class="figure">{money(total, costs.currency)}</p>
            <p class="muted">{billed} {more}</p>
        </div>
        <Sparkline values=known.map(height).collect() label="Billed cost per day of the last 30 days" />
    }
}

/// The day's height in the sparkline: pixels, not money.
#[expect(clippy::cast_precision_loss, reason = "a line of 56 pixels shows no more digits")]
fn height(day: &DayCost) -> f64 {
    day.amount.pico() as f64
}
