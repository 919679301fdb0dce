//! What can be done with an account: rename it, replace its key, pause it, disconnect it.

use ::api::connection::{ActError, Connection, ConnectionStatus, Pause, Resume};
use ::api::{ConnectionId, Permission};
use leptos::prelude::*;

use super::disconnect::DisconnectDialog;
use super::rename::RenameDialog;
use crate::api::{self, CallError};
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::page::assets::import_now::may_import;
use crate::route::Route;
use crate::session;
use crate::ui::button::{Button, ButtonKind, LinkButton};

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Rename,
    Disconnect,
}

/// What an account allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Running,
    Paused,
    Disconnected,
}

/// The acts, each with what it means, for those who may do them.
#[component]
pub fn Manage(
    /// The account.
    account: Memo<Connection>,
    /// It was changed: time to look at it again.
    changed: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let phase = Memo::new(move |_| account.with(|account| phase(&account.status)));
    let (connects, imports) = (Memo::new(|_| session::can_connect()), Memo::new(|_| may_import()));
    view! {
        <section class="card panel" aria-labelledby="account-manage">
            <h2 id="account-manage">"Manage this account"</h2>
            <ul class="requests manage">
                {move || connects.get().then(|| view! { <RenameLine account open /> })}
                {move || connects.get().then(|| view! { <KeyLine account phase /> })}
                {move || (imports.get() && phase.get() != Phase::Disconnected).then(|| view! { <PauseLine account phase changed /> })}
                {move || connects.get().then(|| view! { <DisconnectLine phase open /> })}
            </ul>
            {move || (!connects.get()).then(|| view! { <p class="muted">{missing()}</p> })}
        </section>
        {move || match open.get() {
            None => ().into_any(),
            Some(Open::Rename) => view! { <RenameDialog account close changed /> }.into_any(),
            Some(Open::Disconnect) => view! { <DisconnectDialog account close changed /> }.into_any(),
        }}
    }
}

fn phase(status: &ConnectionStatus) -> Phase {
    match status {
        ConnectionStatus::Paused { .. } => Phase::Paused,
        ConnectionStatus::Disconnected { .. } => Phase::Disconnected,
        _ => Phase::Running,
    }
}

fn missing() -> String {
    format!(
        "Renaming, testing, replacing the key and disconnecting need the permission {}. Ask a Users Manager of your company to grant it to you.",
        Permission::any_of(Permission::CONNECTS)
    )
}

#[component]
fn Line(
    /// What it is about.
    title: &'static str,
    /// What it means.
    #[prop(into)]
    words: Signal<String>,
    /// The button.
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <span class="manage-words">
                <strong>{title}</strong>
                <small class="muted line-detail breakable">{words}</small>
            </span>
            {children()}
        </li>
    }
}

#[component]
fn RenameLine(account: Memo<Connection>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let words = Signal::derive(move || {
        account.with(|account| format!("“{}” is what the console calls this organization.", account.name))
    });
    view! {
        <Line title="Name" words>
            <Button on_press=Callback::new(move |()| open.set(Some(Open::Rename)))>"Rename"</Button>
        </Line>
    }
}

#[component]
fn KeyLine(account: Memo<Connection>, phase: Memo<Phase>) -> impl IntoView {
    let id = account.with_untracked(|account| account.id.clone());
    let is_gone = Memo::new(move |_| phase.get() == Phase::Disconnected);
    let words = Signal::derive(move || {
        if is_gone.get() {
            "A new key of the same organization brings the account back: the imported data is still there."
                .to_owned()
        } else {
            "Once tested, a new key of the same organization replaces this one. Imports continue without a gap.".to_owned()
        }
    });
    let href = Route::renew(id.clone(), Route::Account(id)).to_string();
    view! {
        <Line title="Admin key" words>
            <LinkButton href>{move || if is_gone.get() { "Connect again" } else { "Replace the key" }}</LinkButton>
        </Line>
    }
}

#[component]
fn PauseLine(account: Memo<Connection>, phase: Memo<Phase>, changed: Callback<()>) -> impl IntoView {
    let submission = Submission::default();
    let is_paused = Memo::new(move |_| phase.get() == Phase::Paused);
    let words = Signal::derive(move || {
        if is_paused.get() {
            "Nothing is imported. Resume the account: the missed days are then imported.".to_owned()
        } else {
            "Pausing stops the import until somebody resumes it. The imported data and the key are kept."
                .to_owned()
        }
    });
    let press = Callback::new(move |()| {
        let (id, paused) = (account.with_untracked(|account| account.id.clone()), is_paused.get_untracked());
        submission.run(async move {
            turn(&id, paused).await?;
            announce(if paused { "The import is resumed" } else { "The import is paused" });
            let _ = changed.try_run(());
            Ok(())
        });
    });
    view! {
        <Line title="Import" words>
            <Button busy=submission.busy() on_press=press>{move || if is_paused.get() { "Resume" } else { "Pause" }}</Button>
            {submission.notice()}
        </Line>
    }
}

async fn turn(id: &ConnectionId, paused: bool) -> Result<(), CallError<ActError>> {
    if paused { api::get::<Resume>(id).await.map(drop) } else { api::get::<Pause>(id).await.map(drop) }
}

#[component]
fn DisconnectLine(phase: Memo<Phase>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let is_gone = Memo::new(move |_| phase.get() == Phase::Disconnected);
    let words = Signal::derive(move || {
        if is_gone.get() {
            "The key is destroyed. The imported data is kept until you delete it.".to_owned()
        } else {
            "Destroys our copy of the key and, if you choose, the imported data.".to_owned()
        }
    });
    view! {
        <Line title="Connection" words>
            <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| open.set(Some(Open::Disconnect)))>
                {move || if is_gone.get() { "Delete the data…" } else { "Disconnect…" }}
            </Button>
        </Line>
    }
}
