//! What reports call a dimension, and what stands in it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{base_model, model_family};
use crate::{Dimension, Names};

/// What facts can be grouped and filtered by. Each is one stored dimension, said in some way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Label {
    /// Who sells it: OpenAI.
    Provider,
    /// OpenAI's organization.
    BillingAccount,
    /// The account as the user named it.
    Account,
    /// OpenAI's project, by id.
    ProjectId,
    /// OpenAI's project, by name where it is known.
    Project,
    /// The kind of service.
    Service,
    /// The resource: model and direction.
    Sku,
    /// What quantities are counted in.
    Unit,
    /// Input, cached input, output …
    Operation,
    /// Regular, batch, flex, priority.
    CostType,
    /// An API key, by id.
    ApiKeyId,
    /// An API key, by name where it is known.
    ApiKey,
    /// A person, by id.
    UserId,
    /// A person, by e-mail address where it is known.
    User,
    /// The model as it is billed.
    Model,
    /// The model without its date.
    BaseModel,
    /// The model's family.
    ModelFamily,
    /// On demand, batch, flex, priority, scale tier.
    ConsumptionModel,
    /// OpenAI's service tier.
    ServiceTier,
    /// Whether input came from the cache.
    Cached,
    /// Text, audio, image.
    MediaFormat,
    /// Standard or long context.
    Context,
    /// OpenAI's line item.
    LineItem,
    /// Billed, attributed, unattributed.
    CostBasis,
    /// Why a cost is not attributed.
    Reason,
    /// Size of images.
    ImageSize,
    /// Source of images.
    ImageSource,
    /// Context level of web searches.
    ContextLevel,
    /// A vector store.
    VectorStore,
}

/// A label's place in the API, its name, and the dimension that it says.
struct About {
    slug: &'static str,
    name: &'static str,
    dimension: Dimension,
    /// What stands there when upstream told nothing.
    missing: &'static str,
}

impl Label {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 29] = [
        Self::Project,
        Self::Model,
        Self::Service,
        Self::ApiKey,
        Self::User,
        Self::Sku,
        Self::Operation,
        Self::CostType,
        Self::Account,
        Self::BillingAccount,
        Self::BaseModel,
        Self::ModelFamily,
        Self::ServiceTier,
        Self::ConsumptionModel,
        Self::Cached,
        Self::MediaFormat,
        Self::Unit,
        Self::Context,
        Self::LineItem,
        Self::CostBasis,
        Self::Reason,
        Self::ProjectId,
        Self::ApiKeyId,
        Self::UserId,
        Self::Provider,
        Self::ImageSize,
        Self::ImageSource,
        Self::ContextLevel,
        Self::VectorStore,
    ];

    /// The name in addresses and in the API.
    pub const fn slug(self) -> &'static str {
        self.about().slug
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        self.about().name
    }

    /// The stored dimension.
    pub const fn dimension(self) -> Dimension {
        self.about().dimension
    }

    /// Reads a slug.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.slug() == slug)
    }

    /// What stands there for a stored text; `None` is what upstream did not tell.
    pub fn text<'a>(self, stored: Option<&'a str>, names: &'a Names) -> Cow<'a, str> {
        let Some(text) = stored else { return self.about().missing.into() };
        let named =
            |name: Option<&'a str>| Cow::Borrowed(name.filter(|name| !name.is_empty()).unwrap_or(text));
        match self {
            Self::Provider => "OpenAI".into(),
            Self::BillingAccount => {
                named(names.accounts.get(text).and_then(|account| account.organization.as_deref()))
            }
            Self::Account => named(names.accounts.get(text).map(|account| account.name.as_str())),
            Self::Project => named(names.projects.get(text).map(String::as_str)),
            Self::ApiKey => named(names.api_keys.get(text).map(String::as_str)),
            Self::User => {
                let user = names.users.get(text);
                named(user.and_then(|user| user.email.as_deref().or(user.name.as_deref())))
            }
            Self::BaseModel => base_model(text).into(),
            Self::ModelFamily => model_family(text).into(),
            // A line that is billed and has no line item; usage that is not billed has none either.
            Self::LineItem if text.is_empty() => "No line item".into(),
            Self::ConsumptionModel => match text {
                "regular" => "on-demand".into(),
                other => other.into(),
            },
            _ => text.into(),
        }
    }

    const fn about(self) -> About {
        let (slug, name, dimension, missing) = match self {
            Self::Provider => ("provider", "Provider", Dimension::Account, "OpenAI"),
            Self::BillingAccount => ("billing_account", "Billing Account", Dimension::Account, "No account"),
            Self::Account => ("account", "Account", Dimension::Account, "No account"),
            Self::ProjectId => ("project_id", "Project ID", Dimension::Project, "Not assigned to a project"),
            Self::Project => ("project", "Project", Dimension::Project, "Not assigned to a project"),
            Self::Service => ("service", "Service", Dimension::Service, "No service told"),
            Self::Sku => ("sku", "SKU", Dimension::Sku, "No SKU told"),
            Self::Unit => ("unit", "Unit", Dimension::Unit, "Not counted"),
            Self::Operation => ("operation", "Operation", Dimension::Operation, "No operation told"),
            Self::CostType => ("cost_type", "Cost type", Dimension::CostType, "No cost type told"),
            Self::ApiKeyId => ("openai/api_key_id", "API key ID", Dimension::ApiKey, "No API key told"),
            Self::ApiKey => ("openai/api_key_name", "API key", Dimension::ApiKey, "No API key told"),
            Self::UserId => ("user_id", "User ID", Dimension::User, "No user told"),
            Self::User => ("genai/user_email", "User", Dimension::User, "No user told"),
            Self::Model => ("genai/model", "Model", Dimension::Model, "No model"),
            Self::BaseModel => ("openai/base_model", "Base model", Dimension::Model, "No model"),
            Self::ModelFamily => ("genai/model_family", "Model family", Dimension::Model, "No model"),
            Self::ConsumptionModel => {
                ("genai/consumption_model", "Consumption model", Dimension::CostType, "on-demand")
            }
            Self::ServiceTier => ("service_tier", "Service tier", Dimension::ServiceTier, "No tier told"),
            Self::Cached => ("openai/cached", "Cached", Dimension::Cached, "Does not apply"),
            Self::MediaFormat => {
                ("openai/media_format", "Media format", Dimension::MediaFormat, "Does not apply")
            }
            Self::Context => ("context", "Context length", Dimension::Context, "Standard"),
            Self::LineItem => ("line_item", "Line item", Dimension::LineItem, "Not billed"),
            Self::CostBasis => ("cost_basis", "Cost basis", Dimension::Basis, "Not billed"),
            Self::Reason => ("unattributed_reason", "Why unattributed", Dimension::Reason, "Does not apply"),
            Self::ImageSize => ("image_size", "Image size", Dimension::ImageSize, "Does not apply"),
            Self::ImageSource => ("image_source", "Image source", Dimension::ImageSource, "Does not apply"),
            Self::ContextLevel => {
                ("context_level", "Search context", Dimension::ContextLevel, "Does not apply")
            }
            Self::VectorStore => ("vector_store", "Vector store", Dimension::VectorStore, "Does not apply"),
        };
        About { slug, name, dimension, missing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{AccountName, UserName};

    #[test]
    fn slugs_read_back_and_are_unique() {
        for label in Label::ALL {
            assert_eq!(Label::parse(label.slug()), Some(label));
        }
        assert_eq!(Label::parse("colour"), None);
    }

    #[test]
    fn ids_become_names_where_they_have_one() {
        let mut names = Names::default();
        names.projects.insert("proj_1".into(), "search".into());
        names.users.insert("user_1".into(), UserName { name: Some("Ada".into()), email: None });
        let organization = Some("org-1".to_owned());
        names.accounts.insert("conn_1".into(), AccountName { name: "Production".into(), organization });
        assert_eq!(Label::Project.text(Some("proj_1"), &names), "search");
        assert_eq!(Label::Project.text(Some("proj_2"), &names), "proj_2");
        assert_eq!(Label::ProjectId.text(Some("proj_1"), &names), "proj_1");
        assert_eq!(Label::User.text(Some("user_1"), &names), "Ada");
        assert_eq!(Label::BillingAccount.text(Some("conn_1"), &names), "org-1");
        assert_eq!(Label::Account.text(Some("conn_1"), &names), "Production");
        assert_eq!(Label::Project.text(None, &names), "Not assigned to a project");
        let line_items =
            [Some("Vector storage"), Some(""), None].map(|text| Label::LineItem.text(text, &names));
        assert_eq!(line_items, ["Vector storage", "No line item", "Not billed"]);
        assert_eq!(Label::Reason.text(None, &names), "Does not apply", "credits are not attributed either");
        assert_eq!(Label::Provider.text(Some("conn_1"), &names), "OpenAI");
    }
}
