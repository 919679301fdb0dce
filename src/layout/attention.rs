//! A banner over the figures where an account needs somebody, or where nothing new comes.

pub mod notices;

use ::api::connection::{Connection, ConnectionStatus};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::chunk;

/// The accounts that the banner is about, for the chunk that says it.
#[derive(Clone, Copy)]
pub struct Watched(pub Signal<Vec<Connection>>);

/// The banner. What it says is loaded when there is something to say.
#[component]
pub fn Attention(
    /// The connected accounts.
    #[prop(into)]
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    provide_context(Watched(connections));
    let wanted = Memo::new(move |_| connections.with(|list| list.iter().any(needs_somebody)));
    let page = RwSignal::new(None);
    Effect::new(move |_| {
        if wanted.get() && page.with_untracked(Option::is_none) {
            spawn_local(async move {
                // Without it the chips of the accounts still say which of them needs somebody.
                page.try_set(chunk::ATTENTION.load().await);
            });
        }
    });
    move || if wanted.get() { page.get().map(chunk::show) } else { None }
}

/// Whether somebody has to do something about an account.
pub fn needs_somebody(connection: &Connection) -> bool {
    !connection.warnings.is_empty()
        || matches!(connection.status, ConnectionStatus::NeedsKey { .. } | ConnectionStatus::Degraded { .. })
}
