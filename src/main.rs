//! Starts the app in the browser.

#[cfg(target_family = "wasm")]
fn main() {
    openai_lens_console::app::start();
}

#[cfg(not(target_family = "wasm"))]
fn main() {}
