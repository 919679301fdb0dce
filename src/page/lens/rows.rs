//! The groups of the facts, each a row: cost, tokens, requests.

use std::sync::Arc;

use ::api::Amount;
use ::api::cost::Coverage;
use facts::Label;
use facts::group::{Group, Groups, Sum};
use leptos::prelude::*;

use super::before::{Compared, Costs, Earlier, costs, share_against};
use super::cube::Facts;
use super::file::keep_table;
use super::scope::Scope;
use super::split::look_into;
use crate::csv::Cell;
use crate::format::locale::{money, number};
use crate::navigation::use_navigation;
use crate::ui::after_paint::once_painted;
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};
use crate::ui::focus::focus_if_lost;
use crate::ui::icon::{Icon, IconName};

/// How many are shown before the others become one.
pub const ROWS: usize = 25;

/// The groups as a table. A group's name looks into it.
#[component]
pub fn Rows(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// Their groups, at most [`ROWS`] and the rest.
    groups: Memo<Groups>,
    /// What is looked at.
    scope: Memo<Scope>,
    /// The range before.
    earlier: Earlier,
) -> impl IntoView {
    let navigation = use_navigation();
    let row = move |group: &Group, currency, is_counted: bool, change: String| {
        let cost = Amount::saturating(group.total.get(Sum::Cost));
        // Usage that is not imported is no zero.
        let counted =
            |sum: Sum| if is_counted { number(whole(group.total.get(sum))) } else { "–".to_owned() };
        let (tokens, requests) = (counted(Sum::Tokens), counted(Sum::Requests));
        let text = group.texts.as_ref().and_then(|texts| texts.first()).map(ToString::to_string);
        let name = text.clone().map_or_else(
            || view! { "Other" }.into_any(),
            |text| {
                let only = text.clone();
                let without = text.clone();
                let look =
                    move |_| look_into(navigation, scope, scope.with_untracked(|scope| scope.by), &only);
                let leave_out = move |_| {
                    let scope = scope.get_untracked();
                    let by = scope.by;
                    navigation.go(scope.with_filter(by, vec![without.clone()], true).route());
                    // Its row goes a frame later than the chart changes.
                    once_painted(|| focus_if_lost("#rows"));
                };
                let words = format!("Leave out {text}");
                view! {
                    <button type="button" class="link-button" on:click=look>
                        {text}
                    </button>
                    " "
                    <button type="button" class="link-button quiet" aria-label=words on:click=leave_out>
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
                <td class="number">{tokens}</td>
                <td class="number">{requests}</td>
            </tr>
        }
    };
    let asked = Memo::new(move |_| scope.with(|scope| (scope.by, scope.filters.clone())));
    let compared = Memo::new(move |_| {
        let (by, filters) = asked.get();
        earlier.with(|earlier| costs(earlier, &[by], &filters))
    });
    let rows = move || {
        facts.with(|facts| {
            let is_counted = facts.answer.days.iter().any(|known| known.usage != Coverage::Missing)
                || groups.with(|groups| groups.total.get(Sum::Tokens) + groups.total.get(Sum::Requests) > 0);
            let row = |group: &Group| {
                let text = group.texts.as_ref().and_then(|texts| texts.first());
                let change = text.map_or_else(String::new, |text| {
                    let of = |costs: &Vec<Costs>| costs.first().map(|costs| costs.of(text));
                    let before = compared.with(of).unwrap_or(Compared::Loading);
                    share_against(group.total.get(Sum::Cost), &before)
                });
                row(group, facts.answer.currency, is_counted, change)
            };
            groups.with(|groups| {
                if groups.groups.is_empty() {
                    let nothing = "Nothing to show in these days.";
                    return view! { <tr><td colspan="5" class="muted">{nothing}</td></tr> }.into_any();
                }
                groups.groups.iter().map(row).collect_view().into_any()
            })
        })
    };
    let download = Callback::new(move |()| {
        let Scope { by, filters, .. } = scope.get_untracked();
        facts.with_untracked(|facts| {
            let groups = facts.whole(&[by], &filters, usize::MAX);
            keep_table("", facts.span(), &header(facts, by), &lines(&groups.groups));
        });
    });
    let heading =
        move || format!("Costs and usage by {}", scope.with(|scope| scope.by.name().to_lowercase()));
    view! {
        <section class="card panel" aria-labelledby="rows" data-facts=move || facts.with(|facts| facts.cube.len().to_string())>
        <div class="panel-head">
            <h2 id="rows" tabindex="-1">{heading}</h2>
            {move || view! { <Chip tone=Tone::Neutral text=scope.with(Scope::basis) /> }}
        </div>
        <div class="table-scroll" tabindex="0" role="region" aria-label="Costs and usage, as a table">
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
            <span class="muted">"Change compares these days with the same number of days before them."</span>
        </div>
        </section>
    }
}

fn header(facts: &Facts, by: Label) -> [String; 4] {
    let cost = format!("Cost ({})", facts.answer.currency.as_str());
    [by.name().to_owned(), cost, "Tokens".to_owned(), "Requests".to_owned()]
}

/// All groups, one a line, with exact amounts.
fn lines(groups: &[Group]) -> Vec<Vec<Cell>> {
    let line = |group: &Group| {
        let text = group.texts.as_ref().and_then(|texts| texts.first()).map(ToString::to_string);
        let cost = Amount::saturating(group.total.get(Sum::Cost));
        vec![
            Cell::Text(text.unwrap_or_default()),
            Cell::Number(cost.to_string()),
            Cell::Number(group.total.get(Sum::Tokens).to_string()),
            Cell::Number(group.total.get(Sum::Requests).to_string()),
        ]
    };
    groups.iter().map(line).collect()
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
