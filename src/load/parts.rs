//! A list that is loaded in parts, newest first, as far as somebody wants to look.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use ::api::Page;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::notice::Trouble;

/// What is here of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The items of all parts so far.
    pub items: Vec<T>,
    /// Where the next part begins; none at the end.
    pub next: Option<String>,
    /// Whether a part is on its way.
    pub busy: bool,
    /// Why the last part is not here.
    pub trouble: Option<Trouble>,
}

type Asking<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Trouble>>>>;
type Ask<T> = Arc<dyn Fn(Option<String>) -> Asking<T> + Send + Sync>;

/// A list that a component loads. It belongs to the component that made it.
pub struct Parts<T: 'static> {
    listed: ArcRwSignal<Listed<T>>,
    ask: Ask<T>,
}

impl<T> Clone for Parts<T> {
    fn clone(&self) -> Self {
        Self { listed: self.listed.clone(), ask: Arc::clone(&self.ask) }
    }
}

impl<T: Clone + Send + Sync + 'static> Parts<T> {
    /// Begins with the first part.
    pub fn load<Asked>(ask: impl Fn(Option<String>) -> Asked + Send + Sync + 'static) -> Self
    where
        Asked: Future<Output = Result<Page<T>, Trouble>> + 'static,
    {
        let ask: Ask<T> = Arc::new(move |after| -> Asking<T> { Box::pin(ask(after)) });
        let listed = Listed { items: Vec::new(), next: None, busy: false, trouble: None };
        let parts = Self { listed: ArcRwSignal::new(listed), ask };
        parts.more();
        parts
    }

    /// What is here.
    pub fn listed(&self) -> ArcReadSignal<Listed<T>> {
        self.listed.read_only()
    }

    /// Asks for the next part; for the same one again when it failed.
    pub fn more(&self) {
        if self.listed.with_untracked(|listed| listed.busy) {
            return;
        }
        self.listed.update(|listed| (listed.busy, listed.trouble) = (true, None));
        let (listed, asked) =
            (self.listed.clone(), (self.ask)(self.listed.with_untracked(|listed| listed.next.clone())));
        spawn_local(async move {
            let outcome = asked.await;
            listed.update(|listed| {
                listed.busy = false;
                match outcome {
                    Ok(page) => {
                        listed.items.extend(page.items);
                        listed.next = page.next;
                    }
                    Err(trouble) => listed.trouble = Some(trouble),
                }
            });
        });
    }
}
