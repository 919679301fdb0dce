//! `openai-lens doctor`: looks at everything that an installation needs, changes nothing, and says of each thing whether
//! it is well and what to do if not. No line has a secret.

mod data;
mod database;
mod key;
mod outside;

use std::fmt;
use std::pin::Pin;

use serde::Serialize;
use sqlx::AnyConnection;
use vault::Vault;

use crate::settings::{SettingProblem, Settings};
use crate::store::Place;
use crate::store::installation::{self, Installation};

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and will not for ever.
    Warn,
    /// It does not work.
    Fail,
}

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which thing.
    pub check: &'static str,
    /// How well it is.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do about it; none when nothing needs to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Line {
    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, found: found.into(), remedy: None }
    }

    fn warn(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, found: found.into(), remedy: Some(remedy.into()) }
    }

    fn fail(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, found: found.into(), remedy: Some(remedy.into()) }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        write!(f, "{verdict:<4}  {:<12}  {}", self.check, self.found)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n{:20}{remedy}", ""),
            None => Ok(()),
        }
    }
}

/// What the checks look at. What is not there was told of by the check that looks for it.
pub struct Patient {
    /// The operator's settings.
    pub settings: Settings,
    /// Where the database is.
    pub place: Place,
    /// The database, open for reading.
    pub db: Option<AnyConnection>,
    /// The installation's row.
    pub installation: Option<Installation>,
    /// The vault, when the master key is the database's.
    pub vault: Option<Vault>,
}

type Looking<'a> = Pin<Box<dyn Future<Output = Vec<Line>> + Send + 'a>>;

/// A check, which may leave what it has opened for those behind it.
type Check = for<'a> fn(&'a mut Patient) -> Looking<'a>;

/// Every check, in the order in which they are made. Whoever adds a thing that can be ill adds its check here.
const CHECKS: &[Check] = &[
    |patient| Box::pin(async move { data::folder(patient) }),
    |patient| Box::pin(async move { data::room(patient) }),
    |patient| Box::pin(database::version(patient)),
    |patient| Box::pin(async move { key::master_key(patient) }),
    |patient| Box::pin(key::secrets(patient)),
    |patient| Box::pin(database::damage(patient)),
    |patient| Box::pin(database::audit_log(patient)),
    |patient| Box::pin(database::imports(patient)),
    |patient| Box::pin(outside::clocks_and_upstream(patient)),
];

/// Looks at everything there is with these settings.
pub async fn examine(settings: Result<Settings, Vec<SettingProblem>>) -> Vec<Line> {
    let settings = match settings {
        Ok(settings) => settings,
        Err(problems) => {
            let line = |problem: SettingProblem| {
                Line::fail(
                    "settings",
                    problem.to_string(),
                    "see openai-lens --help; nothing else was looked at",
                )
            };
            return problems.into_iter().map(line).collect();
        }
    };
    let place = Place::of(&settings);
    let mut lines = vec![Line::ok("settings", format!("all are understood; the database is {place}"))];
    let mut patient = Patient { settings, place, db: None, installation: None, vault: None };
    for check in CHECKS {
        lines.extend(check(&mut patient).await);
    }
    lines
}

/// The installation's row, looked for so that nothing changes.
async fn find(db: &mut AnyConnection) -> sqlx::Result<Option<Installation>> {
    if installation::table_exists(db).await? { installation::find(db).await } else { Ok(None) }
}
