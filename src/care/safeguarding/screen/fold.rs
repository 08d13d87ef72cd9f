//! Folds a text to plain lower-case letters, each remembering which written character it came from.
//!
//! Compatibility forms, case, accents, invisible marks and look-alike letters all go, so that one
//! word has one spelling; the offsets let a quote show exactly what was written. Must never drop a
//! visible letter or give a letter an offset outside the text.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// One written character gives at most this many letters. A few ligatures stand for whole sentences;
/// no rule looks for one, and a text of nothing else would be many times as long as it was sent.
const MOST_LETTERS: usize = 4;

/// One folded letter and the offset, in Unicode scalars, of the written character behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) ch: char,
    pub(super) at: u32,
}

/// Folds a whole text.
pub(super) fn fold(text: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut at = 0_u32;
    let mut plain = true;
    for ch in text.chars() {
        if ch.is_ascii() {
            letters.push(Letter {
                ch: ch.to_ascii_lowercase(),
                at,
            });
        } else if !is_invisible(ch) {
            plain = false;
            let most = letters.len() + MOST_LETTERS;
            fold_one(ch, &mut |ch| {
                if letters.len() < most {
                    letters.push(Letter { ch, at });
                }
            });
        }
        at = at.saturating_add(1);
    }
    if !plain {
        unmask(&mut letters);
    }
    letters
}

/// Folds a word of the lexicon the same way a text is folded.
pub(super) fn fold_word(word: &str) -> String {
    fold(word)
        .iter()
        .map(|letter| letter.ch)
        .filter(|ch| *ch != '\'')
        .collect()
}

/// Folds one character outside ASCII, handing every resulting letter to `push`.
fn fold_one(ch: char, push: &mut impl FnMut(char)) {
    if is_apostrophe(ch) {
        return push('\'');
    }
    if is_quote(ch) {
        return push('"');
    }
    if let Some(boxed) = boxed_letter(ch) {
        return push(boxed);
    }
    decompose_compatible(ch, |part| {
        if is_combining_mark(part) || is_invisible(part) {
            return;
        }
        for lower in part.to_lowercase() {
            fold_stroke(lower, push);
        }
    });
}

/// Spells out the letters whose stroke or ligature no decomposition removes.
fn fold_stroke(ch: char, push: &mut impl FnMut(char)) {
    match ch {
        'ł' | 'ƚ' => push('l'),
        'đ' | 'ð' | 'ɖ' => push('d'),
        'ø' => push('o'),
        'ħ' => push('h'),
        'ŧ' => push('t'),
        'ı' => push('i'),
        'ß' => {
            push('s');
            push('s');
        }
        'æ' => {
            push('a');
            push('e');
        }
        'œ' => {
            push('o');
            push('e');
        }
        other if is_combining_mark(other) => {}
        other => push(other),
    }
}

/// Says whether a character is one of the marks people use for an apostrophe.
const fn is_apostrophe(ch: char) -> bool {
    matches!(
        ch,
        '\u{2018}'
            ..='\u{201B}'
                | '\u{02BC}'
                | '\u{02B9}'
                | '\u{02BB}'
                | '\u{02C8}'
                | '\u{2032}'
                | '\u{00B4}'
                | '\u{FF07}'
                | '\u{FF40}'
                | '\u{A78C}'
    )
}

/// Says whether a character is a double quotation mark.
const fn is_quote(ch: char) -> bool {
    matches!(
        ch,
        '\u{201C}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' | '\u{FF02}'
    )
}

/// Zero-width and format characters, variation selectors, tags and skin tones.
const fn is_invisible(ch: char) -> bool {
    matches!(
        ch,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1F3FB}'..='\u{1F3FF}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Reads the squared and circled white-on-black capitals, which have no decomposition.
fn boxed_letter(ch: char) -> Option<char> {
    let code = u32::from(ch);
    let index = match code {
        0x1F130..=0x1F149 => code.checked_sub(0x1F130)?,
        0x1F150..=0x1F169 => code.checked_sub(0x1F150)?,
        0x1F170..=0x1F189 => code.checked_sub(0x1F170)?,
        _ => return None,
    };
    char::from_u32(u32::from('a').checked_add(index)?)
}

/// The Latin letter that a letter of another alphabet passes for.
pub(super) const fn looks_latin(ch: char) -> Option<char> {
    Some(match ch {
        'а' | 'α' | 'ɑ' | 'ᴀ' => 'a',
        'в' | 'β' | 'ʙ' | 'ь' => 'b',
        'с' | 'ϲ' | 'ᴄ' => 'c',
        'ԁ' | 'ᴅ' => 'd',
        'е' | 'ε' | 'ᴇ' | 'є' | 'ǝ' => 'e',
        'ғ' | 'ꜰ' | 'ƒ' => 'f',
        'ɡ' | 'ɢ' => 'g',
        'һ' | 'н' | 'ʜ' => 'h',
        'і' | 'ι' | 'ɩ' | 'ɪ' => 'i',
        'ј' | 'ᴊ' => 'j',
        'к' | 'κ' | 'ᴋ' => 'k',
        'ӏ' | 'ʟ' | 'ⅼ' => 'l',
        'м' | 'ᴍ' => 'm',
        'ո' | 'η' | 'ɴ' | 'п' => 'n',
        'о' | 'ο' | 'σ' | 'օ' | 'ᴏ' => 'o',
        'р' | 'ρ' | 'ᴘ' => 'p',
        'ԛ' => 'q',
        'г' | 'ʀ' => 'r',
        'ѕ' | 'ꜱ' => 's',
        'т' | 'τ' | 'ᴛ' => 't',
        'υ' | 'ս' | 'ᴜ' => 'u',
        'ѵ' | 'ν' | 'ᴠ' => 'v',
        'ԝ' | 'ω' | 'ᴡ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' | 'ү' | 'ʏ' => 'y',
        'ᴢ' => 'z',
        _ => return None,
    })
}

/// Replaces look-alikes where a word mixes alphabets, or where the rest of the text is Latin.
fn unmask(letters: &mut [Letter]) {
    let latin = letters
        .iter()
        .filter(|letter| letter.ch.is_ascii_alphabetic())
        .count();
    let foreign = letters
        .iter()
        .filter(|l| l.ch.is_alphabetic() && !l.ch.is_ascii())
        .count();
    let alphabets = |a: &Letter, b: &Letter| a.ch.is_alphabetic() && b.ch.is_alphabetic();
    let is_mixed = |word: &[Letter]| {
        let ascii = |letter: &Letter| letter.ch.is_ascii_alphabetic();
        word.iter().any(ascii) && word.iter().any(|l| looks_latin(l.ch).is_some())
    };
    // One word of two alphabets gives the whole text away.
    let disguised = letters.chunk_by(alphabets).any(is_mixed);
    for word in letters.chunk_by_mut(|a, b| a.ch.is_alphabetic() && b.ch.is_alphabetic()) {
        let alike = word
            .iter()
            .all(|l| l.ch.is_ascii() || looks_latin(l.ch).is_some());
        let mixed = word.iter().any(|letter| letter.ch.is_ascii_alphabetic());
        if mixed || (alike && (disguised || latin > foreign)) {
            for letter in word.iter_mut() {
                letter.ch = looks_latin(letter.ch).unwrap_or(letter.ch);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        fold(text).iter().map(|letter| letter.ch).collect()
    }

    #[test]
    fn marks_case_and_strokes_are_folded_away() {
        assert_eq!(folded("Boję SIĘ Łódź"), "boje sie lodz");
        assert_eq!(folded("Mi-e frică"), "mi-e frica");
        assert_eq!(folded("k\u{200D}i\u{200B}ll"), "kill");
        assert_eq!(folded("ｋｉｌｌ 𝐤𝐢𝐥𝐥"), "kill kill");
        assert_eq!(folded("don’t"), "don't");
    }

    #[test]
    fn look_alikes_are_read_only_beside_latin_letters() {
        assert_eq!(folded("kіll mе"), "kill me");
        assert_eq!(folded("мене б'ють"), "мене б'ють");
    }

    #[test]
    fn every_offset_points_at_the_written_character() {
        let text = "é🅺ßx";
        let places: Vec<u32> = fold(text).iter().map(|letter| letter.at).collect();

        assert_eq!(places, vec![0, 1, 2, 2, 3]);
    }
}
