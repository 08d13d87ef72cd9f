//! What responders see of an alert and do with it, and what everybody else is refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Person, Team, a_team, alerts_of, concern, new_id, on_both_stores, raise, say, the_alert, told,
    told_of,
};

async fn acknowledge(who: &Person, alert: &str) -> crate::support::Reply {
    who.back()
        .await
        .post_nothing(&format!("/alerts/{alert}/acknowledgement"))
        .await
}

async fn decide(who: &Person, alert: &str, outcome: &str) -> crate::support::Reply {
    let body = json!({ "outcome": outcome, "rationale": "Seen at home; the plan stands." });
    who.back()
        .await
        .post(&format!("/alerts/{alert}/decision"), body)
        .await
}

async fn read(who: &Person, alert: &str) -> Value {
    let path = format!("/alerts/{alert}");
    who.back().await.get(&path).await.expect(200)
}

fn deeds(alert: &Value) -> Vec<&str> {
    let history = alert["history"].as_array().unwrap();
    let mut deeds: Vec<&str> = history
        .iter()
        .map(|line| line["deed"].as_str().unwrap())
        .collect();
    deeds.reverse();
    deeds
}

on_both_stores! {
    async fn a_worrying_message_reaches_the_supervisor_with_its_words(app) {
        let team = a_team(&app).await;

        say(&team.sam, &team.conversation_id, "Hi Asha. I am scared to go home tonight \u{1f622}")
            .await
            .expect(201);

        let id = the_alert(&team.supervisor).await;
        let alert = read(&team.supervisor, &id).await;
        assert_eq!(alert["state"], "open");
        assert_eq!(alert["family_member"]["display_name"], "Sam");
        assert_eq!(alert["occurrence_count"], 1);
        let occurrence = &alert["occurrences"][0];
        assert_eq!(occurrence["source"]["kind"], "message");
        assert_eq!(occurrence["source"]["author_id"], team.sam.id.as_str());
        // What stands around it is found by this.
        assert_eq!(occurrence["source"]["conversation_id"], team.conversation_id.as_str());
        assert_eq!(occurrence["source"]["message_seq"], 1);
        let pieces = occurrence["quote"].as_array().unwrap();
        let whole: String = pieces.iter().map(|piece| piece["text"].as_str().unwrap()).collect();
        assert_eq!(whole, "Hi Asha. I am scared to go home tonight \u{1f622}");
        let matched = pieces.iter().find(|piece| piece["matched"] == true).unwrap();
        assert!(matched["text"].as_str().unwrap().contains("scared to go home"));
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
        assert_eq!(told_of(&team.sam).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn the_first_who_acknowledges_has_it_and_the_second_is_told_who(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        app.pass(5).await;

        let first = acknowledge(&team.deputy, &id).await.expect(200);
        let second = acknowledge(&team.supervisor, &id).await.expect(409);

        assert_eq!(first["state"], "acknowledged");
        assert_eq!(first["holder"]["display_name"], "Ben");
        assert_eq!(second["type"], "/problems/already-done");
        assert_eq!(second["by"], json!({"id": team.deputy.id, "display_name": "Ben"}));
        // The same again changes nothing.
        acknowledge(&team.deputy, &id).await.expect(200);
        let told = told(&team.supervisor).await;
        let (event, data) = told.last().unwrap();
        assert_eq!(event, "alert.acknowledged");
        assert_eq!(data["by"], team.deputy.id.as_str());
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened", "alert.acknowledged"]);
    }
}

on_both_stores! {
    async fn of_two_at_once_exactly_one_has_it(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        let (ruth, ben) = (team.supervisor.clone(), team.deputy.clone());
        let path = format!("/alerts/{id}/acknowledgement");

        let (one, two) = tokio::join!(ruth.post_nothing(&path), ben.post_nothing(&path));

        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let refused = if one.status == 409 { one } else { two };
        let holder = read(&ruth, &id).await["holder"].clone();
        assert_eq!(refused.body["by"], holder);
        let history = read(&ruth, &id).await;
        assert_eq!(deeds(&history), ["opened", "acknowledged"]);
    }
}

on_both_stores! {
    async fn only_a_qualified_persons_decision_closes_it(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;

        decide(&team.supervisor, &id, "advice").await.expect(409);
        acknowledge(&team.manager, &id).await.expect(200);
        decide(&team.manager, &id, "advice").await.expect(403);
        let mut nameless = json!({ "outcome": "advice", "rationale": "  " });
        let path = format!("/alerts/{id}/decision");
        let wrong = team.supervisor.post(&path, nameless.clone()).await.wrong_fields();
        nameless["outcome"] = json!("ignored");
        nameless["rationale"] = json!("because");
        let unknown = team.supervisor.post(&path, nameless).await.wrong_fields();
        let closed = decide(&team.supervisor, &id, "cin_review").await.expect(200);

        assert_eq!(wrong, ["/rationale"]);
        assert_eq!(unknown, ["/outcome"]);
        assert_eq!(closed["state"], "closed");
        assert_eq!(closed["decision"]["outcome"], "cin_review");
        assert_eq!(closed["decision"]["rationale"], "Seen at home; the plan stands.");
        assert_eq!(closed["decision"]["by"]["display_name"], "Ruth");
        decide(&team.supervisor, &id, "advice").await.expect(409);
        acknowledge(&team.supervisor, &id).await.expect(409);
        assert!(alerts_of(&team.supervisor).await.is_empty());
        let list = team.supervisor.get("/alerts?state=closed").await.expect(200);
        assert_eq!(list["items"][0]["id"], id.as_str());
        assert_eq!(told_of(&team.manager).await.last().unwrap(), "alert.closed");
    }
}

on_both_stores! {
    async fn no_concern_about_something_immediate_takes_two_qualified_people(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await.expect(200);

        let proposed = decide(&team.supervisor, &id, "no_concern").await.expect(200);
        let again = decide(&team.supervisor, &id, "no_concern").await.expect(200);

        for answer in [&proposed, &again] {
            assert_eq!(answer["state"], "acknowledged");
            assert_eq!(answer["decision"]["state"], "awaiting_second_person");
            assert_eq!(answer["decision"]["outcome"], "no_concern");
        }
        assert_eq!(told_of(&team.deputy).await, ["alert.second_person_needed"]);
        let closed = decide(&team.deputy, &id, "no_concern").await.expect(200);
        assert_eq!(closed["state"], "closed");
        assert_eq!(closed["decision"]["state"], "decided");
        assert_eq!(closed["decision"]["by"]["display_name"], "Ben");
    }
}

on_both_stores! {
    async fn a_second_person_who_says_something_else_has_proposed_something_else(app) {
        let team = a_team(&app).await;
        let mut possible = concern(&team, "immediate", "physical_abuse");
        possible["note"] = json!("Kid said: my social worker hits me");
        team.practitioner.post("/concerns", possible).await.expect(201);
        let id = the_alert(&team.supervisor).await;
        acknowledge(&team.supervisor, &id).await.expect(200);
        decide(&team.supervisor, &id, "advice").await.expect(200);

        let other = decide(&team.deputy, &id, "no_concern").await.expect(200);
        let same = decide(&team.supervisor, &id, "no_concern").await.expect(200);

        assert_eq!(other["decision"]["state"], "awaiting_second_person");
        assert_eq!(same["state"], "closed");
    }
}

on_both_stores! {
    async fn a_proposal_from_before_something_new_came_counts_for_nothing(app) {
        let team = a_team(&app).await;
        team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        let id = the_alert(&team.deputy).await;
        acknowledge(&team.deputy, &id).await.expect(200);
        decide(&team.supervisor, &id, "no_concern").await.expect(200);
        team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        read(&team.deputy, &id).await;

        let newer = decide(&team.deputy, &id, "no_concern").await.expect(200);

        assert_eq!(newer["decision"]["state"], "awaiting_second_person");
        assert_eq!(newer["decision"]["by"]["display_name"], "Ben");
    }
}

on_both_stores! {
    async fn a_proposal_from_before_it_was_raised_again_counts_for_nothing(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await.expect(200);
        decide(&team.supervisor, &id, "no_concern").await.expect(200);
        app.advance(1);
        team.mentor.post("/concerns", concern(&team, "urgent", "neglect")).await.expect(201);
        acknowledge(&team.deputy, &id).await.expect(200);

        let answer = decide(&team.deputy, &id, "no_concern").await.expect(200);

        assert_eq!(answer["state"], "acknowledged");
        assert_eq!(answer["decision"]["by"]["display_name"], "Ben");
    }
}

on_both_stores! {
    async fn the_giver_has_it_until_the_taker_says_so(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        let path = format!("/alerts/{id}/handover");
        let to = |who: &Person| json!({ "account_id": who.id });

        team.supervisor.post(&path, to(&team.deputy)).await.expect(409);
        acknowledge(&team.supervisor, &id).await.expect(200);
        team.deputy.post(&path, to(&team.deputy)).await.expect(409);
        for nobody in [&team.mentor, &team.practitioner, &team.sam, &team.supervisor] {
            let wrong = team.supervisor.post(&path, to(nobody)).await.wrong_fields();
            assert_eq!(wrong, ["/account_id"]);
        }
        let decide_by = read(&team.supervisor, &id).await["decide_by"].clone();
        app.advance(9);
        let given = team.supervisor.back().await.post(&path, to(&team.deputy)).await.expect(200);
        assert_eq!(given["holder"]["display_name"], "Ruth");
        assert_eq!(given["handed_to"]["display_name"], "Ben");
        assert_eq!(told_of(&team.deputy).await, ["alert.handed_over"]);

        let taken = acknowledge(&team.deputy, &id).await.expect(200);

        assert_eq!(taken["holder"]["display_name"], "Ben");
        assert_eq!(taken["handed_to"], Value::Null);
        assert_eq!(taken["decide_by"], decide_by, "no clock moves");
        acknowledge(&team.supervisor, &id).await.expect(409);
        assert_eq!(deeds(&taken), ["opened", "acknowledged", "handed_over", "taken_over"]);
    }
}

on_both_stores! {
    async fn an_alert_handed_to_a_social_worker_of_another_pod_is_theirs_to_read(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let id = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &id).await.expect(200);
        other.supervisor.get(&format!("/alerts/{id}")).await.expect(404);

        let body = json!({ "account_id": other.supervisor.id });
        team.supervisor.post(&format!("/alerts/{id}/handover"), body).await.expect(200);
        acknowledge(&other.supervisor, &id).await.expect(200);

        assert_eq!(read(&other.supervisor, &id).await["holder"]["id"], other.supervisor.id.as_str());
        assert_eq!(the_alert(&other.supervisor).await, id);
    }
}

on_both_stores! {
    async fn an_alert_opened_again_climbs_from_the_first_rung(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        let path = format!("/alerts/{id}/reopening");
        let why = json!({ "reason": "His school rang: he did not come in." });
        team.supervisor.post(&path, why.clone()).await.expect(409);
        acknowledge(&team.supervisor, &id).await.expect(200);
        decide(&team.supervisor, &id, "advice").await.expect(200);
        app.advance(60);

        let open = team.deputy.back().await.post(&path, why.clone()).await.expect(200);

        assert_eq!(open["state"], "open");
        assert_eq!(open["holder"], Value::Null);
        assert_eq!(open["decision"], Value::Null);
        let line = &open["history"][0];
        assert_eq!(line["deed"], "reopened");
        assert_eq!(line["words"], "His school rang: he did not come in.");
        assert_eq!(told_of(&team.supervisor).await.last().unwrap(), "alert.reopened");
        assert_eq!(app.pass(60).await, 1);
        assert_eq!(told_of(&team.deputy).await.last().unwrap(), "alert.opened");
    }
}

on_both_stores! {
    async fn a_closed_alert_stays_closed_when_the_same_worry_has_a_newer_one(app) {
        let team = a_team(&app).await;
        let old = raise(&team, "urgent").await;
        acknowledge(&team.supervisor, &old).await.expect(200);
        decide(&team.supervisor, &old, "advice").await.expect(200);
        let new = raise(&team, "watch").await;
        assert_ne!(old, new);

        let why = json!({ "reason": "It goes on." });
        let path = format!("/alerts/{old}/reopening");
        let refused = team.supervisor.post(&path, why).await.expect(409);

        assert_eq!(refused["type"], "/problems/wrong-state");
    }
}

on_both_stores! {
    async fn a_practitioner_sees_that_there_is_one_and_mentors_and_families_nothing(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let elsewhere = app.manager_of("Stockport").await;
        let id = raise(&team, "immediate").await;
        let path = format!("/alerts/{id}");

        let outline = team.practitioner.get(&path).await.expect(200);
        let listed = alerts_of(&team.practitioner).await;

        let mut keys: Vec<&String> = outline.as_object().unwrap().keys().collect();
        keys.sort_unstable();
        assert_eq!(keys, ["family_member", "id", "raised_at", "severity", "state"]);
        assert_eq!(listed, [outline]);
        for part in ["occurrences", "history"] {
            team.practitioner.get(&format!("{path}/{part}")).await.expect(403);
        }
        team.practitioner.post_nothing(&format!("{path}/acknowledgement")).await.expect(403);
        let strangers =
            [&team.mentor, &team.sam, &other.supervisor, &other.practitioner, &elsewhere];
        for stranger in strangers {
            stranger.get(&path).await.expect(404);
            stranger.get(&format!("{path}/occurrences")).await.expect(404);
            stranger.get(&format!("{path}/history")).await.expect(404);
            stranger.post_nothing(&format!("{path}/acknowledgement")).await.expect(404);
            let body = json!({ "account_id": stranger.id });
            stranger.post(&format!("{path}/handover"), body).await.expect(404);
            let body = json!({ "outcome": "no_concern", "rationale": "nothing" });
            stranger.post(&format!("{path}/decision"), body).await.expect(404);
            let body = json!({ "reason": "again" });
            stranger.post(&format!("{path}/reopening"), body).await.expect(404);
        }
        for outsider in [&team.mentor, &team.sam] {
            outsider.get("/alerts").await.expect(404);
            outsider.get("/reading-list").await.expect(404);
        }
        for worker in [&other.supervisor, &other.practitioner, &elsewhere] {
            assert!(alerts_of(worker).await.is_empty());
        }
        assert_eq!(read(&team.supervisor, &id).await["state"], "open", "nobody changed anything");
    }
}

on_both_stores! {
    async fn the_list_is_turned_page_by_page_the_most_serious_first(app) {
        let team = a_team(&app).await;
        let mut members = Vec::new();
        for (name, severity) in
            [("Ola", "watch"), ("Leo", "urgent"), ("Kai", "immediate"), ("Mia", "urgent")]
        {
            let (member, _) = team.another_member(name, "parent").await;
            let mut body = concern(&team, severity, "neglect");
            body["family_member_id"] = json!(member.id);
            team.practitioner.post("/concerns", body).await.expect(201);
            app.advance(1);
            members.push(member);
        }
        let manager = team.manager.back().await;

        let mut names = Vec::new();
        let mut path = "/alerts?limit=1".to_owned();
        loop {
            let page = manager.get(&path).await.expect(200);
            for item in page["items"].as_array().unwrap() {
                names.push(item["family_member"]["display_name"].as_str().unwrap().to_owned());
            }
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/alerts?limit=1&after={next}");
        }

        assert_eq!(names, ["Kai", "Mia", "Leo", "Ola"]);
        assert_eq!(manager.get("/alerts?after=nonsense").await.wrong_fields(), ["after"]);
        assert_eq!(manager.get("/alerts?state=lost").await.status, 422);
    }
}

on_both_stores! {
    async fn occurrences_and_history_are_read_in_parts(app) {
        let team = a_team(&app).await;
        for _ in 0..5 {
            team.mentor
                .post("/concerns", concern(&team, "urgent", "neglect"))
                .await
                .expect(201);
        }
        let id = the_alert(&team.supervisor).await;

        let path = format!("/alerts/{id}/occurrences");
        let first = team.supervisor.get(&format!("{path}?limit=3")).await.expect(200);
        let next = first["next"].as_i64().unwrap();
        let rest = team.supervisor.get(&format!("{path}?limit=3&after={next}")).await.expect(200);

        assert_eq!(next, 3);
        assert_eq!(rest["items"].as_array().unwrap().len(), 2);
        assert_eq!(rest["next"], Value::Null);
        let pieces = rest["items"][0]["quote"].as_array().unwrap();
        let quote: String = pieces.iter().map(|piece| piece["text"].as_str().unwrap()).collect();
        assert_eq!(quote, "We talked about school and about football.");
        let history = team.supervisor.get(&format!("/alerts/{id}/history")).await.expect(200);
        assert_eq!(history["items"][0]["deed"], "opened");
        assert_eq!(team.supervisor.get(&format!("{path}?after=-1")).await.wrong_fields(), ["after"]);
    }
}

on_both_stores! {
    async fn another_member_of_the_family_is_another_alert(app) {
        let team = a_team(&app).await;
        let (mia, hers) = team.another_member("Mia", "young_person").await;

        say(&team.sam, &team.conversation_id, "I am scared to go home").await.expect(201);
        say(&mia, &hers, "I am scared to go home").await.expect(201);

        let about: Vec<Value> = alerts_of(&team.supervisor)
            .await
            .iter()
            .map(|alert| alert["family_member"]["display_name"].clone())
            .collect();
        assert_eq!(about, ["Mia", "Sam"]);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened", "alert.opened"]);
    }
}

on_both_stores! {
    async fn a_text_in_a_language_without_rules_is_put_on_the_reading_list(app) {
        let team = a_team(&app).await;

        say(&team.sam, &team.conversation_id, "Я боюся йти додому").await.expect(201);
        say(&team.sam, &team.conversation_id, "Він знову п'яний").await.expect(201);

        assert!(alerts_of(&team.supervisor).await.is_empty());
        let list = team.supervisor.get("/reading-list").await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "one standing item for each person");
        assert_eq!(items[0]["kind"], "unread");
        assert_eq!(items[0]["severity"], "watch");
        assert_eq!(items[0]["occurrence_count"], 2);
        let id = items[0]["id"].as_str().unwrap();
        let whole = read(&team.supervisor, id).await;
        assert_eq!(whole["occurrences"][1]["quote"][0]["text"], "Я боюся йти додому");
        acknowledge(&team.supervisor, id).await.expect(200);
        decide(&team.supervisor, id, "advice").await.expect(200);
        say(&team.sam, &team.conversation_id, "Дякую").await.expect(201);
        let list = team.supervisor.get("/reading-list").await.expect(200);
        assert_ne!(list["items"][0]["id"], id, "read and decided: the next text is a new item");
    }
}

on_both_stores! {
    async fn ids_that_are_none_and_alerts_that_are_not_there_are_not_found(app) {
        let team = a_team(&app).await;

        for id in [new_id(), "nonsense".to_owned()] {
            team.manager.get(&format!("/alerts/{id}")).await.expect(404);
            acknowledge(&team.manager, &id).await.expect(404);
        }
        let body = json!({ "surprise": true });
        let path = format!("/alerts/{}/acknowledgement", new_id());
        team.manager.post(&path, body).await.expect(422);
    }
}

on_both_stores! {
    async fn a_decision_waits_until_its_holder_was_shown_every_occurrence(app) {
        let team = a_team(&app).await;
        for _ in 0..60 {
            team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        }
        let id = the_alert(&team.supervisor).await;

        let taken = acknowledge(&team.supervisor, &id).await.expect(200);
        assert_eq!((taken["occurrence_count"].as_i64(), taken["seen_seq"].as_i64()), (Some(60), Some(0)));
        read(&team.supervisor, &id).await;
        decide(&team.supervisor, &id, "police").await.expect(409);

        let page = |after: i32| format!("/alerts/{id}/occurrences?after={after}&limit=8");
        team.supervisor.get(&page(4)).await.expect(200);
        assert_eq!(read(&team.supervisor, &id).await["seen_seq"], 0);
        team.manager.get(&page(0)).await.expect(200);
        assert_eq!(read(&team.supervisor, &id).await["seen_seq"], 0);
        let head = team.supervisor.call(Method::HEAD, &page(0), None).await;
        assert_eq!(head.status, 200);
        assert_eq!(read(&team.supervisor, &id).await["seen_seq"], 0, "nobody saw words");
        team.supervisor.get(&page(0)).await.expect(200);
        assert_eq!(read(&team.supervisor, &id).await["seen_seq"], 8);
        decide(&team.supervisor, &id, "police").await.expect(409);
        team.supervisor.get(&page(8)).await.expect(200);
        read(&team.supervisor, &id).await;

        let decided = decide(&team.supervisor, &id, "police").await.expect(200);
        assert_eq!(decided["state"], "closed");
        let seen = decided["history"].as_array().unwrap().iter().filter(|line| line["deed"] == "seen");
        assert_eq!(seen.count(), 1);
    }
}

on_both_stores! {
    async fn what_the_giver_was_shown_the_taker_has_not_seen(app) {
        let team = a_team(&app).await;
        for _ in 0..60 {
            team.sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        }
        let id = the_alert(&team.supervisor).await;
        acknowledge(&team.supervisor, &id).await.expect(200);
        let pages = format!("/alerts/{id}/occurrences");
        team.supervisor.get(&pages).await.expect(200);
        read(&team.supervisor, &id).await;
        assert_eq!(read(&team.supervisor, &id).await["seen_seq"], 60);
        let to = json!({ "account_id": team.deputy.id });
        team.supervisor.post(&format!("/alerts/{id}/handover"), to).await.expect(200);

        assert_eq!(acknowledge(&team.deputy, &id).await.expect(200)["seen_seq"], 0);
        decide(&team.deputy, &id, "police").await.expect(409);
        team.deputy.get(&pages).await.expect(200);
        read(&team.deputy, &id).await;
        decide(&team.deputy, &id, "police").await.expect(200);
    }
}
