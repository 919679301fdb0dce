//! What facts are told apart by.

use serde::{Deserialize, Serialize};

/// A dimension of a [`crate::Fact`]. What a report calls them, and dimensions that follow from these and from names, is
/// said by the report's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// The connection's id: an account, which is one organization at OpenAI.
    Account,
    /// OpenAI's `project_id`.
    Project,
    /// OpenAI's `api_key_id`.
    ApiKey,
    /// OpenAI's `user_id`.
    User,
    /// `Completions`, `Embeddings`, `Web Search`, `Training` …
    Service,
    /// The model as OpenAI bills it, dated where it is, such as `gpt-4.1-2025-04-14`.
    Model,
    /// The resource: the model and the direction, `gpt-4.1-2025-04-14, input`; `batch api`.
    Sku,
    /// `input`, `cached input`, `cache writes`, `output`, `audio input`, `image`, `web search` …
    Operation,
    /// `tokens`, `images`, `characters`, `seconds`, `bytes`, `sessions`, `calls`.
    Unit,
    /// `regular`, `batch`, `flex`, `priority`.
    CostType,
    /// OpenAI's `service_tier`, where usage tells it.
    ServiceTier,
    /// `cached`, `not cached`; none where it does not apply.
    Cached,
    /// `text`, `audio`, `image`, `video`; none where it does not apply.
    MediaFormat,
    /// `long` where the line item says so.
    Context,
    /// OpenAI's `line_item`, as it is on the bill; none for usage that nothing was billed for.
    LineItem,
    /// [`crate::Basis`]: `billed`, `attributed` or `unattributed`, with the reason for the last.
    Basis,
    /// Why no usage was found for a cost; none unless the basis is `unattributed`.
    Reason,
    /// Size of images.
    ImageSize,
    /// Source of images.
    ImageSource,
    /// Context level of web searches.
    ContextLevel,
    /// OpenAI's `vector_store_id`.
    VectorStore,
}

/// Some dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions(u32);

impl Dimensions {
    /// All of them.
    pub const ALL: Self = Self(u32::MAX);
    /// None of them.
    pub const NONE: Self = Self(0);

    /// These and one more.
    #[must_use]
    pub const fn with(self, dimension: Dimension) -> Self {
        Self(self.0 | 1 << dimension as u32)
    }

    /// These and others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether this is one of them.
    pub const fn contains(self, dimension: Dimension) -> bool {
        self.0 & (1 << dimension as u32) != 0
    }
}

impl FromIterator<Dimension> for Dimensions {
    fn from_iter<I: IntoIterator<Item = Dimension>>(dimensions: I) -> Self {
        dimensions.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Dimension {
    /// How many there are.
    pub const COUNT: usize = 21;
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Account,
        Self::Project,
        Self::ApiKey,
        Self::User,
        Self::Service,
        Self::Model,
        Self::Sku,
        Self::Operation,
        Self::Unit,
        Self::CostType,
        Self::ServiceTier,
        Self::Cached,
        Self::MediaFormat,
        Self::Context,
        Self::LineItem,
        Self::Basis,
        Self::Reason,
        Self::ImageSize,
        Self::ImageSource,
        Self::ContextLevel,
        Self::VectorStore,
    ];
}
