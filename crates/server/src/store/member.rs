//! Members of OpenAI's organizations in the store: people and service accounts, who are no users of this program.

use api::{ConnectionId, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::column;

/// A member as OpenAI lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Such as `user-abc`.
    pub id: String,
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// Rows that are written with one statement.
const BATCH: usize = 64;

/// Keeps what is known of members. What is known stays when OpenAI tells nothing.
pub async fn upsert(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    members: &[Member],
    now: Timestamp,
) -> sqlx::Result<()> {
    for batch in column::last_of_each(members, |member| &member.id).chunks(BATCH) {
        let sql = format!(
            "INSERT INTO member (tenant_id, connection_id, id, name, email, seen_at) VALUES {} \
             ON CONFLICT (connection_id, id) DO UPDATE SET name = COALESCE(excluded.name, member.name), \
             email = COALESCE(excluded.email, member.email), seen_at = excluded.seen_at",
            column::placeholders(batch.len(), 6)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for member in batch {
            query = query
                .bind(tenant.as_str())
                .bind(connection.as_str())
                .bind(column::without_nul(&member.id).into_owned())
                .bind(member.name.as_deref().map(|name| column::without_nul(name).into_owned()))
                .bind(member.email.as_deref().map(|email| column::without_nul(email).into_owned()))
                .bind(now.unix_seconds());
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}

/// The members of the organizations of a tenant's connections.
pub async fn list(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Vec<(ConnectionId, Member)>> {
    let rows = sqlx::query(
        "SELECT connection_id, id, name, email FROM member WHERE tenant_id = $1 ORDER BY connection_id, id",
    )
    .bind(tenant.as_str())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let (id, name, email) = (row.try_get("id")?, row.try_get("name")?, row.try_get("email")?);
            Ok((column::parsed(row, "connection_id")?, Member { id, name, email }))
        })
        .collect()
}
