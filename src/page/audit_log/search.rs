//! The form above a log. What is typed is looked for when it is sent, and then stands in the address.

use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::chosen;
use crate::navigation::use_navigation;
use crate::route::{Pairs, Route};
use crate::ui::button::unique_id;
use crate::ui::field::{Field, FieldKind};
use crate::ui::select::{Choice, Select};

/// A text that is looked for: its name in the address, its label, its hint and its kind.
pub type Text = (&'static str, &'static str, &'static str, FieldKind);

/// The form.
#[component]
pub fn Search(
    /// What the address says.
    pairs: Memo<Pairs>,
    /// The address of these pairs.
    route: fn(Pairs) -> Route,
    /// What can be typed.
    texts: Vec<Text>,
    /// How it ended, as a choice.
    results: Vec<Choice>,
) -> impl IntoView {
    let navigation = use_navigation();
    let values: Vec<(&'static str, RwSignal<String>)> =
        texts.iter().map(|(name, ..)| (*name, RwSignal::new(String::new()))).collect();
    // The address changes by Back, by a link in a row and by this form: the fields follow it. What is typed in one of
    // which it says nothing new stays.
    for (name, value) in values.clone() {
        let said = Memo::new(move |_| pairs.with(|pairs| pairs.get(name).unwrap_or_default().to_owned()));
        Effect::new(move |_| value.set(said.get()));
    }
    let fields = texts.into_iter().zip(values.clone()).map(|((_, label, hint, kind), (_, value))| {
        view! { <Field label value hint kind /> }
    });
    let fields = fields.collect_view();
    let sent = values.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let mut next = pairs.get_untracked();
        for (name, value) in &sent {
            next = chosen::with(&next, name, &value.get_untracked());
        }
        navigation.go(route(next));
    };
    let choose =
        move |value: String| navigation.go(route(chosen::with(&pairs.get_untracked(), "result", &value)));
    let is_filtered = Memo::new(move |_| pairs.with(|pairs| !pairs.is_empty()));
    let clear = Callback::new(move |()| {
        for (_, value) in &values {
            value.set(String::new());
        }
        navigation.go(route(Pairs::default()));
    });
    let label = unique_id();
    view! {
        <form class="log-search" role="search" aria-labelledby=label on:submit=send>
            <h2 class="hidden-text" id=label.clone()>
                "Search the log"
            </h2>
            {fields}
            <Select
                label="Result"
                choices=results
                value=Signal::derive(move || pairs.with(|pairs| pairs.get("result").unwrap_or_default().to_owned()))
                on_choose=choose
            />
            <div class="actions">
                <button type="submit" class="button primary">
                    "Search"
                </button>
                {move || {
                    is_filtered
                        .get()
                        .then(|| {
                            view! {
                                <button type="button" class="button quiet" on:click=move |_| clear.run(())>
                                    "Show everything"
                                </button>
                            }
                        })
                }}
            </div>
        </form>
    }
}
