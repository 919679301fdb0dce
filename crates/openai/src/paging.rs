//! From page to page.

use std::collections::HashSet;

use futures::{Stream, stream};
use serde::de::DeserializeOwned;

use crate::account::Account;
use crate::answer::Answer;
use crate::error::{Error, ErrorKind, NotUnderstood};
use crate::list::{List, Listed};
use crate::operation::Operation;
use crate::page::Page;

/// A query whose pages are read: what stays the same, and the name of what changes.
pub(crate) struct Plan {
    pub(crate) operation: Operation,
    pub(crate) pairs: Vec<(&'static str, String)>,
    pub(crate) cursor: &'static str,
    /// Pages that there can be at most.
    pub(crate) most_pages: u64,
}

/// Pages beyond those that are full of what was asked for: some may have less than they could.
const SPARE_PAGES: u64 = 3;

/// Most pages for so many buckets: one bucket on each.
pub(crate) const fn most_pages(buckets: u64) -> u64 {
    buckets.saturating_add(SPARE_PAGES)
}

/// Where the next page is; none after the last one.
type Cursor = Result<Option<String>, NotUnderstood>;

/// What is looked at of a page: where the next one is, and whether it has nothing.
type Look<T> = (fn(&T) -> Cursor, fn(&T) -> bool);

/// Reads page after page. Cursors must differ, pages must have something, and there must not be more of them than can be, or
/// there would be no end: after one page without anything, one more is asked for.
pub(crate) fn pages<'a, T: DeserializeOwned + Send + 'static>(
    account: Account<'a>,
    plan: Plan,
    (cursor, is_empty): Look<T>,
) -> impl Stream<Item = Result<Answer<T>, Error>> + Send + use<'a, T> {
    struct State {
        plan: Plan,
        next: Option<String>,
        seen: HashSet<String>,
        was_empty: bool,
        pages: u64,
    }
    let start = State { plan, next: None, seen: HashSet::new(), was_empty: false, pages: 0 };
    stream::unfold(Some(start), move |state| async move {
        let mut state = state?;
        let mut pairs = state.plan.pairs.clone();
        pairs.extend(state.next.take().map(|next| (state.plan.cursor, next)));
        let answer = match account.read::<T>(&state.plan.operation, &pairs).await {
            Ok(answer) => answer,
            Err(error) => return Some((Err(error), None)),
        };
        state.pages += 1;
        let was_empty = std::mem::replace(&mut state.was_empty, is_empty(&answer.value));
        let is_endless = was_empty && state.was_empty || state.pages >= state.plan.most_pages;
        let next = cursor(&answer.value).and_then(|next| match next {
            Some(next) if !state.seen.insert(next.clone()) => Err(NotUnderstood::RepeatedCursor),
            Some(_) if is_endless => Err(NotUnderstood::Endless),
            next => Ok(next),
        });
        match next {
            Ok(None) => Some((Ok(answer), None)),
            Ok(next) => Some((Ok(answer), Some(State { next, ..state }))),
            Err(what) => {
                let mut error = Error::new(ErrorKind::NotUnderstood(what));
                error.request_id = answer.meta.request_id;
                error.attempts = answer.meta.attempts;
                Some((Err(error), None))
            }
        }
    })
}

impl<R> Page<R> {
    pub(crate) fn cursor(&self) -> Cursor {
        cursor(self.has_more, self.next_page.as_deref())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }
}

impl<T: Listed> List<T> {
    pub(crate) fn cursor(&self) -> Cursor {
        cursor(self.has_more, self.last_id.as_deref().or_else(|| self.data.last().map(T::id)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub(crate) fn cursor_of_last(&self) -> Cursor {
        cursor(self.has_more, self.data.last().map(T::id))
    }
}

fn cursor(has_more: bool, cursor: Option<&str>) -> Cursor {
    match cursor {
        _ if !has_more => Ok(None),
        Some(cursor) if !cursor.is_empty() => Ok(Some(cursor.to_owned())),
        _ => Err(NotUnderstood::NoCursor),
    }
}
