//! Who did what, newest first.

use ::api::Nothing;
use ::api::audit_event::{ActorKind, AuditEntry, Detail, Export, FieldChange, List, LogFormat, Outcome};
use leptos::prelude::*;

use super::chosen;
use super::download::download;
use super::listing::Listing;
use super::search::Search;
use super::verdict::{self, Check};
use crate::api;
use crate::form::submission::Submission;
use crate::format::locale::{moment_exact, number};
use crate::load::parts::Parts;
use crate::navigation::use_navigation;
use crate::route::{Pairs, Route};
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};
use crate::ui::field::FieldKind;
use crate::ui::focus::focus_if_lost;
use crate::ui::icon::{Icon, IconName};

/// The events that the address asks for.
#[component]
pub fn Entries() -> impl IntoView {
    let navigation = use_navigation();
    let pairs = Memo::new(move |before: Option<&Pairs>| match navigation.route() {
        Route::AuditLog(pairs) => pairs,
        _ => before.cloned().unwrap_or_default(),
    });
    let results = [("", "Any"), ("done", "Done"), ("refused", "Refused")];
    let results = results.map(|(value, name)| (value.to_owned(), name.to_owned())).to_vec();
    let texts = vec![
        ("text", "Text", "In any value, such as an id or part of an address", FieldKind::Text),
        ("actor", "By whom", "An e-mail address, operator or system", FieldKind::Text),
        ("from", "From day", "", FieldKind::Date),
        ("through", "Through day", "", FieldKind::Date),
    ];
    view! {
        <div class="section-head">
            <h2>"Events"</h2>
            <div class="actions">
                <Download pairs />
            </div>
        </div>
        <Check ask=verdict::of_events />
        <Search pairs route=Route::AuditLog texts results />
        <Narrowed pairs />
        {move || {
            let query = chosen::events(&pairs.get());
            let parts = Parts::load(move |after| {
                let query = ::api::audit_event::AuditQuery { after, ..query.clone() };
                async move { api::call::<List>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble()) }
            });
            view! {
                <Listing
                    parts
                    label="Loading events…"
                    none="No matching events."
                    earlier="Earlier events"
                    table=Box::new(move |entries| view! { <Table entries pairs /> }.into_any())
                />
            }
        }}
    }
}

/// What a link in a row has narrowed the list to.
#[component]
fn Narrowed(pairs: Memo<Pairs>) -> impl IntoView {
    let navigation = use_navigation();
    let pick = move |name: &'static str, words: &'static str| {
        let value = pairs.with(|pairs| pairs.get(name).map(str::to_owned))?;
        let shown = if name == "kind" { self::words(&value) } else { value };
        let label = format!("Remove {words} {shown}");
        let remove = move |_| {
            navigation.go(Route::AuditLog(chosen::with(&pairs.get_untracked(), name, "")));
            focus_if_lost("main h1");
        };
        Some(view! {
            <li class="pick">
                <span class="breakable">{words} " " {shown}</span>
                <button type="button" class="pick-remove" aria-label=label on:click=remove>
                    <Icon name=IconName::Cross />
                </button>
            </li>
        })
    };
    view! { <ul class="picks">{move || pick("kind", "Only")} {move || pick("object", "Only of")}</ul> }
}

#[component]
fn Download(pairs: Memo<Pairs>) -> impl IntoView {
    let csv = Submission::default();
    let lines = csv.beside();
    let press = move |of: Submission, format: LogFormat| {
        Callback::new(move |()| {
            download::<Export>(of, chosen::event_file(&pairs.get_untracked(), format));
        })
    };
    view! {
        <Button busy=csv.busy() on_press=press(csv, LogFormat::Csv)>
            <Icon name=IconName::Import />
            "Download CSV"
        </Button>
        <Button busy=lines.busy() on_press=press(lines, LogFormat::JsonLines)>
            "Download JSON lines"
        </Button>
        {csv.notice()}
    }
}

/// The events. Roles are spelled out, since a phone shows cards.
#[component]
fn Table(entries: Signal<Vec<AuditEntry>>, pairs: Memo<Pairs>) -> impl IntoView {
    let narrow = move |name: &'static str, value: &str| {
        Route::AuditLog(chosen::with(&pairs.get_untracked(), name, value)).to_string()
    };
    let row = move |entry: AuditEntry| {
        let (kind, object) = (narrow("kind", &entry.kind), entry.object.clone());
        let object = object.map(|id| {
            let href = narrow("object", &id);
            view! { <a class="breakable" href=href>{id}</a> }
        });
        let result = match entry.result {
            Outcome::Done => view! { <Chip tone=Tone::Good text="Done" /> },
            Outcome::Refused => view! { <Chip tone=Tone::Warning text="Refused" /> },
        };
        // What it is of stands above them.
        let is_new = |detail: &&Detail| entry.object.as_deref() != Some(detail.value.as_str());
        let details = entry.details.iter().filter(is_new).map(|detail| {
            view! {
                <small class="breakable">{words(&detail.field)} ": " {detail.value.clone()}</small>
            }
        });
        let details = details.collect_view();
        let changes = entry.changes.iter().map(change).collect_view();
        let from = entry.network.clone().map(|network| view! { <small>"From " {network}</small> });
        let request =
            entry.request_id.clone().map(|id| view! { <small>"Request " <code>{id}</code></small> });
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" data-label="Event">
                    <a href=kind>{words(&entry.kind)}</a>
                    <small class="muted">{number(entry.seq)}</small>
                </th>
                <td role="cell" data-label="Time (UTC)">
                    <span class="nowrap">{moment_exact(entry.at)}</span>
                </td>
                <td role="cell" data-label="By whom">
                    <span class="breakable">{actor(&entry)}</span>
                    {from}
                </td>
                <td role="cell" data-label="What">
                    {object}
                    {details}
                    {changes}
                    {request}
                </td>
                <td role="cell" data-label="Result">
                    {result}
                </td>
            </tr>
        }
    };
    view! {
        <div class="card">
            <table class="accounts log" role="table" aria-label="Events, newest first">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Event"</th>
                        <th role="columnheader" scope="col">"Time (UTC)"</th>
                        <th role="columnheader" scope="col">"By whom"</th>
                        <th role="columnheader" scope="col">"What"</th>
                        <th role="columnheader" scope="col">"Result"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{move || entries.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn actor(entry: &AuditEntry) -> String {
    let email = entry.email.clone().unwrap_or_else(|| "somebody".into());
    match entry.actor {
        ActorKind::User => email,
        ActorKind::ApiToken => {
            format!("A token of {email}: {}", entry.token.as_deref().unwrap_or_default())
        }
        ActorKind::Operator => "The operator".into(),
        ActorKind::System => "The server".into(),
        ActorKind::Unknown => "No longer readable".into(),
    }
}

fn change(change: &FieldChange) -> impl IntoView + use<> {
    let side = |side: &Option<String>| match side.as_deref() {
        None | Some("") => "nothing".to_owned(),
        Some(text) => text.to_owned(),
    };
    let text = format!("{}: {} → {}", words(&change.field), side(&change.before), side(&change.after));
    view! { <small class="breakable">{text}</small> }
}

/// `key_entered` as people read it.
fn words(slug: &str) -> String {
    let words = slug.replace('_', " ");
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}
