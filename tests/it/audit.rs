//! The audit: written before others' words are shown, read by managers, silent to the implicated.

use serde_json::{Value, json};

use crate::support::{Person, TestApp, a_team, concern, new_id, on_both_stores, raise, the_alert};
use daybook::db::schema::audit_lines;
use daybook::db::{self, Fault, View};
use diesel::prelude::*;

async fn lines(who: &Person, query: &str) -> Vec<Value> {
    let page = who
        .back()
        .await
        .get(&format!("/audit{query}"))
        .await
        .expect(200);
    page["items"].as_array().unwrap().clone()
}

fn deeds(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["deed"].as_str().unwrap())
        .collect()
}

on_both_stores! {
    async fn reading_an_alert_leaves_a_line_and_reading_the_audit_another(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;

        team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        team.manager.get(&format!("/alerts/{id}/occurrences")).await.expect(200);
        let found = lines(&team.manager, &format!("?subject={id}")).await;

        assert_eq!(deeds(&found), ["audit.read", "alert.read", "alert.read"]);
        assert_eq!(found[1]["actor"]["display_name"], "Maryam");
        assert_eq!(found[2]["actor"]["display_name"], "Ruth");
        assert_eq!(found[2]["actor_role"], "supervising_social_worker");
        assert_eq!(found[2]["about"]["display_name"], "Sam");
    }
}

on_both_stores! {
    async fn the_outline_of_an_alert_and_a_refused_reading_leave_none(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;

        team.practitioner.get(&format!("/alerts/{id}")).await.expect(200);
        team.mentor.get(&format!("/alerts/{id}")).await.expect(404);

        let found = lines(&team.manager, &format!("?subject={id}")).await;
        assert_eq!(deeds(&found), ["audit.read"]);
    }
}

on_both_stores! {
    async fn only_managers_read_the_audit_of_their_authority(app) {
        let team = a_team(&app).await;
        let elsewhere = app.manager_of("Stockport").await;
        let id = raise(&team, "urgent").await;
        team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);

        for other in
            [&team.supervisor, &team.deputy, &team.practitioner, &team.mentor, &team.sam]
        {
            other.get("/audit").await.expect(403);
        }
        app.nobody().get("/audit").await.expect(401);

        let theirs = lines(&elsewhere, "").await;
        assert!(theirs.iter().all(|line| line["subject_id"] != id.as_str()));
        assert!(!deeds(&theirs).contains(&"alert.read"));
    }
}

on_both_stores! {
    async fn the_audit_knows_nobody_of_another_authority(app) {
        let team = a_team(&app).await;
        let elsewhere = app.manager_of("Stockport").await;

        for name in ["about", "actor"] {
            let query = format!("/audit?{name}={}", elsewhere.id);
            assert_eq!(team.manager.get(&query).await.wrong_fields(), [name]);
            let made_up = format!("/audit?{name}={}", new_id());
            assert_eq!(team.manager.get(&made_up).await.wrong_fields(), [name]);
        }

        let found = lines(&team.manager, "?limit=200").await;
        assert!(!found.iter().any(|line| line.to_string().contains(&elsewhere.id)));
    }
}

on_both_stores! {
    async fn the_audit_is_turned_page_by_page_and_chosen_from(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        for _ in 0..5 {
            team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        }

        let query = format!("?actor={}&limit=2", team.supervisor.id);
        let mut count = 0;
        let mut next = String::new();
        loop {
            let path = format!("/audit{query}{next}");
            let page = team.manager.get(&path).await.expect(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.iter().all(|line| line["actor"]["display_name"] == "Ruth"));
            count += items.iter().filter(|line| line["deed"] == "alert.read").count();
            let Some(after) = page["next"].as_str() else { break };
            next = format!("&after={after}");
        }

        assert_eq!(count, 5);
    }
}

on_both_stores! {
    async fn nobody_finds_in_the_audit_an_alert_that_implicates_them(app) {
        let team = a_team(&app).await;
        let other = team
            .manager
            .brings_in("service_manager", "Olga", json!({}))
            .await;
        team.supervisor
            .get(&format!("/check-ins?family_member_id={}", team.sam.id))
            .await
            .expect(200);
        app.advance(1);
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.manager.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let id = the_alert(&team.supervisor).await;
        team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        other.get(&format!("/alerts/{id}")).await.expect(200);
        team.supervisor
            .get(&format!("/check-ins?family_member_id={}", team.sam.id))
            .await
            .expect(200);
        // What the other manager asks about her would tell her as much.
        let me = &team.manager.id;
        for query in
            [format!("?actor={me}"), format!("?about={me}"), format!("?about={}&actor={me}", other.id)]
        {
            lines(&other, &query).await;
        }

        let hers = lines(&other, &format!("?about={}", team.sam.id)).await;
        let implicated = lines(&team.manager, "?limit=200").await;

        let expected =
            ["audit.read", "check_ins.read", "alert.read", "alert.read", "check_ins.read"];
        assert_eq!(deeds(&hers), expected);
        let about_sam: Vec<&Value> =
            implicated.iter().filter(|line| line["about"]["display_name"] == "Sam").collect();
        // What was read before the alert was raised tells nothing of it.
        let reads: Vec<_> = about_sam.iter().filter(|line| line["deed"] == "check_ins.read").collect();
        assert_eq!(reads.len(), 1);
        assert!(!implicated.iter().any(|line| line.to_string().contains(&id)));
        let looks = |line: &&Value| line["actor"]["display_name"] == "Olga";
        assert_eq!(implicated.iter().filter(looks).count(), 0);
        let chosen = lines(&team.manager, &format!("?subject={id}")).await;
        assert!(chosen.is_empty());
        team.manager.get(&format!("/alerts/{id}")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_line_nothing_is_shown_but_an_open_alert_to_its_responder() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let id = raise(&team, "immediate").await;
    let path = format!("/alerts/{id}");
    let faults = app.app.store().faults().unwrap();

    faults.next(Fault::Commit);
    let manager = team.manager.get(&path).await.expect(503);
    faults.next(Fault::Commit);
    let responder = team.supervisor.get(&path).await.expect(200);
    faults.next(Fault::Commit);
    let check_ins = format!("/check-ins?family_member_id={}", team.sam.id);
    team.supervisor.get(&check_ins).await.expect(503);

    assert_eq!(manager["type"], "/problems/not-saved");
    assert_eq!(responder["occurrence_count"], 1);
}

on_both_stores! {
    async fn the_reasons_people_give_are_sealed_at_rest(app) {
        let team = a_team(&app).await;
        let reason = "She is accused of shouting at a child.";
        let path = format!("/accounts/{}/suspension", team.mentor.id);
        team.manager.post(&path, json!({ "reason": reason })).await.expect(200);

        let stored = app.app.store().read(|rx| {
            let rows: Vec<(Option<String>, Option<Vec<u8>>)> = audit_lines::table
                .filter(audit_lines::deed.eq("account.suspended"))
                .select((audit_lines::reason, audit_lines::sealed_reason))
                .load(rx.conn())?;
            Ok::<_, db::Error>(rows)
        });

        let stored = stored.await.unwrap();
        let [(None, Some(sealed))] = stored.as_slice() else {
            panic!("{stored:?}");
        };
        assert!(!sealed.windows(7).any(|some| some == b"accused"));
        let found = lines(&team.manager, "?limit=50").await;
        let line = found.iter().find(|line| line["deed"] == "account.suspended").unwrap();
        assert_eq!(line["reason"], reason);
    }
}

on_both_stores! {
    async fn the_implicated_see_nobody_look_into_that_family(app) {
        let team = a_team(&app).await;
        let other = team.manager.brings_in("service_manager", "Nadia", json!({})).await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([other.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let family = team.family_id.clone();

        team.supervisor.get(&format!("/families/{family}/chronology")).await.expect(200);
        team.supervisor.get(&format!("/families/{family}/cases")).await.expect(200);

        let query = format!("?subject={family}");
        let theirs = lines(&other, &query).await;
        assert!(!theirs.iter().any(|line| line["actor"]["display_name"] == "Ruth"), "{theirs:?}");
        let all = lines(&team.manager, &query).await;
        for deed in ["chronology.read", "cases.read"] {
            assert!(deeds(&all).contains(&deed), "{all:?}");
        }
    }
}
