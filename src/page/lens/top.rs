//! The most expensive projects, models, API keys and users, each against the days before.

use std::sync::Arc;

use ::api::Amount;
use facts::Label;
use facts::group::{Group, Sum};
use leptos::prelude::*;

use super::before::{Compared, Earlier, costs, share_against};
use super::cube::Facts;
use super::scope::{Scope, basis};
use super::split::look_into;
use super::stack::share;
use crate::format::locale::{money, money_exact, number};
use crate::navigation::use_navigation;
use crate::scale;
use crate::ui::chip::{Chip, Tone};

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
    view! {
        <div class="top-lists">
            {LISTS
                .into_iter()
                .map(|(label, heading, id)| view! { <TopList facts scope earlier label heading id /> })
                .collect_view()}
        </div>
    }
}

#[component]
fn TopList(
    facts: Memo<Arc<Facts>>,
    scope: Memo<Scope>,
    earlier: Earlier,
    label: Label,
    heading: &'static str,
    id: &'static str,
) -> impl IntoView {
    let filters = Memo::new(move |_| scope.get().filters);
    let groups =
        Memo::new(move |_| facts.with(|facts| filters.with(|filters| facts.whole(&[label], filters, ROWS))));
    let compared =
        Memo::new(move |_| earlier.with(|earlier| filters.with(|filters| costs(earlier, label, filters))));
    let rows = move || {
        let currency = facts.with(|facts| facts.answer.currency);
        groups.with(|groups| {
            let total = groups.total.get(Sum::Cost);
            let largest = groups.groups.first().map(amount).unwrap_or_default();
            let shown =
                groups.groups.iter().filter_map(|group| Some((group, group.texts.as_ref()?.first()?)));
            shown
                .map(|(group, text)| {
                    let cost = amount(group);
                    let change = compared.with(|costs| costs.of(text));
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
    let more = Memo::new(move |_| groups.with(|groups| groups.folded));
    let address = move || Scope { by: label, ..scope.get() }.route().to_string();
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
            {move || groups.with(|groups| groups.groups.is_empty()).then(|| view! { <p class="muted">"No costs in these days."</p> })}
            <ul class="projects one">{rows}</ul>
            <a class="show-all" href=address>
                {move || match more.get() {
                    0 => format!("Split by {}", label.name()),
                    more => format!("Show all, {} more", number(u64::try_from(more).unwrap_or_default())),
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
        <span class=class title="Against the days before">
            {share_against(now, &change)}
        </span>
    }
}

fn amount(group: &Group) -> Amount {
    Amount::saturating(group.total.get(Sum::Cost))
}
