//! The pages for people who read and try the API, and the page that each problem's `type` leads to.
//!
//! Everything comes from this program: no script, style or picture from elsewhere, and nothing
//! inline, as the strict content security policy wants it. The pages show the description of the
//! API and `api-spec/problems.md`; they know nothing of their own. Where no phone app is embedded,
//! the front page says so.

mod problems;

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;

use super::phone_app;
use super::problem::{Kind, NotFound, Problem};
use problems::{one_page, whole_page};

const HOME: &str = include_str!("home.html");
const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");
const LIVE_SOCKET: &str = include_str!("../../../api-spec/asyncapi.yaml");

const HTML: &str = "text/html; charset=utf-8";

fn answer(content_type: &'static str, body: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .body(body.into())
}

/// The phone app, or a page that says so where it is not part of the build.
#[utoipa::path(tag = "pages", responses((status = 200, description = "A page", body = String, content_type = "text/html", example = "<!doctype html>")))]
#[get("/")]
pub(crate) async fn home(request: HttpRequest) -> HttpResponse {
    phone_app::page(&request).unwrap_or_else(|| answer(HTML, HOME))
}

/// The browsable description of the API.
#[utoipa::path(tag = "pages", responses((status = 200, description = "A page", body = String, content_type = "text/html", example = "<!doctype html>")))]
#[get("/api-spec")]
pub(crate) async fn page() -> HttpResponse {
    answer(HTML, PAGE)
}

/// The script of the browsable description.
#[utoipa::path(tag = "pages", responses((status = 200, description = "JavaScript", body = String, content_type = "text/javascript", example = "\"use strict\";")))]
#[get("/api-spec/page.js")]
pub(crate) async fn script() -> HttpResponse {
    answer("text/javascript; charset=utf-8", SCRIPT)
}

/// The style of these pages.
#[utoipa::path(tag = "pages", responses((status = 200, description = "A style sheet", body = String, content_type = "text/css", example = ":root {}")))]
#[get("/api-spec/page.css")]
pub(crate) async fn style() -> HttpResponse {
    answer("text/css; charset=utf-8", STYLE)
}

/// An AsyncAPI document, as YAML.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LiveDescription {
    /// The version of AsyncAPI.
    #[schema(example = "3.0.0")]
    asyncapi: String,
    /// Everything else AsyncAPI knows.
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

/// The description of the live socket, AsyncAPI 3.
#[utoipa::path(tag = "pages", responses((status = 200, description = "AsyncAPI 3", body = LiveDescription, content_type = "application/yaml", example = json!({ "asyncapi": "3.0.0", "info": { "title": "Daybook" }, "channels": {} }))))]
#[get("/api-spec/asyncapi.yaml")]
pub(crate) async fn live_socket() -> HttpResponse {
    answer("application/yaml", LIVE_SOCKET)
}

/// Every kind of problem, explained.
#[utoipa::path(tag = "pages", responses((status = 200, description = "A page", body = String, content_type = "text/html", example = "<!doctype html>")))]
#[get("/problems")]
pub(crate) async fn all_problems() -> HttpResponse {
    answer(HTML, whole_page())
}

/// One kind of problem, explained: what the `type` of a problem leads to.
#[utoipa::path(tag = "pages",
    params(("slug" = String, Path, description = "The name of the problem", example = "not-valid")),
    responses(
        (status = 200, description = "A page", body = String, content_type = "text/html", example = "<!doctype html>"),
        NotFound,
    ))]
#[get("/problems/{slug}")]
pub(crate) async fn one_problem(slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    let kind = Kind::ALL
        .iter()
        .find(|kind| kind.slug() == slug.as_str())
        .ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(answer(HTML, one_page(*kind)))
}
