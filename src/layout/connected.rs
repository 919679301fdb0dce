//! What stands in place of figures while nothing is connected.

use ::api::connection::Connection;
use leptos::prelude::*;

use crate::connection::load_connections;
use crate::load::arrived::Arrived;
use crate::route::{Opener, Route};
use crate::ui::button::{ButtonKind, LinkButton};
use crate::ui::icon::{Icon, IconName};

/// Shows figures of the connected accounts.
type Show = Box<dyn Fn(Memo<Vec<Connection>>) -> AnyView + Send + Sync>;

/// What is shown once an account is connected, and the way to connect one before.
#[component]
pub fn WhenConnected(
    /// What is not there yet: `Nothing to export yet`.
    title: &'static str,
    /// What there will be, as a sentence.
    words: &'static str,
    /// Shows it.
    show: Show,
) -> impl IntoView {
    let connections = load_connections();
    let again = connections.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = StoredValue::new(show);
    let show = Box::new(move |connections: Memo<Vec<Connection>>| {
        let is_empty = Memo::new(move |_| connections.with(Vec::is_empty));
        let screen = move || {
            if is_empty.get() {
                view! { <Empty title words /> }.into_any()
            } else {
                show.with_value(|show| show(connections))
            }
        };
        view! { {screen} }.into_any()
    });
    view! { <Arrived data=connections label="Loading the accounts…" retry show /> }
}

#[component]
fn Empty(title: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <div class="card empty panel">
            <span class="icon-box">
                <Icon name=IconName::Import />
            </span>
            <h2>{title}</h2>
            <p class="muted">{words}</p>
            <p class="actions">
                <LinkButton kind=ButtonKind::Primary href=Route::connect(Opener::Home).to_string()>
                    "Connect your account"
                </LinkButton>
            </p>
        </div>
    }
}
