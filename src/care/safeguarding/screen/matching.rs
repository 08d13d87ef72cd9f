//! Finds every pattern in a text at once, window by window, with one machine word per family.
//!
//! Each window holds at most sixty tokens, so a pattern is followed through it by shifting bits: the
//! work depends on how many tokens and patterns there are, never on what is written. Nothing here
//! backtracks, allocates per pattern or decides what a match means.

use super::pattern::{Element, Pattern};
use super::reading::{Marks, Token};
use super::vocabulary::{Class, LONGEST_PHRASE, Vocabulary};

/// How many tokens one window holds.
const WINDOW: usize = 60;
/// How far one window begins after the one before it; a pattern may span the rest.
const STRIDE: usize = 30;

/// One pattern found: whose it is, and the tokens it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) owner: u32,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// All patterns, ready to be searched for.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    patterns: Vec<Pattern>,
    /// The patterns to try when a family occurs: each pattern stands at its rarest family.
    anchored: Vec<Vec<u32>>,
    /// Where a family keeps its phrases, if it has any.
    phrase_slots: Vec<Option<usize>>,
    slots: usize,
}

impl Matcher {
    /// Arranges patterns for searching.
    pub(super) fn new(patterns: Vec<Pattern>, phrased: &[Class], classes: usize) -> Matcher {
        let mut uses = vec![0_u32; classes];
        for class in patterns.iter().flat_map(|pattern| &pattern.needs) {
            if let Some(count) = uses.get_mut(usize::from(*class)) {
                *count += 1;
            }
        }
        let rarity = |class: &&Class| uses.get(usize::from(**class)).copied().unwrap_or(0);
        let mut anchored = vec![Vec::new(); classes];
        for (number, pattern) in patterns.iter().enumerate() {
            let anchor = pattern.needs.iter().min_by_key(rarity);
            if let Some(list) = anchor.and_then(|class| anchored.get_mut(usize::from(*class))) {
                list.push(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        let mut phrase_slots = vec![None; classes];
        let mut slots = 0;
        for class in phrased {
            if let Some(slot @ None) = phrase_slots.get_mut(usize::from(*class)) {
                *slot = Some(slots);
                slots += 1;
            }
        }
        Matcher {
            patterns,
            anchored,
            phrase_slots,
            slots,
        }
    }

    /// How many sequences are searched for.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.patterns.len()
    }

    fn slot(&self, class: Class) -> Option<usize> {
        self.phrase_slots.get(usize::from(class)).copied().flatten()
    }

    /// Finds every pattern, in order of owner and place, each once.
    pub(super) fn find(&self, vocabulary: &Vocabulary, marks: Marks, tokens: &[Token]) -> Vec<Hit> {
        self.find_apart(vocabulary, marks, tokens, |later, kept| later == kept)
    }

    /// The same, but of what one owner finds at one place only the longest: never more than there are
    /// owners times tokens, whatever the patterns are.
    pub(super) fn find_longest(
        &self,
        vocabulary: &Vocabulary,
        marks: Marks,
        tokens: &[Token],
    ) -> Vec<Hit> {
        self.find_apart(vocabulary, marks, tokens, |later, kept| {
            let alike = (later.owner, later.from) == (kept.owner, kept.from);
            if alike {
                kept.to = kept.to.max(later.to);
            }
            alike
        })
    }

    /// Finds every pattern; of what `alike` takes for one, one is kept, window by window.
    fn find_apart(
        &self,
        vocabulary: &Vocabulary,
        marks: Marks,
        tokens: &[Token],
        alike: impl Fn(&mut Hit, &mut Hit) -> bool,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut found = Vec::new();
        let mut window = Window::new(self.anchored.len(), self.slots);
        let mut from = 0;
        loop {
            let shown = tokens.get(from..).unwrap_or_default();
            let shown = shown.get(..WINDOW).unwrap_or(shown);
            window.show(self, vocabulary, marks, shown);
            self.search(&window, from, &mut found);
            found.sort_unstable();
            found.dedup_by(&alike);
            hits.append(&mut found);
            from += STRIDE;
            if from + STRIDE >= tokens.len() {
                break;
            }
            window.clear(self);
        }
        hits.sort_unstable();
        hits.dedup_by(alike);
        hits
    }

    fn search(&self, window: &Window, from: usize, hits: &mut Vec<Hit>) {
        for class in &window.touched {
            for number in self.anchored.get(usize::from(*class)).into_iter().flatten() {
                let Some(pattern) = usize::try_from(*number)
                    .ok()
                    .and_then(|n| self.patterns.get(n))
                else {
                    continue;
                };
                if pattern.needs.iter().all(|need| window.holds(*need)) {
                    self.follow(window, pattern, from, hits);
                }
            }
        }
    }

    /// Follows a pattern from all its possible beginnings together, then from each that leads on.
    fn follow(&self, window: &Window, pattern: &Pattern, from: usize, hits: &mut Vec<Hit>) {
        let Some((first, rest)) = pattern.elements.split_first() else {
            return;
        };
        let ends = |starts: u64| {
            let mut open = window.step(self, *first, starts);
            for element in rest {
                if open == 0 {
                    return 0;
                }
                open = window.step(self, *element, window.reach(*element, open));
            }
            open
        };
        let mut starts = window.starts(first.class);
        if ends(starts) == 0 {
            return;
        }
        while starts != 0 {
            let start = starts & starts.wrapping_neg();
            starts ^= start;
            let end = ends(start);
            if end != 0 {
                hits.push(Hit {
                    owner: pattern.owner,
                    from: from + place(start),
                    to: from + place(end),
                });
            }
        }
    }
}

/// The place of the lowest bit.
fn place(bits: u64) -> usize {
    usize::try_from(bits.trailing_zeros()).unwrap_or(0)
}

/// Where each family occurs among at most sixty tokens: bit n stands for token n.
struct Window {
    /// Where a family begins, as a word or as a phrase.
    any: Vec<u64>,
    /// Where it stands as one word.
    single: Vec<u64>,
    /// Where it begins as a phrase of two, three... words.
    phrases: Vec<[u64; LONGEST_PHRASE]>,
    touched: Vec<Class>,
    fillers: u64,
    breaks: u64,
}

impl Window {
    fn new(classes: usize, slots: usize) -> Window {
        Window {
            any: vec![0; classes],
            single: vec![0; classes],
            phrases: vec![[0; LONGEST_PHRASE]; slots],
            touched: Vec::with_capacity(256),
            fillers: 0,
            breaks: 0,
        }
    }

    fn clear(&mut self, matcher: &Matcher) {
        for class in self.touched.drain(..) {
            for masks in [&mut self.any, &mut self.single] {
                if let Some(mask) = masks.get_mut(usize::from(class)) {
                    *mask = 0;
                }
            }
            if let Some(masks) = matcher
                .slot(class)
                .and_then(|slot| self.phrases.get_mut(slot))
            {
                *masks = [0; LONGEST_PHRASE];
            }
        }
        (self.fillers, self.breaks) = (0, 0);
    }

    fn show(&mut self, matcher: &Matcher, known: &Vocabulary, marks: Marks, tokens: &[Token]) {
        let mut bit = 1_u64;
        for (at, token) in tokens.iter().enumerate() {
            if let Some(word) = token.word {
                if word == marks.sentence || word == marks.begin || word == marks.end {
                    self.breaks |= bit;
                } else if known.is_filler(word) {
                    self.fillers |= bit;
                }
                for class in known.families(word) {
                    self.note(*class, bit);
                    if let Some(mask) = self.single.get_mut(usize::from(*class)) {
                        *mask |= bit;
                    }
                }
                let follows = tokens.get(at + 1..).unwrap_or_default();
                for phrase in known.phrases(word) {
                    let alike = follows.len() >= phrase.rest.len()
                        && phrase
                            .rest
                            .iter()
                            .zip(follows)
                            .all(|(a, b)| Some(*a) == b.word);
                    if alike {
                        self.note(phrase.class, bit);
                        let long = matcher.slot(phrase.class).and_then(|slot| {
                            self.phrases.get_mut(slot)?.get_mut(phrase.rest.len())
                        });
                        if let Some(long) = long {
                            *long |= bit;
                        }
                    }
                }
            }
            bit <<= 1;
        }
    }

    fn note(&mut self, class: Class, bit: u64) {
        if let Some(mask) = self.any.get_mut(usize::from(class)) {
            if *mask == 0 {
                self.touched.push(class);
            }
            *mask |= bit;
        }
    }

    fn holds(&self, class: Class) -> bool {
        self.starts(class) != 0
    }

    /// Where a family begins.
    fn starts(&self, class: Class) -> u64 {
        self.any.get(usize::from(class)).copied().unwrap_or(0)
    }

    /// Where the next part may begin, given where the one before may have ended.
    fn reach(&self, element: Element, ended: u64) -> u64 {
        let passable = if element.crosses {
            u64::MAX
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

    fn past_fillers(&self, ended: u64) -> u64 {
        let once = ended | ((ended & self.fillers) << 1);
        once | ((once & self.fillers) << 1)
    }

    /// Where a part ends that begins at one of `open`: the bits just after it.
    fn step(&self, matcher: &Matcher, element: Element, open: u64) -> u64 {
        let single = self
            .single
            .get(usize::from(element.class))
            .copied()
            .unwrap_or(0);
        let mut ends = (open & single) << 1;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_bit_is_its_number() {
        assert_eq!(place(0b1000), 3);
        assert_eq!(place(1), 0);
    }

    #[test]
    fn a_pattern_may_span_what_two_windows_share() {
        assert_eq!(WINDOW, 2 * STRIDE);
    }
}
