//! Asking for a permission that is missing, and what came of it.

use ::api::access_request::{AccessRequest, Ask, Create, CreateError, Own, RequestState};
use ::api::{Nothing, Permission};
use leptos::prelude::*;

use crate::api::{self, CallError};
use crate::form::submission::Submission;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::field::{Field, FieldKind};
use crate::ui::notice::Notice;
use crate::ui::select::Select;

/// What the caller may do, what they have asked for, and the form that asks.
#[component]
pub fn Access() -> impl IntoView {
    let own = load_once(async || {
        let own = api::get::<Own>(&()).await.map_err(|error| error.trouble())?;
        Ok(own.items)
    });
    let (again, after) = (own.clone(), own.clone());
    let retry = Callback::new(move |()| again.reload());
    let changed = Callback::new(move |()| {
        after.reload();
        // A permission may have been given meanwhile.
        session::refresh();
    });
    let show = move |asked: Memo<Vec<AccessRequest>>| {
        view! {
            <Standing asked />
            <AskForm asked changed />
        }
        .into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Access"</h1>
                <p class="muted">"What you may do here, and what you have requested"</p>
            </div>
        </div>
        <Arrived data=own label="Loading your requests…" retry show=Box::new(show) />
    }
}

/// Whether the caller has a permission, tracked.
fn has(permission: Permission) -> bool {
    session::signed_in().is_some_and(|user| user.has_any(&[permission]))
}

/// Every permission, with how the caller stands to it.
#[component]
fn Standing(asked: Memo<Vec<AccessRequest>>) -> impl IntoView {
    let line = move |permission: &'static Permission| {
        let state = move || {
            let request =
                asked.with(|asked| asked.iter().find(|request| request.permission == *permission).cloned());
            let (tone, text) = match request {
                _ if has(*permission) => (Tone::Good, "You have it".to_owned()),
                Some(AccessRequest { state: RequestState::Open, created_at, .. }) => {
                    (Tone::Busy, format!("Requested on {}", moment(created_at)))
                }
                Some(AccessRequest { state: RequestState::Declined, decided_at, created_at, .. }) => {
                    (Tone::Warning, format!("Declined on {}", moment(decided_at.unwrap_or(created_at))))
                }
                // One that was given may have been taken away since.
                Some(_) | None => return ().into_any(),
            };
            view! { <Chip tone text /> }.into_any()
        };
        view! {
            <li>
                <span>
                    {permission.name()} <small class="muted line-detail">{permission.meaning()}</small>
                </span>
                {state}
            </li>
        }
    };
    view! {
        <section class="people" aria-labelledby="access-permissions">
            <h2 id="access-permissions">"Permissions"</h2>
            <ul class="card requests">{Permission::ALL.iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// Asks for a permission that the caller lacks and has not asked for.
#[component]
fn AskForm(asked: Memo<Vec<AccessRequest>>, changed: Callback<()>) -> impl IntoView {
    let navigation = use_navigation();
    let can_ask = Memo::new(move |_| {
        let open = |permission: Permission| {
            asked.with(|asked| {
                let is_it = |request: &AccessRequest| {
                    request.permission == permission && request.state == RequestState::Open
                };
                asked.iter().any(is_it)
            })
        };
        let lacks = |permission: &Permission| !has(*permission) && !open(*permission);
        Permission::ALL.iter().copied().filter(lacks).collect::<Vec<_>>()
    });
    let chosen = Memo::new(move |_| {
        let named = match navigation.route() {
            Route::Access { permission } => permission,
            _ => None,
        };
        can_ask.with(|can_ask| {
            named.filter(|named| can_ask.contains(named)).or_else(|| can_ask.first().copied())
        })
    });
    let note = RwSignal::new(String::new());
    let sent = RwSignal::new(None);
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(permission) = chosen.get_untracked() else { return };
        let ask = Ask { permission, note: note.get_untracked() };
        submission.run(async move {
            let outcome = api::call::<Create>(&(), &Nothing {}, &ask).await.map(|_| {
                announce("Your request was sent");
                sent.try_set(Some(permission));
                note.try_set(String::new());
            });
            if !matches!(outcome, Err(CallError::Refused(CreateError::Unfit { .. }, _))) {
                // Also when it is refused: what the page shows may be why.
                let _ = changed.try_run(());
            }
            Ok(outcome?)
        });
    };
    let choices = Signal::derive(move || {
        let choice = |permission: &Permission| (permission.slug().to_owned(), permission.name().to_owned());
        can_ask.with(|can_ask| can_ask.iter().map(choice).collect::<Vec<_>>())
    });
    let value =
        Signal::derive(move || chosen.get().map(|chosen| chosen.slug().to_owned()).unwrap_or_default());
    let choose = Callback::new(move |slug: String| {
        navigation.replace(Route::Access { permission: Permission::parse(&slug).ok() });
    });
    let any = Memo::new(move |_| can_ask.with(|can_ask| !can_ask.is_empty()));
    let form = move || {
        view! {
            <form class="form card pad narrow-form" on:submit=submit novalidate=true>
                {submission.notice()}
                <Select label="Permission" choices value on_choose=choose />
                <Field
                    label="Reason"
                    value=note
                    kind=FieldKind::Lines
                    error=submission.issue("note")
                    hint="Optional. Users Managers of your company read this."
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                        "Request access"
                    </Button>
                </div>
            </form>
        }
    };
    view! {
        <section class="people" aria-labelledby="access-ask">
            <h2 id="access-ask">"Request another permission"</h2>
            {move || {
                let words = |permission: Permission| {
                    format!("You requested {}. Users Managers see it under People.", permission.name())
                };
                sent.get().map(|permission| view! { <Notice tone=Tone::Good><p>{words(permission)}</p></Notice> })
            }}
            {move || {
                if any.get() {
                    form().into_any()
                } else {
                    view! {
                        <Notice tone=Tone::Neutral>
                            <p>"There is nothing left to request."</p>
                        </Notice>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
