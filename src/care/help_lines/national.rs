//! The national lines of England, as data. Nothing here may be guessed: change a line only after
//! reading the provider's own page or calling, and move [`VERIFIED_ON`] only when all were verified.

use super::{HelpLine, is_overdue, parse_day};
use crate::base::time::Moment;

/// The day of the oldest evidence that these lines rest on. It is honest rather than flattering: the
/// list is overdue until somebody has verified all of it again.
const VERIFIED_ON: &str = "2025-02-13";

struct Line {
    name: &'static str,
    number: &'static str,
    text_number: Option<&'static str>,
    hours: &'static str,
}

const EMERGENCY: Line = Line {
    name: "Emergency services",
    number: "999",
    text_number: None,
    hours: "always; if you cannot speak, call from a mobile and press 55 when you are asked to",
};

const OTHERS: [Line; 6] = [
    Line {
        name: "Childline, for anyone under 19",
        number: "0800 1111",
        text_number: None,
        hours: "always",
    },
    Line {
        name: "Shout, by text",
        number: "85258",
        text_number: Some("85258"),
        hours: "always, by text only",
    },
    Line {
        name: "Samaritans",
        number: "116 123",
        text_number: None,
        hours: "always",
    },
    Line {
        name: "National Domestic Abuse Helpline",
        number: "0808 2000 247",
        text_number: None,
        hours: "always",
    },
    Line {
        name: "Papyrus HOPELINE247, against suicide, for anyone under 35",
        number: "0800 068 4141",
        text_number: None,
        hours: "always",
    },
    Line {
        name: "NSPCC, for adults worried about a child",
        number: "0808 800 5000",
        text_number: None,
        hours: "Monday to Friday 8am to 10pm, weekends 9am to 6pm",
    },
];

/// The line that comes before all others.
pub(super) fn emergency(now: Moment) -> Option<HelpLine> {
    read(&EMERGENCY, now)
}

/// The lines that come after an authority's own.
pub(super) fn others(now: Moment) -> impl Iterator<Item = HelpLine> {
    OTHERS.iter().filter_map(move |line| read(line, now))
}

fn read(line: &Line, now: Moment) -> Option<HelpLine> {
    let verified_on = parse_day(VERIFIED_ON)?;
    Some(HelpLine {
        id: None,
        locality: None,
        name: line.name.to_owned(),
        number: line.number.to_owned(),
        text_number: line.text_number.map(ToOwned::to_owned),
        hours: line.hours.to_owned(),
        verified_on,
        overdue: is_overdue(verified_on, now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_lost_to_a_day_that_cannot_be_read() {
        assert!(emergency(Moment::ZERO).is_some());
        assert_eq!(others(Moment::ZERO).count(), OTHERS.len());
    }
}
