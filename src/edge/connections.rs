//! Connections over HTTP: who is so close to whom that what implicates one keeps the other out of it.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{IdUsed, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, ConnectionId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::alerts::connections::{self, Connection, NewConnection};
use crate::db::Lane;

/// Two people who are close to each other.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConnectionBody {
    /// Made by the client; the same again is the same connection.
    id: ConnectionId,
    /// With whom.
    account_id: AccountId,
    /// In a few words, for the audit.
    #[schema(example = "They live together.", min_length = 1, max_length = 500)]
    reason: String,
}

/// Why a connection has ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionEndingBody {
    /// In a few words, for the audit.
    #[schema(example = "They have parted.", min_length = 1, max_length = 500)]
    reason: String,
}

/// A connection, seen from one of the two.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionView {
    id: ConnectionId,
    account_id: AccountId,
    with: Named,
    marked_by: AccountId,
    marked_at: Moment,
    ended_at: Option<Moment>,
}

impl From<Connection> for ConnectionView {
    fn from(connection: Connection) -> Self {
        Self {
            id: connection.id,
            account_id: connection.account_id,
            with: connection.with,
            marked_by: connection.marked_by,
            marked_at: connection.marked_at,
            ended_at: connection.ended_at,
        }
    }
}

/// Somebody's connections: at most 50.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionList {
    items: Vec<ConnectionView>,
    /// Nothing: these are all.
    next: Option<String>,
}

/// Marks two people as so close (partners, relatives, friends) that what implicates one keeps the other out
/// too: from every alert in which one is implicated, the other is not called, does not read it and does not
/// decide. What they had taken climbs again.
///
/// For managers who are neither of the two, nor connected with either. The two learn nothing of it.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = NewConnectionBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was marked before", body = ConnectionView),
    (status = 201, description = "Marked", body = ConnectionView), Problems, IdUsed, WrongState,
))]
#[post("/accounts/{id}/connections")]
pub(crate) async fn mark(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<NewConnectionBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let reason = wrong.text("/reason", &body.reason, 500);
    wrong.done()?;
    let new = NewConnection {
        id: body.id,
        account_id: id,
        with: body.account_id,
        reason,
    };
    let (marked, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        connections::mark(tx, caller, &new)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(ConnectionView::from(marked)))
}

/// Lists with whom somebody is connected now, for managers who have nothing to do with them.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "Their connections, the first marked first", body = ConnectionList), Problems,
))]
#[get("/accounts/{id}/connections")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
) -> Result<HttpResponse, Problem> {
    let found = door::look(&app, &claims, move |rx, caller| {
        connections::list(rx, caller, id)
    })
    .await?;
    let items = found.into_iter().map(ConnectionView::from).collect();
    Ok(HttpResponse::Ok().json(ConnectionList { items, next: None }))
}

/// Ends a connection: it counts for nothing that is raised from now on. Who was left out of something
/// because of it stays left out of that.
#[utoipa::path(tag = "people", params(("id" = ConnectionId, Path)), request_body = ConnectionEndingBody, security(("access_token" = [])), responses(
    (status = 200, description = "Ended", body = ConnectionView), Problems, WrongState,
))]
#[post("/connections/{id}/ending")]
pub(crate) async fn end(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<ConnectionId>,
    Body(body): Body<ConnectionEndingBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.text("/reason", &body.reason, 500);
    wrong.done()?;
    let ended = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        connections::end(tx, caller, (id, &reason))
    })
    .await?;
    Ok(HttpResponse::Ok().json(ConnectionView::from(ended)))
}
