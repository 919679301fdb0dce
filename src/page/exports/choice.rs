//! Which file is asked for, as the address says.

use ::api::export::{FocusQuery, FocusVersion, Format};
use ::api::{ConnectionId, Day, Month};

use crate::browser::now;
use crate::route::{Pairs, Route};

/// The versions of FOCUS, and what people read.
pub const VERSIONS: [(FocusVersion, &str); 2] =
    [(FocusVersion::V1_2, "1.2 (most tools)"), (FocusVersion::V1_4, "1.4 (newest)")];
/// The formats, and what people read.
pub const FORMATS: [(Format, &str); 2] = [(Format::Csv, "CSV"), (Format::Parquet, "Parquet")];

/// Which file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// What is sent to the server.
    pub query: FocusQuery,
}

impl Default for Chosen {
    fn default() -> Self {
        let (month, version, format) = (Month::of(Day::of(now())), FocusVersion::V1_2, Format::Csv);
        Self { query: FocusQuery { month, connection: None, version, format } }
    }
}

impl Chosen {
    /// What the address says, if it is one of the exports.
    pub fn of(route: &Route) -> Option<Self> {
        let Route::Exports(pairs) = route else { return None };
        let mut chosen = Self::default();
        let query = &mut chosen.query;
        if let Some(month) = pairs.get("month").and_then(|text| Month::parse(text).ok()) {
            query.month = month;
        }
        query.connection = pairs.get("account").and_then(|id| ConnectionId::parse(id).ok());
        if let Some((version, _)) =
            VERSIONS.iter().find(|(version, _)| Some(version.as_str()) == pairs.get("version"))
        {
            query.version = *version;
        }
        if let Some((format, _)) =
            FORMATS.iter().find(|(format, _)| Some(format.extension()) == pairs.get("format"))
        {
            query.format = *format;
        }
        Some(chosen)
    }

    /// The address.
    pub fn route(&self) -> Route {
        let FocusQuery { month, connection, version, format } = &self.query;
        let mut pairs = Pairs::default();
        pairs.push("month", month.to_string());
        if let Some(connection) = connection {
            pairs.push("account", connection.as_str());
        }
        pairs.push("version", version.as_str());
        pairs.push("format", format.extension());
        Route::Exports(pairs)
    }
}
