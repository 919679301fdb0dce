//! Whose key the new one takes the place of.

use ::api::connection::{Connection, ConnectionStatus, View};
use leptos::prelude::*;

use super::flow::Flow;
use crate::api;
use crate::load::{Load, load_once};
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, TroubleNotice};

/// The account and the key that it has, over every step; nothing where a new account is made.
#[component]
pub fn Renewal(
    /// The wizard.
    flow: Flow,
) -> impl IntoView {
    flow.renews().map(|id| {
        let account = load_once(move || {
            let id = id.clone();
            async move { api::get::<View>(&id).await.map_err(|error| error.trouble()) }
        });
        move || match account.get() {
            Load::Loading => ().into_any(),
            Load::Failed(trouble) | Load::Stale(_, trouble) => view! { <TroubleNotice trouble /> }.into_any(),
            Load::Ready(account) => view! { <Words account /> }.into_any(),
        }
    })
}

#[component]
fn Words(account: Connection) -> impl IntoView {
    let title = format!("Replace the key of “{}”", account.name);
    let organization = account
        .organization
        .map_or_else(|| "the same organization".to_owned(), |found| found.name.unwrap_or(found.id));
    let words = match (account.key, account.status) {
        (None, _) => format!("The new key must belong to {organization}. The imported data is still there."),
        (Some(key), ConnectionStatus::NeedsKey { .. }) => format!(
            "The new key must belong to {organization}. It takes the place of the one that ends with {}, and the import goes on from where it stopped.",
            key.tail
        ),
        (Some(key), _) => format!(
            "The new key must belong to {organization}. The key in use, which ends with {}, works until you finish. Revoke it in OpenAI afterwards.",
            key.tail
        ),
    };
    view! {
        <Notice tone=Tone::Neutral title>
            <p>{words}</p>
        </Notice>
    }
}
