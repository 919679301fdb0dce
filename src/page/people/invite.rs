//! Inviting somebody: the address and the permissions, then the link, once.

use ::api::invitation::{Create, Issued, NewInvitation};
use ::api::{Email, Permission};
use leptos::prelude::*;

use super::permissions::Permissions;
use crate::form::field_error;
use crate::form::submission::Submission;
use crate::format::locale::moment;
use crate::page::shown_once::{Made, MakeDialog};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::{Field, FieldKind};

/// The dialog that invites.
#[component]
pub fn InviteDialog(
    /// Closes it.
    close: Callback<()>,
    /// Somebody is invited.
    changed: Callback<()>,
) -> impl IntoView {
    view! {
        <MakeDialog
            heading_id="invite-title"
            close
            form=Box::new(move |made| view! { <Form made close changed /> }.into_any())
        />
    }
}

#[component]
fn Form(made: Callback<Made>, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let chosen = RwSignal::new(vec![Permission::CloudAnalyticsUser]);
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Err(error) = Email::parse(&email.get_untracked()) {
            return submission.refuse(vec![field_error("email", error.to_string())]);
        }
        let body = NewInvitation { email: email.get_untracked(), permissions: chosen.get_untracked() };
        submission.send::<Create>((), body, move |issued| {
            made.try_run(link(issued));
            let _ = changed.try_run(());
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            <h2 id="invite-title" tabindex="-1">
                "Invite somebody"
            </h2>
            {submission.notice()}
            <Field label="E-mail" value=email kind=FieldKind::Email error=submission.issue("email") />
            <Permissions chosen />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    {move || if submission.busy().get() { "Creating the link…" } else { "Create the link" }}
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}

/// The link, and until when it is good.
fn link(Issued { invitation, link }: Issued) -> Made {
    let origin = window().location().origin().unwrap_or_default();
    let until = moment(invitation.expires_at);
    Made {
        heading: "Hand this link over",
        about: format!(
            "It makes {} a user, works once and is valid until {until}. It is not shown again.",
            invitation.email
        ),
        label: "Invitation link",
        action: "Copy the link",
        value: format!("{origin}{link}"),
    }
}
