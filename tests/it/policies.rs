//! The waits of alerts: data with a day, one person alone may only tighten them, and an alert keeps those
//! it was raised under.

use serde_json::{Value, json};

use super::support::{
    PASSWORD, Person, Team, a_team, alerts_of, concern, new_id, on_both_stores, raise, say,
    the_alert, told_of, waits,
};

fn new(minutes: u32) -> Value {
    json!({ "waits": waits(minutes), "reason": "agreed by the board" })
}

async fn put_forward(who: &Person, new: Value) -> Value {
    who.back()
        .await
        .post("/escalation-policies", new)
        .await
        .expect(201)
}

async fn version_of_the_alert(team: &Team) -> Value {
    let id = the_alert(&team.supervisor).await;
    let path = format!("/alerts/{id}");
    team.supervisor.back().await.get(&path).await.expect(200)["policy_version"].clone()
}

on_both_stores! {
    async fn one_manager_may_make_them_tighter_and_open_alerts_keep_their_own(app) {
        let team = a_team(&app).await;
        raise(&team, "immediate").await;

        let made = put_forward(&team.manager, new(2)).await;
        let (mia, _) = team.another_member("Mia", "young_person").await;
        let worry = json!({ "id": new_id() });
        mia.post("/help", worry).await.expect(201);

        assert_eq!((&made["state"], &made["looser"], &made["version"]), (&json!("in_force"), &json!(false), &json!(2)));
        assert_eq!(app.pass(2).await, 1, "the new one alone steps after two minutes");
        assert_eq!(app.pass(3).await, 1, "the old one after its five");
        assert_eq!(told_of(&team.deputy).await, ["alert.opened", "alert.opened"]);
        let listed = team.supervisor.back().await.get("/escalation-policies").await.expect(200);
        assert_eq!((&listed["in_force"], &listed["items"][0]["reason"]), (&json!(2), &json!("agreed by the board")));
        assert_eq!(listed["shipped"], waits(5));
    }
}

on_both_stores! {
    async fn what_is_looser_runs_only_once_a_second_manager_has_agreed(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;

        let made = put_forward(&team.manager, new(6)).await;
        let path = format!("/escalation-policies/{}/agreement", made["id"].as_str().unwrap());
        let alone = team.manager.post_nothing(&path).await;
        raise(&team, "immediate").await;

        assert_eq!((&made["state"], &made["looser"]), (&json!("awaiting_second_person"), &json!(true)));
        assert_eq!((alone.status, &alone.body["type"]), (409, &json!("/problems/wrong-state")));
        assert_eq!(version_of_the_alert(&team).await, 1);
        app.advance(3);
        let agreed = omar.back().await.post_nothing(&path).await.expect(200);
        assert_eq!(agreed["state"], "in_force");
        assert_eq!(agreed["effective_from"], agreed["agreed_at"], "not from before the second person");
        assert_eq!(omar.back().await.post_nothing(&path).await.status, 409);
        assert_eq!(app.pass(2).await, 1, "the alert goes on under what it was raised under");
    }
}

on_both_stores! {
    async fn they_run_from_their_day_on_and_the_latest_day_counts(app) {
        let team = a_team(&app).await;
        let mut tomorrow = new(1);
        tomorrow["effective_from"] = json!("2026-06-02T09:00:00Z");
        let mut yesterday = new(1);
        yesterday["effective_from"] = json!("2026-05-31T09:00:00Z");

        let made = put_forward(&team.manager, tomorrow).await;
        let refused = team.manager.post("/escalation-policies", yesterday).await;
        put_forward(&team.manager, new(3)).await;

        assert_eq!(made["state"], "settled");
        assert_eq!(refused.wrong_fields(), ["/effective_from"]);
        let listed = team.manager.get("/escalation-policies?limit=1").await.expect(200);
        assert_eq!((&listed["in_force"], &listed["next"]), (&json!(3), &json!("2")));
        app.advance(24 * 60);
        let listed = team.manager.back().await.get("/escalation-policies?after=1").await.expect(200);
        assert_eq!((&listed["in_force"], &listed["items"][0]["state"]), (&json!(2), &json!("in_force")));
        raise(&team, "immediate").await;
        assert_eq!(version_of_the_alert(&team).await, 2);
    }
}

on_both_stores! {
    async fn a_wait_that_cannot_be_meant_is_named(app) {
        let team = a_team(&app).await;
        let mut wrong = new(0);
        wrong["waits"]["watch"]["decide"] = json!({ "working_days": 21 });
        let mut unknown = new(5);
        unknown["waits"]["urgent"]["step"] = json!({ "fortnights": 1 });

        let refused = team.manager.post("/escalation-policies", wrong).await;
        let unread = team.manager.post("/escalation-policies", unknown).await;

        assert_eq!(refused.wrong_fields(), ["/waits/watch/decide", "/waits/immediate/acknowledge"]);
        assert_eq!(unread.status, 422);
        let nobody_else = team.supervisor.post("/escalation-policies", new(2)).await;
        assert_eq!(nobody_else.status, 403);
    }
}

on_both_stores! {
    async fn what_was_not_agreed_to_does_not_come_back_after_others(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        let looser = put_forward(&team.manager, new(30)).await;
        put_forward(&team.manager, new(2)).await;

        let path = format!("/escalation-policies/{}/agreement", looser["id"].as_str().unwrap());
        let late = omar.post_nothing(&path).await;

        assert_eq!((late.status, &late.body["type"]), (409, &json!("/problems/wrong-state")));
        let listed = team.manager.get("/escalation-policies").await.expect(200);
        assert_eq!(listed["in_force"], 3);
    }
}

on_both_stores! {
    async fn one_person_with_two_accounts_is_no_second_person(app) {
        let ann = app.manager().await;
        let bob = app.manager().await;
        let made = put_forward(&ann, new(30)).await;
        let path = format!("/escalation-policies/{}/agreement", made["id"].as_str().unwrap());
        let refused = async |who: &Person| {
            let reply = who.back().await.post_nothing(&path).await;
            assert_eq!((reply.status, &reply.body["type"]), (409, &json!("/problems/wrong-state")));
        };

        // Somebody she has let in, and somebody that one has.
        let two = ann.brings_in("service_manager", "AnnTwo", json!({})).await;
        refused(&two).await;
        refused(&two.brings_in("service_manager", "AnnThree", json!({})).await).await;
        // Bob's account, given back by her code and accepted by herself.
        let code = ann.post_nothing(&format!("/accounts/{}/re-enrolment", bob.id)).await.expect(201);
        let acceptance = json!({ "code": code["code"], "password": PASSWORD });
        let session = app.nobody().post("/invitations/accept", acceptance).await.expect(201);
        let bob = app.nobody().with_session("Bob", &session);
        refused(&bob).await;
        // Two whom the same person has let in.
        let other = put_forward(&two, new(40)).await;
        let path = format!("/escalation-policies/{}/agreement", other["id"].as_str().unwrap());
        let four = ann.brings_in("service_manager", "AnnFour", json!({})).await;
        assert_eq!(four.post_nothing(&path).await.status, 409);

        app.advance(30 * 24 * 60 + 1);
        bob.back().await.post_nothing(&path).await.expect(200);
    }
}

/// Office hours of these days, from ten to four.
fn ten_to_four(days: &[&str]) -> Value {
    let stretch = |day: &&str| json!({ "day": day, "from": "10:00", "to": "16:00" });
    days.iter().map(stretch).collect()
}

/// Waits as they ship, in these hours.
fn in_hours(hours: &Value) -> Value {
    json!({ "waits": waits(5), "office_hours": hours, "reason": "the office closes at four" })
}

const MONDAY_TO_THURSDAY: [&str; 4] = ["monday", "tuesday", "wednesday", "thursday"];

on_both_stores! {
    async fn office_hours_are_an_authoritys_own_and_count_wherever_working_time_does(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        let listed = team.manager.get("/escalation-policies").await.expect(200);
        let shipped = listed["shipped_office_hours"].as_array().unwrap();
        assert_eq!(shipped.len(), 5);
        assert_eq!(shipped[4], json!({ "day": "friday", "from": "09:00", "to": "17:00" }));
        let before = raise(&team, "watch").await;

        // Monday, ten in London. Fewer hours make waits longer: one manager alone may not.
        let made = put_forward(&team.manager, in_hours(&ten_to_four(&MONDAY_TO_THURSDAY))).await;
        assert_eq!((&made["looser"], &made["state"]), (&json!(true), &json!("awaiting_second_person")));
        assert_eq!(made["office_hours"], ten_to_four(&MONDAY_TO_THURSDAY));
        let path = format!("/escalation-policies/{}/agreement", made["id"].as_str().unwrap());
        omar.post_nothing(&path).await.expect(200);

        // A working day ends at four; what was raised before keeps five hours of Tuesday.
        let (mia, talk) = team.another_member("Mia", "parent").await;
        let mut body = concern(&team, "watch", "neglect");
        body["family_member_id"] = json!(mia.id);
        team.practitioner.post("/concerns", body).await.expect(201);
        let alerts = alerts_of(&team.supervisor).await;
        let by = |id: &dyn Fn(&Value) -> bool| alerts.iter().find(|one| id(one)).unwrap()["acknowledge_by"].clone();
        assert_eq!(by(&|one| one["id"] == json!(before)), "2026-06-02T09:00:00.000000Z");
        assert_eq!(by(&|one| one["family_member"]["id"] == json!(mia.id)), "2026-06-01T15:00:00.000000Z");

        // An answer is due after eight hours of work: six today, two tomorrow. Who asks to be Who asks to be called waits four.
        say(&mia, &talk, "can we talk?").await.expect(201);
        let check_in = json!({ "id": new_id(), "scale": 6, "wants_contact": true });
        team.sam.post("/check-ins", check_in).await.expect(201);
        assert_eq!(app.hand_up_after(4 * 60 - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1, "the follow-up");
        assert_eq!(app.hand_up_after(22 * 60 - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1, "the answer");

        // The office is closed after four and on Fridays.
        let out_of_hours = async || {
            let alert = team.supervisor.back().await.get(&format!("/alerts/{before}")).await.expect(200);
            alert["telephone"]["out_of_hours"].clone()
        };
        assert_eq!(out_of_hours().await, false);
        app.advance(4 * 60);
        assert_eq!(out_of_hours().await, true);
        app.advance(2 * 24 * 60 + 20 * 60);
        assert_eq!(out_of_hours().await, true, "Friday, noon");
    }
}

on_both_stores! {
    async fn office_hours_that_are_not_said_again_stay_and_more_days_need_nobody(app) {
        let team = a_team(&app).await;
        let mut hours: Vec<Value> = ["monday", "tuesday", "wednesday", "thursday", "friday"]
            .map(|day| json!({ "day": day, "from": "09:00", "to": "17:00" }))
            .into();
        hours.push(json!({ "day": "saturday", "from": "10:00", "to": "12:00" }));
        let hours = json!(hours);

        let made = put_forward(&team.manager, in_hours(&hours)).await;
        assert_eq!((&made["looser"], &made["state"]), (&json!(false), &json!("in_force")));
        let next = put_forward(&team.manager, new(2)).await;

        assert_eq!((&next["office_hours"], &next["state"]), (&hours, &json!("in_force")));
        let refused = async |hours: Value| {
            let reply = team.manager.back().await.post("/escalation-policies", in_hours(&hours)).await;
            reply.wrong_fields()
        };
        let stretch = |from: &str, to: &str| json!({ "day": "monday", "from": from, "to": to });
        assert_eq!(refused(json!([])).await, ["/office_hours"]);
        assert_eq!(refused(json!([stretch("09:00", "12:00"), stretch("13:00", "17:00")])).await, ["/office_hours"]);
        assert_eq!(refused(json!([stretch("09:00", "12:00"), stretch("12:00", "17:00")])).await, ["/office_hours"]);
        assert!(refused(json!([stretch("17:00", "09:00")])).await.contains(&"/office_hours/0".to_owned()));
    }
}
