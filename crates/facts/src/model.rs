//! Names of models: what they are made from, and their families.

/// The model that a model is made from, without its date: `gpt-4.1-2025-04-14` is `gpt-4.1`, and both
/// `ft:gpt-4o-mini-2024-07-18:org::id` (as usage calls it) and `ft-gpt-4o-mini-2024-07-18` (as the bill does) are
/// `gpt-4o-mini`.
pub fn base_model(model: &str) -> &str {
    let base = match model.strip_prefix("ft:") {
        Some(tuned) => tuned.split(':').next().unwrap_or(tuned),
        None => model.strip_prefix("ft-").unwrap_or(model),
    };
    if base.is_empty() { model } else { without_date(base) }
}

/// A model's name without the date that OpenAI puts behind it: `gpt-4.1-2025-04-14` is `gpt-4.1`. Usage and costs date
/// differently. What is fine-tuned stays so: it has a price of its own.
pub fn without_date(model: &str) -> &str {
    let Some((at, _)) = model.char_indices().rev().nth(10) else { return model };
    let (name, date) = model.split_at(at);
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        0 | 5 | 8 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if is_date && !name.is_empty() { name } else { model }
}

/// A model's family: what models of one generation and kind share.
pub fn model_family(model: &str) -> &str {
    let base = base_model(model);
    let base = base.strip_prefix("chat").filter(|rest| rest.starts_with("gpt-")).unwrap_or(base);
    // The longest first.
    const FAMILIES: &[&str] = &[
        "text-embedding-3",
        "text-embedding",
        "text-moderation",
        "omni-moderation",
        "gpt-realtime",
        "gpt-audio",
        "gpt-image",
        "gpt-3.5",
        "gpt-4.1",
        "gpt-4.5",
        "gpt-4o",
        "gpt-oss",
        "codex",
        "computer-use",
        "dall-e",
        "whisper",
        "sora",
        "tts",
    ];
    if let Some(family) = FAMILIES.iter().find(|family| base.starts_with(**family)) {
        return family;
    }
    let mut parts = base.split('-');
    match (parts.next(), parts.next()) {
        // `gpt-5.4-mini` is of `gpt-5`, and `o4-mini` of `o4`.
        (Some("gpt"), Some(version)) => {
            let major = version.split('.').next().unwrap_or(version);
            base.get(.."gpt-".len() + major.len()).unwrap_or(base)
        }
        (Some(first), _) => first,
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_lose_their_date_and_nothing_else() {
        for (model, base) in [
            ("gpt-4.1-2025-04-14", "gpt-4.1"),
            ("gpt-5.6-terra", "gpt-5.6-terra"),
            ("2025-04-14", "2025-04-14"),
            ("-2025-04-14", "-2025-04-14"),
            ("modèle-2025-04-14", "modèle"),
            ("", ""),
        ] {
            assert_eq!(without_date(model), base);
            assert_eq!(base_model(model), base);
        }
        assert_eq!(without_date("ft-gpt-4o-2024-08-06"), "ft-gpt-4o");
    }

    #[test]
    fn fine_tuned_models_have_the_model_that_they_are_made_from() {
        for (model, base) in [
            ("ft:gpt-4o-mini-2024-07-18:org::id", "gpt-4o-mini"),
            ("ft:gpt-4.1-nano-2025-04-14:acme:suffix:AbC123", "gpt-4.1-nano"),
            ("ft-gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
            ("ft:davinci-002", "davinci-002"),
            ("ft:", "ft:"),
            ("ft-", "ft-"),
        ] {
            assert_eq!(base_model(model), base, "{model}");
        }
    }

    #[test]
    fn families() {
        for (model, family) in [
            ("gpt-4.1-mini-2025-04-14", "gpt-4.1"),
            ("gpt-5.4-nano-2026-03-17", "gpt-5"),
            ("gpt-6-astra", "gpt-6"),
            ("ft-gpt-4o-2024-08-06", "gpt-4o"),
            ("ft:gpt-4o-mini-2024-07-18:org::id", "gpt-4o"),
            ("gpt-4o-mini-transcribe", "gpt-4o"),
            ("gpt-4o-transcribe-diarize", "gpt-4o"),
            ("gpt-4o-mini-tts", "gpt-4o"),
            ("gpt-4o-audio-preview-2024-12-17", "gpt-4o"),
            ("chatgpt-4o-latest", "gpt-4o"),
            ("gpt-5-chat-latest", "gpt-5"),
            ("gpt-3.5-turbo-0125", "gpt-3.5"),
            ("o1", "o1"),
            ("o1-preview-2024-09-12", "o1"),
            ("o3-mini", "o3"),
            ("o4-mini", "o4"),
            ("o4-mini-deep-research", "o4"),
            ("ft:o4-mini-2025-04-16:org::id", "o4"),
            ("text-embedding-3-large", "text-embedding-3"),
            ("gpt-image-2-2026-04-21", "gpt-image"),
            ("tts hd", "tts"),
            ("quantum", "quantum"),
        ] {
            assert_eq!(model_family(model), family, "{model}");
        }
    }
}
