//! Goals: in the family member's own words, added to and never written over, and nobody else's.

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, a_team, alerts_of, new_id, on_both_stores, say, the_alert, told,
};

fn goal(of: &Person) -> Value {
    json!({
        "id": new_id(), "family_member_id": of.id, "words": "Mornings without shouting",
        "start": 2, "good_enough": 8,
    })
}

fn now(scale: i32) -> Value {
    json!({ "id": new_id(), "kind": "now", "scale": scale })
}

fn words(kind: &str, words: &str) -> Value {
    json!({ "id": new_id(), "kind": kind, "words": words })
}

fn id_of(goal: &Value) -> String {
    goal["id"].as_str().unwrap().to_owned()
}

async fn adds(who: &Person, goal: &Value, entry: Value) -> Reply {
    who.post(&format!("/goals/{}/entries", id_of(goal)), entry)
        .await
}

async fn ends(who: &Person, goal: &Value, ending: &str) -> Reply {
    who.post(
        &format!("/goals/{}/ending", id_of(goal)),
        json!({ "ending": ending }),
    )
    .await
}

async fn read(who: &Person, of: &Person) -> Reply {
    who.get(&format!("/goals?family_member_id={}", of.id)).await
}

async fn goals_of(team: &Team) -> Vec<Value> {
    let sam = team.sam.back().await;
    let list = read(&sam, &sam).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

fn texts(goal: &Value) -> Vec<String> {
    let entries = goal["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            let said = if entry["scale"].is_null() {
                entry["words"].to_string()
            } else {
                entry["scale"].to_string()
            };
            format!("{} {said}", entry["by"]["display_name"].as_str().unwrap())
        })
        .collect()
}

on_both_stores! {
    async fn a_goal_and_what_is_added_to_it_are_stored_once_and_in_their_own_words(app) {
        let team = a_team(&app).await;
        let body = goal(&team.sam);
        let step = words("next_step", "Shoes by the door, the night before");

        let made = team.sam.post("/goals", body.clone()).await.expect(201);
        app.advance(1);
        let first = adds(&team.sam, &made, step.clone()).await.expect(201);
        let again = adds(&team.sam, &made, step.clone()).await.expect(200);
        let repeated = team.sam.post("/goals", body.clone()).await.expect(200);
        for (name, value) in [("start", json!(3)), ("words", json!("Quiet")), ("good_enough", json!(9))] {
            let mut other = body.clone();
            other[name] = value;
            team.sam.post("/goals", other).await.expect(409);
        }
        let mut other = step.clone();
        other["words"] = json!("Something else");
        assert_eq!(adds(&team.sam, &made, other).await.expect(409)["type"], "/problems/id-used");

        assert_eq!(first, again);
        assert_eq!(repeated["entries"], json!([first]));
        assert_eq!(made["words"], "Mornings without shouting");
        assert_eq!((&made["start"], &made["now"], &made["good_enough"]), (&json!(2), &Value::Null, &json!(8)));
        assert_eq!(goals_of(&team).await, [repeated]);
    }
}

on_both_stores! {
    async fn staff_put_theirs_beside_and_only_the_family_members_own_word_is_where_it_stands(app) {
        let team = a_team(&app).await;
        let own = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        let mut theirs = goal(&team.sam);
        theirs["words"] = json!("A meal together on Fridays");

        let beside = team.practitioner.post("/goals", theirs).await.expect(201);
        adds(&team.sam, &own, now(4)).await.expect(201);
        app.advance(1);
        adds(&team.mentor, &own, now(9)).await.expect(201);
        adds(&team.mentor, &own, words("helped", "Story time")).await.expect(201);

        let goals = goals_of(&team).await;
        let (first, second) = (&goals[0], &goals[1]);
        assert_eq!(first["id"], beside["id"], "the newest first");
        assert_eq!((&first["by"]["display_name"], &first["by"]["role"]), (&json!("Priya"), &json!("family_practitioner")));
        assert_eq!((&second["now"], &second["words"]), (&json!(4), &own["words"]));
        let mut said = texts(second);
        said.sort();
        assert_eq!(said, ["Asha \"Story time\"", "Asha 9", "Sam 4"]);
        let told: Vec<_> = told(&team.sam).await.into_iter().filter(|(event, _)| event.starts_with("goal.")).collect();
        assert_eq!(told.len(), 3, "of what staff wrote, and not of their own: {told:?}");
    }
}

on_both_stores! {
    async fn nobody_else_of_the_household_learns_of_a_goal(app) {
        let team = a_team(&app).await;
        let (dad, _) = team.another_member("Dan", "parent").await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let before = told(&dad).await.len();
        let made = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        adds(&team.sam, &made, now(3)).await.expect(201);

        for stranger in [&dad, &other.mentor, &other.practitioner, &other.supervisor, &other.sam] {
            read(stranger, &team.sam).await.expect(404);
            stranger.get(&format!("/goals/{}/entries", id_of(&made))).await.expect(404);
            adds(stranger, &made, now(5)).await.expect(404);
            ends(stranger, &made, "reached").await.expect(404);
            stranger.post("/goals", goal(&team.sam)).await.expect(404);
        }

        assert_eq!(told(&dad).await.len(), before);
        assert_eq!(read(&dad, &dad).await.expect(200)["items"], json!([]));
        for reader in [&team.mentor, &team.practitioner, &team.supervisor] {
            let list = read(reader, &team.sam).await.expect(200);
            assert_eq!(list["items"].as_array().unwrap().len(), 1, "{}", reader.name);
        }
        assert_eq!(read(&team.deputy, &team.sam).await.wrong_fields(), ["reason"]);
        let why = format!("/goals?family_member_id={}&reason=Ruth%20is%20away", team.sam.id);
        team.deputy.get(&why).await.expect(200);
        let audit = team.manager.get(&format!("/audit?about={}", team.sam.id)).await.expect(200);
        let lines = audit["items"].as_array().unwrap();
        let reads = lines.iter().filter(|line| line["deed"] == "goals.read");
        assert_eq!(reads.count(), 3, "the practitioner's, the supervisor's and the deputy's");
    }
}

on_both_stores! {
    async fn every_word_of_a_goal_is_screened_in_the_unit_that_stores_it(app) {
        let team = a_team(&app).await;
        let mut body = goal(&team.sam);
        body["words"] = json!("dad stops. dad hits me every night now");

        let made = team.sam.post("/goals", body.clone()).await.expect(201);
        team.sam.post("/goals", body).await.expect(200);
        let id = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{id}");
        let first = team.supervisor.get(&path).await.expect(200);
        adds(&team.sam, &made, words("helped", "nothing. i cant cope anymore")).await.expect(201);

        let alert = team.supervisor.get(&path).await.expect(200);
        assert_eq!(first["category"], "physical_abuse");
        assert_eq!(first["occurrences"][0]["source"]["kind"], "goal");
        assert!(first["occurrences"][0]["quote"].as_array().unwrap().iter().any(|piece| piece["matched"] == true));
        assert_eq!(alert["occurrence_count"], 2);
        assert_eq!(alert["occurrences"][0]["source"]["kind"], "goal_entry");
        let quote = alert["occurrences"][0]["quote"].to_string();
        assert!(quote.contains("cope"), "{quote}");
        let events = told(&team.sam).await;
        assert!(!events.iter().any(|(event, _)| event.starts_with("alert")), "nothing on their phone");
    }
}

on_both_stores! {
    async fn what_could_not_be_screened_is_a_concern_and_is_screened_again(app) {
        let team = a_team(&app).await;
        let made = team.sam.post("/goals", goal(&team.sam)).await.expect(201);

        app.app.lexicons().shipped().fail_next(2);
        let mut body = goal(&team.sam);
        body["words"] = json!("dad hits me every night");
        team.sam.post("/goals", body).await.expect(201);
        adds(&team.sam, &made, words("helped", "dad hits me every night")).await.expect(201);
        let read = app.reconcile().await;

        assert_eq!(read, 2);
        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["occurrence_count"], 4, "twice unread, twice read");
        let found = alert["occurrences"].to_string();
        assert!(found.contains("physical_abuse"), "{found}");
    }
}

on_both_stores! {
    async fn a_mentor_who_oversteps_in_a_goal_is_left_out_of_what_follows(app) {
        let team = a_team(&app).await;
        let mut body = goal(&team.sam);
        body["words"] = json!("Lets keep this between us, dont tell your mum or Priya");

        team.mentor.post("/goals", body).await.expect(201);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["category"], "mentor_boundary");
        assert!(told(&team.mentor).await.iter().all(|(event, _)| !event.starts_with("alert")));
    }
}

on_both_stores! {
    async fn a_goal_ends_reached_or_let_go_and_still_takes_what_comes_late(app) {
        let team = a_team(&app).await;
        let own = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        let beside = team.mentor.post("/goals", goal(&team.sam)).await.expect(201);
        let third = team.mentor.post("/goals", goal(&team.sam)).await.expect(201);

        for staff in [&team.mentor, &team.practitioner, &team.supervisor] {
            ends(staff, &own, "let_go").await.expect(403);
        }
        let reached = ends(&team.sam, &own, "reached").await.expect(200);
        let again = ends(&team.sam, &own, "reached").await.expect(200);
        let other = ends(&team.sam, &own, "let_go").await.expect(409);
        ends(&team.sam, &beside, "let_go").await.expect(200);
        ends(&team.practitioner, &third, "reached").await.expect(200);
        adds(&team.sam, &own, now(9)).await.expect(201);

        assert_eq!(reached["ending"], "reached");
        assert!(reached["ended_at"].is_string());
        assert_eq!(reached, again);
        assert_eq!(other["type"], "/problems/already-done");
        let goals = goals_of(&team).await;
        assert_eq!(goals.iter().find(|goal| goal["id"] == own["id"]).unwrap()["now"], 9);
    }
}

on_both_stores! {
    async fn what_was_said_without_a_signal_stands_where_it_was_said_and_never_before_the_goal(app) {
        let team = a_team(&app).await;
        let made = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        app.advance(7 * 24 * 60);
        let sam = team.sam.back().await;
        let at = |when: &str, scale: i32| {
            let mut entry = now(scale);
            entry["written_at"] = json!(when);
            entry
        };

        adds(&sam, &made, now(6)).await.expect(201);
        let late = adds(&sam, &made, at("2026-06-03T09:00:00Z", 3)).await.expect(201);
        let future = adds(&sam, &made, at("2031-01-01T00:00:00Z", 7)).await.expect(201);
        let past = adds(&sam, &made, at("1999-01-01T00:00:00Z", 1)).await.expect(201);

        assert_eq!(late["said_at"], "2026-06-03T09:00:00.000000Z");
        assert_eq!(future["said_at"], future["received_at"]);
        assert_eq!(past["said_at"], made["received_at"]);
        let goals = goals_of(&team).await;
        let scales: Vec<&Value> = goals[0]["entries"].as_array().unwrap().iter().map(|entry| &entry["scale"]).collect();
        assert_eq!(scales[2..], [&json!(3), &json!(1)]);
        assert_ne!(goals[0]["now"], 3, "what was said before is not where it stands");
    }
}

on_both_stores! {
    async fn a_long_course_is_read_page_by_page_without_a_gap(app) {
        let team = a_team(&app).await;
        let made = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        for _ in 0..3 {
            team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        }
        for scale in 0..7 {
            adds(&team.sam, &made, now(scale)).await.expect(201);
        }
        let mut seen = Vec::new();
        for (path, many) in [
            (format!("/goals/{}/entries?limit=3", id_of(&made)), 7),
            (format!("/goals?family_member_id={}&limit=3", team.sam.id), 4),
        ] {
            let mut ids = Vec::new();
            let mut after = String::new();
            loop {
                let page = team.sam.get(&format!("{path}{after}")).await.expect(200);
                ids.extend(page["items"].as_array().unwrap().iter().map(id_of));
                match page["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), many, "{path}");
            seen.extend(ids);
        }
        assert_eq!(seen.len(), 11);
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_goal_is_named(app) {
        let team = a_team(&app).await;
        let made = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        for (name, value) in [
            ("words", json!(" ")), ("words", json!("a".repeat(501))), ("start", json!(11)),
            ("good_enough", json!(-1)), ("id", json!("00000000-0000-0000-0000-000000000000")),
        ] {
            let mut body = goal(&team.sam);
            body[name] = value;
            assert_eq!(team.sam.post("/goals", body).await.wrong_fields(), [format!("/{name}")]);
        }
        for (entry, field) in [
            (json!({ "id": new_id(), "kind": "now" }), "/scale"),
            (json!({ "id": new_id(), "kind": "now", "scale": 11 }), "/scale"),
            (json!({ "id": new_id(), "kind": "now", "scale": 3, "words": "three" }), "/words"),
            (json!({ "id": new_id(), "kind": "helped" }), "/words"),
            (json!({ "id": new_id(), "kind": "helped", "scale": 3, "words": "tea" }), "/scale"),
            (json!({ "id": new_id(), "kind": "now", "scale": 3, "written_at": "yesterday" }), "/written_at"),
        ] {
            assert_eq!(adds(&team.sam, &made, entry).await.wrong_fields(), [field]);
        }
    }
}

on_both_stores! {
    async fn a_suspended_family_member_is_still_heard_and_a_suspended_mentor_is_not(app) {
        let team = a_team(&app).await;
        let made = team.sam.post("/goals", goal(&team.sam)).await.expect(201);
        let beside = goal(&team.sam);
        let reason = json!({ "reason": "until we have spoken" });
        for who in [&team.sam, &team.mentor] {
            let path = format!("/accounts/{}/suspension", who.id);
            team.manager.post(&path, reason.clone()).await.expect(200);
        }
        let before = told(&team.practitioner).await.len();

        adds(&team.sam, &made, words("helped", "dad hits me every night")).await.expect(201);
        let refused = team.mentor.post("/goals", beside).await.expect(403);
        adds(&team.mentor, &made, now(4)).await.expect(403);

        assert_eq!(refused["type"], "/problems/not-active");
        assert_eq!(alerts_of(&team.supervisor).await.len(), 1, "what they say is heeded");
        let after = told(&team.practitioner).await.split_off(before);
        assert_eq!(after[0].0, "goal.changed", "and goes to whoever answers for the family");
        let _talk = say(&team.sam, &team.conversation_id, "still here").await.expect(202);
    }
}
