//! The live socket: what happened, as it happens, and messages the other way.
//!
//! A browser may open it only from our own pages: the `Origin` is checked, for a WebSocket is not
//! bound by CORS. The token comes in the first frame, never in the address. A slow, wrong or hostile
//! client loses its own socket and harms nobody else's.

pub mod frames;
mod gate;
mod going_on;
mod hello;
mod incoming;
mod outgoing;
mod socket;

use actix_web::http::header::{HOST, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, get, web};

pub use outgoing::Ending;

use super::claims::Tokens;
use super::limits::Limits;
use super::problem::{Kind, NotAllowed, Problem, Unreadable};
use super::request::current_id;
use crate::app::App;
use incoming::MOST_FRAME_BYTES;
use outgoing::Wire;
use socket::Socket;

/// Opens the live socket. Described in api-spec/asyncapi.yaml.
#[utoipa::path(tag = "live", responses(
    (status = 101, description = "The socket is open; the first frame must be a hello"),
    Unreadable, NotAllowed,
))]
#[get("/live")]
pub(crate) async fn open(
    request: HttpRequest,
    body: web::Payload,
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    limits: web::Data<Limits>,
) -> Result<HttpResponse, Problem> {
    if !is_ours(&request, app.config().public_url.as_deref()) {
        return Err(Problem::new(Kind::NotAllowed).detail("this page may not open the live socket"));
    }
    let body = gate::behind_gate(&request, body)
        .await
        .map_err(|_cut_off| Problem::new(Kind::Unreadable))?;
    let (response, session, stream) = actix_ws::handle(&request, body).map_err(|_no_upgrade| {
        Problem::new(Kind::Unreadable).detail("this address takes a WebSocket")
    })?;
    let mut stream = stream
        .max_frame_size(MOST_FRAME_BYTES)
        .aggregate_continuations()
        .max_continuation_size(MOST_FRAME_BYTES);
    let mut wire = Wire::new(session, current_id());
    #[expect(
        clippy::disallowed_methods,
        reason = "a socket lives on the thread of its connection, and the hub tells it to close"
    )]
    actix_web::rt::spawn(async move {
        match Box::pin(hello::greet(&app, &tokens, &mut stream, &mut wire)).await {
            Ok(greeted) => Socket::new(app, limits, greeted, wire).turn(stream).await,
            Err(ending) => wire.close(ending).await,
        }
    });
    Ok(response)
}

/// Whether the page that opens the socket is ours. Clients that are no browser send no `Origin`.
fn is_ours(request: &HttpRequest, public_url: Option<&str>) -> bool {
    let Some(origin) = request.headers().get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if public_url.is_some_and(|ours| ours.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let Some((_, from)) = origin.split_once("://") else {
        return false;
    };
    host.is_some_and(|host| host.eq_ignore_ascii_case(from))
}
