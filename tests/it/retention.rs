//! What is kept for a time only, and what is kept for good.

use serde_json::json;

use super::support::{a_team, on_both_stores, say, the_alert};

const DAY: u64 = 24 * 60;

on_both_stores! {
    async fn an_inbox_keeps_thirty_days_and_nothing_else_is_touched(app) {
        let team = a_team(&app).await;
        let words = "I am scared to go home. dad hits me every night now";
        say(&team.sam, &team.conversation_id, words).await.expect(201);
        let head = team.mentor.get("/inbox").await.expect(200)["head"].as_i64().unwrap();
        app.advance(29 * DAY);
        say(&team.sam.back().await, &team.conversation_id, "Still here").await.expect(201);

        app.forget_some().await;
        assert_eq!(app.forget_some().await, 0, "but counts of tries nothing is old enough");
        app.advance(DAY + 1);
        assert!(app.forget_some().await > 0);
        assert_eq!(app.forget_some().await, 0, "nothing more is");

        // The newer row is there; whoever asks for what has gone is told to start over.
        let mentor = team.mentor.back().await;
        let kept = mentor.get(&format!("/inbox?after={head}")).await.expect(200);
        let old = mentor.get(&format!("/inbox?after={}", head - 1)).await.expect(200);
        assert_eq!(kept["items"].as_array().unwrap().len(), 1, "{kept}");
        assert_eq!((&kept["resync"], &old["resync"]), (&json!(false), &json!(true)));

        // The talk and the alert are whole, and the numbers of the inbox go on.
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let talk = mentor.get(&path).await.expect(200);
        assert_eq!(talk["items"][0]["body"], words);
        let supervisor = team.supervisor.back().await;
        let id = the_alert(&supervisor).await;
        supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        say(&team.sam.back().await, &team.conversation_id, "And now").await.expect(201);
        let next = mentor.get(&format!("/inbox?after={}", head + 1)).await.expect(200);
        assert_eq!(next["items"][0]["seq"], head + 2);
    }
}
