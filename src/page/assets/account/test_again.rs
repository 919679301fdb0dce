//! Testing the key in use again: the wizard's list of checks, live.

use std::time::Duration;

use ::api::ConnectionId;
use ::api::connection::{Connection, ConnectionStatus, ConnectionTest, Test, ViewTest};
use ::api::connection_draft::Check;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::browser::{now, sleep};
use crate::form::submission::Submission;
use crate::format::ago;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load;
use crate::page::connect::checks::{CheckList, failure};
use crate::ui::button::Button;

/// How often a running test is looked at.
const WATCH: Duration = Duration::from_millis(300);

/// The last test, and the next one, for those who may connect.
#[component]
pub fn TestAgain(
    /// The account.
    account: Memo<Connection>,
    /// What the test found may have changed the account.
    changed: Callback<()>,
) -> impl IntoView {
    let has_key = Memo::new(move |_| {
        account.with(|account| !matches!(account.status, ConnectionStatus::Disconnected { .. }))
    });
    move || {
        has_key.get().then(|| {
            let id = account.with_untracked(|account| account.id.clone());
            view! { <LastTest id changed /> }
        })
    }
}

#[component]
fn LastTest(id: ConnectionId, changed: Callback<()>) -> impl IntoView {
    let watched = id.clone();
    let loaded = load(
        move || {
            let id = watched.clone();
            async move { api::get::<ViewTest>(&id).await.map_err(|error| error.trouble()) }
        },
        |test: &ConnectionTest| matches!(test, ConnectionTest::Testing { .. }).then_some(WATCH),
    );
    let look = {
        let loaded = loaded.clone();
        Callback::new(move |()| loaded.reload())
    };
    let submission = Submission::default();
    let press = Callback::new(move |()| {
        let id = id.clone();
        // The checks come while it runs: they are looked at beside it.
        spawn_local(async move {
            sleep(WATCH).await;
            let _ = look.try_run(());
        });
        submission.run(async move {
            let outcome = api::get::<Test>(&id).await.map(|test| announce(summary(&test)));
            let _ = look.try_run(());
            let _ = changed.try_run(());
            Ok(outcome?)
        });
    });
    view! {
        <section class="card panel" aria-labelledby="account-test">
            <div class="panel-head">
                <h2 id="account-test">"Test"</h2>
                <div class="panel-end">
                    <Button busy=submission.busy() on_press=press>"Test again"</Button>
                </div>
            </div>
            {submission.notice()}
            <Arrived
                data=loaded
                label="Loading the last test…"
                retry=look
                show=Box::new(|test| view! { <Outcome test /> }.into_any())
            />
        </section>
    }
}

#[component]
fn Outcome(test: Memo<ConnectionTest>) -> impl IntoView {
    let checks = Memo::new(move |_| test.with(checks));
    let over = Memo::new(move |_| test.with(|test| !matches!(test, ConnectionTest::Testing { .. })));
    let words = move || {
        test.with(|test| match test {
            ConnectionTest::Untested => {
                "This key was tested when it was connected, but not since.".to_owned()
            }
            ConnectionTest::Testing { .. } => "Asking OpenAI…".to_owned(),
            ConnectionTest::Tested { by, at, .. } => {
                format!("{} Tested {} by {by} ({}).", summary(test), ago(*at, now()), moment(*at))
            }
        })
    };
    let has_checks = Memo::new(move |_| checks.with(|checks| !checks.is_empty()));
    view! {
        <p class="muted breakable">{words}</p>
        {move || {
            has_checks.get().then(|| view! { <CheckList checks over opened=Callback::new(|()| ()) /> })
        }}
    }
}

fn checks(test: &ConnectionTest) -> Vec<Check> {
    match test {
        ConnectionTest::Untested => Vec::new(),
        ConnectionTest::Testing { checks } | ConnectionTest::Tested { checks, .. } => checks.clone(),
    }
}

/// How the test went, in one sentence.
fn summary(test: &ConnectionTest) -> String {
    match test {
        ConnectionTest::Tested { ready: true, .. } => "The connection works.".into(),
        ConnectionTest::Tested { checks, .. } => failure(checks),
        ConnectionTest::Untested | ConnectionTest::Testing { .. } => "The test is running.".into(),
    }
}
