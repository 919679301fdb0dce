//! What an endpoint is.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Description, Permission, Refusal, Wire};

/// One operation of the API. The server infers it from a handler's signature, the app names it in a call, so neither
/// can use the wrong address, body or answer.
pub trait Endpoint: 'static {
    /// The verb.
    const METHOD: Method;
    /// The address, with a `{name}` for each value of [`Endpoint::Path`], in order.
    const PATH: &'static str;
    /// One imperative sentence for the OpenAPI document.
    const SUMMARY: &'static str;
    /// Who may call it. The router checks it before the handler runs.
    const ACCESS: Access;
    /// Whether it only reads: API tokens that do no more may call it.
    const READS: bool = matches!(Self::METHOD, Method::Get);
    /// Whether somebody who has to have a second factor may call it before there is one: what sets one up. What anybody may
    /// call is open to them too.
    const BEFORE_SECOND_FACTOR: bool = false;
    /// The status of success.
    const STATUS: u16 = 200;
    /// The media types of the answer, one of which it has: JSON, or those of a [`File`].
    const MEDIA: &'static [&'static str] = &["application/json"];

    /// The values in the address.
    type Path: PathParams;
    /// The query string: a struct, or [`Nothing`].
    type Query: Serialize + DeserializeOwned + JsonSchema + 'static;
    /// The JSON body: a struct, or [`Nothing`] for none.
    type Body: Serialize + DeserializeOwned + JsonSchema + 'static;
    /// The JSON answer; [`Nothing`] for an empty one with status 204, [`File`] for one that is no JSON.
    type Response: Serialize + DeserializeOwned + Wire + JsonSchema + 'static;
    /// What this endpoint, beyond [`crate::CommonRefusal`], refuses.
    type Error: Refusal;
}

/// A verb of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Removes.
    Delete,
}

impl Method {
    /// The verb as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Anonymous,
    /// Every signed-in user.
    SignedIn,
    /// A signed-in user with at least one of these permissions.
    AnyOf(&'static [Permission]),
}

impl Access {
    /// Whether programs may call it with an API token. What is a person's own is for the person alone, and so is saying
    /// who may do what: a token that leaks makes no further way in.
    pub fn takes_tokens(self) -> bool {
        match self {
            Self::Anonymous | Self::SignedIn => false,
            Self::AnyOf(needs) => needs != Permission::MANAGES_USERS,
        }
    }
}

/// No query, no body or no answer: `{}` and an empty query string read as this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// An answer that is a file, of one of [`Endpoint::MEDIA`]. It has no JSON, so there is no value of it: the server mounts
/// such an endpoint by another name, and the app reads its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("a file is not read as JSON"))
    }
}

impl JsonSchema for File {
    fn schema_name() -> Cow<'static, str> {
        "File".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!(true)
    }

    fn inline_schema() -> bool {
        true
    }
}

/// The values in an address, in the order of the braces.
pub trait PathParams: Sized {
    /// The values as text. They contain no `/`.
    fn values(&self) -> Vec<&str>;
    /// Reads the values; `None` when one of them cannot be such a value, which is answered like an unknown one.
    fn parse(values: &[&str]) -> Option<Self>;
}

impl PathParams for () {
    fn values(&self) -> Vec<&str> {
        Vec::new()
    }

    fn parse(values: &[&str]) -> Option<Self> {
        values.is_empty().then_some(())
    }
}

/// The address of a call: the path with its values, and the query string where there is one.
pub fn address<E: Endpoint>(path: &E::Path, query: &E::Query) -> String {
    let mut values = path.values().into_iter();
    let mut address = String::new();
    for (index, segment) in E::PATH.split('/').enumerate() {
        if index > 0 {
            address.push('/');
        }
        address.push_str(if segment.starts_with('{') { values.next().unwrap_or_default() } else { segment });
    }
    match serde_urlencoded::to_string(query) {
        Ok(query) if !query.is_empty() => format!("{address}?{query}"),
        _ => address,
    }
}

/// An endpoint as a value: for the OpenAPI document and for tests that go through all of them.
pub struct Described {
    /// See [`Endpoint::METHOD`].
    pub method: Method,
    /// See [`Endpoint::PATH`].
    pub path: &'static str,
    /// See [`Endpoint::SUMMARY`].
    pub summary: &'static str,
    /// See [`Endpoint::ACCESS`].
    pub access: Access,
    /// See [`Endpoint::BEFORE_SECOND_FACTOR`].
    pub before_second_factor: bool,
    /// See [`Endpoint::STATUS`].
    pub status: u16,
    /// See [`Endpoint::MEDIA`].
    pub media: &'static [&'static str],
    /// The schemas of query, body and answer.
    pub shapes: fn(&mut SchemaGenerator) -> Shapes,
    /// What is refused, a sample of each.
    pub refusals: fn() -> Vec<(Description, serde_json::Value)>,
}

/// The schemas of an endpoint.
pub struct Shapes {
    /// The query's, an object with a property for each parameter.
    pub query: Schema,
    /// The body's; `None` where there is none.
    pub body: Option<Schema>,
    /// The answer's; `None` where it is empty.
    pub response: Option<Schema>,
}

impl Described {
    /// Describes an endpoint.
    pub const fn of<E: Endpoint>() -> Self {
        Self {
            method: E::METHOD,
            path: E::PATH,
            summary: E::SUMMARY,
            access: E::ACCESS,
            before_second_factor: E::BEFORE_SECOND_FACTOR,
            status: E::STATUS,
            media: E::MEDIA,
            shapes: shapes::<E>,
            refusals: refusals::<E::Error>,
        }
    }
}

fn shapes<E: Endpoint>(generator: &mut SchemaGenerator) -> Shapes {
    Shapes {
        query: E::Query::json_schema(generator),
        body: some_schema::<E::Body>(generator),
        response: some_schema::<E::Response>(generator),
    }
}

fn some_schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Option<Schema> {
    (T::schema_name() != Nothing::schema_name()).then(|| generator.subschema_for::<T>())
}

fn refusals<R: Refusal>() -> Vec<(Description, serde_json::Value)> {
    let value = |refusal: &R| serde_json::to_value(refusal).unwrap_or_default();
    R::samples().iter().map(|refusal| (refusal.describe(), value(refusal))).collect()
}
