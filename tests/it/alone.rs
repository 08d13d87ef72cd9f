//! What one person says, marks or publishes never makes them the only one who hears of a child.

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, a_rule, a_team, alerts_of, concern, new_id, on_both_stores, raise, told_of,
};

async fn report(by: &Person, team: &Team, people: &[&Person]) {
    let mut body = concern(team, "watch", "neglect");
    body["implicates"] = people.iter().map(|who| json!(who.id)).collect();
    by.back().await.post("/concerns", body).await.expect(201);
}

async fn ask_for_help(team: &Team) {
    let help = json!({ "id": new_id() });
    team.sam.back().await.post("/help", help).await.expect(201);
}

/// The alerts somebody sees that a press of the help button has raised.
async fn helps(who: &Person) -> Vec<Value> {
    let mut seen = alerts_of(who).await;
    seen.retain(|alert| alert["severity"] == "immediate");
    seen
}

async fn leave_out(by: &Person, alert: &str, who: &Person) -> Reply {
    let body = json!({ "account_id": who.id, "reason": "A friend of the stepfather." });
    let path = format!("/alerts/{alert}/exclusions");
    by.back().await.post(&path, body).await
}

async fn suspend(by: &Person, who: &Person) {
    let path = format!("/accounts/{}/suspension", who.id);
    let why = json!({ "reason": "It is looked into." });
    by.back().await.post(&path, why).await.expect(200);
}

/// Whether operations were paged because it left nobody, or one person alone.
async fn was_widened(who: &Person, alert: &Value) -> bool {
    let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
    let shown = who.back().await.get(&path).await.expect(200);
    let mut lines = shown["history"].as_array().unwrap().iter();
    lines.any(|line| line["deed"] == "unreachable")
}

on_both_stores! {
    async fn a_mentor_who_names_everybody_silences_no_child(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        report(&team.mentor, &team, &[&team.manager, &omar, &team.supervisor, &team.deputy]).await;
        assert!(alerts_of(&omar).await.is_empty(), "of what it says itself they learn nothing");

        ask_for_help(&team).await;

        assert_eq!(helps(&team.manager).await.len(), 1);
        assert_eq!(told_of(&omar).await, ["alert.opened"]);
        assert!(helps(&team.supervisor).await.is_empty(), "a worker stays out as long as it may be true");
        // What somebody has said who may not act any more keeps nobody from the next.
        suspend(&omar, &team.mentor).await;
        ask_for_help(&team).await;
        assert_eq!(helps(&team.supervisor).await.len(), 1);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn a_supervisor_who_names_everybody_else_is_not_the_only_one_called(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        report(&team.supervisor, &team, &[&team.manager, &omar, &team.deputy]).await;

        ask_for_help(&team).await;

        assert_eq!(helps(&omar).await.len(), 1);
        assert_eq!(helps(&team.manager).await.len(), 1);
        assert!(helps(&team.deputy).await.is_empty());
    }
}

on_both_stores! {
    async fn what_a_manager_says_leaves_the_next_cry_to_somebody_else_as_well(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        report(&team.manager, &team, &[&omar, &team.supervisor, &team.deputy]).await;

        ask_for_help(&team).await;
        ask_for_help(&team).await;

        for who in [&omar, &team.deputy, &team.manager] {
            assert_eq!(helps(who).await.len(), 1, "{}", who.name);
        }
        let help = helps(&team.supervisor).await;
        assert_eq!(help[0]["occurrence_count"], 2, "the same worry is the same alert");
        assert!(was_widened(&team.supervisor, &help[0]).await);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn nobody_is_left_out_by_hand_by_the_only_one_who_would_be_called_then(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        let id = raise(&team, "watch").await;
        leave_out(&team.manager, &id, &team.deputy).await.expect(204);
        leave_out(&team.manager, &id, &team.supervisor).await.expect(204);

        let refused = leave_out(&team.manager, &id, &omar).await.expect(409);

        assert_eq!(refused["type"], "/problems/wrong-state", "{refused}");
        assert_eq!(alerts_of(&omar).await.len(), 1);
        // Whoever was never called may be left out all the same.
        leave_out(&team.manager, &id, &team.practitioner).await.expect(204);
        ask_for_help(&team).await;
        assert_eq!(helps(&omar).await.len(), 1);
    }
}

on_both_stores! {
    async fn whom_one_manager_has_marked_is_called_where_there_is_nobody_but_her(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        report(&team.practitioner, &team, &[&team.mentor]).await;
        for who in [&team.supervisor, &team.deputy, &omar] {
            let body = json!({ "id": new_id(), "account_id": who.id, "reason": "They are friends." });
            let path = format!("/accounts/{}/connections", team.mentor.id);
            team.manager.back().await.post(&path, body).await.expect(201);
        }

        let seen = alerts_of(&omar).await;
        assert_eq!(seen.len(), 1, "what there is already");
        assert!(was_widened(&omar, &seen[0]).await);
        report(&team.practitioner, &team, &[&team.mentor, &team.practitioner]).await;
        assert_eq!(alerts_of(&omar).await.len(), 2, "and what comes next");
    }
}

on_both_stores! {
    async fn no_manager_alone_publishes_a_rule_that_leaves_people_out(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        let mut accuses = a_rule("urgent");
        accuses["implicates_helper"] = json!(true);
        let draft = async |rules: Value| {
            let body = json!({ "rules": [rules] });
            let made = team.manager.back().await.post("/lexicon/drafts", body).await.expect(201);
            format!("/lexicon/drafts/{}/publication", made["id"].as_str().unwrap())
        };

        let added = draft(accuses.clone()).await;
        team.manager.back().await.post_nothing(&added).await.expect(409);
        let harmless = draft(a_rule("urgent")).await;
        team.manager.back().await.post_nothing(&harmless).await.expect(200);
        let changed = draft(accuses).await;
        team.manager.back().await.post_nothing(&changed).await.expect(409);
        // Nor does a second one where the first may not act any more.
        suspend(&omar, &team.manager).await;
        omar.back().await.post_nothing(&changed).await.expect(409);
    }
}

on_both_stores! {
    async fn whoever_is_suspended_is_no_second_person(app) {
        let team = a_team(&app).await;
        let omar = app.manager().await;
        let id = raise(&team, "immediate").await;
        let decide = async |who: &Person| {
            let body = json!({ "outcome": "no_concern", "rationale": "A song he is learning." });
            let path = format!("/alerts/{id}/decision");
            who.back().await.post(&path, body).await.expect(200)["decision"]["state"].clone()
        };
        let path = format!("/alerts/{id}/acknowledgement");
        team.supervisor.back().await.post_nothing(&path).await.expect(200);
        assert_eq!(decide(&team.deputy).await, "awaiting_second_person");
        suspend(&team.manager, &team.deputy).await;
        assert_eq!(decide(&team.supervisor).await, "awaiting_second_person");

        let new = json!({ "waits": crate::support::waits(6), "reason": "agreed by the board" });
        let made = team.manager.back().await.post("/escalation-policies", new).await.expect(201);
        suspend(&omar, &team.manager).await;
        let path = format!("/escalation-policies/{}/agreement", made["id"].as_str().unwrap());
        omar.back().await.post_nothing(&path).await.expect(409);
    }
}
