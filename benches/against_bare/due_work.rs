//! What it costs to find, claim and do what is due, among few schedules and among many: the verbs of
//! the workers of check-ins and reminders, on rows put straight into a database.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use daybook::app::App;
use daybook::base::time::{Clock, Moment};
use daybook::care::check_ins::rhythm::due;
use daybook::config::Settings;
use daybook::db::{self, Lane, View};
use daybook::workers::reminders;
use diesel::connection::SimpleConnection;

use super::Options;
use super::figures::{Goal, Rounds, Table, beside_goal, say};
use super::rows::Rows;

/// As many are claimed in one unit as the worker claims.
const BATCH: i64 = 128;
/// As many batches are measured among each number of schedules.
const BATCHES: usize = 24;
/// So many before them are not: what was put there in one go is still on its way to the disk.
const SETTLING: usize = 4;
/// So many reminders fall due at once.
const REMINDERS: usize = 10_000;
/// Ten in the morning in London.
const START: &str = "2026-06-01T09:00:00Z";

pub(crate) async fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = folder.path().join("due.db");
    measure(options, folder.path(), format!("sqlite:{}", file.display())).await?;
    if let Some(url) = &options.database {
        measure(options, folder.path(), url.clone()).await?;
    }
    Ok(())
}

async fn measure(options: &Options, folder: &Path, database: String) -> Result<()> {
    let settings = Settings {
        keys: Some(folder.join("due.keys")),
        database: Some(database),
        ..Settings::default()
    };
    let start = Moment::parse_rfc3339(START).unwrap_or(Moment::ZERO);
    let app = App::start(settings.resolve()?, Clock::manual(start)).await?;
    let rows = Rows::of(app.store().address());
    let seed = Seed { rows, start };
    say(if rows.is_sqlite {
        "\n## due_work on SQLite"
    } else {
        "\n## due_work on PostgreSQL"
    });
    put(&app, seed.people()).await?;
    let mut table = Table::new(&["schedules", "find 128, ms", "ask 128, ms"]);
    let (mut few, mut many) = Default::default();
    let mut there = 0;
    for (schedules, found) in [(4_000, &mut few), (options.schedules, &mut many)] {
        put(&app, seed.schedules(there, schedules)).await?;
        there = schedules;
        let Found { find, ask } = found;
        batches(&app, find, ask).await?;
        table.row([schedules.to_string(), find.spread(3), ask.spread(2)]);
    }
    table.print();
    let Found { find, ask } = many;
    say("\nratio, among many / among few:");
    beside_goal("find", &find.over(&few.find), Goal::AtMost(1.5, 1.1));
    beside_goal("claim and ask", &ask.over(&few.ask), Goal::AtMost(1.5, 1.1));
    put(&app, seed.reminders(options.schedules)).await?;
    let seconds = remind_all(&app).await?;
    let mut all = Rounds::default();
    all.add(seconds);
    say(&format!(
        "\n{REMINDERS} reminders due at once, of {} planned, to the last inbox:",
        options.schedules.max(REMINDERS)
    ));
    beside_goal("seconds", &all, Goal::AtMost(10.0, 5.0));
    Ok(())
}

#[derive(Debug, Default)]
struct Found {
    find: Rounds,
    ask: Rounds,
}

/// Lets a batch fall due again and again; times the finding and the asking apart, once it has settled.
async fn batches(app: &App, find: &mut Rounds, ask: &mut Rounds) -> Result<()> {
    for batch in 0..SETTLING + BATCHES {
        let is_measured = batch >= SETTLING;
        app.clock().advance(Duration::from_secs(128));
        let began = Instant::now();
        let dues = app.store().read(|rx| due::due(rx, BATCH)).await?.0;
        let finding = began.elapsed().as_secs_f64() * 1e3;
        let began = Instant::now();
        let asked = app
            .store()
            .write(Lane::Rest, move |tx| due::turn(tx, &dues));
        let asked = asked.await?;
        let asking = began.elapsed().as_secs_f64() * 1e3;
        anyhow::ensure!(asked > 0, "nothing was due");
        if is_measured {
            find.add(finding);
            ask.add(asking);
        }
    }
    Ok(())
}

/// Lets every reminder fall due and the worker turn until nothing is; says how many seconds it took.
async fn remind_all(app: &App) -> Result<f64> {
    app.clock().advance(Duration::from_hours(2));
    let began = Instant::now();
    let mut done = 0;
    loop {
        let ran = reminders::run_due(app.clone()).await?;
        done += ran.done;
        if !ran.more {
            break;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    anyhow::ensure!(done == REMINDERS, "{done} of {REMINDERS} went");
    Ok(seconds)
}

async fn put(app: &App, sql: String) -> Result<()> {
    let put = move |tx: &mut db::Tx<'_>| -> db::Answer<()> {
        tx.conn().batch_execute(&sql)?;
        Ok(())
    };
    app.store().write(Lane::Rest, put).await?;
    Ok(())
}

/// What is put into the database.
struct Seed {
    rows: Rows,
    start: Moment,
}

impl Seed {
    /// An authority with one pod, one practitioner and one family.
    fn people(&self) -> String {
        let [authority, pod, worker, family] = ["1", "2", "3", "4"].map(|n| self.rows.id(n));
        let mut sql = String::new();
        let _fits = write!(
            sql,
            "insert into authorities (id, name, created_at) values ({authority}, 'Benchmark', 0);
             insert into pods (id, authority_id, name, area, created_at)
               values ({pod}, {authority}, 'Rowan', 'Crewe', 0);
             insert into accounts (id, authority_id, role, display_name, status, language, pod_id,
                 qualified, created_at)
               values ({worker}, {authority}, 'family_practitioner', 'Kit', 'active', 'en', {pod}, false, 0);
             insert into families (id, authority_id, pod_id, reference, family_practitioner_id, state,
                 created_at)
               values ({family}, {authority}, {pod}, 'CIN-1', {worker}, 'open', 0);\n"
        );
        sql
    }

    /// People who are asked every day, each a second after the one before.
    fn schedules(&self, there: usize, upto: usize) -> String {
        let (authority, worker, family) = (self.rows.id("1"), self.rows.id("3"), self.rows.id("4"));
        let member = self.rows.id("1000 + n");
        let span = (there, upto);
        let due = format!("{} + cast(n as bigint) * 1000000", self.start.micros());
        let people = self.rows.each(
            "accounts (id, authority_id, role, kind, display_name, status, language, family_id, \
             qualified, created_at)",
            span,
            &format!(
                "{member}, {authority}, 'family_member', 'parent', 'Sam', 'active', 'en', {family}, \
                 false, 0"
            ),
        );
        let rhythms = self.rows.each(
            "check_in_rhythms",
            span,
            &format!(
                "{member}, {authority}, 1, true, '2026-06-01T10:00', 'Europe/London', 'FREQ=DAILY', \
                 24, {worker}, 0"
            ),
        );
        let asks = self.rows.each(
            "check_in_asks (family_member_id, starts, version, due_at, state)",
            span,
            &format!("{member}, '2026-06-01T10:00', 1, {due}, 'due'"),
        );
        // What has fallen due already among those that were there is measured no second time.
        format!("{people}{rhythms}{asks}")
    }

    /// As many people are reminded of a date, all at the same moment, and the others a day later.
    fn reminders(&self, people: usize) -> String {
        let soon = self.start.plus(Duration::from_hours(3));
        let later = soon.plus(Duration::from_hours(24));
        let now = self.dated((0, REMINDERS), ("2026-06-01T20:00", soon));
        now + &self.dated((REMINDERS, people), ("2026-06-02T20:00", later))
    }

    fn dated(&self, span: (usize, usize), (starts, due_at): (&str, Moment)) -> String {
        let (authority, worker) = (self.rows.id("1"), self.rows.id("3"));
        let (member, date) = (self.rows.id("1000 + n"), self.rows.id("5000000 + n"));
        let version = self.rows.id("6000000 + n");
        let (due, at) = (
            due_at.micros(),
            due_at.plus(Duration::from_hours(7)).micros(),
        );
        let dates = self.rows.each(
            "dates (id, authority_id, family_member_id, made_by, made_at, version, state)",
            span,
            &format!("{date}, {authority}, {member}, {worker}, 0, 1, 'on'"),
        );
        let versions = self.rows.each(
            "date_versions (date_id, version, id, by_id, received_at, starts, zone, minutes, repeats, \
             remind_minutes_before, words, verdict, unread, lexicon_version)",
            span,
            &format!(
                "{date}, 1, {version}, {worker}, 0, '{starts}', 'Europe/London', 60, 'daily', 420, \
                 {version}, 'clear', false, '-'"
            ),
        );
        let reminders = self.rows.each(
            "reminders (date_id, starts, version, starts_at, due_at, state)",
            span,
            &format!("{date}, '{starts}', 1, {at}, {due}, 'due'"),
        );
        format!("{dates}{versions}{reminders}")
    }
}
