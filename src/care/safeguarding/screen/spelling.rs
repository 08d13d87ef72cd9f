//! Reads a written word as the word that was meant: phone spelling, digits for letters, stretched
//! letters, dropped endings and single slips.
//!
//! Each way is tried only when the ones before it found nothing. Must never turn an ordinary word
//! into a risky one: words listed as plain are left alone, and a slip keeps the first letter.

use super::quick::{QuickMap, QuickSet};
use super::vocabulary::{Vocabulary, Word};

/// The shortest word that may be recognised through a slip.
const SHORTEST_FUZZY: usize = 5;

/// A word as it is spelt, and which one it is.
type Known = (Box<str>, Word);

/// How written words stand for meant ones.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    aliases: QuickMap<Box<str>, Box<[Word]>>,
    plain: QuickSet<Box<str>>,
    fuzzy: QuickMap<(char, usize), Vec<Known>>,
}

/// What a written word was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant<'a> {
    /// One known word.
    Word(Word),
    /// Several words written as one.
    Words(&'a [Word]),
    /// Nothing the lexicon knows.
    Unknown,
}

impl Spelling {
    /// Learns that `written` stands for `meant`.
    pub(super) fn add_alias(&mut self, written: String, meant: Vec<Word>) {
        self.aliases.insert(written.into(), meant.into());
    }

    /// Learns that a word is ordinary and stands only for itself.
    pub(super) fn add_plain(&mut self, word: String) {
        self.plain.insert(word.into());
    }

    /// Learns that a word may be recognised through one slip.
    pub(super) fn add_fuzzy(&mut self, spelled: &str, word: Word) {
        let length = spelled.chars().count();
        if let Some(first) = spelled.chars().next().filter(|_| length >= SHORTEST_FUZZY) {
            self.fuzzy
                .entry((first, length))
                .or_default()
                .push((spelled.into(), word));
        }
    }

    /// Reads a folded word, apostrophes already dropped.
    pub(super) fn read(&self, vocabulary: &Vocabulary, written: &str) -> Meant<'_> {
        if let Some(meant) = self.exact(vocabulary, written) {
            return meant;
        }
        if self.plain.contains(written) {
            return Meant::Unknown;
        }
        if !written.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return self.read_coded(vocabulary, written);
        }
        self.read_stretched(vocabulary, written)
            .or_else(|| self.read_dropped_g(vocabulary, written))
            .or_else(|| self.read_slip(written))
            .unwrap_or(Meant::Unknown)
    }

    /// What an alias stands for.
    pub(super) fn alias(&self, written: &str) -> Option<Meant<'_>> {
        self.aliases.get(written).map(|words| match words.as_ref() {
            [one] => Meant::Word(*one),
            several => Meant::Words(several),
        })
    }

    fn exact(&self, vocabulary: &Vocabulary, written: &str) -> Option<Meant<'_>> {
        self.alias(written)
            .or_else(|| vocabulary.number(written).map(Meant::Word))
    }

    /// Digits and symbols for letters ("k1ll", "$uicide", "r*pe").
    fn read_coded(&self, vocabulary: &Vocabulary, written: &str) -> Meant<'_> {
        if !written.chars().any(char::is_alphabetic) {
            return Meant::Unknown;
        }
        for one in ['i', 'l'] {
            let plain: String = written.chars().map(|ch| decoded(ch, one)).collect();
            if plain.contains('*') {
                for vowel in ['i', 'u', 'a', 'e', 'o'] {
                    let filled = plain.replace('*', vowel.encode_utf8(&mut [0; 4]));
                    if let Some(meant) = self.exact(vocabulary, &filled) {
                        return meant;
                    }
                }
            }
            if let Some(meant) = self.exact(vocabulary, &plain) {
                return meant;
            }
            if self.plain.contains(plain.as_str()) || plain == written {
                continue;
            }
            let found = self
                .read_stretched(vocabulary, &plain)
                .or_else(|| self.read_dropped_g(vocabulary, &plain));
            if let Some(meant) = found {
                return meant;
            }
        }
        Meant::Unknown
    }

    /// Stretched letters ("killlll", "hiiit").
    fn read_stretched(&self, vocabulary: &Vocabulary, written: &str) -> Option<Meant<'_>> {
        let longest = longest_run(written);
        if longest < 2 {
            return None;
        }
        let ways = [(2, 2), (2, 1), (1, 1)];
        for (double, longer) in ways.into_iter().skip(if longest == 2 { 2 } else { 0 }) {
            let shorter = squeezed(written, double, longer);
            if shorter.len() == written.len() || shorter.len() < 3 {
                continue;
            }
            if let Some(found) = self.exact(vocabulary, &shorter) {
                return Some(found);
            }
            if self.plain.contains(shorter.as_str()) {
                return None;
            }
            if let Some(found) = self.read_dropped_g(vocabulary, &shorter) {
                return Some(found);
            }
        }
        None
    }

    /// Endings without their g ("hittin").
    fn read_dropped_g(&self, vocabulary: &Vocabulary, written: &str) -> Option<Meant<'_>> {
        if written.len() < 5 || !written.ends_with("in") {
            return None;
        }
        let whole = format!("{written}g");
        if self.plain.contains(whole.as_str()) {
            return None;
        }
        self.exact(vocabulary, &whole)
    }

    /// One letter missing, doubled, wrong or swapped with its neighbour.
    fn read_slip(&self, written: &str) -> Option<Meant<'_>> {
        let length = written.chars().count();
        let first = written.chars().next()?;
        if length + 1 < SHORTEST_FUZZY || length > 24 {
            return None;
        }
        for near in [length, length + 1, length.saturating_sub(1)] {
            for (spelled, word) in self.fuzzy.get(&(first, near)).into_iter().flatten() {
                if is_one_slip(spelled, written) {
                    return Some(Meant::Word(*word));
                }
            }
        }
        None
    }
}

/// The letter a digit or symbol passes for.
fn decoded(ch: char, one: char) -> char {
    match ch {
        '0' => 'o',
        '1' | '|' => one,
        '!' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        '#' => '*',
        other => other,
    }
}

/// The length of the longest run of one letter.
fn longest_run(word: &str) -> usize {
    let runs = word.as_bytes().chunk_by(|a, b| a == b);
    runs.map(<[u8]>::len).max().unwrap_or(0)
}

/// Shortens every run of one letter: a double to at most `double` letters, a longer one to `longer`.
fn squeezed(word: &str, double: usize, longer: usize) -> String {
    let mut shorter = String::with_capacity(word.len());
    for run in word.as_bytes().chunk_by(|a, b| a == b) {
        let most = if run.len() > 2 { longer } else { double };
        for byte in run.iter().take(most) {
            shorter.push(char::from(*byte));
        }
    }
    shorter
}

/// Says whether two words differ by one slip: a letter more, less, other, or two swapped.
fn is_one_slip(meant: &str, written: &str) -> bool {
    let (a, b) = (meant.as_bytes(), written.as_bytes());
    let same_front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let a_rest = a.get(same_front..).unwrap_or_default();
    let b_rest = b.get(same_front..).unwrap_or_default();
    match (a_rest, b_rest) {
        ([_, a_tail @ ..], _) if a_tail == b_rest => true,
        (_, [_, b_tail @ ..]) if b_tail == a_rest => true,
        ([a1, a2, a_tail @ ..], [b1, b2, b_tail @ ..]) if a1 == b2 && a2 == b1 => a_tail == b_tail,
        ([_, a_tail @ ..], [_, b_tail @ ..]) => a_tail == b_tail,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_one_letter_more_less_other_or_swapped() {
        for written in ["sucide", "suicidee", "suocide", "siucide"] {
            assert!(is_one_slip("suicide", written), "{written}");
        }
        assert!(!is_one_slip("suicide", "succeed"));
        assert!(!is_one_slip("suicide", "sucidee"));
    }

    #[test]
    fn stretched_letters_are_shortened() {
        assert_eq!(squeezed("killllll", 2, 2), "kill");
        assert_eq!(squeezed("hiiit", 1, 1), "hit");
        assert_eq!(squeezed("bullyyyy", 2, 1), "bully");
    }
}
