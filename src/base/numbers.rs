//! What one application counts for its operators. Counting only: nothing is decided by it.
//!
//! No label ever holds an id, a name or a word, and each has a known, small set of values. Events
//! are counted without their names: whoever may read the numbers must not learn what somebody did.

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
};

/// Seconds within which requests are answered.
const SECONDS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];
/// Units that one commit saves.
const UNITS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The counters of one application. Cloned cheaply.
#[derive(Debug, Clone)]
pub struct Numbers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    events: IntCounter,
    not_screened: IntCounter,
    groups: Histogram,
    faults: IntCounterVec,
    tries: IntCounterVec,
}

impl Default for Numbers {
    fn default() -> Self {
        Self::new()
    }
}

impl Numbers {
    /// Counters that stand at zero.
    ///
    /// # Panics
    /// Never: the names are constants.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "the names below are constants, each valid and there once"
    )]
    pub fn new() -> Self {
        Self::made().expect("valid metrics")
    }

    fn made() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let counters = |name: &str, help: &str, labels: &[&str]| {
            kept(
                &registry,
                IntCounterVec::new(Opts::new(name, help), labels)?,
            )
        };
        let counter = |name: &str, help: &str| kept(&registry, IntCounter::new(name, help)?);
        let requests = counters(
            "daybook_http_requests_total",
            "Requests answered, by route pattern",
            &["method", "route", "status"],
        )?;
        let seconds = HistogramOpts::new(
            "daybook_http_request_seconds",
            "Time to answer a request, by route pattern",
        );
        let groups = HistogramOpts::new(
            "daybook_writer_group_units",
            "Units of work saved by one commit of the writer (SQLite)",
        );
        Ok(Self(Arc::new(Inner {
            requests,
            seconds: kept(
                &registry,
                HistogramVec::new(seconds.buckets(SECONDS.to_vec()), &["method", "route"])?,
            )?,
            events: counter(
                "daybook_events_written_total",
                "Events written to people's inboxes",
            )?,
            not_screened: counter(
                "daybook_texts_not_screened_total",
                "Texts whose screening failed; each has become a concern",
            )?,
            groups: kept(
                &registry,
                Histogram::with_opts(groups.buckets(UNITS.to_vec()))?,
            )?,
            faults: counters(
                "daybook_store_faults_total",
                "Units of work that the store could not do, by what was wrong",
                &["kind"],
            )?,
            tries: counters(
                "daybook_notice_tries_total",
                "Tries to reach somebody outside the open app, by what came of them",
                &["channel", "outcome"],
            )?,
            registry,
        })))
    }

    /// Counts one answered request by its route pattern.
    pub fn request(&self, (method, route): (&str, &str), status: u16, took: Duration) {
        let requests = &self.0.requests;
        requests
            .with_label_values(&[method, route, &status.to_string()])
            .inc();
        let seconds = self.0.seconds.with_label_values(&[method, route]);
        seconds.observe(took.as_secs_f64());
    }

    /// Counts what a unit of work has written, once it is committed.
    pub fn written(&self, events: usize, not_screened: usize) {
        self.0.events.inc_by(wide(events));
        self.0.not_screened.inc_by(wide(not_screened));
    }

    /// Counts one commit of so many units.
    pub fn group(&self, units: usize) {
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        self.0.groups.observe(f64::from(units));
    }

    /// Counts a fault of the store.
    pub fn fault(&self, kind: &'static str) {
        self.0.faults.with_label_values(&[kind]).inc();
    }

    /// Counts one try to reach somebody.
    pub fn tried(&self, channel: &str, outcome: &str) {
        self.0.tries.with_label_values(&[channel, outcome]).inc();
    }

    /// Everything counted so far.
    #[must_use]
    pub fn gathered(&self) -> Vec<MetricFamily> {
        self.0.registry.gather()
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The collector, now also in the registry.
fn kept<C: Collector + Clone + 'static>(registry: &Registry, made: C) -> prometheus::Result<C> {
    registry.register(Box::new(made.clone()))?;
    Ok(made)
}
