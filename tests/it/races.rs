//! Two people do at the same moment what cannot both be true afterwards: one of them is second.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::support::{
    Answer, Person, PushService, Reply, Team, a_team, alerts_of, new_id, on_both_stores, raise,
    takes_pushes, told,
};

const ROUNDS: usize = 4;

fn statuses(replies: &[Reply]) -> Vec<u16> {
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    statuses
}

async fn match_of(team: &Team) -> String {
    let path = format!("/families/{}", team.family_id);
    let family = team.manager.get(&path).await.expect(200);
    let found = family["members"][0]["match_id"].as_str();
    found.unwrap().to_owned()
}

async fn suspend(manager: &Person, who: &Person) -> Reply {
    let body = json!({ "reason": "Under investigation." });
    manager
        .post(&format!("/accounts/{}/suspension", who.id), body)
        .await
}

on_both_stores! {
    async fn a_match_ends_once(app) {
        let team = a_team(&app).await;
        let path = format!("/matches/{}/ending", match_of(&team).await);
        let body = json!({ "reason": "The work is done." });

        let tries = (0..6).map(|_| team.practitioner.post(&path, body.clone()));
        let ended = join_all(tries).await;

        assert_eq!(statuses(&ended), [200, 409, 409, 409, 409, 409]);
        let told = told(&team.sam).await;
        let ends = told.iter().filter(|(event, _)| event == "conversation.ended");
        assert_eq!(ends.count(), 1);
    }
}

on_both_stores! {
    async fn of_many_ways_back_given_at_once_one_is_good(app) {
        let team = a_team(&app).await;
        let path = format!("/accounts/{}/re-enrolment", team.mentor.id);

        let given = join_all((0..4).map(|_| team.manager.post_nothing(&path))).await;
        let codes: Vec<Value> =
            given.into_iter().map(|reply| reply.expect(201)["code"].clone()).collect();

        let mut good = 0;
        for code in codes {
            let body = json!({ "code": code, "password": "another long password" });
            good += usize::from(app.nobody().post("/invitations/accept", body).await.status == 201);
        }
        assert_eq!(good, 1);
    }
}

on_both_stores! {
    async fn a_new_alert_goes_where_the_family_goes(app) {
        let manager = app.manager().await;
        for round in 0..ROUNDS {
            let from = Team::of(&manager, &format!("From {round}")).await;
            let to = Team::of(&manager, &format!("To {round}")).await;
            let path = format!("/families/{}/pod", from.family_id);
            let there = json!({ "pod_id": to.pod_id });

            let press = json!({ "id": new_id() });
            let (moved, pressed) =
                tokio::join!(manager.put(&path, there), from.sam.post("/help", press));

            moved.expect(200);
            pressed.expect(201);
            assert_eq!(alerts_of(&to.supervisor).await.len(), 1, "the new pod's supervisor has it");
        }
    }
}

on_both_stores! {
    async fn nobody_who_goes_is_put_in_charge_meanwhile(app) {
        let manager = app.manager().await;
        for round in 0..ROUNDS {
            let team = Team::of(&manager, &format!("Crewe {round}")).await;
            let base = format!("/pods/{}", team.pod_id);
            manager.put(&format!("{base}/cover"), json!({ "deputies": [] })).await.expect(200);
            let other = manager
                .brings_in("supervising_social_worker", "Olu", json!({}))
                .await;
            let charge = json!({ "account_id": other.id });
            let charge_path = format!("{base}/supervising-social-worker");

            let (put, gone) = tokio::join!(
                manager.put(&charge_path, charge),
                suspend(&manager, &other),
            );

            assert!(put.status != 200 || gone.status != 200, "both were done");
        }
    }
}

on_both_stores! {
    async fn no_alert_is_held_by_somebody_who_is_suspended_meanwhile(app) {
        let manager = app.manager().await;
        for round in 0..ROUNDS {
            let team = Team::of(&manager, &format!("Crewe {round}")).await;
            let id = raise(&team, "watch").await;
            let path = format!("/alerts/{id}/acknowledgement");

            let (_had, gone) = tokio::join!(
                team.deputy.post_nothing(&path),
                suspend(&manager, &team.deputy),
            );

            gone.expect(200);
            let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
            assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
        }
    }
}

on_both_stores! {
    async fn nobody_is_matched_with_a_mentor_who_leaves_meanwhile(app) {
        let manager = app.manager().await;
        for round in 0..ROUNDS {
            let team = Team::of(&manager, &format!("Crewe {round}")).await;
            app.end_match(&team).await;
            let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
            let leave = json!({ "reason": "A new job." });
            let path = format!("/accounts/{}/departure", team.mentor.id);

            let (_matched, gone) =
                tokio::join!(team.practitioner.post("/matches", pair), manager.post(&path, leave));

            gone.expect(200);
            let open = team.sam.get("/conversations").await.expect(200);
            let open = open["items"].as_array().unwrap().iter();
            assert_eq!(open.filter(|one| one["ended_at"].is_null()).count(), 0);
        }
    }
}

on_both_stores! {
    async fn whoever_is_being_called_while_somebody_takes_the_alert_is_called_no_more(app) {
        let team = a_team(&app).await;
        let push = PushService::start();
        takes_pushes(&push, &team.supervisor).await;
        app.call_people_after(5).await;
        for round in 0..2 * ROUNDS {
            push.will_answer(&[Answer::Status(500)]);
            let (child, _) = team.another_member(&format!("Kim {round}"), "young_person").await;
            child.post("/help", json!({ "id": new_id() })).await.expect(201);
            let open = alerts_of(&team.deputy).await;
            let new = open.iter().find(|alert| alert["state"] == "open").unwrap();
            let path = format!("/alerts/{}/acknowledgement", new["id"].as_str().unwrap());
            let deputy = team.deputy.back().await;

            let (_, taken) = tokio::join!(app.call_people(), deputy.post_nothing(&path));

            taken.expect(200);
            assert_eq!(app.sendings_due().await, 0, "round {round}");
            push.take();
        }
    }
}
