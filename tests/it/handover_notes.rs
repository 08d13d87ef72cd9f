//! Handover notes: three prompts, every version kept, and nobody's words written over.

use serde_json::{Value, json};

use crate::support::{Person, Reply, Team, a_team, new_id, on_both_stores, the_alert, told};

fn note(of: &Person, based_on: i32, going_on: &str) -> Value {
    json!({
        "id": new_id(), "family_member_id": of.id, "based_on": based_on, "going_on": going_on,
        "promised": "Call Wed 9:30.\nBring the forms", "look_out_for": "Sundays are hard",
    })
}

async fn saves(who: &Person, note: &Value) -> Reply {
    who.post("/handover-notes", note.clone()).await
}

async fn read(who: &Person, of: &Person, side: &str) -> Reply {
    let path = format!("/handover-notes?family_member_id={}&side={side}", of.id);
    who.get(&path).await
}

/// What each version says is going on, the newest first.
async fn versions(who: &Person, of: &Person, side: &str) -> Vec<(i64, String)> {
    let list = read(who, of, side).await.expect(200);
    let version = |note: &Value| {
        let said = note["going_on"].as_str().unwrap().to_owned();
        (note["version"].as_i64().unwrap(), said)
    };
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(version)
        .collect()
}

on_both_stores! {
    async fn a_version_is_saved_once_and_every_version_is_kept(app) {
        let team = a_team(&app).await;
        let body = note(&team.sam, 0, "New flat on Friday");

        let first = saves(&team.mentor, &body).await.expect(201);
        let again = saves(&team.mentor, &body).await.expect(200);
        for (name, value) in [("going_on", json!("Else")), ("promised", Value::Null), ("based_on", json!(1))] {
            let mut other = body.clone();
            other[name] = value;
            assert_eq!(saves(&team.mentor, &other).await.expect(409)["type"], "/problems/id-used");
        }
        saves(&team.mentor, &note(&team.sam, 1, "Moved in")).await.expect(201);

        assert_eq!(first, again);
        assert_eq!((&first["version"], &first["side"]), (&json!(1), &json!("mentors")));
        assert_eq!(first["by"]["display_name"], "Asha");
        assert_eq!(first["promised"], "Call Wed 9:30.\nBring the forms");
        let kept = versions(&team.mentor, &team.sam, "mentors").await;
        assert_eq!(kept, [(2, "Moved in".to_owned()), (1, "New flat on Friday".to_owned())]);
        let base = format!("/handover-notes?family_member_id={}&side=mentors&limit=1", team.sam.id);
        let page = team.mentor.get(&base).await.expect(200);
        let path = format!("{base}&after={}", page["next"].as_str().unwrap());
        let rest = team.mentor.get(&path).await.expect(200);
        assert_eq!((&rest["items"], &rest["next"]), (&json!([first]), &Value::Null));
    }
}

on_both_stores! {
    async fn whoever_saves_second_is_shown_the_version_that_stands_and_loses_nothing(app) {
        let team = a_team(&app).await;
        saves(&team.practitioner, &note(&team.sam, 0, "First")).await.expect(201);
        saves(&team.supervisor, &note(&team.sam, 1, "Ruth's")).await.expect(201);
        let late = note(&team.sam, 1, "Priya's");

        let refused = saves(&team.practitioner, &late).await.expect(409);
        let stands = versions(&team.practitioner, &team.sam, "workers").await;
        let mut second = late.clone();
        second["based_on"] = json!(2);
        saves(&team.practitioner, &second).await.expect(201);

        assert_eq!(refused["type"], "/problems/already-done");
        assert_eq!(refused["by"]["display_name"], "Ruth");
        assert_eq!((&refused["current"]["version"], &refused["current"]["going_on"]), (&json!(2), &json!("Ruth's")));
        assert_eq!(stands.len(), 2, "nothing was written over: {stands:?}");
        assert_eq!(versions(&team.supervisor, &team.sam, "workers").await[0], (3, "Priya's".to_owned()));
        assert_eq!(saves(&team.practitioner, &note(&team.sam, 9, "x")).await.wrong_fields(), ["/based_on"]);
        let audit = team.manager.get(&format!("/audit?about={}", team.sam.id)).await.expect(200);
        let lines = audit["items"].as_array().unwrap().iter();
        let reads = lines.filter(|line| line["deed"] == "handover_note.read");
        assert_eq!(reads.count(), 3, "what a refusal shows is read too");
    }
}

on_both_stores! {
    async fn of_two_who_save_at_the_same_time_one_is_shown_the_others(app) {
        let team = a_team(&app).await;
        let (one, other) = (note(&team.sam, 0, "One"), note(&team.sam, 0, "Other"));

        let (first, second) =
            tokio::join!(saves(&team.practitioner, &one), saves(&team.supervisor, &other));

        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(versions(&team.practitioner, &team.sam, "workers").await.len(), 1);
    }
}

on_both_stores! {
    async fn mentors_hand_over_to_mentors_and_workers_read_both(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let before = told(&team.sam).await.len();
        saves(&team.mentor, &note(&team.sam, 0, "Asha's")).await.expect(201);
        saves(&team.practitioner, &note(&team.sam, 0, "Priya's")).await.expect(201);
        saves(&team.deputy, &note(&team.sam, 1, "Ben's")).await.expect(201);

        saves(&team.sam, &note(&team.sam, 0, "Sam's")).await.expect(403);
        read(&team.sam, &team.sam, "mentors").await.expect(403);
        assert_eq!(told(&team.sam).await.len(), before);
        saves(&team.manager, &note(&team.sam, 0, "Max's")).await.expect(403);
        read(&team.mentor, &team.sam, "workers").await.expect(404);
        for stranger in [&other.mentor, &other.practitioner, &other.supervisor] {
            saves(stranger, &note(&team.sam, 0, "x")).await.expect(404);
            read(stranger, &team.sam, "mentors").await.expect(404);
        }
        for worker in [&team.practitioner, &team.supervisor] {
            assert_eq!(versions(worker, &team.sam, "mentors").await.len(), 1);
            assert_eq!(versions(worker, &team.sam, "workers").await.len(), 2);
        }
        for covers in [&team.deputy, &team.manager] {
            assert_eq!(read(covers, &team.sam, "workers").await.wrong_fields(), ["reason"]);
        }
    }
}

on_both_stores! {
    async fn whoever_covers_for_the_mentor_reads_it_until_the_minute_their_cover_ends(app) {
        let team = a_team(&app).await;
        saves(&team.mentor, &note(&team.sam, 0, "New flat on Friday")).await.expect(201);
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        read(&bea, &team.sam, "mentors").await.expect(404);
        let family = team.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(200);
        let cover = format!("/matches/{}/cover", family["members"][0]["match_id"].as_str().unwrap());
        let body = json!({ "account_id": bea.id, "until": "2026-06-01T10:00:00Z" });
        team.manager.put(&cover, body).await.expect(200);

        assert_eq!(versions(&bea, &team.sam, "mentors").await.len(), 1);
        saves(&bea, &note(&team.sam, 1, "The van is booked")).await.expect(201);
        app.advance(60);

        let bea = bea.back().await;
        read(&bea, &team.sam, "mentors").await.expect(404);
        saves(&bea, &note(&team.sam, 2, "x")).await.expect(404);
        assert_eq!(versions(&team.mentor.back().await, &team.sam, "mentors").await.len(), 2);
    }
}

on_both_stores! {
    async fn every_word_is_screened_in_the_unit_that_stores_it(app) {
        let team = a_team(&app).await;
        let mut body = note(&team.sam, 0, "Settled");
        body["look_out_for"] = json!("He says: dad hits me every night");

        saves(&team.practitioner, &body).await.expect(201);
        saves(&team.practitioner, &body).await.expect(200);
        let id = the_alert(&team.supervisor).await;
        app.app.lexicons().shipped().fail_next(1);
        saves(&team.practitioner, &note(&team.sam, 1, "His dad hits him every night")).await.expect(201);
        assert_eq!(app.reconcile().await, 1);

        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["category"], "physical_abuse");
        assert_eq!(alert["occurrence_count"], 3, "one, one unread, one read");
        assert_eq!(alert["occurrences"][2]["source"]["kind"], "handover_note");
        assert!(alert["occurrences"][2]["quote"].to_string().contains("hits me"));
        assert!(told(&team.mentor).await.iter().all(|(event, _)| !event.starts_with("alert")));
    }
}

on_both_stores! {
    async fn a_note_says_something_to_one_prompt_at_least(app) {
        let team = a_team(&app).await;
        let mut bare = note(&team.sam, 0, "x");
        bare.as_object_mut().unwrap().retain(|name, _| !["going_on", "promised"].contains(&&**name));

        let saved = saves(&team.mentor, &bare).await.expect(201);
        bare.as_object_mut().unwrap().remove("look_out_for");
        let nothing = saves(&team.mentor, &bare).await;
        let mut blank = note(&team.sam, -1, " ");
        blank["promised"] = json!("a".repeat(2001));

        assert_eq!((&saved["going_on"], &saved["look_out_for"]), (&Value::Null, &json!("Sundays are hard")));
        assert_eq!(nothing.wrong_fields(), ["/going_on"]);
        assert_eq!(saves(&team.mentor, &blank).await.wrong_fields(), ["/based_on", "/going_on", "/promised"]);
    }
}

on_both_stores! {
    async fn whoever_reads_a_note_only_with_a_reason_is_not_shown_it_by_saving_late(app) {
        let team = a_team(&app).await;
        saves(&team.practitioner, &note(&team.sam, 0, "New flat on Friday")).await.expect(201);

        let refused = saves(&team.deputy, &note(&team.sam, 0, "x")).await.expect(409);

        assert_eq!(refused["type"], "/problems/already-done");
        assert_eq!((refused.get("current"), refused.get("by")), (None, None), "{refused}");
        let path = format!("/handover-notes?family_member_id={}&side=workers&reason=Ruth%20is%20away", team.sam.id);
        let read = team.deputy.get(&path).await.expect(200);
        assert_eq!(read["items"][0]["version"], 1);
        saves(&team.deputy, &note(&team.sam, 1, "Ben's")).await.expect(201);
        let shown = saves(&team.supervisor, &note(&team.sam, 1, "Late")).await.expect(409);
        assert_eq!(shown["current"]["going_on"], "Ben's", "the supervisor reads it without one");
    }
}
