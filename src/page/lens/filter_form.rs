//! A filter more: a label, and some of its values, searched among those of these days.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::api::Amount;
use facts::Label;
use facts::group::{Group, Sum};
use leptos::prelude::*;

use super::cube::Facts;
use super::scope::Scope;
use crate::format::locale::{money, number};
use crate::navigation::use_navigation;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::select::Select;

/// Most values that are listed at once: more are searched for.
const MOST: usize = 50;

/// The button, and the dialog behind it.
#[component]
pub fn AddFilter(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Button on_press=move |()| open.set(true)>"Filter"</Button>
        {move || open.get().then(|| view! { <FilterDialog facts scope open /> })}
    }
}

#[component]
fn FilterDialog(facts: Memo<Arc<Facts>>, scope: Memo<Scope>, open: RwSignal<bool>) -> impl IntoView {
    let navigation = use_navigation();
    let label = RwSignal::new(scope.with_untracked(|scope| scope.by));
    let wanted = RwSignal::new(String::new());
    let chosen = RwSignal::new(BTreeSet::<Arc<str>>::new());
    // Largest first: what is looked for mostly is.
    let values = Memo::new(move |_| {
        let groups = facts.with(|facts| facts.whole(&[label.get()], &[], usize::MAX)).groups;
        groups.into_iter().filter_map(value).collect::<Vec<_>>()
    });
    let found = Memo::new(move |_| {
        let wanted = wanted.get().trim().to_lowercase();
        let is_wanted = |(text, _): &&(Arc<str>, i128)| text.to_lowercase().contains(&wanted);
        values.with(|values| values.iter().filter(is_wanted).cloned().collect::<Vec<_>>())
    });
    let exclude = RwSignal::new(false);
    let put = move |()| {
        let texts = chosen.get_untracked().iter().map(ToString::to_string).collect();
        open.set(false);
        let (label, exclude) = (label.get_untracked(), exclude.get_untracked());
        navigation.go(scope.get_untracked().with_filter(label, texts, exclude).route());
    };
    let row = move |(text, cost): (Arc<str>, i128)| {
        let (name, same) = (text.to_string(), Arc::clone(&text));
        let turn = move |_| {
            chosen.update(|chosen| {
                if !chosen.remove(&text) {
                    chosen.insert(Arc::clone(&text));
                }
            });
        };
        let currency = facts.with_untracked(|facts| facts.answer.currency);
        view! {
            <li>
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&same))
                        on:change=turn
                    />
                    <span>{name}</span>
                </label>
                <span class="number muted">{money(Amount::saturating(cost), currency)}</span>
            </li>
        }
    };
    let more = move || {
        let left = found.with(Vec::len).saturating_sub(MOST);
        match (left, found.with(Vec::is_empty)) {
            (_, true) => "No such value in these days. Search for part of it.".to_owned(),
            (0, _) => String::new(),
            _ => format!("{} more. Search to find them.", number(u64::try_from(left).unwrap_or_default())),
        }
    };
    let reason = Signal::derive(move || {
        chosen.with(BTreeSet::is_empty).then(|| "Choose at least one value.".to_owned())
    });
    let labels: Vec<_> =
        Label::ALL.iter().map(|label| (label.slug().to_owned(), label.name().to_owned())).collect();
    view! {
        <Dialog labelled_by="add-filter" class="small" on_close=move |()| open.set(false) return_focus="main h1">
            <div class="dialog-body form">
                <h2 id="add-filter">"Add a filter"</h2>
                <Select
                    label="Label"
                    choices=labels
                    value=Signal::derive(move || label.get().slug().to_owned())
                    on_choose=move |slug: String| {
                        if let Some(of) = Label::parse(&slug) {
                            label.set(of);
                            chosen.set(BTreeSet::new());
                        }
                    }
                />
                <Field label="Search" value=wanted />
                <ul class="values" aria-label="Values">
                    {move || found.get().into_iter().take(MOST).map(row).collect_view()}
                </ul>
                <p class="muted" role="status">
                    {more}
                </p>
                <fieldset class="segments">
                    <legend>"What to do with them"</legend>
                    <label>
                        <input type="radio" name="how" prop:checked=move || !exclude.get() on:change=move |_| exclude.set(false) />
                        <span>"Only these"</span>
                    </label>
                    <label>
                        <input type="radio" name="how" prop:checked=exclude on:change=move |_| exclude.set(true) />
                        <span>"Leave these out"</span>
                    </label>
                </fieldset>
                <div class="actions">
                    <Button kind=ButtonKind::Primary reason on_press=put>
                        "Add the filter"
                    </Button>
                    <Button kind=ButtonKind::Quiet on_press=move |()| open.set(false)>
                        "Cancel"
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}

/// A value and what it cost.
fn value(group: Group) -> Option<(Arc<str>, i128)> {
    let text = group.texts?.into_iter().next()?;
    Some((text, group.total.get(Sum::Cost)))
}
