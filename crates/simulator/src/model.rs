//! Models and their prices.
//!
//! Prices are in 10^-12 USD per token (or per character, second, call, session): 2.50 USD for a million
//! tokens are 2,500,000. They are those of public tables of 2026.

/// A model that answers with text.
pub(crate) struct TextModel {
    /// Its name in usage rows.
    pub(crate) name: &'static str,
    /// Per uncached input token.
    pub(crate) input: i128,
    /// Per cached input token.
    pub(crate) cached: i128,
    /// Per output token.
    pub(crate) output: i128,
    /// Percent of the tokens that are in prompts beyond 272,000 tokens: input costs double there, output half more.
    pub(crate) long_percent: u64,
    /// Percent of the uncached input that is written to the cache, for a quarter more.
    pub(crate) cache_write_percent: u64,
}

pub(crate) const TEXT_MODELS: [TextModel; 6] = [
    text("gpt-5.4-2026-03-05", [2_500_000, 250_000, 15_000_000], 8, 0),
    text("gpt-5.4-mini-2026-03-17", [750_000, 75_000, 4_500_000], 0, 0),
    text("gpt-5.5-2026-04-23", [5_000_000, 500_000, 30_000_000], 0, 0),
    text("gpt-5-mini-2025-08-07", [250_000, 25_000, 2_000_000], 0, 0),
    text("gpt-5.4-nano-2026-03-17", [200_000, 20_000, 1_250_000], 0, 0),
    text("gpt-5.6-terra", [2_500_000, 250_000, 15_000_000], 0, 20),
];

const fn text(
    name: &'static str,
    [input, cached, output]: [i128; 3],
    long_percent: u64,
    cache_write_percent: u64,
) -> TextModel {
    TextModel { name, input, cached, output, long_percent, cache_write_percent }
}

/// The image model's name in usage rows; line items name it without the date.
pub(crate) const IMAGE_MODEL: &str = "gpt-image-1-2025-04-23";
pub(crate) const IMAGE_MODEL_BILLED: &str = "gpt-image-1";
/// Per text token of a prompt for an image.
pub(crate) const IMAGE_PROMPT: i128 = 5_000_000;
/// Per image token of an answer.
pub(crate) const IMAGE_OUTPUT: i128 = 40_000_000;
/// Image tokens of an image of middling quality.
pub(crate) const TOKENS_PER_IMAGE: u64 = 1_056;

pub(crate) const EMBEDDING_MODEL: &str = "text-embedding-3-large";
pub(crate) const EMBEDDING: i128 = 130_000;
pub(crate) const MODERATION_MODEL: &str = "omni-moderation-latest";
pub(crate) const SPEECH_MODEL: &str = "tts-1-hd";
pub(crate) const SPEECH_CHARACTER: i128 = 30_000_000;
pub(crate) const TRANSCRIPTION_MODEL: &str = "whisper-1";
pub(crate) const TRANSCRIPTION_SECOND: i128 = 100_000_000;
pub(crate) const WEB_SEARCH_CALL: i128 = 10_000_000_000;
pub(crate) const FILE_SEARCH_CALL: i128 = 2_500_000_000;
pub(crate) const CODE_INTERPRETER_SESSION: i128 = 30_000_000_000;
/// Stored bytes come in steps of this: a 64th of a gibibyte, so that gibibyte-hours are short decimals.
pub(crate) const STORED_STEP: u64 = 1 << 24;
/// Per step and hour: 0.10 USD for a gibibyte and day, to the next lower 10^-9 USD.
pub(crate) const STORED_STEP_HOUR: i128 = 65_104_000;
/// What the organization itself pays for a day, with no project.
pub(crate) const SCALE_TIER_DAY: i128 = 12_500_000_000_000;
