//! Missing: what is made of silence. Work for whoever is with the family at every miss, and a concern
//! at the third in a row where silence is not their way.

use super::AskState;
use super::queries::{self, Judged};
use crate::base::civil::Civil;
use crate::base::ids::{AccountId, AuthorityId, CheckInId};
use crate::base::time::Moment;
use crate::care::families::ties;
use crate::care::follow_ups::Reasons;
use crate::care::follow_ups::actions::{self as follow_ups, Silent};
use crate::care::notices::sending::actions::was_reached;
use crate::care::safeguarding::{Source, SourceKind, actions as safeguarding};
use crate::care::words::Severity;
use crate::db::{Answer, Tx, View};

/// So many misses in a row of a family that usually answers are a concern.
const IN_A_ROW: usize = 3;
/// A family usually answers if, of so many times they were asked before that row,
const LOOKED_AT: usize = 6;
/// they answered so many.
const STEADY: usize = 4;
/// What the concern is found by.
const THREE_MISSED: &str = "check_ins.three_missed";

/// Somebody could not be asked: they have said that nothing may show on their phone, or the service was
/// not there.
pub(super) fn not_reached(tx: &mut Tx<'_>, whose: (AuthorityId, AccountId)) -> Answer<()> {
    let reasons = Reasons {
        is_unreached: true,
        ..Reasons::default()
    };
    silent(tx, whose, reasons)
}

/// Somebody was asked and has not answered. It stands in the lists of their mentor and practitioner
/// until they have been heard from, and after a working day the supervisor is told.
pub(super) fn missed(
    tx: &mut Tx<'_>,
    whose: (AuthorityId, AccountId),
    starts: Civil,
) -> Answer<()> {
    let (_, member) = whose;
    let most = IN_A_ROW.saturating_add(LOOKED_AT);
    let lately = queries::judged(tx.conn(), member, most)?;
    let last = queries::last_check_in(tx.conn(), member)?;
    let in_a_row = count_missed(&lately, last.map(|(_, at)| at));
    let asked_at = queries::asked_at(tx.conn(), (member, starts))?;
    let is_unreached = match asked_at {
        Some(since) => !was_reached(tx, member, since)?,
        None => false,
    };
    let reasons = Reasons {
        missed: i32::try_from(in_a_row).unwrap_or(i32::MAX),
        is_unreached,
        ..Reasons::default()
    };
    silent(tx, whose, reasons)?;
    match last {
        Some((last, _)) if is_unlike_them(in_a_row, &lately) => worry(tx, member, last),
        _ => Ok(()),
    }
}

/// How many were missed in a row since they were last heard from, the newest first.
fn count_missed(lately: &[Judged], heard_at: Option<Moment>) -> usize {
    let is_missed =
        |judged: &&Judged| judged.state == AskState::Missed && judged.asked_at > heard_at;
    lately.iter().take_while(is_missed).count()
}

/// Whether they have just missed the third in a row, having answered at least four of the six before.
fn is_unlike_them(in_a_row: usize, lately: &[Judged]) -> bool {
    let before = lately.iter().skip(IN_A_ROW).take(LOOKED_AT);
    let answered = before.filter(|judged| judged.state == AskState::Answered);
    in_a_row == IN_A_ROW && answered.count() >= STEADY
}

fn silent(
    tx: &mut Tx<'_>,
    (authority_id, member): (AuthorityId, AccountId),
    reasons: Reasons,
) -> Answer<()> {
    let readers = ties::works_with(tx, member)?;
    let silence = Silent {
        authority_id,
        family_member_id: member,
        date_id: None,
        reasons,
    };
    follow_ups::silent(tx, &silence, &readers)
}

/// Raises the concern. It points at the last check-in they made, after which they fell silent.
fn worry(tx: &mut Tx<'_>, member: AccountId, last: CheckInId) -> Answer<()> {
    let source = Source {
        kind: SourceKind::CheckIn,
        author_id: member,
        id: last.into(),
    };
    safeguarding::heed_tap(tx, (member, source), (THREE_MISSED, Severity::Watch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_misses_are_unlike_whoever_answers_four_times_of_six() {
        // The newest stands first, and was asked last.
        let judged = |row: &str| -> Vec<Judged> {
            let all = (0..1000).rev().zip(row.chars());
            all.map(|(asked, letter)| Judged {
                state: match letter {
                    'x' => AskState::Missed,
                    _ => AskState::Answered,
                },
                asked_at: Some(Moment::from_micros(asked)),
            })
            .collect()
        };
        for (row, expected) in [
            ("xxxaaaa", true),
            ("xxxaxaxaa", true),
            ("xxxaaaaxx", true),
            ("xxaaaaaaa", false),
            ("xxx", false),
            ("xxxaaa", false),
            ("xxxaxxaxa", false),
            // The fourth was said at the third.
            ("xxxxaaaaa", false),
        ] {
            let lately = judged(row);
            let in_a_row = count_missed(&lately, Some(Moment::ZERO));
            assert_eq!(is_unlike_them(in_a_row, &lately), expected, "{row}");
        }
        // Who has checked in by themselves meanwhile was heard from.
        let heard_at = Some(Moment::from_micros(997));
        assert_eq!(count_missed(&judged("xxxaaaa"), heard_at), 2);
    }
}
