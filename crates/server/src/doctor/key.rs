//! The master key, and whether everything that is sealed opens with it.

use vault::MasterKeyFiles;

use super::{Line, Patient};
use crate::master_key::status::{self, Status};
use crate::store::snapshot;

/// Whether the master key is there and the database's.
pub(super) fn master_key(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "master key";
    let file = patient.settings.master_key_file.display().to_string();
    let Some(installation) = &patient.installation else { return Vec::new() };
    match MasterKeyFiles::at(&patient.settings.master_key_file).open(&installation.check_value) {
        Ok(Some(vault)) => {
            let line = Line::ok(CHECK, format!("{file} has the database's, {}", vault.key_id()));
            patient.vault = Some(vault);
            vec![line]
        }
        Ok(None) => vec![Line::fail(
            CHECK,
            format!("{file} does not belong to the database"),
            "put the right file back from its backup: nothing starts without it",
        )],
        Err(error) => vec![Line::fail(CHECK, error.to_string(), "nothing starts before that is done")],
    }
}

/// Whether every stored key opens, and how far a rotation is.
pub(super) async fn secrets(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "stored keys";
    let (Some(vault), Some(db)) = (&patient.vault, &mut patient.db) else { return Vec::new() };
    let looked = async {
        // One instant, so that a key that is replaced meanwhile is not seen half.
        let mut db = snapshot::of(db).await?;
        status::of(vault, &mut db).await
    };
    let Status { rotation, current, older, unreadable, .. } = match looked.await {
        Ok(status) => status,
        Err(error) => {
            return vec![Line::fail(CHECK, format!("they cannot be read: {error}"), "see the line database")];
        }
    };
    let mut lines = Vec::new();
    if unreadable > 0 {
        lines.push(Line::fail(
            CHECK,
            format!("keys that no master key here opens: {unreadable}"),
            "their accounts show “Needs a new key”: replace it there; a lost second factor has to be set up again",
        ));
    }
    if let Some(rotation) = rotation {
        lines.push(Line::warn(
            CHECK,
            format!(
                "a rotation began at {} and has not ended; {older} are under the previous key",
                rotation.began_at
            ),
            "run openai-lens keys rotate, which ends it",
        ));
    }
    if lines.is_empty() {
        lines.push(Line::ok(CHECK, format!("all {current} open")));
    }
    let old = MasterKeyFiles::at(&patient.settings.master_key_file);
    if rotation.is_none() && old.has_old() {
        lines.push(Line::warn(
            CHECK,
            format!("{} lies beside the key in use", old.old_path().display()),
            "put it where the backups from before the rotation are, or remove it with them",
        ));
    }
    lines
}
