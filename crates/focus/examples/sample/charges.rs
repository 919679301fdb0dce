//! Charges of every kind that an organization can have, over two months; the same ones in each run.

use std::collections::BTreeMap;

use facts::{Basis, Dictionary, Dimension, Fact, Names, UserName};
use focus::{Account, Charge, Mapping, PeriodError, Row};
use money::{Amount, Currency};

/// 2026-02-01T00:00:00Z
const START: i64 = 1_769_904_000;
const DAY: i64 = 86_400;
/// February is closed, and its last two days were restated; March has begun.
const DAYS: i64 = 45;
const RESTATED: std::ops::Range<i64> = 26..28;

/// What is charged on each day, in the words of [`facts::Dimension`].
struct Item {
    service: &'static str,
    model: &'static str,
    operation: &'static str,
    unit: &'static str,
    line_item: &'static str,
    /// Its price of one unit, in 10^-12 USD; without a unit, its price at all.
    price: i128,
    /// Texts of further dimensions.
    more: &'static [(Dimension, &'static str)],
}

const fn item(
    service: &'static str,
    model: &'static str,
    operation: &'static str,
    unit: &'static str,
    line_item: &'static str,
    price: i128,
    more: &'static [(Dimension, &'static str)],
) -> Item {
    Item { service, model, operation, unit, line_item, price, more }
}

const CACHED: (Dimension, &str) = (Dimension::Cached, "cached");
const NOT_CACHED: (Dimension, &str) = (Dimension::Cached, "not cached");
const BATCH: (Dimension, &str) = (Dimension::CostType, "batch");
const FLEX: (Dimension, &str) = (Dimension::CostType, "flex");
const PRIORITY: (Dimension, &str) = (Dimension::CostType, "priority");
const LONG: (Dimension, &str) = (Dimension::Context, "long");
const IMAGE: (Dimension, &str) = (Dimension::MediaFormat, "image");
const AUDIO: (Dimension, &str) = (Dimension::MediaFormat, "audio");
const NO_USAGE: (Dimension, &str) = (Dimension::Reason, "no usage of this model on this day");

#[rustfmt::skip]
const ITEMS: &[Item] = &[
    item("Completions", "gpt-4.1-2025-04-14", "input", "tokens", "gpt-4.1-2025-04-14, input", 2_000_000, &[NOT_CACHED]),
    item("Completions", "gpt-4.1-2025-04-14", "cached input", "tokens", "gpt-4.1-2025-04-14, cached input", 500_000, &[CACHED]),
    item("Completions", "gpt-4.1-2025-04-14", "output", "tokens", "gpt-4.1-2025-04-14, output", 8_000_000, &[]),
    item("Completions", "gpt-5.6-terra", "cache writes", "tokens", "gpt-5.6-terra, cache writes", 3_125_001, &[]),
    item("Completions", "gpt-5.6-sol", "output", "tokens", "priority | gpt-5.6-sol, output, long context", 45_000_000, &[PRIORITY, LONG]),
    item("Completions", "gpt-5.4-mini-2026-03-17", "input", "tokens", "gpt-5.4-mini-2026-03-17, input", 375_000, &[BATCH]),
    item("Completions", "gpt-5.4-mini-2026-03-17", "output", "tokens", "gpt-5.4-mini-2026-03-17, output", 2_250_000, &[FLEX]),
    item("Completions", "ft:gpt-4o-mini-2024-07-18:acme:tax-credit:x1", "input", "tokens", "ft:gpt-4o-mini-2024-07-18:acme:tax-credit:x1, input", 300_000, &[]),
    item("Completions", "gpt-audio-mini-2025-12-15", "audio input", "tokens", "gpt-audio-mini-2025-12-15 audio, input", 10_000_000, &[AUDIO]),
    item("Completions", "gpt-image-2-2026-04-21", "image output", "tokens", "gpt-image-2-2026-04-21 image, output", 30_000_007, &[IMAGE]),
    item("Embeddings", "text-embedding-3-large", "input", "tokens", "text-embedding-3-large", 130_000, &[]),
    item("Moderations", "omni-moderation-2024-09-26", "input", "tokens", "", 0, &[]),
    item("Images", "dall-e-3", "image", "images", "dall-e-3", 40_000_000_000, &[IMAGE, (Dimension::ImageSize, "1024x1024")]),
    item("Audio Speeches", "tts-1-hd", "input", "characters", "tts hd", 30_000_000, &[]),
    item("Audio Transcriptions", "whisper-1", "input", "seconds", "whisper", 100_000_000, &[AUDIO]),
    item("Vector Stores", "", "storage", "bytes", "Vector storage", 93, &[]),
    item("Code Interpreter", "", "session", "sessions", "code interpreter sessions", 30_000_000_000, &[]),
    item("File Search", "", "file search tool calls", "calls", "assistants api | file search", 2_500_000_000, &[]),
    item("Web Search", "", "web search", "calls", "web search tool calls", 10_000_000_000, &[(Dimension::ContextLevel, "high")]),
    item("Training", "gpt-4o-mini-2024-07-18", "training", "tokens", "ft-training gpt-4o-mini-2024-07-18", 3_000_000, &[NO_USAGE]),
    item("Evals", "gpt-4o-mini-2024-07-18", "input", "", "evals | gpt-4o-mini-2024-07-18, input", 123_456_789_012, &[NO_USAGE]),
    item("", "", "", "", "an item, \"new\" to\neverybody", 1, &[NO_USAGE]),
    item("", "", "", "", "Scale Tier | gpt-4.1 units", 110_000_000_000_000, &[]),
    item("", "", "", "", "Prepaid credit", 500_000_000_000_000, &[]),
    item("", "", "", "", "Promotional credit", -75_000_000_000_001, &[]),
    item("", "", "", "", "Sales tax", 9_876_543_210_987, &[]),
    item("", "", "", "", "Rounding", -3, &[]),
];

/// Projects, of which the last has no name and the first is none: what is billed to the organization.
const PROJECTS: &[&str] = &["", "proj_search", "proj_chat", "proj_deleted"];

/// A bill, and what it takes to map it.
pub(crate) struct Sample {
    dictionary: Dictionary,
    names: Names,
    facts: Vec<(Fact, bool)>,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let mut sample = Self { dictionary: Dictionary::default(), names: names(), facts: Vec::new() };
        // Quantities follow from a linear congruence: any numbers that differ will do.
        let mut seed = 1_u64;
        for day in 0..DAYS {
            for (number, item) in ITEMS.iter().enumerate() {
                for project in PROJECTS {
                    seed =
                        seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let fact = sample.fact(item, project, day, number, seed >> 44);
                    sample.facts.push((fact, RESTATED.contains(&day)));
                }
            }
        }
        sample
    }

    fn fact(&mut self, item: &Item, project: &str, day: i64, number: usize, count: u64) -> Fact {
        let counted = i128::from(if item.unit.is_empty() { 0 } else { count });
        let pico = item.price * counted.max(1);
        let unattributed = item.more.contains(&NO_USAGE);
        let basis = match (unattributed, item.unit.is_empty()) {
            (true, _) => Basis::Unattributed,
            (false, true) => Basis::Billed,
            (false, false) => Basis::Attributed,
        };
        let user = match basis {
            Basis::Attributed if number.is_multiple_of(2) => "user-1",
            Basis::Attributed => "user-2",
            Basis::Billed | Basis::Unattributed => "",
        };
        let mut fact = Fact {
            start: START + day * DAY,
            dimensions: Default::default(),
            amount: Amount::saturating(pico),
            quantity: Amount::saturating(counted * 1_000_000_000_000),
            requests: count % 1_000,
        };
        let texts = [
            (Dimension::Service, item.service),
            (Dimension::Model, item.model),
            (Dimension::Operation, item.operation),
            (Dimension::Unit, item.unit),
            (Dimension::LineItem, item.line_item),
            (Dimension::Project, project),
            (Dimension::ApiKey, if user.is_empty() { "" } else { "key_1" }),
            (Dimension::User, user),
            (Dimension::CostType, if item.unit.is_empty() { "" } else { "regular" }),
            (Dimension::Basis, basis.as_str()),
        ];
        for (dimension, text) in texts.iter().chain(item.more) {
            if !text.is_empty() {
                fact.put(*dimension, self.dictionary.intern(text));
            }
        }
        fact
    }

    /// What the rows' `BilledCost` must sum to.
    pub(crate) fn billed(&self) -> Amount {
        self.facts.iter().map(|(fact, _)| fact.amount).sum()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Result<Row<'_>, PeriodError>> {
        let account = Account { id: "org-acme", name: Some("Acme, Inc."), currency: Currency::USD };
        let mapping = Mapping { account, dictionary: &self.dictionary, names: &self.names };
        self.facts.iter().enumerate().map(move |(number, (fact, is_correction))| {
            let tags: &[(&str, &str)] = if number.is_multiple_of(3) {
                &[("team", "search \"core\""), ("cost center", "4711")]
            } else {
                &[]
            };
            mapping.row(&Charge { fact, is_correction: *is_correction, tags })
        })
    }
}

/// Names as people give them, of some ids.
fn names() -> Names {
    let owned = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    };
    let ada = UserName { name: None, email: Some("ada@example.com".to_owned()) };
    Names {
        projects: owned(&[("proj_search", "Search, \"core\""), ("proj_chat", "=Chat\n試験 🚀")]),
        api_keys: owned(&[("key_1", "ci")]),
        users: BTreeMap::from([("user-1".to_owned(), ada)]),
        ..Names::default()
    }
}
