//! A new API token: what it may do and how long, then the token, once.

use ::api::api_token::{Create, CreateError, IssuedToken, NewToken};
use ::api::{FieldError, Nothing, Permission};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, CallError};
use crate::form::issue;
use crate::page::shown_once::ShownOnce;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::{focus, focus_first_error};
use crate::ui::notice::{Trouble, TroubleNotice};

/// How many days a token may be good, of which one is chosen.
const DAYS: [u16; 4] = [7, 30, 90, 365];

/// The dialog.
#[component]
pub fn NewTokenDialog(
    /// Closes it.
    close: Callback<()>,
    /// There is a token more.
    changed: Callback<()>,
) -> impl IntoView {
    let issued = RwSignal::new(None::<IssuedToken>);
    view! {
        <Dialog labelled_by="token-title" on_close=close class="small">
            <div class="dialog-body">
                {move || match issued.get() {
                    None => view! { <Form issued close changed /> }.into_any(),
                    Some(issued) => view! { <Shown issued close /> }.into_any(),
                }}
            </div>
        </Dialog>
    }
}

#[component]
fn Form(issued: RwSignal<Option<IssuedToken>>, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let own: Vec<Permission> = session::signed_in().map(|user| user.permissions).unwrap_or_default();
    let own: Vec<_> = own.into_iter().filter(|each| *each != Permission::UsersManager).collect();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(own.clone());
    let (read_only, days) = (RwSignal::new(true), RwSignal::new(30_u16));
    let busy = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        let body = NewToken {
            name: name.get_untracked(),
            permissions: chosen.get_untracked(),
            read_only: read_only.get_untracked(),
            days: days.get_untracked(),
        };
        let unfit = body.parse(&session::signed_in().map(|user| user.permissions).unwrap_or_default());
        errors.set(unfit.err().unwrap_or_default());
        if errors.with_untracked(|errors| !errors.is_empty()) {
            focus_first_error();
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = api::call::<Create>(&(), &Nothing {}, &body).await;
            busy.try_set(false);
            match outcome {
                Ok(made) => {
                    issued.try_set(Some(made));
                    changed.run(());
                    request_animation_frame(|| {
                        focus("#token-title");
                    });
                }
                Err(CallError::Refused(CreateError::Unfit { issues }, _)) => {
                    errors.try_set(issues);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    let choice = move |permission: Permission| {
        let toggle = move |_| {
            chosen.update(|chosen| match chosen.contains(&permission) {
                true => chosen.retain(|other| *other != permission),
                false => chosen.push(permission),
            });
        };
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&permission))
                    on:change=toggle
                />
                <span>{permission.name()}</span>
            </label>
        }
    };
    let permissions_issue = issue(errors, "permissions");
    view! {
        <form class="form" on:submit=submit novalidate=true>
            <h2 id="token-title" tabindex="-1">
                "New API token"
            </h2>
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            <Field label="Name" value=name error=issue(errors, "name") hint="What uses it, such as Nightly export" />
            <fieldset class="choices">
                <legend>"Permissions"</legend>
                {own.into_iter().map(choice).collect_view()}
                <p class="field-error" aria-live="polite">
                    {permissions_issue}
                </p>
            </fieldset>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=read_only
                    on:change=move |_| read_only.update(|read_only| *read_only = !*read_only)
                />
                <span>"Reads only"</span>
            </label>
            <fieldset class="segments">
                <legend>"Good for"</legend>
                {DAYS
                    .into_iter()
                    .map(|choice| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="days"
                                    prop:checked=move || days.get() == choice
                                    on:change=move |_| days.set(choice)
                                />
                                <span>{format!("{choice} days")}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <div class="actions">
                <Button kind=ButtonKind::Primary busy submit=true>
                    "Make the token"
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Shown(issued: IssuedToken, close: Callback<()>) -> impl IntoView {
    view! {
        <ShownOnce
            heading_id="token-title"
            heading="Copy the token now"
            about="It is not shown again. Programs send it as Authorization: Bearer.".to_owned()
            label="API token"
            action="Copy the token"
            value=issued.secret
            close
        />
    }
}
