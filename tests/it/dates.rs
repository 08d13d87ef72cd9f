//! Dates: made, changed, cancelled and answered.

use serde_json::{Value, json};

use crate::support::{
    Person, Team, a_team, alerts_of, new_id, on_both_stores, the_alert, told, told_of,
};

/// A date with Sam as a mentor writes it: next Monday at ten.
fn date(team: &Team) -> Value {
    json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "where": "At home", "starts": "2026-06-08T10:00", "minutes": 60,
    })
}

/// What a change of a date says.
fn anew(date: &Value, version: i32) -> Value {
    let mut body = date.clone();
    let fields = body.as_object_mut().unwrap();
    fields.retain(|name, _| name != "id" && name != "family_member_id");
    fields.insert("version".to_owned(), json!(version));
    body
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn reply_to(date: &Value, answer: &str) -> Value {
    json!({
        "id": new_id(), "version": date["version"], "starts": date["next"]["starts"],
        "reply": answer,
    })
}

async fn made(who: &Person, body: &Value) -> Value {
    who.post("/dates", body.clone()).await.expect(201)
}

async fn put(who: &Person, id: &Value, body: Value) -> crate::support::Reply {
    who.put(&format!("/dates/{}", id.as_str().unwrap()), body)
        .await
}

async fn cancel(who: &Person, id: &Value, version: i32) -> crate::support::Reply {
    let path = format!("/dates/{}/cancellation", id.as_str().unwrap());
    who.post(&path, json!({ "version": version })).await
}

async fn answer(who: &Person, id: &Value, body: Value) -> crate::support::Reply {
    who.post(&format!("/dates/{}/reply", id.as_str().unwrap()), body)
        .await
}

/// As the family is shown it: what became of reminders is for the staff.
fn as_family(mut date: Value) -> Value {
    date.as_object_mut().unwrap().remove("reminders");
    date
}

async fn own(sam: &Person) -> Vec<Value> {
    let list = sam.back().await.get("/dates").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// How often somebody was told of an event.
async fn count(who: &Person, event: &str) -> usize {
    told(who)
        .await
        .iter()
        .filter(|(name, _)| name == event)
        .count()
}

on_both_stores! {
    async fn a_date_is_made_once_and_the_family_member_sees_it(app) {
        let team = a_team(&app).await;
        let body = date(&team);

        let first = made(&team.mentor, &body).await;
        let again = team.mentor.post("/dates", body.clone()).await.expect(200);
        let other = with(body.clone(), "what", json!("Tea"));
        team.mentor.post("/dates", other).await.expect(409);
        team.practitioner.post("/dates", body).await.expect(409);

        assert_eq!(first, again);
        assert_eq!(first["version"], 1);
        assert_eq!(first["zone"], "Europe/London");
        assert_eq!(first["next"]["starts_at"], "2026-06-08T09:00:00.000000Z");
        assert_eq!(own(&team.sam).await, [as_family(first)]);
        assert_eq!(count(&team.sam, "date.created").await, 1);
    }
}

on_both_stores! {
    async fn the_next_date_comes_first_and_what_is_over_is_left_out(app) {
        let team = a_team(&app).await;
        let weekly = with(date(&team), "repeats", json!("weekly"));
        let weekly = made(&team.mentor, &with(weekly, "starts", json!("2026-06-02T10:00"))).await;
        let once = made(&team.mentor, &with(date(&team), "starts", json!("2026-06-03T10:00"))).await;
        let ids = |dates: Vec<Value>| dates.into_iter().map(|one| one["id"].clone()).collect::<Vec<_>>();

        assert_eq!(ids(own(&team.sam).await), [weekly["id"].clone(), once["id"].clone()]);
        // Tuesday has been; on Wednesday it still goes on.
        app.advance(48 * 60 + 59);
        let found = own(&team.sam).await;
        assert_eq!(found[1]["next"]["starts"], "2026-06-09T10:00");
        assert_eq!(ids(found), [once["id"].clone(), weekly["id"].clone()]);
        app.advance(1);
        assert_eq!(ids(own(&team.sam).await), [weekly["id"].clone()]);
    }
}

on_both_stores! {
    async fn dates_are_turned_page_by_page(app) {
        let team = a_team(&app).await;
        let mut expected = Vec::new();
        for day in ["04", "02", "05", "03", "02"] {
            let starts = json!(format!("2026-06-{day}T10:00"));
            let one = made(&team.practitioner, &with(date(&team), "starts", starts)).await;
            expected.push((one["starts"].clone(), one["id"].clone()));
        }
        expected.sort_by_key(|(starts, id)| (starts.to_string(), id.to_string()));

        let mut found = Vec::new();
        let mut next = String::new();
        loop {
            let page = team.sam.get(&format!("/dates?limit=2{next}")).await.expect(200);
            let items = page["items"].as_array().unwrap();
            found.extend(items.iter().map(|one| (one["starts"].clone(), one["id"].clone())));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&after={cursor}");
        }

        assert_eq!(found, expected);
        assert_eq!(team.sam.get("/dates?after=nonsense").await.wrong_fields(), ["after"]);
    }
}

on_both_stores! {
    async fn whoever_has_not_seen_a_change_changes_nothing_and_learns_who_did(app) {
        let team = a_team(&app).await;
        let body = date(&team);
        let first = made(&team.mentor, &body).await;
        let id = &first["id"];

        let later = with(anew(&body, 1), "starts", json!("2026-06-09T11:00"));
        let moved = put(&team.practitioner, id, later.clone()).await.expect(200);
        let refused = put(&team.mentor, id, with(anew(&body, 1), "what", json!("Tea"))).await;
        let too_late = cancel(&team.mentor, id, 1).await.expect(409);
        // What says the same again changes nothing.
        let same = put(&team.practitioner, id, with(later, "version", json!(2))).await.expect(200);

        let refused = refused.expect(409);
        assert_eq!(refused["type"], "/problems/already-done");
        assert_eq!(refused["by"]["display_name"], "Priya");
        assert_eq!(too_late["by"]["id"], team.practitioner.id.as_str());
        assert_eq!((&moved["version"], &same["version"]), (&json!(2), &json!(2)));
        assert_eq!(own(&team.sam).await, [as_family(moved)]);
        assert_eq!(count(&team.sam, "date.changed").await, 1);
    }
}

on_both_stores! {
    async fn of_changes_at_the_same_moment_one_is_made(app) {
        let team = a_team(&app).await;
        let body = date(&team);
        let first = made(&team.mentor, &body).await;

        let tries = (0..6).map(|minute| {
            let starts = json!(format!("2026-06-09T11:0{minute}"));
            put(&team.practitioner, &first["id"], with(anew(&body, 1), "starts", starts))
        });
        let answers = futures_util::future::join_all(tries).await;

        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
        assert_eq!(own(&team.sam).await[0]["version"], 2);
    }
}

on_both_stores! {
    async fn a_cancelled_date_is_shown_as_such_until_it_would_have_been(app) {
        let team = a_team(&app).await;
        let first = made(&team.mentor, &with(date(&team), "repeats", json!("weekly"))).await;

        let gone = cancel(&team.mentor, &first["id"], 1).await.expect(200);
        let again = cancel(&team.mentor, &first["id"], 2).await.expect(200);
        let refused = put(&team.mentor, &first["id"], anew(&date(&team), 2)).await.expect(409);

        assert_eq!(gone, again);
        assert_eq!(refused["type"], "/problems/wrong-state");
        assert_eq!(gone["state"], "cancelled");
        assert_eq!(own(&team.sam).await, [as_family(gone)]);
        assert_eq!(count(&team.sam, "date.cancelled").await, 1);
        app.advance(7 * 24 * 60 + 60);
        assert_eq!(own(&team.sam).await, Vec::<Value>::new());
    }
}

on_both_stores! {
    async fn an_answer_is_stored_once_and_told_to_whoever_keeps_the_date(app) {
        let team = a_team(&app).await;
        let first = made(&team.mentor, &date(&team)).await;
        let mut body = reply_to(&first, "change_it");
        body["note"] = json!("Can it be after five? I have football.");

        let stored = answer(&team.sam, &first["id"], body.clone()).await.expect(201);
        let again = answer(&team.sam, &first["id"], body.clone()).await.expect(200);
        body["reply"] = json!("can_come");
        answer(&team.sam, &first["id"], body).await.expect(409);

        assert_eq!(stored, again);
        assert_eq!(stored["outdated"], false);
        assert_eq!(count(&team.mentor, "date.replied").await, 1);
        assert_eq!(count(&team.practitioner, "date.replied").await, 0);
        let path = format!("/dates?family_member_id={}", team.sam.id);
        let seen = team.mentor.get(&path).await.expect(200);
        assert_eq!(seen["items"][0]["reply"]["note"], "Can it be after five? I have football.");
        assert!(alerts_of(&team.supervisor).await.is_empty());
    }
}

on_both_stores! {
    async fn an_answer_to_what_was_changed_meanwhile_is_kept_and_said_to_be_outdated(app) {
        let team = a_team(&app).await;
        let body = date(&team);
        let first = made(&team.mentor, &body).await;
        let moved = with(anew(&body, 1), "starts", json!("2026-06-09T11:00"));
        put(&team.mentor, &first["id"], moved).await.expect(200);

        let mut late = reply_to(&first, "can_come");
        late["note"] = json!("I am scared to go home, dad hits me");
        let stored = answer(&team.sam, &first["id"], late).await.expect(201);

        assert_eq!(stored["outdated"], true);
        assert_eq!(own(&team.sam).await[0]["reply"]["version"], 1);
        the_alert(&team.supervisor).await;
        let never = with(reply_to(&first, "can_come"), "version", json!(7));
        assert_eq!(answer(&team.sam, &first["id"], never).await.wrong_fields(), ["/version"]);
        let never = with(reply_to(&first, "can_come"), "starts", json!("2026-06-08T10:01"));
        assert_eq!(answer(&team.sam, &first["id"], never).await.wrong_fields(), ["/starts"]);
    }
}

on_both_stores! {
    async fn the_words_of_an_answer_are_screened_like_every_text(app) {
        let team = a_team(&app).await;
        let first = made(&team.mentor, &date(&team)).await;
        let mut body = reply_to(&first, "change_it");
        body["note"] = json!("not at home please. dad hits me every night now");

        answer(&team.sam, &first["id"], body).await.expect(201);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["category"], "physical_abuse");
        let occurrence = &alert["occurrences"][0];
        assert_eq!(occurrence["source"]["kind"], "date_reply");
        let quote = occurrence["quote"].as_array().unwrap();
        assert!(quote.iter().any(|piece| piece["matched"] == true));
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn what_a_mentor_writes_in_a_date_is_screened_and_every_version_is_quoted_as_it_was(app) {
        let team = a_team(&app).await;
        let body = with(date(&team), "what", json!("Our secret, don't tell your mum about this"));
        let first = made(&team.mentor, &body).await;
        put(&team.mentor, &first["id"], with(anew(&body, 1), "what", json!("A walk")))
            .await
            .expect(200);

        let id = the_alert(&team.supervisor).await;

        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["category"], "mentor_boundary");
        let occurrence = &alert["occurrences"][0];
        assert_eq!(occurrence["source"]["kind"], "date");
        let quote: String = occurrence["quote"]
            .as_array()
            .unwrap()
            .iter()
            .map(|piece| piece["text"].as_str().unwrap())
            .collect();
        assert!(quote.starts_with("Our secret"), "{quote}");
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
        // A social worker's words about the same are not screened as an author's.
        let worker = with(date(&team), "what", json!("About what dad does, hits and bruises"));
        made(&team.supervisor, &worker).await;
        assert_eq!(alerts_of(&team.supervisor).await.len(), 1);
    }
}

on_both_stores! {
    async fn what_could_not_be_screened_in_a_date_or_an_answer_is_screened_again(app) {
        let team = a_team(&app).await;
        app.app.lexicon().fail_next(1);
        let secret = with(date(&team), "what", json!("Our secret, don't tell your mum about this"));
        let first = made(&team.mentor, &secret).await;
        app.app.lexicon().fail_next(1);
        let mut body = reply_to(&first, "change_it");
        body["note"] = json!("dad hits me every night now");
        answer(&team.sam, &first["id"], body).await.expect(201);

        assert_eq!(app.reconcile().await, 2);

        let mut categories = Vec::new();
        for alert in alerts_of(&team.supervisor).await {
            let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
            let alert = team.supervisor.back().await.get(&path).await.expect(200);
            for occurrence in alert["occurrences"].as_array().unwrap() {
                categories.push(occurrence["category"].as_str().unwrap().to_owned());
            }
        }
        for category in ["mentor_boundary", "physical_abuse"] {
            assert!(categories.iter().any(|one| one == category), "{categories:?}");
        }
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn a_mentor_sees_only_what_they_made_and_everybody_else_is_audited(app) {
        let team = a_team(&app).await;
        let (jo, _) = team.another_member("Jo", "parent").await;
        let mentors = made(&team.mentor, &date(&team)).await;
        let workers = made(&team.practitioner, &date(&team)).await;
        let path = format!("/dates?family_member_id={}", team.sam.id);

        let seen = team.mentor.get(&path).await.expect(200);
        assert_eq!(seen["items"], json!([mentors]));
        put(&team.mentor, &workers["id"], anew(&date(&team), 1)).await.expect(404);
        for reader in [&team.practitioner, &team.supervisor] {
            let seen = reader.get(&path).await.expect(200);
            assert_eq!(seen["items"].as_array().unwrap().len(), 2);
        }
        for reader in [&team.deputy, &team.manager] {
            assert_eq!(reader.get(&path).await.wrong_fields(), ["reason"]);
            reader.get(&format!("{path}&reason=Ruth%20is%20away")).await.expect(200);
        }
        // One of the same family sees none of it.
        jo.get(&path).await.expect(404);
        assert_eq!(own(&jo).await, Vec::<Value>::new());
        answer(&jo, &mentors["id"], reply_to(&mentors, "can_come")).await.expect(404);
        assert_eq!(team.mentor.get("/dates").await.wrong_fields(), ["family_member_id"]);

        let audit = format!("/audit?about={}", team.sam.id);
        let audit = team.manager.get(&audit).await.expect(200);
        let readers: Vec<&str> = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["deed"] == "dates.read")
            .map(|line| line["actor"]["display_name"].as_str().unwrap())
            .collect();
        assert_eq!(readers, ["Maryam", "Ben", "Ruth", "Priya"]);
    }
}

on_both_stores! {
    async fn what_a_suspended_family_member_answers_is_heeded_and_told_to_no_mentor(app) {
        let team = a_team(&app).await;
        let first = made(&team.mentor, &date(&team)).await;
        app.set_status(&team.sam, "suspended").await;

        let mut body = reply_to(&first, "can_come");
        body["note"] = json!("dad hits me every night now");
        answer(&team.sam, &first["id"], body).await.expect(201);

        the_alert(&team.supervisor).await;
        assert_eq!(count(&team.mentor, "date.replied").await, 0);
        assert_eq!(count(&team.practitioner, "date.replied").await, 1);
    }
}

on_both_stores! {
    async fn an_answer_reaches_somebody_also_where_the_mentor_has_gone(app) {
        let team = a_team(&app).await;
        let first = made(&team.mentor, &date(&team)).await;
        app.end_match(&team).await;

        answer(&team.sam, &first["id"], reply_to(&first, "can_come")).await.expect(201);

        assert_eq!(count(&team.mentor, "date.replied").await, 0);
        assert_eq!(count(&team.practitioner, "date.replied").await, 1);
        put(&team.mentor, &first["id"], anew(&date(&team), 1)).await.expect(404);
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_date_is_named(app) {
        let team = a_team(&app).await;
        for (name, value, pointer) in [
            ("what", json!(" "), "/what"),
            ("what", json!("two\nlines"), "/what"),
            ("where", json!("x".repeat(201)), "/where"),
            ("starts", json!("2026-06-08T10:00Z"), "/starts"),
            ("starts", json!("2026-06-31T10:00"), "/starts"),
            ("starts", json!("2026-06-01T10:00"), "/starts"),
            ("starts", json!("2029-06-09T10:00"), "/starts"),
            ("zone", json!("Europe/Nowhere"), "/zone"),
            ("minutes", json!(0), "/minutes"),
            ("minutes", json!(1441), "/minutes"),
            ("repeats", json!("yearly"), "/repeats"),
            ("until", json!("2026-07-31"), "/until"),
            ("remind_minutes_before", json!(10081), "/remind_minutes_before"),
            ("mood", json!("fine"), "/mood"),
        ] {
            let refused = team.mentor.post("/dates", with(date(&team), name, value)).await;
            assert_eq!(refused.wrong_fields(), [pointer], "{name}");
        }
        let weekly = with(date(&team), "repeats", json!("weekly"));
        for until in ["2026-06-07", "soon"] {
            let refused = team.mentor.post("/dates", with(weekly.clone(), "until", json!(until))).await;
            assert_eq!(refused.wrong_fields(), ["/until"]);
        }
        assert_eq!(own(&team.sam).await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_no_more_dates_than_people_can_keep() {
    let app = crate::support::TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    for _ in 0..150 {
        let reply = team.mentor.post("/dates", date(&team)).await;
        if reply.status == 409 {
            assert_eq!(reply.body["type"], "/problems/wrong-state");
            return;
        }
        reply.expect(201);
    }
    panic!("there is no end of dates");
}

on_both_stores! {
    async fn whoever_works_with_them_no_more_is_not_shown_a_date_by_sending_it_again(app) {
        let team = a_team(&app).await;
        let south = Team::of(&team.manager, "Crewe South").await;
        let (mentors, workers) = (date(&team), date(&team));
        let first = made(&team.mentor, &mentors).await;
        let second = made(&team.practitioner, &workers).await;
        assert_eq!(team.mentor.post("/dates", mentors.clone()).await.expect(200), first);
        let moved = with(anew(&mentors, 1), "where", json!("At the refuge"));
        put(&team.supervisor, &first["id"], moved.clone()).await.expect(200);
        put(&team.supervisor, &second["id"], moved).await.expect(200);

        app.end_match(&team).await;
        let to = json!({ "pod_id": south.pod_id, "family_practitioner_id": south.practitioner.id });
        team.manager.put(&format!("/families/{}/pod", team.family_id), to).await.expect(200);

        team.mentor.post("/dates", mentors).await.expect(404);
        team.practitioner.post("/dates", workers).await.expect(404);
    }
}
