//! What time alone brings: keys that expire, and accounts that have gone silent.

use std::time::Duration;

use api::Timestamp;
use api::connection_draft::Cause;

use super::facts::{Account, Facts};
use super::raise;
use crate::app::App;
use crate::read_only;
use crate::silence::unless_silent;
use crate::store::{connection_transition, connection_watch, notification};

/// Days before a key expires on which that is told, least first.
const DAYS_BEFORE: [i64; 3] = [1, 7, 14];
const DAY: i64 = 86_400;
/// Seconds without costs after which an account is silent. It is asked for them every hour.
const SILENT_AFTER: i64 = DAY;
/// How long what an account has become is news, in seconds.
const NEWS: i64 = DAY;
/// How long what was told is kept, in seconds.
const KEPT: i64 = 180 * DAY;
/// Time between two looks.
const PAUSE: Duration = Duration::from_secs(300);

/// Looks for as long as the process lives.
pub async fn forever(app: App) {
    loop {
        if let Err(error) = unless_silent(&app, look(&app)).await {
            read_only::note(&app, &error);
            tracing::error!(%error, "what is to be told could not be looked for");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks once. What is noticed again is told no second time.
pub async fn look(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let mut db = app.store.read().await?;
    let longest = DAYS_BEFORE.iter().max().copied().unwrap_or_default();
    let expiring = connection_watch::expiring(&mut db, now, now.plus_seconds(longest * DAY)).await?;
    let silent = connection_watch::silent(&mut db, SILENT_AFTER).await?;
    let quiet = connection_watch::quiet(&mut db, now.plus_seconds(-NEWS)).await?;
    drop(db);
    let mut db = app.store.write().await?;
    for connection in &expiring {
        let Some(expires_at) = connection.key_expires_at else { continue };
        let Some(days) = step(now, expires_at) else { continue };
        let occasion = format!("key_expiring:{}:{}:{days}", connection.id, connection.key_version);
        let facts = Facts::KeyExpiring { account: Account::of(connection), expires_at };
        raise(app, &mut db, &connection.tenant, &occasion, &facts).await?;
    }
    for (connection, since) in silent {
        let occasion = format!("source_silent:{}:{}", connection.id, since.unix_seconds());
        let facts = Facts::SourceSilent { account: Account::of(&connection), since };
        raise(app, &mut db, &connection.tenant, &occasion, &facts).await?;
    }
    for (connection, finding) in quiet {
        // What cannot be read at all is told above, with the patience of a day.
        let Cause::UsageStopped { last_day } = finding.cause else { continue };
        let occasion = format!("usage_stopped:{}:{last_day}", connection.id);
        let facts = Facts::UsageStopped { account: Account::of(&connection), last_day };
        raise(app, &mut db, &connection.tenant, &occasion, &facts).await?;
    }
    notification::forget_before(&mut db, now.plus_seconds(-KEPT)).await?;
    connection_transition::forget_before(&mut db, now.plus_seconds(-KEPT)).await?;
    db.commit().await
}

/// The step that the time until a moment has come down to; none when it is longer than all of them.
fn step(now: Timestamp, until: Timestamp) -> Option<i64> {
    let left = until.unix_seconds().saturating_sub(now.unix_seconds());
    DAYS_BEFORE.into_iter().find(|days| left <= days * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_of_once_for_each_step_that_it_has_come_down_to() {
        let at = |seconds| step(Timestamp::from_unix_seconds(0), Timestamp::from_unix_seconds(seconds));
        assert_eq!(at(14 * DAY + 1), None);
        assert_eq!([at(14 * DAY), at(7 * DAY + 1)], [Some(14); 2]);
        assert_eq!([at(7 * DAY), at(DAY + 1)], [Some(7); 2]);
        assert_eq!([at(DAY), at(1)], [Some(1); 2]);
    }
}
