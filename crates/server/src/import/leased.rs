//! Writing under a lease: what a process wrote that was paused, and whose connection another one has taken meanwhile, is
//! not kept.

use std::ops::{Deref, DerefMut};

use api::{ConnectionId, TenantId};
use sqlx::AnyConnection;

use crate::app::App;
use crate::connection::transition;
use crate::master_key::KeyringError;
use crate::silence::unless_silent;
use crate::store::Write;
use crate::store::lease::{self, Lease};
use crate::upstream_call::record::{Written, record};

/// Why a turn ends before everything is done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stopped {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// The master key is on its way.
    #[error(transparent)]
    MasterKey(KeyringError),
    /// Another process imports the connection, or it is not to be imported any more.
    #[error("another process has taken the connection over, or it was paused")]
    Taken,
    /// Somebody has paused or disconnected the connection, here.
    #[error("the connection is not to be imported any more")]
    Asked,
}

/// Takes a connection; none when another process has it.
pub(super) async fn take(app: &App, of: (&TenantId, &ConnectionId)) -> sqlx::Result<Option<Lease>> {
    let mut db = app.store.write().await?;
    let taken = lease::take(&mut db, of, app.importer.owner(), seconds(app)).await?;
    db.commit().await?;
    Ok(taken)
}

/// A transaction for writing under a lease. The calls that were made until now are written in it, so that what was read
/// and how it was read are kept together or not at all.
pub(super) struct Writing {
    db: Write,
    calls: Written,
}

impl Writing {
    /// Keeps what was written.
    pub(super) async fn commit(self) -> sqlx::Result<()> {
        self.db.commit().await?;
        self.calls.kept();
        Ok(())
    }
}

impl Deref for Writing {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.db
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.db
    }
}

/// A transaction for writing, which holds the lease until it ends.
pub(super) async fn write(app: &App, lease: &Lease) -> Result<Writing, Stopped> {
    let mut db = app.store.write_in_background().await?;
    if !lease::hold(&mut db, lease, seconds(app)).await? {
        return Err(Stopped::Taken);
    }
    let calls = record(app, &mut db, (&lease.tenant, &lease.connection)).await?;
    Ok(Writing { db, calls })
}

/// Holds a lease for as long as it can be held.
pub(super) async fn hold_on(app: &App, lease: &Lease) -> Stopped {
    loop {
        tokio::time::sleep(app.limits.lease / 3).await;
        let held = async { write(app, lease).await?.commit().await.map_err(Stopped::Store) };
        match unless_silent(app, held).await {
            Ok(()) => {}
            Err(stopped @ (Stopped::Taken | Stopped::Asked)) => return stopped,
            // The database may be back before the lease ends. If it is not, the writes themselves are refused.
            Err(error @ (Stopped::Store(_) | Stopped::MasterKey(_))) => {
                tracing::warn!(%error, connection = lease.connection.as_str(), "the lease could not be held");
            }
        }
    }
}

/// Gives a lease back, and notes what has become of the connection.
pub(super) async fn release(app: &App, lease: &Lease) -> sqlx::Result<()> {
    let mut db = app.store.write().await?;
    transition::note(&mut db, (&lease.tenant, &lease.connection), app.clock.now()).await?;
    lease::release(&mut db, lease).await?;
    db.commit().await
}

/// Whole seconds of a lease, one at least.
fn seconds(app: &App) -> i64 {
    i64::try_from(app.limits.lease.as_secs()).unwrap_or(i64::MAX).max(1)
}
