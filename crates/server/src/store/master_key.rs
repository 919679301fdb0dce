//! What the master key wraps, wherever it is, and the rotation that is under way. These statements are the installation's:
//! they look at the rows of all tenants, since all have one master key.

use api::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use vault::{Binding, Kind, Sealed, WrappedKey};

use super::column;

/// A rotation that has begun and has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Whether secrets get new data keys as well.
    pub data_keys: bool,
    /// When it began.
    pub began_at: Timestamp,
}

/// A table that keeps wrapped keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Those of connections, whose sealed keys are in a table of their own.
    Connection,
    /// Those of second factors.
    SecondFactor,
    /// Those of webhooks.
    Webhook,
}

/// A wrapped key in its place.
#[derive(Clone, Debug)]
pub struct Held {
    /// In which table.
    pub holder: Holder,
    tenant: String,
    owner: String,
    /// None when it is not even base64 any more.
    pub wrapped: Option<WrappedKey>,
}

/// A sealed secret and the version that it is bound to.
pub type Version = (u32, Sealed);

impl Holder {
    /// Every table that keeps wrapped keys.
    pub const ALL: [Self; 3] = [Self::Connection, Self::SecondFactor, Self::Webhook];

    /// The table's name.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Connection => "wrapped_key",
            Self::SecondFactor => "second_factor",
            Self::Webhook => "webhook",
        }
    }

    const fn owner(self) -> &'static str {
        match self {
            Self::Connection => "connection_id",
            Self::SecondFactor => "user_id",
            Self::Webhook => "id",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Connection => Kind::AdminKey,
            Self::SecondFactor => Kind::SecondFactor,
            Self::Webhook => Kind::Webhook,
        }
    }
}

impl Held {
    /// What its secret of this version is bound to. The data key is bound to the same but for the version.
    pub fn binding(&self, version: u32) -> Binding<'_> {
        Binding { tenant: &self.tenant, connection: &self.owner, kind: self.holder.kind(), version }
    }

    /// Where to go on behind it.
    pub fn owner(&self) -> &str {
        &self.owner
    }
}

/// The rotation that is under way.
pub async fn rotation(db: &mut AnyConnection) -> sqlx::Result<Option<Rotation>> {
    let row =
        sqlx::query("SELECT data_keys, began_at FROM key_rotation WHERE id = 1").fetch_optional(db).await?;
    row.map(|row| {
        Ok(Rotation {
            data_keys: column::flag(&row, "data_keys")?,
            began_at: column::timestamp(&row, "began_at")?,
        })
    })
    .transpose()
}

/// Begins a rotation. There must be none.
pub async fn begin_rotation(db: &mut AnyConnection, rotation: Rotation) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO key_rotation (id, data_keys, began_at) VALUES (1, $1, $2)")
        .bind(i64::from(rotation.data_keys))
        .bind(rotation.began_at.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}

/// Ends the rotation.
pub async fn end_rotation(db: &mut AnyConnection) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM key_rotation").execute(db).await.map(drop)
}

/// Wrapped keys of a table behind that of an owner, in the order of their owners: all, or those alone whose record does
/// not begin like this.
pub async fn held(
    db: &mut AnyConnection,
    holder: Holder,
    but_for: Option<[u8; 18]>,
    after: &str,
    most: i64,
) -> sqlx::Result<Vec<Held>> {
    let (table, owner) = (holder.table(), holder.owner());
    // Eighteen bytes are twenty-four characters of base64, with nothing left over.
    let sql = format!(
        "SELECT tenant_id, {owner} AS owner, wrapped FROM {table} \
         WHERE {owner} > $1 AND substr(wrapped, 1, 24) <> $2 ORDER BY {owner} LIMIT $3"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(after)
        .bind(but_for.map_or_else(String::new, |start| column::to_base64(&start)))
        .bind(most)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Held {
                holder,
                tenant: row.try_get("tenant_id")?,
                owner: row.try_get("owner")?,
                wrapped: bytes(row, "wrapped")?.map(WrappedKey),
            })
        })
        .collect()
}

/// The secrets that a wrapped key opens; none when one of them is damaged.
pub async fn sealed(db: &mut AnyConnection, held: &Held) -> sqlx::Result<Option<Vec<Version>>> {
    let rows = sqlx::query(match held.holder {
        Holder::Connection => {
            "SELECT version, sealed FROM secret WHERE tenant_id = $1 AND connection_id = $2 ORDER BY version"
        }
        Holder::SecondFactor => {
            "SELECT CAST(1 AS BIGINT) AS version, sealed FROM second_factor WHERE tenant_id = $1 AND user_id = $2"
        }
        Holder::Webhook => {
            "SELECT CAST(1 AS BIGINT) AS version, sealed FROM webhook WHERE tenant_id = $1 AND id = $2"
        }
    })
    .bind(held.tenant.as_str())
    .bind(held.owner.as_str())
    .fetch_all(db)
    .await?;
    let version = |row: &AnyRow| {
        let version = u32::try_from(row.try_get::<i64, _>("version")?).ok();
        Ok(version.zip(bytes(row, "sealed")?.map(Sealed)))
    };
    rows.iter().map(version).collect()
}

/// How many sealed secrets have no wrapped key, so that nothing opens them.
pub async fn without_wrapped_key(db: &mut AnyConnection) -> sqlx::Result<u64> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS n FROM secret WHERE NOT EXISTS (SELECT 1 FROM wrapped_key \
         WHERE wrapped_key.tenant_id = secret.tenant_id AND wrapped_key.connection_id = secret.connection_id)",
    )
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default())
}

/// Puts a wrapped key in the place of one that wraps the same.
pub async fn wrap_again(db: &mut AnyConnection, held: &Held, wrapped: &WrappedKey) -> sqlx::Result<()> {
    let (table, owner) = (held.holder.table(), held.holder.owner());
    let sql = format!("UPDATE {table} SET wrapped = $3 WHERE tenant_id = $1 AND {owner} = $2");
    sqlx::query(AssertSqlSafe(sql))
        .bind(held.tenant.as_str())
        .bind(held.owner.as_str())
        .bind(column::to_base64(&wrapped.0))
        .execute(db)
        .await
        .map(drop)
}

/// Puts a sealed secret in the place of one that is sealed otherwise.
pub async fn seal_again(
    db: &mut AnyConnection,
    held: &Held,
    (version, sealed): (u32, &Sealed),
) -> sqlx::Result<()> {
    sqlx::query(match held.holder {
        Holder::Connection => {
            "UPDATE secret SET sealed = $3 WHERE tenant_id = $1 AND connection_id = $2 AND version = $4"
        }
        Holder::SecondFactor => {
            "UPDATE second_factor SET sealed = $3 WHERE tenant_id = $1 AND user_id = $2 AND 1 = $4"
        }
        Holder::Webhook => "UPDATE webhook SET sealed = $3 WHERE tenant_id = $1 AND id = $2 AND 1 = $4",
    })
    .bind(held.tenant.as_str())
    .bind(held.owner.as_str())
    .bind(column::to_base64(&sealed.0))
    .bind(i64::from(version))
    .execute(db)
    .await
    .map(drop)
}

/// Bytes in base64; none for what is something else by now.
fn bytes(row: &AnyRow, name: &str) -> sqlx::Result<Option<Vec<u8>>> {
    Ok(STANDARD.decode(row.try_get::<String, _>(name)?).ok())
}
