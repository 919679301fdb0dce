//! The data folder: whose it is, who can read it, and how much room is left.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::StatVfsMountFlags;

use super::{Line, Patient};
use crate::store::Place;

/// Less room than this is worth a warning, and less than that is soon none, in bytes.
const LITTLE: u64 = 1 << 30;
const HARDLY_ANY: u64 = 64 << 20;

/// Whether the folder and the database's files are there, and nobody else's.
pub(super) fn folder(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "files";
    let folder = &patient.settings.data;
    let mut files = vec![(folder.clone(), 0o700)];
    if let Place::File(database) = &patient.place {
        for end in ["", "-wal", "-shm"] {
            let mut name = database.as_os_str().to_owned();
            name.push(end);
            files.push((name.into(), 0o600));
        }
    }
    let mut lines = Vec::new();
    for (path, most) in files {
        match fs::symlink_metadata(&path) {
            Ok(metadata) => lines.extend(private(CHECK, &path, &metadata, most)),
            Err(error) if error.kind() == ErrorKind::NotFound && path != *folder => {}
            Err(error) => lines.push(Line::fail(
                CHECK,
                format!("the data folder {} cannot be used: {error}", path.display()),
                "make it readable for this user, or choose another one with OPENAI_LENS_DATA",
            )),
        }
    }
    if lines.is_empty() {
        lines.push(Line::ok(CHECK, format!("{} is this user's own and closed to others", folder.display())));
    }
    lines
}

fn private(check: &'static str, path: &Path, metadata: &fs::Metadata, most: u32) -> Option<Line> {
    let mode = metadata.mode() & 0o777;
    let whose = rustix::process::geteuid().as_raw();
    if metadata.uid() != whose {
        let remedy = format!("run openai-lens as its owner, or: chown {whose} {}", path.display());
        return Some(Line::fail(check, format!("{} belongs to another user", path.display()), remedy));
    }
    (mode & !most != 0).then(|| {
        let found = format!("{} has mode {mode:04o}: others can read what is in it", path.display());
        Line::warn(check, found, format!("chmod {most:o} {}", path.display()))
    })
}

/// How much room the database has left. That of a PostgreSQL is its own operator's to watch.
pub(super) fn room(patient: &mut Patient) -> Vec<Line> {
    const CHECK: &str = "disk";
    let folder = &patient.settings.data;
    let Place::File(_) = &patient.place else { return Vec::new() };
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Vec::new() };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
        let found = format!("{} is on a disk that is mounted read-only", folder.display());
        return vec![Line::fail(CHECK, found, "remount it writable; until then the console is read-only")];
    }
    let found = format!("{} MB are free for {}", free >> 20, folder.display());
    let remedy =
        "free space, or move the data folder to a larger disk; on a full one the console is read-only";
    vec![match free {
        0..HARDLY_ANY => Line::fail(CHECK, found, remedy),
        HARDLY_ANY..LITTLE => Line::warn(CHECK, found, remedy),
        _ => Line::ok(CHECK, found),
    }]
}
