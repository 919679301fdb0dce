//! Where the keyboard is.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Moves the focus to the first element that a selector finds. Whether there was one.
pub fn focus(selector: &str) -> bool {
    let element = document().query_selector(selector).ok().flatten();
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// The same, unless somebody has begun to fill in a field: what is typed must not go on in another one.
pub fn focus_unless_typing(selector: &str) -> bool {
    !is_focused("input, select, textarea") && focus(selector)
}

/// Moves the focus to the first field that has something wrong, once the page says so.
pub fn focus_first_error() {
    request_animation_frame(|| {
        focus("[aria-invalid=true]");
    });
}

/// Whether an element that a selector describes has the focus.
pub fn is_focused(selector: &str) -> bool {
    document().active_element().is_some_and(|element| element.matches(selector).unwrap_or(false))
}

/// Whether an element other than the page itself has the focus.
pub fn has_focus() -> bool {
    document().active_element().is_some_and(|element| element.tag_name() != "BODY")
}

/// Moves the focus, once the page has changed, to the first element that a selector finds, where what had it is gone.
pub fn focus_if_lost(selector: impl AsRef<str> + 'static) {
    request_animation_frame(move || {
        if !has_focus() {
            focus(selector.as_ref());
        }
    });
}

/// Does so whenever rows are other ones than before: the one that had the focus may be gone.
pub fn focus_after_rows<T: Send + Sync + 'static>(rows: Memo<T>, selector: &'static str) {
    Effect::new(move |before: Option<()>| {
        rows.track();
        if before.is_some() {
            focus_if_lost(selector);
        }
    });
}
