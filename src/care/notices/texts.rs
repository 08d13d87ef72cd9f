//! What a notice outside the app says: one sentence, whatever happened.
//!
//! It lies on a lock screen that others see. So it names nobody and nothing, and a disclosure looks
//! like a reminder of tea. Whoever is needed at once learns that, and no more.
//! The sentences are those of `languages/`, where what families read in the app is too.

use crate::base::languages;
use crate::base::secret::Secret;
use crate::db::Urgency;

/// What a phone shows above the sentence; never the name of a service a family would not want seen.
pub const TITLE: &str = "Daybook";

/// What is said where a file lacks its sentence, which a test forbids.
const LAST_RESORT: &str = "You have something new.";

/// The sentence in a person's language; in English where there is none.
#[must_use]
pub fn sentence(language: &str, urgency: Urgency) -> &'static str {
    spoken(language, urgency).1
}

/// The sentence, and the language it is in, which a voice must know.
#[must_use]
pub fn spoken(language: &str, urgency: Urgency) -> (&'static str, &'static str) {
    let id = match urgency {
        Urgency::Now => "noticeNow",
        Urgency::Quiet | Urgency::Usual | Urgency::Pressing => "noticeNew",
    };
    let primary = languages::primary(language);
    let mut said = languages::FILES
        .iter()
        .filter(|(name, _)| *name == primary)
        .chain(languages::FILES.first())
        .filter_map(|(name, _)| Some((*name, languages::sentence(name, id)?)));
    said.next().unwrap_or(("en", LAST_RESORT))
}

/// What a family member is texted who has agreed to it, and the language it is in: the same whatever happened.
#[must_use]
pub fn knock(language: &str) -> (&'static str, String) {
    let (language, sentence) = spoken(language, Urgency::Usual);
    (language, format!("{TITLE}: {sentence}"))
}

/// What is written to whoever asked for a way back in. Staff and mentors alone get letters, and read
/// English here.
#[must_use]
pub fn way_back(code: &Secret) -> String {
    format!(
        "Your code is {}. It is good for 30 minutes and opens your account on a new device; the others \
         are signed out. Nobody will ever ask you for it. If you did not ask for it, do nothing.",
        code.expose()
    )
}

/// What is written, or said, to whoever verifies their address or number.
#[must_use]
pub fn verification(code: &Secret) -> String {
    format!(
        "Your code is {}. Type it where you asked for it, within 30 minutes. If you did not ask for it, \
         do nothing.",
        code.expose()
    )
}

/// Every payload is this long, so that its size says nothing.
pub const PAYLOAD_BYTES: usize = 320;

/// What is sealed into a push: the sentence as JSON, filled up to one length.
#[must_use]
pub fn payload(language: &str, urgency: Urgency) -> Vec<u8> {
    let text = serde_json::json!({
        "title": TITLE,
        "body": sentence(language, urgency),
        "tag": "daybook",
    });
    let mut bytes = text.to_string().into_bytes();
    bytes.resize(PAYLOAD_BYTES.max(bytes.len()), b' ');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_both_sentences_and_they_fit_a_lock_screen() {
        for (language, _) in languages::FILES {
            for id in ["noticeNew", "noticeNow"] {
                let text = languages::sentence(language, id)
                    .unwrap_or_else(|| panic!("{language} lacks {id}"));
                assert!(
                    (3..=60).contains(&text.chars().count()),
                    "{language}: {text}"
                );
            }
        }
        assert_eq!(sentence("pl-PL", Urgency::Usual), "Masz coś nowego.");
        assert_eq!(spoken("pl-PL", Urgency::Now).0, "pl");
        assert_eq!(spoken("xx", Urgency::Usual), ("en", LAST_RESORT));
        assert_eq!(knock("pl"), ("pl", "Daybook: Masz coś nowego.".to_owned()));
    }

    #[test]
    fn every_payload_is_as_long_as_every_other() {
        for language in ["en", "cy", "pl", "pt-BR", "ro", "uk", "ur", "ar", "xx", ""] {
            for urgency in Urgency::CALLS {
                assert_eq!(
                    payload(language, urgency).len(),
                    PAYLOAD_BYTES,
                    "{language}"
                );
            }
        }
    }
}
