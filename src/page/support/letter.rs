//! A support request as a text, and as the address of a mail.

use ::api::support_request::SupportRequest;
use leptos::prelude::window;

use crate::format::locale::moment;

/// Longest body of a mail, in characters after encoding: some mail programs take no more from an address.
const LONGEST_BODY: usize = 1_800;

/// The whole request as a text.
pub(super) fn text(request: &SupportRequest) -> String {
    let mut text = format!("{}\n\n{}\n\n{}\n", request.subject, signature(request), request.message);
    if !request.diagnostics.is_empty() {
        text.push_str("\nDiagnostics\n");
        text.push_str(&request.diagnostics);
        text.push('\n');
    }
    text
}

/// The address that opens a mail to the operator's support. A request that is too long for it is cut, and says so.
pub(super) fn mail_address(request: &SupportRequest, to: &str) -> String {
    let subject = format!("{} ({})", request.subject, request.id.as_str());
    let whole = text(request);
    let mut body = encode(&whole);
    if body.len() > LONGEST_BODY {
        let note = "\n\n[…] The rest did not fit. Use Copy in the console and paste it here.\n";
        let mut kept = whole.as_str();
        while !kept.is_empty() && encode(kept).len() + encode(note).len() > LONGEST_BODY {
            let shorter = kept.len() * 9 / 10;
            let end = (0..=shorter).rev().find(|end| kept.is_char_boundary(*end)).unwrap_or(0);
            kept = kept.get(..end).unwrap_or_default();
        }
        body = encode(&format!("{kept}{note}"));
    }
    format!("mailto:{}?subject={}&body={body}", encode(to).replace("%40", "@"), encode(&subject))
}

fn signature(request: &SupportRequest) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!(
        "Reference: {}\nFrom: {}\nWritten: {}\nConsole: {origin}",
        request.id.as_str(),
        request.created_by.as_str(),
        moment(request.created_at),
    )
}

fn encode(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
