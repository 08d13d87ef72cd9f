//! The traits of a text by which the second reader weighs it.
//!
//! Words, neighbouring words and pieces of words; the families of the lexicon a word belongs to, so
//! that what was learned of "dad" holds for "stepdad" and for "tata"; and the signs (guards,
//! raisers, hints) that stand in the text. Must never depend on numbers that change with the
//! lexicon: a family or sign goes by its name.

use super::judge::Judge;
use super::matching::Hit;
use super::reading::{Reading, Token};
use super::second_reader::{STEP, STRETCH};
use super::vocabulary::Vocabulary;
use crate::care::safeguarding::words::Author;

/// Longer words are not cut into pieces.
const LONGEST_PIECED: usize = 24;
/// How many families of one word are looked at.
const MOST_FAMILIES: usize = 6;
/// How many hashes are remembered at once; a power of two.
const REMEMBERED: usize = 1_024;

/// One trait of a text: the number under which it is weighed and the tokens it was seen in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trait {
    /// Its hash, or the number that a reader has for it.
    pub number: u32,
    /// The first token.
    pub from: usize,
    /// The token after the last.
    pub to: usize,
}

/// A text as read, and what the patterns found in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) reading: &'a Reading,
    pub(super) tokens: &'a [Token],
    pub(super) hits: &'a [Hit],
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) judge: &'a Judge,
}

/// Finds the traits of a text; `number_of` says under which number one of that hash is weighed, and
/// nothing of those that weigh nothing.
pub(super) fn traits_of(
    seen: Seen<'_>,
    author: Author,
    number_of: impl Fn(u32) -> Option<u32>,
) -> Vec<Trait> {
    let mut traits = Vec::with_capacity(seen.tokens.len() * 8);
    let mut lately = Lately::in_text_of(seen.tokens.len());
    let mut add = |hash: u32, from: usize, to: usize| {
        if lately.has(hash, from, to) {
            return;
        }
        if let Some(number) = number_of(hash) {
            traits.push(Trait { number, from, to });
        }
    };
    words(seen, author, &mut add);
    families(seen, &mut add);
    for hit in seen.hits {
        if let Some(name) = seen.judge.name(hit.owner) {
            add(hash(b'g', name, ""), hit.from, hit.to);
        }
    }
    traits
}

/// What was seen last under some of the hashes. Whoever says the same over and over is weighed once for
/// each stretch all the same, and so need not be noted more often.
struct Lately(Vec<Option<Trait>>);

impl Lately {
    /// Remembers nothing yet; nothing ever where all is read as one stretch, and noting costs least.
    fn in_text_of(tokens: usize) -> Lately {
        let places = if tokens > STRETCH { REMEMBERED } else { 0 };
        Lately(vec![None; places])
    }

    /// Whether every stretch that holds this trait holds one already noted; notes it if not.
    fn has(&mut self, hash: u32, from: usize, to: usize) -> bool {
        let place = usize::try_from(hash).unwrap_or(0) % REMEMBERED;
        let Some(last) = self.0.get_mut(place) else {
            return false;
        };
        let is_within = |last: &Trait| {
            let same_step = last.from / STEP == from / STEP;
            last.number == hash && same_step && last.from <= from && last.to <= to
        };
        if last.as_ref().is_some_and(is_within) {
            return true;
        }
        *last = Some(Trait {
            number: hash,
            from,
            to,
        });
        false
    }
}

/// Words, the one and two before them, and their pieces.
fn words(seen: Seen<'_>, author: Author, add: &mut impl FnMut(u32, usize, usize)) {
    let by_mentor = author == Author::PeerMentor;
    let mut before: [Option<u32>; 2] = [None, None];
    for (at, token) in seen.tokens.iter().enumerate() {
        let word = spelled(token, seen.reading, seen.vocabulary);
        let own = hash(b'w', 0, word);
        add(own, at, at + 1);
        if by_mentor {
            add(hash(b'm', 0, word), at, at + 1);
        }
        let [farther, nearer] = before;
        if let Some(nearer) = nearer {
            add(hash(b'b', nearer, word), at - 1, at + 1);
        }
        if let Some(farther) = farther {
            add(hash(b's', farther, word), at - 2, at + 1);
        }
        before = [nearer, Some(own)];
        pieces_of(word, &mut |piece| add(piece, at, at + 1));
    }
}

/// The families of one word or phrase.
#[derive(Debug, Clone, Copy, Default)]
struct Kin {
    from: usize,
    names: [u32; MOST_FAMILIES],
    count: usize,
}

impl Kin {
    fn names(&self) -> &[u32] {
        self.names.get(..self.count).unwrap_or_default()
    }
}

/// The families that the words belong to, alone and with those of the words before.
fn families(seen: Seen<'_>, add: &mut impl FnMut(u32, usize, usize)) {
    let mut before = [Kin::default(); 2];
    for (at, token) in seen.tokens.iter().enumerate() {
        let Some(word) = token.word else { continue };
        let follows = seen.tokens.get(at + 1..).unwrap_or_default();
        let mut own = Kin {
            from: at,
            ..Kin::default()
        };
        let mut longest = 0;
        seen.vocabulary
            .concepts(word, follows, &mut |name, length| {
                longest = longest.max(length);
                if let Some(place) = own.names.get_mut(own.count) {
                    *place = name;
                    own.count += 1;
                }
            });
        if own.count == 0 {
            continue;
        }
        let to = at + 1 + longest;
        for name in own.names() {
            add(hash(b'f', *name, ""), at, to);
            for earlier in &before {
                for other in earlier.names() {
                    add(
                        hash(b'p', other.rotate_left(7) ^ *name, ""),
                        earlier.from,
                        to,
                    );
                }
            }
        }
        before = [before[1], own];
    }
}

/// The word as the lexicon spells it, or as it was written.
fn spelled<'a>(token: &Token, reading: &'a Reading, vocabulary: &'a Vocabulary) -> &'a str {
    token
        .word
        .and_then(|word| vocabulary.spelling(word))
        .unwrap_or_else(|| reading.letters(token))
}

/// The runs of four letters of a word, its ends marked.
fn pieces_of(word: &str, found: &mut impl FnMut(u32)) {
    let mut marked = [b'>'; LONGEST_PIECED + 2];
    let length = word.len();
    if !(4..=LONGEST_PIECED).contains(&length) {
        return;
    }
    for (place, byte) in marked.iter_mut().zip([b'<'].iter().chain(word.as_bytes())) {
        *place = *byte;
    }
    for four in marked.get(..length + 2).unwrap_or_default().windows(4) {
        found(hash_bytes(b'c', 0, four));
    }
}

/// The name of a family or sign as traits remember it.
pub(super) fn name_of(name: &str) -> u32 {
    hash(b'n', 0, name)
}

fn hash(kind: u8, salt: u32, text: &str) -> u32 {
    hash_bytes(kind, salt, text.as_bytes())
}

/// FNV-1a with the kind and salt mixed in first.
fn hash_bytes(kind: u8, salt: u32, bytes: &[u8]) -> u32 {
    let mut hash = (0x811c_9dc5_u32 ^ u32::from(kind)).wrapping_mul(0x0100_0193) ^ salt;
    for byte in bytes {
        hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    hash ^ (hash >> 15)
}
