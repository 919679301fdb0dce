//! Query strings, as the official clients, the specification and everybody else write them.

use crate::failure::Failure;

/// The parameters of a request, in order. Array parameters come bare (`group_by=a&group_by=b`), with brackets
/// (`group_by[]=a`) and as lists with commas (`group_by=a,b`).
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    /// Who asks where.
    place: String,
}

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

impl Query {
    pub(crate) fn parse(text: &str, place: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.map(|(name, value)| (name.trim_end_matches("[]").to_owned(), value.into_owned()));
        Self { pairs: pairs.collect(), place: place.to_owned() }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let values =
            self.pairs.iter().filter(|(found, _)| found == name).flat_map(|(_, value)| value.split(','));
        values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A moment in Unix seconds.
    pub(crate) fn time(&self, name: &str) -> Result<Option<i64>, Failure> {
        let parse = |value: &str| value.parse().ok().filter(|seconds| (0..=LAST_SECOND).contains(seconds));
        self.text(name).map(|value| parse(value).ok_or_else(|| Failure::invalid_type(name))).transpose()
    }

    pub(crate) fn required_time(&self, name: &str) -> Result<i64, Failure> {
        self.time(name)?.ok_or_else(|| Failure::missing(name))
    }

    /// How many are wanted at the most. Above the cap is refused and not clamped, as live probes have shown.
    pub(crate) fn limit(&self, default: i64, cap: i64) -> Result<i64, Failure> {
        let Some(text) = self.text("limit") else { return Ok(default) };
        match text.parse() {
            Ok(limit) if limit > cap => Err(Failure::limit_too_high(limit, cap)),
            Ok(limit) if limit >= 1 => Ok(limit),
            _ => Err(Failure::invalid_type("limit")),
        }
    }

    /// What is grouped by, which must be among these.
    pub(crate) fn groups(&self, known: &[&str]) -> Result<Vec<String>, Failure> {
        let groups = self.all("group_by");
        match groups.iter().find(|group| !known.contains(&group.as_str())) {
            Some(unknown) => {
                let values: Vec<String> = known.iter().map(|value| format!("'{value}'")).collect();
                Err(Failure::invalid_value("group_by", unknown, &values.join(", ")))
            }
            None => Ok(groups),
        }
    }

    /// Who asks for what, without the cursor and in a fixed order: what a cursor is bound to.
    pub(crate) fn without_page(&self) -> String {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| name != "page").collect();
        pairs.sort();
        let pairs: String = pairs.into_iter().map(|(name, value)| format!("&{name}={value}")).collect();
        format!("{}{pairs}", self.place)
    }
}
