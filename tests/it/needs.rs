//! Who needs me: what has no answer, since when, whom it concerns, and who is told when it takes too
//! long.

use daybook::workers::waiting;
use serde_json::{Value, json};

use crate::support::{Person, START, Team, a_team, new_id, on_both_stores, say, told};

async fn needs(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/needs").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// The names of those who need somebody, in order.
async fn names(who: &Person) -> Vec<String> {
    let needs = needs(who).await;
    let name = |need: &Value| {
        need["family_member"]["display_name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    needs.iter().map(name).collect()
}

async fn waits_told(who: &Person) -> usize {
    count(who, "message.waiting").await
}

async fn count(who: &Person, event: &str) -> usize {
    let told = told(who).await;
    told.iter().filter(|(name, _)| name == event).count()
}

on_both_stores! {
    async fn the_longest_without_an_answer_comes_first_and_the_next_message_puts_nothing_back(app) {
        let team = a_team(&app).await;
        let (mia, mias) = team.another_member("Mia", "parent").await;
        let (leo, leos) = team.another_member("Leo", "carer").await;
        for (who, talk) in [(&team.sam, &team.conversation_id), (&mia, &mias), (&leo, &leos)] {
            say(who, talk, "Are you there?").await.expect(201);
            app.advance(1);
        }
        say(&team.sam, &team.conversation_id, "Hello?").await.expect(201);

        for who in [&team.mentor, &team.practitioner, &team.supervisor, &team.deputy] {
            assert_eq!(names(who).await, ["Sam", "Mia", "Leo"], "{}", who.name);
        }
        let first = needs(&team.mentor).await.remove(0);
        assert_eq!(first, json!({
            "reason": "reply",
            "family_member": { "id": team.sam.id, "display_name": "Sam" },
            "peer_mentor": { "id": team.mentor.id, "display_name": "Asha" },
            "is_attended": true,
            "since": START.replace('Z', ".000000Z"),
            "messages": 2,
            "conversation_id": team.conversation_id,
            "handed_up_to": null,
            "contact_stopped": false,
            "follow_up": null,
        }));
        say(&team.mentor, &team.conversation_id, "Here I am").await.expect(201);
        assert_eq!(names(&team.mentor).await, ["Mia", "Leo"]);
        app.advance(1);
        say(&team.sam, &team.conversation_id, "Good").await.expect(201);
        let last = needs(&team.mentor).await.pop().unwrap();
        assert_eq!((&last["messages"], &last["conversation_id"]), (&json!(1), &json!(team.conversation_id)));
    }
}

on_both_stores! {
    async fn nothing_but_words_in_that_talk_stops_the_clock(app) {
        let team = a_team(&app).await;
        let (_mia, mias) = team.another_member("Mia", "parent").await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);

        let path = format!("/conversations/{}/read", team.conversation_id);
        team.mentor.post(&path, json!({ "up_to": 1 })).await.expect(200);
        say(&team.mentor, &mias, "Hello Mia").await.expect(201);
        app.set_status(&team.mentor, "suspended").await;
        say(&team.mentor, &team.conversation_id, "Held back").await.expect(202);

        let need = needs(&team.practitioner).await.remove(0);
        assert_eq!((&need["messages"], &need["is_attended"]), (&json!(1), &json!(false)));
        app.set_status(&team.mentor, "active").await;
        say(&team.mentor, &team.conversation_id, "Yes").await.expect(201);
        assert_eq!(names(&team.practitioner).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn each_sees_their_own_and_nobody_elses(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let away = Team::of(&app.manager_of("Stockport").await, "Edgeley").await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);

        let strangers = [&other.mentor, &other.practitioner, &other.supervisor, &away.supervisor];
        for stranger in strangers.into_iter().chain([&team.manager]) {
            assert_eq!(needs(stranger).await, Vec::<Value>::new(), "{}", stranger.name);
        }
        team.sam.get("/needs").await.expect(403);
        assert_eq!(team.mentor.get("/needs?after=x").await.wrong_fields(), ["after"]);
        assert_eq!(team.mentor.get("/needs?limit=0").await.wrong_fields(), ["limit"]);
    }
}

on_both_stores! {
    async fn who_waits_is_turned_page_by_page(app) {
        let team = a_team(&app).await;
        let mut wanted = Vec::new();
        for name in ["Mia", "Leo", "Ada", "Bo", "Cy"] {
            let (who, talk) = team.another_member(name, "parent").await;
            say(&who, &talk, "Hello").await.expect(201);
            wanted.push(name.to_owned());
            // Two of them in the same moment.
            app.advance(u64::from(name != "Ada"));
        }

        let (mut found, mut next) = (Vec::new(), String::new());
        loop {
            let page = team.mentor.get(&format!("/needs?limit=2{next}")).await.expect(200);
            for item in page["items"].as_array().unwrap() {
                found.push(item["family_member"]["display_name"].as_str().unwrap().to_owned());
            }
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&after={cursor}");
        }

        assert_eq!(found, wanted);
    }
}

on_both_stores! {
    async fn what_has_no_mentor_any_more_waits_for_the_practitioner_and_then_the_next_mentor(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        app.end_match(&team).await;
        app.advance(1);
        say(&team.sam, &team.conversation_id, "Is anybody?").await.expect(201);

        assert_eq!(needs(&team.mentor).await, Vec::<Value>::new());
        let need = needs(&team.practitioner).await.remove(0);
        assert_eq!((&need["messages"], &need["is_attended"]), (&json!(2), &json!(false)));
        assert_eq!(need["peer_mentor"], Value::Null);
        let new = team.manager.brings_in("peer_mentor", "Jo", json!({ "pod_id": team.pod_id })).await;
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": new.id });
        let matched = team.practitioner.post("/matches", pair).await.expect(201);
        let mine = needs(&new).await;
        assert_eq!(mine.len(), 1);
        assert_eq!((&mine[0]["since"], &mine[0]["messages"]), (&need["since"], &json!(2)));
        assert_eq!(needs(&team.practitioner).await, mine, "it is there once");
        say(&new, matched["conversation_id"].as_str().unwrap(), "I am Jo").await.expect(201);
        assert_eq!(names(&team.practitioner).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn who_waits_a_working_day_is_handed_up_once_to_each(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        let day = 24 * 60;

        assert_eq!(app.hand_up_after(day - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!(app.hand_up_after(1).await, 0);
        assert_eq!((waits_told(&team.practitioner).await, waits_told(&team.supervisor).await), (1, 0));
        let need = needs(&team.mentor).await.remove(0);
        assert_eq!(need["handed_up_to"], "family_practitioner");
        let told = told(&team.practitioner).await;
        let (_, data) = told.iter().find(|(event, _)| event == "message.waiting").unwrap();
        assert_eq!(data, &json!({
            "conversation_id": team.conversation_id, "family_member_id": team.sam.id,
            "since": need["since"], "messages": 1,
        }));
        assert_eq!(app.hand_up_after(day).await, 1);
        assert_eq!(app.hand_up_after(4 * day).await, 0);
        assert_eq!((waits_told(&team.practitioner).await, waits_told(&team.supervisor).await), (1, 1));
        assert_eq!(waits_told(&team.mentor).await, 0);
        assert_eq!(needs(&team.mentor).await[0]["handed_up_to"], "supervising_social_worker");
    }
}

on_both_stores! {
    async fn an_answer_in_time_is_handed_up_to_nobody_and_the_next_wait_begins_anew(app) {
        let team = a_team(&app).await;
        let day = 24 * 60;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        assert_eq!(app.hand_up_after(day).await, 1);
        say(&team.mentor.back().await, &team.conversation_id, "Yes").await.expect(201);

        assert_eq!(app.hand_up_after(2 * day).await, 0);
        assert_eq!(waits_told(&team.supervisor).await, 0);
        say(&team.sam.back().await, &team.conversation_id, "Thank you").await.expect(201);
        assert_eq!(app.hand_up_after(day).await, 1);
        assert_eq!((waits_told(&team.practitioner).await, waits_told(&team.supervisor).await), (2, 0));
    }
}

on_both_stores! {
    async fn without_a_practitioner_the_supervisor_is_told_at_once_and_once(app) {
        let team = a_team(&app).await;
        app.set_status(&team.practitioner, "suspended").await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);

        assert_eq!(app.hand_up_after(24 * 60).await, 1);
        assert_eq!(app.hand_up_after(5 * 24 * 60).await, 0);
        assert_eq!(waits_told(&team.supervisor).await, 1);
    }
}

on_both_stores! {
    async fn one_wait_that_cannot_be_handed_up_keeps_no_other_from_it(app) {
        let team = a_team(&app).await;
        let hours = format!("/accounts/{}/reading-hours", team.mentor.id);
        let said = json!({ "windows": [{ "day": "monday", "from": "09:00", "to": "17:00" }] });
        team.mentor.put(&hours, said).await.expect(200);
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        check_in(&team.sam, 6, true).await;
        app.break_reading_hours().await;

        app.advance(24 * 60);
        let ran = waiting::run_due(app.app.clone()).await.unwrap();

        assert_eq!(ran.done, 1);
        assert_eq!(count(&team.supervisor, "follow_up.waiting").await, 1);
        assert_eq!(waits_told(&team.practitioner).await, 0);
        assert!(waiting::run_due(app.app.clone()).await.is_err(), "it is not passed over in silence");
    }
}

on_both_stores! {
    async fn what_the_migration_finds_is_what_had_been_kept(app) {
        let team = a_team(&app).await;
        let (mia, mias) = team.another_member("Mia", "parent").await;
        let (leo, leos) = team.another_member("Leo", "carer").await;
        say(&mia, &mias, "Hello").await.expect(201);
        say(&team.mentor, &mias, "Hello Mia").await.expect(201);
        say(&team.mentor, &leos, "Hello Leo").await.expect(201);
        say(&leo, &leos, "Hello").await.expect(201);
        app.advance(1);
        say(&leo, &leos, "I have a question").await.expect(201);
        app.end_match(&team).await;
        say(&team.sam, &team.conversation_id, "Is anybody there?").await.expect(201);
        let kept = needs(&team.practitioner).await;

        app.migrate_again("2026-11-28-000002_needs").await;

        assert_eq!(kept.len(), 2);
        assert_eq!(needs(&team.practitioner).await, kept);
        assert_eq!(app.hand_up_after(24 * 60 - 1).await, 1);
        assert_eq!(app.hand_up_after(1).await, 1);
    }
}

on_both_stores! {
    async fn who_writes_to_an_ended_talk_waits_until_somebody_has_reached_them(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        let path = format!("/conversations/{}/answered", team.conversation_id);
        let try_it = async |who: &Person, outcome: &str| who.post(&path, json!({ "outcome": outcome })).await;

        try_it(&team.practitioner, "reached").await.expect(409);
        app.end_match(&team).await;
        try_it(&team.mentor, "reached").await.expect(403);
        for outcome in ["left_message", "no_answer"] {
            try_it(&team.practitioner, outcome).await.expect(204);
            assert_eq!(names(&team.practitioner).await, ["Sam"], "{outcome}");
        }
        try_it(&team.practitioner, "reached").await.expect(204);
        assert_eq!(names(&team.supervisor).await, Vec::<String>::new());
        try_it(&team.practitioner, "reached").await.expect(404);
        assert_eq!(app.hand_up_after(3 * 24 * 60).await, 0);
    }
}

async fn check_in(who: &Person, scale: i32, wants_contact: bool) -> Value {
    let body = json!({
        "id": new_id(), "scale": scale, "wants_contact": wants_contact,
        "someone_makes_me_unsafe": "not_sure",
    });
    who.post("/check-ins", body).await.expect(201)
}

/// What the check-ins of somebody's people ask, in order.
async fn reasons(who: &Person) -> Vec<Value> {
    let needs = needs(who).await;
    needs
        .iter()
        .map(|need| need["follow_up"]["reasons"].clone())
        .collect()
}

async fn done(who: &Person, follow_up: &Value, outcome: &str) -> crate::support::Reply {
    let path = format!("/follow-ups/{}/done", follow_up["id"].as_str().unwrap());
    who.back()
        .await
        .post(&path, json!({ "outcome": outcome }))
        .await
}

on_both_stores! {
    async fn a_check_in_asks_for_a_person_for_reasons_in_words_alone(app) {
        let team = a_team(&app).await;
        for (scale, call) in [(8, false), (6, true), (3, false), (1, false), (4, false)] {
            check_in(&team.sam, scale, call).await;
            app.advance(1);
        }

        let expected = [json!(["call"]), json!(["fall"]), json!(["low"])];
        for who in [&team.mentor, &team.practitioner, &team.supervisor] {
            assert_eq!(reasons(who).await, expected, "{}", who.name);
        }
        let said = json!(needs(&team.mentor).await).to_string() + &json!(told(&team.mentor).await).to_string();
        assert!(!said.contains("safe") && !said.contains("score"), "{said}");
        let told = told(&team.mentor).await;
        let opened: Vec<&Value> =
            told.iter().filter(|(event, _)| event == "follow_up.opened").map(|(_, data)| data).collect();
        assert_eq!(opened.len(), 3);
        assert_eq!((&opened[0]["reasons"], &opened[0]["family_member_id"]), (&json!(["call"]), &json!(team.sam.id)));
        let need = needs(&team.mentor).await.remove(0);
        assert_eq!((&need["reason"], &need["conversation_id"]), (&json!("call"), &json!(team.conversation_id)));
        assert_eq!((&need["peer_mentor"]["display_name"], &need["messages"]), (&json!("Asha"), &json!(0)));
    }
}

on_both_stores! {
    async fn only_somebody_who_reached_them_ends_a_follow_up(app) {
        let team = a_team(&app).await;
        check_in(&team.sam, 6, true).await;
        app.advance(1);
        check_in(&team.sam, 1, false).await;
        let both = needs(&team.mentor).await;
        let (first, second) = (&both[0]["follow_up"], &both[1]["follow_up"]);

        for (number, outcome) in [(1, "left_message"), (2, "no_answer")] {
            let noted = done(&team.mentor, second, outcome).await.expect(200);
            assert_eq!((&noted["tries"], &noted["last_outcome"]), (&json!(number), &json!(outcome)));
            assert_eq!((&noted["done_at"], &noted["last_by"]), (&Value::Null, &json!(team.mentor.id)));
        }
        assert_eq!(needs(&team.mentor).await.len(), 2);
        let noted = done(&team.practitioner, second, "reached").await.expect(200);
        assert!(noted["done_at"].is_string(), "{noted}");
        assert_eq!(needs(&team.mentor).await, Vec::<Value>::new(), "the earlier one is done with it");
        assert_eq!(done(&team.practitioner, second, "reached").await.expect(200), noted);
        let refused = done(&team.mentor, first, "other").await.expect(409);
        assert_eq!(refused["by"]["id"], json!(team.practitioner.id));
        assert_eq!(done(&team.mentor, second, "spoke").await.wrong_fields(), ["/outcome"]);

        check_in(&team.sam.back().await, 6, true).await;
        assert_eq!(reasons(&team.mentor).await, [json!(["call"])]);
        let third = needs(&team.mentor).await.remove(0);
        done(&team.supervisor, &third["follow_up"], "other").await.expect(200);
        assert_eq!(reasons(&team.mentor).await, Vec::<Value>::new());
    }
}

on_both_stores! {
    async fn with_nobody_near_whoever_is_nearest_in_the_pod_is_told_at_once(app) {
        let team = a_team(&app).await;
        app.end_match(&team).await;
        app.set_status(&team.practitioner, "suspended").await;

        check_in(&team.sam, 0, true).await;

        for event in ["check_in.created", "follow_up.opened"] {
            assert_eq!(count(&team.supervisor, event).await, 1, "{event}");
        }
        assert_eq!(names(&team.supervisor).await, ["Sam"]);
    }
}

on_both_stores! {
    async fn what_is_handed_to_managers_as_nobody_of_the_pod_is_there_they_see_and_end(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        check_in(&team.sam, 6, true).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        check_in(&mia, 6, true).await;
        let mias = needs(&team.mentor).await.remove(2)["follow_up"].clone();
        let answered = format!("/conversations/{}/answered", team.conversation_id);
        let reached = json!({ "outcome": "reached" });
        assert_eq!(names(&team.manager).await, Vec::<String>::new(), "others are nearer");
        done(&team.manager, &mias, "reached").await.expect(404);
        team.manager.back().await.post(&answered, reached.clone()).await.expect(404);

        done(&team.mentor, &mias, "reached").await.expect(200);
        for who in [&team.practitioner, &team.supervisor, &team.deputy] {
            app.set_status(who, "suspended").await;
        }
        app.hand_up_after(3 * 24 * 60).await;
        app.end_match(&team).await;

        assert_eq!((waits_told(&team.manager).await, count(&team.manager, "follow_up.waiting").await), (1, 1));
        let seen = needs(&team.manager).await;
        let of = |need: &Value| (need["reason"].clone(), need["handed_up_to"].clone());
        let manager = json!("service_manager");
        assert_eq!(seen.iter().map(of).collect::<Vec<_>>(), [(json!("reply"), manager.clone()), (json!("call"), manager)]);
        let elsewhere = app.manager_of("Elsewhere").await;
        assert_eq!(names(&elsewhere).await, Vec::<String>::new());
        done(&elsewhere, &seen[1]["follow_up"], "reached").await.expect(404);
        done(&team.manager, &seen[1]["follow_up"], "reached").await.expect(200);
        team.manager.back().await.post(&answered, reached).await.expect(204);
        assert_eq!(names(&team.manager).await, Vec::<String>::new());

        // With nobody there from the first, it is theirs from the first.
        check_in(&team.sam.back().await, 1, false).await;
        let at_once = needs(&team.manager).await;
        assert_eq!(at_once.iter().map(of).collect::<Vec<_>>(), [(json!("low"), json!("service_manager"))]);
    }
}

on_both_stores! {
    async fn whose_mentor_has_left_is_followed_up_by_the_practitioner(app) {
        let team = a_team(&app).await;
        check_in(&team.sam, 1, true).await;
        let follow_up = needs(&team.mentor).await.remove(0)["follow_up"].clone();
        app.end_match(&team).await;

        assert_eq!(needs(&team.mentor).await, Vec::<Value>::new());
        done(&team.mentor, &follow_up, "reached").await.expect(404);
        let need = needs(&team.practitioner).await.remove(0);
        assert_eq!((&need["is_attended"], &need["conversation_id"]), (&json!(false), &Value::Null));
        assert_eq!(need["follow_up"]["reasons"], json!(["call", "low"]));
    }
}

on_both_stores! {
    async fn a_fall_waits_a_working_day_and_a_call_or_a_low_answer_half_of_it(app) {
        let team = a_team(&app).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        let (leo, _) = team.another_member("Leo", "carer").await;
        check_in(&team.sam, 6, true).await;
        check_in(&mia, 2, false).await;
        check_in(&leo, 9, false).await;
        check_in(&leo, 6, false).await;
        let graded = async || {
            let found = needs(&team.supervisor).await.into_iter();
            let of = |need: Value| (need["follow_up"]["grade"].clone(), need["handed_up_to"].clone());
            let mut all: Vec<_> = found.map(of).collect();
            all.sort_by_key(|(grade, _)| grade.to_string());
            all
        };
        let (next_day, same_day) = (json!("next_day"), json!("same_day"));
        let nobody = |grade: &Value| (grade.clone(), Value::Null);
        assert_eq!(graded().await, [&next_day, &same_day, &same_day].map(nobody));
        let soonest = needs(&team.mentor).await;
        let at: Vec<&str> = soonest.iter().map(|need| need["follow_up"]["hand_up_at"].as_str().unwrap()).collect();
        assert!(at.contains(&"2026-06-01T13:00:00.000000Z") && at.contains(&"2026-06-02T09:00:00.000000Z"), "{at:?}");

        assert_eq!(app.hand_up_after(4 * 60 - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 2);
        assert_eq!(count(&team.supervisor, "follow_up.waiting").await, 2);
        let told = |grade: &Value| (grade.clone(), json!("supervising_social_worker"));
        assert_eq!(graded().await, [nobody(&next_day), told(&same_day), told(&same_day)]);
        assert_eq!(app.hand_up_after(20 * 60 - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!(count(&team.supervisor, "follow_up.waiting").await, 3);
    }
}

on_both_stores! {
    async fn what_nobody_follows_up_in_its_time_is_handed_to_the_supervisor_once(app) {
        let team = a_team(&app).await;
        check_in(&team.sam, 6, true).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        check_in(&mia, 6, true).await;
        let mias = needs(&team.mentor).await.remove(1);
        done(&team.mentor, &mias["follow_up"], "reached").await.expect(200);
        let waiting = async || {
            let told = told(&team.supervisor).await.into_iter();
            told.filter(|(event, _)| event == "follow_up.waiting").map(|(_, data)| data).collect::<Vec<_>>()
        };

        assert_eq!(app.hand_up_after(4 * 60 - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!(app.hand_up_after(5 * 24 * 60).await, 0);

        let told = waiting().await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["family_member_id"], json!(team.sam.id));
        assert_eq!(reasons(&team.mentor).await, [json!(["call"])], "it does not end by itself");
    }
}
