//! A supervisor or a manager stops all contact with a family member: nothing rings, asks or reminds until they
//! end it again, and whoever would write or call sees it first.

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{
    Answer, Person, PushService, Reply, Team, TestApp, a_team, new_id, on_both_stores, say,
    takes_pushes, told,
};

const WHY: &str = "He has their phone since Friday";

async fn stops(who: &Person, of: &Person, why: &str) -> Reply {
    let path = format!("/contact-plans/{}/stop", of.id);
    who.back().await.post(&path, json!({ "reason": why })).await
}

async fn goes_on(who: &Person, of: &Person) -> Value {
    let path = format!("/contact-plans/{}/stop/ending", of.id);
    let why = json!({ "reason": "They have a phone of their own again" });
    who.back().await.post(&path, why).await.expect(200)
}

async fn plan(who: &Person, of: &Person, query: &str) -> Value {
    let path = format!("/contact-plans/{}{query}", of.id);
    who.back().await.get(&path).await.expect(200)
}

/// Lets time pass up to a moment, without a worker turning.
fn until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    app.app.clock().advance(at.since(app.now()));
}

async fn count(who: &Person, event: &str) -> usize {
    let told = told(who).await;
    told.iter().filter(|(name, _)| name == event).count()
}

async fn needs(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/needs").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// Sam is asked every day at ten and has six hours, and has a date every day at two.
async fn asked_and_reminded(team: &Team) -> Value {
    let body = json!({
        "version": 0, "starts": "2026-06-02T10:00", "rule": "FREQ=DAILY", "window_hours": 6,
    });
    let path = format!("/check-in-rhythms/{}", team.sam.id);
    team.mentor.put(&path, body).await.expect(200);
    let date = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "starts": "2026-06-02T14:00", "minutes": 60, "repeats": "daily", "remind_minutes_before": 60,
    });
    team.mentor.post("/dates", date).await.expect(201)
}

on_both_stores! {
    async fn staff_see_the_stop_before_they_write_a_mentor_not_why_and_the_family_nothing(app) {
        let team = a_team(&app).await;
        for nobody in [&team.mentor, &team.practitioner, &team.sam] {
            stops(nobody, &team.sam, WHY).await.expect(403);
        }
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);

        let stopped = stops(&team.supervisor, &team.sam, WHY).await.expect(200)["stopped"].clone();
        assert_eq!(stopped["by"]["display_name"], "Ruth");
        assert_eq!(stops(&team.supervisor, &team.sam, WHY).await.expect(200)["stopped"], stopped);
        let refused = stops(&team.manager, &team.sam, "Another").await.expect(409);
        assert_eq!(refused["by"]["id"], json!(team.supervisor.id));

        assert_eq!(plan(&team.practitioner, &team.sam, "").await["stopped"]["reason"], WHY);
        assert_eq!(plan(&team.deputy, &team.sam, "?reason=cover").await["stopped"]["reason"], WHY);
        let seen = plan(&team.mentor, &team.sam, "").await["stopped"].clone();
        assert_eq!((&seen["since"], seen.get("reason")), (&stopped["since"], None));
        assert_eq!(plan(&team.sam, &team.sam, "").await["stopped"], Value::Null);
        for who in [&team.mentor, &team.practitioner] {
            assert_eq!(count(who, "contact.stopped").await, 1, "{}", who.name);
            assert_eq!(needs(who).await[0]["contact_stopped"], true, "{}", who.name);
        }
        assert_eq!(count(&team.sam, "contact.stopped").await, 0);

        assert_eq!(goes_on(&team.manager, &team.sam).await["stopped"], Value::Null);
        assert_eq!(goes_on(&team.manager, &team.sam).await["stopped"], Value::Null, "nothing more happens");
        assert_eq!(count(&team.mentor, "contact.resumed").await, 1);
        assert_eq!(needs(&team.mentor).await[0]["contact_stopped"], false);
        let audit = team.manager.back().await.get(&format!("/audit?about={}", team.sam.id)).await.expect(200);
        let mut reasons: Vec<_> = audit["items"].as_array().unwrap().iter()
            .filter(|line| line["deed"].as_str().unwrap().starts_with("contact."))
            .map(|line| (line["deed"].clone(), line["reason"].clone()))
            .collect();
        reasons.reverse();
        let expected = [("contact.stopped", WHY), ("contact.resumed", "They have a phone of their own again")];
        assert_eq!(reasons, expected.map(|(deed, why)| (json!(deed), json!(why))));
        stops(&team.deputy, &team.sam, "Again").await.expect(200);
    }
}

on_both_stores! {
    async fn nobody_is_asked_reminded_or_missed_while_it_lasts_and_then_it_goes_on(app) {
        let team = a_team(&app).await;
        let date = asked_and_reminded(&team).await;
        until(&app, "2026-06-02T09:00:00Z");
        app.ask().await;
        assert_eq!(count(&team.sam, "check_in.due").await, 1);

        stops(&team.supervisor, &team.sam, WHY).await.expect(200);
        for _ in 0..2 * 24 * 2 {
            app.advance(30);
            app.ask().await;
            app.remind().await;
        }
        assert_eq!((count(&team.sam, "check_in.due").await, count(&team.sam, "reminder.due").await), (1, 0));
        assert_eq!(needs(&team.mentor).await, Vec::<Value>::new(), "nothing was missed, and nobody is to be reached");
        let path = format!("/check-in-rhythms/{}", team.sam.id);
        let seen = team.mentor.back().await.get(&path).await.expect(200);
        let states: Vec<_> = seen["asks"].as_array().unwrap().iter().map(|ask| ask["state"].clone()).collect();
        assert!(states.len() > 1 && states.iter().all(|state| state == "stopped"), "{states:?}");

        goes_on(&team.supervisor, &team.sam).await;
        until(&app, "2026-06-05T12:00:00Z");
        app.ask().await;
        app.remind().await;
        assert_eq!(count(&team.sam, "reminder.due").await, 1, "{date}");
        assert_eq!(count(&team.sam, "check_in.due").await, 2);
    }
}

on_both_stores! {
    async fn no_push_goes_out_while_it_lasts_also_none_that_was_on_its_way(app) {
        let service = PushService::start();
        let team = a_team(&app).await;
        takes_pushes(&service, &team.sam).await;
        service.will_answer(&[Answer::Status(503)]);
        say(&team.mentor, &team.conversation_id, "Hello Sam").await.expect(201);
        assert_eq!(app.call_people_after(60).await, 1, "it is to be tried again");
        service.take();

        stops(&team.supervisor, &team.sam, WHY).await.expect(200);
        assert_eq!(app.call_people_after(5 * 60).await, 0);
        say(&team.mentor.back().await, &team.conversation_id, "Are you there?").await.expect(201);
        assert_eq!(app.call_people_after(60).await, 0);
        assert!(service.take().is_empty());

        goes_on(&team.supervisor, &team.sam).await;
        say(&team.mentor.back().await, &team.conversation_id, "Hello again").await.expect(201);
        assert_eq!(app.call_people_after(60).await, 1);
        say(&team.sam.back().await, &team.conversation_id, "I am here").await.expect(201);
    }
}

on_both_stores! {
    async fn what_was_sent_before_it_is_not_looked_for_and_no_plan_is_talked_over(app) {
        let team = a_team(&app).await;
        asked_and_reminded(&team).await;
        let told = json!({
            "windows": [{ "day": "monday", "from": "09:00", "to": "15:00" },
                { "day": "tuesday", "from": "09:00", "to": "15:00" }],
            "ok_message": true, "ok_call": true, "ok_voicemail": false, "shared_phone": false,
        });
        team.sam.put(&format!("/contact-plans/{}", team.sam.id), told).await.expect(200);
        until(&app, "2026-06-02T12:00:00Z");
        app.remind().await;
        assert_eq!(count(&team.sam, "reminder.due").await, 1);

        stops(&team.supervisor, &team.sam, WHY).await.expect(200);
        until(&app, "2026-06-02T12:30:00Z");
        app.remind().await;
        assert_eq!(app.hand_up_after(40 * 24 * 60).await, 0);
        assert_eq!(needs(&team.practitioner).await, Vec::<Value>::new());
        goes_on(&team.supervisor, &team.sam).await;
        assert_eq!(app.hand_up_after(0).await, 1, "it has been due meanwhile");
    }
}
