//! The story: Robin joins, writes that they are scared to go home, and people answer.

use daybook::care::accounts::{email, phone};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::Examples;
use crate::support::{PASSWORD, PIN, Person, TestApp, a_rule, new_id};

const SUBSCRIPTION: &str = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl";

/// Who is in it, and where.
struct Cast {
    manager: Person,
    /// The pod's supervising social worker.
    ruth: Person,
    /// Its deputy.
    ben: Person,
    /// Robin's family practitioner.
    priya: Person,
    /// Robin's mentor.
    dean: Person,
    /// A young person.
    robin: Person,
    pod: String,
    other_pod: String,
    family: String,
    match_id: String,
    talk: String,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Tells all of it.
pub(super) async fn told(app: &TestApp, it: &mut Examples) {
    let cast = joined(app, it).await;
    people(it, &cast).await;
    rota(it, &cast).await;
    connections(it, &cast).await;
    app.advance(1);
    talk(it, &cast).await;
    alert(it, &cast).await;
    app.advance(1);
    let cast = cast.back().await;
    worries(it, &cast).await;
    over_time(it, &cast).await;
    goals(it, &cast).await;
    records(it, &cast).await;
    reading_hours(it, &cast).await;
    dates(it, &cast).await;
    help_lines(it, &cast).await;
    agency_lines(it, &cast).await;
    waits(app, it, &cast).await;
    lexicon(app, it, &cast).await;
    own_account(app, it, &cast).await;
    second_factor(app, it, &cast.ruth).await;
    app.advance(1);
    standing(app, it, &cast).await;
    moves(it, &cast).await;
    partings(it, &cast).await;
    service(app, it).await;
}

impl Cast {
    /// Everybody with a fresh token.
    async fn back(mut self) -> Self {
        for who in [&mut self.manager, &mut self.ruth, &mut self.ben] {
            *who = who.back().await;
        }
        self
    }
}

async fn brings_in(manager: &Person, role: &str, name: &str, more: Value) -> Person {
    let mut more = more;
    more["email"] = json!(format!("{}@northbrook.example", name.to_lowercase()));
    manager.brings_in(role, name, more).await
}

/// Somebody covers for the mentor, and does not any more.
async fn covered(it: &mut Examples, (manager, priya): (&Person, &Person), (pod, of): (&str, &str)) {
    let in_pod = json!({ "pod_id": pod });
    let bea = brings_in(manager, "peer_mentor", "Bea", in_pod).await;
    let cover = json!({ "account_id": bea.id, "until": "2026-06-15T08:00:00Z" });
    it.call(priya, ("PUT /matches/{id}/cover", of), Some(cover), 200)
        .await;
    it.call(priya, ("DELETE /matches/{id}/cover", of), None, 204)
        .await;
    let days = json!({ "introduced_on": "2026-06-04", "tapers_from": "2026-11-02", "ends_on": "2026-12-04" });
    it.call(priya, ("PUT /matches/{id}/course", of), Some(days), 200)
        .await;
}

/// A pod is made and staffed, a family joins, Robin is matched with Dean.
async fn joined(app: &TestApp, it: &mut Examples) -> Cast {
    let manager = app.manager_of("Northbrook").await;
    let new = json!({ "name": "Crewe North", "area": "Crewe" });
    let pod = text(
        &it.call(&manager, ("POST /pods", ""), Some(new), 201).await,
        "id",
    );
    let ruth = brings_in(&manager, "supervising_social_worker", "Ruth", json!({})).await;
    let ben = brings_in(&manager, "supervising_social_worker", "Ben", json!({})).await;
    let charge = json!({ "account_id": ruth.id });
    let call = ("PUT /pods/{id}/supervising-social-worker", &*pod);
    it.call(&manager, call, Some(charge), 200).await;
    let cover = json!({ "deputies": [ben.id] });
    it.call(&manager, ("PUT /pods/{id}/cover", &pod), Some(cover), 200)
        .await;
    let in_pod = json!({ "pod_id": pod });
    let priya = brings_in(&manager, "family_practitioner", "Priya", in_pod.clone()).await;
    let dean = brings_in(&manager, "peer_mentor", "Dean", in_pod).await;
    let new = json!({
        "pod_id": pod, "reference": "CIN-2026-0417", "family_practitioner_id": priya.id,
    });
    let family = it
        .call(&manager, ("POST /families", ""), Some(new), 201)
        .await;
    let family = text(&family, "id");

    let whom = json!({
        "role": "family_member", "kind": "young_person", "display_name": "Robin",
        "family_id": family,
    });
    let invited = it
        .call(&priya, ("POST /invitations", ""), Some(whom), 201)
        .await;
    let acceptance = json!({ "code": invited["code"], "password": PIN, "language": "en" });
    let nobody = app.nobody();
    let call = ("POST /invitations/accept", "");
    let session = it.call(&nobody, call, Some(acceptance), 201).await;
    let robin = nobody.with_session("Robin", &session);
    let pair = json!({ "family_member_id": robin.id, "peer_mentor_id": dean.id });
    let made = it
        .call(&priya, ("POST /matches", ""), Some(pair.clone()), 201)
        .await;
    it.call(&priya, ("POST /matches", ""), Some(pair), 200)
        .await;

    covered(it, (&manager, &priya), (&pod, &text(&made, "id"))).await;
    let other_pod = another_pod(&manager, &ben).await;
    Cast {
        match_id: text(&made, "id"),
        talk: text(&made, "conversation_id"),
        manager,
        ruth,
        ben,
        priya,
        dean,
        robin,
        pod,
        other_pod,
        family,
    }
}

/// A pod under Ben.
async fn another_pod(manager: &Person, ben: &Person) -> String {
    let new = json!({ "name": "Crewe South", "area": "Crewe" });
    let made = manager.post("/pods", new).await.expect(201);
    let pod = text(&made, "id");
    let path = format!("/pods/{pod}/supervising-social-worker");
    let charge = json!({ "account_id": ben.id });
    manager.put(&path, charge).await.expect(200);
    pod
}

/// Who there is.
async fn people(it: &mut Examples, cast: &Cast) {
    let Cast { manager, ruth, .. } = cast;
    it.call(manager, ("GET /pods?limit=1", ""), None, 200).await;
    it.call(ruth, ("GET /families?limit=2", ""), None, 200)
        .await;
    it.call(ruth, ("GET /families/{id}", &cast.family), None, 200)
        .await;
    it.call(
        ruth,
        ("GET /accounts?role=peer_mentor&limit=2", ""),
        None,
        200,
    )
    .await;
    it.call(ruth, ("GET /accounts/{id}", &cast.robin.id), None, 200)
        .await;
    let whom = json!({
        "role": "family_member", "kind": "parent", "display_name": "Alex",
        "family_id": cast.family,
    });
    let invited = manager.post("/invitations", whom).await.expect(201);
    it.call(manager, ("GET /invitations?limit=2", ""), None, 200)
        .await;
    let id = text(&invited, "id");
    it.call(manager, ("DELETE /invitations/{id}", &id), None, 204)
        .await;
}

/// Ben covers the pod at the weekend, until it turns out that Ruth need not go away.
async fn rota(it: &mut Examples, cast: &Cast) {
    let Cast {
        manager, ruth, ben, ..
    } = cast;
    let new = json!({
        "id": new_id(), "account_id": ben.id,
        "from": "2026-06-05T16:00:00Z", "until": "2026-06-08T08:00:00Z",
    });
    let call = ("POST /pods/{id}/shifts", &*cast.pod);
    let made = it.call(manager, call, Some(new.clone()), 201).await;
    it.call(manager, call, Some(new), 200).await;
    let call = (
        "GET /pods/{id}/shifts?since=2026-06-01T00:00:00Z&limit=50",
        &*cast.pod,
    );
    it.call(ruth, call, None, 200).await;
    let call = ("GET /pods/{id}/on-duty?at=2026-06-06T12:00:00Z", &*cast.pod);
    it.call(ruth, call, None, 200).await;
    swaps(it, cast, &text(&made, "id")).await;
    let away = json!({
        "id": new_id(), "from": "2026-06-05T16:00:00Z", "until": "2026-06-10T08:00:00Z",
    });
    let call = ("POST /accounts/{id}/leave", &*ruth.id);
    let leave = it.call(ruth, call, Some(away.clone()), 201).await;
    it.call(ruth, call, Some(away), 200).await;
    let call = ("GET /accounts/{id}/leave?limit=50", &*ruth.id);
    it.call(ruth, call, None, 200).await;
    it.call(
        manager,
        ("GET /cover/forecast?days=14&limit=2", ""),
        None,
        200,
    )
    .await;
    let id = text(&leave, "id");
    it.call(ruth, ("DELETE /leave/{id}", &id), None, 200).await;
    let id = text(&made, "id");
    it.call(manager, ("DELETE /shifts/{id}", &id), None, 200)
        .await;
}

/// Ben would rather be on the weekend after, which is Ruth's; and finds that he can after all.
async fn swaps(it: &mut Examples, cast: &Cast, bens: &str) {
    let Cast {
        manager, ruth, ben, ..
    } = cast;
    let new = json!({
        "id": new_id(), "account_id": ruth.id,
        "from": "2026-06-12T16:00:00Z", "until": "2026-06-15T08:00:00Z",
    });
    let path = format!("/pods/{}/shifts", cast.pod);
    let ruths = text(&manager.post(&path, new).await.expect(201), "id");
    it.call(ben, ("GET /shifts?limit=50", ""), None, 200).await;
    let give = json!({ "id": new_id(), "with_account_id": ruth.id });
    let path = format!("/shifts/{bens}/swaps");
    let given = ben.post(&path, give).await.expect(201);
    let id = text(&given, "id");
    it.call(ruth, ("POST /swaps/{id}/refusal", &id), None, 200)
        .await;
    let exchange = json!({
        "id": new_id(), "with_account_id": ruth.id, "in_return_for_shift_id": ruths,
    });
    let call = ("POST /shifts/{id}/swaps", bens);
    let asked = it.call(ben, call, Some(exchange.clone()), 201).await;
    it.call(ben, call, Some(exchange), 200).await;
    it.call(ruth, ("GET /swaps?state=open&limit=50", ""), None, 200)
        .await;
    let id = text(&asked, "id");
    it.call(ruth, ("POST /swaps/{id}/agreement", &id), None, 200)
        .await;
    let back = json!({
        "id": new_id(), "with_account_id": ruth.id, "in_return_for_shift_id": bens,
    });
    let path = format!("/shifts/{ruths}/swaps");
    let asked = ben.post(&path, back).await.expect(201);
    let id = text(&asked, "id");
    it.call(ben, ("DELETE /swaps/{id}", &id), None, 200).await;
    let again =
        json!({ "id": new_id(), "with_account_id": ben.id, "in_return_for_shift_id": ruths });
    let path = format!("/shifts/{bens}/swaps");
    let asked = ruth.post(&path, again).await.expect(201);
    let path = format!("/swaps/{}/agreement", text(&asked, "id"));
    ben.post_nothing(&path).await.expect(200);
    let path = format!("/shifts/{ruths}");
    manager.delete(&path).await.expect(200);
}

/// Robin and Dean write to each other.
async fn talk(it: &mut Examples, cast: &Cast) {
    let Cast {
        ruth,
        dean,
        robin,
        talk,
        ..
    } = cast;
    let path = format!("/conversations/{talk}/messages");
    let hello = json!({ "id": new_id(), "body": "Hello Robin, how was school?" });
    dean.post(&path, hello).await.expect(201);
    let words = json!({
        "id": new_id(), "body": "I am scared to go home", "written_at": "2026-06-01T09:00:58Z",
    });
    let call = ("POST /conversations/{id}/messages", &**talk);
    it.call(robin, call, Some(words.clone()), 201).await;
    it.call(robin, call, Some(words), 200).await;
    it.call(
        dean,
        ("GET /conversations/{id}/messages?after=0&limit=50", talk),
        None,
        200,
    )
    .await;
    let mark = Some(json!({ "up_to": 2 }));
    it.call(dean, ("POST /conversations/{id}/read", talk), mark, 200)
        .await;
    it.call(dean, ("GET /needs?limit=50", ""), None, 200).await;
    it.call(robin, ("GET /conversations?limit=50", ""), None, 200)
        .await;
    it.call(ruth, ("GET /inbox?after=0&limit=1", ""), None, 200)
        .await;
    it.call(
        ruth,
        ("POST /inbox/seen", ""),
        Some(json!({ "seq": 1 })),
        204,
    )
    .await;
}

/// Ruth has the alert, hands it to Ben, he decides, she opens it again.
async fn alert(it: &mut Examples, cast: &Cast) {
    let Cast { ruth, ben, .. } = cast;
    let open = it
        .call(ruth, ("GET /alerts?state=open&limit=1", ""), None, 200)
        .await;
    let id = text(&open["items"][0], "id");
    it.call(ruth, ("POST /alerts/{id}/acknowledgement", &id), None, 200)
        .await;
    it.call(ruth, ("GET /alerts/{id}", &id), None, 200).await;
    it.call(
        ruth,
        ("GET /alerts/{id}/occurrences?after=0&limit=50", &id),
        None,
        200,
    )
    .await;
    called(it, ruth, &id).await;
    to_be_done(it, ruth, &id).await;
    let to = Some(json!({ "account_id": ben.id }));
    it.call(ruth, ("POST /alerts/{id}/handover", &id), to, 200)
        .await;
    let path = format!("/alerts/{id}/acknowledgement");
    ben.post_nothing(&path).await.expect(200);
    ben.get(&format!("/alerts/{id}")).await.expect(200);
    let decision = json!({
        "outcome": "cin_review",
        "rationale": "Spoke with Robin and with the school today. Robin stays with their aunt \
            tonight; the plan is reviewed on Thursday.",
    });
    it.call(
        ben,
        ("POST /alerts/{id}/decision", &id),
        Some(decision),
        200,
    )
    .await;
    let why = Some(json!({ "reason": "The aunt has called: Robin did not arrive." }));
    it.call(ruth, ("POST /alerts/{id}/reopening", &id), why, 200)
        .await;
    it.call(
        ruth,
        ("GET /alerts/{id}/history?after=0&limit=50", &id),
        None,
        200,
    )
    .await;
}

/// Ruth telephones the front door about it.
async fn called(it: &mut Examples, ruth: &Person, alert: &str) {
    let call = json!({
        "id": new_id(), "agency": "front_door", "called_at": "2026-06-01T09:00:58Z",
        "spoke_with": "Dee Marsh, duty social worker", "reference": "FD/26/1093",
        "said": "Told them what Robin wrote. They see Robin at school today and ring me by three.",
    });
    let log = ("POST /alerts/{id}/calls", alert);
    it.call(ruth, log, Some(call.clone()), 201).await;
    it.call(ruth, log, Some(call), 200).await;
    let list = ("GET /alerts/{id}/calls?after=0&limit=50", alert);
    it.call(ruth, list, None, 200).await;
}

/// Ruth writes down what she is to do about it, and how it ended.
async fn to_be_done(it: &mut Examples, ruth: &Person, alert: &str) {
    let action = json!({
        "id": new_id(), "what": "See Robin at school, alone, and ring the aunt.",
        "due_at": "2026-06-01T14:00:00Z",
    });
    let agree = ("POST /alerts/{id}/actions", alert);
    let made = it.call(ruth, agree, Some(action.clone()), 201).await;
    it.call(ruth, agree, Some(action), 200).await;
    it.call(ruth, ("GET /actions?limit=50", ""), None, 200)
        .await;
    let ending = json!({ "ending": "Saw Robin at two. The aunt takes Robin in until Friday." });
    let done = ("POST /actions/{id}/done", &*text(&made, "id"));
    it.call(ruth, done, Some(ending), 200).await;
    let list = ("GET /alerts/{id}/actions?limit=50", alert);
    it.call(ruth, list, None, 200).await;
}

/// What Oksana wrote and what Robin has raised belong together; and how it looks over time.
async fn over_time(it: &mut Examples, cast: &Cast) {
    let Cast { ruth, family, .. } = cast;
    let raised = ruth.get("/alerts?limit=1").await.expect(200);
    let to_read = ruth.get("/reading-list?limit=1").await.expect(200);
    let with = Some(json!({ "alert_id": raised["items"][0]["id"] }));
    let id = text(&to_read["items"][0], "id");
    it.call(ruth, ("POST /alerts/{id}/links", &id), with, 200)
        .await;
    let nour = brings_in(&cast.manager, "service_manager", "Nour", json!({})).await;
    let close = Some(json!({ "account_id": nour.id, "reason": "She is his aunt." }));
    it.call(
        &cast.manager,
        ("POST /alerts/{id}/exclusions", &id),
        close,
        204,
    )
    .await;
    let call = ("GET /families/{id}/chronology?limit=50", &**family);
    it.call(ruth, call, None, 200).await;
    it.call(ruth, ("GET /response-times", ""), None, 200).await;
    let span = "from=2026-01-01&to=2026-05-31";
    let call = format!("GET /evaluation?{span}");
    it.call(ruth, (&call, ""), None, 200).await;
    let call = format!("GET /evaluation.csv?{span}");
    it.call(ruth, (&call, ""), None, 200).await;
}

/// A family's case is opened, steps up, is closed by mistake, and goes on.
async fn case(it: &mut Examples, cast: &Cast) {
    let Cast { ruth, priya, .. } = cast;
    let family = json!({
        "pod_id": cast.pod, "reference": "CIN-2026-0502", "family_practitioner_id": priya.id,
    });
    let family = text(
        &cast.manager.post("/families", family).await.expect(201),
        "id",
    );
    let opening = json!({
        "id": new_id(), "on": "2026-05-18", "tier": "cin", "referred_by": "school",
    });
    let call = ("POST /families/{id}/cases", &*family);
    let opened = it.call(priya, call, Some(opening.clone()), 201).await;
    it.call(priya, call, Some(opening), 200).await;
    let id = text(&opened, "id");
    let step = json!({
        "id": new_id(), "on": "2026-05-25", "tier": "cp",
        "rationale": "The strategy discussion on Monday decided on an enquiry.",
    });
    let closure = json!({
        "id": new_id(), "on": "2026-06-01", "outcome": "step_up_cp",
        "rationale": "The child protection team has taken over.",
    });
    let correction = json!({
        "id": new_id(), "corrects": closure["id"], "withdrawn": true,
        "rationale": "They take over next week; I was too early.",
    });
    for (what, body) in [
        ("step-changes", step),
        ("closure", closure),
        ("corrections", correction),
    ] {
        let address = format!("POST /cases/{{id}}/{what}");
        it.call(ruth, (&address, &id), Some(body.clone()), 201)
            .await;
        it.call(ruth, (&address, &id), Some(body), 200).await;
    }
    it.call(ruth, ("GET /families/{id}/cases", &family), None, 200)
        .await;
}

/// A check-in, the help button, a mentor's concern, a text in a language without rules.
async fn worries(it: &mut Examples, cast: &Cast) {
    let Cast {
        ruth,
        priya,
        dean,
        robin,
        ..
    } = cast;
    let check_in = json!({
        "id": new_id(), "scale": 4, "better": "A quiet evening, and football on Saturday.",
        "wants_contact": true, "someone_makes_me_unsafe": "not_sure",
    });
    it.call(robin, ("POST /check-ins", ""), Some(check_in.clone()), 201)
        .await;
    it.call(robin, ("POST /check-ins", ""), Some(check_in), 200)
        .await;
    let address = format!("GET /check-ins?family_member_id={}&limit=10", robin.id);
    it.call(robin, (&address, ""), None, 200).await;
    let list = dean.get("/needs").await.expect(200);
    let items = list["items"].as_array().unwrap();
    let asked = items.iter().find(|need| need["reason"] == "call").unwrap();
    let id = text(&asked["follow_up"], "id");
    let how = Some(json!({ "outcome": "left_message" }));
    it.call(dean, ("POST /follow-ups/{id}/done", &id), how, 200)
        .await;
    let press = json!({ "id": new_id() });
    it.call(robin, ("POST /help", ""), Some(press.clone()), 201)
        .await;
    it.call(robin, ("POST /help", ""), Some(press), 200).await;
    let concern = json!({
        "id": new_id(), "family_member_id": robin.id, "severity": "urgent", "category": "neglect",
        "note": "Robin came without a coat again and had not eaten since yesterday.",
    });
    it.call(dean, ("POST /concerns", ""), Some(concern.clone()), 201)
        .await;
    it.call(dean, ("POST /concerns", ""), Some(concern), 200)
        .await;

    let who = json!({ "family_id": cast.family, "kind": "carer" });
    let oksana = priya.brings_in("family_member", "Oksana", who).await;
    let pair = json!({ "family_member_id": oksana.id, "peer_mentor_id": dean.id });
    let made = priya.post("/matches", pair).await.expect(201);
    let path = format!("/conversations/{}/messages", text(&made, "conversation_id"));
    let words = json!({ "id": new_id(), "body": "Добрий день, чи можете ви зателефонувати мені сьогодні?" });
    oksana.post(&path, words).await.expect(201);
    it.call(
        ruth,
        ("GET /reading-list?state=open&limit=10", ""),
        None,
        200,
    )
    .await;
}

/// What Robin works towards, and what helped.
async fn goals(it: &mut Examples, cast: &Cast) {
    let Cast { dean, robin, .. } = cast;
    let goal = json!({
        "id": new_id(), "family_member_id": robin.id, "words": "Mornings without shouting",
        "start": 2, "good_enough": 8,
    });
    let made = it
        .call(robin, ("POST /goals", ""), Some(goal.clone()), 201)
        .await;
    it.call(robin, ("POST /goals", ""), Some(goal), 200).await;
    let id = text(&made, "id");
    let call = ("POST /goals/{id}/entries", &*id);
    let now = json!({ "id": new_id(), "kind": "now", "scale": 6 });
    it.call(robin, call, Some(now.clone()), 201).await;
    it.call(robin, call, Some(now), 200).await;
    let helped = json!({
        "id": new_id(), "kind": "helped", "words": "Story time, and tea on the step.",
    });
    dean.post(&format!("/goals/{id}/entries"), helped)
        .await
        .expect(201);
    let address = format!("GET /goals?family_member_id={}&limit=10", robin.id);
    it.call(robin, (&address, ""), None, 200).await;
    it.call(dean, ("GET /goals/{id}/entries?limit=10", &id), None, 200)
        .await;
    let reached = Some(json!({ "ending": "reached" }));
    it.call(robin, ("POST /goals/{id}/ending", &id), reached, 200)
        .await;
}

/// What staff keep of a family beside the talk.
async fn records(it: &mut Examples, cast: &Cast) {
    case(it, cast).await;
    contacts(it, cast).await;
    handover_notes(it, cast).await;
}

/// Ruth and Dean live together, and part.
async fn connections(it: &mut Examples, cast: &Cast) {
    let Cast {
        manager,
        ruth,
        dean,
        ..
    } = cast;
    let close = json!({
        "id": new_id(), "account_id": dean.id, "reason": "They live together.",
    });
    let call = ("POST /accounts/{id}/connections", &*ruth.id);
    let marked = it.call(manager, call, Some(close.clone()), 201).await;
    it.call(manager, call, Some(close), 200).await;
    let call = ("GET /accounts/{id}/connections", &*ruth.id);
    it.call(manager, call, None, 200).await;
    let why = Some(json!({ "reason": "They have parted." }));
    let id = text(&marked, "id");
    it.call(manager, ("POST /connections/{id}/ending", &id), why, 200)
        .await;
}

/// What Priya logs of seeing Robin, her caseload, and an entry that was wrong.
async fn contacts(it: &mut Examples, cast: &Cast) {
    let Cast { priya, robin, .. } = cast;
    let visit = json!({
        "id": new_id(), "family_member_id": robin.id, "kind": "visit", "outcome": "seen_in_person",
        "happened_at": "2026-05-31T15:30:00Z", "with_whom": "Robin and his nan",
        "note": "Settled at his nan's. He showed me the rabbits.",
    });
    it.call(priya, ("POST /contact-log", ""), Some(visit.clone()), 201)
        .await;
    it.call(priya, ("POST /contact-log", ""), Some(visit), 200)
        .await;
    let call = json!({
        "id": new_id(), "family_member_id": robin.id, "kind": "call", "outcome": "no_reply",
        "happened_at": "2026-05-30T15:30:00Z",
    });
    let made = priya.post("/contact-log", call).await.expect(201);
    let address = format!("GET /contact-log?family_member_id={}&limit=10", robin.id);
    it.call(priya, (&address, ""), None, 200).await;
    it.call(priya, ("GET /caseload?limit=10", ""), None, 200)
        .await;
    let wrong = Some(json!({ "reason": "wrong_person" }));
    let address = "POST /contact-log/{id}/withdrawal";
    it.call(priya, (address, &text(&made, "id")), wrong, 200)
        .await;
}

/// What Dean hands over of Robin.
async fn handover_notes(it: &mut Examples, cast: &Cast) {
    let Cast { dean, robin, .. } = cast;
    let note = json!({
        "id": new_id(), "family_member_id": robin.id, "based_on": 0,
        "going_on": "New flat on Friday. Robin packs the books himself.",
        "promised": "Call on Wednesday at half past nine, and bring the forms.",
        "look_out_for": "Sundays are hard.",
    });
    let call = ("POST /handover-notes", "");
    it.call(dean, call, Some(note.clone()), 201).await;
    it.call(dean, call, Some(note.clone()), 200).await;
    let mut late = note;
    late["id"] = json!(new_id());
    it.call(dean, call, Some(late), 409).await;
    let address = format!(
        "GET /handover-notes?family_member_id={}&side=mentors&limit=10",
        robin.id
    );
    it.call(dean, (&address, ""), None, 200).await;
}

/// When Dean reads.
async fn reading_hours(it: &mut Examples, cast: &Cast) {
    let Cast { ruth, dean, .. } = cast;
    let hours = json!({
        "windows": [
            { "day": "monday", "from": "09:00", "to": "17:00" },
            { "day": "thursday", "from": "13:00", "to": "20:00" },
        ],
        "zone": "Europe/London", "answer_within_working_hours": 4,
    });
    let call = ("PUT /accounts/{id}/reading-hours", &*dean.id);
    it.call(ruth, call, Some(hours), 200).await;
    let call = ("GET /accounts/{id}/reading-hours", &*dean.id);
    it.call(dean, call, None, 200).await;
}

/// Dean and Robin agree on a date.
async fn dates(it: &mut Examples, cast: &Cast) {
    let Cast { dean, robin, .. } = cast;
    let mut date = json!({
        "id": new_id(), "family_member_id": robin.id, "what": "Dean comes to see you",
        "where": "At home", "starts": "2026-06-08T16:30", "zone": "Europe/London", "minutes": 60,
        "repeats": "weekly", "until": "2026-07-31", "remind_minutes_before": 1440,
    });
    let made = it
        .call(dean, ("POST /dates", ""), Some(date.clone()), 201)
        .await;
    it.call(dean, ("POST /dates", ""), Some(date.clone()), 200)
        .await;
    let id = text(&made, "id");
    let reply = json!({
        "id": new_id(), "version": 1, "starts": "2026-06-08T16:30", "reply": "change_it",
        "note": "Not at home please, I am scared of my stepdad.",
    });
    let call = ("POST /dates/{id}/reply", &*id);
    it.call(robin, call, Some(reply.clone()), 201).await;
    it.call(robin, call, Some(reply), 200).await;
    let fields = date.as_object_mut().unwrap();
    fields.retain(|name, _| name != "id" && name != "family_member_id");
    fields.insert("version".to_owned(), json!(1));
    fields.insert("where".to_owned(), json!("The library"));
    it.call(dean, ("PUT /dates/{id}", &id), Some(date), 200)
        .await;
    let later = json!({
        "version": 2, "occurrence": "2026-06-15T16:30", "becomes": "moved",
        "starts": "2026-06-16T17:00", "minutes": 30,
    });
    let call = ("PUT /dates/{id}/occurrence", &*id);
    it.call(dean, call, Some(later), 200).await;
    it.call(robin, ("GET /dates?limit=10", ""), None, 200).await;
    let seen = Some(json!({ "version": 3 }));
    it.call(dean, ("POST /dates/{id}/cancellation", &id), seen, 200)
        .await;
    contact_plan(it, cast).await;
    rhythm(it, cast).await;
    templates(it, cast).await;
}

/// What Robin is asked, and in whose words.
async fn templates(it: &mut Examples, cast: &Cast) {
    let Cast { manager, robin, .. } = cast;
    it.call(robin, ("GET /check-in-templates", ""), None, 200)
        .await;
    let own = json!({ "language": "en", "questions": [
        { "question": "scale", "words": "How is it going today?" },
        { "question": "better", "words": "What went well?" },
        { "question": "coping", "words": "What keeps you going?" },
        { "question": "wants_contact", "words": "Would you like a call?" },
        { "question": "someone_makes_me_unsafe", "words": "Is anyone making you feel unsafe?" },
    ] });
    it.call(manager, ("POST /check-in-templates", ""), Some(own), 201)
        .await;
}

/// Robin is asked every Sunday, until Dean ends it.
async fn rhythm(it: &mut Examples, cast: &Cast) {
    let Cast { dean, robin, .. } = cast;
    let sundays = json!({
        "version": 0, "starts": "2026-06-07T17:00", "zone": "Europe/London",
        "rule": "FREQ=WEEKLY;BYDAY=SU", "window_hours": 24,
    });
    let call = ("PUT /check-in-rhythms/{id}", &*robin.id);
    it.call(dean, call, Some(sundays), 200).await;
    let call = ("GET /check-in-rhythms/{id}", &*robin.id);
    it.call(robin, call, None, 200).await;
    let call = ("DELETE /check-in-rhythms/{id}", &*robin.id);
    it.call(dean, call, None, 204).await;
}

/// Robin says when and how it is safe.
async fn contact_plan(it: &mut Examples, cast: &Cast) {
    let Cast { dean, robin, .. } = cast;
    let plan = json!({
        "windows": [
            { "day": "monday", "from": "15:30", "to": "18:00" },
            { "day": "saturday", "from": "10:00", "to": "12:00" },
        ],
        "ok_message": true, "ok_call": true, "ok_voicemail": false, "shared_phone": false,
        "code_word": "Is the ginger cat well?", "others_near": "My stepdad, most evenings",
    });
    let call = ("PUT /contact-plans/{id}", &*robin.id);
    it.call(robin, call, Some(plan), 200).await;
    let seen = Some(json!({ "version": 1 }));
    let call = ("POST /contact-plans/{id}/confirmation", &*robin.id);
    it.call(dean, call, seen, 200).await;
    it.call(dean, ("GET /contact-plans/{id}", &robin.id), None, 200)
        .await;
    let ruth = &cast.ruth;
    let why = json!({ "reason": "He has their phone since Friday" });
    let call = ("POST /contact-plans/{id}/stop", &*robin.id);
    it.call(ruth, call, Some(why), 200).await;
    let why = json!({ "reason": "They have a phone of their own again" });
    let call = ("POST /contact-plans/{id}/stop/ending", &*robin.id);
    it.call(ruth, call, Some(why), 200).await;
}

/// Whom to call.
async fn help_lines(it: &mut Examples, cast: &Cast) {
    let Cast { manager, .. } = cast;
    let line = json!({
        "locality": "Northbrook", "name": "Children's front door", "number": "0300 123 5012",
        "text_number": "07860 022 112", "hours": "Monday to Friday, 8:30 to 17:00",
        "verified_on": "2026-05-28", "position": 1,
    });
    let made = it
        .call(manager, ("POST /help-lines", ""), Some(line.clone()), 201)
        .await;
    it.call(
        manager,
        ("GET /help-lines?locality=Northbrook", ""),
        None,
        200,
    )
    .await;
    let id = text(&made, "id");
    it.call(manager, ("PUT /help-lines/{id}", &id), Some(line), 200)
        .await;
    it.call(manager, ("DELETE /help-lines/{id}", &id), None, 204)
        .await;
}

/// Whom workers telephone.
async fn agency_lines(it: &mut Examples, cast: &Cast) {
    let Cast { manager, ruth, .. } = cast;
    let line = json!({
        "agency": "edt", "area": "Crewe", "name": "Children's emergency duty team",
        "number": "0300 123 5022",
        "hours": "Monday to Thursday from 17:00, Friday from 16:30, weekends and bank holidays",
        "script": "Say: a child may not be safe tonight. Give name, age, address, who is with them. \
            Ask who rings you back, by when, and for the reference.",
        "verified_on": "2026-05-28",
    });
    let made = it
        .call(manager, ("POST /agency-lines", ""), Some(line.clone()), 201)
        .await;
    let id = text(&made, "id");
    it.call(ruth, ("GET /agency-lines", ""), None, 200).await;
    it.call(manager, ("PUT /agency-lines/{id}", &id), Some(line), 200)
        .await;
    it.call(manager, ("DELETE /agency-lines/{id}", &id), None, 204)
        .await;
}

/// Waits that are looser than the shipped ones, and the second person.
async fn waits(app: &TestApp, it: &mut Examples, cast: &Cast) {
    let Cast { manager, .. } = cast;
    let second = app.manager_of("Northbrook").await;
    let new = json!({
        "waits": crate::support::waits(10), "reason": "agreed by the board in May",
        "effective_from": "2026-07-01T00:00:00Z",
    });
    let made = it
        .call(manager, ("POST /escalation-policies", ""), Some(new), 201)
        .await;
    let id = text(&made, "id");
    let call = ("POST /escalation-policies/{id}/agreement", &*id);
    it.call(&second, call, None, 200).await;
    it.call(manager, ("GET /escalation-policies", ""), None, 200)
        .await;
}

/// The manager adds a rule, tries it, publishes it, and takes it back with a second person.
async fn lexicon(app: &TestApp, it: &mut Examples, cast: &Cast) {
    let Cast { manager, .. } = cast;
    let second = app.manager_of("Northbrook").await;
    let rules = json!({ "rules": [a_rule("urgent")] });
    let call = ("POST /lexicon/drafts", "");
    let draft = text(&it.call(manager, call, Some(rules), 201).await, "id");
    it.call(manager, ("GET /lexicon/drafts?limit=1", ""), None, 200)
        .await;
    it.call(manager, ("GET /lexicon/drafts/{id}", &draft), None, 200)
        .await;
    let texts = json!({
        "texts": [{ "text": "he sent me to the blue door", "author": "young_person", "language": "en" }],
        "draft": draft,
    });
    it.call(manager, ("POST /lexicon/bench", ""), Some(texts), 200)
        .await;
    let call = ("POST /lexicon/drafts/{id}/publication", &*draft);
    it.call(manager, call, None, 200).await;
    it.call(manager, ("GET /lexicon/versions?limit=1", ""), None, 200)
        .await;
    it.call(manager, ("GET /lexicon/versions/{id}", "1"), None, 200)
        .await;
    let call = ("POST /lexicon/versions/{id}/withdrawal", "1");
    it.call(manager, call, None, 202).await;
    it.call(&second, call, None, 200).await;
    it.call(manager, ("GET /lexicon/rules?limit=10", ""), None, 200)
        .await;
}

/// Ruth says where she is rung.
async fn own_number(app: &TestApp, it: &mut Examples, ruth: &Person) {
    let number = "+447700900123";
    let named = json!({ "number": number });
    let call = ("PUT /accounts/me/phone-number", "");
    it.call(ruth, call, Some(named), 202).await;
    let whose = (ruth.id.parse().unwrap(), number);
    let code = phone::code(app.app.keys(), whose, app.now());
    let typed = json!({ "code": code.expose() });
    let call = ("POST /accounts/me/phone-number/confirmation", "");
    it.call(ruth, call, Some(typed), 200).await;
    let call = ("DELETE /accounts/me/phone-number", "");
    it.call(ruth, call, None, 204).await;
}

/// Signing in, devices, pushes, a second factor.
async fn own_account(app: &TestApp, it: &mut Examples, cast: &Cast) {
    let Cast { ruth, robin, .. } = cast;
    let nobody = app.nobody();
    let sign_in = json!({ "email": ruth.email, "password": PASSWORD });
    let session = it
        .call(&nobody, ("POST /sessions", ""), Some(sign_in), 200)
        .await;
    let refresh = json!({ "refresh_token": session["refresh_token"] });
    it.call(&nobody, ("POST /sessions/refresh", ""), Some(refresh), 200)
        .await;
    let unlock = json!({ "pin": PIN, "refresh_token": robin.refresh_token });
    let session = it
        .call(&nobody, ("POST /sessions/unlock", ""), Some(unlock), 200)
        .await;
    let robin = nobody.clone().with_session("Robin", &session);

    let lost = json!({ "email": ruth.email });
    it.call(&nobody, ("POST /sessions/way-back", ""), Some(lost), 202)
        .await;
    let ask = "POST /accounts/me/email-verification";
    it.call(ruth, (ask, ""), None, 202).await;
    let whose = (ruth.id.parse().unwrap(), ruth.email.as_str());
    let code = email::code(app.app.keys(), whose, app.now());
    let typed = json!({ "code": code.expose() });
    let confirm = "POST /accounts/me/email-verification/confirmation";
    it.call(ruth, (confirm, ""), Some(typed), 200).await;
    own_number(app, it, ruth).await;
    it.call(ruth, ("GET /accounts/me", ""), None, 200).await;
    let shown = Some(json!({ "version": "1", "language": "en" }));
    it.call(&robin, ("PUT /accounts/me/notice", ""), shown, 200)
        .await;
    let new = Some(json!({ "current": PIN, "new": "135791" }));
    it.call(&robin, ("PUT /accounts/me/password", ""), new, 204)
        .await;

    it.call(ruth, ("GET /push/key", ""), None, 200).await;
    let subscription = json!({
        "endpoint": SUBSCRIPTION, "expirationTime": null,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    });
    let call = ("POST /push/subscriptions", "");
    let made = it.call(ruth, call, Some(subscription.clone()), 201).await;
    it.call(ruth, call, Some(subscription), 200).await;
    let id = text(&made, "id");
    it.call(ruth, ("DELETE /push/subscriptions/{id}", &id), None, 204)
        .await;
    own_devices(it, ruth).await;
}

/// Ruth signs out one of her devices, and then all.
async fn own_devices(it: &mut Examples, ruth: &Person) {
    let devices = it
        .call(ruth, ("GET /accounts/me/devices", ""), None, 200)
        .await;
    let items = devices["items"].as_array().unwrap();
    let other = items
        .iter()
        .find(|device| device["current"] == false)
        .unwrap();
    let id = text(other, "id");
    it.call(ruth, ("DELETE /accounts/me/devices/{id}", &id), None, 204)
        .await;
    it.call(ruth, ("DELETE /accounts/me/devices", ""), None, 204)
        .await;
}

/// Ruth sets up a second factor and removes it.
async fn second_factor(app: &TestApp, it: &mut Examples, ruth: &Person) {
    let again = json!({ "password": PASSWORD });
    let call = ("POST /accounts/me/second-factor", "");
    let factor = it.call(ruth, call, Some(again), 201).await;
    let code = |steps| json!({ "one_time_code": code(app, &factor, steps) });
    let call = ("POST /accounts/me/second-factor/confirmation", "");
    it.call(ruth, call, Some(code(0)), 204).await;
    it.call(
        ruth,
        ("DELETE /accounts/me/second-factor", ""),
        Some(code(1)),
        204,
    )
    .await;
}

/// The code an authenticator shows now, or `steps` half minutes later.
fn code(app: &TestApp, factor: &Value, steps: u64) -> String {
    let secret = Secret::try_from_base32(factor["secret"].as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(app.now().micros()).unwrap() / 1_000_000;
    totp.generate(now + 30 * steps).to_string()
}

/// A mentor is suspended: what they send is kept back until it is lifted.
async fn standing(app: &TestApp, it: &mut Examples, cast: &Cast) {
    let Cast {
        manager,
        ruth,
        dean,
        talk,
        ..
    } = cast;
    let call = ("GET /accounts/{id}/responsibilities", &*ruth.id);
    it.call(manager, call, None, 200).await;
    let why = Some(json!({ "reason": "A complaint is being looked into." }));
    it.call(
        manager,
        ("POST /accounts/{id}/suspension", &dean.id),
        why,
        200,
    )
    .await;
    let words = Some(json!({ "id": new_id(), "body": "See you on Saturday." }));
    it.call(
        dean,
        ("POST /conversations/{id}/messages", talk),
        words,
        202,
    )
    .await;
    it.call(
        ruth,
        ("GET /conversations/{id}/held-messages?limit=10", talk),
        None,
        200,
    )
    .await;
    let why = Some(json!({ "reason": "Nothing came of it." }));
    it.call(
        manager,
        ("DELETE /accounts/{id}/suspension", &dean.id),
        why,
        200,
    )
    .await;
    let morgan = brings_in(manager, "service_manager", "Morgan", json!({})).await;
    let call = ("PUT /accounts/{id}/qualified", &*morgan.id);
    let second = app.manager_of("Northbrook").await;
    it.call(&second, call, Some(json!({ "qualified": true })), 200)
        .await;
    it.call(manager, ("GET /audit?limit=2", ""), None, 200)
        .await;
}

/// People and families move.
async fn moves(it: &mut Examples, cast: &Cast) {
    let Cast { manager, .. } = cast;
    let in_pod = json!({ "pod_id": cast.pod });
    let jo = brings_in(manager, "peer_mentor", "Jo", in_pod).await;
    let there = Some(json!({ "pod_id": cast.other_pod }));
    it.call(
        manager,
        ("PUT /accounts/{id}/pod", &jo.id),
        there.clone(),
        200,
    )
    .await;
    it.call(
        manager,
        ("PUT /families/{id}/pod", &cast.family),
        there,
        200,
    )
    .await;
}

/// A phone is lost, a match ends, people leave.
async fn partings(it: &mut Examples, cast: &Cast) {
    let Cast {
        manager,
        dean,
        robin,
        ..
    } = cast;
    it.call(
        manager,
        ("POST /accounts/{id}/re-enrolment", &robin.id),
        None,
        201,
    )
    .await;
    it.call(
        manager,
        ("DELETE /accounts/{id}/devices", &robin.id),
        None,
        204,
    )
    .await;
    let why = Some(json!({ "reason": "Dean moves to Leeds." }));
    it.call(
        manager,
        ("POST /matches/{id}/ending", &cast.match_id),
        why,
        200,
    )
    .await;
    // Nobody has answered what Robin wrote.
    let how = Some(json!({ "outcome": "reached" }));
    let call = ("POST /conversations/{id}/answered", &*cast.talk);
    it.call(&cast.ben, call, how, 204).await;
    let call = ("DELETE /sessions/current", "");
    it.call(dean, call, None, 204).await;
    let why = Some(json!({ "reason": "Has moved to Leeds; goodbye said to the family." }));
    it.call(
        manager,
        ("POST /accounts/{id}/departure", &dean.id),
        why,
        200,
    )
    .await;
}

/// What is asked by no person.
async fn service(app: &TestApp, it: &mut Examples) {
    let nobody = app.nobody();
    for call in super::SAID_BY_HANDLERS {
        it.call(&nobody, (call, "not-valid"), None, 200).await;
    }
}
