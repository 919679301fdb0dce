//! Asking for a permission that is missing, and deciding it.

use api::access_request::{
    AccessRequest, Create, CreateError, DecideError, Decline, Grant, LONGEST_NOTE, List, Own, OwnRequests,
    RequestState,
};
use api::audit_event::{Event, UserState};
use api::connection::ListError;
use api::{AccessRequestId, Endpoint, FieldError, Page};

use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome, Reply};
use crate::store::access_request as requests;
use crate::store::person::{self, Person};
use crate::{page, random, user};

/// Lists the open requests.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<AccessRequestId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = requests::open(&mut db, &cx.user()?.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (items, next) = part.cut(found.ok_or_else(unknown)?, |request| request.id.to_string());
    Ok(Page { items, next }.into())
}

/// Lists the caller's own.
pub async fn own(cx: Cx, _: Call<Own>) -> Outcome<Own> {
    let user = cx.user()?;
    let items = requests::of_user(&mut *cx.app.store.read().await?, (&user.tenant, &user.id)).await?;
    Ok(OwnRequests { items, next: None }.into())
}

/// Asks.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let app = &cx.app;
    let note = note(&call.body.note).map_err(Failure::Refused)?;
    let permission = call.body.permission;
    let (mut db, user) = cx.turn::<Create>().await?;
    let who = (&user.tenant, &user.id);
    // Somebody may have given it a moment ago.
    if user.permissions.contains(&permission) {
        return Err(Failure::Refused(CreateError::HasPermission));
    }
    let before = requests::of_user(&mut db, who).await?;
    let is_open =
        |request: &AccessRequest| request.permission == permission && request.state == RequestState::Open;
    if before.iter().any(is_open) {
        return Err(Failure::Refused(CreateError::AskedAlready));
    }
    let request = AccessRequest {
        id: AccessRequestId::from_random(random::bytes()?),
        user: user.id.clone(),
        email: user.email.clone(),
        permission,
        note,
        state: RequestState::Open,
        created_at: app.clock.now(),
        decided_at: None,
    };
    requests::forget(&mut db, who, Some(permission)).await?;
    requests::insert(&mut db, &user.tenant, &request).await?;
    let asked = Event::AccessRequested { access_request: request.id.clone(), permission };
    audit::record(app, &mut db, &cx.who()?, asked).await?;
    db.commit().await?;
    Ok(request.into())
}

/// Gives what is asked for.
pub async fn grant(cx: Cx, call: Call<Grant>) -> Outcome<Grant> {
    decide::<Grant>(&cx, &call.path, RequestState::Granted).await
}

/// Does not give it.
pub async fn decline(cx: Cx, call: Call<Decline>) -> Outcome<Decline> {
    decide::<Decline>(&cx, &call.path, RequestState::Declined).await
}

async fn decide<E>(
    cx: &Cx,
    id: &AccessRequestId,
    state: RequestState,
) -> Result<Reply<AccessRequest>, Failure<DecideError>>
where
    E: Endpoint<Error = DecideError>,
{
    let (app, tenant) = (&cx.app, &cx.user()?.tenant);
    let unknown = || Failure::Refused(DecideError::UnknownAccessRequest);
    let (mut db, _) = cx.turn::<E>().await?;
    let request = requests::find(&mut db, tenant, id).await?.ok_or_else(unknown)?;
    if request.state != RequestState::Open {
        let same = request.state == state;
        return if same { Ok(request.into()) } else { Err(Failure::Refused(DecideError::DecidedOtherwise)) };
    }
    let (access_request, permission, user) = (id.clone(), request.permission, request.user.clone());
    let event = if state == RequestState::Granted {
        let found = person::find(&mut db, tenant, &request.user).await?.ok_or_else(unknown)?;
        if found.signs_on && app.settings.permissions_follow_groups() {
            return Err(Failure::Refused(DecideError::FollowsGroups));
        }
        let active = found.deactivated_at.is_none();
        let before = UserState { permissions: found.permissions.clone(), active };
        let permissions = user::in_order(&[found.permissions.as_slice(), &[permission]].concat());
        let after = UserState { permissions: permissions.clone(), active };
        person::update(&mut db, tenant, &Person { permissions, ..found }).await?;
        Event::AccessGranted { access_request, user, before, after }
    } else {
        Event::AccessDeclined { access_request, user, permission }
    };
    let now = app.clock.now();
    requests::decide(&mut db, tenant, id, (state, now)).await?;
    audit::record(app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(AccessRequest { state, decided_at: Some(now), ..request }.into())
}

/// Line breaks may stand in a note; other control characters cannot be shown.
fn note(text: &str) -> Result<String, CreateError> {
    let note = text.trim();
    let issue = if note.chars().count() > LONGEST_NOTE {
        "Use at most 500 characters."
    } else if note.chars().any(|c| c.is_control() && c != '\n') {
        "Use no control characters."
    } else {
        return Ok(note.to_owned());
    };
    let issues = vec![FieldError { field: "note".into(), issue: issue.into() }];
    Err(CreateError::Unfit { issues })
}
