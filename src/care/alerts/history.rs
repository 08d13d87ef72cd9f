//! The history of an alert: what is done to it, by whom, and what people are told of it.
//!
//! The history only ever grows; every deed is a line of it, written in the unit of the deed.

use crate::base::ids::AccountId;

/// What happened to an alert: a line of its history, which only ever grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Its name, one of [`deeds`].
    pub deed: &'static str,
    /// Who did it; nobody if it happened by itself.
    pub actor: Option<AccountId>,
    /// Facts as JSON. Never words, never a name.
    pub detail: serde_json::Value,
    /// What the actor wrote: rationale or reason. Sealed at rest.
    pub words: Option<String>,
}

impl Deed {
    /// Something that happened by itself.
    pub(super) fn of_itself(deed: &'static str, detail: serde_json::Value) -> Self {
        Self {
            deed,
            actor: None,
            detail,
            words: None,
        }
    }

    /// Something a person did.
    pub(super) fn by(actor: AccountId, deed: &'static str, detail: serde_json::Value) -> Self {
        Self {
            deed,
            actor: Some(actor),
            detail,
            words: None,
        }
    }
}

/// The names of deeds.
pub mod deeds {
    /// It was raised.
    pub const OPENED: &str = "opened";
    /// Something more serious or new came: it was raised again.
    pub const RAISED_AGAIN: &str = "raised_again";
    /// Nobody answered: the next rung was told.
    pub const STEPPED_UP: &str = "stepped_up";
    /// A rung with nobody on it was passed over.
    pub const RUNG_EMPTY: &str = "rung_empty";
    /// A whole round found nobody.
    pub const UNREACHABLE: &str = "unreachable";
    /// Somebody has it.
    pub const ACKNOWLEDGED: &str = "acknowledged";
    /// The holder has seen what was new.
    pub const SEEN: &str = "seen";
    /// The holder did not look at what was new in time.
    pub const NOT_SEEN: &str = "not_seen";
    /// The holder wants to hand it to somebody.
    pub const HANDED_OVER: &str = "handed_over";
    /// The taker has it.
    pub const TAKEN_OVER: &str = "taken_over";
    /// The decision clock has run out.
    pub const DECISION_OVERDUE: &str = "decision_overdue";
    /// A decision that waits for a second qualified person.
    pub const DECISION_PROPOSED: &str = "decision_proposed";
    /// Whoever it was handed to has not taken it in time, and was asked again.
    pub const HANDOVER_WAITS: &str = "handover_waits";
    /// No second qualified person has answered in time, and they were asked again.
    pub const SECOND_PERSON_WAITS: &str = "second_person_waits";
    /// A qualified person decided, and it was closed.
    pub const DECIDED: &str = "decided";
    /// Somebody opened it again.
    pub const REOPENED: &str = "reopened";
    /// Somebody telephoned another agency about it.
    pub const CALLED: &str = "called";
    /// Somebody is to do something about it.
    pub const ACTION_AGREED: &str = "action_agreed";
    /// A decision referred it to another agency, whose answer is awaited.
    pub const REFERRED: &str = "referred";
    /// The other agency has answered.
    pub const DECISION_RECEIVED: &str = "decision_received";
    /// What was to be done is done.
    pub const ACTION_DONE: &str = "action_done";
    /// What was to be done is overdue, and people were told.
    pub const ACTION_OVERDUE: &str = "action_overdue";
    /// Somebody is left out of it from now on.
    pub const LEFT_OUT: &str = "left_out";
    /// Its holder can no longer answer, and somebody else has it in their place.
    pub const PASSED_ON: &str = "passed_on";
    /// What was to be done is another's to do.
    pub const ACTION_PASSED_ON: &str = "action_passed_on";
    /// Its holder can no longer answer.
    pub const LET_GO: &str = "let_go";
    /// Somebody who is left out of it has signed out everywhere whom it is about.
    pub const DEVICES_ENDED: &str = "devices_ended";
    /// Somebody who is left out of it has made a code into the account of whom it is about.
    pub const WAY_BACK_MADE: &str = "way_back_made";
    /// Somebody who is left out of it has closed the family's case.
    pub const CASE_CLOSED: &str = "case_closed";
    /// A mentor who is left out of it was matched with whom it is about, or another of the family.
    pub const MENTOR_MATCHED: &str = "mentor_matched";
    /// A mentor who is left out of it covers for the mentor of whom it is about, or of another of the family.
    pub const MENTOR_COVERS: &str = "mentor_covers";
    /// With these it begins to climb from the first rung.
    pub const RAISINGS: &[&str] = &[OPENED, RAISED_AGAIN, NOT_SEEN, REOPENED, LET_GO];
}

/// What people are told.
pub mod events {
    use crate::db::Event;

    /// An alert waits for an answer.
    pub const OPENED: Event = "alert.opened";
    /// Something worse or new came to an alert.
    pub const RAISED_AGAIN: Event = "alert.raised_again";
    /// Something came to an alert its holder has.
    pub const OCCURRED: Event = "alert.occurred";
    /// Somebody has it.
    pub const ACKNOWLEDGED: Event = "alert.acknowledged";
    /// Somebody else has been given it: whoever had it can no longer answer.
    pub const PASSED: Event = "alert.passed";
    /// You are asked to take it.
    pub const HANDED_OVER: Event = "alert.handed_over";
    /// You have it: whoever had it can no longer answer.
    pub const PASSED_ON: Event = "alert.passed_on";
    /// A decision is overdue.
    pub const DECISION_OVERDUE: Event = "alert.decision_overdue";
    /// A second qualified person is needed.
    pub const SECOND_PERSON_NEEDED: Event = "alert.second_person_needed";
    /// It was decided.
    pub const CLOSED: Event = "alert.closed";
    /// It was opened again.
    pub const REOPENED: Event = "alert.reopened";
    /// You are to do something about it.
    pub const ACTION_GIVEN: Event = "alert.action_given";
    /// Something to be done about it is overdue.
    pub const ACTION_OVERDUE: Event = "alert.action_overdue";
    /// So many alerts you were told of still wait.
    pub const WAITING: Event = "alerts.waiting";
}
