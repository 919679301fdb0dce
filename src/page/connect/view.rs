//! The modal and what is in it at each step.

use ::api::Permission;
use leptos::prelude::*;

use super::admin_key::AdminKeyStep;
use super::create_key::CreateKeyStep;
use super::finish::FINISH_TITLE;
use super::flow::Flow;
use super::leave::Leave;
use super::renewal::Renewal;
use super::state::Wizard;
use super::stepper::{STEPS, Stepper};
use super::test_connection::TestConnectionStep;
use crate::layout::announcer::{Announcer, announce};
use crate::layout::arrival::set_title;
use crate::layout::permission_missing::PermissionMissing;
use crate::route::ConnectStep;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::dialog::Dialog;
use crate::ui::focus::{focus_if_lost, focus_unless_typing};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::Notice;
use crate::ui::skeleton::Skeleton;

/// The id of the heading that names the dialog.
pub const TITLE: &str = "connect-title";

/// What is on screen: moves within it change no step and take no focus.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    CreateKey,
    AdminKey,
    Opening,
    Test,
    Gone,
    Stuck,
}

/// The wizard.
#[component]
pub fn Connect() -> impl IntoView {
    let flow = Flow::start();
    let typed = RwSignal::new(String::new());
    let ticks = RwSignal::new(0_u16);
    let leaving = RwSignal::new(false);
    // What is pasted stays through Back and Forward, and goes with the wizard.
    on_cleanup(move || {
        typed.try_set(String::new());
    });
    let screen = Memo::new(move |_| screen(&flow.state()));
    let step = Memo::new(move |_| flow.state().step());
    Effect::new(move |before: Option<(Screen, usize)>| {
        let now = (screen.get(), step.get());
        if before != Some(now) {
            let heading = if now == (Screen::Test, 4) { FINISH_TITLE } else { TITLE };
            let task = if flow.renews().is_some() { "Replace the key" } else { "Connect your account" };
            let name = now.1.checked_sub(1).and_then(|at| STEPS.get(at)).copied().unwrap_or_default();
            request_animation_frame(move || {
                // The frame may be late: a key that is begun must not end in the page.
                focus_unless_typing(&format!("#{heading}"));
                set_title(&format!("{name} · {task}"));
            });
            // At the last step the test's own summary is read out.
            if now.1 != STEPS.len() && before.is_some_and(|before| before.1 != now.1) {
                announce(format!("Step {} of {}: {name}", now.1, STEPS.len()));
            }
        }
        now
    });
    let close = move || {
        let something_to_lose = !typed.get_untracked().is_empty() || flow.state_untracked().draft().is_some();
        if something_to_lose && !leaving.get_untracked() {
            leaving.set(true);
        } else if leaving.get_untracked() {
            leaving.set(false);
            focus_if_lost("#connect-title");
        } else {
            flow.leave();
        }
    };
    let allowed = Memo::new(|_| session::can_connect());
    view! {
        <Dialog labelled_by=TITLE class="wizard" on_close=Callback::new(move |()| close()) return_focus="main h1">
            // What is outside a modal is inert, the page's own announcer too.
            <Announcer />
            <button type="button" class="wizard-close" aria-label="Close" on:click=move |_| close()>
                <Icon name=IconName::Cross />
            </button>
            {move || {
                if !allowed.get() {
                    return view! { <NotAllowed flow /> }.into_any();
                }
                view! {
                    <Stepper flow />
                    <div class="wizard-body">
                        {move || leaving.get().then(|| view! { <Leave flow leaving /> })}
                        <Renewal flow />
                        <div class="wizard-step" class:covered=move || leaving.get() inert=move || leaving.get()>
                            {move || match screen.get() {
                                Screen::CreateKey => view! { <CreateKeyStep flow ticks close=Callback::new(move |()| close()) /> }.into_any(),
                                Screen::AdminKey => view! { <AdminKeyStep flow typed /> }.into_any(),
                                Screen::Opening => view! { <Opening /> }.into_any(),
                                Screen::Test => view! { <TestConnectionStep flow /> }.into_any(),
                                Screen::Gone => view! { <Gone flow /> }.into_any(),
                                Screen::Stuck => view! { <Stuck flow /> }.into_any(),
                            }}
                        </div>
                    </div>
                }
                    .into_any()
            }}
        </Dialog>
    }
}

fn screen(wizard: &Wizard) -> Screen {
    match wizard {
        Wizard::CreateKey(_) => Screen::CreateKey,
        Wizard::AdminKey(_) => Screen::AdminKey,
        Wizard::Opening(..) | Wizard::Finished(_) => Screen::Opening,
        Wizard::Testing(..) | Wizard::Tested(_) | Wizard::Finishing(..) => Screen::Test,
        Wizard::Gone => Screen::Gone,
        Wizard::Stuck(..) => Screen::Stuck,
    }
}

#[component]
fn Opening() -> impl IntoView {
    view! {
        <h2 id=TITLE tabindex="-1">"Test connection"</h2>
        <Skeleton label="Looking up your connection draft…" />
    }
}

/// The draft is gone: what happened, and the way on.
#[component]
fn Gone(flow: Flow) -> impl IntoView {
    view! {
        <h2 id=TITLE tabindex="-1">"Start again"</h2>
        <Notice tone=Tone::Warning>
            <p>
                "This connection draft has expired or was discarded, and its key has been destroyed. Paste the key once more, or create a new one if you no longer have it."
            </p>
        </Notice>
        <div class="wizard-actions">
            <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| flow.back(ConnectStep::CreateKey))>
                "Start again"
            </Button>
        </div>
    }
}

/// The server does not answer: the draft is safe there.
#[component]
fn Stuck(flow: Flow) -> impl IntoView {
    let words = move || match flow.state() {
        Wizard::Stuck(.., words) => words,
        _ => String::new(),
    };
    view! {
        <h2 id=TITLE tabindex="-1">"Test connection"</h2>
        <Notice tone=Tone::Bad title="The server did not answer">
            <p>{words}</p>
            <p>"The server keeps your key for 30 minutes: nothing is lost."</p>
        </Notice>
        <div class="wizard-actions">
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| flow.back(ConnectStep::AdminKey))>"Back"</Button>
            <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| flow.test_again())>"Try again"</Button>
        </div>
    }
}

/// The user may not connect: which permission it takes.
#[component]
fn NotAllowed(flow: Flow) -> impl IntoView {
    view! {
        <div class="dialog-body">
            <h2 id=TITLE tabindex="-1">"Connect your account"</h2>
            <PermissionMissing
                what="Connecting an OpenAI account"
                needs=Permission::CONNECTS
                offer=Permission::BillingProfilesAdmin
            />
            <div class="actions">
                <Button on_press=Callback::new(move |()| flow.leave())>"Close"</Button>
            </div>
        </div>
    }
}
