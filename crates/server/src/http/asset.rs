//! The app, embedded in the binary by the build script: each file as it is and compressed.

use api::CommonRefusal;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::problem;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file of the app.
struct Asset {
    /// Its address: `/boot.js`.
    path: &'static str,
    /// Its media type.
    content_type: &'static str,
    /// Whether its name contains a hash of its content, so that it can be kept for ever.
    immutable: bool,
    /// Changes with the content.
    etag: &'static str,
    /// As it is.
    plain: &'static [u8],
    /// Compressed with brotli.
    brotli: &'static [u8],
}

/// How the addresses of the app's pages begin. Whatever else is asked for is no page: the app says so, with 404, so that
/// nobody takes it for something that a server should not show.
pub const PAGES: [&str; 17] = [
    "",
    "lens",
    "reports",
    "exports",
    "changes",
    "reconciliation",
    "assets",
    "connect",
    "support",
    "login",
    "setup",
    "invitation",
    "access",
    "people",
    "audit-log",
    "profile",
    "notifications",
];

/// Answers with a file of the app; every address of a page is answered with the app itself.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    let refuse = |refusal: CommonRefusal| problem::of(&refusal, &problem::request_id(request.extensions()));
    if path.starts_with(api::openapi::PREFIX) {
        return refuse(CommonRefusal::NoSuchAddress);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = refuse(CommonRefusal::MethodNotAllowed);
        response.headers_mut().insert(http::header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    // A name with a dot is a file, and one that starts with a dot is nothing that anybody should find here; everything
    // else is the address of a page, which the app knows.
    let is_file = path.contains("/.") || path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let wanted = if is_file { path } else { "/index.html" };
    let first = path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let is_page = PAGES.contains(&first);
    match ASSETS.iter().find(|asset| asset.path == wanted) {
        Some(asset) if is_file || is_page => answer(asset, request.headers()),
        Some(app) => not_found(app, request.headers()),
        None => refuse(CommonRefusal::NoSuchAddress),
    }
}

/// The app, which says that there is no such page.
fn not_found(app: &Asset, headers: &HeaderMap) -> Response {
    let mut headers = headers.clone();
    headers.remove(IF_NONE_MATCH);
    let mut response = answer(app, &headers);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().remove(ETAG);
    response
}

fn answer(asset: &Asset, headers: &HeaderMap) -> Response {
    let accepts_brotli =
        headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| {
            value.split(',').any(|encoding| {
                encoding.trim() == "br" || (encoding.trim().starts_with("br;") && !encoding.contains("q=0"))
            })
        });
    let known = headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == asset.etag.as_bytes());
    let mut response = Response::new(match (known, accepts_brotli) {
        (true, _) => Body::empty(),
        (false, true) => Body::from(asset.brotli),
        (false, false) => Body::from(asset.plain),
    });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(ETAG, HeaderValue::from_static(asset.etag));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if accepts_brotli && !known {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_app_begins_as_a_page_does() {
        let routes = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/route.rs");
        let routes = std::fs::read_to_string(routes).unwrap();
        let first = |line: &'_ str| Some(line.trim().strip_prefix("[\"")?.split('"').next()?.to_owned());
        let mut read: Vec<String> = routes.lines().filter_map(first).collect();
        read.push(String::new());
        read.sort();
        read.dedup();
        let mut pages = PAGES.to_vec();
        pages.sort_unstable();
        assert_eq!(read, pages);
    }
}
