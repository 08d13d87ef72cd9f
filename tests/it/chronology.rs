//! Alerts that belong together, and a family's key events in their order: each line to those alone who may
//! see what it is about.

use serde_json::{Value, json};

use crate::support::{
    Person, Team, a_call, a_team, alerts_of, concern, new_id, on_both_stores, raise, the_alert,
    told_of,
};

async fn acknowledge(who: &Person, alert: &str) {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

async fn decide(who: &Person, alert: &str, outcome: &str) {
    let body = json!({ "outcome": outcome, "rationale": "Told them what he wrote." });
    let path = format!("/alerts/{alert}/decision");
    who.back().await.post(&path, body).await.expect(200);
}

/// An allegation about these people, reported by the practitioner.
async fn implicate(team: &Team, people: &[&Person]) {
    let mut body = concern(team, "urgent", "emotional_abuse");
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    body["implicates"] = json!(ids);
    team.practitioner
        .back()
        .await
        .post("/concerns", body)
        .await
        .expect(201);
}

/// The lines of a family's chronology, as somebody with a reason sees them.
async fn lines(who: &Person, family: &str) -> Vec<Value> {
    let path = format!("/families/{family}/chronology?reason=supervision");
    let list = who.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect()
}

on_both_stores! {
    async fn what_happened_to_a_family_stands_in_its_order(app) {
        let team = a_team(&app).await;
        let check_in = json!({ "id": new_id(), "scale": 1, "wants_contact": true });
        team.sam.post("/check-ins", check_in).await.expect(201);
        let needs = team.practitioner.get("/needs").await.expect(200);
        let asked = needs["items"].as_array().unwrap().iter().find(|need| need["follow_up"].is_object());
        let path = format!("/follow-ups/{}/done", asked.unwrap()["follow_up"]["id"].as_str().unwrap());
        app.advance(1);
        team.practitioner.post(&path, json!({ "outcome": "reached" })).await.expect(200);
        app.advance(1);
        let id = raise(&team, "urgent").await;
        app.advance(1);
        acknowledge(&team.supervisor, &id).await;
        let call = a_call("front_door");
        team.supervisor.back().await.post(&format!("/alerts/{id}/calls"), call).await.expect(201);
        app.advance(1);
        decide(&team.supervisor, &id, "strategy_discussion").await;
        app.advance(1);
        let own = team.supervisor.back().await.get("/actions").await.expect(200);
        let done = format!("/actions/{}/done", own["items"][0]["id"].as_str().unwrap());
        let ending = json!({ "ending": "They opened an enquiry." });
        team.supervisor.post(&done, ending).await.expect(200);
        // A check-in that says things are well is no key event.
        let fine = json!({ "id": new_id(), "scale": 8, "wants_contact": false });
        team.sam.back().await.post("/check-ins", fine).await.expect(201);

        let seen = lines(&team.supervisor, &team.family_id).await;

        assert_eq!(events(&seen), [
            "check_in.low", "follow_up.reached", "alert.opened", "alert.called", "alert.decided",
            "alert.referred", "alert.decision_received",
        ]);
        assert!(seen.iter().all(|line| line["family_member"]["display_name"] == "Sam"));
        assert_eq!(seen[0]["detail"]["scale"], 1);
        assert_eq!(seen[1]["by"]["display_name"], "Priya");
        assert_eq!((&seen[2]["alert_id"], &seen[2]["by"]), (&json!(id), &Value::Null));
        assert_eq!(seen[3]["detail"]["agency"], "front_door");
        assert_eq!(seen[4]["detail"]["outcome"], "strategy_discussion");
        let said = json!(seen).to_string();
        for word in ["enquiry", "Told them", "EDT/26", "football"] {
            assert!(!said.contains(word), "a chronology holds no words: {word}");
        }
        // The practitioner sees that there was an alert, and how serious.
        let hers = lines(&team.practitioner, &team.family_id).await;
        assert_eq!(events(&hers), ["check_in.low", "follow_up.reached", "alert.opened"]);
        assert_eq!(hers[2]["detail"], json!({ "severity": "urgent" }));
    }
}

on_both_stores! {
    async fn what_is_closed_goes_with_the_family_and_is_opened_again_where_it_is(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await;
        decide(&team.supervisor, &id, "advice").await;
        let pod = json!({ "pod_id": other.pod_id, "family_practitioner_id": other.practitioner.id });
        team.manager.put(&format!("/families/{}/pod", team.family_id), pod).await.expect(200);

        let seen = lines(&other.supervisor, &team.family_id).await;
        let path = format!("/alerts/{id}");
        let why = json!({ "reason": "School rang." });
        let reopened = format!("{path}/reopening");
        other.supervisor.post(&reopened, why).await.expect(200);

        assert_eq!(events(&seen), ["alert.opened", "alert.decided"]);
        assert_eq!(told_of(&other.supervisor).await, ["alert.reopened"]);
        acknowledge(&other.supervisor, &id).await;
    }
}

on_both_stores! {
    async fn it_comes_in_pages_that_leave_out_nothing_though_all_happened_at_once(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await;
        for scale in [0, 1, 2] {
            let check_in = json!({ "id": new_id(), "scale": scale, "wants_contact": false });
            team.sam.post("/check-ins", check_in).await.expect(201);
        }
        for agency in ["edt", "police"] {
            team.supervisor.post(&format!("/alerts/{id}/calls"), a_call(agency)).await.expect(201);
        }
        decide(&team.supervisor, &id, "advice").await;

        let whole = lines(&team.supervisor, &team.family_id).await;
        let mut paged: Vec<Value> = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/families/{}/chronology?limit=2{after}", team.family_id);
            let page = team.supervisor.get(&path).await.expect(200);
            paged.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }

        assert_eq!(whole.len(), 7);
        assert_eq!(paged, whole);
        let wrong = format!("/families/{}/chronology?after=nonsense&limit=0", team.family_id);
        assert_eq!(team.supervisor.get(&wrong).await.wrong_fields(), ["limit", "after"]);
    }
}

on_both_stores! {
    async fn no_line_of_an_allegation_reaches_whoever_it_is_about_or_the_practitioner(app) {
        let team = a_team(&app).await;
        let second = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        raise(&team, "urgent").await;
        app.advance(1);
        implicate(&team, &[&team.supervisor, &team.manager]).await;
        let hidden = alerts_of(&team.deputy).await;
        let hidden = hidden.iter().find(|alert| alert["kind"] == "allegation").unwrap()["id"].clone();
        acknowledge(&team.deputy, hidden.as_str().unwrap()).await;
        let path = format!("/alerts/{}/calls", hidden.as_str().unwrap());
        team.deputy.post(&path, a_call("lado")).await.expect(201);

        for accused in [&team.supervisor, &team.manager, &team.practitioner] {
            let seen = lines(accused, &team.family_id).await;
            assert_eq!(events(&seen), ["alert.opened"], "{}", accused.name);
            assert_ne!(seen[0]["alert_id"], hidden);
        }
        for other in [&team.deputy, &second] {
            let seen = lines(other, &team.family_id).await;
            assert_eq!(events(&seen), ["alert.opened", "alert.opened", "alert.called"], "{}", other.name);
            assert_eq!(seen[2]["alert_id"], hidden);
        }
    }
}

on_both_stores! {
    async fn deputies_and_managers_say_why_and_it_is_audited_first(app) {
        let team = a_team(&app).await;
        let path = format!("/families/{}/chronology", team.family_id);

        for cover in [&team.deputy, &team.manager] {
            assert_eq!(cover.get(&path).await.wrong_fields(), ["reason"]);
        }
        team.deputy.get(&format!("{path}?reason=On%20duty%20tonight")).await.expect(200);
        team.supervisor.get(&path).await.expect(200);

        let audit = team.manager.get("/audit").await.expect(200);
        let read: Vec<(&Value, &Value)> = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["deed"] == "chronology.read")
            .map(|line| (&line["actor"]["id"], &line["reason"]))
            .collect();
        assert_eq!(read, [
            (&json!(team.supervisor.id), &Value::Null),
            (&json!(team.deputy.id), &json!("On duty tonight")),
        ]);
    }
}

on_both_stores! {
    async fn alerts_of_one_family_are_linked_and_shown_to_whoever_sees_both(app) {
        let team = a_team(&app).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        let about_sam = raise(&team, "urgent").await;
        mia.post("/help", json!({ "id": new_id() })).await.expect(201);
        let alerts = alerts_of(&team.supervisor).await;
        let hers = alerts.iter().find(|alert| alert["id"] != json!(about_sam)).unwrap()["id"].clone();
        let other = Team::of(&team.manager, "Crewe South").await;
        let elsewhere = raise(&other, "watch").await;

        let path = format!("/alerts/{about_sam}/links");
        let linked = team.supervisor.post(&path, json!({ "alert_id": hers })).await.expect(200);
        team.deputy.post(&path, json!({ "alert_id": hers })).await.expect(200);
        for wrong in [json!(about_sam), json!(elsewhere), json!(new_id())] {
            let refused = team.manager.post(&path, json!({ "alert_id": wrong })).await;
            assert_eq!(refused.wrong_fields(), ["/alert_id"]);
        }

        assert_eq!((&linked["id"], &linked["family_member"]["display_name"]), (&hers, &json!("Mia")));
        let both = [(about_sam.clone(), hers.clone()), (hers.as_str().unwrap().to_owned(), json!(about_sam))];
        for (one, other) in both {
            let whole = team.deputy.get(&format!("/alerts/{one}")).await.expect(200);
            let links = whole["links"].as_array().unwrap();
            assert_eq!((links.len(), &links[0]["id"]), (1, &other), "once, from both ends");
        }
        let outline = team.practitioner.get(&format!("/alerts/{about_sam}")).await.expect(200);
        assert!(outline.get("links").is_none());
    }
}

on_both_stores! {
    async fn a_link_with_an_allegation_says_nothing_to_whoever_it_is_about(app) {
        let team = a_team(&app).await;
        let seen = raise(&team, "urgent").await;
        implicate(&team, &[&team.supervisor]).await;
        let alerts = alerts_of(&team.deputy).await;
        let hidden = alerts.iter().find(|alert| alert["id"] != json!(seen)).unwrap()["id"].clone();
        let path = format!("/alerts/{seen}/links");
        let before = team.supervisor.get(&format!("/alerts/{seen}")).await.expect(200);

        team.deputy.post(&path, json!({ "alert_id": hidden })).await.expect(200);

        let after = team.supervisor.get(&format!("/alerts/{seen}")).await.expect(200);
        assert_eq!(before, after, "nothing of it shows, in the history neither");
        let refused = team.supervisor.post(&path, json!({ "alert_id": hidden })).await;
        assert_eq!(refused.wrong_fields(), ["/alert_id"], "as if there were none");
        assert_eq!(the_alert(&team.supervisor).await, seen);
    }
}
