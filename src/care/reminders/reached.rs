//! Whether a reminder has reached anything of theirs. One that was sent is looked for a while later;
//! one that has reached no device, and one that could not be sent while it still mattered, is on the
//! list of whoever keeps the date, who can say it in another way. Whoever has agreed to it is also sent one
//! text that says nothing: that it was taken is no proof, and ends no item of any list.

use std::time::Duration;

use super::due::Due;
use super::keeping::keepers;
use super::queries::{self, Head};
use crate::base::time::Moment;
use crate::care::contact_plans::actions::reach;
use crate::care::families::ties;
use crate::care::follow_ups::Reasons;
use crate::care::follow_ups::actions::{self as follow_ups, Silent};
use crate::care::notices::sending::actions::was_reached;
use crate::care::notices::sending::ringing::knock;
use crate::db::{Answer, Tx, View};

/// So long after it was sent is it looked for: a phone out of signal for a bus ride is none.
const LOOKED_FOR_AFTER: Duration = Duration::from_mins(30);
/// But not after the date has begun, where there is so much time before.
const SOONEST: Duration = Duration::from_mins(10);

/// When to look for a reminder that is sent now, of something that starts at a moment.
pub(super) fn look_at(now: Moment, starts_at: Moment) -> Moment {
    let latest = starts_at.max(now.plus(SOONEST));
    now.plus(LOOKED_FOR_AFTER).min(latest)
}

/// Which reminders are to be looked for now, the longest due first, and when the next one is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due_looks(view.conn(), now, most)?;
    let next = queries::first_look(view.conn())?;
    Ok((due, next))
}

/// Looks for these reminders, each only if nobody else has; says how many there were.
///
/// # Errors
/// If it cannot be stored; then none was looked for.
pub fn look(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let mut done: usize = 0;
    for due in dues {
        let Some((sent_at, starts_at)) = queries::take_look(tx.conn(), due)? else {
            continue;
        };
        done = done.saturating_add(1);
        let Some(head) = queries::head(tx.conn(), due.date_id)? else {
            continue;
        };
        // With whom contact was stopped since nobody is to be in another way.
        let member = head.family_member_id;
        let is_stopped = reach(tx, member)?.is_some_and(|reach| reach.is_stopped());
        if !is_stopped && !was_reached(tx, member, sent_at)? {
            not_reached(tx, &head)?;
            let until = starts_at.max(tx.now().plus(SOONEST));
            knock(tx, member, until)?;
        }
    }
    Ok(done)
}

/// Puts a date of which nobody could be reminded on the list of whoever keeps it, or answers for the
/// family where nobody does.
pub(super) fn not_reached(tx: &mut Tx<'_>, head: &Head) -> Answer<()> {
    let mut readers = keepers(tx, head)?;
    if readers.is_empty() {
        readers.extend(ties::answers_for(tx, head.family_member_id)?);
    }
    let silence = Silent {
        authority_id: head.authority_id,
        family_member_id: head.family_member_id,
        date_id: Some(head.id),
        reasons: Reasons {
            is_unreached: true,
            ..Reasons::default()
        },
    };
    follow_ups::silent(tx, &silence, &readers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_for_before_the_date_begins_if_there_is_time() {
        let at = |text: &str| Moment::parse_rfc3339(&format!("2026-06-02T{text}:00Z")).unwrap();
        for (starts, look) in [
            ("18:00", "10:30"),
            ("10:20", "10:20"),
            ("10:05", "10:10"),
            ("10:00", "10:10"),
        ] {
            assert_eq!(look_at(at("10:00"), at(starts)), at(look), "{starts}");
        }
    }
}
