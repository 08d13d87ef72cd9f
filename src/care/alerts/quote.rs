//! Quoting: the words that worried us, with enough of the text around them to be understood.
//!
//! Offsets are Unicode scalar values of the original text, so a quote is cut between characters in
//! any script. What is left out is marked with an ellipsis.

use std::collections::BTreeSet;

use super::SourceKind;

/// So many characters are shown on either side of what was matched.
const AROUND: usize = 160;

/// A piece of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whether they are what was matched.
    pub matched: bool,
}

/// What is shown of a text, by what kind of text it is; `must_be_read` if screening could not read it.
#[must_use]
pub(super) fn of(
    kind: SourceKind,
    text: &str,
    (spans, must_be_read): (&[(usize, usize)], bool),
) -> Vec<Piece> {
    match kind {
        // A report is written to be read: it is shown whole.
        SourceKind::Report => whole(text, spans),
        // The answer about safety is a tap: it is not about the words beside it.
        SourceKind::CheckIn if spans.is_empty() && !must_be_read => Vec::new(),
        SourceKind::Message
        | SourceKind::HeldMessage
        | SourceKind::CheckIn
        | SourceKind::Date
        | SourceKind::DateReply
        | SourceKind::CodeWord
        | SourceKind::Goal
        | SourceKind::GoalEntry
        | SourceKind::ContactLog
        | SourceKind::HandoverNote
        | SourceKind::Help => around(text, spans),
    }
}

/// Cuts out the matched spans with what is around them; without spans, the whole text.
#[must_use]
pub fn around(text: &str, spans: &[(usize, usize)]) -> Vec<Piece> {
    if spans.is_empty() {
        return whole(text, spans);
    }
    let chars: Vec<char> = text.chars().collect();
    let shown: BTreeSet<usize> = spans
        .iter()
        .filter(|(start, end)| start < end && *start < chars.len())
        .flat_map(|(start, end)| start.saturating_sub(AROUND)..end.saturating_add(AROUND))
        .filter(|place| *place < chars.len())
        .collect();
    pieces(&chars, spans, |place| shown.contains(&place))
}

/// The whole text, with what was matched in it.
#[must_use]
pub fn whole(text: &str, spans: &[(usize, usize)]) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    pieces(&chars, spans, |_| true)
}

fn pieces(
    chars: &[char],
    spans: &[(usize, usize)],
    is_shown: impl Fn(usize) -> bool,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut left_out = false;
    for (place, char) in chars.iter().enumerate() {
        if !is_shown(place) {
            if !left_out {
                add(&mut pieces, '…', false);
            }
            left_out = true;
            continue;
        }
        left_out = false;
        let matched = spans
            .iter()
            .any(|(start, end)| (*start..*end).contains(&place));
        add(&mut pieces, *char, matched);
    }
    pieces
}

fn add(pieces: &mut Vec<Piece>, char: char, matched: bool) {
    match pieces.last_mut() {
        Some(last) if last.matched == matched => last.text.push(char),
        _ => pieces.push(Piece {
            text: char.to_string(),
            matched,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| {
                if piece.matched {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn what_was_matched_stands_out_in_any_script() {
        let text = "😢 boję się wracać do domu dziś";

        assert_eq!(
            shown(&around(text, &[(2, 25)])),
            "😢 [boję się wracać do domu] dziś"
        );
        assert_eq!(shown(&whole("no rules for this", &[])), "no rules for this");
    }

    #[test]
    fn a_long_text_is_cut_around_each_match() {
        let text = format!(
            "{}ONE{}TWO{}",
            "a".repeat(500),
            "b".repeat(500),
            "c".repeat(10)
        );
        let (one, two) = ((500, 503), (1003, 1006));

        let quoted = shown(&around(&text, &[one, two]));

        let (a, b, c) = ("a".repeat(160), "b".repeat(160), "c".repeat(10));
        assert_eq!(quoted, format!("…{a}[ONE]{b}…{b}[TWO]{c}"));
    }

    proptest! {
        #[test]
        fn no_span_however_wrong_breaks_a_quote(
            text in ".{0,60}",
            spans in proptest::collection::vec((0_usize..80, 0_usize..80), 0..4),
        ) {
            let quoted = whole(&text, &spans);

            let joined: String = quoted.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(joined, text.clone());
            let _cut = around(&text, &spans);
        }
    }
}
