//! Step 3: the live list of checks, and what to do about each.

use leptos::prelude::*;

use super::checks::{CheckList, failure};
use super::finish::FinishForm;
use super::flow::Flow;
use super::patience::Patience;
use super::state::{Tested, Wizard};
use super::view::TITLE;
use crate::format::short_id;
use crate::layout::announcer::announce;
use crate::route::{ConnectStep, Route};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::focus::focus_if_lost;
use crate::ui::icon::{Icon, IconName};

/// The checks, live; then Finish, or what else to do.
#[component]
pub fn TestConnectionStep(
    /// The wizard.
    flow: Flow,
) -> impl IntoView {
    let tested = Memo::new(move |_| match flow.state() {
        Wizard::Tested(tested) | Wizard::Finishing(tested, _) => Some(tested),
        _ => None,
    });
    let over = Memo::new(move |_| tested.get().is_some());
    let ready = Memo::new(move |_| tested.get().is_some_and(|tested| tested.ready));
    Effect::new(move |_| {
        if over.get()
            && let Some(tested) = tested.get_untracked()
        {
            announce(summary(&tested));
        }
    });
    let checks = Memo::new(move |_| match flow.state() {
        Wizard::Testing(_, _, checks) => checks,
        Wizard::Tested(tested) | Wizard::Finishing(tested, _) => tested.checks,
        _ => Vec::new(),
    });
    let subject = move || {
        let organization = tested.get().and_then(|tested| tested.organization);
        match organization {
            Some(organization) => {
                let id = short_id(&organization.id);
                organization.name.map_or_else(|| id.clone(), |name| format!("{name} · {id}"))
            }
            None => {
                flow.state().kept().map(|kept| format!("Key ending in {}", kept.tail)).unwrap_or_default()
            }
        }
    };
    view! {
        <h2 id=TITLE tabindex="-1">"Test connection"</h2>
        <p class="muted">{subject}</p>
        <CheckList checks over opened=Callback::new(move |()| flow.discard()) />
        <Patience
            waits=Signal::derive(move || !over.get())
            words="Still waiting for OpenAI. It times out after a few seconds."
        />
        {move || {
            if ready.get() {
                view! { <FinishForm flow /> }.into_any()
            } else {
                view! { <NotReady flow over /> }.into_any()
            }
        }}
    }
}

/// What can be done while Finish cannot: with the reason why it cannot.
#[component]
fn NotReady(flow: Flow, over: Memo<bool>) -> impl IntoView {
    let reason = Signal::derive(move || {
        Some(
            if over.get() { "A required check has failed." } else { "Waiting for the last check." }
                .to_owned(),
        )
    });
    let again = move |_| {
        flow.test_again();
        focus_if_lost("#connect-title");
    };
    let support = move || {
        let draft = flow.state().kept().map(|kept| kept.draft.clone());
        Route::SupportNew { draft }.to_string()
    };
    view! {
        {move || {
            over.get()
                .then(|| {
                    view! {
                        <div class="notice info">
                            <Icon name=IconName::Info />
                            <div class="notice-body remedies">
                                <span>"Something wrong?"</span>
                                <button type="button" class="link-button" on:click=again>
                                    "Try again"
                                </button>
                                <button type="button" class="link-button" on:click=move |_| flow.back(ConnectStep::AdminKey)>
                                    "Replace the key"
                                </button>
                                <a class="link-button" href=support>"Open a support request"</a>
                            </div>
                        </div>
                    }
                })
        }}
        <div class="wizard-actions">
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| flow.back(ConnectStep::AdminKey))>"Back"</Button>
            <Button kind=ButtonKind::Primary reason>"Finish"</Button>
        </div>
    }
}

/// How the test went, in one sentence for a screen reader.
fn summary(tested: &Tested) -> String {
    if tested.ready {
        "The connection works. Name the account and select Finish.".into()
    } else {
        failure(&tested.checks)
    }
}
