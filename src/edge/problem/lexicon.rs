//! How the refusals about the lexicon are told.

use super::{FieldError, Kind, NOT_TWO_PEOPLE, Problem};
use crate::care::alerts::false_alarms::CountRefusal;
use crate::care::safeguarding::lexicons::actions::LexiconRefusal;
use crate::care::safeguarding::screen::Broken;

/// At most so many failing examples are named at once.
const MOST_NAMED: usize = 50;

impl From<LexiconRefusal> for Problem {
    fn from(refusal: LexiconRefusal) -> Self {
        match refusal {
            LexiconRefusal::NotAllowed => Self::new(Kind::NotAllowed),
            LexiconRefusal::NotFound => Self::new(Kind::NotFound),
            LexiconRefusal::Published => {
                Self::new(Kind::AlreadyDone).detail("this draft was published before")
            }
            LexiconRefusal::ExamplesFail(broken) => Self::new(Kind::WrongState)
                .detail("examples are not as they say")
                .with_errors(broken.iter().take(MOST_NAMED).map(failing).collect()),
            LexiconRefusal::SecondPersonNeeded(changes) => {
                let rules = [&changes.removed, &changes.raised, &changes.weakened];
                let rules: Vec<&str> = rules.into_iter().flatten().map(String::as_str).collect();
                let rules = rules.join(", ");
                Self::new(Kind::WrongState).detail(format!(
                    "another manager must publish it: it removes, weakens or raises, or leaves people out by, {rules}"
                ))
            }
            LexiconRefusal::Lapsed => Self::new(Kind::WrongState).detail(
                "whoever drafted it may not act any more: another manager must draft it again",
            ),
            LexiconRefusal::NotTwoPeople => Self::new(Kind::WrongState).detail(NOT_TWO_PEOPLE),
            LexiconRefusal::NotLive => {
                Self::new(Kind::WrongState).detail("only the version that is live can be withdrawn")
            }
            LexiconRefusal::TooMany(wait) => Self::new(Kind::TooMany)
                .detail("so many drafts a day are enough for one person")
                .retry_after(wait.as_secs().saturating_add(1)),
            LexiconRefusal::Field(pointer, wrong) => Self::field(pointer, wrong),
            LexiconRefusal::Store(fault) => fault.into(),
        }
    }
}

impl From<CountRefusal> for Problem {
    fn from(refusal: CountRefusal) -> Self {
        match refusal {
            CountRefusal::NotAllowed => Self::new(Kind::NotAllowed),
            CountRefusal::Store(fault) => fault.into(),
        }
    }
}

/// The examples are the lexicon's own words: nobody said them.
fn failing(broken: &Broken) -> FieldError {
    let (rule, text) = (&broken.rule, &broken.text);
    let detail = match &broken.found_by {
        None => format!("must be found and is not: {text}"),
        Some(by) => format!("must not be found and is, by {by}: {text}"),
    };
    FieldError {
        pointer: rule.clone(),
        detail,
    }
}
