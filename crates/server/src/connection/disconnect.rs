//! Disconnect: the key is destroyed at once, and the data of whoever wants it deleted is removed behind a tombstone.

use std::time::Duration;

use api::audit_event::Event;
use api::connection::{Disconnect, Disconnected, ImportedData, ViewError};
use api::{ConnectionId, TenantId};

use super::{show, transition};
use crate::app::App;
use crate::audit::{self, Who};
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::silence::unless_silent;
use crate::store::connection::deletion::{self, Removed};
use crate::store::connection::{self as store, LifeState};
use crate::store::connection_draft as drafts;
use crate::{connection_draft, read_only};

/// How often it is looked for what is still to be removed, as after a restart.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Between two removals, so that others write in between.
const BREATH: Duration = Duration::from_millis(20);

/// Destroys a connection's key, and its data where that is asked for.
pub async fn disconnect(cx: Cx, call: Call<Disconnect>) -> Outcome<Disconnect> {
    let app = &cx.app;
    let (mut db, user) = cx.turn::<Disconnect>().await?;
    let (now, of) = (app.clock.now(), (&user.tenant, &call.path));
    let by = (&user.email, now);
    let found = store::find(&mut db, of.0, of.1).await?;
    let mut found = found.ok_or(Failure::Refused(ViewError::UnknownConnection))?;
    // Its next key would come too late.
    let renewing = drafts::renewing(&mut db, of).await?;
    for draft in &renewing {
        connection_draft::destroy(&mut db, draft).await?;
    }
    let is_done = found.life.state == LifeState::Disconnected && call.body.data == ImportedData::Keep;
    if !is_done {
        match call.body.data {
            ImportedData::Keep => found.life = deletion::disconnect(&mut db, of, by).await?,
            ImportedData::Delete => deletion::bury(&mut db, of, by).await?,
        }
        transition::note(&mut db, of, now).await?;
        let event = Event::ConnectionDisconnected {
            connection: call.path.clone(),
            name: found.name.clone(),
            key_tail: found.key_tail.clone(),
            data: call.body.data,
        };
        audit::record(app, &mut db, &cx.who()?, event).await?;
    }
    let key_tail = found.key_tail.clone();
    let shown = match call.body.data {
        ImportedData::Keep => Some(show(&mut db, &user, found, now).await?),
        ImportedData::Delete => None,
    };
    db.commit().await?;
    // What is under way in this process ends now; in another one it is refused, and ends when that one notices.
    app.importer.stop(&call.path);
    app.tests.abort(call.path.as_str());
    for draft in &renewing {
        app.tests.abort(draft.id.as_str());
    }
    // The key is gone from the log of changes as well.
    app.store.checkpoint().await?;
    app.removal.notify_one();
    Ok(Disconnected::new(key_tail, shown).into())
}

/// Removes what is to be deleted, of all tenants, and returns when nothing is left.
pub async fn remove_deleted(app: &App) -> Result<(), Fault> {
    let buried = deletion::buried(&mut *app.store.read().await?).await?;
    if buried.is_empty() {
        return Ok(());
    }
    for (tenant, connection) in &buried {
        while remove_some(app, (tenant, connection)).await? == Removed::Some {
            tokio::time::sleep(BREATH).await;
        }
        tracing::info!(connection = connection.as_str(), "the data of a connection is deleted");
    }
    Ok(app.store.checkpoint().await?)
}

async fn remove_some(app: &App, of: (&TenantId, &ConnectionId)) -> Result<Removed, Fault> {
    let mut db = app.store.write().await?;
    let removed = deletion::remove_some(&mut db, of).await?;
    if removed == Removed::Last {
        let event = Event::ConnectionDeleted { connection: of.1.clone() };
        audit::record(app, &mut db, &Who::system(of.0.clone()), event).await?;
    }
    db.commit().await?;
    Ok(removed)
}

/// Removes for as long as the process lives.
pub async fn remove_forever(app: App) {
    loop {
        if let Err(error) = unless_silent(&app, remove_deleted(&app)).await {
            read_only::note(&app, &*error);
            tracing::error!(%error, "deleted data cannot be removed");
        }
        tokio::select! {
            () = app.removal.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
