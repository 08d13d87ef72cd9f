//! Trains the second reader: `cargo run --release --example train_reader -- OUT`.
//!
//! Reads the rules' own examples and `lexicon/training/*.txt`, both written for this project, and
//! writes the weights. Same texts and same lexicon, same weights: the order is fixed and nothing is
//! drawn at random. Never give it text from the corpus: weights remember what they were shown.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a tool for whoever writes the rules: it stops at its first fault and says what it did"
)]

use std::collections::HashMap;
use std::path::Path;
use std::{env, error::Error, fs};

use daybook::care::safeguarding::screen::{
    ANSWERS, CATEGORIES, Lexicon, LexiconFile, SEVERITIES, TOPICS, training_digest,
};
use daybook::care::safeguarding::words::{Author, Category, Severity};

/// How often all texts are gone through.
const ROUNDS: usize = 20;
/// How fast weights move.
const RATE: f32 = 0.25;
/// How strongly weights are pulled back to zero.
const PULL: f32 = 1e-3;
/// The most traits that are kept.
const MOST_TRAITS: usize = 200_000;

/// How many sentences grow from one pattern of a grammar.
const GROWN: usize = 3;

/// One text to learn from.
struct Lesson {
    traits: Vec<usize>,
    /// What each trait counts: less the more there are.
    share: f32,
    topic: usize,
    severity: Option<usize>,
    weight: f32,
}

/// One labelled text as written.
struct Labelled {
    text: String,
    author: Author,
    risk: Option<(Category, Severity)>,
}

/// What is at risk under a heading, and who writes it if it says so.
type Heading = (Option<(Category, Severity)>, Option<Author>);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let out = arguments.next().ok_or("where should the weights go?")?;
    let files = lexicon_files(Path::new("lexicon"))?;
    let lexicon = Lexicon::from_files(&files, "training")?;
    let mut texts = own_examples(&files);
    for path in sorted(Path::new("lexicon/training"), "txt")? {
        texts.extend(parse(&fs::read_to_string(path)?)?);
    }
    for path in sorted(Path::new("lexicon/training"), "grammar")? {
        texts.extend(grown(&fs::read_to_string(path)?)?);
    }
    texts.extend(joined(&texts));
    let (lessons, hashes) = lessons(&lexicon, &texts);
    println!("{} texts, {} traits", lessons.len(), hashes.len());
    let (weights, bias) = train(&lessons, hashes.len());
    let digest = digest(Path::new("lexicon/training"))?;
    let bytes = written(&weights, &bias, &hashes, digest);
    println!("{} bytes", bytes.len());
    fs::write(out, bytes)?;
    Ok(())
}

/// The lexicon's files, in the order of their names.
fn lexicon_files(folder: &Path) -> Result<Vec<LexiconFile>, Box<dyn Error>> {
    let mut files = Vec::new();
    for path in sorted(folder, "toml")? {
        files.push(toml::from_str(&fs::read_to_string(path)?)?);
    }
    Ok(files)
}

/// Names exactly the texts in a folder.
fn digest(folder: &Path) -> Result<u64, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.push((name, fs::read_to_string(entry.path())?));
    }
    files.sort();
    let named = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(training_digest(named))
}

fn sorted(folder: &Path, ending: &str) -> Result<Vec<std::path::PathBuf>, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The rules' must-match and must-not-match examples.
fn own_examples(files: &[LexiconFile]) -> Vec<Labelled> {
    let mut texts = Vec::new();
    for rule in files.iter().flat_map(|file| &file.rule) {
        let author = rule.authors.first().copied().unwrap_or(Author::YoungPerson);
        let risk = Some((rule.category, rule.severity));
        texts.extend(rule.must.iter().map(|text| Labelled {
            text: text.clone(),
            author,
            risk,
        }));
        let harmless = rule.must_not.iter();
        texts.extend(harmless.map(|text| Labelled {
            text: text.clone(),
            author,
            risk: None,
        }));
    }
    texts
}

/// Parses blocks of texts, each under a line `@category severity [author] [language]` or `@none`.
fn parse(file: &str) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut texts = Vec::new();
    let mut risk = None;
    let mut author = Author::YoungPerson;
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(heading) = line.strip_prefix('@') {
            let (named, by) = headed(heading)?;
            (risk, author) = (named, by.unwrap_or(Author::YoungPerson));
        } else {
            let (risk, text) = graded(line, risk);
            texts.push(Labelled {
                text: text.to_owned(),
                author,
                risk,
            });
        }
    }
    Ok(texts)
}

/// What a heading `category severity [author] [language]` says of the lines under it.
fn headed(heading: &str) -> Result<Heading, Box<dyn Error>> {
    let mut words = heading.split_whitespace();
    let category = words.next().unwrap_or("none");
    let rest: Vec<&str> = words.collect();
    let risk = match category {
        "none" => None,
        named => {
            let severity = rest.first().ok_or("a heading without severity")?;
            Some((value(named)?, value(severity)?))
        }
    };
    let author = rest.iter().find_map(|word| value::<Author>(word).ok());
    Ok((risk, author))
}

/// A line may say that it is graver (`!`) or milder (`~`) than its heading, or harmless (`-`).
fn graded(line: &str, risk: Option<(Category, Severity)>) -> (Option<(Category, Severity)>, &str) {
    let other = |severity| risk.map(|(category, _)| (category, severity));
    match line.split_once(' ') {
        Some(("!", text)) => (other(Severity::Immediate), text),
        Some(("~", text)) => (other(Severity::Watch), text),
        Some(("-", text)) => (None, text),
        _ => (risk, line),
    }
}

/// Grows sentences from a grammar: `$name = a | b` lists, then one pattern a line, under headings
/// and with grades as [`parse`] knows them; harmless where nothing is said.
fn grown(grammar: &str) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut texts = Vec::new();
    let mut heading = (None, None);
    let mut turn = Turn(20_261_122);
    for line in grammar
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if line.starts_with('#') {
            continue;
        }
        if let Some((name, list)) = line
            .split_once(" = ")
            .filter(|(name, _)| name.starts_with('$'))
        {
            lists.insert(name, list.split(" | ").collect());
            continue;
        }
        if let Some(words) = line.strip_prefix('@') {
            heading = headed(words)?;
            continue;
        }
        let (risk, line) = graded(line, heading.0);
        let times = if line.contains('$') { GROWN } else { 1 };
        for _ in 0..times {
            let word = |word: &str| match lists.get(word) {
                Some(list) => list[turn.next(list.len())].to_owned(),
                None => word.to_owned(),
            };
            let text = line
                .split_whitespace()
                .map(word)
                .collect::<Vec<_>>()
                .join(" ");
            let anybody = [Author::YoungPerson, Author::Parent, Author::PeerMentor];
            let author = heading.1.unwrap_or(anybody[texts.len() % 3]);
            texts.push(Labelled { text, author, risk });
        }
    }
    Ok(texts)
}

/// Joins texts with harmless ones beside them, as they stand in longer messages.
fn joined(texts: &[Labelled]) -> Vec<Labelled> {
    let harmless: Vec<&Labelled> = texts.iter().filter(|text| text.risk.is_none()).collect();
    let mut turn = Turn(4_711);
    let mut longer = Vec::new();
    for text in texts {
        let (one, two) = (turn.next(harmless.len()), turn.next(harmless.len()));
        let (one, two) = (&harmless[one].text, &harmless[two].text);
        let joined = match turn.next(3) {
            0 => format!("{one}. {}", text.text),
            1 => format!("{}. {one}", text.text),
            _ => format!("{one}. {}. {two}", text.text),
        };
        longer.push(Labelled {
            text: joined,
            author: text.author,
            risk: text.risk,
        });
    }
    longer
}

/// A fixed sequence of choices, so that the same texts make the same weights.
struct Turn(u64);

impl Turn {
    fn next(&mut self, choices: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % choices.max(1)
    }
}

fn value<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
}

/// Turns texts into lessons over the traits that were seen at least twice.
fn lessons(lexicon: &Lexicon, texts: &[Labelled]) -> (Vec<Lesson>, Vec<u32>) {
    let read = |text: &Labelled| {
        let mut hashes: Vec<u32> = lexicon
            .traits(&text.text, text.author)
            .iter()
            .map(|seen| seen.number)
            .collect();
        hashes.dedup();
        hashes
    };
    let all: Vec<Vec<u32>> = texts.iter().map(read).collect();
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for hash in all.iter().flatten() {
        *counts.entry(*hash).or_default() += 1;
    }
    let mut kept: Vec<(usize, u32)> = counts
        .into_iter()
        .filter(|(_, n)| *n >= 2)
        .map(|(hash, n)| (n, hash))
        .collect();
    kept.sort_unstable_by(|a, b| b.cmp(a));
    kept.truncate(MOST_TRAITS);
    let hashes: Vec<u32> = kept.into_iter().map(|(_, hash)| hash).collect();
    let places: HashMap<u32, usize> = hashes.iter().enumerate().map(|(n, h)| (*h, n)).collect();
    let place = |hash: &u32| places.get(hash).copied();
    let lessons = texts.iter().zip(&all).map(|(text, hashes)| {
        let topic = |category| CATEGORIES.iter().position(|known| *known == category);
        let severity = |severity| SEVERITIES.iter().position(|known| *known == severity);
        let traits: Vec<usize> = hashes.iter().filter_map(place).collect();
        Lesson {
            share: 1.0 / (traits.len().max(1) as f32).sqrt(),
            traits,
            topic: text
                .risk
                .and_then(|(category, _)| topic(category))
                .map_or(0, |n| n + 1),
            severity: text.risk.and_then(|(_, grade)| severity(grade)),
            weight: 1.0,
        }
    });
    (lessons.collect(), hashes)
}

/// Two softmax models over the same traits, by stochastic descent with a step per weight.
fn train(lessons: &[Lesson], traits: usize) -> (Vec<[f32; ANSWERS]>, [f32; ANSWERS]) {
    let mut weights = vec![[0.0_f32; ANSWERS]; traits];
    let mut moved = vec![[1e-3_f32; ANSWERS]; traits];
    let (mut bias, mut bias_moved) = ([0.0_f32; ANSWERS], [1e-3_f32; ANSWERS]);
    for round in 0..ROUNDS {
        for step in 0..lessons.len() {
            // A fixed stride visits every lesson once a round, in another order each round.
            let lesson = &lessons[(step * 7919 + round * 104_729) % lessons.len()];
            let slopes = slopes(lesson, &weights, &bias);
            let shared = slopes.map(|slope| slope * lesson.share);
            for place in &lesson.traits {
                nudge(&mut weights[*place], &mut moved[*place], &shared);
            }
            nudge(&mut bias, &mut bias_moved, &slopes);
        }
    }
    (weights, bias)
}

fn nudge(weights: &mut [f32; ANSWERS], moved: &mut [f32; ANSWERS], slopes: &[f32; ANSWERS]) {
    for ((weight, moved), slope) in weights.iter_mut().zip(moved).zip(slopes) {
        let slope = slope + PULL * *weight;
        *moved += slope * slope;
        *weight -= RATE * slope / moved.sqrt();
    }
}

/// How far each answer is from what it should be.
fn slopes(lesson: &Lesson, weights: &[[f32; ANSWERS]], bias: &[f32; ANSWERS]) -> [f32; ANSWERS] {
    let mut sums = *bias;
    for place in &lesson.traits {
        for (sum, weight) in sums.iter_mut().zip(&weights[*place]) {
            *sum += weight * lesson.share;
        }
    }
    let mut slopes = [0.0; ANSWERS];
    let (topics, grades) = sums.split_at(TOPICS);
    for (place, share) in shares(topics).into_iter().enumerate() {
        slopes[place] = (share - f32::from(u8::from(place == lesson.topic))) * lesson.weight;
    }
    if let Some(severity) = lesson.severity {
        for (place, share) in shares(grades).into_iter().enumerate() {
            let wanted = f32::from(u8::from(place == severity));
            slopes[TOPICS + place] = (share - wanted) * lesson.weight;
        }
    }
    slopes
}

fn shares(sums: &[f32]) -> Vec<f32> {
    let highest = sums.iter().copied().fold(f32::MIN, f32::max);
    let all: f32 = sums.iter().map(|sum| (sum - highest).exp()).sum();
    sums.iter().map(|sum| (sum - highest).exp() / all).collect()
}

/// The file of weights: the heaviest weight becomes 127, the lightest traits are left out. In the order
/// of their hashes, as the reader looks them up.
fn written(
    weights: &[[f32; ANSWERS]],
    bias: &[f32; ANSWERS],
    hashes: &[u32],
    digest: u64,
) -> Vec<u8> {
    let heaviest = weights
        .iter()
        .flatten()
        .fold(0.0_f32, |most, weight| most.max(weight.abs()));
    let scale = heaviest / 127.0;
    let mut bytes = b"DBR3".to_vec();
    bytes.extend(digest.to_le_bytes());
    for number in [scale].iter().chain(bias) {
        bytes.extend(number.to_le_bytes());
    }
    let heaviest_of = |row: &[f32; ANSWERS]| row.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
    let mut rows: Vec<(&u32, &[f32; ANSWERS])> = hashes.iter().zip(weights).collect();
    rows.sort_by(|a, b| heaviest_of(b.1).total_cmp(&heaviest_of(a.1)));
    rows.truncate(MOST_TRAITS);
    rows.sort_unstable_by_key(|(hash, _)| **hash);
    for (hash, row) in rows {
        let whole: Vec<i8> = row
            .iter()
            .map(|weight| (weight / scale).round() as i8)
            .collect();
        if whole.iter().any(|weight| *weight != 0) {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(whole.iter().flat_map(|weight| weight.to_le_bytes()));
        }
    }
    bytes
}
