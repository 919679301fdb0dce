//! The most expensive projects, models, API keys and users, each against the days before.

use std::sync::Arc;

use ::api::{Amount, Currency};
use facts::Label;
use facts::group::Filter;
use leptos::prelude::*;

use super::before::{Compared, Costs, Earlier, costs, share_against};
use super::cube::Facts;
use super::rows::ROWS as TABLE_ROWS;
use super::scope::{Scope, basis};
use super::split::look_into;
use super::stack::share;
use crate::format::locale::{money, money_exact, number};
use crate::navigation::use_navigation;
use crate::scale;
use crate::ui::after_paint::once_painted;
use crate::ui::chip::{Chip, Tone};
use crate::ui::focus::focus;

/// How many a list shows.
const ROWS: usize = 5;

/// What is listed.
const LISTS: [(Label, &str, &str); 4] = [
    (Label::Project, "Top projects", "top-projects"),
    (Label::Model, "Top models", "top-models"),
    (Label::ApiKey, "Top API keys", "top-api-keys"),
    (Label::User, "Top users", "top-users"),
];

/// The lists.
#[component]
pub fn TopLists(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
    /// The range before.
    earlier: Earlier,
) -> impl IntoView {
    // The facts are gone through once for all lists.
    let labels = LISTS.map(|(label, ..)| label);
    let filters = Memo::new(move |_| scope.with(|scope| scope.filters.clone()));
    let values =
        Memo::new(move |_| facts.with(|facts| filters.with(|filters| facts.costs(&labels, filters))));
    let compared =
        Memo::new(move |_| earlier.with(|earlier| filters.with(|filters| costs(earlier, &labels, filters))));
    let list = move |(at, (label, heading, id)): (usize, (Label, &'static str, &'static str))| {
        let values = Memo::new(move |_| values.with(|lists| lists.get(at).cloned().unwrap_or_default()));
        let compared = Memo::new(move |_| compared.with(|lists| lists.get(at).cloned()));
        let currency = Memo::new(move |_| facts.with(|facts| facts.answer.currency));
        view! { <TopList values compared currency scope filters label heading id /> }
    };
    view! {
        <div class="top-lists">
            {LISTS.into_iter().enumerate().map(list).collect_view()}
        </div>
    }
}

#[component]
fn TopList(
    values: Memo<Vec<(Arc<str>, i128)>>,
    compared: Memo<Option<Costs>>,
    currency: Memo<Currency>,
    scope: Memo<Scope>,
    filters: Memo<Vec<Filter>>,
    label: Label,
    heading: &'static str,
    id: &'static str,
) -> impl IntoView {
    let rows = move || {
        let currency = currency.get();
        values.with(|values| {
            let total = values.iter().map(|(_, cost)| *cost).fold(0, i128::saturating_add);
            let largest = values.first().map(|(_, cost)| Amount::saturating(*cost)).unwrap_or_default();
            let shown = values.iter().take(ROWS);
            shown
                .map(|(text, cost)| {
                    let cost = Amount::saturating(*cost);
                    let of = |costs: &Option<Costs>| costs.as_ref().map(|costs| costs.of(text));
                    let change = compared.with(of).unwrap_or(Compared::Loading);
                    view! {
                        <li class="project top">
                            <Name label text=Arc::clone(text) scope />
                            <span class="number" title=money_exact(cost, currency)>
                                {money(cost, currency)}
                            </span>
                            <span class="number muted" title="Share of the total">
                                {share(cost.pico(), total)}
                            </span>
                            <Share now=cost.pico() change />
                            <span class="project-bar" aria-hidden="true">
                                <i style:width=format!("{}%", scale::percent(cost, largest))></i>
                            </span>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    let more = Memo::new(move |_| values.with(Vec::len).saturating_sub(ROWS));
    let address = move || Scope { by: label, ..scope.get() }.route().to_string();
    // The table is what it leads to. With a key held down the browser opens another tab, or a window.
    let show = |event: leptos::ev::MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
            once_painted(|| {
                focus("#rows");
            });
        }
    };
    let chip = move || {
        let labels = filters.get().into_iter().map(|filter| filter.label).chain([label]);
        view! { <Chip tone=Tone::Neutral text=basis(labels) /> }
    };
    view! {
        <section class="card panel" aria-labelledby=id>
            <div class="panel-head">
                <h2 id=id>{heading}</h2>
                {chip}
            </div>
            {move || values.with(Vec::is_empty).then(|| view! { <p class="muted">"No costs in these days."</p> })}
            <ul class="projects one">{rows}</ul>
            <a class="show-all" href=address on:click=show>
                {move || match more.get() {
                    // The table folds what is beyond its rows, and shows not all.
                    more if (1..=TABLE_ROWS - ROWS).contains(&more) => {
                        format!("Show all, {} more", number(u64::try_from(more).unwrap_or_default()))
                    }
                    _ => format!("Split by {}", label.name()),
                }}
            </a>
        </section>
    }
}

/// A name that looks into what it names.
#[component]
fn Name(label: Label, text: Arc<str>, scope: Memo<Scope>) -> impl IntoView {
    let navigation = use_navigation();
    let words = text.to_string();
    let title = words.clone();
    let look = move |_| look_into(navigation, scope, label, &text);
    view! {
        <button type="button" class="link-button project-name" title=title on:click=look>
            {words}
        </button>
    }
}

/// The change, in the colour of more or less cost.
#[component]
fn Share(now: i128, change: Compared) -> impl IntoView {
    let class = match &change {
        Compared::Known { figure, .. } => match now.cmp(&figure.unwrap_or_default()) {
            std::cmp::Ordering::Greater => "number change dearer",
            std::cmp::Ordering::Less => "number change cheaper",
            std::cmp::Ordering::Equal => "number change",
        },
        _ => "number change",
    };
    view! {
        <span class=class title="Compared with the previous days">
            {share_against(now, &change)}
        </span>
    }
}
