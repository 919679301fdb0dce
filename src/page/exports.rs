//! Exports: a month of costs as a FOCUS file, which other tools read.

pub mod choice;
pub mod focus_download;

use ::api::connection::Connection;
use ::api::export::{FocusVersion, Format};
use ::api::{ConnectionId, Month};
use leptos::prelude::*;

use self::choice::Chosen;
use self::focus_download::FocusDownload;
use crate::connection::load_connections;
use crate::format::locale::month as month_name;
use crate::layout::cost_permission::WhoSeesCosts;
use crate::load::arrived::Arrived;
use crate::navigation::use_navigation;
use crate::route::{Opener, Route};
use crate::ui::button::{ButtonKind, LinkButton};
use crate::ui::icon::{Icon, IconName};
use crate::ui::select::Select;

/// The page.
#[component]
pub fn Exports() -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Exports"</h1>
                <p class="muted">"A month of costs as a file that other tools read."</p>
            </div>
        </div>
        <WhoSeesCosts show=Box::new(|| view! { <Files /> }.into_any()) />
    }
}

#[component]
fn Files() -> impl IntoView {
    let connections = load_connections();
    let again = connections.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = Box::new(move |connections: Memo<Vec<Connection>>| {
        let is_empty = Memo::new(move |_| connections.with(Vec::is_empty));
        view! { {move || if is_empty.get() { view! { <Empty /> }.into_any() } else { view! { <Focus connections /> }.into_any() }} }
            .into_any()
    });
    view! {
        <Arrived data=connections label="Loading the accounts…" retry show />
        <section class="card panel" aria-labelledby="export-report">
            <h2 id="export-report">"Any other table"</h2>
            <p class="muted">
                "A report gives cost and usage by what you choose, with Download CSV beside it. Programs find the same addresses in the API's document."
            </p>
            <p class="actions">
                <LinkButton href=Route::new_report().to_string()>"Make a report"</LinkButton>
            </p>
        </section>
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="card empty panel">
            <span class="icon-box">
                <Icon name=IconName::Import />
            </span>
            <h2>"Nothing to export yet"</h2>
            <p class="muted">"Connect an OpenAI organization first: its costs are then here, month by month."</p>
            <p class="actions">
                <LinkButton kind=ButtonKind::Primary href=Route::connect(Opener::Home).to_string()>
                    "Connect your account"
                </LinkButton>
            </p>
        </div>
    }
}

#[component]
fn Focus(connections: Memo<Vec<Connection>>) -> impl IntoView {
    let navigation = use_navigation();
    let chosen = Memo::new(move |before: Option<&Chosen>| {
        Chosen::of(&navigation.route()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let change = move |change: &dyn Fn(&mut Chosen)| {
        let mut chosen = chosen.get_untracked();
        change(&mut chosen);
        navigation.go(chosen.route());
    };
    let months = Signal::derive(move || {
        let start = connections.with(|list| list.iter().map(|account| account.history_start).min());
        choice::months(start)
            .into_iter()
            .map(|month| (month.to_string(), month_name(month.span().start)))
            .collect::<Vec<_>>()
    });
    let accounts = Signal::derive(move || {
        let known =
            connections.get().into_iter().map(|account| (account.id.to_string(), account.name.to_string()));
        std::iter::once((String::new(), "All accounts".to_owned())).chain(known).collect::<Vec<_>>()
    });
    let versions: Vec<_> = choice::VERSIONS
        .iter()
        .map(|(version, words)| (version.as_str().to_owned(), (*words).to_owned()))
        .collect();
    let formats: Vec<_> = choice::FORMATS
        .iter()
        .map(|(format, words)| (format.extension().to_owned(), (*words).to_owned()))
        .collect();
    view! {
        <section class="card panel" aria-labelledby="export-focus">
            <h2 id="export-focus">"FOCUS, month by month"</h2>
            <p class="muted">
                "FOCUS is the FinOps Open Cost and Usage Specification. Days and months are UTC. A day may still be revised for three days after its end."
            </p>
            <div class="export-form">
                <Select
                    label="Month"
                    choices=months
                    value=Signal::derive(move || chosen.with(|chosen| chosen.query.month.to_string()))
                    on_choose=move |text: String| {
                        if let Ok(month) = Month::parse(&text) {
                            change(&|chosen| chosen.query.month = month);
                        }
                    }
                />
                <Select
                    label="Account"
                    choices=accounts
                    value=Signal::derive(move || {
                        chosen.with(|chosen| chosen.query.connection.as_ref().map(ToString::to_string).unwrap_or_default())
                    })
                    on_choose=move |id: String| change(&|chosen| chosen.query.connection = ConnectionId::parse(&id).ok())
                />
                <Select
                    label="Version of FOCUS"
                    choices=versions
                    value=Signal::derive(move || chosen.with(|chosen| chosen.query.version.as_str().to_owned()))
                    on_choose=move |text: String| change(&|chosen| chosen.query.version = version(&text))
                />
                <Select
                    label="Format"
                    choices=formats
                    value=Signal::derive(move || chosen.with(|chosen| chosen.query.format.extension().to_owned()))
                    on_choose=move |text: String| change(&|chosen| chosen.query.format = format(&text))
                />
            </div>
            <FocusDownload chosen />
        </section>
    }
}

fn version(text: &str) -> FocusVersion {
    let known = choice::VERSIONS.iter().find(|(version, _)| version.as_str() == text);
    known.map_or(FocusVersion::V1_2, |(version, _)| *version)
}

fn format(text: &str) -> Format {
    let known = choice::FORMATS.iter().find(|(format, _)| format.extension() == text);
    known.map_or(Format::Csv, |(format, _)| *format)
}
