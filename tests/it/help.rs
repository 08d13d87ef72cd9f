//! "I need help now."

use serde_json::{Value, json};

use crate::support::{
    Phone, PushService, Team, a_team, alerts_of, new_id, on_both_stores, takes_pushes, the_alert,
    told_of, until,
};

on_both_stores! {
    async fn help_calls_people_at_once_and_gives_the_lines_to_call_meanwhile(app) {
        let team = a_team(&app).await;
        let id = new_id();

        let answer = team.sam.post("/help", json!({ "id": id })).await.expect(201);

        assert_eq!(answer["id"], id.as_str());
        assert_eq!(answer["seen_by_a_person"], false);
        assert_eq!(answer["help_lines"][0]["number"], "999");
        assert!(answer["help_lines"].as_array().unwrap().len() > 3);
        let alert = alerts_of(&team.supervisor).await.remove(0);
        assert_eq!(alert["severity"], "immediate");
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
        let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
        let whole = team.supervisor.get(&path).await.expect(200);
        assert_eq!(whole["occurrences"][0]["source"]["kind"], "help");
        assert_eq!(whole["occurrences"][0]["quote"], json!([]));
    }
}

on_both_stores! {
    async fn pressed_again_it_is_the_same_press_and_says_whether_somebody_has_looked(app) {
        let team = a_team(&app).await;
        let press = json!({ "id": new_id() });
        let first = team.sam.post("/help", press.clone()).await.expect(201);
        app.advance(1);

        let again = team.sam.post("/help", press.clone()).await.expect(200);
        let alert = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{alert}/acknowledgement");
        team.supervisor.post_nothing(&path).await.expect(200);
        let seen = team.sam.post("/help", press).await.expect(200);

        assert_eq!(again["received_at"], first["received_at"]);
        assert_eq!(again["seen_by_a_person"], false);
        assert_eq!(seen["seen_by_a_person"], true);
        assert_eq!(alerts_of(&team.supervisor).await[0]["occurrence_count"], 1);
    }
}

on_both_stores! {
    async fn a_new_press_is_not_seen_because_an_older_one_was(app) {
        let team = a_team(&app).await;
        team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        let alert = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{alert}");
        team.supervisor.post_nothing(&format!("{path}/acknowledgement")).await.expect(200);
        app.advance(2);
        let press = json!({ "id": new_id() });
        team.sam.post("/help", press.clone()).await.expect(201);

        let before = team.sam.post("/help", press.clone()).await.expect(200);
        team.supervisor.get(&path).await.expect(200);
        let after = team.sam.post("/help", press).await.expect(200);

        assert_eq!(before["seen_by_a_person"], false);
        assert_eq!(after["seen_by_a_person"], true);
    }
}

on_both_stores! {
    async fn a_hundred_presses_are_never_too_many(app) {
        let team = a_team(&app).await;

        for _ in 0..100 {
            team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        }

        assert_eq!(alerts_of(&team.supervisor).await[0]["occurrence_count"], 100);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn it_works_for_whoever_is_suspended_or_gone_when_their_token_has_run_out_too(app) {
        let team = a_team(&app).await;

        for (deed, raised) in [("suspension", 1), ("departure", 2)] {
            let path = format!("/accounts/{}/{deed}", team.sam.id);
            let reason = json!({ "reason": "the family has moved" });
            team.manager.back().await.post(&path, reason).await.expect(200);
            app.advance(11 * 60);

            let sam = team.sam.back().await;
            sam.get("/conversations").await.expect(403);
            let call = sam.post("/help", json!({ "id": new_id() })).await.expect(201);

            assert_ne!(call["help_lines"], json!([]));
            let alerts = alerts_of(&team.supervisor.back().await).await;
            assert_eq!(alerts[0]["occurrence_count"], raised);
            assert_eq!(alerts[0]["severity"], "immediate");
        }
    }
}

on_both_stores! {
    async fn the_button_is_for_family_members(app) {
        let team = a_team(&app).await;

        for other in [&team.mentor, &team.practitioner, &team.supervisor, &team.manager] {
            other.post("/help", json!({ "id": new_id() })).await.expect(403);
        }
        app.nobody().post("/help", json!({ "id": new_id() })).await.expect(401);
        let nil = json!({ "id": "00000000-0000-0000-0000-000000000000" });
        assert_eq!(team.sam.post("/help", nil).await.wrong_fields(), ["/id"]);
        assert_eq!(team.sam.post("/help", json!({})).await.wrong_fields(), ["/id"]);

        assert_eq!(alerts_of(&team.manager).await, Vec::<Value>::new());
    }
}

on_both_stores! {
    async fn while_the_workers_stand_still_it_is_said_and_whom_to_call_instead(app) {
        let app = app.turning().await;
        let team = a_team(&app).await;
        let push = PushService::start();
        takes_pushes(&push, &team.supervisor).await;
        let called = team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        assert_eq!(called["people_can_be_called"], true);
        app.stop_workers().await;
        app.advance(1);

        let press = json!({ "id": new_id() });
        let kept = team.sam.post("/help", press.clone()).await.expect(201);
        let again = team.sam.post("/help", press.clone()).await.expect(200);

        for answer in [&kept, &again] {
            assert_eq!(answer["people_can_be_called"], false);
            assert_eq!(answer["seen_by_a_person"], false);
            assert_eq!(answer["help_lines"][0]["number"], "999");
        }
        app.nobody().get("/health/ready").await.expect(503);
        // Whoever has the app open sees it all the same, and may say that they have it.
        let alert = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{alert}/acknowledgement");
        team.supervisor.post_nothing(&path).await.expect(200);
        let seen = team.sam.post("/help", press).await.expect(200);
        assert_eq!(seen["seen_by_a_person"], true);
    }
}

on_both_stores! {
    async fn nobody_is_told_that_people_are_called_whom_nothing_reaches(app) {
        let team = a_team(&app).await;
        let asked = async |team: &Team| {
            let press = json!({ "id": new_id() });
            let answer = team.sam.back().await.post("/help", press).await.expect(201);
            answer["people_can_be_called"].clone()
        };
        // Nobody on the ladder has a device that takes pushes, an address or a number; then Ben has, who
        // has not been told yet.
        assert_eq!(asked(&team).await, false);
        let push = PushService::start();
        takes_pushes(&push, &team.deputy).await;
        assert_eq!(asked(&team).await, false);
        takes_pushes(&push, &team.supervisor).await;
        assert_eq!(asked(&team).await, true);
        app.end_devices(&team.supervisor).await;
        assert_eq!(asked(&team).await, false);
    }
}

on_both_stores! {
    async fn whoever_has_the_app_open_is_reached_by_it(app) {
        let team = a_team(&app).await;
        let phone = Phone::of(&team.supervisor).await;
        let asked = async || {
            let press = json!({ "id": new_id() });
            let answer = team.sam.post("/help", press).await.expect(201);
            answer["people_can_be_called"] == true
        };
        assert!(asked().await);
        drop(phone);
        until(|| app.app.hub().open_sockets() == 0).await;
        assert!(!asked().await);
    }
}
