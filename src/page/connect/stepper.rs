//! The steps, and which of them is on screen.

use leptos::prelude::*;

use super::flow::Flow;
use crate::route::ConnectStep;
use crate::ui::icon::{Icon, IconName};

/// The names of the steps, in order.
pub const STEPS: [&str; 4] = ["Create an admin key", "Admin key", "Test connection", "Finish"];

/// The list of the steps. Those before the current one are links back.
#[component]
pub fn Stepper(
    /// The wizard.
    flow: Flow,
) -> impl IntoView {
    let current = Memo::new(move |_| flow.state().step());
    view! {
        <nav class="steps" aria-label="Progress">
            <ol>
                {STEPS
                    .iter()
                    .zip(1_usize..)
                    .map(|(name, number)| {
                        view! {
                            <li
                                class:current=move || current.get() == number
                                class:done=move || number < current.get()
                                aria-current=move || (current.get() == number).then_some("step")
                            >
                                <span class="step-mark" aria-hidden="true">
                                    {move || {
                                        if number < current.get() {
                                            view! { <Icon name=IconName::Check /> }.into_any()
                                        } else {
                                            number.into_any()
                                        }
                                    }}
                                </span>
                                <span class="step-name">
                                    <span class="hidden-text">{format!("Step {number} of {}: ", STEPS.len())}</span>
                                    {move || {
                                        // The test of a tested key is on screen already: there is nothing to go back to.
                                        if number < current.get().min(3) {
                                            view! { <a href=back_to(flow, number)>{*name}</a> }.into_any()
                                        } else {
                                            view! { <span>{*name}</span> }.into_any()
                                        }
                                    }}
                                </span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}

fn back_to(flow: Flow, number: usize) -> String {
    let step = if number == 1 { ConnectStep::CreateKey } else { ConnectStep::AdminKey };
    flow.before_test(step).to_string()
}
