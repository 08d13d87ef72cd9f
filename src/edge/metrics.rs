//! Numbers for operators, in Prometheus' text form. No label ever holds an id, a name or a word.
//!
//! Process-wide by design: they count what this process did, whoever asked.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use crate::base::hub::{Hub, Way};

/// The counters of this process.
struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    sockets: IntGauge,
    events: IntCounterVec,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

impl Metrics {
    #[expect(
        clippy::expect_used,
        reason = "the names below are constants and known to be valid"
    )]
    fn new() -> Self {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("daybook_http_requests_total", "Requests answered"),
            &["route", "status"],
        )
        .expect("a valid metric");
        let seconds = HistogramVec::new(
            HistogramOpts::new("daybook_http_request_seconds", "Time to answer a request").buckets(
                vec![
                    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
                ],
            ),
            &["route"],
        )
        .expect("a valid metric");
        let sockets =
            IntGauge::new("daybook_live_sockets", "Live sockets open").expect("a valid metric");
        let events = IntCounterVec::new(
            Opts::new("daybook_events_total", "Things that happened, by name"),
            &["event"],
        )
        .expect("a valid metric");
        let all: [Box<dyn Collector>; 4] = [
            Box::new(requests.clone()),
            Box::new(seconds.clone()),
            Box::new(sockets.clone()),
            Box::new(events.clone()),
        ];
        for collector in all {
            registry
                .register(collector)
                .expect("each metric is registered once");
        }
        Self {
            registry,
            requests,
            seconds,
            sockets,
            events,
        }
    }
}

/// Counts one answered request by its route pattern.
pub fn request(route: &str, status: u16, took: Duration) {
    // Whoever may read the numbers must not learn from them that somebody pressed help just now.
    let route = if route.starts_with("/api/v1/") {
        "/api/v1"
    } else {
        route
    };
    METRICS
        .requests
        .with_label_values(&[route, &status.to_string()])
        .inc();
    METRICS
        .seconds
        .with_label_values(&[route])
        .observe(took.as_secs_f64());
}

/// Counts something that happened, by a fixed name.
pub fn event(name: &'static str) {
    METRICS.events.with_label_values(&[name]).inc();
}

/// Everything as Prometheus reads it.
#[must_use]
pub fn render(hub: &Hub) -> String {
    let open = i64::try_from(hub.open_sockets()).unwrap_or(i64::MAX);
    METRICS.sockets.set(open);
    let mut out = Vec::new();
    let written = of_other_nodes(hub).and_then(|theirs| {
        let mut all = METRICS.registry.gather();
        all.extend(theirs);
        TextEncoder::new().encode(&all, &mut out)
    });
    if let Err(error) = written {
        tracing::error!(%error, "the metrics cannot be written");
    }
    String::from_utf8(out).unwrap_or_default()
}

/// What the hub has counted of other nodes, which belongs to one application, not to the process.
fn of_other_nodes(hub: &Hub) -> prometheus::Result<Vec<MetricFamily>> {
    let open = IntGauge::new(
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
