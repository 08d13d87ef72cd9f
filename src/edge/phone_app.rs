//! The phone app, embedded in the binary where it was built. One page for every screen; its files
//! are named by what is in them, so a phone fetches each only once.

use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header as _, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::base::secret::hex;

#[derive(RustEmbed)]
#[folder = "app/dist"]
#[allow_missing = true]
struct Files;

/// The one page of the app, or nothing where the app is not part of the build.
#[must_use]
pub(super) fn page(request: &HttpRequest) -> Option<HttpResponse> {
    Some(answer(request, "index.html", &Files::get("index.html")?))
}

/// The file of the app that this request asks for, if it is one.
#[must_use]
pub(super) fn file(request: &HttpRequest) -> Option<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let name = request.path().strip_prefix('/')?;
    Some(answer(request, name, &Files::get(name)?))
}

fn answer(request: &HttpRequest, name: &str, file: &EmbeddedFile) -> HttpResponse {
    let hash = file.metadata.sha256_hash();
    let tag = EntityTag::new_weak(hex(hash.get(..16).unwrap_or_default()));
    let keep = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    };
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, keep));
    if known {
        return response.finish();
    }
    response
        .insert_header((CONTENT_TYPE, kind(name)))
        .body(file.data.to_vec())
}

/// What browsers are told a file is.
fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
