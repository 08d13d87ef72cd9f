//! Nobody gets in: what everybody may do to everything, as one table written by hand.
//!
//! Each allowed cell asserts whose body came back and that nothing of anybody else's is in it; each
//! refused cell asserts the status and that no row of any table has changed. An address of the API's
//! description, or a role, that is missing from the table fails a test.

mod rows;
mod standing;
mod table;
mod world;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, Person, Reply, TestApp, a_call, a_rule, a_subscription, an_action, new_id,
};
use daybook::care::accounts::Role;
use table::{Cell, Row};
use world::{
    Thing, World, a_case, a_template, agency_line, contact_with, date_with, decision, goal_of,
    line, looser_waits, plan, secret_of,
};

/// Where the callers try at what is nobody's secret, a wrong try is counted.
const COUNTS: &str = "wrong_tries";

#[test]
fn every_address_and_every_role_stands_in_the_table() {
    let spec = serde_json::to_value(daybook::edge::api_spec()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        let path = path.trim_start_matches("/api/v1");
        for method in item.as_object().unwrap().keys() {
            if ["get", "post", "put", "delete", "patch"].contains(&method.as_str()) {
                described.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let table: BTreeSet<String> = table::rows().map(|row| row.address.to_owned()).collect();

    let missing: Vec<&String> = described.difference(&table).collect();
    let stale: Vec<&String> = table.difference(&described).collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    assert!(
        stale.is_empty(),
        "in the table and nowhere else: {stale:#?}"
    );
    for role in Role::ALL {
        assert!(
            table::COLUMNS.contains(&role.as_str()),
            "no column for {role}"
        );
    }
}

/// Whether a row's address begins with one of these, or is it, where a `$` ends it.
fn is_of(row: &Row<'_>, starts: &[&str]) -> bool {
    let path = row.address.split_once(' ').unwrap().1;
    starts.iter().any(|start| match start.strip_suffix('$') {
        Some(whole) => path == whole,
        None => path.starts_with(start),
    })
}

/// A row that no story tries would say what nobody has seen.
#[test]
fn every_row_is_tried_and_by_one_story() {
    for row in table::rows() {
        let stories = STORIES.iter().filter(|starts| is_of(&row, starts));
        assert_eq!(stories.count(), 1, "{row}");
    }
}

/// Tries every cell of the rows of these addresses, and reports all that are not as the table says.
async fn tried(app: TestApp, starts: &[&str]) {
    let world = World::new(app).await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for row in table::rows().filter(|row| is_of(row, starts)) {
        let mut thing = None;
        for cell in row.cells() {
            if thing.is_none() || row.is_per_caller() {
                thing = Some(world.thing(row.noun, row.place, cell.column).await);
            }
            let (reply, complaint) = try_cell(&world, &row, &cell, thing.as_ref().unwrap()).await;
            tried += 1;
            if let Some(complaint) = complaint {
                wrong.push(format!("{row} {}: {complaint}", cell.column));
            }
            if reply.status < 300 && row.method() != Method::GET {
                thing = None;
            }
        }
    }
    assert!(tried > 0, "no row begins with {starts:?}");
    assert!(
        wrong.is_empty(),
        "{} of {tried} cells:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

async fn try_cell(
    world: &World,
    row: &Row<'_>,
    cell: &Cell<'_>,
    thing: &Thing,
) -> (Reply, Option<String>) {
    let caller = match &thing.person {
        Some(person) if row.is_per_caller() && row.place == "own" => person.clone(),
        _ => world.caller(cell.column),
    };
    let path = row
        .path()
        .replace("{id}", &thing.id)
        .replace("{client}", &thing.circle.member.id)
        .replace("{pod}", &thing.circle.pod_id)
        .replace("{slug}", "not-found");
    let body = body(row, thing, cell.column, &caller);
    let refused = cell.status >= 400;
    let before = refused.then(|| world.rows());
    let reply = caller.call(row.method(), &path, body).await;
    let mut complaint = None;
    if reply.status != cell.status {
        complaint = Some(format!(
            "{} and not {}: {}",
            reply.status, cell.status, reply.body
        ));
    } else if let Some(before) = before {
        let after = world.rows();
        let mut changed = rows::changed(&before, &after);
        changed.retain(|table| *table != COUNTS || !row.is_open_to_all());
        if !changed.is_empty() {
            complaint = Some(format!(
                "refused with {}, and changed {changed:?}",
                reply.status
            ));
        }
    } else {
        complaint = not_theirs(world, (row, cell), (thing, &caller), &reply.body);
    }
    (reply, complaint)
}

/// What is wrong with the body of an allowed call: it must be about the thing that was asked for,
/// and hold nothing of anybody the caller may not know of.
fn not_theirs(
    world: &World,
    (row, cell): (&Row<'_>, &Cell<'_>),
    (thing, caller): (&Thing, &Person),
    answer: &Value,
) -> Option<String> {
    let said = answer.to_string();
    let is_managers_list = (row.address, cell.column) == ("GET /needs", "service_manager");
    let expected = if is_managers_list {
        // Nothing has gone to them while anybody nearer is there.
        "\"items\":[]".to_owned()
    } else {
        proof(row, thing, caller)
    };
    if !expected.is_empty() && !said.contains(&expected) {
        return Some(format!("not about {expected}: {said}"));
    }
    if row.is_about_the_service() {
        return None;
    }
    world
        .forbidden(cell.column, row)
        .into_iter()
        // What was asked for, and allowed, is theirs to see.
        .filter(|id| *id != thing.id)
        .find(|id| said.contains(id))
        .map(|id| format!("shows {id}, which is none of theirs: {said}"))
}

/// What the answer to an allowed call must hold; empty where nothing of anybody's comes back.
#[expect(clippy::too_many_lines, reason = "a table, one line for each address")]
fn proof(row: &Row<'_>, thing: &Thing, caller: &Person) -> String {
    let circle = &thing.circle;
    let proof = match row.address {
        "DELETE /accounts/{id}/suspension" => &thing.id,
        address if address.starts_with("DELETE ") => "",
        _ if row.is_about_the_service() => "",
        "GET /live"
        | "POST /invitations/accept"
        | "PUT /accounts/me/password"
        | "POST /accounts/me/second-factor"
        | "POST /inbox/seen"
        | "GET /inbox"
        | "GET /audit"
        | "GET /reading-list"
        | "GET /alerts"
        | "POST /pods"
        | "POST /sessions/way-back"
        | "POST /accounts/me/email-verification"
        | "PUT /accounts/me/phone-number"
        | "GET /escalation-policies"
        | "POST /escalation-policies"
        | "POST /help-lines"
        | "POST /agency-lines"
        | "POST /lexicon/drafts"
        | "GET /lexicon/drafts"
        | "POST /lexicon/bench"
        | "GET /lexicon/versions"
        | "GET /lexicon/rules"
        | "GET /check-in-templates"
        | "POST /check-in-templates"
        | "POST /help"
        | "POST /conversations/{id}/read"
        | "POST /conversations/{id}/answered"
        | "POST /alerts/{id}/exclusions"
        | "GET /conversations/{id}/held-messages" => "",
        "POST /sessions"
        | "POST /sessions/refresh"
        | "POST /sessions/unlock"
        | "GET /accounts/me"
        | "PUT /accounts/me/notice"
        | "POST /conversations/{id}/messages"
        | "POST /alerts/{id}/calls"
        | "POST /check-ins" => &caller.id,
        "GET /accounts/me/devices" => "\"current\":true",
        "GET /push/key" => "\"key\":\"B",
        "POST /push/subscriptions" => "device_id",
        "POST /invitations" | "POST /accounts/{id}/re-enrolment" => "expires_at",
        "GET /invitations" => "accepted_at",
        "GET /alerts/{id}/occurrences"
        | "GET /alerts/{id}/history"
        | "GET /alerts/{id}/calls"
        | "GET /alerts/{id}/actions"
        | "GET /families/{id}/chronology"
        | "GET /families/{id}/cases"
        | "GET /response-times"
        | "GET /evaluation"
        | "GET /actions"
        | "GET /contact-log"
        | "GET /handover-notes"
        | "GET /agency-lines"
        | "GET /pods/{id}/shifts"
        | "GET /shifts"
        | "GET /swaps"
        | "GET /cover/forecast"
        | "GET /accounts/{id}/connections"
        | "GET /accounts/{id}/leave" => "items",
        "GET /evaluation.csv" => "definition",
        "GET /help-lines" => "0800 1111",
        "GET /accounts" | "GET /conversations/{id}/messages" => &circle.mentor.id,
        "GET /families" => &circle.family_id,
        "POST /alerts/{id}/links" => thing.more["other_id"].as_str().unwrap(),
        "GET /pods" | "POST /families" => &circle.pod_id,
        "GET /conversations" | "GET /needs" => &circle.talk_id,
        "GET /check-ins" | "GET /dates" | "GET /goals" | "GET /caseload" => &circle.member.id,
        "POST /matches" | "POST /concerns" => &thing.person.as_ref().unwrap().id,
        _ => &thing.id,
    };
    proof.to_owned()
}

/// What is sent with a call.
#[expect(clippy::too_many_lines, reason = "a table, one entry for each address")]
fn body(row: &Row<'_>, thing: &Thing, column: &str, caller: &Person) -> Option<Value> {
    let circle = &thing.circle;
    let reason = json!({ "reason": "agreed with the team" });
    Some(match row.address {
        "POST /sessions" if caller.email.is_empty() => {
            json!({ "email": "sam@example.org", "password": secret_of(column) })
        }
        "POST /sessions" => json!({ "email": caller.email, "password": PASSWORD }),
        "POST /sessions/way-back" => json!({ "email": format!("{}@example.org", new_id()) }),
        "POST /accounts/me/email-verification/confirmation" => json!({ "code": "K7F2M-9QRXW" }),
        "PUT /accounts/me/phone-number" => json!({ "number": "+44 7700 900123" }),
        "POST /accounts/me/phone-number/confirmation" => json!({ "code": "402817" }),
        "POST /sessions/refresh" => json!({ "refresh_token": caller.refresh_token }),
        "POST /sessions/unlock" => {
            json!({ "refresh_token": caller.refresh_token, "pin": secret_of(column) })
        }
        "POST /invitations" if row.noun == "pod" => json!({
            "role": "peer_mentor", "display_name": "Jo", "pod_id": thing.id,
            "email": format!("jo-{}@example.org", new_id()),
        }),
        "POST /invitations" => json!({
            "role": "family_member", "kind": "parent", "display_name": "Nina",
            "family_id": thing.id,
        }),
        "POST /invitations/accept" => json!({ "code": thing.more["code"], "password": "975310" }),
        "PUT /accounts/me/notice" => json!({ "version": "1", "language": "en" }),
        "PUT /accounts/me/password" => {
            let new = if column == "family_member" {
                "975310"
            } else {
                "another long one"
            };
            json!({ "current": secret_of(column), "new": new })
        }
        "POST /accounts/me/second-factor" => json!({ "password": secret_of(column) }),
        "POST /accounts/me/second-factor/confirmation" | "DELETE /accounts/me/second-factor" => {
            json!({ "one_time_code": "000000" })
        }
        "POST /accounts/{id}/suspension"
        | "POST /accounts/{id}/departure"
        | "POST /matches/{id}/ending"
        | "POST /connections/{id}/ending"
        | "POST /alerts/{id}/reopening" => reason,
        "PUT /accounts/{id}/pod" | "PUT /families/{id}/pod" => json!({ "pod_id": circle.pod_id }),
        // Taken away, which needs nobody else: who may at all is the same.
        "PUT /accounts/{id}/qualified" => json!({ "qualified": false }),
        "POST /pods" => json!({ "name": format!("Crewe {}", new_id()), "area": "Crewe" }),
        "PUT /pods/{id}/supervising-social-worker" => json!({ "account_id": circle.supervisor.id }),
        "PUT /pods/{id}/cover" => json!({ "deputies": [circle.deputy.id] }),
        "POST /pods/{id}/shifts" => json!({
            "id": new_id(), "account_id": circle.supervisor.id, "until": "2026-06-02T08:00:00Z",
        }),
        "POST /shifts/{id}/swaps" => {
            json!({ "id": new_id(), "with_account_id": circle.supervisor.id })
        }
        "POST /accounts/{id}/leave" => {
            json!({ "id": new_id(), "until": "2026-06-02T08:00:00Z" })
        }
        "POST /accounts/{id}/connections" => json!({
            "id": new_id(), "account_id": circle.practitioner.id, "reason": "They are married.",
        }),
        "POST /families" => json!({ "pod_id": thing.id, "reference": format!("CIN-{}", new_id()) }),
        "POST /matches" => json!({
            "family_member_id": thing.id, "peer_mentor_id": circle.mentor.id,
        }),
        "POST /help-lines" | "PUT /help-lines/{id}" => line(),
        "POST /agency-lines" | "PUT /agency-lines/{id}" => agency_line(),
        "POST /alerts/{id}/calls" => a_call("edt"),
        "POST /alerts/{id}/actions" => an_action(),
        "POST /alerts/{id}/links" => json!({ "alert_id": thing.more["other_id"] }),
        "POST /alerts/{id}/exclusions" => json!({
            "account_id": circle.practitioner.id, "reason": "She is his aunt.",
        }),
        "POST /actions/{id}/done" => json!({ "ending": "Seen at school; he is well." }),
        "PUT /matches/{id}/cover" => json!({
            "account_id": thing.more["cover_id"], "until": "2026-06-15T08:00:00Z",
        }),
        "PUT /matches/{id}/course" => {
            json!({ "introduced_on": "2026-06-04", "ends_on": "2026-12-04" })
        }
        "POST /escalation-policies" => looser_waits(),
        "POST /lexicon/drafts" => json!({ "rules": [a_rule("urgent")] }),
        "POST /lexicon/bench" => json!({ "texts": [{ "text": "The blue door is open." }] }),
        "POST /conversations/{id}/messages" => {
            json!({ "id": new_id(), "body": "See you at four." })
        }
        "POST /conversations/{id}/read" => json!({ "up_to": 1 }),
        "POST /check-ins" => json!({ "id": new_id(), "scale": 6, "wants_contact": false }),
        "POST /check-in-templates" => a_template(),
        "PUT /check-in-rhythms/{id}" => json!({
            "version": 0, "starts": "2026-06-07T17:00", "rule": "FREQ=WEEKLY;BYDAY=SU",
        }),
        "POST /follow-ups/{id}/done" | "POST /conversations/{id}/answered" => {
            json!({ "outcome": "reached" })
        }
        "POST /help" => json!({ "id": new_id() }),
        "PUT /contact-plans/{id}" => plan(),
        "PUT /accounts/{id}/reading-hours" => json!({
            "windows": [{ "day": "monday", "from": "09:00", "to": "17:00" }],
        }),
        "POST /goals" => goal_of(&thing.id),
        "POST /goals/{id}/entries" => json!({ "id": new_id(), "kind": "now", "scale": 5 }),
        "POST /goals/{id}/ending" => json!({ "ending": "reached" }),
        "POST /families/{id}/cases" => a_case(),
        "POST /cases/{id}/step-changes" => json!({
            "id": new_id(), "on": "2026-05-25", "tier": "cp", "rationale": "Agreed on Monday.",
        }),
        "POST /cases/{id}/closure" => json!({
            "id": new_id(), "on": "2026-05-25", "outcome": "closure", "rationale": "It is done.",
        }),
        "POST /cases/{id}/corrections" => json!({
            "id": new_id(), "corrects": thing.id, "on": "2026-05-19", "rationale": "A day later.",
        }),
        "POST /contact-log" => contact_with(&thing.id),
        "POST /handover-notes" => json!({
            "id": new_id(), "family_member_id": thing.id, "based_on": 0, "going_on": "Settled.",
        }),
        "POST /contact-log/{id}/withdrawal" => json!({ "reason": "logged_twice" }),
        "POST /dates" => date_with(&thing.id),
        "PUT /dates/{id}" => {
            let mut date = date_with(&thing.id);
            let fields = date.as_object_mut().unwrap();
            fields.retain(|name, _| name != "id" && name != "family_member_id");
            fields.insert("version".to_owned(), json!(1));
            fields.insert("what".to_owned(), json!("Tea"));
            date
        }
        "POST /dates/{id}/cancellation" | "POST /contact-plans/{id}/confirmation" => {
            json!({ "version": 1 })
        }
        "POST /contact-plans/{id}/stop" | "POST /contact-plans/{id}/stop/ending" => {
            json!({ "reason": "He has their phone since Friday" })
        }
        "PUT /dates/{id}/occurrence" => json!({
            "version": 1, "occurrence": "2026-06-15T10:00", "becomes": "cancelled",
        }),
        "POST /dates/{id}/reply" => json!({
            "id": new_id(), "version": 1, "starts": "2026-06-08T10:00", "reply": "can_come",
        }),
        "POST /concerns" => json!({
            "id": new_id(), "family_member_id": thing.id, "severity": "urgent",
            "category": "neglect", "note": "No coat, no breakfast, third time this week.",
            "about_mentor": column == "family_member",
        }),
        "POST /alerts/{id}/handover" => json!({ "account_id": circle.deputy.id }),
        "POST /alerts/{id}/decision" => decision(),
        "POST /inbox/seen" => json!({ "seq": 0 }),
        "POST /push/subscriptions" => a_subscription("https://fcm.googleapis.com/fcm/send/x"),
        _ => return None,
    })
}

macro_rules! stories {
    ($($name:ident: $starts:expr;)+) => {
        /// Which addresses each story tries.
        const STORIES: &[&[&str]] = &[$(&$starts),+];

        $(
            crate::support::on_both_stores! {
                async fn $name(app) {
                    tried(app, &$starts).await;
                }
            }
        )+
    };
}

stories! {
    sessions_and_invitations: ["/sessions", "/invitations"];
    the_own_account: ["/accounts/me", "/push"];
    people: ["/accounts$", "/accounts/{id}", "/connections"];
    pods_families_and_matches: ["/pods", "/shifts", "/swaps", "/leave", "/cover", "/families", "/cases", "/matches"];
    help_lines_and_the_service: ["/$", "/help-lines", "/agency-lines", "/health", "/metrics", "/api-spec", "/problems"];
    conversations: ["/conversations", "/inbox", "/live"];
    who_needs_whom: ["/needs", "/follow-ups"];
    alerts: ["/alerts", "/actions", "/response-times", "/evaluation", "/escalation-policies", "/reading-list", "/audit"];
    worries: ["/check-ins", "/check-in-rhythms", "/check-in-templates", "/concerns", "/help$"];
    dates: ["/dates", "/contact-plans"];
    goals: ["/goals"];
    how_families_fare: ["/contact-log", "/caseload", "/handover-notes"];
    the_lexicon: ["/lexicon"];
}
