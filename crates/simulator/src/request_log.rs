//! What was asked: for tests to look at.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Most requests that are kept. Later ones push out the oldest half.
const MOST: usize = 200_000;

/// A request. The key is in it as a fingerprint only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// The verb.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query string.
    pub query: String,
    /// The first 12 hexadecimal digits of the key's SHA-256; empty without a key.
    pub key: String,
    /// The status that was answered; 0 where nothing was.
    pub status: u16,
    /// When, in Unix seconds.
    pub at: i64,
}

/// The log.
#[derive(Debug)]
pub(crate) struct RequestLog {
    entries: Mutex<Vec<Logged>>,
    file: Option<Mutex<File>>,
}

impl RequestLog {
    pub(crate) fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { entries: Mutex::new(Vec::new()), file: file.map(Mutex::new) })
    }

    pub(crate) fn add(&self, entry: Logged) {
        if let (Some(file), Ok(line)) = (&self.file, serde_json::to_string(&entry)) {
            // A log that cannot be written is noticed by the test that reads it.
            let _ = writeln!(file.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.drain(..MOST / 2);
        }
        entries.push(entry);
    }

    pub(crate) fn all(&self) -> Vec<Logged> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A key as the log names it.
pub fn fingerprint(key: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
