//! Who asks for which permission: to grant or to decline.

use ::api::access_request::{AccessRequest, Decline, Grant, List};
use leptos::prelude::*;

use crate::api;
use crate::form::submission::Submission;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::focus::focus_after_rows;
use crate::ui::notice::Trouble;

/// The open requests.
#[component]
pub fn Requests(
    /// A permission was given.
    changed: Callback<()>,
) -> impl IntoView {
    let requests = load_once(ask);
    let submission = Submission::default();
    let (again, after) = (requests.clone(), requests.clone());
    let retry = Callback::new(move |()| again.reload());
    let decide = Callback::new(move |(request, grants): (AccessRequest, bool)| {
        let after = after.clone();
        submission.run_each(async move {
            let outcome = match grants {
                true => api::get::<Grant>(&request.id).await,
                false => api::get::<Decline>(&request.id).await,
            };
            let outcome = outcome.map(|_| {
                announce(if grants { "The permission is given" } else { "The request is declined" });
                let _ = changed.try_run(());
            });
            after.reload();
            Ok(outcome?)
        });
    });
    let show = move |open: Memo<Vec<AccessRequest>>| {
        focus_after_rows(open, "#people-asking");
        view! {
            {move || {
                let open = open.get();
                if open.is_empty() {
                    return view! { <p class="muted">"There are no open requests."</p> }.into_any();
                }
                let lines = open.into_iter().map(|request| view! { <Line request decide /> });
                view! { <ul class="card requests">{lines.collect_view()}</ul> }.into_any()
            }}
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="people-asking">
            <h2 id="people-asking" tabindex="-1">"Requests for access"</h2>
            {submission.notice()}
            <Arrived data=requests label="Loading the requests…" retry show=Box::new(show) />
        </section>
    }
}

async fn ask() -> Result<Vec<AccessRequest>, Trouble> {
    api::all::<List, _>().await.map_err(|error| error.trouble())
}

#[component]
fn Line(request: AccessRequest, decide: Callback<(AccessRequest, bool)>) -> impl IntoView {
    let email = request.email.to_string();
    let name = request.permission.name();
    let words = format!("{name} · since {}", moment(request.created_at));
    let note = request.note.clone();
    let (grant, decline) = (format!("Grant {name} to {email}"), format!("Decline {name} for {email}"));
    let other = request.clone();
    view! {
        <li>
            <span class="breakable">
                {email} <small class="muted line-detail">{words}</small>
                {(!note.is_empty()).then(|| view! { <small class="line-detail">{format!("“{note}”")}</small> })}
            </span>
            <span class="actions">
                <button
                    type="button"
                    class="button"
                    aria-label=grant
                    on:click=move |_| decide.run((request.clone(), true))
                >
                    "Grant"
                </button>
                <button
                    type="button"
                    class="button quiet"
                    aria-label=decline
                    on:click=move |_| decide.run((other.clone(), false))
                >
                    "Decline"
                </button>
            </span>
        </li>
    }
}
