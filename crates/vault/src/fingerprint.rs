//! Recognising the same key again without storing it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Makes fingerprints: HMAC-SHA-256 under a key of its own, so that rotating the master key changes none (S11).
pub struct Fingerprints {
    key: Zeroizing<Vec<u8>>,
}

/// The fingerprint of a key. It tells nothing of the key to whoever lacks the installation's fingerprint key.
#[derive(Clone, Copy, Debug, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprints {
    pub(crate) fn new(key: Zeroizing<Vec<u8>>) -> Self {
        Self { key }
    }

    /// The fingerprint of a key.
    pub fn of(&self, key: &[u8]) -> Fingerprint {
        // HMAC takes keys of every length, so this cannot fail; an all-zero print would only miss a duplicate.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return Fingerprint([0; 32]) };
        mac.update(key);
        Fingerprint(mac.finalize().into_bytes().into())
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
