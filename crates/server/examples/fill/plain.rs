//! The plain way: a row of usage is a row of a table.

use std::time::{Duration, Instant};

use api::ConnectionId;
use facts::{Dictionary, Measure, Symbol, UsageRow};
use server::store::{Store, column};

/// Rows of a statement: what a statement with more parameters gains, SQLite loses by looking them up.
const BATCH: usize = 50;
const COLUMNS: usize = 11;

/// Inserts rows into a table of their own in one transaction, and says how long that took.
pub(crate) async fn insert(
    store: &Store,
    account: &ConnectionId,
    days: &[(&Dictionary, &[UsageRow])],
) -> Duration {
    let mut db = store.write().await.unwrap();
    let create = "CREATE TABLE plain_usage (connection_id TEXT NOT NULL, start BIGINT NOT NULL, project_id TEXT, \
        api_key_id TEXT, user_id TEXT, model TEXT, batch BIGINT, service_tier TEXT, requests BIGINT NOT NULL, \
        input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL)";
    sqlx::query(create).execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
    let begun = Instant::now();
    let mut db = store.write().await.unwrap();
    for (texts, rows) in days {
        let text = |symbol: Symbol| texts.text(symbol);
        for batch in rows.chunks(BATCH) {
            let sql =
                format!("INSERT INTO plain_usage VALUES {}", column::placeholders(batch.len(), COLUMNS));
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for row in batch {
                let told = |measure| i64::try_from(row.measures.or_zero(measure)).unwrap();
                query = query
                    .bind(account.as_str())
                    .bind(row.start)
                    .bind(text(row.project))
                    .bind(text(row.api_key))
                    .bind(text(row.user))
                    .bind(text(row.model))
                    .bind(row.batch.map(i64::from))
                    .bind(text(row.service_tier))
                    .bind(told(Measure::Requests))
                    .bind(told(Measure::InputTokens))
                    .bind(told(Measure::OutputTokens));
            }
            query.execute(&mut *db).await.unwrap();
        }
    }
    db.commit().await.unwrap();
    let took = begun.elapsed();
    let mut db = store.write().await.unwrap();
    sqlx::query("DROP TABLE plain_usage").execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
    took
}
