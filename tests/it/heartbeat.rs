//! The sign to somebody outside: given while every worker turns, and left out when one stands still.

use std::time::Duration;

use daybook::base::time::Moment;
use daybook::db::Fault;
use daybook::workers::heartbeat::{self, Beat};
use daybook::workers::{CALLERS, Turning};

use super::support::{Manner, Outside, TestApp, a_team, on_both_stores, say, until};

const POLL: Duration = Duration::from_secs(2);

/// The same service, with little patience, and somebody outside who waits for its sign.
async fn with(app: TestApp, outside: &Outside) -> TestApp {
    let url = outside.url.parse().unwrap();
    app.again(move |config| {
        config.heartbeat_url = Some(url);
        config.http_patience = Duration::from_millis(300);
    })
    .await
}

/// Workers as a test has them turn, and when the sign was given last.
struct Node {
    app: TestApp,
    turning: Turning,
    last: Option<Moment>,
}

impl Node {
    fn of(app: TestApp) -> Self {
        let turning = Turning::by(app.app.clock().clone());
        for name in CALLERS.into_iter().chain(["cover"]) {
            turning.begins(name, POLL);
        }
        Self {
            app,
            turning,
            last: None,
        }
    }

    /// Every worker turns but those.
    fn turns_but(&self, still: &[&str]) {
        for name in CALLERS.into_iter().chain(["cover"]) {
            if !still.contains(&name) {
                self.turning.turned(name, POLL);
            }
        }
    }

    async fn looks(&mut self) -> Option<Beat> {
        let url = self.app.app.config().heartbeat_url.clone().unwrap();
        heartbeat::run_due(&self.app.app, (&url, &self.turning), &mut self.last).await
    }
}

on_both_stores! {
    async fn a_service_whose_workers_turn_gives_a_sign(app) {
        let outside = Outside::start().await;
        let app = with(app, &outside).await.turning().await;

        until(|| outside.count() > 0).await;

        let came = outside.take().remove(0);
        assert_eq!(came.line, "GET /a-secret-place");
        assert!(came.body.is_empty());
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_given_once_a_minute_and_left_out_while_one_worker_stands_still() {
    let outside = Outside::start().await;
    let mut node = Node::of(with(TestApp::on_sqlite().await, &outside).await);

    // Begun is not turned: a service that only begins, over and over, is not alive.
    assert_eq!(node.looks().await, Some(Beat::LeftOut));
    node.turns_but(&[]);
    assert_eq!(node.looks().await, Some(Beat::Taken));
    node.app.advance(1);
    assert_eq!(
        node.looks().await,
        Some(Beat::LeftOut),
        "nobody turned in it"
    );
    node.turns_but(&[]);
    assert_eq!(node.looks().await, Some(Beat::Taken));
    assert_eq!(node.looks().await, None, "within a minute");

    for still in CALLERS.into_iter().chain(["cover"]) {
        node.app.advance(1);
        node.turns_but(&[still]);
        assert_eq!(node.looks().await, Some(Beat::LeftOut), "{still}");
        node.turns_but(&[]);
        assert_eq!(node.looks().await, Some(Beat::Taken), "{still}");
    }
    assert_eq!(outside.take().len(), 2 + CALLERS.len() + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_left_out_while_something_could_not_be_saved() {
    let outside = Outside::start().await;
    let mut node = Node::of(with(TestApp::on_sqlite().await, &outside).await);
    let team = a_team(&node.app).await;
    node.turns_but(&[]);

    node.app.app.store().faults().unwrap().next(Fault::Commit);
    say(&team.sam, &team.conversation_id, "Hello")
        .await
        .expect(503);
    assert_eq!(node.looks().await, Some(Beat::LeftOut));

    node.app.advance(1);
    node.turns_but(&[]);
    assert_eq!(node.looks().await, Some(Beat::Taken));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_badly_it_is_met_it_goes_on_and_is_sent_nowhere_else() {
    let outside = Outside::start().await;
    let mut node = Node::of(with(TestApp::on_sqlite().await, &outside).await);
    let manners = [
        (Manner::Status(307), Beat::NotTaken),
        (Manner::Status(500), Beat::NotTaken),
        (Manner::Silent, Beat::NotTaken),
        (Manner::Drips, Beat::NotTaken),
        (Manner::HangsUp, Beat::NotTaken),
        (Manner::Endless, Beat::Taken),
        (Manner::Status(200), Beat::Taken),
    ];

    for (manner, beat) in manners {
        node.app.advance(1);
        node.turns_but(&[]);
        outside.will(&[manner]);
        let met = tokio::time::timeout(Duration::from_secs(10), node.looks()).await;
        assert_eq!(met.unwrap(), Some(beat), "{manner:?}");
    }

    let lines: Vec<String> = outside.take().into_iter().map(|came| came.line).collect();
    assert_eq!(lines, ["GET /a-secret-place"; 7]);
    let ready = node.app.nobody().get("/health/ready").await.expect(200);
    assert_eq!(ready["ready"], true, "whoever misses it knows");
}
