//! Telephone numbers as the whole world writes them (E.164): `+`, the country, the number.

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// Not a telephone number that can be rung from everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number with its country, as +447700900123")]
pub struct BadPhoneNumber;

/// E.164 has at most so many digits; no country's numbers have fewer than the least.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

impl PhoneNumber {
    /// Reads a number as people type it: spaces, dashes, dots and brackets are left out.
    ///
    /// # Errors
    /// If it has no country, or is no number.
    pub fn parse(typed: &str) -> Result<Self, BadPhoneNumber> {
        let is_beside = |c: &char| c.is_whitespace() || "-.()".contains(*c);
        let bare: String = typed.chars().filter(|c| !is_beside(c)).collect();
        let digits = bare.strip_prefix('+').ok_or(BadPhoneNumber)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        // No country begins with a nought.
        if is_number && DIGITS.contains(&digits.len()) && !digits.starts_with('0') {
            Ok(Self(bare))
        } else {
            Err(BadPhoneNumber)
        }
    }

    /// As it is rung and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_typed_and_must_name_its_country() {
        for typed in [
            "+447700900123",
            " +44 7700 900 123 ",
            "+44 (7700) 900-123",
            "+44.7700.900123",
        ] {
            let read = PhoneNumber::parse(typed).unwrap();
            assert_eq!(read.as_str(), "+447700900123", "{typed}");
        }
        for wrong in [
            "",
            "+",
            "07700 900123",
            "447700900123",
            "+0447700900123",
            "+4477009",
            "+4477",
            "+44770090012345678",
            "+44 7700 900 12x",
            "+44770090०१२३",
            "tel:+447700900123",
            "+447700900123;ext=1",
        ] {
            assert_eq!(PhoneNumber::parse(wrong), Err(BadPhoneNumber), "{wrong}");
        }
    }
}
