//! Joining, signing in, the own account, and who sees whom.

use daybook::base::secret::Secret;
use daybook::care::accounts::invitations::InviteError;
use daybook::care::handovers::joining;
use daybook::db::Lane;
use serde_json::{Value, json};

use super::support::{PASSWORD, PIN, Person, Team, TestApp, a_team, new_id, on_both_stores};

/// Invites a mentor and gives the invitation with its code.
async fn an_invitation(manager: &Person, pod: &str) -> serde_json::Value {
    let whom = json!({
        "role": "peer_mentor", "display_name": "Jo", "pod_id": pod,
        "email": format!("jo-{}@example.org", new_id()),
    });
    manager.post("/invitations", whom).await.expect(201)
}

/// Tries a wrong password for this e-mail.
async fn guess(app: &TestApp, email: &str) -> u16 {
    let body = json!({ "email": email, "password": "not the right one" });
    app.nobody().post("/sessions", body).await.status
}

on_both_stores! {
    async fn a_pod_is_set_up_from_one_manager(app) {
        let team = a_team(&app).await;

        let pods = team.supervisor.get("/pods").await.expect(200);

        assert_eq!(pods["items"].as_array().unwrap().len(), 1);
        assert_eq!(pods["items"][0]["supervising_social_worker_id"], team.supervisor.id.as_str());
        assert_eq!(pods["items"][0]["deputies"], json!([team.deputy.id]));
    }
}

on_both_stores! {
    async fn wrong_passwords_wait_longer_each_time_and_a_right_one_forgives(app) {
        let manager = app.manager().await;
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        let email = email.as_str().unwrap();
        let right = json!({ "email": email, "password": PASSWORD });

        for _ in 0..5 {
            assert_eq!(guess(&app, email).await, 401);
        }
        let refused = app.nobody().post("/sessions", right.clone()).await;

        assert_eq!(refused.status, 429, "even the right one waits: {}", refused.body);
        let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=2).contains(&wait), "{wait}");
        app.advance(1);
        assert_eq!(guess(&app, email).await, 401);
        let longer = app.nobody().post("/sessions", right.clone()).await;
        let longer: u64 = longer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(longer > wait, "{longer} after {wait}");
        app.advance(1);
        app.nobody().post("/sessions", right).await.expect(200);
        for _ in 0..4 {
            assert_eq!(guess(&app, email).await, 401, "forgiven");
        }
    }
}

on_both_stores! {
    async fn guesses_sent_at_the_same_time_are_all_counted(app) {
        let email = format!("nobody-{}@example.org", new_id());

        let guesses: Vec<_> = (0..12).map(|_| guess(&app, &email)).collect();
        let answers = futures_util::future::join_all(guesses).await;

        // An address nobody has is counted and answered like any other.
        let compared = answers.iter().filter(|status| **status == 401).count();
        assert_eq!(compared, 5, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 429).count(), 7, "{answers:?}");
    }
}

on_both_stores! {
    async fn an_office_is_not_locked_out_by_one_who_forgot_their_password(app) {
        let manager = app.manager().await;
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        for _ in 0..20 {
            guess(&app, &format!("someone-{}@example.org", new_id())).await;
        }

        let body = json!({ "email": email, "password": PASSWORD });

        app.nobody().post("/sessions", body).await.expect(200);
    }
}

/// Signs in from a network address.
async fn sign_in_from(app: &TestApp, address: &str, (email, password): (&str, &str)) -> u16 {
    let request = reqwest::Client::new()
        .post(format!("{}/api/v1/sessions", app.url))
        .header("x-forwarded-for", address)
        .json(&json!({ "email": email, "password": password }));
    request.send().await.unwrap().status().as_u16()
}

on_both_stores! {
    async fn a_stranger_keeps_nobody_from_signing_in_where_they_have_before(app) {
        let app = app.again(|config| config.trusted_proxies = 1).await;
        let team = a_team(&app).await;
        let (email, home) = (team.supervisor.email.as_str(), "192.0.2.1");
        assert_eq!(sign_in_from(&app, home, (email, PASSWORD)).await, 200);

        for place in 0..26 {
            let from = format!("198.51.100.{place}");
            for _ in 0..4 {
                sign_in_from(&app, &from, (email, "not the right one")).await;
            }
        }

        assert_eq!(sign_in_from(&app, "203.0.113.7", (email, PASSWORD)).await, 429);
        assert_eq!(sign_in_from(&app, home, (email, PASSWORD)).await, 200);
        // What is guessed there counts there.
        for _ in 0..5 {
            assert_eq!(sign_in_from(&app, home, (email, "not the right one")).await, 401);
        }
        assert_eq!(sign_in_from(&app, home, (email, PASSWORD)).await, 429);
        app.advance(91 * 24 * 60);
        app.forget_some().await;
        assert_eq!(app.forget_some().await, 0, "no count and no place is kept for ever");
    }
}

on_both_stores! {
    async fn strangers_keep_no_family_from_joining(app) {
        let team = a_team(&app).await;
        let real = an_invitation(&team.manager, &team.pod_id).await;
        let guesses = app.app.store().write(Lane::Rest, |tx| {
            for number in 0..6_000 {
                let from = format!("stranger {}", number / 8);
                let guessed = joining::begin(tx, &Secret::new("00000-00000"), &from)?;
                assert!(guessed.is_err());
            }
            Ok::<_, InviteError>(())
        });
        guesses.await.unwrap();

        let body = json!({ "code": real["code"], "password": PASSWORD });
        app.nobody().post("/invitations/accept", body).await.expect(201);
    }
}

on_both_stores! {
    async fn an_invitation_is_good_once_for_seven_days_and_until_it_is_withdrawn(app) {
        let team = a_team(&app).await;
        let nobody = app.nobody();
        let accept = |code: &serde_json::Value| {
            let body = json!({ "code": code, "password": PASSWORD });
            let nobody = nobody.clone();
            async move { nobody.post("/invitations/accept", body).await }
        };
        let [used, withdrawn, expired] = [
            an_invitation(&team.manager, &team.pod_id).await,
            an_invitation(&team.manager, &team.pod_id).await,
            an_invitation(&team.manager, &team.pod_id).await,
        ];

        accept(&used["code"]).await.expect(201);
        let path = format!("/invitations/{}", withdrawn["id"].as_str().unwrap());
        team.manager.delete(&path).await.expect(204);
        team.manager.delete(&path).await.expect(204);

        assert_eq!(accept(&used["code"]).await.wrong_fields(), ["/code"]);
        assert_eq!(accept(&withdrawn["code"]).await.wrong_fields(), ["/code"]);
        app.advance(7 * 24 * 60);
        assert_eq!(accept(&expired["code"]).await.wrong_fields(), ["/code"]);
        let path = format!("/invitations/{}", used["id"].as_str().unwrap());
        team.manager.back().await.delete(&path).await.expect(409);
    }
}

on_both_stores! {
    async fn codes_cannot_be_guessed_for_long_from_one_address(app) {
        let team = a_team(&app).await;
        let real = an_invitation(&team.manager, &team.pod_id).await;
        let guess = json!({ "code": "00000-00000", "password": PASSWORD });

        let mut waits = 0;
        for _ in 0..14 {
            let answer = app.nobody().post("/invitations/accept", guess.clone()).await;
            waits += u32::from(answer.status == 429);
        }

        assert_eq!(waits, 3, "ten are free, and the eleventh begins to wait");
        let body = json!({ "code": real["code"], "password": PASSWORD });
        app.nobody().post("/invitations/accept", body.clone()).await.expect(429);
        app.advance(1);
        app.nobody().post("/invitations/accept", body).await.expect(201);
    }
}

on_both_stores! {
    async fn a_weak_secret_does_not_use_up_the_code(app) {
        let team = a_team(&app).await;
        let invited = an_invitation(&team.manager, &team.pod_id).await;

        for _ in 0..20 {
            let weak = json!({ "code": invited["code"], "password": "short" });
            let refused = app.nobody().post("/invitations/accept", weak).await;
            assert_eq!(refused.wrong_fields(), ["/password"]);
        }

        let good = json!({ "code": invited["code"], "password": PASSWORD });
        app.nobody().post("/invitations/accept", good).await.expect(201);
    }
}

on_both_stores! {
    async fn two_invitations_to_one_e_mail_make_one_account(app) {
        let team = a_team(&app).await;
        let whom = json!({
            "role": "peer_mentor", "display_name": "Jo", "pod_id": team.pod_id,
            "email": "Jo@Example.org",
        });
        let first = team.manager.post("/invitations", whom.clone()).await.expect(201);
        let second = team.manager.post("/invitations", whom.clone()).await.expect(201);

        let accept = |code: &serde_json::Value| json!({ "code": code, "password": PASSWORD });
        app.nobody().post("/invitations/accept", accept(&first["code"])).await.expect(201);

        app.nobody().post("/invitations/accept", accept(&second["code"])).await.expect(409);
        assert_eq!(team.manager.post("/invitations", whom).await.wrong_fields(), ["/email"]);
        let elsewhere = app.manager_of("Leeds").await;
        let there = json!({ "role": "service_manager", "display_name": "Jo", "email": "jo@example.org" });
        let third = elsewhere.post("/invitations", there).await.expect(201);
        app.nobody().post("/invitations/accept", accept(&third["code"])).await.expect(409);
    }
}

on_both_stores! {
    async fn the_notice_is_shown_at_joining_and_its_showing_is_kept(app) {
        let team = a_team(&app).await;

        let sam = team.sam.get("/accounts/me").await.expect(200);
        let manager = team.manager.get("/accounts/me").await.expect(200);

        assert_eq!(sam["role"], "family_member");
        assert_eq!(sam["kind"], "young_person");
        assert_eq!(sam["family_id"], json!(team.family_id));
        assert_eq!(sam["notice"]["must_be_shown"], false);
        assert_eq!(sam["notice"]["shown_language"], "en");
        assert_eq!(sam["notice"]["shown_at"], json!(app.now().to_string()));
        // Made from the command line, where nothing is shown.
        assert_eq!(manager["notice"]["must_be_shown"], true);
        assert_eq!(manager["notice"]["shown_at"], Value::Null);
        let version = manager["notice"]["current_version"].clone();
        let shown = json!({ "version": version, "language": "cy" });
        app.advance(2);
        let manager = team.manager.put("/accounts/me/notice", shown).await.expect(200);
        assert_eq!(manager["notice"]["must_be_shown"], false);
        assert_eq!(manager["notice"]["shown_language"], "cy");
        assert_eq!(manager["notice"]["shown_at"], json!(app.now().to_string()));
        let again = team.sam.get("/accounts/me").await.expect(200);
        assert_eq!(again["notice"], sam["notice"], "hers is shown to her, and to nobody else");
        let other = json!({ "version": "0", "language": "en" });
        assert_eq!(team.sam.put("/accounts/me/notice", other).await.wrong_fields(), ["/version"]);
    }
}

on_both_stores! {
    async fn a_password_is_changed_by_whoever_knows_it(app) {
        let team = a_team(&app).await;
        let email = team.mentor.get("/accounts/me").await.expect(200)["email"].clone();
        let change = |current: &str, new: &str| json!({ "current": current, "new": new });

        let wrong = team.mentor.put("/accounts/me/password", change("no", "a new long one")).await;
        let weak = team.mentor.put("/accounts/me/password", change(PASSWORD, "short")).await;
        let pin = team.sam.put("/accounts/me/password", change(PIN, "12345")).await;
        team.mentor.put("/accounts/me/password", change(PASSWORD, "a new long one")).await.expect(204);
        team.sam.put("/accounts/me/password", change(PIN, "135791")).await.expect(204);

        assert_eq!(wrong.wrong_fields(), ["/current"]);
        assert_eq!(weak.wrong_fields(), ["/new"]);
        assert_eq!(pin.wrong_fields(), ["/new"]);
        let old = json!({ "email": email, "password": PASSWORD });
        app.nobody().post("/sessions", old).await.expect(401);
        let new = json!({ "email": email, "password": "a new long one" });
        app.nobody().post("/sessions", new).await.expect(200);
    }
}

on_both_stores! {
    async fn each_sees_the_people_of_their_own_pods_and_nobody_of_another_authority(app) {
        let team = a_team(&app).await;
        let other_pod = Team::of(&team.manager, "Crewe South").await;
        let elsewhere = app.manager_of("Leeds").await;
        Team::of(&elsewhere, "Headingley").await;
        let names = |list: serde_json::Value| -> Vec<String> {
            let mut ids: Vec<String> = list["items"].as_array().unwrap().iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids
        };
        let sorted = |people: &[&Person]| -> Vec<String> {
            let mut ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
            ids.sort();
            ids
        };

        let theirs = [&team.supervisor, &team.deputy, &team.practitioner, &team.mentor, &team.sam];
        for seer in [&team.supervisor, &team.deputy, &team.practitioner] {
            let seen = names(seer.get("/accounts").await.expect(200));
            assert_eq!(seen, sorted(&theirs), "{}", seer.name);
        }
        let seen = names(team.manager.get("/accounts?limit=200").await.expect(200));
        assert_eq!(seen.len(), 11, "one manager and two pods of five");
        let mentors = names(team.manager.get("/accounts?role=peer_mentor").await.expect(200));
        assert_eq!(mentors, sorted(&[&team.mentor, &other_pod.mentor]));
        let page = team.manager.get("/accounts?limit=2").await.expect(200);
        let next = format!("/accounts?limit=200&after={}", page["next"].as_str().unwrap());
        assert_eq!(names(team.manager.get(&next).await.expect(200)).len(), 9);
        team.mentor.get("/accounts").await.expect(403);
        team.sam.get("/accounts").await.expect(403);
        let gone = team.supervisor.get(&format!("/accounts/{}", other_pod.mentor.id)).await;
        gone.expect(404);
    }
}

on_both_stores! {
    async fn a_family_is_seen_with_its_members_and_mentors_by_those_who_work_with_it(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let path = format!("/families/{}", team.family_id);

        for seer in [&team.manager, &team.supervisor, &team.deputy, &team.practitioner] {
            let family = seer.get(&path).await.expect(200);
            assert_eq!(family["members"][0]["id"], json!(team.sam.id), "{}", seer.name);
            assert_eq!(family["members"][0]["peer_mentor_id"], json!(team.mentor.id));
            let list = seer.get("/families").await.expect(200);
            assert_eq!(list["items"][0]["id"], json!(team.family_id));
        }

        for stranger in [&other.supervisor, &other.practitioner] {
            stranger.get(&path).await.expect(404);
        }
        let colleague = team.manager
            .brings_in("family_practitioner", "Tom", json!({ "pod_id": team.pod_id })).await;
        colleague.get(&path).await.expect(404);
        team.mentor.get(&path).await.expect(403);
    }
}

on_both_stores! {
    async fn nobody_learns_by_inviting_who_is_in_another_authority(app) {
        let team = a_team(&app).await;
        let elsewhere = Team::of(&app.manager_of("Leeds").await, "Headingley").await;
        let taken = json!(team.supervisor.email);
        let worker = |email: &serde_json::Value| json!({
            "role": "supervising_social_worker", "display_name": "Ina", "email": email,
        });
        let member = json!({
            "role": "family_member", "display_name": "Kit", "kind": "parent",
            "family_id": elsewhere.family_id, "email": taken,
        });

        let here = team.manager.post("/invitations", worker(&taken)).await;
        let there = elsewhere.manager.post("/invitations", worker(&taken)).await.expect(201);
        let family = elsewhere.practitioner.post("/invitations", member.clone()).await;
        let mut unknown = member;
        unknown["email"] = json!("nobody-at-all@example.org");
        let other = elsewhere.practitioner.post("/invitations", unknown).await;

        assert_eq!(here.wrong_fields(), ["/email"]);
        assert_eq!((family.body["errors"].clone(), family.wrong_fields()), (other.body["errors"].clone(), vec!["/email".to_owned()]));
        let acceptance = json!({ "code": there["code"], "password": PASSWORD });
        app.nobody().post("/invitations/accept", acceptance).await.expect(409);
    }
}

on_both_stores! {
    async fn the_notice_is_recorded_as_it_was_shown(app) {
        let team = a_team(&app).await;
        let join = async |shown: Value| {
            app.advance(1);
            let invited = an_invitation(&team.manager, &team.pod_id).await;
            let mut body = json!({ "code": invited["code"], "password": PASSWORD });
            for (name, value) in shown.as_object().unwrap() {
                body[name] = value.clone();
            }
            let session = app.nobody().post("/invitations/accept", body).await.expect(201);
            let jo = app.nobody().with_session("Jo", &session);
            let mine = jo.get("/accounts/me").await.expect(200);
            assert_eq!(mine["notice"]["shown_at"], json!(app.now().to_string()));
            (mine["language"].clone(), mine["notice"].clone())
        };

        assert_eq!(join(json!({})).await.1["must_be_shown"], false);
        assert_eq!(join(json!({ "notice_version": "1" })).await.1["must_be_shown"], false);
        let (_, older) = join(json!({ "notice_version": "0" })).await;
        assert_eq!((&older["shown_version"], &older["must_be_shown"]), (&json!("0"), &json!(true)));
        let (language, in_polish) = join(json!({ "language": "pl" })).await;
        assert_eq!(language, "pl", "which is theirs from then on");
        assert_eq!(in_polish["shown_language"], "pl");
        assert_eq!(in_polish["must_be_shown"], false);
    }
}

on_both_stores! {
    async fn a_practitioner_knows_nothing_of_the_families_of_another(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let una = team.manager.brings_in("family_practitioner", "Una", in_pod).await;

        let seen = una.get("/invitations").await.expect(200);
        assert_eq!(seen["items"], json!([]));
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
        una.post("/matches", pair.clone()).await.expect(422);
        let known = team.practitioner.post("/matches", pair).await.expect(200);
        let path = format!("/matches/{}/ending", known["id"].as_str().unwrap());
        una.post(&path, json!({ "reason": "x" })).await.expect(404);
        let invitation = json!({
            "role": "family_member", "kind": "parent", "display_name": "Nina",
            "family_id": team.family_id,
        });
        una.post("/invitations", invitation.clone()).await.expect(422);
        team.practitioner.post("/invitations", invitation).await.expect(201);
    }
}
