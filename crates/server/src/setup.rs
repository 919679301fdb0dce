//! The first run: a one-time token, printed once, makes the first user.

use api::audit_event::Event;
use api::setup::{Create, CreateError, Setup};
use api::sign_in_rule::SecondFactorRule;
use api::{Email, FieldError, Password, Permission, TenantId, UserId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::app::App;
use crate::audit::{self, Who};
use crate::http::endpoint::{Call, Cx, Outcome};
use crate::http::failure::{Failure, Fault};
use crate::session::{self, token};
use crate::store::user::User;
use crate::store::{self, setup_token};
use crate::{password, random};

/// How long a token is good, in seconds (ASVS 5.0, 6.4.1).
pub const TOKEN_LIFETIME: i64 = 60 * 60;
/// Attempts with wrong tokens are counted under this name, which is no e-mail address.
const ACCOUNT: &str = "set-up";
/// Longest name of a tenant, in characters.
const LONGEST_NAME: usize = 80;

/// Makes the tenant and its first user, who gets every permission, and signs in.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let app = &cx.app;
    let closed = || Failure::Refused(CreateError::SetupClosed);
    if store::user::exists(&mut *app.store.read().await?).await? {
        return Err(closed());
    }
    let too_many =
        |retry_after_seconds| Failure::Refused(CreateError::TooManyAttempts { retry_after_seconds });
    let attempt = app.attempts.begin(ACCOUNT, cx.peer).map_err(too_many)?;
    let token_hash = token::hash(call.body.token.expose().trim());
    if !setup_token::is_valid(&mut *app.store.read().await?, &token_hash, app.clock.now()).await? {
        tracing::warn!(peer = %cx.peer, "a set-up with a wrong token was refused");
        return Err(Failure::Refused(CreateError::WrongToken));
    }
    attempt.succeeded();
    // The fields are looked at after the token, so that a wrong token learns nothing.
    let First { tenant_name, email, password } = read(call.body).map_err(Failure::Refused)?;
    let user = User {
        id: UserId::from_random(random::bytes()?),
        tenant: TenantId::from_random(random::bytes()?),
        tenant_name,
        email,
        permissions: Permission::ALL.to_vec(),
        has_password: true,
        has_second_factor: false,
        second_factor_rule: SecondFactorRule::Nobody,
    };
    let password_hash = app.passwords.hash(password).await?;

    let mut db = app.store.write().await?;
    let now = app.clock.now();
    if store::user::exists(&mut db).await? || !setup_token::take(&mut db, &token_hash, now).await? {
        return Err(closed());
    }
    store::tenant::insert(&mut db, &user.tenant, &user.tenant_name, now).await?;
    store::user::insert(&mut db, &user, &password_hash, now).await?;
    let made = Event::SetUp { user: user.id.clone(), email: user.email.clone() };
    audit::record(app, &mut db, &Who::user(&user, cx.request.clone()), made).await?;
    let reply = session::start(&cx, &mut db, user).await?;
    db.commit().await?;
    Ok(reply)
}

/// A new token in place of an earlier one, while there is no user. It is printed, and kept hashed.
pub async fn new_token(app: &App) -> Result<Option<Zeroizing<String>>, Fault> {
    let mut db = app.store.write().await?;
    if store::user::exists(&mut db).await? {
        return Ok(None);
    }
    let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(random::bytes::<16>()?));
    let expires_at = app.clock.now().plus_seconds(TOKEN_LIFETIME);
    setup_token::replace(&mut db, &token::hash(&token), expires_at).await?;
    db.commit().await?;
    Ok(Some(token))
}

struct First {
    tenant_name: String,
    email: Email,
    password: Password,
}

/// Reads the fields; all that do not fit are named at once.
fn read(body: Setup) -> Result<First, CreateError> {
    let mut issues = Vec::new();
    let tenant_name = body.tenant_name.trim().to_owned();
    if tenant_name.is_empty()
        || tenant_name.chars().count() > LONGEST_NAME
        || tenant_name.chars().any(char::is_control)
    {
        issues.push(issue("tenant_name", "Enter the name of your company, with at most 80 characters."));
    }
    let email =
        Email::parse(&body.email).map_err(|error| issues.push(issue("email", &error.to_string()))).ok();
    let password = password::read(body.password, email.as_ref());
    let password = password.map_err(|error| issues.push(issue("password", &error.to_string()))).ok();
    match (issues.is_empty(), email, password) {
        (true, Some(email), Some(password)) => Ok(First { tenant_name, email, password }),
        _ => Err(CreateError::Unfit { issues }),
    }
}

fn issue(field: &str, issue: &str) -> FieldError {
    FieldError { field: field.into(), issue: issue.into() }
}
