//! Roll-ups: the facts of an account's day, computed from its segments and kept so that it is done once.
//!
//! Whoever changes a day's segments deletes its roll-up in the same transaction, so one that is there is right. One that
//! is not there is computed when it is asked for, and kept by [`fill`] when nothing else is to be done. Whatever is killed
//! in between, figures are right.

mod compute;

pub use compute::{Grain, facts_of, rows_of};

use api::connection::Stream;
use api::{ConnectionId, Day};
use facts::{Cube, DecodeError};

use crate::app::App;
use crate::figures::FiguresError;
use crate::import::plan::Window;
use crate::store::roll_up::RollUp;
use crate::store::{roll_up, segment};

/// The rule by which facts are made. It rises with every change of the attribution or of a cube's bytes: days that were
/// computed by another rule are computed anew.
pub const RULE: i64 = 1;

/// Days that are computed before another look at what else is to be done.
const AT_ONCE: u32 = 8;

/// The facts of an account's day.
#[derive(Clone, Debug)]
pub struct DayFacts {
    /// Whose.
    pub connection: ConnectionId,
    /// Which day.
    pub day: Day,
    /// A cube for each currency that anything was billed in.
    pub cubes: Vec<Cube>,
}

impl DayFacts {
    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.cubes.iter().map(Cube::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cubes.iter().all(Cube::is_empty)
    }

    fn encode(&self) -> Vec<u8> {
        let cubes: Vec<Vec<u8>> = self.cubes.iter().map(Cube::encode).collect();
        // Writing to memory cannot fail; nothing would be refused by whoever reads it.
        postcard::to_stdvec(&cubes).unwrap_or_default()
    }
}

/// Reads what was kept.
pub fn decode(kept: &RollUp) -> Result<DayFacts, DecodeError> {
    let cubes: Vec<&[u8]> = postcard::from_bytes(&kept.body).map_err(|_| DecodeError::Damaged)?;
    let cubes = cubes.into_iter().map(Cube::decode).collect::<Result<_, _>>()?;
    Ok(DayFacts { connection: kept.connection.clone(), day: kept.day, cubes })
}

/// Computes a few days that nobody has computed yet, newest first, and keeps them. Says how many it found: none when
/// everything is done. A day that is imported anew while it is computed is not kept and found again.
pub async fn fill(app: &App) -> Result<usize, FiguresError> {
    let mut db = app.store.read().await?;
    let missing = roll_up::missing(&mut db, RULE, AT_ONCE).await?;
    for (tenant, connection, day) in &missing {
        let window = Window { start: *day, end: day.plus(1) };
        let basis = roll_up::basis(&mut db, (tenant, connection), *day).await?;
        let connections = std::slice::from_ref(connection);
        let segments = segment::read(&mut db, tenant, connections, Stream::ALL, window).await?;
        let imported = crate::freshness::imported_streams(&mut db, tenant, connections, window).await?;
        let (of, day) = (connection.clone(), *day);
        let computed = tokio::task::spawn_blocking(move || {
            let facts = facts_of((&of, day), &segments, &imported, Grain::Day)?;
            Ok::<_, FiguresError>(RollUp {
                connection: of,
                day,
                row_count: facts.len(),
                body: facts.encode(),
            })
        });
        let computed = computed.await??;
        let mut write = app.store.write().await?;
        roll_up::put(&mut write, tenant, &computed, RULE, &basis).await?;
        write.commit().await?;
    }
    Ok(missing.len())
}
