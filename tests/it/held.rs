//! What a family member says while they may not act: kept, heeded, shown to whoever oversees, and to no
//! mentor, then or later.

use serde_json::{Value, json};

use crate::support::{Person, Team, a_team, alerts_of, new_id, on_both_stores, told};

async fn suspends(team: &Team, who: &Person) {
    let path = format!("/accounts/{}/suspension", who.id);
    let reason = json!({ "reason": "until we have spoken" });
    let manager = team.manager.back().await;
    manager.post(&path, reason).await.expect(200);
}

async fn takes_back(team: &Team, who: &Person) {
    let path = format!("/accounts/{}/suspension", who.id);
    team.manager.back().await.delete(&path).await.expect(200);
}

async fn checks_in(who: &Person, scale: i32, better: &str) -> Value {
    let body = json!({ "id": new_id(), "scale": scale, "better": better, "wants_contact": true });
    who.post("/check-ins", body).await.expect(201)
}

async fn sets_a_goal(who: &Person) -> Value {
    let body = json!({
        "id": new_id(), "family_member_id": who.id, "words": "Mornings without shouting", "start": 2,
        "good_enough": 8,
    });
    who.post("/goals", body).await.expect(201)
}

async fn adds(who: &Person, goal: &Value, scale: i32) -> Value {
    let path = format!("/goals/{}/entries", goal["id"].as_str().unwrap());
    let entry = json!({ "id": new_id(), "kind": "now", "scale": scale });
    who.post(&path, entry).await.expect(201)
}

/// What somebody is shown of a list: the whole of its items.
async fn shown(who: &Person, list: &str, of: &Person) -> Vec<Value> {
    let path = format!("/{list}?family_member_id={}", of.id);
    let list = who.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn needs(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/needs").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// The events somebody was told of this subject.
async fn events_of(who: &Person, id: &Value) -> Vec<String> {
    let told = told(who).await.into_iter();
    told.filter(|(_, data)| data["id"] == *id)
        .map(|(event, _)| event)
        .collect()
}

fn held(items: &[Value]) -> Vec<bool> {
    items
        .iter()
        .map(|item| item["held"].as_bool().unwrap())
        .collect()
}

on_both_stores! {
    async fn a_check_in_is_held_from_the_mentor_and_followed_up_by_whoever_oversees(app) {
        let team = a_team(&app).await;
        let first = checks_in(&team.sam, 7, "It was sunny").await;
        let path = format!("/follow-ups/{}/done", needs(&team.mentor).await[0]["follow_up"]["id"].as_str().unwrap());
        team.mentor.post(&path, json!({ "outcome": "reached" })).await.expect(200);
        suspends(&team, &team.sam).await;
        app.advance(1);

        let second = checks_in(&team.sam, 1, "he hits me every night").await;
        assert_eq!(second["held"], true);
        assert_eq!(shown(&team.mentor, "check-ins", &team.sam).await, [first.clone()].map(without_safety));
        for who in [&team.practitioner, &team.supervisor] {
            assert_eq!(held(&shown(who, "check-ins", &team.sam).await), [true, false], "{}", who.name);
            let found = needs(who).await;
            assert_eq!(found[0]["follow_up"]["reasons"], json!(["call", "low", "fall"]), "{}", who.name);
        }
        assert_eq!(needs(&team.mentor).await, Vec::<Value>::new());
        assert_eq!(events_of(&team.mentor, &second["id"]).await, Vec::<String>::new());
        assert_eq!(events_of(&team.practitioner, &second["id"]).await, ["check_in.created"]);
        assert_eq!(alerts_of(&team.supervisor).await.len(), 1, "it is heeded like every word");

        takes_back(&team, &team.sam).await;
        let sam = team.sam.back().await;
        let body = json!({ "id": second["id"], "scale": 1, "better": "he hits me every night", "wants_contact": true });
        assert_eq!(sam.post("/check-ins", body).await.expect(200)["held"], true, "what was held stays so");
        app.advance(1);
        let third = checks_in(&sam, 6, "Nan came").await;
        let seen = shown(&team.mentor, "check-ins", &team.sam).await;
        assert_eq!(seen, [third, first].map(without_safety));
    }
}

/// As a mentor is shown it.
fn without_safety(mut check_in: Value) -> Value {
    let fields = check_in.as_object_mut().unwrap();
    fields.remove("someone_makes_me_unsafe");
    fields.remove("standstill");
    check_in
}

on_both_stores! {
    async fn whoever_the_mentor_reaches_later_is_still_to_be_called_for_what_was_held(app) {
        let team = a_team(&app).await;
        suspends(&team, &team.sam).await;
        checks_in(&team.sam, 5, "Can somebody ring").await;
        takes_back(&team, &team.sam).await;
        app.advance(1);
        checks_in(&team.sam.back().await, 5, "Can somebody ring").await;

        let mine = needs(&team.mentor).await;
        assert_eq!(mine.len(), 1);
        let path = format!("/follow-ups/{}/done", mine[0]["follow_up"]["id"].as_str().unwrap());
        team.mentor.back().await.post(&path, json!({ "outcome": "reached" })).await.expect(200);

        assert_eq!(needs(&team.mentor).await, Vec::<Value>::new());
        let left = needs(&team.practitioner).await;
        assert_eq!(left.len(), 1);
        let path = format!("/follow-ups/{}/done", left[0]["follow_up"]["id"].as_str().unwrap());
        let reached = json!({ "outcome": "reached" });
        team.mentor.back().await.post(&path, reached.clone()).await.expect(404);
        team.practitioner.back().await.post(&path, reached).await.expect(200);
    }
}

on_both_stores! {
    async fn what_was_held_shows_in_no_fall_that_the_mentor_sees(app) {
        let team = a_team(&app).await;
        checks_in(&team.sam, 6, "It was sunny").await;
        suspends(&team, &team.sam).await;
        app.advance(1);
        checks_in(&team.sam, 9, "Nan came").await;
        takes_back(&team, &team.sam).await;
        app.advance(1);
        let sam = team.sam.back().await;

        checks_in(&sam, 5, "Can somebody ring").await;
        app.advance(1);
        checks_in(&sam, 2, "Can somebody ring").await;

        let reasons = async |who: &Person| -> Vec<Value> {
            let needs = needs(who).await.into_iter();
            needs.map(|need| need["follow_up"]["reasons"].clone()).collect()
        };
        let seen = [json!(["call"]), json!(["call"]), json!(["call", "low", "fall"])];
        assert_eq!(reasons(&team.mentor).await, seen, "nothing fell from nine to five");
        let [first, second, third] = seen;
        assert_eq!(reasons(&team.practitioner).await, [first, json!(["call"]), second, third]);
        let caseload = team.practitioner.back().await.get("/caseload").await.expect(200);
        let scales = caseload["items"][0]["trend"]["scales"].as_array().unwrap().len();
        assert_eq!(scales, 4, "whoever oversees sees all of it");
        let said = caseload["items"][0]["reasons"].to_string();
        assert!(said.contains("scale fell from 5 to 2") && !said.contains("from 9"), "{said}");
    }
}

on_both_stores! {
    async fn goals_and_what_is_added_to_them_are_held_from_the_mentor(app) {
        let team = a_team(&app).await;
        let first = sets_a_goal(&team.sam).await;
        adds(&team.sam, &first, 3).await;
        suspends(&team, &team.sam).await;
        app.advance(1);

        let entry = adds(&team.sam, &first, 0).await;
        let second = sets_a_goal(&team.sam).await;
        assert_eq!((&entry["held"], &second["held"]), (&json!(true), &json!(true)));
        let mine = shown(&team.mentor, "goals", &team.sam).await;
        assert_eq!((mine.len(), &mine[0]["now"], held(&mine)), (1, &json!(3), vec![false]));
        assert_eq!(mine[0]["entries"].as_array().unwrap().len(), 1);
        let theirs = shown(&team.practitioner, "goals", &team.sam).await;
        assert_eq!((held(&theirs), &theirs[1]["now"]), (vec![true, false], &json!(0)));
        let entries = format!("/goals/{}/entries", first["id"].as_str().unwrap());
        let listed = async |who: &Person| {
            let list = who.back().await.get(&entries).await.expect(200);
            held(list["items"].as_array().unwrap())
        };
        assert_eq!(listed(&team.mentor).await, [false]);
        assert_eq!(listed(&team.supervisor).await, [true, false]);

        let path = format!("/goals/{}/entries", second["id"].as_str().unwrap());
        let mentor = team.mentor.back().await;
        mentor.get(&path).await.expect(404);
        mentor.post(&path, json!({ "id": new_id(), "kind": "now", "scale": 4 })).await.expect(404);
        takes_back(&team, &team.sam).await;
        adds(&team.sam.back().await, &second, 5).await;
        assert_eq!(events_of(&team.mentor, &second["id"]).await, Vec::<String>::new());
        assert_eq!(events_of(&team.practitioner, &second["id"]).await, ["goal.created", "goal.changed"]);
        assert_eq!(shown(&team.mentor, "goals", &team.sam).await.len(), 1);
    }
}

on_both_stores! {
    async fn an_answer_to_a_date_is_held_from_the_mentor_who_made_it(app) {
        let team = a_team(&app).await;
        let date = json!({
            "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
            "starts": "2026-06-08T10:00", "minutes": 60,
        });
        let date = team.mentor.post("/dates", date).await.expect(201);
        suspends(&team, &team.sam).await;

        let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
        let body = json!({
            "id": new_id(), "version": 1, "starts": "2026-06-08T10:00", "reply": "can_come",
            "note": "I am at my nan's",
        });
        assert_eq!(team.sam.post(&path, body).await.expect(201)["held"], true);

        assert_eq!(shown(&team.mentor, "dates", &team.sam).await[0]["reply"], Value::Null);
        assert_eq!(shown(&team.practitioner, "dates", &team.sam).await[0]["reply"]["note"], "I am at my nan's");
        assert_eq!(events_of(&team.mentor, &date["id"]).await, Vec::<String>::new());
        assert_eq!(events_of(&team.practitioner, &date["id"]).await, ["date.replied"]);
    }
}

on_both_stores! {
    async fn the_migration_holds_what_came_while_somebody_was_suspended(app) {
        let team = a_team(&app).await;
        checks_in(&team.sam, 7, "It was sunny").await;
        app.advance(1);
        suspends(&team, &team.sam).await;
        checks_in(&team.sam, 1, "It rains").await;
        sets_a_goal(&team.sam).await;
        let kept = all_of(&team).await;

        app.migrate_again_from("2026-11-30-000440_held_words").await;

        assert_eq!(all_of(&team).await, kept);
        assert_eq!(held(&shown(&team.practitioner, "check-ins", &team.sam).await), [true, false]);
    }
}

/// What the practitioner and the mentor are shown.
async fn all_of(team: &Team) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    for who in [&team.practitioner, &team.mentor] {
        all.push(shown(who, "check-ins", &team.sam).await);
        all.push(shown(who, "goals", &team.sam).await);
        all.push(needs(who).await);
    }
    all
}
