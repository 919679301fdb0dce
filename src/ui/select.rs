//! Menus with a label: one choice, and several in an order.

use leptos::prelude::*;

use super::button::unique_id;
use super::focus::focus_if_lost;
use super::icon::{Icon, IconName};

/// A choice: its value, and what people read.
pub type Choice = (String, String);

/// A menu of which one is chosen.
#[component]
pub fn Select(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// A value was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// What is wrong with it, as a sentence.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = unique_id();
    let error_id = format!("{id}-error");
    let described = {
        let error_id = error_id.clone();
        move || error.get().map(|_| error_id.clone())
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                class="select"
                prop:value=value
                on:change:target=move |event| on_choose.run(event.target().value())
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
            >
                {move || options(choices.get(), value)}
            </select>
            <FieldIssue id=error_id error />
        </div>
    }
}

/// Several choices in an order, with a menu that adds one more.
#[component]
pub fn Picks(
    /// What they are called.
    #[prop(into)]
    label: String,
    /// What the menu says: `Add a metric`.
    add: &'static str,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The values that are chosen, in their order.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    /// Other values were chosen.
    #[prop(into)]
    on_choose: Callback<Vec<String>>,
    /// What it means that nothing is chosen; empty when nothing is said.
    #[prop(default = "")]
    none: &'static str,
    /// Most that can be chosen.
    most: usize,
    /// What is wrong with them, as a sentence.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = unique_id();
    let (label_id, error_id) = (format!("{id}-label"), format!("{id}-error"));
    let group = label_id.clone();
    let chips = move || {
        let names = choices.get();
        let group = group.clone();
        let chip = |(at, value): (usize, String)| {
            let name = names.iter().find(|(known, _)| *known == value).map(|(_, name)| name.clone());
            let name = name.unwrap_or(value);
            let words = format!("Remove {name}");
            let group = group.clone();
            let remove = move |_| {
                let mut left = chosen.get_untracked();
                if at < left.len() {
                    left.remove(at);
                }
                on_choose.run(left);
                let own = |element| format!("[aria-labelledby={group}] {element}");
                focus_if_lost(format!("{}, {}", own("button"), own("select")));
            };
            view! {
                <li class="pick">
                    <span>{name}</span>
                    <button type="button" class="pick-remove" aria-label=words on:click=remove>
                        <Icon name=IconName::Cross />
                    </button>
                </li>
            }
        };
        chosen.get().into_iter().enumerate().map(chip).collect_view()
    };
    let left = move || {
        let chosen = chosen.get();
        let left = choices.get().into_iter().filter(|(value, _)| !chosen.contains(value));
        std::iter::once((String::new(), add.to_owned())).chain(left).collect::<Vec<_>>()
    };
    let has_room = Memo::new(move |_| chosen.with(Vec::len) < most);
    let choose = move |value: String| {
        if !value.is_empty() {
            let mut chosen = chosen.get_untracked();
            chosen.push(value);
            on_choose.run(chosen);
        }
    };
    let described = error_id.clone();
    view! {
        <div class="field" role="group" aria-labelledby=label_id.clone()>
            <span class="field-label" id=label_id.clone()>
                {label}
            </span>
            {move || (chosen.with(Vec::is_empty) && !none.is_empty()).then(|| view! { <p class="muted">{none}</p> })}
            <ul class="picks">{chips}</ul>
            {move || {
                let described = described.clone();
                has_room
                    .get()
                    .then(|| {
                        view! {
                            <select
                                class="select"
                                aria-label=add
                                prop:value=""
                                on:change:target=move |event| {
                                    choose(event.target().value());
                                    event.target().set_value("");
                                }
                                aria-invalid=move || error.get().map(|_| "true")
                                aria-describedby=move || error.get().map(|_| described.clone())
                            >
                                {move || options(left(), Signal::stored(String::new()))}
                            </select>
                        }
                    })
            }}
            <FieldIssue id=error_id error />
        </div>
    }
}

fn options(choices: Vec<Choice>, chosen: Signal<String>) -> impl IntoView {
    let option = |(value, name): Choice| {
        let own = value.clone();
        view! {
            <option value=value selected=move || chosen.with(|chosen| *chosen == own)>
                {name}
            </option>
        }
    };
    choices.into_iter().map(option).collect_view()
}

/// What is wrong with a field, below it.
#[component]
pub fn FieldIssue(
    /// Its id, to which the field refers.
    id: String,
    /// What is wrong.
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="field-error" id=id aria-live="polite">
            {move || error.get().map(|error| view! { <Icon name=IconName::Problem /> <span>{error}</span> })}
        </div>
    }
}
