//! Step 1: how to create a restricted admin key at OpenAI.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::flow::Flow;
use super::view::TITLE;
use crate::browser::copy;
use crate::layout::announcer::announce;
use crate::route::ConnectStep;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::Notice;

/// Where OpenAI keeps admin keys.
pub const DASHBOARD: &str = "https://platform.openai.com/settings/organization/admin-keys";
/// The name that is offered for the key.
const KEY_NAME: &str = "lens-readonly";

/// The page's actions as a checklist, beside a drawing of OpenAI's pane.
#[component]
pub fn CreateKeyStep(
    /// The wizard.
    flow: Flow,
    /// Which of the actions are ticked, one bit for each: going on and back keeps them.
    ticks: RwSignal<u16>,
    /// Leaves it.
    close: Callback<()>,
) -> impl IntoView {
    view! {
        <h2 id=TITLE tabindex="-1">"Create an admin key"</h2>
        <p class="muted">"In OpenAI, as an owner of the organization. Tick as you go, if that helps."</p>
        <div class="wizard-columns">
            <Actions ticks />
            <div class="wizard-aside">
                <Pane />
                <p class="hint">
                    "The optional scope shows names of projects, keys and people. Without it we show their ids. OpenAI also calls it “Organization Administration”."
                </p>
                <Notice tone=Tone::Warning title="Caution">
                    <p>"The key is only visible once. Copy it before you close OpenAI's window."</p>
                </Notice>
            </div>
        </div>
        <div class="wizard-actions">
            <Button kind=ButtonKind::Quiet on_press=close>"Cancel"</Button>
            <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| flow.back(ConnectStep::AdminKey))>
                "I have the key"
            </Button>
        </div>
    }
}

#[component]
fn Actions(ticks: RwSignal<u16>) -> impl IntoView {
    view! {
        <ol class="checklist">
            <Action ticks at=0>
                "Sign in to the "
                <a href=DASHBOARD target="_blank" rel="noopener noreferrer external">
                    "OpenAI dashboard" <Icon name=IconName::External /> <span class="hidden-text">" (opens a new tab)"</span>
                </a>
            </Action>
            <Action ticks at=1>"Select the gear icon to open " <b>"Organization Settings"</b></Action>
            <Action ticks at=2>"Select " <b>"Admin keys"</b></Action>
            <Action ticks at=3>"Select " <b>"Create new Admin key"</b></Action>
            <Action ticks at=4>"In " <b>"Name"</b> ", enter a name, such as " <b>{KEY_NAME}</b> " " <CopyName /></Action>
            <Action ticks at=5>"In " <b>"Permissions"</b> ", select " <b>"Restricted"</b></Action>
            <Action ticks at=6>
                "In " <b>"Management API Scope"</b> ", select " <b>"Read"</b> " " <Chip tone=Tone::Neutral text="optional" />
            </Action>
            <Action ticks at=7>"In " <b>"Usage API Scope"</b> ", select " <b>"Read"</b></Action>
            <Action ticks at=8>"Select " <b>"Create admin key"</b></Action>
            <Action ticks at=9>"Select " <b>"Copy"</b> " to copy the key"</Action>
            <Action ticks at=10>"Select " <b>"Done"</b> " and come back here"</Action>
        </ol>
    }
}

/// A line to tick. The ticks help the user alone: nothing depends on them.
#[component]
fn Action(ticks: RwSignal<u16>, at: u16, children: Children) -> impl IntoView {
    let own = 1 << at;
    view! {
        <li>
            <label>
                <input
                    type="checkbox"
                    prop:checked=move || ticks.get() & own != 0
                    on:change=move |_| ticks.update(|ticks| *ticks ^= own)
                />
                <span>{children()}</span>
            </label>
        </li>
    }
}

#[component]
fn CopyName() -> impl IntoView {
    let said = RwSignal::new("copy");
    let press = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        spawn_local(async move {
            let (words, aloud) = match copy(KEY_NAME).await {
                true => ("copied", "Copied"),
                false => ("the browser refused to copy", "The browser refused to copy"),
            };
            said.try_set(words);
            announce(aloud);
        });
    };
    view! {
        <button type="button" class="link-button" aria-label="Copy the name" on:click=press>
            {said}
        </button>
    }
}

/// A drawing of OpenAI's pane, as it should look before Create is selected.
#[component]
fn Pane() -> impl IntoView {
    view! {
        <dl class="pane" aria-label="How OpenAI's pane should look">
            <div class="pane-title">
                <dt>"Create new admin key"</dt>
                <dd></dd>
            </div>
            <div>
                <dt>"Name"</dt>
                <dd>{KEY_NAME}</dd>
            </div>
            <div>
                <dt>"Permissions"</dt>
                <dd>
                    <b>"Restricted"</b>
                </dd>
            </div>
            <div>
                <dt>"Usage API Scope"</dt>
                <dd>
                    <Chip tone=Tone::Good text="Read · required" />
                </dd>
            </div>
            <div>
                <dt>"Management API Scope"</dt>
                <dd>
                    <Chip tone=Tone::Neutral text="Read · optional" />
                </dd>
            </div>
        </dl>
    }
}
