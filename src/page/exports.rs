//! Exports: a month of costs as a FOCUS file, which other tools read.

pub mod choice;
pub mod focus_download;

use ::api::Month;
use ::api::connection::Connection;
use ::api::export::{FocusQuery, FocusVersion, Format};
use leptos::prelude::*;

use self::choice::Chosen;
use self::focus_download::FocusDownload;
use crate::connection::months_of;
use crate::days::Days;
use crate::form::account_field::AccountField;
use crate::format::locale::month as month_name;
use crate::layout::cost_page::CostPage;
use crate::navigation::use_navigation;
use crate::page::reconciliation;
use crate::route::Route;
use crate::ui::button::LinkButton;
use crate::ui::select::Select;

/// The page.
#[component]
pub fn Exports() -> impl IntoView {
    view! {
        <CostPage
            heading="Exports"
            about="A month of costs as a file for other tools."
            none="Nothing to export yet"
            none_words="Connect an OpenAI organization first: its costs then appear here, month by month."
            show=|connections| view! { <Focus connections /> }.into_any()
            below=other_tables
        />
    }
}

fn other_tables() -> AnyView {
    view! {
        <section class="card panel" aria-labelledby="export-report">
            <h2 id="export-report">"Other tables"</h2>
            <p class="muted">
                "A report shows cost and usage broken down as you choose, and downloads as CSV. Programs query the same figures with an API token."
            </p>
            <p class="actions">
                <LinkButton href=Route::new_report().to_string()>"New report"</LinkButton>
            </p>
        </section>
    }
    .into_any()
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
    let offered = months_of(connections);
    let months = Signal::derive(move || {
        offered
            .get()
            .into_iter()
            .map(|month| (month.to_string(), month_name(month.span().start)))
            .collect::<Vec<_>>()
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
                <AccountField
                    connections
                    value=Signal::derive(move || chosen.with(|chosen| chosen.query.connection.clone()))
                    on_choose=move |account| change(&|chosen| chosen.query.connection.clone_from(&account))
                />
                <Select
                    label="FOCUS version"
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
            <p class="muted export-more">
                <a href=move || chosen.with(reconciled).to_string()>"Reconcile this month"</a>
                " with OpenAI's own totals before you hand it on."
            </p>
        </section>
    }
}

/// The same month and account, reconciled.
fn reconciled(chosen: &Chosen) -> Route {
    let FocusQuery { month, connection, .. } = &chosen.query;
    let days = Days::Month(*month);
    reconciliation::choice::Chosen { days, account: connection.clone(), ..Default::default() }.route()
}

fn version(text: &str) -> FocusVersion {
    let known = choice::VERSIONS.iter().find(|(version, _)| version.as_str() == text);
    known.map_or(FocusVersion::V1_2, |(version, _)| *version)
}

fn format(text: &str) -> Format {
    let known = choice::FORMATS.iter().find(|(format, _)| format.extension() == text);
    known.map_or(Format::Csv, |(format, _)| *format)
}
