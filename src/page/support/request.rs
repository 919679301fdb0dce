//! One support request.

use std::time::Duration;

use ::api::SupportRequestId;
use ::api::support_request::View;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Request, letter};
use crate::api;
use crate::browser::{copy, sleep};
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::load::{Load, load_once};
use crate::route::Route;
use crate::session;
use crate::ui::button::{Button, ButtonKind, LinkButton};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::TroubleNotice;
use crate::ui::skeleton::Skeleton;

/// How long the button says that it has copied.
const SAID: Duration = Duration::from_secs(4);

/// One support request, to read and to carry on.
#[component]
pub fn SupportRequest(
    /// Which one.
    id: SupportRequestId,
) -> impl IntoView {
    let request = load_once(move || {
        let id = id.clone();
        async move { api::get::<View>(&id).await.map_err(|error| error.trouble()) }
    });
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Support request"</h1>
                <p class="muted">
                    <a href=Route::Support.to_string()>"All support requests"</a>
                </p>
            </div>
        </div>
        {move || match request.get() {
            Load::Loading => {
                view! {
                    <div class="card pad">
                        <Skeleton label="Loading the support request…" lines=5 />
                    </div>
                }
                    .into_any()
            }
            Load::Failed(trouble) | Load::Stale(_, trouble) => {
                let again = request.clone();
                view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }.into_any()
            }
            Load::Ready(request) => view! { <Whole request /> }.into_any(),
        }}
    }
}

#[component]
fn Whole(request: Request) -> impl IntoView {
    let text = letter::text(&request);
    let letter = request.clone();
    let mail = Memo::new(move |_| {
        let to = session::signed_in().and_then(|user| user.support_email);
        to.map(|to| (letter::mail_address(&letter, &to), to))
    });
    let mail_button = move || {
        match mail.get() {
        Some((href, to)) => view! {
            <LinkButton kind=ButtonKind::Primary href>
                <Icon name=IconName::Mail />
                {format!("E-mail to {to}")}
            </LinkButton>
        }
        .into_any(),
        None => view! {
            <p class="muted">
                "The operator of this console has not set a support address. Copy the request and send it the way your company does."
            </p>
        }
        .into_any(),
    }
    };
    let Request { id, subject, message, diagnostics, created_by, created_at } = request;
    view! {
        <article class="card pad request" aria-labelledby="subject">
            <h2 id="subject">{subject}</h2>
            <p class="muted">
                {created_by.as_str().to_owned()} " · " {moment(created_at)} " · reference "
                <code>{id.as_str().to_owned()}</code>
            </p>
            <p class="message">{message}</p>
            {(!diagnostics.is_empty())
                .then(|| {
                    view! {
                        <h3 id="diagnostics">"Diagnostics"</h3>
                        <pre class="diagnostics" tabindex="0" role="region" aria-labelledby="diagnostics">
                            {diagnostics}
                        </pre>
                    }
                })}
            <div class="actions">
                {mail_button} <CopyButton text />
            </div>
        </article>
    }
}

#[component]
fn CopyButton(text: String) -> impl IntoView {
    let said = RwSignal::new(None::<&'static str>);
    let press = Callback::new(move |()| {
        let text = text.clone();
        spawn_local(async move {
            let words = if copy(&text).await { "Copied" } else { "The browser refused to copy" };
            announce(words);
            said.try_set(Some(words));
            sleep(SAID).await;
            said.try_set(None);
        });
    });
    view! {
        <Button on_press=press>
            <Icon name=IconName::Copy />
            {move || said.get().unwrap_or("Copy")}
        </Button>
    }
}
