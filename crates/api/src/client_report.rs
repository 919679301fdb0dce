//! What the app reports about itself when it breaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::{Access, Endpoint, Method, Nothing};

/// Reports a fault of the app. The server logs it; it keeps nothing.
pub struct Create;

/// A fault of the app, without anything that the user entered or saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientReport {
    /// What broke.
    pub kind: ClientFault,
    /// Where in the app's source: `src/page/lens.rs:10:4`. Anything but file, line and column is refused.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_./-]{0,200}(:[0-9]{1,7}){0,2}$"))]
    pub location: String,
    /// The app's build.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_-]{0,64}$"))]
    pub build: String,
}

/// How the app broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientFault {
    /// The app panicked.
    Panic,
    /// The app did not start.
    NotStarted,
    /// An answer of the server did not fit the app.
    GarbledAnswer,
}

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/client-reports";
    const SUMMARY: &'static str = "Report a fault in the app";
    const ACCESS: Access = Access::Anonymous;
    const STATUS: u16 = 204;
    type Path = ();
    type Query = Nothing;
    type Body = ClientReport;
    type Response = Nothing;
    type Error = Never;
}
