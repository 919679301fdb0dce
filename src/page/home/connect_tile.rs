//! The tile that leads to the wizard.

use ::api::connection::Connection;
use leptos::prelude::*;

use crate::load::Loader;
use crate::page::assets::ConnectLink;
use crate::route::Route;
use crate::ui::icon::{Icon, IconName};

/// The tile that leads to the wizard, or says why it cannot.
#[component]
pub fn ConnectTile(
    /// The connected accounts.
    connections: Loader<Vec<Connection>>,
) -> impl IntoView {
    let title = move || {
        let some = connections.get().data().is_some_and(|connections| !connections.is_empty());
        if some { "Connect another account" } else { "Connect your account" }
    };
    view! {
        <article class="card tile">
            <div class="tile-head">
                <span class="icon-box">
                    <Icon name=IconName::Plus />
                </span>
                <h3>{title}</h3>
            </div>
            <p class="muted">
                "Each OpenAI organization is one account. It takes about a minute: create a restricted admin key, paste it, test it."
            </p>
            <div class="actions tile-end">
                <ConnectLink from=Route::Home />
            </div>
        </article>
    }
}
