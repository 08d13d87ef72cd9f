//! Everybody comes back at once: logs in by token and fetches everything they have missed.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use super::Options;
use super::client::{Socket, contains};
use super::figures::{Goal, Rounds, Table, beside_goal, figure, percentile_ms, say};
use super::load::fill;
use super::people::{Line, Pair, pairs, renew};
use super::systems::{Home, Kind};

/// A mentor has at most so many families.
const FAMILIES_OF_ONE: usize = 25;

struct Side {
    home: Home,
    people: Vec<Pair>,
    clients: usize,
    all_caught_up_s: Rounds,
    half_caught_up_s: Rounds,
    cpu_ms: Rounds,
    peak_mib: Rounds,
    bytes: Rounds,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut sides = Vec::new();
    for kind in [Kind::Bare, Kind::Sqlite] {
        sides.push(Side::new(kind, options).await?);
    }
    let (clients, missed) = (options.clients, options.missed);
    say(&format!(
        "\n## catch_up: {clients} clients, {missed} missed messages each"
    ));
    for _ in 0..options.rounds {
        for side in &mut sides {
            side.round(options.missed).await?;
        }
    }
    let mut table = Table::new(&[
        "system",
        "all caught up s",
        "half of them s",
        "CPU ms per client",
        "peak MiB",
        "bytes on disk per message",
    ]);
    for side in &sides {
        table.row([
            side.home.kind.name().to_owned(),
            side.all_caught_up_s.spread(2),
            side.half_caught_up_s.spread(2),
            side.cpu_ms.spread(2),
            side.peak_mib.spread(0),
            side.bytes.spread(0),
        ]);
    }
    table.print();
    if let [bare, ours] = sides.as_slice() {
        say("\nratios, daybook / bare, round by round:");
        let time = ours.all_caught_up_s.over(&bare.all_caught_up_s);
        beside_goal(
            "8  time until all have caught up",
            &time,
            Goal::AtMost(3.0, 1.5),
        );
        let goal = Goal::AtMost(300.0, 300.0);
        beside_goal("8  peak MiB (absolute)", &ours.peak_mib, goal);
    }
    Ok(())
}

impl Side {
    /// Sets people up and writes what they will have missed.
    async fn new(kind: Kind, options: &Options) -> Result<Self> {
        let home = Home::new(kind)?;
        let system = home.start()?;
        let mut people = Vec::new();
        if home.kind != Kind::Bare {
            let mentors = options.clients.div_ceil(FAMILIES_OF_ONE);
            people = pairs(system.address, mentors, FAMILIES_OF_ONE).await?;
            people.truncate(options.clients);
            renew(system.address, &mut people).await?;
        }
        let mut side = Self {
            home,
            people,
            clients: options.clients,
            all_caught_up_s: Rounds::default(),
            half_caught_up_s: Rounds::default(),
            cpu_ms: Rounds::default(),
            peak_mib: Rounds::default(),
            bytes: Rounds::default(),
        };
        let before = side.home.bytes()?;
        fill(system.address, &side.lines(), options.missed).await?;
        let grown = usize::try_from(side.home.bytes()?.saturating_sub(before))?;
        side.bytes
            .add(figure(grown) / figure(options.clients * options.missed));
        system.stop()?;
        Ok(side)
    }

    fn lines(&self) -> Vec<Line> {
        if self.home.kind == Kind::Bare {
            return (0..self.clients).map(Line::bare).collect();
        }
        let line = |pair: &Pair| Line::between(&pair.conversation, &pair.mentor, &pair.member);
        self.people.iter().map(line).collect()
    }

    /// One storm over a process that has just started.
    async fn round(&mut self, missed: usize) -> Result<()> {
        let system = self.home.start()?;
        if self.home.kind != Kind::Bare {
            renew(system.address, &mut self.people).await?;
        }
        let cpu = system.cpu()?;
        let began = Instant::now();
        let mut storm: JoinSet<Result<(Duration, Socket)>> = JoinSet::new();
        for line in self.lines() {
            let address = system.address;
            storm.spawn(async move {
                let mut socket = Socket::open(address, line.live, &line.hello_after(0)).await?;
                let mut got = 0;
                while got < missed {
                    let event = socket.next().await?;
                    ensure!(!contains(&event, b"\"resync\""), "told to start over");
                    if contains(&event, b"\"body\"") {
                        got += 1;
                    }
                }
                Ok((began.elapsed(), socket))
            });
        }
        // They stay connected until the last one has everything.
        let mut open = Vec::with_capacity(self.clients);
        let mut times = Vec::with_capacity(self.clients);
        while let Some(done) = storm.join_next().await {
            let (took, socket) = done??;
            times.push(took);
            open.push(socket);
        }
        let used = system.cpu()?.saturating_sub(cpu);
        times.sort_unstable();
        self.all_caught_up_s.add(percentile_ms(&times, 1000) / 1e3);
        self.half_caught_up_s.add(percentile_ms(&times, 500) / 1e3);
        self.cpu_ms
            .add(used.as_secs_f64() * 1e3 / figure(self.clients));
        self.peak_mib.add(f64::from(system.peak_kib()?) / 1024.0);
        drop(open);
        system.stop()
    }
}
