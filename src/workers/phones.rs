//! Telephones: what is handed to the phone hook, and what its answer means. One sentence whatever
//! happened; a code where somebody asked for one.

use super::notices::{came_to, unanswered, understand};
use crate::app::App;
use crate::care::notices::sending::{Ended, Letter, Outcome, Try};
use crate::care::notices::texts;
use crate::db::Urgency;
use crate::phone_hook::Ring;

/// Hands one call over and says what came of it. The answer's body is never read: what takes it says so
/// by its status, and one that never ends holds up nobody.
pub(super) async fn send(app: &App, tried: &Try, (to, letter): (&str, &Letter)) -> Ended {
    let Some(hook) = app.phone_hook() else {
        return came_to(Outcome::Refused);
    };
    let (kind, language, text) = match letter {
        Letter::Notice => {
            let (language, sentence) = texts::spoken(&tried.language, tried.urgency);
            ("notice", language, sentence.to_owned())
        }
        Letter::Verification(code) => ("code", "en", texts::verification(code)),
        Letter::Knock => {
            let (language, text) = texts::knock(&tried.language);
            ("knock", language, text)
        }
        Letter::BareCode(code) => ("code", "und", code.expose().to_owned()),
        // None is made for a telephone.
        Letter::WayBack(_) => return came_to(Outcome::Refused),
    };
    let ring = Ring {
        id: tried.sending,
        to,
        kind,
        urgency: match tried.urgency {
            Urgency::Now => "now",
            Urgency::Pressing => "pressing",
            Urgency::Usual | Urgency::Quiet => "usual",
        },
        language,
        text: &text,
        until: tried.give_up_at,
    };
    match hook
        .request(app.http(), &ring, app.clock().now())
        .send()
        .await
    {
        Ok(answer) => heed(understand(&answer)),
        Err(error) => unanswered(&error),
    }
}

/// A hook that is not there is a wrong setting: it says nothing of the telephone.
fn heed(ended: Ended) -> Ended {
    if ended.outcome == Outcome::Gone {
        return Ended {
            outcome: Outcome::Refused,
            ..ended
        };
    }
    ended
}
