//! Short tokens taken from an answer, so that nothing else of it can reach a log or a screen.

/// A token of at most 64 letters, digits, `_`, `-`, `.` and `[]`. Whatever could hold a key is dropped: a hostile answer may
/// repeat the key anywhere.
pub(crate) fn token(text: &str) -> Option<String> {
    let short = (1..=64).contains(&text.len());
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte));
    (short && plain && !text.to_ascii_lowercase().contains("sk-")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_short_and_hold_no_key() {
        for text in ["req_0f1e2d3c-4b5a", "api.usage.read", "group_by[]", "org-abc"] {
            assert_eq!(token(text).as_deref(), Some(text));
        }
        for text in ["", "a b", "a\nb", "ä", "sk-admin-abc", "req_sk-admin-abc", "SK-x", &"x".repeat(65)] {
            assert_eq!(token(text), None, "{text:?}");
        }
    }
}
