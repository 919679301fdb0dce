//! The cube: the daily facts of a window in one compact answer, which the app groups, filters and sorts by itself.

use facts::{Cube, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cost::CurrencyTotal;
use crate::endpoint::File;
use crate::freshness::{DayCoverage, Freshness};
use crate::span::{unfit_period, unknown_connection};
use crate::{
    Access, ConnectionId, Currency, Day, Description, Endpoint, Method, Nothing, Permission, Refusal,
};

/// What stands for the API keys, users and projects of facts that were folded. OpenAI's ids look otherwise.
pub const OTHER: &str = "Other";

/// Most days in a cube.
pub const MOST_DAYS: u16 = 366;

/// Most facts in a cube, and how many there are at most when the query does not say: what a browser regroups within a
/// frame.
pub const MOST_FACTS: u32 = 150_000;

/// The daily facts of a window.
pub struct Show;

/// Which facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CubeQuery {
    /// The first day.
    pub start: Day,
    /// The day after the last one. At most 366 days after `start`.
    pub end: Day,
    /// One account; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// Most facts in the answer, 1,000 to 150,000, 150,000 when absent. Above it, the API keys and users with the lowest
    /// costs become one, `Other`, for each project, model and everything else; where that is not enough, all of them do,
    /// and the projects with the lowest costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1_000, max = 150_000))]
    pub fold: Option<u32>,
}

/// What is said about a cube. It travels as `postcard` writes it, with the cube's own bytes behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CubeAnswer {
    /// The first day.
    pub start: Day,
    /// The day after the last one.
    pub end: Day,
    /// The currency of the cube.
    pub currency: Currency,
    /// Totals in other currencies, which are in no fact of the cube.
    pub other_currencies: Vec<CurrencyTotal>,
    /// What the ids in the cube are called.
    pub names: Names,
    /// How much is known of each day, in order.
    pub days: Vec<DayCoverage>,
    /// How fresh each stream is.
    pub freshness: Freshness,
    /// How many facts were folded into others, under [`OTHER`].
    pub folded: u32,
}

/// The bytes are no answer of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no cube that this version knows")]
pub struct Garbled;

/// The version of the bytes: an app that is older than the server refuses them.
const VERSION: u8 = 1;

impl CubeAnswer {
    /// The answer as bytes.
    pub fn encode(&self, cube: &Cube) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        // Writing to memory cannot fail; nothing would be refused by whoever reads it.
        bytes.extend(postcard::to_stdvec(self).unwrap_or_default());
        bytes.extend(cube.encode());
        bytes
    }

    /// Reads an answer.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Cube), Garbled> {
        let (version, rest) = bytes.split_first().ok_or(Garbled)?;
        if *version != VERSION {
            return Err(Garbled);
        }
        let (answer, cube) = postcard::take_from_bytes(rest).map_err(|_| Garbled)?;
        Ok((answer, Cube::decode(cube).map_err(|_| Garbled)?))
    }
}

/// Why there is no cube.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CubeError {
    /// `end` is not after `start`, or more than 366 days after it.
    UnfitPeriod,
    /// `fold` is out of its range.
    UnfitFold,
    /// There is no such account that the user may see.
    UnknownConnection,
}

impl Refusal for CubeError {
    fn describe(&self) -> Description {
        match self {
            Self::UnfitPeriod => unfit_period("end", MOST_DAYS),
            Self::UnfitFold => Description::new(
                422,
                "Number of facts to correct",
                format!("The maximum number of facts must be between 1,000 and {MOST_FACTS}."),
                "Leave fold out, or choose a number in this range.",
            )
            .with_errors(vec![crate::FieldError {
                field: "fold".into(),
                issue: format!("It must be 1000 to {MOST_FACTS}."),
            }]),
            Self::UnknownConnection => unknown_connection(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnfitPeriod, Self::UnfitFold, Self::UnknownConnection]
    }
}

impl Endpoint for Show {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/cube";
    const SUMMARY: &'static str = "Download the daily facts of a window, in the console's own binary form";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    const MEDIA: &'static [&'static str] = &["application/octet-stream"];
    type Path = ();
    type Query = CubeQuery;
    type Body = Nothing;
    type Response = File;
    type Error = CubeError;
}

#[cfg(test)]
mod tests {
    use facts::{CubeBuilder, Dictionary, Dimension, Fact, Symbol};
    use money::Amount;

    use super::*;
    use crate::connection::Stream;
    use crate::cost::Coverage;
    use crate::freshness::StreamFreshness;

    #[test]
    fn an_answer_reads_back_and_another_version_is_refused() {
        let day = Day::parse("2026-11-23").unwrap();
        let mut texts = Dictionary::default();
        let mut fact = Fact {
            start: day.start().unix_seconds(),
            dimensions: [Symbol::NONE; Dimension::COUNT],
            amount: Amount::from_pico(7).unwrap(),
            quantity: Amount::ZERO,
            requests: 3,
        };
        fact.put(Dimension::Project, texts.intern("proj_1"));
        let mut builder = CubeBuilder::new(Currency::USD);
        builder.add(std::iter::once(fact), &texts);
        let cube = builder.finish();
        let mut names = Names::default();
        names.projects.insert("proj_1".into(), "search".into());
        let answer = CubeAnswer {
            start: day,
            end: day.plus(1),
            currency: Currency::USD,
            other_currencies: vec![CurrencyTotal {
                currency: Currency::USD,
                total: Amount::from_pico(-1).unwrap(),
            }],
            names,
            days: vec![DayCoverage { cost: Coverage::Settled, usage: Coverage::Missing }],
            freshness: Freshness {
                billed_through: Some(day),
                imported_at: Some(day.start()),
                streams: vec![StreamFreshness {
                    stream: Stream::Completions,
                    imported_at: None,
                    data_through: None,
                    missing_days: 1,
                }],
            },
            folded: 2,
        };
        let mut bytes = answer.encode(&cube);
        let (read, read_cube) = CubeAnswer::decode(&bytes).unwrap();
        assert_eq!((read, read_cube.total()), (answer, cube.total()));
        assert!(CubeAnswer::decode(&bytes[..bytes.len() - 1]).is_err());
        bytes[0] = 9;
        assert_eq!(CubeAnswer::decode(&bytes).unwrap_err(), Garbled);
        assert_eq!(CubeAnswer::decode(&[]).unwrap_err(), Garbled);
    }
}
