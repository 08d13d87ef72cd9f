//! How soon somebody is called: whether an alert and its first notice are saved together, and how late
//! alerts step among 10,000 open ones, while nobody writes and while people do. The release binary with
//! its workers turning; what it has done is read by another connection to its database.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use daybook::base::ids::{AlertId, MessageId};
use daybook::base::time::{Clock, Moment};
use daybook::db::schema::{alerts, inbox};
use daybook::db::{self, Conn, Purpose};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::Options;
use super::client::Phone;
use super::figures::{Goal, Rounds, Table, beside_goal, percentile_ms, say};
use super::load::window;
use super::people::{Line, Pair, pairs, renew};
use super::rows::Rows;
use super::systems::{Home, Kind, System};

/// So many alerts are open, none of them answered.
const OPEN: usize = 10_000;
/// Each steps every five minutes, so that the next one falls due after this time.
const APART: Duration = Duration::from_millis(30);
/// In so many pods, each with a supervisor and a deputy of its own.
const PODS: usize = 50;
/// So many people write while alerts step.
const WRITERS: usize = 16;
/// The number of the first alert's id, less one.
const ALERTS: u128 = 200_000;
/// After so long an alert that has not stepped is counted as it stands.
const PATIENCE: Duration = Duration::from_mins(2);
const WORRY: &str = "dad hits me every night";

pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut kinds = vec![Kind::Sqlite];
    kinds.extend(options.database.clone().map(Kind::Postgres));
    for kind in kinds {
        measure(options, kind).await?;
    }
    Ok(())
}

async fn measure(options: &Options, kind: Kind) -> Result<()> {
    say(&format!("\n## escalation, {}", kind.name()));
    let home = Home::new(kind)?;
    let system = home.start()?;
    let mut people = pairs(system.address, WRITERS, 1).await?;
    first_notices(&home, &system, &people).await?;
    system.stop()?;
    let seed = Seed::of(Rows::of(&home.address()));
    db::open(&home.address(), Purpose::Write)?.batch_execute(&seed.all())?;

    let mut table = Table::new(&[
        "meanwhile",
        "steps",
        "late by p50, ms",
        "p99, ms",
        "most, ms",
    ]);
    let mut late = Vec::new();
    for writes in [false, true] {
        let system = home.start()?;
        renew(system.address, &mut people).await?;
        let stepping = Duration::from_secs(options.stepping);
        let count = usize::try_from(stepping.as_millis() / APART.as_millis())?;
        let due = fall_due(&home, (count, APART))?;
        let lines = if writes { lines(&people) } else { Vec::new() };
        let writing = write(&system, &lines, stepping);
        let (stepped, written) = tokio::try_join!(step(&home, due), writing)?;
        let mut reached = Rounds::default();
        reached.add(percentile_ms(&stepped, 990));
        table.row(row(&written, &stepped));
        late.push((written, reached));
        system.stop()?;
    }
    table.print();
    say(&format!(
        "\n{OPEN} open alerts, one due each {} ms:",
        APART.as_millis()
    ));
    // Each by itself: what is quick while nobody writes makes nothing good that is slow while they do.
    for (written, reached) in &late {
        let what = format!("late by, p99, ms, {written}");
        beside_goal(&what, reached, Goal::AtMost(1000.0, 250.0));
    }

    // As after an outage.
    let due = fall_due(&home, (OPEN, Duration::ZERO))?;
    let system = home.start()?;
    let stepped = step(&home, due).await?;
    let last = percentile_ms(&stepped, 1000) / 1000.0;
    say(&format!(
        "{OPEN} due at once: the last has stepped after {last:.1} s"
    ));
    system.stop()
}

fn lines(people: &[Pair]) -> Vec<Line> {
    let line = |pair: &Pair| Line::between(&pair.conversation, &pair.member, &pair.mentor);
    people.iter().map(line).collect()
}

fn row(written: &str, stepped: &[Duration]) -> [String; 5] {
    let late = |per_mille| format!("{:.1}", percentile_ms(stepped, per_mille));
    [
        written.to_owned(),
        stepped.len().to_string(),
        late(500),
        late(990),
        late(1000),
    ]
}

/// Everybody writes for so long; says what they did.
async fn write(system: &System, lines: &[Line], length: Duration) -> Result<String> {
    if lines.is_empty() {
        return Ok("nobody writes".to_owned());
    }
    let window = window(system, lines, length).await?;
    let (people, each_second) = (lines.len(), window.per_second);
    Ok(format!(
        "{people} people write, {each_second:.0} messages a second"
    ))
}

/// Everybody writes something worrying; says when it was answered, and whether each alert and the notice
/// of it were saved in the same unit: in a unit there is one time.
async fn first_notices(home: &Home, system: &System, people: &[Pair]) -> Result<()> {
    let mut phone = Phone::connect(system.address).await?;
    let mut answered = Vec::new();
    for line in lines(people) {
        let message = line.message(&MessageId::new().to_string(), WORRY);
        let sent = Instant::now();
        let (status, _) = phone.send(&message).await?;
        answered.push(sent.elapsed());
        ensure!(status == 201, "a message was answered with {status}");
    }
    answered.sort_unstable();
    let mut conn = db::open(&home.address(), Purpose::Read)?;
    let raised: Vec<(AlertId, Moment)> = alerts::table
        .select((alerts::id, alerts::raised_at))
        .load(&mut conn)?;
    ensure!(raised.len() == people.len(), "{} alerts", raised.len());
    let mut together: usize = 0;
    for (alert, at) in raised {
        let noticed: Vec<Moment> = inbox::table
            .filter(inbox::subject_id.eq(alert.as_bytes().to_vec()))
            .select(inbox::at)
            .load(&mut conn)?;
        together += usize::from(noticed.first() == Some(&at));
    }
    say(&format!(
        "{together} of {} alerts were saved in one unit with the first notice of them; \
         answered after {:.1} ms, the slowest after {:.1} ms\n",
        people.len(),
        percentile_ms(&answered, 500),
        percentile_ms(&answered, 1000),
    ));
    Ok(())
}

/// When the first so many alerts fall due.
#[derive(Debug, Clone, Copy)]
struct Due {
    count: usize,
    first: Moment,
    apart: Duration,
}

impl Due {
    /// An alert and when it falls due.
    fn of(self, number: usize) -> Result<(AlertId, Moment)> {
        let id = AlertId::from_uuid(Uuid::from_u128(ALERTS + u128::try_from(number)?));
        Ok((id, self.first.plus(self.apart * u32::try_from(number)?)))
    }
}

/// Lets the seeded alerts fall due again, one after the other from soon on.
fn fall_due(home: &Home, (count, apart): (usize, Duration)) -> Result<Due> {
    // By then a worker that looks every two seconds knows of it.
    let first = Clock::system().now().plus(Duration::from_secs(3));
    let (first_us, apart_us) = (first.micros(), apart.as_micros());
    db::open(&home.address(), Purpose::Write)?.batch_execute(&format!(
        "update alerts set next_due_at = {first_us} + raised_at * {apart_us}, step = 0, rung = raised_at % 4
         where raised_at <= {OPEN}"
    ))?;
    Ok(Due {
        count,
        first,
        apart,
    })
}

/// By how much each of these alerts stepped too late, sorted.
async fn step(home: &Home, due: Due) -> Result<Vec<Duration>> {
    let mut conn = db::open(&home.address(), Purpose::Read)?;
    spawn_blocking(move || watch(&mut conn, due)).await?
}

/// Looks again and again which of those that are next have stepped.
fn watch(conn: &mut Conn, due: Due) -> Result<Vec<Duration>> {
    const AHEAD: usize = 256;
    let clock = Clock::system();
    let mut numbers = 1..=due.count;
    let mut waiting: BTreeMap<AlertId, Moment> = BTreeMap::new();
    let mut late = Vec::with_capacity(due.count);
    let mut last = Instant::now();
    loop {
        while waiting.len() < AHEAD
            && let Some(number) = numbers.next()
        {
            let (id, at) = due.of(number)?;
            waiting.insert(id, at);
        }
        let next: Vec<AlertId> = waiting.keys().copied().collect();
        let stepped: Vec<AlertId> = alerts::table
            .filter(alerts::id.eq_any(next))
            .filter(alerts::step.gt(0))
            .select(alerts::id)
            .load(conn)?;
        let now = clock.now();
        for id in stepped {
            late.extend(waiting.remove(&id).map(|due| now.since(due)));
            last = Instant::now();
        }
        if waiting.is_empty() || last.elapsed() > PATIENCE {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let now = clock.now();
    late.extend(waiting.into_values().map(|due| now.since(due)));
    late.sort_unstable();
    Ok(late)
}

/// An authority full of open alerts, as SQL.
struct Seed {
    rows: Rows,
    pod: String,
    family: String,
    supervisor: String,
    deputy: String,
    member: String,
    alert: String,
}

const AUTHORITY: &str = "(select id from authorities)";
const MANAGER: &str = "(select id from accounts where role = 'service_manager')";

impl Seed {
    fn of(rows: Rows) -> Self {
        let of_pod = |from: usize| rows.id(&format!("{from} + n % {PODS}"));
        Self {
            rows,
            pod: of_pod(2000),
            family: of_pod(3000),
            supervisor: of_pod(1000),
            deputy: of_pod(1000 + PODS),
            member: rows.id("100000 + n"),
            alert: rows.id(&format!("{ALERTS} + n")),
        }
    }

    fn all(&self) -> String {
        [self.people(), self.alerts(), self.tellings()].concat()
    }

    /// Pods with those who answer for them, and one big family in each.
    fn people(&self) -> String {
        let Self {
            rows,
            pod,
            family,
            supervisor,
            deputy,
            member,
            ..
        } = self;
        let pods = (0, PODS);
        let worker = rows.id("999 + n");
        [
            rows.each(
                "accounts (id, authority_id, role, display_name, status, language, qualified, created_at)",
                (0, 2 * PODS),
                &format!(
                    "{worker}, {AUTHORITY}, 'supervising_social_worker', 'Ruth', 'active', 'en', true, 0"
                ),
            ),
            rows.each(
                "pods (id, authority_id, name, area, supervising_social_worker_id, created_at)",
                pods,
                &format!("{pod}, {AUTHORITY}, 'Pod ' || n, 'Crewe', {supervisor}, 0"),
            ),
            rows.each(
                "pod_deputies (pod_id, account_id, position)",
                pods,
                &format!("{pod}, {deputy}, 0"),
            ),
            rows.each(
                "families (id, authority_id, pod_id, reference, state, created_at)",
                pods,
                &format!("{family}, {AUTHORITY}, {pod}, 'CIN-' || n, 'open', 0"),
            ),
            rows.each(
                "accounts (id, authority_id, role, kind, display_name, status, language, family_id, \
                 qualified, created_at)",
                (0, OPEN),
                &format!(
                    "{member}, {AUTHORITY}, 'family_member', 'parent', 'Sam', 'active', 'en', {family}, \
                     false, 0"
                ),
            ),
        ]
        .concat()
    }

    /// An alert about each member, raised in the order of its number.
    fn alerts(&self) -> String {
        let Self {
            rows,
            pod,
            family,
            member,
            alert,
            ..
        } = self;
        let alerts = rows.each(
            "alerts (id, authority_id, pod_id, family_id, family_member_id, kind, possible_allegation, \
             severity, category, categories, state, fold_key, policy_version, raised_at, acknowledge_by, \
             step, rung, unreachable, occurrence_count)",
            (0, OPEN),
            &format!(
                "{alert}, {AUTHORITY}, {pod}, {family}, {member}, 'concern', false, 'immediate', \
                 'physical_abuse', '[\"physical_abuse\"]', 'open', {member}, 1, n, n, 0, 0, false, 1"
            ),
        );
        let opened = rows.each(
            "alert_deeds (alert_id, seq, deed, at, detail)",
            (0, OPEN),
            &format!("{alert}, 1, 'opened', n, '{{}}'"),
        );
        [alerts, opened].concat()
    }

    /// Of each quarter of the alerts the supervisor, the deputy, the manager and everybody were told last.
    fn tellings(&self) -> String {
        let table = "alert_tellings (alert_id, seq, account_id, step, why, at)";
        let Self { alert, .. } = self;
        let mut sql = String::new();
        for (number, who, rung) in [
            (1, self.supervisor.as_str(), "supervisor"),
            (2, self.deputy.as_str(), "deputy"),
            (3, MANAGER, "managers"),
        ] {
            let _fits = write!(
                sql,
                "insert into {table} select {alert}, {number}, {who}, 0, '{rung}', n
                 from (select raised_at as n from alerts where raised_at <= {OPEN}) numbered
                 where n % 4 >= {number} - 1;\n"
            );
        }
        let _fits = write!(
            sql,
            "insert into {table}
             select alerts.id, 3 + row_number() over (partition by alerts.id), accounts.id, 0, 'everyone', 0
             from alerts, accounts
             where raised_at <= {OPEN} and raised_at % 4 = 3 and role = 'supervising_social_worker';\n"
        );
        sql
    }
}
