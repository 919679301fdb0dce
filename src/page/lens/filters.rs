//! What is looked at alone or left out, and the day that was looked into, each with a way to take it back.

use std::sync::Arc;

use facts::group::Filter;
use leptos::prelude::*;

use super::cube::Facts;
use super::filter_form::AddFilter;
use super::scope::Scope;
use crate::format::locale::day;
use crate::navigation::use_navigation;
use crate::ui::focus::focus_if_lost;

/// The list, and the button that adds to it.
#[component]
pub fn Filters(
    /// The facts of all days.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let navigation = use_navigation();
    let looked_at = Memo::new(move |_| scope.with(|scope| (scope.day, scope.filters.clone())));
    let list = move || {
        let (chosen, filters) = looked_at.get();
        let of_day = chosen.map(|chosen| {
            let all_days = move |()| {
                navigation.go(Scope { day: None, ..scope.get_untracked() }.route());
                focus_if_lost(".looked-at button");
            };
            entry(format!("Day: {} (UTC)", day(chosen)), Callback::new(all_days))
        });
        let of_filter = |(at, filter): (usize, Filter)| {
            let without = move |()| {
                let mut scope = scope.get_untracked();
                if at < scope.filters.len() {
                    scope.filters.remove(at);
                }
                navigation.go(scope.route());
                focus_if_lost(".looked-at button");
            };
            entry(words(&filter), Callback::new(without))
        };
        (chosen.is_some() || !filters.is_empty()).then(|| {
            view! {
                <ul class="filters" aria-label="Filters">
                    {of_day}
                    {filters.into_iter().enumerate().map(of_filter).collect_view()}
                </ul>
            }
        })
    };
    view! {
        <div class="scope looked-at">
            <AddFilter facts scope />
            {list}
            {move || {
                looked_at
                    .with(|(day, filters)| day.is_none() && filters.is_empty())
                    .then(|| view! { <span class="muted">"Filters apply to everything below."</span> })
            }}
        </div>
    }
}

fn entry(words: String, remove: Callback<()>) -> impl IntoView {
    let label = format!("Remove the filter {words}");
    view! {
        <li class="chip neutral">
            {words} <button type="button" class="link-button" aria-label=label on:click=move |_| remove.run(())>
                "Remove"
            </button>
        </li>
    }
}

fn words(filter: &Filter) -> String {
    let texts = filter.texts.join(", ");
    format!("{}{}: {texts}", if filter.exclude { "Without " } else { "" }, filter.label.name())
}
