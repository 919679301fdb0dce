//! Usage of text generation in the store.

use api::{ConnectionId, Day, TenantId};
use openai::usage::Completions;
use sqlx::AnyConnection;

use super::column;
use crate::import::plan::Window;

/// Rows that are inserted with one statement.
const BATCH: usize = 64;
const COLUMNS: usize = 24;

/// Puts rows in place of whatever the window had.
pub async fn replace(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
    usage: &[&(Day, Completions)],
) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM completion_usage WHERE tenant_id = $1 AND connection_id = $2 AND day >= $3 AND day < $4",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(window.start.number())
    .bind(window.end.number())
    .execute(&mut *db)
    .await?;
    for batch in usage.chunks(BATCH) {
        let sql = format!(
            "INSERT INTO completion_usage (tenant_id, connection_id, day, project_id, user_id, api_key_id, model, batch, \
             service_tier, requests, input_tokens, output_tokens, input_cached_tokens, input_cache_write_tokens, \
             input_uncached_tokens, input_text_tokens, output_text_tokens, input_cached_text_tokens, \
             input_audio_tokens, input_cached_audio_tokens, output_audio_tokens, input_image_tokens, \
             input_cached_image_tokens, output_image_tokens) VALUES {}",
            column::placeholders(batch.len(), COLUMNS)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for &(day, row) in batch {
            query = query
                .bind(tenant.as_str())
                .bind(connection.as_str())
                .bind(day.number())
                .bind(row.project_id.as_deref())
                .bind(row.user_id.as_deref())
                .bind(row.api_key_id.as_deref())
                .bind(row.model.as_deref())
                .bind(row.batch.map(i64::from))
                .bind(row.service_tier.as_deref())
                .bind(count(row.num_model_requests))
                .bind(count(row.input_tokens))
                .bind(count(row.output_tokens));
            for measure in [
                row.input_cached_tokens,
                row.input_cache_write_tokens,
                row.input_uncached_tokens,
                row.input_text_tokens,
                row.output_text_tokens,
                row.input_cached_text_tokens,
                row.input_audio_tokens,
                row.input_cached_audio_tokens,
                row.output_audio_tokens,
                row.input_image_tokens,
                row.input_cached_image_tokens,
                row.output_image_tokens,
            ] {
                query = query.bind(measure.map(count));
            }
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}

/// Databases count to 2^63.
fn count(measure: u64) -> i64 {
    i64::try_from(measure).unwrap_or(i64::MAX)
}
