//! The audit log in the store. Rows are appended and read, never changed; a restore without the master key chains them
//! anew.

use api::audit_event::{Actor, Event, Outcome};
use api::{TenantId, Timestamp};
use sqlx::{AnyConnection, Row as _};

use super::column;

/// An event with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its number: 1 for a tenant's first one, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The network that the request came from.
    pub network: Option<String>,
    /// What.
    pub event: Event,
}

/// An event as its columns are, of which the hash is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Row {
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub actor_id: Option<String>,
    pub request_id: Option<String>,
    pub network: Option<String>,
    pub kind: String,
    pub object_id: Option<String>,
    pub result: String,
    pub event: String,
}

/// Where a tenant's log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last row's number.
    pub seq: i64,
    /// The last row's hash.
    pub hash: String,
    /// What only this end has.
    pub seal: String,
}

impl AuditEvent {
    /// The columns.
    pub fn into_row(self) -> sqlx::Result<Row> {
        let event = serde_json::to_value(&self.event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let kind = event.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        Ok(Row {
            seq: self.seq,
            at: self.at.unix_seconds(),
            actor: column::to_json(&self.actor)?,
            actor_id: self.actor.user().map(ToString::to_string),
            request_id: self.request_id,
            network: self.network,
            kind,
            object_id: self.event.object().map(str::to_owned),
            result: self.event.result().slug().to_owned(),
            event: event.to_string(),
        })
    }
}

/// Where the log of a tenant ends; none before its first row.
pub async fn head(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Option<Head>> {
    let row = sqlx::query("SELECT seq, hash, seal FROM audit_head WHERE tenant_id = $1")
        .bind(tenant.as_str())
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        Ok(Head { seq: row.try_get("seq")?, hash: row.try_get("hash")?, seal: row.try_get("seal")? })
    })
    .transpose()
}

/// What tells a row of a tenant's log from any other that might have its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// What it tells of.
    pub kind: String,
    /// Its hash, which every row before it has made.
    pub hash: String,
}

/// A row of a tenant's log, by its number.
pub async fn end(db: &mut AnyConnection, tenant: &TenantId, seq: i64) -> sqlx::Result<Option<End>> {
    let row = sqlx::query("SELECT kind, hash FROM audit_event WHERE tenant_id = $1 AND seq = $2")
        .bind(tenant.as_str())
        .bind(seq)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(End { kind: row.try_get("kind")?, hash: row.try_get("hash")? })).transpose()
}

/// Appends a row, which is the end then.
pub async fn append(db: &mut AnyConnection, tenant: &TenantId, row: &Row, head: &Head) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO audit_event (tenant_id, seq, at, actor, actor_id, request_id, network, kind, object_id, result, \
         event, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(tenant.as_str())
    .bind(row.seq)
    .bind(row.at)
    .bind(row.actor.as_str())
    .bind(row.actor_id.as_deref())
    .bind(row.request_id.as_deref())
    .bind(row.network.as_deref())
    .bind(row.kind.as_str())
    .bind(row.object_id.as_deref())
    .bind(row.result.as_str())
    .bind(row.event.as_str())
    .bind(head.hash.as_str())
    .execute(&mut *db)
    .await?;
    keep_head(db, tenant, head).await
}

/// Keeps where the log of a tenant ends.
pub async fn keep_head(db: &mut AnyConnection, tenant: &TenantId, head: &Head) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO audit_head (tenant_id, seq, hash, seal) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, seal = excluded.seal",
    )
    .bind(tenant.as_str())
    .bind(head.seq)
    .bind(head.hash.as_str())
    .bind(head.seal.as_str())
    .execute(db)
    .await
    .map(drop)
}

/// Gives a row another hash: that of another key.
pub async fn hash_again(db: &mut AnyConnection, tenant: &TenantId, seq: i64, hash: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE audit_event SET hash = $3 WHERE tenant_id = $1 AND seq = $2")
        .bind(tenant.as_str())
        .bind(seq)
        .bind(hash)
        .execute(db)
        .await
        .map(drop)
}

/// Up to `limit` rows of a tenant with higher numbers than `seq`, each with its hash, in order.
pub async fn after(
    db: &mut AnyConnection,
    tenant: &TenantId,
    seq: i64,
    limit: u32,
) -> sqlx::Result<Vec<(Row, String)>> {
    let rows = sqlx::query(
        "SELECT seq, at, actor, actor_id, request_id, network, kind, object_id, result, event, hash FROM audit_event \
         WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(tenant.as_str())
    .bind(seq)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((read(row)?, row.try_get("hash")?))).collect()
}

/// What is looked for in columns. What is absent asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Events of this kind.
    pub kind: Option<String>,
    /// Events of the object with this id.
    pub object: Option<String>,
    /// Events that ended like this.
    pub result: Option<Outcome>,
    /// Events at this moment or later.
    pub from: Option<Timestamp>,
    /// Events before this moment.
    pub to: Option<Timestamp>,
}

/// Up to `limit` rows of a tenant with lower numbers than `seq`, newest first.
pub async fn before(
    db: &mut AnyConnection,
    tenant: &TenantId,
    columns: &Columns,
    seq: i64,
    limit: u32,
) -> sqlx::Result<Vec<Row>> {
    let result = columns.result.map(|result| result.slug().to_owned());
    let mut sql = "SELECT seq, at, actor, actor_id, request_id, network, kind, object_id, result, event FROM audit_event \
         WHERE tenant_id = $1 AND seq < $2 AND at >= $3 AND at < $4"
        .to_owned();
    let mut texts = Vec::new();
    for (column, text) in [("kind", &columns.kind), ("object_id", &columns.object), ("result", &result)] {
        if let Some(text) = text {
            texts.push(text.as_str());
            sql.push_str(&format!(" AND {column} = ${}", texts.len().saturating_add(5)));
        }
    }
    sql.push_str(" ORDER BY seq DESC LIMIT $5");
    let bound = |at: Option<Timestamp>, otherwise: i64| at.map_or(otherwise, Timestamp::unix_seconds);
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(seq)
        .bind(bound(columns.from, i64::MIN))
        .bind(bound(columns.to, i64::MAX))
        .bind(i64::from(limit));
    for text in texts {
        query = query.bind(column::without_nul(text).into_owned());
    }
    query.fetch_all(db).await?.iter().map(read).collect()
}

fn read(row: &sqlx::any::AnyRow) -> sqlx::Result<Row> {
    Ok(Row {
        seq: row.try_get("seq")?,
        at: row.try_get("at")?,
        actor: row.try_get("actor")?,
        actor_id: row.try_get("actor_id")?,
        request_id: row.try_get("request_id")?,
        network: row.try_get("network")?,
        kind: row.try_get("kind")?,
        object_id: row.try_get("object_id")?,
        result: row.try_get("result")?,
        event: row.try_get("event")?,
    })
}
