//! Cover within dates: while a mentor is away another reads and answers in their conversation. It
//! begins and ends on the minute, by itself; the family member and both mentors are told.

use std::time::Duration;

use serde_json::json;

use super::{Match, MatchError, present, queries};
use crate::base::ids::{AccountId, MatchId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::nearing::{self, Near, Step, is_known_to_lie_in};
use crate::care::audit::{self, Line};
use crate::care::reminders::keeping;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// The pair and a mentor are told that this one covers, and when.
pub const CONVERSATION_COVERED: Event = "conversation.covered";
/// They are told that nobody does any more.
pub const CONVERSATION_COVER_ENDED: Event = "conversation.cover_ended";
/// Cover is for an absence: whoever stays longer is matched.
pub const LONGEST: Duration = Duration::from_hours(92 * 24);
/// At most so many people have covered one conversation.
const MOST: i64 = 20;

/// Who covers a conversation, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The match whose mentor is away.
    pub of: Match,
    /// Who covers.
    pub account_id: AccountId,
    /// From when.
    pub from: Moment,
    /// Until when; from that moment on they are no member any more.
    pub until: Moment,
}

/// Lets another mentor of the family's pod cover for the matched one. Said again of the same mentor,
/// these dates take the place of those before. As for a match, whoever may not know that a worry lies in them is
/// not refused.
///
/// # Errors
/// If the caller may not, the match is over, the person is no other active mentor of the pod, or the
/// dates do not fit.
pub fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, account_id): (MatchId, AccountId),
    (from, until): (Option<Moment>, Moment),
) -> Result<Cover, MatchError> {
    let (found, pod) = present(tx, caller, id)?;
    let now = tx.now();
    let from = from.unwrap_or(now);
    if from < now {
        return Err(MatchError::Field("/from", "must not be in the past"));
    }
    if until <= from {
        return Err(MatchError::Field("/until", "must be after it begins"));
    }
    if until.since(from) > LONGEST {
        return Err(MatchError::Field("/until", "must be within 92 days"));
    }
    let their_pod = queries::mentor_pod(tx.conn(), caller.authority_id, account_id)?;
    if their_pod != Some(pod)
        || account_id == found.peer_mentor_id
        || is_known_to_lie_in(tx, caller, (found.family_member_id, account_id))?
    {
        let wrong = "is no other active mentor of this pod";
        return Err(MatchError::Field("/account_id", wrong));
    }
    let conversation = found.conversation_id;
    if !queries::move_cover(tx.conn(), (conversation, account_id), (from, until))? {
        if queries::count_cover(tx.conn(), conversation)? >= MOST {
            let wrong = "is one too many: as many as may have covered here";
            return Err(MatchError::Field("/account_id", wrong));
        }
        queries::insert_cover(tx.conn(), (conversation, account_id), (from, until))?;
    }
    let cover = Cover {
        of: found,
        account_id,
        from,
        until,
    };
    record(
        tx,
        caller,
        "match.covered",
        &cover.of,
        json!({
            "account_id": account_id, "from": from, "until": until,
        }),
    )?;
    let near = (Near::FamilyOf(cover.of.family_member_id), account_id);
    nearing::tell(tx, caller, near, Step::Covers)?;
    let facts = json!({ "cover_id": account_id, "from": from, "until": until });
    tell(tx, &cover.of, &[account_id], (CONVERSATION_COVERED, &facts));
    Ok(cover)
}

/// Ends whatever cover there is or was to be: from now on the matched mentor is alone with the family
/// member again. Nothing happens where there is none.
///
/// # Errors
/// If the caller may not, or the match is over.
pub fn end(tx: &mut Tx<'_>, caller: &Caller, id: MatchId) -> Result<(), MatchError> {
    let (found, _) = present(tx, caller, id)?;
    let now = tx.now();
    let ended = queries::end_cover_of(tx.conn(), found.conversation_id, now)?;
    if ended.is_empty() {
        return Ok(());
    }
    record(
        tx,
        caller,
        "match.cover_ended",
        &found,
        json!({ "account_ids": ended }),
    )?;
    tell(tx, &found, &ended, (CONVERSATION_COVER_ENDED, &json!({})));
    Ok(keeping::look_to_those_with(tx, found.family_member_id)?)
}

/// Ends whatever somebody who leaves covers or was to. The pairs are told: the family member writes to
/// somebody who is away, and must know it.
pub(super) fn end_all_by(tx: &mut Tx<'_>, account: AccountId) -> Answer<()> {
    let now = tx.now();
    for of in queries::covered_by(tx.conn(), account, now)? {
        tell(tx, &of, &[], (CONVERSATION_COVER_ENDED, &json!({})));
    }
    queries::end_cover_by(tx.conn(), account, now)
}

/// Tells the pair and whoever covers or was to. Their sockets wake, and whoever may not read any more
/// reads no more.
fn tell(
    tx: &mut Tx<'_>,
    of: &Match,
    covering: &[AccountId],
    (event, facts): (Event, &serde_json::Value),
) {
    let pair = [of.family_member_id, of.peer_mentor_id];
    for &to in pair.iter().chain(covering) {
        tx.tell(Telling {
            to,
            event,
            subject: of.conversation_id.into(),
            subject_seq: 0,
            detail: Some(facts.to_string()),
            urgency: Urgency::Usual,
        });
    }
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    deed: &'static str,
    of: &Match,
    detail: serde_json::Value,
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "match",
        subject_id: Some(of.id.into()),
        about: Some(of.family_member_id),
        detail,
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
