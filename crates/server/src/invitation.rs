//! Invitations: a one-time link makes one user. There need be no mail server: whoever invites hands the link over.

use api::audit_event::Event;
use api::invitation::{
    Accept, AcceptError, Create, CreateError, Delete, Invitation, Invitations, Invited, Issued, List, Look,
    LookError, MOST_INVITATIONS,
};
use api::{Email, FieldError, InvitationId, Nothing, UserId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::audit::{self, Who};
use crate::http::{Call, Cx, Failure, Outcome};
use crate::session::{self, token};
use crate::store::invitation as invitations;
use crate::store::user::User;
use crate::{password, random, store, user};

/// How long a link is good, in seconds: over a weekend and a few days off.
pub const LIFETIME: i64 = 7 * 24 * 3600;
/// Attempts with wrong tokens are counted under this name, which is no e-mail address.
const ACCOUNT: &str = "invitation";

/// Lists the open invitations.
pub async fn list(cx: Cx, _: Call<List>) -> Outcome<List> {
    let mut db = cx.app.store.read().await?;
    let items = invitations::list(&mut db, &cx.user()?.tenant, cx.app.clock.now()).await?;
    Ok(Invitations { items }.into())
}

/// Invites somebody.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let (app, inviter, now) = (&cx.app, cx.user()?, cx.app.clock.now());
    let email = Email::parse(&call.body.email)
        .map_err(|error| Failure::Refused(CreateError::Unfit { issues: vec![issue("email", &error)] }))?;
    if !app.settings.takes_password_of(Some(&email)) {
        return Err(Failure::Refused(CreateError::PasswordsOff));
    }
    let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(random::bytes::<32>()?));
    let invitation = Invitation {
        id: InvitationId::from_random(random::bytes()?),
        email,
        permissions: user::in_order(&call.body.permissions),
        invited_by: inviter.email.clone(),
        created_at: now,
        expires_at: now.plus_seconds(LIFETIME),
    };
    let (mut db, inviter) = cx.turn::<Create>().await?;
    // A person of another tenant is not told of: accepting says that the address is taken.
    let found = store::user::tenant_of(&mut db, &invitation.email).await?;
    if found.is_some_and(|tenant| tenant == inviter.tenant) {
        return Err(Failure::Refused(CreateError::AlreadyUser));
    }
    let open = invitations::list(&mut db, &inviter.tenant, now).await?;
    if open.iter().filter(|open| open.email != invitation.email).count() >= MOST_INVITATIONS {
        return Err(Failure::Refused(CreateError::TooMany));
    }
    invitations::replace(&mut db, &inviter.tenant, &invitation, &token::hash(&token)).await?;
    let invited = Event::UserInvited {
        invitation: invitation.id.clone(),
        email: invitation.email.clone(),
        permissions: invitation.permissions.clone(),
    };
    audit::record(app, &mut db, &cx.who()?, invited).await?;
    db.commit().await?;
    Ok(Issued { invitation, link: format!("/invitation#token={}", token.as_str()) }.into())
}

/// Withdraws an invitation.
pub async fn delete(cx: Cx, call: Call<Delete>) -> Outcome<Delete> {
    let (mut db, user) = cx.turn::<Delete>().await?;
    if invitations::delete(&mut db, &user.tenant, &call.path).await? {
        let withdrawn = Event::InvitationWithdrawn { invitation: call.path };
        audit::record(&cx.app, &mut db, &cx.who()?, withdrawn).await?;
    }
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// Says what a link invites to.
pub async fn look(cx: Cx, call: Call<Look>) -> Outcome<Look> {
    let app = &cx.app;
    let too_many = |retry_after_seconds| Failure::Refused(LookError::TooManyAttempts { retry_after_seconds });
    let attempt = app.attempts.begin(ACCOUNT, cx.peer).map_err(too_many)?;
    let hash = token::hash(call.body.token.expose().trim());
    let found = invitations::with_token(&mut *app.store.read().await?, &hash, app.clock.now()).await?;
    let found = found.ok_or(Failure::Refused(LookError::UnknownInvitation))?;
    attempt.succeeded();
    Ok(Invited {
        email: found.invitation.email,
        tenant_name: found.tenant_name,
        invited_by: found.invitation.invited_by,
        expires_at: found.invitation.expires_at,
    }
    .into())
}

/// Makes the user, and signs in.
pub async fn accept(cx: Cx, call: Call<Accept>) -> Outcome<Accept> {
    let app = &cx.app;
    let too_many =
        |retry_after_seconds| Failure::Refused(AcceptError::TooManyAttempts { retry_after_seconds });
    let unknown = || Failure::Refused(AcceptError::UnknownInvitation);
    let attempt = app.attempts.begin(ACCOUNT, cx.peer).map_err(too_many)?;
    let hash = token::hash(call.body.token.expose().trim());
    let found = invitations::with_token(&mut *app.store.read().await?, &hash, app.clock.now()).await?;
    let found = found.ok_or_else(unknown)?;
    attempt.succeeded();
    if !app.settings.takes_password_of(Some(&found.invitation.email)) {
        return Err(Failure::Refused(AcceptError::PasswordsOff));
    }
    let password = password::read(call.body.password, Some(&found.invitation.email))
        .map_err(|error| Failure::Refused(AcceptError::Unfit { issues: vec![issue("password", &error)] }))?;
    let password_hash = app.passwords.hash(password).await?;

    let mut db = app.store.write().await?;
    let now = app.clock.now();
    // Between the look and this transaction somebody else may have used the link, or withdrawn it.
    let found = invitations::with_token(&mut db, &hash, now).await?.ok_or_else(unknown)?;
    if store::user::tenant_of(&mut db, &found.invitation.email).await?.is_some() {
        return Err(Failure::Refused(AcceptError::AddressTaken));
    }
    if !invitations::delete(&mut db, &found.tenant, &found.invitation.id).await? {
        return Err(unknown());
    }
    let user = User {
        id: UserId::from_random(random::bytes()?),
        tenant_name: found.tenant_name,
        email: found.invitation.email,
        permissions: found.invitation.permissions,
        has_password: true,
        has_second_factor: false,
        second_factor_rule: store::tenant::second_factor_rule(&mut db, &found.tenant).await?,
        tenant: found.tenant,
    };
    store::user::insert(&mut db, &user, &password_hash, now).await?;
    let accepted = Event::InvitationAccepted {
        invitation: found.invitation.id,
        user: user.id.clone(),
        permissions: user.permissions.clone(),
    };
    audit::record(app, &mut db, &Who::user(&user, cx.request.clone()), accepted).await?;
    let reply = session::start(&cx, &mut db, user).await?;
    db.commit().await?;
    Ok(reply)
}

fn issue(field: &str, error: &impl ToString) -> FieldError {
    FieldError { field: field.into(), issue: error.to_string() }
}
