//! Webhooks: where programs are told. The address and the secret are sealed together, and opened for one call.

use api::audit_event::{Event, ToldState};
use api::delivery::TestError;
use api::notification::Kind;
use api::webhook::{
    Create, CreateError, Delete, IssuedWebhook, List, MOST_WEBHOOKS, NewWebhook, Test, Update, UpdateError,
    Webhook, Webhooks,
};
use api::{FieldError, Nothing, TenantId, WebhookId};
use courier::{Reach, Secret, Target};
use sqlx::AnyConnection;
use vault::{Binding, Kind as Sealing};
use zeroize::Zeroizing;

use crate::app::App;
use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::notification::{Recipient, try_out};
use crate::store::webhook as webhooks;
use crate::{random, secret};

/// Lists the tenant's.
pub async fn list(cx: Cx, _: Call<List>) -> Outcome<List> {
    let items = webhooks::list(&mut *cx.app.store.read().await?, &cx.user()?.tenant).await?;
    Ok(Webhooks { items }.into())
}

/// Makes one.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let (app, user) = (&cx.app, cx.user()?);
    let unfit = |issues| Failure::Refused(CreateError::Unfit { issues });
    let (target, kinds) = read(&call.body, app.outbox.reach()).map_err(unfit)?;
    let secret = Secret::new(Zeroizing::new(random::bytes()?)).expose();
    let webhook = Webhook {
        id: WebhookId::from_random(random::bytes()?),
        origin: target.origin(),
        kinds,
        active: true,
        created_by: user.email.clone(),
        created_at: app.clock.now(),
    };
    let binding = binding((&user.tenant, &webhook.id));
    // A secret has no line break, and an address has none that is not encoded.
    let both = Zeroizing::new(format!("{}\n{}", secret.as_str(), target.expose()));
    let (mut db, user) = cx.turn::<Create>().await?;
    let vault = app.vault.to_seal(&mut db).await?;
    let wrapped = vault.new_data_key(&binding)?;
    let sealed = vault.seal(&binding, &wrapped, both.as_bytes())?;
    if webhooks::list(&mut db, &user.tenant).await?.len() >= MOST_WEBHOOKS {
        return Err(Failure::Refused(CreateError::TooMany));
    }
    webhooks::insert(&mut db, &user.tenant, &webhook, (&wrapped, &sealed)).await?;
    let (id, origin) = (webhook.id.clone(), webhook.origin.clone());
    let event = Event::WebhookCreated { webhook: id, origin, after: state(&webhook) };
    audit::record(app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(IssuedWebhook { webhook, secret: secret.as_str().to_owned() }.into())
}

/// Changes what one is told of.
pub async fn update(cx: Cx, call: Call<Update>) -> Outcome<Update> {
    let (mut db, user) = cx.turn::<Update>().await?;
    let found = webhooks::find(&mut db, &user.tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(UpdateError::UnknownWebhook))?;
    let kinds = Kind::parse_some(&call.body.kinds)
        .map_err(|issue| Failure::Refused(UpdateError::Unfit { issues: vec![issue] }))?;
    let before = state(&found);
    let changed = Webhook { kinds, active: call.body.active, ..found };
    webhooks::update(&mut db, &user.tenant, &changed).await?;
    let event = Event::WebhookChanged { webhook: changed.id.clone(), before, after: state(&changed) };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    Ok(changed.into())
}

/// Removes one. What is not there is gone already.
pub async fn delete(cx: Cx, call: Call<Delete>) -> Outcome<Delete> {
    let (mut db, user) = cx.turn::<Delete>().await?;
    if let Some(found) = webhooks::find(&mut db, &user.tenant, &call.path).await? {
        webhooks::delete(&mut db, &user.tenant, &found.id).await?;
        let before = state(&found);
        let event = Event::WebhookRemoved { webhook: found.id, origin: found.origin, before };
        audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    }
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// Sends one a message.
pub async fn test(cx: Cx, call: Call<Test>) -> Outcome<Test> {
    let found = webhooks::find(&mut *cx.app.store.read().await?, &cx.user()?.tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(TestError::UnknownWebhook))?;
    Ok(try_out::<Test>(&cx, Recipient::webhook(&found)).await?.into())
}

/// Why a webhook cannot be called.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Its address is none that is reached any more.
    NotReached,
    /// Its address and secret do not open, or are none.
    Sealed(secret::OpenError),
}

impl From<secret::OpenError> for OpenError {
    fn from(error: secret::OpenError) -> Self {
        Self::Sealed(error)
    }
}

/// Opens the address and the secret of one, for one call.
pub(crate) async fn open(
    app: &App,
    db: &mut AnyConnection,
    of: (&TenantId, &WebhookId),
) -> Result<(Target, Secret), OpenError> {
    let kept = webhooks::sealed(db, of.0, of.1).await;
    let (wrapped, sealed) = secret::found(kept)?;
    let binding = binding(of);
    let opened = app.vault.open(db, |vault| vault.open(&binding, &wrapped, &sealed)).await;
    let opened = opened.map_err(secret::OpenError::from)?;
    let text = std::str::from_utf8(opened.expose()).map_err(|_| secret::OpenError::Unreadable)?;
    let (secret, url) = text.split_once('\n').ok_or(secret::OpenError::Unreadable)?;
    let secret = Secret::parse(secret).map_err(|_| secret::OpenError::Unreadable)?;
    let target = Target::parse(url, app.outbox.reach()).map_err(|_| OpenError::NotReached)?;
    Ok((target, secret))
}

/// Reads a webhook to make; every field that does not fit is named.
fn read(new: &NewWebhook, reach: Reach) -> Result<(Target, Vec<Kind>), Vec<FieldError>> {
    let target = Target::parse(new.url.expose().trim(), reach)
        .map_err(|error| FieldError { field: "url".into(), issue: error.to_string() });
    match (target, Kind::parse_some(&new.kinds)) {
        (Ok(target), Ok(kinds)) => Ok((target, kinds)),
        (target, kinds) => Err(target.err().into_iter().chain(kinds.err()).collect()),
    }
}

/// A webhook's secret is bound to its row, so that it opens in no other.
fn binding<'a>((tenant, webhook): (&'a TenantId, &'a WebhookId)) -> Binding<'a> {
    Binding { tenant: tenant.as_str(), connection: webhook.as_str(), kind: Sealing::Webhook, version: 1 }
}

fn state(webhook: &Webhook) -> ToldState {
    ToldState { kinds: webhook.kinds.clone(), active: webhook.active }
}
