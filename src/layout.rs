//! What stands around every page.

pub mod account_menu;
pub mod announcer;
pub mod arrival;
pub mod attention;
pub mod cost_page;
pub mod cost_permission;
pub mod fault;
pub mod header;
pub mod list_file;
pub mod permission_missing;
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
            "Skip to content"
        </a>
        <Header />
        <SimulatedBanner />
        <ReadOnlyBanner />
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
            banner(
                "Simulated data",
                "All organizations and figures are made up by the bundled simulator of OpenAI's API.",
            )
        })
    }
}

/// Says that nothing can be changed, for as long as that is so.
#[component]
fn ReadOnlyBanner() -> impl IntoView {
    // The element is there before its words are, so that they are read out when they come.
    view! {
        <div role="status">
            {move || {
                session::is_read_only()
                    .then(|| {
                        banner(
                            "Read-only for now",
                            "The console's disk is full or cannot be written to. You can view figures; nothing can be changed or imported until the operator fixes it.",
                        )
                    })
            }}
        </div>
    }
}

fn banner(title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <aside class="banner" aria-label=title>
            <Icon name=IconName::Info />
            <span>
                <strong>{title}". "</strong>
                {text}
            </span>
        </aside>
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
                    <p>"This page is from the previous version. Reload it when you are ready."</p>
                    <p class="actions">
                        <Button on_press=reload>"Reload"</Button>
                    </p>
                </Notice>
            }
        })
    }
}
