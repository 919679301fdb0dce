//! Sends what is due. Each message is held by one process while it is sent; what it is told of that is kept with the row.
//! Killed in between, it is sent once more under the same id: once in the store, at least once on the wire.

mod attempt;

use std::time::Duration;

use api::delivery::{Progress, Setback, SetbackCause};
use api::{DeliveryId, TenantId};
use courier::{Mailer, Reach, Webhooks};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::App;
use crate::random::{self, NoRandomness};
use crate::settings::{MailError, Settings};
use crate::store::delivery::{self, Held};

/// Messages that are sent at once.
const AT_ONCE: usize = 8;
/// Seconds for which a message is held: more than any attempt takes.
const HOLD: i64 = 60;
/// Attempts before a message has failed: with the waits between them, most of a day.
const MOST_ATTEMPTS: u32 = 9;
/// Seconds until the second attempt, and the longest wait. Each wait is three times the one before.
const WAITS: (i64, i64) = (30, 6 * 3600);
/// Shortest and longest time between two looks at what is due.
const LOOK_EVERY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));
/// The same when the database failed.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(30);

/// The ways out of the house, and what this process is called where it holds a message.
pub struct Outbox {
    holder: String,
    wake: Notify,
    mailer: Option<Mailer>,
    webhooks: Webhooks,
}

/// Why there is no way out of the house.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// See [`MailError`].
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The client of webhooks cannot be made.
    #[error("webhooks cannot be called: {0}")]
    Webhooks(#[from] courier::SetupError),
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl Outbox {
    /// One that has sent nothing yet. Beside a simulator, webhooks may be on this machine.
    pub fn new(settings: &Settings) -> Result<Self, OutboxError> {
        let holder = random::bytes::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let mailer = settings.mail.as_ref().map(|mail| mail.mailer()).transpose()?;
        let reach = if settings.simulated { Reach::Loopback } else { Reach::Internet };
        Ok(Self { holder, wake: Notify::new(), mailer, webhooks: Webhooks::new(reach)? })
    }

    /// Whether there is a mail server.
    pub fn has_mailer(&self) -> bool {
        self.mailer.is_some()
    }

    /// How far webhooks reach.
    pub fn reach(&self) -> Reach {
        self.webhooks.reach()
    }

    /// Says that something became due just now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Sends for as long as the process lives.
pub async fn forever(app: App) {
    loop {
        let pause = match everything_due(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "what is to be sent could not be looked for");
                PAUSE_AFTER_ERROR
            }
        };
        tokio::select! {
            () = app.outbox.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Sends what is due, until nothing is, and says how long to wait for the next.
pub async fn everything_due(app: &App) -> sqlx::Result<Duration> {
    // Tasks of their own: one that waits for its turn to write must go on while this waits for the same.
    let mut running = JoinSet::new();
    loop {
        let now = app.clock.now();
        // Looked for without the right to write, which is mostly not needed.
        let next = delivery::next_due(&mut *app.store.read().await?, &app.outbox.holder).await?;
        let free = AT_ONCE.saturating_sub(running.len());
        if next.is_some_and(|next| next <= now) && free > 0 {
            let mut db = app.store.write().await?;
            let holder = (app.outbox.holder.as_str(), HOLD);
            let claimed = delivery::claim_due(&mut db, holder, now, free).await?;
            db.commit().await?;
            for held in claimed {
                let app = app.clone();
                running.spawn(async move { send(&app, held).await });
            }
        }
        match running.join_next().await {
            Some(Ok(sent)) => sent?,
            // The message stays held until its time is over, and is tried again then.
            Some(Err(error)) => tracing::error!(%error, "a message could not be sent"),
            None => {
                let seconds =
                    next.map_or(i64::MAX, |next| next.unix_seconds().saturating_sub(now.unix_seconds()));
                let pause = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
                return Ok(pause.clamp(LOOK_EVERY.0, LOOK_EVERY.1));
            }
        }
    }
}

/// Sends one message now, whatever is due. Nothing happens when it is being sent already, or settled.
pub async fn send_one(app: &App, tenant: &TenantId, id: &DeliveryId) -> sqlx::Result<()> {
    let mut db = app.store.write().await?;
    let held = delivery::claim(&mut db, (&app.outbox.holder, HOLD), tenant, id).await?;
    db.commit().await?;
    match held {
        Some(held) => send(app, held).await,
        None => Ok(()),
    }
}

/// Gives back whatever this process holds. Call it when nothing is sent any more.
pub async fn give_back(app: &App) -> sqlx::Result<()> {
    let mut db = app.store.write().await?;
    delivery::release_all(&mut db, &app.outbox.holder).await?;
    db.commit().await
}

async fn send(app: &App, held: Held) -> sqlx::Result<()> {
    let outcome = attempt::attempt(app, &held).await?;
    let now = app.clock.now();
    let progress = match outcome {
        Ok(()) => Progress::Delivered { at: now },
        Err(cause) if is_over(&held, cause) => Progress::Failed { at: now },
        Err(_) => Progress::Waiting { next_try_at: now.plus_seconds(scattered(wait(held.attempts))) },
    };
    let (delivery, cause) = (held.id.as_str(), outcome.err());
    tracing::info!(delivery, channel = ?held.channel, attempt = held.attempts, ?cause, "sent a message");
    let setback = cause.map(Setback::new);
    let mut db = app.store.write().await?;
    delivery::settle(&mut db, &app.outbox.holder, &held, (&progress, setback.as_ref())).await?;
    db.commit().await
}

/// Whether a message that was not taken is not tried again: whoever is responsible has said no, it was tried often
/// enough, or somebody waits for the outcome of a test.
fn is_over(held: &Held, cause: SetbackCause) -> bool {
    let refused = matches!(
        cause,
        SetbackCause::AddressNotPublic
            | SetbackCause::MailRefused { .. }
            | SetbackCause::Answered { status: 410 }
            | SetbackCause::RecipientGone
            | SetbackCause::SecretUnreadable
    );
    refused || held.attempts >= MOST_ATTEMPTS || held.facts.kind().is_none()
}

/// Seconds until the next attempt, after so many.
fn wait(attempts: u32) -> i64 {
    let (first, longest) = WAITS;
    let factor = 3_i64.checked_pow(attempts.saturating_sub(1)).unwrap_or(i64::MAX);
    first.saturating_mul(factor).min(longest)
}

/// A quarter more or less, so that what failed together does not come back together.
fn scattered(seconds: i64) -> i64 {
    let scatter = random::bytes::<1>().map_or(128, |[byte]| i64::from(byte));
    seconds.saturating_mul(384 + scatter) / 512
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_six_hours_and_are_scattered_by_a_quarter() {
        let waits: Vec<_> = (1..MOST_ATTEMPTS).map(wait).collect();
        assert_eq!(waits, [30, 90, 270, 810, 2430, 7290, 21_600, 21_600]);
        assert_eq!(wait(u32::MAX), 21_600);
        for _ in 0..100 {
            assert!((22..=38).contains(&scattered(30)));
        }
    }
}
