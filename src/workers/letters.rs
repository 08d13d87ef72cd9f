//! Letters: what a mail says, and what the mail server's answer means. One sentence whatever happened;
//! a code where somebody asked for one.

use super::notices::came_to;
use crate::app::App;
use crate::care::notices::sending::{Ended, Letter, Outcome, Try};
use crate::care::notices::texts;
use crate::mailer::NotTaken;

/// Hands one letter over and says what came of it.
pub(super) async fn send(app: &App, tried: &Try, (to, letter): (&str, &Letter)) -> Ended {
    let Some(mailer) = app.mailer() else {
        return came_to(Outcome::Refused);
    };
    let text = write(app, tried, letter);
    match mailer.send(to, (texts::TITLE, text)).await {
        Ok(()) => came_to(Outcome::Accepted),
        Err(why) => understand(why),
    }
}

fn write(app: &App, tried: &Try, letter: &Letter) -> String {
    let mut text = match letter {
        // No mail goes to families: the others are for telephones.
        Letter::Notice | Letter::Knock => {
            texts::sentence(&tried.language, tried.urgency).to_owned()
        }
        Letter::WayBack(code) => texts::way_back(code),
        Letter::Verification(code) | Letter::BareCode(code) => texts::verification(code),
    };
    if let Some(url) = &app.config().public_url {
        text.push_str("\n\n");
        text.push_str(url);
    }
    text.push('\n');
    text
}

fn understand(why: NotTaken) -> Ended {
    let (outcome, status) = match why {
        NotTaken::Refused(status) => (Outcome::Refused, status),
        NotTaken::Later(status) => (Outcome::Busy, status),
        NotTaken::TimedOut => (Outcome::TimedOut, None),
        NotTaken::Unreachable => (Outcome::Unreachable, None),
        NotTaken::Fault => (Outcome::Fault, None),
    };
    Ended {
        status,
        ..came_to(outcome)
    }
}
