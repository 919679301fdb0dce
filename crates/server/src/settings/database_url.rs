//! The address of a PostgreSQL database.

use std::fmt;
use std::str::FromStr;

/// The address of a PostgreSQL database, which may hold a password: it is printed without it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

/// The text is no address of a PostgreSQL database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as postgres://user:password@host/database, or unset it to keep everything in a file")]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// Reads `postgres://…` or `postgresql://…`.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let rest = ["postgres://", "postgresql://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        match rest {
            Some(rest) if !rest.is_empty() && !text.contains(char::is_whitespace) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(DatabaseUrlError),
        }
    }

    /// The whole address, for the one who connects.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;
    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", &self.0));
        // What follows the question mark can be a password too.
        let place = rest.split('?').next().unwrap_or_default();
        let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
        write!(f, "{scheme}://{host}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_printed_without_its_password() {
        for (text, printed) in [
            ("postgres://lens:p@ss@db.example/lens", "postgres://db.example/lens"),
            ("postgresql://db.example:5433/lens?password=p", "postgresql://db.example:5433/lens"),
            ("postgres:///lens?host=/run/postgresql", "postgres:///lens"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.to_string().as_str(), format!("{url:?}").as_str()), (printed, printed));
            assert_eq!(url.expose(), text);
        }
        for text in ["", "postgres://", "sqlite://x", "mysql://x/y", "postgres://a b/c", "db.example"] {
            assert_eq!(DatabaseUrl::parse(text), Err(DatabaseUrlError), "{text}");
        }
    }
}
