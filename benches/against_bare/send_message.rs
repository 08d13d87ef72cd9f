//! Messages a second, how long one takes, what it costs: pairs of people in a closed loop.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::Options;
use super::figures::{Goal, Rounds, Table, beside_goal, figure, percentile_ms, say};
use super::load::{Window, fill, window};
use super::people::{Line, Pair, pairs, renew};
use super::systems::{Home, Kind, System, signal};

/// One system with its people, who stay the same over all rounds.
struct Side {
    home: Home,
    system: System,
    people: Vec<Pair>,
    /// One for each number of pairs.
    found: Vec<Found>,
}

/// What the rounds gave for one number of pairs.
#[derive(Debug, Clone, Default)]
struct Found {
    per_second: Rounds,
    cpu: Rounds,
    acknowledged: [Rounds; 3],
    received: [Rounds; 3],
}

impl Found {
    fn add(&mut self, window: &Window) {
        self.per_second.add(window.per_second);
        self.cpu.add(window.cpu_per_10k);
        for (at, per_mille) in [500, 950, 990].into_iter().enumerate() {
            if let Some(rounds) = self.acknowledged.get_mut(at) {
                rounds.add(percentile_ms(&window.acknowledged, per_mille));
            }
            if let Some(rounds) = self.received.get_mut(at) {
                rounds.add(percentile_ms(&window.received, per_mille));
            }
        }
    }
}

impl Side {
    /// Sets people up, and starts the system anew so that hashing passwords leaves no trace.
    async fn new(kind: Kind, most_pairs: usize, steps: usize) -> Result<Self> {
        let home = Home::new(kind)?;
        let mut people = Vec::new();
        if home.kind != Kind::Bare {
            let system = home.start()?;
            people = pairs(system.address, most_pairs, 1).await?;
            system.stop()?;
        }
        let system = home.start()?;
        Ok(Self {
            home,
            system,
            people,
            found: vec![Found::default(); steps],
        })
    }

    async fn lines(&mut self, count: usize) -> Result<Vec<Line>> {
        if self.home.kind == Kind::Bare {
            return Ok((0..count).map(Line::bare).collect());
        }
        renew(self.system.address, &mut self.people).await?;
        let people = self.people.iter().take(count);
        let line = |pair: &Pair| Line::between(&pair.conversation, &pair.member, &pair.mentor);
        Ok(people.map(line).collect())
    }

    async fn measure(&mut self, count: usize, length: Duration) -> Result<Window> {
        let lines = self.lines(count).await?;
        window(&self.system, &lines, length).await
    }
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let most = options.pairs.iter().copied().max().unwrap_or(1);
    let length = Duration::from_secs(options.seconds);
    let mut kinds = vec![Kind::Bare, Kind::Sqlite];
    kinds.extend(options.database.clone().map(Kind::Postgres));
    let mut sides = Vec::new();
    for kind in kinds {
        sides.push(Side::new(kind, most, options.pairs.len()).await?);
    }
    say("\n## send_message");
    for _ in 0..options.rounds {
        for (at, count) in options.pairs.iter().enumerate() {
            for side in &mut sides {
                let window = side.measure(*count, length).await?;
                if let Some(found) = side.found.get_mut(at) {
                    found.add(&window);
                }
            }
        }
    }
    print_windows(options, &sides);
    let mut rest = Vec::new();
    for side in &mut sides {
        rest.push(Rest {
            fsyncs: fsyncs_per_message(side, most).await?,
            bytes: bytes_per_message(side, most).await?,
        });
    }
    print_rest(&sides, &rest, most);
    print_goals(options, &sides, &rest);
    for side in sides {
        side.system.stop()?;
    }
    Ok(())
}

/// What is counted once, at the end.
struct Rest {
    fsyncs: Result<Rounds, &'static str>,
    bytes: Rounds,
}

fn print_rest(sides: &[Side], rest: &[Rest], most: usize) {
    let fsyncs = format!("fsyncs per message, P={most}");
    let mut table = Table::new(&["system", "bytes on disk per message", &fsyncs]);
    for (side, rest) in sides.iter().zip(rest) {
        let fsyncs = match &rest.fsyncs {
            Ok(fsyncs) => fsyncs.spread(3),
            Err(why) => (*why).to_owned(),
        };
        table.row([side.system.name.to_owned(), rest.bytes.spread(0), fsyncs]);
    }
    say("");
    table.print();
}

fn print_windows(options: &Options, sides: &[Side]) {
    let mut table = Table::new(&[
        "system",
        "P",
        "msg/s",
        "ack p50/p95/p99 ms",
        "received p50/p95/p99 ms",
        "CPU-s per 10k",
    ]);
    let three = |rounds: &[Rounds; 3]| {
        let medians = rounds
            .iter()
            .map(|rounds| format!("{:.2}", rounds.median()));
        medians.collect::<Vec<_>>().join(" / ")
    };
    for (at, count) in options.pairs.iter().enumerate() {
        for side in sides {
            let Some(found) = side.found.get(at) else {
                continue;
            };
            table.row([
                side.system.name.to_owned(),
                count.to_string(),
                found.per_second.spread(0),
                three(&found.acknowledged),
                three(&found.received),
                found.cpu.spread(2),
            ]);
        }
    }
    table.print();
}

/// How much the database grows by a message, once everything is in its file.
async fn bytes_per_message(side: &mut Side, pairs: usize) -> Result<Rounds> {
    let each = 20_000 / pairs.max(1);
    let lines = side.lines(pairs).await?;
    let before = side.home.bytes()?;
    fill(side.system.address, &lines, each).await?;
    let grown = side.home.bytes()?.saturating_sub(before);
    let mut rounds = Rounds::default();
    rounds.add(figure(usize::try_from(grown)?) / figure(each * pairs));
    Ok(rounds)
}

/// Counts the calls that wait for the disk, in a short window of its own: tracing slows things down.
/// Without strace, or where it may not trace, it says so.
async fn fsyncs_per_message(side: &mut Side, pairs: usize) -> Result<Result<Rounds, &'static str>> {
    const LENGTH: Duration = Duration::from_secs(3);
    if side.home.kind != Kind::Bare && side.home.kind != Kind::Sqlite {
        return Ok(Err("not counted: other processes sync"));
    }
    let lines = side.lines(pairs).await?;
    let counts = tempfile::NamedTempFile::new()?;
    let traced = Command::new("strace")
        .args([
            "-f",
            "-c",
            "-U",
            "calls,name",
            "-e",
            "trace=fsync,fdatasync",
        ])
        .args(["-p", &side.system.pid().to_string(), "-o"])
        .arg(counts.path())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut strace) = traced else {
        return Ok(Err("not counted: no strace"));
    };
    sleep(Duration::from_millis(500)).await;
    if strace.try_wait()?.is_some() {
        return Ok(Err("not counted: strace may not trace"));
    }
    let sent = window(&side.system, &lines, LENGTH).await?.sent;
    signal("INT", strace.id())?;
    strace.wait()?;
    let report = fs::read_to_string(counts.path())?;
    let calls = report.lines().filter_map(|line| {
        let (calls, name) = line.trim().split_once(' ')?;
        name.trim()
            .ends_with("sync")
            .then(|| calls.parse::<usize>().ok())?
    });
    let mut rounds = Rounds::default();
    rounds.add(figure(calls.sum()) / figure(sent));
    Ok(Ok(rounds))
}

fn print_goals(options: &Options, sides: &[Side], rest: &[Rest]) {
    let [bare, ours, more @ ..] = sides else {
        return;
    };
    let at = |count| options.pairs.iter().position(|pairs| *pairs == count);
    say("\nratios, daybook / bare, round by round:");
    if let Some((bare, ours)) = at(64).and_then(|at| bare.found.get(at).zip(ours.found.get(at))) {
        let speed = ours.per_second.over(&bare.per_second);
        beside_goal("1  msg/s, P=64", &speed, Goal::AtLeast(0.5, 0.8));
        let cpu = ours.cpu.over(&bare.cpu);
        beside_goal("4  CPU per message, P=64", &cpu, Goal::AtMost(2.0, 1.3));
    }
    if let Some((bare, ours)) = at(1).and_then(|at| bare.found.get(at).zip(ours.found.get(at))) {
        let [ours, ..] = &ours.acknowledged;
        let [bare, ..] = &bare.acknowledged;
        beside_goal("5  ack p50, P=1", &ours.over(bare), Goal::AtMost(2.0, 1.3));
    }
    if let [bare, ours, ..] = rest {
        let bytes = ours.bytes.over(&bare.bytes);
        beside_goal(
            "9  bytes on disk per message",
            &bytes,
            Goal::AtMost(3.0, 2.0),
        );
        if let Ok(fsyncs) = &ours.fsyncs {
            beside_goal(
                "10 fsyncs per message (absolute)",
                fsyncs,
                Goal::AtMost(0.25, 0.1),
            );
        }
    }
    if let ([postgres], Some(at)) = (more, at(64))
        && let Some((on_postgres, bare)) = postgres.found.get(at).zip(bare.found.get(at))
    {
        let speed = on_postgres.per_second.over(&bare.per_second).spread(3);
        say(&format!(
            "  msg/s, P=64, {} / bare: {speed} (goal 12 is beside ejabberd)",
            postgres.system.name
        ));
    }
}
