//! The live socket: what happened, as it happens, and messages the other way.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Person, Phone, Team, a_team, new_id, on_both_stores, until};

/// Sends words to the team's conversation over HTTP.
async fn say(who: &Person, team: &Team, words: &str) -> Value {
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let body = json!({ "id": new_id(), "body": words });
    who.post(&path, body).await.expect(201)
}

/// The words of the next messages that come.
async fn heard(phone: &mut Phone, count: usize) -> Vec<(i64, String)> {
    let mut heard = Vec::new();
    for _ in 0..count {
        let event = phone.next_event("message.created").await;
        let words = event["data"]["body"].as_str().unwrap().to_owned();
        heard.push((event["data"]["seq"].as_i64().unwrap(), words));
    }
    heard
}

on_both_stores! {
    async fn a_message_is_acknowledged_and_reaches_the_other_one_at_once(app) {
        let team = a_team(&app).await;
        let mut sam = Phone::of(&team.sam).await;
        let mut asha = Phone::of(&team.mentor).await;

        let id = sam.say(&team.conversation_id, "Hi Asha, are you there?").await;

        let ack = sam.next_of("ack").await;
        assert_eq!(ack["id"], json!(id));
        assert_eq!(ack["seq"], 1);
        let event = asha.next_event("message.created").await;
        assert_eq!(event["data"]["body"], "Hi Asha, are you there?");
        assert_eq!(event["data"]["id"], json!(id));
        assert_eq!(event["data"]["author_id"], json!(team.sam.id));
        assert!(sam.is_quiet().await, "nobody is told of their own words");
    }
}

on_both_stores! {
    async fn what_came_while_a_phone_was_away_comes_with_its_hello(app) {
        let team = a_team(&app).await;
        let before = Phone::of(&team.mentor).await.ready["seq"].as_i64().unwrap();
        for words in ["One", "Two", "Three"] {
            say(&team.sam, &team, words).await;
        }

        let mut asha = Phone::after(&team.mentor, before).await;

        assert_eq!(asha.ready["seq"], json!(before + 3));
        let words: Vec<String> = heard(&mut asha, 3).await.into_iter().map(|(_, w)| w).collect();
        assert_eq!(words, ["One", "Two", "Three"]);
        say(&team.sam, &team, "Four").await;
        assert_eq!(heard(&mut asha, 1).await, [(4, "Four".to_owned())]);
    }
}

on_both_stores! {
    async fn messages_of_one_socket_are_stored_in_the_order_they_were_sent(app) {
        let team = a_team(&app).await;
        let mut sam = Phone::of(&team.sam).await;
        let mut asha = Phone::of(&team.mentor).await;

        for number in 0..50 {
            sam.say(&team.conversation_id, &format!("{number}")).await;
        }

        let expected: Vec<(i64, String)> = (0..50).map(|n| (n + 1, n.to_string())).collect();
        assert_eq!(heard(&mut asha, 50).await, expected);
    }
}

on_both_stores! {
    async fn another_life_of_the_database_or_a_place_beyond_it_asks_for_a_new_start(app) {
        let team = a_team(&app).await;

        for hello in [json!({ "after": 0, "epoch": "another" }), json!({ "after": 99_999 })] {
            let mut phone = Phone::hello(&team.sam, hello).await;
            let resync = phone.next_of("resync").await;
            assert_eq!(resync["seq"], phone.ready["seq"]);
        }

        let epoch = Phone::of(&team.sam).await.ready["epoch"].clone();
        let mut phone = Phone::hello(&team.sam, json!({ "after": 0, "epoch": epoch })).await;
        assert_eq!(phone.next_of("event").await["seq"], 1);
    }
}

on_both_stores! {
    async fn what_is_no_frame_of_ours_ends_that_socket_alone(app) {
        let team = a_team(&app).await;
        let mut other = Phone::of(&team.mentor).await;
        let cases = [
            (Message::text("no json"), 4400),
            (Message::text("\"\""), 4400),
            (Message::binary(vec![1_u8, 2, 3]), 4400),
            (Message::text("x".repeat(70_000)), 4413),
        ];

        for (frame, code) in cases {
            let mut phone = Phone::of(&team.sam).await;
            phone.send_raw(frame.clone()).await;
            assert_eq!(phone.closed().await, code, "{:.20}", frame.to_string());
        }

        say(&team.sam, &team, "Still there?").await;
        assert_eq!(heard(&mut other, 1).await[0].1, "Still there?");
    }
}

on_both_stores! {
    async fn only_a_valid_hello_is_let_in(app) {
        let team = a_team(&app).await;
        let hello = |token: &str| json!({ "type": "hello", "token": token });
        let cases = [
            (hello("forged"), 4401),
            (hello(&team.sam.refresh_token), 4401),
            (json!({ "type": "hello" }), 4400),
            (json!({ "type": "hello", "token": team.sam.token, "after": -1 }), 4400),
            (json!({ "type": "seen", "seq": 1 }), 4400),
            (json!({ "type": "none of ours" }), 4400),
        ];

        for (first, code) in cases {
            let mut phone = Phone::silent(&app.url).await;
            phone.send(&first).await;
            let problem = phone.next().await;
            assert_eq!(problem["type"], "problem", "{first}");
            assert_eq!(phone.closed().await, code, "{first}");
        }
    }
}

#[tokio::test]
async fn who_says_no_hello_is_let_go() {
    let app = crate::support::TestApp::on_sqlite().await;
    let mut phone = Phone::silent(&app.url).await;

    assert_eq!(phone.closed().await, 4408);
}

#[tokio::test]
async fn only_our_own_pages_may_open_the_socket() {
    let app = crate::support::TestApp::on_sqlite().await;
    let host = app.url.strip_prefix("http://").unwrap();
    let ours = [format!("http://{host}"), format!("https://{host}")];
    let others = ["https://elsewhere.example", "null", "http://127.0.0.1:1"];

    for origin in ours {
        assert!(
            Phone::from_page(&app.url, Some(&origin)).await.is_ok(),
            "{origin}"
        );
    }
    for origin in others {
        let refused = Phone::from_page(&app.url, Some(origin)).await.err();
        assert_eq!(refused, Some(403), "{origin}");
    }
    let plain = app.nobody().get("/live").await;
    assert_eq!(plain.expect(400)["type"], "/problems/unreadable");
}

on_both_stores! {
    async fn what_is_wrong_with_a_frame_is_named_and_the_socket_stays(app) {
        let team = a_team(&app).await;
        let mut sam = Phone::of(&team.sam).await;
        let place = &team.conversation_id;
        let id = new_id();
        let send = |body: &str, place: &str| json!({
            "type": "message.send", "id": id, "conversation_id": place, "body": body,
        });
        let cases = [
            (send(" ", place), 422, "/body"),
            (send(&"x".repeat(4001), place), 422, "/body"),
            (json!({ "type": "message.send", "id": id, "body": "x" }), 422, "/conversation_id"),
            (json!({ "type": "seen", "seq": 999 }), 422, "/seq"),
            (json!({ "type": "typing" }), 422, "/conversation_id"),
            (json!({ "type": "unheard of" }), 422, "/type"),
            (json!({ "type": "hello", "token": "x" }), 422, "/type"),
        ];

        for (frame, status, field) in cases {
            sam.send(&frame).await;
            let problem = sam.next_of("problem").await;
            assert_eq!(problem["status"], status, "{frame}");
            assert_eq!(problem["errors"][0]["pointer"], field, "{frame}");
            assert_eq!(problem["id"], frame["id"], "{frame}");
        }

        let half = send("HALF", place).to_string().replace("HALF", "\\ud83d");
        sam.send_raw(Message::text(half)).await;
        let problem = sam.next_of("problem").await;
        assert_eq!(problem["errors"][0]["pointer"], "/body");
        assert_eq!(problem["id"], json!(id));

        sam.send(&send("x", &new_id())).await;
        let problem = sam.next_of("problem").await;
        assert_eq!((&problem["status"], &problem["id"]), (&json!(404), &json!(id)));
        sam.send(&send("Now it is right", place)).await;
        assert_eq!(sam.next_of("ack").await["id"], json!(id));
    }
}

on_both_stores! {
    async fn a_message_handed_in_twice_is_acknowledged_twice_and_stored_once(app) {
        let team = a_team(&app).await;
        let mut sam = Phone::of(&team.sam).await;
        let id = new_id();

        sam.say_as(&id, &team.conversation_id, "Once").await;
        sam.say_as(&id, &team.conversation_id, "Once").await;
        let (first, second) = (sam.next_of("ack").await, sam.next_of("ack").await);
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let third = team.sam.post(&path, json!({ "id": id, "body": "Once" })).await.expect(200);

        assert_eq!(first, second);
        assert_eq!((&third["seq"], &third["received_at"]), (&first["seq"], &first["received_at"]));
        sam.say_as(&id, &team.conversation_id, "Twice").await;
        assert_eq!(sam.next_of("problem").await["status"], 409);
    }
}

on_both_stores! {
    async fn whoever_is_suspended_or_signed_out_is_let_go_at_once(app) {
        let team = a_team(&app).await;
        let mut sam = Phone::of(&team.sam).await;
        let mut asha = Phone::of(&team.mentor).await;

        app.set_status(&team.sam, "suspended").await;
        app.end_devices(&team.mentor).await;

        assert_eq!(sam.closed().await, 4403);
        assert_eq!(asha.closed().await, 4401);
        let mut again = Phone::silent(&app.url).await;
        again.send(&json!({ "type": "hello", "token": team.sam.token })).await;
        assert_eq!(again.closed().await, 4403);
    }
}

on_both_stores! {
    async fn every_socket_of_a_person_hears_and_a_late_close_harms_none(app) {
        let team = a_team(&app).await;
        let old = Phone::of(&team.mentor).await;
        let mut first = Phone::of(&team.mentor).await;
        let mut second = Phone::of(&team.mentor).await;
        drop(old);

        say(&team.sam, &team, "Both of you").await;

        assert_eq!(heard(&mut first, 1).await, heard(&mut second, 1).await);
    }
}

on_both_stores! {
    async fn whoever_opens_too_many_sockets_loses_the_oldest(app) {
        let team = a_team(&app).await;
        let mut oldest = Phone::of(&team.sam).await;
        let mut others = Vec::new();
        for _ in 0..16 {
            others.push(Phone::of(&team.sam).await);
        }

        assert_eq!(oldest.closed().await, 4409);
        assert!(others[0].is_quiet().await);
    }
}

on_both_stores! {
    async fn what_a_phone_has_seen_is_delivered(app) {
        let team = a_team(&app).await;
        let mut asha = Phone::of(&team.mentor).await;
        say(&team.sam, &team, "One").await;
        say(&team.sam, &team, "Two").await;
        asha.next_event("message.created").await;
        let last = asha.next_event("message.created").await["seq"].clone();

        asha.send(&json!({ "type": "seen", "seq": last })).await;

        let delivered = async || {
            let sams = team.sam.get("/conversations").await.expect(200);
            sams["items"][0]["with"]["delivered_seq"].clone()
        };
        while delivered().await != 2 {
            assert!(asha.is_quiet().await);
        }
    }
}

on_both_stores! {
    async fn typing_is_shown_to_the_other_one_alone(app) {
        let team = a_team(&app).await;
        let (other, their_conversation) = team.another_member("Kim", "parent").await;
        let mut sam = Phone::of(&team.sam).await;
        let mut asha = Phone::of(&team.mentor).await;
        let mut kim = Phone::of(&other).await;

        sam.send(&json!({ "type": "typing", "conversation_id": team.conversation_id })).await;
        let typing = asha.next_of("typing").await;
        kim.send(&json!({ "type": "typing", "conversation_id": team.conversation_id })).await;

        assert_eq!(typing, json!({
            "type": "typing", "account_id": team.sam.id, "conversation_id": team.conversation_id,
        }));
        kim.say(&their_conversation, "After that").await;
        asha.next_event("message.created").await;
        assert!(asha.is_quiet().await, "who is no member shows nobody that they type");
    }
}

on_both_stores! {
    async fn whoever_says_too_much_in_a_minute_is_asked_to_wait_and_loses_nothing(app) {
        let team = a_team(&app).await;
        let app = app.again(|config| config.deeds_per_minute = 60).await;
        let member = team.sam.at(&app.url);
        let talk = &team.conversation_id;
        let mut sam = Phone::of(&member).await;

        let mut asked = BTreeSet::new();
        for number in 0..80 {
            asked.insert(sam.say(talk, &format!("{number}")).await);
        }
        let (mut acknowledged, mut refused) = (0, Vec::new());
        while !asked.is_empty() {
            let answer = sam.next().await;
            let id = answer["id"].as_str().unwrap();
            assert!(asked.remove(id), "answered twice: {answer}");
            if answer["type"] == "ack" {
                acknowledged += 1;
                continue;
            }
            let told = (&answer["status"], &answer["problem"]);
            assert_eq!(told, (&json!(429), &json!("/problems/too-many")), "{answer}");
            assert!(answer["retry_after"].as_u64().unwrap() >= 1, "{answer}");
            refused.push(id.to_owned());
        }
        assert!(acknowledged >= 60 && !refused.is_empty(), "{acknowledged} were let in");
        assert!(sam.is_quiet().await, "the socket stays");

        // Sent again later under its own id it is there once.
        let id = &refused[0];
        let path = format!("/conversations/{talk}/messages?limit=200");
        loop {
            sam.say_as(id, talk, "In the end").await;
            let answer = sam.next().await;
            assert_eq!(answer["id"], json!(id));
            if answer["type"] == "ack" {
                break;
            }
            member.get(&path).await.expect(200);
        }
        let history = member.get(&path).await.expect(200);
        let items = history["items"].as_array().unwrap();
        assert_eq!(items.len(), acknowledged + 1);
        let last: Vec<&Value> = items.iter().filter(|item| item["body"] == "In the end").collect();
        assert_eq!(last.len(), 1);
        assert_eq!(last[0]["id"], json!(id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_ends_that_socket_alone() {
    let app = crate::support::TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let mut flooding = Phone::of(&team.sam).await;
    let mut other = Phone::of(&team.mentor).await;

    let mut sent = 0;
    while sent < 20_000
        && flooding
            .try_send(Message::text(r#"{"type":"seen","seq":0}"#))
            .await
    {
        sent += 1;
    }

    // A peer that is still sending may find the connection reset before it reads the code.
    assert!(matches!(flooding.closed().await, 4429 | 1006));
    say(&team.sam, &team, "Still there?").await;
    assert_eq!(heard(&mut other, 1).await[0].1, "Still there?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_does_not_read_loses_its_socket_and_harms_nobody() {
    let app = crate::support::TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    say(&team.sam, &team, &"\u{1f642}".repeat(4000)).await;
    // Ten megabytes: more than the kernel keeps for somebody who does not read.
    app.tell_often(&team.mentor, &team.conversation_id, 600)
        .await;
    let mut asha = Phone::of(&team.mentor).await;
    let deaf = Phone::deaf(&team.mentor, 0).await;
    assert_eq!(app.app.hub().open_sockets(), 2);

    say(&team.sam, &team, "Still there?").await;

    assert_eq!(heard(&mut asha, 1).await[0].1, "Still there?");
    until(|| app.app.hub().open_sockets() == 1).await;
    assert!(asha.is_quiet().await);
    drop(deaf);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_stops_says_so_to_every_socket() {
    let app = crate::support::TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let mut sam = Phone::of(&team.sam).await;
    let mut asha = Phone::of(&team.mentor).await;

    let stopping = tokio::spawn(app.stop());

    assert_eq!((sam.closed().await, asha.closed().await), (1012, 1012));
    stopping.await.unwrap();
}

on_both_stores! {
    async fn a_worry_reaches_the_supervisor_live_and_without_a_word_of_it(app) {
        let team = a_team(&app).await;
        let mut ruth = Phone::of(&team.supervisor).await;
        let mut sam = Phone::of(&team.sam).await;

        sam.say(&team.conversation_id, "I am scared to go home").await;

        sam.next_of("ack").await;
        let event = ruth.next_event("alert.opened").await;
        assert_eq!(event["data"]["state"], "open");
        assert_eq!(event["data"]["family_member"]["id"], json!(team.sam.id));
        assert!(!event.to_string().contains("scared"));
        assert!(sam.is_quiet().await, "nothing of it shows on a family's phone");
    }
}
