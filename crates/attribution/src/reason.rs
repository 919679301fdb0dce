//! Why no usage was found for a cost.

/// Why a billed line stays on its project instead of being spread over usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// OpenAI reports no usage of this kind in this project and day.
    NotReported,
    /// OpenAI reports such usage, but by other API keys than the one it billed.
    OtherKeys,
    /// The usage of the day has not been imported, so that the line may be attributed later.
    NotImported,
    /// OpenAI billed it to no project, and no usage is without one.
    Organization,
    /// What the line bills is not known.
    NotUnderstood,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::NotReported, Self::OtherKeys, Self::NotImported, Self::Organization, Self::NotUnderstood];

    /// The text of [`facts::Dimension::Reason`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReported => "no usage reported for this line",
            Self::OtherKeys => "usage reported for other API keys only",
            Self::NotImported => "usage not imported yet",
            Self::Organization => "billed to the organization",
            Self::NotUnderstood => "line item not understood",
        }
    }

    /// Reads a text of [`facts::Dimension::Reason`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}
