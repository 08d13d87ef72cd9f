//! Cuts folded letters into written pieces: words, numbers and symbols, and where sentences end.
//!
//! Works on what was written, before any thought about spelling. Must visit each letter a bounded
//! number of times.

use super::fold::Letter;

/// One written piece, as a range of folded letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether a sentence ends just before it.
    pub(super) after_break: bool,
}

/// Cuts a folded text into pieces.
pub(super) fn cut(letters: &[Letter]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(letters.len() / 4);
    let mut after_break = false;
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let to = end_of_word(letters, at);
        if to > at {
            pieces.push(Piece {
                from: at,
                to,
                after_break,
            });
            after_break = false;
            at = to;
            continue;
        }
        if is_symbol(letter.ch) {
            pieces.push(Piece {
                from: at,
                to: at + 1,
                after_break,
            });
            after_break = false;
        } else {
            after_break |= is_break(letters, at);
        }
        at += 1;
    }
    pieces
}

/// Says whether a sentence ends at this mark. A pause of several dots does not end one.
fn is_break(letters: &[Letter], at: usize) -> bool {
    let ch_at = |place: Option<usize>| place.and_then(|p| letters.get(p)).map(|l| l.ch);
    match ch_at(Some(at)) {
        Some('!' | '?' | ';' | '\n' | '\r' | '\u{6D4}' | '\u{964}' | '\u{61F}') => true,
        Some('.') => {
            let before = ch_at(at.checked_sub(1));
            let after = ch_at(at.checked_add(1));
            before != Some('.') && after.is_none_or(char::is_whitespace)
        }
        _ => false,
    }
}

/// The end of the word that starts here, or `at` itself when none does.
fn end_of_word(letters: &[Letter], at: usize) -> usize {
    let ch = |place: usize| letters.get(place).map(|letter| letter.ch);
    let is_word = |place: usize| ch(place).is_some_and(char::is_alphanumeric);
    let mut end = at;
    loop {
        let joins = match ch(end) {
            Some(c) if c.is_alphanumeric() => true,
            Some('@' | '$') => is_word(end + 1),
            Some('\'' | '!' | '|' | '+') => end > at && is_word(end + 1),
            Some('*' | '#') => {
                end > at && (is_word(end + 1) || (ch(end + 1) == ch(end) && is_word(end + 2)))
            }
            _ => false,
        };
        if !joins {
            return end;
        }
        end += 1;
    }
}

/// Symbols that may stand for a word, such as emoji.
fn is_symbol(ch: char) -> bool {
    !ch.is_ascii() && !ch.is_whitespace() && !ch.is_alphanumeric() && u32::from(ch) > 0x2100
}

/// Finds runs of three or more single letters that are set apart in the same way, and hands each
/// run's range of pieces to `found`.
pub(super) fn spaced_runs(letters: &[Letter], pieces: &[Piece]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let end = end_of_run(letters, pieces, start);
        if end.saturating_sub(start) >= 3 {
            runs.push((start, end));
        }
        // What broke off early may be the letter before a run that is set apart another way.
        start = if end.saturating_sub(start) >= 3 {
            end
        } else {
            start + 1
        };
    }
    runs
}

fn end_of_run(letters: &[Letter], pieces: &[Piece], start: usize) -> usize {
    let single = |place: usize| {
        pieces.get(place).filter(|piece| {
            piece.to == piece.from + 1
                && letters
                    .get(piece.from)
                    .is_some_and(|l| l.ch.is_alphanumeric())
        })
    };
    let Some(mut last) = single(start) else {
        return start;
    };
    let mut gap: Option<&[Letter]> = None;
    let mut end = start + 1;
    while let Some(next) = single(end) {
        let Some(between) = letters.get(last.to..next.from) else {
            break;
        };
        if between.is_empty() || between.len() > 3 {
            break;
        }
        let same =
            gap.is_none_or(|known| known.iter().map(|l| l.ch).eq(between.iter().map(|l| l.ch)));
        if !same {
            break;
        }
        gap = Some(between);
        last = next;
        end += 1;
    }
    end
}
