//! Seeded organizations.

use std::collections::{BTreeMap, BTreeSet};

use money::Amount;

use crate::clock::DAY;
use crate::costs::{self, CostRow};
use crate::http;
use crate::key::Key;
use crate::query::Query;
use crate::random::{mix, seed, text};
use crate::workload::{Kind, Workload};

/// An organization: what it consists of. What it uses and pays follows from it and from the time.
#[derive(Clone, Debug)]
pub struct Organization {
    /// `org-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its first day, as Unix seconds of the midnight.
    pub first_day: i64,
    /// Its projects.
    pub projects: Vec<Project>,
    /// Its people.
    pub users: Vec<User>,
    /// Its projects' API keys.
    pub api_keys: Vec<ApiKey>,
    pub(crate) seed: u64,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) scale_tier: bool,
}

/// A project.
#[derive(Clone, Debug)]
pub struct Project {
    /// `proj_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was archived, in Unix seconds.
    pub archived_at: Option<i64>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct User {
    /// `user-…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// A project's API key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// `key_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose project it is of, as an index.
    pub project: usize,
    /// Who owns it, as an index.
    pub owner: usize,
    /// Whether it was deleted: it still owns what it used, and no list names it.
    pub deleted: bool,
}

/// How large an organization is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) projects: usize,
    pub(crate) keys: usize,
    pub(crate) users: usize,
    pub(crate) days: i64,
}

const PROJECT_NAMES: [&str; 8] = [
    "support-assistant",
    "search-ranking",
    "catalog-images",
    "internal-tools",
    "voice-agent",
    "document-intake",
    "fraud-review",
    "evaluation",
];

impl Organization {
    /// A small organization of any shape: how many projects, keys and people it has, and what they do, follows from the
    /// seed. Its first day is this midnight.
    pub fn random(seed: u64, first_day: i64) -> Self {
        let up_to = |most: u64, part: u64| usize::try_from(1 + mix(&[seed, 5, part]) % most).unwrap_or(1);
        let size = Size { projects: up_to(4, 0), keys: up_to(5, 1), users: up_to(3, 2), days: 1 };
        Self::new("Any", size, first_day, seed)
    }

    /// An organization of 200 projects, 1,000 API keys and 120 people.
    pub fn large(seed: u64, first_day: i64) -> Self {
        Self::new("Any", Size { projects: 200, keys: 1_000, users: 120, days: 1 }, first_day, seed)
    }

    /// What it tells a key of [`crate::key::KEYS`] that asks for this at this second, as JSON: the answer without the
    /// network and without what may happen to it there. `resource` is what comes after `/v1/organization/`, such as
    /// `usage/completions`. None where OpenAI would refuse it.
    pub fn tells(&self, key: &'static Key, resource: &str, query: &str, now: i64) -> Option<String> {
        let query = Query::parse(query, &format!("{resource} {}", key.name));
        http::told(self, key, (resource, &query), now, || 1).ok()
    }

    pub(crate) fn new(name: &str, size: Size, today: i64, seed: u64) -> Self {
        let seed = mix(&[self::seed(name), seed]);
        let numbered = |names: &[&str], index: usize| {
            let base = names.get(index % names.len().max(1)).copied().unwrap_or("project");
            if index < names.len() { base.to_owned() } else { format!("{base}-{}", index / names.len() + 1) }
        };
        let projects = (0..size.projects)
            .map(|index| Project {
                id: format!("proj_{}", text(&[seed, 1, index as u64], 24)),
                name: numbered(&PROJECT_NAMES, index),
                archived_at: None,
            })
            .collect();
        let users = (0..size.users)
            .map(|index| User {
                id: format!("user-{}", text(&[seed, 2, index as u64], 24)),
                name: numbered(
                    &["Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov"],
                    index,
                ),
                email: format!("person{index}@{}.example", name.to_lowercase().replace(' ', "-")),
            })
            .collect();
        let api_keys = (0..size.keys)
            .map(|index| ApiKey {
                id: format!("key_{}", text(&[seed, 3, index as u64], 16)),
                name: format!(
                    "{}-{index}",
                    ["prod", "batch", "staging", "research"].get(index % 4).copied().unwrap_or("prod")
                ),
                project: index % size.projects.max(1),
                owner: index % size.users.max(1),
                deleted: false,
            })
            .collect::<Vec<_>>();
        let workloads = workloads(seed, &api_keys, size.projects);
        Self {
            id: format!("org-{}", text(&[seed], 24)),
            name: name.to_owned(),
            first_day: today - (size.days - 1) * DAY,
            projects,
            users,
            api_keys,
            seed,
            workloads,
            scale_tier: size.projects > 0,
        }
    }

    /// What is billed for the days that start in this range of Unix seconds, as seen at `now`: the oracle.
    pub fn billed(&self, start: i64, end: i64, now: i64) -> Amount {
        self.cost_rows(start, end, now).into_iter().map(|row| row.amount).sum()
    }

    /// What is billed in this range to each project, by its id; `None` is the organization itself.
    pub fn billed_by_project(&self, start: i64, end: i64, now: i64) -> BTreeMap<Option<String>, Amount> {
        let mut totals = BTreeMap::new();
        for row in self.cost_rows(start, end, now) {
            let project =
                row.project.and_then(|index| self.projects.get(index)).map(|project| project.id.clone());
            let total = totals.entry(project).or_insert(Amount::ZERO);
            *total = *total + row.amount;
        }
        totals
    }

    /// What is billed in this range for each line item.
    pub fn billed_by_line_item(&self, start: i64, end: i64, now: i64) -> BTreeMap<String, Amount> {
        let mut totals = BTreeMap::new();
        for row in self.cost_rows(start, end, now) {
            let total = totals.entry(row.line_item).or_insert(Amount::ZERO);
            *total = *total + row.amount;
        }
        totals
    }

    /// How many rows the Costs API has for this range when it groups by project and line item.
    pub fn row_count(&self, start: i64, end: i64, now: i64) -> usize {
        let mut day = start - start.rem_euclid(DAY);
        let mut count = 0;
        while day < end {
            let rows = costs::day(self, day, now);
            let places: BTreeSet<_> = rows.iter().map(|row| (row.project, row.line_item.as_str())).collect();
            count += places.len();
            day += DAY;
        }
        count
    }

    fn cost_rows(&self, start: i64, end: i64, now: i64) -> Vec<CostRow> {
        let mut day = start - start.rem_euclid(DAY);
        let mut rows = Vec::new();
        while day < end {
            rows.extend(costs::day(self, day, now));
            day += DAY;
        }
        rows
    }
}

/// Every project has each kind of use at least once; further keys get a kind by chance.
fn workloads(seed: u64, keys: &[ApiKey], projects: usize) -> Vec<Workload> {
    let mut workloads = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let kinds = if keys.len() <= 20 { Kind::ALL.len() } else { 1 };
        for turn in 0..kinds {
            let chance = mix(&[seed, 4, index as u64, turn as u64]);
            let kind = if keys.len() <= 20 {
                Kind::ALL.get((turn + index) % Kind::ALL.len())
            } else {
                Kind::LIKELY.get(usize::try_from(chance % Kind::LIKELY.len() as u64).unwrap_or_default())
            };
            // In a small organization a key has some of the kinds, or every key would look alike.
            if keys.len() <= 20 && turn > 0 && chance.is_multiple_of(3) {
                continue;
            }
            if let Some(kind) = kind {
                workloads.push(Workload::new(*kind, index, key, chance, projects));
            }
        }
    }
    workloads
}
