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
}

/// Where the next page is; none after the last one.
type Cursor = Result<Option<String>, NotUnderstood>;

/// Reads page after page; `cursor` says where the next one is. Cursors must differ, or there would be no end.
pub(crate) fn pages<'a, T: DeserializeOwned + Send + 'static>(
    account: Account<'a>,
    plan: Plan,
    cursor: fn(&T) -> Cursor,
) -> impl Stream<Item = Result<Answer<T>, Error>> + Send + use<'a, T> {
    struct State {
        plan: Plan,
        next: Option<String>,
        seen: HashSet<String>,
    }
    let start = State { plan, next: None, seen: HashSet::new() };
    stream::unfold(Some(start), move |state| async move {
        let mut state = state?;
        let mut pairs = state.plan.pairs.clone();
        pairs.extend(state.next.take().map(|next| (state.plan.cursor, next)));
        let answer = match account.read::<T>(&state.plan.operation, &pairs).await {
            Ok(answer) => answer,
            Err(error) => return Some((Err(error), None)),
        };
        let next = cursor(&answer.value).and_then(|next| match next {
            Some(next) if !state.seen.insert(next.clone()) => Err(NotUnderstood::RepeatedCursor),
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
}

impl<T: Listed> List<T> {
    pub(crate) fn cursor(&self) -> Cursor {
        cursor(self.has_more, self.last_id.as_deref().or_else(|| self.data.last().map(T::id)))
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
