//! Support requests: kept here, and carried on by mail or by copy.

use api::audit_event::Event;
use api::connection::ListError;
use api::support_request::{Create, CreateSupportRequest, List, SupportRequest, View, ViewError};
use api::{Page, Permission, SupportRequestId};

use crate::http::{Call, Cx, Failure, Outcome};
use crate::store::support_request as requests;
use crate::store::user::User;
use crate::{audit, connection_draft, page, random};

/// Lists the tenant's support requests, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<SupportRequestId>(&call.query).ok_or_else(unknown)?;
    let user = cx.user()?;
    let mut db = cx.app.store.read().await?;
    let found = requests::list(&mut db, &user.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (items, next) = part.cut(found.ok_or_else(unknown)?, |request| request.id.to_string());
    let items = items.into_iter().map(|request| show(user, request)).collect();
    Ok(Page { items, next }.into())
}

/// Shows one.
pub async fn view(cx: Cx, call: Call<View>) -> Outcome<View> {
    let user = cx.user()?;
    let mut db = cx.app.store.read().await?;
    let found = requests::find(&mut db, &user.tenant, &call.path).await?;
    Ok(show(user, found.ok_or(Failure::Refused(ViewError::UnknownSupportRequest))?).into())
}

/// Keeps a new one, with the diagnostics of the draft that it is about.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let (app, user) = (&cx.app, cx.user()?);
    let CreateSupportRequest { subject, message, draft } = call.body.parse().map_err(Failure::Refused)?;
    let draft = match &draft {
        Some(draft) => connection_draft::find(app, user, draft).await?,
        None => None,
    };
    let request = SupportRequest {
        id: SupportRequestId::from_random(random::bytes()?),
        subject,
        message,
        diagnostics: draft.map(|draft| connection_draft::diagnosis_of(app, &draft)).unwrap_or_default(),
        created_by: user.email.clone(),
        created_at: app.clock.now(),
    };
    let (mut db, user) = cx.turn::<Create>().await?;
    requests::insert(&mut db, &user.tenant, &request).await?;
    let event = Event::SupportRequested { support_request: request.id.clone() };
    audit::record(app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(show(&user, request).into())
}

/// A request as this user may see it.
fn show(user: &User, request: SupportRequest) -> SupportRequest {
    if user.has_any(Permission::CONNECTS) {
        return request;
    }
    SupportRequest { diagnostics: connection_draft::diagnosis_without_key(&request.diagnostics), ..request }
}
