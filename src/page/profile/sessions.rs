//! Where one is signed in.

use ::api::SessionId;
use ::api::own_session::{Delete, DeleteOthers, List, OwnSession};
use leptos::prelude::*;

use crate::api;
use crate::browser::now;
use crate::form::submission::Submission;
use crate::format::ago;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};
use crate::ui::focus::focus_after_rows;

/// The sessions, with a button that ends each.
#[component]
pub fn Sessions() -> impl IntoView {
    let sessions = load_once(async || {
        let own = api::get::<List>(&()).await.map_err(|error| error.trouble())?;
        Ok(own.items)
    });
    let submission = Submission::default();
    let after = sessions.clone();
    // One session, or all others when none is named.
    let end = Callback::new(move |id: Option<SessionId>| {
        let after = after.clone();
        submission.run_each(async move {
            match &id {
                Some(id) => api::get::<Delete>(id).await.map(drop)?,
                None => api::get::<DeleteOthers>(&()).await.map(drop)?,
            }
            announce("Ended");
            after.reload();
            Ok(())
        });
    });
    let again = sessions.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = move |own: Memo<Vec<OwnSession>>| {
        focus_after_rows(own, "#sessions");
        let others = Memo::new(move |_| own.with(|own| own.len() > 1));
        view! {
            <ul class="card requests">
                {move || own.get().into_iter().map(|session| view! { <Line session end /> }).collect_view()}
            </ul>
            {move || {
                others
                    .get()
                    .then(|| {
                        view! {
                            <p class="actions below">
                                <Button on_press=Callback::new(move |()| end.run(None))>"End all other sessions"</Button>
                            </p>
                        }
                    })
            }}
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="sessions">
            <h2 id="sessions" tabindex="-1">"Where you are signed in"</h2>
            {submission.notice()}
            <Arrived data=sessions label="Loading the sessions…" retry show=Box::new(show) />
        </section>
    }
}

#[component]
fn Line(session: OwnSession, end: Callback<Option<SessionId>>) -> impl IntoView {
    let OwnSession { id, device, network, created_at, last_seen_at, current } = session;
    let device = if device.is_empty() { "Unknown device".to_owned() } else { device };
    let label = format!("End the session on {device}, started {}", moment(created_at));
    let words =
        format!("{network} · started {} · last used {}", moment(created_at), ago(last_seen_at, now()));
    let action = if current {
        view! { <Chip tone=Tone::Good text="This session" /> }.into_any()
    } else {
        view! {
            <button type="button" class="button" aria-label=label on:click=move |_| end.run(Some(id.clone()))>
                "End"
            </button>
        }
        .into_any()
    };
    view! {
        <li>
            <span class="breakable">
                {device} <small class="muted line-detail">{words}</small>
            </span>
            {action}
        </li>
    }
}
