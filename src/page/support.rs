//! Support: what was asked, a new request, and one request to carry on by mail or by copy.

mod letter;
pub mod new;
pub mod request;

pub use new::NewSupportRequest;
pub use request::SupportRequest;

use ::api::Permission;
use ::api::support_request::List;
use leptos::prelude::*;

use crate::api;
use crate::format::locale::moment;
use crate::layout::permission_missing::PermissionMissing;
use crate::load::{Load, load_once};
use crate::route::Route;
use crate::session;
use crate::ui::button::{ButtonKind, LinkButton};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

type Request = ::api::support_request::SupportRequest;

/// The list of support requests.
#[component]
pub fn Support() -> impl IntoView {
    let may =
        Memo::new(|_| session::signed_in().is_some_and(|user| user.has_any(Permission::REQUESTS_SUPPORT)));
    view! {
        {move || {
            if may.get() {
                return view! { <Requests /> }.into_any();
            }
            view! {
                <div class="page-head">
                    <h1 tabindex="-1">"Support"</h1>
                </div>
                <PermissionMissing needs=Permission::REQUESTS_SUPPORT offer=Permission::SupportRequester />
            }
                .into_any()
        }}
    }
}

#[component]
fn Requests() -> impl IntoView {
    let requests = load_once(ask);
    let new = || Route::SupportNew { draft: None }.to_string();
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Support"</h1>
                <p class="muted">"Requests are saved here. You can then e-mail or copy them."</p>
            </div>
            <LinkButton kind=ButtonKind::Primary href=new()>
                "New support request"
            </LinkButton>
        </div>
        {move || match requests.get() {
            Load::Loading => {
                view! {
                    <div class="card pad">
                        <Skeleton label="Loading the support requests…" />
                    </div>
                }
                    .into_any()
            }
            Load::Failed(trouble) | Load::Stale(_, trouble) => {
                let again = requests.clone();
                view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }.into_any()
            }
            Load::Ready(requests) if requests.is_empty() => {
                view! {
                    <div class="card empty">
                        <span class="icon-box">
                            <Icon name=IconName::Support />
                        </span>
                        <h2>"No support requests yet"</h2>
                        <p class="muted">
                            "When a connection test fails, select " <strong>"Open a support request"</strong>
                            " in the wizard: the request then includes the diagnostics."
                        </p>
                    </div>
                }
                    .into_any()
            }
            Load::Ready(requests) => {
                view! {
                    <ul class="card requests">{requests.into_iter().map(|request| view! { <Line request /> }).collect_view()}</ul>
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn Line(request: Request) -> impl IntoView {
    let href = Route::SupportRequest(request.id.clone()).to_string();
    view! {
        <li>
            <a href=href>{request.subject}</a>
            <span class="muted">{request.created_by.as_str().to_owned()} " · " {moment(request.created_at)}</span>
        </li>
    }
}

async fn ask() -> Result<Vec<Request>, Trouble> {
    api::all::<List, _>().await.map_err(|error| error.trouble())
}
