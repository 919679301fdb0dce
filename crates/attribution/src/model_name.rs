//! Names of models, as far as bill and usage agree on them.

use std::borrow::Cow;

/// The name that usage and bill have in common, dated where the model's own is. The bill has short names of its own for
/// models of audio; a fine-tuned model is billed as `ft-` and its base, and counted as `ft:base:organization:suffix:id`.
pub(crate) fn common(model: &str) -> Cow<'_, str> {
    if let Some(tuned) = model.strip_prefix("ft:") {
        return format!("ft-{}", tuned.split(':').next().unwrap_or(tuned)).into();
    }
    match model {
        "tts" => "tts-1".into(),
        "tts hd" | "tts-hd" => "tts-1-hd".into(),
        "whisper" => "whisper-1".into(),
        _ => model.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bill_and_usage_have_a_name_in_common() {
        for (billed, counted) in [
            ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
            ("ft-gpt-4o-2024-08-06", "ft:gpt-4o-2024-08-06:acme::AbC123"),
            ("ft-gpt-4o", "ft:gpt-4o"),
            ("tts", "tts-1"),
            ("tts hd", "tts-1-hd"),
            ("whisper", "whisper-1"),
        ] {
            assert_eq!(common(billed), common(counted));
        }
        assert_ne!(common("ft-gpt-4o-2024-08-06"), common("gpt-4o-2024-08-06"));
    }
}
