//! Which accounts a question is about: all of the tenant's, or those that it names.

use api::{ConnectionId, TenantId};
use sqlx::AnyConnection;

use crate::store::connection;

/// The accounts that are named, all of the tenant's when none is. The error of the inner result is those of them that are
/// not the tenant's.
pub(crate) async fn asked(
    db: &mut AnyConnection,
    tenant: &TenantId,
    named: &[ConnectionId],
) -> sqlx::Result<Result<Vec<ConnectionId>, Vec<ConnectionId>>> {
    let mut own = connection::ids(db, tenant).await?;
    own.sort_unstable();
    let unknown: Vec<ConnectionId> = named.iter().filter(|named| !own.contains(named)).cloned().collect();
    if !unknown.is_empty() {
        return Ok(Err(unknown));
    }
    if !named.is_empty() {
        own.retain(|connection| named.contains(connection));
    }
    Ok(Ok(own))
}
