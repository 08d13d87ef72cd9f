//! What screening adds to a message: processor time on the sender's thread, for everyday texts and for
//! the longest ones made to cost as much as they can, beside a bare search for the lexicon's words.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
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

/// What the longest texts of people who mean harm are made of.
const HOSTILE: [&str; 10] = [
    "he hit me and i want to die tonight ",
    "i ",
    "a b c d e f g h k i l l ",
    "k.i.l.l.",
    "killlllll meeeee ",
    "qwertz scaret hitten beatin suiczde ",
    "k\u{336}i\u{336}l\u{336}l\u{336} ",
    "we r al rite dont worri bout mum n dad ",
    "he me ",
    "my dad hits me. mum is scared tonight he has a knife i want to die. they took my phone no food ",
];
/// The longest text that is taken, in characters.
const LONGEST: usize = 4_000;
/// Hostile texts of one round.
const HOSTILE_OF_A_ROUND: usize = 800;

pub(crate) async fn run(options: &Options) -> Result<()> {
    let began = Instant::now();
    let lexicon = Lexicon::shipped()?;
    let built_ms = began.elapsed().as_secs_f64() * 1e3;
    let home = Home::new(Kind::Bare)?;
    let bare = home.start()?;
    let lines: Vec<Line> = (0..PAIRS).map(Line::bare).collect();
    let mut table = Table::new(&["texts", "p50 us", "p99 us", "mean us"]);
    let long: Vec<String> = HOSTILE.iter().map(|part| repeated(part)).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let words = AhoCorasick::new(lexicon.words().iter().map(|word| &**word))?;
    let (mut plain, mut worrying, mut hostile, mut searched, mut share) = Default::default();
    let screened = |text: &str| {
        black_box(screen_text(&lexicon, text, Author::YoungPerson, "en"));
    };
    let searching = |text: &str| {
        black_box(words.find_overlapping_iter(text).count());
    };
    for _ in 0..options.rounds {
        time(screened, &TEXTS, TEXTS_OF_A_ROUND, &mut plain);
        time(screened, &WORRYING, TEXTS_OF_A_ROUND, &mut worrying);
        time(screened, &long, HOSTILE_OF_A_ROUND, &mut hostile);
        time(searching, &TEXTS, TEXTS_OF_A_ROUND, &mut searched);
        let seconds = Duration::from_secs(options.seconds);
        let bare_us = window(&bare, &lines, seconds).await?.cpu_per_10k * 100.0;
        let mean = plain.last_mean_us;
        Rounds::add(&mut share, mean / bare_us * 100.0);
    }
    say(&format!("\n## screening (rules ready in {built_ms:.0} ms)"));
    for (name, found) in [
        ("120 bytes, nothing found", &plain),
        ("120 bytes, something found", &worrying),
        ("4,000 characters, hostile", &hostile),
        ("120 bytes, aho-corasick alone", &searched),
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

fn repeated(part: &str) -> String {
    part.chars().cycle().take(LONGEST).collect()
}

fn time(read: impl Fn(&str), texts: &[&str], how_many: usize, found: &mut Found) {
    let mut times = Vec::with_capacity(how_many);
    for text in texts.iter().cycle().take(how_many) {
        let began = Instant::now();
        read(black_box(text));
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let all: Duration = times.iter().sum();
    found.last_mean_us = all.as_secs_f64() * 1e6 / figure(how_many);
    found.mean.add(found.last_mean_us);
    found.p50.add(percentile_ms(&times, 500) * 1e3);
    found.p99.add(percentile_ms(&times, 990) * 1e3);
}
