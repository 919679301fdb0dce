//! Workloads: who uses what, and how much of it in an hour.

use crate::clock::{DAY, HOUR};
use crate::model;
use crate::organization::{ApiKey, Organization};
use crate::random::mix;

/// 2024-11-01. Growth is counted from a fixed day, and not from the organization's first one, which depends on when the
/// simulator started: a day costs the same in every run.
const GROWTH_SINCE: i64 = 1_730_419_200;

/// A kind of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Text,
    Image,
    Embedding,
    Moderation,
    Speech,
    Transcription,
    VectorStore,
    CodeInterpreter,
    FileSearch,
    WebSearch,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Text,
        Self::Image,
        Self::Embedding,
        Self::WebSearch,
        Self::Transcription,
        Self::Moderation,
        Self::Speech,
        Self::VectorStore,
        Self::CodeInterpreter,
        Self::FileSearch,
    ];
    /// By how likely they are.
    pub(crate) const LIKELY: [Self; 16] = [
        Self::Text,
        Self::Text,
        Self::Text,
        Self::Text,
        Self::Text,
        Self::Text,
        Self::Text,
        Self::Image,
        Self::Embedding,
        Self::Embedding,
        Self::WebSearch,
        Self::Transcription,
        Self::Moderation,
        Self::Speech,
        Self::VectorStore,
        Self::FileSearch,
    ];
}

/// A steady use of one kind by one key.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    pub(crate) kind: Kind,
    pub(crate) project: usize,
    pub(crate) key: usize,
    pub(crate) user: usize,
    /// Which of the text models.
    pub(crate) model: usize,
    pub(crate) batch: bool,
    pub(crate) priority: bool,
    /// Requests in an average hour.
    weight: u64,
    /// How much of the input is cached, in percent.
    cached_percent: u64,
}

/// What a workload used. Which numbers mean something depends on its kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) requests: u64,
    /// Input tokens that neither came from the cache nor went into it.
    pub(crate) uncached: u64,
    pub(crate) cached: u64,
    pub(crate) cache_write: u64,
    pub(crate) output: u64,
    /// Output tokens that are an image.
    pub(crate) image_output: u64,
    /// Images, characters, seconds, bytes, sessions or calls.
    pub(crate) units: u64,
}

/// A workload's day.
#[derive(Clone, Copy, Debug, Default)]
struct Today {
    /// How much is going on: times [`Workload::requests`]' factors, requests in an hour.
    level: u64,
    /// For each request: input tokens, characters or seconds. For stored files: their bytes.
    input: u64,
    /// For each request: output tokens.
    output: u64,
}

impl Workload {
    pub(crate) fn new(kind: Kind, key_index: usize, key: &ApiKey, chance: u64, projects: usize) -> Self {
        let text = kind == Kind::Text;
        Self {
            kind,
            project: key.project.min(projects.saturating_sub(1)),
            key: key_index,
            user: key.owner,
            model: usize::try_from((chance >> 8) % 6).unwrap_or_default(),
            batch: text && (chance >> 16).is_multiple_of(7),
            priority: text && (chance >> 16) % 7 == 3,
            weight: 20 + (chance >> 24) % 80,
            cached_percent: (chance >> 32) % 60,
        }
    }

    /// What is used between two moments of Unix seconds. Hours are the grain: a part of an hour has its share of the
    /// hour, cut at whole minutes, so the parts of an hour add up to it.
    pub(crate) fn used(&self, organization: &Organization, start: i64, end: i64) -> Used {
        if self.kind == Kind::VectorStore {
            // Stored bytes are a level and not a flow: that of the last moment.
            let last = (end - 1).div_euclid(DAY);
            return self.used_by(0, &self.on(organization, last));
        }
        let mut total = Used::default();
        let mut hour = start - start.rem_euclid(HOUR);
        let mut day = self.on(organization, hour.div_euclid(DAY));
        while hour < end {
            if hour.rem_euclid(DAY) == 0 {
                day = self.on(organization, hour.div_euclid(DAY));
            }
            let in_hour = self.used_by(self.requests(organization, hour, &day), &day);
            let from = u64::try_from((start - hour).max(0) / 60).unwrap_or_default();
            let to = u64::try_from((end - hour).min(HOUR) / 60).unwrap_or_default();
            total.add(&in_hour, |number| number * to / 60 - number * from / 60);
            hour += HOUR;
        }
        total
    }

    /// What is the same for all hours of a day.
    fn on(&self, organization: &Organization, day: i64) -> Today {
        if day * DAY < organization.first_day {
            return Today::default();
        }
        let age = u64::try_from(day - GROWTH_SINCE / DAY).unwrap_or_default();
        let chance = |parts: u64| mix(&[organization.seed, self.key as u64, day.unsigned_abs(), parts]);
        // 1970-01-01 was a Thursday: days 2 and 3 of its weeks are the weekend.
        let week = if matches!(day.rem_euclid(7), 2 | 3) { 35 } else { 100 };
        let mood = 70 + chance(self.kind as u64) % 61;
        let average = |mean: u64| mean + chance(mean) % (mean / 4 + 1);
        let (input, output) = match self.kind {
            Kind::Text => (average(3_200), average(620)),
            Kind::WebSearch => (average(1_400), average(350)),
            Kind::Image => (average(90), model::TOKENS_PER_IMAGE),
            Kind::Embedding => (average(9_000), 0),
            Kind::Moderation => (average(400), 0),
            Kind::Speech => (average(220), 0),
            Kind::Transcription => (average(95), 0),
            Kind::VectorStore => (self.weight * (2_000 + age * 6) / 1_000 * model::STORED_STEP, 0),
            Kind::CodeInterpreter | Kind::FileSearch => (0, 0),
        };
        Today { level: self.weight * week * mood * (1_000 + age * 2) / 1_000, input, output }
    }

    fn requests(&self, organization: &Organization, hour: i64, day: &Today) -> u64 {
        let daytime = if (7..19).contains(&(hour.rem_euclid(DAY) / HOUR)) { 150 } else { 50 };
        let chance = mix(&[organization.seed, self.key as u64, self.kind as u64, hour.unsigned_abs()]);
        day.level * daytime * (80 + chance % 41) / 100_000_000
    }

    fn used_by(&self, requests: u64, day: &Today) -> Used {
        let (input, output) = (requests * day.input, requests * day.output);
        match self.kind {
            Kind::Text => {
                let cached = input * self.cached_percent / 100;
                let written = model::TEXT_MODELS.get(self.model).map_or(0, |model| model.cache_write_percent);
                let cache_write = (input - cached) * written / 100;
                let uncached = input - cached - cache_write;
                Used { requests, uncached, cached, cache_write, output, ..Used::default() }
            }
            Kind::Image => {
                let images = requests / 6;
                Used {
                    requests: images,
                    uncached: images * day.input,
                    image_output: images * day.output,
                    units: images,
                    ..Used::default()
                }
            }
            Kind::Embedding | Kind::Moderation => Used { requests, uncached: input, ..Used::default() },
            Kind::Speech | Kind::Transcription => Used { requests, units: input, ..Used::default() },
            Kind::VectorStore => Used { units: day.input, ..Used::default() },
            Kind::CodeInterpreter => Used { units: requests / 8, ..Used::default() },
            Kind::FileSearch => Used { requests, units: requests / 2, ..Used::default() },
            Kind::WebSearch => {
                Used { requests, uncached: input, output, units: requests / 3, ..Used::default() }
            }
        }
    }
}

impl Used {
    fn add(&mut self, other: &Self, share: impl Fn(u64) -> u64) {
        self.requests += share(other.requests);
        self.uncached += share(other.uncached);
        self.cached += share(other.cached);
        self.cache_write += share(other.cache_write);
        self.output += share(other.output);
        self.image_output += share(other.image_output);
        self.units += share(other.units);
    }

    /// All input tokens, as OpenAI counts them: with those from the cache and those into it.
    pub(crate) fn input(&self) -> u64 {
        self.uncached + self.cached + self.cache_write
    }

    pub(crate) fn is_nothing(&self) -> bool {
        [self.requests, self.input(), self.output, self.units] == [0; 4]
    }

    pub(crate) fn sum(mut self, other: Self) -> Self {
        self.add(&other, |number| number);
        self
    }
}
