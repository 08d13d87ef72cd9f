//! The log tells what happened and never what was said, who said it, or with what secret.

use std::process::Stdio;

use serde_json::json;

use super::support::{Place, Team, new_id};

const WORDS: &str = "my stepdad hits me and I am scared to go home";
const NOTE: &str = "He would not take his coat off";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_word_name_code_or_token_is_ever_logged() {
    let place = Place::on_sqlite();
    let log = place.file("log");
    let kept = Stdio::from(std::fs::File::create(&log).unwrap());
    let server = place.serve_logging("trace", kept);
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let path = format!("/conversations/{}/messages", team.conversation_id);
    team.sam
        .post(&path, json!({ "id": new_id(), "body": WORDS }))
        .await
        .expect(201);
    let concern = json!({
        "id": new_id(), "family_member_id": team.sam.id, "severity": "urgent",
        "category": "physical_abuse", "note": NOTE,
    });
    team.mentor.post("/concerns", concern).await.expect(201);
    team.sam
        .get("/conversations?token=sekret-in-the-address")
        .await;
    team.sam
        .post(
            "/sessions/refresh",
            json!({ "refresh_token": "sekret-token" }),
        )
        .await;
    assert!(server.stop());

    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("request"), "nothing was logged at all");
    let mut secrets = vec![
        "stepdad",
        "scared",
        NOTE,
        "sekret",
        "maryam@example.org",
        "long enough",
    ];
    for person in [&team.sam, &team.mentor, &team.supervisor, &team.manager] {
        secrets.extend([person.name.as_str(), &person.token, &person.refresh_token]);
    }
    for secret in secrets {
        assert!(!log.contains(secret), "the log holds {secret:?}");
    }
}
