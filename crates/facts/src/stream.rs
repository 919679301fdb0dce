//! The kinds of usage that OpenAI reports, one endpoint each.

use serde::{Deserialize, Serialize};

/// A usage endpoint: `GET /organization/usage/<slug>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UsageStream {
    /// Text and image generation.
    Completions,
    /// Embeddings.
    Embeddings,
    /// Moderations.
    Moderations,
    /// Images, where OpenAI counts them as images.
    Images,
    /// Speech from text.
    AudioSpeeches,
    /// Text from speech.
    AudioTranscriptions,
    /// Stored bytes: a level, not a flow.
    VectorStores,
    /// Sessions of the code interpreter.
    CodeInterpreterSessions,
    /// Calls of file search.
    FileSearchCalls,
    /// Calls of web search.
    WebSearchCalls,
}
