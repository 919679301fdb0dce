//! The answer to a question that changes.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;

use super::{Loader, load_while};
use crate::ui::notice::Trouble;

/// Asks what a question says now, again whenever it changes, and while it stays as [`load_while`] does. An answer to an
/// earlier question is dropped.
pub fn answer<Question, Answer, Asked>(
    question: Memo<Question>,
    changes: Memo<bool>,
    pause: Duration,
    ask: impl Fn(Question) -> Asked + Send + Sync + 'static,
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
                None => Err(Trouble::new("Stopped", "You left the page.", "Open it again.", true)),
            }
        }
    };
    let answer = load_while(changes, pause, ask);
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
