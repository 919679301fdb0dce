//! What usage is measured in.

use serde::{Deserialize, Serialize};

/// A measure of a usage row. Which ones a row has depends on its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// `num_model_requests`, or `num_requests` where there is no other.
    Requests,
    /// `input_tokens`: all of them, those of the cache included.
    InputTokens,
    /// `output_tokens`
    OutputTokens,
    /// `input_cached_tokens`
    CachedTokens,
    /// `input_cache_write_tokens`
    CacheWriteTokens,
    /// `input_uncached_tokens`
    UncachedTokens,
    /// `input_text_tokens`: uncached.
    InputTextTokens,
    /// `output_text_tokens`
    OutputTextTokens,
    /// `input_cached_text_tokens`
    CachedTextTokens,
    /// `input_audio_tokens`: uncached.
    InputAudioTokens,
    /// `input_cached_audio_tokens`
    CachedAudioTokens,
    /// `output_audio_tokens`
    OutputAudioTokens,
    /// `input_image_tokens`: uncached.
    InputImageTokens,
    /// `input_cached_image_tokens`
    CachedImageTokens,
    /// `output_image_tokens`
    OutputImageTokens,
    /// `images`
    Images,
    /// `characters`
    Characters,
    /// `seconds`
    Seconds,
    /// `usage_bytes`: a level, so that hours are not added up; a day has the level of its last hour.
    Bytes,
    /// `num_sessions`
    Sessions,
    /// `num_requests` of file and web search: calls of the tool.
    Calls,
}

impl Measure {
    /// How many there are.
    pub const COUNT: usize = 21;
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Requests,
        Self::InputTokens,
        Self::OutputTokens,
        Self::CachedTokens,
        Self::CacheWriteTokens,
        Self::UncachedTokens,
        Self::InputTextTokens,
        Self::OutputTextTokens,
        Self::CachedTextTokens,
        Self::InputAudioTokens,
        Self::CachedAudioTokens,
        Self::OutputAudioTokens,
        Self::InputImageTokens,
        Self::CachedImageTokens,
        Self::OutputImageTokens,
        Self::Images,
        Self::Characters,
        Self::Seconds,
        Self::Bytes,
        Self::Sessions,
        Self::Calls,
    ];
}

/// The measures of a row. One that upstream left out or sent as null is absent, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    numbers: [u64; Measure::COUNT],
    present: u32,
}

impl Measures {
    /// The measure, where upstream told it.
    pub fn get(&self, measure: Measure) -> Option<u64> {
        let number = self.numbers.get(measure as usize).copied()?;
        (self.present & (1 << measure as u32) != 0).then_some(number)
    }

    /// The measure, zero where upstream did not tell it.
    pub fn or_zero(&self, measure: Measure) -> u64 {
        self.numbers.get(measure as usize).copied().unwrap_or_default()
    }

    /// Sets a measure; none removes it.
    pub fn set(&mut self, measure: Measure, number: Option<u64>) {
        if let Some(kept) = self.numbers.get_mut(measure as usize) {
            *kept = number.unwrap_or_default();
            match number {
                Some(_) => self.present |= 1 << measure as u32,
                None => self.present &= !(1 << measure as u32),
            }
        }
    }

    /// Adds another row's measures, each that either has. Sums stay at the largest number rather than overflow.
    pub fn add(&mut self, other: &Self) {
        for (number, more) in self.numbers.iter_mut().zip(other.numbers) {
            *number = number.saturating_add(more);
        }
        self.present |= other.present;
    }

    /// The same with one more measure.
    #[must_use]
    pub fn with(mut self, measure: Measure, number: Option<u64>) -> Self {
        self.set(measure, number);
        self
    }
}
