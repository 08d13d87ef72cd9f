//! The live socket: what happened, as it happens, and messages the other way.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Person, Phone, Team, a_team, new_id, on_both_stores};

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
