//! What is done: the operation that a line bills or a usage row counts.

/// What a unit of a line item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Tokens that are sent and neither come from the cache nor go into it.
    Input,
    /// Tokens that are sent and come from the cache.
    CachedInput,
    /// Tokens that are sent and go into the cache.
    CacheWrites,
    /// Tokens that are received.
    Output,
    /// Images, where they are counted as images.
    Image,
    /// Characters that are spoken.
    Speech,
    /// Seconds that are transcribed.
    Transcription,
    /// Files kept in vector stores.
    Storage,
    /// Sessions of the code interpreter.
    CodeInterpreter,
    /// Calls of file search.
    FileSearch,
    /// Calls of web search.
    WebSearch,
    /// All tokens of a project's batches: the line item `batch api`.
    Batch,
    /// Tokens that a model is trained with.
    Training,
    /// Seconds of video.
    Video,
    /// Capacity that is bought for a day.
    Subscription,
    /// A credit, a grant or a promotion.
    Credit,
    /// A tax.
    Tax,
    /// A correction, such as a difference of rounding.
    Adjustment,
    /// The line item was not understood.
    Unknown,
}

/// What tokens stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Medium {
    /// Written text.
    Text,
    /// Sound.
    Audio,
    /// A picture.
    Image,
    /// A moving picture.
    Video,
}

impl Operation {
    /// The text of [`facts::Dimension::Operation`]. With a medium, input and output say of what; writing to the cache is
    /// billed alike for all.
    pub const fn text(self, medium: Option<Medium>) -> Option<&'static str> {
        Some(match (self, medium) {
            (Self::Input, None) => "input",
            (Self::Input, Some(Medium::Text)) => "text input",
            (Self::Input, Some(Medium::Audio)) => "audio input",
            (Self::Input, Some(Medium::Image)) => "image input",
            (Self::Input, Some(Medium::Video)) => "video input",
            (Self::CachedInput, None) => "cached input",
            (Self::CachedInput, Some(Medium::Text)) => "cached text input",
            (Self::CachedInput, Some(Medium::Audio)) => "cached audio input",
            (Self::CachedInput, Some(Medium::Image)) => "cached image input",
            (Self::CachedInput, Some(Medium::Video)) => "cached video input",
            (Self::CacheWrites, _) => "cache writes",
            (Self::Output, None) => "output",
            (Self::Output, Some(Medium::Text)) => "text output",
            (Self::Output, Some(Medium::Audio)) => "audio output",
            (Self::Output, Some(Medium::Image)) => "image output",
            (Self::Output, Some(Medium::Video)) => "video output",
            (Self::Image, _) => "image",
            (Self::Speech, _) => "speech",
            (Self::Transcription, _) => "transcription",
            (Self::Storage, _) => "storage",
            (Self::CodeInterpreter, _) => "code interpreter",
            (Self::FileSearch, _) => "file search tool calls",
            (Self::WebSearch, _) => "web search",
            (Self::Batch, _) => "batch",
            (Self::Training, _) => "training",
            (Self::Video, _) => "video",
            (Self::Subscription, _) => "subscription",
            (Self::Credit, _) => "credit",
            (Self::Tax, _) => "tax",
            (Self::Adjustment, _) => "adjustment",
            (Self::Unknown, _) => return None,
        })
    }

    /// The text of [`facts::Dimension::Unit`]; none for what is not counted.
    pub const fn unit(self) -> Option<&'static str> {
        match self {
            Self::Input
            | Self::CachedInput
            | Self::CacheWrites
            | Self::Output
            | Self::Batch
            | Self::Training => Some("tokens"),
            Self::Image => Some("images"),
            Self::Speech => Some("characters"),
            Self::Transcription | Self::Video => Some("seconds"),
            Self::Storage => Some("bytes"),
            Self::CodeInterpreter => Some("sessions"),
            Self::FileSearch | Self::WebSearch => Some("calls"),
            Self::Subscription | Self::Credit | Self::Tax | Self::Adjustment | Self::Unknown => None,
        }
    }

    /// Whether something is used, and not bought, granted, levied or corrected.
    pub const fn is_of_use(self) -> bool {
        !matches!(self, Self::Subscription | Self::Credit | Self::Tax | Self::Adjustment)
    }

    /// Whether it counts tokens of a request, all of which have a model and a direction.
    pub const fn is_tokens(self) -> bool {
        matches!(self, Self::Input | Self::CachedInput | Self::CacheWrites | Self::Output)
    }

    /// Whether a usage row of it names a model that the line item names too. Lines of tools and of storage name none.
    pub const fn has_model(self) -> bool {
        self.is_tokens() || matches!(self, Self::Image | Self::Speech | Self::Transcription)
    }

    /// The text of [`facts::Dimension::Cached`]; none where tokens are not sent.
    pub const fn cached(self) -> Option<&'static str> {
        match self {
            Self::CachedInput => Some("cached"),
            Self::Input | Self::CacheWrites => Some("not cached"),
            _ => None,
        }
    }
}

impl Medium {
    /// The text of [`facts::Dimension::MediaFormat`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Audio => "audio",
            Self::Image => "image",
            Self::Video => "video",
        }
    }

    /// Reads a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Text, Self::Audio, Self::Image, Self::Video].into_iter().find(|medium| medium.as_str() == word)
    }
}
