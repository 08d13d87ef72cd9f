//! What no route takes: a file of the phone app; else 405 with `Allow` where the address exists with another method, else 404.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;

use super::phone_app;
use super::problem::{Kind, Problem};

/// Answers what no route takes.
pub async fn unmatched(request: HttpRequest, spec: web::Data<OpenApi>) -> HttpResponse {
    if let Some(file) = phone_app::file(&request) {
        return file;
    }
    let item = spec
        .paths
        .paths
        .iter()
        .find(|(pattern, _)| matches(pattern, request.path()));
    let Some((_, item)) = item else {
        return Problem::new(Kind::NotFound).error_response();
    };
    let mut response = Problem::new(Kind::MethodNotAllowed).error_response();
    if let Ok(allow) = HeaderValue::from_str(&methods(item).join(", ")) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(want), Some(have)) if want == have => {}
            (Some(want), Some(have)) if want.starts_with('{') && !have.is_empty() => {}
            _ => return false,
        }
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    [
        (item.get.is_some(), "GET"),
        (item.get.is_some(), "HEAD"),
        (item.post.is_some(), "POST"),
        (item.put.is_some(), "PUT"),
        (item.patch.is_some(), "PATCH"),
        (item.delete.is_some(), "DELETE"),
    ]
    .into_iter()
    .filter_map(|(there, name)| there.then_some(name))
    .collect()
}
