//! The master key and its file.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::record::Key;

/// The first word of the file: its layout. The line goes on with base64 of id (16 bytes), key (32) and checksum (4).
const HEADER: &str = "openai-lens-master-key-1";

/// The key that wraps all others: 256 random bits and an id.
pub struct MasterKey(Key);

impl MasterKey {
    /// A new key.
    pub fn random() -> Result<Self, VaultError> {
        Key::random().map(Self)
    }

    pub(crate) fn into_key(self) -> Key {
        self.0
    }

    fn to_line(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(self.0.id.to_vec());
        bytes.extend_from_slice(self.0.bytes.as_slice());
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        Zeroizing::new(format!("{HEADER} {}\n", encoded.as_str()))
    }

    fn parse(line: &str) -> Option<Self> {
        let encoded = line.trim_end_matches(['\r', '\n']).strip_prefix(HEADER)?.strip_prefix(' ')?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        let (body, sum) = bytes.split_at_checked(48)?;
        let (id, key) = body.split_at_checked(16)?;
        let key = Key { id: id.try_into().ok()?, bytes: Zeroizing::new(key.try_into().ok()?) };
        (sum == checksum(body)).then_some(Self(key))
    }
}

/// Notices a truncated or mistyped file before anything is decrypted with it.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

/// The file that holds the master key: outside the database, readable by its owner alone (security S4).
pub struct MasterKeyFile {
    path: PathBuf,
}

/// Why there is no master key. Names the file and the remedy, never the content.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The database has data, so a new key would make all of it unreadable.
    #[error(
        "the master key file {} is missing, but the database is not empty; put the file back from its backup: without it no stored admin key can be decrypted",
        .0.display()
    )]
    Missing(PathBuf),
    /// A symbolic link could point anywhere.
    #[error("the master key file {} is a symbolic link; replace it with the file itself", .0.display())]
    SymbolicLink(PathBuf),
    /// Not a regular file.
    #[error("the master key file {} is not a regular file; put the file back from its backup", .0.display())]
    NotAFile(PathBuf),
    /// Others may read it.
    #[error("the master key file {} can be read by others (mode {mode:03o}); run: chmod 600 {}", .path.display(), .path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It belongs to another user.
    #[error("the master key file {} belongs to another user; change its owner to the user that runs the server", .0.display())]
    ForeignOwner(PathBuf),
    /// Damaged or something else.
    #[error("the master key file {} is damaged or no master key; put the file back from its backup", .0.display())]
    Damaged(PathBuf),
    /// The file system refuses.
    #[error("the master key file {} cannot be used: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// See [`VaultError::NoRandomness`].
    #[error("the operating system gives no random bytes for a master key")]
    NoRandomness,
}

impl MasterKeyFile {
    /// The file at this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Reads the key; on the first run, that is while the database has no data, makes it.
    pub fn open_or_create(&self, database_is_empty: bool) -> Result<MasterKey, MasterKeyError> {
        match fs::symlink_metadata(&self.path) {
            Ok(_) => self.read(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && database_is_empty => self.create(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(MasterKeyError::Missing(self.path.clone()))
            }
            Err(error) => Err(self.io(error)),
        }
    }

    fn read(&self) -> Result<MasterKey, MasterKeyError> {
        if fs::symlink_metadata(&self.path).map_err(|error| self.io(error))?.is_symlink() {
            return Err(MasterKeyError::SymbolicLink(self.path.clone()));
        }
        let file = File::open(&self.path).map_err(|error| self.io(error))?;
        let metadata = file.metadata().map_err(|error| self.io(error))?;
        if !metadata.is_file() {
            return Err(MasterKeyError::NotAFile(self.path.clone()));
        }
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(MasterKeyError::ForeignOwner(self.path.clone()));
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(MasterKeyError::TooOpen { path: self.path.clone(), mode: metadata.mode() & 0o777 });
        }
        let mut line = Zeroizing::new(String::with_capacity(256));
        let read = (&file).take(256).read_to_string(&mut line);
        match read {
            Ok(_) => MasterKey::parse(&line).ok_or_else(|| MasterKeyError::Damaged(self.path.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Err(MasterKeyError::Damaged(self.path.clone()))
            }
            Err(error) => Err(self.io(error)),
        }
    }

    fn create(&self) -> Result<MasterKey, MasterKeyError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if !folder.as_os_str().is_empty() && !folder.exists() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| self.io(error))?;
        }
        let key = MasterKey::random().map_err(|_| MasterKeyError::NoRandomness)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path)
            .map_err(|error| self.io(error))?;
        file.write_all(key.to_line().as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| self.io(error))?;
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| self.io(error))?;
        Ok(key)
    }

    fn io(&self, error: std::io::Error) -> MasterKeyError {
        MasterKeyError::Io { path: self.path.clone(), error }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_first_run_makes_a_private_file_and_later_runs_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets/master.key");
        let file = MasterKeyFile::at(&path);
        let made = file.open_or_create(true).unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let read = file.open_or_create(false).unwrap();
        assert_eq!(made.0.bytes, read.0.bytes);
    }

    #[test]
    fn two_installations_have_different_keys() {
        let folder = tempfile::tempdir().unwrap();
        let key = |name| MasterKeyFile::at(folder.path().join(name)).open_or_create(true).unwrap();
        assert_ne!(key("a").0.bytes, key("b").0.bytes);
    }

    #[test]
    fn a_missing_file_beside_a_database_with_data_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        assert!(matches!(MasterKeyFile::at(&path).open_or_create(false), Err(MasterKeyError::Missing(_))));
        assert!(!path.exists());
    }

    #[test]
    fn what_is_refused_names_the_file_and_never_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let file = MasterKeyFile::at(&path);
        file.open_or_create(true).unwrap();
        let content = fs::read_to_string(&path).unwrap();
        let secret = content.split(' ').nth(1).unwrap().trim().to_owned();
        let check = |expected: &str| {
            let error = file.open_or_create(false).err().unwrap().to_string();
            assert!(
                error.contains(expected) && error.contains("master.key") && !error.contains(&secret),
                "{error}"
            );
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        check("chmod 600");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for length in 0..content.trim().len() {
            fs::write(&path, &content[..length]).unwrap();
            check("damaged");
        }
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, &content).unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
        fs::remove_file(&path).unwrap();
        symlink(&elsewhere, &path).unwrap();
        check("symbolic link");
    }
}
