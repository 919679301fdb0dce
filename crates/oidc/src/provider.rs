//! A company's provider: where a browser is sent, and what is made of its return.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::{Serializer, byte_serialize};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::http::{self, SetupError};
use crate::id_token::{self, Expected};
use crate::jwk::Keys;
use crate::jws;
use crate::metadata::Metadata;
use crate::registration::Registration;

/// How long a provider's description is believed without asking again. Its keys are asked for at each sign-on: they
/// change, and nobody signs on often.
const DESCRIBED_FOR: Duration = Duration::from_secs(300);

/// The provider. It holds no tokens: those of a sign-on live as long as its return takes.
pub struct Provider {
    http: reqwest::Client,
    registration: Arc<Registration>,
    described: Mutex<Option<(Instant, Arc<Metadata>)>>,
}

/// What the browser came back with.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// What the tokens are had for.
    pub code: Option<String>,
    /// Who says so (RFC 9207).
    pub issuer: Option<String>,
    /// Why there is no code. What stands in it is a stranger's.
    pub error: Option<String>,
}

/// Who has signed on. Issuer and subject together are a person; everything else may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name for the person, which never changes.
    pub subject: String,
    /// The e-mail address, if it is verified.
    pub email: Option<String>,
    /// The person's groups.
    pub groups: Vec<String>,
}

/// What a code is redeemed for. The server's allocator wipes what is freed.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: String,
}

impl Provider {
    /// The provider of a registration. Nothing is sent.
    pub fn new(registration: Arc<Registration>) -> Result<Self, SetupError> {
        let http = http::client(registration.issuer.is_https())?;
        Ok(Self { http, registration, described: Mutex::default() })
    }

    /// Where to send the browser.
    pub async fn departure(&self, handshake: &Handshake) -> Result<String, Fault> {
        let mut address = self.metadata().await?.authorization_endpoint.clone();
        let ours = &self.registration;
        let mut query = address.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &ours.client_id)
            .append_pair("redirect_uri", &ours.redirect_uri)
            .append_pair("scope", &ours.scopes)
            .append_pair("state", &handshake.state())
            .append_pair("nonce", &handshake.nonce())
            .append_pair("code_challenge", &handshake.challenge())
            .append_pair("code_challenge_method", "S256");
        if !ours.contexts.is_empty() {
            query.append_pair("acr_values", &ours.contexts.join(" "));
        }
        drop(query);
        Ok(address.into())
    }

    /// Who the browser of this handshake came back as. `now` is Unix seconds.
    pub async fn arrival(
        &self,
        handshake: &Handshake,
        returned: &Returned,
        now: i64,
    ) -> Result<Identity, Fault> {
        let (metadata, ours) = (self.metadata().await?, &self.registration);
        let issuer = ours.issuer.as_str();
        // Before anything of the return is believed: it may be another provider's.
        if returned.issuer.as_deref().map_or(metadata.names_itself, |named| named != issuer) {
            return Err(Fault::ReturnIssuer);
        }
        if returned.error.is_some() {
            return Err(Fault::Denied);
        }
        let code = returned.code.as_deref().filter(|code| !code.is_empty()).ok_or(Fault::NoCode)?;
        let tokens = self.redeem(&metadata, code, handshake).await?;
        let keys = Keys::read(&self.get(metadata.jwks_uri.clone()).await?)?;
        let claims = jws::open(&tokens.id_token, &keys)?;
        let nonce = handshake.nonce();
        let expected =
            Expected { issuer, client_id: &ours.client_id, nonce: &nonce, contexts: &ours.contexts, now };
        let subject = id_token::check(&claims, &expected)?;
        // Many providers keep the token small, and tell the rest when they are asked.
        let verified = if ours.only_verified_addresses { "email" } else { "email_verified" };
        let lacks = ["email", verified, &ours.groups_claim].iter().any(|name| !claims.contains_key(*name));
        let more = match &metadata.userinfo_endpoint {
            Some(address) if lacks => self.more(address, &tokens.access_token, &subject).await?,
            _ => Map::new(),
        };
        let claim = |name: &str| claims.get(name).or_else(|| more.get(name));
        // Some providers tell it as a text. One that tells nothing of it has not said that the address is the person's.
        let is_verified = match claim("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            Some(_) => false,
            None => ours.only_verified_addresses,
        };
        let email = claim("email").and_then(Value::as_str).filter(|_| is_verified).map(str::to_owned);
        let groups = match claim(&ours.groups_claim) {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(several)) => {
                several.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Ok(Identity { subject, email, groups })
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Fault> {
        let mut described = self.described.lock().await;
        if let Some((since, metadata)) = &*described
            && since.elapsed() < DESCRIBED_FOR
        {
            return Ok(Arc::clone(metadata));
        }
        let issuer = &self.registration.issuer;
        let address = issuer.address(&issuer.description()).ok_or(Fault::InsecureAddress)?;
        let metadata = Arc::new(Metadata::read(issuer, &self.get(address).await?)?);
        *described = Some((Instant::now(), Arc::clone(&metadata)));
        Ok(metadata)
    }

    async fn redeem(&self, metadata: &Metadata, code: &str, handshake: &Handshake) -> Result<Tokens, Fault> {
        let (ours, verifier) = (&self.registration, handshake.verifier());
        let secret = ours.client_secret.expose();
        let in_body: &[(&str, &str)] = match metadata.secret_in_body {
            true => &[("client_id", &ours.client_id), ("client_secret", secret)],
            false => &[],
        };
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &ours.redirect_uri)
            .append_pair("code_verifier", &verifier)
            .extend_pairs(in_body)
            .finish();
        let mut request = self.http.post(metadata.token_endpoint.clone());
        if !metadata.secret_in_body {
            request = request.header(AUTHORIZATION, basic(&ours.client_id, secret)?);
        }
        let request = request
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        match http::send(request).await? {
            (StatusCode::OK, body) => {
                let body = Zeroizing::new(body);
                serde_json::from_slice(&body).map_err(|_| Fault::NotUnderstood)
            }
            (status, _) if status.is_client_error() => Err(Fault::CodeRefused),
            (status, _) if status.is_server_error() => Err(Fault::Unreachable),
            _ => Err(Fault::NotUnderstood),
        }
    }

    /// What the provider tells of the person beside the token: of the same one, or of nobody (OpenID Connect Core, 5.3.2).
    async fn more(&self, address: &Url, token: &str, subject: &str) -> Result<Map<String, Value>, Fault> {
        let bearer = secret_header(Zeroizing::new(format!("Bearer {token}")))?;
        let request = self.http.get(address.clone()).header(AUTHORIZATION, bearer);
        let body = http::read(request.header(ACCEPT, "application/json")).await?;
        let claims: Map<String, Value> = serde_json::from_slice(&body).map_err(|_| Fault::NotUnderstood)?;
        let is_same = claims.get("sub").and_then(Value::as_str) == Some(subject);
        if is_same { Ok(claims) } else { Err(Fault::Subject) }
    }

    async fn get(&self, address: Url) -> Result<Vec<u8>, Fault> {
        http::read(self.http.get(address).header(ACCEPT, "application/json")).await
    }
}

/// RFC 6749, 2.3.1: both are encoded as in a form before they are put together.
fn basic(client_id: &str, secret: &str) -> Result<HeaderValue, Fault> {
    let encode = |text: &str| Zeroizing::new(byte_serialize(text.as_bytes()).collect::<String>());
    let pair = Zeroizing::new(format!("{}:{}", *encode(client_id), *encode(secret)));
    secret_header(Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes()))))
}

fn secret_header(text: Zeroizing<String>) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_str(&text).map_err(|_| Fault::NotUnderstood)?;
    value.set_sensitive(true);
    Ok(value)
}
