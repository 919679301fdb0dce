//! The groups of the facts, each a row: cost, tokens, requests.

use std::sync::Arc;

use ::api::Amount;
use facts::Label;
use facts::group::{Group, Sum};
use leptos::prelude::*;

use super::before::{Earlier, costs, share_against};
use super::explore::Facts;
use super::scope::Scope;
use crate::browser::{blob, keep};
use crate::csv::{self, Cell};
use crate::format::locale::{money, number};
use crate::layout::announcer::announce;
use crate::navigation::use_navigation;
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};

/// How many are shown before the others become one.
const ROWS: usize = 25;

/// The groups as a table. A group's name looks into it.
#[component]
pub fn Rows(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
    /// The range before.
    earlier: Earlier,
) -> impl IntoView {
    let navigation = use_navigation();
    let row = move |group: &Group, currency, change: String| {
        let cost = Amount::saturating(group.total.get(Sum::Cost));
        let tokens = whole(group.total.get(Sum::Tokens));
        let requests = whole(group.total.get(Sum::Requests));
        let text = group.texts.as_ref().and_then(|texts| texts.first()).map(ToString::to_string);
        let name = text.clone().map_or_else(
            || view! { "Other" }.into_any(),
            |text| {
                let only = text.clone();
                let look = move |exclude: bool| {
                    let scope = scope.get_untracked();
                    let by = scope.by;
                    let mut scope = scope.with_filter(by, &only, exclude);
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
                <td class="number">{change}</td>
                <td class="number">{number(tokens)}</td>
                <td class="number">{number(requests)}</td>
            </tr>
        }
    };
    let compared = Memo::new(move |_| {
        let Scope { by, filters, .. } = scope.get();
        earlier.with(|earlier| costs(earlier, by, &filters))
    });
    let rows = move || {
        let Scope { by, filters, .. } = scope.get();
        facts.with(|facts| {
            let groups = facts.whole(&[by], &filters, ROWS);
            let row = |group: &Group| {
                let text = group.texts.as_ref().and_then(|texts| texts.first());
                let change = text.map_or_else(String::new, |text| {
                    compared.with(|costs| share_against(group.total.get(Sum::Cost), &costs.of(text)))
                });
                row(group, facts.answer.currency, change)
            };
            groups.groups.iter().map(row).collect_view()
        })
    };
    let download = Callback::new(move |()| {
        let Scope { by, filters, .. } = scope.get_untracked();
        let (file, name) = facts.with_untracked(|facts| {
            let groups = facts.whole(&[by], &filters, usize::MAX);
            let last = facts.answer.end.plus(-1);
            (table_file(facts, by, &groups.groups), format!("openai-lens-{}-{last}.csv", facts.answer.start))
        });
        if let Ok(file) = blob(&file) {
            keep(&file, &name);
            announce(format!("Downloaded {name}"));
        }
    });
    view! {
        <div class="table-scroll rows" tabindex="0" role="region" aria-label="Costs and usage, as a table">
            <table>
                <caption class="hidden-text">"Cost, tokens and requests of the period"</caption>
                <thead>
                    <tr>
                        <th scope="col">{move || scope.get().by.name()}</th>
                        <th scope="col" class="number">"Cost"</th>
                        <th scope="col" class="number">"Change"</th>
                        <th scope="col" class="number">"Tokens"</th>
                        <th scope="col" class="number">"Requests"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="actions rows-end">
            <Button on_press=download>
                <Icon name=IconName::Import />
                "Download CSV"
            </Button>
            <span class="muted">"Change is against the days before, as many as these."</span>
        </div>
    }
}

/// All groups, one a line, with exact amounts.
fn table_file(facts: &Facts, by: Label, groups: &[Group]) -> String {
    let cost = format!("Cost ({})", facts.answer.currency.as_str());
    let header = [by.name().to_owned(), cost, "Tokens".to_owned(), "Requests".to_owned()];
    let row = |group: &Group| {
        let text = group.texts.as_ref().and_then(|texts| texts.first()).map(ToString::to_string);
        let cost = Amount::saturating(group.total.get(Sum::Cost));
        vec![
            Cell::Text(text.unwrap_or_default()),
            Cell::Number(cost.to_string()),
            Cell::Number(group.total.get(Sum::Tokens).to_string()),
            Cell::Number(group.total.get(Sum::Requests).to_string()),
        ]
    };
    csv::file(&header, &groups.iter().map(row).collect::<Vec<_>>())
}

/// What to split by after looking into one group.
pub const fn next(by: Label) -> Label {
    match by {
        Label::Model | Label::Service => Label::Project,
        Label::Project => Label::ApiKey,
        _ => Label::Model,
    }
}

fn whole(number: i128) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
