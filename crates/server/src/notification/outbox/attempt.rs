//! One attempt to hand a message over, by what the database says of the recipient at this moment.

use api::delivery::{Channel, SetbackCause};
use api::{Permission, UserId, WebhookId};
use courier::{Call, Failure, Letter};

use super::super::message;
use crate::app::App;
use crate::secret;
use crate::store::delivery::Held;
use crate::store::{person, webhook};
use crate::webhook::OpenError;

/// Tries once. The outer error is the store's.
pub(super) async fn attempt(app: &App, held: &Held) -> sqlx::Result<Result<(), SetbackCause>> {
    match held.channel {
        Channel::Email => mail(app, held).await,
        Channel::Webhook => call(app, held).await,
    }
}

async fn mail(app: &App, held: &Held) -> sqlx::Result<Result<(), SetbackCause>> {
    let Some(mailer) = &app.outbox.mailer else { return Ok(Err(SetbackCause::NoMailServer)) };
    let found = match UserId::parse(&held.recipient_id) {
        Ok(id) => person::find(&mut *app.store.read().await?, &held.tenant, &id).await?,
        Err(_) => None,
    };
    // Whoever may see accounts no more is not told of them, also when it was promised before.
    let is_told = |person: &person::Person| {
        person.may(Permission::SEES_CONNECTIONS)
            || held.facts.account().is_none() && person.deactivated_at.is_none()
    };
    let Some(person) = found.filter(is_told) else { return Ok(Err(SetbackCause::RecipientGone)) };
    let words = message::letter(&held.facts, person.may(Permission::CONNECTS), &app.console());
    let letter = Letter {
        id: held.id.as_str(),
        to: person.email.as_str(),
        subject: &words.subject,
        text: &words.text,
    };
    Ok(mailer.send(letter).await.map_err(setback))
}

async fn call(app: &App, held: &Held) -> sqlx::Result<Result<(), SetbackCause>> {
    let gone = Ok(Err(SetbackCause::RecipientGone));
    let Ok(id) = WebhookId::parse(&held.recipient_id) else { return gone };
    let mut db = app.store.read().await?;
    let found = webhook::find(&mut db, &held.tenant, &id).await?;
    if !found.is_some_and(|webhook| webhook.active || held.facts.kind().is_none()) {
        return gone;
    }
    let opened = crate::webhook::open(app, &mut db, (&held.tenant, &id)).await;
    drop(db);
    let (target, secret) = match opened {
        Ok(opened) => opened,
        Err(OpenError::NotReached) => return Ok(Err(SetbackCause::AddressNotPublic)),
        Err(OpenError::Sealed(error)) => match error {
            secret::OpenError::Unreadable => return Ok(Err(SetbackCause::SecretUnreadable)),
            // It is told later: nothing is wrong with the webhook.
            secret::OpenError::Unavailable(error) => return Err(sqlx::Error::Configuration(error.into())),
            secret::OpenError::Store(error) => return Err(error),
        },
    };
    let body = message::payload(&held.facts, held.noticed_at, &app.console())
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    let call = Call {
        id: held.id.as_str(),
        timestamp: app.clock.now().unix_seconds(),
        body: &body,
        secret: &secret,
    };
    Ok(app.outbox.webhooks.send(&target, call).await.map_err(setback))
}

fn setback(failure: Failure) -> SetbackCause {
    match failure {
        Failure::NotPublic => SetbackCause::AddressNotPublic,
        Failure::Unreachable => SetbackCause::Unreachable,
        Failure::Insecure => SetbackCause::Insecure,
        Failure::TimedOut => SetbackCause::TimedOut,
        Failure::Redirected { status } => SetbackCause::Redirected { status },
        Failure::Answered { status } => SetbackCause::Answered { status },
        Failure::MailRefused { code } => SetbackCause::MailRefused { code },
        Failure::MailDelayed { code } => SetbackCause::MailDelayed { code },
        Failure::LoginRefused => SetbackCause::LoginRefused,
        Failure::NotUnderstood => SetbackCause::NotUnderstood,
    }
}
