//! What the forms have in common.

use ::api::FieldError;
use leptos::prelude::*;

/// What is wrong with one field, of all that is wrong with a form.
pub fn issue(errors: RwSignal<Vec<FieldError>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        errors
            .with(|errors| errors.iter().find(|error| error.field == field).map(|error| error.issue.clone()))
    })
}

/// Something wrong with a field.
pub fn field_error(field: &str, issue: impl Into<String>) -> FieldError {
    FieldError { field: field.into(), issue: issue.into() }
}
