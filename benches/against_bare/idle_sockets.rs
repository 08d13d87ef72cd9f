//! What a live connection costs while nothing happens on it: memory, and the time to log in.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Options;
use super::client::Socket;
use super::figures::{Goal, Rounds, Table, beside_goal, figure, say};
use super::people::{Line, Login, Pair, pairs, renew};
use super::systems::{Home, Kind, System};

/// One person may have so many sockets open; the next one closes the oldest.
const SOCKETS_OF_ONE: usize = 16;
/// So many log in at once.
const AT_ONCE: usize = 16;
/// Open for the first figure, before the counting begins, so that what is made once is there.
const WARM: usize = 64;

struct Side {
    home: Home,
    people: Vec<Pair>,
    /// One for each number of connections.
    found: Vec<Found>,
}

#[derive(Debug, Clone, Default)]
struct Found {
    kib: Rounds,
    login_cpu_ms: Rounds,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut steps = options.sockets.clone();
    steps.sort_unstable();
    let most = steps.last().copied().unwrap_or(0) + WARM;
    let mut sides = Vec::new();
    for kind in [Kind::Bare, Kind::Sqlite] {
        sides.push(Side::new(kind, most, steps.len()).await?);
    }
    say("\n## idle_sockets");
    for _ in 0..options.rounds {
        for side in &mut sides {
            side.round(&steps).await?;
        }
    }
    let mut table = Table::new(&[
        "system",
        "connections",
        "KiB per connection",
        "login CPU ms",
    ]);
    for (at, count) in steps.iter().enumerate() {
        for side in &sides {
            if let Some(found) = side.found.get(at) {
                table.row([
                    side.home.kind.name().to_owned(),
                    count.to_string(),
                    found.kib.spread(1),
                    found.login_cpu_ms.spread(2),
                ]);
            }
        }
    }
    table.print();
    let [bare, ours] = sides.as_slice() else {
        return Ok(());
    };
    if let Some((bare, ours)) = bare.found.last().zip(ours.found.last()) {
        say("\nratios, daybook / bare, round by round:");
        let kib = ours.kib.over(&bare.kib);
        let what = format!("7  KiB per idle connection at {}", most - WARM);
        beside_goal(&what, &kib, Goal::AtMost(1.5, 1.2));
    }
    Ok(())
}

impl Side {
    async fn new(kind: Kind, most: usize, steps: usize) -> Result<Self> {
        let home = Home::new(kind)?;
        let mut people = Vec::new();
        if home.kind != Kind::Bare {
            let system = home.start()?;
            // Both of a pair listen.
            let count = most.div_ceil(SOCKETS_OF_ONE).div_ceil(2);
            people = pairs(system.address, count, 1).await?;
            system.stop()?;
        }
        Ok(Self {
            home,
            people,
            found: vec![Found::default(); steps],
        })
    }

    /// Opens more and more connections to a fresh process.
    async fn round(&mut self, steps: &[usize]) -> Result<()> {
        let system = self.home.start()?;
        if self.home.kind != Kind::Bare {
            renew(system.address, &mut self.people).await?;
        }
        let mut listening = Listening::default();
        let mut lines = self
            .lines(steps.last().copied().unwrap_or(0) + WARM)
            .into_iter();
        listening.open(&system, lines.by_ref().take(WARM)).await?;
        let empty = settled_kib(&system).await?;
        let cpu = system.cpu()?;
        let mut open = 0;
        for (count, found) in steps.iter().zip(&mut self.found) {
            let more = lines.by_ref().take(count - open);
            listening.open(&system, more).await?;
            open = *count;
            let used = system.cpu()?.saturating_sub(cpu);
            let kib = settled_kib(&system).await? - empty;
            found.kib.add(kib / figure(open));
            found
                .login_cpu_ms
                .add(used.as_secs_f64() * 1e3 / figure(open));
        }
        drop(listening);
        system.stop()
    }

    fn lines(&self, count: usize) -> Vec<Line> {
        if self.home.kind == Kind::Bare {
            return (0..count).map(Line::bare).collect();
        }
        // Everybody once, then everybody again: no one's sockets are opened in one go.
        let both = |pair: &Pair| {
            let line = |from: &Login, to: &Login| Line::between(&pair.conversation, from, to);
            [
                line(&pair.member, &pair.mentor),
                line(&pair.mentor, &pair.member),
            ]
        };
        let people: Vec<Line> = self.people.iter().flat_map(both).collect();
        people.iter().cycle().take(count).cloned().collect()
    }
}

/// Memory once it changes no more.
async fn settled_kib(system: &System) -> Result<f64> {
    sleep(Duration::from_secs(3)).await;
    Ok(f64::from(system.memory_kib()?))
}

/// Sockets that are held open and answer the server's pings.
#[derive(Debug, Default)]
struct Listening(JoinSet<Result<()>>);

impl Listening {
    async fn open(&mut self, system: &System, lines: impl Iterator<Item = Line>) -> Result<()> {
        let mut opening: JoinSet<Result<Socket>> = JoinSet::new();
        for line in lines {
            if opening.len() >= AT_ONCE
                && let Some(socket) = opening.join_next().await
            {
                self.hold(socket??);
            }
            let address = system.address;
            opening.spawn(async move { Socket::open(address, line.live, &line.hello()).await });
        }
        while let Some(socket) = opening.join_next().await {
            self.hold(socket??);
        }
        Ok(())
    }

    fn hold(&mut self, mut socket: Socket) {
        self.0.spawn(async move {
            loop {
                socket.next().await?;
            }
        });
    }
}
