//! The session has ended while the app was in use: the user signs in again over the page and goes on.

use leptos::prelude::*;

use crate::page::login::SignIn;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

/// To be shown while the session has ended. What was asked of the server meanwhile is asked again after signing in.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let leave = Callback::new(|()| session::give_up());
    let email = session::signed_in().map(|user| user.email.as_str().to_owned()).unwrap_or_default();
    view! {
        // Escape must not throw away what is on the page.
        <Dialog labelled_by="sign-in-again" on_close=Callback::new(|()| ()) class="small">
            <div class="dialog-body">
                <h2 id="sign-in-again" tabindex="-1">
                    "Sign in again"
                </h2>
                <p class="muted">"Your session has ended. Sign in again to pick up where you left off."</p>
                <SignIn email />
                <p class="actions">
                    <Button kind=ButtonKind::Quiet on_press=leave>
                        "Leave this page"
                    </Button>
                </p>
            </div>
        </Dialog>
    }
}
