//! The caller's own sessions.

use api::Nothing;
use api::audit_event::Event;
use api::own_session::{Delete, DeleteOthers, List, OwnSessions};

use crate::audit;
use crate::http::{Call, Cx, Outcome};
use crate::session::{IDLE, Token};
use crate::store;

/// Lists where the caller is signed in.
pub async fn list(cx: Cx, _: Call<List>) -> Outcome<List> {
    let (user, now) = (cx.user()?, cx.app.clock.now());
    let current = cx.token.as_ref().map(Token::hash).unwrap_or_default();
    let mut db = cx.app.store.read().await?;
    let items = store::session::list(&mut db, &user.id, &current, (now, now.plus_seconds(-IDLE))).await?;
    Ok(OwnSessions { items }.into())
}

/// Ends all but this one.
pub async fn delete_others(cx: Cx, _: Call<DeleteOthers>) -> Outcome<DeleteOthers> {
    let (mut db, user) = cx.turn::<DeleteOthers>().await?;
    let current = cx.token.as_ref().map(Token::hash);
    store::session::delete_of(&mut db, &user.id, current.as_deref()).await?;
    let ended = Event::SessionsEnded { user: user.id };
    audit::record(&cx.app, &mut db, &cx.who()?, ended).await?;
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// Ends one.
pub async fn delete(cx: Cx, call: Call<Delete>) -> Outcome<Delete> {
    let (mut db, user) = cx.turn::<Delete>().await?;
    if store::session::delete_one(&mut db, &user.id, &call.path).await? {
        let ended = Event::SessionEnded { user: user.id };
        audit::record(&cx.app, &mut db, &cx.who()?, ended).await?;
    }
    db.commit().await?;
    Ok(Nothing {}.into())
}
