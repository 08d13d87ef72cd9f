//! Daybook beside a bare minimum, in the same run on the same machine, as ratios.
//!
//! Absolute figures say what a machine can do; the ratios say what Daybook costs. Systems take turns
//! within a round and the medians of several rounds are shown beside the goals. Nothing here passes
//! or fails: `README.md` beside this folder says how to read it.

mod bare;
mod catch_up;
mod client;
mod due_work;
mod escalation;
mod figures;
mod idle_sockets;
mod load;
mod people;
mod postgres;
mod rows;
mod screening;
mod send_message;
mod systems;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Benchmark {
    SendMessage,
    IdleSockets,
    CatchUp,
    Screening,
    DueWork,
    Escalation,
}

/// Measures Daybook beside a bare minimum.
#[derive(Debug, Parser)]
struct Options {
    /// Which benchmarks to run [default: all].
    benchmarks: Vec<Benchmark>,
    /// Rounds in which the systems take turns.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of one window of `send_message`.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Pairs of people who write at once in `send_message`.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    pairs: Vec<usize>,
    /// Open connections in `idle_sockets`.
    #[arg(long, value_delimiter = ',', default_values_t = [1000, 5000])]
    sockets: Vec<usize>,
    /// Clients that come back in `catch_up`.
    #[arg(long, default_value_t = 2000)]
    clients: usize,
    /// Messages each of them has missed.
    #[arg(long, default_value_t = 100)]
    missed: usize,
    /// Schedules of `due_work`, beside 4,000.
    #[arg(long, default_value_t = 400_000)]
    schedules: usize,
    /// Seconds for which alerts step in `escalation`.
    #[arg(long, default_value_t = 60)]
    stepping: u64,
    /// A PostgreSQL on this machine: `send_message` measures Daybook on it too, and `due_work` and
    /// `escalation` if it is empty.
    #[arg(long, env = "DAYBOOK_BENCH_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Be the bare minimum on this file, for as long as it takes.
    #[arg(long, hide = true)]
    bare: Option<PathBuf>,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(database) = &options.bare {
        return bare::serve(database);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let chosen =
        |benchmark| options.benchmarks.is_empty() || options.benchmarks.contains(&benchmark);
    for benchmark in Benchmark::value_variants() {
        if !chosen(*benchmark) {
            continue;
        }
        match benchmark {
            Benchmark::SendMessage => runtime.block_on(send_message::run(&options))?,
            Benchmark::IdleSockets => runtime.block_on(idle_sockets::run(&options))?,
            Benchmark::CatchUp => runtime.block_on(catch_up::run(&options))?,
            Benchmark::Screening => runtime.block_on(screening::run(&options))?,
            Benchmark::DueWork => runtime.block_on(due_work::run(&options))?,
            Benchmark::Escalation => runtime.block_on(escalation::run(&options))?,
        }
    }
    Ok(())
}
