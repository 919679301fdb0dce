//! Seals and opens admin keys.
//!
//! Envelope encryption: each connection has a random data key of 256 bits that seals its secrets, and the master key,
//! which lives in a file outside the database, wraps the data keys. Every record is bound, as associated data, to what
//! it belongs to ([`Binding`]), so a record that is copied to another row does not open there.
//!
//! The database stores [`WrappedKey`] and [`Sealed`] as bytes and nothing else. [`MasterKeyFile`] makes and reads the
//! file, [`MasterKeyFiles`] are those of a rotation, [`Vault::verify`] refuses a master key that is not the database's, and
//! [`Fingerprints`] recognize the same key again without storing it.

mod binding;
mod fingerprint;
mod master_key;
mod master_key_files;
mod record;
mod vault;

pub use binding::{Binding, Kind};
pub use fingerprint::{Fingerprint, Fingerprints};
pub use master_key::{MasterKey, MasterKeyError, MasterKeyFile};
pub use master_key_files::MasterKeyFiles;
pub use record::{Sealed, VaultError, WrappedKey};
pub use vault::{Plaintext, Vault};
