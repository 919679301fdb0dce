//! The OpenAI Lens: what the connected organizations cost, day by day.

pub mod chart;
pub mod dashboard;
pub mod empty;
pub mod figures;
pub mod freshness;
pub mod projects;
pub mod scope;

use leptos::prelude::*;

use self::dashboard::Dashboard;
use self::empty::Empty;
use crate::connection::load_connections;
use crate::load::Load;
use crate::session;
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// The page: the way to connect while nothing is connected, the dashboard from then on.
#[component]
pub fn Lens() -> impl IntoView {
    move || {
        if session::can_see_costs() {
            view! { <Connected /> }.into_any()
        } else {
            view! { <NotAllowed /> }.into_any()
        }
    }
}

#[component]
fn Connected() -> impl IntoView {
    let connections = load_connections();
    let state = connections.clone();
    // The dashboard stays as it is while the accounts under it change.
    let shows = Memo::new(move |_| match state.get() {
        Load::Loading => 0,
        Load::Failed(_) => 1,
        Load::Ready(list) | Load::Stale(list, _) => if list.is_empty() { 2 } else { 3 },
    });
    move || match shows.get() {
        0 => view! {
            <h1 tabindex="-1">"OpenAI Lens"</h1>
            <Skeleton label="Loading the accounts…" lines=6 />
        }
        .into_any(),
        1 => {
            let again = connections.clone();
            let trouble = connections.get().trouble().cloned();
            view! {
                <h1 tabindex="-1">"OpenAI Lens"</h1>
                {trouble.map(|trouble| view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> })}
            }
            .into_any()
        }
        2 => view! { <Empty /> }.into_any(),
        _ => view! { <Dashboard connections=connections.clone() /> }.into_any(),
    }
}

#[component]
fn NotAllowed() -> impl IntoView {
    view! {
        <h1 tabindex="-1">"OpenAI Lens"</h1>
        <Notice tone=Tone::Warning title="A permission is missing">
            <p>
                "Seeing costs needs the permission "
                <strong>"Cloud Analytics User"</strong>
                ". Ask the operator of this console to grant it to you."
            </p>
        </Notice>
    }
}
