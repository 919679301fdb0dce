//! The key itself.

use std::fmt;

use zeroize::Zeroizing;

use crate::{KeyKind, Unfit};

/// What every admin key starts with (OpenAI, administration API reference).
const PREFIX: &str = "sk-admin-";
/// Fewest characters after the prefix: those of `sk-admin-1234abcd`, the example in OpenAI's own reference. Real ones have
/// more than a hundred; what is cut off beyond these, OpenAI refuses.
const FEWEST: usize = 8;
/// Most characters of a whole key: far above OpenAI's, low enough to name a pasted document.
const MOST: usize = 512;

/// An admin key of the right shape. Whether OpenAI accepts it is for OpenAI to say.
///
/// Code that would print, serialise or copy one does not compile (tests/secret.rs).
pub struct AdminKey(Zeroizing<String>);

impl AdminKey {
    /// Reads a key from pasted text: surrounding blanks, invisible characters and quotes are removed, and everything
    /// that is not an admin key is named. Nothing of the text is in the error.
    pub fn parse(pasted: &str) -> Result<Self, Unfit> {
        let text = pasted.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || is_quote(c));
        if text.is_empty() {
            return Err(Unfit::Empty);
        }
        if text.len() > MOST {
            return Err(Unfit::TooLong);
        }
        if let Some(kind) = other_kind(text) {
            return Err(Unfit::OtherKind(kind));
        }
        let Some(random) = text.strip_prefix(PREFIX) else {
            return Err(if PREFIX.starts_with(text) {
                Unfit::CutOff
            } else {
                Unfit::OtherKind(KeyKind::Unknown)
            });
        };
        if text.contains("...") || text.contains(['…', '*', '•']) {
            return Err(Unfit::Masked);
        }
        if text.contains(|c: char| c.is_whitespace() || is_invisible(c)) {
            return Err(Unfit::Broken);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte)) {
            return Err(Unfit::BadCharacter);
        }
        if random.len() < FEWEST {
            return Err(Unfit::CutOff);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The key in clear, for the request that carries it and for sealing it. Nothing else may call this.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters, by which a person recognizes the key (OpenAI's own lists show them too).
    pub fn tail(&self) -> String {
        let from = self.0.len().saturating_sub(4);
        self.0.get(from..).unwrap_or_default().to_owned()
    }

    /// Writes the key into the one request body that carries it: for `#[serde(serialize_with)]` on that field, since
    /// the key itself has no `Serialize`.
    pub fn serialize_exposed<S: serde::Serializer>(key: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(key.expose())
    }
}

impl fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminKey(redacted)")
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»')
}

fn other_kind(text: &str) -> Option<KeyKind> {
    const KINDS: [(&str, KeyKind); 6] = [
        ("sk-proj-", KeyKind::Project),
        ("sk-svcacct-", KeyKind::ServiceAccount),
        ("sk-ant-", KeyKind::Anthropic),
        ("org-", KeyKind::OrganizationId),
        ("proj_", KeyKind::ProjectId),
        ("key_", KeyKind::KeyId),
    ];
    if let Some((_, kind)) = KINDS.into_iter().find(|(prefix, _)| text.starts_with(prefix)) {
        return Some(kind);
    }
    let legacy = text.starts_with("sk-") && !text.starts_with(PREFIX) && !PREFIX.starts_with(text);
    legacy.then_some(KeyKind::User)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: &str = "abcdefghijklmnopqrstuvwxyz0123456789VuSa";

    fn check(pasted: &str, expected: Result<&str, Unfit>) {
        let parsed = AdminKey::parse(pasted);
        assert_eq!(parsed.as_ref().map(AdminKey::expose).map_err(|unfit| *unfit), expected, "{pasted:?}");
    }

    #[test]
    fn blanks_quotes_and_invisible_characters_around_a_key_are_removed() {
        let key = format!("sk-admin-{RANDOM}");
        for pasted in [
            key.clone(),
            format!("  {key}\r\n"),
            format!("\"{key}\""),
            format!("“{key}”\u{a0}"),
            format!("\u{feff}'{key}'\u{200b}"),
            format!(" ` {key} ` "),
        ] {
            check(&pasted, Ok(&key));
        }
    }

    #[test]
    fn every_other_paste_is_named() {
        check("", Err(Unfit::Empty));
        check(" \"\" ", Err(Unfit::Empty));
        for (prefix, kind) in [
            ("sk-proj-", KeyKind::Project),
            ("sk-svcacct-", KeyKind::ServiceAccount),
            ("sk-ant-", KeyKind::Anthropic),
            ("sk-", KeyKind::User),
            ("org-", KeyKind::OrganizationId),
            ("proj_", KeyKind::ProjectId),
            ("hello ", KeyKind::Unknown),
        ] {
            check(&format!("{prefix}{RANDOM}"), Err(Unfit::OtherKind(kind)));
        }
        for cut in ["s", "sk-", "sk-adm", "sk-admin-", "sk-admin-abc", "sk-admin-1234abc"] {
            check(cut, Err(Unfit::CutOff));
        }
        check("sk-admin-1234abcd", Ok("sk-admin-1234abcd"));
        for masked in ["sk-admin-...abcd", "sk-admin-1234...abcd", "sk-admin-****", "sk-admin-********abcd"] {
            check(masked, Err(Unfit::Masked));
        }
        check("sk-admin-abc...def", Err(Unfit::Masked));
        check("sk-admin-************************VuSa", Err(Unfit::Masked));
        check(&format!("sk-admin-abc\n{RANDOM}"), Err(Unfit::Broken));
        check(&format!("sk-admin-abc {RANDOM}"), Err(Unfit::Broken));
        check(&format!("sk-admin-{RANDOM}🙂"), Err(Unfit::BadCharacter));
        check(&format!("sk-admin-{}", "x".repeat(10_000)), Err(Unfit::TooLong));
    }

    #[test]
    fn debug_shows_nothing_and_tail_shows_four() {
        let key = AdminKey::parse(&format!("sk-admin-{RANDOM}")).unwrap();
        assert_eq!(format!("{key:?}"), "AdminKey(redacted)");
        assert_eq!(key.tail(), "VuSa");
    }

    proptest::proptest! {
        #[test]
        fn any_paste_is_answered(pasted in "\\PC{0,80}") {
            let _ = AdminKey::parse(&pasted);
            let _ = AdminKey::parse(&format!("sk-admin-{pasted}"));
        }
    }
}
