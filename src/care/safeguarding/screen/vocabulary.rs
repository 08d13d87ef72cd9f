//! The words the lexicon knows, and the word families ("classes") each belongs to.
//!
//! Built once when a lexicon is compiled and never changed afterwards. Must never guess: a word
//! that is not listed has no families.

use std::collections::HashMap;

use super::reading::Token;

/// A known word.
pub(super) type Word = u32;
/// A family of words or short phrases.
pub(super) type Class = u16;

/// The longest listed phrase, in words.
pub(super) const LONGEST_PHRASE: usize = 6;

/// A phrase of several words: what follows its first word, and the family it stands in.
#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) rest: Box<[Word]>,
    pub(super) class: Class,
}

/// Words, families and phrases by number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: HashMap<Box<str>, Word>,
    spelled: Vec<Box<str>>,
    families: Vec<Vec<Class>>,
    phrases: Vec<Vec<Phrase>>,
    members: HashMap<Box<[Box<[Word]>]>, Class>,
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

    /// The phrases that begin with a word.
    pub(super) fn phrases(&self, word: Word) -> &[Phrase] {
        self.phrases.get(place(word)).map_or(&[], Vec::as_slice)
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
            let mut both = concept.rest.iter().zip(follows);
            let alike =
                follows.len() >= concept.rest.len() && both.all(|(a, b)| Some(*a) == b.word);
            if alike {
                found(concept.name, concept.rest.len());
            }
        }
    }

    /// How many families there are.
    pub(super) fn class_count(&self) -> usize {
        usize::from(self.classes)
    }

    /// Finds or makes the family of exactly these words and phrases. `None` when numbers run out.
    pub(super) fn class_of(&mut self, mut entries: Vec<Box<[Word]>>) -> Option<Class> {
        entries.sort_unstable();
        entries.dedup();
        let key = entries.into_boxed_slice();
        if let Some(known) = self.members.get(&key) {
            return Some(*known);
        }
        let class = self.classes;
        self.classes = class.checked_add(1)?;
        for entry in &key {
            self.enlist(entry, class);
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
        } else if let Some(phrases) = self.phrases.get_mut(place(*first)) {
            phrases.push(Phrase {
                rest: rest.into(),
                class,
            });
        }
    }
}

/// A word's place in the tables.
fn place(word: Word) -> usize {
    usize::try_from(word).unwrap_or(usize::MAX)
}
