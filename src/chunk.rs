//! Pages whose code and style the browser loads when they are first opened, so that the first load stays small.
//!
//! Everything that only such a page uses is in its file: `cargo xtask split` cuts the app at these functions after Trunk
//! has built it.

pub mod sheet;

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::sheet::Sheet;
use crate::layout::arrival;
use crate::layout::attention::notices::Notices;
use crate::layout::session_end::SessionEnd;
use crate::layout::sign_in_again::SignInAgain;
use crate::page::access::Access;
use crate::page::assets::Assets;
use crate::page::assets::account::Account;
use crate::page::audit_log::AuditLog;
use crate::page::changes::Changes;
use crate::page::connect::Connect;
use crate::page::exports::Exports;
use crate::page::invitation::Invitation;
use crate::page::lens::Lens;
use crate::page::login::Login;
use crate::page::notifications::Notifications;
use crate::page::people::People;
use crate::page::profile::Profile;
use crate::page::reconciliation::Reconciliation;
use crate::page::reports::{NewReport, Report, Reports};
use crate::page::second_factor_due::SecondFactorDue;
use crate::page::setup::Setup;
use crate::page::support::{NewSupportRequest, Support, SupportRequest};
use crate::route::{Place, Route};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// Makes a page of a loaded chunk.
pub type Page = fn(Place) -> AnyView;
type Loading = Pin<Box<dyn Future<Output = Result<Page, SplitLoaderError>>>>;

/// What is loaded together. A second time it is there already; after a failure it is asked for again.
#[derive(Clone, Copy)]
pub struct Chunk {
    code: fn() -> Loading,
    sheets: &'static [Sheet],
}

/// The wizard.
pub const CONNECT: Chunk = Chunk { code: || Box::pin(connect_page()), sheets: &[Sheet::Connect] };
/// The dialog for a session that has ended.
pub const SIGN_IN_AGAIN: Chunk = Chunk { code: || Box::pin(sign_in_again_page()), sheets: &[] };
/// The second factor that has to be set up.
pub const SECOND_FACTOR_DUE: Chunk =
    Chunk { code: || Box::pin(second_factor_due_page()), sheets: &[Sheet::Page] };
/// The warning before a session ends.
pub const SESSION_END: Chunk = Chunk { code: || Box::pin(session_end_page()), sheets: &[] };
/// The banner that says which account needs somebody.
pub const ATTENTION: Chunk = Chunk { code: || Box::pin(attention_banner()), sheets: &[Sheet::Account] };

impl Chunk {
    /// Loads it; none when a part of it did not arrive.
    pub async fn load(self) -> Option<Page> {
        let code = (self.code)();
        let sheets: Vec<_> = self.sheets.iter().map(|sheet| sheet.begin()).collect();
        let page = code.await;
        for sheet in sheets {
            if !sheet.arrived().await {
                return None;
            }
        }
        page.ok()
    }
}

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

#[wasm_split(explain, fallible)]
fn explain_page() -> Result<Page, SplitLoaderError> {
    Ok(|place| match place {
        Place::Changes => view! { <Changes /> }.into_any(),
        _ => view! { <Reconciliation /> }.into_any(),
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
fn access_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <Access /> }.into_any())
}

#[wasm_split(other, fallible)]
fn second_factor_due_page() -> Result<Page, SplitLoaderError> {
    Ok(|_| view! { <SecondFactorDue /> }.into_any())
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
    use Sheet::{Account, Connect, Explain, Lens, Page, Report};
    let (code, sheets): (fn() -> Loading, &'static [Sheet]) = match place {
        Place::Home | Place::NotFound => return None,
        Place::Login => (|| Box::pin(login_page()), &[]),
        Place::Lens => (|| Box::pin(lens_page()), &[Page, Lens, Report]),
        Place::Reports | Place::ReportNew | Place::Report(_) | Place::Exports => {
            (|| Box::pin(reports_page()), &[Page, Lens, Report])
        }
        Place::Changes | Place::Reconciliation => {
            (|| Box::pin(explain_page()), &[Page, Lens, Report, Explain])
        }
        Place::Assets | Place::Account(_) => {
            (|| Box::pin(assets_page()), &[Page, Lens, Connect, Report, Account])
        }
        Place::Setup => (|| Box::pin(setup_page()), &[Page]),
        Place::Invitation => (|| Box::pin(invitation_page()), &[Page]),
        Place::Access => (|| Box::pin(access_page()), &[Page, Lens, Report]),
        Place::People => (|| Box::pin(people_page()), &[Page, Lens, Report]),
        Place::AuditLog => (|| Box::pin(audit_log_page()), &[Page, Lens, Report]),
        Place::Profile => (|| Box::pin(profile_page()), &[Page]),
        Place::Notifications => (|| Box::pin(notifications_page()), &[Page, Lens, Report]),
        Place::Support | Place::SupportNew(_) | Place::SupportRequest(_) => {
            (|| Box::pin(support_page()), &[Page])
        }
    };
    Some(Chunk { code, sheets })
}

/// What a chunk has that is no page of its own.
pub fn show(chunk: Page) -> AnyView {
    chunk(Place::Home)
}

/// Begins to load what the address needs, while it is asked who is signed in.
pub fn begin(route: &Route) {
    if let Some(chunk) = of(&route.place()) {
        spawn_local(async move {
            // A failure is told by the page, which asks again.
            let _ = chunk.load().await;
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
            let loaded = chunk.load().await;
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
                "Part of it did not arrive: the network is down, or the console was updated in the meantime.",
                "Try again. If the problem persists, reload the page.",
                true,
            );
            view! { <TroubleNotice trouble on_retry=Callback::new(move |()| load()) /> }.into_any()
        }
    }
}
