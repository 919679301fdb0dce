//! The files of the master key while one takes the place of another.
//!
//! The database says which master key is its own: its check value opens with no other. So the files need not change in
//! the same moment as the database, and a rotation that is killed leaves no state without a way on.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::{MasterKey, MasterKeyError, MasterKeyFile, Sealed, Vault};

/// What the names of the other files end in.
const NEXT: &str = ".next";
const OLD: &str = ".old";

/// The master key's file, and beside it `.next` until a rotation has begun, and `.old` until somebody puts it away.
pub struct MasterKeyFiles {
    path: PathBuf,
}

impl MasterKeyFiles {
    /// The files whose first one has this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The vault of the database with this check value; none when its key is in none of the files. The keys of the other
    /// files open what is still sealed with them.
    pub fn open(&self, check_value: &Sealed) -> Result<Option<Vault>, MasterKeyError> {
        // Twice, since the next key may have become the first one between the readings of the two files.
        match self.read(check_value) {
            Ok(None) | Err(MasterKeyError::Missing(_)) => self.read(check_value),
            read => read,
        }
    }

    fn read(&self, check_value: &Sealed) -> Result<Option<Vault>, MasterKeyError> {
        // Of another file than the first, a fault is only worth telling of when its key is needed: then it is missing.
        let other = |end| self.file(end).find().ok().flatten();
        let belongs = |key: MasterKey| {
            let vault = Vault::new(key);
            let fits = vault.verify(check_value).is_ok();
            (vault, fits)
        };
        let beside = |vault: Vault, others: [Option<MasterKey>; 2]| {
            others.into_iter().flatten().fold(vault, Vault::beside)
        };
        match self.first().open_or_create(false).map(belongs) {
            Ok((vault, true)) => Ok(Some(beside(vault, [other(NEXT), other(OLD)]))),
            found => match (other(NEXT).map(belongs), found) {
                (Some((vault, true)), _) => {
                    let first = self.first().find().ok().flatten();
                    Ok(Some(beside(vault, [first, other(OLD)])))
                }
                (_, Ok(_)) => Ok(None),
                (_, Err(error)) => Err(error),
            },
        }
    }

    /// The vault of the next key, in which the first one opens what it has sealed. The next key is made when there is none.
    pub fn open_next(&self) -> Result<Vault, MasterKeyError> {
        let next = Vault::new(self.next()?);
        Ok(next.beside(self.first().open_or_create(false)?))
    }

    /// The next key: that of the file, which is made when there is none. A file that was half written is written anew:
    /// nothing can be sealed with it. Whoever asks holds the database's only write transaction: nobody else makes one.
    pub fn next(&self) -> Result<MasterKey, MasterKeyError> {
        let file = self.file(NEXT);
        match file.find() {
            Ok(Some(key)) => return Ok(key),
            Ok(None) => {}
            Err(MasterKeyError::Damaged(path)) => fs::remove_file(&path).map_err(|error| file.io(error))?,
            Err(error) => return Err(error),
        }
        let key = MasterKey::random().map_err(|_| MasterKeyError::NoRandomness)?;
        file.write(&key).map_err(|error| file.io(error))?;
        Ok(key)
    }

    /// Whether there is the key of before a rotation.
    pub fn has_old(&self) -> bool {
        fs::symlink_metadata(self.beside(OLD)).is_ok()
    }

    /// Where the key of before a rotation is.
    pub fn old_path(&self) -> PathBuf {
        self.beside(OLD)
    }

    /// Puts the next key in the place of the first one when the database with this check value has gone over to it. The
    /// first one stays beside it under another name. It can be repeated after a kill at any moment.
    pub fn promote(&self, check_value: &Sealed) -> Result<(), MasterKeyError> {
        let fits = |key: MasterKey| Vault::new(key).verify(check_value).is_ok();
        let first = self.first().find();
        if self.first().find().ok().flatten().is_some_and(fits) {
            return Ok(());
        }
        if !self.file(NEXT).find()?.is_some_and(fits) {
            return Ok(());
        }
        if let Ok(Some(first)) = first {
            self.keep_old(&first)?;
        }
        let failed = |error| self.first().io(error);
        fs::rename(self.beside(NEXT), &self.path).map_err(failed)?;
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }

    fn keep_old(&self, key: &MasterKey) -> Result<(), MasterKeyError> {
        let file = self.file(OLD);
        match file.find() {
            Ok(None) => {}
            Ok(Some(kept)) if kept.to_line() == key.to_line() => return Ok(()),
            Ok(Some(_)) => return Err(MasterKeyError::OldKey(self.beside(OLD))),
            // Half written, and the key itself is still in the first file.
            Err(MasterKeyError::Damaged(path)) => fs::remove_file(&path).map_err(|error| file.io(error))?,
            Err(error) => return Err(error),
        }
        file.write(key).map_err(|error| file.io(error))
    }

    fn first(&self) -> MasterKeyFile {
        MasterKeyFile::at(&self.path)
    }

    fn file(&self, end: &str) -> MasterKeyFile {
        MasterKeyFile::at(self.beside(end))
    }

    fn beside(&self, end: &str) -> PathBuf {
        let mut path: OsString = self.path.clone().into();
        path.push(end);
        path.into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Place {
        folder: tempfile::TempDir,
        files: MasterKeyFiles,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let files = MasterKeyFiles::at(folder.path().join("master.key"));
            Self { folder, files }
        }

        fn id(&self, check: &Sealed) -> Option<String> {
            self.files.open(check).unwrap().map(|vault| vault.key_id())
        }

        fn write(&self, name: &str, content: &str) {
            let path = self.folder.path().join(name);
            fs::write(&path, content).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.folder.path().join(name)).unwrap()
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.folder.path()).unwrap();
            let mut names: Vec<_> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    /// The states that a rotation goes through, each as a kill would leave it.
    #[test]
    fn whatever_moment_a_rotation_is_killed_at_the_databases_key_is_found() {
        let place = Place::new();
        let old = Vault::new(place.files.first().open_or_create(true).unwrap());
        let (check, old_id) = (old.check_value().unwrap(), old.key_id());
        // The next key is there, half written or whole, and the database has not gone over to it.
        place.write("master.key.next", "openai-lens-mas");
        assert_eq!(place.id(&check), Some(old_id.clone()));
        let next = Vault::new(place.files.next().unwrap());
        assert_eq!(Vault::new(place.files.next().unwrap()).key_id(), next.key_id(), "it is made once");
        assert_eq!(place.id(&check), Some(old_id.clone()));
        place.files.promote(&check).unwrap();
        assert_eq!(place.names(), ["master.key", "master.key.next"]);

        // The database has gone over. What the old key sealed opens beside the new one.
        let new_check = next.check_value().unwrap();
        let sealed = old.new_fingerprint_key().unwrap();
        let opens = || place.files.open(&new_check).unwrap().unwrap().fingerprints(&sealed).is_ok();
        assert!(place.id(&new_check) == Some(next.key_id()) && opens());
        // The old key has its second name, half written or whole, and the first name is still its own.
        let (first, next_line) = ["master.key", "master.key.next"].map(|name| place.read(name)).into();
        for half in ["", &first] {
            place.write("master.key", &first);
            place.write("master.key.next", &next_line);
            place.write("master.key.old", half);
            for _ in 0..2 {
                place.files.promote(&new_check).unwrap();
                assert_eq!(place.names(), ["master.key", "master.key.old"]);
                assert_eq!(
                    (place.read("master.key"), place.read("master.key.old")),
                    (next_line.clone(), first.clone())
                );
                assert!(place.id(&new_check) == Some(next.key_id()) && opens());
            }
        }
        assert!(place.files.has_old());
        // A backup of before belongs to the old key, which nobody takes for the first one.
        assert_eq!(place.id(&check), None);
        fs::remove_file(place.files.old_path()).unwrap();
        assert!(!place.files.has_old());
        assert!(place.id(&new_check) == Some(next.key_id()) && !opens());
    }

    #[test]
    fn the_key_of_before_is_never_overwritten() {
        let place = Place::new();
        place.files.first().open_or_create(true).unwrap();
        let first = |place: &Place| fs::read(place.folder.path().join("master.key")).unwrap();
        let kept = first(&place);
        let check = |key: MasterKey| Vault::new(key).check_value().unwrap();
        place.files.promote(&check(place.files.next().unwrap())).unwrap();
        let refused = place.files.promote(&check(place.files.next().unwrap())).unwrap_err();
        assert!(
            matches!(&refused, MasterKeyError::OldKey(path) if path.ends_with("master.key.old")),
            "{refused}"
        );
        assert_eq!(fs::read(place.folder.path().join("master.key.old")).unwrap(), kept);
        assert!(place.files.has_old() && place.names().len() == 3);
    }
}
