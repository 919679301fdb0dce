//! The chain: HMAC-SHA-256 over a row and the hash before it, under the installation's fingerprint key. Whoever can write
//! the database but lacks the master key can make no row that fits. Whoever has both can; and an old copy of the whole
//! database is still a whole chain.

use api::TenantId;
use vault::Fingerprints;

use crate::store::audit_event::{Head, Row};
use crate::store::column;

/// Sets these hashes apart from the fingerprints of keys, which start with `sk-`.
const ROW: &str = "openai-lens audit row 1";
const HEAD: &str = "openai-lens audit head 1";

/// Where the chain ends with this row behind the one with the hash `before`.
pub fn head(key: &Fingerprints, tenant: &TenantId, before: &str, row: &Row) -> Head {
    let hash = hash(key, tenant, before, row);
    let seal = seal(key, tenant, row.seq, &hash);
    Head { seq: row.seq, hash, seal }
}

/// The hash of a row behind the one with the hash `before`.
pub fn hash(key: &Fingerprints, tenant: &TenantId, before: &str, row: &Row) -> String {
    let numbers = [row.seq.to_string(), row.at.to_string()];
    let [seq, at] = numbers.each_ref().map(|number| Some(number.as_str()));
    let fields = [
        Some(ROW),
        Some(tenant.as_str()),
        Some(before),
        seq,
        at,
        Some(&row.actor),
        row.actor_id.as_deref(),
        row.request_id.as_deref(),
        row.network.as_deref(),
        Some(&row.kind),
        row.object_id.as_deref(),
        Some(&row.result),
        Some(&row.event),
    ];
    mac(key, &fields)
}

/// Says that the chain ends here: the hashes of earlier rows are no seals, so that cutting rows off is noticed.
pub fn seal(key: &Fingerprints, tenant: &TenantId, seq: i64, hash: &str) -> String {
    mac(key, &[Some(HEAD), Some(tenant.as_str()), Some(&seq.to_string()), Some(hash)])
}

/// A keyed hash of fields, each of which may be absent.
pub(crate) fn mac(key: &Fingerprints, fields: &[Option<&str>]) -> String {
    let mut bytes = Vec::new();
    for field in fields {
        // With its length before it, so that no two rows look alike; what is absent has a length of its own.
        let length = field.map_or(u64::MAX, |field| field.len() as u64);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(field.unwrap_or_default().as_bytes());
    }
    column::to_base64(&key.of(&bytes).0)
}
