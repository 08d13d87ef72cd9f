//! The contact log: visits and calls outside of Daybook, and for how many days nobody was seen.

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, a_team, alerts_of, new_id, on_both_stores, the_alert, told,
};

fn visit(of: &Person, when: &str) -> Value {
    json!({
        "id": new_id(), "family_member_id": of.id, "kind": "visit", "outcome": "seen_in_person",
        "happened_at": when, "with_whom": "Sam and his nan",
        "note": "Settled.\nHe showed me the rabbits.",
    })
}

async fn read(who: &Person, of: &Person) -> Reply {
    who.get(&format!("/contact-log?family_member_id={}", of.id))
        .await
}

async fn notes(who: &Person, of: &Person) -> Vec<String> {
    let list = read(who, of).await.expect(200);
    let note = |entry: &Value| entry["note"].as_str().unwrap_or("-").to_owned();
    list["items"].as_array().unwrap().iter().map(note).collect()
}

async fn withdraw(who: &Person, entry: &Value, reason: &str) -> Reply {
    let path = format!("/contact-log/{}/withdrawal", entry["id"].as_str().unwrap());
    who.post(&path, json!({ "reason": reason })).await
}

/// When Sam was last seen, and how many days ago, as a family's page says it.
async fn last_seen(team: &Team) -> (Value, Value) {
    let practitioner = team.practitioner.back().await;
    let path = format!("/families/{}", team.family_id);
    let family = practitioner.get(&path).await.expect(200);
    let sam = &family["members"][0];
    (sam["last_seen_at"].clone(), sam["days_since_seen"].clone())
}

on_both_stores! {
    async fn a_contact_is_logged_once_and_never_changed(app) {
        let team = a_team(&app).await;
        let body = visit(&team.sam, "2026-06-01T08:30:00Z");

        let logged = team.practitioner.post("/contact-log", body.clone()).await.expect(201);
        let again = team.practitioner.post("/contact-log", body.clone()).await.expect(200);
        for (name, value) in [
            ("outcome", json!("no_reply")), ("note", json!("Another")), ("with_whom", Value::Null),
            ("happened_at", json!("2026-06-01T08:31:00Z")), ("kind", json!("other")),
        ] {
            let mut other = body.clone();
            other[name] = value;
            team.practitioner.post("/contact-log", other).await.expect(409);
        }
        team.supervisor.post("/contact-log", body).await.expect(409);

        assert_eq!(logged, again);
        assert_eq!(read(&team.practitioner, &team.sam).await.expect(200)["items"], json!([logged]));
        assert_eq!(logged["by"]["display_name"], "Priya");
        assert_eq!(logged["with_whom"], "Sam and his nan");
        assert_eq!(logged["note"], "Settled.\nHe showed me the rabbits.");
        assert_eq!(logged["withdrawn"], Value::Null);
    }
}

on_both_stores! {
    async fn it_says_when_it_was_and_what_came_of_it(app) {
        let team = a_team(&app).await;
        let log = async |change: &dyn Fn(&mut Value)| {
            let mut body = visit(&team.sam, "2026-06-01T08:30:00Z");
            change(&mut body);
            team.practitioner.post("/contact-log", body).await
        };

        for when in ["2026-06-01T09:06:00Z", "2025-05-30T09:00:00Z", "yesterday"] {
            let refused = log(&|body| body["happened_at"] = json!(when)).await;
            assert_eq!(refused.wrong_fields(), ["/happened_at"], "{when}");
        }
        assert_eq!(log(&|body| body["kind"] = json!("call")).await.wrong_fields(), ["/outcome"]);
        let lines = log(&|body| body["with_whom"] = json!("Sam\nand his nan")).await;
        assert_eq!(lines.wrong_fields(), ["/with_whom"]);
        assert_eq!(log(&|body| body["note"] = json!(" ")).await.wrong_fields(), ["/note"]);
        let bare = log(&|body| {
            body["outcome"] = json!("no_reply");
            body.as_object_mut().unwrap().retain(|name, _| name != "with_whom" && name != "note");
        });
        let bare = bare.await.expect(201);
        assert_eq!((&bare["with_whom"], &bare["note"]), (&Value::Null, &Value::Null));
        log(&|body| body["happened_at"] = json!("2026-06-01T09:04:00Z")).await.expect(201);
    }
}

on_both_stores! {
    async fn the_days_since_somebody_was_seen_follow_from_what_is_logged_and_stands(app) {
        let team = a_team(&app).await;
        assert_eq!(last_seen(&team).await, (Value::Null, Value::Null), "nobody has logged it");
        let log = async |when: &str, kind: &str, outcome: &str| {
            let mut body = visit(&team.sam, when);
            body["kind"] = json!(kind);
            body["outcome"] = json!(outcome);
            team.practitioner.post("/contact-log", body).await.expect(201)
        };

        log("2026-05-20T22:45:00Z", "visit", "seen_in_person").await;
        log("2026-05-30T10:00:00Z", "visit", "no_reply").await;
        log("2026-05-31T10:00:00Z", "call", "spoken_with").await;
        let wrong = log("2026-05-29T10:00:00Z", "visit", "seen_in_person").await;
        assert_eq!(last_seen(&team).await, (json!("2026-05-29T10:00:00.000000Z"), json!(3)));
        withdraw(&team.practitioner, &wrong, "wrong_person").await.expect(200);

        let seen = last_seen(&team).await;
        assert_eq!(seen, (json!("2026-05-20T22:45:00.000000Z"), json!(12)));
        app.advance(14 * 60);
        assert_eq!(last_seen(&team).await.1, 13, "at midnight in London");
    }
}

on_both_stores! {
    async fn what_was_wrong_is_withdrawn_with_its_reason_and_stays(app) {
        let team = a_team(&app).await;
        let entry = team.mentor.post("/contact-log", visit(&team.sam, "2026-05-31T10:00:00Z")).await.expect(201);

        for other in [&team.practitioner, &team.deputy, &team.manager, &team.sam] {
            withdraw(other, &entry, "did_not_happen").await.expect(403);
        }
        let withdrawn = withdraw(&team.mentor, &entry, "wrongly_written").await.expect(200);
        let again = withdraw(&team.supervisor, &entry, "wrongly_written").await.expect(200);
        let other = withdraw(&team.supervisor, &entry, "logged_twice").await.expect(409);

        assert_eq!(withdrawn["withdrawn"]["reason"], "wrongly_written");
        assert_eq!(withdrawn["withdrawn"]["by_id"], team.mentor.id);
        assert_eq!(withdrawn["note"], entry["note"], "it stays as it was");
        assert_eq!(withdrawn, again);
        assert_eq!(other["type"], "/problems/already-done");
        assert_eq!(read(&team.practitioner, &team.sam).await.expect(200)["items"], json!([withdrawn]));
        let second = team.mentor.post("/contact-log", visit(&team.sam, "2026-05-31T11:00:00Z")).await.expect(201);
        withdraw(&team.supervisor, &second, "logged_twice").await.expect(200);
    }
}

on_both_stores! {
    async fn families_see_none_of_it_and_a_mentor_what_they_logged_themselves(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let before = told(&team.sam).await.len();
        for (who, note) in [(&team.practitioner, "Priya's"), (&team.mentor, "Asha's"), (&team.deputy, "Ben's")] {
            let mut body = visit(&team.sam, "2026-05-31T10:00:00Z");
            body["note"] = json!(note);
            who.post("/contact-log", body).await.expect(201);
        }
        let theirs = read(&team.practitioner, &team.sam).await.expect(200)["items"].clone();
        let priyas = theirs.as_array().unwrap().iter().find(|entry| entry["note"] == "Priya's").unwrap();

        read(&team.sam, &team.sam).await.expect(403);
        team.sam.post("/contact-log", visit(&team.sam, "2026-05-31T10:00:00Z")).await.expect(403);
        assert_eq!(told(&team.sam).await.len(), before);
        assert_eq!(notes(&team.mentor, &team.sam).await, ["Asha's"]);
        withdraw(&team.mentor, priyas, "wrong_person").await.expect(404);
        for stranger in [&other.mentor, &other.practitioner, &other.supervisor] {
            read(stranger, &team.sam).await.expect(404);
            stranger.post("/contact-log", visit(&team.sam, "2026-05-31T10:00:00Z")).await.expect(404);
        }
        team.manager.post("/contact-log", visit(&team.sam, "2026-05-31T10:00:00Z")).await.expect(403);
        assert_eq!(notes(&team.supervisor, &team.sam).await.len(), 3);
        for covers in [&team.deputy, &team.manager] {
            assert_eq!(read(covers, &team.sam).await.wrong_fields(), ["reason"]);
            let why = format!("/contact-log?family_member_id={}&reason=Ruth%20is%20away", team.sam.id);
            assert_eq!(covers.get(&why).await.expect(200)["items"].as_array().unwrap().len(), 3);
        }
        let audit = team.manager.get(&format!("/audit?about={}", team.sam.id)).await.expect(200);
        let lines = audit["items"].as_array().unwrap();
        let reads = lines.iter().filter(|line| line["deed"] == "contact_log.read");
        assert_eq!(reads.count(), 4, "the practitioner's, the supervisor's, the deputy's, the manager's");
    }
}

on_both_stores! {
    async fn the_newest_come_first_page_by_page(app) {
        let team = a_team(&app).await;
        for (when, note) in [("10", "b"), ("12", "d"), ("09", "a"), ("11", "c"), ("12", "e")] {
            let mut body = visit(&team.sam, &format!("2026-05-{when}T10:00:00Z"));
            body["note"] = json!(note);
            team.practitioner.post("/contact-log", body).await.expect(201);
        }

        let base = format!("/contact-log?family_member_id={}&limit=2", team.sam.id);
        let mut page = team.practitioner.get(&base).await.expect(200);
        let mut seen = String::new();
        loop {
            for entry in page["items"].as_array().unwrap() {
                seen.push_str(entry["note"].as_str().unwrap());
            }
            let Some(next) = page["next"].as_str() else { break };
            page = team.practitioner.get(&format!("{base}&after={next}")).await.expect(200);
        }

        assert_eq!(seen, "edcba");
        assert_eq!(team.practitioner.get(&format!("{base}&after=x")).await.wrong_fields(), ["after"]);
    }
}

on_both_stores! {
    async fn every_word_is_screened_in_the_unit_that_stores_it(app) {
        let team = a_team(&app).await;
        let mut body = visit(&team.sam, "2026-05-31T10:00:00Z");
        body["note"] = json!("He says: dad hits me every night");

        team.practitioner.post("/contact-log", body.clone()).await.expect(201);
        team.practitioner.post("/contact-log", body).await.expect(200);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["category"], "physical_abuse");
        assert_eq!(alert["occurrence_count"], 1);
        let first = &alert["occurrences"][0];
        assert_eq!(first["source"]["kind"], "contact_log");
        assert!(first["quote"].as_array().unwrap().iter().any(|piece| piece["matched"] == true));

        app.app.lexicons().shipped().fail_next(1);
        let mut body = visit(&team.sam, "2026-05-31T11:00:00Z");
        body["with_whom"] = json!("his dad, who hits him every night");
        team.practitioner.post("/contact-log", body).await.expect(201);
        assert_eq!(app.reconcile().await, 1);
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["occurrence_count"], 3, "once unread, once read");
    }
}

on_both_stores! {
    async fn a_mentor_whom_a_contact_implicates_learns_nothing(app) {
        let team = a_team(&app).await;
        let mut body = visit(&team.sam, "2026-05-31T10:00:00Z");
        body["note"] = json!("She said the mentor came round drunk and touched her son");

        team.practitioner.post("/contact-log", body).await.expect(201);
        let mut own = visit(&team.sam, "2026-05-31T11:00:00Z");
        own["note"] = json!("I told him lets keep this between us, dont tell your mum");
        team.mentor.post("/contact-log", own).await.expect(201);

        let alerts = alerts_of(&team.supervisor).await;
        assert!(!alerts.is_empty() && alerts.iter().all(|alert| alert["category"] == "mentor_boundary"
            || alert["category"] == "sexual_abuse"), "{alerts:?}");
        assert!(told(&team.mentor).await.iter().all(|(event, _)| !event.starts_with("alert")));
        assert_eq!(notes(&team.mentor, &team.sam).await.len(), 1, "their own stays as it was");
    }
}
