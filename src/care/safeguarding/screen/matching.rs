//! Finds every pattern in a text at once, window by window, with a bit for each token in each family.
//!
//! Each window holds at most 120 tokens, so a pattern is followed through it by shifting bits: the
//! work depends on how many tokens and patterns there are, never on what is written. A pattern is
//! looked at only where its rarest family occurs. Nothing here backtracks, allocates per pattern or
//! decides what a match means.

use std::cell::Cell;

use super::pattern::Pattern;
use super::reading::{Marks, Token};
use super::vocabulary::{Class, Vocabulary};
use super::window::{WINDOW, Window};

/// How far one window begins after the one before it; a pattern may span the rest.
const STRIDE: usize = 60;
/// What begins later than this in a window is found in the next one too.
const FIRST_HALF: u128 = (1 << STRIDE) - 1;

thread_local! {
    /// This thread's window between two texts, empty: a table of all families is large, and to
    /// make a new one for each text costs more than to read the text.
    static KEPT: Cell<Option<Box<Window>>> = const { Cell::new(None) };
}

/// One pattern found: whose it is, and the tokens it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) owner: u32,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A pattern to try where its rarest family occurs, and the family that must occur as well.
#[derive(Debug, Clone, Copy)]
struct Anchored {
    pattern: u32,
    also: Class,
}

/// All patterns, ready to be searched for.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    patterns: Vec<Pattern>,
    /// The patterns to try when a family occurs: each pattern stands at its rarest family.
    anchored: Vec<Vec<Anchored>>,
    /// Where a family keeps its phrases, if it has any.
    phrase_slots: Vec<Option<usize>>,
    slots: usize,
}

impl Matcher {
    /// Arranges patterns for searching; `common` says how often each family occurs.
    pub(super) fn new(patterns: Vec<Pattern>, phrased: &[Class], common: &[u32]) -> Matcher {
        let rarity = |class: &Class| (common.get(usize::from(*class)).copied(), *class);
        let mut anchored = vec![Vec::new(); common.len()];
        for (number, pattern) in patterns.iter().enumerate() {
            let rarest = pattern.needs.iter().copied().min_by_key(rarity);
            let Some(list) = rarest.and_then(|class| anchored.get_mut(usize::from(class))) else {
                continue;
            };
            let others = pattern.needs.iter().copied();
            let others = others.filter(|class| Some(*class) != rarest);
            list.extend(others.min_by_key(rarity).or(rarest).map(|also| Anchored {
                pattern: u32::try_from(number).unwrap_or(u32::MAX),
                also,
            }));
        }
        let mut phrase_slots = vec![None; common.len()];
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

    /// Where a family keeps its phrases.
    pub(super) fn slot(&self, class: Class) -> Option<usize> {
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
        let mut window = KEPT.take().unwrap_or_default();
        window.fit(self.anchored.len(), self.slots);
        let mut from = 0;
        loop {
            let shown = tokens.get(from..).unwrap_or_default();
            let is_last = shown.len() <= WINDOW;
            let shown = shown.get(..WINDOW).unwrap_or(shown);
            window.show(self, vocabulary, marks, shown);
            let begins = if is_last { u128::MAX } else { FIRST_HALF };
            self.search(&window, from, begins, &mut found);
            window.clear(self);
            found.sort_unstable();
            found.dedup_by(&alike);
            hits.append(&mut found);
            if is_last {
                break;
            }
            from += STRIDE;
        }
        KEPT.set(Some(window));
        // Window by window they are in order already, which this way of sorting makes use of.
        hits.sort();
        hits.dedup_by(alike);
        hits
    }

    fn search(&self, window: &Window, from: usize, begins: u128, hits: &mut Vec<Hit>) {
        for class in window.touched() {
            let here = self.anchored.get(usize::from(*class));
            for Anchored { pattern, also } in here.into_iter().flatten() {
                if window.starts(*also) == 0 {
                    continue;
                }
                let pattern = usize::try_from(*pattern).ok();
                let Some(pattern) = pattern.and_then(|number| self.patterns.get(number)) else {
                    continue;
                };
                if pattern.needs.iter().all(|need| window.starts(*need) != 0) {
                    self.follow(window, pattern, (from, begins), hits);
                }
            }
        }
    }

    /// Follows a pattern from all its possible beginnings together, then from each that leads on.
    fn follow(
        &self,
        window: &Window,
        pattern: &Pattern,
        (from, begins): (usize, u128),
        hits: &mut Vec<Hit>,
    ) {
        let Some((first, rest)) = pattern.elements.split_first() else {
            return;
        };
        let ends = |starts: u128| {
            let mut open = window.step(self, *first, starts);
            for element in rest {
                if open == 0 {
                    return 0;
                }
                open = window.step(self, *element, window.reach(*element, open));
            }
            open
        };
        let mut starts = window.starts(first.class) & begins;
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
fn place(bits: u128) -> usize {
    usize::try_from(bits.trailing_zeros()).unwrap_or(0)
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
