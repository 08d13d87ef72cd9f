//! A month of a family's life: Sam joins, answers on two taps, has a goal and dates, falls, falls silent; the
//! mentor goes away and comes back; and at the end the month is counted.

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{Person, Team, TestApp, a_team, alerts_of, new_id, on_both_stores, say, told};

/// The workers turn every half hour, up to a moment; Sam's phone shows what they are reminded of.
async fn lives_until(app: &TestApp, team: &Team, at: &str) {
    turns_until(app, at, Some(&team.sam)).await;
}

/// The same while Sam's phone is broken.
async fn turns_until(app: &TestApp, at: &str, phone: Option<&Person>) {
    let at = Moment::parse_rfc3339(at).unwrap();
    while app.now() < at {
        app.advance(30);
        app.ask().await;
        let reminded = app.remind().await;
        app.hand_up_after(0).await;
        if let Some(sam) = phone.filter(|_| reminded > 0) {
            sees_all(sam).await;
        }
    }
    assert_eq!(app.now(), at);
}

/// Somebody's phone has shown everything.
async fn sees_all(who: &Person) {
    let who = who.back().await;
    let page = who.get("/inbox?after=0&limit=200").await.expect(200);
    let seq = page["items"].as_array().unwrap().last().unwrap()["seq"].clone();
    who.post("/inbox/seen", json!({ "seq": seq }))
        .await
        .expect(204);
}

async fn made(who: &Person, path: &str, body: Value) -> Value {
    who.back().await.post(path, body).await.expect(201)
}

/// Two taps: a number, and send.
async fn answers(team: &Team, scale: i32) -> Value {
    let body = json!({ "id": new_id(), "scale": scale, "wants_contact": false });
    made(&team.sam, "/check-ins", body).await
}

/// Why somebody's people need them.
async fn reasons(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/needs").await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items.map(|need| need["reason"].clone()).collect()
}

/// Says of the last in somebody's list how it ended; who was reached has been for the others too.
async fn sees_to(who: &Person, outcome: &str) {
    let who = who.back().await;
    let list = who.get("/needs").await.expect(200);
    let need = list["items"].as_array().unwrap().last().unwrap();
    let id = need["follow_up"]["id"].as_str().unwrap();
    let body = json!({ "outcome": outcome });
    let path = format!("/follow-ups/{id}/done");
    who.post(&path, body).await.expect(200);
}

/// What somebody was told of one event, by one fact of it.
async fn told_by(who: &Person, event: &str, fact: &str) -> Vec<Value> {
    let told = told(who).await.into_iter();
    told.filter(|(name, _)| name == event)
        .map(|(_, data)| data[fact].clone())
        .collect()
}

/// Sam's phone may sound from three to eight in the evening; the mentor has talked it over with them.
async fn says_when_it_is_safe(team: &Team) {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let windows = days.map(|day| json!({ "day": day, "from": "15:00", "to": "20:00" }));
    let plan = json!({
        "windows": windows, "ok_message": true, "ok_call": true, "ok_voicemail": false,
        "shared_phone": false, "others_near": "My stepdad, in the mornings",
    });
    let own = format!("/contact-plans/{}", team.sam.id);
    team.sam.back().await.put(&own, plan).await.expect(200);
    let confirmed = format!("{own}/confirmation");
    let seen = json!({ "version": 1 });
    team.mentor
        .back()
        .await
        .post(&confirmed, seen)
        .await
        .expect(200);
}

/// The first day: a case, a plan, a goal, a rhythm, a date each week.
async fn begins(team: &Team) -> (Value, Value) {
    let case =
        json!({ "id": new_id(), "on": "2026-06-01", "tier": "cin", "referred_by": "school" });
    let path = format!("/families/{}/cases", team.family_id);
    made(&team.supervisor, &path, case).await;
    says_when_it_is_safe(team).await;
    let goal = json!({
        "id": new_id(), "family_member_id": team.sam.id, "words": "Mornings without shouting", "start": 2,
        "good_enough": 7,
    });
    let goal = made(&team.sam, "/goals", goal).await;
    let rhythm = json!({
        "version": 0, "starts": "2026-06-03T17:00", "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "window_hours": 12,
    });
    let path = format!("/check-in-rhythms/{}", team.sam.id);
    team.mentor.put(&path, rhythm).await.expect(200);
    let date = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "where": "The library", "starts": "2026-06-04T16:30", "minutes": 60, "repeats": "weekly",
        "remind_minutes_before": 60,
    });
    (goal, made(&team.mentor, "/dates", date).await)
}

/// A steady week: asked three times, answered three times; seen on Thursday.
async fn first_week(app: &TestApp, team: &Team, date: &Value) {
    // Before nine in the morning nothing may sound: whoever keeps this date says it in another way.
    let early = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "The school", "starts": "2026-06-06T09:00",
        "minutes": 30, "remind_minutes_before": 60,
    });
    made(&team.mentor, "/dates", early).await;
    lives_until(app, team, "2026-06-03T16:30:00Z").await;
    answers(team, 6).await;
    lives_until(app, team, "2026-06-04T14:30:00Z").await;
    assert_eq!(
        told_by(&team.sam, "reminder.due", "starts").await,
        ["2026-06-04T16:30"]
    );
    let reply = json!({
        "id": new_id(), "version": 1, "starts": "2026-06-04T16:30", "reply": "can_come",
    });
    let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
    made(&team.sam, &path, reply).await;
    lives_until(app, team, "2026-06-04T17:00:00Z").await;
    let visit = json!({
        "id": new_id(), "family_member_id": team.sam.id, "kind": "visit", "outcome": "seen_in_person",
        "happened_at": "2026-06-04T15:30:00Z", "with_whom": "Sam", "note": "We walked by the canal.",
    });
    made(&team.mentor, "/contact-log", visit).await;
    lives_until(app, team, "2026-06-05T16:30:00Z").await;
    answers(team, 7).await;

    lives_until(app, team, "2026-06-06T09:00:00Z").await;
    assert_eq!(
        told_by(&team.sam, "reminder.due", "starts").await.len(),
        1,
        "it was not safe to sound"
    );
    assert_eq!(reasons(&team.mentor).await, ["unreached"]);
    sees_to(&team.mentor, "reached").await;
}

/// A week in which things fall, and a date is moved because Sam asked for it.
async fn second_week(app: &TestApp, team: &Team, (goal, date): (&Value, &Value)) {
    lives_until(app, team, "2026-06-08T16:30:00Z").await;
    answers(team, 7).await;
    let now = json!({ "id": new_id(), "kind": "now", "scale": 5 });
    let path = format!("/goals/{}/entries", goal["id"].as_str().unwrap());
    made(&team.sam, &path, now).await;
    let reply = json!({
        "id": new_id(), "version": 1, "starts": "2026-06-11T16:30", "reply": "change_it",
        "note": "I have football on Thursday.",
    });
    let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
    made(&team.sam, &path, reply).await;
    assert_eq!(reasons(&team.mentor).await, ["change_asked"]);
    let moved = json!({
        "version": 1, "occurrence": "2026-06-11T16:30", "becomes": "moved", "starts": "2026-06-12T18:00",
    });
    let path = format!("/dates/{}/occurrence", date["id"].as_str().unwrap());
    team.mentor.back().await.put(&path, moved).await.expect(200);
    assert_eq!(reasons(&team.mentor).await, Vec::<Value>::new());
    things_fall(app, team).await;
    lives_until(app, team, "2026-06-12T16:30:00Z").await;
    answers(team, 5).await;
    let reminded = told_by(&team.sam, "reminder.due", "starts").await;
    assert_eq!(
        reminded,
        ["2026-06-04T16:30", "2026-06-12T18:00"],
        "once, by the new time"
    );
}

/// A fall is work for both, and after a working day the supervisor hears of it.
async fn things_fall(app: &TestApp, team: &Team) {
    lives_until(app, team, "2026-06-10T16:30:00Z").await;
    answers(team, 3).await;
    for who in [&team.mentor, &team.practitioner] {
        assert_eq!(reasons(who).await, ["fall"], "{}", who.name);
    }
    let opened = told_by(&team.mentor, "follow_up.opened", "grade").await;
    assert_eq!(opened.last().unwrap(), "next_day");
    lives_until(app, team, "2026-06-12T08:00:00Z").await;
    let waited = told_by(&team.supervisor, "follow_up.waiting", "family_member_id").await;
    assert_eq!(
        waited,
        [json!(team.sam.id)],
        "after a working day the supervisor is told"
    );
    sees_to(&team.mentor, "reached").await;
}

/// Asha is away from Monday to Friday; Bea reads what she left, answers, and is out on the minute.
#[expect(
    clippy::too_many_lines,
    clippy::cognitive_complexity,
    reason = "a week told in order"
)]
async fn third_week(app: &TestApp, team: &Team) {
    let in_pod = json!({ "pod_id": team.pod_id });
    let bea = team
        .manager
        .back()
        .await
        .brings_in("peer_mentor", "Bea", in_pod)
        .await;
    let note = json!({
        "id": new_id(), "family_member_id": team.sam.id, "based_on": 0, "going_on": "Sam fell out with his dad",
        "promised": "Ask about football", "look_out_for": "Sundays are hard",
    });
    made(&team.mentor, "/handover-notes", note).await;
    let path = format!("/families/{}", team.family_id);
    let family = team.practitioner.back().await.get(&path).await.expect(200);
    let path = format!(
        "/matches/{}/cover",
        family["members"][0]["match_id"].as_str().unwrap()
    );
    let cover = json!({
        "account_id": bea.id, "from": "2026-06-15T08:00:00Z", "until": "2026-06-19T16:00:00Z",
    });
    team.practitioner
        .back()
        .await
        .put(&path, cover)
        .await
        .expect(200);

    lives_until(app, team, "2026-06-15T16:30:00Z").await;
    answers(team, 5).await;
    say(
        &team.sam.back().await,
        &team.conversation_id,
        "Is Asha gone?",
    )
    .await
    .expect(201);
    assert_eq!(reasons(&bea).await, ["reply"]);
    let notes = format!(
        "/handover-notes?family_member_id={}&side=mentors",
        team.sam.id
    );
    let read = bea.back().await.get(&notes).await.expect(200);
    assert_eq!(read["items"][0]["promised"], "Ask about football");
    say(
        &bea.back().await,
        &team.conversation_id,
        "Until Friday. How was football?",
    )
    .await
    .expect(201);
    assert_eq!(reasons(&team.mentor).await, Vec::<Value>::new());

    // One that is missed is work until Sam is heard from.
    lives_until(app, team, "2026-06-18T08:00:00Z").await;
    assert_eq!(reasons(&team.practitioner).await, ["missed"]);
    assert_eq!(alerts_of(&team.supervisor).await, Vec::<Value>::new());
    lives_until(app, team, "2026-06-19T16:00:00Z").await;
    bea.back().await.get(&notes).await.expect(404);
    let told = say(&bea.back().await, &team.conversation_id, "One more thing").await;
    told.expect(202);
    lives_until(app, team, "2026-06-19T16:30:00Z").await;
    answers(team, 6).await;
    assert_eq!(reasons(&team.mentor).await, Vec::<Value>::new());
}

/// Sam, who answers so steadily, does not any more.
async fn fourth_week(app: &TestApp, team: &Team) {
    turns_until(app, "2026-06-25T08:00:00Z", None).await;
    let list = team.mentor.back().await.get("/needs").await.expect(200);
    assert_eq!(list["items"][0]["follow_up"]["missed"], 2);
    assert_eq!(alerts_of(&team.supervisor).await, Vec::<Value>::new());
    turns_until(app, "2026-06-27T08:00:00Z", None).await;

    assert_eq!(
        reasons(&team.mentor).await,
        ["missed", "unreached"],
        "of Thursday nothing reached them"
    );
    let alerts = alerts_of(&team.supervisor).await;
    assert_eq!((alerts.len(), &alerts[0]["severity"]), (1, &json!("watch")));
    let path = format!("/alerts/{}", alerts[0]["id"].as_str().unwrap());
    let ruth = team.supervisor.back().await;
    ruth.post_nothing(&format!("{path}/acknowledgement"))
        .await
        .expect(200);
    let decision =
        json!({ "outcome": "advice", "rationale": "Seen at home; his phone was broken." });
    ruth.post(&format!("{path}/decision"), decision)
        .await
        .expect(200);
    let visit = json!({
        "id": new_id(), "family_member_id": team.sam.id, "kind": "visit", "outcome": "seen_in_person",
        "happened_at": "2026-06-27T07:00:00Z", "with_whom": "Sam and his mum", "note": "A new phone on Monday.",
    });
    made(&team.practitioner, "/contact-log", visit).await;
    sees_to(&team.practitioner, "reached").await;
    assert_eq!(reasons(&team.mentor).await, Vec::<Value>::new());
}

/// What the month leaves behind: numbers as they are, gaps as gaps, and nothing said of few.
async fn is_counted(team: &Team, goal: &Value) {
    let list = format!("/check-ins?family_member_id={}", team.sam.id);
    let list = team.mentor.back().await.get(&list).await.expect(200);
    let mut scales: Vec<Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["scale"].clone())
        .collect();
    scales.reverse();
    assert_eq!(scales, [6, 7, 7, 3, 5, 5, 6]);
    let goals = format!("/goals?family_member_id={}", team.sam.id);
    let goals = team.practitioner.back().await.get(&goals).await.expect(200);
    let found = &goals["items"][0];
    assert_eq!(
        (&found["id"], &found["start"], &found["now"]),
        (&goal["id"], &json!(2), &json!(5))
    );
    let family = format!("/families/{}", team.family_id);
    let family = team
        .practitioner
        .back()
        .await
        .get(&family)
        .await
        .expect(200);
    assert_eq!(family["members"][0]["days_since_seen"], 1);
    let reminded = told_by(&team.sam, "reminder.due", "starts").await;
    let expected = [
        "2026-06-04T16:30",
        "2026-06-12T18:00",
        "2026-06-18T16:30",
        "2026-06-25T16:30",
    ];
    assert_eq!(reminded, expected, "each once");
    let asked = told_by(&team.sam, "check_in.due", "starts").await;
    assert_eq!(asked.len(), 11, "{asked:?}");

    let manager = team.manager.back().await;
    let all = manager
        .get("/evaluation?from=2026-06-01&to=2026-06-28")
        .await
        .expect(200);
    let items = all["items"].as_array().unwrap();
    let measures: Vec<&str> = items
        .iter()
        .map(|one| one["measure"].as_str().unwrap())
        .collect();
    assert!(measures.contains(&"cases_opened"), "{measures:?}");
    for one in items {
        let count = one["count"].as_i64().unwrap_or(0);
        assert_eq!(count, 0, "one family is too few to be told of: {one}");
    }
    let table = manager
        .get("/evaluation.csv?from=2026-06-01&to=2026-06-28")
        .await
        .expect(200);
    assert!(table.as_str().unwrap().contains("check_ins"), "{table}");
}

on_both_stores! {
    async fn a_month_of_a_familys_life(app) {
        let team = a_team(&app).await;
        let (goal, date) = begins(&team).await;
        first_week(&app, &team, &date).await;
        second_week(&app, &team, (&goal, &date)).await;
        third_week(&app, &team).await;
        fourth_week(&app, &team).await;
        lives_until(&app, &team, "2026-06-28T09:00:00Z").await;
        is_counted(&team, &goal).await;
    }
}
