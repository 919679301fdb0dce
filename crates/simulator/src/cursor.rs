//! Cursors of bucket pages: opaque, and bound to the exact query that they came from.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::query::Query;

/// The cursor that goes on at this second.
pub(crate) fn write(query: &Query, at: i64) -> String {
    let mut bytes = at.to_be_bytes().to_vec();
    bytes.extend_from_slice(&bound(query));
    format!("page_{}", STANDARD.encode(bytes))
}

/// The second at which a query goes on: its cursor's, or the start where it has none.
pub(crate) fn resume(query: &Query, start: i64) -> Result<i64, Failure> {
    let Some(page) = query.text("page") else { return Ok(start) };
    let bytes = page.strip_prefix("page_").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    match bytes.split_at_checked(8) {
        Some((at, rest)) if rest == bound(query) => Ok(i64::from_be_bytes(at.try_into().unwrap_or_default())),
        _ => Err(Failure::invalid_cursor()),
    }
}

fn bound(query: &Query) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(query.without_page().as_bytes()).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    [a, b, c, d, e, f, g, h]
}
