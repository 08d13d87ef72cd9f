//! The waits of alerts: data with a day, one person alone may only tighten them, and an alert keeps those
//! it was raised under.

use serde_json::{Value, json};

use super::support::{
    PASSWORD, Person, Team, a_team, new_id, on_both_stores, raise, the_alert, told_of, waits,
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
