//! The relay: nodes that share one PostgreSQL ring each other's sockets.
//!
//! A bell carries ids and nothing else, after the commit and outside every transaction: who hears it
//! reads the inbox, as after every hint. A lost bell costs delay, never a message, for each node also
//! looks every two seconds whether somebody who listens here has something new, was signed out or
//! suspended. On SQLite there is one node and no relay. Who is typing goes with the bells too, and is
//! lost without them.
//!
//! Decided against: carrying the events themselves. They would need an order and rights of their
//! own, and NOTIFY takes 8,000 bytes.

use std::collections::HashMap;
use std::future::pending;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Mill;
use crate::app::App;
use crate::base::hub::{Typing, Way};
use crate::base::ids::{AccountId, DeviceId, SubjectId};
use crate::care::notices::actions::{Listener, listeners};
use crate::db::{self, Address, Line};

/// Whoever listens here is looked after this often.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The line between nodes is listened to this often.
const LISTEN_EVERY: Duration = Duration::from_millis(10);
/// At most one bell in this time: what comes meanwhile goes with the next.
const PACE: Duration = Duration::from_millis(50);
/// So many ids fit into one bell.
const MOST_IDS: usize = 200;
/// Begins what a bell says of typing.
const TYPING: &str = "typing ";
/// After a lost line the next try waits so long, and twice as long each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
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
    mill.turning.begins("relay", LOOK_EVERY);
    loop {
        match look(&mill.app, &mut heads).await {
            Ok(_rung) => mill.turning.turned("relay", LOOK_EVERY),
            Err(error) => {
                tracing::error!(worker = "relay", error = %error, "a worker's step failed");
            }
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

/// Rings the other nodes for whoever was rung here, and hears theirs, over one line that is opened
/// again whenever it is lost.
async fn carry_bells(app: &App) {
    if !matches!(app.store().address(), Address::Postgres(_)) {
        return pending().await;
    }
    let node = SubjectId::new().to_string();
    let mut wait = FIRST_WAIT;
    loop {
        let address = app.store().address().clone();
        let lost = match aside(move || Line::open(&address)).await {
            Ok(line) => {
                wait = FIRST_WAIT;
                carry(app, &node, line).await
            }
            Err(fault) => Err(fault),
        };
        app.hub().set_bell_open(false);
        let error = lost.err().map(|fault| fault.to_string());
        tracing::warn!(error, "no bell between nodes just now; looking goes on");
        sleep(wait).await;
        wait = wait.saturating_mul(2).min(LONGEST_WAIT);
    }
}

/// Carries bells both ways until the line is lost.
async fn carry(app: &App, node: &str, mut line: Line) -> Result<(), db::Error> {
    let mut bells = app.store().bells();
    // What was rung before anybody could hear it is found by looking.
    drop(app.store().take_rung());
    drop(app.hub().take_typed());
    app.hub().set_bell_open(true);
    let mut said = Instant::now();
    loop {
        for words in line.heard()? {
            pass_on(app, heard(node, &words));
        }
        if said.elapsed() >= PACE {
            let rung = bells.has_changed().unwrap_or_default();
            bells.mark_unchanged();
            let rung = if rung {
                app.store().take_rung()
            } else {
                Vec::new()
            };
            let words = spoken(node, &rung, &app.hub().take_typed());
            if !words.is_empty() {
                line = aside(move || say_all(line, &words)).await?;
                said = Instant::now();
            }
        }
        sleep(LISTEN_EVERY).await;
    }
}

/// Runs what waits for the database away from the async threads.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, db::Error> + Send + 'static,
) -> Result<T, db::Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_panicked| db::Error::NotSaved)?
}

fn say_all(mut line: Line, words: &[String]) -> Result<Line, db::Error> {
    for words in words {
        line.say(words)?;
    }
    Ok(line)
}

/// What one bell of another node says.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// These people have something new.
    Rung(Vec<AccountId>),
    /// These people see that somebody is typing.
    Typing(Vec<(AccountId, Typing)>),
}

fn pass_on(app: &App, heard: Heard) {
    match heard {
        Heard::Rung(people) => {
            for account in people {
                app.hub().ring_for_another_node(account, Way::Bell);
            }
        }
        Heard::Typing(hints) => {
            for (account, typing) in hints {
                app.hub().show_typing(account, typing);
            }
        }
    }
}

/// What a bell says; nothing, if it is our own or makes no sense.
fn heard(node: &str, words: &str) -> Heard {
    let ids = match words.split_once(' ') {
        Some((from, ids)) if from != node => ids,
        _ => "",
    };
    match ids.strip_prefix(TYPING) {
        Some(hints) => Heard::Typing(hints.split(',').filter_map(typing).collect()),
        None => Heard::Rung(ids.split(',').filter_map(|id| id.parse().ok()).collect()),
    }
}

fn typing(hint: &str) -> Option<(AccountId, Typing)> {
    let mut ids = hint.split(':');
    let (to, conversation, who) = (ids.next()?, ids.next()?, ids.next()?);
    Some((
        to.parse().ok()?,
        (conversation.parse().ok()?, who.parse().ok()?),
    ))
}

/// Bells for whoever was rung here and for who is typing.
fn spoken(node: &str, rung: &[AccountId], typed: &[(AccountId, Typing)]) -> Vec<String> {
    let rung = rung.chunks(MOST_IDS).map(|some| {
        let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
        format!("{node} {}", ids.join(","))
    });
    let typed = typed.chunks(MOST_IDS / 3).map(|some| {
        let hints: Vec<String> = some
            .iter()
            .map(|(to, (conversation, who))| format!("{to}:{conversation}:{who}"))
            .collect();
        format!("{node} {TYPING}{}", hints.join(","))
    });
    rung.chain(typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::ConversationId;

    #[test]
    fn a_bell_rings_those_it_names_and_never_its_own_node() {
        let (one, two) = (AccountId::new(), AccountId::new());
        let bell = format!("other {one},{two},nonsense");

        assert_eq!(heard("mine", &bell), Heard::Rung(vec![one, two]));
        assert_eq!(heard("other", &bell), Heard::Rung(vec![]));
        assert_eq!(heard("mine", "nonsense"), Heard::Rung(vec![]));
    }

    #[test]
    fn what_is_spoken_is_heard_and_fits_into_a_bell() {
        let people: Vec<AccountId> = (0..500).map(|_| AccountId::new()).collect();
        let hints: Vec<(AccountId, Typing)> = people
            .iter()
            .map(|to| (*to, (ConversationId::new(), AccountId::new())))
            .collect();

        let words = spoken("mine", &people, &hints);

        assert!(words.iter().all(|words| words.len() < 8_000));
        let (mut rung, mut typed) = (Vec::new(), Vec::new());
        for words in &words {
            match heard("other", words) {
                Heard::Rung(some) => rung.extend(some),
                Heard::Typing(some) => typed.extend(some),
            }
        }
        assert_eq!((rung, typed), (people, hints));
    }
}
