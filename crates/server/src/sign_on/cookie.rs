//! The cookie that a browser keeps while it is away: without it no return is taken.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::{HeaderValue, InvalidHeaderValue};
use oidc::Handshake;
use zeroize::Zeroizing;

use super::AWAY;
use crate::random::{self, NoRandomness};
use crate::session::token;

const COOKIE: &str = "__Host-sign-on";

/// A new secret of 256 random bits.
pub(super) fn secret() -> Result<Zeroizing<String>, NoRandomness> {
    let bytes = Zeroizing::new(random::bytes::<32>()?);
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

/// The handshake of the browser that sent these headers.
pub(crate) fn read(headers: &HeaderMap) -> Option<Handshake> {
    token::cookie(headers, COOKIE).map(Handshake::new)
}

/// The cookie that carries a secret. Lax, since the browser comes back from another site.
pub(super) fn set(secret: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let cookie =
        Zeroizing::new(format!("{COOKIE}={secret}; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age={AWAY}"));
    let mut value = HeaderValue::from_str(&cookie)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookie that removes it.
pub(super) fn removal() -> HeaderValue {
    HeaderValue::from_static("__Host-sign-on=; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
}
