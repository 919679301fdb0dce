//! When a connection is worked on, and how far its history is known.

use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use super::connection::{self, Connection, IMPORTS};

/// A connection with the moments at which it is worked on.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The connection.
    pub connection: Connection,
    /// How far its history is known.
    pub history: History,
    /// The first day for which OpenAI groups its costs by API key, once it has refused to.
    pub api_key_costs_from: Option<Day>,
    /// When its recent days are read again.
    pub refresh_due_at: Timestamp,
    /// When the costs of the last month are read again.
    pub month_due_at: Timestamp,
    /// When the names of projects and members are read again.
    pub names_due_at: Timestamp,
    /// When the names of API keys are read again.
    pub key_names_due_at: Timestamp,
}

/// How far a connection's history is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Nothing of it is planned.
    Unplanned,
    /// Its start is looked for.
    Walked {
        /// How many totals in a row were empty.
        quiet: i64,
    },
    /// It is planned from its start on.
    Known,
}

/// One connection, with what the import needs to know beside it.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &ConnectionId,
) -> sqlx::Result<Option<Schedule>> {
    Ok(of(db, tenant, std::slice::from_ref(id)).await?.pop())
}

/// Those of some connections that there are, each with what the import needs to know beside it, in no order.
pub async fn of(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Vec<Schedule>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {}, history_state, history_quiet, api_key_costs_from, refresh_due_at, month_due_at, names_due_at, \
         key_names_due_at FROM connection WHERE tenant_id = $1 AND id IN ({}) \
         AND life_state <> 'deleted'",
        connection::COLUMNS,
        column::list(2, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    query.fetch_all(db).await?.iter().map(read).collect()
}

fn read(row: &AnyRow) -> sqlx::Result<Schedule> {
    let history = match row.try_get("history_state")? {
        "unplanned" => History::Unplanned,
        "walked" => History::Walked { quiet: row.try_get("history_quiet")? },
        "known" => History::Known,
        _ => return Err(column::unknown("history_state")),
    };
    Ok(Schedule {
        connection: connection::read(row)?,
        history,
        api_key_costs_from: row.try_get::<Option<i64>, _>("api_key_costs_from")?.map(Day::from_number),
        refresh_due_at: column::timestamp(row, "refresh_due_at")?,
        month_due_at: column::timestamp(row, "month_due_at")?,
        names_due_at: column::timestamp(row, "names_due_at")?,
        key_names_due_at: column::timestamp(row, "key_names_due_at")?,
    })
}

/// Notes how far the history is known, and its first day.
pub async fn note_history(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    history: History,
    start: Day,
) -> sqlx::Result<()> {
    let (state, quiet) = match history {
        History::Unplanned => ("unplanned", 0),
        History::Walked { quiet } => ("walked", quiet),
        History::Known => ("known", 0),
    };
    sqlx::query(
        "UPDATE connection SET history_state = $3, history_quiet = $4, history_start = $5 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(state)
    .bind(quiet)
    .bind(start.number())
    .execute(db)
    .await
    .map(drop)
}

/// Notes from which day on OpenAI groups the connection's costs by API key.
pub async fn note_api_key_costs(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    from: Day,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE connection SET api_key_costs_from = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(from.number())
        .execute(db)
        .await
        .map(drop)
}

/// Notes what the management lists told of the key itself, and when they are read again.
pub async fn note_names(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    readable: bool,
    key_expires_at: Option<Timestamp>,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection SET management_readable = $3, key_expires_at = COALESCE($4, key_expires_at), names_due_at = $5 \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(i64::from(readable))
    .bind(key_expires_at.map(Timestamp::unix_seconds))
    .bind(due_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Which of a connection's moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// [`Schedule::refresh_due_at`]
    Refresh,
    /// [`Schedule::month_due_at`]
    Month,
    /// [`Schedule::names_due_at`]
    Names,
    /// [`Schedule::key_names_due_at`]
    KeyNames,
}

/// Notes when something is due next.
pub async fn note_due(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    what: Due,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(match what {
        Due::Refresh => "UPDATE connection SET refresh_due_at = $3 WHERE tenant_id = $1 AND id = $2",
        Due::Month => "UPDATE connection SET month_due_at = $3 WHERE tenant_id = $1 AND id = $2",
        Due::Names => "UPDATE connection SET names_due_at = $3 WHERE tenant_id = $1 AND id = $2",
        Due::KeyNames => "UPDATE connection SET key_names_due_at = $3 WHERE tenant_id = $1 AND id = $2",
    })
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(due_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Puts off whatever of a connection is due before a moment: OpenAI asked not to be asked.
pub async fn hold(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    until: Timestamp,
) -> sqlx::Result<()> {
    for sql in [
        "UPDATE import_unit SET due_at = $3 WHERE tenant_id = $1 AND connection_id = $2 AND due_at < $3",
        "UPDATE connection SET refresh_due_at = $3 WHERE tenant_id = $1 AND id = $2 AND refresh_due_at < $3",
        "UPDATE connection SET month_due_at = $3 WHERE tenant_id = $1 AND id = $2 AND month_due_at < $3",
        "UPDATE connection SET names_due_at = $3 WHERE tenant_id = $1 AND id = $2 AND names_due_at < $3",
        "UPDATE connection SET key_names_due_at = $3 WHERE tenant_id = $1 AND id = $2 AND key_names_due_at < $3",
    ] {
        sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(until.unix_seconds())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Makes whatever of a connection is planned or comes back by itself due now.
pub async fn hurry(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    now: Timestamp,
) -> sqlx::Result<()> {
    for sql in [
        "UPDATE import_unit SET due_at = $3 WHERE tenant_id = $1 AND connection_id = $2 AND due_at > $3",
        "UPDATE connection SET refresh_due_at = $3, month_due_at = $3, names_due_at = $3, key_names_due_at = $3 \
         WHERE tenant_id = $1 AND id = $2",
    ] {
        sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(now.unix_seconds())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// The connections of all tenants that have something due, are to import, and have a key to do it with.
pub async fn due(db: &mut AnyConnection, now: Timestamp) -> sqlx::Result<Vec<(TenantId, ConnectionId)>> {
    let sql = format!(
        "SELECT tenant_id, id FROM connection WHERE {IMPORTS} AND (history_state = 'unplanned' \
         OR refresh_due_at <= $1 OR month_due_at <= $1 OR names_due_at <= $1 \
         OR (management_readable = 1 AND key_names_due_at <= $1) \
         OR EXISTS (SELECT 1 FROM import_unit WHERE import_unit.connection_id = connection.id AND due_at <= $1))"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.unix_seconds()).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column::parsed(row, "tenant_id")?, column::parsed(row, "id")?))).collect()
}

/// When something of any tenant is due next.
pub async fn next_due(db: &mut AnyConnection) -> sqlx::Result<Option<Timestamp>> {
    let sql = format!(
        "SELECT MIN(due_at) AS next FROM (SELECT refresh_due_at AS due_at FROM connection WHERE {IMPORTS} \
         UNION ALL SELECT month_due_at FROM connection WHERE {IMPORTS} \
         UNION ALL SELECT names_due_at FROM connection WHERE {IMPORTS} \
         UNION ALL SELECT key_names_due_at FROM connection WHERE {IMPORTS} AND management_readable = 1 \
         UNION ALL SELECT import_unit.due_at FROM import_unit JOIN connection ON connection.id = import_unit.connection_id \
         WHERE {IMPORTS}) AS dues"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(db).await?;
    Ok(row.try_get::<Option<i64>, _>("next")?.map(Timestamp::from_unix_seconds))
}
