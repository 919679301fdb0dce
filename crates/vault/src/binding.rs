//! What a record belongs to.

/// The application's name in every binding: a record of another program never opens here.
const APPLICATION: &str = "openai-lens";

/// Where a record lives. All of it is authenticated with the record and none of it is stored in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The tenant's id.
    pub tenant: &'a str,
    /// The id of the connection, also while it is a draft; the user's for a second factor, the webhook's
    /// for a webhook.
    pub connection: &'a str,
    /// What is sealed.
    pub kind: Kind,
    /// The secret's version: 1 for the first key, higher for each that replaces it.
    pub version: u32,
}

/// What is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An OpenAI admin key.
    AdminKey,
    /// The secret of a person's authenticator app.
    SecondFactor,
    /// The address of a webhook and what its messages are signed with.
    Webhook,
    /// A data key, wrapped by the master key.
    DataKey,
    /// The key of the fingerprints.
    FingerprintKey,
    /// The constant that recognizes the master key.
    CheckValue,
}

impl Binding<'_> {
    /// The binding as bytes: each part behind its length, so that no two bindings have the same bytes.
    pub(crate) fn bytes(&self, record_version: u8) -> Vec<u8> {
        let kind = match self.kind {
            Kind::AdminKey => "admin-key",
            Kind::SecondFactor => "second-factor",
            Kind::Webhook => "webhook",
            Kind::DataKey => "data-key",
            Kind::FingerprintKey => "fingerprint-key",
            Kind::CheckValue => "check-value",
        };
        let mut bytes = vec![record_version];
        for part in [APPLICATION, self.tenant, self.connection, kind] {
            bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_bindings_have_the_same_bytes() {
        let base = Binding { tenant: "ab", connection: "c", kind: Kind::AdminKey, version: 1 };
        let moved = Binding { tenant: "a", connection: "bc", ..base };
        assert_ne!(base.bytes(1), moved.bytes(1));
        assert_ne!(base.bytes(1), base.bytes(2));
        assert_ne!(base.bytes(1), Binding { version: 2, ..base }.bytes(1));
        assert_ne!(base.bytes(1), Binding { kind: Kind::DataKey, ..base }.bytes(1));
    }
}
