//! The second reader: a small linear model that adds what no rule foresaw.
//!
//! It adds up what the traits of a text weigh and reports the words that decided. Same text, same
//! answer. Alone it speaks only when it is sure; a pattern marked as unsure it bears out sooner. It
//! never takes back what a sure pattern says. Its weights come from `examples/train_reader.rs`,
//! trained on the texts in `lexicon/training`, which were written for this project. Must never be
//! asked about a text the rules cannot read at all.

use super::traits::Trait;

/// The kinds of answer: none, the sixteen categories, then the three severities.
pub const ANSWERS: usize = 20;
/// How many of the answers say what a text is about.
pub const TOPICS: usize = 17;
/// What the file of weights begins with.
const MAGIC: &[u8; 4] = b"DBR3";
/// How many bytes after that name the texts the weights were learned from.
const DIGEST: usize = 8;
/// So many weights can be added up in 16 bits.
const SAFELY_ADDED: u16 = 250;
/// How many bytes one trait's weights take.
const ROW: usize = 4 + ANSWERS;
/// At most this many traits are given as reasons.
const MOST_REASONS: usize = 3;
/// The weights are looked up by the leading bits of a hash: this many are left over.
const REST: u32 = 16;
/// A stretch read at once has at most this many tokens.
pub(super) const STRETCH: usize = 32;
/// The next stretch begins this many tokens later.
pub(super) const STEP: usize = 16;

/// From this on the reader speaks where no pattern does, and so has to say why: of a text of one
/// stretch, and of a longer one, in which it has had more chances to be wrong. Higher where everyday
/// talk, on the sets used for tuning, sounds most like it. In the order of the topics, without none.
const SPEAKS: [(f32, f32); TOPICS - 1] = [
    (0.92, 0.985),  // suicide
    (0.92, 0.96),   // self-harm
    (0.92, 0.92),   // physical abuse
    (0.95, 0.95),   // sexual abuse
    (0.92, 0.97),   // emotional abuse
    (0.92, 0.92),   // neglect
    (0.935, 0.975), // domestic abuse
    (0.92, 0.92),   // exploitation
    (0.92, 0.92),   // substance
    (0.8, 0.92),    // missing
    (0.92, 0.92),   // weapons, violence
    (0.92, 0.95),   // harm online
    (0.92, 0.92),   // radicalisation
    (0.92, 0.92),   // mutilation, forced marriage
    (0.935, 0.975), // acute distress
    (0.92, 0.95),   // the mentor's limits
];

/// What the reader thinks of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opinion {
    /// How likely a worry is, from 0 to 1, as the model was calibrated.
    pub worry: f32,
    /// The likeliest category, counted as in [`TOPICS`] from 1.
    pub topic: usize,
    /// The likeliest severity: 0 watch, 1 urgent, 2 immediate.
    pub severity: usize,
    /// The tokens that decided, heaviest first; none where it is not worried enough to speak.
    pub because: Vec<(usize, usize)>,
}

/// The trained weights.
#[derive(Debug, Default)]
pub(super) struct SecondReader {
    /// The hashes of the traits that are weighed, in order.
    hashes: Vec<u32>,
    /// What each weighs, in the same order.
    weights: Vec<[i8; ANSWERS]>,
    /// How many hashes have fewer leading bits than this number.
    fewer: Vec<u32>,
    bias: [f32; ANSWERS],
    scale: f32,
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
        let mut known = Vec::with_capacity(rows.len() / ROW);
        for row in rows.chunks_exact(ROW) {
            let (hash, weighed) = row.split_first_chunk::<4>().ok_or("too short")?;
            let mut values = [0_i8; ANSWERS];
            for (value, byte) in values.iter_mut().zip(weighed) {
                *value = i8::from_le_bytes([*byte]);
            }
            known.push((u32::from_le_bytes(*hash), values));
        }
        known.sort_by_key(|(hash, _)| *hash);
        let (hashes, weights): (Vec<u32>, Vec<_>) = known.into_iter().unzip();
        Ok(SecondReader {
            fewer: fewer(&hashes),
            hashes,
            weights,
            bias,
            scale,
        })
    }

    /// The number under which a trait of this hash is weighed, if it is.
    pub(super) fn number(&self, hash: u32) -> Option<u32> {
        let front = usize::try_from(hash >> REST).ok()?;
        let (from, to) = (*self.fewer.get(front)?, *self.fewer.get(front + 1)?);
        (from..to).find(|number| self.hashes.get(index(*number)) == Some(&hash))
    }

    /// Reads a text; `None` when the weights cannot say.
    pub(super) fn opinion(&self, mut traits: Vec<Trait>, tokens: usize) -> Option<Opinion> {
        let worst = self.worst(&mut traits, tokens);
        let topic = likeliest(worst.sums.get(1..TOPICS)?)? + 1;
        let severity = likeliest(worst.sums.get(TOPICS..)?)?;
        let because = if worst.worry >= enough(topic, tokens) {
            self.reasons(&traits, worst.from, topic)
        } else {
            Vec::new()
        };
        Some(Opinion {
            worry: worst.worry,
            topic,
            severity,
            because,
        })
    }

    /// The stretch of a text that worries most. Leaves the traits in the order of the stretches.
    pub(super) fn worst(&self, traits: &mut Vec<Trait>, tokens: usize) -> Stretch {
        if tokens > STRETCH {
            *traits = in_order(traits, tokens);
        }
        let mut counted = vec![0_u64; self.weights.len() / 64 + 1];
        let mut worst = self.stretch(traits, 0, &mut counted);
        let mut from = STEP;
        while from + STEP < tokens {
            let next = self.stretch(traits, from, &mut counted);
            if next.worry > worst.worry {
                worst = next;
            }
            from += STEP;
        }
        worst
    }

    fn stretch(&self, traits: &[Trait], from: usize, counted: &mut [u64]) -> Stretch {
        let sums = self.sums(traits, from, counted);
        Stretch {
            worry: worry(&sums),
            sums,
            from,
        }
    }

    /// Adds up what the traits of one stretch weigh, each once. `counted` has a bit for each trait
    /// that is weighed; all are clear before and after.
    fn sums(&self, traits: &[Trait], from: usize, counted: &mut [u64]) -> [f32; ANSWERS] {
        let mut totals = [0_i32; ANSWERS];
        let mut few = [0_i16; ANSWERS];
        let mut seen = 0_u16;
        for one in within(traits, from) {
            let (place, bit) = (index(one.number) / 64, 1 << (one.number % 64));
            let (Some(bits), Some(weighed)) =
                (counted.get_mut(place), self.weights.get(index(one.number)))
            else {
                continue;
            };
            if *bits & bit != 0 {
                continue;
            }
            *bits |= bit;
            seen = seen.saturating_add(1);
            for (sum, weight) in few.iter_mut().zip(weighed) {
                *sum += i16::from(*weight);
            }
            if seen.is_multiple_of(SAFELY_ADDED) {
                pour(&mut few, &mut totals);
            }
        }
        pour(&mut few, &mut totals);
        for one in within(traits, from) {
            if let Some(bits) = counted.get_mut(index(one.number) / 64) {
                *bits = 0;
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
        let mut once: Vec<Trait> = within(traits, from).copied().collect();
        once.sort_by_key(|seen| (seen.number, seen.from));
        once.dedup_by_key(|seen| seen.number);
        let mut weighed: Vec<(i16, usize, usize)> = once
            .iter()
            .filter_map(|seen| {
                let weights = self.weights.get(index(seen.number))?;
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

/// How worried the reader must be to speak alone of a topic in a text of so many tokens.
fn enough(topic: usize, tokens: usize) -> f32 {
    let known = topic.checked_sub(1).and_then(|place| SPEAKS.get(place));
    let (short, long) = known.copied().unwrap_or((f32::MAX, f32::MAX));
    if tokens > STRETCH { long } else { short }
}

/// Adds what was added up in few bits to the whole, and begins anew.
fn pour(few: &mut [i16; ANSWERS], totals: &mut [i32; ANSWERS]) {
    for (total, sum) in totals.iter_mut().zip(few) {
        *total += i32::from(std::mem::take(sum));
    }
}

/// For each number of leading bits, how many of these sorted hashes have fewer.
fn fewer(hashes: &[u32]) -> Vec<u32> {
    let mut fewer = Vec::with_capacity((1 << REST) + 1);
    let mut at = 0_usize;
    for front in 0..=(1_u32 << REST) {
        let passed = |hash: &u32| hash >> REST < front;
        at += hashes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take_while(|h| passed(h))
            .count();
        fewer.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
    fewer
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Traits in the order of the steps that they begin in, and within each as they stand.
fn in_order(traits: &[Trait], tokens: usize) -> Vec<Trait> {
    let mut next = vec![0_usize; tokens / STEP + 2];
    for one in traits {
        if let Some(later) = next.get_mut(one.from / STEP + 1) {
            *later += 1;
        }
    }
    let mut before = 0;
    for place in &mut next {
        before += *place;
        *place = before;
    }
    let mut ordered = traits.to_vec();
    for one in traits {
        let place = next.get_mut(one.from / STEP);
        if let Some(slot) = place.as_deref().and_then(|at| ordered.get_mut(*at)) {
            *slot = *one;
        }
        if let Some(place) = place {
            *place += 1;
        }
    }
    ordered
}

/// The traits of one stretch, of all in the order of the stretches.
fn within(traits: &[Trait], from: usize) -> impl Iterator<Item = &Trait> {
    let first = traits.partition_point(|seen| seen.from / STEP < from / STEP);
    let near = traits.get(first..).unwrap_or_default().iter();
    let near = near.take_while(move |seen| seen.from < from + STRETCH);
    near.filter(move |seen| seen.from >= from && seen.to <= from + STRETCH)
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

        let opinion = reader.opinion(Vec::new(), 0).unwrap();

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
