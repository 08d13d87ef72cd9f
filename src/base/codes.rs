//! Codes that people read out to each other: ten Crockford characters, fifty bits.

use super::secret::{Secret, random_bytes};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters a code has.
pub const LENGTH: usize = 10;

/// Makes a new code, written as `K7F2M-9QRXW`.
#[must_use]
pub fn random_code() -> Secret {
    code_of(random_bytes::<LENGTH>())
}

/// The code that these bytes make: for one that is derived from a key and kept nowhere.
#[must_use]
pub fn code_of(bytes: [u8; LENGTH]) -> Secret {
    let mut code = String::with_capacity(LENGTH + 1);
    for (place, byte) in bytes.into_iter().enumerate() {
        if place == LENGTH / 2 {
            code.push('-');
        }
        let letter = ALPHABET
            .get(usize::from(byte % 32))
            .copied()
            .unwrap_or(b'0');
        code.push(char::from(letter));
    }
    Secret::new(code)
}

/// Reads a code as people type it: any case, spaces and dashes anywhere, O for 0, I and L for 1.
/// `None` if it cannot be a code.
#[must_use]
pub fn parse_code(typed: &str) -> Option<Secret> {
    let mut code = String::with_capacity(LENGTH);
    for letter in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if !letter.is_ascii() || !ALPHABET.iter().any(|known| char::from(*known) == letter) {
            return None;
        }
        code.push(letter);
        if code.len() > LENGTH {
            return None;
        }
    }
    (code.len() == LENGTH).then(|| Secret::new(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let code = random_code();
        let plain = code.expose().replace('-', "");

        assert_eq!(parse_code(code.expose()).unwrap().expose(), plain);
        assert_eq!(
            parse_code(&format!(" {} ", plain.to_lowercase()))
                .unwrap()
                .expose(),
            plain
        );
        assert_eq!(parse_code("oil0000000").unwrap().expose(), "0110000000");
        assert!(parse_code("short").is_none());
        assert!(parse_code("U000000000").is_none());
    }
}
