//! The database: whether it is there, of this version, whole, and how far the imports are.

use super::{Line, Patient};
use crate::audit::verify::{self, Verified};
use crate::clock::Clock;
use crate::store::migration::MigrationError;
use crate::store::{Place, health, snapshot, tenant};
use crate::upstream_call::verify as calls;

/// The oldest PostgreSQL that is supported, as the server writes its number: 15.0.
const OLDEST_POSTGRES: i64 = 150_000;

/// Opens the database to look at it, and says whether it is of this version.
pub(super) async fn version(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "database";
    let place = patient.place.clone();
    if let Place::File(file) = &place
        && std::fs::metadata(file).map_or(0, |metadata| metadata.len()) == 0
    {
        let found = format!("{place} is not there yet");
        return vec![Line::warn(CHECK, found, "start openai-lens serve, or restore a backup")];
    }
    let opened = async {
        let mut db = place.look().await?;
        let found = super::find(&mut db).await?;
        let version = health::server_version(&mut db).await?;
        Ok::<_, sqlx::Error>((db, found, version))
    };
    let (db, found, version) = match opened.await {
        Ok(opened) => opened,
        Err(error) => {
            let remedy = "check DATABASE_URL or the file; a damaged one is put back from its backup";
            return vec![Line::fail(CHECK, format!("{place} cannot be read: {error}"), remedy)];
        }
    };
    if found.is_none() {
        let remedy = "check DATABASE_URL, start openai-lens serve, or restore a backup";
        return vec![Line::warn(CHECK, format!("there is no installation in {place} yet"), remedy)];
    }
    (patient.db, patient.installation) = (Some(db), found);
    let mut lines = vec![match place.is_current().await {
        Ok(()) => Line::ok(CHECK, format!("{place} is of this version")),
        Err(error @ MigrationError::Older(_)) => {
            Line::warn(CHECK, error.to_string(), "back it up with the old version, then start this one")
        }
        Err(error) => Line::fail(CHECK, error.to_string(), "this version leaves it alone"),
    }];
    if let Some(version) = version.filter(|version| *version < OLDEST_POSTGRES) {
        let found = format!("PostgreSQL is of version {}", version / 10_000);
        lines.push(Line::warn(CHECK, found, "use version 15 or later"));
    }
    lines
}

/// Whether all pages and references hold.
pub(super) async fn damage(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "integrity";
    let (Place::File(_), Some(db)) = (&patient.place, &mut patient.db) else { return Vec::new() };
    let remedy = "stop the server and restore a backup into an empty folder";
    vec![match snapshot::damage(db).await {
        Ok(None) => Line::ok(CHECK, "all pages and references of the database hold"),
        Ok(Some(damage)) => Line::fail(CHECK, damage, remedy),
        Err(error) => Line::fail(CHECK, format!("it cannot be read through: {error}"), remedy),
    }]
}

/// Whether the audit logs and the logs of calls to OpenAI are as they were written.
pub(super) async fn audit_log(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "audit log";
    const CALLS: &str = "call log";
    let (Some(vault), Some(db), Some(installation)) =
        (&patient.vault, &mut patient.db, &patient.installation)
    else {
        return Vec::new();
    };
    let Ok(fingerprints) = vault.fingerprints(&installation.fingerprint_key) else {
        return vec![Line::fail(
            CHECK,
            "its key does not open",
            "restore a backup: its rows cannot be verified",
        )];
    };
    let verified = async {
        // One instant, so that what is written and dropped meanwhile is not seen half.
        let mut db = snapshot::of(db).await?;
        let (mut rows, mut broken) = (Vec::new(), Vec::new());
        for tenant in tenant::ids(&mut db).await? {
            if let Verified::Broken { seq, how } = verify::verify(&fingerprints, &mut db, &tenant).await? {
                rows.push(format!("{tenant}: row {seq} does not fit: {how}"));
            }
            if let calls::Verified::Broken { connection, seq, how } =
                calls::all(&fingerprints, &mut db, &tenant).await?
            {
                broken.push(format!("{tenant}: call {seq} with the key of {connection} does not fit: {how}"));
            }
        }
        Ok::<_, sqlx::Error>([(CHECK, rows), (CALLS, broken)])
    };
    let remedy = "somebody else has written to the database: find out who";
    let lines = |(check, broken): (&'static str, Vec<String>)| match broken.is_empty() {
        true => vec![Line::ok(check, "every row is as it was written")],
        false => broken.into_iter().map(|row| Line::fail(check, row, remedy)).collect(),
    };
    match verified.await {
        Ok(found) => found.into_iter().flat_map(lines).collect(),
        Err(error) => {
            vec![Line::fail(CHECK, format!("it cannot be read: {error}"), "see the line database")]
        }
    }
}

/// How far the imports are, and whether a server was killed in the middle of one.
pub(super) async fn imports(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "imports";
    let Some(db) = &mut patient.db else { return Vec::new() };
    let imports = match health::imports(db, Clock::System.now()).await {
        Ok(imports) => imports,
        Err(error) => {
            return vec![Line::fail(CHECK, format!("they cannot be read: {error}"), "see the line database")];
        }
    };
    let mut lines = Vec::new();
    if imports.needing_key > 0 {
        let found = format!("accounts that need a new key: {}", imports.needing_key);
        lines.push(Line::warn(CHECK, found, "replace their keys on Assets"));
    }
    if imports.failing > 0 {
        let found = format!("windows of days that could not be read from OpenAI yet: {}", imports.failing);
        lines.push(Line::warn(CHECK, found, "Assets says why; they are tried again by themselves"));
    }
    if imports.overdue > 0 {
        let found = format!("accounts that have been due for more than two hours: {}", imports.overdue);
        lines.push(Line::warn(CHECK, found, "start openai-lens serve; while it runs, its log says why"));
    }
    if imports.ahead > 0 {
        let found = format!("accounts that are not due for more than a day: {}", imports.ahead);
        let remedy =
            "nothing while openai-lens serve runs: a clock that was ahead is noticed within a minute";
        lines.push(Line::warn(CHECK, found, remedy));
    }
    if imports.stale_leases > 0 {
        let found = format!("accounts held by a server that is gone: {}", imports.stale_leases);
        lines.push(Line::warn(CHECK, found, "nothing: the next server takes them over"));
    }
    if lines.is_empty() {
        let found = format!(
            "accounts imported: {}; windows of days that are due: {}, and waiting: {}",
            imports.working, imports.due, imports.waiting
        );
        lines.push(Line::ok(CHECK, found));
    }
    lines
}
