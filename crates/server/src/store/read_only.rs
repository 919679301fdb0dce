//! A database that can be read and takes no changes: its disk is full, or not writable. That is noted by whoever is refused
//! first, and then nobody tries until a probe of real writing has succeeded.

use std::io::{Error as IoError, ErrorKind};
use std::sync::{Mutex, PoisonError};

use api::{ReadOnly, Timestamp};
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

use super::Store;
use crate::random::{self, NoRandomness};

/// Since when, and why.
#[derive(Debug, Default)]
pub(super) struct ReadOnlySince(Mutex<Option<(ReadOnly, Timestamp)>>);

/// Bytes that a probe writes: more than what an emptied page here and there would hold.
const PROBE: usize = 64 << 10;

/// Why the probe says nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The store refuses still, or fails otherwise.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// See [`NoRandomness`].
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl Store {
    /// Why it takes no changes for the moment; none when it does.
    pub fn read_only(&self) -> Option<ReadOnly> {
        self.read_only_since().map(|(cause, _)| cause)
    }

    /// The same, and since when.
    pub fn read_only_since(&self) -> Option<(ReadOnly, Timestamp)> {
        *self.read_only.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses whoever wants to write meanwhile.
    pub(super) fn writable(&self) -> sqlx::Result<()> {
        self.read_only().map_or(Ok(()), |cause| Err(refused(cause)))
    }

    /// Notes that a change was refused for want of a writable disk, if that is what the error says. Says whether it was.
    pub fn note(&self, error: &sqlx::Error, now: Timestamp) -> bool {
        let Some(cause) = cause(error) else { return false };
        let mut state = self.read_only.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_none() {
            tracing::error!(%error, cause = cause.slug(), "read-only from here on: {}", cause.remedy());
            *state = Some((cause, now));
        }
        true
    }

    /// Writes and empties again as much as a change needs. When that succeeds, changes are taken from here on.
    pub async fn probe(&self) -> Result<(), ProbeError> {
        // Random, since PostgreSQL would make little of what is all the same.
        let body = random::many(PROBE)?;
        for body in [Some(body), None] {
            let mut db = self.begin(None).await?;
            sqlx::query("DELETE FROM write_probe").execute(&mut *db).await?;
            if let Some(body) = body {
                let sql = "INSERT INTO write_probe (id, body) VALUES (1, $1)";
                sqlx::query(sql).bind(body).execute(&mut *db).await?;
            }
            db.commit().await?;
        }
        *self.read_only.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}

/// What whoever wants to write is told meanwhile. [`cause`] reads it again.
fn refused(cause: ReadOnly) -> sqlx::Error {
    sqlx::Error::Io(IoError::from(match cause {
        ReadOnly::DiskFull => ErrorKind::StorageFull,
        ReadOnly::NotWritable => ErrorKind::ReadOnlyFilesystem,
    }))
}

/// Whether an error says that the database can be read and not be written, and why.
pub fn cause(error: &sqlx::Error) -> Option<ReadOnly> {
    match error {
        sqlx::Error::Io(error) => match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(ReadOnly::DiskFull),
            ErrorKind::ReadOnlyFilesystem => Some(ReadOnly::NotWritable),
            _ => None,
        },
        sqlx::Error::Database(error) => {
            let code = error.code();
            let code = code.as_deref().unwrap_or_default();
            if error.try_downcast_ref::<SqliteError>().is_some() {
                code.parse().ok().and_then(of_sqlite)
            } else if error.try_downcast_ref::<PgDatabaseError>().is_some() {
                of_postgres(code)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// By SQLite's extended result codes (sqlite.org/rescode.html): the low byte is the code itself.
fn of_sqlite(code: u32) -> Option<ReadOnly> {
    /// SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR.
    const FULL: u32 = 13;
    const READONLY: u32 = 8;
    const IOERR: u32 = 10;
    match (code & 0xff, code >> 8) {
        (FULL, _) => Some(ReadOnly::DiskFull),
        (READONLY, _) => Some(ReadOnly::NotWritable),
        // Write, sync, sync of the folder, truncate; and the index of the log of changes, which could not be opened,
        // made longer or mapped.
        (IOERR, 3..=6 | 18 | 19 | 21) => Some(ReadOnly::NotWritable),
        _ => None,
    }
}

/// By PostgreSQL's codes (appendix A of its manual): `disk_full` and `read_only_sql_transaction`.
fn of_postgres(code: &str) -> Option<ReadOnly> {
    match code {
        "53100" => Some(ReadOnly::DiskFull),
        "25006" => Some(ReadOnly::NotWritable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_read_and_not_be_written_is_read_only() {
        for (code, expected) in [
            (13, Some(ReadOnly::DiskFull)),
            (8, Some(ReadOnly::NotWritable)),
            (776, Some(ReadOnly::NotWritable)),
            (778, Some(ReadOnly::NotWritable)),
            (1034, Some(ReadOnly::NotWritable)),
            (4874, Some(ReadOnly::NotWritable)),
            // A damaged disk, a damaged file, a busy one and a missing one are other matters.
            (266, None),
            (11, None),
            (5, None),
            (14, None),
        ] {
            assert_eq!(of_sqlite(code), expected, "{code}");
        }
        assert_eq!(of_postgres("53100"), Some(ReadOnly::DiskFull));
        assert_eq!(of_postgres("25006"), Some(ReadOnly::NotWritable));
        assert_eq!(of_postgres("53300"), None);
    }

    #[test]
    fn whoever_is_refused_meanwhile_is_told_the_same() {
        for expected in [ReadOnly::DiskFull, ReadOnly::NotWritable] {
            assert_eq!(cause(&refused(expected)), Some(expected));
        }
        assert_eq!(cause(&sqlx::Error::PoolTimedOut), None);
        assert_eq!(cause(&sqlx::Error::Io(ErrorKind::BrokenPipe.into())), None);
    }
}
