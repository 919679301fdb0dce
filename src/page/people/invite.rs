//! Inviting somebody: the address and the permissions, then the link, once.

use ::api::invitation::{Create, CreateError, Issued, NewInvitation};
use ::api::{Email, FieldError, Nothing, Permission};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::permissions::Permissions;
use crate::api::{self, CallError};
use crate::form::{field_error, issue};
use crate::format::locale::moment;
use crate::page::shown_once::ShownOnce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, FieldKind};
use crate::ui::focus::{focus, focus_first_error};
use crate::ui::notice::{Trouble, TroubleNotice};

/// The dialog that invites.
#[component]
pub fn InviteDialog(
    /// Closes it.
    close: Callback<()>,
    /// Somebody is invited.
    changed: Callback<()>,
) -> impl IntoView {
    let issued = RwSignal::new(None::<Issued>);
    view! {
        <Dialog labelled_by="invite-title" on_close=close class="small">
            <div class="dialog-body">
                {move || match issued.get() {
                    None => view! { <Form issued close changed /> }.into_any(),
                    Some(issued) => view! { <Link issued close /> }.into_any(),
                }}
            </div>
        </Dialog>
    }
}

#[component]
fn Form(issued: RwSignal<Option<Issued>>, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let chosen = RwSignal::new(vec![Permission::CloudAnalyticsUser]);
    let busy = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        errors.set(Vec::new());
        if let Err(error) = Email::parse(&email.get_untracked()) {
            errors.set(vec![field_error("email", error.to_string())]);
            focus_first_error();
            return;
        }
        let body = NewInvitation { email: email.get_untracked(), permissions: chosen.get_untracked() };
        busy.set(true);
        spawn_local(async move {
            let outcome = api::call::<Create>(&(), &Nothing {}, &body).await;
            busy.try_set(false);
            match outcome {
                Ok(made) => {
                    issued.try_set(Some(made));
                    changed.run(());
                    request_animation_frame(|| {
                        focus("#invite-title");
                    });
                }
                Err(CallError::Refused(CreateError::Unfit { .. } | CreateError::AlreadyUser, problem)) => {
                    errors.try_set(problem.errors);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            <h2 id="invite-title" tabindex="-1">
                "Invite somebody"
            </h2>
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            <Field label="E-mail" value=email kind=FieldKind::Email error=issue(errors, "email") />
            <Permissions chosen />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy submit=true>
                    {move || if busy.get() { "Making the link…" } else { "Make the link" }}
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Link(issued: Issued, close: Callback<()>) -> impl IntoView {
    let origin = window().location().origin().unwrap_or_default();
    let Issued { invitation, link } = issued;
    let until = moment(invitation.expires_at);
    view! {
        <ShownOnce
            heading_id="invite-title"
            heading="Hand this link over"
            about=format!("It makes {} a user once, and is good until {until}. It is not shown again.", invitation.email)
            label="Invitation link"
            action="Copy the link"
            value=format!("{origin}{link}")
            close
        />
    }
}
