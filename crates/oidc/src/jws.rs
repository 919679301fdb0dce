//! A signed token in its compact form (RFC 7515).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::jwk::{Algorithm, Keys};

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood: none of them is.
    crit: Option<Value>,
}

/// The claims of a token, once its signature holds.
pub(crate) fn open(token: &str, keys: &Keys) -> Result<Map<String, Value>, Fault> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Fault::Malformed)?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed);
    let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| Fault::Malformed)?;
    if header.crit.is_some() {
        return Err(Fault::Malformed);
    }
    let algorithm = Algorithm::parse(&header.alg).ok_or(Fault::Algorithm)?;
    let kid = header.kid.ok_or(Fault::KeyMissing)?;
    keys.verify(&kid, algorithm, signed.as_bytes(), &bytes(signature)?)?;
    serde_json::from_slice(&bytes(payload)?).map_err(|_| Fault::Malformed)
}

#[cfg(test)]
mod tests;
