//! An answer that is a file.

use std::io;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::Stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};

/// A file, whole or as it is made.
pub struct Download {
    media: &'static str,
    body: Body,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Download {
    /// A file that is there already.
    pub fn whole(media: &'static str, bytes: Vec<u8>) -> Self {
        Self { media, body: Body::from(bytes), headers: Vec::new() }
    }

    /// A file that is made while it is sent. An error ends it before its end, which the client notices.
    pub fn stream(
        media: &'static str,
        parts: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self { media, body: Body::from_stream(parts), headers: Vec::new() }
    }

    /// The same, to be kept under a name of letters, digits, `-`, `_` and `.`; other characters become `-`.
    pub fn named(mut self, name: &str) -> Self {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            self.headers.push((CONTENT_DISPOSITION, value));
        }
        self
    }

    /// The same with a header more. A text that no header can hold is left out.
    pub fn with_header(mut self, name: &'static str, text: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(text) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// The response.
    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(self.body);
        let media = match self.media {
            "text/csv" => "text/csv; charset=utf-8; header=present",
            "application/x-ndjson" => "application/x-ndjson; charset=utf-8",
            media => media,
        };
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
        response.headers_mut().extend(self.headers.into_iter().map(|(name, value)| (Some(name), value)));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let response = Download::whole("text/csv", Vec::new()).named("a\"; b\r\nc.csv").into_response();
        let header = response.headers().get(CONTENT_DISPOSITION).unwrap();
        assert_eq!(header, "attachment; filename=\"a---b--c.csv\"");
        assert_eq!(response.headers().get(CONTENT_TYPE).unwrap(), "text/csv; charset=utf-8; header=present");
    }
}
