//! The closed list of what is ever asked of OpenAI.

use crate::usage::UsageName;

/// One of the paths that we read. There is no other way to name a path, and the method is always GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Costs,
    Usage(UsageName),
    Projects,
    ProjectApiKeys(ResourceId),
    Users,
    AdminApiKeys,
}

impl Operation {
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Costs => "/organization/costs".to_owned(),
            Self::Usage(name) => format!("/organization/usage/{}", name.as_str()),
            Self::Projects => "/organization/projects".to_owned(),
            Self::ProjectApiKeys(project) => format!("/organization/projects/{}/api_keys", project.as_str()),
            Self::Users => "/organization/users".to_owned(),
            Self::AdminApiKeys => "/organization/admin_api_keys".to_owned(),
        }
    }
}

/// An id of OpenAI's that is safe as a part of a path, such as `proj_abc`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceId(String);

/// The text is not an id of OpenAI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id consists of 1 to 128 letters, digits, - and _")]
pub struct ResourceIdError;

impl ResourceId {
    /// Checks an id.
    pub fn parse(text: &str) -> Result<Self, ResourceIdError> {
        let valid = (1..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if valid { Ok(Self(text.to_owned())) } else { Err(ResourceIdError) }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_list_of_paths() {
        let project = ResourceId::parse("proj_aB-9").unwrap();
        let mut paths: Vec<_> = [
            Operation::Costs,
            Operation::Projects,
            Operation::ProjectApiKeys(project),
            Operation::Users,
            Operation::AdminApiKeys,
        ]
        .into_iter()
        .chain(UsageName::ALL.map(Operation::Usage))
        .map(|operation| operation.path())
        .collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            [
                "/organization/admin_api_keys",
                "/organization/costs",
                "/organization/projects",
                "/organization/projects/proj_aB-9/api_keys",
                "/organization/usage/audio_speeches",
                "/organization/usage/audio_transcriptions",
                "/organization/usage/code_interpreter_sessions",
                "/organization/usage/completions",
                "/organization/usage/embeddings",
                "/organization/usage/file_search_calls",
                "/organization/usage/images",
                "/organization/usage/moderations",
                "/organization/usage/vector_stores",
                "/organization/usage/web_search_calls",
                "/organization/users",
            ]
        );
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        for text in ["", ".", "..", "a/b", "a?b", "a%2fb", "a b", "ä", &"x".repeat(129)] {
            assert_eq!(ResourceId::parse(text), Err(ResourceIdError), "{text:?}");
        }
    }
}
