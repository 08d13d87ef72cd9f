//! Leave, and the forecast: nobody waits for whoever is away, and a gap in the cover is seen before it is
//! one.

use std::time::Duration;

use serde_json::{Value, json};

use daybook::care::pods::leave::MOST_LEAVES;
use daybook::workers::{cover, forecast};

use crate::support::{
    Person, Reply, Team, TestApp, a_subscription, a_team, concern, new_id, on_both_stores, raise,
    told, told_of,
};

fn in_minutes(app: &TestApp, minutes: u64) -> String {
    app.now()
        .plus(Duration::from_secs(minutes * 60))
        .to_string()
}

async fn leave(by: &Person, who: &Person, (from, until): (&str, &str)) -> Reply {
    let body = json!({ "id": new_id(), "from": from, "until": until });
    let path = format!("/accounts/{}/leave", who.id);
    by.back().await.post(&path, body).await
}

async fn leaves(by: &Person, who: &Person, query: &str) -> Vec<Value> {
    let path = format!("/accounts/{}/leave{query}", who.id);
    let list = by.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn shift(team: &Team, who: &Person, (from, until): (&str, &str)) -> Value {
    let body = json!({ "id": new_id(), "account_id": who.id, "from": from, "until": until });
    let path = format!("/pods/{}/shifts", team.pod_id);
    team.manager
        .back()
        .await
        .post(&path, body)
        .await
        .expect(201)
}

async fn subscribe(who: &Person) {
    let body = a_subscription("https://fcm.googleapis.com/fcm/send/x");
    who.post("/push/subscriptions", body).await.expect(201);
}

/// The gaps somebody is shown, each as from, until and why.
async fn gaps(who: &Person, query: &str) -> Vec<(String, String, String)> {
    let path = format!("/cover/forecast{query}");
    let list = who.back().await.get(&path).await.expect(200);
    let text = |gap: &Value, name: &str| gap[name].as_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|gap| (text(gap, "from"), text(gap, "until"), text(gap, "why")))
        .collect()
}

on_both_stores! {
    async fn nobody_waits_for_a_supervisor_on_leave_who_is_called_with_everybody(app) {
        let team = a_team(&app).await;
        let (now, then) = (in_minutes(&app, 0), in_minutes(&app, 600));
        leave(&team.supervisor, &team.supervisor, (&now, &then)).await.expect(201);

        team.mentor.post("/concerns", concern(&team, "immediate", "neglect")).await.expect(201);

        assert_eq!(told_of(&team.deputy).await, ["alert.opened"], "at once");
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"], "with everybody");
        let path = format!("/pods/{}/on-duty", team.pod_id);
        let on = team.manager.back().await.get(&path).await.expect(200);
        assert_eq!(on["people"], json!([]));
    }
}

on_both_stores! {
    async fn nobody_waits_for_a_deputy_on_leave_either(app) {
        let team = a_team(&app).await;
        let (now, then) = (in_minutes(&app, 0), in_minutes(&app, 600));
        leave(&team.deputy, &team.deputy, (&now, &then)).await.expect(201);
        team.mentor.post("/concerns", concern(&team, "immediate", "neglect")).await.expect(201);

        assert_eq!(app.pass(5).await, 1);

        assert_eq!(told_of(&team.manager).await, ["alert.opened"], "the next rung where somebody is");
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"], "with everybody");
    }
}

on_both_stores! {
    async fn leave_that_begins_now_calls_the_next_to_what_waits(app) {
        let team = a_team(&app).await;
        let nia = team.manager.brings_in("supervising_social_worker", "Nia", json!({})).await;
        let (now, then) = (in_minutes(&app, 0), in_minutes(&app, 600));
        raise(&team, "watch").await;
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());

        leave(&team.manager, &team.supervisor, (&now, &then)).await.expect(201);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);

        // Also where somebody covers by a shift and then falls ill.
        shift(&team, &nia, (&now, &then)).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        let mut about_mia = concern(&team, "watch", "neglect");
        about_mia["family_member_id"] = json!(mia.id);
        team.practitioner.post("/concerns", about_mia).await.expect(201);
        assert_eq!(told_of(&nia).await, ["alert.opened", "alert.opened"]);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        leave(&nia, &nia, (&now, &then)).await.expect(201);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened", "alert.opened"]);
    }
}

on_both_stores! {
    async fn a_leave_that_was_planned_calls_the_next_when_it_begins(app) {
        let team = a_team(&app).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        let (from, then) = (in_minutes(&app, 10), in_minutes(&app, 20));
        let planned = leave(&team.supervisor, &team.supervisor, (&from, &then)).await.expect(201);
        raise(&team, "watch").await;
        assert_eq!(cover::run_due(app.app.clone()).await.unwrap().done, 0, "not yet");
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());

        app.advance(10);
        assert_eq!(cover::run_due(app.app.clone()).await.unwrap().done, 1);
        assert_eq!(cover::run_due(app.app.clone()).await.unwrap().done, 0, "once");
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);

        let mut about_mia = concern(&team, "watch", "neglect");
        about_mia["family_member_id"] = json!(mia.id);
        team.practitioner.back().await.post("/concerns", about_mia).await.expect(201);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened", "alert.opened"]);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"], "before they went");
        app.advance(10);
        assert_eq!(cover::run_due(app.app.clone()).await.unwrap().done, 1, "it is over");
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened", "alert.opened"]);
        let path = format!("/leave/{}", planned["id"].as_str().unwrap());
        team.supervisor.back().await.delete(&path).await.expect(200);
        assert_eq!(cover::run_due(app.app.clone()).await.unwrap().done, 0);
    }
}

on_both_stores! {
    async fn a_leave_is_made_once_and_ended_early(app) {
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        let path = format!("/accounts/{}/leave", ruth.id);
        let body = json!({ "id": new_id(), "until": in_minutes(&app, 120) });
        let made = ruth.post(&path, body.clone()).await.expect(201);
        app.advance(5);
        assert_eq!(ruth.post(&path, body.clone()).await.expect(200), made, "the same again");
        let mut other = body.clone();
        other["until"] = json!(in_minutes(&app, 60));
        let refused = ruth.post(&path, other).await;
        assert_eq!((refused.status, &refused.body["type"]), (409, &json!("/problems/id-used")));
        let refused = team.manager.post(&path, body).await;
        assert_eq!(refused.status, 409, "another sender's");
        let shared = (&*in_minutes(&app, 100), &*in_minutes(&app, 200));
        assert_eq!(leave(ruth, ruth, shared).await.wrong_fields(), ["/from"]);
        assert_eq!(leave(ruth, ruth, (shared.1, shared.0)).await.wrong_fields(), ["/until"]);
        let past = leave(ruth, ruth, ("2026-06-01T09:00:00Z", shared.1)).await;
        assert_eq!(past.wrong_fields(), ["/from"]);
        let far = (shared.1, &*in_minutes(&app, 367 * 24 * 60));
        assert_eq!(leave(ruth, ruth, far).await.wrong_fields(), ["/until"]);
        let nil = json!({ "id": "00000000-0000-0000-0000-000000000000", "until": "soon" });
        assert_eq!(ruth.post(&path, nil).await.wrong_fields(), ["/id", "/until"]);

        let gone = format!("/leave/{}", made["id"].as_str().unwrap());
        team.deputy.delete(&gone).await.expect(404);
        team.practitioner.delete(&gone).await.expect(403);
        let ended = ruth.delete(&gone).await.expect(200);
        assert_eq!(ended["ended_at"], json!(in_minutes(&app, 0)));
        app.advance(1);
        assert_eq!(team.manager.delete(&gone).await.expect(200), ended, "over is over");
        assert_eq!(leaves(ruth, ruth, "").await, Vec::<Value>::new());
        assert_eq!(leaves(&team.manager, ruth, "?since=2026-06-01T09:00:00Z").await.len(), 1);
        raise(&team, "immediate").await;
        assert_eq!(told_of(ruth).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn leave_is_ones_own_or_a_managers_and_has_a_bound(app) {
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        let times = (&*in_minutes(&app, 10), &*in_minutes(&app, 20));
        for other in [&team.deputy, &team.practitioner, &team.mentor, &team.sam] {
            leave(other, ruth, times).await.expect(403);
        }
        leave(&team.manager, &team.mentor, times).await.expect(404);
        leave(&team.mentor, &team.mentor, times).await.expect(403);
        for number in 0..MOST_LEAVES.unsigned_abs() {
            let times = (&*in_minutes(&app, 30 + number), &*in_minutes(&app, 31 + number));
            leave(ruth, ruth, times).await.expect(201);
        }

        let refused = leave(ruth, ruth, times).await;

        assert_eq!((refused.status, &refused.body["type"]), (409, &json!("/problems/wrong-state")));
        let path = format!("/accounts/{}/leave?limit=30", ruth.id);
        let first = ruth.get(&path).await.expect(200);
        let next = first["next"].as_str().unwrap();
        let second = ruth.get(&format!("{path}&after={next}")).await.expect(200);
        assert_eq!(second["items"].as_array().unwrap().len(), 20);
        assert_eq!(second["items"][0]["from"], json!(in_minutes(&app, 60)));
        let wrong = ruth.get(&format!("{path}&since=soon&after=x")).await;
        assert_eq!(wrong.wrong_fields(), ["since", "after"]);
    }
}

on_both_stores! {
    async fn the_forecast_names_who_cannot_be_reached_and_when_nobody_is_on(app) {
        let team = a_team(&app).await;
        let nia = team.manager.brings_in("supervising_social_worker", "Nia", json!({})).await;
        let day = 24 * 60;
        let at = |minutes| in_minutes(&app, minutes);
        let (on, off) = ("nobody_on".to_owned(), "nobody_reachable".to_owned());
        // Nobody has a device that takes pushes.
        assert_eq!(gaps(&team.supervisor, "").await, [(at(0), at(14 * day), off.clone())]);
        subscribe(&team.supervisor).await;
        assert_eq!(gaps(&team.supervisor, "").await, []);

        leave(&team.supervisor, &team.supervisor, (&at(2 * day), &at(6 * day))).await.expect(201);
        assert_eq!(gaps(&team.supervisor, "?days=1").await, []);
        assert_eq!(gaps(&team.manager, "").await, [(at(2 * day), at(6 * day), on.clone())]);
        let cover = shift(&team, &nia, (&at(2 * day), &at(5 * day))).await;
        let expected = [
            (at(2 * day), at(5 * day), off.clone()),
            (at(5 * day), at(6 * day), on.clone()),
        ];
        assert_eq!(gaps(&team.manager, "").await, expected);
        let list = team.manager.get("/cover/forecast").await.expect(200);
        assert_eq!(list["items"][0]["people"][0]["id"], json!(nia.id));
        assert_eq!(list["items"][0]["pod_name"], "Crewe North");
        assert_eq!(list["until"], json!(at(14 * day)));
        subscribe(&nia).await;
        assert_eq!(gaps(&team.manager, "").await, [(at(5 * day), at(6 * day), on.clone())]);
        // Her phone is signed out.
        let devices = format!("/accounts/{}/devices", nia.id);
        team.manager.delete(&devices).await.expect(204);
        assert_eq!(gaps(&team.manager, "").await, expected);
        let path = format!("/shifts/{}", cover["id"].as_str().unwrap());
        team.manager.delete(&path).await.expect(200);
        assert_eq!(gaps(&team.manager, "?days=4").await, [(at(2 * day), at(4 * day), on)]);
    }
}

on_both_stores! {
    async fn a_supervisor_sees_the_gaps_of_their_own_pods_a_manager_all_page_by_page(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let away = app.manager_of("Leeds").await;
        Team::of(&away, "Headingley").await;

        assert_eq!(gaps(&team.supervisor, "").await.len(), 1);
        assert_eq!(gaps(&other.supervisor, "").await.len(), 1);
        assert_eq!(gaps(&team.deputy, "").await.len(), 0, "deputies supervise none");
        assert_eq!(gaps(&team.manager, "").await.len(), 2);
        let first = team.manager.get("/cover/forecast?limit=1").await.expect(200);
        // The first page says from when was looked, also once time has passed.
        app.advance(7);
        let next = first["next"].as_str().unwrap();
        let path = format!("/cover/forecast?limit=1&after={next}");
        let second = team.manager.get(&path).await.expect(200);
        assert_eq!(second["next"], Value::Null);
        assert_eq!(second["until"], first["until"]);
        let pods = [&first, &second].map(|page| page["items"][0]["pod_id"].clone());
        assert_ne!(pods[0], pods[1]);
        let wrong = team.manager.get("/cover/forecast?days=32&limit=0&after=x").await;
        assert_eq!(wrong.wrong_fields(), ["limit", "days", "after"]);
        team.practitioner.get("/cover/forecast").await.expect(403);
    }
}

/// Looks over the cover as the worker does; says how many authorities were looked at.
async fn look_over(app: &TestApp) -> usize {
    let mut done = 0;
    loop {
        let ran = forecast::run_due(app.app.clone()).await.unwrap();
        done += ran.done;
        if !ran.more {
            return done;
        }
    }
}

/// What somebody was told of gaps: how many there are, how many are new, and why of the first.
async fn told_of_gaps(who: &Person) -> Vec<(u64, u64, String)> {
    let told = told(who).await.into_iter();
    told.filter(|(event, _)| event == "cover.gap")
        .map(|(_, data)| {
            let number = |name: &str| data[name].as_u64().unwrap();
            (
                number("gaps"),
                number("new"),
                data["why"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

fn gap(all: u64, new: u64, why: &str) -> (u64, u64, String) {
    (all, new, why.to_owned())
}

on_both_stores! {
    async fn a_gap_is_told_at_once_and_once_a_day_until_it_is_closed(app) {
        let team = a_team(&app).await;
        let (on, off) = ("nobody_on", "nobody_reachable");
        assert_eq!(look_over(&app).await, 1);
        assert_eq!(look_over(&app).await, 0, "no node looks twice");
        let mut expected = vec![gap(1, 1, off)];
        for who in [&team.supervisor, &team.manager] {
            assert_eq!(told_of_gaps(who).await, expected);
        }
        assert_eq!(told_of_gaps(&team.deputy).await, []);

        // It goes on, and the day at the horizon is nothing new.
        app.advance(60);
        assert_eq!(look_over(&app).await, 1);
        assert_eq!(told_of_gaps(&team.supervisor).await, expected);
        // Eight in London the next morning.
        app.advance(21 * 60 - 1);
        look_over(&app).await;
        assert_eq!(told_of_gaps(&team.supervisor).await, expected);
        app.advance(10);
        look_over(&app).await;
        expected.push(gap(1, 0, off));
        assert_eq!(told_of_gaps(&team.supervisor).await, expected);
        app.advance(10);
        look_over(&app).await;
        assert_eq!(told_of_gaps(&team.supervisor).await, expected);

        // Closed, and another one arises: told in the moment it does.
        subscribe(&team.supervisor.back().await).await;
        app.advance(10);
        look_over(&app).await;
        let times = (&*in_minutes(&app, 48 * 60), &*in_minutes(&app, 72 * 60));
        let made = leave(&team.supervisor, &team.supervisor, times).await.expect(201);
        assert_eq!(look_over(&app).await, 1, "not minutes later");
        expected.push(gap(1, 1, on));
        for who in [&team.supervisor, &team.manager] {
            assert_eq!(told_of_gaps(who).await, expected);
        }
        let path = format!("/leave/{}", made["id"].as_str().unwrap());
        team.manager.back().await.delete(&path).await.expect(200);
        assert_eq!(look_over(&app).await, 1);
        app.advance(24 * 60);
        look_over(&app).await;
        assert_eq!(told_of_gaps(&team.manager).await, expected, "nothing is left to tell");
    }
}

on_both_stores! {
    async fn whoever_goes_leaves_a_gap_that_is_told(app) {
        let team = a_team(&app).await;
        subscribe(&team.supervisor).await;
        let nia = team.manager.brings_in("supervising_social_worker", "Nia", json!({})).await;
        subscribe(&nia).await;
        let day = 24 * 60;
        let (from, until) = (in_minutes(&app, 2 * day), in_minutes(&app, 4 * day));
        shift(&team, &nia, (&from, &until)).await;
        leave(&team.supervisor, &team.supervisor, (&from, &until)).await.expect(201);
        look_over(&app).await;
        assert_eq!(told_of_gaps(&team.manager).await, []);

        let body = json!({ "reason": "agreed with the team" });
        let path = format!("/accounts/{}/suspension", nia.id);
        team.manager.post(&path, body).await.expect(200);
        assert_eq!(look_over(&app).await, 1);

        assert_eq!(told_of_gaps(&team.manager).await, [gap(1, 1, "nobody_on")]);
    }
}

on_both_stores! {
    async fn two_nodes_that_look_over_the_same_tell_once(app) {
        let team = a_team(&app).await;

        let (one, other) = futures_util::future::join(
            forecast::run_due(app.app.clone()),
            forecast::run_due(app.app.clone()),
        ).await;

        assert_eq!(one.unwrap().done + other.unwrap().done, 1);
        assert_eq!(told_of_gaps(&team.manager).await.len(), 1);
    }
}
