//! What one is told of by e-mail.

use ::api::Nothing;
use ::api::delivery::Delivery;
use ::api::notification::{Choice, Choose, Chosen, Test, View};
use leptos::prelude::*;

use crate::api;
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::page::notifications::kinds::Kinds;
use crate::page::notifications::outcome::Outcome;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// The section.
#[component]
pub fn NotificationChoice() -> impl IntoView {
    let choice = load_once(async || api::get::<View>(&()).await.map_err(|error| error.trouble()));
    let again = choice.clone();
    let retry = Callback::new(move |()| again.reload());
    view! {
        <section class="people" aria-labelledby="notifications">
            <h2 id="notifications">"Notifications"</h2>
            <Arrived
                data=choice
                label="Loading your notifications…"
                retry
                show=Box::new(move |choice| view! { <Form choice=choice.get_untracked() /> }.into_any())
            />
        </section>
    }
}

#[component]
fn Form(choice: Choice) -> impl IntoView {
    let Choice { email, mail_configured, sees_accounts, kinds } = choice;
    if !sees_accounts {
        return view! {
            <p class="muted">"You cannot see any accounts, so there is nothing to notify you about. Ask a Users Manager of your company for a permission."</p>
        }
        .into_any();
    }
    let chosen = RwSignal::new(kinds);
    let submission = Submission::default();
    let sending = submission.beside();
    let outcome = RwSignal::new(None::<Delivery>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Chosen { kinds: chosen.get_untracked() };
        submission.send::<Choose>((), body, |_| announce("Saved"));
    };
    let test = Callback::new(move |()| {
        if !sending.busy().get_untracked() {
            outcome.set(None);
        }
        sending.send::<Test>((), Nothing {}, move |delivery| {
            outcome.try_set(Some(delivery));
        });
    });
    view! {
        <form class="card pad form narrow-form" on:submit=submit>
            {submission.notice()}
            {move || outcome.get().map(|delivery| view! { <Outcome delivery /> })}
            {(!mail_configured)
                .then(|| {
                    view! {
                        <Notice tone=Tone::Neutral title="This server sends no e-mail">
                            <p>"Its operator has not set up a mail server. Your choices here take effect once there is one."</p>
                        </Notice>
                    }
                })}
            <p class="muted breakable">{format!("By e-mail to {email}")}</p>
            <Kinds legend="Notify me about" chosen />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    "Save"
                </Button>
                {mail_configured
                    .then(|| {
                        view! {
                            <Button busy=sending.busy() on_press=test>
                                "Send me a test"
                            </Button>
                        }
                    })}
            </div>
        </form>
    }
    .into_any()
}
