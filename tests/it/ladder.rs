//! The ladder in time: who is told when nobody answers, and that it never ends by itself.

use serde_json::{Value, json};

use crate::support::{
    Person, Team, TestApp, a_team, alerts_of, concern, on_both_stores, raise, say, the_alert, told,
    told_of,
};
use daybook::base::ids::AccountId;
use daybook::base::time::Moment;
use daybook::care::alerts::actions::let_go;
use daybook::db::Lane;
use daybook::workers::escalation;

async fn acknowledge(who: &Person, alert: &str) {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

async fn read(who: &Person, alert: &str) -> Value {
    let path = format!("/alerts/{alert}");
    who.back().await.get(&path).await.expect(200)
}

async fn worry(team: &Team, severity: &str, category: &str) {
    let body = concern(team, severity, category);
    team.mentor
        .back()
        .await
        .post("/concerns", body)
        .await
        .expect(201);
}

/// A concern of the practitioner's that implicates these people.
async fn implicate(team: &Team, people: &[&Person]) {
    let mut body = concern(team, "immediate", "physical_abuse");
    body["implicates"] = people.iter().map(|person| json!(person.id)).collect();
    team.practitioner
        .back()
        .await
        .post("/concerns", body)
        .await
        .expect(201);
}

async fn count(who: &Person, event: &str) -> usize {
    told_of(who)
        .await
        .iter()
        .filter(|told| *told == event)
        .count()
}

on_both_stores! {
    async fn nobody_answers_and_it_goes_round_and_round(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;

        assert_eq!(app.pass(4).await, 0, "nothing before its time");
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());
        assert_eq!(app.pass(1).await, 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        assert_eq!(told_of(&team.manager).await, Vec::<String>::new());
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
        // Six rounds of four rungs, and still it climbs.
        for _ in 2..24 {
            assert_eq!(app.pass(5).await, 1);
        }

        let alert = read(&team.supervisor, &id).await;
        assert_eq!((&alert["state"], &alert["step"]), (&json!("open"), &json!(24)));
        assert_eq!(count(&team.manager, "alert.opened").await, 1);
        assert_eq!(count(&team.manager, "alerts.waiting").await, 5);
        assert!(count(&team.supervisor, "alerts.waiting").await >= 10);
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

/// Rung, names and minutes from now of the steps an alert still has.
fn next_steps(app: &TestApp, alert: &Value) -> Vec<(String, Vec<String>, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = alert["next_steps"].as_array().unwrap().iter();
    let step = |step: &Value| {
        let people = step["people"].as_array().unwrap().iter();
        let names = people.map(|one| text(&one["display_name"])).collect();
        let at = Moment::parse_rfc3339(&text(&step["at"])).unwrap();
        (
            text(&step["rung"]),
            names,
            at.since(app.now()).as_secs() / 60,
        )
    };
    steps.map(step).collect()
}

on_both_stores! {
    async fn whoever_reads_an_alert_sees_who_is_told_next_and_when(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "urgent").await;
        let step = |rung: &str, names: &[&str], minutes| {
            (rung.to_owned(), names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), minutes)
        };

        let alert = read(&team.supervisor, &id).await;
        let steps = next_steps(&app, &alert);
        assert_eq!(steps[0], step("deputy", &["Ben"], 60));
        assert_eq!(steps[1], step("managers", &["Maryam"], 90));
        assert_eq!((steps[2].0.as_str(), steps[2].2), ("everyone", 120));

        // It is what happens.
        app.pass(60).await;
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        let alert = read(&team.supervisor, &id).await;
        assert_eq!(next_steps(&app, &alert)[0], step("managers", &["Maryam"], 30));

        acknowledge(&team.deputy, &id).await;
        assert_eq!(next_steps(&app, &read(&team.supervisor, &id).await), Vec::new());
    }
}

on_both_stores! {
    async fn the_implicated_are_not_among_the_next_steps(app) {
        let team = a_team(&app).await;
        implicate(&team, &[&team.deputy]).await;
        let id = the_alert(&team.supervisor).await;

        let steps = next_steps(&app, &read(&team.supervisor, &id).await);

        assert_eq!(steps.len(), 3);
        assert!(steps.iter().all(|(_, names, _)| !names.contains(&"Ben".to_owned())), "{steps:?}");
    }
}

on_both_stores! {
    async fn the_clocks_are_those_of_the_severity(app) {
        for (severity, first, then) in
            [("urgent", 60, 30), ("immediate", 5, 5), ("watch", 24 * 60, 24 * 60)]
        {
            let team = Team::of(&app.manager_of(severity).await, "Crewe North").await;
            raise(&team, severity).await;

            assert_eq!(app.pass(first - 1).await, 0, "{severity}");
            assert_eq!(app.pass(1).await, 1, "{severity}");
            assert_eq!(app.pass(then - 1).await, 0, "{severity}");
            assert_eq!(app.pass(1).await, 1, "{severity}");
            let id = the_alert(&team.supervisor).await;
            acknowledge(&team.supervisor, &id).await;
            let body = json!({ "outcome": "advice", "rationale": "Done." });
            let path = format!("/alerts/{id}/decision");
            team.supervisor.back().await.post(&path, body).await.expect(200);
        }
    }
}

on_both_stores! {
    async fn an_answer_at_the_last_second_stops_the_climb(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        app.advance(5);

        acknowledge(&team.supervisor, &id).await;

        assert_eq!(app.escalate().await, 0);
        assert_eq!(app.pass(59).await, 0);
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn a_decision_that_does_not_come_is_asked_for_again_and_again(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;

        assert_eq!(app.pass(60).await, 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.decision_overdue"]);
        for round in 0..10 {
            // Looking at it puts nothing off.
            read(&team.supervisor, &id).await;
            assert_eq!(app.pass(5).await, 1, "{round}");
        }

        assert_eq!(count(&team.supervisor, "alert.decision_overdue").await, 11);
        assert!(count(&team.manager, "alert.decision_overdue").await > 1);
        assert_eq!(read(&team.supervisor, &id).await["state"], "acknowledged");
    }
}

on_both_stores! {
    async fn the_implicated_are_on_no_rung_and_an_empty_rung_is_passed_at_once(app) {
        let team = a_team(&app).await;

        implicate(&team, &[&team.supervisor]).await;

        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        let id = the_alert(&team.deputy).await;
        for _ in 0..12 {
            assert_eq!(app.pass(5).await, 1);
        }
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert!(alerts_of(&team.supervisor).await.is_empty());
        let ruth = team.supervisor.back().await;
        let path = format!("/alerts/{id}");
        ruth.get(&path).await.expect(404);
        ruth.post_nothing(&format!("{path}/acknowledgement")).await.expect(404);
        let alert = read(&team.deputy, &id).await;
        assert_eq!(alert["kind"], "allegation");
        let history = alert["history"].as_array().unwrap();
        let empty = history.iter().filter(|line| line["deed"] == "rung_empty");
        assert!(empty.clone().count() >= 3, "in every round");
        assert!(empty.clone().all(|line| line["detail"]["rung"] == "supervisor"));
        let body = json!({ "account_id": team.supervisor.id });
        acknowledge(&team.deputy, &id).await;
        let ben = team.deputy.back().await;
        let wrong = ben.post(&format!("{path}/handover"), body).await.wrong_fields();
        assert_eq!(wrong, ["/account_id"]);
    }
}

on_both_stores! {
    async fn with_nobody_anywhere_it_waits_and_tries_again_for_ever(app) {
        let team = a_team(&app).await;
        implicate(&team, &[&team.supervisor, &team.deputy, &team.manager]).await;
        for _ in 0..3 {
            assert_eq!(app.pass(5).await, 1, "it goes on trying");
        }

        let nia = team
            .manager
            .back()
            .await
            .brings_in("supervising_social_worker", "Nia", json!({}))
            .await;
        // Let in by one of them, she is called all the same, as there is nobody else, and at once.
        assert_eq!(told_of(&nia).await, ["alert.opened"]);
        assert_eq!(app.pass(5).await, 1);

        let id = the_alert(&nia).await;
        let alert = read(&nia, &id).await;
        assert_eq!(alert["unreachable"], false);
        let history = alert["history"].as_array().unwrap();
        assert_eq!(history.iter().filter(|line| line["deed"] == "unreachable").count(), 5);
        acknowledge(&nia, &id).await;
        for nobody in [&team.supervisor, &team.deputy, &team.manager] {
            assert_eq!(told_of(nobody).await, Vec::<String>::new());
        }
    }
}

on_both_stores! {
    async fn repeats_are_told_once_for_all_that_waits(app) {
        let team = a_team(&app).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        raise(&team, "immediate").await;
        let mut aboutmia = concern(&team, "immediate", "neglect");
        aboutmia["family_member_id"] = json!(mia.id);
        team.practitioner.post("/concerns", aboutmia).await.expect(201);

        // Deputy, managers, everyone, and the supervisor again.
        for _ in 0..4 {
            assert_eq!(app.pass(5).await, 2);
        }

        let told = told(&team.supervisor).await;
        let waiting: Vec<&Value> = told
            .iter()
            .filter(|(event, _)| event == "alerts.waiting")
            .map(|(_, data)| data)
            .collect();
        assert_eq!(waiting.len(), 2, "once per step, not once per alert");
        assert!(waiting.iter().all(|data| data["count"] == 2 && data["severity"] == "immediate"));
        assert_eq!(count(&team.deputy, "alert.opened").await, 2, "each first on its own");
    }
}

on_both_stores! {
    async fn what_comes_after_an_acknowledgement_is_told_to_the_holder_who_must_look(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;

        worry(&team, "immediate", "physical_abuse").await;
        assert_eq!(app.pass(4).await, 0);
        read(&team.supervisor, &id).await;
        assert_eq!(app.pass(10).await, 0, "seen: the alert stays with its holder");
        worry(&team, "immediate", "physical_abuse").await;
        read(&team.deputy, &id).await;
        assert_eq!(app.pass(5).await, 1, "another's look is not the holder's");

        let alert = read(&team.deputy, &id).await;
        assert_eq!(alert["state"], "open");
        assert_eq!(alert["holder"], Value::Null);
        let expected = [
            "alert.opened",
            "alert.acknowledged",
            "alert.occurred",
            "alert.occurred",
            "alert.raised_again",
        ];
        assert_eq!(told_of(&team.supervisor).await, expected);
        assert_eq!(app.pass(5).await, 1, "and it climbs");
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn by_when_it_must_be_decided_stays_whoever_has_it_next(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;
        let first = read(&team.supervisor, &id).await["decide_by"].clone();
        assert_eq!(first, "2026-06-01T10:00:00.000000Z");

        // Not looked at; given up; let go of.
        worry(&team, "immediate", "physical_abuse").await;
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(read(&team.deputy, &id).await["state"], "open");
        acknowledge(&team.deputy, &id).await;
        assert_eq!(read(&team.deputy, &id).await["decide_by"], first);
        app.advance(5);
        let path = format!("/alerts/{id}/reopening");
        let why = json!({ "reason": "I must go home." });
        team.deputy.back().await.post(&path, why.clone()).await.expect(200);
        acknowledge(&team.supervisor, &id).await;
        assert_eq!(read(&team.deputy, &id).await["decide_by"], first);
        app.advance(5);
        let ruth: AccountId = team.supervisor.id.parse().unwrap();
        app.app.store().write(Lane::Help, move |tx| let_go(tx, ruth)).await.unwrap();
        acknowledge(&team.deputy, &id).await;
        assert_eq!(read(&team.deputy, &id).await["decide_by"], first);

        // What is new has its own time, and so has what is opened again after a decision.
        worry(&team, "immediate", "neglect").await;
        acknowledge(&team.deputy, &id).await;
        assert_eq!(read(&team.deputy, &id).await["decide_by"], "2026-06-01T10:15:00.000000Z");
        let body = json!({ "outcome": "strategy_discussion", "rationale": "We meet at noon." });
        let decision = format!("/alerts/{id}/decision");
        team.deputy.back().await.post(&decision, body).await.expect(200);
        app.advance(60);
        team.deputy.back().await.post(&path, why).await.expect(200);
        acknowledge(&team.deputy, &id).await;
        assert_eq!(read(&team.deputy, &id).await["decide_by"], "2026-06-01T11:15:00.000000Z");
    }
}

on_both_stores! {
    async fn what_is_less_serious_may_wait_as_long_as_it_always_may(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;

        worry(&team, "watch", "physical_abuse").await;

        assert_eq!(app.pass(59).await, 0);
        assert_eq!(told_of(&team.supervisor).await.last().unwrap(), "alert.occurred");
    }
}

on_both_stores! {
    async fn what_is_worse_or_new_is_raised_again_at_once(app) {
        for (severity, category) in [("immediate", "physical_abuse"), ("watch", "neglect")] {
            let team = Team::of(&app.manager_of(category).await, "Crewe North").await;
            let id = raise(&team, "urgent").await;
            acknowledge(&team.supervisor, &id).await;

            worry(&team, severity, category).await;

            let alert = read(&team.supervisor, &id).await;
            assert_eq!(alert["state"], "open", "{severity} {category}");
            assert_eq!(alert["holder"], Value::Null);
            let worst = if severity == "immediate" { severity } else { "urgent" };
            assert_eq!(alert["severity"], worst);
            assert_eq!(told_of(&team.supervisor).await.last().unwrap(), "alert.raised_again");
            let minutes = if severity == "immediate" { 5 } else { 60 };
            assert_eq!(app.pass(minutes - 1).await, 0);
            assert_eq!(app.pass(1).await, 1);
            acknowledge(&team.manager, &id).await;
            let body = json!({ "outcome": "advice", "rationale": "Done." });
            let path = format!("/alerts/{id}/decision");
            team.supervisor.back().await.post(&path, body).await.expect(200);
        }
    }
}

on_both_stores! {
    async fn what_comes_to_an_open_alert_never_puts_its_step_off(app) {
        let team = a_team(&app).await;
        raise(&team, "immediate").await;
        app.advance(4);

        worry(&team, "watch", "neglect").await;
        worry(&team, "immediate", "neglect").await;

        assert_eq!(count(&team.supervisor, "alert.raised_again").await, 1);
        assert_eq!(app.pass(1).await, 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn an_urgent_alert_that_becomes_immediate_is_on_the_faster_clock(app) {
        let team = a_team(&app).await;
        raise(&team, "urgent").await;
        app.advance(10);

        worry(&team, "immediate", "physical_abuse").await;

        assert_eq!(told_of(&team.supervisor).await, ["alert.opened", "alert.raised_again"]);
        assert_eq!(app.pass(4).await, 0);
        assert_eq!(app.pass(1).await, 1);
    }
}

on_both_stores! {
    async fn what_fell_due_while_nothing_ran_steps_at_once_and_once(app) {
        let team = a_team(&app).await;
        raise(&team, "immediate").await;

        assert_eq!(app.pass(180).await, 1);
        assert_eq!(app.escalate().await, 0);
        assert_eq!(app.pass(5).await, 1);
    }
}

on_both_stores! {
    async fn two_workers_at_once_step_an_alert_once(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        app.advance(5);

        let (one, two) = tokio::join!(
            escalation::run_due(app.app.clone()),
            escalation::run_due(app.app.clone()),
        );

        assert_eq!(one.unwrap().done + two.unwrap().done, 1);
        assert_eq!(read(&team.supervisor, &id).await["step"], 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn deputies_are_called_in_order_and_as_they_are_named_now(app) {
        let team = a_team(&app).await;
        let manager = &team.manager;
        let nia = manager.brings_in("supervising_social_worker", "Nia", json!({})).await;
        let cover = json!({ "deputies": [nia.id, team.deputy.id] });
        let path = format!("/pods/{}/cover", team.pod_id);
        raise(&team, "immediate").await;

        manager.put(&path, cover).await.expect(200);
        app.pass(5).await;
        assert_eq!(told_of(&nia).await, ["alert.opened"]);
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());
        app.pass(5).await;

        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
        the_alert(&nia).await;
    }
}

on_both_stores! {
    async fn whoever_was_called_from_another_pod_may_answer(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let id = raise(&team, "immediate").await;
        let path = format!("/alerts/{id}/acknowledgement");
        other.supervisor.post_nothing(&path).await.expect(404);
        for _ in 0..3 {
            app.pass(5).await;
        }

        assert_eq!(told_of(&other.supervisor).await, ["alert.opened"]);
        acknowledge(&other.supervisor, &id).await;

        assert_eq!(read(&team.supervisor, &id).await["holder"]["id"], other.supervisor.id.as_str());
        assert_eq!(count(&other.deputy, "alert.acknowledged").await, 1);
    }
}

/// Mission scenario: one frightened boy writes forty times in an hour.
async fn forty_messages(app: &TestApp, team: &Team) {
    for number in 0..40 {
        let sam = team.sam.back().await;
        say(
            &sam,
            &team.conversation_id,
            &format!("dad hits me every night now ({number})"),
        )
        .await
        .expect(201);
        app.pass(1).await;
    }
}

on_both_stores! {
    async fn forty_hits_in_an_hour_are_one_alert_and_nobody_is_told_forty_times(app) {
        let team = a_team(&app).await;

        forty_messages(&app, &team).await;

        let id = the_alert(&team.supervisor).await;
        let alert = read(&team.supervisor, &id).await;
        assert_eq!(alert["occurrence_count"], 40);
        assert_eq!(alert["occurrences"].as_array().unwrap().len(), 40);
        assert_eq!(count(&team.supervisor, "alert.opened").await, 1);
        assert!(told_of(&team.supervisor).await.len() <= 10);
    }
}

on_both_stores! {
    async fn twenty_concerns_at_once_are_one_alert_and_none_is_lost(app) {
        let team = a_team(&app).await;
        let bodies = (0..20).map(|_| concern(&team, "urgent", "neglect"));

        let posted = bodies.map(|body| team.mentor.post("/concerns", body));
        let replies = futures_util::future::join_all(posted).await;

        assert!(replies.iter().all(|reply| reply.status == 201), "{replies:?}");
        let id = the_alert(&team.supervisor).await;
        let alert = read(&team.supervisor, &id).await;
        assert_eq!(alert["occurrence_count"], 20);
        let mut seqs: Vec<i64> = alert["occurrences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|occurrence| occurrence["seq"].as_i64().unwrap())
            .collect();
        seqs.reverse();
        assert_eq!(seqs, (1..=20).collect::<Vec<i64>>());
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn what_somebody_had_climbs_again_when_they_can_no_longer_answer(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;
        let ruth: AccountId = team.supervisor.id.parse().unwrap();

        app.app.store().write(Lane::Help, move |tx| let_go(tx, ruth)).await.unwrap();

        let alert = read(&team.deputy, &id).await;
        assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
    }
}
