//! What a tenant asks of those who sign in with a password.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::{Access, Description, Endpoint, Method, Nothing, Permission, Refusal};

/// Who has to have a second factor. Whoever signs on with the company's provider has theirs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorRule {
    /// Everybody may, and nobody has to.
    Nobody,
    /// Whoever connects organizations with admin keys.
    BillingProfilesAdmins,
    /// Everybody.
    Everybody,
}

impl SecondFactorRule {
    /// All of them, from the mildest to the strictest.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::BillingProfilesAdmins, Self::Everybody];

    /// The name in the store.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::BillingProfilesAdmins => "billing_profiles_admins",
            Self::Everybody => "everybody",
        }
    }

    /// Reads the name in the store.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.slug() == slug)
    }

    /// Whether it asks somebody with these permissions.
    pub fn asks(self, permissions: &[Permission]) -> bool {
        match self {
            Self::Nobody => false,
            Self::BillingProfilesAdmins => permissions.contains(&Permission::BillingProfilesAdmin),
            Self::Everybody => true,
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignInRules {
    /// Who has to have a second factor.
    pub second_factor: SecondFactorRule,
}

/// What is to be asked from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignInRules {
    /// Who has to have a second factor.
    pub second_factor: SecondFactorRule,
}

/// Why the rules stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateError {
    /// The caller would be asked and has none.
    OwnSecondFactorFirst,
}

impl Refusal for UpdateError {
    fn describe(&self) -> Description {
        match self {
            Self::OwnSecondFactorFirst => Description::new(
                409,
                "Your own second factor first",
                "This would require a second factor of you too, and you have none yet.",
                "Set up your own in your profile, then require it of others.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::OwnSecondFactorFirst]
    }
}

/// Says what is asked.
pub struct View;

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/sign-in-rules";
    const SUMMARY: &'static str = "Show what is required of those who sign in";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = SignInRules;
    type Error = Never;
}

/// Changes what is asked. It holds from the next request on: whoever lacks what is asked can do nothing but set it up.
pub struct Update;

impl Endpoint for Update {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/sign-in-rules";
    const SUMMARY: &'static str = "Change what is required of those who sign in";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = ();
    type Query = Nothing;
    type Body = NewSignInRules;
    type Response = SignInRules;
    type Error = UpdateError;
}
