//! The days of a match: a first meeting, a time in which the two see each other less, a last day. Nothing ends by
//! itself, and nobody forgets to end it.

use daybook::workers::cover;
use serde_json::{Value, json};

use super::support::{Person, Reply, Team, TestApp, a_team, on_both_stores, told};

async fn path_of(team: &Team) -> String {
    let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
    let matched = team.practitioner.post("/matches", pair).await.expect(200);
    format!("/matches/{}", matched["id"].as_str().unwrap())
}

async fn says(who: &Person, path: &str, body: Value) -> Reply {
    who.back().await.put(&format!("{path}/course"), body).await
}

async fn shown(who: &Person) -> Value {
    let list = who.back().await.get("/conversations").await.expect(200);
    let one = &list["items"][0];
    json!([one["introduced_on"], one["tapers_from"], one["ends_on"]])
}

async fn count(who: &Person, event: &str) -> usize {
    let told = told(who).await;
    told.iter().filter(|(name, _)| name == event).count()
}

async fn looks(app: &TestApp) -> usize {
    cover::run_due(app.app.clone()).await.unwrap().done
}

on_both_stores! {
    async fn the_days_are_said_to_the_pair_and_what_is_left_out_is_said_no_more(app) {
        let team = a_team(&app).await;
        let path = path_of(&team).await;

        says(&team.practitioner, &path, json!({ "introduced_on": "2026-06-04" })).await.expect(200);
        assert_eq!(shown(&team.sam).await, json!(["2026-06-04", null, null]));
        let all = json!({ "introduced_on": "2026-06-04", "tapers_from": "2026-11-02", "ends_on": "2026-12-04" });
        let said = says(&team.supervisor, &path, all.clone()).await.expect(200);
        assert_eq!(said["conversation_id"], json!(team.conversation_id));
        says(&team.manager, &path, all).await.expect(200);
        for who in [&team.sam, &team.mentor, &team.practitioner, &team.supervisor] {
            assert_eq!(shown(who).await, json!(["2026-06-04", "2026-11-02", "2026-12-04"]), "{}", who.name);
        }
        for who in [&team.sam, &team.mentor] {
            assert_eq!(count(who, "conversation.course").await, 2, "{}: the same again tells nothing", who.name);
        }
        says(&team.practitioner, &path, json!({ "ends_on": "2026-12-04" })).await.expect(200);
        assert_eq!(shown(&team.mentor).await, json!([null, null, "2026-12-04"]));

        for (body, field) in [
            (json!({ "tapers_from": "2026-11-02" }), "/ends_on"),
            (json!({ "tapers_from": "2026-12-05", "ends_on": "2026-12-04" }), "/tapers_from"),
            (json!({ "ends_on": "2026-05-31" }), "/ends_on"),
            (json!({ "introduced_on": "2025-05-01" }), "/introduced_on"),
            (json!({ "introduced_on": "2026-12-05", "ends_on": "2026-12-04" }), "/introduced_on"),
            (json!({ "ends_on": "soon" }), "/ends_on"),
        ] {
            assert_eq!(says(&team.practitioner, &path, body.clone()).await.wrong_fields(), [field], "{body}");
        }
    }
}

on_both_stores! {
    async fn once_the_last_day_is_over_whoever_answers_for_the_family_is_told_each_week(app) {
        let team = a_team(&app).await;
        let path = path_of(&team).await;
        says(&team.practitioner, &path, json!({ "ends_on": "2026-06-02" })).await.expect(200);
        says(&team.practitioner, &path, json!({ "ends_on": "2026-06-03" })).await.expect(200);

        app.advance(2 * 24 * 60);
        assert_eq!(looks(&app).await, 0, "another day was said");
        app.advance(24 * 60);
        assert_eq!((looks(&app).await, looks(&app).await), (1, 0), "once");
        assert_eq!(count(&team.practitioner, "conversation.ending_due").await, 1);
        assert_eq!(count(&team.mentor, "conversation.ending_due").await, 0);
        assert_eq!(shown(&team.sam).await[2], "2026-06-03", "nothing ends by itself");
        app.advance(7 * 24 * 60 - 1);
        assert_eq!(looks(&app).await, 0);
        app.advance(1);
        assert_eq!((looks(&app).await, looks(&app).await), (1, 0));
        assert_eq!(count(&team.practitioner, "conversation.ending_due").await, 2, "nobody forgets it");

        says(&team.practitioner, &path, json!({ "ends_on": "2026-06-20" })).await.expect(200);
        let why = json!({ "reason": "they have what they need" });
        let practitioner = team.practitioner.back().await;
        practitioner.post(&format!("{path}/ending"), why).await.expect(200);
        says(&team.practitioner, &path, json!({})).await.expect(409);
        app.advance(14 * 24 * 60);
        assert_eq!((looks(&app).await, looks(&app).await), (1, 0));
        app.advance(14 * 24 * 60);
        assert_eq!(looks(&app).await, 0);
        assert_eq!(count(&team.practitioner, "conversation.ending_due").await, 2, "it is ended");
    }
}
