//! Something that a user sends: whether it is under way, what its fields say, and what went wrong.

use std::future::Future;
use std::pin::Pin;

use ::api::{Endpoint, FieldError, Nothing};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::issue;
use crate::api::{self, CallError};
use crate::ui::focus::focus_first_error;
use crate::ui::notice::{Trouble, TroubleNotice};

/// Why something was not done: what is wrong with fields, what stands above them, or both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failure {
    /// What is said at the fields.
    pub errors: Vec<FieldError>,
    /// What is said above them.
    pub trouble: Option<Trouble>,
}

impl From<Vec<FieldError>> for Failure {
    fn from(errors: Vec<FieldError>) -> Self {
        Self { errors, trouble: None }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self { errors: Vec::new(), trouble: Some(trouble) }
    }
}

/// A refusal that names fields is said at these alone.
impl<E> From<CallError<E>> for Failure {
    fn from(error: CallError<E>) -> Self {
        match error {
            CallError::Refused(_, problem) if !problem.errors.is_empty() => problem.errors.into(),
            error => error.trouble().into(),
        }
    }
}

type Work = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// Something that a user sends. A handle that belongs to the component which made it; what is under way may end after that
/// is gone.
#[derive(Clone, Copy, Default)]
pub struct Submission {
    busy: RwSignal<bool>,
    errors: RwSignal<Vec<FieldError>>,
    trouble: RwSignal<Option<Trouble>>,
}

impl Submission {
    /// Another one beside it: either can be under way alone, and what goes wrong is said in one place.
    pub fn beside(self) -> Self {
        Self { busy: RwSignal::new(false), ..self }
    }

    /// Whether it is under way.
    pub fn busy(self) -> RwSignal<bool> {
        self.busy
    }

    /// What is wrong with one field.
    pub fn issue(self, field: &'static str) -> Signal<Option<String>> {
        issue(self.errors, field)
    }

    /// What went wrong besides.
    pub fn trouble(self) -> RwSignal<Option<Trouble>> {
        self.trouble
    }

    /// What went wrong besides, as a notice.
    pub fn notice(self) -> impl IntoView {
        move || self.trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })
    }

    /// Sends, unless it is under way, and does what follows from the answer. The page may be gone by then: callbacks are
    /// tried, `Callback::try_run`, since running one that is gone ends the app.
    pub fn send<E>(self, path: E::Path, body: E::Body, done: impl FnOnce(E::Response) + 'static)
    where
        E: Endpoint<Query = Nothing>,
        E::Path: 'static,
    {
        self.run(async move {
            done(api::call::<E>(&path, &Nothing {}, &body).await?);
            Ok(())
        });
    }

    /// Does work of the caller's own, unless it is under way: more than one call, or one of which a refusal is no failure.
    pub fn run(self, work: impl Future<Output = Result<(), Failure>> + 'static) {
        self.begin(Box::pin(work));
    }

    /// The same, also while it is under way: for a list, whose lines have a button each.
    pub fn run_each(self, work: impl Future<Output = Result<(), Failure>> + 'static) {
        self.carry_out(Box::pin(work));
    }

    /// Says what is wrong before anything is sent, unless it is under way.
    pub fn refuse(self, failure: impl Into<Failure>) {
        if !self.busy.get_untracked() {
            self.tell(failure.into());
        }
    }

    fn begin(self, work: Work) {
        if !self.busy.get_untracked() {
            self.busy.set(true);
            self.carry_out(work);
        }
    }

    /// Not generic: of all that sending needs, this is the most, and it is in the app once.
    fn carry_out(self, work: Work) {
        self.tell(Failure::default());
        spawn_local(async move {
            let outcome = work.await;
            self.busy.try_set(false);
            if let Err(failure) = outcome {
                self.tell(failure);
            }
        });
    }

    fn tell(self, Failure { errors, trouble }: Failure) {
        let names_fields = !errors.is_empty();
        self.errors.try_set(errors);
        self.trouble.try_set(trouble);
        if names_fields {
            focus_first_error();
        }
    }
}
