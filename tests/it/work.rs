//! What is to be done about an alert: by whom, by when, and that it is told again, and up, until it is done.

use std::slice::from_ref;

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, a_call, a_team, alerts_of, an_action, concern, new_id, on_both_stores,
    raise, say, the_alert, told, told_of,
};

async fn acknowledge(who: &Person, alert: &str) {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

async fn decide(who: &Person, alert: &str, outcome: &str) {
    let body = json!({ "outcome": outcome, "rationale": "Told them what he wrote." });
    let path = format!("/alerts/{alert}/decision");
    who.back().await.post(&path, body).await.expect(200);
}

async fn agree(who: &Person, alert: &str, action: Value) -> Reply {
    let path = format!("/alerts/{alert}/actions");
    who.back().await.post(&path, action).await
}

async fn done(who: &Person, action: &Value, ending: &str) -> Reply {
    let path = format!("/actions/{}/done", action["id"].as_str().unwrap());
    who.back()
        .await
        .post(&path, json!({ "ending": ending }))
        .await
}

/// What is to be done about an alert, and what was.
async fn actions(who: &Person, alert: &str) -> Vec<Value> {
    let path = format!("/alerts/{alert}/actions");
    let list = who.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn own(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/actions").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// How often somebody was told that something is overdue.
async fn overdue(who: &Person) -> usize {
    let told = told_of(who).await;
    told.iter()
        .filter(|event| *event == "alert.action_overdue")
        .count()
}

/// An allegation against the mentor, as the supervisor sees it.
async fn allegation(team: &Team) -> String {
    let words = "my mentor turned up at my house drunk";
    say(&team.sam, &team.conversation_id, words)
        .await
        .expect(201);
    the_alert(&team.supervisor).await
}

/// A working day, in minutes, from one morning to the next.
const DAY: u64 = 24 * 60;

on_both_stores! {
    async fn an_action_has_an_owner_and_a_date_and_is_open_until_somebody_writes_how_it_ended(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        let mut action = an_action();
        action["owner_id"] = json!(team.practitioner.id);

        let made = agree(&team.supervisor, &id, action.clone()).await.expect(201);
        let again = agree(&team.supervisor, &id, action.clone()).await.expect(200);
        let mut other = action.clone();
        other["what"] = json!("Something else.");
        assert_eq!(agree(&team.supervisor, &id, other).await.status, 409);
        let mut later = action.clone();
        later["due_at"] = json!("2026-06-03T16:00:00Z");
        assert_eq!(agree(&team.supervisor, &id, later).await.status, 409);

        assert_eq!(made, again);
        assert_eq!(made["owner"]["display_name"], "Priya");
        assert_eq!((&made["kind"], &made["overdue"]), (&json!("agreed"), &json!(false)));
        assert_eq!(own(&team.practitioner).await, from_ref(&made));
        let (event, data) = told(&team.practitioner).await.pop().unwrap();
        assert_eq!((event.as_str(), &data["action_id"]), ("alert.action_given", &made["id"]));
        assert!(data.get("category").is_none(), "the outline alone: {data}");
        // She still sees no more of the alert than that it exists.
        let path = format!("/alerts/{id}/actions");
        team.practitioner.get(&path).await.expect(403);

        let ended = done(&team.practitioner, &made, "Seen; he is well.").await.expect(200);
        let same = done(&team.practitioner, &made, "Seen; he is well.").await.expect(200);
        let second = done(&team.supervisor, &made, "I did it.").await;

        assert_eq!(ended, same);
        assert_eq!((&ended["done_by"]["display_name"], &ended["ending"]), (&json!("Priya"), &json!("Seen; he is well.")));
        assert_eq!(second.status, 409);
        assert_eq!(second.body["by"]["display_name"], "Priya");
        assert!(own(&team.practitioner).await.is_empty());
        assert_eq!(actions(&team.deputy, &id).await, [ended]);
        assert_eq!(app.chase_after(3 * DAY).await, 0, "what is done is told to nobody");
    }
}

on_both_stores! {
    async fn nobody_is_given_what_they_may_not_know_of(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.deputy.id]);
        team.manager.post("/concerns", body).await.expect(201);
        let id = the_alert(&team.supervisor).await;

        let gone = [&team.deputy, &team.practitioner, &team.mentor, &team.sam, &other.supervisor];
        for person in gone {
            let mut action = an_action();
            action["owner_id"] = json!(person.id);
            let refused = agree(&team.supervisor, &id, action).await;
            assert_eq!(refused.wrong_fields(), ["/owner_id"], "{}", person.name);
        }
        let mut past = an_action();
        past["due_at"] = json!("2026-06-01T09:00:00Z");
        assert_eq!(agree(&team.supervisor, &id, past).await.wrong_fields(), ["/due_at"]);
        let mut empty = an_action();
        empty["what"] = json!("  ");
        assert_eq!(agree(&team.supervisor, &id, empty).await.wrong_fields(), ["/what"]);
        let made = agree(&team.supervisor, &id, an_action()).await.expect(201);

        assert_eq!(done(&team.deputy, &made, "Done.").await.status, 404);
        assert_eq!(done(&other.supervisor, &made, "Done.").await.status, 404);
        assert_eq!(agree(&team.deputy, &id, an_action()).await.status, 404);
        done(&team.manager, &made, "Done.").await.expect(200);
    }
}

on_both_stores! {
    async fn what_is_overdue_is_told_to_its_owner_then_up_and_again_each_working_day(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "watch").await;
        acknowledge(&team.supervisor, &id).await;
        let mut action = an_action();
        action["owner_id"] = json!(team.practitioner.id);
        let made = agree(&team.supervisor, &id, action).await.expect(201);

        // Due on Tuesday at 17:00 in London: nothing before.
        assert_eq!(app.chase_after(31 * 60 - 1).await, 0);
        assert_eq!(app.chase_after(1).await, 1);
        assert_eq!((overdue(&team.practitioner).await, overdue(&team.supervisor).await), (1, 0));
        assert!(own(&team.practitioner).await[0]["overdue"].as_bool().unwrap());
        // On Wednesday the supervisor hears too, on Thursday the managers.
        assert_eq!(app.chase_after(DAY).await, 1);
        assert_eq!((overdue(&team.practitioner).await, overdue(&team.supervisor).await, overdue(&team.manager).await), (2, 1, 0));
        assert_eq!(app.chase_after(DAY).await, 1);
        assert_eq!((overdue(&team.supervisor).await, overdue(&team.manager).await), (2, 1));
        // And again on Friday; over the weekend nobody is told.
        assert_eq!(app.chase_after(DAY).await, 1);
        assert_eq!(app.chase_after(2 * DAY).await, 0);
        assert_eq!(app.chase_after(DAY).await, 1);
        assert_eq!(overdue(&team.manager).await, 3);

        done(&team.supervisor, &made, "Saw him myself.").await.expect(200);
        assert_eq!(app.chase_after(7 * DAY).await, 0);
        for nobody in [&team.mentor, &team.sam, &team.deputy] {
            assert_eq!(overdue(nobody).await, 0);
        }
    }
}

on_both_stores! {
    async fn a_referral_is_chased_until_the_other_agencys_decision_is_written_down(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await;

        decide(&team.supervisor, &id, "strategy_discussion").await;

        let chase = own(&team.supervisor).await.remove(0);
        assert_eq!((&chase["kind"], &chase["agency"]), (&json!("await_decision"), &json!("front_door")));
        assert_eq!(chase["due_at"], "2026-06-02T09:00:00.000000Z", "one working day");
        assert_eq!(app.chase_after(DAY - 1).await, 0);
        assert_eq!(app.chase_after(1).await, 1);
        assert_eq!((overdue(&team.supervisor).await, overdue(&team.manager).await), (1, 0));
        // Whoever decided is the supervisor: the next to hear are the managers.
        assert_eq!(app.chase_after(DAY).await, 1);
        assert_eq!((overdue(&team.supervisor).await, overdue(&team.manager).await), (2, 1));

        let ended = done(&team.supervisor, &chase, "They opened an enquiry.").await.expect(200);
        assert_eq!(ended["ending"], "They opened an enquiry.");
        assert_eq!(app.chase_after(3 * DAY).await, 0);
        let path = format!("/alerts/{id}");
        let alert = team.supervisor.back().await.get(&path).await.expect(200);
        let deeds: Vec<&str> = alert["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["deed"].as_str().unwrap())
            .take(4)
            .collect();
        assert_eq!(deeds, ["decision_received", "action_overdue", "action_overdue", "referred"]);
        assert_eq!(alert["state"], "closed", "the chase opens nothing again");
    }
}

on_both_stores! {
    async fn each_outcome_that_refers_out_awaits_its_own_agency_and_the_others_none(app) {
        let team = a_team(&app).await;
        for (outcome, agency) in [
            ("police", Some("police")),
            ("step_up_cp", Some("front_door")),
            ("edt_handover", Some("edt")),
            ("lado", Some("lado")),
            ("advice", None),
            ("cin_review", None),
            ("step_down_early_help", None),
        ] {
            let id = raise(&team, "watch").await;
            acknowledge(&team.supervisor, &id).await;
            let path = format!("/alerts/{id}/calls");
            if let ("edt_handover" | "lado", Some(agency)) = (outcome, agency) {
                team.supervisor.post(&path, a_call(agency)).await.expect(201);
            }
            decide(&team.supervisor, &id, outcome).await;
            let about: Vec<Value> = actions(&team.supervisor, &id)
                .await
                .into_iter()
                .map(|action| action["agency"].clone())
                .collect();
            let expected: Vec<Value> = agency.into_iter().map(|agency| json!(agency)).collect();
            assert_eq!(about, expected, "{outcome}");
        }
        // Decided anew, the same agency is asked once.
        let id = raise(&team, "watch").await;
        for _ in 0..2 {
            acknowledge(&team.supervisor, &id).await;
            decide(&team.supervisor, &id, "police").await;
            let why = json!({ "reason": "School rang." });
            team.supervisor.post(&format!("/alerts/{id}/reopening"), why).await.expect(200);
        }
        assert_eq!(actions(&team.supervisor, &id).await.len(), 1);
    }
}

on_both_stores! {
    async fn of_an_allegation_the_allegations_officer_is_informed_within_a_working_day(app) {
        let team = a_team(&app).await;
        let id = allegation(&team).await;

        let clock = actions(&team.supervisor, &id).await.remove(0);
        assert_eq!((&clock["kind"], &clock["agency"], &clock["owner"]), (&json!("inform_lado"), &json!("lado"), &Value::Null));
        assert_eq!(clock["due_at"], "2026-06-02T09:00:00.000000Z");
        let words = done(&team.supervisor, &clock, "I sent them an e-mail.").await;
        assert_eq!((words.status, &words.body["type"]), (409, &json!("/problems/wrong-state")));

        // The alert is closed; the clock runs on.
        acknowledge(&team.supervisor, &id).await;
        decide(&team.supervisor, &id, "cin_review").await;
        assert_eq!(app.chase_after(DAY - 1).await, 0);
        assert_eq!(app.chase_after(1).await, 1);
        assert_eq!((overdue(&team.supervisor).await, overdue(&team.manager).await), (1, 1));
        assert_eq!(app.chase_after(DAY).await, 1, "and again");
        let call = format!("/alerts/{id}/calls");
        team.manager.back().await.post(&call, a_call("police")).await.expect(201);
        assert_eq!(app.chase_after(DAY).await, 1, "a call to somebody else is none to them");
        team.manager.back().await.post(&call, a_call("lado")).await.expect(201);

        let ended = actions(&team.supervisor, &id).await.remove(0);
        assert_eq!(ended["done_by"]["display_name"], "Maryam");
        assert_eq!(app.chase_after(7 * DAY).await, 0);
        for nobody in [&team.mentor, &team.practitioner, &team.sam] {
            assert_eq!(told_of(nobody).await, Vec::<String>::new(), "{}", nobody.name);
        }
    }
}

on_both_stores! {
    async fn an_allegation_is_referred_to_the_allegations_officer_by_a_logged_call_and_by_no_click(app) {
        let team = a_team(&app).await;
        let id = allegation(&team).await;
        acknowledge(&team.supervisor, &id).await;

        let path = format!("/alerts/{id}/decision");
        let body = json!({ "outcome": "lado", "rationale": "They were told." });
        let clicked = team.supervisor.post(&path, body).await.expect(409);
        assert_eq!(clicked["type"], "/problems/wrong-state");
        assert!(clicked["detail"].as_str().unwrap().contains("log the call to the allegations officer"));
        assert_eq!(actions(&team.supervisor, &id).await[0]["done_at"], Value::Null);
        let call = format!("/alerts/{id}/calls");
        team.supervisor.post(&call, a_call("lado")).await.expect(201);
        decide(&team.supervisor, &id, "lado").await;

        let all = actions(&team.supervisor, &id).await;
        let open: Vec<&Value> = all.iter().filter(|action| action["done_at"].is_null()).collect();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0]["kind"], "await_decision");
        assert_eq!(all.len(), 2);
    }
}

on_both_stores! {
    async fn the_accused_supervisor_hears_nothing_of_any_clock_about_them(app) {
        let team = a_team(&app).await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.supervisor.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let id = the_alert(&team.deputy).await;

        for _ in 0..4 {
            app.chase_after(DAY).await;
        }

        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert!(overdue(&team.deputy).await >= 3, "another supervisor stands in their place");
        assert!(overdue(&team.manager).await >= 2);
        team.supervisor.back().await.get(&format!("/alerts/{id}/actions")).await.expect(404);
        assert!(own(&team.supervisor).await.is_empty());
        // Nor does the practitioner learn that there is an allegation.
        assert!(alerts_of(&team.practitioner).await.is_empty());
        team.practitioner.back().await.get(&format!("/alerts/{id}")).await.expect(404);
    }
}

on_both_stores! {
    async fn an_allegation_reaches_the_managers_second_and_no_stranger(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let mut body = concern(&team, "immediate", "mentor_boundary");
        body["about_mentor"] = json!(true);
        team.practitioner.post("/concerns", body).await.expect(201);

        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        app.pass(5).await;
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());
        for _ in 0..12 {
            app.pass(5).await;
        }

        assert_eq!(told_of(&team.deputy).await[0], "alert.opened");
        assert_eq!(told_of(&other.supervisor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn what_somebody_who_is_gone_was_to_do_is_told_to_whoever_is_there(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "watch").await;
        acknowledge(&team.supervisor, &id).await;
        let mut action = an_action();
        action["owner_id"] = json!(team.deputy.id);
        agree(&team.supervisor, &id, action).await.expect(201);
        app.set_status(&team.deputy, "suspended").await;

        assert_eq!(app.chase_after(31 * 60).await, 1);

        assert_eq!(overdue(&team.supervisor).await, 1);
    }
}

on_both_stores! {
    async fn lists_of_actions_come_in_pages(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "watch").await;
        for hour in [16, 15, 14] {
            let mut action = an_action();
            action["id"] = json!(new_id());
            action["due_at"] = json!(format!("2026-06-02T{hour}:00:00Z"));
            agree(&team.supervisor, &id, action).await.expect(201);
            app.advance(1);
        }
        let ruth = team.supervisor.back().await;
        let whole = format!("/alerts/{id}/actions");
        let hours = |list: &Value| -> Vec<String> {
            let items = list["items"].as_array().unwrap().iter();
            items.map(|item| item["due_at"].as_str().unwrap()[11..13].to_owned()).collect()
        };

        for (path, expected) in [(whole.as_str(), ["16", "15", "14"]), ("/actions", ["14", "15", "16"])] {
            let first = ruth.get(&format!("{path}?limit=2")).await.expect(200);
            let after = first["next"].as_str().unwrap();
            let rest = ruth.get(&format!("{path}?limit=2&after={after}")).await.expect(200);
            assert_eq!([hours(&first), hours(&rest)].concat(), expected, "{path}");
            assert_eq!(rest["next"], Value::Null);
            assert_eq!(ruth.get(&format!("{path}?after=nonsense")).await.wrong_fields(), ["after"]);
        }
    }
}

/// Two nodes see the same action overdue; people are told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_tell_of_an_overdue_action_once() {
    let Some(app) = crate::support::TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    let second = app.second_node().await;
    let id = raise(&team, "watch").await;
    agree(&team.supervisor, &id, an_action()).await.expect(201);

    let (one, two) = tokio::join!(app.chase_after(31 * 60), second.chase_after(31 * 60));

    assert_eq!(one + two, 1);
    assert_eq!(overdue(&team.supervisor).await, 1);
}
