//! What a notice outside the app says: one sentence, whatever happened.
//!
//! It lies on a lock screen that others see. So it names nobody and nothing, and a disclosure looks
//! like a reminder of tea. Whoever is needed at once learns that, and no more.

use crate::base::secret::Secret;
use crate::db::Urgency;

/// What a phone shows above the sentence; never the name of a service a family would not want seen.
pub const TITLE: &str = "Daybook";

/// A sentence for everything, and one for what cannot wait.
struct Sentences {
    usual: &'static str,
    now: &'static str,
}

const ENGLISH: Sentences = Sentences {
    usual: "You have something new.",
    now: "Something needs you now.",
};

/// The sentence in a person's language; in English where there is none.
#[must_use]
pub fn sentence(language: &str, urgency: Urgency) -> &'static str {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    let sentences = match primary {
        "cy" => Sentences {
            usual: "Mae gennych rywbeth newydd.",
            now: "Mae rhywbeth eich angen chi nawr.",
        },
        "pl" => Sentences {
            usual: "Masz coś nowego.",
            now: "Coś wymaga teraz Twojej uwagi.",
        },
        "pt" => Sentences {
            usual: "Tem algo novo.",
            now: "Algo precisa de si agora.",
        },
        "ro" => Sentences {
            usual: "Aveți ceva nou.",
            now: "Ceva are nevoie de dumneavoastră acum.",
        },
        "uk" => Sentences {
            usual: "У вас є щось нове.",
            now: "Щось потребує вас зараз.",
        },
        "ur" => Sentences {
            usual: "آپ کے لیے کچھ نیا ہے۔",
            now: "کسی چیز کو ابھی آپ کی ضرورت ہے۔",
        },
        "ar" => Sentences {
            usual: "لديك شيء جديد.",
            now: "هناك ما يحتاجك الآن.",
        },
        _ => ENGLISH,
    };
    match urgency {
        Urgency::Now => sentences.now,
        Urgency::Quiet | Urgency::Usual | Urgency::Pressing => sentences.usual,
    }
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

/// What is written to whoever verifies their address.
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
