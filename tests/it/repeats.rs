//! Whoever has heard of what waits is told again: of all of it at once, seldom, and without holding up a
//! step.

use std::time::Duration;

use daybook::base::ids::AlertId;
use daybook::care::alerts::escalation::{due, step_up};
use daybook::db::schema::alerts;
use daybook::db::{self, Lane, View};
use daybook::workers::escalation;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    Person, Team, TestApp, a_team, concern, on_both_stores, raise, told, told_of, until,
};

/// What somebody was told of all that waits: how many, and the worst of them.
async fn counts(who: &Person) -> Vec<(u64, String)> {
    let told = told(who).await;
    let waiting = told.iter().filter(|(event, _)| event == "alerts.waiting");
    let count = |(_, data): &(String, Value)| {
        let severity = data["severity"].as_str().unwrap().to_owned();
        (data["count"].as_u64().unwrap(), severity)
    };
    waiting.map(count).collect()
}

/// A concern about another member of the family.
async fn worry_about(team: &Team, who: &Person, severity: &str) {
    let mut body = concern(team, severity, "neglect");
    body["family_member_id"] = json!(who.id);
    let priya = team.practitioner.back().await;
    priya.post("/concerns", body).await.expect(201);
}

async fn acknowledge(who: &Person, alert: &str) {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

/// Lets so many seconds pass and the alerts step; says how many did.
async fn pass_seconds(app: &TestApp, seconds: u64) -> usize {
    app.app.clock().advance(Duration::from_secs(seconds));
    app.escalate().await
}

on_both_stores! {
    async fn what_steps_within_seconds_is_in_one_count_and_the_next_comes_by_itself(app) {
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        let (mia, _) = team.another_member("Mia", "parent").await;
        raise(&team, "immediate").await;
        app.app.clock().advance(Duration::from_secs(4));
        worry_about(&team, &mia, "immediate").await;
        // The deputy and the managers: news to each, and told at once.
        for _ in 0..2 {
            assert_eq!((pass_seconds(&app, 296).await, pass_seconds(&app, 4).await), (1, 1));
        }
        assert_eq!(told_of(&team.deputy).await, ["alert.opened", "alert.opened"]);
        assert_eq!(told_of(&team.manager).await, ["alert.opened", "alert.opened"]);
        assert_eq!(counts(ruth).await, []);

        // Everybody, Ruth again: one of the two steps four seconds after the other.
        assert_eq!(pass_seconds(&app, 296).await, 1);
        assert_eq!(counts(ruth).await, [(2, "immediate".to_owned())], "at once");
        assert_eq!(pass_seconds(&app, 4).await, 1);
        assert_eq!(counts(ruth).await.len(), 1, "four seconds ago she was told of both");
        assert_eq!(pass_seconds(&app, 5).await, 0);
        assert_eq!(counts(ruth).await.len(), 1);
        assert_eq!(pass_seconds(&app, 1).await, 0, "nothing steps");

        assert_eq!(counts(ruth).await, vec![(2, "immediate".to_owned()); 2]);
        assert_eq!(pass_seconds(&app, 60).await, 0);
        assert_eq!(counts(ruth).await.len(), 2, "and it is no repeat of its own");
    }
}

on_both_stores! {
    async fn what_waits_is_counted_when_it_is_told_without_what_somebody_has_or_is_left_out_of(app) {
        let team = a_team(&app).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        let (leo, _) = team.another_member("Leo", "parent").await;
        let id = raise(&team, "immediate").await;
        worry_about(&team, &mia, "urgent").await;
        let mut about_ben = concern(&team, "immediate", "neglect");
        about_ben["family_member_id"] = json!(leo.id);
        about_ben["implicates"] = json!([team.deputy.id]);
        team.practitioner.post("/concerns", about_ben).await.expect(201);
        // As far as the managers' rung for the urgent one; the others have been round.
        for _ in 0..7 {
            app.pass(15).await;
        }
        acknowledge(&team.deputy, &id).await;
        let (before, said) = (counts(&team.deputy).await.len(), counts(&team.supervisor).await.len());
        assert!(before > 0 && said > 0);

        for _ in 0..8 {
            app.pass(15).await;
        }

        let ben = counts(&team.deputy).await.split_off(before);
        assert!(!ben.is_empty(), "he is called again to what he may know of");
        assert!(ben.iter().all(|told| *told == (1, "urgent".to_owned())), "{ben:?}");
        let ruth = counts(&team.supervisor).await.split_off(said);
        assert!(ruth.iter().all(|told| *told == (2, "immediate".to_owned())), "{ruth:?}");
    }
}

on_both_stores! {
    async fn whoever_is_to_be_told_again_is_not_once_somebody_has_it(app) {
        let team = a_team(&app).await;
        let id = raise(&team, "immediate").await;
        for _ in 0..4 {
            app.pass(5).await;
        }
        let before = told_of(&team.deputy).await;
        app.app.clock().advance(Duration::from_mins(5));
        let (dues, _) = app.app.store().read(|rx| due(rx, 9)).await.unwrap();
        let step = move |tx: &mut db::Tx<'_>| step_up(tx, &dues);
        assert_eq!(app.app.store().write(Lane::Help, step).await.unwrap(), 1);

        // It has stepped to Ben once more, and before he is told of it somebody has it.
        acknowledge(&team.supervisor, &id).await;
        app.pass(1).await;

        let mut after = told_of(&team.deputy).await;
        assert_eq!(after.pop().as_deref(), Some("alert.acknowledged"));
        assert_eq!(after, before);
    }
}

/// How many units of this database wait for another one's row.
async fn waiting_for_a_row(app: &TestApp) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    let question = "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'";
    let ask = move |rx: &mut db::Rx<'_>| {
        let found: Count = diesel::sql_query(question).get_result(rx.conn())?;
        Ok::<_, db::Error>(found.count)
    };
    app.app.store().read(ask).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_batch_another_has_taken_looks_again_at_once() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    let id: AlertId = raise(&team, "immediate").await.parse().unwrap();
    app.advance(5);
    let (claimed, is_claimed) = std::sync::mpsc::channel();
    let (may_end, ends) = std::sync::mpsc::channel();
    // Another node has claimed the step, and has not committed.
    let store = app.app.store().clone();
    let other = tokio::spawn(async move {
        let claim = move |tx: &mut db::Tx<'_>| {
            diesel::update(alerts::table.find(id))
                .set((alerts::step.eq(1), alerts::next_due_at.eq(None::<i64>)))
                .execute(tx.conn())?;
            claimed.send(()).unwrap();
            ends.recv().unwrap();
            Ok::<_, db::Error>(())
        };
        store.write(Lane::Rest, claim).await.unwrap();
    });
    until(|| is_claimed.try_recv().is_ok()).await;
    let run = tokio::spawn(escalation::run_due(app.app.clone()));
    while waiting_for_a_row(&app).await == 0 {
        tokio::task::yield_now().await;
    }

    may_end.send(()).unwrap();
    other.await.unwrap();

    let ran = run.await.unwrap().unwrap();
    assert_eq!((ran.done, ran.more), (0, true));
    let again = escalation::run_due(app.app.clone()).await.unwrap();
    assert_eq!(
        (again.done, again.more),
        (0, false),
        "and then there is nothing"
    );
}
