//! What the forms have in common.

pub mod account_field;
pub mod dates;
pub mod days_field;
pub mod submission;

use ::api::{FieldError, Refusal};
use leptos::prelude::*;

use crate::ui::notice::Trouble;

/// What is wrong with one field, of all that is wrong with a form.
pub fn issue(errors: impl Into<Signal<Vec<FieldError>>>, field: &'static str) -> Signal<Option<String>> {
    let errors = errors.into();
    Signal::derive(move || {
        errors
            .with(|errors| errors.iter().find(|error| error.field == field).map(|error| error.issue.clone()))
    })
}

/// Something wrong with a field.
pub fn field_error(field: &str, issue: impl Into<String>) -> FieldError {
    FieldError { field: field.into(), issue: issue.into() }
}

/// A refusal of what need not be sent, since the server's own rule refuses it here.
pub fn refused(refusal: &impl Refusal) -> Trouble {
    let words = refusal.describe();
    Trouble::new(words.title, &words.detail, &words.remedy, words.retryable)
}
