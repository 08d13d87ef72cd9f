//! Who is close to whom, or let in by whom: what implicates one keeps the other out of it, and neither learns of
//! it.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD, Person, Reply, Team, a_team, alerts_of, concern, new_id, on_both_stores, raise,
    told_of,
};

/// Marks two people as close to each other.
async fn mark(manager: &Person, one: &Person, other: &Person) -> Reply {
    let body = json!({
        "id": new_id(), "account_id": other.id, "reason": "They live together.",
    });
    manager
        .back()
        .await
        .post(&format!("/accounts/{}/connections", one.id), body)
        .await
}

async fn connections_of(manager: &Person, who: &Person) -> Reply {
    manager
        .back()
        .await
        .get(&format!("/accounts/{}/connections", who.id))
        .await
}

/// The practitioner reports what implicates these people.
async fn accuse(team: &Team, people: &[&Person]) {
    let mut body = concern(team, "urgent", "emotional_abuse");
    body["implicates"] = people.iter().map(|who| json!(who.id)).collect();
    team.practitioner
        .back()
        .await
        .post("/concerns", body)
        .await
        .expect(201);
}

async fn acknowledge(who: &Person, alert: &Value) -> Reply {
    let path = format!("/alerts/{}/acknowledgement", alert.as_str().unwrap());
    who.back().await.post_nothing(&path).await
}

on_both_stores! {
    async fn what_implicates_one_is_not_told_to_the_other(app) {
        let team = a_team(&app).await;
        mark(&team.manager, &team.deputy, &team.supervisor).await.expect(201);

        accuse(&team, &[&team.supervisor]).await;

        assert_eq!(told_of(&team.manager).await, ["alert.opened"], "the next who may know");
        let id = alerts_of(&team.manager).await[0]["id"].clone();
        for who in [&team.supervisor, &team.deputy] {
            assert_eq!(told_of(who).await, Vec::<String>::new(), "{}", who.name);
            assert!(alerts_of(who).await.is_empty(), "{}", who.name);
            acknowledge(who, &id).await.expect(404);
        }
        // What implicates neither is theirs as ever.
        let other = Team::of(&team.manager, "Crewe South").await;
        raise(&other, "urgent").await;
        assert_eq!(told_of(&other.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn marked_while_they_have_it_it_climbs_past_them_at_once(app) {
        let team = a_team(&app).await;
        accuse(&team, &[&team.supervisor]).await;
        let id = alerts_of(&team.deputy).await[0]["id"].clone();
        acknowledge(&team.deputy, &id).await.expect(200);

        mark(&team.manager, &team.supervisor, &team.deputy).await.expect(201);

        let alert = team.manager.back().await.get(&format!("/alerts/{}", id.as_str().unwrap())).await;
        let alert = alert.expect(200);
        assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
        acknowledge(&team.deputy, &id).await.expect(404);
        acknowledge(&team.manager, &id).await.expect(200);
        let before = told_of(&team.deputy).await;
        accuse(&team, &[&team.supervisor]).await;
        assert_eq!(alerts_of(&team.manager).await.len(), 1, "the same worry is the same alert");
        assert_eq!(told_of(&team.deputy).await, before);
    }
}

on_both_stores! {
    async fn the_next_cry_for_help_does_not_reach_the_accused_first(app) {
        let team = a_team(&app).await;
        accuse(&team, &[&team.supervisor]).await;

        team.sam.back().await.post("/help", json!({ "id": new_id() })).await.expect(201);

        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        let alerts = alerts_of(&team.deputy).await;
        assert_eq!(alerts.len(), 2);
        let help = alerts.iter().find(|alert| alert["kind"] == "concern").unwrap();
        acknowledge(&team.deputy, &help["id"]).await.expect(200);
        // About another one of the family nothing has changed.
        let (lena, _) = team.another_member("Lena", "parent").await;
        lena.post("/help", json!({ "id": new_id() })).await.expect(201);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn neither_of_the_two_learns_of_it(app) {
        let team = a_team(&app).await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let marked = mark(&team.manager, &omar, &team.deputy).await.expect(201);
        let ending = format!("/connections/{}/ending", marked["id"].as_str().unwrap());
        let why = json!({ "reason": "They have parted." });

        let shown = connections_of(&omar, &team.deputy).await.expect(200);
        assert_eq!(shown["items"], json!([]), "as of anybody who is close to nobody");
        connections_of(&omar, &omar).await.expect(404);
        mark(&omar, &team.deputy, &team.supervisor).await.expect(404);
        omar.back().await.post(&ending, why.clone()).await.expect(404);
        for path in ["/audit?limit=200", "/inbox?limit=200"] {
            let seen = omar.back().await.get(path).await.expect(200).to_string();
            assert!(!seen.contains("connection"), "{path}");
        }
        assert_eq!(connections_of(&omar, &team.mentor).await.expect(200)["items"], json!([]));
        let shown = connections_of(&team.manager, &team.deputy).await.expect(200);
        assert_eq!(shown["items"][0]["with"]["display_name"], "Omar");
        let audit = team.manager.back().await.get("/audit?limit=200").await.expect(200);
        assert!(audit.to_string().contains("connection.marked"));
        team.manager.back().await.post(&ending, why.clone()).await.expect(200);
        team.manager.back().await.post(&ending, why).await.expect(409);
        assert_eq!(connections_of(&team.manager, &team.deputy).await.expect(200)["items"], json!([]));
    }
}

on_both_stores! {
    async fn a_connection_is_marked_once_and_between_two_who_work_here(app) {
        let team = a_team(&app).await;
        let path = format!("/accounts/{}/connections", team.mentor.id);
        let body = json!({ "id": new_id(), "account_id": team.deputy.id, "reason": "Sisters." });
        team.manager.post(&path, body.clone()).await.expect(201);

        let again = team.manager.post(&path, body.clone()).await.expect(200);
        let mut other = body.clone();
        other["account_id"] = json!(team.practitioner.id);
        team.manager.post(&path, other).await.expect(409);
        mark(&team.manager, &team.deputy, &team.mentor).await.expect(409);

        assert_eq!(again["with"]["id"], json!(team.deputy.id));
        let try_it = async |field: &str, value: Value| {
            let mut wrong = body.clone();
            wrong["id"] = json!(new_id());
            wrong[field] = value;
            team.manager.post(&path, wrong).await.wrong_fields()
        };
        assert_eq!(try_it("account_id", json!(team.sam.id)).await, ["/account_id"]);
        assert_eq!(try_it("account_id", json!(team.mentor.id)).await, ["/account_id"]);
        assert_eq!(try_it("account_id", json!(new_id())).await, ["/account_id"]);
        assert_eq!(try_it("reason", json!("  ")).await, ["/reason"]);
    }
}

on_both_stores! {
    async fn two_who_are_close_are_not_two_who_decide(app) {
        let team = a_team(&app).await;
        mark(&team.manager, &team.supervisor, &team.deputy).await.expect(201);
        raise(&team, "immediate").await;
        let id = alerts_of(&team.supervisor).await[0]["id"].clone();
        acknowledge(&team.supervisor, &id).await.expect(200);
        let path = format!("/alerts/{}/decision", id.as_str().unwrap());
        let decision = json!({ "outcome": "no_concern", "rationale": "A song he is learning." });
        let decide = async |who: &Person| {
            let done = who.back().await.post(&path, decision.clone()).await.expect(200);
            done["state"].as_str().unwrap().to_owned()
        };

        assert_eq!(decide(&team.supervisor).await, "acknowledged");
        assert_eq!(decide(&team.deputy).await, "acknowledged", "somebody else must");
        let nia = team.manager.brings_in("supervising_social_worker", "Nia", json!({})).await;
        team.manager
            .back()
            .await
            .put(&format!("/pods/{}/cover", team.pod_id), json!({ "deputies": [team.deputy.id, nia.id] }))
            .await
            .expect(200);
        assert_eq!(decide(&nia).await, "closed");
    }
}

on_both_stores! {
    async fn what_is_the_same_for_everybody_is_so_for_the_two(app) {
        let team = a_team(&app).await;
        let other = team.manager.brings_in("service_manager", "Nadia", json!({})).await;
        mark(&team.manager, &other, &team.mentor).await.expect(201);
        mark(&team.manager, &team.supervisor, &team.mentor).await.expect(201);

        let shown = connections_of(&other, &team.mentor).await.expect(200);
        assert_eq!(shown["items"].as_array().unwrap().len(), 1, "{shown}");
        assert!(!shown.to_string().contains(&other.id), "{shown}");
        // Nobody has suspended them: the two hear of it as anybody does.
        let path = format!("/accounts/{}/suspension", team.mentor.id);
        for who in [&team.supervisor, &team.deputy, &other] {
            who.back().await.delete(&path).await.expect(409);
        }
    }
}

on_both_stores! {
    async fn what_folds_into_an_alert_about_another_implicates_its_own(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let pat = team.manager.brings_in("family_practitioner", "Pat", in_pod).await;
        let report = async |who: &Person| {
            let mut body = concern(&team, "urgent", "neglect");
            body["implicates"] = json!([who.id]);
            team.mentor.back().await.post("/concerns", body.clone()).await.expect(201);
            body
        };
        report(&team.practitioner).await;
        report(&pat).await;
        let before = told_of(&team.supervisor).await;
        let third = report(&team.practitioner).await;

        assert_eq!(alerts_of(&team.supervisor).await.len(), 2);
        let told = told_of(&team.supervisor).await;
        assert_eq!(told[before.len()..], ["alert.raised_again"], "somebody is implicated anew");
        // The same again is the same, and about somebody else it is not.
        let mentor = team.mentor.back().await;
        mentor.post("/concerns", third.clone()).await.expect(200);
        let mut other = third.clone();
        other["implicates"] = json!([pat.id]);
        mentor.post("/concerns", other.clone()).await.expect(409);
        other["implicates"] = json!([pat.id, team.practitioner.id]);
        mentor.post("/concerns", other).await.expect(409);
        // Whoever is marked as close to the one who was implicated last is left out there too.
        assert_eq!(alerts_of(&team.deputy).await.len(), 2);
        mark(&team.manager, &team.practitioner, &team.deputy).await.expect(201);
        assert!(alerts_of(&team.deputy).await.is_empty());
    }
}

/// Comes back by a code that this manager makes.
async fn give_back(manager: &Person, who: &Person) -> Person {
    let path = format!("/accounts/{}/re-enrolment", who.id);
    let given = manager.back().await.post_nothing(&path).await.expect(201);
    let body = json!({ "code": given["code"], "password": PASSWORD });
    let nobody = Person::nobody(&who.url);
    let session = nobody.post("/invitations/accept", body).await.expect(201);
    nobody.with_session(&who.name, &session)
}

on_both_stores! {
    async fn whoever_the_accused_lets_in_is_left_out_too(app) {
        let team = a_team(&app).await;
        let nadia = app.manager().await;
        let earlier = nadia.brings_in("service_manager", "Nell", json!({})).await;
        accuse(&team, &[&nadia]).await;
        let id = alerts_of(&team.supervisor).await[0]["id"].clone();

        let later = nadia.brings_in("service_manager", "Nia", json!({})).await;
        let of_hers = later.brings_in("supervising_social_worker", "Noor", json!({})).await;

        for who in [&nadia, &earlier, &later, &of_hers] {
            assert_eq!(told_of(who).await, Vec::<String>::new(), "{}", who.name);
            assert!(alerts_of(who).await.is_empty(), "{}", who.name);
            acknowledge(who, &id).await.expect(404);
        }
        // Not even on the ladder of the pod.
        team.manager
            .put(&format!("/pods/{}/cover", team.pod_id), json!({ "deputies": [of_hers.id] }))
            .await
            .expect(200);
        acknowledge(&of_hers, &id).await.expect(404);
        // Whoever has it, and comes back by a code of hers, has it no more: it climbs.
        acknowledge(&team.supervisor, &id).await.expect(200);
        let ruth = give_back(&nadia, &team.supervisor).await;
        acknowledge(&ruth, &id).await.expect(404);
        let alert = team.manager.get(&format!("/alerts/{}", id.as_str().unwrap())).await.expect(200);
        assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
        // And so has nobody of them what the same person says next, where a manager has said so as well.
        let out = json!({ "account_id": nadia.id, "reason": "She is meant." });
        let path = format!("/alerts/{}/exclusions", id.as_str().unwrap());
        team.manager.post(&path, out).await.expect(204);
        team.sam.back().await.post("/help", json!({ "id": new_id() })).await.expect(201);
        for who in [&later, &of_hers, &ruth] {
            assert!(alerts_of(who).await.is_empty(), "{}", who.name);
        }
        assert_eq!(alerts_of(&team.manager).await.len(), 2);
    }
}

on_both_stores! {
    async fn whoever_was_let_in_is_called_where_there_is_nobody_else_but_never_as_two(app) {
        let team = a_team(&app).await;
        // Everybody who could be told has been let in by her.
        accuse(&team, &[&team.manager]).await;

        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        assert_eq!(told_of(&team.manager).await, Vec::<String>::new());
        let id = alerts_of(&team.supervisor).await[0]["id"].clone();
        let path = format!("/alerts/{}", id.as_str().unwrap());
        acknowledge(&team.supervisor, &id).await.expect(200);
        let decision = json!({ "outcome": "no_concern", "rationale": "Nothing in it." });
        for who in [&team.supervisor, &team.deputy] {
            let who = who.back().await;
            let done = who.post(&format!("{path}/decision"), decision.clone()).await.expect(200);
            assert_eq!(done["state"], "acknowledged", "{}", who.name);
        }
        // After a month they are people of their own.
        app.advance(31 * 24 * 60);
        let again = team.supervisor.back().await.post(&format!("{path}/decision"), decision).await;
        assert_eq!(again.expect(200)["state"], "closed");
    }
}
