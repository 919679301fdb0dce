//! Style sheets that the browser loads with the chunk that needs them.
//!
//! Their links stand in `index.html`, so that Trunk names them after their content and the order of the sheets is the
//! same whichever page is opened first. They stand there disabled: a browser loads such a sheet when it is enabled (HTML,
//! the link element's attribute `disabled`).

use std::cell::RefCell;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AddEventListenerOptions, Element, Event};

/// A style sheet of chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// `style/page.css`: Assets, Support, People, Profile, and tables in panels.
    Page,
    /// `style/page-connect.css`: the wizard.
    Connect,
    /// `style/page-lens.css`: the Lens, and the charts and tables that others have too.
    Lens,
    /// `style/page-report.css`: reports and exports, and the menus and tables that others have too.
    Report,
    /// `style/page-account.css`: a connected account.
    Account,
    /// `style/page-explain.css`: reconciliation, and why cost changed.
    Explain,
}

thread_local! {
    /// What is loaded or on its way.
    static LOADS: RefCell<Vec<(Sheet, Promise)>> = const { RefCell::new(Vec::new()) };
}

impl Sheet {
    /// The id of its link.
    const fn id(self) -> &'static str {
        match self {
            Self::Page => "style-page",
            Self::Connect => "style-connect",
            Self::Lens => "style-lens",
            Self::Report => "style-report",
            Self::Account => "style-account",
            Self::Explain => "style-explain",
        }
    }

    /// Begins to load it. It is loaded once; after a failure it is asked for again.
    pub fn begin(self) -> Load {
        LOADS.with_borrow_mut(|loads| {
            if let Some((_, load)) = loads.iter().find(|(sheet, _)| *sheet == self) {
                return Load { sheet: self, promise: load.clone() };
            }
            let promise = enable(self.id());
            loads.push((self, promise.clone()));
            Load { sheet: self, promise }
        })
    }
}

/// A style sheet on its way.
pub struct Load {
    sheet: Sheet,
    promise: Promise,
}

impl Load {
    /// Waits until it is in force; `false` when it did not arrive.
    pub async fn arrived(self) -> bool {
        let event = JsFuture::from(self.promise).await.ok().and_then(|event| event.dyn_into::<Event>().ok());
        let arrived = event.is_some_and(|event| event.type_() == "load");
        if !arrived {
            LOADS.with_borrow_mut(|loads| loads.retain(|(sheet, _)| *sheet != self.sheet));
        }
        arrived
    }
}

/// Enables a link. The promise gives the event that ends it: a broken one that nobody waits for any more, as when the code
/// failed first, would be an error of the page.
fn enable(id: &'static str) -> Promise {
    Promise::new(&mut |resolve: Function, _| {
        let asked = document().get_element_by_id(id).is_some_and(|link| ask(&link, &resolve).is_ok());
        if !asked {
            let _ = resolve.call0(&JsValue::NULL);
        }
    })
}

fn ask(link: &Element, resolve: &Function) -> Result<(), JsValue> {
    let options = AddEventListenerOptions::new();
    options.set_once(true);
    for event in ["load", "error"] {
        link.add_event_listener_with_callback_and_add_event_listener_options(event, resolve, &options)?;
    }
    // Where it failed before, it is enabled already: only a change makes the browser ask.
    link.set_attribute("disabled", "")?;
    link.remove_attribute("disabled")
}
