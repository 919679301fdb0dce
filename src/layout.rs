//! What stands around every page.

pub mod account_menu;
pub mod announcer;
pub mod arrival;
pub mod attention;
pub mod connected;
pub mod cost_permission;
pub mod fault;
pub mod header;
pub mod request_access;
pub mod session_end;
pub mod sign_in_again;
pub mod theme;

use leptos::prelude::*;

use crate::session;
use crate::ui::button::Button;
use crate::ui::chip::Tone;
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::Notice;
use header::Header;

/// The frame of a signed-in user's pages.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip" href="#main" rel="external">
            "Skip to the content"
        </a>
        <Header />
        <SimulatedBanner />
        <main id="main" class="page" tabindex="-1">
            <NewBuild />
            {children()}
        </main>
    }
}

/// Says that nothing here is real, when it is not.
#[component]
fn SimulatedBanner() -> impl IntoView {
    let simulated = Memo::new(|_| session::signed_in().is_some_and(|user| user.simulated));
    move || {
        simulated.get().then(|| {
            view! {
                <aside class="banner" aria-label="Simulated data">
                    <Icon name=IconName::Info />
                    <span>
                        <strong>"Simulated data. "</strong>
                        "All organizations and figures are made up by the bundled simulator of OpenAI’s API."
                    </span>
                </aside>
            }
        })
    }
}

/// Offers to reload when the server has another build than this page.
#[component]
fn NewBuild() -> impl IntoView {
    let reload = Callback::new(|()| {
        let _ = window().location().reload();
    });
    move || {
        session::is_stale().then(|| {
            view! {
                <Notice tone=Tone::Neutral title="The console was updated">
                    <p>"This page is of the former version. Reload it when you are ready."</p>
                    <p class="actions">
                        <Button on_press=reload>"Reload"</Button>
                    </p>
                </Notice>
            }
        })
    }
}
