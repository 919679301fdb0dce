//! The frame of a page about the costs of the connected accounts.

use ::api::connection::Connection;
use leptos::prelude::*;

use super::cost_permission::WhoSeesCosts;
use crate::connection::load_connections;
use crate::load::arrived::Arrived;
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::ui::button::{ButtonKind, LinkButton};
use crate::ui::icon::{Icon, IconName};

/// Shows figures of the connected accounts.
type Show = fn(Memo<Vec<Connection>>) -> AnyView;

/// The page: its figures once an account is connected, and the way to connect one before.
#[component]
pub fn CostPage(
    /// Its heading.
    heading: &'static str,
    /// What it shows, in a sentence or two.
    about: &'static str,
    /// What is not there yet: `Nothing to export yet`.
    none: &'static str,
    /// What there will be, as a sentence.
    none_words: &'static str,
    /// Shows it.
    show: Show,
    /// What stands below it, also before.
    #[prop(optional)]
    below: Option<fn() -> AnyView>,
) -> impl IntoView {
    let allowed = move || {
        view! {
            <WhenConnected none none_words show />
            {below.map(|below| below())}
        }
        .into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">{heading}</h1>
                <p class="muted">{about}</p>
            </div>
        </div>
        <WhoSeesCosts show=Box::new(allowed) />
    }
}

#[component]
fn WhenConnected(none: &'static str, none_words: &'static str, show: Show) -> impl IntoView {
    let connections = load_connections();
    let again = connections.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = Box::new(move |connections: Memo<Vec<Connection>>| {
        let is_empty = Memo::new(move |_| connections.with(Vec::is_empty));
        let screen = move || {
            if is_empty.get() {
                view! { <Empty title=none words=none_words /> }.into_any()
            } else {
                show(connections)
            }
        };
        view! { {screen} }.into_any()
    });
    view! { <Arrived data=connections label="Loading the accounts…" retry show /> }
}

#[component]
fn Empty(title: &'static str, words: &'static str) -> impl IntoView {
    let navigation = use_navigation();
    let href = Signal::derive(move || Route::connect(navigation.route()).to_string());
    view! {
        <div class="card empty panel">
            <span class="icon-box">
                <Icon name=IconName::Import />
            </span>
            <h2>{title}</h2>
            <p class="muted">{words}</p>
            <p class="actions">
                <LinkButton kind=ButtonKind::Primary href>
                    "Connect your account"
                </LinkButton>
            </p>
        </div>
    }
}
