//! What is to be done about dates: somebody asked for another time, or nobody keeps one any more. Each stands
//! in a list until a person has done something.

use daybook::workers::cover;
use serde_json::{Value, json};

use crate::support::{Person, Team, a_team, new_id, on_both_stores, told};

/// A date of Sam's that repeats every week, the first on 8 June.
async fn weekly(who: &Person, team: &Team) -> Value {
    let body = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "starts": "2026-06-08T10:00", "minutes": 60, "repeats": "weekly",
    });
    who.back().await.post("/dates", body).await.expect(201)
}

async fn answers(team: &Team, date: &Value, (version, starts, reply): (i32, &str, &str)) -> Value {
    let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
    let body = json!({ "id": new_id(), "version": version, "starts": starts, "reply": reply });
    team.sam.back().await.post(&path, body).await.expect(201)
}

/// Says a date anew, with this changed.
async fn anew(who: &Person, date: &Value, (version, name, value): (i32, &str, &str)) {
    let mut body = json!({
        "version": version, "what": "Asha comes to see you", "starts": "2026-06-08T10:00", "minutes": 60,
        "repeats": "weekly",
    });
    body[name] = json!(value);
    let path = format!("/dates/{}", date["id"].as_str().unwrap());
    who.back().await.put(&path, body).await.expect(200);
}

/// What is to be done about dates in somebody's list: why, about which, and which occurrence.
async fn work(who: &Person) -> Vec<(Value, Value, Value)> {
    let list = who.back().await.get("/needs").await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|need| {
            let of = &need["follow_up"];
            (
                need["reason"].clone(),
                of["date_id"].clone(),
                of["starts"].clone(),
            )
        })
        .collect()
}

fn asked(date: &Value, starts: &str) -> (Value, Value, Value) {
    (json!("change_asked"), date["id"].clone(), json!(starts))
}

fn left(date: &Value) -> (Value, Value, Value) {
    (json!("unattended"), date["id"].clone(), Value::Null)
}

const NOTHING: [(Value, Value, Value); 0] = [];

async fn done(who: &Person, place: usize, outcome: &str) {
    let who = who.back().await;
    let list = who.get("/needs").await.expect(200);
    let id = list["items"][place]["follow_up"]["id"].as_str().unwrap();
    let path = format!("/follow-ups/{id}/done");
    who.post(&path, json!({ "outcome": outcome }))
        .await
        .expect(200);
}

async fn count(who: &Person, event: &str) -> usize {
    let told = told(who).await;
    told.iter().filter(|(name, _)| name == event).count()
}

on_both_stores! {
    async fn whoever_keeps_a_date_has_it_in_their_list_that_another_time_was_asked_for(app) {
        let team = a_team(&app).await;
        let date = weekly(&team.mentor, &team).await;

        for _ in 0..2 {
            answers(&team, &date, (1, "2026-06-15T10:00", "change_it")).await;
            app.advance(1);
        }
        answers(&team, &date, (1, "2026-06-22T10:00", "change_it")).await;

        let both = [asked(&date, "2026-06-15T10:00"), asked(&date, "2026-06-22T10:00")];
        for who in [&team.mentor, &team.practitioner, &team.supervisor] {
            assert_eq!(work(who).await, both, "{}: each once", who.name);
        }
        assert_eq!(count(&team.mentor, "follow_up.opened").await, 2);
        assert_eq!(count(&team.practitioner, "follow_up.opened").await, 0, "it is the mentor's date");
        answers(&team, &date, (1, "2026-06-15T10:00", "can_come")).await;
        assert_eq!(work(&team.mentor).await, both, "nobody has looked yet");
        app.hand_up_after(24 * 60 + 10).await;
        assert_eq!(count(&team.supervisor, "follow_up.waiting").await, 2);

        anew(&team.mentor, &date, (1, "what", "Tea with Asha")).await;
        assert_eq!(work(&team.mentor).await, both, "other words are no other time");
        anew(&team.mentor, &date, (2, "starts", "2026-06-09T10:00")).await;
        assert_eq!(work(&team.mentor).await, NOTHING);
        answers(&team, &date, (1, "2026-06-15T10:00", "change_it")).await;
        assert_eq!(work(&team.mentor).await, NOTHING, "it is at another time already");
    }
}

on_both_stores! {
    async fn a_call_about_something_else_moves_no_date_and_a_cancelled_one_asks_for_nothing(app) {
        let team = a_team(&app).await;
        let first = weekly(&team.mentor, &team).await;
        let second = weekly(&team.practitioner, &team).await;
        answers(&team, &first, (1, "2026-06-15T10:00", "change_it")).await;
        app.advance(1);
        answers(&team, &second, (1, "2026-06-15T10:00", "change_it")).await;
        app.advance(1);
        let body = json!({ "id": new_id(), "scale": 6, "wants_contact": true });
        team.sam.post("/check-ins", body).await.expect(201);

        assert_eq!(work(&team.mentor).await.len(), 2, "their own date, and the call");
        done(&team.mentor, 1, "reached").await;
        let both = [asked(&first, "2026-06-15T10:00"), asked(&second, "2026-06-15T10:00")];
        assert_eq!(work(&team.practitioner).await, both, "nobody has moved anything");
        done(&team.mentor, 0, "reached").await;
        assert_eq!(work(&team.practitioner).await, both[1..]);
        let path = format!("/dates/{}/cancellation", second["id"].as_str().unwrap());
        team.practitioner.post(&path, json!({ "version": 1 })).await.expect(200);
        assert_eq!(work(&team.practitioner).await, NOTHING);
    }
}

on_both_stores! {
    async fn the_dates_of_a_mentor_who_leaves_are_the_practitioners_work_until_somebody_keeps_them(app) {
        let team = a_team(&app).await;
        let kept = weekly(&team.practitioner, &team).await;
        let first = weekly(&team.mentor, &team).await;
        let second = weekly(&team.mentor, &team).await;
        let third = weekly(&team.mentor, &team).await;
        anew(&team.practitioner, &third, (1, "what", "Priya comes to see you")).await;

        let path = format!("/accounts/{}/departure", team.mentor.id);
        let reason = json!({ "reason": "a new job" });
        team.manager.post(&path, reason).await.expect(200);

        let mut both = vec![left(&first), left(&second)];
        both.sort_by_key(|(_, id, _)| id.to_string());
        for who in [&team.practitioner, &team.supervisor] {
            let mut found = work(who).await;
            found.sort_by_key(|(_, id, _)| id.to_string());
            assert_eq!(found, both, "{}: not {kept}, and {third} was taken over", who.name);
        }
        assert_eq!(count(&team.practitioner, "follow_up.opened").await, 2);
        anew(&team.practitioner, &first, (1, "what", "Priya comes to see you")).await;
        assert_eq!(work(&team.practitioner).await, [left(&second)]);
        done(&team.practitioner, 0, "no_answer").await;
        assert_eq!(work(&team.practitioner).await, [left(&second)], "an attempt ends nothing");
        app.advance(1);
        let new = team.manager.back().await.brings_in("peer_mentor", "Jo", json!({ "pod_id": team.pod_id })).await;
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": new.id });
        team.practitioner.back().await.post("/matches", pair).await.expect(201);
        assert_eq!(work(&new).await, NOTHING, "it is none of theirs");
        let path = format!("/dates/{}/cancellation", second["id"].as_str().unwrap());
        team.practitioner.back().await.post(&path, json!({ "version": 1 })).await.expect(200);
        assert_eq!(work(&team.practitioner).await, NOTHING);
    }
}

on_both_stores! {
    async fn whoever_works_with_other_families_now_keeps_no_date_of_this_one(app) {
        let team = a_team(&app).await;
        let date = weekly(&team.practitioner, &team).await;
        let tom = team.manager.brings_in("family_practitioner", "Tom", json!({ "pod_id": team.pod_id })).await;

        let path = format!("/accounts/{}/suspension", team.practitioner.id);
        let body = json!({ "reason": "ill", "replacement_account_id": tom.id });
        team.manager.post(&path, body).await.expect(200);
        assert_eq!(work(&tom).await, [left(&date)]);
        team.manager.delete(&path).await.expect(200);

        answers(&team, &date, (1, "2026-06-08T10:00", "change_it")).await;
        assert_eq!(count(&tom, "date.replied").await, 1);
        assert_eq!(count(&team.practitioner, "date.replied").await, 0, "they are another's families now");
        assert_eq!(work(&tom).await, [left(&date), asked(&date, "2026-06-08T10:00")]);
        anew(&tom, &date, (1, "starts", "2026-06-09T10:00")).await;
        assert_eq!(work(&tom).await, NOTHING);
    }
}

on_both_stores! {
    async fn the_dates_of_a_match_that_ends_and_of_a_supervisor_who_hands_on_their_pod_are_left_behind(app) {
        let team = a_team(&app).await;
        let first = weekly(&team.mentor, &team).await;
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
        let matched = team.practitioner.post("/matches", pair).await.expect(200);
        let path = format!("/matches/{}/ending", matched["id"].as_str().unwrap());
        let why = json!({ "reason": "they moved away" });
        team.practitioner.post(&path, why).await.expect(200);
        app.advance(1);
        let second = weekly(&team.supervisor, &team).await;
        app.advance(1);

        let path = format!("/pods/{}/supervising-social-worker", team.pod_id);
        let body = json!({ "account_id": team.deputy.id });
        team.manager.put(&path, body).await.expect(200);

        assert_eq!(work(&team.practitioner).await, [left(&first), left(&second)]);
    }
}

on_both_stores! {
    async fn the_dates_of_whoever_covered_are_left_behind_on_the_minute_their_cover_is_over(app) {
        let team = a_team(&app).await;
        let bea = team.manager.brings_in("peer_mentor", "Bea", json!({ "pod_id": team.pod_id })).await;
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
        let matched = team.practitioner.post("/matches", pair).await.expect(200);
        let path = format!("/matches/{}/cover", matched["id"].as_str().unwrap());
        let until = async |until: &str| {
            let body = json!({ "account_id": bea.id, "until": until });
            team.practitioner.back().await.put(&path, body).await.expect(200);
        };
        let looks = async || cover::run_due(app.app.clone()).await.unwrap().done;
        until("2026-06-02T09:00:00Z").await;
        let kept = weekly(&team.mentor, &team).await;
        let date = weekly(&bea, &team).await;

        until("2026-06-03T09:00:00Z").await;
        app.advance(24 * 60);
        assert_eq!((looks().await, work(&team.practitioner).await), (0, vec![]), "it is over a day later now");
        app.advance(2 * 24 * 60);
        assert_eq!((looks().await, looks().await), (1, 0), "once");
        assert_eq!(work(&team.practitioner).await, [left(&date)], "{kept} is another's");
        assert_eq!(work(&team.mentor).await, NOTHING);

        let taken = json!({
            "version": 1, "what": "Kit comes to see you", "starts": "2026-06-08T10:00", "minutes": 60, "repeats": "weekly",
        });
        let of = format!("/dates/{}", date["id"].as_str().unwrap());
        team.practitioner.back().await.put(&of, taken).await.expect(200);
        until("2026-06-30T09:00:00Z").await;
        let second = weekly(&bea.back().await, &team).await;
        team.practitioner.back().await.delete(&path).await.expect(204);
        assert_eq!(work(&team.practitioner).await, [left(&second)], "ended early, at once");
        app.advance(30 * 24 * 60);
        assert_eq!(looks().await, 0);
    }
}
