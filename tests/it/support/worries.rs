//! Worries, as they come up: words that worry, concerns people report, and what others are told.

use serde_json::{Value, json};

use super::people::{Person, Reply, Team, new_id};

/// Sends words to a conversation under a fresh id.
pub(crate) async fn say(who: &Person, conversation: &str, words: &str) -> Reply {
    let body = json!({ "id": new_id(), "body": words });
    who.post(&format!("/conversations/{conversation}/messages"), body)
        .await
}

/// A concern about Sam as somebody reports it.
pub(crate) fn concern(team: &Team, severity: &str, category: &str) -> Value {
    json!({
        "id": new_id(),
        "family_member_id": team.sam.id,
        "severity": severity,
        "category": category,
        "note": "We talked about school and about football.",
    })
}

/// Raises an alert about Sam by a mentor's concern, and gives its id.
pub(crate) async fn raise(team: &Team, severity: &str) -> String {
    team.mentor
        .back()
        .await
        .post("/concerns", concern(team, severity, "physical_abuse"))
        .await
        .expect(201);
    the_alert(&team.supervisor).await
}

/// A rule of an authority's own: what young people there call a house where drugs are dealt.
pub(crate) fn a_rule(severity: &str) -> Value {
    json!({
        "id": "local.exploitation.blue_door", "category": "exploitation", "severity": severity,
        "patterns": ["blue door"],
        "reason": "The blue door is what the house in Mill Street is called.",
        "must": ["The blue door is open again", "see u at blue door", "he sent me to the blue door"],
        "must_not": ["We painted the door blue", "Our front door is red", "I like blue"],
    })
}

/// The alerts somebody sees that are not closed.
pub(crate) async fn alerts_of(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/alerts").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// The id of the one alert somebody sees.
pub(crate) async fn the_alert(who: &Person) -> String {
    let alerts = alerts_of(who).await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts[0]["id"].as_str().unwrap().to_owned()
}

/// Everything somebody was told: event and data.
pub(crate) async fn told(who: &Person) -> Vec<(String, Value)> {
    let who = who.back().await;
    let mut all = Vec::new();
    let mut after = json!(0);
    loop {
        let page = who
            .get(&format!("/inbox?after={after}&limit=200"))
            .await
            .expect(200);
        for item in page["items"].as_array().unwrap() {
            all.push((
                item["event"].as_str().unwrap().to_owned(),
                item["data"].clone(),
            ));
        }
        if page["next"].is_null() {
            return all;
        }
        after = page["next"].clone();
    }
}

/// The names of what somebody was told about alerts, in order.
pub(crate) async fn told_of(who: &Person) -> Vec<String> {
    let told = told(who).await;
    let mut events: Vec<String> = told.into_iter().map(|(event, _)| event).collect();
    events.retain(|event| event.starts_with("alert"));
    events
}

/// A call to an agency as somebody logs it.
pub(crate) fn a_call(agency: &str) -> Value {
    json!({
        "id": new_id(), "agency": agency, "spoke_with": "Dee Marsh, duty social worker",
        "reference": "EDT/26/1093", "said": "He stays with his aunt tonight; they ring her at eight.",
    })
}

/// Something to be done about an alert, by the end of the next day.
pub(crate) fn an_action() -> Value {
    json!({
        "id": new_id(), "what": "See him at school, alone, and ring his aunt.",
        "due_at": "2026-06-02T16:00:00Z",
    })
}

/// The waits the service ships with, but for how soon somebody must have what is immediate.
pub(crate) fn waits(minutes: u32) -> Value {
    let (minute, days) = (
        |wait: u32| json!({ "minutes": wait }),
        |wait: u32| json!({ "working_days": wait }),
    );
    json!({
        "immediate": { "acknowledge": minute(minutes), "step": minute(5), "decide": minute(60) },
        "urgent": {
            "acknowledge": minute(60), "step": minute(30),
            "decide": { "end_of_working_day": { "at_least_minutes": 240 } },
        },
        "watch": { "acknowledge": days(1), "step": days(1), "decide": days(10) },
    })
}
