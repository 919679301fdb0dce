//! The groups of the facts, each a row: cost, tokens, requests.

use std::sync::Arc;

use ::api::Amount;
use facts::Label;
use facts::group::{Filter, Group, Sum};
use leptos::prelude::*;

use super::explore::Facts;
use super::scope::Scope;
use crate::format::locale::{money, number};
use crate::navigation::use_navigation;

/// How many are shown before the others become one.
const ROWS: usize = 25;

/// The groups as a table. A group's name looks into it.
#[component]
pub fn Rows(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let navigation = use_navigation();
    let row = move |group: &Group, currency| {
        let cost = Amount::from_pico(group.total.get(Sum::Cost)).unwrap_or_default();
        let tokens = whole(group.total.get(Sum::Tokens));
        let requests = whole(group.total.get(Sum::Requests));
        let text = group.texts.as_ref().and_then(|texts| texts.first()).map(ToString::to_string);
        let name = text.clone().map_or_else(
            || view! { "Other" }.into_any(),
            |text| {
                let only = text.clone();
                let look = move |exclude: bool| {
                    let mut scope = scope.get_untracked();
                    scope.filters.push(Filter { label: scope.by, texts: vec![only.clone()], exclude });
                    if !exclude {
                        scope.by = next(scope.by);
                    }
                    navigation.go(scope.route());
                };
                let leave_out = look.clone();
                let words = format!("Leave out {text}");
                view! {
                    <button type="button" class="link-button" on:click=move |_| look(false)>
                        {text}
                    </button>
                    " "
                    <button type="button" class="link-button quiet" aria-label=words on:click=move |_| leave_out(true)>
                        "Leave out"
                    </button>
                }
                .into_any()
            },
        );
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="number">{money(cost, currency)}</td>
                <td class="number">{number(tokens)}</td>
                <td class="number">{number(requests)}</td>
            </tr>
        }
    };
    let rows = move || {
        let Scope { by, filters, .. } = scope.get();
        facts.with(|facts| {
            let groups = facts.by_day(&[by], &filters, ROWS);
            groups.groups.iter().map(|group| row(group, facts.answer.currency)).collect_view()
        })
    };
    view! {
        <div class="table-scroll rows" tabindex="0" role="region" aria-label="Costs and usage, as a table">
            <table>
                <caption class="hidden-text">"Cost, tokens and requests of the period"</caption>
                <thead>
                    <tr>
                        <th scope="col">{move || scope.get().by.name()}</th>
                        <th scope="col" class="number">"Cost"</th>
                        <th scope="col" class="number">"Tokens"</th>
                        <th scope="col" class="number">"Requests"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What to split by after looking into one group.
const fn next(by: Label) -> Label {
    match by {
        Label::Model | Label::Service => Label::Project,
        Label::Project => Label::ApiKey,
        _ => Label::Model,
    }
}

fn whole(number: i128) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
