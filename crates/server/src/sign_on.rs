//! Signing on with the company's own provider. What the provider answers is verified in the crate `oidc`; here is who that
//! is, and that each return is taken once and by the browser that departed.

pub(crate) mod cookie;
mod person;

use api::audit_event::Event;
use api::sign_on::{
    Arrival, ArriveError, Begin, DepartError, Departure, Finish, Return, SignOn as Offer, View,
};
use api::{SecretText, TenantId};
use http::header::SET_COOKIE;
use oidc::{Fault as NotBelieved, Handshake, Identity, Provider, Returned};

use crate::app::App;
use crate::audit::{self, Who};
use crate::http::{Call, Cx, Failure, Outcome, Reply, peer};
use crate::session::{self, token};
use crate::settings::SignOn;
use crate::store::{self, sign_on as departures};
use crate::user::leaving;
use person::Found;

/// How long a browser may be away, in seconds: long enough for a password and a second factor at the provider.
pub const AWAY: i64 = 600;
/// How many browsers of one network may depart in that time: an office signs on in the morning, a stranger does not fill
/// the store.
pub const MOST_AWAY: i64 = 200;

/// Says how people come in.
pub async fn view(cx: Cx, _: Call<View>) -> Outcome<View> {
    let ours = cx.app.settings.sign_on.as_ref();
    let passwords = ours.is_none_or(|ours| ours.break_glass.is_none());
    Ok(Offer { provider: ours.map(|ours| ours.name.clone()), passwords }.into())
}

/// Sends a browser to the provider.
pub async fn begin(cx: Cx, call: Call<Begin>) -> Outcome<Begin> {
    let app = &cx.app;
    let (provider, _) = configured(app).ok_or(Failure::Refused(DepartError::NoProvider))?;
    let (network, now) = (peer::network(cx.peer).to_string(), app.clock.now());
    let secret = cookie::secret()?;
    let handshake = Handshake::new(secret.clone());
    if departures::departed(&mut *app.store.read().await?, &network, now).await? >= MOST_AWAY {
        let retry_after_seconds = u32::try_from(AWAY).unwrap_or(u32::MAX);
        return Err(Failure::Refused(DepartError::TooManyAttempts { retry_after_seconds }));
    }
    let location = provider.departure(&handshake).await.map_err(|fault| {
        tracing::error!(%fault, "nobody can sign on");
        Failure::Refused(DepartError::ProviderUnavailable)
    })?;
    let state_hash = token::hash(&handshake.state());
    let mut db = app.store.write().await?;
    departures::depart(&mut db, &state_hash, &network, &call.body.back, (now, now.plus_seconds(AWAY)))
        .await?;
    db.commit().await?;
    let cookie = cookie::set(&secret).map_err(|error| Failure::Broken(Box::new(error)))?;
    Ok(Reply::from(Departure { location }).with_header(SET_COOKIE, cookie))
}

/// Takes a browser's return: once, from the browser that departed, and only what is verified.
pub async fn finish(cx: Cx, call: Call<Finish>) -> Outcome<Finish> {
    let app = &cx.app;
    let (provider, ours) = configured(app).ok_or(Failure::Refused(ArriveError::NoProvider))?;
    let unknown = || Failure::Refused(ArriveError::UnknownDeparture);
    let too_many =
        |retry_after_seconds| Failure::Refused(ArriveError::TooManyAttempts { retry_after_seconds });
    // Each refusal is a row of the company's log, which a stranger's returns are not to fill. By departure, so that an office
    // that signs on in the morning is counted by its failures alone.
    let state_hash = token::hash(&call.body.state);
    let attempt = app.attempts.begin(&state_hash, cx.peer).map_err(too_many)?;
    let mut db = app.store.write().await?;
    let (tenant, tenant_name) = store::tenant::first(&mut db).await?.ok_or_else(unknown)?;
    let departed = departures::take(&mut db, &state_hash, app.clock.now()).await?;
    // A state that nobody departed with is anybody's: the log of the company is not theirs to fill.
    let Some(departed) = departed else {
        tracing::warn!(peer = %cx.peer, "a return that nobody departed for was refused");
        return Err(unknown());
    };
    let own = cx.departure.as_ref().filter(|handshake| handshake.state() == call.body.state);
    let reason = match own {
        _ if departed.used => Some("return_replayed"),
        None => Some("return_of_other_browser"),
        Some(_) => None,
    };
    if let Some(reason) = reason {
        let refused = Event::SignOnRefused { reason: reason.into() };
        audit::record(app, &mut db, &nobody(&cx, &tenant), refused).await?;
        db.commit().await?;
        return Err(unknown());
    }
    // From here on the departure is used, whatever comes of it.
    db.commit().await?;
    let handshake = own.ok_or_else(unknown)?;
    let identity = match verify(app, provider, handshake, call.body).await {
        Ok(identity) => identity,
        Err(fault) => {
            tracing::warn!(peer = %cx.peer, %fault, "signing on was refused");
            refuse(&cx, &nobody(&cx, &tenant), fault.slug()).await?;
            return Err(Failure::Refused(refusal(fault)));
        }
    };
    let mut db = app.store.write().await?;
    let place = (tenant.clone(), tenant_name);
    let (who, reason, refusal) = match person::find(app, &mut db, ours, place, &identity).await? {
        Found::Welcome(user, before) => {
            let after = person::state(&user.permissions);
            let who = Who::user(&user, cx.request.clone());
            audit::record(app, &mut db, &who, Event::SignedOn { before, after }).await?;
            let of = (&user.tenant, &user.id, &user.email);
            let left = leaving::withdraw(app, &mut db, &who, of, &user.permissions).await?;
            if let Some(token) = &cx.token {
                store::session::delete(&mut db, &token.hash()).await?;
            }
            let Reply { value, headers } = session::start(&cx, &mut db, user).await?;
            db.commit().await?;
            left.end(app).await?;
            attempt.succeeded();
            let arrival = Arrival { session: value, back: departed.back };
            return Ok(Reply { value: arrival, headers }.with_header(SET_COOKIE, cookie::removal()));
        }
        Found::Deactivated(user) => {
            (Who::user(&user, cx.request.clone()), "deactivated", ArriveError::Deactivated)
        }
        Found::NoAddress => (nobody(&cx, &tenant), "no_address", ArriveError::NoAddress),
        Found::AddressTaken => (nobody(&cx, &tenant), "address_taken", ArriveError::AddressTaken),
    };
    drop(db);
    refuse(&cx, &who, reason).await?;
    Err(Failure::Refused(refusal))
}

fn configured(app: &App) -> Option<(&Provider, &SignOn)> {
    app.sign_on.as_ref().zip(app.settings.sign_on.as_ref())
}

async fn verify(
    app: &App,
    provider: &Provider,
    handshake: &Handshake,
    body: Return,
) -> Result<Identity, NotBelieved> {
    let code = body.code.as_ref().map(SecretText::expose).map(str::to_owned);
    let returned = Returned { code, issuer: body.iss, error: body.error };
    provider.arrival(handshake, &returned, app.clock.now().unix_seconds()).await
}

/// Records that nobody was signed on.
async fn refuse<E>(cx: &Cx, who: &Who, reason: &str) -> Result<(), Failure<E>> {
    let mut db = cx.app.store.write().await?;
    let refused = Event::SignOnRefused { reason: reason.into() };
    audit::record(&cx.app, &mut db, who, refused).await?;
    Ok(db.commit().await?)
}

/// Whoever came back.
fn nobody(cx: &Cx, tenant: &TenantId) -> Who {
    Who::stranger(tenant.clone(), cx.request.clone())
}

/// What the user is told. Why exactly is in the audit log: a stranger learns nothing from it.
fn refusal(fault: NotBelieved) -> ArriveError {
    match fault {
        NotBelieved::Unreachable
        | NotBelieved::NotUnderstood
        | NotBelieved::OtherIssuer
        | NotBelieved::InsecureAddress => ArriveError::ProviderUnavailable,
        NotBelieved::Denied => ArriveError::Denied,
        _ => ArriveError::NotBelieved,
    }
}
