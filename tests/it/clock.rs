//! A machine whose clock was ahead: nothing goes back by itself, and one command puts it right.

use std::time::Duration;

use daybook::base::time::{Clock, Moment};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use serde_json::{Value, json};

use super::support::{Place, Team, TestApp, a_team, new_id, say};

const HOUR: i64 = 3_600_000_000;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
}

/// The database of a place whose server does not run.
struct Rows(SqliteConnection);

impl Rows {
    fn of(place: &Place) -> Self {
        Self(SqliteConnection::establish(place.url().trim_start_matches("sqlite:")).unwrap())
    }

    fn number(&mut self, query: &str) -> i64 {
        let found: Number = diesel::sql_query(query).get_result(&mut self.0).unwrap();
        found.number.unwrap()
    }

    fn reached(&mut self) -> i64 {
        self.number(
            "select cast(value as bigint) as number from service_settings where name = 'last_moment'",
        )
    }

    fn due(&mut self) -> i64 {
        self.number("select max(next_due_at) as number from alerts")
    }

    fn change(&mut self, query: &str) {
        diesel::sql_query(query).execute(&mut self.0).unwrap();
    }
}

/// What bears the time at which something was done.
const MEANWHILE: &[(&str, &[&str])] = &[
    ("conversation_members", &["from_at"]),
    ("conversations", &["waiting_since"]),
];

fn clock_part(ready: &Value) -> &Value {
    let parts = ready["parts"].as_array().unwrap();
    &parts.iter().find(|part| part["name"] == "clock").unwrap()["ok"]
}

async fn ready(url: &str) -> Value {
    let answer = reqwest::get(format!("{url}/health/ready")).await.unwrap();
    answer.json().await.unwrap()
}

/// One shift from now on, and one at a time by the clock on the wall, which is given.
async fn two_shifts(team: &Team) -> Moment {
    let now = Clock::system().now();
    let planned = now.plus(Duration::from_mins(30));
    let mut shift = json!({ "id": new_id(), "account_id": team.deputy.id, "until": now.plus(Duration::from_hours(5)) });
    let shifts = format!("/pods/{}/shifts", team.pod_id);
    team.manager.post(&shifts, shift.clone()).await.expect(201);
    shift["id"] = json!(new_id());
    shift["account_id"] = json!(team.supervisor.id);
    shift["from"] = json!(planned);
    team.manager.post(&shifts, shift).await.expect(201);
    planned
}

/// As if all this had happened while the clock was an hour ahead.
fn an_hour_ahead(rows: &mut Rows) {
    rows.change(&format!(
        "update service_settings set value = value + {HOUR} where name = 'last_moment'"
    ));
    rows.change(&format!(
        "update alerts set next_due_at = next_due_at + {HOUR}"
    ));
    rows.change("update accounts set second_factor_last_step = 99999999999");
    for (table, columns) in MEANWHILE {
        for column in *columns {
            rows.change(&format!("update {table} set {column} = {column} + {HOUR}"));
        }
    }
    rows.change(&format!(
        "update shifts set made_at = made_at + {HOUR}, from_at = from_at + {HOUR} where from_at = made_at"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_ahead_is_put_right_by_a_command() {
    let place = Place::on_sqlite();
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    team.sam
        .post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);
    say(&team.sam, &team.conversation_id, "Are you there?")
        .await
        .expect(201);
    let planned = two_shifts(&team).await;
    assert!(server.stop());
    let mut rows = Rows::of(&place);
    an_hour_ahead(&mut rows);
    let (due, ahead) = (rows.due(), rows.reached());

    let server = place.serve();
    assert_eq!(clock_part(&ready(&server.url).await), false);
    let refused = place.tried(&["clock", "put-right"]);
    assert!(refused.contains("serves"), "{refused}");
    assert!(server.stop());
    assert!(rows.reached() >= ahead, "nothing goes back by itself");
    let put = place.tried(&["clock", "put-right"]);
    let again = place.tried(&["clock", "put-right"]);

    assert!(put.contains("1 alerts"), "{put}");
    assert!(again.contains("nothing to put right"), "{again}");
    let moved = due - rows.due();
    assert!((HOUR - 120_000_000..=HOUR).contains(&moved), "{moved}");
    let steps = "select max(second_factor_last_step) as number from accounts";
    assert!(rows.number(steps) < 99_999_999_999);
    let now = Clock::system().now().micros();
    for (table, columns) in MEANWHILE {
        for column in *columns {
            let latest = rows.number(&format!("select max({column}) as number from {table}"));
            assert!(latest <= now, "{table}.{column}");
        }
    }
    let from = rows.number("select min(from_at) as number from shifts");
    assert!(from <= now, "it has begun");
    let from = rows.number("select max(from_at) as number from shifts");
    assert_eq!(from, planned.micros(), "as it was planned");

    let server = place.serve();
    assert_eq!(clock_part(&ready(&server.url).await), true);
    // Whoever was matched meanwhile is a member, and writes.
    let sam = team.at(&server.url).sam.back().await;
    say(&sam, &team.conversation_id, "Hello?").await.expect(201);
    let audit = manager
        .at(&server.url)
        .back()
        .await
        .get("/audit")
        .await
        .expect(200);
    let lines = audit["items"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["deed"] == "clock.put_right"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_machine_is_ahead_takes_the_databases_time() {
    let Some(right) = TestApp::on_postgres_by(Clock::system()).await else {
        return;
    };
    let wrong = right.second_node_by(Clock::skewed(HOUR)).await;
    let team = a_team(&right).await.at(&wrong.url);

    let sent = say(&team.sam, &team.conversation_id, "Hello")
        .await
        .expect(201);
    team.sam
        .post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);

    let now = right.app.clock().now();
    let received = Moment::parse_rfc3339(sent["received_at"].as_str().unwrap()).unwrap();
    assert!(
        received.since(now) < Duration::from_secs(5),
        "{received} {now}"
    );
    assert_eq!(wrong.escalate().await, 0, "nothing is due an hour early");
    let red = wrong.nobody().get("/health/ready").await.expect(503);
    assert_eq!(clock_part(&red), false);
}
