//! Dated cover: whoever is on a shift is told first, may act while it lasts, and nobody is left out when
//! it begins, is over, or its holder cannot answer.

mod sequences;
mod swaps;
mod test_notice;

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, TestApp, a_team, alerts_of, concern, new_id, on_both_stores, raise, say,
    the_alert, told, told_of,
};
use daybook::care::pods::rota::MOST_SHIFTS;
use daybook::workers::cover;

impl TestApp {
    /// Lets shifts begin and be over, as the worker of cover does; says how many did.
    async fn turn_shifts(&self) -> usize {
        let mut done = 0;
        loop {
            let ran = cover::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// The moment so many minutes from now, as the wire writes it.
    fn in_minutes(&self, minutes: u64) -> String {
        self.now()
            .plus(std::time::Duration::from_secs(minutes * 60))
            .to_string()
    }
}

async fn supervisor(team: &Team, name: &str) -> Person {
    let manager = team.manager.back().await;
    manager
        .brings_in("supervising_social_worker", name, json!({}))
        .await
}

/// Asks for a shift in the team's pod, in minutes from now.
async fn shift(app: &TestApp, team: &Team, who: &Person, (from, until): (u64, u64)) -> Reply {
    let body = json!({
        "id": new_id(), "account_id": who.id,
        "from": app.in_minutes(from), "until": app.in_minutes(until),
    });
    post(team, body).await
}

async fn post(team: &Team, body: Value) -> Reply {
    let path = format!("/pods/{}/shifts", team.pod_id);
    team.manager.back().await.post(&path, body).await
}

async fn end(team: &Team, shift: &Value) -> Value {
    let path = format!("/shifts/{}", shift["id"].as_str().unwrap());
    team.manager.back().await.delete(&path).await.expect(200)
}

/// Who is on at a moment: ids, in order.
async fn on_duty(team: &Team, at: Option<&str>) -> Vec<String> {
    let query = at.map_or_else(String::new, |at| format!("?at={at}"));
    let path = format!("/pods/{}/on-duty{query}", team.pod_id);
    let answer = team.manager.back().await.get(&path).await.expect(200);
    let people = answer["people"].as_array().unwrap().iter();
    people
        .map(|on| on["account"]["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn shifts(team: &Team, query: &str) -> Vec<Value> {
    let path = format!("/pods/{}/shifts{query}", team.pod_id);
    let list = team.supervisor.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn suspend(team: &Team, who: &Person) {
    let body = json!({ "reason": "agreed with the team" });
    let path = format!("/accounts/{}/suspension", who.id);
    team.manager
        .back()
        .await
        .post(&path, body)
        .await
        .expect(200);
}

on_both_stores! {
    async fn whoever_covers_is_told_first_and_the_supervisor_with_everybody_else(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        shift(&app, &team, &nia, (0, 600)).await.expect(201);

        team.mentor.post("/concerns", concern(&team, "immediate", "neglect")).await.expect(201);

        assert_eq!(told_of(&nia).await, ["alert.opened"]);
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn shifts_that_change_never_keep_an_alert_from_those_further_up(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        for from in [1, 6, 11] {
            shift(&app, &team, &nia, (from, from + 3)).await.expect(201);
        }
        team.mentor.post("/concerns", concern(&team, "immediate", "neglect")).await.expect(201);

        for _ in 0..3 {
            for minutes in [1, 3, 1] {
                app.advance(minutes);
                app.turn_shifts().await;
                app.escalate().await;
            }
        }

        let first = |told: Vec<String>| told.first().cloned();
        let opened = Some("alert.opened".to_owned());
        assert_eq!(first(told_of(&team.deputy).await), opened);
        assert_eq!(first(told_of(&team.manager).await), opened, "further up");
        assert_eq!(first(told_of(&nia).await), opened);
    }
}

async fn put_in_charge(team: &Team, who: &Person) {
    let path = format!("/pods/{}/supervising-social-worker", team.pod_id);
    let charge = json!({ "account_id": who.id });
    team.manager
        .back()
        .await
        .put(&path, charge)
        .await
        .expect(200);
}

on_both_stores! {
    async fn who_was_on_is_told_of_whoever_supervised_then(app) {
        let team = a_team(&app).await;
        let (ruth, ben) = (&team.supervisor, &team.deputy);
        let nia = supervisor(&team, "Nia").await;
        let started = app.now();
        let at = |minutes: u64| started.plus(std::time::Duration::from_secs(minutes * 60)).to_string();
        let ids = |people: &[&Person]| people.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        app.advance(60);
        put_in_charge(&team, &nia).await;
        app.advance(60);
        suspend(&team, &nia).await;
        app.advance(60);
        let lifting = format!("/accounts/{}/suspension", nia.id);
        team.manager.back().await.delete(&lifting).await.expect(200);
        app.advance(60);
        let away = json!({ "id": new_id(), "until": app.in_minutes(60) });
        let path = format!("/accounts/{}/leave", nia.id);
        team.manager.back().await.post(&path, away).await.expect(201);
        app.advance(120);
        let leaves = json!({ "reason": "moves to Leeds", "replacement_account_id": ben.id });
        let path = format!("/accounts/{}/departure", nia.id);
        team.manager.back().await.post(&path, leaves).await.expect(200);
        app.advance(60);

        let then = async |minutes: u64| on_duty(&team, Some(&at(minutes))).await;
        let is_as_it_was = async || {
            assert_eq!(then(0).await, ids(&[ruth]));
            assert_eq!(then(59).await, ids(&[ruth]));
            assert_eq!(then(60).await, ids(&[&nia]));
            assert_eq!(then(119).await, ids(&[&nia]));
            assert_eq!(then(180).await, ids(&[&nia]), "lifted");
            assert_eq!(then(270).await, ids(&[]), "on leave");
            assert_eq!(then(300).await, ids(&[&nia]));
            assert_eq!(then(360).await, ids(&[ben]));
            assert_eq!(then(500).await, ids(&[ben]), "to come");
            let before = started.minus(std::time::Duration::from_mins(1)).to_string();
            assert_eq!(on_duty(&team, Some(&before)).await, ids(&[]), "there was no pod");
        };
        is_as_it_was().await;
        assert_eq!(then(120).await, ids(&[]), "suspended");
        assert_eq!(then(179).await, ids(&[]));

        // From before there was a history, the audit knows it; but not of suspensions that are over.
        app.migrate_again("2026-11-30-000421_pod_supervisors").await;
        is_as_it_was().await;
        assert_eq!(then(150).await, ids(&[&nia]));
    }
}

on_both_stores! {
    async fn the_history_of_a_pod_goes_on_from_what_an_older_version_left(app) {
        let team = a_team(&app).await;
        app.advance(60);
        suspend(&team, &team.supervisor).await;
        app.advance(60);
        let ids = |people: &[&Person]| people.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        let at = |minutes: u64| app.now().minus(std::time::Duration::from_secs(minutes * 60)).to_string();

        app.migrate_again("2026-11-30-000421_pod_supervisors").await;

        assert_eq!(on_duty(&team, Some(&at(90))).await, ids(&[&team.supervisor]));
        assert_eq!(on_duty(&team, Some(&at(30))).await, ids(&[]), "suspended still");
        app.forget_audit().await;
        app.migrate_again("2026-11-30-000421_pod_supervisors").await;
        put_in_charge(&team, &team.deputy).await;
        app.advance(60);
        assert_eq!(on_duty(&team, Some(&at(90))).await, ids(&[&team.supervisor]), "all that is known");
        assert_eq!(on_duty(&team, Some(&at(30))).await, ids(&[&team.deputy]));
    }
}

on_both_stores! {
    async fn a_deputy_on_a_shift_is_not_waited_for_twice(app) {
        let team = a_team(&app).await;
        shift(&app, &team, &team.deputy, (0, 600)).await.expect(201);

        team.mentor.post("/concerns", concern(&team, "immediate", "neglect")).await.expect(201);

        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn two_whose_shifts_overlap_are_both_told_the_earlier_named_first(app) {
        let team = a_team(&app).await;
        let (nia, tom) = (supervisor(&team, "Nia").await, supervisor(&team, "Tom").await);
        shift(&app, &team, &tom, (10, 600)).await.expect(201);
        shift(&app, &team, &nia, (0, 60)).await.expect(201);
        let refused = shift(&app, &team, &nia, (59, 100)).await;
        assert_eq!(refused.wrong_fields(), ["/account_id"]);
        shift(&app, &team, &nia, (60, 100)).await.expect(201);

        app.advance(10);
        app.turn_shifts().await;
        team.mentor.back().await.post("/concerns", concern(&team, "immediate", "neglect")).await.expect(201);

        assert_eq!(on_duty(&team, None).await, [&*nia.id, &*tom.id]);
        for who in [&nia, &tom] {
            assert_eq!(told_of(who).await, ["alert.opened"]);
        }
    }
}

on_both_stores! {
    async fn whoever_is_on_at_any_instant_is_one_question(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        let (before, begins) = (app.in_minutes(59), app.in_minutes(60));
        let (last, over) = (app.in_minutes(119), app.in_minutes(120));
        shift(&app, &team, &nia, (60, 120)).await.expect(201);

        for round in 0..2 {
            assert_eq!(on_duty(&team, Some(&before)).await, [&*team.supervisor.id], "{round}");
            assert_eq!(on_duty(&team, Some(&begins)).await, [&*nia.id], "{round}");
            assert_eq!(on_duty(&team, Some(&last)).await, [&*nia.id], "{round}");
            assert_eq!(on_duty(&team, Some(&over)).await, [&*team.supervisor.id], "{round}");
            // The same answers once all of it is past, also when she has left since.
            app.advance(200);
            if round == 0 {
                suspend(&team, &nia).await;
            }
        }
        let path = format!("/pods/{}/on-duty", team.pod_id);
        let answer = team.manager.back().await.get(&path).await.expect(200);
        assert_eq!(answer["people"][0]["by"], "supervisor");
        let wrong = team.manager.back().await.get(&format!("{path}?at=soon")).await;
        assert_eq!(wrong.wrong_fields(), ["at"]);
    }
}

on_both_stores! {
    async fn a_shift_gives_the_sight_of_a_deputy_and_leaves_what_one_was_told_of(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        let talk = format!("/conversations/{}/messages", team.conversation_id);
        let check_ins = format!("/check-ins?family_member_id={}&reason=cover", team.sam.id);
        let family = format!("/families/{}", team.family_id);
        let person = format!("/accounts/{}", team.sam.id);
        let shifts = format!("/pods/{}/shifts", team.pod_id);
        let reads = [&*format!("{talk}?reason=cover"), &*check_ins, &*family, &*person, &*shifts];
        for path in reads {
            nia.get(path).await.expect(404);
        }
        let made = shift(&app, &team, &nia, (0, 600)).await.expect(201);
        for path in reads {
            nia.get(path).await.expect(200);
        }
        assert_eq!(nia.get(&talk).await.wrong_fields(), ["reason"]);
        for list in ["/pods", "/families", "/conversations"] {
            let found = nia.get(list).await.expect(200);
            assert_eq!(found["items"].as_array().unwrap().len(), 1, "{list}");
        }
        nia.post("/concerns", concern(&team, "urgent", "neglect")).await.expect(201);
        let (mia, _) = team.another_member("Mia", "parent").await;
        let first = the_alert(&nia).await;
        let path = format!("/alerts/{first}");
        nia.post_nothing(&format!("{path}/acknowledgement")).await.expect(200);

        end(&team, &made).await;
        let mut about_mia = concern(&team, "urgent", "neglect");
        about_mia["family_member_id"] = json!(mia.id);
        team.practitioner.post("/concerns", about_mia).await.expect(201);

        for path in reads {
            nia.get(path).await.expect(404);
        }
        for list in ["/pods", "/families", "/conversations"] {
            let found = nia.get(list).await.expect(200);
            assert_eq!(found["items"], json!([]), "{list}");
        }
        assert_eq!(the_alert(&nia).await, first, "what she was told of, and nothing that came after");
        let body = json!({ "outcome": "advice", "rationale": "Spoke with the family." });
        nia.post(&format!("{path}/decision"), body).await.expect(200);
        assert_eq!(alerts_of(&team.supervisor).await.len(), 1);
    }
}

on_both_stores! {
    async fn an_excluded_or_suspended_cover_is_passed_over_to_the_supervisor_on_the_same_rung(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        shift(&app, &team, &nia, (0, 600)).await.expect(201);
        let mut body = concern(&team, "immediate", "neglect");
        body["implicates"] = json!([nia.id]);

        team.practitioner.post("/concerns", body).await.expect(201);

        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        assert_eq!(told_of(&nia).await, Vec::<String>::new());
        let id = the_alert(&team.supervisor).await;
        nia.get(&format!("/alerts/{id}")).await.expect(404);
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        let history = alert["history"].as_array().unwrap();
        assert!(history.iter().all(|line| line["deed"] != "rung_empty"), "nobody was missing");

        let other = raise_about_another(&team).await;
        assert_eq!(told_of(&nia).await, ["alert.opened"]);
        suspend(&team, &nia).await;
        let heard = told_of(&team.supervisor).await;
        assert_eq!(heard, ["alert.opened", "alert.opened"], "{other}");
        assert_eq!(on_duty(&team, None).await, [&*team.supervisor.id]);
    }
}

async fn raise_about_another(team: &Team) -> String {
    let (mia, _) = team.another_member("Mia", "parent").await;
    let mut body = concern(team, "immediate", "neglect");
    body["family_member_id"] = json!(mia.id);
    team.practitioner.post("/concerns", body).await.expect(201);
    mia.id
}

on_both_stores! {
    async fn what_waits_reaches_whoever_is_on_when_a_shift_begins_and_is_over(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        shift(&app, &team, &nia, (30, 90)).await.expect(201);
        raise(&team, "watch").await;
        assert_eq!(app.turn_shifts().await, 0, "nothing before its time");
        assert_eq!(told(&nia).await.len(), 0);

        app.advance(30);
        assert_eq!(app.turn_shifts().await, 1);
        assert_eq!(app.turn_shifts().await, 0, "once");

        assert_eq!(told_of(&nia).await, ["alert.opened"]);
        let all = told(&nia).await;
        let (_, started) = all.iter().find(|(event, _)| event == "cover.started").unwrap();
        assert_eq!(started["open_alerts"], 1);
        let named = started["alerts"].as_array().unwrap();
        assert_eq!(named.len(), 1);
        assert_eq!((&named[0]["id"], &named[0]["severity"]), (&json!(the_alert(&nia).await), &json!("watch")));
        assert_eq!(named[0]["family_member"]["display_name"], "Sam");
        assert_eq!(started["pod_id"], json!(team.pod_id));
        assert_eq!(all.len(), 2);

        // A worry that comes while she is on is hers alone, until the shift is over.
        raise_about_another(&back(&team).await).await;
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        app.advance(60);
        assert_eq!(app.turn_shifts().await, 1);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened", "alert.opened"]);
        assert_eq!(app.turn_shifts().await, 0);
    }
}

async fn back(team: &Team) -> Team {
    let mut team = team.clone();
    team.practitioner = team.practitioner.back().await;
    team.manager = team.manager.back().await;
    team
}

on_both_stores! {
    async fn a_shift_that_came_and_went_while_the_service_was_down_begins_no_more(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        shift(&app, &team, &nia, (30, 90)).await.expect(201);

        app.advance(100);

        assert_eq!(app.turn_shifts().await, 1);
        assert_eq!(told(&nia).await, []);
        assert_eq!(app.turn_shifts().await, 0);
    }
}

on_both_stores! {
    async fn a_shift_is_made_once_and_ending_it_keeps_its_past(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        let start = app.in_minutes(0);
        let id = new_id();
        let body = json!({ "id": id, "account_id": nia.id, "until": app.in_minutes(120) });
        let made = post(&team, body.clone()).await.expect(201);
        let later = shift(&app, &team, &nia, (200, 300)).await.expect(201);
        assert_eq!(told(&nia).await.len(), 1, "it has begun: she knows");

        app.advance(60);
        assert_eq!(post(&team, body.clone()).await.expect(200), made, "the same again");
        for (field, value) in [
            ("account_id", json!(team.deputy.id)),
            ("until", json!(app.in_minutes(61))),
            ("from", json!(app.in_minutes(1))),
        ] {
            let mut other = body.clone();
            other[field] = value;
            let refused = post(&team, other).await;
            assert_eq!((refused.status, &refused.body["type"]), (409, &json!("/problems/id-used")));
        }

        let ended = end(&team, &made).await;
        assert_eq!(ended["ended_at"], json!(app.in_minutes(0)));
        assert_eq!(on_duty(&team, None).await, [&*team.supervisor.id]);
        assert_eq!(on_duty(&team, Some(&start)).await, [&*nia.id], "she was on");
        app.advance(5);
        assert_eq!(end(&team, &made).await, ended, "over is over");
        end(&team, &later).await;
        assert_eq!(shifts(&team, "").await, Vec::<Value>::new());
        let past = shifts(&team, &format!("?since={start}")).await;
        assert_eq!(past.len(), 2, "also what was ended before it began: {past:?}");
        assert_eq!(app.turn_shifts().await, 0, "nothing is due for what was ended");
    }
}

on_both_stores! {
    async fn whoever_is_suspended_or_leaves_covers_nothing_any_more(app) {
        let team = a_team(&app).await;
        let (nia, tom) = (supervisor(&team, "Nia").await, supervisor(&team, "Tom").await);
        for who in [&nia, &tom] {
            shift(&app, &team, who, (0, 600)).await.expect(201);
            shift(&app, &team, who, (1000, 2000)).await.expect(201);
        }
        raise_about_another(&team).await;
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());

        suspend(&team, &nia).await;
        let gone = json!({ "reason": "moves to Leeds" });
        let path = format!("/accounts/{}/departure", tom.id);
        team.manager.post(&path, gone).await.expect(200);

        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"], "in the same moment");
        assert_eq!(shifts(&team, "").await, Vec::<Value>::new());
        let path = format!("/accounts/{}/suspension", nia.id);
        team.manager.delete(&path).await.expect(200);
        assert_eq!(on_duty(&team, Some(&app.in_minutes(1500))).await, [&*team.supervisor.id]);
    }
}

on_both_stores! {
    async fn only_whoever_can_answer_covers_and_not_for_ever(app) {
        let team = a_team(&app).await;
        let day = 24 * 60;
        for who in [&team.manager, &team.practitioner, &team.mentor, &team.sam] {
            let refused = shift(&app, &team, who, (0, 60)).await;
            assert_eq!(refused.wrong_fields(), ["/account_id"]);
        }
        let away = app.manager_of("Leeds").await;
        let stranger = away.brings_in("supervising_social_worker", "Lee", json!({})).await;
        assert_eq!(shift(&app, &team, &stranger, (0, 60)).await.wrong_fields(), ["/account_id"]);
        let nia = supervisor(&team, "Nia").await;
        for (times, field) in [
            ((10, 10), "/until"),
            ((10, 9), "/until"),
            ((0, 14 * day + 1), "/until"),
            ((360 * day, 366 * day + 1), "/until"),
        ] {
            assert_eq!(shift(&app, &team, &nia, times).await.wrong_fields(), [field]);
        }
        app.advance(5);
        let past = json!({
            "id": new_id(), "account_id": nia.id,
            "from": "2026-06-01T09:04:59Z", "until": app.in_minutes(60),
        });
        assert_eq!(post(&team, past).await.wrong_fields(), ["/from"]);
        let nil = json!({
            "id": "00000000-0000-0000-0000-000000000000", "account_id": nia.id, "until": "tomorrow",
        });
        assert_eq!(post(&team, nil).await.wrong_fields(), ["/id", "/until"]);
        suspend(&team, &nia).await;
        assert_eq!(shift(&app, &team, &nia, (0, 60)).await.wrong_fields(), ["/account_id"]);
        shift(&app, &team, &team.deputy, (0, 14 * day)).await.expect(201);
    }
}

on_both_stores! {
    async fn the_shifts_of_a_pod_are_told_page_by_page_the_earliest_first(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        for hour in [3, 1, 2, 4, 0] {
            shift(&app, &team, &nia, (hour * 60, hour * 60 + 60)).await.expect(201);
        }
        let base = format!("/pods/{}/shifts?limit=2", team.pod_id);

        let mut begins = Vec::new();
        let mut path = base.clone();
        loop {
            let page = nia.get(&path).await.expect(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            begins.extend(items.iter().map(|shift| shift["from"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{base}&after={next}");
        }

        let expected: Vec<String> = (0..5).map(|hour| app.in_minutes(hour * 60)).collect();
        assert_eq!(begins, expected);
        let wrong = nia.get(&format!("{base}&after=nonsense&since=soon")).await;
        assert_eq!(wrong.wrong_fields(), ["since", "after"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pod_has_no_more_shifts_ahead_than_somebody_can_look_after() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    for minute in 0..u64::try_from(MOST_SHIFTS).unwrap() {
        shift(&app, &team, &team.deputy, (minute + 1, minute + 2))
            .await
            .expect(201);
    }

    let refused = shift(&app, &team, &team.deputy, (2000, 2001)).await;

    assert_eq!(
        (refused.status, &refused.body["type"]),
        (409, &json!("/problems/wrong-state"))
    );
    app.advance(2);
    shift(&app, &team, &team.deputy, (2000, 2001))
        .await
        .expect(201);
}

on_both_stores! {
    async fn two_nodes_that_see_a_shift_due_begin_it_once(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        shift(&app, &team, &nia, (30, 90)).await.expect(201);
        app.advance(30);

        let (one, other) = futures_util::future::join(
            cover::run_due(app.app.clone()),
            cover::run_due(app.app.clone()),
        ).await;

        assert_eq!(one.unwrap().done + other.unwrap().done, 1);
        assert_eq!(told(&nia).await.len(), 1);
    }
}

on_both_stores! {
    async fn whoever_has_the_shift_sees_who_needs_somebody_and_nobody_on_leave_is_told(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        shift(&app, &team, &nia, (0, 600)).await.expect(201);
        say(&team.sam, &team.conversation_id, "Are you there?").await.expect(201);
        let check_in = json!({ "id": new_id(), "scale": 6, "wants_contact": true });
        team.sam.post("/check-ins", check_in).await.expect(201);

        let needs = nia.get("/needs").await.expect(200)["items"].as_array().unwrap().clone();
        let reasons: Vec<&Value> = needs.iter().map(|need| &need["reason"]).collect();
        assert_eq!(reasons, ["reply", "call"]);
        let answered = format!("/conversations/{}/answered", team.conversation_id);
        let refused = nia.post(&answered, json!({ "outcome": "reached" })).await;
        assert_eq!(refused.status, 409, "it is there for her, and its mentor is to answer");

        for who in [&nia, &team.supervisor, &team.deputy] {
            let body = json!({ "id": new_id(), "until": app.in_minutes(500) });
            let path = format!("/accounts/{}/leave", who.id);
            team.manager.back().await.post(&path, body).await.expect(201);
        }
        app.set_status(&team.sam, "suspended").await;
        say(&team.sam, &team.conversation_id, "Why can I not write?").await.expect(202);
        let held = async |who: &Person| {
            told(who).await.iter().any(|(event, _)| event == "message.held")
        };
        assert!(held(&team.manager).await);
        assert!(!held(&team.supervisor).await && !held(&team.deputy).await && !held(&nia).await);
    }
}
