//! Pushes: who may be called where, what reaches a phone, and what happens when a push service fails.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daybook::care::notices::sending::{Ways, actions as sending};
use daybook::db::Lane;
use serde_json::json;

use super::support::{
    Answer, Browser, Manner, Outside, Person, PushService, Team, TestApp, a_subscription, a_team,
    alerts_of, claims, new_id, on_both_stores, raise, say, the_alert, told,
};

const FIREFOX: &str = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl";

on_both_stores! {
    async fn a_device_takes_pushes_at_one_place_until_it_says_otherwise(app) {
        let team = a_team(&app).await;
        let key = team.sam.get("/push/key").await.expect(200);
        assert_eq!(URL_SAFE_NO_PAD.decode(key["key"].as_str().unwrap()).unwrap().len(), 65);
        let browser = a_subscription(FIREFOX);

        let made = team.sam.post("/push/subscriptions", browser.clone()).await.expect(201);
        let again = team.sam.post("/push/subscriptions", browser).await.expect(200);
        let moved = team.sam.post("/push/subscriptions", a_subscription(FIREFOX)).await.expect(201);

        assert_eq!(made, again);
        assert_ne!(made["id"], moved["id"]);
        assert_eq!(made["device_id"], moved["device_id"]);
        let path = |id: &serde_json::Value| format!("/push/subscriptions/{}", id.as_str().unwrap());
        team.sam.delete(&path(&made["id"])).await.expect(404);
        team.mentor.delete(&path(&moved["id"])).await.expect(404);
        team.sam.delete(&path(&moved["id"])).await.expect(204);
        team.sam.delete(&path(&moved["id"])).await.expect(404);
    }
}

on_both_stores! {
    async fn a_subscription_cannot_make_the_server_call_anywhere_it_likes(app) {
        let sam = a_team(&app).await.sam;
        for elsewhere in [
            "https://127.0.0.2/x", "http://169.254.169.254/latest/meta-data", "foo", "/relative",
            "mailto:a@b", "https://fcm.googleapis.com.evil.example/x", "https://localhost:8080/x",
            "http://updates.push.services.mozilla.com/x", "https://fcm.googleapis.com@127.0.0.1/x",
        ] {
            let refused = sam.post("/push/subscriptions", a_subscription(elsewhere)).await;
            assert_eq!(refused.wrong_fields(), ["/endpoint"], "{elsewhere}");
        }
    }
}

on_both_stores! {
    async fn keys_nothing_can_be_sealed_for_are_refused_by_name(app) {
        let sam = a_team(&app).await.sam;
        let with = |pointer: &str, value: serde_json::Value| {
            let mut body = a_subscription(FIREFOX);
            *body.pointer_mut(pointer).unwrap() = value;
            body
        };
        let no_point = URL_SAFE_NO_PAD.encode([vec![4], vec![7; 64]].concat());
        for (pointer, value) in [
            ("/keys/p256dh", json!("")),
            ("/keys/p256dh", json!("AAAA")),
            ("/keys/p256dh", json!(no_point)),
            ("/keys/auth", json!("AAAA")),
            ("/expirationTime", json!(-1)),
        ] {
            let refused = sam.post("/push/subscriptions", with(pointer, value)).await;
            assert_eq!(refused.wrong_fields(), [pointer]);
        }
        let mut unknown = a_subscription(FIREFOX);
        unknown["account_id"] = json!("another");
        assert_eq!(sam.post("/push/subscriptions", unknown).await.wrong_fields(), ["/account_id"]);
    }
}

/// A browser of each of these people, at a push service.
async fn phones(service: &PushService, people: &[&Person]) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for person in people {
        let browser = Browser::new();
        let endpoint = format!("{}/{}", service.url, person.name);
        let body = browser.subscription(&endpoint);
        person.post("/push/subscriptions", body).await.expect(201);
        browsers.push(browser);
    }
    browsers
}

async fn was_told(who: &Person, event: &str) -> bool {
    told(who).await.iter().any(|(name, _)| name == event)
}

/// Sam presses the help button, which calls Ruth, and writes something harmless, which Asha gets.
async fn alarm(team: &Team) {
    let sam = team.sam.back().await;
    sam.post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);
    say(&sam, &team.conversation_id, "Are you there?")
        .await
        .expect(201);
}

fn paths(service: &PushService) -> Vec<String> {
    let mut paths: Vec<String> = service.take().into_iter().map(|came| came.path).collect();
    paths.sort();
    paths
}

/// A service with a push service beside it, and a team with phones there.
async fn with_phones(app: &TestApp) -> (PushService, Team, Vec<Browser>) {
    let team = a_team(app).await;
    let service = PushService::start();
    let browsers = phones(&service, &[&team.sam, &team.supervisor, &team.mentor]).await;
    app.call_people_after(5).await;
    service.take();
    (service, team, browsers)
}

on_both_stores! {
    async fn a_phone_shows_the_same_sentence_whatever_happened(app) {
        let (service, team, browsers) = with_phones(&app).await;
        let key = team.sam.get("/push/key").await.expect(200);
        let key = key["key"].as_str().unwrap();

        team.mentor.post(
            &format!("/conversations/{}/messages", team.conversation_id),
            json!({ "id": new_id(), "body": "See you at four." }),
        ).await.expect(201);
        assert_eq!(app.call_people().await, 0, "not while the app may still show it");
        assert_eq!(app.call_people_after(5).await, 1);
        let usual = service.take().remove(0);
        alarm(&team).await;
        app.call_people_after(5).await;
        let mut came = service.take();
        came.sort_by(|a, b| a.path.cmp(&b.path));
        let [mentors, now] = came.as_slice() else { panic!("{came:?}") };

        let text = |browser: &Browser, came| -> serde_json::Value {
            serde_json::from_slice(&browser.open(came)).unwrap()
        };
        assert_eq!(text(&browsers[0], &usual), json!({
            "title": "Daybook", "body": "You have something new.", "tag": "daybook",
        }));
        assert_eq!(text(&browsers[1], now)["body"], "Something needs you now.");
        assert_eq!(text(&browsers[2], mentors), text(&browsers[0], &usual));
        assert_eq!([usual.size(), mentors.size()], [now.size(), now.size()]);
        // Who has told no plan has quiet hours from nine in the evening: no push is kept beyond.
        for (came, ttl, urgency) in [(&usual, "39590", "normal"), (now, "900", "high")] {
            assert_eq!(came.header("ttl"), ttl);
            assert_eq!(came.header("urgency"), urgency);
            assert_eq!(came.header("topic"), "daybook");
            let claims = claims(came, key);
            assert_eq!(claims["aud"], json!(service.url));
            assert_eq!(claims["sub"], "mailto:duty@northbrook.gov.uk");
            let left = claims["exp"].as_i64().unwrap() - app.now().micros() / 1_000_000;
            assert!((3_500..=3_600).contains(&left), "{left}");
        }
    }
}

on_both_stores! {
    async fn whoever_has_seen_it_in_the_app_is_not_called_but_an_alert_calls_all_the_same(app) {
        let (service, team, _) = with_phones(&app).await;
        alarm(&team).await;
        for person in [&team.mentor, &team.supervisor] {
            let head = person.get("/inbox?after=0").await.expect(200);
            let seq = head["items"].as_array().unwrap().last().unwrap()["seq"].clone();
            person.post("/inbox/seen", json!({ "seq": seq })).await.expect(204);
        }

        app.call_people_after(5).await;

        assert_eq!(paths(&service), ["/Ruth"]);
    }
}

on_both_stores! {
    async fn a_push_that_was_taken_does_not_stop_the_climb_and_an_acknowledgement_stops_every_try(app) {
        let (service, team, _) = with_phones(&app).await;
        let _deputy = phones(&service, &[&team.deputy]).await;
        alarm(&team).await;
        assert_eq!(app.call_people().await, 1);
        assert_eq!(paths(&service), ["/Ruth"]);

        // Taken by the push service, and nobody answers: the next rung is called.
        app.call_people_after(5).await;
        service.take();
        service.will_answer(&[Answer::Status(500), Answer::Status(500)]);
        assert_eq!(app.pass(5).await, 1);
        app.call_people().await;
        assert_eq!(paths(&service), ["/Ben"]);
        app.call_people_after(5).await;
        assert_eq!(paths(&service), ["/Ben"]);

        let alert = the_alert(&team.supervisor).await;
        let supervisor = team.supervisor.back().await;
        let path = format!("/alerts/{alert}/acknowledgement");
        supervisor.post_nothing(&path).await.expect(200);

        assert_eq!(app.call_people_after(3_600).await, 0);
        assert_eq!(paths(&service), Vec::<String>::new());
    }
}

async fn acknowledge(who: &Person, id: &str) {
    let path = format!("/alerts/{id}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

on_both_stores! {
    async fn an_acknowledgement_stops_what_it_is_about_and_nothing_else(app) {
        let (service, team, _) = with_phones(&app).await;
        let bens = phones(&service, &[&team.deputy]).await;
        let sams = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &sams).await;
        let (kim, _) = team.another_member("Kim", "young_person").await;
        kim.post("/help", json!({ "id": new_id() })).await.expect(201);
        app.call_people_after(5).await;
        service.take();

        // Ben is asked to take what is about Sam, and called to what is about Kim; that, somebody has.
        assert_eq!(app.pass(5).await, 1);
        let path = format!("/alerts/{sams}/handover");
        let to = json!({ "account_id": team.deputy.id });
        team.supervisor.back().await.post(&path, to).await.expect(200);
        let open = alerts_of(&team.manager).await;
        let kims = open.iter().find(|alert| alert["severity"] == "immediate").unwrap();
        acknowledge(&team.manager, kims["id"].as_str().unwrap()).await;

        app.call_people().await;
        let came = service.take();
        let [push] = came.as_slice() else { panic!("{came:?}") };
        assert_eq!(push.path, "/Ben");
        let said: serde_json::Value = serde_json::from_slice(&bens[0].open(push)).unwrap();
        assert_eq!(said["body"], "You have something new.", "as urgent as what is left");
        acknowledge(&team.deputy, &sams).await;
        assert_eq!(app.call_people_after(3_600).await, 0);
    }
}

on_both_stores! {
    async fn a_decision_stops_every_try_too(app) {
        let (service, team, _) = with_phones(&app).await;
        let _deputy = phones(&service, &[&team.deputy]).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;
        app.call_people_after(5).await;
        service.take();
        assert_eq!(app.pass(60).await, 1, "the decision is overdue");
        service.will_answer(&[Answer::Status(500), Answer::Status(500)]);
        app.call_people().await;
        assert_eq!(paths(&service), ["/Ben", "/Ruth"]);

        let body = json!({ "outcome": "strategy_discussion", "rationale": "We meet at noon." });
        let path = format!("/alerts/{id}/decision");
        team.supervisor.back().await.post(&path, body).await.expect(200);

        assert_eq!(app.sendings_due().await, 0);
        assert_eq!(app.call_people_after(3_600).await, 0);
    }
}

on_both_stores! {
    async fn whoever_has_an_alert_is_not_called_once_for_each_message(app) {
        let (service, team, browsers) = with_phones(&app).await;
        let ruth = &team.supervisor;
        let id = raise(&team, "immediate").await;
        acknowledge(ruth, &id).await;
        app.call_people_after(5).await;
        service.take();
        // Sam asks for help; gives what Ruth's phone then shows.
        let pressed = async || {
            let sam = team.sam.back().await;
            sam.post("/help", json!({ "id": new_id() })).await.expect(201);
            app.call_people_after(10).await;
            let came = service.take();
            let shown = came.iter().map(|came| {
                let said: serde_json::Value = serde_json::from_slice(&browsers[1].open(came)).unwrap();
                said["body"].as_str().unwrap().to_owned()
            });
            shown.collect::<Vec<String>>()
        };
        let (now, softly) = ("Something needs you now.", "You have something new.");

        // The first of a category of its own raises it again.
        pressed().await;
        acknowledge(ruth, &id).await;
        app.call_people_after(5).await;
        service.take();
        assert_eq!(pressed().await, [now]);
        for _ in 0..20 {
            assert!(pressed().await.is_empty(), "she has not looked at the first");
        }
        ruth.back().await.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(pressed().await, [softly]);
        app.advance(5);
        assert_eq!(pressed().await, [now]);
        assert_eq!(alerts_of(ruth).await[0]["occurrence_count"], 25);
    }
}

on_both_stores! {
    async fn another_call_as_urgent_does_not_come_before_the_push_service_wants_it(app) {
        let (service, team, _) = with_phones(&app).await;
        service.will_answer(&[Answer::Later(90)]);
        alarm(&team).await;
        app.call_people().await;
        assert_eq!(paths(&service), ["/Ruth"]);

        let (kim, _) = team.another_member("Kim", "young_person").await;
        kim.post("/help", json!({ "id": new_id() })).await.expect(201);
        app.call_people_after(60).await;
        assert_eq!(paths(&service), ["/Asha"]);
        app.call_people_after(30).await;
        assert_eq!(paths(&service), ["/Ruth"]);
    }
}

on_both_stores! {
    async fn a_push_service_that_fails_is_tried_again_and_holds_up_nobody_else(app) {
        let (service, team, _) = with_phones(&app).await;
        let other = PushService::start();
        let _deputy = phones(&other, &[&team.deputy]).await;
        service.will_answer(&[
            Answer::Status(500), Answer::Later(30), Answer::Status(503), Answer::Status(201),
        ]);
        alarm(&team).await;

        app.call_people().await;
        assert_eq!(paths(&service).len(), 1);
        assert_eq!(app.call_people_after(4).await, 0, "not before the wait is over");
        // The mentor's usual call falls due here as well, and is answered 429 first or second.
        app.call_people_after(1).await;
        assert!(!paths(&service).is_empty());
        for _ in 0..6 {
            app.call_people_after(30).await;
        }

        let mut reached = paths(&service);
        reached.dedup();
        assert_eq!(reached, ["/Asha", "/Ruth"]);
        assert_eq!(app.call_people_after(600).await, 0, "what was accepted is not sent again");
    }
}

on_both_stores! {
    async fn a_place_that_is_gone_is_forgotten_and_the_people_concerned_learn_of_it(app) {
        let (service, team, _) = with_phones(&app).await;
        service.will_answer(&[Answer::Status(410)]);
        alarm(&team).await;

        app.call_people().await;

        assert_eq!(paths(&service), ["/Ruth"]);
        assert!(was_told(&team.supervisor, "device.push_ended").await);
        assert!(was_told(&team.manager, "device.push_ended").await);
        app.call_people_after(5).await;
        alarm(&team).await;
        app.call_people_after(5).await;
        assert!(!paths(&service).contains(&"/Ruth".to_owned()));
        // The same browser subscribes again when it is opened.
        let _again = phones(&service, &[&team.supervisor]).await;
    }
}

on_both_stores! {
    async fn a_redirect_is_not_followed(app) {
        let (service, team, _) = with_phones(&app).await;
        service.will_answer(&[Answer::Status(307)]);
        alarm(&team).await;

        app.call_people().await;

        assert_eq!(paths(&service), ["/Ruth"]);
        app.call_people_after(5).await;
        assert_eq!(paths(&service), ["/Asha"], "a refusal is not tried again");
    }
}

on_both_stores! {
    async fn a_device_that_was_signed_out_is_not_called(app) {
        let (service, team, _) = with_phones(&app).await;
        alarm(&team).await;
        team.supervisor.delete("/sessions/current").await.expect(204);

        app.call_people_after(5).await;

        assert_eq!(paths(&service), ["/Asha"]);
    }
}

on_both_stores! {
    async fn a_service_that_never_answers_is_given_up_and_tried_again(app) {
        let app = app.again(|config| config.http_patience = Duration::from_secs(2)).await;
        let (service, team, _) = with_phones(&app).await;
        service.will_answer(&[Answer::Never]);
        alarm(&team).await;

        assert_eq!(app.call_people().await, 1);
        assert!(app.call_people_after(5).await > 0);

        let reached = paths(&service);
        assert_eq!(reached.iter().filter(|path| *path == "/Ruth").count(), 2, "{reached:?}");
    }
}

on_both_stores! {
    async fn a_push_service_that_drips_is_given_up_and_holds_up_nobody(app) {
        let app = app.again(|config| config.http_patience = Duration::from_millis(500)).await;
        let slow = Outside::start().await;
        slow.will(&[Manner::Drips]);
        let (service, team, _) = with_phones(&app).await;
        let ben = Browser::new().subscription(&slow.url);
        team.deputy.post("/push/subscriptions", ben).await.expect(201);
        alarm(&team).await;
        app.pass(5).await;

        assert!(app.call_people().await >= 2);
        assert!(paths(&service).contains(&"/Ruth".to_owned()));
        assert_eq!(slow.take().len(), 1);
        assert!(app.push_outcomes().await.contains(&"timed_out".to_owned()));
        assert!(app.call_people_after(5).await > 0);

        assert_eq!(slow.take().len(), 1, "it is asked again");
        let outcomes = app.push_outcomes().await;
        assert_eq!(outcomes.iter().filter(|outcome| *outcome == "timed_out").count(), 1, "{outcomes:?}");
    }
}

on_both_stores! {
    async fn a_try_that_a_crash_cut_off_is_made_again(app) {
        let (service, team, _) = with_phones(&app).await;
        alarm(&team).await;
        let store = app.app.store();
        let (calls, _) = store.read(|rx| sending::calls(rx, 10)).await.unwrap();
        store.write(Lane::Help, move |tx| sending::call(tx, &calls, Ways::default())).await.unwrap();
        let (dues, _) = store.read(|rx| sending::due(rx, (10, Ways::default()))).await.unwrap();
        let begun = store.write(Lane::Help, move |tx| sending::begin(tx, &dues)).await.unwrap();
        assert_eq!(begun.len(), 1);

        app.call_people_after(20).await;
        assert_eq!(paths(&service), ["/Asha"], "it is leased, and may be under way");
        app.call_people_after(10).await;

        assert_eq!(paths(&service), ["/Ruth"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_makes_each_try() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let (service, team, _) = with_phones(&app).await;
    let other = app.second_node().await;
    for round in 0..5 {
        alarm(&team).await;
        other.app.clock().advance(Duration::from_secs(5));
        tokio::join!(app.call_people_after(5), other.call_people());
        let expected: &[&str] = if round == 0 {
            &["/Asha", "/Ruth"]
        } else {
            // The same press again is one alert, and Ruth has heard of it.
            &["/Asha"]
        };
        assert_eq!(paths(&service), expected);
    }
}
