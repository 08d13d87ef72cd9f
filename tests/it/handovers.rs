//! Suspending, leaving, moving, ending: nobody is left without somebody.

use serde_json::json;

use super::support::{Person, Phone, Reply, Team, a_team, new_id, on_both_stores, told};

/// Suspends, or lets go, with a reason and perhaps a replacement.
async fn send_away(
    who: &Person,
    deed: &str,
    account: &Person,
    replacement: Option<&Person>,
) -> Reply {
    let mut body = json!({ "reason": "agreed with the team" });
    if let Some(heir) = replacement {
        body["replacement_account_id"] = json!(heir.id);
    }
    who.post(&format!("/accounts/{}/{deed}", account.id), body)
        .await
}

/// The match of the team's young person, as the family shows it.
async fn match_of_sam(team: &Team) -> String {
    let family = team
        .manager
        .get(&format!("/families/{}", team.family_id))
        .await
        .expect(200);
    family["members"][0]["match_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

on_both_stores! {
    async fn a_suspension_counts_on_the_next_request_and_closes_sockets_at_once(app) {
        let team = a_team(&app).await;
        let mut phone = Phone::of(&team.mentor).await;
        let path = format!("/conversations/{}/messages", team.conversation_id);

        let suspended = send_away(&team.supervisor, "suspension", &team.mentor, None).await.expect(200);

        assert_eq!(suspended["status"], "suspended");
        phone.closed().await;
        let refused = team.mentor.get("/accounts/me").await;
        assert_eq!(refused.body["type"], "/problems/not-active");
        let queued = json!({ "id": new_id(), "body": "See you at four?" });
        let held = team.mentor.post(&path, queued).await.expect(202);
        assert_eq!(held["state"], "held");
        send_away(&team.supervisor, "suspension", &team.mentor, None).await.expect(409);
        let lifting = format!("/accounts/{}/suspension", team.mentor.id);
        let active = team.deputy.delete(&lifting).await.expect(200);
        assert_eq!(active["status"], "active");
        team.mentor.get("/accounts/me").await.expect(200);
        team.deputy.delete(&lifting).await.expect(409);
    }
}

on_both_stores! {
    async fn somebody_stands_in_for_a_suspended_mentor_in_the_same_moment(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        let path = format!("/conversations/{}/messages", team.conversation_id);

        let wrong = send_away(&team.supervisor, "suspension", &team.mentor, Some(&team.practitioner)).await;
        assert_eq!(wrong.wrong_fields(), ["/replacement_account_id"]);
        team.mentor.get("/accounts/me").await.expect(200);
        send_away(&team.supervisor, "suspension", &team.mentor, Some(&bea)).await.expect(200);

        let talks = team.sam.get("/conversations").await.expect(200);
        let cover = &talks["items"][0]["cover"][0];
        assert_eq!(cover["display_name"], "Bea", "{talks}");
        let hello = json!({ "id": new_id(), "body": "Hello Sam, I am Bea. I am here for you now." });
        bea.post(&path, hello).await.expect(201);
        let told: Vec<String> = told(&team.sam).await.into_iter().map(|(event, _)| event).collect();
        assert!(told.ends_with(&["conversation.covered".into(), "message.created".into()]), "{told:?}");
    }
}

on_both_stores! {
    async fn while_a_practitioner_is_suspended_somebody_may_have_their_families(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let tom = team.manager.brings_in("family_practitioner", "Tom", in_pod).await;

        send_away(&team.manager, "suspension", &team.practitioner, Some(&tom)).await.expect(200);

        tom.get(&format!("/families/{}", team.family_id)).await.expect(200);
    }
}

on_both_stores! {
    async fn the_codes_of_whoever_may_not_act_open_nothing(app) {
        let team = a_team(&app).await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let shadow = json!({
            "role": "service_manager", "display_name": "Shadow",
            "email": format!("shadow-{}@example.org", new_id()),
        });
        let shadow = omar.post("/invitations", shadow).await.expect(201);
        let back_in = |who: &Person| format!("/accounts/{}/re-enrolment", who.id);
        let ruth = omar.post_nothing(&back_in(&team.supervisor)).await.expect(201);
        let sam = team.practitioner.post_nothing(&back_in(&team.sam)).await.expect(201);

        send_away(&team.manager, "departure", &omar, None).await.expect(200);
        send_away(&team.manager, "suspension", &team.practitioner, None).await.expect(200);
        let lifting = format!("/accounts/{}/suspension", team.practitioner.id);
        team.manager.delete(&lifting).await.expect(200);

        for (code, password) in [
            (&shadow, "long enough to be one"), (&ruth, "long enough to be one"), (&sam, "428193"),
        ] {
            let body = json!({ "code": code["code"], "password": password });
            let refused = Person::nobody(&app.url).post("/invitations/accept", body).await;
            assert_eq!((refused.status, refused.wrong_fields()), (422, vec!["/code".to_owned()]));
        }
        team.supervisor.get("/accounts/me").await.expect(200);
        team.sam.get("/accounts/me").await.expect(200);
    }
}

on_both_stores! {
    async fn only_a_manager_or_whoever_supervises_the_pod_suspends(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;

        send_away(&team.practitioner, "suspension", &team.mentor, None).await.expect(403);
        send_away(&team.mentor, "suspension", &team.mentor, None).await.expect(403);
        send_away(&team.supervisor, "suspension", &team.practitioner, None).await.expect(403);
        send_away(&other.supervisor, "suspension", &team.mentor, None).await.expect(404);

        send_away(&team.manager, "suspension", &team.practitioner, None).await.expect(200);
        team.practitioner.get("/accounts/me").await.expect(403);
    }
}

on_both_stores! {
    async fn the_last_active_manager_stays(app) {
        let team = a_team(&app).await;
        send_away(&team.manager, "departure", &team.manager, None).await.expect(409);
        let second = team.manager.brings_in("service_manager", "Noor", json!({})).await;

        let both = futures_util::future::join(
            send_away(&team.manager, "suspension", &second, None),
            send_away(&second, "suspension", &team.manager, None),
        ).await;

        // Whoever came first has suspended the other, who may do nothing any more; or who, having
        // been recognised a moment before, would leave nobody.
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200, 403 | 409]), "{} {}", both.0.body, both.1.body);
    }
}

on_both_stores! {
    async fn a_pod_keeps_somebody_who_answers_for_it(app) {
        let team = a_team(&app).await;
        let path = format!("/pods/{}/cover", team.pod_id);
        team.manager.put(&path, json!({ "deputies": [] })).await.expect(200);

        let refused = send_away(&team.manager, "departure", &team.supervisor, None).await;

        assert_eq!(refused.status, 409);
        assert!(refused.body["detail"].as_str().unwrap().contains(&team.pod_id), "{}", refused.body);
        send_away(&team.manager, "suspension", &team.supervisor, None).await.expect(409);
        let not_one = send_away(&team.manager, "departure", &team.supervisor, Some(&team.mentor)).await;
        assert_eq!(not_one.wrong_fields(), ["/replacement_account_id"]);
        send_away(&team.manager, "departure", &team.supervisor, Some(&team.deputy)).await.expect(200);
        let pods = team.manager.get("/pods").await.expect(200);
        assert_eq!(pods["items"][0]["supervising_social_worker_id"], json!(team.deputy.id));
        team.supervisor.get("/pods").await.expect(403);
    }
}

on_both_stores! {
    async fn the_first_deputy_takes_over_from_a_supervisor_who_leaves(app) {
        let team = a_team(&app).await;

        send_away(&team.manager, "suspension", &team.supervisor, None).await.expect(200);
        let named = team.manager.get("/pods").await.expect(200);
        send_away(&team.manager, "departure", &team.supervisor, None).await.expect(200);
        let left = team.manager.get("/pods").await.expect(200);

        // A suspension may be lifted, so the name stays and the deputies cover.
        assert_eq!(named["items"][0]["supervising_social_worker_id"], json!(team.supervisor.id));
        assert_eq!(left["items"][0]["supervising_social_worker_id"], json!(team.deputy.id));
        assert_eq!(left["items"][0]["deputies"], json!([]));
        send_away(&team.manager, "departure", &team.deputy, None).await.expect(409);
    }
}

on_both_stores! {
    async fn a_mentor_who_leaves_ends_their_matches_and_no_word_is_lost(app) {
        let team = a_team(&app).await;
        let path = format!("/conversations/{}/messages", team.conversation_id);

        send_away(&team.manager, "departure", &team.mentor, None).await.expect(200);

        let words = json!({ "id": new_id(), "body": "Are you still there?" });
        team.sam.post(&path, words).await.expect(201);
        let inbox = team.practitioner.get("/inbox?after=0").await.expect(200);
        let told = inbox["items"].to_string();
        assert!(told.contains("message.unattended"), "{told}");
        let family = team.manager.get(&format!("/families/{}", team.family_id)).await.expect(200);
        assert_eq!(family["members"][0]["peer_mentor_id"], json!(null));
        send_away(&team.manager, "departure", &team.mentor, None).await.expect(409);
    }
}

on_both_stores! {
    async fn a_match_ends_and_the_next_one_opens_a_new_conversation(app) {
        let team = a_team(&app).await;
        let id = match_of_sam(&team).await;
        let path = format!("/matches/{id}/ending");
        let reason = json!({ "reason": "Asha moves to Leeds" });
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });

        team.mentor.post(&path, reason.clone()).await.expect(403);
        let ended = team.supervisor.post(&path, reason.clone()).await.expect(200);

        assert!(ended["ended_at"].is_string(), "{ended}");
        team.practitioner.post(&path, reason).await.expect(409);
        assert_eq!(team.mentor.get("/conversations").await.expect(200)["items"], json!([]));
        let again = team.practitioner.post("/matches", pair).await.expect(201);
        assert_ne!(again["conversation_id"], json!(team.conversation_id));
        let mine = team.sam.get("/conversations").await.expect(200);
        assert_eq!(mine["items"].as_array().unwrap().len(), 2, "the old talk stays hers: {mine}");
    }
}

on_both_stores! {
    async fn a_practitioner_moves_when_somebody_takes_their_families(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let tom = team.manager
            .brings_in("family_practitioner", "Tom", json!({ "pod_id": team.pod_id })).await;
        let path = format!("/accounts/{}/pod", team.practitioner.id);

        let alone = team.manager.put(&path, json!({ "pod_id": other.pod_id })).await;
        let with = json!({ "pod_id": other.pod_id, "replacement_account_id": tom.id });
        let moved = team.manager.put(&path, with).await.expect(200);

        assert_eq!(alone.status, 409, "{}", alone.body);
        assert_eq!(moved["pod_id"], json!(other.pod_id));
        tom.get(&format!("/families/{}", team.family_id)).await.expect(200);
        team.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(404);
        team.supervisor.put(&path, json!({ "pod_id": team.pod_id })).await.expect(403);
    }
}

on_both_stores! {
    async fn a_family_moves_to_a_pod_that_somebody_answers_for_with_all_its_members(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let empty = team.manager
            .post("/pods", json!({ "name": "Nobody yet", "area": "Crewe" })).await.expect(201);
        let path = format!("/families/{}/pod", team.family_id);
        let move_to = |pod: &serde_json::Value, practitioner: &str| {
            json!({ "pod_id": pod, "family_practitioner_id": practitioner })
        };

        let unattended = team.manager.put(&path, json!({ "pod_id": empty["id"] })).await;
        let pod = json!(other.pod_id);
        let wrong = team.manager.put(&path, move_to(&pod, &team.practitioner.id)).await;
        team.manager.put(&path, move_to(&pod, &other.practitioner.id)).await.expect(200);

        assert_eq!(unattended.wrong_fields(), ["/pod_id"]);
        assert_eq!(wrong.wrong_fields(), ["/family_practitioner_id"]);
        let sam = other.supervisor.get(&format!("/accounts/{}", team.sam.id)).await.expect(200);
        assert_eq!(sam["pod_id"], json!(other.pod_id));
        team.supervisor.get(&format!("/accounts/{}", team.sam.id)).await.expect(404);
        team.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(404);
        // The match is between two people, and outlives the move.
        let family = other.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(200);
        assert_eq!(family["members"][0]["peer_mentor_id"], json!(team.mentor.id));
    }
}

on_both_stores! {
    async fn a_manager_is_marked_as_qualified_by_another_one(app) {
        let team = a_team(&app).await;
        let noor = app.manager().await;
        let let_in = team.manager.brings_in("service_manager", "Nia", json!({})).await;
        let path = |who: &Person| format!("/accounts/{}/qualified", who.id);
        let mark = json!({ "qualified": true });

        team.manager.put(&path(&team.manager), mark.clone()).await.expect(403);
        team.manager.put(&path(&team.mentor), mark.clone()).await.expect(409);
        // Whoever has let the other in may be the other.
        let_in.put(&path(&team.manager), mark.clone()).await.expect(409);
        team.manager.put(&path(&let_in), mark.clone()).await.expect(409);
        let marked = team.manager.put(&path(&noor), mark).await.expect(200);

        assert_eq!(marked["qualified"], true);
        let audit = team.manager.get(&format!("/audit?about={}", noor.id)).await.expect(200);
        assert!(audit.to_string().contains("account.qualified_put"), "{audit}");
    }
}

on_both_stores! {
    async fn whoever_is_moved_is_let_go_at_once(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let mut asha = Phone::of(&team.mentor).await;
        let mut sam = Phone::of(&team.sam).await;
        let there = json!({ "pod_id": other.pod_id });

        let path = format!("/accounts/{}/pod", team.mentor.id);
        team.manager.put(&path, there.clone()).await.expect(200);
        let path = format!("/families/{}/pod", team.family_id);
        team.manager.put(&path, there).await.expect(200);

        assert_eq!(asha.closed().await, 4410);
        assert_eq!(sam.closed().await, 4410);
        Phone::of(&team.sam).await;
    }
}

on_both_stores! {
    async fn nobody_stands_on_two_rungs_of_a_pod(app) {
        let team = a_team(&app).await;
        let base = format!("/pods/{}", team.pod_id);

        let cover = json!({ "deputies": [team.supervisor.id] });
        let refused = team.manager.put(&format!("{base}/cover"), cover).await;
        assert_eq!(refused.wrong_fields(), ["/deputies/0"]);
        let charge = json!({ "account_id": team.deputy.id });
        let path = format!("{base}/supervising-social-worker");
        let pod = team.manager.put(&path, charge).await.expect(200);

        assert_eq!(pod["deputies"], json!([]));
    }
}
