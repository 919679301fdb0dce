//! What goes with a permission: whoever may no longer manage people has invited nobody, and whoever may no longer connect
//! has no key here that waits to be finished. In the transaction that takes the permission.

use api::audit_event::Event;
use api::{ConnectionDraftId, Email, Permission, TenantId, UserId};
use sqlx::AnyConnection;

use crate::app::App;
use crate::audit::{self, Unrecorded, Who};
use crate::connection_draft;
use crate::store::connection_draft as drafts;
use crate::store::invitation as invitations;

/// Drafts whose keys are destroyed once the transaction is committed: see [`Left::end`].
#[must_use]
pub(crate) struct Left(Vec<ConnectionDraftId>);

/// Withdraws what somebody may no longer answer for who may do this from here on: nothing, when they cannot sign in.
pub(crate) async fn withdraw(
    app: &App,
    db: &mut AnyConnection,
    who: &Who,
    (tenant, id, email): (&TenantId, &UserId, &Email),
    may: &[Permission],
) -> Result<Left, Unrecorded> {
    let lacks = |needs: &[Permission]| !needs.iter().any(|permission| may.contains(permission));
    if lacks(Permission::MANAGES_USERS) {
        for invitation in invitations::made_by(db, tenant, email).await? {
            invitations::delete(db, tenant, &invitation).await?;
            audit::record(app, db, who, Event::InvitationWithdrawn { invitation }).await?;
        }
    }
    let mut left = Vec::new();
    if lacks(Permission::CONNECTS) {
        for draft in drafts::unfinished(db, (tenant, id)).await? {
            connection_draft::destroy(db, &draft).await?;
            let destroyed = Event::KeyDestroyed { draft: draft.id.clone(), connection: draft.connection };
            audit::record(app, db, who, destroyed).await?;
            left.push(draft.id);
        }
    }
    Ok(Left(left))
}

impl Left {
    /// Ends the tests of what was destroyed, and empties the log of changes of the keys. Call it after the commit: whoever
    /// waits for a test finds no draft any more.
    pub(crate) async fn end(self, app: &App) -> sqlx::Result<()> {
        for draft in &self.0 {
            app.tests.abort(draft.as_str());
        }
        if self.0.is_empty() { Ok(()) } else { app.store.checkpoint().await }
    }
}
