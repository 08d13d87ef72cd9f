//! The clocks change over a weekend: what is due comes once, at a stated minute, and no alert gains or
//! loses an hour; and a machine whose clock is set back keeps nobody waiting.

use std::time::Duration;

use chrono::NaiveDate;
use daybook::base::time::{Clock, Moment};
use serde_json::{Value, json};

use crate::support::{
    Person, PushService, Team, TestApp, a_team, alerts_of, concern, new_id, say, takes_pushes,
    told_of,
};

/// One weekend on which the clocks change in Britain, at one o'clock UTC on Sunday.
struct Weekend {
    /// Eleven in the morning on the Friday.
    friday: &'static str,
    sunday: &'static str,
    /// When it is half past one on Sunday, which is skipped in March (then two o'clock) and comes twice in
    /// October (then the first time).
    half_past_one: &'static str,
    /// The midnights of Saturday, Sunday and Monday.
    midnights: [&'static str; 3],
    /// Nine in the morning on Sunday.
    nine: &'static str,
    /// One working day after the Friday morning.
    working_day: &'static str,
}

const WEEKENDS: [Weekend; 4] = [
    Weekend {
        friday: "2026-03-27T11:00:00.000000Z",
        sunday: "2026-03-29",
        half_past_one: "2026-03-29T01:00:00.000000Z",
        midnights: [
            "2026-03-28T00:00:00.000000Z",
            "2026-03-29T00:00:00.000000Z",
            "2026-03-29T23:00:00.000000Z",
        ],
        nine: "2026-03-29T08:00:00.000000Z",
        working_day: "2026-03-30T10:00:00.000000Z",
    },
    Weekend {
        friday: "2026-10-23T10:00:00.000000Z",
        sunday: "2026-10-25",
        half_past_one: "2026-10-25T00:30:00.000000Z",
        midnights: [
            "2026-10-23T23:00:00.000000Z",
            "2026-10-24T23:00:00.000000Z",
            "2026-10-26T00:00:00.000000Z",
        ],
        nine: "2026-10-25T09:00:00.000000Z",
        working_day: "2026-10-26T11:00:00.000000Z",
    },
    // Easter: the Friday and the Monday are bank holidays, so that it is five o'clock on the Tuesday.
    Weekend {
        friday: "2027-03-26T11:00:00.000000Z",
        sunday: "2027-03-28",
        half_past_one: "2027-03-28T01:00:00.000000Z",
        midnights: [
            "2027-03-27T00:00:00.000000Z",
            "2027-03-28T00:00:00.000000Z",
            "2027-03-28T23:00:00.000000Z",
        ],
        nine: "2027-03-28T08:00:00.000000Z",
        working_day: "2027-03-30T16:00:00.000000Z",
    },
    Weekend {
        friday: "2027-10-29T10:00:00.000000Z",
        sunday: "2027-10-31",
        half_past_one: "2027-10-31T00:30:00.000000Z",
        midnights: [
            "2027-10-29T23:00:00.000000Z",
            "2027-10-30T23:00:00.000000Z",
            "2027-11-01T00:00:00.000000Z",
        ],
        nine: "2027-10-31T09:00:00.000000Z",
        working_day: "2027-11-01T11:00:00.000000Z",
    },
];

fn moment(text: &str) -> Moment {
    Moment::parse_rfc3339(text).unwrap()
}

/// Every worker turns each half hour up to a moment, and at it; says how many alerts stepped.
async fn live_until(app: &TestApp, at: Moment) -> usize {
    const HALF_HOUR: u64 = 30 * 60 * 1_000_000;
    let mut stepped = 0;
    while app.now() < at {
        let past = u64::try_from(app.now().micros()).unwrap() % HALF_HOUR;
        let next = app.now().plus(Duration::from_micros(HALF_HOUR - past));
        app.app.clock().advance(next.min(at).since(app.now()));
        app.ask().await;
        app.remind().await;
        app.call_people().await;
        stepped += app.escalate().await;
    }
    stepped
}

/// When somebody was told of something, and the times on the wall that were meant.
async fn heard(who: &Person, event: &str) -> Vec<(String, String)> {
    let who = who.back().await;
    let page = who.get("/inbox?after=0&limit=200").await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items
        .filter(|item| item["event"] == event)
        .map(|item| (text(&item["at"]), text(&item["data"]["starts"])))
        .collect()
}

fn one(at: &str, starts: &str) -> (String, String) {
    (at.to_owned(), starts.to_owned())
}

/// Somebody may be reached in these hours of each day, and that is confirmed.
async fn says_when(team: &Team, who: &Person, (from, to): (&str, &str)) {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let plan = json!({
        "windows": days.map(|day| json!({ "day": day, "from": from, "to": to })),
        "ok_message": true, "ok_call": false, "ok_voicemail": false, "shared_phone": true,
    });
    let path = format!("/contact-plans/{}", who.id);
    who.put(&path, plan).await.expect(200);
    let seen = json!({ "version": 1 });
    let confirmed = format!("{path}/confirmation");
    team.mentor.post(&confirmed, seen).await.expect(200);
}

/// The check-in on Sunday at half past one.
async fn weekly(team: &Team, of: &Person, sunday: NaiveDate) {
    let rhythm = json!({
        "version": 0, "starts": format!("{sunday}T01:30"), "rule": "FREQ=WEEKLY", "window_hours": 24,
    });
    let path = format!("/check-in-rhythms/{}", of.id);
    team.mentor.put(&path, rhythm).await.expect(200);
}

/// What Sam is to be reminded of every day at this time in this zone.
async fn daily(team: &Team, starts: &str, zone: &str) {
    let date = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "Asha comes to see you",
        "starts": starts, "zone": zone, "minutes": 60, "repeats": "daily", "remind_minutes_before": 0,
    });
    team.mentor.post("/dates", date).await.expect(201);
}

async fn alert_about(team: &Team, who: &Person) -> Value {
    let alerts = alerts_of(&team.supervisor).await;
    let of = |alert: &&Value| alert["family_member"]["id"] == who.id.as_str();
    alerts.iter().find(of).unwrap().clone()
}

/// Mia's phone is let be until nine by the clocks of the day.
async fn a_phone_is_let_be_until(
    app: &TestApp,
    nine: Moment,
    (team, hers, push): (&Team, &str, &PushService),
) {
    live_until(app, nine.minus(Duration::from_mins(30))).await;
    let asha = team.mentor.back().await;
    say(&asha, hers, "See you at four.").await.expect(201);
    push.take();
    live_until(app, nine.minus(Duration::from_secs(1))).await;
    assert!(push.take().is_empty());
    live_until(app, nine).await;
    assert_eq!(push.take().len(), 1);
}

async fn goes_by(app: TestApp, weekend: &Weekend) {
    let team = a_team(&app).await;
    let push = PushService::start();
    let (mia, hers) = team.another_member("Mia", "parent").await;
    takes_pushes(&push, &mia).await;
    let sunday: NaiveDate = weekend.sunday.parse().unwrap();
    is_arranged(&team, &mia, sunday).await;
    let watched = alert_about(&team, &mia).await;
    assert_eq!(watched["acknowledge_by"], weekend.working_day);

    sam_asks_for_help_in_the_night(&app, &team, sunday).await;

    a_phone_is_let_be_until(&app, moment(weekend.nine), (&team, &hers, &push)).await;

    // The working day ends by the clocks of its own day.
    let working_day = moment(weekend.working_day);
    let just_before = working_day.minus(Duration::from_secs(1));
    assert_eq!(live_until(&app, just_before).await, 0);
    assert_eq!(live_until(&app, working_day).await, 1);
    assert_eq!(alert_about(&team, &mia).await["step"], 1);

    let half_past_one = format!("{sunday}T01:30");
    let asked = heard(&team.sam, "check_in.due").await;
    assert_eq!(asked, [one(weekend.half_past_one, &half_past_one)]);
    let asked = heard(&mia, "check_in.due").await;
    assert_eq!(asked, [one(weekend.nine, &half_past_one)]);
    reminders_came_once(&team.sam, sunday, weekend.midnights).await;
}

/// Check-ins, reminders and contact plans of the weekend, and a worry about Mia that is no more than
/// that.
async fn is_arranged(team: &Team, mia: &Person, sunday: NaiveDate) {
    says_when(team, &team.sam, ("00:00", "24:00")).await;
    says_when(team, mia, ("09:00", "15:00")).await;
    for who in [&team.sam, mia] {
        weekly(team, who, sunday).await;
    }
    let saturday = sunday.pred_opt().unwrap();
    daily(team, &format!("{saturday}T00:00"), "Europe/London").await;
    // He is on a trip, where no clock changes this weekend.
    daily(team, &format!("{saturday}T20:30"), "America/New_York").await;
    let mut worry = concern(team, "watch", "neglect");
    worry["family_member_id"] = json!(mia.id);
    team.mentor.post("/concerns", worry).await.expect(201);
}

/// Two minutes before the clocks change: five minutes are five minutes, and an hour is an hour.
async fn sam_asks_for_help_in_the_night(app: &TestApp, team: &Team, sunday: NaiveDate) {
    let change = moment(&format!("{sunday}T01:00:00Z"));
    let minutes = |after: i64| Moment::from_micros(change.micros() + after * 60_000_000);
    assert_eq!(live_until(app, minutes(-2)).await, 0);
    let sam = team.sam.back().await;
    let press = json!({ "id": new_id() });
    sam.post("/help", press).await.expect(201);
    let alert = alert_about(team, &team.sam).await;
    let path = format!("/alerts/{}", alert["id"].as_str().unwrap());

    assert_eq!(live_until(app, minutes(2)).await, 0);
    assert_eq!(live_until(app, minutes(3)).await, 1);
    assert_eq!(live_until(app, minutes(7)).await, 0);
    assert_eq!(live_until(app, minutes(8)).await, 1);
    let ben = team.deputy.back().await;
    let has_it = format!("{path}/acknowledgement");
    let held = ben.post_nothing(&has_it).await.expect(200);
    assert_eq!(held["decide_by"], minutes(68).to_string());
    assert_eq!(live_until(app, minutes(67)).await, 0);
    assert_eq!(live_until(app, minutes(68)).await, 1);

    let decision = json!({ "outcome": "advice", "rationale": "His aunt is with him." });
    let decides = format!("{path}/decision");
    let ben = team.deputy.back().await;
    ben.post(&decides, decision).await.expect(200);
}

/// At each midnight at home, and at half past eight in the evening where the trip has led.
async fn reminders_came_once(sam: &Person, sunday: NaiveDate, midnights: [&str; 3]) {
    let days = [
        sunday.pred_opt().unwrap(),
        sunday,
        sunday.succ_opt().unwrap(),
    ];
    let is_in_time = |(at, _): &(String, String)| moment(at) <= moment(midnights[2]);
    let reminded = heard(sam, "reminder.due").await.into_iter();
    let (at_home, away): (Vec<_>, Vec<_>) = reminded
        .filter(is_in_time)
        .partition(|(_, starts)| starts.ends_with("T00:00"));

    let nights = midnights.iter().zip(days);
    let nights = nights.map(|(at, day)| one(at, &format!("{day}T00:00")));
    assert_eq!(at_home, nights.collect::<Vec<_>>());
    let evenings = days.windows(2).map(|pair| {
        let at = format!("{}T00:30:00.000000Z", pair[1]);
        one(&at, &format!("{}T20:30", pair[0]))
    });
    let evenings: Vec<_> = evenings.filter(is_in_time).collect();
    assert_eq!(away, evenings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_comes_once_and_no_alert_gains_or_loses_an_hour_on_sqlite() {
    for weekend in &WEEKENDS {
        let clock = Clock::manual(moment(weekend.friday));
        goes_by(TestApp::on_sqlite_by(clock).await, weekend).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_comes_once_and_no_alert_gains_or_loses_an_hour_on_postgres() {
    for weekend in &WEEKENDS {
        let clock = Clock::manual(moment(weekend.friday));
        if let Some(app) = TestApp::on_postgres_by(clock).await {
            goes_by(app, weekend).await;
        }
    }
}

/// The machine's clock goes back by two hours while an alert is about to be due, and again after it was.
async fn a_clock_is_set_back(app: TestApp) {
    const TWO_HOURS: i64 = -2 * 3_600_000_000;
    let team = a_team(&app).await;
    team.sam
        .post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);
    app.make_alerts_due_in(Duration::from_millis(300)).await;
    let before = app.now();

    app.app.clock().skew(TWO_HOURS);

    assert!(app.now() >= before, "time does not go back");
    let stepped = async { while app.escalate().await == 0 {} };
    tokio::time::timeout(Duration::from_secs(20), stepped)
        .await
        .unwrap();
    assert!(app.now().since(before) < Duration::from_mins(1));
    assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
    let red = app.nobody().get("/health/ready").await.expect(503);
    let parts = red["parts"].as_array().unwrap();
    assert!(
        parts
            .iter()
            .any(|part| part["name"] == "clock" && part["ok"] == false)
    );

    // What was done stays done, and the next step waits its five minutes and no two hours.
    app.app.clock().skew(2 * TWO_HOURS);
    assert_eq!(app.escalate().await, 0);
    let alert = alert_about(&team, &team.sam).await;
    assert_eq!(alert["step"], 1);
    app.make_alerts_due_in(Duration::ZERO).await;
    assert_eq!(app.escalate().await, 1);
    assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_puts_no_step_off_and_undoes_none_on_sqlite() {
    a_clock_is_set_back(TestApp::on_sqlite_by(Clock::system()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_puts_no_step_off_and_undoes_none_on_postgres() {
    if let Some(app) = TestApp::on_postgres_by(Clock::system()).await {
        a_clock_is_set_back(app).await;
    }
}
