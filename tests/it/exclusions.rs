//! Leaving somebody out of an alert that is there already: from that moment on it does not exist for them.

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, a_team, alerts_of, concern, new_id, on_both_stores, raise, the_alert,
    told, told_of,
};

async fn leave_out(by: &Person, alert: &str, who: &Person) -> Reply {
    let body = json!({ "account_id": who.id, "reason": "He plays football with the stepfather." });
    let path = format!("/alerts/{alert}/exclusions");
    by.back().await.post(&path, body).await
}

async fn acknowledge(who: &Person, alert: &str) -> Reply {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await
}

async fn read(who: &Person, alert: &str) -> Reply {
    who.back().await.get(&format!("/alerts/{alert}")).await
}

/// The alert does not exist for somebody, and nothing they are shown tells of it.
async fn is_nothing_to(who: &Person, alert: &str) {
    for part in ["", "/history", "/occurrences", "/calls", "/actions"] {
        who.back()
            .await
            .get(&format!("/alerts/{alert}{part}"))
            .await
            .expect(404);
    }
    acknowledge(who, alert).await.expect(404);
    assert!(alerts_of(who).await.is_empty());
    let inbox = told(who).await;
    assert!(
        inbox
            .iter()
            .all(|(_, data)| !data.to_string().contains(alert)),
        "{inbox:?}"
    );
}

on_both_stores! {
    async fn whoever_is_left_out_is_called_no_more_and_sees_it_no_more(app) {
        let team = a_team(&app).await;
        let ben = &team.deputy;
        let id = raise(&team, "immediate").await;
        app.pass(5).await;
        assert_eq!(told_of(ben).await, ["alert.opened"]);
        read(ben, &id).await.expect(200);

        leave_out(&team.supervisor, &id, ben).await.expect(204);
        is_nothing_to(ben, &id).await;
        let before = told(ben).await.len();
        for _ in 0..8 {
            app.pass(5).await;
        }

        is_nothing_to(ben, &id).await;
        assert_eq!(told(ben).await.len(), before, "not one word more");
        let alert = read(&team.supervisor, &id).await.expect(200);
        let deed = alert["history"].as_array().unwrap().iter().find(|line| line["deed"] == "left_out");
        let deed = deed.unwrap();
        assert_eq!(deed["words"], "He plays football with the stepfather.");
        assert_eq!((&deed["detail"]["account_id"], &deed["by"]["id"]), (&json!(ben.id), &json!(team.supervisor.id)));
        let audit = team.manager.back().await.get("/audit?limit=200").await.expect(200);
        let lines = audit["items"].as_array().unwrap();
        let line = lines.iter().find(|line| line["deed"] == "alert.left_out").unwrap();
        assert_eq!((&line["subject_id"], &line["detail"]["account_id"]), (&json!(id), &json!(ben.id)));
        // Once more changes nothing.
        leave_out(&team.supervisor, &id, ben).await.expect(204);
    }
}

on_both_stores! {
    async fn what_they_had_climbs_and_whoever_comes_next_is_called_at_once(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await.expect(200);
        let mine = json!({ "id": new_id(), "what": "Ring the school.", "due_at": "2026-06-01T12:00:00Z" });
        team.supervisor.post(&format!("/alerts/{id}/actions"), mine).await.expect(201);

        leave_out(&team.manager, &id, &team.supervisor).await.expect(204);

        is_nothing_to(&team.supervisor, &id).await;
        let alert = read(&team.deputy, &id).await.expect(200);
        assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        // What they were to do is chased with whoever may know.
        assert_eq!(app.chase_after(180).await, 1);
        assert_eq!(told_of(&team.deputy).await.last().unwrap(), "alert.action_overdue");
        assert!(!told_of(&team.supervisor).await.contains(&"alert.action_overdue".to_owned()));
        let own = team.supervisor.back().await.get("/actions").await.expect(200);
        assert_eq!(own["items"], json!([]));
    }
}

on_both_stores! {
    async fn an_open_alert_that_only_they_knew_of_goes_on_to_the_next(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "watch").await;
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());

        leave_out(&team.manager, &id, &team.supervisor).await.expect(204);

        assert_eq!(told_of(&team.deputy).await, ["alert.opened"], "not at the next step");
        assert_eq!(the_alert(&team.deputy).await, id);
    }
}

on_both_stores! {
    async fn whoever_is_close_to_them_is_left_out_too_also_whoever_says_so(app) {
        let team = a_team(&app).await;
        let (ruth, ben) = (&team.supervisor, &team.deputy);
        team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let close = json!({ "id": new_id(), "account_id": ben.id, "reason": "They live together." });
        let path = format!("/accounts/{}/connections", team.practitioner.id);
        team.manager.post(&path, close).await.expect(201);
        let id = raise(&team, "urgent").await;

        leave_out(ben, &id, &team.practitioner).await.expect(204);

        is_nothing_to(ben, &id).await;
        assert_eq!(alerts_of(&team.practitioner).await, Vec::<Value>::new(), "not even that there is one");
        // Marked as close to them later, somebody is left out of it too.
        let close = json!({ "id": new_id(), "account_id": ruth.id, "reason": "They are friends." });
        team.manager.back().await.post(&path, close).await.expect(201);
        is_nothing_to(ruth, &id).await;
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn nobody_leaves_out_whoever_must_see_what_they_do(app) {
        let team = a_team(&app).await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let elsewhere = Team::of(&app.manager_of("Leeds").await, "Headingley").await;
        let known = raise(&team, "watch").await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.deputy.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let alerts = alerts_of(&team.supervisor).await;
        let id = alerts.iter().find(|alert| alert["kind"] == "allegation").unwrap()["id"].clone();
        let id = id.as_str().unwrap().to_owned();
        let refused = async |by: &Person, who: &Person| leave_out(by, &id, who).await.wrong_fields();

        let field = ["/account_id"];
        assert_eq!(refused(&team.supervisor, &omar).await, field, "a manager");
        assert_eq!(refused(&team.supervisor, &team.supervisor).await, field, "themselves");
        assert_eq!(refused(&team.supervisor, &team.sam).await, field, "a family member");
        assert_eq!(refused(&team.supervisor, &elsewhere.deputy).await, field, "of another authority");
        // The implicated leave nobody out, and neither does who only knows that there is one.
        leave_out(&team.deputy, &id, &team.supervisor).await.expect(404);
        leave_out(&team.practitioner, &known, &team.supervisor).await.expect(403);
        leave_out(&team.mentor, &known, &team.supervisor).await.expect(404);

        leave_out(&team.manager, &id, &omar).await.expect(204);
        read(&omar, &id).await.expect(404);
        let audit = omar.back().await.get("/audit?limit=200").await.expect(200).to_string();
        assert!(!audit.contains(&id) && !audit.contains("alert.left_out"), "{audit}");
    }
}

on_both_stores! {
    async fn the_next_cry_for_help_does_not_reach_them_either(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        leave_out(&team.manager, &id, &team.supervisor).await.expect(204);
        let heard = told(&team.supervisor).await.len();

        let mut again = concern(&team, "urgent", "physical_abuse");
        again["id"] = json!(new_id());
        team.practitioner.post("/concerns", again).await.expect(201);
        team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);

        assert_eq!(told(&team.supervisor).await.len(), heard);
        assert!(alerts_of(&team.supervisor).await.is_empty());
        let alert = read(&team.deputy, &id).await.expect(200);
        assert_eq!(alert["occurrence_count"], 3, "the same worry is the same alert");
    }
}
