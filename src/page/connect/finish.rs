//! Step 4, below the test that has passed: the account's name, and Finish.

use ::api::ConnectionName;
use leptos::prelude::*;

use super::checks::AccountLink;
use super::flow::Flow;
use super::patience::Patience;
use super::state::{FinishRefusal, Wizard};
use crate::route::ConnectStep;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::field::Field;
use crate::ui::notice::Notice;

/// The id of the step's heading.
pub const FINISH_TITLE: &str = "connect-finish";

/// The name, prefilled with the organization's, and Finish.
#[component]
pub fn FinishForm(
    /// The wizard.
    flow: Flow,
) -> impl IntoView {
    let name = flow.name();
    let unfit = RwSignal::new(None::<String>);
    let busy = Signal::derive(move || matches!(flow.state(), Wizard::Finishing(..)));
    let refusal = Memo::new(move |_| match flow.state() {
        Wizard::Tested(tested) => tested.refusal,
        _ => None,
    });
    let error = Signal::derive(move || {
        unfit.get().or_else(|| match refusal.get() {
            Some(FinishRefusal::Name(cause)) => Some(cause),
            _ => None,
        })
    });
    let renews = flow.state_untracked().kept().is_some_and(|kept| kept.renews.is_some());
    let (hint, label) = if renews {
        ("What the console calls this organization.", "Replace the key")
    } else {
        ("What the console calls this organization. The import starts at once and takes seconds.", "Finish")
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match ConnectionName::parse(&name.get_untracked()) {
            Ok(name) => {
                unfit.set(None);
                flow.finish(name.to_string());
            }
            Err(error) => unfit.set(Some(error.to_string())),
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <h2 id=FINISH_TITLE tabindex="-1">"Finish"</h2>
            <Field
                label="Account name"
                value=name
                error
                hint
            />
            {move || match refusal.get() {
                Some(FinishRefusal::AlreadyConnected(connection)) => {
                    view! {
                        <Notice tone=Tone::Bad>
                            <p>
                                "This organization is already connected, as “" {connection.name.to_string()} "”. "
                                <AccountLink connection opened=Callback::new(move |()| flow.discard()) />
                            </p>
                        </Notice>
                    }
                        .into_any()
                }
                Some(FinishRefusal::Other(words)) => {
                    view! {
                        <Notice tone=Tone::Bad>
                            <p>{words}</p>
                        </Notice>
                    }
                        .into_any()
                }
                Some(FinishRefusal::Name(_)) | None => ().into_any(),
            }}
            <Patience waits=busy words="Still waiting for the server. Nothing is lost, and nothing is done twice." />
            <div class="wizard-actions">
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| flow.back(ConnectStep::AdminKey))>"Back"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>{label}</Button>
            </div>
        </form>
    }
}
