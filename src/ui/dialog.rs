//! A modal on the browser's own dialog: the rest of the page is inert, and the focus returns to where it was.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::focus::{focus, has_focus};

/// A modal that is open as long as it is mounted.
///
/// Escape and a click beside it ask to close; whether it closes is for the owner to decide, by no longer mounting it.
#[component]
pub fn Dialog(
    /// The id of the heading that names it.
    #[prop(into)]
    labelled_by: String,
    /// The user wants to close it.
    #[prop(into)]
    on_close: Callback<()>,
    /// Classes besides `dialog`.
    #[prop(optional, into)]
    class: String,
    /// Where the focus goes when it closes and the element that had it is gone: a selector.
    #[prop(optional, into)]
    return_focus: String,
    /// Whether it interrupts: a screen reader then reads it at once.
    #[prop(optional)]
    alert: bool,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // It fails only for a dialog that is not in the document.
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            // The browser gives the focus back only when the dialog is closed before it is removed.
            dialog.close();
        }
        if !return_focus.is_empty() && !has_focus() {
            focus(&return_focus);
        }
    });
    let cancel = move |event: web_sys::Event| {
        event.prevent_default();
        on_close.run(());
    };
    // Browsers close a dialog at a second Escape whatever the page says. It is for the owner to say: open it again.
    let closed = move |event: web_sys::Event| {
        let dialog = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        if let Some(dialog) = dialog.filter(|dialog| dialog.is_connected() && !dialog.open()) {
            let _ = dialog.show_modal();
        }
    };
    view! {
        <dialog node_ref=dialog class=format!("dialog {class}") role=alert.then_some("alertdialog") aria-labelledby=labelled_by on:cancel=cancel on:close=closed>
            {children()}
        </dialog>
    }
}
