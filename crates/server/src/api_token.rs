//! API tokens: kept by their hash, with a part of what their owner may do.

use api::api_token::{
    ApiToken, ApiTokens, Create, CreateError, Delete, IssuedToken, List, MOST_TOKENS, PREFIX,
};
use api::audit_event::Event;
use api::{ApiTokenId, Nothing, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use sqlx::AnyConnection;
use zeroize::Zeroizing;

use crate::app::App;
use crate::audit;
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::session::{By, Signed, token};
use crate::store::api_token as tokens;
use crate::{random, read_only, user};

/// Seconds in which use is noted only once, so that not every request writes.
const TOUCH: i64 = 60;
/// How many characters are kept to recognize a token by: a few of its 43 random ones.
const START: usize = PREFIX.len() + 4;

/// Lists the caller's tokens.
pub async fn list(cx: Cx, _: Call<List>) -> Outcome<List> {
    let user = cx.user()?;
    let items = tokens::list(&mut *cx.app.store.read().await?, (&user.tenant, &user.id)).await?;
    Ok(ApiTokens { items }.into())
}

/// Makes a token.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let app = &cx.app;
    // What the token may do is a part of what its owner may do in this turn.
    let (mut db, owner) = cx.turn::<Create>().await?;
    let now = app.clock.now();
    let unfit = |issues| Failure::Refused(CreateError::Unfit { issues });
    let name = call.body.parse(&owner.permissions).map_err(unfit)?;
    let random = Zeroizing::new(random::bytes::<32>()?);
    let secret = Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random.as_slice())));
    let token = ApiToken {
        id: ApiTokenId::from_random(random::bytes()?),
        name,
        start: secret.chars().take(START).collect(),
        permissions: user::in_order(&call.body.permissions),
        read_only: call.body.read_only,
        created_at: now,
        expires_at: now.plus_seconds(i64::from(call.body.days) * 86_400),
        last_used_at: None,
    };
    if tokens::list(&mut db, (&owner.tenant, &owner.id)).await?.len() >= MOST_TOKENS {
        return Err(Failure::Refused(CreateError::TooMany));
    }
    tokens::insert(&mut db, (&owner.tenant, &owner.id), &token, &token::hash(&secret)).await?;
    let created = Event::ApiTokenCreated {
        token: token.id.clone(),
        permissions: token.permissions.clone(),
        read_only: token.read_only,
        expires_at: token.expires_at,
    };
    audit::record(app, &mut db, &cx.who()?, created).await?;
    db.commit().await?;
    Ok(IssuedToken { token, secret: secret.as_str().to_owned() }.into())
}

/// Revokes a token.
pub async fn delete(cx: Cx, call: Call<Delete>) -> Outcome<Delete> {
    let (mut db, user) = cx.turn::<Delete>().await?;
    if tokens::delete(&mut db, (&user.tenant, &user.id), &call.path).await? {
        let revoked = Event::ApiTokenRevoked { token: call.path };
        audit::record(&cx.app, &mut db, &cx.who()?, revoked).await?;
    }
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// The token that a request carries. Other schemes of the header are for a proxy before us.
pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| Zeroizing::new(token.trim().to_owned()))
}

/// Who calls with this token, if it is good. What it may do ends where its owner's permissions end.
pub(crate) async fn find(app: &App, token: &str) -> Result<Option<Signed>, Fault> {
    let (now, hash) = (app.clock.now(), token::hash(token));
    let found = tokens::with_token(&mut *app.store.read().await?, &hash, now).await?;
    let Some(found) = found else { return Ok(None) };
    if found.token.last_used_at.is_none_or(|used| used.plus_seconds(TOUCH) <= now)
        && let Some(_turn) = app.noting.begin(&hash)
    {
        let touch = async {
            let mut db = app.store.write().await?;
            tokens::touch(&mut db, (&found.owner.tenant, &found.owner.id), &found.token.id, now).await?;
            db.commit().await
        };
        read_only::tolerate(app, touch.await)?;
    }
    Ok(Some(signed(found, now)))
}

/// The same for a call that was let in before: None when the token was revoked meanwhile, or its owner deactivated.
pub(crate) async fn still(
    db: &mut AnyConnection,
    hash: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Signed>> {
    Ok(tokens::with_token(db, hash, now).await?.map(|found| signed(found, now)))
}

fn signed(mut found: tokens::Found, now: Timestamp) -> Signed {
    // Whom the company asks for a second factor is asked whatever part of theirs the token has.
    let second_factor_due = found.owner.owes_second_factor();
    found.owner.permissions.retain(|permission| found.token.permissions.contains(permission));
    Signed {
        user: found.owner,
        second_factor_due,
        last_seen_at: now,
        ends_at: found.token.expires_at,
        by: By::Token { token: found.token.id, read_only: found.token.read_only },
    }
}
