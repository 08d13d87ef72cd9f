//! Around every request: an id, a log line, a count, the headers that keep browsers strict.
//!
//! Logged are method, route pattern, status and time. Never the address as sent (it could hold
//! anything), never a body, a name, a code or a token.

use std::cell::RefCell;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    self, AcceptEncoding, Encoding, Header as _, HeaderName, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use tracing::Instrument;
use uuid::Uuid;

use crate::app::App;
use crate::base::ids::SubjectId;

/// The header that carries the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Strict: nothing from elsewhere, no inline scripts, no frames.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; object-src 'none'; connect-src 'self'; \
    require-trusted-types-for 'script'; trusted-types svelte-trusted-html daybook";

tokio::task_local! {
    static CURRENT: RefCell<String>;
}

/// The id of the request being answered on this task.
#[must_use]
pub fn current_id() -> Option<String> {
    CURRENT.try_with(|id| id.borrow().clone()).ok()
}

/// Marks a request of which only the answer's headers go out: what the body would show, nobody sees.
#[derive(Debug, Clone, Copy)]
struct HeadOnly;

/// Whether nobody will see the body of the answer.
pub(super) fn is_head_only(request: &HttpRequest) -> bool {
    request.extensions().contains::<HeadOnly>()
}

/// Wraps every request.
///
/// # Errors
/// Whatever the handler's error is.
pub async fn around<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    // A proxy's id is kept if it is a UUID; anything else could smuggle words into the log.
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| Uuid::try_parse(text).ok())
        .unwrap_or_else(|| SubjectId::new().uuid())
        .to_string();
    forget_impossible_encodings(&mut request);
    let method = request.method().clone();
    // Whatever can be got can be asked for its head: the answer's headers, which the server sends
    // without the body.
    if method == Method::HEAD && !request.headers().contains_key(header::UPGRADE) {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadOnly);
    }
    let started = Instant::now();
    let span = tracing::info_span!("request", request.id = %id);
    let answer = next.call(request).instrument(span.clone());
    let mut response = CURRENT.scope(RefCell::new(id.clone()), answer).await?;

    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    let took = started.elapsed();
    if let Some(app) = response.request().app_data::<web::Data<App>>() {
        let counted = (known_method(&method), counted_route(&route));
        app.numbers().request(counted, status, took);
    }
    span.in_scope(|| {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let route = counted_route(&route);
        match status {
            500.. => {
                tracing::error!(http.method = %method, http.route = route, http.status = status, took_us, "request failed");
            }
            400.. => {
                tracing::info!(http.method = %method, http.route = route, http.status = status, took_us, "request refused");
            }
            _ => {
                tracing::debug!(http.method = %method, http.route = route, http.status = status, took_us, "request");
            }
        }
    });
    add_headers(&mut response, &id);
    Ok(response)
}

/// Whoever takes no encoding that there is gets the plain answer all the same, rather than 406 and
/// none: RFC 9110 lets us disregard what cannot be met.
fn forget_impossible_encodings(request: &mut ServiceRequest) {
    let there_are = [Encoding::identity(), Encoding::gzip(), Encoding::deflate()];
    let wanted = AcceptEncoding::parse(request);
    if wanted.is_ok_and(|wanted| wanted.negotiate(there_are.iter()).is_none()) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
}

/// The methods of the API by name; a client may make up any other.
fn known_method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"];
    let found = known.into_iter().find(|name| *name == method.as_str());
    found.unwrap_or("other")
}

/// The route a request is counted and logged under. The ways to raise a worry count as one: whoever may read
/// the numbers must not learn from them that a child has pressed the help button just now.
fn counted_route(route: &str) -> &str {
    match route {
        "/api/v1/help" | "/api/v1/concerns" | "/api/v1/check-ins" => "/api/v1/{worry}",
        route => route,
    }
}

fn add_headers<B>(response: &mut ServiceResponse<B>, id: &str) {
    let is_api = response.request().path().starts_with("/api/");
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
        (
            header::PERMISSIONS_POLICY,
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        );
    }
    if is_api || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
