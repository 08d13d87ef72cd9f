//! Reminders in time: each once, at its time by the clock on the wall, and none too late.

use std::time::Duration;

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{Person, Team, TestApp, a_team, new_id, on_both_stores, told};

/// A date of Sam's that starts at a civil time and repeats.
fn date(team: &Team, starts: &str, repeats: &str, before: i32) -> Value {
    json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "starts": starts, "minutes": 60, "repeats": repeats, "remind_minutes_before": before,
    })
}

async fn made(who: &Person, body: Value) -> Value {
    who.back().await.post("/dates", body).await.expect(201)
}

/// Lets time pass up to a moment, without a worker turning.
fn until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    app.app.clock().advance(at.since(app.now()));
}

/// The occurrences somebody was reminded of, in the order it happened.
async fn reminded(who: &Person) -> Vec<String> {
    let told = told(who).await.into_iter();
    told.filter(|(event, _)| event == "reminder.due")
        .map(|(_, data)| data["starts"].as_str().unwrap().to_owned())
        .collect()
}

/// Sam's phone may be rung at night too, as they have said and the mentor has confirmed.
async fn at_any_hour(team: &Team) {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let windows = days.map(|day| json!({ "day": day, "from": "00:00", "to": "24:00" }));
    let plan = json!({
        "windows": windows, "ok_message": true, "ok_call": false, "ok_voicemail": false,
        "shared_phone": false,
    });
    let own = format!("/contact-plans/{}", team.sam.id);
    team.sam.back().await.put(&own, plan).await.expect(200);
    let confirmed = format!("{own}/confirmation");
    let seen = json!({ "version": 1 });
    let mentor = team.mentor.back().await;
    mentor.post(&confirmed, seen).await.expect(200);
}

on_both_stores! {
    async fn somebody_is_reminded_once_at_the_time_that_was_agreed(app) {
        let team = a_team(&app).await;
        let made = made(&team.mentor, date(&team, "2026-06-02T14:00", "none", 60)).await;

        until(&app, "2026-06-02T11:59:59Z");
        assert_eq!(app.remind().await, 0, "not before its time");
        until(&app, "2026-06-02T12:00:00Z");
        assert_eq!(app.remind().await, 1);
        app.advance(24 * 60);
        assert_eq!(app.remind().await, 0, "and never again");

        let told = told(&team.sam).await;
        let (_, data) = told.iter().find(|(event, _)| event == "reminder.due").unwrap();
        assert_eq!(data["id"], made["id"]);
        assert_eq!(data["starts_at"], "2026-06-02T13:00:00.000000Z");
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T14:00"]);
    }
}

on_both_stores! {
    async fn over_both_changes_of_two_years_each_occurrence_reminds_once(app) {
        // 01:30 is skipped in March and comes twice in October; a worker turns every half hour.
        let app = app;
        let team = a_team(&app).await;
        at_any_hour(&team).await;
        for (from, first, last) in [
            ("2026-10-22T12:00:00Z", "2026-10-23T01:30", "2026-10-27"),
            ("2027-03-25T12:00:00Z", "2027-03-26T01:30", "2027-03-30"),
            ("2027-10-28T12:00:00Z", "2027-10-29T01:30", "2027-11-02"),
        ] {
            until(&app, from);
            let before = reminded(&team.sam).await.len();
            let mut daily = date(&team, first, "daily", 0);
            daily["until"] = json!(last);
            made(&team.mentor, daily).await;
            let mut weekly = date(&team, first, "weekly", 2 * 24 * 60);
            weekly["until"] = json!(last);
            made(&team.mentor, weekly).await;

            for _ in 0..2 * 24 * 6 {
                app.advance(30);
                app.remind().await;
            }

            let found = reminded(&team.sam).await.split_off(before);
            let day = first[..10].parse::<chrono::NaiveDate>().unwrap();
            let expected: Vec<String> =
                (0..5).map(|n| format!("{}T01:30", day + chrono::Days::new(n))).collect();
            assert_eq!(found, expected, "the weekly one's was past when it was made");
        }
    }
}

on_both_stores! {
    async fn who_has_told_no_plan_is_reminded_in_the_morning_or_by_whoever_keeps_the_date_never_at_night(app) {
        let team = a_team(&app).await;
        made(&team.mentor, date(&team, "2026-06-02T09:30", "none", 11 * 60)).await;
        let early = made(&team.mentor, date(&team, "2026-06-03T06:30", "none", 60)).await;

        until(&app, "2026-06-01T21:30:00Z");
        assert_eq!(app.remind().await, 1);
        assert_eq!(reminded(&team.sam).await, Vec::<String>::new(), "it is half past ten at night");
        until(&app, "2026-06-02T06:59:59Z");
        assert_eq!(app.remind().await, 0);
        until(&app, "2026-06-02T07:00:00Z");
        assert_eq!(app.remind().await, 1);
        until(&app, "2026-06-03T04:30:00Z");
        assert_eq!(app.remind().await, 1);

        assert_eq!(reminded(&team.sam).await, ["2026-06-02T09:30"], "half past five is no time to ring");
        for who in [&team.mentor, &team.practitioner] {
            assert!(unreached(who).await.contains(&early["id"]), "{}", who.name);
        }
    }
}

on_both_stores! {
    async fn a_date_that_comes_oftener_than_before_goes_on_reminding(app) {
        let team = a_team(&app).await;
        let week = 7 * 24 * 60;
        let weekly = made(&team.mentor, date(&team, "2026-06-03T10:00", "weekly", week)).await;
        until(&app, "2026-06-03T09:00:00Z");
        app.remind().await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-10T10:00"], "a week ahead");

        let mut daily = date(&team, "2026-06-03T10:00", "daily", 60);
        daily.as_object_mut().unwrap().retain(|field, _| field != "id" && field != "family_member_id");
        daily["version"] = json!(1);
        let path = format!("/dates/{}", weekly["id"].as_str().unwrap());
        team.mentor.back().await.put(&path, daily).await.expect(200);
        for _ in 0..10 * 24 {
            app.advance(60);
            app.remind().await;
        }

        let expected = (4..=13).filter(|day| *day != 10).map(|day| format!("2026-06-{day:02}T10:00"));
        let lately = reminded(&team.sam).await.split_off(1);
        assert_eq!(lately, expected.collect::<Vec<_>>(), "of the tenth they had been reminded");
    }
}

on_both_stores! {
    async fn after_a_week_of_downtime_there_is_no_flood(app) {
        let team = a_team(&app).await;
        made(&team.mentor, date(&team, "2026-06-02T14:00", "daily", 60)).await;
        made(&team.mentor, date(&team, "2026-06-04T14:00", "none", 60)).await;

        // A week later, half an hour after the day's reminder was due.
        until(&app, "2026-06-09T12:30:00Z");
        let settled = app.remind().await;

        assert_eq!(settled, 9, "seven days' and the single one are dropped, one is sent");
        assert_eq!(reminded(&team.sam).await, ["2026-06-09T14:00"]);
        until(&app, "2026-06-10T12:00:00Z");
        assert_eq!(app.remind().await, 1);
        assert_eq!(history(&team.mentor, &team.sam).await, [
            "2026-06-10T14:00 sent", "2026-06-09T14:00 sent", "2026-06-08T14:00 late",
            "2026-06-07T14:00 late", "2026-06-06T14:00 late",
        ]);
        let own = team.sam.back().await.get("/dates").await.expect(200);
        assert!(own["items"][0].get("reminders").is_none(), "a family is shown no row of days");
    }
}

/// What became of the latest reminders of somebody's first date, as staff are shown it.
async fn history(who: &Person, of: &Person) -> Vec<String> {
    let path = format!("/dates?family_member_id={}", of.id);
    let list = who.back().await.get(&path).await.expect(200);
    let reminders = list["items"][0]["reminders"].as_array().unwrap().iter();
    let line = |one: &Value| {
        format!(
            "{} {}",
            one["starts"].as_str().unwrap(),
            one["state"].as_str().unwrap()
        )
    };
    reminders.map(line).collect()
}

on_both_stores! {
    async fn what_is_so_is_looked_at_when_it_is_sent(app) {
        let team = a_team(&app).await;
        let moved = made(&team.mentor, date(&team, "2026-06-02T14:00", "none", 60)).await;
        let gone = made(&team.mentor, date(&team, "2026-06-02T14:05", "none", 60)).await;
        let kept = made(&team.practitioner, date(&team, "2026-06-02T14:10", "weekly", 60)).await;
        let mut later = date(&team, "2026-06-02T16:00", "none", 60);
        let fields = later.as_object_mut().unwrap();
        fields.retain(|name, _| name != "id" && name != "family_member_id");
        fields.insert("version".to_owned(), json!(1));
        let path = |date: &Value, deed: &str| format!("/dates/{}{deed}", date["id"].as_str().unwrap());
        team.mentor.put(&path(&moved, ""), later).await.expect(200);
        team.mentor.post(&path(&gone, "/cancellation"), json!({ "version": 1 })).await.expect(200);

        until(&app, "2026-06-02T13:15:00Z");
        app.remind().await;
        assert_eq!(reminded(&team.sam).await, Vec::<String>::new(), "it is too late for {kept}");
        until(&app, "2026-06-02T14:00:00Z");
        app.remind().await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T16:00"]);

        // Whoever may not act is not reminded; whoever may again, of what comes next.
        app.set_status(&team.sam, "suspended").await;
        until(&app, "2026-06-09T12:10:00Z");
        assert_eq!(app.remind().await, 1);
        app.set_status(&team.sam, "active").await;
        until(&app, "2026-06-16T12:10:00Z");
        app.remind().await;
        assert_eq!(reminded(&team.sam).await, ["2026-06-02T16:00", "2026-06-16T14:10"]);
    }
}

on_both_stores! {
    async fn nobody_is_told_that_a_mentor_comes_who_has_gone(app) {
        let team = a_team(&app).await;
        made(&team.mentor, date(&team, "2026-06-02T14:00", "none", 60)).await;
        app.end_match(&team).await;

        until(&app, "2026-06-02T12:00:00Z");
        app.remind().await;

        assert_eq!(reminded(&team.sam).await, Vec::<String>::new());
        let told = told(&team.practitioner).await;
        assert!(told.iter().any(|(event, _)| event == "date.unattended"));
    }
}

on_both_stores! {
    async fn a_restart_loses_no_reminder_and_doubles_none(app) {
        let team = a_team(&app).await;
        made(&team.mentor, date(&team, "2026-06-02T14:00", "daily", 60)).await;
        until(&app, "2026-06-02T12:00:00Z");
        app.remind().await;

        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);
        assert_eq!(app.remind().await, 0);
        until(&app, "2026-06-03T12:00:00Z");
        app.remind().await;
        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);
        app.remind().await;

        assert_eq!(reminded(&team.sam).await, ["2026-06-02T14:00", "2026-06-03T14:00"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_sends_each_reminder() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    for minute in 0..20 {
        let starts = format!("2026-06-02T14:{minute:02}");
        made(&team.mentor, date(&team, &starts, "daily", 60)).await;
    }
    let other = app.second_node().await;

    for day in 2..6 {
        let at = format!("2026-06-0{day}T12:30:00Z");
        until(&app, &at);
        until(&other, &at);
        let (here, there) = tokio::join!(app.remind(), other.remind());
        assert_eq!(here + there, 20);
    }

    let mut found = reminded(&team.sam).await;
    assert_eq!(found.len(), 80);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 80, "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_date_that_is_moved_while_it_falls_due_never_reminds_twice() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    for round in 0..8 {
        let starts = format!("2026-06-02T14:{round:02}");
        let one = made(&team.mentor, date(&team, &starts, "daily", 60)).await;
        let at = Moment::parse_rfc3339(&format!("2026-06-02T12:{round:02}:00Z")).unwrap();
        app.app
            .clock()
            .advance(at.since(app.now()).min(Duration::from_hours(48)));
        let mut later = date(&team, &format!("2026-06-02T15:{round:02}"), "none", 60);
        let fields = later.as_object_mut().unwrap();
        fields.retain(|name, _| name != "id" && name != "family_member_id");
        fields.insert("version".to_owned(), json!(1));
        let mentor = team.mentor.back().await;
        let path = format!("/dates/{}", one["id"].as_str().unwrap());

        let (moved, _) = tokio::join!(mentor.put(&path, later), app.remind());

        moved.expect(200);
    }
    until(&app, "2026-06-02T13:30:00Z");
    app.remind().await;
    until(&app, "2026-06-05T20:00:00Z");
    app.remind().await;

    let found = reminded(&team.sam).await;
    let of_later = found
        .iter()
        .filter(|starts| starts.contains("T15:"))
        .count();
    assert_eq!(
        of_later, 8,
        "each is reminded of the time it was moved to: {found:?}"
    );
    assert!(
        found.iter().all(|starts| starts.starts_with("2026-06-02")),
        "{found:?}"
    );
    let mut once = found.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), found.len(), "{found:?}");
}

/// Of which dates somebody's people are to know that nothing reached them.
async fn unreached(who: &Person) -> Vec<Value> {
    let needs = who.back().await.get("/needs").await.expect(200);
    let items = needs["items"].as_array().unwrap().iter();
    items
        .filter(|need| need["reason"] == "unreached")
        .map(|need| need["follow_up"]["date_id"].clone())
        .collect()
}

/// Sam's phone has shown everything.
async fn sees_all(sam: &Person) {
    let sam = sam.back().await;
    let page = sam.get("/inbox?after=0&limit=200").await.expect(200);
    let seq = page["items"].as_array().unwrap().last().unwrap()["seq"].clone();
    sam.post("/inbox/seen", json!({ "seq": seq }))
        .await
        .expect(204);
}

on_both_stores! {
    async fn a_reminder_that_reached_no_device_is_on_the_list_of_whoever_keeps_the_date(app) {
        let team = a_team(&app).await;
        let weekly = made(&team.mentor, date(&team, "2026-06-02T14:00", "weekly", 120)).await;
        until(&app, "2026-06-02T11:00:00Z");
        app.remind().await;
        until(&app, "2026-06-02T11:29:59Z");
        app.remind().await;
        assert_eq!(unreached(&team.mentor).await, Vec::<Value>::new(), "it may yet be seen");

        until(&app, "2026-06-02T11:30:00Z");
        app.remind().await;
        for who in [&team.mentor, &team.practitioner, &team.supervisor] {
            assert_eq!(unreached(who).await, [weekly["id"].clone()], "{}", who.name);
        }
        let told = told(&team.mentor).await;
        let (_, data) = told.iter().find(|(event, _)| event == "follow_up.opened").unwrap();
        assert_eq!((&data["date_id"], &data["reasons"]), (&weekly["id"], &json!(["unreached"])));
        until(&app, "2026-06-09T11:00:00Z");
        app.remind().await;
        until(&app, "2026-06-09T11:30:00Z");
        app.remind().await;
        assert_eq!(unreached(&team.mentor).await.len(), 1, "one item for each date");

        let needs = team.mentor.back().await.get("/needs").await.expect(200);
        let id = needs["items"][0]["follow_up"]["id"].as_str().unwrap();
        let reached = json!({ "outcome": "reached" });
        let done = format!("/follow-ups/{id}/done");
        team.mentor.back().await.post(&done, reached).await.expect(200);
        until(&app, "2026-06-16T11:00:00Z");
        app.remind().await;
        sees_all(&team.sam).await;
        until(&app, "2026-06-16T11:30:00Z");
        app.remind().await;
        assert_eq!(unreached(&team.mentor).await, Vec::<Value>::new(), "they have seen it");
    }
}

on_both_stores! {
    async fn what_could_not_be_said_in_time_is_on_the_list_while_it_is_still_to_come(app) {
        let team = a_team(&app).await;
        let coming = made(&team.mentor, date(&team, "2026-06-03T14:00", "none", 24 * 60)).await;
        made(&team.mentor, date(&team, "2026-06-02T15:00", "none", 60)).await;

        // Down from noon to half past five.
        until(&app, "2026-06-02T16:30:00Z");
        app.remind().await;

        assert_eq!(reminded(&team.sam).await, Vec::<String>::new());
        assert_eq!(unreached(&team.mentor).await, [coming["id"].clone()]);
    }
}
