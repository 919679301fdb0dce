//! Rename, pause and resume.

use api::ConnectionName;
use api::audit_event::{Event, NameState};
use api::connection::{ActError, Pause, Rename, RenameError, Resume};

use super::{show, transition};
use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::store::connection::{self as store, Life, LifeState};
use crate::store::{import_schedule, lease};

/// Gives a connection another name.
pub async fn rename(cx: Cx, call: Call<Rename>) -> Outcome<Rename> {
    let app = &cx.app;
    let name = ConnectionName::parse(&call.body.name)
        .map_err(|error| Failure::Refused(RenameError::UnfitName { cause: error.to_string() }))?;
    let (mut db, user) = cx.turn::<Rename>().await?;
    let found = store::find(&mut db, &user.tenant, &call.path).await?;
    let mut found = found.ok_or(Failure::Refused(RenameError::UnknownConnection))?;
    if found.name != name {
        store::rename(&mut db, (&user.tenant, &call.path), &name).await?;
        let before = NameState { name: std::mem::replace(&mut found.name, name.clone()) };
        let after = NameState { name };
        let event = Event::ConnectionRenamed { connection: call.path.clone(), before, after };
        audit::record(app, &mut db, &cx.who()?, event).await?;
    }
    let shown = show(&mut db, &user, found, app.clock.now()).await?;
    db.commit().await?;
    Ok(shown.into())
}

/// Stops the import.
pub async fn pause(cx: Cx, call: Call<Pause>) -> Outcome<Pause> {
    let app = &cx.app;
    let (mut db, user) = cx.turn::<Pause>().await?;
    let (now, of) = (app.clock.now(), (&user.tenant, &call.path));
    let found = store::find(&mut db, of.0, of.1).await?;
    let mut found = found.ok_or(Failure::Refused(ActError::UnknownConnection))?;
    match found.life.state {
        LifeState::Active => {
            found.life = Life { state: LifeState::Paused, by: user.email.clone(), at: now };
            store::note_life(&mut db, of, &found.life).await?;
            lease::revoke(&mut db, of).await?;
            transition::note(&mut db, of, now).await?;
            let event = Event::ConnectionPaused { connection: call.path.clone() };
            audit::record(app, &mut db, &cx.who()?, event).await?;
        }
        LifeState::Paused => {}
        LifeState::Disconnected => return Err(Failure::Refused(ActError::Disconnected)),
    }
    let shown = show(&mut db, &user, found, now).await?;
    db.commit().await?;
    // What is under way in this process ends now; in another one it is refused, and ends when that one notices.
    app.importer.stop(&call.path);
    Ok(shown.into())
}

/// Goes on importing.
pub async fn resume(cx: Cx, call: Call<Resume>) -> Outcome<Resume> {
    let app = &cx.app;
    let (mut db, user) = cx.turn::<Resume>().await?;
    let (now, of) = (app.clock.now(), (&user.tenant, &call.path));
    let found = store::find(&mut db, of.0, of.1).await?;
    let mut found = found.ok_or(Failure::Refused(ActError::UnknownConnection))?;
    match found.life.state {
        LifeState::Active => {}
        LifeState::Paused => {
            found.life = Life { state: LifeState::Active, by: user.email.clone(), at: now };
            store::note_life(&mut db, of, &found.life).await?;
            import_schedule::hurry(&mut db, of, now).await?;
            transition::note(&mut db, of, now).await?;
            let event = Event::ConnectionResumed { connection: call.path.clone() };
            audit::record(app, &mut db, &cx.who()?, event).await?;
        }
        LifeState::Disconnected => return Err(Failure::Refused(ActError::Disconnected)),
    }
    let shown = show(&mut db, &user, found, now).await?;
    db.commit().await?;
    app.importer.wake();
    Ok(shown.into())
}
