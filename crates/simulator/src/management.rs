//! Lists of the Management API: projects, their API keys, people, admin keys.

use openai::admin_api_key::{AdminApiKey, AdminKeyOwner};
use openai::list::{List, Listed};
use openai::project::Project;
use openai::project_api_key::{KeyOwner, OwnerDetails, ProjectApiKey};
use openai::user::User;

use crate::clock::DAY;
use crate::failure::Failure;
use crate::key::{Behaviour, KEYS, Key};
use crate::organization::{self, Organization};
use crate::query::Query;
use crate::random::{seed, text};

pub(crate) fn projects(organization: &Organization, query: &Query) -> Result<List<Project>, Failure> {
    let archived_too = query.flag("include_archived");
    let listed = organization.projects.iter().filter(|project| archived_too || project.archived_at.is_none());
    page(listed.map(|project| told(organization, project)).collect(), query)
}

pub(crate) fn project(organization: &Organization, id: &str) -> Result<Project, Failure> {
    let found = organization.projects.iter().find(|project| project.id == id);
    found.map(|project| told(organization, project)).ok_or_else(|| Failure::no_such_project(id))
}

fn told(organization: &Organization, project: &organization::Project) -> Project {
    Project {
        id: project.id.clone(),
        name: Some(project.name.clone()),
        created_at: Some(organization.first_day),
        archived_at: project.archived_at,
        status: Some(if project.archived_at.is_some() { "archived" } else { "active" }.into()),
    }
}

pub(crate) fn api_keys(
    organization: &Organization,
    project: &str,
    query: &Query,
) -> Result<List<ProjectApiKey>, Failure> {
    let Some(index) = organization.projects.iter().position(|found| found.id == project) else {
        return Err(Failure::no_such_project(project));
    };
    let listed = organization.api_keys.iter().filter(|key| key.project == index && !key.deleted);
    let keys = listed.map(|key| {
        let owner = organization.users.get(key.owner).map(|user| OwnerDetails {
            id: Some(user.id.clone()),
            name: Some(user.name.clone()),
            email: Some(user.email.clone()),
            created_at: Some(organization.first_day),
            role: Some("member".into()),
        });
        let by_service = key.name.starts_with("staging");
        let service = OwnerDetails {
            id: Some(format!("svc_acct_{}", text(&[seed(&key.id)], 24))),
            name: Some(format!("{}-service", key.name)),
            email: None,
            created_at: Some(organization.first_day),
            role: Some("member".into()),
        };
        ProjectApiKey {
            id: key.id.clone(),
            name: Some(key.name.clone()),
            redacted_value: Some(format!("sk-proj-********{}", text(&[seed(&key.id)], 4))),
            created_at: Some(organization.first_day),
            last_used_at: None,
            owner_project_access: Some("active".into()),
            owner: Some(KeyOwner {
                kind: Some(if by_service { "service_account" } else { "user" }.into()),
                user: owner.filter(|_| !by_service),
                service_account: by_service.then_some(service),
            }),
        }
    });
    page(keys.collect(), query)
}

pub(crate) fn users(organization: &Organization, query: &Query) -> Result<List<User>, Failure> {
    let users = organization.users.iter().map(|user| User {
        id: user.id.clone(),
        name: Some(user.name.clone()),
        email: Some(user.email.clone()),
        role: Some("owner".into()),
        added_at: Some(organization.first_day),
        is_service_account: None,
    });
    page(users.collect(), query)
}

/// The organization's admin keys: those of the simulator that open it. They expire 211 days from now, but for the one
/// that expires soon.
pub(crate) fn admin_api_keys(
    organization: &Organization,
    asking: &Key,
    query: &Query,
    now: i64,
) -> Result<List<AdminApiKey>, Failure> {
    let keys = KEYS.iter().filter(|key| key.place() == asking.place()).map(|key| {
        let days = if key.behaviour == Behaviour::Expiring { 9 } else { 211 };
        let secret = key.secret();
        let tail = secret.get(secret.len().saturating_sub(4)..).unwrap_or_default();
        AdminApiKey {
            id: format!("key_{}", text(&[seed(key.name), 13], 16)),
            name: Some(key.name.into()),
            redacted_value: Some(format!("sk-admin-****{tail}")),
            created_at: Some(organization.first_day),
            expires_at: Some(now - now.rem_euclid(DAY) + days * DAY),
            last_used_at: Some(now),
            owner: Some(AdminKeyOwner {
                kind: Some("user".into()),
                object: Some("organization.user".into()),
                id: organization.users.first().map(|user| user.id.clone()),
                name: organization.users.first().map(|user| user.name.clone()),
                created_at: Some(organization.first_day),
                role: Some("owner".into()),
            }),
        }
    });
    page(keys.collect(), query)
}

fn page<T: Listed + Clone>(all: Vec<T>, query: &Query) -> Result<List<T>, Failure> {
    let limit = usize::try_from(query.limit(20, 100)?).unwrap_or(20);
    let from = match query.text("after") {
        None => 0,
        Some(after) => all
            .iter()
            .position(|item| item.id() == after)
            .map(|at| at + 1)
            .ok_or_else(Failure::invalid_cursor)?,
    };
    let data: Vec<T> = all.iter().skip(from).take(limit).cloned().collect();
    let id = |item: Option<&T>| item.map(|item| item.id().to_owned());
    Ok(List {
        first_id: id(data.first()),
        last_id: id(data.last()),
        has_more: from + data.len() < all.len(),
        data,
    })
}
