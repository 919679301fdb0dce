//! Signing in and out.

pub(crate) mod token;

pub use token::Token;

use std::net::IpAddr;

use api::audit_event::Event;
use api::session::{Create, CreateError, Delete, Session, SignedIn, View};
use api::{ApiTokenId, CommonRefusal, Email, Nothing, Timestamp, UserId};
use http::header::{HeaderName, HeaderValue, SET_COOKIE};
use sqlx::AnyConnection;

use crate::app::App;
use crate::audit::{self, Who};
use crate::http::endpoint::{Call, Cx, Outcome, Reply};
use crate::http::failure::{Failure, Fault};
use crate::http::peer;
use crate::second_factor::{self, Asked};
use crate::store::user::User;
use crate::{password, read_only, store};

/// A session ends when it was not used for this long, in seconds: long enough to look something up at OpenAI, short
/// enough for a desk that was left (ASVS 5.0, 7.3.1).
pub const IDLE: i64 = 30 * 60;
/// A session ends after this long whatever happens, in seconds: a working day (ASVS 5.0, 7.3.2).
pub const ABSOLUTE: i64 = 12 * 3600;
/// Seconds in which use is noted only once, so that not every request writes.
const TOUCH: i64 = 60;

/// A valid session.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Whose it is, with what the caller may do: a token's permissions are a part of its owner's.
    pub user: User,
    /// Whether its owner lacks a second factor that is asked for.
    pub second_factor_due: bool,
    /// When it was last noted to be in use.
    pub last_seen_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What the caller showed.
    pub by: By,
}

/// What a caller showed to be somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A session's cookie.
    Session,
    /// An API token.
    Token {
        /// Which.
        token: ApiTokenId,
        /// Whether it only reads.
        read_only: bool,
    },
}

/// Where a session is begun, as its owner recognizes it.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The browser and the system.
    pub device: &'a str,
    /// The network.
    pub network: IpAddr,
}

/// Says who is signed in.
pub async fn view(cx: Cx, _: Call<View>) -> Outcome<View> {
    if let Some(signed) = cx.signed {
        return Ok(describe(&cx.app, signed.user, signed.second_factor_due, signed.ends_at).into());
    }
    let is_set_up = store::user::exists(&mut *cx.app.store.read().await?).await?;
    Ok(if is_set_up { Session::SignedOut } else { Session::SetupNeeded }.into())
}

/// Signs in: with a new session each time, and the one before ends.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    // Of everybody alike: what is refused only when it is recorded would tell who is here.
    if let Some(cause) = cx.app.store.read_only() {
        return Err(CommonRefusal::ReadOnly { cause }.into());
    }
    let credentials = call.body;
    let email = Email::parse(&credentials.email).ok();
    // Whoever has the address, and whether anybody has it, is not said.
    if !cx.app.settings.takes_password_of(email.as_ref()) {
        return Err(Failure::Refused(CreateError::PasswordsOff));
    }
    // An address that cannot be one is counted under one name, and costs as much time as one that nobody has.
    let account = email.as_ref().map_or("", Email::as_str);
    let too_many =
        |retry_after_seconds| Failure::Refused(CreateError::TooManyAttempts { retry_after_seconds });
    let attempt = cx.app.attempts.begin(account, cx.peer).map_err(too_many)?;
    let found = match &email {
        Some(email) => store::user::with_email(&mut *cx.app.store.read().await?, email).await?,
        None => None,
    };
    let (user, hash) = found.unzip();
    let tried = user.as_ref().map(|user| Who::user(user, cx.request.clone()));
    let is_right = cx.app.passwords.verify(credentials.password.expose(), hash.clone()).await?;
    let Some(user) = user.filter(|_| is_right) else {
        tracing::warn!(peer = %cx.peer, "signing in was refused");
        return refuse(&cx, cx.app.store.write().await?, tried).await;
    };
    // An attempt without the right code stays counted: a password alone is no success.
    let code = credentials.code.as_ref().map(|code| code.expose());
    match second_factor::ask(&cx.app, (&user.tenant, &user.id), code).await? {
        Asked::Passed => attempt.succeeded(),
        Asked::CodeNeeded => {
            attempt.half_succeeded();
            return Err(Failure::Refused(CreateError::CodeNeeded));
        }
        Asked::Wait(seconds) => return Err(too_many(seconds)),
        Asked::WrongCode => {
            tracing::warn!(peer = %cx.peer, "a wrong code of a second factor was refused");
            let mut db = cx.app.store.write().await?;
            audit::record(&cx.app, &mut db, &Who::user(&user, cx.request.clone()), Event::CodeRefused)
                .await?;
            db.commit().await?;
            return Err(Failure::Refused(CreateError::WrongCode));
        }
    }
    // Only here is the password in clear: it is hashed anew when hashing has become harder since.
    let renewed = match &hash {
        Some(hash) if password::is_outdated(hash) => {
            Some((hash, cx.app.passwords.rehash(credentials.password.expose()).await?))
        }
        _ => None,
    };
    let mut db = cx.app.store.write().await?;
    // Hashing took its time, in which the person may have been removed, or the password or the second factor changed.
    let now = store::user::with_email(&mut db, &user.email).await?;
    let is_same = |(now, kept): &(User, String)| {
        now.id == user.id && now.has_second_factor == user.has_second_factor && Some(kept) == hash.as_ref()
    };
    let Some((user, _)) = now.filter(is_same) else { return refuse(&cx, db, tried).await };
    if let Some((old, new)) = renewed {
        store::user::renew_password(&mut db, (&user.tenant, &user.id), old, &new).await?;
    }
    if let Some(token) = &cx.token {
        store::session::delete(&mut db, &token.hash()).await?;
    }
    audit::record(&cx.app, &mut db, &Who::user(&user, cx.request.clone()), Event::SignedIn).await?;
    let reply = start(&cx, &mut db, user).await?;
    db.commit().await?;
    Ok(reply)
}

/// Refuses, and records it with the account where there is one. What was typed for an address that nobody has is not
/// recorded, since it may be a password; that somebody tried is, so that a disk that takes no more, and the time that it
/// takes, tell nothing of who is here.
async fn refuse<T>(cx: &Cx, mut db: store::Write, tried: Option<Who>) -> Result<T, Failure<CreateError>> {
    let here = store::tenant::first(&mut db).await?;
    let stranger = here.map(|(tenant, _)| Who::stranger(tenant, cx.request.clone()));
    if let Some(who) = tried.or(stranger) {
        audit::record(&cx.app, &mut db, &who, Event::SignInRefused).await?;
    }
    db.commit().await?;
    Err(Failure::Refused(CreateError::WrongCredentials))
}

/// Signs out, whether or not anybody was signed in.
pub async fn delete(cx: Cx, _: Call<Delete>) -> Outcome<Delete> {
    if let Some(token) = &cx.token {
        let mut db = cx.app.store.write().await?;
        store::session::delete(&mut db, &token.hash()).await?;
        if cx.signed.is_some() {
            audit::record(&cx.app, &mut db, &cx.who()?, Event::SignedOut).await?;
        }
        db.commit().await?;
    }
    // Not "cookies": the cookie is removed by name, and not "cache": it has the app's own files and nothing else.
    let clear = HeaderValue::from_static("\"storage\"");
    Ok(Reply::from(Nothing {})
        .with_header(SET_COOKIE, Token::removal())
        .with_header(HeaderName::from_static("clear-site-data"), clear))
}

/// The session with this token, if it is valid; it then counts as used.
pub async fn find(app: &App, token: &Token) -> Result<Option<Signed>, Fault> {
    let (now, hash) = (app.clock.now(), token.hash());
    // While nothing can be written, no use of a session is noted: none ends for that, and nobody could sign in again.
    let noted_until = app.store.read_only_since().map_or(now, |(_, since)| since.min(now));
    let mut db = app.store.read().await?;
    let found = store::session::find(&mut db, &hash, now, noted_until.plus_seconds(-IDLE)).await?;
    drop(db);
    if found.as_ref().is_some_and(|signed| signed.last_seen_at.plus_seconds(TOUCH) <= now)
        && let Some(_turn) = app.noting.begin(&hash)
    {
        read_only::tolerate(app, touch(app, &hash, now).await)?;
    }
    Ok(found)
}

/// The session that a call was let in with, as it is now, unless it was ended meanwhile. Whether it is in use was asked when
/// the call was let in.
pub(crate) async fn still(
    db: &mut AnyConnection,
    token: &Token,
    before: &Signed,
    now: Timestamp,
) -> sqlx::Result<Option<Signed>> {
    store::session::find(db, &token.hash(), now, before.last_seen_at.plus_seconds(-1)).await
}

async fn touch(app: &App, hash: &str, now: Timestamp) -> sqlx::Result<()> {
    let mut db = app.store.write().await?;
    store::session::touch(&mut db, hash, now).await?;
    db.commit().await
}

/// Starts a user's session: the answer carries its cookie. Commit the transaction before it is given.
pub async fn start(cx: &Cx, db: &mut AnyConnection, user: User) -> Result<Reply<Session>, Fault> {
    let client = Client { device: &cx.device, network: peer::network(cx.peer) };
    let (token, ends_at) = insert(&cx.app, db, &user.id, client).await?;
    tracing::info!(user_id = user.id.as_str(), "a user has signed in");
    let due = user.owes_second_factor();
    Ok(Reply::from(describe(&cx.app, user, due, ends_at)).with_header(SET_COOKIE, token.cookie()?))
}

/// Keeps a new session.
pub async fn insert(
    app: &App,
    db: &mut AnyConnection,
    user: &UserId,
    client: Client<'_>,
) -> Result<(Token, Timestamp), Fault> {
    let (token, now) = (Token::random()?, app.clock.now());
    let ends_at = now.plus_seconds(ABSOLUTE);
    store::session::delete_ended(&mut *db, now, now.plus_seconds(-IDLE)).await?;
    store::session::insert(db, &token.hash(), user, client, (now, ends_at)).await?;
    Ok((token, ends_at))
}

fn describe(app: &App, user: User, second_factor_due: bool, ends_at: Timestamp) -> Session {
    Session::SignedIn(SignedIn {
        second_factor_due,
        user: user.id,
        email: user.email,
        tenant_name: user.tenant_name,
        permissions: user.permissions,
        ends_at,
        idle_seconds: u32::try_from(IDLE).unwrap_or(u32::MAX),
        support_email: app.settings.support_email.as_ref().map(Email::to_string),
        simulated: app.settings.simulated,
        has_password: user.has_password,
    })
}
