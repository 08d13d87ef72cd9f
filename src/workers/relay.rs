//! The relay: nodes that share one PostgreSQL ring each other's sockets.
//!
//! A bell carries ids and nothing else, after the commit and outside every transaction: who hears it
//! reads the inbox, as after every hint. A lost bell costs delay, never a message, for each node also
//! looks every two seconds whether somebody who listens here has something new, was signed out or
//! suspended. On SQLite there is one node and no relay.
//!
//! Decided against: carrying the events themselves. They would need an order and rights of their
//! own, and NOTIFY takes 8,000 bytes.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::sleep;

use super::Mill;
use crate::app::App;
use crate::base::hub::Way;
use crate::base::ids::DeviceId;
use crate::care::notices::actions::{Listener, listeners};
use crate::db;

/// Whoever listens here is looked after this often.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// So many devices are asked about in one question.
const AT_ONCE: usize = 1_000;

/// How far the inbox of each listening device reached at the last look.
pub type Heads = HashMap<DeviceId, i64>;

/// Looks and rings until the service stops.
pub async fn turn(mill: Mill) {
    tokio::select! {
        () = mill.stop.cancelled() => {}
        () = look_often(&mill) => {}
        () = carry_bells(&mill.app) => {}
    }
}

async fn look_often(mill: &Mill) {
    let mut heads = Heads::new();
    loop {
        mill.turning.turned("relay", LOOK_EVERY);
        if let Err(error) = look(&mill.app, &mut heads).await {
            tracing::error!(worker = "relay", error = %error, "a worker's step failed");
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Looks once, and rings whoever listens here and has something new, or may not listen any more.
/// Gives how many were rung.
///
/// # Errors
/// If the store fails.
pub async fn look(app: &App, heads: &mut Heads) -> Result<usize, db::Error> {
    let present = app.hub().present();
    let mut now = Heads::with_capacity(present.len());
    let mut rung = 0_usize;
    for some in present.chunks(AT_ONCE) {
        let devices: Vec<DeviceId> = some.iter().map(|(_, device)| *device).collect();
        let found = app.store().read(move |rx| listeners(rx, &devices)).await?;
        for Listener {
            account_id,
            device_id,
            head,
            may_listen,
        } in found
        {
            if !may_listen || heads.get(&device_id) != Some(&head) {
                app.hub().ring_for_another_node(account_id, Way::Look);
                rung = rung.saturating_add(1);
            }
            now.insert(device_id, head);
        }
    }
    *heads = now;
    Ok(rung)
}

/// Without PostgreSQL there is nobody to ring.
#[cfg(not(feature = "postgres"))]
pub async fn carry_bells(_app: &App) {
    std::future::pending::<()>().await;
}

#[cfg(feature = "postgres")]
pub use bells::carry_bells;

#[cfg(feature = "postgres")]
mod bells {
    use std::future::{pending, poll_fn};
    use std::time::Duration;

    use tokio::time::sleep;
    use tokio_postgres::tls::NoTlsStream;
    use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, NoTls, Socket};

    use crate::app::App;
    use crate::base::hub::Way;
    use crate::base::ids::{AccountId, SubjectId};
    use crate::db::Address;

    /// How the connection shows in the database's list of them.
    const NAME: &str = "daybook bell";
    const RING: &str = "select pg_notify('daybook_bell', $1)";
    /// At most one bell in this time: what comes meanwhile goes with the next.
    const PACE: Duration = Duration::from_millis(50);
    /// So many ids fit into one bell.
    const MOST_IDS: usize = 200;
    /// After a lost connection the next try waits so long, and twice as long each time.
    const FIRST_WAIT: Duration = Duration::from_secs(1);
    const LONGEST_WAIT: Duration = Duration::from_secs(30);

    /// Rings the other nodes for whoever was rung here, and hears theirs, over one connection that
    /// is made again whenever it is lost.
    pub async fn carry_bells(app: &App) {
        let Address::Postgres(url) = app.store().address() else {
            return pending().await;
        };
        let node = SubjectId::new().to_string();
        let mut wait = FIRST_WAIT;
        loop {
            let lost = match connect(url).await {
                Ok((client, connection)) => {
                    wait = FIRST_WAIT;
                    tokio::select! {
                        lost = hear(app, &node, connection) => lost,
                        lost = ring(app, &node, &client) => lost,
                    }
                }
                Err(error) => Some(error),
            };
            app.hub().set_bell_open(false);
            let error = lost.map(|error| error.to_string());
            tracing::warn!(error, "no bell between nodes just now; looking goes on");
            sleep(wait).await;
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
        }
    }

    async fn connect(url: &str) -> Result<(Client, Connection<Socket, NoTlsStream>), Error> {
        let mut config: Config = url.parse()?;
        config.application_name(NAME).connect(NoTls).await
    }

    /// Rings the sockets here for the bells of other nodes, until the connection is lost.
    async fn hear(
        app: &App,
        node: &str,
        mut connection: Connection<Socket, NoTlsStream>,
    ) -> Option<Error> {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(message)) => {
                    if let AsyncMessage::Notification(bell) = message {
                        for account in rung_by_others(node, bell.payload()) {
                            app.hub().ring_for_another_node(account, Way::Bell);
                        }
                    }
                }
                Some(Err(error)) => return Some(error),
                None => return None,
            }
        }
    }

    /// Whom a bell is for; nobody, if it is our own.
    fn rung_by_others(node: &str, payload: &str) -> Vec<AccountId> {
        match payload.split_once(' ') {
            Some((from, ids)) if from != node => {
                ids.split(',').filter_map(|id| id.parse().ok()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Rings the other nodes, until the connection is lost.
    async fn ring(app: &App, node: &str, client: &Client) -> Option<Error> {
        let mut bells = app.store().bells();
        if let Err(error) = client.batch_execute("listen daybook_bell").await {
            return Some(error);
        }
        app.hub().set_bell_open(true);
        // What was rung before anybody could hear it is found by looking.
        drop(app.store().take_rung());
        loop {
            if bells.changed().await.is_err() {
                return None;
            }
            for some in app.store().take_rung().chunks(MOST_IDS) {
                let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
                let payload = format!("{node} {}", ids.join(","));
                if let Err(error) = client.query(RING, &[&payload]).await {
                    return Some(error);
                }
            }
            sleep(PACE).await;
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_bell_rings_those_it_names_and_never_its_own_node() {
            let (one, two) = (AccountId::new(), AccountId::new());
            let bell = format!("other {one},{two},nonsense");

            assert_eq!(rung_by_others("mine", &bell), [one, two]);
            assert_eq!(rung_by_others("other", &bell), []);
            assert_eq!(rung_by_others("mine", "nonsense"), []);
        }
    }
}
