//! Rows of the usage endpoints, one type each.
//!
//! Measures that the contract requires are required here; dimensions are null unless grouped by.

mod audio_speeches;
mod audio_transcriptions;
mod code_interpreter_sessions;
mod completions;
mod embeddings;
mod file_search_calls;
mod images;
mod moderations;
mod vector_stores;
mod web_search_calls;

pub use audio_speeches::AudioSpeeches;
pub use audio_transcriptions::AudioTranscriptions;
pub use code_interpreter_sessions::CodeInterpreterSessions;
pub use completions::Completions;
pub use embeddings::Embeddings;
pub use file_search_calls::FileSearchCalls;
pub use images::Images;
pub use moderations::Moderations;
pub use vector_stores::VectorStores;
pub use web_search_calls::WebSearchCalls;
