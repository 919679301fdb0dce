//! Who somebody whom the provider has signed on is here: the person of its name for them, or a new one.

use api::audit_event::UserState;
use api::sign_in_rule::SecondFactorRule;
use api::{Email, Permission, TenantId, UserId};
use oidc::Identity;
use sqlx::AnyConnection;

use crate::app::App;
use crate::http::Fault;
use crate::random;
use crate::settings::SignOn;
use crate::store::person::{self, Person};
use crate::store::user::User;
use crate::store::{self, sign_on as departures};

/// What came of looking.
pub(super) enum Found {
    /// Somebody who may come in, and what they could do before; nothing at the first time.
    Welcome(User, Option<UserState>),
    /// Somebody who was deactivated.
    Deactivated(User),
    /// The provider tells no address that can be one.
    NoAddress,
    /// Somebody else has the address. Nobody is recognized by an address: it may have passed to another person.
    AddressTaken,
}

/// Finds or makes the person. Permissions follow the groups where the settings say what groups may do.
pub(super) async fn find(
    app: &App,
    db: &mut AnyConnection,
    ours: &SignOn,
    (tenant, tenant_name): (TenantId, String),
    identity: &Identity,
) -> Result<Found, Fault> {
    let issuer = ours.registration.issuer.as_str();
    let name = (issuer, identity.subject.as_str());
    let email = identity.email.as_deref().and_then(|email| Email::parse(email).ok());
    let given = ours.groups.as_ref().map(|groups| groups.permissions_of(&identity.groups));
    let now = app.clock.now();
    let known = match departures::identified(db, name).await? {
        Some((tenant, id)) => person::find(db, &tenant, &id).await?.map(|person| (tenant, person)),
        None => None,
    };
    if let Some((tenant, person)) = known {
        let before = state(&person.permissions);
        let place = (tenant.clone(), tenant_name);
        if person.deactivated_at.is_some() {
            return Ok(Found::Deactivated(user(place, person)));
        }
        let email = match email {
            Some(email) if store::user::tenant_of(db, &email).await?.is_none() => email,
            // Unchanged, or another person's by now: the one of before stays.
            _ => person.email.clone(),
        };
        let permissions = given.unwrap_or_else(|| person.permissions.clone());
        let before_email = person.email.clone();
        let person = Person { email, permissions, ..person };
        person::update(db, &tenant, &person).await?;
        store::invitation::follow(db, &tenant, (&before_email, &person.email)).await?;
        return Ok(Found::Welcome(user(place, person), Some(before)));
    }
    let Some(email) = email else { return Ok(Found::NoAddress) };
    if store::user::tenant_of(db, &email).await?.is_some() {
        return Ok(Found::AddressTaken);
    }
    let permissions = given.unwrap_or_default();
    let id = UserId::from_random(random::bytes()?);
    let person = Person { id, email, permissions, created_at: now, deactivated_at: None, signs_on: true };
    let user = user((tenant, tenant_name), person);
    store::user::insert(db, &user, store::user::NO_PASSWORD, now).await?;
    departures::identify(db, name, (&user.tenant, &user.id), now).await?;
    Ok(Found::Welcome(user, None))
}

/// What somebody who can come in may do.
pub(super) fn state(permissions: &[Permission]) -> UserState {
    UserState { permissions: permissions.to_vec(), active: true }
}

/// The person as a user. Whom the tenant asks for a second factor does not matter: the provider has asked for its own.
fn user((tenant, tenant_name): (TenantId, String), person: Person) -> User {
    let Person { id, email, permissions, .. } = person;
    let second_factor_rule = SecondFactorRule::Nobody;
    let (has_password, has_second_factor) = (false, false);
    User { id, tenant, tenant_name, email, permissions, has_password, has_second_factor, second_factor_rule }
}
