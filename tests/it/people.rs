//! Joining, signing in, staying signed in.

use serde_json::json;

use super::support::{a_team, on_both_stores};

on_both_stores! {
    async fn a_pod_is_set_up_from_one_manager(app) {
        let team = a_team(&app).await;

        let pods = team.supervisor.get("/pods").await.expect(200);

        assert_eq!(pods["items"].as_array().unwrap().len(), 1);
        assert_eq!(pods["items"][0]["supervising_social_worker_id"], team.supervisor.id.as_str());
        assert_eq!(pods["items"][0]["deputies"], json!([team.deputy.id]));
    }
}

on_both_stores! {
    async fn a_lost_refresh_answer_gives_the_same_successor_again(app) {
        let manager = app.manager().await;
        let old = json!({ "refresh_token": manager.refresh_token });

        let first = manager.post("/sessions/refresh", old.clone()).await.expect(200);
        let again = manager.post("/sessions/refresh", old.clone()).await.expect(200);
        let next = json!({ "refresh_token": first["refresh_token"] });
        let third = manager.post("/sessions/refresh", next).await.expect(200);

        assert_eq!(first["refresh_token"], again["refresh_token"]);
        assert_ne!(first["refresh_token"], third["refresh_token"]);
        // The first one is two generations old now: somebody kept a copy, and the device ends.
        manager.post("/sessions/refresh", old).await.expect(401);
        let newest = json!({ "refresh_token": third["refresh_token"] });
        manager.post("/sessions/refresh", newest).await.expect(401);
        manager.get("/pods").await.expect(401);
    }
}
