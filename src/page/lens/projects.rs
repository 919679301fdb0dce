//! The projects by cost.

use ::api::connection::Connection;
use ::api::cost::{DailyCosts, ProjectCost};
use ::api::{Amount, Currency};
use leptos::prelude::*;

use crate::format::locale::{money, money_exact};
use crate::scale;
use crate::ui::chip::{Chip, Tone};

/// How many are shown before the rest is asked for.
const FIRST: usize = 8;

/// The most expensive projects, with all of them behind a button.
#[component]
pub fn TopProjects(
    /// The period's costs.
    costs: Memo<DailyCosts>,
    /// The connected accounts.
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    let rest = Memo::new(move |_| costs.with(|costs| costs.projects.len().saturating_sub(FIRST)));
    let is_empty = Memo::new(move |_| costs.with(|costs| costs.projects.is_empty()));
    let unnamed = Memo::new(move |_| {
        costs.with(|costs| {
            costs.projects.iter().any(|cost| cost.project.id.is_some() && cost.project.name.is_none())
        })
    });
    let rows = move || {
        costs.with(|costs| {
            let largest = costs.projects.iter().map(|project| project.amount).max().unwrap_or_default();
            let shown = if all.get() { usize::MAX } else { FIRST };
            let rows = costs.projects.iter().take(shown);
            rows.map(|cost| row(cost, largest, costs.currency, account(cost, connections))).collect_view()
        })
    };
    view! {
        <section class="card panel" aria-labelledby="top-projects">
            <div class="panel-head">
                <h2 id="top-projects">"Projects"</h2>
                <Chip tone=Tone::Neutral text="billed" />
            </div>
            {move || is_empty.get().then(|| view! { <p class="muted">"No costs in these days."</p> })}
            <ul class="projects">
                {rows}
            </ul>
            {move || {
                (rest.get() > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="link-button"
                                aria-expanded=move || all.get().to_string()
                                on:click=move |_| all.update(|all| *all = !*all)
                            >
                                {move || if all.get() { "Show fewer".to_owned() } else { format!("Show {} more", rest.get()) }}
                            </button>
                        }
                    })
            }}
            {move || unnamed.get()
                .then(|| {
                    view! {
                        <p class="hint">"Projects without a name are shown by their id: the key lacks the optional management scope, or the project was deleted."</p>
                    }
                })}
        </section>
    }
}

/// The account that a project belongs to, where there are several.
fn account(cost: &ProjectCost, connections: Signal<Vec<Connection>>) -> Option<String> {
    connections.with_untracked(|list| {
        let mut owners = list.iter().filter(|account| account.id == cost.project.connection);
        if list.len() > 1 { owners.next().map(|account| account.name.to_string()) } else { None }
    })
}

fn row(
    cost: &ProjectCost,
    largest: Amount,
    currency: Currency,
    account: Option<String>,
) -> impl IntoView + use<> {
    view! {
        <li class="project">
            <span class="project-name">
                {cost.project.label().to_owned()} {account.map(|account| view! { <span class="muted">" · " {account}</span> })}
            </span>
            <span class="number" title=money_exact(cost.amount, currency)>
                {money(cost.amount, currency)}
            </span>
            <span class="project-bar" aria-hidden="true">
                <i style:width=format!("{}%", scale::percent(cost.amount, largest))></i>
            </span>
        </li>
    }
}
