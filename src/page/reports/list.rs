//! The list of saved reports: the user's own, and those that others share.

use ::api::saved_report::{List, SavedReport, Sharing};
use ::api::{Nothing, PageQuery};
use leptos::prelude::*;

use super::removal::RemoveDialog;
use crate::api;
use crate::browser::now;
use crate::format::ago;
use crate::format::locale::moment;
use crate::layout::cost_permission::WhoSeesCosts;
use crate::load::arrived::Arrived;
use crate::load::{Loader, load_once};
use crate::route::{Pairs, Route};
use crate::ui::button::{Button, ButtonKind, LinkButton};
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::Trouble;

/// Reports that are listed before the user asks for more.
const PART: u8 = 50;

/// The list of saved reports.
#[component]
pub fn Reports() -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Reports"</h1>
                <p class="muted">"Cost and usage, broken down as you choose: your own reports, and those that others share."</p>
            </div>
            <LinkButton kind=ButtonKind::Primary href=Route::new_report().to_string()>
                <Icon name=IconName::Plus />
                "New report"
            </LinkButton>
        </div>
        <WhoSeesCosts show=Box::new(|| view! { <Saved /> }.into_any()) />
    }
}

/// Reports, and whether there are more.
#[derive(Clone, Debug, PartialEq)]
struct Listed {
    reports: Vec<SavedReport>,
    has_more: bool,
}

#[component]
fn Saved() -> impl IntoView {
    let parts = RwSignal::new(1_usize);
    let list = load_once(move || ask(parts.try_get_untracked().unwrap_or(1)));
    let retry = {
        let list = list.clone();
        Callback::new(move |()| list.reload())
    };
    let more = {
        let list = list.clone();
        Callback::new(move |()| {
            parts.update(|parts| *parts += 1);
            list.reload();
        })
    };
    let removing = RwSignal::new(None::<SavedReport>);
    let show = Box::new(move |listed| view! { <Table listed more removing /> }.into_any());
    view! {
        <Arrived data=list.clone() label="Loading the reports…" retry show />
        {move || {
            removing
                .get()
                .map(|report| {
                    let list: Loader<Listed> = list.clone();
                    let gone = Callback::new(move |()| {
                        removing.set(None);
                        list.reload();
                    });
                    view! { <RemoveDialog report gone on_close=Callback::new(move |()| removing.set(None)) /> }
                })
        }}
    }
}

#[component]
fn Table(listed: Memo<Listed>, more: Callback<()>, removing: RwSignal<Option<SavedReport>>) -> impl IntoView {
    move || {
        let Listed { reports, has_more } = listed.get();
        if reports.is_empty() {
            return view! { <Empty /> }.into_any();
        }
        view! {
            <div class="card">
                <table class="reports accounts" role="table">
                    <caption class="hidden-text">"Saved reports, newest first"</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">"Report"</th>
                            <th role="columnheader" scope="col">"Owner"</th>
                            <th role="columnheader" scope="col">"Who sees it"</th>
                            <th role="columnheader" scope="col">"Changed"</th>
                            <th role="columnheader" scope="col">
                                <span class="hidden-text">"Actions"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{reports.into_iter().map(|report| view! { <Line report removing /> }).collect_view()}</tbody>
                </table>
            </div>
            {has_more
                .then(|| {
                    view! {
                        <p class="actions more">
                            <Button on_press=more>"Show more"</Button>
                        </p>
                    }
                })}
        }
        .into_any()
    }
}

#[component]
fn Line(report: SavedReport, removing: RwSignal<Option<SavedReport>>) -> impl IntoView {
    let href = Route::Report(report.id.clone(), Pairs::default()).to_string();
    let name = report.name.to_string();
    let owner = if report.mine { "You".to_owned() } else { report.owner.to_string() };
    let (mine, changed) = (report.mine, report.updated_at);
    let words = format!("Delete {name}");
    let sharing = report.sharing;
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="account-name">
                <a href=href>{name}</a>
            </th>
            <td role="cell" data-label="Owner">{owner}</td>
            <td role="cell" data-label="Who sees it">
                <SharingChip sharing />
            </td>
            <td role="cell" data-label="Changed">
                <span title=moment(changed)>{ago(changed, now())}</span>
            </td>
            <td role="cell" data-label="">
                {mine
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="link-button"
                                aria-label=words
                                on:click=move |_| removing.set(Some(report.clone()))
                            >
                                "Delete"
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}

/// Who sees a report.
#[component]
pub fn SharingChip(
    /// Who.
    sharing: Sharing,
) -> impl IntoView {
    let text = match sharing {
        Sharing::Private => "Private",
        Sharing::Tenant => "Shared",
    };
    view! { <Chip tone=Tone::Neutral text /> }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="card empty">
            <span class="icon-box">
                <Icon name=IconName::Lens />
            </span>
            <h2>"No reports yet"</h2>
            <p class="muted">
                "A report shows the cost and usage of a period, by up to three labels. Save one to open it again or to share it."
            </p>
            <p class="actions">
                <LinkButton href=Route::new_report().to_string()>"New report"</LinkButton>
            </p>
        </div>
    }
}

/// The first so many parts of the list. They are asked for together, so that none is missing or there twice.
async fn ask(parts: usize) -> Result<Listed, Trouble> {
    let mut reports = Vec::new();
    let mut query = PageQuery { after: None, limit: Some(PART) };
    for _ in 0..parts {
        let page = api::call::<List>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble())?;
        reports.extend(page.items);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    Ok(Listed { reports, has_more: query.after.is_some() })
}
