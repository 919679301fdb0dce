//! What stands where data is on its way, has failed or is old, and the data itself once it is here.

use leptos::prelude::*;

use super::Loader;
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// Makes a view of data. Newer data change what is on screen and do not replace it: the focus and the choices in it stay.
type Show<T> = Box<dyn Fn(Memo<T>) -> AnyView + Send>;

/// Data with all of its states.
#[component]
pub fn Arrived<T: Clone + PartialEq + Send + Sync + 'static>(
    /// The data.
    data: Loader<T>,
    /// What is loading: `Loading costs…`
    label: &'static str,
    /// Tries again.
    retry: Callback<()>,
    /// Shows the data.
    show: Show<T>,
) -> impl IntoView {
    let state = data.signal();
    let trouble = Memo::new({
        let state = state.clone();
        move |_| state.with(|state| state.trouble().cloned())
    });
    let here = Memo::new(move |_| state.with(|state| state.data().cloned()));
    let is_here = Memo::new(move |_| here.with(Option::is_some));
    let stale = Memo::new(move |_| trouble.get().filter(|_| is_here.get()));
    let failed = Memo::new(move |_| trouble.get().filter(|_| !is_here.get()));
    view! {
        {move || {
            stale
                .get()
                .map(|trouble| {
                    view! {
                        <Notice tone=Tone::Warning title="These figures may be out of date">
                            <p>{trouble.detail} " " {trouble.remedy}</p>
                            <button type="button" class="link-button" on:click=move |_| retry.run(())>
                                "Try again"
                            </button>
                        </Notice>
                    }
                })
        }}
        {move || {
            if let Some(trouble) = failed.get() {
                return view! { <TroubleNotice trouble on_retry=retry /> }.into_any();
            }
            let first = if is_here.get() { here.get_untracked() } else { None };
            match first {
                None => view! { <Skeleton label lines=8 /> }.into_any(),
                Some(first) => show(Memo::new(move |_| here.get().unwrap_or_else(|| first.clone()))),
            }
        }}
    }
}
