//! Roll-ups: the facts of an account's days, computed from their segments and kept so that it is done once. Days that
//! OpenAI hardly revises any more are merged, see `merge`.
//!
//! Whoever changes a day's segments deletes its roll-up in the same transaction, so one that is there is right. One that
//! is not there is computed when it is asked for, and kept by [`forever`] when nothing else is to be done. Whatever is killed
//! in between, figures are right.

mod compute;
mod merge;

pub use merge::merge;

pub use compute::{Grain, facts_of};

use std::time::Duration;

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId};
use facts::{Cube, DecodeError, Dimensions};

use crate::app::App;
use crate::figures::FiguresError;
use crate::import::plan::Window;
use crate::silence::unless_silent;
use crate::store::roll_up::RollUp;
use crate::store::{roll_up, segment};
use crate::{freshness, read_only};

/// The rule by which facts are made. It rises with every change of the attribution or of a cube's bytes: days that were
/// computed by another rule are computed anew.
pub const RULE: i64 = 6;

/// Days that are looked at together. While history is imported, the newest are whole first.
const AT_ONCE: u32 = 64;
/// Time between two looks at what is missing, while something is imported.
const PAUSE: Duration = Duration::from_secs(2);
/// The same while this process imports nothing: another one may, into the same PostgreSQL.
const IDLE_PAUSE: Duration = Duration::from_secs(60);
/// The same when the database failed.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(30);

/// The facts of an account's day, or of several in a row.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Whose.
    pub connection: ConnectionId,
    /// Which days. Facts tell theirs by their start.
    pub window: Window,
    /// A cube for each currency that anything was billed in.
    pub cubes: Vec<Cube>,
}

impl Stretch {
    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.cubes.iter().map(Cube::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cubes.iter().all(Cube::is_empty)
    }

    /// The part of it that is in a window.
    pub fn within(mut self, window: Window) -> Self {
        let (start, end) = (self.window.start.max(window.start), self.window.end.min(window.end));
        if (start, end) != (self.window.start, self.window.end) {
            let bounds = start.start().unix_seconds()..end.start().unix_seconds();
            self.cubes = self.cubes.iter().map(|cube| cube.within(&bounds)).collect();
            self.window = Window { start, end };
        }
        self
    }

    fn encode(&self) -> Vec<u8> {
        let cubes: Vec<Vec<u8>> = self.cubes.iter().map(Cube::encode).collect();
        // Writing to memory cannot fail; nothing would be refused by whoever reads it.
        postcard::to_stdvec(&cubes).unwrap_or_default()
    }
}

/// Reads some dimensions of what was kept.
pub fn decode(kept: &RollUp, dimensions: Dimensions) -> Result<Stretch, DecodeError> {
    let cubes: Vec<&[u8]> = postcard::from_bytes(&kept.body).map_err(|_| DecodeError::Damaged)?;
    let decode = |bytes| Cube::decode_only(bytes, dimensions);
    let cubes = cubes.into_iter().map(decode).collect::<Result<_, _>>()?;
    Ok(Stretch { connection: kept.connection.clone(), window: kept.window, cubes })
}

/// Computes what nobody has computed yet, for as long as the process lives.
pub async fn forever(app: App) {
    // Whether anything has come that may be merged.
    let mut is_filled = true;
    loop {
        // While an import goes on, a day is worth computing once all of its streams are there.
        let days = if app.importer.turns() == 0 { Days::All } else { Days::Whole };
        let done = match unless_silent(&app, fill(&app, days)).await {
            // What an import goes on with is merged once it is there.
            Ok(0) if is_filled && days == Days::All => {
                unless_silent(&app, merge(&app)).await.inspect(|merged| is_filled = *merged > 0)
            }
            done => done.inspect(|filled| is_filled |= *filled > 0),
        };
        let pause = match done {
            Ok(0) if days == Days::Whole => PAUSE,
            Ok(0) => {
                app.importer.kept(IDLE_PAUSE).await;
                PAUSE
            }
            Ok(_) => continue,
            Err(error) => {
                read_only::note(&app, &error);
                tracing::error!(%error, "roll-ups cannot be computed");
                PAUSE_AFTER_ERROR
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Which days are worth computing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// All of which anything is imported.
    All,
    /// Those of which every stream is imported.
    Whole,
}

/// Computes a few days that nobody has computed yet, newest first, and keeps them. Says how many it has kept: none when
/// everything is done. A day that is imported anew while it is computed is not kept, and found again.
pub async fn fill(app: &App, days: Days) -> Result<usize, FiguresError> {
    let missing = roll_up::missing(&mut *app.store.read().await?, RULE, AT_ONCE).await?;
    let mut kept = 0;
    for (tenant, connection, day) in missing {
        kept += usize::from(compute_and_keep(app, (tenant, connection), day, days).await?);
    }
    Ok(kept)
}

async fn compute_and_keep(
    app: &App,
    (tenant, connection): (TenantId, ConnectionId),
    day: Day,
    days: Days,
) -> Result<bool, FiguresError> {
    let window = Window { start: day, end: day.plus(1) };
    let connections = std::slice::from_ref(&connection);
    let mut db = app.store.read().await?;
    // Before anything else is read: whatever changes from here on is noticed.
    let basis = roll_up::basis(&mut db, (&tenant, &connection), window).await?;
    let imported = freshness::imported_streams(&mut db, &tenant, connections, window).await?;
    if days == Days::Whole && imported.values().any(|streams| streams.len() < Stream::ALL.len()) {
        return Ok(false);
    }
    let segments = segment::read(&mut db, &tenant, connections, Stream::ALL, window).await?;
    drop(db);
    let work = app.background.run(move || {
        let facts = facts_of((&connection, day), &segments, &imported, Grain::Day)?;
        Ok::<_, DecodeError>(RollUp { connection, window, row_count: facts.len(), body: facts.encode() })
    });
    let computed = work.await??;
    let mut db = app.store.write_in_background().await?;
    let is_kept = roll_up::put(&mut db, &tenant, &computed, RULE, &basis).await?;
    db.commit().await?;
    Ok(is_kept)
}
