//! Pages whose code the browser loads when they are first opened, so that the first load stays small.
//!
//! Everything that only such a page uses is in its file: `cargo xtask split` cuts the app at these functions after Trunk
//! has built it.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::layout::arrival;
use crate::layout::attention::notices::Notices;
use crate::layout::session_end::SessionEnd;
use crate::layout::sign_in_again::SignInAgain;
use crate::page::assets::Assets;
use crate::page::assets::account::Account;
use crate::page::audit_log::AuditLog;
use crate::page::connect::Connect;
use crate::page::exports::Exports;
use crate::page::invitation::Invitation;
use crate::page::lens::Lens;
use crate::page::login::Login;
use crate::page::notifications::Notifications;
use crate::page::people::People;
use crate::page::profile::Profile;
use crate::page::reports::{NewReport, Report, Reports};
use crate::page::setup::Setup;
use crate::page::support::{NewSupportRequest, Support, SupportRequest};
use crate::route::{Place, Route};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// Makes a page of a loaded chunk.
pub type Page = fn(Place) -> AnyView;
/// A chunk on its way.
pub type Loading = Pin<Box<dyn Future<Output = Result<Page, SplitLoaderError>>>>;
/// Loads a chunk. A second time it is there already; after a failure it is asked for again.
pub type Chunk = fn() -> Loading;

#[wasm_split(lens, fallible)]
fn lens_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Lens /> }.into_any())
}

#[wasm_split(reports, fallible)]
fn reports_page() -> Result<Page, SplitLoaderError> {
    Ok(|place| match place {
        Place::ReportNew => view! { <NewReport /> }.into_any(),
        Place::Report(id) => view! { <Report id /> }.into_any(),
        Place::Exports => view! { <Exports /> }.into_any(),
        _ => view! { <Reports /> }.into_any(),
    })
}

#[wasm_split(other, fallible)]
fn assets_page() -> Result<Page, SplitLoaderError> {
    Ok(|place| match place {
        Place::Account(id) => view! { <Account id /> }.into_any(),
        _ => view! { <Assets /> }.into_any(),
    })
}

#[wasm_split(connect, fallible)]
fn connect_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Connect /> }.into_any())
}

#[wasm_split(other, fallible)]
fn setup_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Setup /> }.into_any())
}

#[wasm_split(other, fallible)]
fn support_page() -> Result<Page, SplitLoaderError> {
    Ok(|place| match place {
        Place::SupportNew(draft) => view! { <NewSupportRequest draft /> }.into_any(),
        Place::SupportRequest(id) => view! { <SupportRequest id /> }.into_any(),
        _ => view! { <Support /> }.into_any(),
    })
}

#[wasm_split(other, fallible)]
fn invitation_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Invitation /> }.into_any())
}

#[wasm_split(other, fallible)]
fn people_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <People /> }.into_any())
}

#[wasm_split(other, fallible)]
fn audit_log_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <AuditLog /> }.into_any())
}

#[wasm_split(other, fallible)]
fn profile_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Profile /> }.into_any())
}

#[wasm_split(other, fallible)]
fn notifications_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Notifications /> }.into_any())
}

#[wasm_split(attention, fallible)]
fn attention_banner() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Notices /> }.into_any())
}

#[wasm_split(login, fallible)]
fn login_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Login /> }.into_any())
}

#[wasm_split(login, fallible)]
fn sign_in_again_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <SignInAgain /> }.into_any())
}

#[wasm_split(login, fallible)]
fn session_end_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <SessionEnd /> }.into_any())
}

/// The chunk of the page at a place; none for the pages of the first load.
pub fn of(place: &Place) -> Option<Chunk> {
    match place {
        Place::Home | Place::NotFound => None,
        Place::Login => Some(|| Box::pin(login_page())),
        Place::Lens => Some(|| Box::pin(lens_page())),
        Place::Reports | Place::ReportNew | Place::Report(_) | Place::Exports => {
            Some(|| Box::pin(reports_page()))
        }
        Place::Assets | Place::Account(_) => Some(|| Box::pin(assets_page())),
        Place::Setup => Some(|| Box::pin(setup_page())),
        Place::Invitation => Some(|| Box::pin(invitation_page())),
        Place::People => Some(|| Box::pin(people_page())),
        Place::AuditLog => Some(|| Box::pin(audit_log_page())),
        Place::Profile => Some(|| Box::pin(profile_page())),
        Place::Notifications => Some(|| Box::pin(notifications_page())),
        Place::Support | Place::SupportNew(_) | Place::SupportRequest(_) => Some(|| Box::pin(support_page())),
    }
}

/// The chunk of the banner that says which account needs somebody.
pub fn attention() -> Loading {
    Box::pin(attention_banner())
}

/// What a chunk has that is no page of its own.
pub fn show(chunk: Page) -> AnyView {
    chunk(Place::Home)
}

/// The chunk of the wizard.
pub fn connect() -> Loading {
    Box::pin(connect_page())
}

/// The chunk of the dialog for a session that has ended.
pub fn sign_in_again() -> Loading {
    Box::pin(sign_in_again_page())
}

/// The chunk of the warning before a session ends.
pub fn session_end() -> Loading {
    Box::pin(session_end_page())
}

/// Begins to load what the address needs, while it is asked who is signed in.
pub fn begin(route: &Route) {
    if let Some(chunk) = of(&route.place()) {
        spawn_local(async move {
            // A failure is told by the page, which asks again.
            let _ = chunk().await;
        });
    }
}

/// A page that is loaded when it is shown.
#[component]
pub fn Loaded(
    /// What it is loaded from.
    chunk: Chunk,
    /// Which page of it.
    place: Place,
) -> impl IntoView {
    let page = RwSignal::new(None::<Option<Page>>);
    let load = move || {
        page.try_set(None);
        spawn_local(async move {
            let loaded = chunk().await.ok();
            page.try_set(Some(loaded));
            arrival::settle();
        });
    };
    load();
    move || match page.get() {
        None => view! { <Skeleton label="Loading the page…" /> }.into_any(),
        Some(Some(page)) => page(place.clone()),
        Some(None) => {
            let trouble = Trouble::new(
                "The page could not be loaded",
                "Its code did not arrive: the network is down, or the console was updated in the meantime.",
                "Try again; if it stays, reload the page.",
                true,
            );
            view! { <TroubleNotice trouble on_retry=Callback::new(move |()| load()) /> }.into_any()
        }
    }
}
