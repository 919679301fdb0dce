//! What ties a browser's return to its departure.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// One random secret, which the browser keeps in a cookie while it is away. State, nonce and PKCE's verifier are made of
/// it, each by a hash of its own: none of the three tells another one, and none of them needs to be stored.
pub struct Handshake(Zeroizing<String>);

impl Handshake {
    /// The handshake of this secret, a text of at least 128 random bits.
    pub fn new(secret: Zeroizing<String>) -> Self {
        Self(secret)
    }

    /// What goes to the provider and comes back with the browser: whoever has the cookie can tell whether it is its own.
    pub fn state(&self) -> String {
        derive("state", &self.0)
    }

    /// What the ID token has to name.
    pub(crate) fn nonce(&self) -> String {
        derive("nonce", &self.0)
    }

    /// What proves to the provider that whoever redeems the code is whoever asked for it (RFC 7636).
    pub(crate) fn verifier(&self) -> Zeroizing<String> {
        Zeroizing::new(derive("verifier", &self.0))
    }

    /// The verifier as the provider sees it beforehand: its SHA-256, method S256.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier().as_bytes()))
    }
}

/// 43 characters, as long as RFC 7636 wants a verifier to be.
fn derive(purpose: &str, secret: &str) -> String {
    let hash = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(secret).finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_its_own_and_none_is_the_secret() {
        let of = |secret: &str| Handshake::new(Zeroizing::new(secret.to_owned()));
        let (one, other) = (of("one"), of("other"));
        let values = |handshake: &Handshake| {
            let verifier = handshake.verifier().to_string();
            vec![handshake.state(), handshake.nonce(), verifier, handshake.challenge(), "one".into()]
        };
        let mut all = [values(&one), values(&other)].concat();
        assert!(all.iter().filter(|value| value.len() == 43).count() == 8, "{all:?}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 9);
        assert_eq!(values(&one), values(&of("one")));
    }
}
