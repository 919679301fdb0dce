//! The answer to a report: asked for as the user changes what is asked.

use std::sync::Arc;
use std::time::Duration;

use ::api::report::{Query, Report, ReportError, ReportQuery};
use ::api::{FieldError, Nothing, Refusal};
use leptos::prelude::*;

use super::editor::Editing;
use crate::api::{self, CallError};
use crate::browser::sleep;
use crate::form::field_error;
use crate::load::{Loader, load_once};
use crate::ui::notice::Trouble;

/// How long nothing may have changed before the server is asked.
const CALM: Duration = Duration::from_millis(250);

/// What the server said to a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question.
    pub query: ReportQuery,
    /// The table, or why there is none.
    pub outcome: Outcome,
}

/// A table, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The table.
    Report(Arc<Report>),
    /// The question cannot be answered as it is, and which fields are at fault.
    Refused(Trouble, Vec<FieldError>),
}

/// Asks now, and again whenever the question changes. An answer to an earlier question is dropped.
pub fn load_answer(editing: Editing) -> Loader<Answer> {
    let Editing { query, issues, .. } = editing;
    let is_first = StoredValue::new(true);
    let answer = load_once(move || {
        let pause = if is_first.try_get_value().unwrap_or(false) { Duration::ZERO } else { CALM };
        is_first.try_set_value(false);
        let asked = query.try_get_untracked();
        async move {
            sleep(pause).await;
            // Asked anew in the meantime: what comes of this is dropped, so it need not be asked.
            match asked.filter(|asked| query.try_get_untracked().as_ref() == Some(asked)) {
                Some(asked) => ask(asked).await,
                None => Err(CallError::<ReportError>::Stopped.trouble()),
            }
        }
    });
    let again = answer.clone();
    Effect::new(move |before: Option<ReportQuery>| {
        let now = query.get();
        if before.is_some_and(|before| before != now) {
            again.reload();
        }
        now
    });
    let state = answer.signal();
    Effect::new(move |_| {
        let now = query.get();
        let found = state.with(|state| match state.data() {
            Some(Answer { query, outcome: Outcome::Refused(_, found) }) if *query == now => found.clone(),
            _ => Vec::new(),
        });
        issues.set(found);
    });
    answer
}

async fn ask(query: ReportQuery) -> Result<Answer, Trouble> {
    let outcome = match api::call::<Query>(&(), &Nothing {}, &query).await {
        Ok(report) => Outcome::Report(Arc::new(report)),
        Err(error) => {
            let trouble = error.trouble();
            let CallError::Refused(refusal, _) = error else { return Err(trouble) };
            Outcome::Refused(trouble, fields(&refusal))
        }
    };
    Ok(Answer { query, outcome })
}

/// The fields at fault, among them the one that a refusal is about without naming it.
fn fields(refusal: &ReportError) -> Vec<FieldError> {
    let words = refusal.describe();
    match refusal {
        ReportError::UnfitQuery { issues } => issues.clone(),
        ReportError::UnknownConnection { .. } => {
            vec![field_error("accounts", format!("{} {}", words.detail, words.remedy))]
        }
        ReportError::TooLarge => vec![field_error("limit", format!("{} {}", words.detail, words.remedy))],
        ReportError::TooManyGroups => {
            vec![field_error("group_by", format!("{} {}", words.detail, words.remedy))]
        }
    }
}
