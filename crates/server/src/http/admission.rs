//! Who is let in: when a call arrives, and once more when it is its turn to write.

use api::audit_event::Event;
use api::{Access, CommonRefusal, Endpoint};

use super::call::Cx;
use super::failure::Failure;
use crate::session::{self, By, Signed};
use crate::store::Write;
use crate::store::user::User;
use crate::{api_token, audit};

/// Whether this caller may call the endpoint.
pub(super) fn admit<E: Endpoint>(signed: Option<&Signed>) -> Result<(), CommonRefusal> {
    let access = E::ACCESS;
    if access == Access::Anonymous {
        return Ok(());
    }
    if let Some(By::Token { read_only, .. }) = signed.map(|signed| &signed.by)
        && (!access.takes_tokens() || (*read_only && !E::READS))
    {
        return Err(CommonRefusal::TokenForbidden);
    }
    if !E::BEFORE_SECOND_FACTOR && signed.is_some_and(|signed| signed.second_factor_due) {
        return Err(CommonRefusal::SecondFactorNeeded);
    }
    let signed = signed.ok_or(CommonRefusal::SignedOut)?;
    match access {
        Access::AnyOf(needs) if !signed.user.has_any(needs) => {
            Err(CommonRefusal::Forbidden { needs: needs.to_vec() })
        }
        Access::AnyOf(_) | Access::SignedIn | Access::Anonymous => Ok(()),
    }
}

/// Records that somebody signed in was refused, once in a while; of others nobody knows whose log it would be.
pub(super) async fn record_denial<E: Endpoint>(
    cx: &Cx,
    refusal: &CommonRefusal,
) -> Result<(), Failure<E::Error>> {
    let (method, path) = (E::METHOD.as_str().to_owned(), E::PATH.to_owned());
    let event = match refusal {
        CommonRefusal::Forbidden { needs } => Event::AccessDenied { method, path, needs: needs.clone() },
        CommonRefusal::TokenForbidden => Event::TokenDenied { method, path },
        _ => return Ok(()),
    };
    let who = cx.who()?;
    if !cx.app.denials.is_news(&who.actor, &event) {
        return Ok(());
    }
    let mut db = cx.app.store.write().await?;
    audit::record(&cx.app, &mut db, &who, event).await?;
    Ok(db.commit().await?)
}

impl Cx {
    /// The call's turn to write, with the caller as they are in that transaction. Since the call was let in it has waited,
    /// and another one may have ended the session or taken the permission: then it is refused here, before anything is
    /// changed. Every handler of what not everybody may change takes its turn in this way.
    pub async fn turn<E: Endpoint>(&self) -> Result<(Write, User), Failure<E::Error>> {
        let mut db = self.app.store.write().await?;
        let now = self.app.clock.now();
        let before = self.signed.as_ref().ok_or(CommonRefusal::SignedOut)?;
        let (signed, gone) = match (&before.by, &self.token, &self.api_token) {
            (By::Session, Some(token), _) => {
                (session::still(&mut db, token, before, now).await?, CommonRefusal::SignedOut)
            }
            (By::Token { .. }, _, Some(hash)) => {
                (api_token::still(&mut db, hash, now).await?, CommonRefusal::BadToken)
            }
            _ => (None, CommonRefusal::SignedOut),
        };
        let signed = signed.ok_or(gone)?;
        if let Err(refusal) = admit::<E>(Some(&signed)) {
            drop(db);
            record_denial::<E>(self, &refusal).await?;
            return Err(refusal.into());
        }
        Ok((db, signed.user))
    }
}
