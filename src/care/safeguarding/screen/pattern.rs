//! The little language of the lexicon's patterns, and what a pattern becomes.
//!
//! A pattern is words in order. `a|b` is either, `@name` a family, `x?` may be missing, `two_words`
//! a phrase; `*` lets up to three words pass, `*5` up to five, `**` up to fourteen even across the
//! end of a sentence; `.` is the end or beginning of a sentence, `^` and `$` of the whole text, `#`
//! a number. Decided against regular expressions: nobody can review a page of them.

use super::vocabulary::Class;

/// How many words `*` lets pass.
const GAP: u8 = 3;
/// How many words `**` lets pass.
const WIDE_GAP: u8 = 14;
/// The most words one gap may be asked to let pass.
const WIDEST: u8 = 20;
/// The most optional parts one pattern may have.
const MOST_OPTIONAL: usize = 4;

/// One part of a pattern as parsed: its alternatives, and what may pass before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) alternatives: Vec<String>,
    pub(super) gap: u8,
    pub(super) crosses: bool,
    /// Whether it may be left out, and the gap before it with it.
    pub(super) may_miss: bool,
}

/// One part of a compiled pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Element {
    pub(super) class: Class,
    pub(super) gap: u8,
    pub(super) crosses: bool,
}

/// A compiled pattern and the rule, guard or raiser it speaks for.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) owner: u32,
    pub(super) elements: Box<[Element]>,
    /// Every family that must occur for the pattern to match, each once.
    pub(super) needs: Box<[Class]>,
}

/// Parses a pattern into its parts.
pub(super) fn parse(pattern: &str) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    let (mut gap, mut crosses, mut optional) = (0, false, 0);
    for piece in pattern.split_whitespace() {
        if let Some(width) = piece.strip_prefix('*') {
            (gap, crosses) = gap_of(width)?;
            continue;
        }
        let (piece, may_miss) = match piece.strip_suffix('?') {
            Some(shorter) if !shorter.is_empty() => (shorter, true),
            _ => (piece, false),
        };
        let alternatives: Vec<String> = piece.split('|').map(spelled).collect();
        if alternatives.iter().any(String::is_empty) {
            return Err("an alternative is empty");
        }
        optional += usize::from(may_miss);
        if optional > MOST_OPTIONAL {
            return Err("more than four optional parts");
        }
        parts.push(Part {
            alternatives,
            gap,
            crosses,
            may_miss,
        });
        (gap, crosses) = (0, false);
    }
    if gap > 0 {
        return Err("a gap at the end matches nothing");
    }
    if parts.is_empty() {
        return Err("the pattern is empty");
    }
    Ok(parts)
}

/// All the sequences that parts stand for, each said with whether it may be left out.
pub(super) fn sequences<T: Clone>(parts: &[(T, bool)]) -> Vec<Vec<T>> {
    let mut sequences: Vec<Vec<T>> = vec![Vec::with_capacity(parts.len())];
    for (part, may_miss) in parts {
        let without = if *may_miss {
            sequences.clone()
        } else {
            Vec::new()
        };
        for sequence in &mut sequences {
            sequence.push(part.clone());
        }
        sequences.extend(without);
    }
    sequences.retain(|sequence| !sequence.is_empty());
    sequences
}

/// An underscore joins the words of a phrase; in the name of a family it is part of the name.
fn spelled(alternative: &str) -> String {
    if alternative.starts_with('@') {
        alternative.to_owned()
    } else {
        alternative.replace('_', " ")
    }
}

fn gap_of(width: &str) -> Result<(u8, bool), &'static str> {
    match width {
        "" => Ok((GAP, false)),
        "*" => Ok((WIDE_GAP, true)),
        number => match number.parse() {
            Ok(gap @ 1..=WIDEST) => Ok((gap, false)),
            _ => Err("a gap is `*`, `**`, or `*` and a number from 1 to 20"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(pattern: &str) -> Vec<Vec<(String, u8)>> {
        let parts = parse(pattern).unwrap();
        let named = |part: &Part| ((part.alternatives.join("|"), part.gap), part.may_miss);
        sequences(&parts.iter().map(named).collect::<Vec<_>>())
    }

    #[test]
    fn optional_parts_make_two_sequences() {
        let part = |word: &str, gap| (word.to_owned(), gap);
        let with = vec![part("he", 0), part("really", 0), part("hit", 3)];
        let without = vec![part("he", 0), part("hit", 3)];

        assert_eq!(shape("he really? * hit"), [with, without]);
        assert_eq!(shape("he?"), [vec![part("he", 0)]]);
    }

    #[test]
    fn gaps_are_bounded() {
        assert!(parse("a *21 b").is_err());
        assert!(parse("a *").is_err());
        assert!(parse("a || b").is_err());
    }
}
