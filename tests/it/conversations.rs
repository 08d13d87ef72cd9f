//! What people do in a conversation over HTTP, and what the other one then finds.

use serde_json::json;

use crate::support::{Person, Reply, Team, a_team, new_id, on_both_stores};

/// Sends words to a conversation under a fresh id.
async fn say(who: &Person, conversation: &str, words: &str) -> Reply {
    let body = json!({ "id": new_id(), "body": words });
    who.post(&format!("/conversations/{conversation}/messages"), body)
        .await
}

async fn history(who: &Person, team: &Team) -> Vec<(i64, String)> {
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let page = who.get(&path).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let words = item["body"].as_str().unwrap().to_owned();
            (item["seq"].as_i64().unwrap(), words)
        })
        .collect()
}

on_both_stores! {
    async fn what_one_says_the_other_reads_in_order(app) {
        let team = a_team(&app).await;

        say(&team.sam, &team.conversation_id, "  Hi Asha  ").await.expect(201);
        say(&team.mentor, &team.conversation_id, "Hi Sam, how was today?").await.expect(201);
        say(&team.sam, &team.conversation_id, "Better \u{1f642}").await.expect(201);

        let expected = [(1, "Hi Asha"), (2, "Hi Sam, how was today?"), (3, "Better \u{1f642}")];
        let expected = expected.map(|(seq, words)| (seq, words.to_owned()));
        assert_eq!(history(&team.sam, &team).await, expected);
        assert_eq!(history(&team.mentor, &team).await, expected);
    }
}
