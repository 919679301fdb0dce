//! The secret in the session's cookie.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::{self, HeaderValue, InvalidHeaderValue};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

/// The cookie's name. The prefix makes browsers insist on Secure, on Path=/ and on no Domain.
pub(crate) const COOKIE: &str = "__Host-sid";

/// 256 random bits. They cannot be printed.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one.
    pub fn random() -> Result<Self, NoRandomness> {
        let bytes = Zeroizing::new(random::bytes::<32>()?);
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// The one that the browser sent.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        cookie(headers, COOKIE).map(Self)
    }

    /// What the database knows it by.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }

    /// The cookie that carries it. Lax, because the console is entered by links of mails and of other tools.
    pub fn cookie(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        let cookie =
            Zeroizing::new(format!("{COOKIE}={}; Secure; HttpOnly; SameSite=Lax; Path=/", self.0.as_str()));
        let mut value = HeaderValue::from_str(&cookie)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The cookie that removes it from the browser.
    pub fn removal() -> HeaderValue {
        HeaderValue::from_static("__Host-sid=; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
    }
}

/// The value of a cookie that the browser sent.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<Zeroizing<String>> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='));
    values.next().map(|value| Zeroizing::new(value.to_owned()))
}

/// What the database knows a random token by: its SHA-256 in hexadecimal digits. There is nothing to guess in 112
/// random bits and more, so that no slower hash is needed.
pub(crate) fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
