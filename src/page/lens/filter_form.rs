//! A filter more: a label, and one of its values, searched among those of these days.

use std::sync::Arc;

use facts::Label;
use facts::group::texts;
use leptos::prelude::*;

use super::explore::Facts;
use super::scope::Scope;
use crate::format::locale::number;
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
    let found = Memo::new(move |_| {
        let wanted = wanted.get().trim().to_lowercase();
        let all = facts.with(|facts| texts(&facts.cube, label.get(), &facts.answer.names));
        all.into_iter().filter(|text| text.to_lowercase().contains(&wanted)).collect::<Vec<_>>()
    });
    let row = move |text: Arc<str>| {
        let put = {
            let text = text.to_string();
            move |exclude: bool| {
                open.set(false);
                navigation
                    .go(scope.get_untracked().with_filter(label.get_untracked(), &text, exclude).route());
            }
        };
        let leave_out = put.clone();
        view! {
            <li>
                <span class="project-name">{text.to_string()}</span>
                <button type="button" class="link-button" aria-label=format!("Only {text}") on:click=move |_| put(false)>
                    "Only this"
                </button>
                <button type="button" class="link-button" aria-label=format!("Leave out {text}") on:click=move |_| leave_out(true)>
                    "Leave out"
                </button>
            </li>
        }
    };
    let more = move || {
        let left = found.with(Vec::len).saturating_sub(MOST);
        match (left, found.with(Vec::is_empty)) {
            (_, true) => "No such value in these days. Search for a part of it.".to_owned(),
            (0, _) => String::new(),
            _ => format!("{} more. Search to find them.", number(u64::try_from(left).unwrap_or_default())),
        }
    };
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
                        if let Some(chosen) = Label::parse(&slug) {
                            label.set(chosen);
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
                <div class="actions">
                    <Button kind=ButtonKind::Secondary on_press=move |()| open.set(false)>
                        "Cancel"
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}
