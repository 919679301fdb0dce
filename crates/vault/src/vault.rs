//! The vault: what the server calls.

use hardening::on_wiped_stack;
use zeroize::Zeroizing;

use crate::record::{Key, VaultError};
use crate::{Binding, Fingerprints, Kind, MasterKey, Sealed, WrappedKey};

/// What the check value says. Its only use is that it opens.
const CHECK: &[u8] = b"this database belongs to this master key";

/// An opened secret. It has no `Debug`, and its bytes are wiped when it is dropped: keep it for one request.
pub struct Plaintext(Zeroizing<Vec<u8>>);

impl Plaintext {
    /// The secret in clear.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// Seals with the master key, and opens with it or, while a rotation is under way, with another one that is at hand. It
/// lives as long as the master key; data keys live for one call.
pub struct Vault {
    master: Key,
    others: Vec<Key>,
}

impl Vault {
    /// Takes the master key.
    pub fn new(master: MasterKey) -> Self {
        Self { master: master.into_key(), others: Vec::new() }
    }

    /// Takes another master key, with which nothing is sealed and what was sealed is opened.
    #[must_use]
    pub fn beside(mut self, other: MasterKey) -> Self {
        self.others.push(other.into_key());
        self
    }

    /// Whether another master key is at hand.
    pub fn has_another(&self) -> bool {
        !self.others.is_empty()
    }

    /// The master key's id in hexadecimal, for people. It is no secret: it stands in every record.
    pub fn key_id(&self) -> String {
        self.master.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What every record of the master key begins with, and no record of another one.
    pub fn start_of_records(&self) -> [u8; 18] {
        self.master.start()
    }

    /// The record by which a database recognizes its master key.
    pub fn check_value(&self) -> Result<Sealed, VaultError> {
        self.master.seal(&installation(Kind::CheckValue), CHECK).map(Sealed)
    }

    /// Whether the database with this check value belongs to this master key.
    pub fn verify(&self, check_value: &Sealed) -> Result<(), VaultError> {
        self.master.open(&installation(Kind::CheckValue), &check_value.0).map(drop)
    }

    /// A new data key for a connection, wrapped. The binding's kind and version are not looked at.
    pub fn new_data_key(&self, binding: &Binding<'_>) -> Result<WrappedKey, VaultError> {
        let key = Key::random()?;
        // The capacity, since a buffer that grows leaves a copy of the key where it was.
        let mut bytes = Zeroizing::new(Vec::with_capacity(key.id.len() + key.bytes.len()));
        bytes.extend_from_slice(&key.id);
        bytes.extend_from_slice(key.bytes.as_slice());
        self.master.seal(&data_key(binding), &bytes).map(WrappedKey)
    }

    /// Seals a secret under a connection's data key.
    pub fn seal(
        &self,
        binding: &Binding<'_>,
        wrapped: &WrappedKey,
        secret: &[u8],
    ) -> Result<Sealed, VaultError> {
        on_wiped_stack(|| self.unwrap_data_key(binding, wrapped)?.seal(binding, secret).map(Sealed))
    }

    /// Opens a secret.
    pub fn open(
        &self,
        binding: &Binding<'_>,
        wrapped: &WrappedKey,
        sealed: &Sealed,
    ) -> Result<Plaintext, VaultError> {
        on_wiped_stack(|| self.unwrap_data_key(binding, wrapped)?.open(binding, &sealed.0).map(Plaintext))
    }

    /// A data key wrapped by whichever master key is at hand, wrapped anew by the one that seals.
    pub fn wrap_again(&self, binding: &Binding<'_>, wrapped: &WrappedKey) -> Result<WrappedKey, VaultError> {
        self.wrap_as(&data_key(binding), wrapped)
    }

    /// The fingerprints' key, wrapped anew by the master key that seals: see [`Vault::wrap_again`].
    pub fn wrap_fingerprint_key_again(&self, wrapped: &WrappedKey) -> Result<WrappedKey, VaultError> {
        self.wrap_as(&installation(Kind::FingerprintKey), wrapped)
    }

    fn wrap_as(&self, binding: &Binding<'_>, wrapped: &WrappedKey) -> Result<WrappedKey, VaultError> {
        let key = self.key_of(&wrapped.0)?.open(binding, &wrapped.0)?;
        self.master.seal(binding, &key).map(WrappedKey)
    }

    /// The master key that a record names.
    fn key_of(&self, record: &[u8]) -> Result<&Key, VaultError> {
        let mut keys = std::iter::once(&self.master).chain(&self.others);
        keys.find(|key| record.starts_with(&key.start())).ok_or(VaultError::UnknownKey)
    }

    /// A new key of the fingerprints, wrapped; made once per installation.
    pub fn new_fingerprint_key(&self) -> Result<WrappedKey, VaultError> {
        self.master.seal(&installation(Kind::FingerprintKey), Key::random()?.bytes.as_slice()).map(WrappedKey)
    }

    /// The fingerprints of this installation.
    pub fn fingerprints(&self, wrapped: &WrappedKey) -> Result<Fingerprints, VaultError> {
        let key = self.key_of(&wrapped.0)?.open(&installation(Kind::FingerprintKey), &wrapped.0)?;
        key.as_slice().try_into().map(Fingerprints::new).map_err(|_| VaultError::CannotDecrypt)
    }

    fn unwrap_data_key(&self, binding: &Binding<'_>, wrapped: &WrappedKey) -> Result<Key, VaultError> {
        let bytes = self.key_of(&wrapped.0)?.open(&data_key(binding), &wrapped.0)?;
        let (id, key) = bytes.split_at_checked(16).ok_or(VaultError::CannotDecrypt)?;
        Ok(Key {
            id: id.try_into().map_err(|_| VaultError::CannotDecrypt)?,
            bytes: Zeroizing::new(key.try_into().map_err(|_| VaultError::CannotDecrypt)?),
        })
    }
}

fn data_key<'a>(binding: &Binding<'a>) -> Binding<'a> {
    Binding { kind: Kind::DataKey, version: 1, ..*binding }
}

fn installation(kind: Kind) -> Binding<'static> {
    Binding { tenant: "", connection: "", kind, version: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDING: Binding<'static> =
        Binding { tenant: "tenant_1", connection: "conn_1", kind: Kind::AdminKey, version: 1 };

    fn vault() -> Vault {
        Vault::new(MasterKey::random().unwrap())
    }

    #[test]
    fn what_is_sealed_opens() {
        let vault = vault();
        let wrapped = vault.new_data_key(&BINDING).unwrap();
        let sealed = vault.seal(&BINDING, &wrapped, b"secret").unwrap();
        assert_eq!(vault.open(&BINDING, &wrapped, &sealed).unwrap().expose(), b"secret");
    }

    /// The rows of a secret are copied to where they do not belong.
    #[test]
    fn a_secret_that_is_moved_does_not_open() {
        let vault = vault();
        let [old, new] = [1, 2].map(|version| Binding { version, ..BINDING });
        let wrapped = vault.new_data_key(&old).unwrap();
        let sealed = vault.seal(&old, &wrapped, b"secret").unwrap();
        for moved in [
            Binding { connection: "conn_2", ..BINDING },
            Binding { tenant: "tenant_2", ..BINDING },
            Binding { kind: Kind::DataKey, ..BINDING },
            new,
        ] {
            // With its wrapped key, and alone beside the one that is there.
            assert_eq!(vault.open(&moved, &wrapped, &sealed).err(), Some(VaultError::CannotDecrypt));
            let theirs = vault.new_data_key(&moved).unwrap();
            assert_eq!(vault.open(&moved, &theirs, &sealed).err(), Some(VaultError::CannotDecrypt));
        }
        let newer = vault.seal(&new, &wrapped, b"secret").unwrap();
        assert!(vault.open(&new, &wrapped, &newer).is_ok());
        assert!(vault.open(&old, &wrapped, &newer).is_err());
    }

    #[test]
    fn a_record_of_the_installation_opens_as_nothing_else() {
        let vault = vault();
        let (check, key) = (vault.check_value().unwrap(), vault.new_fingerprint_key().unwrap());
        assert!(vault.verify(&Sealed(key.0.clone())).is_err());
        assert!(vault.fingerprints(&WrappedKey(check.0.clone())).is_err());
        assert!(vault.open(&BINDING, &key, &check).is_err());
    }

    #[test]
    fn a_data_key_is_bound_to_its_place_as_a_data_key() {
        let vault = vault();
        let wrapped = vault.new_data_key(&BINDING).unwrap();
        let opens = |binding: &Binding<'_>| vault.master.open(binding, &wrapped.0).is_ok();
        let place = Binding { kind: Kind::DataKey, version: 1, ..BINDING };
        assert!(opens(&place) && !opens(&BINDING) && !opens(&Binding { connection: "conn_2", ..place }));
    }

    #[test]
    fn a_master_key_is_known_by_its_id_and_whether_another_is_beside_it() {
        let key = MasterKey::random().unwrap();
        let line = key.to_line();
        let vault = Vault::new(key);
        let id = vault.key_id();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert_eq!(Vault::new(MasterKey::parse(&line).unwrap()).key_id(), id);
        assert!(!vault.has_another());
        assert!(vault.beside(MasterKey::random().unwrap()).has_another());
    }

    #[test]
    fn another_master_key_is_recognised() {
        let (ours, theirs) = (vault(), vault());
        let check = ours.check_value().unwrap();
        assert_eq!(ours.verify(&check), Ok(()));
        assert_eq!(theirs.verify(&check), Err(VaultError::CannotDecrypt));
    }

    #[test]
    fn what_another_master_key_sealed_opens_beside_it_and_is_wrapped_again() {
        let (old, new) = (MasterKey::random().unwrap(), MasterKey::random().unwrap());
        let copy = |key: &MasterKey| MasterKey::parse(&key.to_line()).unwrap();
        let before = Vault::new(copy(&old));
        let wrapped = before.new_data_key(&BINDING).unwrap();
        let sealed = before.seal(&BINDING, &wrapped, b"secret").unwrap();
        let prints = before.new_fingerprint_key().unwrap();

        let alone = Vault::new(copy(&new));
        assert_eq!(alone.open(&BINDING, &wrapped, &sealed).err(), Some(VaultError::UnknownKey));
        let vault = Vault::new(copy(&new)).beside(copy(&old));
        assert_eq!(vault.open(&BINDING, &wrapped, &sealed).unwrap().expose(), b"secret");
        let again = vault.wrap_again(&BINDING, &wrapped).unwrap();
        assert!(
            again.0.starts_with(&alone.start_of_records())
                && !wrapped.0.starts_with(&alone.start_of_records())
        );
        assert_eq!(alone.open(&BINDING, &again, &sealed).unwrap().expose(), b"secret");
        // The same data key, so that the secret itself stays as it is; and bound to its place as before.
        assert_eq!(before.open(&BINDING, &again, &sealed).err(), Some(VaultError::UnknownKey));
        let moved = Binding { connection: "conn_2", ..BINDING };
        assert_eq!(vault.wrap_again(&moved, &wrapped).err(), Some(VaultError::CannotDecrypt));
        let again = vault.wrap_fingerprint_key_again(&prints).unwrap();
        assert_eq!(
            alone.fingerprints(&again).unwrap().of(b"key"),
            before.fingerprints(&prints).unwrap().of(b"key")
        );
    }

    #[test]
    fn fingerprints_are_equal_within_an_installation_and_different_between_two() {
        let (ours, theirs) = (vault(), vault());
        let (a, b) = (ours.new_fingerprint_key().unwrap(), theirs.new_fingerprint_key().unwrap());
        let (ours, theirs) = (ours.fingerprints(&a).unwrap(), theirs.fingerprints(&b).unwrap());
        assert_eq!(ours.of(b"key"), ours.of(b"key"));
        assert_ne!(ours.of(b"key"), ours.of(b"other"));
        assert_ne!(ours.of(b"key"), theirs.of(b"key"));
    }
}
