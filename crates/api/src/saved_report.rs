//! Saved reports: a question with a name, which its owner keeps to himself or shares with the tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ListError;
use crate::report::{ReportError, ReportQuery};
use crate::{
    Access, Description, Email, Endpoint, FieldError, Method, Nothing, Page, PageQuery, Permission, Refusal,
    ReportName, SavedReportId, Timestamp,
};

/// A saved report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedReport {
    /// Its id.
    pub id: SavedReportId,
    /// What it is called.
    pub name: ReportName,
    /// Who made it.
    pub owner: Email,
    /// Whether that is the caller, who alone may change it.
    pub mine: bool,
    /// Who sees it.
    pub sharing: Sharing,
    /// What it asks and how it is shown.
    pub definition: Definition,
    /// Rises with every change: a change says which version it is made to.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Who sees a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Its owner.
    Private,
    /// Everybody of the tenant who sees costs.
    Tenant,
}

/// What a report asks and how it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The question.
    pub query: ReportQuery,
    /// What shows the answer.
    pub view: View,
}

/// What shows the answer of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// A table.
    Table,
    /// A chart of stacked columns over time, with its table.
    Columns,
    /// A chart of lines over time, with its table.
    Lines,
    /// A chart of bars, one for each row, with its table.
    Bars,
}

/// A report to keep, or what shall stand in place of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it is called: 1 to 80 characters.
    pub name: String,
    /// Who sees it.
    pub sharing: Sharing,
    /// What it asks and how it is shown.
    pub definition: Definition,
}

impl Draft {
    /// Reads the name, and whether the question can be answered on this day. Refused is what does not fit, each field named
    /// by its place in the draft.
    pub fn parse(&self, today: crate::Day) -> Result<ReportName, Vec<FieldError>> {
        let name = ReportName::parse(&self.name)
            .map_err(|error| FieldError { field: "name".into(), issue: error.to_string() });
        let plan = match self.definition.query.plan(today) {
            Err(ReportError::UnfitQuery { issues }) => within("definition.query", issues),
            Ok(_) | Err(_) => Vec::new(),
        };
        match name {
            Ok(name) if plan.is_empty() => Ok(name),
            Ok(_) => Err(plan),
            Err(issue) => Err(std::iter::once(issue).chain(plan).collect()),
        }
    }
}

/// A change of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The version that is changed.
    #[serde(deserialize_with = "crate::whole::number")]
    #[schemars(range(max = 4_294_967_295_u32))]
    pub version: u32,
    /// What replaces it.
    pub report: Draft,
}

impl Change {
    /// As [`Draft::parse`], each field named by its place in the change.
    pub fn parse(&self, today: crate::Day) -> Result<ReportName, Vec<FieldError>> {
        self.report.parse(today).map_err(|issues| within("report", issues))
    }
}

/// Why a report is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// Name or question do not fit.
    Unfit {
        /// What is wrong with which field.
        issues: Vec<FieldError>,
    },
    /// The user has 500 reports already.
    TooMany,
}

/// Why a report is not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateError {
    /// Name or question do not fit.
    Unfit {
        /// What is wrong with which field.
        issues: Vec<FieldError>,
    },
    /// There is no such report that the user may see.
    UnknownReport,
    /// It is somebody else's.
    NotYours,
    /// It was changed since it was read.
    Changed {
        /// The version it has now.
        version: u32,
    },
}

/// Why a report is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViewError {
    /// There is no such report that the user may see.
    UnknownReport,
}

/// Why a report is not removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DeleteError {
    /// It is somebody else's.
    NotYours,
}

/// Most reports of a user: more than anybody keeps, few enough to list.
pub const MOST_REPORTS: u32 = 500;

/// Names fields by their place in what has them in a field of its own.
fn within(field: &str, mut issues: Vec<FieldError>) -> Vec<FieldError> {
    issues.iter_mut().for_each(|issue| issue.field = format!("{field}.{}", issue.field));
    issues
}

fn unfit(issues: &[FieldError]) -> Description {
    Description::new(
        422,
        "Report to correct",
        "This report cannot be saved as it is.",
        "Correct the fields that are named.",
    )
    .with_errors(issues.to_vec())
}

fn unknown_report() -> Description {
    Description::new(
        404,
        "No such report",
        "There is no report with this id that you can see.",
        "Open Reports to see your own reports and those that are shared.",
    )
}

fn not_yours(detail: &str, remedy: &str) -> Description {
    Description::new(403, "Somebody else's report", detail, remedy)
}

fn sample_issues() -> Vec<FieldError> {
    vec![FieldError { field: "name".into(), issue: "Enter a name.".into() }]
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::Unfit { issues } => unfit(issues),
            Self::TooMany => Description::new(
                409,
                "Too many reports",
                format!("You already have {MOST_REPORTS} saved reports."),
                "Remove one that you no longer need.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::Unfit { issues: sample_issues() }, Self::TooMany]
    }
}

impl Refusal for UpdateError {
    fn describe(&self) -> Description {
        match self {
            Self::Unfit { issues } => unfit(issues),
            Self::UnknownReport => unknown_report(),
            Self::NotYours => {
                not_yours("Only the owner of a report may change it.", "Save a copy under another name.")
            }
            Self::Changed { .. } => Description::new(
                409,
                "Changed in the meantime",
                "The report has been changed since you opened it.",
                "Open it again, or save yours under another name.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::Unfit { issues: sample_issues() },
            Self::UnknownReport,
            Self::NotYours,
            Self::Changed { version: 3 },
        ]
    }
}

impl Refusal for ViewError {
    fn describe(&self) -> Description {
        unknown_report()
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownReport]
    }
}

impl Refusal for DeleteError {
    fn describe(&self) -> Description {
        let detail = "Only the owner of a report and a Cloud Analytics Admin may remove it.";
        not_yours(detail, "Ask one of them to remove it.")
    }

    fn samples() -> Vec<Self> {
        vec![Self::NotYours]
    }
}

/// The user's reports and those that are shared, by name.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/reports";
    const SUMMARY: &'static str = "List your saved reports and those that are shared, newest first";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<SavedReport>;
    type Error = ListError;
}

/// Keeps a report.
pub struct Create;

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/reports";
    const SUMMARY: &'static str = "Save a report";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = Draft;
    type Response = SavedReport;
    type Error = CreateError;
}

/// Shows a report.
pub struct Show;

impl Endpoint for Show {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/reports/{report}";
    const SUMMARY: &'static str = "Show a saved report";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    type Path = SavedReportId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = SavedReport;
    type Error = ViewError;
}

/// Changes a report.
pub struct Update;

impl Endpoint for Update {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/reports/{report}";
    const SUMMARY: &'static str = "Change a saved report of yours";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    type Path = SavedReportId;
    type Query = Nothing;
    type Body = Change;
    type Response = SavedReport;
    type Error = UpdateError;
}

/// Removes a report. A second time is as good as the first.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/reports/{report}";
    const SUMMARY: &'static str =
        "Remove a saved report of yours, or any that is shared as a Cloud Analytics Admin";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    const STATUS: u16 = 204;
    type Path = SavedReportId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = DeleteError;
}
