//! Texts with a rule. The form and the server read them with the same function, so both say the same sentence.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::SecretText;

/// Why a text does not fit its field, as a sentence for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// An account or a report needs a name.
    #[error("Enter a name.")]
    NameMissing,
    /// See [`ConnectionName`].
    #[error("Use at most 80 characters.")]
    NameTooLong,
    /// Control characters cannot be shown.
    #[error("Use no line breaks or control characters.")]
    NameUnprintable,
    /// See [`Email`].
    #[error("Enter an e-mail address, such as ada@example.com.")]
    EmailMalformed,
    /// ASVS 5.0, 6.2.1: at least 8 characters.
    #[error("Use at least 8 characters.")]
    PasswordTooShort,
    /// Long enough for every passphrase, short enough to hash.
    #[error("Use at most 256 characters.")]
    PasswordTooLong,
}

/// The name of a connected account: 1 to 80 printable characters, without blanks around.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionName(String);

impl ConnectionName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        name(text).map(|name| Self(name.to_owned()))
    }
}

/// The name of a saved report: 1 to 80 printable characters, without blanks around.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportName(String);

impl ReportName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        name(text).map(|name| Self(name.to_owned()))
    }
}

/// The name of an API token: 1 to 80 printable characters, without blanks around.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenName(String);

impl TokenName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        name(text).map(|name| Self(name.to_owned()))
    }
}

fn name(text: &str) -> Result<&str, TextError> {
    let name = text.trim();
    if name.is_empty() {
        Err(TextError::NameMissing)
    } else if name.chars().any(char::is_control) {
        Err(TextError::NameUnprintable)
    } else if name.chars().count() > 80 {
        Err(TextError::NameTooLong)
    } else {
        Ok(name)
    }
}

/// An e-mail address, in lower case: the name under which a person signs in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address. Only its shape is checked: whether it exists is for the mail to say.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let email = text.trim().to_lowercase();
        let (local, domain) = email.rsplit_once('@').ok_or(TextError::EmailMalformed)?;
        let fits = !local.is_empty()
            && domain.split('.').all(|label| !label.is_empty())
            && email.len() <= 254
            && !email
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ','));
        if fits { Ok(Self(email)) } else { Err(TextError::EmailMalformed) }
    }
}

macro_rules! text {
    ($name:ident, $description:literal, $longest:literal) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = TextError;
            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description, "minLength": 1, "maxLength": $longest })
            }
        }
    };
}

text!(ConnectionName, "The name of a connected account.", 80);
text!(ReportName, "The name of a saved report.", 80);
text!(TokenName, "The name of a API token.", 80);
text!(Email, "An e-mail address.", 254);

/// A new password: 8 to 256 characters, no rule of composition (ASVS 5.0, 6.2.5). The server also refuses common ones.
#[derive(Debug)]
pub struct Password(SecretText);

impl Password {
    /// Takes a text that is long enough.
    pub fn parse(text: SecretText) -> Result<Self, TextError> {
        match text.expose().chars().count() {
            0..8 => Err(TextError::PasswordTooShort),
            8..=256 => Ok(Self(text)),
            _ => Err(TextError::PasswordTooLong),
        }
    }

    /// The password in clear, for hashing.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(ConnectionName::parse("  Production ").unwrap().as_str(), "Production");
        assert_eq!(ConnectionName::parse(" \t "), Err(TextError::NameMissing));
        assert_eq!(ConnectionName::parse("a\nb"), Err(TextError::NameUnprintable));
        assert!(ConnectionName::parse(&"ü".repeat(80)).is_ok());
        assert_eq!(ConnectionName::parse(&"ü".repeat(81)), Err(TextError::NameTooLong));
    }

    #[test]
    fn emails() {
        assert_eq!(Email::parse(" Ada@Example.com ").unwrap().as_str(), "ada@example.com");
        assert!(Email::parse("root@localhost").is_ok());
        for text in ["", "ada", "@x", "ada@", "a da@x.y", "ada@x..y", "<ada@x.y>"] {
            assert_eq!(Email::parse(text), Err(TextError::EmailMalformed), "{text}");
        }
    }

    #[test]
    fn passwords() {
        assert!(Password::parse(SecretText::new("7 chars".into())).is_err());
        assert!(Password::parse(SecretText::new("ünïcödé ".repeat(9))).is_ok());
    }
}
