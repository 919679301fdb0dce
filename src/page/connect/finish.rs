//! The end of step 3: the account's name, and Finish.

use ::api::ConnectionName;
use leptos::prelude::*;

use super::flow::Flow;
use super::state::{FinishRefusal, Wizard};
use crate::route::{ConnectStep, Route};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::field::Field;
use crate::ui::notice::Notice;

/// The name, prefilled with the organization's, and Finish.
#[component]
pub fn FinishForm(
    /// The wizard.
    flow: Flow,
) -> impl IntoView {
    let suggested = match flow.state_untracked() {
        Wizard::Tested(tested) | Wizard::Finishing(tested, _) => tested.suggested_name,
        _ => String::new(),
    };
    let name = RwSignal::new(suggested);
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
            <Field
                label="Account name"
                value=name
                error
                hint="How the console calls this organization. The import starts at once and takes seconds."
            />
            {move || match refusal.get() {
                Some(FinishRefusal::AlreadyConnected(connection)) => {
                    let name = connection.name.to_string();
                    view! {
                        <Notice tone=Tone::Bad>
                            <p>
                                "This organization is connected already, as “" {name.clone()} "”. "
                                <a href=Route::Assets.to_string()>"Open " {name}</a>
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
            <div class="wizard-actions">
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| flow.go(ConnectStep::AdminKey))>"Back"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>"Finish"</Button>
            </div>
        </form>
    }
}
