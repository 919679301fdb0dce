//! The editor of a report: what is asked on one side, the answer on the other.
//!
//! What is asked stands in the address. A report that is not saved is all in there; of a saved one the address says what
//! is changed, until that is saved too.

use ::api::report::ReportQuery;
use ::api::saved_report::{Definition, SavedReport, Show};
use ::api::{FieldError, SavedReportId};
use leptos::prelude::*;

use super::answer::load_answer;
use super::definition::{first, print, read};
use super::result::Result as ResultPanel;
use super::saving::{Saving, Title};
use super::settings::Settings;
use crate::api;
use crate::layout::cost_permission::WhoSeesCosts;
use crate::load::{Load, load_once};
use crate::navigation::{Navigation, use_navigation};
use crate::route::{Pairs, Route};
use crate::ui::focus::{focus, is_focused};
use crate::ui::notice::TroubleNotice;
use crate::ui::skeleton::Skeleton;

/// Where the focus is after arriving.
const HEADING: &str = "main h1";

/// A report under the user's hands. A handle: copies are the same report.
#[derive(Clone, Copy)]
pub struct Editing {
    /// What is asked and how it is shown.
    pub definition: Memo<Definition>,
    /// What is asked.
    pub query: Memo<ReportQuery>,
    /// The report as it is saved; none while it never was.
    pub saved: RwSignal<Option<SavedReport>>,
    /// What the server found wrong with what is asked.
    pub issues: RwSignal<Vec<FieldError>>,
    /// Where the app is.
    pub navigation: Navigation,
}

impl Editing {
    fn begin(saved: Option<SavedReport>) -> Self {
        let navigation = use_navigation();
        let saved = RwSignal::new(saved);
        let definition = Memo::new(move |before: Option<&Definition>| {
            let kept = || saved.with(|saved| saved.as_ref().map(|saved| saved.definition.clone()));
            let page = match navigation.route() {
                Route::Connect { from, .. } => *from,
                route => route,
            };
            match page {
                Route::ReportNew(pairs) => read(&pairs).unwrap_or_else(first),
                Route::Report(_, pairs) => read(&pairs).or_else(kept).unwrap_or_else(first),
                // The page is about to go.
                _ => before.cloned().or_else(kept).unwrap_or_else(first),
            }
        });
        let query = Memo::new(move |_| definition.with(|definition| definition.query.clone()));
        Self { definition, query, saved, issues: RwSignal::new(Vec::new()), navigation }
    }

    /// Changes what is asked or how it is shown. Back undoes it.
    pub fn change(self, change: impl FnOnce(&mut Definition)) {
        let before = self.definition.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.navigation.go(self.address_of(&after));
        }
    }

    /// Whether what is on screen is not what is saved.
    pub fn is_changed(self) -> bool {
        self.saved.with(|saved| {
            saved
                .as_ref()
                .is_none_or(|saved| self.definition.with(|definition| *definition != saved.definition))
        })
    }

    fn address_of(self, definition: &Definition) -> Route {
        self.saved.with_untracked(|saved| match saved {
            Some(saved) if saved.definition == *definition => {
                Route::Report(saved.id.clone(), Pairs::default())
            }
            Some(saved) => Route::Report(saved.id.clone(), print(definition)),
            None => Route::ReportNew(print(definition)),
        })
    }
}

/// A report that is not saved.
#[component]
pub fn NewReport() -> impl IntoView {
    view! { <WhoSeesCosts heading="New report" show=Box::new(|| view! { <Editor saved=None /> }.into_any()) /> }
}

/// A saved report.
#[component]
pub fn Report(
    /// Which one.
    id: SavedReportId,
) -> impl IntoView {
    view! {
        <WhoSeesCosts heading="Report" show=Box::new(move || {
            let id = id.clone();
            view! { <Saved id /> }.into_any()
        }) />
    }
}

#[component]
fn Saved(id: SavedReportId) -> impl IntoView {
    let report = load_once(move || {
        let id = id.clone();
        async move { api::get::<Show>(&id).await.map_err(|error| error.trouble()) }
    });
    move || match report.get() {
        Load::Loading => view! {
            <div class="page-head">
                <h1 tabindex="-1">"Report"</h1>
            </div>
            <Skeleton label="Loading the report…" lines=8 />
        }
        .into_any(),
        Load::Failed(trouble) | Load::Stale(_, trouble) => {
            let again = report.clone();
            view! {
                <div class="page-head">
                    <div>
                        <h1 tabindex="-1">"Report"</h1>
                        <p class="muted">
                            <a href=Route::Reports.to_string()>"All reports"</a>
                        </p>
                    </div>
                </div>
                <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) />
            }
            .into_any()
        }
        Load::Ready(saved) => {
            // The heading is another one now: whoever was on the one before is on this one.
            if is_focused(HEADING) {
                request_animation_frame(|| {
                    focus(HEADING);
                });
            }
            view! { <Editor saved=Some(saved) /> }.into_any()
        }
    }
}

#[component]
fn Editor(saved: Option<SavedReport>) -> impl IntoView {
    let editing = Editing::begin(saved);
    let answer = load_answer(editing);
    view! {
        <div class="page-head">
            <Title editing />
            <Saving editing />
        </div>
        <div class="report">
            <Settings editing />
            <ResultPanel editing answer />
        </div>
    }
}
