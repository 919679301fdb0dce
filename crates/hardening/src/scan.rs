//! Searching a process's memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;

use aho_corasick::AhoCorasick;

/// The length of a piece of a secret that is searched for, in bytes.
const PIECE: usize = 20;
/// How much is read at once. Neighbouring reads overlap by the secret's length.
const CHUNK: u64 = 4 * 1024 * 1024;

/// How often a secret was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Whole copies.
    pub full: usize,
    /// Pieces of 20 bytes, those of whole copies among them.
    pub pieces: usize,
}

/// Searches all readable memory of a process for a secret and for every piece of 20 bytes of its part after `sk-admin-`.
pub fn scan(pid: u32, secret: &str) -> std::io::Result<Found> {
    let random = secret.strip_prefix("sk-admin-").unwrap_or(secret).as_bytes();
    let mut pieces: Vec<&[u8]> = random.windows(PIECE).collect();
    pieces.dedup();
    let finder = |patterns: &[&[u8]]| AhoCorasick::new(patterns).map_err(std::io::Error::other);
    let (whole, pieces) = (finder(&[secret.as_bytes()])?, finder(&pieces)?);
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let overlap = u64::try_from(secret.len()).unwrap_or(CHUNK);
    let mut found = Found::default();
    for line in BufReader::new(File::open(format!("/proc/{pid}/maps"))?).lines() {
        let Some((mut start, end)) = readable(&line?) else { continue };
        while start < end {
            let length = (end - start).min(CHUNK + overlap);
            let mut bytes = vec![0; usize::try_from(length).map_err(std::io::Error::other)?];
            // Some mappings cannot be read although they say so (vvar, pages past the end of a file).
            let read = memory.read_at(&mut bytes, start).unwrap_or(0);
            let bytes = bytes.get(..read).unwrap_or_default();
            found.full += whole.find_iter(bytes).count();
            found.pieces += pieces.find_iter(bytes).count();
            start += CHUNK;
        }
    }
    Ok(found)
}

fn readable(line: &str) -> Option<(u64, u64)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let bounds = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    rest.starts_with('r').then_some(bounds)
}
