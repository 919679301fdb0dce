//! Sends what is due. Each message is held by one process while it is sent; what it is told of that is kept with the row.
//! Killed in between, it is sent once more under the same id: once in the store, at least once on the wire.

mod attempt;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::delivery::{Progress, Setback, SetbackCause};
use api::{DeliveryId, TenantId, Timestamp};
use courier::{Mailer, Reach, Webhooks};
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};

use self::attempt::Outcome;
use crate::app::App;
use crate::random::{self, NoRandomness};
use crate::read_only;
use crate::settings::{MailError, Settings};
use crate::silence::unless_silent;
use crate::store::delivery::{self, Held};

/// Messages that are sent at once.
const AT_ONCE: usize = 8;
/// Seconds for which a message is held: more than any attempt takes, a minute of which is for noting what became of it.
const HOLD: i64 = courier::LONGEST.as_secs().cast_signed() + 60;
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
    /// Whether no further message is begun.
    stopping: AtomicBool,
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
        Ok(Self {
            holder,
            wake: Notify::new(),
            stopping: AtomicBool::default(),
            mailer,
            webhooks: Webhooks::new(reach)?,
        })
    }

    /// Whether there is a mail server.
    pub fn has_mailer(&self) -> bool {
        self.mailer.is_some()
    }

    /// How far webhooks reach.
    pub fn reach(&self) -> Reach {
        self.webhooks.reach()
    }

    /// Begins no further message: [`forever`] ends when those that are being sent are settled.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.wake();
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Says that something became due just now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Sends until it is told to stop.
pub async fn forever(app: App) {
    while !app.outbox.is_stopping() {
        let pause = match everything_due(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                read_only::note(&app, &error);
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

/// Sends what is due, until nothing is, and says how long to wait for the next. What is being sent comes to its end also when
/// nothing more can be looked for.
pub async fn everything_due(app: &App) -> sqlx::Result<Duration> {
    // Tasks of their own: one that waits for its turn to write must go on while this waits for the same.
    let mut running = JoinSet::new();
    let looked = look_and_send(app, &mut running).await;
    while let Some(ended) = running.join_next().await {
        note_end(app, ended);
    }
    looked
}

/// What cannot be noted of one message is no matter of the others: it stays held until its time is over, and is tried again
/// then.
fn note_end(app: &App, ended: Result<sqlx::Result<()>, JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            read_only::note(app, &error);
            tracing::error!(%error, "what became of a message could not be noted");
        }
        // The error has the panic's own words, which may contain what a user entered. The hook has logged the place.
        Err(_) => tracing::error!("the sending of a message panicked, or the process ends"),
    }
}

async fn look_and_send(app: &App, running: &mut JoinSet<sqlx::Result<()>>) -> sqlx::Result<Duration> {
    loop {
        let now = app.clock.now();
        // Looked for without the right to write, which is mostly not needed.
        let next = unless_silent(app, next_due(app)).await?;
        let free = AT_ONCE.saturating_sub(running.len());
        if next.is_some_and(|next| next <= now) && free > 0 && !app.outbox.is_stopping() {
            for held in unless_silent(app, claim_due(app, now, free)).await? {
                let app = app.clone();
                running.spawn(async move { send(&app, held).await });
            }
        }
        match running.join_next().await {
            Some(ended) => note_end(app, ended),
            None => {
                let seconds =
                    next.map_or(i64::MAX, |next| next.unix_seconds().saturating_sub(now.unix_seconds()));
                let pause = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
                return Ok(pause.clamp(LOOK_EVERY.0, LOOK_EVERY.1));
            }
        }
    }
}

async fn next_due(app: &App) -> sqlx::Result<Option<Timestamp>> {
    delivery::next_due(&mut *app.store.read().await?, &app.outbox.holder).await
}

async fn claim_due(app: &App, now: Timestamp, free: usize) -> sqlx::Result<Vec<Held>> {
    let mut db = app.store.write().await?;
    let claimed = delivery::claim_due(&mut db, (&app.outbox.holder, HOLD), now, free).await?;
    db.commit().await?;
    Ok(claimed)
}

/// Sends one message now, whatever is due, and waits for `patience` for what becomes of it. Nothing happens when it is being
/// sent already, or settled.
pub async fn send_one(
    app: &App,
    (tenant, id): (&TenantId, &DeliveryId),
    patience: Duration,
) -> sqlx::Result<()> {
    let mut db = app.store.write().await?;
    let held = delivery::claim(&mut db, (&app.outbox.holder, HOLD), tenant, id).await?;
    db.commit().await?;
    let Some(held) = held else { return Ok(()) };
    // A task of its own: a slow mail server that takes it later is not given it again.
    let sending = tokio::spawn({
        let app = app.clone();
        async move { note_end(&app, Ok(send(&app, held).await)) }
    });
    if let Ok(Err(error)) = tokio::time::timeout(patience, sending).await {
        note_end(app, Err(error));
    }
    Ok(())
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
        Outcome::Delivered => Progress::Delivered { at: now },
        Outcome::Failed(cause) if is_over(&held, cause) => Progress::Failed { at: now },
        Outcome::Failed(_) | Outcome::Postponed => {
            Progress::Waiting { next_try_at: now.plus_seconds(scattered(wait(held.attempts))) }
        }
    };
    let (delivery, cause) = (held.id.as_str(), outcome.cause());
    tracing::info!(delivery, channel = ?held.channel, attempt = held.attempts, ?cause, "sent a message");
    let setback = cause.map(Setback::new);
    let settled = async {
        let mut db = app.store.write().await?;
        delivery::settle(&mut db, &app.outbox.holder, &held, (&progress, setback.as_ref())).await?;
        db.commit().await
    };
    unless_silent(app, settled).await
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
