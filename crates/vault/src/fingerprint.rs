//! Recognising the same key again without storing it.

use std::fmt;

use hardening::on_wiped_stack;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The length of HMAC-SHA-256's key block. RFC 2104 fills shorter keys up with zeros.
const BLOCK: usize = 64;

/// Makes fingerprints: HMAC-SHA-256 under a key of its own, so that rotating the master key changes none.
pub struct Fingerprints {
    block: Zeroizing<[u8; BLOCK]>,
}

/// The fingerprint of a key. It tells nothing of the key to whoever lacks the installation's fingerprint key.
/// Comparing takes the same time wherever two differ.
#[derive(Clone, Copy, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprints {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
        Self { block }
    }

    /// The fingerprint of a key, which is given without blanks around it.
    pub fn of(&self, key: &[u8]) -> Fingerprint {
        on_wiped_stack(|| {
            let mut mac = Hmac::<Sha256>::new((&*self.block).into());
            mac.update(key);
            Fingerprint(mac.finalize().into_bytes().into())
        })
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Fingerprint {
    /// The first four bytes: enough to tell two apart in a log, too few to look one up elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "Fingerprint({a:02x}{b:02x}{c:02x}{d:02x}…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_published_vector_of_hmac_sha_256() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let print = Fingerprints::new(&key).of(b"what do ya want for nothing?");
        let hex: String = print.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(format!("{print:?}"), "Fingerprint(5bdcc146…)");
    }
}
