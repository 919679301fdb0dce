//! How urgently it is done, which decides the price.

/// A way of processing that has a price of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostType {
    /// At once.
    #[default]
    Regular,
    /// Within a day, for half the price.
    Batch,
    /// When there is capacity.
    Flex,
    /// Before others.
    Priority,
    /// Within capacity that was bought.
    ScaleTier,
}

impl CostType {
    /// The text of [`facts::Dimension::CostType`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::ScaleTier => "scale tier",
        }
    }

    /// Reads what line items write before a `|` and usage rows write as `service_tier`; none for other words. `auto` is
    /// what a request asks for and not what it got, so that it says nothing.
    pub fn parse(words: &str) -> Option<Self> {
        match words {
            "default" | "regular" | "standard" => Some(Self::Regular),
            "batch" | "batch api" => Some(Self::Batch),
            "flex" => Some(Self::Flex),
            "priority" => Some(Self::Priority),
            "scale" | "scale tier" => Some(Self::ScaleTier),
            _ => None,
        }
    }
}
