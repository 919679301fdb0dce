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
    match ASSETS.iter().find(|asset| asset.path == wanted) {
        Some(asset) => answer(asset, request.headers()),
        None => refuse(CommonRefusal::NoSuchAddress),
    }
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
