//! People: who signs in here, what each may do, and who is invited.

pub mod change;
pub mod invite;
pub mod permissions;
pub mod requests;
pub mod sign_in_rules;

use ::api::Permission;
use ::api::invitation::{self, Invitation};
use ::api::user::{List, User};
use leptos::prelude::*;

use crate::api;
use crate::csv::Cell;
use crate::form::submission::Submission;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::layout::list_file::DownloadList;
use crate::layout::permission_missing::PermissionMissing;
use crate::load::arrived::Arrived;
use crate::load::{Loader, load_once};
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::focus::focus_after_rows;
use crate::ui::notice::Trouble;
use change::ChangeDialog;
use invite::InviteDialog;
use requests::Requests;
use sign_in_rules::SignInRulesSection;

/// Which dialog is open.
#[derive(Clone, Debug, PartialEq)]
enum Open {
    Invite,
    Change(User),
}

/// Everybody of the tenant and the open invitations, for those who manage users.
#[component]
pub fn People() -> impl IntoView {
    let may = Memo::new(|_| session::signed_in().is_some_and(|user| user.has_any(Permission::MANAGES_USERS)));
    view! {
        {move || {
            if may.get() {
                view! { <Managed /> }.into_any()
            } else {
                view! {
                    <div class="page-head">
                        <h1 tabindex="-1">"People"</h1>
                    </div>
                    <PermissionMissing needs=Permission::MANAGES_USERS offer=Permission::UsersManager />
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn Managed() -> impl IntoView {
    let people = load_once(ask_people);
    let invitations = load_once(async || {
        let open = api::get::<invitation::List>(&()).await.map_err(|error| error.trouble())?;
        Ok(open.items)
    });
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let changed = {
        let (people, invitations) = (people.clone(), invitations.clone());
        Callback::new(move |()| {
            people.reload();
            invitations.reload();
        })
    };
    let invite = Callback::new(move |()| open.set(Some(Open::Invite)));
    let again = people.clone();
    let retry = Callback::new(move |()| again.reload());
    let open_invitations = invitations.clone();
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"People"</h1>
                <p class="muted">"Who signs in to this console, and what each may do"</p>
            </div>
            <Button kind=ButtonKind::Primary on_press=invite>
                "Invite somebody"
            </Button>
        </div>
        <section class="people" aria-labelledby="people-here">
            <h2 id="people-here">"People"</h2>
            <Arrived
                data=people
                label="Loading the people…"
                retry
                show=Box::new(move |people| view! { <Table people open /> }.into_any())
            />
        </section>
        <Requests changed />
        <Invitations invitations=open_invitations />
        <SignInRulesSection />
        {move || match open.get() {
            None => ().into_any(),
            Some(Open::Invite) => view! { <InviteDialog close changed /> }.into_any(),
            Some(Open::Change(user)) => view! { <ChangeDialog user close changed /> }.into_any(),
        }}
    }
}

async fn ask_people() -> Result<Vec<User>, Trouble> {
    api::all::<List, _>().await.map_err(|error| error.trouble())
}

/// The permissions in words.
fn names(permissions: &[Permission]) -> String {
    if permissions.is_empty() {
        return "None".into();
    }
    permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(", ")
}

/// The people. Roles are spelled out, since a phone shows cards.
#[component]
fn Table(people: Memo<Vec<User>>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let row = move |user: User| {
        let email = user.email.to_string();
        let label = format!("Change {email}");
        let you = user.you.then(|| view! { <small>"You"</small> });
        let signs_on = user.signs_on.then(|| view! { <small>"Single sign-on"</small> });
        let state = match user.active {
            true => view! { <Chip tone=Tone::Good text="Active" /> },
            false => view! { <Chip tone=Tone::Neutral text="Deactivated" /> },
        };
        let (words, since) = (names(&user.permissions), moment(user.created_at));
        let press = move |_| open.set(Some(Open::Change(user.clone())));
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" class="account-name">
                    <span class="breakable">{email}</span>
                    {you}
                    {signs_on}
                </th>
                <td role="cell" data-label="Permissions">
                    <span>{words}</span>
                </td>
                <td role="cell" data-label="Status">
                    {state}
                </td>
                <td role="cell" data-label="Since">
                    <span>{since}</span>
                </td>
                <td role="cell" data-label="">
                    <button type="button" class="button" aria-label=label on:click=press>
                        "Change"
                    </button>
                </td>
            </tr>
        }
    };
    view! {
        <div class="card">
            <table class="accounts" role="table" aria-labelledby="people-here">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"E-mail"</th>
                        <th role="columnheader" scope="col">"Permissions"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col">"Since"</th>
                        <th role="columnheader" scope="col">
                            <span class="hidden-text">"Change"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{move || people.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <DownloadList
            what="people"
            header=&["E-mail", "Permissions", "State", "Since (UTC)", "Single sign-on"]
            rows=Callback::new(move |()| people.with_untracked(|people| people.iter().map(line).collect()))
        />
    }
}

fn line(user: &User) -> Vec<Cell> {
    vec![
        Cell::text(&user.email),
        Cell::text(names(&user.permissions)),
        Cell::text(if user.active { "Active" } else { "Deactivated" }),
        Cell::text(user.created_at),
        Cell::text(if user.signs_on { "Yes" } else { "No" }),
    ]
}

#[component]
fn Invitations(invitations: Loader<Vec<Invitation>>) -> impl IntoView {
    let submission = Submission::default();
    let again = invitations.clone();
    let retry = Callback::new(move |()| again.reload());
    let after = invitations.clone();
    let withdraw = Callback::new(move |invitation: Invitation| {
        let after = after.clone();
        submission.run_each(async move {
            api::get::<invitation::Delete>(&invitation.id).await?;
            announce("The invitation is withdrawn");
            after.reload();
            Ok(())
        });
    });
    let show = move |open: Memo<Vec<Invitation>>| {
        focus_after_rows(open, "#people-invited");
        view! {
            {move || {
                let open = open.get();
                if open.is_empty() {
                    return view! { <p class="muted">"Nobody is invited at the moment."</p> }.into_any();
                }
                let lines = open.into_iter().map(|invitation| view! { <Line invitation withdraw /> });
                view! { <ul class="card requests">{lines.collect_view()}</ul> }.into_any()
            }}
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="people-invited">
            <h2 id="people-invited" tabindex="-1">"Open invitations"</h2>
            {submission.notice()}
            <Arrived data=invitations label="Loading the invitations…" retry show=Box::new(show) />
        </section>
    }
}

#[component]
fn Line(invitation: Invitation, withdraw: Callback<Invitation>) -> impl IntoView {
    let email = invitation.email.to_string();
    let label = format!("Withdraw the invitation for {email}");
    let words = format!(
        "{} · valid until {} · by {}",
        names(&invitation.permissions),
        moment(invitation.expires_at),
        invitation.invited_by
    );
    view! {
        <li>
            <span class="breakable">
                {email} <small class="muted line-detail">{words}</small>
            </span>
            <button type="button" class="button" aria-label=label on:click=move |_| withdraw.run(invitation.clone())>
                "Withdraw"
            </button>
        </li>
    }
}
