//! Saved reports: everybody has his own, sees those that are shared, and changes none but his own.

use api::audit_event::{Event, ReportState};
use api::connection::ListError;
use api::saved_report::{
    Create, CreateError, Delete, DeleteError, Draft, List, MOST_REPORTS, SavedReport, Show, Update,
    UpdateError, ViewError,
};
use api::{Nothing, Page, Permission, SavedReportId};

use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::store::saved_report as reports;
use crate::store::user::User;
use crate::{page, random};

/// Lists the user's reports and those that are shared, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let user = cx.user()?;
    let part = page::part::<SavedReportId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = reports::list(&mut db, (&user.tenant, &user.id), part.after.as_ref(), part.limit + 1).await?;
    let (found, next) = part.cut(found.ok_or_else(unknown)?, |report| report.id.to_string());
    Ok(Page { items: found.into_iter().map(|report| shown(report, user)).collect(), next }.into())
}

/// Shows one.
pub async fn show(cx: Cx, call: Call<Show>) -> Outcome<Show> {
    let user = cx.user()?;
    let mut db = cx.app.store.read().await?;
    let found = reports::find(&mut db, (&user.tenant, &user.id), &call.path).await?;
    Ok(shown(found.ok_or(Failure::Refused(ViewError::UnknownReport))?, user).into())
}

/// Keeps a new one.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let (app, user, now) = (&cx.app, cx.user()?, cx.app.clock.now());
    let unfit = |issues| Failure::Refused(CreateError::Unfit { issues });
    let name = call.body.parse(app.clock.today()).map_err(unfit)?;
    let Draft { sharing, definition, .. } = call.body;
    let report = reports::SavedReport {
        id: SavedReportId::from_random(random::bytes()?),
        owner: user.id.clone(),
        owner_email: user.email.clone(),
        name,
        sharing,
        definition,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let (mut db, user) = cx.turn::<Create>().await?;
    if reports::count_of(&mut db, &user.tenant, &user.id).await? >= MOST_REPORTS {
        return Err(Failure::Refused(CreateError::TooMany));
    }
    reports::insert(&mut db, &user.tenant, &report).await?;
    let event = Event::ReportCreated { report: report.id.clone(), after: state(&report) };
    audit::record(app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(shown(report, &user).into())
}

/// Puts a changed report in place of the version that was read.
pub async fn update(cx: Cx, call: Call<Update>) -> Outcome<Update> {
    let app = &cx.app;
    let (mut db, user) = cx.turn::<Update>().await?;
    let found = reports::find(&mut db, (&user.tenant, &user.id), &call.path).await?;
    let found = found.ok_or(Failure::Refused(UpdateError::UnknownReport))?;
    if found.owner != user.id {
        return Err(Failure::Refused(UpdateError::NotYours));
    }
    if found.version != call.body.version {
        return Err(Failure::Refused(UpdateError::Changed { version: found.version }));
    }
    let unfit = |issues| Failure::Refused(UpdateError::Unfit { issues });
    let name = call.body.parse(app.clock.today()).map_err(unfit)?;
    let Draft { sharing, definition, .. } = call.body.report;
    let before = state(&found);
    let version = found.version.saturating_add(1);
    let changed =
        reports::SavedReport { name, sharing, definition, version, updated_at: app.clock.now(), ..found };
    // The transaction holds the right to write, so that nobody else has changed it since it was found.
    if !reports::update(&mut db, &user.tenant, &changed).await? {
        return Err(Failure::Refused(UpdateError::UnknownReport));
    }
    let event = Event::ReportChanged { report: changed.id.clone(), before, after: state(&changed) };
    audit::record(app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(shown(changed, &user).into())
}

/// Removes one. What is not there, or not seen, is gone already.
pub async fn delete(cx: Cx, call: Call<Delete>) -> Outcome<Delete> {
    let (mut db, user) = cx.turn::<Delete>().await?;
    let found = reports::find(&mut db, (&user.tenant, &user.id), &call.path).await?;
    if let Some(found) = found {
        if found.owner != user.id && !user.has_any(Permission::MANAGES_ANALYTICS) {
            return Err(Failure::Refused(DeleteError::NotYours));
        }
        reports::delete(&mut db, (&user.tenant, &found.owner), &found.id).await?;
        let event = Event::ReportRemoved { before: state(&found), report: found.id };
        audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    }
    db.commit().await?;
    Ok(Nothing {}.into())
}

fn state(report: &reports::SavedReport) -> ReportState {
    ReportState { name: report.name.clone(), sharing: report.sharing, version: report.version }
}

/// A report as this user sees it.
fn shown(report: reports::SavedReport, user: &User) -> SavedReport {
    SavedReport {
        mine: report.owner == user.id,
        id: report.id,
        name: report.name,
        owner: report.owner_email,
        sharing: report.sharing,
        definition: report.definition,
        version: report.version,
        created_at: report.created_at,
        updated_at: report.updated_at,
    }
}
