//! Users: managed by those who may, and added by the operator on the command line.

pub(crate) mod leaving;

use api::audit_event::{Event, UserState};
use api::connection::ListError;
use api::sign_in_rule::SecondFactorRule;
use api::user::{Delete, DeleteError, EndSessions, EndSessionsError, List, Update, UpdateError};
use api::{Email, Nothing, Page, Password, Permission, TenantId, UserId};
use sqlx::AnyConnection;

use crate::app::App;
use crate::audit::{self, Who};
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::store::person::{self, Person};
use crate::store::user::User;
use crate::{page, password, random, store};

/// Lists the people of the tenant.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let user = cx.user()?;
    let part = page::part::<UserId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = person::list(&mut db, &user.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (found, next) = part.cut(found.ok_or_else(unknown)?, |person| person.id.to_string());
    Ok(Page { items: found.into_iter().map(|person| shown(person, user)).collect(), next }.into())
}

/// Changes what a person may do, and whether they can sign in. It holds from the next request on: every request reads
/// what its user may do. Whoever can no longer sign in has no session left.
pub async fn update(cx: Cx, call: Call<Update>) -> Outcome<Update> {
    let (mut db, user) = cx.turn::<Update>().await?;
    let found = person::find(&mut db, &user.tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(UpdateError::UnknownUser))?;
    let before = state(&found);
    let permissions = in_order(&call.body.permissions);
    // The next sign-on would take back what is given here.
    let follows = found.signs_on && cx.app.settings.permissions_follow_groups();
    if follows && permissions != found.permissions {
        return Err(Failure::Refused(UpdateError::FollowsGroups));
    }
    let stays = call.body.active && permissions.contains(&Permission::UsersManager);
    if !stays && is_last_manager(&cx.app, &mut db, &user.tenant, &found.id).await? {
        return Err(Failure::Refused(UpdateError::LastUsersManager));
    }
    let deactivated_at = match call.body.active {
        true => None,
        false => found.deactivated_at.or(Some(cx.app.clock.now())),
    };
    let changed = Person { permissions, deactivated_at, ..found };
    person::update(&mut db, &user.tenant, &changed).await?;
    if changed.deactivated_at.is_some() {
        store::session::delete_of(&mut db, &changed.id, None).await?;
    }
    let event = Event::UserChanged { user: changed.id.clone(), before, after: state(&changed) };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    let of = (&user.tenant, &changed.id, &changed.email);
    let may = if changed.deactivated_at.is_none() { changed.permissions.as_slice() } else { &[] };
    let left = leaving::withdraw(&cx.app, &mut db, &cx.who()?, of, may).await?;
    db.commit().await?;
    left.end(&cx.app).await?;
    Ok(shown(changed, &user).into())
}

/// Removes a person. Whoever is not there is gone already.
pub async fn delete(cx: Cx, call: Call<Delete>) -> Outcome<Delete> {
    let (mut db, user) = cx.turn::<Delete>().await?;
    if let Some(found) = person::find(&mut db, &user.tenant, &call.path).await? {
        if is_last_manager(&cx.app, &mut db, &user.tenant, &found.id).await? {
            return Err(Failure::Refused(DeleteError::LastUsersManager));
        }
        store::session::delete_of(&mut db, &found.id, None).await?;
        store::api_token::delete_of(&mut db, (&user.tenant, &found.id)).await?;
        store::second_factor::remove(&mut db, (&user.tenant, &found.id)).await?;
        store::notification::forget(&mut db, (&user.tenant, &found.id)).await?;
        store::access_request::forget(&mut db, (&user.tenant, &found.id), None).await?;
        store::sign_on::forget(&mut db, (&user.tenant, &found.id)).await?;
        person::remove(&mut db, &user.tenant, &found.id, cx.app.clock.now()).await?;
        let event = Event::UserRemoved { before: state(&found), user: found.id.clone() };
        audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
        let of = (&user.tenant, &found.id, &found.email);
        let left = leaving::withdraw(&cx.app, &mut db, &cx.who()?, of, &[]).await?;
        db.commit().await?;
        left.end(&cx.app).await?;
    }
    Ok(Nothing {}.into())
}

/// Ends a person's sessions.
pub async fn end_sessions(cx: Cx, call: Call<EndSessions>) -> Outcome<EndSessions> {
    let (mut db, user) = cx.turn::<EndSessions>().await?;
    let found = person::find(&mut db, &user.tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(EndSessionsError::UnknownUser))?;
    store::session::delete_of(&mut db, &found.id, None).await?;
    let event = Event::SessionsEnded { user: found.id };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// Permissions each once, in the order in which they are shown.
pub(crate) fn in_order(permissions: &[Permission]) -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|permission| permissions.contains(permission)).collect()
}

/// Whether this is the only one who can sign in and manage users. Asked in the transaction that changes it: there is one
/// writer at a time, so that two cannot lock each other out.
async fn is_last_manager(
    app: &App,
    db: &mut AnyConnection,
    tenant: &TenantId,
    user: &UserId,
) -> sqlx::Result<bool> {
    let managers = person::active_with(db, tenant, Permission::UsersManager).await?;
    // Of those whom nothing lets in any more, such as with a password where passwords are off, none is left for the others.
    let lets_in = |person: &&Person| match person.signs_on {
        true => app.sign_on.is_some(),
        false => app.settings.takes_password_of(Some(&person.email)),
    };
    let others = managers.iter().filter(lets_in).any(|person| person.id != *user);
    Ok(!others && managers.iter().any(|person| person.id == *user))
}

fn state(person: &Person) -> UserState {
    UserState { permissions: person.permissions.clone(), active: person.deactivated_at.is_none() }
}

fn shown(person: Person, caller: &User) -> api::user::User {
    api::user::User {
        you: person.id == caller.id,
        active: person.deactivated_at.is_none(),
        signs_on: person.signs_on,
        id: person.id,
        email: person.email,
        permissions: person.permissions,
        created_at: person.created_at,
    }
}

/// A user to be.
pub struct NewUser {
    /// The address to sign in with.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// What the user may do.
    pub permissions: Vec<Permission>,
    /// The name of the company, for the case that this is the first user.
    pub tenant_name: String,
}

/// Why there is no such user now.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The address is taken.
    #[error("there is a user with the address {0} already; choose another address")]
    Taken(Email),
    /// A fault.
    #[error("the user could not be added: {0}")]
    Fault(#[from] Fault),
}

/// Adds a user to the installation's tenant, which is made when there is none. The server may be running meanwhile.
pub async fn add(app: &App, new: NewUser) -> Result<UserId, AddError> {
    let password_hash = password::hash(&new.password).map_err(fault)?;
    let now = app.clock.now();
    let mut db = app.store.write().await.map_err(fault)?;
    if store::user::tenant_of(&mut db, &new.email).await.map_err(fault)?.is_some() {
        return Err(AddError::Taken(new.email));
    }
    let (tenant, tenant_name) = match store::tenant::first(&mut db).await.map_err(fault)? {
        Some(first) => first,
        None => {
            let tenant = TenantId::from_random(random::bytes().map_err(fault)?);
            store::tenant::insert(&mut db, &tenant, &new.tenant_name, now).await.map_err(fault)?;
            (tenant, new.tenant_name)
        }
    };
    let id = UserId::from_random(random::bytes().map_err(fault)?);
    let user = User {
        id,
        tenant,
        tenant_name,
        email: new.email,
        permissions: new.permissions,
        has_password: true,
        has_second_factor: false,
        second_factor_rule: SecondFactorRule::Nobody,
    };
    store::user::insert(&mut db, &user, &password_hash, now).await.map_err(fault)?;
    let (id, email, permissions) = (user.id.clone(), user.email, user.permissions);
    let event = Event::UserAdded { user: id, email, permissions };
    audit::record(app, &mut db, &Who::operator(user.tenant), event).await.map_err(fault)?;
    db.commit().await.map_err(fault)?;
    Ok(user.id)
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> AddError {
    AddError::Fault(Box::new(error))
}
