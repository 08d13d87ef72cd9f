//! Out of hours: whom to telephone, what to read out, and that only a call counts as handed over.

use serde_json::{Value, json};

use crate::support::{
    Person, Team, a_call, a_team, alerts_of, concern, new_id, on_both_stores, raise, say, the_alert,
};

fn line(agency: &str, area: Option<&str>, number: &str) -> Value {
    let mut line = json!({
        "agency": agency, "name": "Whoever answers", "number": number, "hours": "as they say",
        "script": "Say: a child may not be safe tonight.", "verified_on": "2026-05-28",
    });
    if let Some(area) = area {
        line["area"] = json!(area);
    }
    line
}

/// Numbers for the whole authority, and two of areas.
async fn numbers(team: &Team) {
    for (agency, area, number) in [
        ("edt", None, "0300 1"),
        ("edt", Some("Crewe"), "0300 2"),
        ("edt", Some("Macclesfield"), "0300 3"),
        ("front_door", None, "0300 4"),
        ("lado", None, "0300 5"),
        ("police", None, "101"),
    ] {
        let made = line(agency, area, number);
        team.manager.post("/agency-lines", made).await.expect(201);
    }
}

async fn read(who: &Person, alert: &str) -> Value {
    let path = format!("/alerts/{alert}");
    who.back().await.get(&path).await.expect(200)
}

/// Which numbers an alert shows, and whether it is out of hours.
async fn shown(who: &Person, alert: &str) -> (bool, Vec<String>) {
    let telephone = read(who, alert).await["telephone"].clone();
    let lines = telephone["lines"].as_array().unwrap().iter();
    let numbers = lines.map(|line| line["number"].as_str().unwrap().to_owned());
    (
        telephone["out_of_hours"].as_bool().unwrap(),
        numbers.collect(),
    )
}

async fn acknowledge(who: &Person, alert: &str) {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

async fn decide(who: &Person, alert: &str, outcome: &str) -> crate::support::Reply {
    let body = json!({ "outcome": outcome, "rationale": "They have him tonight." });
    let path = format!("/alerts/{alert}/decision");
    who.back().await.post(&path, body).await
}

async fn log(who: &Person, alert: &str, call: Value) -> crate::support::Reply {
    let path = format!("/alerts/{alert}/calls");
    who.back().await.post(&path, call).await
}

on_both_stores! {
    async fn by_day_the_front_door_and_by_night_the_duty_team_with_what_to_say(app) {
        let team = a_team(&app).await;
        numbers(&team).await;
        let id = raise(&team, "watch").await;

        assert_eq!(shown(&team.supervisor, &id).await, (false, vec!["0300 4".to_owned(), "101".to_owned()]));
        app.advance(8 * 60);
        let (out_of_hours, lines) = shown(&team.supervisor, &id).await;

        assert!(out_of_hours);
        assert_eq!(lines, ["0300 2", "0300 1", "101"], "the area's own number first");
        let whole = read(&team.supervisor, &id).await;
        assert_eq!(whole["telephone"]["lines"][0]["script"], "Say: a child may not be safe tonight.");
        // A practitioner sees that there is an alert, and no more.
        assert!(read(&team.practitioner, &id).await.get("telephone").is_none());
    }
}

on_both_stores! {
    async fn about_somebody_of_the_service_the_allegations_officer_is_shown_too(app) {
        let team = a_team(&app).await;
        numbers(&team).await;
        let words = "my mentor turned up at my house drunk";
        say(&team.sam, &team.conversation_id, words).await.expect(201);

        let id = the_alert(&team.supervisor).await;

        assert_eq!(shown(&team.supervisor, &id).await.1, ["0300 4", "0300 5", "101"]);
    }
}

on_both_stores! {
    async fn nothing_but_a_logged_call_counts_as_handed_over(app) {
        let team = a_team(&app).await;
        app.advance(9 * 60);
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await;

        let refused = decide(&team.supervisor, &id, "edt_handover").await;
        assert_eq!((refused.status, &refused.body["type"]), (409, &json!("/problems/wrong-state")));
        // A call to somebody else is none to them.
        log(&team.supervisor, &id, a_call("police")).await.expect(201);
        assert_eq!(decide(&team.supervisor, &id, "edt_handover").await.status, 409);
        log(&team.supervisor, &id, a_call("edt")).await.expect(201);

        let closed = decide(&team.supervisor, &id, "edt_handover").await.expect(200);
        assert_eq!(closed["state"], "closed");
        let history = closed["history"].as_array().unwrap();
        let called: Vec<&Value> = history
            .iter()
            .filter(|line| line["deed"] == "called")
            .map(|line| &line["detail"]["agency"])
            .collect();
        assert_eq!(called, ["edt", "police"]);
    }
}

on_both_stores! {
    async fn a_call_from_before_it_was_raised_again_has_not_told_of_what_is_new(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await;
        log(&team.supervisor, &id, a_call("edt")).await.expect(201);
        app.advance(5);

        let worse = concern(&team, "immediate", "sexual_abuse");
        team.mentor.post("/concerns", worse).await.expect(201);
        acknowledge(&team.supervisor, &id).await;
        let mut early = a_call("edt");
        early["called_at"] = json!("2026-06-01T09:04:00Z");
        log(&team.supervisor, &id, early).await.expect(201);

        assert_eq!(decide(&team.supervisor, &id, "edt_handover").await.status, 409);
        log(&team.deputy, &id, a_call("edt")).await.expect(201);
        decide(&team.supervisor, &id, "edt_handover").await.expect(200);
    }
}

on_both_stores! {
    async fn a_call_is_logged_once_and_stays_as_it_was_written(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        let mut call = a_call("front_door");
        call["called_at"] = json!("2026-06-01T08:30:00Z");
        app.advance(3);

        let first = log(&team.supervisor, &id, call.clone()).await.expect(201);
        let again = log(&team.supervisor, &id, call.clone()).await.expect(200);
        let mut other = call.clone();
        other["said"] = json!("Something else.");
        assert_eq!(log(&team.supervisor, &id, other).await.status, 409);
        let mut late = a_call("edt");
        late["called_at"] = json!("2026-06-01T10:00:00Z");
        assert_eq!(log(&team.supervisor, &id, late).await.wrong_fields(), ["/called_at"]);
        let mut empty = a_call("edt");
        empty["said"] = json!(" ");
        empty["reference"] = json!("");
        assert_eq!(log(&team.supervisor, &id, empty).await.wrong_fields(), ["/reference", "/said"]);
        log(&team.manager, &id, a_call("police")).await.expect(201);

        assert_eq!(first, again);
        assert_eq!(first["by"]["display_name"], "Ruth");
        assert_eq!(first["called_at"], "2026-06-01T08:30:00.000000Z");
        let path = format!("/alerts/{id}/calls");
        let listed = team.deputy.get(&format!("{path}?limit=1")).await.expect(200);
        assert_eq!((&listed["items"][0], &listed["next"]), (&first, &json!(1)));
        let rest = team.deputy.get(&format!("{path}?after=1")).await.expect(200);
        assert_eq!((&rest["items"][0]["agency"], &rest["next"]), (&json!("police"), &Value::Null));
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        // Another alert's call under the same id is refused, not given.
        let (mia, _) = team.another_member("Mia", "parent").await;
        mia.post("/help", json!({ "id": new_id() })).await.expect(201);
        let alerts = alerts_of(&team.supervisor).await;
        let hers = alerts.iter().find(|alert| alert["id"] != json!(id)).unwrap();
        assert_eq!(log(&team.supervisor, hers["id"].as_str().unwrap(), call).await.status, 409);
    }
}

on_both_stores! {
    async fn whoever_is_implicated_neither_logs_nor_reads_a_call(app) {
        let team = a_team(&app).await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.supervisor.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let id = the_alert(&team.deputy).await;
        log(&team.deputy, &id, a_call("lado")).await.expect(201);

        log(&team.supervisor, &id, a_call("lado")).await.expect(404);
        team.supervisor.get(&format!("/alerts/{id}/calls")).await.expect(404);
        let listed = team.deputy.get(&format!("/alerts/{id}/calls")).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    }
}

on_both_stores! {
    async fn numbers_are_kept_by_managers_verified_and_read_by_workers_alone(app) {
        let team = a_team(&app).await;
        let made = line("edt", None, "0300 1");
        let made = team.manager.post("/agency-lines", made).await.expect(201);
        let path = format!("/agency-lines/{}", made["id"].as_str().unwrap());

        let mut old = line("edt", Some("Crewe"), "0300 9");
        old["verified_on"] = json!("2026-02-01");
        let put = team.manager.put(&path, old).await.expect(200);
        let mut future = line("edt", None, "0300 1");
        future["verified_on"] = json!("2026-06-09");
        let mut nonsense = line("edt", None, "0300 1");
        nonsense["verified_on"] = json!("last week");

        assert_eq!((&put["overdue"], &put["area"]), (&json!(true), &json!("Crewe")));
        assert_eq!(team.manager.put(&path, future).await.wrong_fields(), ["/verified_on"]);
        assert_eq!(team.manager.put(&path, nonsense).await.wrong_fields(), ["/verified_on"]);
        for worker in [&team.practitioner, &team.supervisor, &team.manager] {
            let listed = worker.get("/agency-lines").await.expect(200);
            assert_eq!(listed["items"], json!([put]));
        }
        for stranger in [&team.sam, &team.mentor] {
            stranger.get("/agency-lines").await.expect(403);
        }
        let elsewhere = app.manager_of("Leeds").await;
        assert_eq!(elsewhere.get("/agency-lines").await.expect(200)["items"], json!([]));
        team.manager.delete(&path).await.expect(204);
        team.manager.delete(&path).await.expect(404);
    }
}
