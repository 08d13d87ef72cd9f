//! How long alerts wait: by severity and hour, of one's own pods, and never of so few that one is known again.

use serde_json::{Value, json};

use crate::support::{
    Person, Team, TestApp, a_team, alerts_of, concern, new_id, on_both_stores, raise,
};

async fn figures(who: &Person, query: &str) -> Vec<Value> {
    let path = format!("/response-times{query}");
    let list = who.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

fn cell(severity: &str, hour: Option<u32>, cells: &[Value]) -> Option<Value> {
    let is_it = |cell: &&Value| cell["severity"] == severity && cell["hour"] == json!(hour);
    cells.iter().find(is_it).cloned()
}

/// An alert about somebody new, which has been raised and which the supervisor takes after so many minutes
/// and decides at once; not at all, if after none.
async fn answered(app: &TestApp, team: &Team, name: &str, minutes: Option<u64>) {
    let mut team = team.clone();
    team.practitioner = team.practitioner.back().await;
    let (member, _) = team.another_member(name, "parent").await;
    member
        .post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);
    let alerts = alerts_of(&team.supervisor).await;
    let about = alerts
        .iter()
        .find(|alert| alert["family_member"]["id"] == json!(member.id));
    let path = format!("/alerts/{}", about.unwrap()["id"].as_str().unwrap());
    let Some(minutes) = minutes else {
        return;
    };
    app.advance(minutes);
    let ruth = team.supervisor.back().await;
    ruth.post_nothing(&format!("{path}/acknowledgement"))
        .await
        .expect(200);
    let body = json!({ "outcome": "advice", "rationale": "Rang her." });
    ruth.post(&format!("{path}/decision"), body)
        .await
        .expect(200);
}

on_both_stores! {
    async fn median_nine_in_ten_and_worst_by_severity_and_hour(app) {
        let team = a_team(&app).await;
        for (name, minutes) in [("Ann", 4), ("Bea", 1), ("Cas", 2), ("Dil", 3)] {
            answered(&app, &team, name, Some(minutes)).await;
        }
        let few = figures(&team.supervisor, "").await;
        answered(&app, &team, "Eve", Some(10)).await;

        assert_eq!(few.len(), 2, "one severity, at all and at ten");
        for cell in &few {
            let expected = json!({
                "severity": "immediate", "hour": cell["hour"], "suppressed": true, "alerts": null,
                "acknowledged": null, "decided": null,
            });
            assert_eq!(*cell, expected);
        }
        let cells = figures(&team.supervisor, "").await;
        // 1, 2, 3, 4 and 10 minutes.
        let waits = json!({ "median_s": 180, "p90_s": 600, "worst_s": 600 });
        for hour in [None, Some(10)] {
            let cell = cell("immediate", hour, &cells).unwrap();
            assert_eq!((&cell["alerts"], &cell["suppressed"]), (&json!(5), &json!(false)));
            assert_eq!((&cell["acknowledged"], &cell["decided"]), (&waits, &waits));
        }
        assert!(cell("watch", None, &cells).is_none(), "no cell where there was nothing");
    }
}

on_both_stores! {
    async fn what_nobody_has_answered_makes_nothing_look_better(app) {
        let team = a_team(&app).await;
        for name in ["Ann", "Bea", "Cas", "Dil"] {
            answered(&app, &team, name, Some(1)).await;
        }
        answered(&app, &team, "Eve", None).await;
        app.advance(3 * 60);

        let cells = figures(&team.manager, "").await;
        let cell = cell("immediate", None, &cells).unwrap();
        assert_eq!((&cell["alerts"], &cell["acknowledged"]["worst_s"]), (&json!(5), &json!(3 * 60 * 60)));
        assert_eq!(cell["acknowledged"]["median_s"], 60);
    }
}

on_both_stores! {
    async fn everybody_sees_those_of_their_own_pods_and_none_they_must_not_know_of(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        for name in ["Ann", "Bea", "Cas", "Dil"] {
            answered(&app, &team, name, Some(1)).await;
        }
        let mut about = concern(&team, "immediate", "emotional_abuse");
        about["implicates"] = json!([team.supervisor.id, team.manager.id]);
        omar.back().await.post("/concerns", about).await.expect(201);
        app.advance(1);
        let told = |cells: Vec<Value>| cell("immediate", None, &cells).map(|cell| cell["alerts"].clone());

        // Whoever the fifth one is about sees four, which are too few.
        for accused in [&team.supervisor, &team.manager] {
            assert_eq!(told(figures(accused, "").await), Some(Value::Null), "{}", accused.name);
        }
        assert_eq!(told(figures(&omar, "").await), Some(json!(5)));
        let mine = format!("?pod_id={}", team.pod_id);
        assert_eq!(told(figures(&omar, &mine).await), Some(json!(5)));
        let theirs = format!("?pod_id={}", other.pod_id);
        assert_eq!(told(figures(&omar, &theirs).await), None);
        assert_eq!(told(figures(&other.supervisor, "").await), None);
        other.supervisor.back().await.get(&format!("/response-times{mine}")).await.expect(404);
        let leeds = app.manager_of("Leeds").await;
        leeds.get(&format!("/response-times{mine}")).await.expect(404);
        assert_eq!(told(figures(&leeds, "").await), None);
        // A deputy answers for the pod, and does not supervise it.
        assert_eq!(told(figures(&team.deputy, "").await), None);
        team.practitioner.back().await.get("/response-times").await.expect(403);
    }
}

on_both_stores! {
    async fn the_span_is_said_and_checked(app) {
        let team = a_team(&app).await;
        raise(&team, "urgent").await;
        app.advance(10);
        let ruth = team.supervisor.back().await;

        let all = ruth.get("/response-times").await.expect(200);
        assert_eq!(all["until"], "2026-06-01T09:10:00.000000Z");
        assert_eq!(all["from"], "2026-05-04T09:10:00.000000Z");
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        let before = ruth.get("/response-times?until=2026-06-01T09:00:00Z").await.expect(200);
        assert_eq!(before["items"], json!([]), "until before then");
        for wrong in [
            "?from=2026-06-02T09:00:00Z&until=2026-06-01T09:00:00Z",
            "?from=2024-06-01T09:00:00Z",
            "?from=yesterday",
        ] {
            let refused = ruth.get(&format!("/response-times{wrong}")).await;
            assert_eq!(refused.wrong_fields(), ["from"], "{wrong}");
        }
    }
}
