//! Reading hours: what a family is told of them, the one automatic receipt, and how long they wait.

use serde_json::{Value, json};

use crate::support::{Person, Reply, TestApp, a_team, alerts_of, on_both_stores, say, told};

/// Weekdays from nine to five, in London.
fn hours() -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    let windows: Vec<Value> = days
        .iter()
        .map(|day| json!({ "day": day, "from": "09:00", "to": "17:00" }))
        .collect();
    json!({ "windows": windows })
}

async fn says(who: &Person, of: &Person, body: Value) -> Reply {
    let who = who.back().await;
    who.put(&format!("/accounts/{}/reading-hours", of.id), body)
        .await
}

/// Somebody's only conversation, as they see it.
async fn talk(who: &Person) -> Value {
    let list = who.back().await.get("/conversations").await.expect(200);
    list["items"][0].clone()
}

async fn writes(who: &Person, talk: &str, words: &str) -> Value {
    say(&who.back().await, talk, words).await.expect(201)
}

async fn waits_told(who: &Person) -> usize {
    let told = told(who).await;
    told.iter()
        .filter(|(event, _)| event == "message.waiting")
        .count()
}

/// Monday, ten in the morning in London, plus so many hours.
fn hours_on(app: &TestApp, hours: u64) {
    app.advance(hours * 60);
}

on_both_stores! {
    async fn a_family_sees_until_when_their_mentor_reads_and_when_again(app) {
        let team = a_team(&app).await;
        let before = talk(&team.sam).await;
        says(&team.mentor, &team.mentor, hours()).await.expect(200);

        let open = talk(&team.sam).await;
        hours_on(&app, 9);
        let closed = talk(&team.sam).await;
        hours_on(&app, 4 * 24);
        let weekend = talk(&team.sam).await;

        assert!(before["with"].get("reads").is_none(), "no hours were said");
        assert_eq!(open["with"]["reads"], json!({
            "until": "2026-06-01T16:00:00.000000Z", "from": "2026-06-02T08:00:00.000000Z",
        }));
        assert_eq!(closed["with"]["reads"], json!({ "until": null, "from": "2026-06-02T08:00:00.000000Z" }));
        assert_eq!(weekend["with"]["reads"]["from"], "2026-06-08T08:00:00.000000Z");
        for other in [&team.mentor, &team.practitioner] {
            assert!(talk(other).await["with"].get("reads").is_none(), "{}", other.name);
        }
        says(&team.mentor, &team.mentor, json!({ "windows": [] })).await.expect(200);
        assert!(talk(&team.sam).await["with"].get("reads").is_none(), "they were taken back");
    }
}

on_both_stores! {
    async fn while_somebody_covers_their_name_and_their_hours_are_shown(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        says(&team.mentor, &team.mentor, hours()).await.expect(200);
        let family = team.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(200);
        let path = format!("/matches/{}/cover", family["members"][0]["match_id"].as_str().unwrap());
        let body = json!({ "account_id": bea.id, "until": "2026-06-08T08:00:00Z" });
        team.practitioner.put(&path, body).await.expect(200);

        writes(&team.sam, &team.conversation_id, "Hello").await;
        hours_on(&app, 10);
        writes(&team.sam, &team.conversation_id, "Are you there?").await;
        let unknown = talk(&team.sam).await;
        let evening = json!({ "windows": [{ "day": "tuesday", "from": "18:00", "to": "20:00" }], "zone": "Europe/Warsaw" });
        says(&bea, &bea, evening).await.expect(200);
        writes(&team.sam, &team.conversation_id, "Hello?").await;
        let known = talk(&team.sam).await;

        assert_eq!(unknown["cover"][0]["display_name"], "Bea");
        assert_eq!(unknown["receipt"], Value::Null, "Bea has said no hours, and Asha is away");
        assert_eq!(known["cover"][0]["reads"], json!({ "until": null, "from": "2026-06-02T16:00:00.000000Z" }));
        assert_eq!(known["receipt"]["reads_from"], "2026-06-02T16:00:00.000000Z");
    }
}

on_both_stores! {
    async fn one_receipt_is_given_for_each_time_in_which_nobody_reads_and_it_ends_no_wait(app) {
        let team = a_team(&app).await;
        says(&team.mentor, &team.mentor, hours()).await.expect(200);
        let path = &team.conversation_id;
        writes(&team.sam, path, "In the morning").await;
        let open = talk(&team.sam).await;

        hours_on(&app, 10);
        writes(&team.sam, path, "In the evening").await;
        let first = talk(&team.sam).await;
        app.advance(5);
        writes(&team.sam, path, "And later").await;
        let second = talk(&team.sam).await;
        hours_on(&app, 24);
        writes(&team.sam, path, "The next evening").await;
        let third = talk(&team.sam).await;

        assert_eq!(open["receipt"], Value::Null, "she reads");
        assert_eq!(first["receipt"], json!({
            "at": "2026-06-01T19:00:00.000000Z", "after_seq": 2, "reads_from": "2026-06-02T08:00:00.000000Z",
        }));
        assert_eq!(second["receipt"], first["receipt"]);
        assert_eq!(third["receipt"]["after_seq"], 4);
        let page = team.sam.back().await.get(&format!("/conversations/{path}/messages")).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 4, "a receipt is no message");
        let needs = team.mentor.back().await.get("/needs").await.expect(200);
        let need = &needs["items"][0];
        assert_eq!((&need["since"], &need["messages"]), (&json!("2026-06-01T09:00:00.000000Z"), &json!(4)));
        let events: Vec<String> = told(&team.sam).await.into_iter().map(|(event, _)| event).collect();
        assert!(!events.iter().any(|event| event.contains("receipt")), "nothing rings for it: {events:?}");
    }
}

on_both_stores! {
    async fn a_worry_outside_the_hours_climbs_as_ever(app) {
        let team = a_team(&app).await;
        says(&team.mentor, &team.mentor, hours()).await.expect(200);
        hours_on(&app, 12);

        writes(&team.sam, &team.conversation_id, "dad hits me every night").await;

        assert_eq!(alerts_of(&team.supervisor).await.len(), 1);
        assert_eq!(told(&team.mentor).await.last().unwrap().0, "message.created");
    }
}

on_both_stores! {
    async fn whoever_writes_waits_as_long_as_it_is_set_for_their_mentor(app) {
        let team = a_team(&app).await;
        let mut body = hours();
        body["answer_within_working_hours"] = json!(2);
        says(&team.supervisor, &team.mentor, body).await.expect(200);
        writes(&team.sam, &team.conversation_id, "Can you help me?").await;

        assert_eq!(app.hand_up_after(119).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!((waits_told(&team.practitioner).await, waits_told(&team.supervisor).await), (1, 0));
        assert_eq!(app.hand_up_after(119).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!((waits_told(&team.practitioner).await, waits_told(&team.supervisor).await), (1, 1));
        assert_eq!(app.hand_up_after(5 * 24 * 60).await, 0);
    }
}

on_both_stores! {
    async fn each_says_what_is_theirs_to_say_within_bounds(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        let within = |hours: u64| {
            let mut body = self::hours();
            body["answer_within_working_hours"] = json!(hours);
            body
        };
        let path = format!("/accounts/{}/reading-hours", team.mentor.id);
        let unsaid = team.mentor.get(&path).await.expect(200);

        for many in [0, 25] {
            let wrong = says(&team.manager, &team.mentor, within(many)).await.wrong_fields();
            assert_eq!(wrong, ["/answer_within_working_hours"]);
        }
        let wrong = says(&team.mentor, &team.mentor, within(20)).await.wrong_fields();
        assert_eq!(wrong, ["/answer_within_working_hours"], "not their own to say");
        for (name, value, pointer) in [
            ("zone", json!("Europe/Crewe"), "/zone"),
            ("windows", json!([{ "day": "monday", "from": "17:00", "to": "09:00" }]), "/windows/0"),
            ("windows", json!(vec![hours()["windows"][0].clone(); 22]), "/windows"),
        ] {
            let mut body = hours();
            body[name] = value;
            assert_eq!(says(&team.mentor, &team.mentor, body).await.wrong_fields(), [pointer]);
        }
        says(&bea, &team.mentor, hours()).await.expect(404);
        says(&team.practitioner, &team.mentor, hours()).await.expect(403);
        says(&team.sam, &team.mentor, hours()).await.expect(403);
        says(&team.manager, &team.practitioner, hours()).await.expect(404);
        let set = says(&team.deputy, &team.mentor, within(24)).await.expect(200);
        let own = says(&team.mentor, &team.mentor, hours()).await.expect(200);

        assert_eq!(unsaid["answer_within_working_hours"], 8, "one working day");
        assert_eq!((&unsaid["windows"], &unsaid["said_at"]), (&json!([]), &Value::Null));
        assert_eq!(set["answer_within_working_hours"], 24);
        assert_eq!(own["answer_within_working_hours"], 24, "it stays as it was set");
        assert_eq!(team.practitioner.get(&path).await.expect(200)["zone"], "Europe/London");
    }
}
