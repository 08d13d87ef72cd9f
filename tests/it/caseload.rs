//! The caseload: whom somebody works with, whoever needs a person first, and in words why.

use serde_json::{Value, json};

use crate::support::{Person, Team, TestApp, a_team, new_id, on_both_stores, say};

async fn caseload(who: &Person, query: &str) -> Vec<Value> {
    let who = who.back().await;
    let list = who.get(&format!("/caseload{query}")).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// Each person with why they stand there.
async fn said(who: &Person) -> Vec<String> {
    let people = caseload(who, "").await;
    people.iter().map(line).collect()
}

fn line(person: &Value) -> String {
    let reasons = person["reasons"].as_array().unwrap().iter();
    let words: Vec<&str> = reasons.map(|one| one["words"].as_str().unwrap()).collect();
    let name = person["display_name"].as_str().unwrap();
    format!("{name}: {}", words.join("; "))
}

async fn checks_in(who: &Person, scale: i32, wants_contact: bool) -> Value {
    let body = json!({ "id": new_id(), "scale": scale, "wants_contact": wants_contact });
    who.back().await.post("/check-ins", body).await.expect(201)
}

async fn sees(app: &TestApp, who: &Person, whom: &Person) {
    let seen = json!({
        "id": new_id(), "family_member_id": whom.id, "kind": "visit", "outcome": "seen_in_person",
        "happened_at": app.now().to_string(),
    });
    who.back()
        .await
        .post("/contact-log", seen)
        .await
        .expect(201);
}

on_both_stores! {
    async fn whoever_waits_comes_first_then_the_quiet_then_the_others(app) {
        let team = a_team(&app).await;
        let (mia, mias) = team.another_member("Mia", "parent").await;
        let (leo, _) = team.another_member("Leo", "carer").await;
        let (ada, _) = team.another_member("Ada", "parent").await;
        assert_eq!(said(&team.practitioner).await, ["Sam: ", "Mia: ", "Leo: ", "Ada: "]);

        for who in [&team.sam, &mia, &leo, &ada] {
            checks_in(who, 6, false).await;
            sees(&app, &team.practitioner, who).await;
        }
        app.advance(9 * 24 * 60);
        for who in [&team.sam, &ada] {
            checks_in(who, 6, false).await;
        }
        app.advance(60);
        checks_in(&team.sam, 2, true).await;
        say(&mia.back().await, &mias, "Are you there?").await.expect(201);

        let both = [
            "Sam: asked for a call; scale at 2; scale fell from 6 to 2",
            "Mia: waits for a reply since 10 June, 11:00; no check-in for 9 days",
            "Leo: no check-in for 9 days",
            "Ada: ",
        ];
        assert_eq!(said(&team.practitioner).await, both);
        assert_eq!(said(&team.supervisor).await, both);
        app.advance(14 * 24 * 60);
        let later = caseload(&team.practitioner, "").await;
        assert_eq!(line(&later[2]), "Leo: no check-in for 23 days; not seen in person for 23 days");
        let patient = caseload(&team.practitioner, "?quiet_after=30&unseen_after=30").await;
        assert_eq!(patient[2]["reasons"], json!([]));
    }
}

on_both_stores! {
    async fn the_trend_is_what_they_answered_lately_and_what_was_corrected_does_not_count(app) {
        let team = a_team(&app).await;
        let trend = async || caseload(&team.practitioner, "").await[0]["trend"].clone();
        let scales = |trend: &Value| -> Vec<i64> {
            trend["scales"].as_array().unwrap().iter().map(|one| one["scale"].as_i64().unwrap()).collect()
        };
        assert_eq!(trend().await["words"], "no check-in in four weeks");

        for scale in [9, 8, 8, 7] {
            checks_in(&team.sam, scale, false).await;
            app.advance(24 * 60);
        }
        let slip = checks_in(&team.sam, 1, false).await;
        let right = json!({
            "id": new_id(), "scale": 6, "wants_contact": false, "corrects": slip["id"],
        });
        team.sam.back().await.post("/check-ins", right).await.expect(201);

        let down = trend().await;
        assert_eq!(scales(&down), [9, 8, 8, 7, 6], "the oldest first");
        assert_eq!((&down["direction"], &down["words"]), (&json!("down"), &json!("down 3 in 5 check-ins")));
        app.advance(24 * 60);
        checks_in(&team.sam, 9, false).await;
        let level = trend().await;
        assert_eq!((scales(&level), &level["words"]), (vec![8, 8, 7, 6, 9], &json!("steady")));
        app.advance(29 * 24 * 60);
        let gap = trend().await;
        assert_eq!((scales(&gap), &gap["direction"]), (vec![], &Value::Null));
        assert!(gap["last_check_in_at"].is_string());
    }
}

on_both_stores! {
    async fn a_correction_stands_at_the_time_of_the_first_answer_and_is_no_check_in_of_its_own(app) {
        let team = a_team(&app).await;
        let sam = async || caseload(&team.practitioner, "").await[0].clone();
        let corrects = async |first: &Value, scale: i32| {
            let right = json!({
                "id": new_id(), "scale": scale, "wants_contact": false, "corrects": first["id"],
            });
            team.sam.back().await.post("/check-ins", right).await.expect(201)
        };
        checks_in(&team.sam, 8, false).await;
        app.advance(24 * 60);
        let slip = checks_in(&team.sam, 1, false).await;
        app.advance(24 * 60);
        let third = checks_in(&team.sam, 7, false).await;
        app.advance(24 * 60);

        corrects(&slip, 3).await;
        app.advance(1);
        let right = corrects(&slip, 9).await;

        let trend = sam().await["trend"].clone();
        let shown = |one: &Value| (one["check_in_id"].clone(), one["scale"].clone(), one["at"].clone());
        let scales: Vec<_> = trend["scales"].as_array().unwrap().iter().map(shown).collect();
        let second = (right["id"].clone(), json!(9), slip["received_at"].clone());
        assert_eq!(scales.len(), 3, "{trend}");
        assert_eq!((&scales[1], &scales[2].1), (&second, &json!(7)), "the newest, and where it belongs");
        assert_eq!(trend["last_check_in_at"], third["received_at"]);
        let call = checks_in(&team.sam, 5, true).await;
        let words = |person: &Value| line(person).replace("Sam: ", "");
        let before = words(&sam().await);
        assert!(!before.contains("fell from"), "from seven, not from nine: {before}");
        app.advance(1);
        corrects(&call, 4).await;
        let fell = words(&sam().await);
        assert!(fell.ends_with("; scale fell from 7 to 4"), "{fell}");
        app.advance(1);
        corrects(&third, 6).await;
        let low = words(&sam().await);
        assert!(low.ends_with("; scale fell from 9 to 6"), "{low}");
        app.advance(27 * 24 * 60 - 120);
        corrects(&slip, 8).await;
        let scales = sam().await["trend"]["scales"].as_array().unwrap().len();
        assert_eq!(scales, 2, "what is put right late is as old as it was");
    }
}

on_both_stores! {
    async fn what_is_done_is_a_reason_no_more(app) {
        let team = a_team(&app).await;
        checks_in(&team.sam, 5, true).await;
        say(&team.sam, &team.conversation_id, "Hello?").await.expect(201);
        let needs = team.practitioner.get("/needs").await.expect(200);
        let follow_up = needs["items"].as_array().unwrap().iter()
            .find_map(|need| need["follow_up"]["id"].as_str()).unwrap();
        assert_eq!(said(&team.practitioner).await.len(), 1);

        let path = format!("/follow-ups/{follow_up}/done");
        team.practitioner.post(&path, json!({ "outcome": "reached" })).await.expect(200);
        assert_eq!(said(&team.practitioner).await, ["Sam: waits for a reply since 1 June, 10:00"]);
        say(&team.mentor, &team.conversation_id, "Here I am").await.expect(201);

        assert_eq!(said(&team.practitioner).await, ["Sam: "]);
    }
}

on_both_stores! {
    async fn everybody_sees_their_own_people_and_is_audited(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        checks_in(&team.sam, 5, false).await;

        for who in [&team.sam, &team.mentor] {
            who.get("/caseload").await.expect(403);
        }
        assert_eq!(team.deputy.get("/caseload").await.wrong_fields(), ["reason"]);
        let pod = format!("/caseload?pod_id={}", other.pod_id);
        assert_eq!(team.supervisor.get(&pod).await.wrong_fields(), ["reason"]);
        assert_eq!(team.manager.get("/caseload").await.wrong_fields(), ["reason"]);
        assert_eq!(caseload(&other.practitioner, "").await.len(), 1);
        for who in [&team.practitioner, &team.supervisor] {
            assert_eq!(caseload(who, "").await.len(), 1, "{}", who.name);
        }
        assert_eq!(caseload(&team.deputy, "?reason=Ruth%20is%20away").await.len(), 1);
        assert_eq!(caseload(&team.manager, "?reason=audit").await.len(), 2);
        let one = format!("?reason=audit&pod_id={}", other.pod_id);
        assert_eq!(caseload(&team.manager, &one).await.len(), 1);
        app.set_status(&team.sam, "departed").await;
        assert_eq!(caseload(&team.practitioner, "").await.len(), 0);

        let audit = team.manager.get("/audit?limit=200").await.expect(200);
        let lines = audit["items"].as_array().unwrap().iter();
        let reads = lines.filter(|line| line["deed"] == "caseload.read");
        assert_eq!(reads.count(), 7);
    }
}

on_both_stores! {
    async fn it_is_read_page_by_page_and_nobody_is_left_out_or_told_twice(app) {
        let team = a_team(&app).await;
        let mut names = vec!["Sam".to_owned()];
        for name in ["Mia", "Leo", "Ada", "Ben"] {
            let (member, talk) = team.another_member(name, "parent").await;
            names.push(name.to_owned());
            if name.starts_with('L') {
                say(&member, &talk, "Hello?").await.expect(201);
            }
        }

        let mut seen = Vec::new();
        let mut path = "/caseload?limit=2".to_owned();
        loop {
            let page = team.practitioner.get(&path).await.expect(200);
            let items = page["items"].as_array().unwrap().iter();
            seen.extend(items.map(|one| one["display_name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/caseload?limit=2&after={next}");
        }

        assert_eq!(seen[0], "Leo");
        seen.sort();
        names.sort();
        assert_eq!(seen, names);
        for (query, name) in [("quiet_after=0", "quiet_after"), ("unseen_after=367", "unseen_after"), ("after=x", "after")] {
            let refused = team.practitioner.get(&format!("/caseload?{query}")).await;
            assert_eq!(refused.wrong_fields(), [name]);
        }
    }
}
