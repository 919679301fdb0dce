//! What is asked: a field for each part of the question, with what the server finds wrong with it.

use ::api::report::query::{LIMITS, MOST_LABELS, MOST_METRICS};
use ::api::report::{Interval, Label, Metric, ReportQuery, Sort};
use leptos::prelude::*;

use super::accounts::Accounts;
use super::definition::{interval_name, print_sort, read_sort};
use super::editor::Editing;
use super::filters::Filters;
use super::period_field::PeriodField;
use crate::form::issue;
use crate::ui::button::unique_id;
use crate::ui::select::{Choice, FieldIssue, Picks, Select};

/// All fields.
#[component]
pub fn Settings(
    /// The report.
    editing: Editing,
) -> impl IntoView {
    view! {
        <details class="card report-settings" prop:open=is_wide()>
            <summary>
                <h2>"Report settings"</h2>
            </summary>
            <Metrics editing />
            <PeriodField editing />
            <Intervals editing />
            <GroupBy editing />
            <Filters
                query=editing.query
                on_change=move |filters| editing.change(|definition| definition.query.filters = filters)
                error=issue(editing.issues, "filters")
            />
            <Accounts editing />
            <Order editing />
            <Limit editing />
            <Compare editing />
        </details>
    }
}

/// Whether the fields stand beside the answer. Above it, they would push it out of sight.
fn is_wide() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width > 1000.0)
}

/// A part of the question as a signal.
fn part<T: Clone + PartialEq + Send + Sync + 'static>(
    editing: Editing,
    part: impl Fn(&ReportQuery) -> T + Send + Sync + 'static,
) -> Memo<T> {
    Memo::new(move |_| editing.query.with(&part))
}

#[component]
fn Metrics(editing: Editing) -> impl IntoView {
    let choices: Vec<Choice> =
        Metric::ALL.iter().map(|metric| (metric.slug().to_owned(), metric.name().to_owned())).collect();
    let chosen = part(editing, |query| {
        query.metrics.iter().map(|metric| metric.slug().to_owned()).collect::<Vec<_>>()
    });
    let choose = move |slugs: Vec<String>| {
        editing.change(|definition| {
            let query = &mut definition.query;
            query.metrics = slugs.iter().filter_map(|slug| Metric::parse(slug)).collect();
            // An order by what is no longer there would be refused.
            if matches!(query.sort, Some(Sort::Metric { metric, .. }) if !query.metrics.contains(&metric)) {
                query.sort = None;
            }
        });
    };
    view! {
        <Picks
            label="Metrics"
            add="Add a metric"
            choices=choices
            chosen
            on_choose=choose
            most=MOST_METRICS
            error=issue(editing.issues, "metrics")
        />
    }
}

#[component]
fn Intervals(editing: Editing) -> impl IntoView {
    let choices: Vec<Choice> = Interval::ALL
        .iter()
        .map(|interval| (interval.slug().to_owned(), interval_name(*interval).to_owned()))
        .collect();
    let value = part(editing, |query| query.interval.slug().to_owned());
    let choose = move |slug: String| {
        editing.change(|definition| definition.query.interval = Interval::parse(&slug).unwrap_or_default());
    };
    view! {
        <Select label="Interval (UTC)" choices=choices value on_choose=choose error=issue(editing.issues, "interval") />
    }
}

#[component]
fn GroupBy(editing: Editing) -> impl IntoView {
    let chosen = part(editing, |query| {
        query.group_by.iter().map(|label| label.0.slug().to_owned()).collect::<Vec<_>>()
    });
    let choose = move |slugs: Vec<String>| {
        editing.change(|definition| {
            definition.query.group_by = slugs.iter().filter_map(|slug| Label::parse(slug)).collect();
        });
    };
    view! {
        <Picks
            label="Group by"
            add="Add a label"
            choices=labels()
            chosen
            on_choose=choose
            none="Everything is one row."
            most=MOST_LABELS
            error=issue(editing.issues, "group_by")
        />
    }
}

/// All labels, each with its slug where that is not the name.
pub fn labels() -> Vec<Choice> {
    facts::Label::ALL
        .iter()
        .map(|label| {
            let (slug, name) = (label.slug(), label.name());
            // System labels have a name of their own in other tools, which their users look for.
            let name = if slug.contains('/') { format!("{name} ({slug})") } else { name.to_owned() };
            (slug.to_owned(), name)
        })
        .collect()
}

#[component]
fn Order(editing: Editing) -> impl IntoView {
    let metrics = part(editing, |query| query.metrics.clone());
    let choices = Signal::derive(move || {
        let first = metrics.with(|metrics| metrics.first().copied().unwrap_or(Metric::Cost));
        let mut choices = vec![(String::new(), format!("{}, largest first", first.name()))];
        for metric in metrics.get() {
            let sort = |ascending| print_sort(Sort::Metric { metric, ascending });
            if metric != first {
                choices.push((sort(false), format!("{}, largest first", metric.name())));
            }
            choices.push((sort(true), format!("{}, smallest first", metric.name())));
        }
        let labels = |ascending| print_sort(Sort::Labels { ascending });
        choices.push((labels(true), "Labels, A to Z".to_owned()));
        choices.push((labels(false), "Labels, Z to A".to_owned()));
        choices
    });
    let value = part(editing, |query| match (query.sort, query.metrics.first()) {
        (Some(Sort::Metric { metric, ascending: false }), Some(first)) if metric == *first => String::new(),
        (sort, _) => sort.map(print_sort).unwrap_or_default(),
    });
    let choose = move |text: String| editing.change(|definition| definition.query.sort = read_sort(&text));
    view! { <Select label="Order" choices value on_choose=choose error=issue(editing.issues, "sort") /> }
}

#[component]
fn Limit(editing: Editing) -> impl IntoView {
    let id = unique_id();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let error = issue(editing.issues, "limit");
    let described = format!("{error_id} {hint_id}");
    let value = part(editing, |query| query.limit.map(|limit| limit.to_string()).unwrap_or_default());
    // What is no number is kept as one that is refused, so that the reason stands at the field.
    let choose = move |text: String| {
        let text = text.trim().to_owned();
        let limit = (!text.is_empty()).then(|| text.parse().unwrap_or(0));
        editing.change(|definition| definition.query.limit = limit);
    };
    view! {
        <div class="field">
            <label for=id.clone()>"Maximum rows"</label>
            <input
                id=id
                class="input"
                inputmode="numeric"
                autocomplete="off"
                placeholder=LIMITS.0.to_string()
                prop:value=value
                on:change:target=move |event| choose(event.target().value())
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
            />
            <FieldIssue id=error_id error />
            <p class="hint" id=hint_id>
                "The remaining rows are combined as Other."
            </p>
        </div>
    }
}

#[component]
fn Compare(editing: Editing) -> impl IntoView {
    let value = part(editing, |query| query.compare);
    view! {
        <label class="tick">
            <input
                type="checkbox"
                prop:checked=value
                on:change:target=move |event| {
                    let compare = event.target().checked();
                    editing.change(|definition| definition.query.compare = compare);
                }
            />
            <span>"Compare with the period before"</span>
        </label>
    }
}
