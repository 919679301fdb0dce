//! What is known of an account: whose it is, its key, since when.

use ::api::Day;
use ::api::connection::{Connection, ConnectionStatus, KeySummary, Organization};
use leptos::prelude::*;

use crate::browser::now;
use crate::connection::last_success;
use crate::format::locale::{day, moment};
use crate::format::{ago, until};

/// A list of names and values.
#[component]
pub fn Facts(
    /// The account.
    account: Memo<Connection>,
) -> impl IntoView {
    view! {
        <section class="card panel" aria-labelledby="account-facts">
            <h2 id="account-facts">"About this account"</h2>
            <dl class="facts">{move || account.with(facts)}</dl>
        </section>
    }
}

fn facts(account: &Connection) -> Vec<AnyView> {
    let fact = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    };
    let mut facts = vec![fact("Organization", organization(account.organization.as_ref()))];
    // Only those who may connect see anything of the key.
    if let Some(key) = &account.key {
        facts.push(fact("Admin key", admin_key(key)));
        facts.push(fact("Key last used", last_used(key)));
    }
    facts.push(fact("Scopes of the key", scopes(account)));
    facts.push(fact("History", history(account)));
    facts.push(fact("Last import", last_import(account)));
    facts.push(fact("Connected", connected(account)));
    facts
}

fn organization(organization: Option<&Organization>) -> AnyView {
    let Some(Organization { id, name }) = organization.cloned() else {
        return "Not reported by OpenAI yet".into_any();
    };
    match name {
        Some(name) => view! { {name} <small><code>{id}</code></small> }.into_any(),
        None => view! { <code>{id}</code> }.into_any(),
    }
}

fn admin_key(key: &KeySummary) -> AnyView {
    let words = match key.expires_at {
        None => "OpenAI reports no expiry date".to_owned(),
        Some(expires) if expires > now() => {
            format!("Expires {}, on {}", until(expires, now()), day(Day::of(expires)))
        }
        Some(expires) => format!("Expired on {}", day(Day::of(expires))),
    };
    let fingerprint = key.fingerprint.clone();
    view! {
        <code>"…" {key.tail.clone()}</code>
        <small>{words}</small>
        <small>
            "Fingerprint " <code title="Identical keys have the same fingerprint. It reveals nothing about the key.">{fingerprint}</code>
            ", in use since " {day(Day::of(key.added_at))}
        </small>
    }
    .into_any()
}

fn last_used(key: &KeySummary) -> AnyView {
    key.last_used_at.map_or_else(
        || "Not yet".into_any(),
        |used| {
            view! {
                {ago(used, now())}
                <small>{moment(used)} ", for reading only"</small>
            }
            .into_any()
        },
    )
}

fn scopes(account: &Connection) -> AnyView {
    let usage = if account.usage_readable { "Usage: read" } else { "Usage: not readable" };
    let usage_remedy = (!account.usage_readable).then(|| {
        view! { <small>"Set the key's Usage API Scope to Read in OpenAI: without it, nothing is imported."</small> }
    });
    let (management, remedy) = if account.management_readable {
        ("Management: read", "Projects, keys and people are shown by name.")
    } else {
        (
            "Management: not readable",
            "IDs are shown instead of names. Set the key's Management API Scope to Read in OpenAI, and names appear with the next import.",
        )
    };
    view! {
        {usage}
        {usage_remedy}
        <br />
        {management}
        <small>{remedy}</small>
    }
    .into_any()
}

fn history(account: &Connection) -> AnyView {
    let first = day(account.history_start);
    let (words, more) = if account.history_known {
        (format!("Since {first}"), "Nothing was billed before that. Days are UTC days.")
    } else {
        (format!("Back to {first} so far"), "Still looking for the start.")
    };
    view! {
        {words}
        <small>{more}</small>
    }
    .into_any()
}

fn last_import(account: &Connection) -> AnyView {
    let last = last_success(account).map_or_else(
        || "Nothing is imported yet".into_any(),
        |last| view! { <span title=moment(last)>{ago(last, now())}</span> }.into_any(),
    );
    let why_none = match account.status {
        ConnectionStatus::Paused { .. } => "No further import while the account is paused",
        ConnectionStatus::Disconnected { .. } => "No further import: the account is disconnected",
        _ => "No further import while the key cannot be used",
    };
    let next = account.streams.iter().filter_map(|stream| stream.next_run).min().map_or_else(
        || view! { <small>{why_none}</small> }.into_any(),
        |next| {
            view! { <small title=moment(next)>{format!("Next one {}", until(next, now()))}</small> }
                .into_any()
        },
    );
    view! { {last} {next} }.into_any()
}

fn connected(account: &Connection) -> AnyView {
    view! {
        {moment(account.created_at)}
        <small class="breakable">"by " {account.created_by.to_string()}</small>
    }
    .into_any()
}
