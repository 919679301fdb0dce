//! Reads names: those of projects, members and API keys, and what the list of admin keys tells about the key itself.

use std::pin::pin;

use api::Timestamp;
use api::connection_draft::{Cause, Finding};
use futures::stream::{self, StreamExt, TryStreamExt};
use openai::admin_api_key::AdminApiKey;
use openai::project_api_key::ProjectApiKey;
use openai::{Account, ResourceId};

use super::leased::{self, Stopped};
use super::turn::Task;
use crate::app::App;
use crate::finding;
use crate::store::api_key::{self, ApiKey};
use crate::store::import_schedule::{self, Due};
use crate::store::member::{self, Member};
use crate::store::project::{self, Project};

/// Projects whose keys are listed at the same time.
const AT_ONCE: usize = 4;

/// Seconds between two readings of the names.
pub(super) const EVERY: i64 = 3600;
/// Seconds between two readings of the names of keys, for each project: they are a call for each.
const KEYS_EVERY_PER_PROJECT: i64 = 360;

/// What the management lists told.
#[derive(Debug, Default)]
struct Names {
    projects: Vec<Project>,
    members: Vec<Member>,
    /// When the key expires or that it never does, when the list names it.
    expiry: Option<Option<Timestamp>>,
}

fn failed(error: openai::Error) -> Finding {
    finding::of(&error, finding::MANAGEMENT_SCOPE)
}

/// Whether asking again tells nothing else: this key may not read this, or there is nothing to read.
fn is_lasting(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::MissingScope { .. } | Cause::RequestRefused | Cause::NotOffered | Cause::NotUnderstood
    )
}

/// Reads and keeps the names of projects and members. What one list tells is kept whatever becomes of the others.
pub(super) async fn keep_names(
    app: &App,
    task: &Task,
    account: Account<'_>,
) -> Result<Result<(), Finding>, Stopped> {
    let connection = &task.connection;
    let of = (&connection.tenant, &connection.id);
    let mut names = Names::default();
    let failure = read(account, &connection.key_tail, &mut names).await.err();
    let now = app.clock.now();
    let mut db = leased::write(app, &task.lease).await?;
    for found in &names.projects {
        project::upsert(&mut db, of, found, now).await?;
    }
    member::upsert(&mut db, of, &names.members, now).await?;
    if failure.is_none() {
        let of = (of.0, of.1, connection.key_version);
        import_schedule::note_names(&mut db, of, true, names.expiry, now.plus_seconds(EVERY)).await?;
    }
    db.commit().await?;
    Ok(failure.map_or(Ok(()), Err))
}

/// Reads and keeps the names of the API keys of every project.
pub(super) async fn keep_key_names(
    app: &App,
    task: &Task,
    account: Account<'_>,
) -> Result<Result<(), Finding>, Stopped> {
    let connection = &task.connection;
    let of = (&connection.tenant, &connection.id);
    let projects = {
        let mut db = app.store.read().await?;
        project::ids(&mut db, of).await?
    };
    let every = i64::try_from(projects.len()).unwrap_or(i64::MAX).saturating_mul(KEYS_EVERY_PER_PROJECT);
    let keys = match api_keys(account, projects).await {
        Ok(keys) => keys,
        Err(failure) => return Ok(Err(failure)),
    };
    let now = app.clock.now();
    let mut db = leased::write(app, &task.lease).await?;
    api_key::upsert(&mut db, of, &keys, now).await?;
    import_schedule::note_due(&mut db, of, Due::KeyNames, now.plus_seconds(every.max(EVERY))).await?;
    db.commit().await?;
    Ok(Ok(()))
}

/// Reads the lists of projects, archived ones too, of members and of admin keys. `key_tail` is what is shown of the key.
/// That the key may not read one of the latter two is no failure: names of projects are worth the most.
async fn read(account: Account<'_>, key_tail: &str, names: &mut Names) -> Result<(), Finding> {
    let mut pages = pin!(account.projects(true));
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        names.projects.extend(page.value.data.into_iter().map(|project| Project {
            id: project.id,
            name: project.name,
            archived_at: project.archived_at.map(Timestamp::from_unix_seconds),
        }));
    }
    let members = read_members(account, &mut names.members).await;
    let expiry = key_expiry(account, key_tail).await.map(|expiry| names.expiry = expiry);
    for failure in [members.err(), expiry.err()].into_iter().flatten() {
        if !is_lasting(&failure.cause) {
            return Err(failure);
        }
        tracing::debug!(cause = ?failure.cause, "a list of names cannot be read");
    }
    Ok(())
}

async fn read_members(account: Account<'_>, members: &mut Vec<Member>) -> Result<(), Finding> {
    let mut pages = pin!(account.users());
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        members.extend(page.value.data.into_iter().map(|user| Member {
            id: user.id,
            name: user.name,
            email: user.email,
        }));
    }
    Ok(())
}

/// When the key expires or that it never does, where the list of admin keys names it. `key_tail` is what is shown of the key.
pub(super) async fn key_expiry(
    account: Account<'_>,
    key_tail: &str,
) -> Result<Option<Option<Timestamp>>, Finding> {
    let mut keys = Vec::new();
    let mut pages = pin!(account.admin_api_keys());
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        keys.extend(page.value.data);
    }
    Ok(expiry(&keys, key_tail))
}

/// Reads the API keys of these projects. A project of which OpenAI does not tell them has none, and keeps no other's away.
async fn api_keys(account: Account<'_>, projects: Vec<String>) -> Result<Vec<ApiKey>, Finding> {
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
            Err(error) => {
                let failure = failed(error);
                return if is_lasting(&failure.cause) { Ok(keys) } else { Err(failure) };
            }
        }
    }
}

fn owner(key: &ProjectApiKey) -> Option<String> {
    let owner = key.owner.as_ref()?;
    owner.user.as_ref().or(owner.service_account.as_ref())?.id.clone()
}

/// When the key expires or that it never does. The list shows the ends of keys only: what fits more than one of them is not
/// guessed.
fn expiry(keys: &[AdminApiKey], key_tail: &str) -> Option<Option<Timestamp>> {
    let shown = |key: &&AdminApiKey| {
        let value = key.redacted_value.as_deref().unwrap_or_default();
        let end = value.rsplit(['.', '*', '…']).next().unwrap_or_default();
        end.len() >= 3 && (end.ends_with(key_tail) || key_tail.ends_with(end))
    };
    let mut fitting = keys.iter().filter(shown);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Some(key.expires_at.map(Timestamp::from_unix_seconds)),
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
        let moment = |seconds| Some(Some(Timestamp::from_unix_seconds(seconds)));
        let endless = AdminApiKey { expires_at: None, ..key("sk-admin...VuSa", 5) };
        for (keys, expected) in [
            (vec![], None),
            (vec![endless], Some(None)),
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
