//! Billed cost: what OpenAI's Costs API says, per UTC day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Access, Amount, ConnectionId, Currency, Day, Description, Endpoint, FieldError, Method, Nothing,
    Permission, Refusal, Timestamp,
};

/// Cost per day, in total and by project.
pub struct Daily;

/// Which days of which accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DailyQuery {
    /// The first day.
    pub start: Day,
    /// The day after the last one. At most 366 days after `start`.
    pub end: Day,
    /// One account; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
}

/// Cost per day. All amounts are billed amounts in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DailyCosts {
    /// The first day.
    pub start: Day,
    /// The day after the last one.
    pub end: Day,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The sum of all days.
    pub total: Amount,
    /// Every day, in order.
    pub days: Vec<DayCost>,
    /// The five most expensive projects, then everything else as [`SeriesOf::Other`], each with an amount for every
    /// day. They sum to the days exactly.
    pub series: Vec<Series>,
    /// Every project with costs, most expensive first. They sum to the total exactly.
    pub projects: Vec<ProjectCost>,
    /// Totals in other currencies, which are in no other figure here.
    pub other_currencies: Vec<CurrencyTotal>,
    /// The day through which every account that still imports is billed: its newest day with costs, or its newest settled
    /// one. Accounts that never cost anything do not count.
    pub billed_through: Option<Day>,
    /// When the newest part was imported.
    pub imported_at: Option<Timestamp>,
}

/// A day's cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayCost {
    /// Which day.
    pub day: Day,
    /// What is billed, as far as it is imported.
    pub amount: Amount,
    /// How much of it is known.
    pub coverage: Coverage,
}

/// How much of a day is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Not imported yet for at least one of the accounts.
    Missing,
    /// Imported; OpenAI may still revise it, as it does for about three days.
    Provisional,
    /// Imported and no longer revised.
    Settled,
}

/// One color of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// What it stands for.
    pub of: SeriesOf,
    /// An amount for each day.
    pub amounts: Vec<Amount>,
}

/// What a color of the chart stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SeriesOf {
    /// A project.
    Project(Project),
    /// All projects that have no color of their own.
    Other {
        /// How many.
        projects: u32,
    },
}

/// A project at OpenAI, or the organization itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    /// The account that it belongs to.
    pub connection: ConnectionId,
    /// OpenAI's id, `proj_…`; absent for what is billed to the organization and not to a project.
    pub id: Option<String>,
    /// OpenAI's name, where it could be read.
    pub name: Option<String>,
}

impl Project {
    /// What to call it: its name, else its id, else that no project has it.
    pub fn label(&self) -> &str {
        self.name.as_deref().or(self.id.as_deref()).unwrap_or("Not assigned to a project")
    }
}

/// A project's cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectCost {
    /// Which one.
    pub project: Project,
    /// The sum of all days.
    pub amount: Amount,
}

/// A total in a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// The sum of all days.
    pub total: Amount,
}

/// Why there are no costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DailyError {
    /// `end` is not after `start`, or more than 366 days after it.
    UnfitPeriod,
    /// There is no such account that the user may see.
    UnknownConnection,
}

impl Refusal for DailyError {
    fn describe(&self) -> Description {
        match self {
            Self::UnfitPeriod => Description::new(
                422,
                "Period to correct",
                "The period must have between 1 and 366 days.",
                "Choose an end after the start, at most 366 days later.",
            )
            .with_errors(vec![FieldError {
                field: "end".into(),
                issue: "It must be 1 to 366 days after start.".into(),
            }]),
            Self::UnknownConnection => Description::new(
                404,
                "No such account",
                "There is no connected account with this id.",
                "Open Assets to see the connected accounts.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnfitPeriod, Self::UnknownConnection]
    }
}

impl Endpoint for Daily {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/costs/daily";
    const SUMMARY: &'static str = "Show billed cost per UTC day, in total and by project";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    type Path = ();
    type Query = DailyQuery;
    type Body = Nothing;
    type Response = DailyCosts;
    type Error = DailyError;
}
