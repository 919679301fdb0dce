//! Notifications: what people are told of by e-mail and programs by webhook.
//!
//! [`raise`] writes an event and a delivery for each recipient in the transaction of what it tells of, [`watch`] notices
//! what time alone brings, [`outbox`] sends what is due, and `message` finds the words.

mod facts;
mod message;
pub mod outbox;
pub mod watch;

pub use facts::{Account, Facts};
pub use outbox::Outbox;

use std::time::Duration;

use api::audit_event::{Event, ToldState};
use api::connection_draft::Finding;
use api::delivery::{Channel, Delivery, TestError};
use api::notification::{Choice, Choose, Kind, Test, View};
use api::{ConnectionId, DeliveryId, Endpoint, NotificationId, Permission, TenantId};
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use crate::app::App;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::store::delivery::{self, NewDelivery};
use crate::store::import_schedule::{self, History};
use crate::store::person::Person;
use crate::store::user::User;
use crate::store::{connection, import_unit, notification, person, webhook};
use crate::{audit, random};

/// Test messages to one recipient, and the seconds in which there may be so many.
const TESTS: (i64, i64) = (5, 600);
/// How long somebody waits for what becomes of a test: less than a request may take. It goes on behind that.
const TEST_PATIENCE: Duration = Duration::from_secs(20);

/// Shows what the caller is told of.
pub async fn view(cx: Cx, _: Call<View>) -> Outcome<View> {
    let user = cx.user()?;
    let chosen = notification::choice(&mut *cx.app.store.read().await?, (&user.tenant, &user.id)).await?;
    Ok(shown(&cx.app, user, chosen).into())
}

/// Changes it.
pub async fn choose(cx: Cx, call: Call<Choose>) -> Outcome<Choose> {
    let kinds = Kind::in_order(&call.body.kinds);
    let (mut db, user) = cx.turn::<Choose>().await?;
    let who = (&user.tenant, &user.id);
    let before = notification::choice(&mut db, who).await?;
    notification::choose(&mut db, who, &kinds, cx.app.clock.now()).await?;
    let state = |kinds: Vec<Kind>| ToldState { active: !kinds.is_empty(), kinds };
    let before = state(wanted(before, &user.permissions));
    let event = Event::NotificationsChosen { before, after: state(kinds.clone()) };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(shown(&cx.app, &user, Some(kinds)).into())
}

/// Sends the caller a message.
pub async fn test(cx: Cx, _: Call<Test>) -> Outcome<Test> {
    let user = cx.user()?;
    if !cx.app.outbox.has_mailer() {
        return Err(Failure::Refused(TestError::NoMailServer));
    }
    let recipient = Recipient::person(user.id.as_str(), user.email.as_str());
    Ok(try_out::<Test>(&cx, recipient).await?.into())
}

/// Sends a recipient a message to try the way, and waits for what becomes of it.
pub(crate) async fn try_out<E>(cx: &Cx, recipient: Recipient) -> Result<Delivery, Failure<TestError>>
where
    E: Endpoint<Error = TestError>,
{
    let (app, tenant, now) = (&cx.app, &cx.user()?.tenant, cx.app.clock.now());
    let (most, seconds) = TESTS;
    let nonce: String = random::bytes::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let occasion = format!("test:{nonce}");
    let (mut db, _) = cx.turn::<E>().await?;
    if delivery::tests_since(&mut db, tenant, &recipient.id, now.plus_seconds(-seconds)).await? >= most {
        return Err(Failure::Refused(TestError::TooManyTests));
    }
    let id = keep(app, &mut db, tenant, (&occasion, &Facts::Test), &[recipient]).await?;
    let id = id.into_iter().flatten().next().ok_or(sqlx::Error::RowNotFound)?;
    audit::record(app, &mut db, &cx.who()?, Event::TestMessageSent { delivery: id.clone() }).await?;
    db.commit().await?;
    outbox::send_one(app, (tenant, &id), TEST_PATIENCE).await?;
    let sent = delivery::find(&mut *app.store.read().await?, tenant, &id).await?;
    Ok(sent.ok_or(sqlx::Error::RowNotFound)?)
}

fn shown(app: &App, user: &User, chosen: Option<Vec<Kind>>) -> Choice {
    Choice {
        email: user.email.clone(),
        mail_configured: app.outbox.has_mailer(),
        sees_accounts: user.has_any(Permission::SEES_CONNECTIONS),
        kinds: wanted(chosen, &user.permissions),
    }
}

/// What somebody wants to be told of: what was chosen, else everything for those who can do something about it.
fn wanted(chosen: Option<Vec<Kind>>, permissions: &[Permission]) -> Vec<Kind> {
    let acts = || permissions.iter().any(|permission| Permission::MANAGES_IMPORTS.contains(permission));
    chosen.unwrap_or_else(|| if acts() { Kind::ALL.to_vec() } else { Vec::new() })
}

/// Whom a message is for.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    channel: Channel,
    id: String,
    shown: String,
}

impl Recipient {
    fn person(id: &str, email: &str) -> Self {
        Self { channel: Channel::Email, id: id.to_owned(), shown: email.to_owned() }
    }

    /// A webhook.
    pub(crate) fn webhook(webhook: &api::webhook::Webhook) -> Self {
        Self { channel: Channel::Webhook, id: webhook.id.to_string(), shown: webhook.origin.clone() }
    }
}

/// Writes an event down with a delivery for each who wants to be told, in the transaction of what it tells of. An occasion
/// that was told already is told no second time, whoever notices it again.
pub(crate) async fn raise(
    app: &App,
    db: &mut AnyConnection,
    tenant: &TenantId,
    occasion: &str,
    facts: &Facts,
) -> sqlx::Result<()> {
    let Some(kind) = facts.kind() else { return Ok(()) };
    let mut recipients = Vec::new();
    if app.outbox.has_mailer() {
        let mut choices = notification::choices(db, tenant).await?;
        let mut wants = |person: &Person| {
            let chosen = choices.remove(&person.id);
            person.may(Permission::SEES_CONNECTIONS) && wanted(chosen, &person.permissions).contains(&kind)
        };
        for person in person::active(db, tenant).await? {
            if wants(&person) {
                recipients.push(Recipient::person(person.id.as_str(), person.email.as_str()));
            }
        }
    }
    let webhooks = webhook::list(db, tenant).await?;
    let told = webhooks.iter().filter(|webhook| webhook.active && webhook.kinds.contains(&kind));
    recipients.extend(told.map(Recipient::webhook));
    keep(app, db, tenant, (occasion, facts), &recipients).await.map(drop)
}

/// Keeps an event with its deliveries; none when its occasion is there already.
async fn keep(
    app: &App,
    db: &mut AnyConnection,
    tenant: &TenantId,
    (occasion, facts): (&str, &Facts),
    recipients: &[Recipient],
) -> sqlx::Result<Option<Vec<DeliveryId>>> {
    let now = app.clock.now();
    let notification = NotificationId::from_random(digest(&[tenant.as_str(), occasion]));
    if !notification::insert(db, tenant, &notification, (occasion, facts), now).await? {
        return Ok(None);
    }
    let mut ids = Vec::with_capacity(recipients.len());
    for Recipient { channel, id: recipient_id, shown } in recipients {
        let id = DeliveryId::from_random(digest(&[notification.as_str(), recipient_id]));
        let new = NewDelivery {
            id: &id,
            notification: &notification,
            channel: *channel,
            recipient_id,
            recipient: shown,
        };
        delivery::insert(db, tenant, new, now).await?;
        ids.push(id);
    }
    Ok(Some(ids))
}

/// An id that follows from what it names, so that noticing twice is noticing once. It is no secret.
fn digest(parts: &[&str]) -> [u8; 16] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let digest: [u8; 32] = digest.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// Tells that all of an account's history is imported, when it is. Call it in the transaction that keeps a part of it.
pub(crate) async fn note_progress(
    app: &App,
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
) -> sqlx::Result<()> {
    if import_unit::has_history_left(db, (tenant, id)).await? {
        return Ok(());
    }
    let Some(schedule) = import_schedule::find(db, tenant, id).await? else { return Ok(()) };
    if schedule.history != History::Known {
        return Ok(());
    }
    let history_start = schedule.connection.history_start;
    let facts = Facts::ImportFinished { account: Account::of(&schedule.connection), history_start };
    raise(app, db, tenant, &format!("import_finished:{id}"), &facts).await
}

/// Tells that an account's key cannot be used. Call it in the transaction that notes so.
pub(crate) async fn note_refused_key(
    app: &App,
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    finding: &Finding,
) -> sqlx::Result<()> {
    let Some(found) = connection::find(db, tenant, id).await? else { return Ok(()) };
    let occasion = format!("key_refused:{id}:{}:{}", found.key_version, app.clock.now().unix_seconds());
    let facts = Facts::KeyRefused { account: Account::of(&found), finding: finding.clone() };
    raise(app, db, tenant, &occasion, &facts).await
}
