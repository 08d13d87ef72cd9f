//! What screening adds to a message: processor time on the sender's thread.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use daybook::care::safeguarding::screen::Lexicon;
use daybook::care::safeguarding::screen_text;
use daybook::care::safeguarding::words::Author;

use super::Options;
use super::figures::{Goal, Rounds, Table, beside_goal, figure, percentile_ms, say};
use super::load::{TEXTS, window};
use super::people::Line;
use super::systems::{Home, Kind};

/// Texts of one round.
const TEXTS_OF_A_ROUND: usize = 60_000;
/// The number of pairs at which the bare minimum is measured for comparison.
const PAIRS: usize = 64;
/// Texts in which something is found, for comparison.
const WORRYING: [&str; 2] = [
    "I am scared to go home because Dad said he will hit me again when nobody is looking and I do not know where I could go.",
    "I don't want to be here any more and I have been thinking about how I would do it, please do not tell anybody about this.",
];

pub(crate) async fn run(options: &Options) -> Result<()> {
    let began = Instant::now();
    let lexicon = Lexicon::shipped()?;
    let built_ms = began.elapsed().as_secs_f64() * 1e3;
    let home = Home::new(Kind::Bare)?;
    let bare = home.start()?;
    let lines: Vec<Line> = (0..PAIRS).map(Line::bare).collect();
    let mut table = Table::new(&["texts", "p50 us", "p99 us", "mean us"]);
    let (mut plain, mut worrying, mut share) = Default::default();
    for _ in 0..options.rounds {
        time(&lexicon, &TEXTS, &mut plain);
        time(&lexicon, &WORRYING, &mut worrying);
        let seconds = Duration::from_secs(options.seconds);
        let bare_us = window(&bare, &lines, seconds).await?.cpu_per_10k * 100.0;
        let mean = plain.last_mean_us;
        Rounds::add(&mut share, mean / bare_us * 100.0);
    }
    say(&format!("\n## screening (rules ready in {built_ms:.0} ms)"));
    for (name, found) in [
        ("120 bytes, nothing found", &plain),
        ("120 bytes, something found", &worrying),
    ] {
        let Found { p50, p99, mean, .. } = found;
        table.row([
            name.to_owned(),
            p50.spread(2),
            p99.spread(2),
            mean.spread(2),
        ]);
    }
    table.print();
    say("\nratio, one screening / bare's processor time for one message:");
    beside_goal("11 per cent", &share, Goal::AtMost(20.0, 5.0));
    bare.stop()
}

#[derive(Debug, Default)]
struct Found {
    p50: Rounds,
    p99: Rounds,
    mean: Rounds,
    last_mean_us: f64,
}

fn time(lexicon: &Lexicon, texts: &[&str], found: &mut Found) {
    let mut times = Vec::with_capacity(TEXTS_OF_A_ROUND);
    for text in texts.iter().cycle().take(TEXTS_OF_A_ROUND) {
        let began = Instant::now();
        black_box(screen_text(
            lexicon,
            black_box(text),
            Author::YoungPerson,
            "en",
        ));
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let all: Duration = times.iter().sum();
    found.last_mean_us = all.as_secs_f64() * 1e6 / figure(TEXTS_OF_A_ROUND);
    found.mean.add(found.last_mean_us);
    found.p50.add(percentile_ms(&times, 500) * 1e3);
    found.p99.add(percentile_ms(&times, 990) * 1e3);
}
