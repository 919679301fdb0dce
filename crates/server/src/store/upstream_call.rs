//! Calls to OpenAI in the store. Rows are appended and read; old ones are dropped, none is changed.

use api::{ConnectionId, TenantId, Timestamp};
use sqlx::{AnyConnection, Row as _};

use super::column;

/// A call as its columns are, of which the hash is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Row {
    pub connection: ConnectionId,
    pub seq: i64,
    pub at: i64,
    pub method: String,
    pub path: String,
    pub status: Option<i64>,
    pub outcome: String,
    pub request_id: Option<String>,
    pub duration_ms: i64,
}

/// Where the calls of a connection begin and end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of the last row that was dropped; 0 for none.
    pub dropped_seq: i64,
    /// Its hash.
    pub dropped_hash: String,
    /// The last row's number.
    pub seq: i64,
    /// The last row's hash.
    pub hash: String,
    /// What only this beginning and this end have.
    pub seal: String,
}

/// Rows that are inserted with one statement.
const AT_ONCE: usize = 50;

/// Where the calls of a connection begin and end; none before the first one.
pub async fn head(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
) -> sqlx::Result<Option<Head>> {
    let row = sqlx::query(
        "SELECT dropped_seq, dropped_hash, seq, hash, seal FROM upstream_call_head \
         WHERE tenant_id = $1 AND connection_id = $2",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Head {
            dropped_seq: row.try_get("dropped_seq")?,
            dropped_hash: row.try_get("dropped_hash")?,
            seq: row.try_get("seq")?,
            hash: row.try_get("hash")?,
            seal: row.try_get("seal")?,
        })
    })
    .transpose()
}

/// Keeps where the calls of a connection begin and end.
pub async fn keep_head(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    head: &Head,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO upstream_call_head (tenant_id, connection_id, dropped_seq, dropped_hash, seq, hash, seal) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (connection_id) DO UPDATE SET \
         dropped_seq = excluded.dropped_seq, dropped_hash = excluded.dropped_hash, seq = excluded.seq, \
         hash = excluded.hash, seal = excluded.seal",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(head.dropped_seq)
    .bind(head.dropped_hash.as_str())
    .bind(head.seq)
    .bind(head.hash.as_str())
    .bind(head.seal.as_str())
    .execute(db)
    .await
    .map(drop)
}

/// Appends rows, each with its hash.
pub async fn append(db: &mut AnyConnection, tenant: &TenantId, rows: &[(Row, String)]) -> sqlx::Result<()> {
    for rows in rows.chunks(AT_ONCE) {
        let sql = format!(
            "INSERT INTO upstream_call (tenant_id, connection_id, seq, at, method, path, status, outcome, request_id, \
             duration_ms, hash) VALUES {}",
            column::placeholders(rows.len(), 11)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (row, hash) in rows {
            query = query
                .bind(tenant.as_str())
                .bind(row.connection.as_str())
                .bind(row.seq)
                .bind(row.at)
                .bind(row.method.as_str())
                .bind(row.path.as_str())
                .bind(row.status)
                .bind(row.outcome.as_str())
                .bind(row.request_id.as_deref())
                .bind(row.duration_ms)
                .bind(hash.as_str());
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}

/// What is looked for. What is absent asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Calls with this connection's key.
    pub connection: Option<ConnectionId>,
    /// Calls that came to nothing, or those that were answered.
    pub failed: Option<bool>,
    /// Calls at this moment or later.
    pub from: Option<Timestamp>,
    /// Calls before this moment.
    pub to: Option<Timestamp>,
    /// Calls that stand behind this place of the list.
    pub before: Option<(i64, ConnectionId, i64)>,
}

/// Up to `limit` calls of a tenant, newest first.
pub async fn list(
    db: &mut AnyConnection,
    tenant: &TenantId,
    wanted: &Wanted,
    limit: u32,
) -> sqlx::Result<Vec<Row>> {
    let failed = match wanted.failed {
        None => "",
        Some(true) => " AND outcome <> 'ok'",
        Some(false) => " AND outcome = 'ok'",
    };
    let connection = if wanted.connection.is_some() { " AND connection_id = $8" } else { "" };
    let sql = format!(
        "SELECT connection_id, seq, at, method, path, status, outcome, request_id, duration_ms FROM upstream_call \
         WHERE tenant_id = $1 AND at >= $2 AND at < $3 \
         AND (at < $4 OR (at = $4 AND (connection_id < $5 OR (connection_id = $5 AND seq < $6)))){failed}{connection} \
         ORDER BY at DESC, connection_id DESC, seq DESC LIMIT $7"
    );
    let bound = |at: Option<Timestamp>, otherwise: i64| at.map_or(otherwise, Timestamp::unix_seconds);
    let (at, id, seq) =
        wanted.before.as_ref().map_or((i64::MAX, "", 0), |(at, id, seq)| (*at, id.as_str(), *seq));
    // An index begins at a bound and not at a choice of two: without this one, each part would go through all before it.
    let to = bound(wanted.to, i64::MAX).min(at.saturating_add(1));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(bound(wanted.from, i64::MIN))
        .bind(to)
        .bind(at)
        .bind(id)
        .bind(seq)
        .bind(i64::from(limit));
    if let Some(connection) = &wanted.connection {
        query = query.bind(connection.as_str());
    }
    query.fetch_all(db).await?.iter().map(read).collect()
}

/// Up to `limit` calls of a connection with higher numbers than `seq`, each with its hash, in order.
pub async fn after(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    seq: i64,
    limit: u32,
) -> sqlx::Result<Vec<(Row, String)>> {
    let rows = sqlx::query(
        "SELECT connection_id, seq, at, method, path, status, outcome, request_id, duration_ms, hash FROM upstream_call \
         WHERE tenant_id = $1 AND connection_id = $2 AND seq > $3 ORDER BY seq LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(seq)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((read(row)?, row.try_get("hash")?))).collect()
}

/// Gives a row another hash: that of another key.
pub async fn hash_again(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    seq: i64,
    hash: &str,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE upstream_call SET hash = $4 WHERE tenant_id = $1 AND connection_id = $2 AND seq = $3")
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .bind(seq)
        .bind(hash)
        .execute(db)
        .await
        .map(drop)
}

/// The connections of a tenant with whose keys anything was asked, also those of which only the rows or only the end
/// is left.
pub async fn connections(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Vec<ConnectionId>> {
    let rows = sqlx::query(
        "SELECT connection_id FROM upstream_call_head WHERE tenant_id = $1 \
         UNION SELECT connection_id FROM upstream_call WHERE tenant_id = $1 ORDER BY connection_id",
    )
    .bind(tenant.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| column::parsed(row, "connection_id")).collect()
}

/// Connections of all tenants with calls from before a moment, and the number and hash of the last of those.
pub async fn older(
    db: &mut AnyConnection,
    before: Timestamp,
) -> sqlx::Result<Vec<(TenantId, ConnectionId, i64, String)>> {
    let rows = sqlx::query(
        "SELECT upstream_call.tenant_id, upstream_call.connection_id, upstream_call.seq, upstream_call.hash \
         FROM upstream_call JOIN (SELECT connection_id, MAX(seq) AS last FROM upstream_call WHERE at < $1 \
         GROUP BY connection_id) AS old ON old.connection_id = upstream_call.connection_id AND old.last = upstream_call.seq",
    )
    .bind(before.unix_seconds())
    .fetch_all(db)
    .await?;
    let read = |row: &sqlx::any::AnyRow| {
        let (tenant, connection) = (column::parsed(row, "tenant_id")?, column::parsed(row, "connection_id")?);
        Ok((tenant, connection, row.try_get("seq")?, row.try_get("hash")?))
    };
    rows.iter().map(read).collect()
}

/// Drops the calls of a connection up to a number.
pub async fn drop_through(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    seq: i64,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM upstream_call WHERE tenant_id = $1 AND connection_id = $2 AND seq <= $3")
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .bind(seq)
        .execute(db)
        .await
        .map(drop)
}

fn read(row: &sqlx::any::AnyRow) -> sqlx::Result<Row> {
    Ok(Row {
        connection: column::parsed(row, "connection_id")?,
        seq: row.try_get("seq")?,
        at: row.try_get("at")?,
        method: row.try_get("method")?,
        path: row.try_get("path")?,
        status: row.try_get("status")?,
        outcome: row.try_get("outcome")?,
        request_id: row.try_get("request_id")?,
        duration_ms: row.try_get("duration_ms")?,
    })
}
