//! Which accounts a question is about: all of the tenant's, or those that it names.

use api::{ConnectionId, TenantId};
use sqlx::AnyConnection;

use crate::store::connection;

/// The accounts that are named, all of the tenant's when none is. None when one of them is not the tenant's.
pub(crate) async fn asked(
    db: &mut AnyConnection,
    tenant: &TenantId,
    named: &[ConnectionId],
) -> sqlx::Result<Option<Vec<ConnectionId>>> {
    let mut own = connection::ids(db, tenant).await?;
    own.sort_unstable();
    if !named.iter().all(|named| own.contains(named)) {
        return Ok(None);
    }
    if !named.is_empty() {
        own.retain(|connection| named.contains(connection));
    }
    Ok(Some(own))
}
