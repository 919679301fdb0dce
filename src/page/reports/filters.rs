//! What a report or a comparison looks at alone, and what it leaves out.

use ::api::report::query::MOST_FILTERS;
use ::api::report::{Filter, Label, ReportQuery};
use leptos::prelude::*;

use super::known::load_values;
use super::settings::labels;
use crate::load::Load;
use crate::ui::button::{Button, unique_id};
use crate::ui::focus::focus_if_lost;
use crate::ui::icon::{Icon, IconName};
use crate::ui::select::{FieldIssue, Select};

/// The button that opens the form for one more.
const ADD: &str = "[aria-labelledby=report-filters] > button";

/// The filters, and a form for one more.
#[component]
pub fn Filters(
    /// What is asked. The values of its days are offered.
    query: Memo<ReportQuery>,
    /// Other filters were chosen.
    #[prop(into)]
    on_change: Callback<Vec<Filter>>,
    /// What is wrong with them, as a sentence.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let filters = Memo::new(move |_| query.with(|query| query.filters.clone()));
    let error_id = unique_id();
    let adding = RwSignal::new(false);
    let add = move |()| {
        adding.set(true);
        focus_if_lost("[aria-labelledby=report-filters] select");
    };
    let none = move || {
        let text = "No filters: everything counts.";
        (filters.with(Vec::is_empty) && !adding.get()).then(|| view! { <p class="muted">{text}</p> })
    };
    view! {
        <div class="field" role="group" aria-labelledby="report-filters">
            <span class="field-label" id="report-filters">
                "Filters"
            </span>
            {none}
            <ul class="picks" aria-label="Filters">
                {move || {
                    filters.get().into_iter().enumerate().map(|(at, filter)| view! { <Chip at filter filters on_change /> }).collect_view()
                }}
            </ul>
            {move || {
                if adding.get() {
                    view! { <Add query filters on_change adding /> }.into_any()
                } else if filters.with(Vec::len) < MOST_FILTERS.0 {
                    view! { <Button on_press=add>"Add a filter"</Button> }.into_any()
                } else {
                    ().into_any()
                }
            }}
            <FieldIssue id=error_id error />
        </div>
    }
}

#[component]
fn Chip(
    at: usize,
    filter: Filter,
    filters: Memo<Vec<Filter>>,
    on_change: Callback<Vec<Filter>>,
) -> impl IntoView {
    let values: Vec<&str> = filter.values.iter().map(String::as_str).collect();
    let start = if filter.exclude { "Without " } else { "" };
    let words = format!("{start}{}: {}", filter.label.0.name(), values.join(" or "));
    let remove = move |_| {
        let mut filters = filters.get_untracked();
        if at < filters.len() {
            filters.remove(at);
        }
        on_change.run(filters);
        focus_if_lost("[aria-labelledby=report-filters] button");
    };
    view! {
        <li class="pick">
            <span>{words.clone()}</span>
            <button type="button" class="pick-remove" aria-label=format!("Remove the filter {words}") on:click=remove>
                <Icon name=IconName::Cross />
            </button>
        </li>
    }
}

/// The form for a filter. Its values are searched among those of the period, or typed.
#[component]
fn Add(
    query: Memo<ReportQuery>,
    filters: Memo<Vec<Filter>>,
    on_change: Callback<Vec<Filter>>,
    adding: RwSignal<bool>,
) -> impl IntoView {
    let label = RwSignal::new(query.with_untracked(first_label));
    let exclude = RwSignal::new(false);
    let text = RwSignal::new(String::new());
    let label_memo = Memo::new(move |_| label.get());
    let values = load_values(label_memo, query);
    let (id, list_id, hint_id) = (unique_id(), unique_id(), unique_id());
    let slug = Memo::new(move |_| label.get().0.slug().to_owned());
    let how = Memo::new(move |_| if exclude.get() { "without" } else { "only" }.to_owned());
    let hint = {
        let values = values.clone();
        move || match values.get() {
            Load::Loading => "Looking up the values for these days…".to_owned(),
            Load::Failed(trouble) => format!("The values could not be listed. {}", trouble.detail),
            Load::Ready(values) | Load::Stale(values, _) if values.is_empty() => {
                "No values in this period.".to_owned()
            }
            Load::Ready(_) | Load::Stale(..) => "Choose a value from these days, or type one.".to_owned(),
        }
    };
    let known = move || {
        let values = values.get().data().cloned().unwrap_or_default();
        values.into_iter().map(|value| view! { <option value=value></option> }).collect_view()
    };
    let add = move || {
        let value = text.get_untracked();
        if !value.is_empty() {
            let (label, exclude) = (label.get_untracked(), exclude.get_untracked());
            let mut filters = filters.get_untracked();
            put(&mut filters, label, exclude, value);
            on_change.run(filters);
            text.set(String::new());
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            add();
        }
    };
    view! {
        <div class="filter-form">
            <Select
                label="Label"
                choices=labels()
                value=slug
                on_choose=move |slug: String| {
                    if let Some(chosen) = Label::parse(&slug) {
                        label.set(chosen);
                    }
                }
            />
            <Select
                label="Keep or leave out"
                choices=vec![
                    ("only".to_owned(), "Only this".to_owned()),
                    ("without".to_owned(), "Without this".to_owned()),
                ]
                value=how
                on_choose=move |how: String| exclude.set(how == "without")
            />
            <div class="field">
                <label for=id.clone()>"Value"</label>
                <input
                    id=id
                    class="input"
                    autocomplete="off"
                    spellcheck="false"
                    list=list_id.clone()
                    aria-describedby=hint_id.clone()
                    prop:value=text
                    on:input:target=move |event| text.set(event.target().value())
                    on:keydown=keys
                />
                <datalist id=list_id>{known}</datalist>
                <p class="hint" id=hint_id>
                    {hint}
                </p>
            </div>
            <div class="actions">
                <Button on_press=move |()| add()>"Add"</Button>
                <Button on_press=move |()| {
                    // What is typed is meant.
                    add();
                    adding.set(false);
                    focus_if_lost(ADD);
                }>"Done"</Button>
            </div>
        </div>
    }
}

/// A value more: for the filter of its label and kind where there is one, else for a new one.
fn put(filters: &mut Vec<Filter>, label: Label, exclude: bool, value: String) {
    match filters.iter_mut().find(|filter| filter.label == label && filter.exclude == exclude) {
        Some(filter) if filter.values.contains(&value) => {}
        Some(filter) => filter.values.push(value),
        None => filters.push(Filter { label, values: vec![value], exclude }),
    }
}

/// What a filter begins with: what the report is grouped by.
fn first_label(query: &ReportQuery) -> Label {
    query.group_by.first().copied().unwrap_or(Label(facts::Label::Project))
}
