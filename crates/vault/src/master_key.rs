//! The master key and its file.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::{Mode, OFlags};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::record::Key;

/// The first word of the file: its layout. The line goes on with base64 of id (16 bytes), key (32) and checksum (4).
const HEADER: &str = "openai-lens-master-key-1";
/// More bytes than the line has.
const MOST: usize = 256;

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

    pub(crate) fn to_line(&self) -> Zeroizing<String> {
        // Capacities, since a buffer that grows leaves a copy of the key where it was.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST));
        bytes.extend_from_slice(&self.0.id);
        bytes.extend_from_slice(self.0.bytes.as_slice());
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        let mut line = Zeroizing::new(String::with_capacity(MOST));
        line.push_str(HEADER);
        line.push(' ');
        STANDARD.encode_string(bytes.as_slice(), &mut line);
        line.push('\n');
        line
    }

    pub(crate) fn parse(line: &str) -> Option<Self> {
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

/// The file that holds the master key: outside the database, readable by its owner alone.
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
    /// Neither 0600 nor 0400: others could read it, or somebody has changed it.
    #[error(
        "the master key file {} has mode {mode:04o}, and only its owner may read it; run: chmod 600 {}",
        .path.display(), .path.display()
    )]
    WrongMode {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It belongs to another user.
    #[error(
        "the master key file {} belongs to another user; change its owner to the user that runs the server",
        .0.display()
    )]
    ForeignOwner(PathBuf),
    /// Damaged or something else, and a database depends on it.
    #[error("the master key file {} is damaged or not a master key; put the file back from its backup", .0.display())]
    Damaged(PathBuf),
    /// Damaged, but nothing depends on it yet: what a first run leaves that was killed while it wrote the file.
    #[error(
        "the master key file {} is damaged or not a master key, and the database is empty; put the file back from its backup, or remove it and the next start makes a new one",
        .0.display()
    )]
    DamagedAndUnused(PathBuf),
    /// The file system refuses.
    #[error("the master key file {} cannot be used: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The place of the last key is taken by that of an earlier rotation, without which backups of then are worth nothing.
    #[error(
        "the file {} is the master key from before an earlier rotation; move it to where the backups of that time are, or remove it when there are none",
        .0.display()
    )]
    OldKey(PathBuf),
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
            Ok(metadata) => self.read(&metadata, database_is_empty),
            Err(error) if error.kind() == io::ErrorKind::NotFound && database_is_empty => self.create(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(MasterKeyError::Missing(self.path.clone()))
            }
            Err(error) => Err(self.io(error)),
        }
    }

    /// The key, if there is a file.
    pub(crate) fn find(&self) -> Result<Option<MasterKey>, MasterKeyError> {
        match fs::symlink_metadata(&self.path) {
            Ok(metadata) => self.read(&metadata, false).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io(error)),
        }
    }

    fn read(&self, metadata: &Metadata, database_is_empty: bool) -> Result<MasterKey, MasterKeyError> {
        self.examine(metadata)?;
        let flags =
            [OFlags::RDONLY, OFlags::NOFOLLOW, OFlags::NONBLOCK, OFlags::CLOEXEC].into_iter().collect();
        let opened = rustix::fs::open(&self.path, flags, Mode::empty());
        let file = File::from(opened.map_err(|error| self.io(error.into()))?);
        // Again, since the path may have come to name another file in between.
        self.examine(&file.metadata().map_err(|error| self.io(error))?)?;

        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST));
        let limit = u64::try_from(MOST).unwrap_or(u64::MAX);
        file.take(limit).read_to_end(&mut bytes).map_err(|error| self.io(error))?;
        std::str::from_utf8(&bytes).ok().and_then(MasterKey::parse).ok_or_else(|| {
            let damaged =
                if database_is_empty { MasterKeyError::DamagedAndUnused } else { MasterKeyError::Damaged };
            damaged(self.path.clone())
        })
    }

    fn examine(&self, metadata: &Metadata) -> Result<(), MasterKeyError> {
        let mode = metadata.mode() & 0o7777;
        if metadata.is_symlink() {
            Err(MasterKeyError::SymbolicLink(self.path.clone()))
        } else if !metadata.is_file() {
            Err(MasterKeyError::NotAFile(self.path.clone()))
        } else if metadata.uid() != rustix::process::geteuid().as_raw() {
            Err(MasterKeyError::ForeignOwner(self.path.clone()))
        } else if !matches!(mode, 0o600 | 0o400) {
            Err(MasterKeyError::WrongMode { path: self.path.clone(), mode })
        } else {
            Ok(())
        }
    }

    fn create(&self) -> Result<MasterKey, MasterKeyError> {
        let key = MasterKey::random().map_err(|_| MasterKeyError::NoRandomness)?;
        self.write(&key).map_err(|error| self.io(error))?;
        Ok(key)
    }

    /// Writes a new file; when this returns, it and every folder above it that was made are on the disk.
    pub(crate) fn write(&self, key: &MasterKey) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let missing = folder.ancestors().take_while(is_missing).count();
        if missing > 0 {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.path)?;
        file.write_all(key.to_line().as_bytes())?;
        file.sync_all()?;
        for folder in folder.ancestors().take(missing + 1) {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    pub(crate) fn io(&self, error: io::Error) -> MasterKeyError {
        MasterKeyError::Io { path: self.path.clone(), error }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_first_run_makes_a_private_file_and_later_runs_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lens/secrets/master.key");
        let file = MasterKeyFile::at(&path);
        let made = file.open_or_create(true).unwrap();
        let parent = path.parent().unwrap();
        assert_eq!((mode(&path), mode(parent), mode(parent.parent().unwrap())), (0o600, 0o700, 0o700));
        for allowed in [0o600, 0o400] {
            fs::set_permissions(&path, fs::Permissions::from_mode(allowed)).unwrap();
            let read = file.open_or_create(false).unwrap();
            assert_eq!((&made.0.id, &made.0.bytes), (&read.0.id, &read.0.bytes));
        }
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
    fn where_it_cannot_be_told_whether_there_is_a_file_none_is_made() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let file = MasterKeyFile::at(folder.path().join("file/master.key"));
        assert!(matches!(file.open_or_create(false), Err(MasterKeyError::Io { .. })));
        assert!(matches!(file.open_or_create(true), Err(MasterKeyError::Io { .. })));
        assert!(matches!(file.find(), Err(MasterKeyError::Io { .. })));
    }

    #[test]
    fn what_is_refused_names_the_file_and_never_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let file = MasterKeyFile::at(&path);
        file.open_or_create(true).unwrap();
        let content = fs::read_to_string(&path).unwrap();
        let secret = content.split(' ').nth(1).unwrap().trim().to_owned();
        let check = |database_is_empty, expected: &str| {
            let error = file.open_or_create(database_is_empty).err().unwrap();
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(text.contains("master.key") && !text.contains(&secret), "{text}");
            }
            assert!(error.to_string().contains(expected), "{error}");
        };
        for refused in [0o644, 0o640, 0o604, 0o660, 0o700, 0o4600] {
            fs::set_permissions(&path, fs::Permissions::from_mode(refused)).unwrap();
            check(false, &format!("mode {refused:04o}"));
            check(true, "chmod 600");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for length in 0..content.trim().len() {
            fs::write(&path, &content[..length]).unwrap();
            check(false, "is damaged or not a master key; put the file back from its backup");
            check(true, "or remove it");
        }
        for other in [format!("{content}{content}"), content.replace("key-1", "key-2"), "x".repeat(10_000)] {
            fs::write(&path, other).unwrap();
            check(false, "damaged");
        }
        fs::write(&path, [0xff; 100]).unwrap();
        check(false, "damaged");
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, &content).unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
        fs::remove_file(&path).unwrap();
        symlink(&elsewhere, &path).unwrap();
        check(false, "symbolic link");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        check(true, "not a regular file");
    }

    #[test]
    fn a_mistyped_character_is_noticed() {
        let line = MasterKey::random().unwrap().to_line();
        assert!(MasterKey::parse(&line).is_some());
        for at in 0..line.trim_end().len() {
            let mut mistyped = line.as_bytes().to_vec();
            mistyped[at] = if mistyped[at] == b'A' { b'B' } else { b'A' };
            assert!(MasterKey::parse(std::str::from_utf8(&mistyped).unwrap()).is_none(), "character {at}");
        }
    }

    #[test]
    fn a_file_of_another_user_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut path = folder.path().join("master.key");
        MasterKeyFile::at(&path).open_or_create(true).unwrap();
        // Only root can give a file away; for everybody else this one is root's.
        if chown(&path, Some(12_345), None).is_err() {
            path = "/etc/passwd".into();
        }
        assert!(matches!(
            MasterKeyFile::at(&path).open_or_create(false),
            Err(MasterKeyError::ForeignOwner(named)) if named == path
        ));
    }
}
