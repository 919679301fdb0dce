//! Who is signed in. There is one session in a browser's tab, so it stands in one place and needs no context.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use ::api::session::{Delete, Session, SignedIn, View};
use ::api::{Permission, Timestamp};
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::browser::{now, own_build};
use crate::ui::notice::Trouble;

/// What is known of the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// The server has not answered yet.
    Asking,
    /// The server could not be asked.
    Failed(Trouble),
    /// The server's answer.
    Known(Session),
}

thread_local! {
    static STATUS: ArcRwSignal<Status> = ArcRwSignal::new(Status::Asking);
    static ENDED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static STALE: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static READ_ONLY: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static ENDING: ArcRwSignal<Option<Ending>> = ArcRwSignal::new(None);
    static USED: Cell<Timestamp> = const { Cell::new(Timestamp::from_unix_seconds(0)) };
    static WAITING: RefCell<Vec<oneshot::Sender<bool>>> = const { RefCell::new(Vec::new()) };
}

/// What is known of the session, tracked.
pub fn status() -> Status {
    STATUS.with(Get::get)
}

/// The signed-in user, tracked.
pub fn signed_in() -> Option<SignedIn> {
    STATUS.with(|status| {
        status.with(|status| match status {
            Status::Known(Session::SignedIn(signed_in)) => Some(signed_in.clone()),
            _ => None,
        })
    })
}

/// Whether the user may open the wizard and finish it, tracked.
pub fn can_connect() -> bool {
    signed_in().is_some_and(|user| user.can_connect())
}

/// Whether the user may see cost and usage, tracked.
pub fn can_see_costs() -> bool {
    signed_in().is_some_and(|user| user.can_see_costs())
}

/// Whether the user may see accounts, tracked.
pub fn can_see_connections() -> bool {
    signed_in().is_some_and(|user| user.has_any(Permission::SEES_CONNECTIONS))
}

/// Whether the session has ended while the app was in use, tracked: the user can sign in again in place.
pub fn has_ended() -> bool {
    ENDED.with(Get::get)
}

/// Whether the server has another build than the one that this page came from, tracked.
pub fn is_stale() -> bool {
    STALE.with(Get::get)
}

/// Whether the server takes no changes for the moment, tracked.
pub fn is_read_only() -> bool {
    READ_ONLY.with(Get::get)
}

/// Asks the server who is signed in.
pub fn ask() {
    STATUS.with(|status| status.set(Status::Asking));
    spawn_local(async {
        let answer = api::get::<View>(&()).await;
        STATUS.with(|status| {
            status.set(match answer {
                Ok(session) => Status::Known(session),
                Err(error) => Status::Failed(error.trouble()),
            });
        });
    });
}

/// Takes the session that signing in, or the set-up, answered with.
pub fn accept(session: Session) {
    let user = |session: &Session| match session {
        Session::SignedIn(signed_in) => Some(signed_in.user.clone()),
        Session::SetupNeeded | Session::SignedOut => None,
    };
    let before = STATUS.with(|status| match status.get_untracked() {
        Status::Known(session) => user(&session),
        Status::Asking | Status::Failed(_) => None,
    });
    if before.is_some() && before != user(&session) {
        // Nothing that the former user had on screen may be shown to this one.
        let _ = window().location().assign("/");
        return;
    }
    STATUS.with(|status| status.set(Status::Known(session)));
    answer_waiting(true);
}

/// Waits until the user has signed in again; `false` when they do not want to.
pub async fn sign_in_again() -> bool {
    let (sender, receiver) = oneshot::channel();
    WAITING.with_borrow_mut(|waiting| waiting.push(sender));
    ENDED.with(|ended| ended.set(true));
    receiver.await.unwrap_or(false)
}

/// Why the session ends soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is not used.
    Idle,
    /// It has lived as long as a session may.
    Absolute,
}

/// How long before its end a session is said to end, in seconds.
const WARN: i64 = 120;
/// The server notes use to the minute, so that a session may end that much earlier, in seconds.
const NOTED: i64 = 60;
/// How often it is looked whether the session ends soon.
const LOOK: Duration = Duration::from_secs(5);

/// Notes that the server has answered somebody signed in: that is use of the session, since the request was sent. The
/// answer to one may come much later, when the server's time of the session has long begun to run.
pub fn was_used(sent_at: Timestamp) {
    USED.with(|used| used.set(used.get().max(sent_at)));
}

/// Whether the session ends soon, and why, tracked.
pub fn ending() -> Option<Ending> {
    ENDING.with(Get::get)
}

/// Looks every few seconds whether the session ends soon. Called once, by the app.
pub fn watch() {
    let look = || {
        let found = look();
        ENDING.with(|ending| {
            if ending.get_untracked() != found {
                ending.set(found);
            }
        });
    };
    set_interval(look, LOOK);
}

/// Whether the session ends soon. Not while the user is asked to sign in again.
fn look() -> Option<Ending> {
    let user = STATUS.with(|status| match status.get_untracked() {
        Status::Known(Session::SignedIn(user)) => Some(user),
        Status::Known(_) | Status::Asking | Status::Failed(_) => None,
    })?;
    if ENDED.with(GetUntracked::get_untracked) {
        return None;
    }
    let (now, used) = (now(), USED.with(Cell::get));
    if user.ends_at.plus_seconds(-WARN) <= now {
        return Some(Ending::Absolute);
    }
    let idle = used.plus_seconds(i64::from(user.idle_seconds) - NOTED - WARN);
    (idle <= now).then_some(Ending::Idle)
}

/// Uses the session, so that it goes on; one that has lived as long as it may is begun anew by signing in.
pub fn extend() {
    let ending = ENDING.with(|ending| {
        let before = ending.get_untracked();
        ending.set(None);
        before
    });
    match ending {
        Some(Ending::Absolute) => spawn_local(async {
            sign_in_again().await;
        }),
        Some(Ending::Idle) | None => refresh(),
    }
}

/// Asks the server again who is signed in, while what is on screen stays.
pub fn refresh() {
    spawn_local(async {
        match api::get::<View>(&()).await {
            Ok(session @ Session::SignedIn(_)) => STATUS.with(|status| status.set(Status::Known(session))),
            Ok(Session::SignedOut | Session::SetupNeeded) => {
                sign_in_again().await;
            }
            // The next call of a page says what is wrong.
            Err(_) => {}
        }
    });
}

/// Gives up the ended session: calls that wait for it fail, and the app starts anew at the sign-in page.
pub fn give_up() {
    answer_waiting(false);
    let _ = window().location().assign("/login");
}

/// Signs out and starts the app anew, so that nothing of the user stays in memory.
pub async fn sign_out() -> Result<(), Trouble> {
    match api::get::<Delete>(&()).await {
        Ok(_) | Err(api::CallError::SignedOut) => {
            let _ = window().location().assign("/login");
            Ok(())
        }
        Err(error) => Err(error.trouble()),
    }
}

/// Notes the build of the app that the server has.
pub fn saw_build(build: &str) {
    // A server without an embedded app serves another one's, as while working on a page.
    if build != "dev" && own_build().is_some_and(|own| own != build) {
        STALE.with(|stale| stale.set(true));
    }
}

/// Notes whether the server takes no changes for the moment: every answer says so.
pub fn saw_read_only(is_read_only: bool) {
    READ_ONLY.with(|read_only| {
        if read_only.get_untracked() != is_read_only {
            read_only.set(is_read_only);
        }
    });
}

fn answer_waiting(signed_in: bool) {
    ENDED.with(|ended| ended.set(false));
    for waiting in WAITING.with_borrow_mut(std::mem::take) {
        // A page that is gone by now no longer waits.
        let _ = waiting.send(signed_in);
    }
}
