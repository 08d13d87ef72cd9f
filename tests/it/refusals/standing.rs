//! The same table for people whose standing is not what their role says: whoever is on shift for a pod,
//! whoever is suspended, whoever has left.

use serde_json::json;

use super::table::{self, Cell, Row};
use super::try_cell;
use super::world::World;
use crate::support::{TestApp, new_id};

/// Rows in which everybody acts upon themselves, so that nobody can stand in for them.
fn is_about_the_caller(row: &Row<'_>) -> bool {
    row.is_per_caller() && row.place == "own"
}

/// Tries every row as whoever stands in, of whom `status` is expected; none is a row to leave out.
async fn tried(world: &World, column: &'static str, status: impl Fn(&Row<'_>) -> Option<u16>) {
    let mut wrong = Vec::new();
    for row in table::rows().filter(|row| !is_about_the_caller(row)) {
        let Some(status) = status(&row) else { continue };
        let thing = world.thing(row.noun, row.place, column).await;
        let cell = Cell { column, status };
        let (_, complaint) = try_cell(world, &row, &cell, &thing).await;
        wrong.extend(complaint.map(|complaint| format!("{row}: {complaint}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the table says of a column.
fn of_column(row: &Row<'_>, column: &str) -> u16 {
    let cells = row.cells();
    cells
        .iter()
        .find(|cell| cell.column == column)
        .unwrap()
        .status
}

crate::support::on_both_stores! {
    async fn whoever_is_on_shift_may_what_a_deputy_may(app) {
        let world = World::new(app).await;
        let own = world.circle("own");
        let holder = world.brings_in("supervising_social_worker", own).await;
        let shift = json!({
            "id": new_id(), "account_id": holder.id, "until": "2026-06-02T08:00:00Z",
        });
        let path = format!("/pods/{}/shifts", own.pod_id);
        own.manager.post(&path, shift).await.expect(201);
        let world = world.with_stand_in(holder);

        tried(&world, "cover", |row| Some(of_column(row, "cover"))).await;
    }
}

/// What needs nobody to be signed in, and is answered as to anybody.
fn is_for_anybody(row: &Row<'_>) -> bool {
    of_column(row, "nobody") != 401 || row.is_open_to_all()
}

/// What somebody still gets who may not act: they can sign out, and what they have to say of a family
/// is heard, as far as they were with it. Everything else is refused, whatever it is about.
fn of_the_inactive(row: &Row<'_>, role: &str) -> u16 {
    match (row.address, role) {
        ("DELETE /sessions/current", _) => 204,
        ("POST /concerns", "service_manager") => of_column(row, role),
        // They have no part in any talk here; whoever has one is heard and held.
        ("POST /conversations/{id}/messages" | "POST /concerns", _) => 404,
        _ => 403,
    }
}

/// Tries every row as somebody of this role who is made inactive by `deed`.
async fn as_inactive(app: TestApp, role: &'static str, deed: &str) {
    let world = World::new(app).await;
    let own = world.circle("own");
    let person = world.brings_in(role, own).await;
    let path = format!("/accounts/{}/{deed}", person.id);
    let reason = json!({ "reason": "asked to" });
    own.manager.post(&path, reason).await.expect(200);
    let world = world.with_stand_in(person);

    tried(&world, role, |row| {
        (!is_for_anybody(row)).then(|| of_the_inactive(row, role))
    })
    .await;
}

crate::support::on_both_stores! {
    async fn a_suspended_mentor(app) {
        as_inactive(app, "peer_mentor", "suspension").await;
    }
}

crate::support::on_both_stores! {
    async fn a_suspended_manager(app) {
        as_inactive(app, "service_manager", "suspension").await;
    }
}

crate::support::on_both_stores! {
    async fn a_manager_who_has_left(app) {
        as_inactive(app, "service_manager", "departure").await;
    }
}
