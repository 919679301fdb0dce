//! What one is told of by e-mail.

use ::api::Nothing;
use ::api::delivery::Delivery;
use ::api::notification::{Choice, Choose, Chosen, Test, View};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::page::notifications::kinds::Kinds;
use crate::page::notifications::outcome::Outcome;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, Trouble, TroubleNotice};

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
                label="Loading what you are told of…"
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
            <p class="muted">"You see no accounts, so there is nothing to tell you. Ask a Users Manager of your company for a permission."</p>
        }
        .into_any();
    }
    let chosen = RwSignal::new(kinds);
    let busy = RwSignal::new(false);
    let sending = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let outcome = RwSignal::new(None::<Delivery>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(None);
        let body = Chosen { kinds: chosen.get_untracked() };
        spawn_local(async move {
            let saved = api::call::<Choose>(&(), &Nothing {}, &body).await;
            busy.try_set(false);
            match saved {
                Ok(_) => announce("Saved"),
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    let test = Callback::new(move |()| {
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        trouble.set(None);
        outcome.set(None);
        spawn_local(async move {
            let sent = api::get::<Test>(&()).await;
            sending.try_set(false);
            match sent {
                Ok(delivery) => {
                    outcome.try_set(Some(delivery));
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    });
    view! {
        <form class="card pad form narrow-form" on:submit=submit>
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            {move || outcome.get().map(|delivery| view! { <Outcome delivery /> })}
            {(!mail_configured)
                .then(|| {
                    view! {
                        <Notice tone=Tone::Neutral title="This server sends no e-mail">
                            <p>"Its operator has named no mail server. What you choose here holds from the day there is one."</p>
                        </Notice>
                    }
                })}
            <p class="muted breakable">{format!("By e-mail to {email}")}</p>
            <Kinds legend="Tell me of" chosen />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy submit=true>
                    "Save"
                </Button>
                {mail_configured
                    .then(|| {
                        view! {
                            <Button busy=sending on_press=test>
                                "Send me a test"
                            </Button>
                        }
                    })}
            </div>
        </form>
    }
    .into_any()
}
