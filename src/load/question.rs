//! The answer to a question that changes.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;

use super::{Loader, load};
use crate::ui::notice::Trouble;

/// Asks what a question says now, again whenever it changes, and as long as `again` says when. An answer to an earlier
/// question is dropped.
pub fn answer<Question, Answer, Asked>(
    question: Memo<Question>,
    ask: impl Fn(Question) -> Asked + Send + Sync + 'static,
    again: impl Fn(&Answer) -> Option<Duration> + Send + Sync + 'static,
) -> Loader<Answer>
where
    Question: Clone + PartialEq + Send + Sync + 'static,
    Answer: Clone + PartialEq + Send + Sync + 'static,
    Asked: Future<Output = Result<Answer, Trouble>> + 'static,
{
    let ask = move || {
        let asked = question.try_get_untracked().map(&ask);
        async move {
            match asked {
                Some(asked) => asked.await,
                // The page is gone, and with it whoever would read this.
                None => Err(Trouble::new("Stopped", "The page was left.", "Open it again.", true)),
            }
        }
    };
    let answer = load(ask, again);
    let asked = answer.clone();
    Effect::new(move |before: Option<Question>| {
        let now = question.get();
        if before.is_some_and(|before| before != now) {
            asked.restart();
        }
        now
    });
    answer
}
