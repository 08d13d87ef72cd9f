//! How a mentor's work with a family member begins and ends: a first meeting, at which a worker introduces them,
//! and an ending that is planned, with days before it in which they see each other less.
//!
//! Nothing ends by itself. Once the last day is over, whoever answers for the family is told, and again each week
//! until they end the match, or say another day: whoever is away when it is said the first time learns of it too.

mod queries;

use std::time::Duration;

use chrono::NaiveDate;
use serde_json::json;

use super::{Match, MatchError, present};
use crate::base::civil::{Civil, Zone};
use crate::base::ids::{ConversationId, MatchId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::audit::{self, Line};
use crate::care::conversations::Days;
use crate::care::families::ties;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// The pair is told how the mentor's work goes on, or when it ends.
pub const CONVERSATION_COURSE: Event = "conversation.course";
/// Whoever answers for the family is told that the last day is over and the match is not ended.
pub const CONVERSATION_ENDING_DUE: Event = "conversation.ending_due";
/// After so long they are told again.
const AGAIN_AFTER: Duration = Duration::from_hours(7 * 24);
/// No day lies further from today.
const FURTHEST: i64 = 366;

/// A talk whose last day was seen to be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub conversation_id: ConversationId,
    /// Since when.
    pub look_at: Moment,
}

/// Says the days of a match, all of them: what is left out is not said any more. The pair is told. The same again
/// changes nothing.
///
/// # Errors
/// If the caller may not change the match, it has ended, or the days do not fit.
pub fn set(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, days): (MatchId, Days),
) -> Result<Match, MatchError> {
    let (found, _) = present(tx, caller, id)?;
    let before = queries::days(tx.conn(), found.conversation_id)?;
    if before == days {
        return Ok(found);
    }
    check(tx.now(), before, days)?;
    let look_at = days.ends_on.and_then(over_at);
    queries::set_days(tx.conn(), found.conversation_id, (days, look_at))?;
    let written = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let facts = json!({
        "introduced_on": written(days.introduced_on), "tapers_from": written(days.tapers_from),
        "ends_on": written(days.ends_on),
    });
    let line = Line {
        deed: "match.course_set",
        subject: "match",
        subject_id: Some(found.id.into()),
        about: Some(found.family_member_id),
        detail: facts.clone(),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    for to in [found.family_member_id, found.peer_mentor_id] {
        tx.tell(Telling {
            to,
            event: CONVERSATION_COURSE,
            subject: found.conversation_id.into(),
            subject_seq: 0,
            detail: Some(facts.to_string()),
            urgency: Urgency::Usual,
        });
    }
    tx.wake_workers();
    Ok(found)
}

/// When a day is over in London.
fn over_at(day: NaiveDate) -> Option<Moment> {
    let midnight = Civil::parse(&format!("{}T00:00", day.succ_opt()?))?;
    Some(midnight.at(Zone::LONDON))
}

fn check(now: Moment, before: Days, days: Days) -> Result<(), MatchError> {
    let today = Civil::shown(now, Zone::LONDON).date();
    let far = |day: NaiveDate| day.signed_duration_since(today).num_days().abs() > FURTHEST;
    for (field, day) in [
        ("/introduced_on", days.introduced_on),
        ("/tapers_from", days.tapers_from),
        ("/ends_on", days.ends_on),
    ] {
        if day.is_some_and(far) {
            return Err(MatchError::Field(field, "must be within a year"));
        }
    }
    if days.ends_on != before.ends_on && days.ends_on.is_some_and(|day| day < today) {
        return Err(MatchError::Field("/ends_on", "must not be past"));
    }
    let late = |first: NaiveDate| days.ends_on.is_some_and(|last| first > last);
    if days.introduced_on.is_some_and(late) {
        let wrong = "must not be after the last day";
        return Err(MatchError::Field("/introduced_on", wrong));
    }
    match (days.tapers_from, days.ends_on) {
        (Some(_), None) => Err(MatchError::Field("/ends_on", "must be said with it")),
        (Some(from), Some(ends)) if from > ends => Err(MatchError::Field(
            "/tapers_from",
            "must not be after the last day",
        )),
        _ => Ok(()),
    }
}

/// Of which matches the last day is over, and when it next is of one.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::endings_due(view.conn(), now, most)?;
    Ok((due, queries::next_ending(view.conn())?))
}

/// Tells whoever answers for each family that a last day is over, of each once a week, whichever node is first, as
/// long as the match is not ended. Says how many there were.
///
/// # Errors
/// If it cannot be stored; then nobody is told.
pub fn tell_of_endings(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let again_at = tx.now().plus(AGAIN_AFTER);
    let mut done: usize = 0;
    for due in dues {
        let Some((member, ended_at)) = queries::take_ending(tx.conn(), due, again_at)? else {
            continue;
        };
        done = done.saturating_add(1);
        if ended_at.is_some() {
            queries::look_no_more(tx.conn(), due.conversation_id)?;
            continue;
        }
        for to in ties::answers_for(tx, member)? {
            tx.tell(Telling {
                to,
                event: CONVERSATION_ENDING_DUE,
                subject: due.conversation_id.into(),
                subject_seq: 0,
                detail: Some(json!({ "family_member_id": member }).to_string()),
                urgency: Urgency::Usual,
            });
        }
    }
    Ok(done)
}
