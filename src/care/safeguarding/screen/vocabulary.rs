//! The words the lexicon knows, and the word families ("classes") each belongs to.
//!
//! Built once when a lexicon is compiled and never changed afterwards. Must never guess: a word
//! that is not listed has no families.

use super::quick::QuickMap;
use super::reading::Token;

/// A known word.
pub(super) type Word = u32;
/// A family of words or short phrases.
pub(super) type Class = u16;

/// The longest listed phrase, in words.
pub(super) const LONGEST_PHRASE: usize = 6;

/// A word or short phrase as it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Entry {
    words: [Word; LONGEST_PHRASE],
    length: usize,
}

impl Entry {
    /// An entry of these words; `None` if there are none, or too many.
    pub(super) fn of(listed: &[Word]) -> Option<Entry> {
        let mut words = [0; LONGEST_PHRASE];
        if listed.is_empty() {
            return None;
        }
        words.get_mut(..listed.len())?.copy_from_slice(listed);
        let length = listed.len();
        Some(Entry { words, length })
    }

    /// Its words.
    pub(super) fn words(&self) -> &[Word] {
        self.words.get(..self.length).unwrap_or_default()
    }
}

/// A phrase of several words: what follows its first word, and the families it stands in.
#[derive(Debug)]
struct Phrase {
    /// The first of the rest, beside it so that most phrases are passed over at a glance.
    next: Word,
    rest: Box<[Word]>,
    classes: Vec<Class>,
}

/// Words, families and phrases by number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: QuickMap<Box<str>, Word>,
    spelled: Vec<Box<str>>,
    families: Vec<Vec<Class>>,
    /// The phrases that begin with a word, in the order of what follows it.
    phrases: Vec<Vec<Phrase>>,
    /// The family of exactly these entries; only while a lexicon is compiled.
    members: QuickMap<Box<[Entry]>, Class>,
    fillers: Vec<bool>,
    classes: Class,
    /// The named families of the words and phrases that begin with a word.
    concepts: Vec<Vec<Concept>>,
}

/// A named family and what follows the first word of its member.
#[derive(Debug)]
struct Concept {
    rest: Box<[Word]>,
    name: u32,
}

impl Vocabulary {
    /// Gives a word its number, adding it when new.
    pub(super) fn intern(&mut self, word: &str) -> Word {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let number = Word::try_from(self.spelled.len()).unwrap_or(Word::MAX);
        self.numbers.insert(word.into(), number);
        self.spelled.push(word.into());
        self.families.push(Vec::new());
        self.phrases.push(Vec::new());
        self.concepts.push(Vec::new());
        self.fillers.push(false);
        number
    }

    /// Finds the number of a folded word.
    pub(super) fn number(&self, word: &str) -> Option<Word> {
        self.numbers.get(word).copied()
    }

    /// The spelling of a known word.
    pub(super) fn spelling(&self, word: Word) -> Option<&str> {
        self.spelled.get(place(word)).map(AsRef::as_ref)
    }

    /// The families a word belongs to by itself.
    pub(super) fn families(&self, word: Word) -> &[Class] {
        self.families.get(place(word)).map_or(&[], Vec::as_slice)
    }

    /// Hands the families of the phrases that a word begins with those that follow it to `found`,
    /// and how many of these each took.
    pub(super) fn phrases(
        &self,
        word: Word,
        follows: &[Token],
        found: &mut impl FnMut(&[Class], usize),
    ) {
        let Some(next) = follows.first().and_then(|token| token.word) else {
            return;
        };
        let known = self.phrases.get(place(word)).map_or(&[][..], Vec::as_slice);
        let first = known.partition_point(|phrase| phrase.next < next);
        let alike = known.get(first..).unwrap_or_default().iter();
        for phrase in alike.take_while(|phrase| phrase.next == next) {
            if begins(follows, &phrase.rest) {
                found(&phrase.classes, phrase.rest.len());
            }
        }
    }

    /// Says whether a word may stand between two parts of a pattern at no cost.
    pub(super) fn is_filler(&self, word: Word) -> bool {
        self.fillers.get(place(word)).copied().unwrap_or(false)
    }

    /// Marks a word as one that may stand anywhere without changing the sense.
    pub(super) fn mark_filler(&mut self, word: Word) {
        if let Some(mark) = self.fillers.get_mut(place(word)) {
            *mark = true;
        }
    }

    /// Learns that a word or phrase belongs to the family of that name.
    pub(super) fn add_concept(&mut self, entry: &[Word], name: u32) {
        let Some((first, rest)) = entry.split_first() else {
            return;
        };
        let Some(known) = self.concepts.get_mut(place(*first)) else {
            return;
        };
        if !known.iter().any(|c| c.name == name && *c.rest == *rest) {
            let rest = rest.into();
            known.push(Concept { rest, name });
        }
    }

    /// Hands the names of the families to which a word belongs, alone or with the words that
    /// follow, to `found`, and how many of those it took.
    pub(super) fn concepts(
        &self,
        word: Word,
        follows: &[Token],
        found: &mut impl FnMut(u32, usize),
    ) {
        for concept in self.concepts.get(place(word)).into_iter().flatten() {
            if begins(follows, &concept.rest) {
                found(concept.name, concept.rest.len());
            }
        }
    }

    /// How many families there are.
    pub(super) fn class_count(&self) -> usize {
        usize::from(self.classes)
    }

    /// Finds or makes the family of exactly these words and phrases. `None` when numbers run out.
    pub(super) fn class_of(&mut self, mut entries: Vec<Entry>) -> Option<Class> {
        entries.sort_unstable();
        entries.dedup();
        let key = entries.into_boxed_slice();
        if let Some(known) = self.members.get(&key) {
            return Some(*known);
        }
        let class = self.classes;
        self.classes = class.checked_add(1)?;
        for entry in &key {
            self.enlist(entry.words(), class);
        }
        self.members.insert(key, class);
        Some(class)
    }

    fn enlist(&mut self, entry: &[Word], class: Class) {
        let Some((first, rest)) = entry.split_first() else {
            return;
        };
        if rest.is_empty() {
            if let Some(families) = self.families.get_mut(place(*first)) {
                families.push(class);
            }
        } else if let (Some(next), Some(known)) =
            (rest.first(), self.phrases.get_mut(place(*first)))
        {
            match known.binary_search_by(|phrase| (*phrase.rest).cmp(rest)) {
                Ok(at) => {
                    if let Some(phrase) = known.get_mut(at) {
                        phrase.classes.push(class);
                    }
                }
                Err(at) => known.insert(
                    at,
                    Phrase {
                        next: *next,
                        rest: rest.into(),
                        classes: vec![class],
                    },
                ),
            }
        }
    }

    /// How often each family may be expected, given how often each word was seen: a phrase as often
    /// as its rarest word. No family can be made afterwards.
    pub(super) fn common(&mut self, seen: &[u32]) -> Vec<u32> {
        let times = |word: &Word| seen.get(place(*word)).copied().unwrap_or(0);
        let mut common = vec![0_u32; self.class_count()];
        for (entries, class) in std::mem::take(&mut self.members) {
            let all = entries
                .iter()
                .map(|entry| entry.words().iter().map(times).min());
            if let Some(sum) = common.get_mut(usize::from(class)) {
                *sum = all.flatten().fold(0, u32::saturating_add);
            }
        }
        common
    }

    /// All words, each at its number.
    pub(super) fn words(&self) -> &[Box<str>] {
        &self.spelled
    }
}

/// Says whether tokens begin with these words.
fn begins(tokens: &[Token], words: &[Word]) -> bool {
    let mut both = words.iter().zip(tokens);
    tokens.len() >= words.len() && both.all(|(word, token)| Some(*word) == token.word)
}

/// A word's place in the tables.
fn place(word: Word) -> usize {
    usize::try_from(word).unwrap_or(usize::MAX)
}
