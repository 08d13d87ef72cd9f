//! Decides whether a text is in a language the lexicon has rules for.
//!
//! The script decides, and the language of the person's profile; never a guess from a short text.
//! Must never make a text disappear: what cannot be read is marked for a person to read.

use super::fold::looks_latin;

/// This many letters of a script without rules are too many to leave unread.
const TOO_MANY_FOREIGN: usize = 8;

/// Says whether a person must read the text because the lexicon cannot.
pub(super) fn is_unread(text: &str, profile: Option<&str>, known: &[String]) -> bool {
    is_foreign_script(text) || profile.is_some_and(|tag| !is_known(tag, known))
}

/// Says whether a profile's language has rules. A mixed profile is read with all of them.
fn is_known(tag: &str, known: &[String]) -> bool {
    let tag = tag.trim();
    let matches = |language: &str| {
        let front = tag
            .get(..language.len())
            .is_some_and(|f| f.eq_ignore_ascii_case(language));
        let rest = tag.get(language.len()..).unwrap_or_default();
        front && (rest.is_empty() || rest.starts_with(['-', '_']))
    };
    tag.is_empty()
        || tag.eq_ignore_ascii_case("mixed")
        || tag.eq_ignore_ascii_case("ur")
        || known.iter().any(|language| matches(language))
}

/// Says whether a text is written, for a good part, in letters no rule can match.
fn is_foreign_script(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let (mut latin, mut foreign) = (0_usize, 0_usize);
    for word in text.split(|ch: char| !ch.is_alphabetic()) {
        let disguised = word.chars().any(|ch| ch.is_ascii_alphabetic());
        for ch in word.chars() {
            if is_latin(ch) || (disguised && looks_latin(ch).is_some()) {
                latin += 1;
            } else {
                foreign += 1;
            }
        }
    }
    foreign >= TOO_MANY_FOREIGN || (foreign >= 2 && foreign * 3 >= latin)
}

/// Latin letters with all their marks, compatibility and stylistic forms included.
fn is_latin(ch: char) -> bool {
    matches!(ch,
        'A'..='Z' | 'a'..='z' | '\u{AA}' | '\u{BA}' | '\u{C0}'..='\u{2B8}'
            | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1EFF}' | '\u{2071}' | '\u{207F}'
            | '\u{2090}'..='\u{209C}' | '\u{2100}'..='\u{218F}' | '\u{24B6}'..='\u{24E9}'
            | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}'
            | '\u{FB00}'..='\u{FB06}' | '\u{FF21}'..='\u{FF5A}' | '\u{1D400}'..='\u{1D7FF}'
            | '\u{1F130}'..='\u{1F189}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["en", "pl", "ur-Latn"]
            .iter()
            .map(|tag| (*tag).to_owned())
            .collect()
    }

    #[test]
    fn script_and_profile_decide_what_is_unread() {
        assert!(is_unread("мама мене б'є", None, &known()));
        assert!(is_unread("امی مجھے مارتی ہیں", Some("en"), &known()));
        assert!(is_unread("ok thanks", Some("uk"), &known()));
        assert!(!is_unread("ok thanks", Some("en-GB"), &known()));
        assert!(!is_unread("theek hai", Some("ur-Latn-PK"), &known()));
        assert!(!is_unread("boję się", Some("pl"), &known()));
        assert!(!is_unread("kіll 😀 Ω", None, &known()));
        assert!(!is_unread("", None, &known()));
    }
}
