//! When families are asked how things are: each time once, at its time by the clock on the wall, never
//! when it is not safe; and what is made of silence.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, NaiveTime};
use daybook::base::time::Moment;
use daybook::db::{Address, Purpose, open};
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, TestApp, a_team, alerts_of, new_id, on_both_stores, the_alert, told,
};

fn path(of: &Person) -> String {
    format!("/check-in-rhythms/{}", of.id)
}

fn rhythm(version: i32, starts: &str, rule: &str, hours: i32) -> Value {
    json!({ "version": version, "starts": starts, "rule": rule, "window_hours": hours })
}

async fn sets(who: &Person, of: &Person, body: Value) -> Reply {
    who.back().await.put(&path(of), body).await
}

/// Sam is asked every day at ten, and has six hours.
async fn daily(team: &Team) -> Value {
    let body = rhythm(0, "2026-06-02T10:00", "FREQ=DAILY", 6);
    sets(&team.mentor, &team.sam, body).await.expect(200)
}

/// Lets time pass up to a moment, without a worker turning.
fn until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    app.app.clock().advance(at.since(app.now()));
}

/// The worker of check-ins turns every half hour up to a moment.
async fn turns_until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    while app.now() < at {
        app.advance(30);
        app.ask().await;
    }
}

/// The times somebody was asked, in the order it happened.
async fn asked(who: &Person) -> Vec<String> {
    let told = told(who).await.into_iter();
    told.filter(|(event, _)| event == "check_in.due")
        .map(|(_, data)| data["starts"].as_str().unwrap().to_owned())
        .collect()
}

/// What became of the latest times, the newest first.
async fn states(team: &Team) -> Vec<String> {
    let seen = team
        .mentor
        .back()
        .await
        .get(&path(&team.sam))
        .await
        .expect(200);
    let asks = seen["asks"].as_array().unwrap();
    asks.iter()
        .map(|ask| ask["state"].as_str().unwrap().to_owned())
        .collect()
}

async fn checks_in(who: &Person) -> Value {
    let body = json!({ "id": new_id(), "scale": 6, "wants_contact": false });
    who.back().await.post("/check-ins", body).await.expect(201)
}

/// Why somebody's people need them, and how many check-ins in a row they missed.
async fn silence(who: &Person) -> Vec<(Value, Value)> {
    let list = who.back().await.get("/needs").await.expect(200);
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|need| {
            let follow_up = &need["follow_up"];
            (follow_up["reasons"].clone(), follow_up["missed"].clone())
        })
        .collect()
}

/// How often somebody was told that a person is to be followed up.
async fn opened(who: &Person) -> usize {
    let told = told(who).await.into_iter();
    told.filter(|(event, _)| event == "follow_up.opened")
        .count()
}

/// Somebody's phone may ring at any hour, and that is confirmed.
async fn may_ring_always(team: &Team, who: &Person) {
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
    says_when(who, json!(windows), true).await;
    let confirmed = format!("/contact-plans/{}/confirmation", who.id);
    let seen = json!({ "version": 1 });
    team.mentor
        .back()
        .await
        .post(&confirmed, seen)
        .await
        .expect(200);
}

async fn says_when(who: &Person, windows: Value, ok_message: bool) {
    let plan = json!({
        "windows": windows, "ok_message": ok_message, "ok_call": false, "ok_voicemail": false,
        "shared_phone": true,
    });
    let own = format!("/contact-plans/{}", who.id);
    who.back().await.put(&own, plan).await.expect(200);
}

on_both_stores! {
    async fn somebody_is_asked_once_at_their_time_and_answers(app) {
        let team = a_team(&app).await;
        let set = sets(&team.mentor, &team.sam, rhythm(0, "2026-06-07T17:00", "FREQ=WEEKLY", 24)).await;
        let set = set.expect(200);
        assert_eq!(set["next_at"], "2026-06-07T16:00:00.000000Z");
        assert_eq!(set["rhythm"]["zone"], "Europe/London");

        until(&app, "2026-06-07T15:59:59Z");
        assert_eq!(app.ask().await, 0, "not before its time");
        until(&app, "2026-06-07T16:00:00Z");
        assert_eq!(app.ask().await, 1);
        assert_eq!(app.ask().await, 0);
        let told = told(&team.sam).await;
        let (_, data) = told.iter().find(|(event, _)| event == "check_in.due").unwrap();
        assert_eq!((&data["id"], &data["until"]), (&json!(team.sam.id), &json!("2026-06-08T16:00:00.000000Z")));
        assert_eq!(states(&team).await, ["open"]);
        let own = async || team.sam.back().await.get(&path(&team.sam)).await.expect(200);
        assert_eq!(own().await["answer_by"], data["until"], "their app need not have heard it");

        let answer = checks_in(&team.sam).await;
        assert_eq!(states(&team).await, ["answered"]);
        assert_eq!(own().await["answer_by"], Value::Null);
        let seen = team.practitioner.back().await.get(&path(&team.sam)).await.expect(200);
        assert_eq!(seen["asks"][0]["check_in_id"], answer["id"]);
        assert_eq!(seen["next_at"], "2026-06-14T16:00:00.000000Z");
        until(&app, "2026-06-09T16:00:00Z");
        assert_eq!(app.ask().await, 0, "nothing was missed");
        assert!(silence(&team.mentor).await.is_empty());
        let own = own().await;
        assert_eq!((&own["next_at"], &own["answer_by"]), (&seen["next_at"], &Value::Null));
        assert!(own.get("asks").is_none(), "a family is shown no row of days");
    }
}

on_both_stores! {
    async fn a_correction_of_yesterday_does_not_answer_today(app) {
        let team = a_team(&app).await;
        daily(&team).await;
        until(&app, "2026-06-02T09:00:00Z");
        app.ask().await;
        let yesterday = checks_in(&team.sam).await;
        until(&app, "2026-06-03T09:00:00Z");
        app.ask().await;

        let corrected = json!({
            "id": new_id(), "scale": 5, "wants_contact": false, "corrects": yesterday["id"],
        });
        team.sam.back().await.post("/check-ins", corrected).await.expect(201);

        assert_eq!(states(&team).await, ["open", "answered"]);
        checks_in(&team.sam).await;
        assert_eq!(states(&team).await, ["answered", "answered"]);
        until(&app, "2026-06-04T07:00:00Z");
        let again = json!({
            "id": new_id(), "scale": 4, "wants_contact": false, "corrects": yesterday["id"],
        });
        team.sam.back().await.post("/check-ins", again).await.expect(201);
        until(&app, "2026-06-04T09:00:00Z");
        app.ask().await;
        assert_eq!(states(&team).await, ["open", "answered", "answered"], "it says nothing of today");
    }
}

on_both_stores! {
    async fn over_the_changes_of_two_years_each_time_is_asked_once_at_a_stated_minute(app) {
        let team = a_team(&app).await;
        may_ring_always(&team, &team.sam).await;
        // 01:30 comes twice in October, the first counts; it is skipped in March, two o'clock counts.
        for (version, first, from, to, at) in [
            (0, "2026-10-24T01:30", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z",
                ["2026-10-26T01:30:00.000000Z", "2026-10-25T00:30:00.000000Z", "2026-10-24T00:30:00.000000Z"]),
            (1, "2027-03-27T01:30", "2027-03-26T12:00:00Z", "2027-03-29T12:00:00Z",
                ["2027-03-29T00:30:00.000000Z", "2027-03-28T01:00:00.000000Z", "2027-03-27T01:30:00.000000Z"]),
            (2, "2027-10-30T01:30", "2027-10-29T12:00:00Z", "2027-11-01T12:00:00Z",
                ["2027-11-01T01:30:00.000000Z", "2027-10-31T00:30:00.000000Z", "2027-10-30T00:30:00.000000Z"]),
        ] {
            until(&app, from);
            app.ask().await;
            let before = asked(&team.sam).await.len();
            sets(&team.mentor, &team.sam, rhythm(version, first, "FREQ=DAILY", 6)).await.expect(200);

            turns_until(&app, to).await;

            let found = asked(&team.sam).await.split_off(before);
            let day = first[..10].parse::<chrono::NaiveDate>().unwrap();
            let expected: Vec<String> =
                (0..3).map(|n| format!("{}T01:30", day + chrono::Days::new(n))).collect();
            assert_eq!(found, expected);
            let seen = team.mentor.back().await.get(&path(&team.sam)).await.expect(200);
            let asks = seen["asks"].as_array().unwrap().iter().take(3);
            let asked_at: Vec<String> = asks.map(|ask| text(&ask["asked_at"])).collect();
            assert_eq!(asked_at, at);
        }
    }
}

on_both_stores! {
    async fn what_is_not_answered_is_work_until_they_have_been_heard_from(app) {
        let team = a_team(&app).await;
        daily(&team).await;

        turns_until(&app, "2026-06-02T15:30:00Z").await;
        for who in [&team.mentor, &team.practitioner, &team.supervisor] {
            assert_eq!(silence(who).await, [(json!(["missed", "unreached"]), json!(1))], "{}", who.name);
        }
        turns_until(&app, "2026-06-03T15:30:00Z").await;
        assert_eq!(silence(&team.mentor).await, [(json!(["missed", "unreached"]), json!(2))], "one item, not two");
        let opened = told(&team.mentor).await;
        let opened = opened.iter().filter(|(event, _)| event == "follow_up.opened").count();
        assert_eq!(opened, 2, "and each is told");
        assert_eq!(app.hand_up_after(24 * 60).await, 1, "the supervisor's wait began with the first");
        assert!(alerts_of(&team.supervisor).await.is_empty());

        checks_in(&team.sam).await;
        assert!(silence(&team.mentor).await.is_empty());
        assert!(silence(&team.supervisor).await.is_empty());
        turns_until(&app, "2026-06-05T15:30:00Z").await;
        assert_eq!(silence(&team.mentor).await, [(json!(["missed", "unreached"]), json!(1))], "it begins anew");
        let need = team.mentor.back().await.get("/needs").await.expect(200)["items"][0].clone();
        assert_eq!((&need["reason"], &need["follow_up"]["check_in_id"]), (&json!("missed"), &Value::Null));
        let done = format!("/follow-ups/{}/done", need["follow_up"]["id"].as_str().unwrap());
        let reached = json!({ "outcome": "reached" });
        team.mentor.back().await.post(&done, reached).await.expect(200);
        assert!(silence(&team.mentor).await.is_empty());
    }
}

on_both_stores! {
    async fn who_has_seen_it_was_reached_and_who_has_not_may_have_no_phone(app) {
        let team = a_team(&app).await;
        daily(&team).await;
        until(&app, "2026-06-02T09:00:00Z");
        app.ask().await;
        let sam = team.sam.back().await;
        let head = sam.get("/inbox?after=0&limit=200").await.expect(200);
        let seq = head["items"].as_array().unwrap().last().unwrap()["seq"].clone();
        sam.post("/inbox/seen", json!({ "seq": seq })).await.expect(204);

        turns_until(&app, "2026-06-02T15:30:00Z").await;

        assert_eq!(silence(&team.mentor).await, [(json!(["missed"]), json!(1))]);
    }
}

/// Sam answers on these days and not on others, each a letter from the 2nd of June on.
async fn lives_through(app: &TestApp, team: &Team, days: &str) {
    for (day, letter) in (2..).zip(days.chars()) {
        until(app, &format!("2026-06-{day:02}T09:00:00Z"));
        app.ask().await;
        if letter == 'a' {
            app.advance(60);
            checks_in(&team.sam).await;
        }
        until(app, &format!("2026-06-{day:02}T15:00:00Z"));
        app.ask().await;
    }
}

on_both_stores! {
    async fn three_misses_of_a_family_that_usually_answers_raise_a_concern_once(app) {
        let team = a_team(&app).await;
        daily(&team).await;

        lives_through(&app, &team, "xaaxaaxx").await;
        assert!(alerts_of(&team.supervisor).await.is_empty());
        until(&app, "2026-06-10T09:00:00Z");
        app.ask().await;
        until(&app, "2026-06-10T15:00:00Z");
        app.ask().await;

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.back().await.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!((&alert["severity"], &alert["occurrence_count"]), (&json!("watch"), &json!(1)));
        let occurrence = &alert["occurrences"][0];
        assert_eq!(occurrence["findings"][0]["rule"], "check_ins.three_missed");
        assert_eq!(occurrence["quote"], json!([]));
        let mentors = json!(told(&team.mentor).await).to_string();
        assert!(!mentors.contains("alert"), "{mentors}");
        until(&app, "2026-06-11T09:00:00Z");
        app.ask().await;
        until(&app, "2026-06-11T15:00:00Z");
        app.ask().await;
        assert_eq!(silence(&team.mentor).await[0].1, json!(4));
        assert_eq!(the_alert(&team.supervisor).await, id);
        let again = team.supervisor.back().await.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(again["occurrence_count"], 1, "the fourth is not the third");
    }
}

on_both_stores! {
    async fn three_misses_of_a_family_that_seldom_answers_are_work_and_no_concern(app) {
        let team = a_team(&app).await;
        daily(&team).await;

        lives_through(&app, &team, "axaxaxxx").await;

        assert!(alerts_of(&team.supervisor).await.is_empty());
        assert_eq!(silence(&team.mentor).await[0].1, json!(3));
    }
}

on_both_stores! {
    async fn nobody_is_asked_when_it_is_not_safe_or_they_may_not_act(app) {
        let team = a_team(&app).await;
        let night = rhythm(0, "2026-06-02T22:00", "FREQ=DAILY", 6);
        sets(&team.practitioner, &team.sam, night).await.expect(200);

        until(&app, "2026-06-02T21:00:00Z");
        assert_eq!(app.ask().await, 1);
        assert_eq!(asked(&team.sam).await, Vec::<String>::new(), "it is ten at night");
        until(&app, "2026-06-03T07:00:00Z");
        app.ask().await;
        assert_eq!(asked(&team.sam).await, ["2026-06-02T22:00"], "in the morning");
        checks_in(&team.sam).await;

        // Only on Sundays: there is no safe hour before they would be asked again.
        let sunday = json!([{ "day": "sunday", "from": "10:00", "to": "12:00" }]);
        says_when(&team.sam, sunday, true).await;
        until(&app, "2026-06-03T21:00:00Z");
        app.ask().await;
        assert_eq!(states(&team).await, ["not_safe", "answered"]);
        assert_eq!(silence(&team.mentor).await, [(json!(["unreached"]), json!(0))]);
        says_when(&team.sam, json!([]), false).await;
        until(&app, "2026-06-04T21:00:00Z");
        app.ask().await;
        app.set_status(&team.sam, "suspended").await;
        until(&app, "2026-06-05T21:00:00Z");
        app.ask().await;
        app.set_status(&team.sam, "active").await;

        assert_eq!(states(&team).await, ["not_active", "not_safe", "not_safe", "answered"]);
        assert_eq!(asked(&team.sam).await.len(), 1);
        assert_eq!(silence(&team.mentor).await, [(json!(["unreached"]), json!(0))], "one item");
    }
}

on_both_stores! {
    async fn who_is_suspended_in_the_window_has_missed_nothing(app) {
        let team = a_team(&app).await;
        daily(&team).await;
        until(&app, "2026-06-02T09:00:00Z");
        app.ask().await;
        app.set_status(&team.sam, "suspended").await;

        until(&app, "2026-06-02T15:00:00Z");
        app.ask().await;

        assert_eq!(states(&team).await, ["not_active"]);
        assert!(silence(&team.mentor).await.is_empty());
    }
}

on_both_stores! {
    async fn after_a_week_of_downtime_there_is_no_flood_and_nobody_has_missed_it(app) {
        let team = a_team(&app).await;
        daily(&team).await;
        until(&app, "2026-06-02T09:00:00Z");
        assert_eq!(app.ask().await, 1);

        // Down from here on; back a week later, half an hour after the day's time.
        until(&app, "2026-06-09T09:30:00Z");
        assert_eq!(app.ask().await, 8, "seven are dropped, one is asked");

        assert_eq!(asked(&team.sam).await, ["2026-06-02T10:00", "2026-06-09T10:00"]);
        let dropped = std::iter::repeat_n("late", 7);
        let expected: Vec<&str> = std::iter::once("open").chain(dropped).collect();
        assert_eq!(states(&team).await, expected, "and each row says so");
        let unasked = (json!(["unreached"]), json!(0));
        assert_eq!(silence(&team.practitioner).await, [unasked], "nobody knows how they were");
        assert_eq!(opened(&team.practitioner).await, 1, "it is said once, of six days");
    }
}

on_both_stores! {
    async fn who_could_not_be_asked_in_time_is_asked_while_their_window_would_be_open(app) {
        let team = a_team(&app).await;
        daily(&team).await;

        until(&app, "2026-06-02T14:59:00Z");
        assert_eq!(app.ask().await, 1);
        assert_eq!(asked(&team.sam).await, ["2026-06-02T10:00"], "five hours late and in the window");
        checks_in(&team.sam).await;
        until(&app, "2026-06-03T15:00:00Z");
        assert_eq!(app.ask().await, 1);

        assert_eq!(states(&team).await, ["late", "answered"], "by now it would be a miss");
        assert_eq!(asked(&team.sam).await.len(), 1);
        assert_eq!(silence(&team.practitioner).await, [(json!(["unreached"]), json!(0))]);
        checks_in(&team.sam).await;
        assert!(silence(&team.practitioner).await.is_empty(), "until they have been heard from");
        until(&app, "2026-06-04T16:00:00Z");
        checks_in(&team.sam).await;
        assert_eq!(app.ask().await, 1);
        assert_eq!(states(&team).await, ["late", "late", "answered"]);
        assert!(silence(&team.practitioner).await.is_empty(), "their phone was first");
    }
}

on_both_stores! {
    async fn a_window_that_ends_while_the_service_is_down_is_open_again_for_a_while(app) {
        let team = a_team(&app).await;
        daily(&team).await;
        until(&app, "2026-06-02T09:00:00Z");
        app.ask().await;

        until(&app, "2026-06-02T22:00:00Z");
        app.ask().await;
        assert_eq!(states(&team).await, ["open"], "nobody could have answered for seven hours");
        checks_in(&team.sam).await;
        assert_eq!(states(&team).await, ["answered"], "the phone had kept it");

        until(&app, "2026-06-03T09:00:00Z");
        app.ask().await;
        assert_eq!(asked(&team.sam).await.len(), 2, "a late answer is none for the next day");
        until(&app, "2026-06-03T19:00:00Z");
        app.ask().await;
        until(&app, "2026-06-04T01:00:00Z");
        app.ask().await;
        assert_eq!(states(&team).await, ["missed", "answered"]);
    }
}

on_both_stores! {
    async fn who_has_just_checked_in_is_not_asked_at_once(app) {
        let team = a_team(&app).await;
        daily(&team).await;
        until(&app, "2026-06-02T07:00:00Z");
        let own = checks_in(&team.sam).await;

        until(&app, "2026-06-02T09:00:00Z");
        app.ask().await;

        assert_eq!(asked(&team.sam).await, Vec::<String>::new());
        let seen = team.mentor.back().await.get(&path(&team.sam)).await.expect(200);
        assert_eq!((&seen["asks"][0]["state"], &seen["asks"][0]["check_in_id"]), (&json!("answered"), &own["id"]));
    }
}

on_both_stores! {
    async fn whoever_sets_it_has_seen_what_holds_and_ending_it_leaves_nothing_to_miss(app) {
        let team = a_team(&app).await;
        let mia = team.another_member("Mia", "parent").await.0;
        let never = sets(&team.mentor, &mia, rhythm(1, "2026-07-05T17:00", "FREQ=DAILY", 6)).await;
        assert_eq!(never.wrong_fields(), ["/version"]);
        let first = daily(&team).await;
        assert_eq!(daily(&team).await, first, "the same again changes nothing");
        let fortnightly = rhythm(1, "2026-06-05T17:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", 48);
        let second = sets(&team.practitioner, &team.sam, fortnightly).await.expect(200);
        assert_eq!((&second["version"], &second["next_at"]), (&json!(2), &json!("2026-06-05T16:00:00.000000Z")));
        let stale = rhythm(1, "2026-06-05T18:00", "FREQ=WEEKLY", 48);
        let refused = sets(&team.mentor, &team.sam, stale).await.expect(409);
        assert_eq!(refused["by"]["id"], json!(team.practitioner.id));

        until(&app, "2026-06-05T16:00:00Z");
        app.ask().await;
        assert_eq!(asked(&team.sam).await, ["2026-06-05T17:00"], "and not at the times before");
        team.mentor.back().await.delete(&path(&team.sam)).await.expect(204);
        team.mentor.back().await.delete(&path(&team.sam)).await.expect(204);
        until(&app, "2026-06-30T16:00:00Z");
        assert_eq!(app.ask().await, 0);
        assert!(silence(&team.mentor).await.is_empty());
        let ended = team.sam.back().await.get(&path(&team.sam)).await.expect(200);
        assert_eq!((&ended["version"], &ended["rhythm"], &ended["next_at"]), (&json!(3), &Value::Null, &Value::Null));
    }
}

on_both_stores! {
    async fn a_rule_that_could_keep_a_worker_busy_is_refused(app) {
        let team = a_team(&app).await;
        for (body, field) in [
            (rhythm(0, "2026-06-05T17:00", "FREQ=MINUTELY", 6), "/rule"),
            (rhythm(0, "2026-06-05T17:00", "FREQ=DAILY;BYHOUR=1,2,3,4", 6), "/rule"),
            (rhythm(0, "2026-06-05T17:00", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", 6), "/rule"),
            (rhythm(0, "2026-06-05", "FREQ=DAILY", 6), "/starts"),
            (rhythm(0, "2029-06-05T17:00", "FREQ=DAILY", 6), "/starts"),
            (rhythm(0, "2026-06-05T17:00", "FREQ=DAILY", 0), "/window_hours"),
            (rhythm(0, "2026-06-05T17:00", "FREQ=DAILY", 169), "/window_hours"),
        ] {
            assert_eq!(sets(&team.mentor, &team.sam, body.clone()).await.wrong_fields(), [field], "{body}");
        }
        let mut nowhere = rhythm(0, "2026-06-05T17:00", "FREQ=DAILY", 6);
        nowhere["zone"] = json!("Europe/Nowhere");
        assert_eq!(sets(&team.mentor, &team.sam, nowhere).await.wrong_fields(), ["/zone"]);
    }
}

on_both_stores! {
    async fn nobody_is_left_unasked_for_more_than_a_hundred_days(app) {
        let team = a_team(&app).await;
        for (starts, rule, field) in [
            ("2026-09-10T17:00", "FREQ=DAILY", "/starts"),
            ("2026-06-05T17:00", "FREQ=MONTHLY;INTERVAL=6", "/rule"),
            ("2025-12-05T17:00", "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=-1", "/rule"),
            // Its second gap is the first that is too long: there is no 31st of April.
            ("2026-07-31T17:00", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "/rule"),
        ] {
            let refused = sets(&team.mentor, &team.sam, rhythm(0, starts, rule, 6)).await;
            assert_eq!(refused.wrong_fields(), [field], "{starts} {rule}");
        }
        let quarterly = rhythm(0, "2026-09-09T08:00", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=9", 6);
        sets(&team.mentor, &team.sam, quarterly).await.expect(200);
    }
}

on_both_stores! {
    async fn they_are_asked_by_the_clock_of_their_own_zone(app) {
        let team = a_team(&app).await;
        let mut warsaw = rhythm(0, "2026-06-07T17:00", "FREQ=WEEKLY", 24);
        warsaw["zone"] = json!("Europe/Warsaw");

        let set = sets(&team.mentor, &team.sam, warsaw).await.expect(200);

        assert_eq!(set["next_at"], "2026-06-07T15:00:00.000000Z");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_asks_and_one_judges() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    daily(&team).await;
    let mut all = vec![team.sam.clone()];
    for number in 0..12 {
        let (member, _) = team
            .another_member(&format!("Mia {number}"), "parent")
            .await;
        let body = rhythm(0, "2026-06-02T10:00", "FREQ=DAILY", 6);
        sets(&team.mentor, &member, body).await.expect(200);
        all.push(member);
    }
    let other = app.second_node().await;

    for at in ["2026-06-02T09:00:00Z", "2026-06-02T15:00:00Z"] {
        until(&app, at);
        until(&other, at);
        let (here, there) = tokio::join!(app.ask(), other.ask());
        assert_eq!(here + there, all.len());
    }

    for member in &all {
        assert_eq!(asked(member).await, ["2026-06-02T10:00"]);
    }
    assert_eq!(silence(&team.practitioner).await.len(), all.len());
    let opened = opened(&team.practitioner).await;
    assert_eq!(opened, all.len(), "each is told once");
}

/// What happens on some days of the week at a time of day, as somebody with a calendar, a clock on the
/// wall and patience would find out: minute by minute.
struct Calendar {
    first: NaiveDate,
    days: u64,
    /// From Monday on.
    weekdays: Vec<usize>,
    time: NaiveTime,
    window: Duration,
}

const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Calendar {
    /// Every time there is to ask, as it is said, and the first minute at which the wall in London shows
    /// it or a later one.
    fn times(&self) -> Vec<(String, Moment)> {
        let midnight =
            |day: NaiveDate| Moment::from_datetime(&day.and_time(NaiveTime::MIN).and_utc());
        let mut minute = midnight(self.first).minus(Duration::from_hours(3));
        let days = self
            .first
            .iter_days()
            .take(usize::try_from(self.days).unwrap());
        let is_on = |day: &NaiveDate| {
            let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap();
            self.weekdays.contains(&weekday)
        };
        days.filter(is_on)
            .map(|day| {
                let wanted = day.and_time(self.time);
                while minute.on_the_wall(chrono_tz::Europe::London) < wanted {
                    minute = minute.plus(Duration::from_mins(1));
                }
                (wanted.format("%Y-%m-%dT%H:%M").to_string(), minute)
            })
            .collect()
    }

    /// What becomes of each time if nobody ever answers and the worker turns at these moments alone: the
    /// newest first, with when they were asked.
    fn foretold(&self, turns: &[Moment]) -> Vec<(String, &'static str, Option<Moment>)> {
        const HOUR: Duration = Duration::from_hours(1);
        let times = self.times();
        let mut found: Vec<(String, &'static str, Option<Moment>)> = Vec::new();
        let mut ends: Option<Moment> = None;
        for now in turns {
            loop {
                let next = times.get(found.len());
                let next_at = next.map_or(now.plus(HOUR * 1000), |(_, at)| *at);
                if let Some(end) = ends.filter(|end| end <= now) {
                    let last = found.last_mut().unwrap();
                    ends = None;
                    if *now < end.plus(HOUR) {
                        last.1 = "missed";
                    } else if next_at > *now {
                        // The service was not there at the end: there is some time still.
                        ends = Some(now.plus(HOUR * 6).min(next_at));
                    } else {
                        last.1 = "late";
                    }
                } else if let Some((said, at)) = next.filter(|(_, at)| at <= now) {
                    let after = times
                        .get(found.len() + 1)
                        .map_or(now.plus(HOUR * 1000), |(_, at)| *at);
                    let leaves = now.plus(self.window.min(HOUR * 6)) <= after;
                    let is_open = *now < at.plus(self.window) && leaves;
                    if *now < at.plus(HOUR * 2) || is_open {
                        found.push((said.clone(), "open", Some(*now)));
                        ends = Some(now.plus(self.window).min(after));
                    } else {
                        found.push((said.clone(), "late", None));
                    }
                } else {
                    break;
                }
            }
        }
        found.reverse();
        found
    }
}

/// The same throws on every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Somebody who is asked on some days of the week in the small hours, and never answers.
async fn asked_by_chance(team: &Team, dice: &mut Dice, first: NaiveDate) -> (Person, Calendar) {
    let name = format!("Mia {}", new_id());
    let (member, _) = team.another_member(&name, "parent").await;
    may_ring_always(team, &member).await;
    let mut weekdays: Vec<usize> = (0..7).filter(|_| dice.throw(3) > 0).collect();
    if weekdays.is_empty() {
        weekdays.push(6);
    }
    let (hour, minute) = (dice.throw(4), dice.throw(60));
    let seconds = u32::try_from(hour * 3600 + minute * 60).unwrap();
    let hours = 1 + dice.throw(40);
    let calendar = Calendar {
        first,
        days: 20,
        weekdays,
        time: NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap(),
        window: Duration::from_hours(hours),
    };
    let names: Vec<&str> = calendar.weekdays.iter().map(|day| NAMES[*day]).collect();
    let starts = first.and_time(calendar.time).format("%Y-%m-%dT%H:%M");
    let rule = format!("FREQ=WEEKLY;BYDAY={}", names.join(","));
    let body = rhythm(0, &starts.to_string(), &rule, i32::try_from(hours).unwrap());
    sets(&team.mentor, &member, body).await.expect(200);
    (member, calendar)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_the_changes_of_the_clocks_and_downtime_a_slow_model_foretells_everything() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let mut dice = Dice(2026);
    for change in ["2026-10-25", "2027-03-28", "2027-10-31"] {
        let first = change.parse::<NaiveDate>().unwrap() - chrono::Days::new(6);
        until(&app, &format!("{}T12:00:00Z", first.pred_opt().unwrap()));
        let practitioner = team.practitioner.back().await;
        let team = Team {
            practitioner,
            ..team.clone()
        };
        let mut cast = Vec::new();
        for _ in 0..4 {
            cast.push(asked_by_chance(&team, &mut dice, first).await);
        }
        let end = app.now().plus(Duration::from_hours(24 * 12));
        let mut turns = Vec::new();
        while app.now() < end {
            // Now and then the service is down for up to two and a half days.
            let down = if dice.throw(25) == 0 {
                dice.throw(60) * 60
            } else {
                0
            };
            app.advance(down + 1 + dice.throw(45));
            app.ask().await;
            turns.push(app.now());
        }

        for (member, calendar) in &cast {
            let seen = team
                .mentor
                .back()
                .await
                .get(&path(member))
                .await
                .expect(200);
            let asks = seen["asks"].as_array().unwrap().iter();
            let found: Vec<(String, String, Value)> = asks
                .map(|ask| {
                    (
                        text(&ask["starts"]),
                        text(&ask["state"]),
                        ask["asked_at"].clone(),
                    )
                })
                .collect();
            let foretold: Vec<(String, String, Value)> = calendar
                .foretold(&turns)
                .into_iter()
                .map(|(said, state, at)| (said, state.to_owned(), json!(at)))
                .collect();
            assert_eq!(
                found, foretold,
                "{change} {:?} {}",
                calendar.weekdays, calendar.time
            );
            assert!(!found.is_empty());
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[derive(diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// How the database goes about a question, which must be found out without reading every row.
fn plan(address: &Address, question: &str) -> String {
    let mut conn = open(address, Purpose::Write).unwrap();
    let asks = match address {
        Address::Sqlite(_) => format!("explain query plan {question}"),
        Address::Postgres(_) => {
            let ready = "set enable_seqscan = off; \
                create or replace function plan_of(question text) returns table (detail text) \
                language plpgsql as $$ begin return query execute 'explain ' || question; end $$";
            conn.batch_execute(ready).unwrap();
            format!("select detail from plan_of('{question}')")
        }
    };
    let steps: Vec<Step> = diesel::sql_query(asks).load(&mut conn).unwrap();
    let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
    steps.join("\n")
}

on_both_stores! {
    async fn what_is_due_is_found_by_an_index_however_much_is_planned(app) {
        let address = app.app.store().address().clone();
        for (question, index) in [
            ("select * from check_in_asks where due_at <= 1 order by due_at, family_member_id, starts limit 9",
                "check_in_asks_due"),
            ("select min(due_at) from check_in_asks where due_at is not null", "check_in_asks_due"),
            ("select * from reminders where due_at <= 1 order by due_at limit 9", "reminders_due"),
            ("select * from reminders where look_at <= 1 order by look_at, date_id, starts limit 9",
                "reminders_look"),
            ("select * from follow_ups where hand_up_at is not null and hand_up_at <= 1 limit 9",
                "follow_ups_hand_up"),
        ] {
            let found = plan(&address, question);
            assert!(found.contains(index), "{question}: {found}");
        }
    }
}

on_both_stores! {
    async fn the_workers_are_told_when_a_mentor_changes_or_ends_it(app) {
        let team = a_team(&app).await;
        let changes = async |who: &Person| {
            let heard = told(who).await.into_iter();
            let of_sam = heard.filter(|(event, data)| {
                event == "check_in.rhythm_changed" && data["id"] == json!(team.sam.id)
            });
            of_sam.count()
        };

        daily(&team).await;
        team.mentor.delete(&path(&team.sam)).await.expect(204);
        team.mentor.delete(&path(&team.sam)).await.expect(204);

        for who in [&team.sam, &team.practitioner, &team.supervisor] {
            assert_eq!(changes(who).await, 2, "{}", who.name);
        }
        assert_eq!((changes(&team.mentor).await, changes(&team.deputy).await), (0, 0));
        // Whoever did it knows.
        let again = rhythm(2, "2026-06-02T10:00", "FREQ=DAILY", 6);
        sets(&team.practitioner, &team.sam, again).await.expect(200);
        assert_eq!((changes(&team.practitioner).await, changes(&team.supervisor).await), (2, 3));
    }
}
