//! Signatures of webhooks, as <https://www.standardwebhooks.com> writes them: receivers have libraries that check them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What every secret starts with.
const PREFIX: &str = "whsec_";

/// What a webhook is signed with. It cannot be printed.
pub struct Secret(Zeroizing<[u8; 32]>);

/// The text is no secret of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is no secret of a webhook")]
pub struct SecretError;

impl Secret {
    /// A secret of random bytes.
    pub fn new(random: Zeroizing<[u8; 32]>) -> Self {
        Self(random)
    }

    /// Reads what [`Secret::expose`] wrote.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| SecretError)?);
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| SecretError)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The secret in clear, as receivers take it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.0.as_slice())))
    }

    /// The signature of a message: HMAC-SHA-256 of its id, its moment and its body, with dots between.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        // RFC 2104 fills a key that is shorter than a block up with zeros.
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(self.0.iter()).for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_not_printed() {
        let secret = Secret::new(Zeroizing::new([7; 32]));
        let text = secret.expose();
        assert!(text.starts_with("whsec_"));
        assert_eq!(*Secret::parse(&text).unwrap().0, [7; 32]);
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
        for text in ["", "whsec_", "whsec_AAAA", "AAAA", "whsec_???"] {
            assert!(Secret::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_signature_changes_with_everything_it_covers() {
        let secret = Secret::new(Zeroizing::new([7; 32]));
        let signature = secret.sign("delivery_1", 1_795_392_000, "{}");
        assert_ne!(signature, secret.sign("delivery_2", 1_795_392_000, "{}"));
        assert_ne!(signature, secret.sign("delivery_1", 1_795_392_001, "{}"));
        assert_ne!(signature, secret.sign("delivery_1", 1_795_392_000, "[]"));
        assert_ne!(signature, Secret::new(Zeroizing::new([8; 32])).sign("delivery_1", 1_795_392_000, "{}"));
    }
}
