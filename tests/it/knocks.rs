//! Knocks: one text that says nothing to a family member who has agreed to it, where a reminder reached no
//! device of theirs.

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{
    Outside, Person, Team, TestApp, a_team, new_id, on_both_stores, opened, the_ring,
    with_phone_hook,
};

const SAM: &str = "+447700900789";
const NUMBER: &str = "/accounts/me/phone-number";

/// Sam holds this telephone: the code came as a text of six digits and no word.
async fn verifies(app: &TestApp, hook: &Outside, sam: &Person) {
    let sam = sam.back().await;
    sam.put(NUMBER, json!({ "number": SAM })).await.expect(202);
    app.call_people().await;
    let ring = the_ring(hook);
    assert_eq!(
        (&ring["to"], &ring["kind"], &ring["language"]),
        (&json!(SAM), &json!("code"), &json!("und"))
    );
    let code = ring["text"].as_str().unwrap();
    assert!(
        code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()),
        "{code}"
    );
    let path = format!("{NUMBER}/confirmation");
    let mine = sam.post(&path, json!({ "code": code })).await.expect(200);
    assert_eq!(mine["phone_number"], SAM);
}

/// A plan in which Sam's phone may sound in the afternoon; of texts it says this, if anything.
async fn tells(team: &Team, ok_text: Option<bool>, code_word: &str) -> i64 {
    let mut plan = json!({
        "windows": [{ "day": "tuesday", "from": "12:00", "to": "18:00" },
            { "day": "wednesday", "from": "12:00", "to": "18:00" }],
        "ok_message": true, "ok_call": false, "ok_voicemail": false, "shared_phone": false,
        "code_word": code_word,
    });
    if let Some(ok_text) = ok_text {
        plan["ok_text"] = json!(ok_text);
    }
    let path = format!("/contact-plans/{}", team.sam.id);
    let told = team.sam.back().await.put(&path, plan).await.expect(200);
    told["version"].as_i64().unwrap()
}

async fn confirms(team: &Team, version: i64) -> Value {
    let path = format!("/contact-plans/{}/confirmation", team.sam.id);
    let seen = json!({ "version": version });
    team.mentor.back().await.post(&path, seen).await.expect(200)
}

/// A date at this time of Tuesday 2 June, reminded of an hour before.
async fn dated(team: &Team, time: &str) -> Value {
    let body = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "starts": format!("2026-06-02T{time}"), "minutes": 60, "remind_minutes_before": 60,
    });
    team.mentor
        .back()
        .await
        .post("/dates", body)
        .await
        .expect(201)
}

fn until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(&format!("2026-06-02T{at}:00Z")).unwrap();
    app.app.clock().advance(at.since(app.now()));
}

/// A reminder is sent at this moment, and looked for half an hour later.
async fn reminded_and_looked_for(app: &TestApp, (at, later): (&str, &str)) {
    until(app, at);
    app.remind().await;
    until(app, later);
    app.remind().await;
}

async fn unreached(who: &Person) -> usize {
    let list = who.back().await.get("/needs").await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items.filter(|need| need["reason"] == "unreached").count()
}

on_both_stores! {
    async fn one_text_that_says_nothing_comes_where_a_reminder_reached_no_device(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verifies(&app, &hook, &team.sam).await;
        let version = tells(&team, Some(true), "Is the cat well?").await;
        assert_eq!(confirms(&team, version).await["in_force"]["ok_text"], true);
        dated(&team, "14:00").await;
        dated(&team, "14:05").await;

        until(&app, "12:05");
        app.remind().await;
        assert_eq!(app.call_people().await, 0, "it may yet be seen");
        until(&app, "12:35");
        app.remind().await;
        assert_eq!(app.call_people().await, 1);
        let ring = the_ring(&hook);
        assert_eq!((&ring["to"], &ring["kind"], &ring["urgency"]), (&json!(SAM), &json!("knock"), &json!("usual")));
        assert_eq!((&ring["language"], &ring["text"]), (&json!("en"), &json!("Daybook: You have something new.")));
        assert_eq!(ring["until"], "2026-06-02T13:00:00.000000Z", "not once it has begun");
        assert_eq!(unreached(&team.mentor).await, 2, "that a text was taken proves nothing");
        app.remind().await;
        assert_eq!(app.call_people_after(60).await, 0, "once for both");
    }
}

on_both_stores! {
    async fn nobody_is_texted_who_has_not_agreed_or_with_whom_nobody_has_talked_it_over(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verifies(&app, &hook, &team.sam).await;
        let silent = tells(&team, None, "Is the cat well?").await;
        confirms(&team, silent).await;
        dated(&team, "14:00").await;
        reminded_and_looked_for(&app, ("12:00", "12:30")).await;
        assert_eq!(app.call_people().await, 0, "they have said nothing of texts");

        let agreed = tells(&team, Some(true), "Is the cat well?").await;
        dated(&team, "15:30").await;
        reminded_and_looked_for(&app, ("13:30", "14:00")).await;
        assert_eq!(app.call_people().await, 0, "whoever has the phone may have said so");
        assert_eq!(confirms(&team, agreed).await["in_force"]["ok_text"], true);
        let other = tells(&team, None, "How is the dog?").await;
        assert_eq!(confirms(&team, other).await["in_force"]["ok_text"], true, "what they said last stands");
        dated(&team, "16:30").await;
        reminded_and_looked_for(&app, ("14:30", "15:00")).await;
        assert_eq!(app.call_people().await, 1);
        assert_eq!(opened(&hook.take()[0])["kind"], "knock");
        tells(&team, Some(false), "How is the dog?").await;
        dated(&team, "18:00").await;
        reminded_and_looked_for(&app, ("16:00", "16:30")).await;
        assert_eq!(app.call_people().await, 0, "what they forbid holds at once");
    }
}

on_both_stores! {
    async fn what_is_so_is_looked_at_when_the_text_goes_out(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verifies(&app, &hook, &team.sam).await;
        let version = tells(&team, Some(true), "Is the cat well?").await;
        confirms(&team, version).await;
        for (time, at) in [("14:00", ("12:00", "12:30")), ("15:30", ("13:30", "14:00"))] {
            dated(&team, time).await;
            reminded_and_looked_for(&app, at).await;
            if time == "14:00" {
                let path = format!("/contact-plans/{}/stop", team.sam.id);
                let ruth = team.supervisor.back().await;
                ruth.post(&path, json!({ "reason": "He has their phone" })).await.expect(200);
                assert_eq!(app.call_people().await, 0, "all contact was stopped meanwhile");
                let why = json!({ "reason": "They have it back" });
                ruth.post(&format!("{path}/ending"), why).await.expect(200);
            } else {
                team.sam.back().await.delete(NUMBER).await.expect(204);
                assert_eq!(app.call_people().await, 0, "they have no number any more");
            }
        }
        verifies(&app, &hook, &team.sam).await;
        dated(&team, "18:45").await;
        reminded_and_looked_for(&app, ("16:45", "17:15")).await;
        assert_eq!(app.call_people().await, 0, "it is a quarter past six");
        team.mentor.back().await.put(NUMBER, json!({ "number": SAM })).await.expect(403);
    }
}

on_both_stores! {
    async fn who_has_seen_it_gets_no_text_and_a_family_is_never_rung(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verifies(&app, &hook, &team.sam).await;
        let version = tells(&team, Some(true), "Is the cat well?").await;
        confirms(&team, version).await;
        dated(&team, "14:00").await;
        until(&app, "12:00");
        app.remind().await;
        let sam = team.sam.back().await;
        let page = sam.get("/inbox?after=0&limit=200").await.expect(200);
        let seq = page["items"].as_array().unwrap().last().unwrap()["seq"].clone();
        sam.post("/inbox/seen", json!({ "seq": seq })).await.expect(204);

        until(&app, "12:30");
        app.remind().await;
        assert_eq!(app.call_people_after(3600).await, 0);
        let body = json!({ "id": new_id() });
        sam.back().await.post("/help", body).await.expect(201);
        app.call_people_after(3600).await;
        assert!(hook.take().iter().all(|ring| opened(ring)["to"] != SAM));
    }
}
