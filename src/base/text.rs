//! Text that people write: parsed once at the edge, whole ever after.
//!
//! Trims, counts characters (Unicode scalar values) and refuses what no keyboard makes: NUL and
//! lone control characters. It never changes anything inside.

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// Holds NUL or another control character.
    #[error("must not hold control characters")]
    Control,
    /// A name holds a character that turns the direction of writing.
    #[error("must not hold characters that turn the direction of writing")]
    Turning,
}

/// Trims `text` and checks it: 1 to `most` characters, no control characters but line breaks and
/// tabs.
///
/// # Errors
/// Says what is wrong, without repeating the text.
pub fn parse(text: &str, most: usize) -> Result<String, BadText> {
    let trimmed = text.trim();
    if trimmed.chars().all(is_unseen) {
        return Err(BadText::Empty);
    }
    if trimmed.chars().nth(most).is_some() {
        return Err(BadText::TooLong(most));
    }
    if trimmed
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(BadText::Control);
    }
    Ok(trimmed.to_owned())
}

/// Whether a character leaves nothing to be seen by itself: a text of nothing else is empty.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Like [`parse`], for one line: no line breaks either.
///
/// # Errors
/// Says what is wrong, without repeating the text.
pub fn parse_line(text: &str, most: usize) -> Result<String, BadText> {
    let line = parse(text, most)?;
    if line.chars().any(char::is_control) {
        return Err(BadText::Control);
    }
    Ok(line)
}

/// Like [`parse_line`], for a name: nothing in it that turns the direction of writing (Unicode's
/// `Bidi_Control`). With it a name reads as another, and turns what stands beside it. No script needs it:
/// Arabic and Hebrew letters have their direction of their own.
///
/// # Errors
/// Says what is wrong, without repeating the text.
pub fn parse_name(text: &str, most: usize) -> Result<String, BadText> {
    let name = parse_line(text, most)?;
    if name.chars().any(turns) {
        return Err(BadText::Turning);
    }
    Ok(name)
}

const fn turns(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(parse(&"ż".repeat(4000), 4000).map(|t| t.len()), Ok(8000));
        assert_eq!(parse(&"ż".repeat(4001), 4000), Err(BadText::TooLong(4000)));
    }

    #[test]
    fn control_characters_are_refused_and_line_breaks_kept() {
        assert_eq!(parse("a\u{0}b", 10), Err(BadText::Control));
        assert_eq!(parse(" a\nb ", 10).as_deref(), Ok("a\nb"));
        assert_eq!(parse_line("a\nb", 10), Err(BadText::Control));
        assert_eq!(parse(" \n ", 10), Err(BadText::Empty));
    }

    #[test]
    fn a_name_keeps_its_direction() {
        assert_eq!(
            parse_name(" ليلى O'Neill ", 20).as_deref(),
            Ok("ليلى O'Neill")
        );
        for turning in ["a\u{202e}b", "a\u{2066}b", "a\u{200f}b", "\u{61c}a"] {
            assert_eq!(parse_name(turning, 20), Err(BadText::Turning));
        }
    }

    #[test]
    fn a_text_with_nothing_to_be_seen_is_empty() {
        assert_eq!(parse("\u{200b}\u{feff} \u{2060}", 10), Err(BadText::Empty));
        assert_eq!(parse("\u{200f}.", 10).as_deref(), Ok("\u{200f}."));
    }
}
