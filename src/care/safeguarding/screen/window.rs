//! Where each family of words occurs among at most 120 tokens: bit n stands for token n.
//!
//! Must cost no more for a family than the tokens it occurs at, and be empty again after a text.

use super::matching::Matcher;
use super::pattern::Element;
use super::reading::{Marks, Token};
use super::vocabulary::{Class, LONGEST_PHRASE, Vocabulary, Word};

/// How many tokens one window holds.
pub(super) const WINDOW: usize = 120;

/// Where one family occurs.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    /// Where it begins, as a word or as a phrase.
    begins: u128,
    /// Where it stands as one word.
    alone: u128,
}

/// Where all families occur.
#[derive(Debug, Default)]
pub(super) struct Window {
    places: Vec<Places>,
    /// Where a family begins as a phrase of two, three... words.
    phrases: Vec<[u128; LONGEST_PHRASE]>,
    touched: Vec<Class>,
    /// Each word once, and where it stands.
    words: Vec<(Word, u128)>,
    fillers: u128,
    breaks: u128,
}

impl Window {
    /// Makes room for at least so many families, of which so many have phrases.
    pub(super) fn fit(&mut self, classes: usize, slots: usize) {
        let (classes, slots) = (
            classes.max(self.places.len()),
            slots.max(self.phrases.len()),
        );
        self.places.resize(classes, Places::default());
        self.phrases.resize(slots, [0; LONGEST_PHRASE]);
    }

    /// The families that occur.
    pub(super) fn touched(&self) -> &[Class] {
        &self.touched
    }

    /// Forgets what was shown.
    pub(super) fn clear(&mut self, matcher: &Matcher) {
        for class in self.touched.drain(..) {
            if let Some(places) = self.places.get_mut(usize::from(class)) {
                *places = Places::default();
            }
            if let Some(masks) = matcher
                .slot(class)
                .and_then(|slot| self.phrases.get_mut(slot))
            {
                *masks = [0; LONGEST_PHRASE];
            }
        }
        self.words.clear();
        (self.fillers, self.breaks) = (0, 0);
    }

    /// Notes where the families of these tokens occur.
    pub(super) fn show(
        &mut self,
        matcher: &Matcher,
        known: &Vocabulary,
        marks: Marks,
        tokens: &[Token],
    ) {
        let mut bit = 1_u128;
        for (at, token) in tokens.iter().enumerate() {
            if let Some(word) = token.word {
                self.note_word(word, bit);
                let follows = tokens.get(at + 1..).unwrap_or_default();
                known.phrases(word, follows, &mut |classes, longer| {
                    for class in classes {
                        self.note(*class, bit, 0);
                        let mask = matcher
                            .slot(*class)
                            .and_then(|slot| self.phrases.get_mut(slot)?.get_mut(longer));
                        if let Some(mask) = mask {
                            *mask |= bit;
                        }
                    }
                });
            }
            bit <<= 1;
        }
        let words = std::mem::take(&mut self.words);
        for (word, bits) in &words {
            if *word == marks.sentence || *word == marks.begin || *word == marks.end {
                self.breaks |= bits;
            } else if known.is_filler(*word) {
                self.fillers |= bits;
            }
            for class in known.families(*word) {
                self.note(*class, *bits, *bits);
            }
        }
        self.words = words;
    }

    fn note_word(&mut self, word: Word, bit: u128) {
        match self.words.iter_mut().find(|(seen, _)| *seen == word) {
            Some((_, bits)) => *bits |= bit,
            None => self.words.push((word, bit)),
        }
    }

    fn note(&mut self, class: Class, begins: u128, alone: u128) {
        if let Some(places) = self.places.get_mut(usize::from(class)) {
            if places.begins == 0 {
                self.touched.push(class);
            }
            places.begins |= begins;
            places.alone |= alone;
        }
    }

    /// Where a family begins.
    pub(super) fn starts(&self, class: Class) -> u128 {
        self.places
            .get(usize::from(class))
            .map_or(0, |places| places.begins)
    }

    /// Where the next part may begin, given where the one before may have ended.
    pub(super) fn reach(&self, element: Element, ended: u128) -> u128 {
        let passable = if element.crosses {
            u128::MAX
        } else {
            !self.breaks
        };
        let mut open = self.past_fillers(ended);
        for _ in 0..element.gap {
            open |= (open & passable) << 1;
        }
        if element.gap > 0 {
            self.past_fillers(open)
        } else {
            open
        }
    }

    fn past_fillers(&self, ended: u128) -> u128 {
        let once = ended | ((ended & self.fillers) << 1);
        once | ((once & self.fillers) << 1)
    }

    /// Where a part ends that begins at one of `open`: the bits just after it.
    pub(super) fn step(&self, matcher: &Matcher, element: Element, open: u128) -> u128 {
        let Some(places) = self.places.get(usize::from(element.class)) else {
            return 0;
        };
        if open & places.begins == 0 {
            return 0;
        }
        let mut ends = (open & places.alone) << 1;
        if let Some(masks) = matcher
            .slot(element.class)
            .and_then(|slot| self.phrases.get(slot))
        {
            for (shift, mask) in (1_u32..).zip(masks) {
                ends |= (open & mask) << shift;
            }
        }
        ends
    }
}
