//! Ids: opaque, each of its own type, with a prefix that says what it names. Listed here, alphabetically.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::PathParams;

/// The text is no id of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id starts with {0} and continues with lower case letters and digits")]
pub struct IdError(&'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// What every id of this type starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Reads an id.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let rest = text.strip_prefix($prefix).ok_or(IdError($prefix))?;
                let fits = (1..=40).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
                if fits { Ok(Self(text.to_owned())) } else { Err(IdError($prefix)) }
            }

            /// Makes an id from 16 random bytes.
            pub fn from_random(random: [u8; 16]) -> Self {
                let mut text = String::from($prefix);
                for byte in random {
                    text.push_str(&format!("{byte:02x}"));
                }
                Self(text)
            }

            /// The id as text.
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
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
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
                schemars::json_schema!({ "type": "string", "pattern": concat!("^", $prefix, "[a-z0-9]{1,40}$") })
            }
        }

        impl PathParams for $name {
            fn values(&self) -> Vec<&str> {
                vec![&self.0]
            }

            fn parse(values: &[&str]) -> Option<Self> {
                match values {
                    [value] => Self::parse(value).ok(),
                    _ => None,
                }
            }
        }
    };
}

id!(
    /// A request for a permission.
    AccessRequestId,
    "access_"
);
id!(
    /// A token of a program.
    ApiTokenId,
    "token_"
);
id!(
    /// A connection in the making. It stays valid for 30 minutes.
    ConnectionDraftId,
    "draft_"
);
id!(
    /// A connected OpenAI organization.
    ConnectionId,
    "conn_"
);
id!(
    /// A message on its way to one recipient.
    DeliveryId,
    "delivery_"
);
id!(
    /// An invitation of a person.
    InvitationId,
    "invitation_"
);
id!(
    /// Something that people and programs are told of.
    NotificationId,
    "notification_"
);
id!(
    /// A saved report.
    SavedReportId,
    "report_"
);
id!(
    /// Where somebody is signed in. It is no secret.
    SessionId,
    "session_"
);
id!(
    /// A support request.
    SupportRequestId,
    "support_"
);
id!(
    /// A customer of this installation: everything belongs to one.
    TenantId,
    "tenant_"
);
id!(
    /// A person who signs in.
    UserId,
    "user_"
);
id!(
    /// An address at which a program is told of what happens.
    WebhookId,
    "webhook_"
);
