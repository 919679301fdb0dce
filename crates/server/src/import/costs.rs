//! Reads a window of billed costs.

use std::collections::BTreeMap;
use std::pin::pin;

use api::connection::Organization;
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};
use futures::TryStreamExt;
use openai::Account;
use openai::cost::CostResult;
use openai::query::{CostGroup, CostQuery};

use super::days::Days;
use super::plan::Window;
use crate::finding;
use crate::store::cost::Cost;

/// A window of costs as OpenAI tells it.
#[derive(Debug, Default)]
pub(super) struct Costs {
    pub(super) costs: Vec<Cost>,
    /// Every day that OpenAI answered for, with its number of rows.
    pub(super) days: Vec<(Day, usize)>,
    /// Whose costs they are, where the rows say it.
    pub(super) organization: Option<Organization>,
    /// Names of projects by id, where the rows say them.
    pub(super) projects: BTreeMap<String, String>,
}

/// Reads all pages of a window. Nothing is kept when a page fails.
pub(super) async fn read(account: Account<'_>, window: Window, now: Timestamp) -> Result<Costs, Finding> {
    let Some((start, end)) = window.period(now) else { return Ok(Costs::default()) };
    let limit = u32::try_from(window.days()).unwrap_or(u32::MAX);
    let query = CostQuery::new(start, Some(end))
        .and_then(|query| query.group_by(&[CostGroup::ProjectId, CostGroup::LineItem]).limit(limit))
        .map_err(|_| Finding::new(Cause::RequestRefused, None))?;
    let mut pages = pin!(account.costs(&query));
    let mut read = Costs::default();
    let mut days = Days::new(window);
    let failed = |error: openai::Error| finding::of(&error, finding::USAGE_SCOPE);
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        for bucket in page.value.data {
            let rows = bucket.results.known;
            let Some(day) = days.enter(bucket.start_time, rows.len(), page.meta.request_id.as_deref())?
            else {
                continue;
            };
            days.count_unknown(bucket.results.unknown);
            for row in rows {
                read.note_names(&row);
                match cost(day, row) {
                    Some(cost) => read.costs.push(cost),
                    None => days.count_unknown(1),
                }
            }
        }
    }
    read.days = days.finish("costs");
    Ok(read)
}

impl Costs {
    fn note_names(&mut self, row: &CostResult) {
        if let Some(id) = row.organization_id.clone().filter(|id| !id.is_empty()) {
            self.organization.get_or_insert(Organization { id, name: row.organization_name.clone() });
        }
        if let (Some(id), Some(name)) = (&row.project_id, &row.project_name) {
            self.projects.insert(id.clone(), name.clone());
        }
    }
}

/// A row to store; none when it has no amount or no currency, so that it can be added to nothing.
fn cost(day: Day, row: CostResult) -> Option<Cost> {
    let (billed, currency) = row.billed()?;
    Some(Cost {
        day,
        project: row.project_id,
        line_item: row.line_item,
        currency,
        amount: billed.amount,
        rounded: billed.rounded,
        quantity: row.quantity.map(|quantity| quantity.decimal.amount),
        quantity_unit: row.quantity_unit,
    })
}
