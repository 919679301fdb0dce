//! The Lens while nothing is connected.

use leptos::prelude::*;

use super::scope::Scope;
use crate::page::assets::ConnectLink;
use crate::ui::icon::{Icon, IconName};

/// What the Lens will show, and the way there.
#[component]
pub fn Empty(
    /// What is looked at once something is connected.
    scope: Memo<Scope>,
) -> impl IntoView {
    view! {
        <section class="card lens-empty">
            <span class="icon-box large">
                <Icon name=IconName::Lens />
            </span>
            <h2>"See, split and explain what OpenAI costs"</h2>
            <p class="muted">
                "Connect an OpenAI organization with a restricted admin key. Seconds later its costs are here: billed per day, split by project, right to the cent."
            </p>
            <ul class="lens-steps">
                <li>
                    <Icon name=IconName::Key />
                    "Create a restricted admin key at OpenAI"
                </li>
                <li>
                    <Icon name=IconName::Check />
                    "Paste it and test the connection"
                </li>
                <li>
                    <Icon name=IconName::Import />
                    "Finish, and watch the last 30 days arrive"
                </li>
            </ul>
            <div class="actions">
                {move || view! { <ConnectLink from=scope.get().route() /> }}
            </div>
        </section>
    }
}
