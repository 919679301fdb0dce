//! Reads names: those of projects, members and API keys, and what the list of admin keys tells about the key itself.

use std::pin::pin;

use api::Timestamp;
use api::connection_draft::Finding;
use futures::stream::{self, StreamExt, TryStreamExt};
use openai::admin_api_key::AdminApiKey;
use openai::project_api_key::ProjectApiKey;
use openai::{Account, ErrorKind, ResourceId};

use crate::finding;
use crate::store::api_key::ApiKey;
use crate::store::member::Member;
use crate::store::project::Project;

/// Projects whose keys are listed at the same time.
const AT_ONCE: usize = 4;

/// What the management lists told.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) projects: Vec<Project>,
    pub(super) members: Vec<Member>,
    pub(super) key_expires_at: Option<Timestamp>,
}

fn failed(error: openai::Error) -> Finding {
    finding::of(&error, finding::MANAGEMENT_SCOPE)
}

/// Reads the lists of projects, archived ones too, of members and of admin keys. `key_tail` is what is shown of the key.
pub(super) async fn read(account: Account<'_>, key_tail: &str) -> Result<Names, Finding> {
    let mut names = Names { projects: Vec::new(), members: Vec::new(), key_expires_at: None };
    let mut pages = pin!(account.projects(true));
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        names.projects.extend(page.value.data.into_iter().map(|project| Project {
            id: project.id,
            name: project.name,
            archived_at: project.archived_at.map(Timestamp::from_unix_seconds),
        }));
    }
    let mut pages = pin!(account.users());
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        names.members.extend(page.value.data.into_iter().map(|user| Member {
            id: user.id,
            name: user.name,
            email: user.email,
        }));
    }
    names.key_expires_at = key_expires_at(account, key_tail).await?;
    Ok(names)
}

/// When the key expires, where the list of admin keys tells it. `key_tail` is what is shown of the key.
pub(super) async fn key_expires_at(
    account: Account<'_>,
    key_tail: &str,
) -> Result<Option<Timestamp>, Finding> {
    let mut keys = Vec::new();
    let mut pages = pin!(account.admin_api_keys());
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        keys.extend(page.value.data);
    }
    Ok(expiry(&keys, key_tail))
}

/// Reads the API keys of these projects. A project that OpenAI no longer knows has none.
pub(super) async fn api_keys(account: Account<'_>, projects: Vec<String>) -> Result<Vec<ApiKey>, Finding> {
    let projects = projects.into_iter().filter_map(|project| ResourceId::parse(&project).ok());
    let keys: Vec<Vec<ApiKey>> = stream::iter(projects)
        .map(|project| keys_of(account, project))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(keys.into_iter().flatten().collect())
}

async fn keys_of(account: Account<'_>, project: ResourceId) -> Result<Vec<ApiKey>, Finding> {
    let mut keys = Vec::new();
    let mut pages = pin!(account.project_api_keys(&project));
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => keys.extend(page.value.data.into_iter().map(|key| ApiKey {
                owner: owner(&key),
                id: key.id,
                name: key.name,
                project: project.as_str().to_owned(),
            })),
            Ok(None) => return Ok(keys),
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(keys),
            Err(error) => return Err(failed(error)),
        }
    }
}

fn owner(key: &ProjectApiKey) -> Option<String> {
    let owner = key.owner.as_ref()?;
    owner.user.as_ref().or(owner.service_account.as_ref())?.id.clone()
}

/// When the key expires. The list shows the ends of keys only: what fits more than one of them is not guessed.
fn expiry(keys: &[AdminApiKey], key_tail: &str) -> Option<Timestamp> {
    let shown = |key: &&AdminApiKey| {
        let value = key.redacted_value.as_deref().unwrap_or_default();
        let end = value.rsplit(['.', '*', '…']).next().unwrap_or_default();
        end.len() >= 3 && (end.ends_with(key_tail) || key_tail.ends_with(end))
    };
    let mut fitting = keys.iter().filter(shown);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => key.expires_at.map(Timestamp::from_unix_seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(redacted: &str, expires_at: i64) -> AdminApiKey {
        AdminApiKey {
            redacted_value: Some(redacted.into()),
            expires_at: Some(expires_at),
            ..AdminApiKey::default()
        }
    }

    #[test]
    fn the_expiry_is_that_of_the_only_key_with_this_end() {
        let moment = |seconds| Some(Timestamp::from_unix_seconds(seconds));
        for (keys, expected) in [
            (vec![], None),
            (vec![key("sk-admin...VuSa", 5)], moment(5)),
            (vec![key("sk-admin****…****VuSa", 5), key("sk-admin...s1MA", 6)], moment(5)),
            (vec![key("sk-admin...uSa", 5)], moment(5)),
            (vec![key("sk-admin...VuSa", 5), key("sk-admin...VuSa", 6)], None),
            (vec![key("sk-admin...", 5), key("", 6)], None),
        ] {
            assert_eq!(expiry(&keys, "VuSa"), expected, "{keys:?}");
        }
    }
}
