//! What people do in a conversation over HTTP, and what the other one then finds.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Person, Reply, Team, a_team, new_id, on_both_stores};

/// Sends words to a conversation under a fresh id.
async fn say(who: &Person, conversation: &str, words: &str) -> Reply {
    say_as(who, &new_id(), conversation, words).await
}

async fn say_as(who: &Person, id: &str, conversation: &str, words: &str) -> Reply {
    let body = json!({ "id": id, "body": words });
    let path = format!("/conversations/{conversation}/messages");
    who.post(&path, body).await
}

async fn history_of(who: &Person, conversation: &str) -> Vec<(i64, String)> {
    let path = format!("/conversations/{conversation}/messages");
    let page = who.get(&path).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let words = item["body"].as_str().unwrap().to_owned();
            (item["seq"].as_i64().unwrap(), words)
        })
        .collect()
}

async fn history(who: &Person, team: &Team) -> Vec<(i64, String)> {
    history_of(who, &team.conversation_id).await
}

/// What somebody was told, by name, newest last.
async fn told(who: &Person) -> Vec<(String, Value)> {
    let page = who.get("/inbox?after=0&limit=200").await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            (
                item["event"].as_str().unwrap().to_owned(),
                item["data"].clone(),
            )
        })
        .collect()
}

async fn told_of(who: &Person, event: &str) -> Vec<Value> {
    let told = told(who).await.into_iter();
    told.filter_map(|(name, data)| (name == event).then_some(data))
        .collect()
}

on_both_stores! {
    async fn what_one_says_the_other_reads_in_order(app) {
        let team = a_team(&app).await;

        say(&team.sam, &team.conversation_id, "  Hi Asha  ").await.expect(201);
        say(&team.mentor, &team.conversation_id, "Hi Sam, how was today?").await.expect(201);
        say(&team.sam, &team.conversation_id, "Better \u{1f642}").await.expect(201);

        let expected = [(1, "Hi Asha"), (2, "Hi Sam, how was today?"), (3, "Better \u{1f642}")];
        let expected = expected.map(|(seq, words)| (seq, words.to_owned()));
        assert_eq!(history(&team.sam, &team).await, expected);
        assert_eq!(history(&team.mentor, &team).await, expected);
    }
}

on_both_stores! {
    async fn a_message_sent_again_is_the_same_message(app) {
        let team = a_team(&app).await;
        let id = new_id();
        let first = say_as(&team.sam, &id, &team.conversation_id, "Are you there?").await.expect(201);

        let again = say_as(&team.sam, &id, &team.conversation_id, " Are you there? ").await;

        assert_eq!(again.expect(200), first);
        assert_eq!(history(&team.sam, &team).await.len(), 1);
        assert_eq!(told_of(&team.mentor, "message.created").await.len(), 1);
    }
}

on_both_stores! {
    async fn an_id_used_for_other_words_is_refused(app) {
        let team = a_team(&app).await;
        let (other, their_conversation) = team.another_member("Kim", "parent").await;
        let id = new_id();
        say_as(&team.sam, &id, &team.conversation_id, "First").await.expect(201);

        let changed = say_as(&team.sam, &id, &team.conversation_id, "Second").await;
        let mentors_own = say_as(&team.mentor, &id, &team.conversation_id, "First").await;

        assert_eq!(changed.expect(409)["type"], "/problems/id-used");
        mentors_own.expect(201);
        let elsewhere = say_as(&team.mentor, &id, &their_conversation, "First").await;
        assert_eq!(elsewhere.status, 409, "the same id for another conversation");
        assert_eq!(history_of(&other, &their_conversation).await, []);
    }
}

on_both_stores! {
    async fn many_tries_at_once_store_one_message(app) {
        let team = a_team(&app).await;
        let id = new_id();

        let tries = (0..12).map(|_| say_as(&team.sam, &id, &team.conversation_id, "Once"));
        let answers = futures_util::future::join_all(tries).await;

        let firsts = answers.iter().filter(|answer| answer.status == 201).count();
        let repeats = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!((firsts, repeats), (1, 11));
        assert_eq!(history(&team.mentor, &team).await, [(1, "Once".to_owned())]);
        assert_eq!(told_of(&team.mentor, "message.created").await.len(), 1);
    }
}

on_both_stores! {
    async fn words_are_one_to_four_thousand_characters_of_any_script(app) {
        let team = a_team(&app).await;
        let whole = "\u{1f469}\u{200d}\u{1f467}".repeat(1333);
        let most = "\u{1f642}".repeat(4000);

        say(&team.sam, &team.conversation_id, &most).await.expect(201);
        say(&team.sam, &team.conversation_id, &whole).await.expect(201);
        say(&team.sam, &team.conversation_id, "\u{646}\u{639}\u{645}\tOK\n\u{4f60}\u{597d}").await.expect(201);

        let stored = history(&team.mentor, &team).await;
        assert_eq!(stored[0].1, most);
        assert_eq!(stored[1].1, whole);
        for wrong in ["", " \n ", "a\u{0}b", "a\u{7}b", &"x".repeat(4001)] {
            let refused = say(&team.sam, &team.conversation_id, wrong).await;
            assert_eq!(refused.wrong_fields(), ["/body"], "{wrong:.10?}");
        }
        assert_eq!(history(&team.mentor, &team).await.len(), 3);
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_message_is_named(app) {
        let team = a_team(&app).await;
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let nil = "00000000-0000-0000-0000-000000000000";
        let cases = [
            (json!({ "body": "x" }), "/id"),
            (json!({ "id": "none", "body": "x" }), "/id"),
            (json!({ "id": nil, "body": "x" }), "/id"),
            (json!({ "id": new_id() }), "/body"),
            (json!({ "id": new_id(), "body": 5 }), "/body"),
            (json!({ "id": new_id(), "body": "x", "extra": 1 }), "/extra"),
            (json!({ "id": new_id(), "body": "x", "written_at": "yesterday" }), "/written_at"),
        ];

        for (body, field) in cases {
            let refused = team.sam.post(&path, body.clone()).await;
            assert_eq!(refused.wrong_fields(), [field], "{body}");
        }

        assert_eq!(history(&team.sam, &team).await, []);
    }
}

on_both_stores! {
    async fn a_conversation_does_not_exist_for_anybody_else(app) {
        let team = a_team(&app).await;
        let (other, _) = team.another_member("Kim", "parent").await;
        let strangers = [&other, &team.supervisor, &team.practitioner, &team.manager];

        for stranger in strangers {
            say(stranger, &team.conversation_id, "Let me in").await.expect(404);
            let read = json!({ "up_to": 0 });
            let path = format!("/conversations/{}/read", team.conversation_id);
            stranger.post(&path, read).await.expect(404);
        }
        let path = format!("/conversations/{}/messages", team.conversation_id);
        other.get(&path).await.expect(404);
        other.get(&format!("{path}?reason=curious")).await.expect(404);
        app.nobody().get(&path).await.expect(401);

        assert_eq!(history(&team.sam, &team).await, []);
    }
}

on_both_stores! {
    async fn who_is_not_of_the_pair_reads_audited_and_leaves_no_mark(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Only for Asha").await.expect(201);
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let before = team.sam.get("/conversations").await.expect(200);

        for reader in [&team.supervisor, &team.practitioner] {
            reader.get(&path).await.expect(200);
        }
        for reader in [&team.deputy, &team.manager] {
            assert_eq!(reader.get(&path).await.wrong_fields(), ["reason"]);
            let page = reader.get(&format!("{path}?reason=cover+tonight")).await.expect(200);
            assert_eq!(page["items"][0]["body"], "Only for Asha");
        }

        assert_eq!(team.sam.get("/conversations").await.expect(200), before);
        let audit = team.manager.get("/audit").await.expect(200);
        let reads = audit["items"].as_array().unwrap().iter();
        let reads = reads.filter(|line| line["deed"] == "conversation.read").count();
        assert_eq!(reads, 4);
    }
}

on_both_stores! {
    async fn read_marks_only_go_forward_and_the_mentors_is_shown_to_the_family(app) {
        let team = a_team(&app).await;
        for words in ["One", "Two", "Three"] {
            say(&team.sam, &team.conversation_id, words).await.expect(201);
        }
        let path = format!("/conversations/{}/read", team.conversation_id);
        let read = |up_to: i64| team.mentor.post(&path, json!({ "up_to": up_to }));

        assert_eq!(read(2).await.expect(200)["read_seq"], 2);
        assert_eq!(read(1).await.expect(200)["read_seq"], 2);
        assert_eq!(read(4).await.wrong_fields(), ["/up_to"]);
        assert_eq!(read(-1).await.wrong_fields(), ["/up_to"]);

        let sams = team.sam.get("/conversations").await.expect(200)["items"][0].clone();
        assert_eq!(sams["with"]["display_name"], "Asha");
        assert_eq!(sams["with"]["read_seq"], 2);
        assert_eq!((&sams["last_seq"], &sams["read_seq"]), (&json!(3), &json!(0)));
        let ashas = team.mentor.get("/conversations").await.expect(200)["items"][0].clone();
        assert_eq!(ashas["with"]["display_name"], "Sam");
        assert_eq!(ashas["with"].get("read_seq"), None);
        assert_eq!(ashas["read_seq"], 2);
    }
}

on_both_stores! {
    async fn history_is_read_in_pages_without_a_gap(app) {
        let team = a_team(&app).await;
        for number in 1..=7 {
            say(&team.sam, &team.conversation_id, &format!("{number}")).await.expect(201);
        }

        let mut seqs = Vec::new();
        let mut next = json!(0);
        while !next.is_null() {
            let path = format!("/conversations/{}/messages?limit=3&after={next}", team.conversation_id);
            let page = team.mentor.get(&path).await.expect(200);
            let items = page["items"].as_array().unwrap().iter();
            seqs.extend(items.map(|item| item["seq"].as_i64().unwrap()));
            next = page["next"].clone();
        }

        assert_eq!(seqs, [1, 2, 3, 4, 5, 6, 7]);
        for wrong in ["limit=0", "limit=201", "after=-1", "other=1", "limit=x"] {
            let path = format!("/conversations/{}/messages?{wrong}", team.conversation_id);
            assert_eq!(team.mentor.get(&path).await.status, 422, "{wrong}");
        }
    }
}

on_both_stores! {
    async fn the_time_of_receipt_never_falls(app) {
        let team = a_team(&app).await;
        let ahead = app.now().plus(Duration::from_hours(1));
        app.set_last_received(&team.conversation_id, ahead).await;

        let first = say(&team.sam, &team.conversation_id, "tick").await.expect(201);
        app.advance(90);
        let sam = team.sam.back().await;
        let second = say(&sam, &team.conversation_id, "tock").await.expect(201);

        assert_eq!(first["received_at"], json!(ahead));
        assert_eq!(second["received_at"], json!(app.now()));
    }
}

on_both_stores! {
    async fn what_a_suspended_person_sends_is_held_and_shown_to_the_supervisor(app) {
        let team = a_team(&app).await;
        let earlier = new_id();
        say_as(&team.sam, &earlier, &team.conversation_id, "Before").await.expect(201);
        app.set_status(&team.sam, "suspended").await;
        let id = new_id();

        let held = say_as(&team.sam, &id, &team.conversation_id, "Why can I not write?").await;

        assert_eq!(held.expect(202), json!({ "id": id, "state": "held" }));
        say_as(&team.sam, &earlier, &team.conversation_id, "Before").await.expect(200);
        team.sam.get("/conversations").await.expect(403);
        assert_eq!(history(&team.mentor, &team).await, [(1, "Before".to_owned())]);
        let told = told_of(&team.supervisor, "message.held").await;
        assert_eq!(told, [json!({
            "author_id": team.sam.id, "conversation_id": team.conversation_id, "id": id,
        })]);
        let path = format!("/conversations/{}/held-messages", team.conversation_id);
        let shown = team.supervisor.get(&path).await.expect(200);
        assert_eq!(shown["items"][0]["body"], "Why can I not write?");
        team.mentor.get(&path).await.expect(404);

        app.set_status(&team.sam, "active").await;
        say_as(&team.sam, &id, &team.conversation_id, "Why can I not write?").await.expect(202);
        say_as(&team.sam, &id, &team.conversation_id, "Other words").await.expect(409);
    }
}

on_both_stores! {
    async fn all_that_was_held_is_read_page_by_page_the_newest_first(app) {
        let team = a_team(&app).await;
        app.set_status(&team.sam, "suspended").await;
        for number in 0..5 {
            let words = format!("Number {number}");
            say_as(&team.sam, &new_id(), &team.conversation_id, &words).await.expect(202);
        }

        let path = format!("/conversations/{}/held-messages?limit=2", team.conversation_id);
        let (mut bodies, mut after) = (Vec::new(), String::new());
        loop {
            let page = team.supervisor.get(&format!("{path}{after}")).await.expect(200);
            let items = page["items"].as_array().unwrap().iter();
            bodies.extend(items.map(|held| held["body"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }

        bodies.sort();
        assert_eq!(bodies, ["Number 0", "Number 1", "Number 2", "Number 3", "Number 4"]);
        let wrong = team.supervisor.get(&format!("{path}&after=nowhere")).await;
        assert_eq!(wrong.wrong_fields(), ["after"]);
    }
}

on_both_stores! {
    async fn an_ended_conversation_sends_on_to_the_present_one(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Hello").await.expect(201);
        app.end_match(&team).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let new_mentor = team.manager.brings_in("peer_mentor", "Noor", in_pod).await;
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": new_mentor.id });
        let matched = team.practitioner.post("/matches", pair).await.expect(201);
        let present = matched["conversation_id"].as_str().unwrap();
        let id = new_id();

        let sent = say_as(&team.sam, &id, &team.conversation_id, "Is anyone there?").await.expect(201);

        assert_eq!(sent["conversation_id"], json!(present));
        assert_eq!(history_of(&new_mentor, present).await, [(1, "Is anyone there?".to_owned())]);
        let again = say_as(&team.sam, &id, &team.conversation_id, "Is anyone there?").await;
        assert_eq!(again.expect(200), sent);
        assert_eq!(told_of(&new_mentor, "message.created").await.len(), 1);
        let path = format!("/conversations/{}/messages", team.conversation_id);
        team.mentor.get(&path).await.expect(404);
    }
}

on_both_stores! {
    async fn without_a_mentor_the_practitioner_is_told_that_a_message_waits(app) {
        let team = a_team(&app).await;
        app.end_match(&team).await;

        let sams = say(&team.sam, &team.conversation_id, "Is anyone there?").await.expect(201);

        assert_eq!(sams["seq"], 1);
        let told = told_of(&team.practitioner, "message.unattended").await;
        assert_eq!(told, [json!({ "conversation_id": team.conversation_id, "seq": 1 })]);
        app.set_status(&team.practitioner, "suspended").await;
        say(&team.sam, &team.conversation_id, "Hello?").await.expect(201);
        assert_eq!(told_of(&team.supervisor, "message.unattended").await.len(), 1);
    }
}

on_both_stores! {
    async fn what_a_mentor_whose_match_has_ended_sends_is_held_and_still_screened(app) {
        let team = a_team(&app).await;
        say(&team.mentor, &team.conversation_id, "Hello Sam").await.expect(201);
        app.end_match(&team).await;
        let id = new_id();
        let words = "Do not tell anyone that we still write, it is our secret";

        let held = say_as(&team.mentor, &id, &team.conversation_id, words).await;

        assert_eq!(held.expect(202), json!({ "id": id, "state": "held" }));
        say_as(&team.mentor, &id, &team.conversation_id, words).await.expect(202);
        assert_eq!(history(&team.sam, &team).await, [(1, "Hello Sam".to_owned())]);
        assert_eq!(told_of(&team.sam, "message.created").await.len(), 1);
        let path = format!("/conversations/{}/held-messages", team.conversation_id);
        let shown = team.supervisor.get(&path).await.expect(200);
        assert_eq!(shown["items"][0]["body"], words);
        let alerts = team.manager.get("/alerts").await.expect(200);
        assert_eq!(alerts["items"][0]["kind"], "allegation");
    }
}

on_both_stores! {
    async fn the_same_mentor_matched_again_speaks_in_the_present_conversation(app) {
        let team = a_team(&app).await;
        app.end_match(&team).await;
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
        let matched = team.practitioner.post("/matches", pair).await.expect(201);

        let sent = say(&team.mentor, &team.conversation_id, "Queued before").await.expect(201);

        assert_eq!(sent["conversation_id"], matched["conversation_id"]);
    }
}

on_both_stores! {
    async fn a_suspended_mentor_does_not_leave_messages_unread(app) {
        let team = a_team(&app).await;
        app.set_status(&team.mentor, "suspended").await;

        say(&team.sam, &team.conversation_id, "Is anyone there?").await.expect(201);

        assert_eq!(told_of(&team.practitioner, "message.unattended").await.len(), 1);
    }
}

on_both_stores! {
    async fn the_inbox_can_be_read_without_a_socket(app) {
        let team = a_team(&app).await;
        let start = team.mentor.get("/inbox").await.expect(200)["head"].as_i64().unwrap();
        for number in 1..=5 {
            say(&team.sam, &team.conversation_id, &format!("{number}")).await.expect(201);
        }

        let page = team.mentor.get(&format!("/inbox?after={start}&limit=3")).await.expect(200);
        let rest = team.mentor.get(&format!("/inbox?after={}", page["next"])).await.expect(200);

        assert_eq!(page["items"].as_array().unwrap().len(), 3);
        assert_eq!(rest["items"][1]["data"]["body"], "5");
        assert_eq!((&rest["next"], &rest["resync"]), (&json!(null), &json!(false)));
        let beyond = team.mentor.get("/inbox?after=9999").await.expect(200);
        assert_eq!(beyond["resync"], true);
        let other_life = team.mentor.get("/inbox?after=0&epoch=another").await.expect(200);
        assert_eq!((&other_life["resync"], &other_life["items"]), (&json!(true), &json!([])));

        let seen = json!({ "seq": start + 4 });
        team.mentor.post("/inbox/seen", seen).await.expect(204);
        let sams = team.sam.get("/conversations").await.expect(200);
        assert_eq!(sams["items"][0]["with"]["delivered_seq"], 4);
        let beyond = team.mentor.post("/inbox/seen", json!({ "seq": 9999 })).await;
        assert_eq!(beyond.wrong_fields(), ["/seq"]);
    }
}

on_both_stores! {
    async fn who_has_left_a_conversation_is_told_nothing_of_it(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "For Asha").await.expect(201);
        app.end_match(&team).await;

        let told = told(&team.mentor).await;

        let (event, data) = told.last().unwrap();
        assert_eq!((event.as_str(), data), ("withdrawn", &json!({})));
    }
}
