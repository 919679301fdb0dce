//! Copies whole tables from one database into another, whatever is in them.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::column;

/// A table of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Bytes,
}

/// A value of a row. What is absent has a type too: PostgreSQL asks for it.
#[derive(Debug)]
enum Value {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// How many rows a table has, and what they add up to: equal rows in any order give equal sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many rows.
    pub rows: u64,
    digest: u64,
}

/// Values and bytes that are inserted with one statement, about.
const VALUES: usize = 4_000;
const BYTES: usize = 4 << 20;

/// All tables of an installation, as an SQLite file knows them, so that none comes before those it refers to.
pub async fn tables(sqlite: &mut AnyConnection) -> sqlx::Result<Vec<Table>> {
    let names = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%' \
         ORDER BY name",
    )
    .fetch_all(&mut *sqlite)
    .await?;
    let mut waiting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in &names {
        let name: String = row.try_get("name")?;
        let referred = sqlx::query("SELECT \"table\" AS referred FROM pragma_foreign_key_list($1)")
            .bind(name.as_str())
            .fetch_all(&mut *sqlite)
            .await?;
        let referred = referred.iter().map(|row| row.try_get("referred")).collect::<sqlx::Result<_>>()?;
        waiting.insert(name, referred);
    }
    let mut tables = Vec::new();
    while !waiting.is_empty() {
        let is_free = |refers: &BTreeSet<String>| !refers.iter().any(|to| waiting.contains_key(to));
        let free: Vec<String> =
            waiting.iter().filter(|(_, refers)| is_free(refers)).map(|(name, _)| name.clone()).collect();
        // Tables that refer to each other cannot be put in an order: whichever comes first is refused by the database.
        let free = if free.is_empty() { waiting.keys().cloned().collect() } else { free };
        for name in free {
            waiting.remove(&name);
            tables.push(Table { columns: columns(sqlite, &name).await?, name });
        }
    }
    Ok(tables)
}

async fn columns(sqlite: &mut AnyConnection, table: &str) -> sqlx::Result<Vec<Column>> {
    let rows = sqlx::query("SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY cid")
        .bind(table)
        .fetch_all(sqlite)
        .await?;
    rows.iter()
        .map(|row| {
            let kind = match row.try_get("kind")? {
                "BIGINT" => Kind::Number,
                "TEXT" => Kind::Text,
                "BYTEA" => Kind::Bytes,
                _ => return Err(column::unknown("type")),
            };
            Ok(Column { name: row.try_get("name")?, kind })
        })
        .collect()
}

impl Table {
    fn select(&self) -> AssertSqlSafe<String> {
        AssertSqlSafe(format!("SELECT {} FROM {}", self.names(), self.name))
    }

    fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn values(&self, row: &AnyRow) -> sqlx::Result<Vec<Value>> {
        let value = |column: &Column| {
            Ok(match column.kind {
                Kind::Number => Value::Number(row.try_get(column.name.as_str())?),
                Kind::Text => Value::Text(row.try_get(column.name.as_str())?),
                Kind::Bytes => Value::Bytes(row.try_get(column.name.as_str())?),
            })
        };
        self.columns.iter().map(value).collect()
    }
}

/// Empties a table.
pub async fn clear(db: &mut AnyConnection, table: &Table) -> sqlx::Result<()> {
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {}", table.name))).execute(db).await.map(drop)
}

/// How many rows a table has, and what they add up to.
pub async fn sum(db: &mut AnyConnection, table: &Table) -> sqlx::Result<Sum> {
    let mut sum = Sum::default();
    let mut rows = sqlx::query(table.select()).fetch(db);
    while let Some(row) = rows.try_next().await? {
        sum.add(&table.values(&row)?);
    }
    Ok(sum)
}

/// Copies the rows of a table into an empty one.
pub async fn copy(from: &mut AnyConnection, to: &mut AnyConnection, table: &Table) -> sqlx::Result<Sum> {
    let mut sum = Sum::default();
    let mut batch: Vec<Vec<Value>> = Vec::new();
    let mut bytes = 0;
    let most = (VALUES / table.columns.len().max(1)).max(1);
    let mut rows = sqlx::query(table.select()).fetch(from);
    while let Some(row) = rows.try_next().await? {
        let values = table.values(&row)?;
        sum.add(&values);
        bytes += values.iter().map(Value::size).sum::<usize>();
        batch.push(values);
        if batch.len() >= most || bytes >= BYTES {
            insert(to, table, std::mem::take(&mut batch)).await?;
            bytes = 0;
        }
    }
    insert(to, table, batch).await?;
    Ok(sum)
}

/// Why not everything was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A database fails.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// What was copied is not what was there.
    #[error("the table {0} came out different")]
    Different(String),
}

/// Copies these tables into empty ones, compares each with what it was copied from, and says how many rows there are.
pub async fn everything(
    from: &mut AnyConnection,
    to: &mut AnyConnection,
    tables: &[Table],
) -> Result<u64, CopyError> {
    let mut rows = 0;
    for table in tables {
        let copied = copy(from, to, table).await?;
        rows += copied.rows;
        if sum(to, table).await? != copied {
            return Err(CopyError::Different(table.name.clone()));
        }
    }
    Ok(rows)
}

async fn insert(db: &mut AnyConnection, table: &Table, rows: Vec<Vec<Value>>) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO {} ({}) VALUES {}",
        table.name,
        table.names(),
        column::placeholders(rows.len(), table.columns.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in rows.into_iter().flatten() {
        query = match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    query.execute(db).await.map(drop)
}

impl Value {
    /// How many bytes it has, about.
    fn size(&self) -> usize {
        match self {
            Self::Number(_) => 8,
            Self::Text(text) => text.as_ref().map_or(0, String::len),
            Self::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
        }
    }

    /// Its bytes, none for what is absent.
    fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Number(number) => number.map(|number| number.to_be_bytes().to_vec()),
            Self::Text(text) => text.as_ref().map(|text| text.as_bytes().to_vec()),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl Sum {
    fn add(&mut self, values: &[Value]) {
        let mut digest = Sha256::new();
        for value in values {
            let bytes = value.bytes();
            // With its length before it, so that no two rows look alike in a row.
            let length = bytes.as_ref().map_or(u64::MAX, |bytes| bytes.len() as u64);
            digest.update(length.to_be_bytes());
            digest.update(bytes.unwrap_or_default());
        }
        let digest: [u8; 32] = digest.finalize().into();
        let first = digest.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
        self.rows += 1;
        self.digest = self.digest.wrapping_add(first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &[[Option<&str>; 2]]) -> Sum {
        let mut sum = Sum::default();
        for row in rows {
            sum.add(&row.map(|text| Value::Text(text.map(str::to_owned))));
        }
        sum
    }

    #[test]
    fn sums_tell_rows_apart_and_not_their_order() {
        let (one, other) = ([Some("a"), Some("bc")], [Some("ab"), Some("c")]);
        assert_eq!(sum(&[one, other]), sum(&[other, one]));
        assert_ne!(sum(&[one]), sum(&[other]));
        assert_ne!(sum(&[[None, Some("")]]), sum(&[[Some(""), None]]));
        assert_ne!(sum(&[one, one]), sum(&[one]));
    }
}
