//! Import now: the button, and what the server says against it.

use ::api::connection::{Connection, ConnectionStatus, Import, ImportError};
use ::api::{ConnectionId, Permission};
use leptos::prelude::*;

use crate::api::{self, CallError};
use crate::browser::now;
use crate::connection::is_read;
use crate::form::submission::Submission;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::session;
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::Trouble;

/// The button. It says that an import runs until all that is due is read.
#[component]
pub fn ImportNow(
    /// The account.
    account: Memo<Option<Connection>>,
    /// An import has begun: time to look at the account again.
    started: Callback<()>,
    /// What it is asked for by: it says why none has begun.
    asking: Submission,
) -> impl IntoView {
    let runs = Memo::new(move |_| {
        account.with(|account| account.as_ref().is_some_and(|account| is_read(account, now())))
    });
    let busy = Signal::derive(move || asking.busy().get() || runs.get());
    let against = Memo::new(move |_| account.with(|account| account.as_ref().and_then(against)));
    let press = Callback::new(move |()| {
        let Some(account) = account.get_untracked() else { return };
        asking.run(async move {
            ask(&account.id).await?;
            announce(format!("The import of {} has begun", account.name));
            let _ = started.try_run(());
            Ok(())
        });
    });
    let name = move || account.with(|account| account.as_ref().map(|account| format!(" {}", account.name)));
    view! {
        <Button busy reason=against on_press=press>
            {move || (!busy.get()).then(|| view! { <Icon name=IconName::Reload /> })}
            <span>
                {move || if runs.get() { "Importing…" } else { "Import now" }} <span class="hidden-text">{name}</span>
            </span>
        </Button>
    }
}

/// Whether the user may start an import, tracked.
pub fn may_import() -> bool {
    session::signed_in().is_some_and(|user| user.has_any(Permission::MANAGES_IMPORTS))
}

/// Why no import can be started, known before anybody asks.
fn against(account: &Connection) -> Option<String> {
    if !may_import() {
        return Some(format!(
            "Importing now needs the permission {}.",
            Permission::any_of(Permission::MANAGES_IMPORTS)
        ));
    }
    match &account.status {
        ConnectionStatus::NeedsKey { .. } => Some("Nothing can be imported until the key is replaced."),
        ConnectionStatus::Paused { .. } => Some("Resume the account to import."),
        ConnectionStatus::Disconnected { .. } => Some("Connect the account again to import."),
        ConnectionStatus::Connecting
        | ConnectionStatus::Importing { .. }
        | ConnectionStatus::Healthy
        | ConnectionStatus::Degraded { .. } => None,
    }
    .map(str::to_owned)
}

async fn ask(id: &ConnectionId) -> Result<(), Trouble> {
    match api::get::<Import>(id).await {
        Ok(_) => Ok(()),
        Err(CallError::Refused(ImportError::AskedToWait { until }, problem)) => Err(Trouble {
            detail: format!(
                "OpenAI limits the rate of requests of this organization until {}.",
                moment(until)
            ),
            ..CallError::Refused(ImportError::AskedToWait { until }, problem).trouble()
        }),
        Err(error) => Err(error.trouble()),
    }
}
