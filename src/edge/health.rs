//! Whether the service lives, whether it can be relied on, and its numbers.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web};
use serde::Serialize;

use super::metrics::{self, Seen};
use super::problem::ProblemBody;
use crate::app::App;
use crate::workers::Turning;

/// How one part is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Part {
    /// Which part.
    #[schema(example = "database")]
    name: String,
    /// Whether it can be relied on.
    ok: bool,
}

/// Whether the service can be relied on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Readiness {
    /// Whether every part is.
    ready: bool,
    /// Part by part.
    parts: Vec<Part>,
}

/// Says that the process answers.
#[utoipa::path(tag = "health", responses((status = 200, description = "It lives", body = String, content_type = "text/plain", example = "ok")))]
#[get("/health/live")]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// Says whether the database answers and saves, the clock is right, every text is screened by the
/// version of the lexicon that is live, and every worker turns.
#[utoipa::path(tag = "health", responses(
    (status = 200, description = "Everything can be relied on", body = Readiness, example = json!({
        "ready": true,
        "parts": [
            { "name": "database", "ok": true }, { "name": "saving", "ok": true },
            { "name": "clock", "ok": true }, { "name": "lexicon", "ok": true },
            { "name": "worker escalation", "ok": true },
            { "name": "worker notices", "ok": true }, { "name": "worker reconcile", "ok": true },
        ],
    })),
    (status = 503, description = "Something cannot", body = Readiness, example = json!({
        "ready": false,
        "parts": [
            { "name": "database", "ok": true }, { "name": "saving", "ok": false },
            { "name": "clock", "ok": true }, { "name": "lexicon", "ok": true },
            { "name": "worker escalation", "ok": true },
            { "name": "worker notices", "ok": true }, { "name": "worker reconcile", "ok": true },
        ],
    })),
))]
#[get("/health/ready")]
pub(crate) async fn ready(app: web::Data<App>, turning: web::Data<Turning>) -> HttpResponse {
    let answered = app.store().ping().await;
    if let Err(fault) = &answered {
        tracing::error!(error = %fault, "the database does not answer");
    }
    let mut parts = vec![
        Part {
            name: "database".to_owned(),
            ok: answered.is_ok(),
        },
        Part {
            name: "saving".to_owned(),
            ok: app.store().is_saving(),
        },
        Part {
            name: "clock".to_owned(),
            ok: !app.clock().is_suspicious(),
        },
        Part {
            name: "lexicon".to_owned(),
            ok: app.lexicons().are_good(),
        },
    ];
    parts.extend(turning.report().into_iter().map(|(name, ok)| Part {
        name: format!("worker {name}"),
        ok,
    }));
    let ready = parts.iter().all(|part| part.ok);
    let mut response = if ready {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response.json(Readiness { ready, parts })
}

/// The numbers, for Prometheus.
#[utoipa::path(tag = "health", responses((status = 200, description = "Prometheus' text form", body = String, content_type = "text/plain", example = "# TYPE daybook_live_sockets gauge\ndaybook_live_sockets 12\n")))]
#[get("/metrics")]
pub(crate) async fn numbers(
    app: web::Data<App>,
    turning: web::Data<Turning>,
    seen: web::Data<Seen>,
) -> HttpResponse {
    let numbers = metrics::render(&app, &turning, &seen).await;
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(numbers)
}

/// An OpenAPI document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ApiDescription {
    /// The version of OpenAPI.
    #[schema(example = "3.1.0")]
    openapi: String,
    /// Everything else OpenAPI knows.
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

/// This description of the API.
#[utoipa::path(tag = "health", responses((status = 200, description = "OpenAPI 3.1", body = ApiDescription, example = json!({ "openapi": "3.1.0", "info": { "title": "Daybook" }, "paths": {} }))))]
#[get("/api-spec/openapi.json")]
pub(crate) async fn spec(spec: web::Data<utoipa::openapi::OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(&**spec)
}

/// Keeps the problem schema in the description even where no address names it.
pub type Described = ProblemBody;
