//! The projects by cost.

use ::api::connection::Connection;
use ::api::cost::{DailyCosts, ProjectCost};
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
    costs: DailyCosts,
    /// The connected accounts.
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    let (projects, currency) = (costs.projects, costs.currency);
    let largest = projects.iter().map(|project| project.amount).max().unwrap_or_default();
    let rest = projects.len().saturating_sub(FIRST);
    let unnamed = projects.iter().any(|cost| cost.project.id.is_some() && cost.project.name.is_none());
    let row = move |cost: ProjectCost| {
        let account = connections.with_untracked(|list| {
            let several = list.len() > 1;
            list.iter().find(|account| several && account.id == cost.project.connection).map(|account| account.name.to_string())
        });
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
    };
    let is_empty = projects.is_empty();
    let projects = StoredValue::new(projects);
    view! {
        <section class="card panel" aria-labelledby="top-projects">
            <div class="panel-head">
                <h2 id="top-projects">"Projects"</h2>
                <Chip tone=Tone::Neutral text="billed" />
            </div>
            {is_empty.then(|| view! { <p class="muted">"No costs in these days."</p> })}
            <ul class="projects">
                {move || {
                    let shown = if all.get() { usize::MAX } else { FIRST };
                    projects.with_value(|projects| projects.iter().take(shown).cloned().map(row).collect_view())
                }}
            </ul>
            {(rest > 0)
                .then(|| {
                    view! {
                        <button type="button" class="link-button" aria-expanded=move || all.get().to_string() on:click=move |_| all.update(|all| *all = !*all)>
                            {move || if all.get() { "Show fewer".to_owned() } else { format!("Show {rest} more") }}
                        </button>
                    }
                })}
            {unnamed
                .then(|| {
                    view! {
                        <p class="hint">"Projects without a name are shown by their id: the key lacks the optional management scope, or the project was deleted."</p>
                    }
                })}
        </section>
    }
}
