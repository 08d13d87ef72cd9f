//! The second reader: a small linear model that adds what no rule foresaw.
//!
//! It adds up what the traits of a text weigh and reports the words that decided. Same text, same
//! answer. Alone it speaks only when it is sure; a pattern marked as unsure it bears out sooner. It
//! never takes back what a sure pattern says. Its weights come from `examples/train_reader.rs`,
//! trained on the texts in `lexicon/training`, which were written for this project. Must never be
//! asked about a text the rules cannot read at all.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::traits::Trait;

/// The kinds of answer: none, the sixteen categories, then the three severities.
pub const ANSWERS: usize = 20;
/// How many of the answers say what a text is about.
pub const TOPICS: usize = 17;
/// What the file of weights begins with.
const MAGIC: &[u8; 4] = b"DBR3";
/// How many bytes after that name the texts the weights were learned from.
const DIGEST: usize = 8;
/// How many bytes one trait's weights take.
const ROW: usize = 4 + ANSWERS;
/// At most this many traits are given as reasons.
const MOST_REASONS: usize = 3;
/// How many times 64 hashes are told apart at first sight.
const MAYBE: usize = 1 << 15;
/// A stretch read at once has at most this many tokens.
const STRETCH: usize = 32;
/// The next stretch begins this many tokens later.
const STEP: usize = 16;

/// What the reader thinks of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opinion {
    /// How likely a worry is, from 0 to 1, as the model was calibrated.
    pub worry: f32,
    /// The likeliest category, counted as in [`TOPICS`] from 1.
    pub topic: usize,
    /// The likeliest severity: 0 watch, 1 urgent, 2 immediate.
    pub severity: usize,
    /// The tokens that decided, heaviest first.
    pub because: Vec<(usize, usize)>,
}

/// The trained weights.
#[derive(Debug, Default)]
pub(super) struct SecondReader {
    weights: HashMap<u32, [i8; ANSWERS], BuildHasherDefault<AsIs>>,
    /// One bit for the low end of each known hash: most of what a text shows is not weighed, and
    /// this says so sooner than the table does.
    maybe: Vec<u64>,
    bias: [f32; ANSWERS],
    scale: f32,
}

/// Hashes are already spread evenly; they are used as they are.
#[derive(Debug, Default, Clone, Copy)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, hash: u32) {
        self.0 = u64::from(hash);
    }
}

/// One stretch of a text and what the weights say of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) worry: f32,
    sums: [f32; ANSWERS],
    from: usize,
}

impl SecondReader {
    /// Reads a file of weights.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<SecondReader, &'static str> {
        let body = bytes
            .strip_prefix(MAGIC.as_slice())
            .ok_or("not a file of weights")?
            .get(DIGEST..)
            .ok_or("too short")?;
        let mut numbers = body
            .chunks_exact(4)
            .filter_map(|four| <[u8; 4]>::try_from(four).ok());
        let mut number = || numbers.next().map(f32::from_le_bytes).ok_or("too short");
        let scale = number()?;
        let mut bias = [0.0; ANSWERS];
        for place in &mut bias {
            *place = number()?;
        }
        let rows = body.get(4 * (1 + ANSWERS)..).ok_or("too short")?;
        if rows.len() % ROW != 0 {
            return Err("cut off in the middle of a row");
        }
        let mut maybe = vec![0; MAYBE];
        let mut weights =
            HashMap::with_capacity_and_hasher(rows.len() / ROW, BuildHasherDefault::default());
        for row in rows.chunks_exact(ROW) {
            let (hash, weighed) = row.split_first_chunk::<4>().ok_or("too short")?;
            let mut values = [0_i8; ANSWERS];
            for (value, byte) in values.iter_mut().zip(weighed) {
                *value = i8::from_le_bytes([*byte]);
            }
            let hash = u32::from_le_bytes(*hash);
            let (place, bit) = low_end(hash);
            if let Some(bits) = maybe.get_mut(place) {
                *bits |= bit;
            }
            weights.insert(hash, values);
        }
        Ok(SecondReader {
            weights,
            maybe,
            bias,
            scale,
        })
    }

    /// Whether a trait may be one it weighs.
    pub(super) fn weighs(&self, hash: u32) -> bool {
        let (place, bit) = low_end(hash);
        self.maybe.get(place).is_some_and(|bits| bits & bit != 0)
    }

    /// Reads a text; `None` when the weights cannot say.
    pub(super) fn opinion(&self, traits: &[Trait], tokens: usize) -> Option<Opinion> {
        let worst = self.worst(traits, tokens);
        let topic = likeliest(worst.sums.get(1..TOPICS)?)? + 1;
        let severity = likeliest(worst.sums.get(TOPICS..)?)?;
        let because = self.reasons(traits, worst.from, topic);
        Some(Opinion {
            worry: worst.worry,
            topic,
            severity,
            because,
        })
    }

    /// The stretch of a text that worries most.
    pub(super) fn worst(&self, traits: &[Trait], tokens: usize) -> Stretch {
        let mut worst = self.stretch(traits, 0);
        let mut from = STEP;
        while from + STEP < tokens {
            let next = self.stretch(traits, from);
            if next.worry > worst.worry {
                worst = next;
            }
            from += STEP;
        }
        worst
    }

    fn stretch(&self, traits: &[Trait], from: usize) -> Stretch {
        let sums = self.sums(traits, from);
        Stretch {
            worry: worry(&sums),
            sums,
            from,
        }
    }

    fn sums(&self, traits: &[Trait], from: usize) -> [f32; ANSWERS] {
        let mut totals = [0_i32; ANSWERS];
        let mut seen = 0_u16;
        for weighed in within(traits, from).filter_map(|seen| self.weights.get(&seen.hash)) {
            seen = seen.saturating_add(1);
            for (total, weight) in totals.iter_mut().zip(weighed) {
                *total += i32::from(*weight);
            }
        }
        let share = self.scale / f32::from(seen.max(1)).sqrt();
        let mut sums = self.bias;
        for (sum, total) in sums.iter_mut().zip(totals) {
            *sum += f32::from(i16::try_from(total).unwrap_or(i16::MAX)) * share;
        }
        sums
    }

    /// The traits that spoke most for a topic, heaviest first.
    fn reasons(&self, traits: &[Trait], from: usize, topic: usize) -> Vec<(usize, usize)> {
        let mut weighed: Vec<(i16, usize, usize)> = within(traits, from)
            .filter_map(|seen| {
                let weights = self.weights.get(&seen.hash)?;
                let (for_it, against) = (weights.get(topic)?, weights.first()?);
                Some((i16::from(*for_it) - i16::from(*against), seen.from, seen.to))
            })
            .filter(|(weight, ..)| *weight > 0)
            .collect();
        weighed.sort_unstable_by(|a, b| b.cmp(a));
        weighed.dedup_by_key(|(_, from, to)| (*from, *to));
        weighed
            .into_iter()
            .take(MOST_REASONS)
            .map(|(_, from, to)| (from, to))
            .collect()
    }
}

/// Where the bit of a hash stands.
fn low_end(hash: u32) -> (usize, u64) {
    let low = usize::try_from(hash).unwrap_or(0) % (MAYBE * 64);
    (low / 64, 1 << (low % 64))
}

/// The traits of one stretch, each hash once.
fn within(traits: &[Trait], from: usize) -> impl Iterator<Item = &Trait> {
    let mut last = None;
    traits.iter().filter(move |seen| {
        let inside = seen.from >= from && seen.to <= from + STRETCH;
        let fresh = inside && last != Some(seen.hash);
        if inside {
            last = Some(seen.hash);
        }
        fresh
    })
}

/// How likely anything but "none" is.
fn worry(sums: &[f32; ANSWERS]) -> f32 {
    let topics = sums.get(..TOPICS).unwrap_or_default();
    let highest = topics.iter().copied().fold(f32::MIN, f32::max);
    let all: f32 = topics.iter().map(|sum| (sum - highest).exp()).sum();
    let none = topics.first().map_or(1.0, |sum| (sum - highest).exp());
    1.0 - none / all
}

fn likeliest(sums: &[f32]) -> Option<usize> {
    let best = sums
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.map(|(place, _)| place)
}

/// Names a set of training files, each its name and its text, in the order of their names.
///
/// It stands in the file of weights, so that a text changed without training anew is noticed.
#[must_use]
pub fn training_digest<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for (name, text) in files {
        let ended = name.bytes().chain([0]).chain(text.bytes()).chain([0]);
        for byte in ended {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    digest
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::care::safeguarding::screen::shipped::WEIGHTS;

    #[test]
    fn a_broken_file_of_weights_is_refused() {
        assert!(SecondReader::from_bytes(b"").is_err());
        assert!(SecondReader::from_bytes(MAGIC).is_err());
        assert!(SecondReader::from_bytes(&[MAGIC.as_slice(), &[0; 94]].concat()).is_err());
        assert!(SecondReader::from_bytes(&[MAGIC.as_slice(), &[0; 92]].concat()).is_ok());
    }

    #[test]
    fn nothing_is_likelier_than_the_bias_says() {
        let reader = SecondReader::from_bytes(&[MAGIC.as_slice(), &[0; 92]].concat()).unwrap();

        let opinion = reader.opinion(&[], 0).unwrap();

        assert!((opinion.worry - 16.0 / 17.0).abs() < 1e-5);
        assert!(opinion.because.is_empty());
    }

    #[test]
    fn the_weights_were_learned_from_the_training_texts_as_they_stand() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicon/training");
        let mut files: Vec<(String, String)> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(&path).unwrap())
            })
            .collect();
        files.sort();

        let digest = training_digest(files.iter().map(|(a, b)| (a.as_str(), b.as_str())));

        let stored = WEIGHTS.get(MAGIC.len()..MAGIC.len() + DIGEST).unwrap();
        assert_eq!(
            stored,
            digest.to_le_bytes(),
            "train anew: cargo run --release --example train_reader -- lexicon/second_reader.bin"
        );
    }
}
