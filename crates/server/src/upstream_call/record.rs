//! Writing what was heard, behind what is written.

use std::time::Duration;

use api::{ConnectionId, TenantId, Timestamp};
use sqlx::AnyConnection;
use vault::Fingerprints;

use super::collect::Heard;
use crate::app::App;
use crate::audit::chain::mac;
use crate::read_only;
use crate::silence::unless_silent;
use crate::store::upstream_call::{self as calls, Head, Row};

/// Days for which calls are kept: what an operator or a reviewer looks back to. Usage may be asked for every hour.
const KEPT_DAYS: i64 = 90;
/// How long the calls of a job that was given up may wait.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How many rows are chained again between two looks.
const BATCH: u32 = 500;
/// Sets these hashes apart from those of the audit log.
const ROW: &str = "openai-lens upstream call 1";
const HEAD: &str = "openai-lens upstream call head 1";

/// Calls that were written in a transaction that may still fail. Say [`Written::kept`] once it is committed, else they
/// are written by the next one.
#[must_use]
pub struct Written {
    app: App,
    of: (TenantId, ConnectionId),
    calls: Vec<Heard>,
}

impl Written {
    /// The transaction is committed.
    pub fn kept(mut self) {
        self.calls.clear();
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.calls.is_empty() {
            self.app.upstream_calls.put_back(self.of.clone(), std::mem::take(&mut self.calls));
        }
    }
}

/// Writes what was heard of a connection's calls. Call it in the write transaction of what was read, and commit none of
/// it when this fails.
pub async fn record(
    app: &App,
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
) -> sqlx::Result<Written> {
    let calls = app.upstream_calls.take(of);
    let written = Written { app: app.clone(), of: (of.0.clone(), of.1.clone()), calls };
    if !written.calls.is_empty() {
        append(&app.fingerprints, db, of, &written.calls).await?;
    }
    Ok(written)
}

async fn append(
    key: &Fingerprints,
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    heard: &[Heard],
) -> sqlx::Result<()> {
    let mut head = calls::head(db, of).await?.unwrap_or_default();
    let mut rows = Vec::with_capacity(heard.len());
    for heard in heard {
        let row = row(of.1, head.seq.saturating_add(1), heard);
        head.hash = hash(key, of.0, &head.hash, &row);
        head.seq = row.seq;
        rows.push((row, head.hash.clone()));
    }
    head.seal = seal(key, of, &head);
    calls::append(db, of.0, &rows).await?;
    calls::keep_head(db, of, &head).await
}

fn row(connection: &ConnectionId, seq: i64, Heard { at, called }: &Heard) -> Row {
    Row {
        connection: connection.clone(),
        seq,
        at: at.unix_seconds(),
        method: called.method.clone(),
        path: called.path.clone(),
        status: called.status.map(i64::from),
        outcome: called.outcome.to_owned(),
        request_id: called.request_id.clone(),
        duration_ms: i64::try_from(called.elapsed.as_millis()).unwrap_or(i64::MAX),
    }
}

/// The hash of a row behind the one with the hash `before`.
pub(super) fn hash(key: &Fingerprints, tenant: &TenantId, before: &str, row: &Row) -> String {
    let numbers = [row.seq, row.at, row.duration_ms].map(|number| number.to_string());
    let [seq, at, duration] = numbers.each_ref().map(|number| Some(number.as_str()));
    let status = row.status.map(|status| status.to_string());
    let fields = [
        Some(ROW),
        Some(tenant.as_str()),
        Some(row.connection.as_str()),
        Some(before),
        seq,
        at,
        Some(&row.method),
        Some(&row.path),
        status.as_deref(),
        Some(&row.outcome),
        row.request_id.as_deref(),
        duration,
    ];
    mac(key, &fields)
}

/// Says that a connection's calls begin and end here, so that cutting some off at either end is noticed.
pub(super) fn seal(
    key: &Fingerprints,
    (tenant, connection): (&TenantId, &ConnectionId),
    head: &Head,
) -> String {
    let numbers = [head.dropped_seq, head.seq].map(|number| number.to_string());
    let [dropped, seq] = numbers.each_ref().map(|number| Some(number.as_str()));
    let names = [Some(HEAD), Some(tenant.as_str()), Some(connection.as_str())];
    mac(key, &[names.as_slice(), &[dropped, Some(&head.dropped_hash), seq, Some(&head.hash)]].concat())
}

/// Chains the calls of a tenant again, from where the first one that is kept begins: see
/// [`crate::master_key::lost`].
pub(crate) async fn chain_again(
    key: &Fingerprints,
    db: &mut AnyConnection,
    tenant: &TenantId,
) -> sqlx::Result<()> {
    for connection in calls::connections(db, tenant).await? {
        let of = (tenant, &connection);
        let Some(mut head) = calls::head(db, of).await? else { continue };
        let (mut seq, mut last) = (head.dropped_seq, head.dropped_hash.clone());
        loop {
            let rows = calls::after(db, of, seq, BATCH).await?;
            if rows.is_empty() {
                break;
            }
            for (row, _) in rows {
                last = hash(key, tenant, &last, &row);
                calls::hash_again(db, of, row.seq, &last).await?;
                seq = row.seq;
            }
        }
        head.hash = last;
        head.seal = seal(key, of, &head);
        calls::keep_head(db, of, &head).await?;
    }
    Ok(())
}

/// Writes what nobody else will: the calls of jobs that were given up, and drops what is older than it is kept.
pub async fn sweep(app: &App) -> sqlx::Result<()> {
    for (tenant, connection) in app.upstream_calls.owners() {
        let mut db = app.store.write().await?;
        let written = record(app, &mut db, (&tenant, &connection)).await?;
        db.commit().await?;
        written.kept();
    }
    drop_old(app, app.clock.now().plus_seconds(-KEPT_DAYS * 86_400)).await
}

/// Sweeps for as long as the process lives.
pub async fn sweep_forever(app: App) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        if let Err(error) = unless_silent(&app, sweep(&app)).await {
            read_only::note(&app, &error);
            tracing::error!(%error, "calls to OpenAI cannot be recorded");
        }
    }
}

async fn drop_old(app: &App, before: Timestamp) -> sqlx::Result<()> {
    let old = calls::older(&mut *app.store.read().await?, before).await?;
    for (tenant, connection, seq, hash) in old {
        let of = (&tenant, &connection);
        let mut db = app.store.write().await?;
        // A log without its end was changed by another hand: it is left for whoever looks into it.
        if let Some(mut head) = calls::head(&mut db, of).await?.filter(|head| head.dropped_seq < seq) {
            (head.dropped_seq, head.dropped_hash) = (seq, hash);
            head.seal = seal(&app.fingerprints, of, &head);
            calls::drop_through(&mut db, of, seq).await?;
            calls::keep_head(&mut db, of, &head).await?;
            db.commit().await?;
        }
    }
    Ok(())
}
