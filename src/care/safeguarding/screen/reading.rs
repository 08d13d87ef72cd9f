//! Turns a text into the words that were meant, each with its place in what was written.
//!
//! Joins the cutting of pieces with the reading of their spelling. Must keep every token's place
//! within the text, in order, and never do more than a bounded amount of work per letter.

use std::borrow::Cow;
use std::ops::Range;

use super::fold::{Letter, fold};
use super::pieces::{Piece, cut, spaced_runs};
use super::spelling::{Meant, Spelling};
use super::vocabulary::{Vocabulary, Word};

/// The word that stands for the end of a sentence.
pub(super) const BREAK: &str = ".";
/// The word that stands for the beginning of a text.
pub(super) const BEGIN: &str = "^";
/// The word that stands for the end of a text.
pub(super) const END: &str = "$";
/// Numbers from 3 to 17, the ages of children.
pub(super) const MINOR: &str = "#minor";
/// Numbers from 18 to 79, the ages of grown-ups.
pub(super) const ADULT: &str = "#adult";
/// All other numbers.
pub(super) const NUMBER: &str = "#other";

/// How many look-ups one text may spend on letters set apart.
const SPACED_BUDGET: usize = 2_000;
/// The longest word looked for among letters set apart; there are bits for no more than fifteen.
const LONGEST_SPACED: usize = 13;

/// One meant word and where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) word: Option<Word>,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Where its folded letters stand in [`Reading::folded`].
    pub(super) letters: (usize, usize),
}

/// A text as it was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) tokens: Vec<Token>,
    /// All words' folded letters, one after the other.
    pub(super) folded: String,
}

/// The words with a special meaning, by number.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Marks {
    pub(super) sentence: Word,
    pub(super) begin: Word,
    pub(super) end: Word,
    minor: Word,
    adult: Word,
    number: Word,
}

impl Marks {
    /// Enters the special words into a vocabulary.
    pub(super) fn intern(vocabulary: &mut Vocabulary) -> Marks {
        Marks {
            sentence: vocabulary.intern(BREAK),
            begin: vocabulary.intern(BEGIN),
            end: vocabulary.intern(END),
            minor: vocabulary.intern(MINOR),
            adult: vocabulary.intern(ADULT),
            number: vocabulary.intern(NUMBER),
        }
    }

    fn number(&self, digits: &str) -> Word {
        match Marks::group(digits) {
            MINOR => self.minor,
            ADULT => self.adult,
            _ => self.number,
        }
    }

    /// The group a number is read as: patterns know ages, not numbers.
    pub(super) fn group(digits: &str) -> &'static str {
        match digits.parse::<u32>() {
            Ok(3..=17) => MINOR,
            Ok(18..=79) => ADULT,
            _ => NUMBER,
        }
    }
}

/// Reads texts with one vocabulary and one set of spellings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) spelling: &'a Spelling,
    pub(super) marks: Marks,
}

impl Reader<'_> {
    /// Reads a text.
    pub(super) fn read(&self, text: &str) -> Reading {
        let letters = fold(text);
        let pieces = cut(&letters);
        let mut reading = Reading {
            tokens: Vec::with_capacity(pieces.len() + 2),
            folded: String::with_capacity(letters.len()),
        };
        reading.mark(self.marks.begin, 0);
        let mut budget = SPACED_BUDGET;
        let mut next = 0;
        for (start, end) in spaced_runs(&letters, &pieces) {
            self.read_pieces(
                &mut reading,
                &letters,
                pieces.get(next..start).unwrap_or_default(),
            );
            self.read_run(
                &mut reading,
                &letters,
                pieces.get(start..end).unwrap_or_default(),
                &mut budget,
            );
            next = end;
        }
        self.read_pieces(
            &mut reading,
            &letters,
            pieces.get(next..).unwrap_or_default(),
        );
        let end = letters
            .last()
            .map_or(0, |letter| letter.at.saturating_add(1));
        reading.mark(self.marks.end, end);
        reading
    }

    /// Reads a run of letters set apart; its first or last may be a short word of its own.
    fn read_run(
        &self,
        reading: &mut Reading,
        letters: &[Letter],
        run: &[Piece],
        budget: &mut usize,
    ) {
        let written = spelled_by(letters, run);
        let mut known = vec![None; written.len()];
        let mut best: Option<(usize, Vec<usize>, Range<usize>)> = None;
        for (before, after) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2)] {
            let kept = before..run.len().saturating_sub(after);
            if kept.len() < 3 {
                continue;
            }
            let Some(lengths) = self.spell_out(&written, kept.clone(), &mut known, budget) else {
                continue;
            };
            let longest = lengths.iter().copied().max().unwrap_or(0);
            if best.as_ref().is_none_or(|(most, ..)| longest > *most) {
                best = Some((longest, lengths, kept));
            }
        }
        if let Some((_, lengths, kept)) = best {
            self.read_pieces(reading, letters, run.get(..kept.start).unwrap_or_default());
            let middle = run.get(kept.clone()).unwrap_or_default();
            self.read_spaced(reading, letters, middle, &lengths);
            self.read_pieces(reading, letters, run.get(kept.end..).unwrap_or_default());
            return;
        }
        self.read_pieces(reading, letters, run);
    }

    fn read_pieces(&self, reading: &mut Reading, letters: &[Letter], pieces: &[Piece]) {
        for piece in pieces {
            let Some(written) = letters.get(piece.from..piece.to) else {
                continue;
            };
            if piece.after_break {
                reading.mark(
                    self.marks.sentence,
                    written.first().map_or(0, |letter| letter.at),
                );
            }
            self.read_word(reading, written, true);
        }
    }

    /// Reads one piece; where it is unknown as a whole, it may be split once at its symbols.
    fn read_word(&self, reading: &mut Reading, written: &[Letter], may_split: bool) {
        let (Some(first), Some(last)) = (written.first(), written.last()) else {
            return;
        };
        let place = (first.at, last.at.saturating_add(1));
        let from = reading.folded.len();
        reading.folded.extend(
            written
                .iter()
                .map(|letter| letter.ch)
                .filter(|ch| *ch != '\''),
        );
        let letters = (from, reading.folded.len());
        let folded = reading.folded.get(from..).unwrap_or_default();
        let is_number = !folded.is_empty() && folded.bytes().all(|byte| byte.is_ascii_digit());
        let meant = match self.spelling.alias(folded) {
            Some(meant) => meant,
            None if is_number && folded.len() < 3 => Meant::Unknown,
            None => self.spelling.read(self.vocabulary, folded),
        };
        if meant == Meant::Unknown && is_number {
            let word = Some(self.marks.number(folded));
            reading.tokens.push(Token {
                word,
                start: place.0,
                end: place.1,
                letters,
            });
            return;
        }
        if meant == Meant::Unknown && may_split && is_mixed(written) {
            reading.folded.truncate(from);
            if written.iter().any(|letter| letter.ch == '\'') {
                for part in written.split(|letter| letter.ch == '\'') {
                    self.read_word(reading, part, true);
                }
                return;
            }
            for part in written.chunk_by(|a, b| kind(a.ch) == kind(b.ch)) {
                if part
                    .first()
                    .is_some_and(|letter| letter.ch.is_alphanumeric())
                {
                    self.read_word(reading, part, false);
                }
            }
            return;
        }
        reading.push(&meant, place, letters);
    }

    /// Reads letters set apart as the words of these lengths that they spell.
    fn read_spaced(
        &self,
        reading: &mut Reading,
        letters: &[Letter],
        run: &[Piece],
        lengths: &[usize],
    ) {
        let written = spelled_by(letters, run);
        if let Some(first) = run.first().filter(|piece| piece.after_break) {
            let at = letters.get(first.from).map_or(0, |letter| letter.at);
            reading.mark(self.marks.sentence, at);
        }
        let mut rest = written.as_slice();
        for length in lengths {
            let Some((word, after)) = rest.split_at_checked(*length) else {
                break;
            };
            self.read_word(reading, word, false);
            rest = after;
        }
    }

    /// The lengths of the known words that the kept letters spell one after the other, longest first.
    /// `known` remembers the words that begin at each letter.
    fn spell_out(
        &self,
        written: &[Letter],
        kept: Range<usize>,
        known: &mut [Option<u16>],
        budget: &mut usize,
    ) -> Option<Vec<usize>> {
        let mut lengths = Vec::new();
        let mut from = kept.start;
        while from < kept.end {
            let follows = written.get(from..)?;
            let known = known.get_mut(from)?;
            let words = *known.get_or_insert_with(|| self.words_at(follows, budget));
            let most = kept.end.saturating_sub(from).min(LONGEST_SPACED);
            let length = (1..=most).rev().find(|length| (words >> length) & 1 == 1)?;
            lengths.push(length);
            from += length;
        }
        let longest = lengths.iter().copied().max()?;
        (longest >= 3).then_some(lengths)
    }

    /// Which known words letters begin with: bit n stands for one of n letters.
    fn words_at(&self, letters: &[Letter], budget: &mut usize) -> u16 {
        let most = letters.len().min(LONGEST_SPACED);
        *budget = budget.saturating_sub(most);
        if *budget == 0 {
            return 0;
        }
        let mut word = String::new();
        let spelled = (1..=most).filter(|length| {
            let beginning = letters.get(..*length).unwrap_or_default();
            self.is_spelled(beginning, &mut word)
        });
        spelled.fold(0, |words, length| words | (1 << length))
    }

    /// Says whether letters spell a word; `word` is room to put them together in.
    fn is_spelled(&self, letters: &[Letter], word: &mut String) -> bool {
        word.clear();
        word.extend(letters.iter().map(|letter| letter.ch));
        match word.len() {
            1 => matches!(word.as_str(), "i" | "a" | "u" | "o" | "y" | "w" | "z"),
            2 => self.vocabulary.number(word).is_some(),
            _ => self.spelling.read(self.vocabulary, word) != Meant::Unknown,
        }
    }
}

impl Reading {
    fn mark(&mut self, word: Word, at: u32) {
        let letters = (self.folded.len(), self.folded.len());
        self.tokens.push(Token {
            word: Some(word),
            start: at,
            end: at,
            letters,
        });
    }

    fn push(&mut self, meant: &Meant<'_>, (start, end): (u32, u32), letters: (usize, usize)) {
        match meant {
            Meant::Words(words) => {
                for (place, word) in words.iter().enumerate() {
                    let letters = if place == 0 {
                        letters
                    } else {
                        (letters.1, letters.1)
                    };
                    self.tokens.push(Token {
                        word: Some(*word),
                        start,
                        end,
                        letters,
                    });
                }
            }
            Meant::Word(word) => {
                self.tokens.push(Token {
                    word: Some(*word),
                    start,
                    end,
                    letters,
                });
            }
            Meant::Unknown => self.tokens.push(Token {
                word: None,
                start,
                end,
                letters,
            }),
        }
    }

    /// The tokens that patterns are searched in: pictures that stand for no word are passed over,
    /// so that an emoji between two words does not part them.
    pub(super) fn spoken(&self) -> Cow<'_, [Token]> {
        let mute = |token: &Token| {
            let first = self.letters(token).chars().next();
            token.word.is_none() && first.is_some_and(|ch| !ch.is_alphanumeric() && !ch.is_ascii())
        };
        if self.tokens.iter().any(mute) {
            let spoken = self.tokens.iter().filter(|token| !mute(token));
            Cow::Owned(spoken.copied().collect())
        } else {
            Cow::Borrowed(&self.tokens)
        }
    }

    /// The folded letters of a token.
    pub(super) fn letters(&self, token: &Token) -> &str {
        self.folded
            .get(token.letters.0..token.letters.1)
            .unwrap_or_default()
    }
}

/// The letters of a run, one of each piece.
fn spelled_by(letters: &[Letter], run: &[Piece]) -> Vec<Letter> {
    let first = |piece: &Piece| letters.get(piece.from).copied();
    run.iter().filter_map(first).collect()
}

/// Says whether a piece holds more than letters alone or digits alone.
fn is_mixed(written: &[Letter]) -> bool {
    written
        .first()
        .is_some_and(|first| written.iter().any(|l| kind(l.ch) != kind(first.ch)))
}

/// Letters, digits and symbols are three kinds.
fn kind(ch: char) -> u8 {
    if ch.is_numeric() {
        0
    } else if ch.is_alphabetic() {
        1
    } else {
        2
    }
}
