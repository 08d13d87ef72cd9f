//! The numbers in Prometheus' text form: what was counted, and how things stand just now.
//!
//! How things stand is asked of the database, by a few questions that an index answers, at most once
//! in [`FRESH`] however often somebody scrapes. If the database does not answer in [`PATIENCE`]
//! those numbers are left out, and the rest is told all the same.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{Encoder, IntCounterVec, IntGauge, IntGaugeVec, Opts, TextEncoder};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::app::App;
use crate::base::hub::{Hub, Way};
use crate::base::time::Moment;
use crate::care::alerts::standing::{self, Standing as AlertsStanding};
use crate::care::check_ins::rhythm::due as check_ins;
use crate::care::handovers::forecast::count_poorly_reached;
use crate::care::notices::sending::actions::{OldestDue, oldest_due};
use crate::care::reminders::due as reminders;
use crate::db;
use crate::workers::Turning;

/// How things stand is asked again after this.
const FRESH: Duration = Duration::from_secs(5);
/// Longer than this no scrape waits for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// How things stood when the database was asked last.
#[derive(Debug, Default)]
pub struct Seen(Mutex<Option<Standing>>);

#[derive(Debug, Clone)]
struct Standing {
    at: Moment,
    alerts: AlertsStanding,
    notices: OldestDue,
    reminders: Option<Moment>,
    check_ins: Option<Moment>,
    /// By the number of ways in which they can be called.
    poorly_reached: Vec<usize>,
}

impl Seen {
    /// How things stand, asked anew if it is too long ago; `None` if the database does not answer.
    async fn standing(&self, app: &App) -> Option<Standing> {
        let now = app.clock().now();
        // Whoever comes meanwhile waits for the one question under way.
        let mut seen = self.0.lock().await;
        if let Some(known) = seen.as_ref().filter(|known| now.since(known.at) < FRESH) {
            return Some(known.clone());
        }
        let ways = app.ways();
        let asked = app.store().ask(move |rx| {
            Ok::<_, db::Error>(Standing {
                at: now,
                alerts: standing::now(rx)?,
                notices: oldest_due(rx)?,
                reminders: reminders::oldest_due(rx)?,
                check_ins: check_ins::oldest_due(rx)?,
                poorly_reached: count_poorly_reached(rx, ways)?.to_vec(),
            })
        });
        *seen = match timeout(PATIENCE, asked).await {
            Ok(Ok(standing)) => Some(standing),
            Ok(Err(fault)) => {
                tracing::error!(error = %fault, "the database does not say how things stand");
                None
            }
            Err(_late) => None,
        };
        seen.clone()
    }
}

/// Everything as Prometheus reads it.
pub async fn render(app: &App, turning: &Turning, seen: &Seen) -> String {
    let standing = seen.standing(app).await;
    let mut out = Vec::new();
    let written = gathered(app, turning, standing.as_ref()).and_then(|now| {
        let mut all = app.numbers().gathered();
        all.extend(now);
        // The encoder stops at one that says nothing, as of workers where none turns.
        all.retain(|family| !family.get_metric().is_empty());
        TextEncoder::new().encode(&all, &mut out)
    });
    if let Err(error) = written {
        tracing::error!(%error, "the metrics cannot be written");
    }
    String::from_utf8(out).unwrap_or_default()
}

/// How things stand just now.
fn gathered(
    app: &App,
    turning: &Turning,
    standing: Option<&Standing>,
) -> prometheus::Result<Vec<MetricFamily>> {
    let mut all = of_process(app, turning)?;
    all.extend(of_other_nodes(app.hub())?);
    let answers = gauge(
        "daybook_database_answers",
        "Whether the database said how things stand; if not, what it says is left out",
    )?;
    answers.set(i64::from(standing.is_some()));
    all.extend(answers.collect());
    if let Some(standing) = standing {
        all.extend(of_database(standing, app.clock().now())?);
    }
    Ok(all)
}

fn gauge(name: &str, help: &str) -> prometheus::Result<IntGauge> {
    IntGauge::new(name, help)
}

fn gauges(name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntGaugeVec> {
    IntGaugeVec::new(Opts::new(name, help), labels)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What this process knows by itself.
fn of_process(app: &App, turning: &Turning) -> prometheus::Result<Vec<MetricFamily>> {
    let build = gauges("daybook_build_info", "Which Daybook this is", &["version"])?;
    build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
    let sockets = gauge("daybook_live_sockets", "Live sockets open")?;
    sockets.set(number(app.hub().open_sockets()));
    let waiting = gauges(
        "daybook_store_waiting",
        "Units of work that wait for their turn, by lane",
        &["lane"],
    )?;
    for (lane, count) in app.store().waiting() {
        waiting.with_label_values(&[lane]).set(number(count));
    }
    let saving = gauge(
        "daybook_store_saving",
        "Whether everything of the last minute could be saved",
    )?;
    saving.set(i64::from(app.store().is_saving()));
    let workers = gauges(
        "daybook_worker_turning",
        "Whether a worker has turned lately",
        &["worker"],
    )?;
    for (name, turns) in turning.report() {
        workers.with_label_values(&[name]).set(i64::from(turns));
    }
    let mut all = build.collect();
    all.extend(sockets.collect());
    all.extend(waiting.collect());
    all.extend(saving.collect());
    all.extend(workers.collect());
    Ok(all)
}

/// What the database knows.
fn of_database(standing: &Standing, now: Moment) -> prometheus::Result<Vec<MetricFamily>> {
    let open = gauges(
        "daybook_alerts_open",
        "Alerts that are not closed, by state and severity",
        &["state", "severity"],
    )?;
    for (state, severity, count) in &standing.alerts.open {
        open.with_label_values(&[state.as_str(), severity.as_str()])
            .set(*count);
    }
    let overdue = gauges(
        "daybook_oldest_due_seconds",
        "How long the oldest thing that is due has been due; 0 if nothing is",
        &["work"],
    )?;
    for (work, due) in [
        ("escalation", standing.alerts.oldest_due),
        ("actions", standing.alerts.oldest_action),
        ("calls", standing.notices.call),
        ("tries", standing.notices.tried),
        ("reminders", standing.reminders),
        ("check_ins", standing.check_ins),
    ] {
        let since = due.map_or(Duration::ZERO, |due| now.since(due));
        overdue
            .with_label_values(&[work])
            .set(i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    }
    let poorly_reached = gauges(
        "daybook_staff_poorly_reached",
        "People on the ladders who can be called in fewer than two ways, by the number of ways",
        &["ways"],
    )?;
    for (ways, count) in standing.poorly_reached.iter().enumerate() {
        poorly_reached
            .with_label_values(&[ways.to_string()])
            .set(number(*count));
    }
    let mut all = open.collect();
    all.extend(overdue.collect());
    all.extend(poorly_reached.collect());
    Ok(all)
}

/// What the hub has counted of other nodes.
fn of_other_nodes(hub: &Hub) -> prometheus::Result<Vec<MetricFamily>> {
    let open = gauge(
        "daybook_bell_between_nodes_open",
        "Whether other nodes can ring this one; without it what they did is found by looking",
    )?;
    open.set(i64::from(hub.is_bell_open()));
    let rung = IntCounterVec::new(
        Opts::new(
            "daybook_rung_for_other_nodes_total",
            "People whose sockets were woken here for another node, by the way it became known",
        ),
        &["way"],
    )?;
    for (name, way) in [("bell", Way::Bell), ("look", Way::Look)] {
        rung.with_label_values(&[name])
            .inc_by(hub.rung_for_other_nodes(way));
    }
    let mut all = open.collect();
    all.extend(rung.collect());
    Ok(all)
}
