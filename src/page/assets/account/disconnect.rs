//! The end of a connection: its key is destroyed, and its data if somebody says so and means it.

use ::api::connection::{
    Connection, ConnectionStatus, Disconnect, DisconnectConnection, Disconnected, ImportedData,
};
use leptos::prelude::*;

use crate::form::field_error;
use crate::form::submission::Submission;
use crate::layout::announcer::Announcer;
use crate::navigation::use_navigation;
use crate::page::connect::create_key::DASHBOARD;
use crate::route::Route;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::Notice;

/// The id of the dialog's heading.
const TITLE: &str = "disconnect-title";

/// The dialog: what becomes of the data, then what is left to do at OpenAI.
#[component]
pub fn DisconnectDialog(
    /// The account.
    account: Memo<Connection>,
    /// Closes it.
    close: Callback<()>,
    /// The account is disconnected.
    changed: Callback<()>,
) -> impl IntoView {
    let done = RwSignal::new(None::<Disconnected>);
    let navigation = use_navigation();
    let leave = Callback::new(move |()| {
        let deleted = done.with_untracked(|done| done.as_ref().map(|done| done.connection.is_none()));
        close.run(());
        match deleted {
            Some(true) => navigation.go(Route::Assets),
            Some(false) => changed.run(()),
            None => {}
        }
    });
    Effect::new(move |before: Option<bool>| {
        let is_done = done.with(Option::is_some);
        if before != Some(is_done) {
            request_animation_frame(|| {
                focus(&format!("#{TITLE}"));
            });
        }
        is_done
    });
    view! {
        <Dialog labelled_by=TITLE on_close=leave class="small">
            // What is outside a modal is inert, the page's own announcer too.
            <Announcer />
            {move || match done.get() {
                None => view! { <Ask account close done changed /> }.into_any(),
                Some(outcome) => view! { <Done outcome leave /> }.into_any(),
            }}
        </Dialog>
    }
}

/// What becomes of the data. Deleting it is confirmed by typing the account's name.
#[component]
fn Ask(
    account: Memo<Connection>,
    close: Callback<()>,
    done: RwSignal<Option<Disconnected>>,
    changed: Callback<()>,
) -> impl IntoView {
    let navigation = use_navigation();
    let (id, name, has_key) = account.with_untracked(|account| {
        let has_key = !matches!(account.status, ConnectionStatus::Disconnected { .. });
        (account.id.clone(), account.name.to_string(), has_key)
    });
    let data = RwSignal::new(if has_key { ImportedData::Keep } else { ImportedData::Delete });
    let deletes = Memo::new(move |_| data.get() == ImportedData::Delete);
    let typed = RwSignal::new(String::new());
    let submission = Submission::default();
    let wanted = name.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if deletes.get_untracked() && typed.get_untracked().trim() != wanted {
            let issue = format!("Type {wanted} to delete its data.");
            return submission.refuse(vec![field_error("confirmation", issue)]);
        }
        let body = DisconnectConnection { data: data.get_untracked() };
        let page = Route::Account(id.clone());
        submission.send::<Disconnect>(id.clone(), body, move |outcome| {
            // Whoever has closed the dialog meanwhile sees on the page what has become of the account.
            match done.try_set(Some(outcome)).flatten() {
                Some(Disconnected { connection: None, .. }) if navigation.route_untracked() == page => {
                    navigation.replace(Route::Assets);
                }
                Some(_) => {
                    let _ = changed.try_run(());
                }
                None => {}
            }
        });
    };
    let confirm = name.clone();
    view! {
        <form class="form dialog-body" on:submit=submit novalidate>
            <h2 id=TITLE tabindex="-1" class="breakable">
                {if has_key { format!("Disconnect {name}?") } else { format!("Delete the data of {name}?") }}
            </h2>
            {submission.notice()}
            {has_key
                .then(|| {
                    view! {
                        <p>"Our copy of the admin key is destroyed at once, and nothing more is imported."</p>
                        <fieldset class="choices">
                            <legend>"Imported data"</legend>
                            <Choice
                                data
                                value=ImportedData::Keep
                                title="Keep it"
                                words="It stays in every figure. If you connect the organization again, the import continues from there."
                            />
                            <Choice
                                data
                                value=ImportedData::Delete
                                title="Delete it"
                                words="It disappears from every figure, report and export, and cannot be recovered."
                            />
                        </fieldset>
                    }
                })}
            {move || {
                deletes
                    .get()
                    .then(|| {
                        let label = format!("Type {confirm} to confirm");
                        view! { <Field label value=typed error=submission.issue("confirmation") /> }
                    })
            }}
            <div class="actions">
                <Button kind=ButtonKind::Danger submit=true busy=submission.busy()>
                    {move || match (has_key, deletes.get()) {
                        (true, false) => "Disconnect",
                        (true, true) => "Disconnect and delete",
                        (false, _) => "Delete the data",
                    }}
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Choice(
    data: RwSignal<ImportedData>,
    value: ImportedData,
    title: &'static str,
    words: &'static str,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="radio"
                name="imported-data"
                prop:checked=move || data.get() == value
                on:change=move |_| data.set(value)
            />
            <span>
                {title} <small class="muted line-detail">{words}</small>
            </span>
        </label>
    }
}

/// What is left to do: only OpenAI can make the key useless.
#[component]
fn Done(outcome: Disconnected, leave: Callback<()>) -> impl IntoView {
    let title = if outcome.connection.is_some() { "Disconnected" } else { "Disconnected and deleted" };
    view! {
        <div class="dialog-body">
            <h2 id=TITLE tabindex="-1">
                {title}
            </h2>
            <Notice tone=Tone::Warning title="One thing left to do at OpenAI">
                <p>{outcome.remedy}</p>
                <p>
                    <a href=DASHBOARD target="_blank" rel="noopener noreferrer external">
                        "Open the admin keys" <Icon name=IconName::External />
                        <span class="hidden-text">" (opens a new tab)"</span>
                    </a>
                </p>
            </Notice>
            <div class="actions">
                <Button kind=ButtonKind::Primary on_press=leave>
                    "Done"
                </Button>
            </div>
        </div>
    }
}
