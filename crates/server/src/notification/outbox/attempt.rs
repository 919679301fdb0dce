//! One attempt to hand a message over, by what the database says of the recipient at this moment.

use api::delivery::{Channel, SetbackCause};
use api::{Permission, UserId, WebhookId};
use courier::{Call, Failure, Letter};

use super::super::message;
use crate::app::App;
use crate::secret;
use crate::silence::unless_silent;
use crate::store::delivery::Held;
use crate::store::{person, webhook};
use crate::webhook::OpenError;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was taken.
    Delivered,
    /// It was not.
    Failed(SetbackCause),
    /// It could not be tried: the master key is on its way. Nothing is wrong with the message or its recipient.
    Postponed,
}

impl Outcome {
    fn of(sent: Result<(), Failure>) -> Self {
        sent.map_or_else(|failure| Self::Failed(setback(failure)), |()| Self::Delivered)
    }

    /// Why it was not taken, when it was tried.
    pub(super) fn cause(self) -> Option<SetbackCause> {
        match self {
            Self::Failed(cause) => Some(cause),
            Self::Delivered | Self::Postponed => None,
        }
    }
}

/// Tries once. An error is the store's, whose silence is no matter of how long a recipient may take.
pub(super) async fn attempt(app: &App, held: &Held) -> sqlx::Result<Outcome> {
    match held.channel {
        Channel::Email => mail(app, held).await,
        Channel::Webhook => call(app, held).await,
    }
}

async fn mail(app: &App, held: &Held) -> sqlx::Result<Outcome> {
    let Some(mailer) = &app.outbox.mailer else { return Ok(Outcome::Failed(SetbackCause::NoMailServer)) };
    let found = match UserId::parse(&held.recipient_id) {
        Ok(id) => {
            let found = async { person::find(&mut *app.store.read().await?, &held.tenant, &id).await };
            unless_silent(app, found).await?
        }
        Err(_) => None,
    };
    // Whoever may see accounts no more is not told of them, also when it was promised before.
    let is_told = |person: &person::Person| {
        person.may(Permission::SEES_CONNECTIONS)
            || held.facts.account().is_none() && person.deactivated_at.is_none()
    };
    let Some(person) = found.filter(is_told) else { return Ok(Outcome::Failed(SetbackCause::RecipientGone)) };
    let words = message::letter(&held.facts, person.may(Permission::CONNECTS), &app.console());
    let letter = Letter {
        id: held.id.as_str(),
        to: person.email.as_str(),
        subject: &words.subject,
        text: &words.text,
    };
    Ok(Outcome::of(mailer.send(letter).await))
}

async fn call(app: &App, held: &Held) -> sqlx::Result<Outcome> {
    let gone = Ok(Outcome::Failed(SetbackCause::RecipientGone));
    let Ok(id) = WebhookId::parse(&held.recipient_id) else { return gone };
    let opened = async {
        let mut db = app.store.read().await?;
        let found = webhook::find(&mut db, &held.tenant, &id).await?;
        if !found.is_some_and(|webhook| webhook.active || held.facts.kind().is_none()) {
            return Ok::<_, sqlx::Error>(None);
        }
        Ok(Some(crate::webhook::open(app, &mut db, (&held.tenant, &id)).await))
    };
    let Some(opened) = unless_silent(app, opened).await? else { return gone };
    let (target, secret) = match opened {
        Ok(opened) => opened,
        Err(OpenError::NotReached) => return Ok(Outcome::Failed(SetbackCause::AddressNotPublic)),
        Err(OpenError::Sealed(error)) => match error {
            secret::OpenError::Unreadable => return Ok(Outcome::Failed(SetbackCause::SecretUnreadable)),
            secret::OpenError::Unavailable(error) => {
                tracing::error!(%error, "a message waits for the master key");
                return Ok(Outcome::Postponed);
            }
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
    Ok(Outcome::of(app.outbox.webhooks.send(&target, call).await))
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
