//! A provider on loopback that answers as it is told: rightly, or with a token that somebody forged.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "lens";
pub const SECRET: &str = "s3cret:with/odd+characters";
pub const KID: &str = "key-1";

/// What the next ID token is.
#[derive(Clone)]
pub struct Plan {
    pub header: Value,
    /// The claims; `nonce` is the one that was asked for unless it stands here.
    pub claims: Map<String, Value>,
    /// Signed with a key that the provider does not publish.
    pub wrong_key: bool,
    /// Signed with the public key as the secret of an HMAC.
    pub by_public_key: bool,
    /// Not signed.
    pub unsigned: bool,
    /// What the endpoint of further claims tells.
    pub userinfo: Value,
}

pub struct Issuer {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    plan: Mutex<Plan>,
    /// What the authorization endpoint was asked with: the nonce and the challenge of the last one.
    asked: Mutex<Option<(String, String)>>,
    /// How often the token endpoint was called.
    redeemed: Mutex<u32>,
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

impl Issuer {
    pub async fn start(plan: Plan) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            url: url.clone(),
            key: key(),
            other: key(),
            plan: Mutex::new(plan),
            asked: Mutex::new(None),
            redeemed: Mutex::new(0),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(userinfo))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum_serve(listener, router).await });
        Self { url, inner }
    }

    /// The browser's visit: what the departure asks for is kept, and the query of the return is answered.
    pub fn visit(&self, location: &str) -> BTreeMap<String, String> {
        let (address, query) = location.split_once('?').unwrap();
        assert_eq!(address, format!("{}/auth", self.url));
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        *self.inner.asked.lock().unwrap() = Some((asked["nonce"].clone(), asked["code_challenge"].clone()));
        [("state", asked["state"].as_str()), ("code", "the-code"), ("iss", &self.url)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    pub fn plan(&self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.inner.plan.lock().unwrap());
    }

    pub fn redeemed(&self) -> u32 {
        *self.inner.redeemed.lock().unwrap()
    }
}

/// A server that lives as long as the test's runtime.
async fn axum_serve(listener: tokio::net::TcpListener, router: Router) {
    server::http::accept::serve(
        listener,
        router,
        server::http::Limits::default(),
        std::future::pending::<()>(),
    )
    .await;
}

async fn describe(State(inner): State<Arc<Inner>>) -> Json<Value> {
    let url = &inner.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/auth"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "userinfo_endpoint": format!("{url}/me"),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(inner): State<Arc<Inner>>) -> Json<Value> {
    let point = inner.key.public_key().as_ref();
    let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
    let key =
        json!({ "kty": "EC", "crv": "P-256", "kid": KID, "use": "sig", "x": part(1..33), "y": part(33..65) });
    Json(json!({ "keys": [key] }))
}

async fn token(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: String) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    *inner.redeemed.lock().unwrap() += 1;
    let encoded: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{encoded}")));
    let (nonce, challenge) = inner.asked.lock().unwrap().clone().unwrap();
    let verifier = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    let is_right = headers.get("authorization").is_some_and(|value| value == expected.as_str())
        && form["grant_type"] == "authorization_code"
        && form["code"] == "the-code"
        && form["redirect_uri"].ends_with("/login/return")
        && verifier == challenge;
    if !is_right {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let plan = inner.plan.lock().unwrap().clone();
    let mut claims = plan.claims;
    claims.entry("nonce").or_insert(Value::String(nonce));
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&plan.header), encode(&Value::Object(claims)));
    let signature = if plan.unsigned {
        Vec::new()
    } else if plan.by_public_key {
        let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, inner.key.public_key().as_ref());
        ring::hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
    } else {
        let key = if plan.wrong_key { &inner.other } else { &inner.key };
        key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec()
    };
    let id_token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    Json(json!({ "token_type": "Bearer", "access_token": "access", "id_token": id_token })).into_response()
}

async fn userinfo(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers["authorization"], "Bearer access");
    Json(inner.plan.lock().unwrap().userinfo.clone())
}
