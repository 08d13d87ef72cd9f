//! Concerns people report: who may, about whom, and who never learns of them.

use serde_json::{Value, json};

use crate::support::{
    Team, a_team, alerts_of, concern, new_id, on_both_stores, say, the_alert, told, told_of,
};

on_both_stores! {
    async fn staff_and_mentors_report_and_the_supervisor_is_told(app) {
        let team = a_team(&app).await;
        let reporters = [
            &team.mentor, &team.practitioner, &team.deputy, &team.supervisor, &team.manager,
        ];

        for reporter in reporters {
            let body = concern(&team, "urgent", "neglect");
            let stored = reporter.post("/concerns", body.clone()).await.expect(201);
            for field in ["id", "family_member_id", "severity", "category", "note"] {
                assert_eq!(stored[field], body[field]);
            }
        }

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["occurrence_count"], 5);
        assert_eq!(alert["kind"], "concern");
        assert_eq!(alert["occurrences"][4]["source"]["author_id"], team.mentor.id.as_str());
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn the_same_concern_again_is_one_concern(app) {
        let team = a_team(&app).await;
        let body = concern(&team, "urgent", "neglect");
        let first = team.mentor.post("/concerns", body.clone()).await.expect(201);
        app.advance(3);

        let mut spaced = body.clone();
        spaced["note"] = json!(format!("  {}\n", body["note"].as_str().unwrap()));
        let again = team.mentor.post("/concerns", spaced).await.expect(200);
        let mut other = body.clone();
        other["severity"] = json!("watch");
        team.mentor.post("/concerns", other).await.expect(409);
        let mut implicating = body.clone();
        implicating["implicates"] = json!([team.deputy.id]);
        team.mentor.post("/concerns", implicating).await.expect(409);

        assert_eq!(first, again);
        assert_eq!(alerts_of(&team.supervisor).await[0]["occurrence_count"], 1);
        // Another reporter's same id is another concern.
        team.practitioner.post("/concerns", body).await.expect(201);
    }
}

on_both_stores! {
    async fn nobody_reports_about_somebody_they_do_not_know(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let elsewhere = app.manager_of("Stockport").await;
        let strangers = [&other.mentor, &other.practitioner, &other.supervisor, &elsewhere];

        for stranger in strangers {
            let body = concern(&team, "urgent", "neglect");
            stranger.post("/concerns", body).await.expect(404);
        }
        let mut about_staff = concern(&team, "urgent", "neglect");
        about_staff["family_member_id"] = json!(team.mentor.id);
        team.manager.post("/concerns", about_staff).await.expect(404);
        let mut about_other = concern(&team, "urgent", "neglect");
        about_other["family_member_id"] = json!(other.sam.id);
        about_other["about_mentor"] = json!(true);
        team.sam.post("/concerns", about_other).await.expect(404);

        assert!(alerts_of(&team.supervisor).await.is_empty());
        assert!(alerts_of(&other.supervisor).await.is_empty());
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_concern_is_named(app) {
        let team = a_team(&app).await;
        let post = async |person: &crate::support::Person, key: &str, value: Value| {
            let mut body = concern(&team, "urgent", "neglect");
            body[key] = value;
            person.post("/concerns", body).await.wrong_fields()
        };

        assert_eq!(post(&team.mentor, "note", json!("  ")).await, ["/note"]);
        assert_eq!(post(&team.mentor, "note", json!("a".repeat(4001))).await, ["/note"]);
        assert_eq!(post(&team.mentor, "severity", json!("dire")).await, ["/severity"]);
        assert_eq!(post(&team.mentor, "category", json!("other")).await, ["/category"]);
        let nil = json!("00000000-0000-0000-0000-000000000000");
        assert_eq!(post(&team.mentor, "id", nil).await, ["/id"]);
        assert_eq!(post(&team.mentor, "message_id", json!(new_id())).await, ["/message_id"]);
        assert_eq!(post(&team.mentor, "implicates", json!([new_id()])).await, ["/implicates"]);
        let family = json!([team.sam.id]);
        assert_eq!(post(&team.mentor, "implicates", family).await, ["/implicates"]);
        let many: Vec<String> = (0..21).map(|_| new_id()).collect();
        assert_eq!(post(&team.mentor, "implicates", json!(many)).await, ["/implicates"]);
        assert_eq!(post(&team.sam, "about_mentor", json!(false)).await, ["/about_mentor"]);
        let mut body = concern(&team, "urgent", "neglect");
        body["about_mentor"] = json!(true);
        body["implicates"] = json!([team.supervisor.id]);
        assert_eq!(team.sam.post("/concerns", body).await.wrong_fields(), ["/implicates"]);
        assert!(alerts_of(&team.manager).await.is_empty());
    }
}

on_both_stores! {
    async fn a_concern_may_name_a_message_of_that_member_alone(app) {
        let team = a_team(&app).await;
        let (_, hers) = team.another_member("Mia", "parent").await;
        let sent = say(&team.mentor, &hers, "See you on Friday").await.expect(201);
        let mut body = concern(&team, "urgent", "neglect");
        body["message_id"] = sent["id"].clone();

        let wrong = team.mentor.post("/concerns", body.clone()).await.wrong_fields();
        let sent = say(&team.sam, &team.conversation_id, "ok").await.expect(201);
        body["message_id"] = sent["id"].clone();
        let stored = team.mentor.post("/concerns", body).await.expect(201);

        assert_eq!(wrong, ["/message_id"]);
        assert_eq!(stored["message_id"], sent["id"]);
    }
}

on_both_stores! {
    async fn words_in_the_note_may_make_it_more_serious_never_less(app) {
        let team = a_team(&app).await;
        let mut body = concern(&team, "watch", "neglect");
        body["note"] = json!("She told me her dad hits her and she took all of mums tablets.");

        let stored = team.mentor.post("/concerns", body).await.expect(201);

        assert_eq!(stored["severity"], "watch", "what was reported stays as it was said");
        let alerts = alerts_of(&team.supervisor).await;
        assert_eq!(alerts[0]["severity"], "immediate");
    }
}

on_both_stores! {
    async fn a_family_member_may_ask_for_somebody_other_than_their_mentor(app) {
        let team = a_team(&app).await;
        let before = told(&team.mentor).await;
        let mut body = concern(&team, "urgent", "mentor_boundary");
        body["note"] = json!("I want to talk to somebody other than Asha.");
        body["about_mentor"] = json!(true);

        team.sam.post("/concerns", body.clone()).await.expect(201);
        team.sam.post("/concerns", body).await.expect(200);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["kind"], "allegation");
        assert_eq!(alert["occurrence_count"], 1);
        assert_eq!(
            alert["occurrences"][0]["quote"][0]["text"],
            "I want to talk to somebody other than Asha."
        );
        assert_eq!(told(&team.mentor).await, before, "the mentor learns nothing");
        team.mentor.get(&format!("/alerts/{id}")).await.expect(404);
    }
}

on_both_stores! {
    async fn a_limit_that_was_stepped_over_implicates_the_mentor_whoever_reports_it(app) {
        let team = a_team(&app).await;
        let before = told(&team.mentor).await;
        let body = concern(&team, "urgent", "mentor_boundary");

        team.practitioner.post("/concerns", body.clone()).await.expect(201);
        team.practitioner.post("/concerns", body).await.expect(200);

        let id = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{id}");
        let alert = team.supervisor.get(&path).await.expect(200);
        assert_eq!((&alert["kind"], &alert["occurrence_count"]), (&json!("allegation"), &json!(1)));
        assert_eq!(told(&team.mentor).await, before);
        team.mentor.get(&path).await.expect(404);
        team.practitioner.get(&path).await.expect(404);
        let actions = team.supervisor.get(&format!("{path}/actions")).await.expect(200);
        assert_eq!(actions["items"][0]["kind"], "inform_lado");
    }
}

on_both_stores! {
    async fn a_suspended_author_is_still_heard(app) {
        let team = a_team(&app).await;
        let mut asked = concern(&team, "urgent", "mentor_boundary");
        asked["about_mentor"] = json!(true);
        app.set_status(&team.sam, "suspended").await;
        app.set_status(&team.mentor, "suspended").await;

        team.sam.post("/concerns", asked).await.expect(201);
        team.mentor.post("/concerns", concern(&team, "urgent", "neglect")).await.expect(201);

        assert_eq!(alerts_of(&team.supervisor).await.len(), 2);
    }
}

on_both_stores! {
    async fn an_allegation_and_a_concern_about_the_same_person_are_two_alerts(app) {
        let team = a_team(&app).await;
        let mut about_mentor = concern(&team, "urgent", "mentor_boundary");
        about_mentor["about_mentor"] = json!(true);

        team.practitioner.post("/concerns", about_mentor).await.expect(201);
        team.mentor.post("/concerns", concern(&team, "urgent", "neglect")).await.expect(201);

        let kinds: Vec<Value> = alerts_of(&team.supervisor)
            .await
            .iter()
            .map(|alert| alert["kind"].clone())
            .collect();
        assert_eq!(kinds, ["concern", "allegation"]);
    }
}

on_both_stores! {
    async fn a_message_that_accuses_the_mentor_is_an_allegation_the_mentor_never_sees(app) {
        let team = a_team(&app).await;
        let words = "my mentor turned up at my house drunk";

        let sent = say(&team.sam, &team.conversation_id, words).await.expect(201);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["kind"], "allegation");
        assert_eq!(alert["possible_allegation"], true, "the words do not say which worker");
        // The mentor sees the message as any other, and nothing else.
        let seen = told(&team.mentor).await;
        let (event, data) = seen.last().unwrap();
        assert_eq!((event.as_str(), &data["id"]), ("message.created", &sent["id"]));
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn words_against_a_worker_reach_the_managers_though_an_alert_is_there_already(app) {
        for (is_taken, authority) in [(false, "Leeds"), (true, "York")] {
            let team = Team::of(&app.manager_of(authority).await, "Headingley").await;
            let mut other = concern(&team, "urgent", "mentor_boundary");
            other["about_mentor"] = json!(true);
            team.sam.post("/concerns", other).await.expect(201);
            let id = the_alert(&team.supervisor).await;
            if is_taken {
                let path = format!("/alerts/{id}/acknowledgement");
                team.supervisor.post_nothing(&path).await.expect(200);
            }
            assert_eq!(told_of(&team.manager).await, Vec::<String>::new());

            for _ in 0..2 {
                say(&team.sam, &team.conversation_id, "my social worker hit me").await.expect(201);
            }

            let alert = team.manager.get(&format!("/alerts/{id}")).await.expect(200);
            assert_eq!((&alert["occurrence_count"], &alert["possible_allegation"]), (&json!(3), &json!(true)));
            assert_eq!(told_of(&team.manager).await, ["alert.opened"], "once, at once");
            let heard = told_of(&team.supervisor).await;
            assert!(heard.contains(&"alert.raised_again".to_owned()), "{heard:?}");
            assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
        }
    }
}

on_both_stores! {
    async fn a_mentor_who_asks_for_secrecy_is_implicated_by_their_own_words(app) {
        let team = a_team(&app).await;

        say(&team.mentor, &team.conversation_id, "keep this between us ok, i wont report it")
            .await
            .expect(201);

        let alert = alerts_of(&team.supervisor).await.remove(0);
        assert_eq!(alert["kind"], "allegation");
        assert_eq!(alert["category"], "mentor_boundary");
        assert_eq!(alert["possible_allegation"], false);
        assert_eq!(alert["family_member"]["id"], team.sam.id.as_str());
    }
}

on_both_stores! {
    async fn a_colleague_may_implicate_the_supervisor(app) {
        let team = a_team(&app).await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.supervisor.id]);

        team.manager.post("/concerns", body).await.expect(201);

        let id = the_alert(&team.deputy).await;
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert!(alerts_of(&team.supervisor).await.is_empty());
        for part in ["", "/occurrences", "/history"] {
            team.supervisor.get(&format!("/alerts/{id}{part}")).await.expect(404);
        }
        let path = format!("/alerts/{id}/acknowledgement");
        team.supervisor.post_nothing(&path).await.expect(404);
        team.deputy.post_nothing(&path).await.expect(200);
    }
}

on_both_stores! {
    async fn what_a_former_mentor_wrote_implicates_the_former_mentor(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        let cal = team.manager.brings_in("peer_mentor", "Cal", json!({ "pod_id": team.pod_id })).await;
        let wrote = say(&team.mentor, &team.conversation_id, "Come alone on Friday").await.expect(201);
        let answered = say(&team.sam, &team.conversation_id, "ok").await.expect(201);
        let family = team.manager.get(&format!("/families/{}", team.family_id)).await.expect(200);
        let id = family["members"][0]["match_id"].as_str().unwrap().to_owned();
        let why = json!({ "reason": "She moves to Leeds." });
        team.manager.post(&format!("/matches/{id}/ending"), why.clone()).await.expect(200);
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": bea.id });
        let present = team.manager.post("/matches", pair).await.expect(201);
        let complain = async |message: Option<&Value>| {
            let mut body = concern(&team, "urgent", "mentor_boundary");
            body["about_mentor"] = json!(true);
            body["message_id"] = json!(message);
            team.sam.post("/concerns", body.clone()).await.expect(201);
            team.sam.post("/concerns", body).await.expect(200);
        };
        // Whether a mentor may come nearer to Sam shows in whom the worries lie.
        let are_implicated = async || {
            let ending = format!("/matches/{}/cover", present["id"].as_str().unwrap());
            let mut found = Vec::new();
            for who in [&team.mentor, &cal] {
                let body = json!({ "account_id": who.id, "until": "2026-06-05T09:00:00Z" });
                found.push(team.manager.put(&ending, body).await.status == 422);
            }
            found
        };

        complain(Some(&wrote["id"])).await;
        complain(Some(&answered["id"])).await;
        assert_eq!(are_implicated().await, [true, false]);
        assert_eq!(alerts_of(&team.supervisor).await.len(), 1, "both about the one who was there then");
        complain(None).await;

        assert_eq!(alerts_of(&team.supervisor).await.len(), 2, "and one about all he has had");
        assert_eq!(are_implicated().await, [true, true], "whoever covers is one of them");
        let again = json!({ "family_member_id": team.sam.id, "peer_mentor_id": bea.id });
        let ending = format!("/matches/{}/ending", present["id"].as_str().unwrap());
        team.manager.post(&ending, why).await.expect(200);
        assert_eq!(team.manager.post("/matches", again).await.wrong_fields(), ["/peer_mentor_id"]);
    }
}
