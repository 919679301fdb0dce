//! Small things that only the browser can do.

use std::time::Duration;

use ::api::Timestamp;
use ::api::client_report::ClientFault;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CustomEvent, CustomEventInit};

/// Waits.
pub async fn sleep(duration: Duration) {
    let milliseconds = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve: Function, _| {
        let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        if set.is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Waits until the page can be seen: at once, unless it is in a hidden tab.
pub async fn visible() {
    while document().hidden() {
        let promise = Promise::new(&mut |resolve: Function, _| {
            let options = web_sys::AddEventListenerOptions::new();
            options.set_once(true);
            let _ = document().add_event_listener_with_callback_and_add_event_listener_options(
                "visibilitychange",
                &resolve,
                &options,
            );
        });
        let _ = JsFuture::from(promise).await;
    }
}

/// Now, by the browser's clock.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit for 290 billion years")]
    let seconds = (js_sys::Date::now() / 1000.0) as i64;
    Timestamp::from_unix_seconds(seconds)
}

/// The hour of the user's day, 0 to 23.
pub fn local_hour() -> u32 {
    js_sys::Date::new_0().get_hours()
}

/// Copies a text; `false` when the browser refuses.
pub async fn copy(text: &str) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// The build of this app: the hash in the names of its files, which the page's head tells.
pub fn own_build() -> Option<String> {
    let element = document().query_selector("meta[name=app]").ok().flatten()?;
    let script = element.get_attribute("content")?;
    let (_, hash) = script.strip_suffix(".js")?.rsplit_once('-')?;
    Some(hash.to_owned())
}

/// Tells `boot.js` of a fault. It sends the report, and for a panic shows the overlay with Reload: after a panic no code
/// of this app runs any more.
pub fn report_fault(fault: ClientFault, location: &str) {
    let kind = match fault {
        ClientFault::Panic => "panic",
        ClientFault::NotStarted => "not_started",
        ClientFault::GarbledAnswer => "garbled_answer",
    };
    let detail = js_sys::Array::of2(&JsValue::from_str(kind), &JsValue::from_str(location));
    let options = CustomEventInit::new();
    options.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict("app-fault", &options) {
        let _ = window().dispatch_event(&event);
    }
}

/// A table as a file.
pub fn blob(csv: &str) -> Result<web_sys::Blob, JsValue> {
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("text/csv;charset=utf-8");
    web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&csv.into()), &kind)
}

/// Keeps a file under a name, as a link with `download` does.
pub fn keep(file: &web_sys::Blob, name: &str) {
    let Ok(address) = web_sys::Url::create_object_url_with_blob(file) else { return };
    if let Ok(link) = document().create_element("a")
        && let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>()
    {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser reads the file after this: its address must last for a while.
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&address);
        },
        Duration::from_secs(60),
    );
}
