//! Two nodes on one PostgreSQL: what happens on one is told on the other.

use daybook::workers::relay::{self, Heads};
use diesel::{Connection, PgConnection, RunQueryDsl};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::support::{Person, Phone, Team, TestApp, a_team, new_id};

/// Two nodes, and a team that was made on the first.
async fn two_nodes() -> Option<(TestApp, TestApp, Team)> {
    let here = TestApp::on_postgres().await?;
    let there = here.second_node().await;
    let team = a_team(&here).await;
    Some((here, there, team))
}

async fn say(who: &Person, team: &Team, words: &str) {
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let body = json!({ "id": new_id(), "body": words });
    who.post(&path, body).await.expect(201);
}

/// The bell of a node, until it is cut.
fn bell(node: &TestApp) -> JoinHandle<()> {
    let app = node.app.clone();
    tokio::spawn(async move { relay::carry_bells(&app).await })
}

/// Says something on one node again and again until it is heard on the other.
async fn is_heard(who: &Person, team: &Team, phone: &mut Phone) {
    let said = async {
        loop {
            say(who, team, "Do you hear me?").await;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = said => {}
        _heard = phone.next_event("message.created") => {}
    }
}

/// Cuts every connection that carries bells, as a network does.
fn cut_bells(app: &TestApp) {
    let daybook::db::Address::Postgres(url) = app.app.store().address() else {
        panic!("no PostgreSQL");
    };
    let mut conn = PgConnection::establish(url).unwrap();
    diesel::sql_query(
        "select pg_terminate_backend(pid) from pg_stat_activity \
         where datname = current_database() and query like '%daybook_bell%' \
         and pid <> pg_backend_pid()",
    )
    .execute(&mut conn)
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_bell_cut_the_other_node_finds_what_is_new_by_looking() {
    let Some((_here, there, team)) = two_nodes().await else {
        return;
    };
    let mut asha = Phone::of(&team.mentor.at(&there.url)).await;
    let mut heads = Heads::new();
    relay::look(&there.app, &mut heads).await.unwrap();

    say(&team.sam, &team, "Are you there?").await;
    assert!(asha.is_quiet().await, "no bell, and nobody has looked");
    let rung = relay::look(&there.app, &mut heads).await.unwrap();

    assert_eq!(rung, 1);
    let event = asha.next_event("message.created").await;
    assert_eq!(event["data"]["body"], "Are you there?");
    assert_eq!(relay::look(&there.app, &mut heads).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_suspended_on_one_node_is_let_go_on_the_other() {
    let Some((here, there, team)) = two_nodes().await else {
        return;
    };
    let mut sam = Phone::of(&team.sam.at(&there.url)).await;
    let mut asha = Phone::of(&team.mentor.at(&there.url)).await;

    here.set_status(&team.sam, "suspended").await;
    here.end_devices(&team.mentor).await;
    let mut heads = Heads::new();
    relay::look(&there.app, &mut heads).await.unwrap();

    assert_eq!((sam.closed().await, asha.closed().await), (4403, 4401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bell_rings_across_and_comes_back_after_it_was_cut() {
    let Some((here, there, team)) = two_nodes().await else {
        return;
    };
    let mut sam = Phone::of(&team.sam).await;
    let mut asha = Phone::of(&team.mentor.at(&there.url)).await;
    let bells = [bell(&here), bell(&there)];

    is_heard(&team.sam, &team, &mut asha).await;
    is_heard(&team.mentor.at(&there.url), &team, &mut sam).await;
    cut_bells(&here);
    drop(asha);
    let mut asha = Phone::of(&team.mentor.at(&there.url)).await;
    is_heard(&team.sam, &team, &mut asha).await;

    bells.iter().for_each(JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_sent_on_both_nodes_is_stored_once() {
    let Some((_here, there, team)) = two_nodes().await else {
        return;
    };
    let sams = [team.sam.clone(), team.sam.at(&there.url)];
    let path = format!("/conversations/{}/messages", team.conversation_id);

    for round in 1..=10 {
        let body = json!({ "id": new_id(), "body": "Once" });
        let tries = sams.iter().map(|sam| sam.post(&path, body.clone()));
        let answers = futures_util::future::join_all(tries).await;

        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201]);
        assert_eq!(answers[0].body, answers[1].body);
        assert_eq!(answers[0].body["seq"], round);
    }
}
