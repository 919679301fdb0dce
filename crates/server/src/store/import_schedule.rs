//! When a connection is worked on, and how far its history is known.

use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::connection::{self, Connection, IMPORTS};
use super::{column, import_block};

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
    /// Until when OpenAI has asked to wait last, and when that was.
    pub held: (Timestamp, Timestamp),
}

impl Schedule {
    /// Until when OpenAI has asked to wait, when that is not over. What was noted in the future was noted by a clock that
    /// was wrong.
    pub fn asked_to_wait(&self, now: Timestamp) -> Option<Timestamp> {
        let (until, at) = self.held;
        (at <= now && until > now).then_some(until)
    }
}

/// How far a connection's history is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Nothing of it is planned.
    Unplanned,
    /// Its start is looked for.
    Walked,
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
        "SELECT {}, history_state, api_key_costs_from, refresh_due_at, month_due_at, names_due_at, \
         key_names_due_at, held_until, held_at FROM connection WHERE tenant_id = $1 AND id IN ({}) \
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
        "walked" => History::Walked,
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
        held: (column::timestamp(row, "held_until")?, column::timestamp(row, "held_at")?),
    })
}

/// Notes how far the history is known, and its first day.
pub async fn note_history(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    history: History,
    start: Day,
) -> sqlx::Result<()> {
    let state = match history {
        History::Unplanned => "unplanned",
        History::Walked => "walked",
        History::Known => "known",
    };
    sqlx::query(
        "UPDATE connection SET history_state = $3, history_start = $4 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(state)
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

/// Notes what the management lists told of the key of this version, and when they are read again. Nothing is noted of
/// another key that has taken its place meanwhile, with which they are read at once. `expiry` is known when the list named
/// the key, which then expires at that moment or never.
pub async fn note_names(
    db: &mut AnyConnection,
    (tenant, id, version): (&TenantId, &ConnectionId, i64),
    readable: bool,
    expiry: Option<Option<Timestamp>>,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection SET management_readable = $4, names_due_at = $5, \
         key_expires_at = CASE WHEN $6 = 1 THEN $7 ELSE key_expires_at END \
         WHERE tenant_id = $1 AND id = $2 AND key_version = $3",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(version)
    .bind(i64::from(readable))
    .bind(due_at.unix_seconds())
    .bind(i64::from(expiry.is_some()))
    .bind(expiry.flatten().map(Timestamp::unix_seconds))
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
    now: Timestamp,
) -> sqlx::Result<()> {
    // A wait that was noted in the future, or is over, is none that a shorter one would cut off.
    sqlx::query(
        "UPDATE connection SET held_until = CASE WHEN held_at <= $4 AND held_until > $3 THEN held_until ELSE $3 END, \
         held_at = $4 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(until.unix_seconds())
    .bind(now.unix_seconds())
    .execute(&mut *db)
    .await?;
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

/// Makes whatever of a connection is planned or comes back by itself due now, or as soon as OpenAI wants to be asked again.
pub async fn hurry(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    now: Timestamp,
) -> sqlx::Result<()> {
    let held = find(db, tenant, id).await?.and_then(|found| found.asked_to_wait(now));
    let due_at = held.unwrap_or(now);
    for sql in [
        "UPDATE import_unit SET due_at = $3 WHERE tenant_id = $1 AND connection_id = $2 AND due_at > $3",
        "UPDATE connection SET refresh_due_at = $3, month_due_at = $3, names_due_at = $3, key_names_due_at = $3 \
         WHERE tenant_id = $1 AND id = $2",
    ] {
        sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(due_at.unix_seconds())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// The longest time, in seconds, for which something is put off by itself: the costs of the last month for a day, and
/// some minutes more.
pub(super) const LONGEST: i64 = 25 * 3600;

/// Makes due now what a clock that was ahead has put off, and says of the days that it read in the future that they were read
/// by now at the latest: else nobody would notice that nothing comes, and what OpenAI still revises would count as settled.
pub async fn set_right(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    now: Timestamp,
) -> sqlx::Result<()> {
    hurry(db, of, now).await?;
    let sql = "UPDATE import_day SET imported_at = $3 WHERE tenant_id = $1 AND connection_id = $2 AND imported_at > $3";
    let query = sqlx::query(sql).bind(of.0.as_str()).bind(of.1.as_str()).bind(now.unix_seconds());
    query.execute(&mut *db).await?;
    import_block::renew(db, of, None, None).await
}

/// Connections of all tenants in which something is due later than anything is put off, unless OpenAI asked for that: it was
/// planned by a clock that was ahead.
pub async fn ahead(db: &mut AnyConnection, now: Timestamp) -> sqlx::Result<Vec<(TenantId, ConnectionId)>> {
    const LATE: &str = "due_at > $1 AND (held_at > $2 OR due_at > held_until)";
    let late = |column: &str| LATE.replace("due_at", column);
    let sql = format!(
        "SELECT tenant_id, id FROM connection WHERE life_state <> 'deleted' AND ({} OR {} OR {} OR EXISTS (SELECT 1 FROM import_unit \
         WHERE import_unit.connection_id = connection.id AND {LATE}))",
        late("refresh_due_at"),
        late("month_due_at"),
        late("names_due_at"),
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now.plus_seconds(LONGEST).unix_seconds())
        .bind(now.unix_seconds())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((column::parsed(row, "tenant_id")?, column::parsed(row, "id")?))).collect()
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
