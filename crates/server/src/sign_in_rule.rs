//! What a tenant asks of those who sign in with a password. The router holds it: see `http::endpoint`.

use api::audit_event::Event;
use api::sign_in_rule::{SignInRules, Update, UpdateError, View};

use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::store::tenant;
use crate::store::user::User;

/// Says what is asked.
pub async fn view(cx: Cx, _: Call<View>) -> Outcome<View> {
    let mut db = cx.app.store.read().await?;
    let second_factor = tenant::second_factor_rule(&mut db, &cx.user()?.tenant).await?;
    Ok(SignInRules { second_factor }.into())
}

/// Changes what is asked. Whoever asks others has what they ask for, so that nobody locks themselves out unawares.
pub async fn update(cx: Cx, call: Call<Update>) -> Outcome<Update> {
    let user = cx.user()?;
    let after = SignInRules { second_factor: call.body.second_factor };
    let asked = User { second_factor_rule: after.second_factor, ..user.clone() };
    if asked.owes_second_factor() {
        return Err(Failure::Refused(UpdateError::OwnSecondFactorFirst));
    }
    let (mut db, user) = cx.turn::<Update>().await?;
    let before = SignInRules { second_factor: tenant::second_factor_rule(&mut db, &user.tenant).await? };
    tenant::set_second_factor_rule(&mut db, &user.tenant, after.second_factor).await?;
    audit::record(&cx.app, &mut db, &cx.who()?, Event::SignInRulesChanged { before, after }).await?;
    db.commit().await?;
    Ok(after.into())
}
