//! The page of one connected account: how it is, and how far each of its streams is imported.

pub mod disconnect;
pub mod facts;
pub mod manage;
pub mod rename;
pub mod restatements;
pub mod standing;
pub mod streams;
pub mod test_again;

use ::api::ConnectionId;
use ::api::connection::{Connection, View};
use leptos::prelude::*;

use self::facts::Facts;
use self::manage::Manage;
use self::restatements::Restatements;
use self::standing::Standing;
use self::streams::Streams;
use self::test_again::TestAgain;
use super::import_now::ImportNow;
use crate::api;
use crate::browser::now;
use crate::connection::{POLL, is_read, status_words};
use crate::form::submission::Submission;
use crate::load::arrived::Arrived;
use crate::load::load;
use crate::navigation::use_navigation;
use crate::route::{LensView, Route};
use crate::session;
use crate::ui::button::LinkButton;
use crate::ui::chip::Chip;
use crate::ui::notice::TroubleNotice;

/// One connected account. It looks at itself again while something of it is read.
#[component]
pub fn Account(
    /// Which one.
    id: ConnectionId,
) -> impl IntoView {
    let lens = Route::Lens(LensView { account: Some(id.clone()), ..LensView::default() }).to_string();
    let loaded = load(
        move || {
            let id = id.clone();
            async move { api::get::<View>(&id).await.map_err(|error| error.trouble()) }
        },
        |account: &Connection| is_read(account, now()).then_some(POLL),
    );
    let account = {
        let state = loaded.signal();
        Memo::new(move |_| state.with(|state| state.data().cloned()))
    };
    let again = {
        let loaded = loaded.clone();
        Callback::new(move |()| loaded.reload())
    };
    look_again_after_the_wizard(again);
    let asking = Submission::default();
    let name = move || {
        account.with(|account| {
            account.as_ref().map_or_else(|| "OpenAI account".to_owned(), |account| account.name.to_string())
        })
    };
    let status = Memo::new(move |_| account.with(|account| account.as_ref().map(status_words)));
    let is_here = Memo::new(move |_| account.with(Option::is_some));
    let show = Box::new(move |account| view! { <Shown account changed=again /> }.into_any());
    view! {
        <div class="page-head">
            <div>
                <p class="muted">
                    <a href=Route::Assets.to_string()>"OpenAI accounts"</a>
                </p>
                <div class="account-title">
                    <h1 tabindex="-1">{name}</h1>
                    {move || status.get().map(|(tone, text)| view! { <Chip tone text /> })}
                </div>
            </div>
            {move || {
                let lens = lens.clone();
                is_here
                    .get()
                    .then(|| {
                        view! {
                            <div class="actions">
                                {move || {
                                    session::can_see_costs()
                                        .then(|| view! { <LinkButton href=lens.clone()>"Open in the Lens"</LinkButton> })
                                }}
                                <ImportNow account started=again asking />
                            </div>
                        }
                    })
            }}
        </div>
        {move || asking.trouble().get().map(|trouble| view! { <TroubleNotice trouble on_retry=again /> })}
        <Arrived data=loaded label="Loading the account…" retry=again show />
    }
}

/// The page stays behind the wizard, which may have put another key in place.
fn look_again_after_the_wizard(again: Callback<()>) {
    let navigation = use_navigation();
    Effect::new(move |before: Option<bool>| {
        let in_wizard = matches!(navigation.route(), Route::Connect { .. });
        if before == Some(true) && !in_wizard {
            again.run(());
        }
        in_wizard
    });
}

#[component]
fn Shown(account: Memo<Connection>, changed: Callback<()>) -> impl IntoView {
    let sees_costs = Memo::new(|_| session::can_see_costs());
    let connects = Memo::new(|_| session::can_connect());
    view! {
        <Standing account />
        <Facts account />
        <Streams account />
        {move || sees_costs.get().then(|| view! { <Restatements account /> })}
        {move || connects.get().then(|| view! { <TestAgain account changed /> })}
        <Manage account changed />
    }
}
