//! The bytes of a record: version ‖ algorithm ‖ id of the key that sealed it ‖ nonce ‖ ciphertext ‖ tag.
//!
//! Ids of keys stand in both records of a secret: the wrapped key's names the master key, the secret's names the
//! data key. A master key's id in the secret's record would be authenticated with it, so that a new master key would
//! have to seal every secret again instead of wrapping every data key again.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::Binding;

/// The record's layout. A later layout gets the next number, and both are read.
const VERSION: u8 = 1;
/// XChaCha20-Poly1305: its nonces of 192 bits may be random (OWASP ASVS 5.0, appendix C: approved).
const XCHACHA20_POLY1305: u8 = 1;
const KEY_ID: usize = 16;
const NONCE: usize = 24;
const HEADER: usize = START + NONCE;
/// What all records of one key begin with: layout, algorithm and the key's id.
const START: usize = 2 + KEY_ID;

/// Why a secret could not be sealed or opened. Says nothing of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The record is damaged, belongs to another row, or was sealed under another key.
    #[error("the sealed secret cannot be decrypted")]
    CannotDecrypt,
    /// The record names a master key that is not at hand: a newer one, an older one, or none there ever was.
    #[error("the sealed secret is of a master key that is not here")]
    UnknownKey,
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
}

/// A sealed secret, as the database stores it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

/// A data key wrapped by the master key, as the database stores it.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

// The length alone: deleting a wrapped key destroys what it sealed, which a copy in a log would undo.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({} bytes)", self.0.len())
    }
}

/// A key of 256 bits and the id under which records name it.
pub(crate) struct Key {
    pub(crate) id: [u8; KEY_ID],
    pub(crate) bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    pub(crate) fn random() -> Result<Self, VaultError> {
        let mut key = Self { id: [0; KEY_ID], bytes: Zeroizing::new([0; 32]) };
        fill(&mut key.id)?;
        fill(key.bytes.as_mut_slice())?;
        Ok(key)
    }

    /// What all of this key's records begin with.
    pub(crate) fn start(&self) -> [u8; START] {
        let mut start = [VERSION; START];
        let bytes = [VERSION, XCHACHA20_POLY1305].into_iter().chain(self.id);
        start.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        start
    }

    pub(crate) fn seal(&self, binding: &Binding<'_>, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE];
        fill(&mut nonce)?;
        self.seal_with(nonce, binding, secret)
    }

    fn seal_with(
        &self,
        nonce: [u8; NONCE],
        binding: &Binding<'_>,
        secret: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let mut record = self.start().to_vec();
        record.extend_from_slice(&nonce);
        let aad = associated_data(binding, &record);
        let cipher = XChaCha20Poly1305::new((&*self.bytes).into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: &aad });
        record.extend_from_slice(&sealed.map_err(|_| VaultError::CannotDecrypt)?);
        Ok(record)
    }

    pub(crate) fn open(
        &self,
        binding: &Binding<'_>,
        record: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (header, sealed) = record.split_at_checked(HEADER).ok_or(VaultError::CannotDecrypt)?;
        let (named, nonce) = header.split_at_checked(START).ok_or(VaultError::CannotDecrypt)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::CannotDecrypt)?;
        if named != self.start() {
            return Err(VaultError::CannotDecrypt);
        }
        let aad = associated_data(binding, header);
        let cipher = XChaCha20Poly1305::new((&*self.bytes).into());
        let opened = cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad });
        opened.map(Zeroizing::new).map_err(|_| VaultError::CannotDecrypt)
    }
}

pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|_| VaultError::NoRandomness)
}

/// The binding and the record's own header: neither can be changed without the tag noticing.
fn associated_data(binding: &Binding<'_>, header: &[u8]) -> Vec<u8> {
    let mut bytes = binding.bytes(VERSION);
    bytes.extend_from_slice(header);
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chacha20poly1305::ChaCha20Poly1305;

    use super::*;
    use crate::Kind;

    const BINDING: Binding<'static> =
        Binding { tenant: "tenant_1", connection: "conn_1", kind: Kind::AdminKey, version: 1 };
    const SECRET: &[u8] = b"sk-admin-0123456789abcdefghij";

    #[test]
    fn ten_thousand_sealings_of_one_secret_are_all_different() {
        let key = Key::random().unwrap();
        let records: Vec<_> = (0..10_000).map(|_| key.seal(&BINDING, SECRET).unwrap()).collect();
        let nonces: HashSet<_> = records.iter().map(|record| record[2 + KEY_ID..HEADER].to_vec()).collect();
        let ciphertexts: HashSet<_> = records.iter().map(|record| record[HEADER..].to_vec()).collect();
        assert_eq!((nonces.len(), ciphertexts.len()), (10_000, 10_000));
        assert!(records.iter().all(|record| !record.windows(SECRET.len()).any(|window| window == SECRET)));
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_noticed() {
        let key = Key::random().unwrap();
        let record = key.seal(&BINDING, SECRET).unwrap();
        assert_eq!(key.open(&BINDING, &record).unwrap().as_slice(), SECRET);
        for bit in 0..record.len() * 8 {
            let mut flipped = record.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(&BINDING, &flipped).err(), Some(VaultError::CannotDecrypt), "bit {bit}");
        }
        for length in 0..record.len() {
            assert!(key.open(&BINDING, &record[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn a_record_opens_nowhere_else() {
        let key = Key::random().unwrap();
        let record = key.seal(&BINDING, SECRET).unwrap();
        for other in [
            Binding { connection: "conn_2", ..BINDING },
            Binding { tenant: "tenant_2", ..BINDING },
            Binding { kind: Kind::FingerprintKey, ..BINDING },
            Binding { version: 2, ..BINDING },
        ] {
            assert_eq!(key.open(&other, &record).err(), Some(VaultError::CannotDecrypt));
        }
        assert!(Key::random().unwrap().open(&BINDING, &record).is_err());
    }

    /// What is stored today opens for ever. The bytes were computed by another implementation.
    #[test]
    fn a_stored_record_of_version_1_still_opens() {
        let key = Key { id: [0x11; KEY_ID], bytes: Zeroizing::new(vector_key()) };
        let nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657").try_into().unwrap();
        let stored = hex(
            "010111111111111111111111111111111111404142434445464748494a4b4c4d4e4f5051525354555657826910863e8452f2798276929723f237b4db94cf81aa",
        );
        assert_eq!(key.open(&BINDING, &stored).unwrap().as_slice(), b"secret");
        assert_eq!(key.seal_with(nonce, &BINDING, b"secret").unwrap(), stored);
    }

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    #[test]
    fn the_published_vector_of_xchacha20_poly1305() {
        let nonce: [u8; 24] = hex("404142434445464748494a4b4c4d4e4f5051525354555657").try_into().unwrap();
        let cipher = XChaCha20Poly1305::new((&vector_key()).into());
        let sealed = cipher.encrypt(&nonce.into(), vector_payload()).unwrap();
        assert_eq!(sealed[..16], hex("bd6d179d3e83d43b9576579493c0e939")[..]);
        assert_eq!(sealed[VECTOR_TEXT.len()..], hex("c0875924c1c7987947deafd8780acf49")[..]);
    }

    /// RFC 8439, section 2.8.2: the construction under the longer nonce.
    #[test]
    fn the_published_vector_of_chacha20_poly1305() {
        let nonce: [u8; 12] = hex("070000004041424344454647").try_into().unwrap();
        let cipher = ChaCha20Poly1305::new((&vector_key()).into());
        let sealed = cipher.encrypt(&nonce.into(), vector_payload()).unwrap();
        assert_eq!(sealed[..16], hex("d31a8d34648e60db7b86afbc53ef7ec2")[..]);
        assert_eq!(sealed[VECTOR_TEXT.len()..], hex("1ae10b594f09e26a7e902ecbd0600691")[..]);
    }

    #[test]
    fn debug_shows_the_length_alone() {
        assert_eq!(
            format!("{:?} {:?}", Sealed(vec![7; 60]), WrappedKey(vec![7; 90])),
            "Sealed(60 bytes) WrappedKey(90 bytes)"
        );
    }

    const VECTOR_TEXT: &[u8] = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";

    fn vector_key() -> [u8; 32] {
        hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").try_into().unwrap()
    }

    fn vector_payload() -> Payload<'static, 'static> {
        Payload { msg: VECTOR_TEXT, aad: b"PQRS\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7" }
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
    }
}
