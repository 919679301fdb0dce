//! The second factor that the company asks for: set up before anything else is open.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::layout::header::Logo;
use crate::page::profile::second_factor::SecondFactorSetUp;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::notice::{Trouble, TroubleNotice};

/// The page that stands in place of all others.
#[component]
pub fn SecondFactorDue() -> impl IntoView {
    let trouble = RwSignal::new(None::<Trouble>);
    let done = Callback::new(|()| session::refresh());
    let leave = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(failed) = session::sign_out().await {
                trouble.try_set(Some(failed));
            }
        });
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
                    {format!("Your company asks {email} for one. Everything else is open afterwards.")}
                </p>
                <SecondFactorSetUp done />
                {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
                <p class="actions">
                    <Button kind=ButtonKind::Quiet on_press=leave>
                        "Sign out"
                    </Button>
                </p>
            </div>
        </main>
    }
}
