//! One occurrence of a date alone: moved, cancelled, put back; the others stay, and each is reminded of once.

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{Person, Reply, Team, TestApp, a_team, new_id, on_both_stores, told};

/// Every Tuesday at two in the afternoon, reminded of an hour before.
async fn weekly(team: &Team) -> Value {
    let body = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "starts": "2026-06-02T14:00", "minutes": 60, "repeats": "weekly", "remind_minutes_before": 60,
    });
    team.mentor.post("/dates", body).await.expect(201)
}

async fn says(who: &Person, date: &Value, body: Value) -> Reply {
    let path = format!("/dates/{}/occurrence", date["id"].as_str().unwrap());
    who.back().await.put(&path, body).await
}

fn moved(version: i32, of: &str, to: &str) -> Value {
    json!({ "version": version, "occurrence": of, "becomes": "moved", "starts": to })
}

fn cancelled(version: i32, of: &str) -> Value {
    json!({ "version": version, "occurrence": of, "becomes": "cancelled" })
}

fn put_back(version: i32, of: &str) -> Value {
    json!({ "version": version, "occurrence": of, "becomes": "as_planned" })
}

/// Lets time pass up to a moment; the worker of reminders turns every half hour.
async fn turns_until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    while app.now() < at {
        app.advance(30);
        app.remind().await;
    }
}

/// The times somebody was reminded of, in the order it happened.
async fn reminded(who: &Person) -> Vec<String> {
    let told = told(who).await.into_iter();
    told.filter(|(event, _)| event == "reminder.due")
        .map(|(_, data)| data["starts"].as_str().unwrap().to_owned())
        .collect()
}

async fn shown(who: &Person) -> Value {
    let list = who.back().await.get("/dates").await.expect(200);
    list["items"][0].clone()
}

on_both_stores! {
    async fn one_is_moved_and_one_cancelled_and_the_others_stay(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;

        let once = says(&team.mentor, &date, moved(1, "2026-06-09T14:00", "2026-06-10T16:30")).await.expect(200);
        assert_eq!((&once["version"], &once["starts"]), (&json!(2), &json!("2026-06-02T14:00")));
        let twice = says(&team.practitioner, &date, cancelled(2, "2026-06-16T14:00")).await.expect(200);
        assert_eq!(twice["exceptions"], json!([
            { "occurrence": "2026-06-09T14:00", "starts": "2026-06-10T16:30", "minutes": 60 },
            { "occurrence": "2026-06-16T14:00", "starts": null, "minutes": null },
        ]));
        let changed = told(&team.sam).await.into_iter().filter(|(event, _)| event == "date.changed");
        assert_eq!(changed.count(), 2, "the family member is told");
        assert_eq!(shown(&team.sam).await["next"]["starts"], "2026-06-02T14:00");

        turns_until(&app, "2026-06-24T00:00:00Z").await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T14:00", "2026-06-10T16:30", "2026-06-23T14:00"]);
        assert_eq!(shown(&team.sam).await["next"]["starts"], "2026-06-30T14:00");
    }
}

on_both_stores! {
    async fn who_was_reminded_of_the_old_time_is_reminded_of_the_new_one_once_and_never_twice_of_the_same(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;
        turns_until(&app, "2026-06-02T12:30:00Z").await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T14:00"]);

        says(&team.mentor, &date, moved(1, "2026-06-02T14:00", "2026-06-02T17:00")).await.expect(200);
        let next = shown(&team.sam).await["next"].clone();
        assert_eq!((&next["occurrence"], &next["starts"]), (&json!("2026-06-02T14:00"), &json!("2026-06-02T17:00")));
        turns_until(&app, "2026-06-02T15:30:00Z").await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T14:00", "2026-06-02T17:00"]);
        says(&team.mentor, &date, moved(2, "2026-06-02T14:00", "2026-06-04T09:30")).await.expect(200);
        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);
        says(&team.mentor, &date, moved(3, "2026-06-02T14:00", "2026-06-02T17:00")).await.expect(200);
        turns_until(&app, "2026-06-10T00:00:00Z").await;
        let found = reminded(&team.sam).await;
        assert_eq!(found, ["2026-06-02T14:00", "2026-06-02T17:00", "2026-06-09T14:00"], "it was put back in between");
    }
}

on_both_stores! {
    async fn one_that_comes_after_the_next_holds_up_no_other(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;
        says(&team.mentor, &date, moved(1, "2026-06-02T14:00", "2026-06-11T11:00")).await.expect(200);
        says(&team.mentor, &date, cancelled(2, "2026-06-16T14:00")).await.expect(200);
        turns_until(&app, "2026-06-15T00:00:00Z").await;
        says(&team.mentor, &date, put_back(3, "2026-06-16T14:00")).await.expect(200);
        turns_until(&app, "2026-06-24T00:00:00Z").await;

        let found = reminded(&team.sam).await;
        assert_eq!(found, ["2026-06-09T14:00", "2026-06-11T11:00", "2026-06-16T14:00", "2026-06-23T14:00"]);
        let listed = team.mentor.back().await.get(&format!("/dates?family_member_id={}", team.sam.id)).await;
        assert_eq!(listed.expect(200)["items"][0]["exceptions"].as_array().unwrap().len(), 1);
    }
}

on_both_stores! {
    async fn what_was_said_of_one_stands_while_the_schedule_has_its_time(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;
        says(&team.mentor, &date, cancelled(1, "2026-06-09T14:00")).await.expect(200);
        let anew = |version: i32, what: &str, starts: &str| json!({
            "version": version, "what": what, "starts": starts, "minutes": 60, "repeats": "weekly",
            "remind_minutes_before": 60,
        });
        let path = format!("/dates/{}", date["id"].as_str().unwrap());

        let words = team.mentor.put(&path, anew(2, "Tea with Asha", "2026-06-02T14:00")).await.expect(200);
        assert_eq!(words["exceptions"].as_array().unwrap().len(), 1);
        let later = team.mentor.put(&path, anew(3, "Tea with Asha", "2026-06-02T15:00")).await.expect(200);
        assert_eq!(later["exceptions"], json!([]));
        turns_until(&app, "2026-06-10T00:00:00Z").await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T15:00", "2026-06-09T15:00"]);
    }
}

on_both_stores! {
    async fn what_does_not_fit_is_refused_and_changes_nothing(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;
        let once = json!({
            "id": new_id(), "family_member_id": team.sam.id, "what": "Tea", "starts": "2026-06-08T10:00",
            "minutes": 60,
        });
        let once = team.mentor.post("/dates", once).await.expect(201);
        let of = "2026-06-09T14:00";
        for (on, body, field) in [
            (&once, cancelled(1, "2026-06-08T10:00"), "/occurrence"),
            (&date, cancelled(1, "2026-06-10T14:00"), "/occurrence"),
            (&date, cancelled(1, "Tuesday"), "/occurrence"),
            (&date, moved(1, of, "2026-05-31T14:00"), "/starts"),
            (&date, moved(1, of, "2030-06-09T14:00"), "/starts"),
            (&date, moved(1, of, "2026-06-16T14:00"), "/starts"),
            (&date, moved(1, of, "soon"), "/starts"),
            (&date, json!({ "version": 1, "occurrence": of, "becomes": "moved" }), "/starts"),
            (&date, json!({ "version": 1, "occurrence": of, "becomes": "cancelled", "minutes": 5 }), "/minutes"),
        ] {
            assert_eq!(says(&team.mentor, on, body.clone()).await.wrong_fields(), [field], "{body}");
        }
        says(&team.sam, &date, cancelled(1, of)).await.expect(403);
        assert_eq!(shown(&team.sam).await["version"], 1);

        says(&team.mentor, &date, cancelled(1, of)).await.expect(200);
        let refused = says(&team.practitioner, &date, moved(1, of, "2026-06-10T14:00")).await.expect(409);
        assert_eq!(refused["by"]["id"], json!(team.mentor.id), "whoever was first is named");
        assert_eq!(says(&team.practitioner, &date, cancelled(2, of)).await.expect(200)["version"], 2, "it is so already");
        turns_until(&app, "2026-06-09T14:00:00Z").await;
        assert_eq!(says(&team.mentor, &date, put_back(2, of)).await.wrong_fields(), ["/occurrence"], "it has been");
        let path = format!("/dates/{}/cancellation", date["id"].as_str().unwrap());
        team.mentor.back().await.post(&path, json!({ "version": 2 })).await.expect(200);
        says(&team.mentor, &date, cancelled(3, "2026-06-23T14:00")).await.expect(409);
    }
}

on_both_stores! {
    async fn an_answer_is_to_the_one_by_either_of_its_times_and_moving_it_is_what_was_asked(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;
        let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
        let answers = async |version: i32, starts: &str| {
            let body = json!({ "id": new_id(), "version": version, "starts": starts, "reply": "change_it" });
            team.sam.back().await.post(&path, body).await
        };
        let asked = async || {
            let list = team.mentor.back().await.get("/needs").await.expect(200);
            let items = list["items"].as_array().unwrap().iter();
            items.map(|need| need["follow_up"]["starts"].clone()).collect::<Vec<_>>()
        };
        answers(1, "2026-06-09T14:00").await.expect(201);
        app.advance(1);
        answers(1, "2026-06-16T14:00").await.expect(201);
        assert_eq!(asked().await, ["2026-06-09T14:00", "2026-06-16T14:00"]);

        says(&team.mentor, &date, moved(1, "2026-06-09T14:00", "2026-06-10T16:30")).await.expect(200);
        assert_eq!(asked().await, ["2026-06-16T14:00"]);
        answers(1, "2026-06-09T14:00").await.expect(201);
        answers(2, "2026-06-09T14:00").await.expect(201);
        assert_eq!(asked().await, ["2026-06-16T14:00"], "it is at another time already");
        app.advance(1);
        assert_eq!(answers(2, "2026-06-10T16:30").await.expect(201)["outdated"], false);
        assert_eq!(answers(1, "2026-06-10T16:30").await.wrong_fields(), ["/starts"], "it never was then");
        assert_eq!(asked().await, ["2026-06-16T14:00", "2026-06-10T16:30"]);
        says(&team.mentor, &date, moved(2, "2026-06-09T14:00", "2026-06-11T16:30")).await.expect(200);
        assert_eq!(asked().await, ["2026-06-16T14:00"]);
        says(&team.mentor, &date, cancelled(3, "2026-06-16T14:00")).await.expect(200);
        assert_eq!(asked().await, Vec::<Value>::new());
    }
}

on_both_stores! {
    async fn an_answer_stands_while_only_others_are_moved_and_falls_with_its_own_or_with_all(app) {
        let team = a_team(&app).await;
        let date = weekly(&team).await;
        let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
        let answers = async |version: i32, starts: &str| {
            let body = json!({ "id": new_id(), "version": version, "starts": starts, "reply": "can_come" });
            team.sam.back().await.post(&path, body).await.expect(201)["outdated"].clone()
        };
        // What is shown as answered: which time, and whether it is to what the date says now.
        let answered = async || {
            let date = shown(&team.sam).await;
            let reply = &date["reply"];
            (reply["starts"].as_str().unwrap().to_owned(), reply["version"] == date["version"])
        };
        let (first, second, third) = ("2026-06-02T14:00", "2026-06-09T14:00", "2026-06-16T14:00");
        answers(1, first).await;
        app.advance(1);
        answers(1, second).await;
        assert_eq!(answered().await, (first.to_owned(), true), "the newest to the next, not the newest of all");

        says(&team.mentor, &date, moved(1, third, "2026-06-17T10:00")).await.expect(200);
        says(&team.mentor, &date, cancelled(2, "2026-06-23T14:00")).await.expect(200);
        assert_eq!(answered().await, (first.to_owned(), true), "others were moved");
        assert_eq!(answers(1, first).await, false);
        assert_eq!(answers(1, third).await, true, "its own was moved before the answer came");
        says(&team.mentor, &date, moved(3, first, "2026-06-03T10:00")).await.expect(200);
        assert_eq!(answered().await, (first.to_owned(), false), "its own was moved");
        answers(4, "2026-06-03T10:00").await;
        assert_eq!(answered().await, ("2026-06-03T10:00".to_owned(), true));
        app.advance(3 * 24 * 60);
        assert_eq!(answered().await, (second.to_owned(), true), "answered before three changes of others");

        let mut all = json!({
            "version": 4, "what": "Asha comes to see you", "starts": first, "minutes": 60, "repeats": "weekly",
        });
        all["where"] = json!("At the café");
        let anew = format!("/dates/{}", date["id"].as_str().unwrap());
        team.mentor.back().await.put(&anew, all).await.expect(200);
        assert_eq!(answered().await, (second.to_owned(), false), "all of it was said anew");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_moved_while_it_falls_due_never_reminds_twice_of_one_time() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    let date = weekly(&team).await;
    let other = app.second_node().await;
    let mut version = 1;
    for day in ["02", "09", "16", "23"] {
        let due = Moment::parse_rfc3339(&format!("2026-06-{day}T12:00:00Z")).unwrap();
        for node in [&app, &other] {
            node.app.clock().advance(due.since(node.now()));
        }
        let of = format!("2026-06-{day}T14:00");
        let to = format!("2026-06-{day}T18:00");
        let change = says(&team.mentor, &date, moved(version, &of, &to));

        let (change, _, _) = tokio::join!(change, app.remind(), other.remind());

        version = i32::try_from(change.expect(200)["version"].as_i64().unwrap()).unwrap();
        for node in [&app, &other] {
            node.advance(4 * 60);
        }
        tokio::join!(app.remind(), other.remind());
    }

    let mut found = reminded(&team.sam).await;
    let late = found.iter().filter(|starts| starts.ends_with("T18:00"));
    assert_eq!(late.count(), 4, "{found:?}");
    found.sort();
    let before = found.len();
    found.dedup();
    assert_eq!(found.len(), before, "{found:?}");
}
