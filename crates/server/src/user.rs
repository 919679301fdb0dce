//! Users that the operator adds on the command line.

use api::{Email, Password, Permission, TenantId, UserId};

use crate::app::App;
use crate::http::Fault;
use crate::store::user::User;
use crate::{password, random, store};

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
    if store::user::with_email(&mut db, &new.email).await.map_err(fault)?.is_some() {
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
    let user = User { id, tenant, tenant_name, email: new.email, permissions: new.permissions };
    store::user::insert(&mut db, &user, &password_hash, now).await.map_err(fault)?;
    db.commit().await.map_err(fault)?;
    Ok(user.id)
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> AddError {
    AddError::Fault(Box::new(error))
}
