//! A new API token: what it may do and how long, then the token, once.

use ::api::Permission;
use ::api::api_token::{Create, NewToken};
use leptos::prelude::*;

use crate::form::submission::Submission;
use crate::page::shown_once::{Made, MakeDialog};
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;

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
    view! {
        <MakeDialog
            heading_id="token-title"
            close
            form=Box::new(move |made| view! { <Form made close changed /> }.into_any())
        />
    }
}

#[component]
fn Form(made: Callback<Made>, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let own: Vec<Permission> = session::signed_in().map(|user| user.permissions).unwrap_or_default();
    let own: Vec<_> = own.into_iter().filter(|each| *each != Permission::UsersManager).collect();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(own.clone());
    let (read_only, days) = (RwSignal::new(true), RwSignal::new(30_u16));
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = NewToken {
            name: name.get_untracked(),
            permissions: chosen.get_untracked(),
            read_only: read_only.get_untracked(),
            days: days.get_untracked(),
        };
        let own = session::signed_in().map(|user| user.permissions).unwrap_or_default();
        if let Err(unfit) = body.parse(&own) {
            return submission.refuse(unfit);
        }
        submission.send::<Create>((), body, move |issued| {
            made.try_run(Made {
                heading: "Copy the token now",
                about: "It is not shown again. Programs send it as Authorization: Bearer.".to_owned(),
                label: "API token",
                action: "Copy the token",
                value: issued.secret,
            });
            let _ = changed.try_run(());
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
                <span>
                    {permission.name()} <small class="muted line-detail">{permission.meaning()}</small>
                </span>
            </label>
        }
    };
    let permissions_issue = submission.issue("permissions");
    view! {
        <form class="form" on:submit=submit novalidate=true>
            <h2 id="token-title" tabindex="-1">
                "New API token"
            </h2>
            {submission.notice()}
            <Field label="Name" value=name error=submission.issue("name") hint="What uses it, such as Nightly export" />
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
                <span>
                    "Reads only" <small class="muted line-detail">"It changes nothing, whatever its permissions allow"</small>
                </span>
            </label>
            <fieldset class="segments">
                <legend>"Valid for"</legend>
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
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    "Create the token"
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}
