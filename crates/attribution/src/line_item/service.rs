//! The kind of service.

use facts::UsageStream;

use super::Operation;

/// A kind of service that OpenAI sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Text, and audio that a conversation consists of.
    Completions,
    /// Embeddings.
    Embeddings,
    /// Moderations.
    Moderations,
    /// Images, whether they are counted as images or as tokens.
    Images,
    /// Speech from text.
    AudioSpeeches,
    /// Text from speech.
    AudioTranscriptions,
    /// Videos.
    Videos,
    /// Files kept in vector stores.
    VectorStores,
    /// The code interpreter.
    CodeInterpreter,
    /// File search.
    FileSearch,
    /// Web search.
    WebSearch,
    /// Training of models.
    Training,
    /// Whatever is none of these: credits, taxes, line items that were not understood.
    Other,
}

impl Service {
    /// The text of [`facts::Dimension::Service`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completions => "Completions",
            Self::Embeddings => "Embeddings",
            Self::Moderations => "Moderations",
            Self::Images => "Images",
            Self::AudioSpeeches => "Audio Speeches",
            Self::AudioTranscriptions => "Audio Transcriptions",
            Self::Videos => "Videos",
            Self::VectorStores => "Vector Stores",
            Self::CodeInterpreter => "Code Interpreter",
            Self::FileSearch => "File Search",
            Self::WebSearch => "Web Search",
            Self::Training => "Training",
            Self::Other => "Other",
        }
    }

    /// The service of an operation and, where it has one, its model: usage of GPT images is among the completions, and
    /// its bill is one of images.
    pub fn of(operation: Operation, model: Option<&str>) -> Self {
        match operation {
            Operation::Storage => Self::VectorStores,
            Operation::CodeInterpreter => Self::CodeInterpreter,
            Operation::FileSearch => Self::FileSearch,
            Operation::WebSearch => Self::WebSearch,
            Operation::Training => Self::Training,
            Operation::Video => Self::Videos,
            Operation::Image => Self::Images,
            Operation::Speech => Self::AudioSpeeches,
            Operation::Transcription => Self::AudioTranscriptions,
            Operation::Batch | Operation::Subscription => Self::Completions,
            Operation::Credit | Operation::Tax | Operation::Adjustment | Operation::Unknown => Self::Other,
            Operation::Input | Operation::CachedInput | Operation::CacheWrites | Operation::Output => {
                Self::of_model(model.unwrap_or_default())
            }
        }
    }

    /// The service that sells a model's tokens.
    fn of_model(model: &str) -> Self {
        let has = |text: &str| model.contains(text);
        if has("embedding") {
            Self::Embeddings
        } else if has("moderation") {
            Self::Moderations
        } else if has("image") || has("dall-e") {
            Self::Images
        } else if has("transcribe") || has("whisper") {
            Self::AudioTranscriptions
        } else if has("tts") {
            Self::AudioSpeeches
        } else if has("sora") {
            Self::Videos
        } else {
            Self::Completions
        }
    }

    /// The usage endpoints that may count what this service bills, the likeliest first.
    pub const fn streams(self) -> &'static [UsageStream] {
        match self {
            Self::Completions => &[UsageStream::Completions],
            Self::Embeddings => &[UsageStream::Embeddings],
            Self::Moderations => &[UsageStream::Moderations],
            // Seen on live organizations: the endpoint of images has no row for GPT images, that of completions has.
            Self::Images => &[UsageStream::Completions, UsageStream::Images],
            Self::AudioSpeeches => &[UsageStream::AudioSpeeches, UsageStream::Completions],
            Self::AudioTranscriptions => &[UsageStream::AudioTranscriptions, UsageStream::Completions],
            Self::VectorStores => &[UsageStream::VectorStores],
            Self::CodeInterpreter => &[UsageStream::CodeInterpreterSessions],
            Self::FileSearch => &[UsageStream::FileSearchCalls],
            Self::WebSearch => &[UsageStream::WebSearchCalls],
            Self::Videos | Self::Training | Self::Other => &[],
        }
    }
}
