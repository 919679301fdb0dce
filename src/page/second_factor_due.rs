//! The second factor that the company asks for: set up before anything else is open.

use leptos::prelude::*;

use crate::form::submission::Submission;
use crate::layout::header::Logo;
use crate::page::profile::second_factor::SecondFactorSetUp;
use crate::session;
use crate::ui::button::{Button, ButtonKind};

/// The page that stands in place of all others.
#[component]
pub fn SecondFactorDue() -> impl IntoView {
    let submission = Submission::default();
    let done = Callback::new(|()| session::refresh());
    let leave = Callback::new(move |()| {
        submission.run_each(async { Ok(session::sign_out().await?) });
    });
    let email = session::signed_in().map(|user| user.email.to_string()).unwrap_or_default();
    view! {
        <main class="gate">
            <div class="card gate-card">
                <div class="gate-brand">
                    <Logo />
                    <span>"Console"</span>
                </div>
                <h1 tabindex="-1">"Set up a second factor"</h1>
                <p class="muted breakable">
                    {format!("Your company requires one for {email}. You can use everything else afterwards.")}
                </p>
                <SecondFactorSetUp done />
                {submission.notice()}
                <p class="actions">
                    <Button kind=ButtonKind::Quiet on_press=leave>
                        "Sign out"
                    </Button>
                </p>
            </div>
        </main>
    }
}
