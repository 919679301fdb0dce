//! Whatever upstream answers: it is refused, or what was understood of it is written as it is read. The first byte
//! says which answer it is.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use openai::admin_api_key::AdminApiKey;
use openai::cost::CostResult;
use openai::error_body::ErrorBody;
use openai::list::List;
use openai::page::Page;
use openai::project::Project;
use openai::project_api_key::ProjectApiKey;
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls, Images,
    Moderations, VectorStores, WebSearchCalls,
};
use openai::user::User;
use serde::Serialize;
use serde::de::DeserializeOwned;

const READERS: &[fn(&[u8])] = &[
    read::<Page<CostResult>>,
    read::<Page<Completions>>,
    read::<Page<Embeddings>>,
    read::<Page<Moderations>>,
    read::<Page<Images>>,
    read::<Page<AudioSpeeches>>,
    read::<Page<AudioTranscriptions>>,
    read::<Page<VectorStores>>,
    read::<Page<CodeInterpreterSessions>>,
    read::<Page<FileSearchCalls>>,
    read::<Page<WebSearchCalls>>,
    read::<List<Project>>,
    read::<List<ProjectApiKey>>,
    read::<List<User>>,
    read::<List<AdminApiKey>>,
    read::<ErrorBody>,
];

fuzz_target!(|data: &[u8]| {
    let Some((which, body)) = data.split_first() else { return };
    let Some(read) = READERS.get(usize::from(which.wrapping_sub(b'a')) % READERS.len()) else { return };
    read(body);
});

/// Rows of an unknown kind are counted and not kept, so that it is the second reading that must be written alike.
fn read<T: DeserializeOwned + Serialize + Debug>(body: &[u8]) {
    let Ok(first) = serde_json::from_slice::<T>(body) else { return };
    let written = serde_json::to_string(&first).expect("what was read is written");
    let second: T = serde_json::from_str(&written).expect("and read again");
    assert_eq!(serde_json::to_string(&second).expect("and written again"), written);
}
