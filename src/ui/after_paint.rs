//! What may be drawn a frame later: what is looked at is painted first, and what lies around it follows. A click on a large
//! page is answered in the time of its most important part, not of all that it changes (docs/bench.md).

use std::time::Duration;

use leptos::prelude::*;

/// A value, one frame later. Values that come in between are skipped.
pub fn after_paint<T>(source: Memo<T>) -> Memo<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let shown = RwSignal::new(source.get_untracked());
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        source.track();
        // The first time too: it may have changed since it was read above.
        if waits.get_value() {
            return;
        }
        waits.set_value(true);
        once_painted(move || {
            // The page may have been left by then.
            waits.try_set_value(false);
            if let Some(value) = source.try_get_untracked() {
                shown.try_set(value);
            }
        });
    });
    Memo::new(move |_| shown.get())
}

/// What is below the part of a page that is looked at first: it is made a frame later, in a task of its own, so that no key or
/// click waits for all of a large page.
#[component]
pub fn AfterPaint(children: ChildrenFn) -> impl IntoView {
    let is_painted = RwSignal::new(false);
    once_painted(move || {
        // The page may have been left by then.
        is_painted.try_set(true);
    });
    move || is_painted.get().then(|| children())
}

/// Does something once the next frame is painted.
pub fn once_painted(work: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(work, Duration::ZERO));
}
