//! Widening: where those left out of an alert leave nobody to call, or nobody but the one who has said so, some
//! of them are left out no more, and operations are paged.
//!
//! Better those whom somebody has let in who must not know of it than nobody at all; then those who are left out
//! only for another alert's sake. And what one person has said, or marked, never leaves an alarm to that
//! person alone, nor to them and those they have let in. Who is implicated in the alert itself, or was left out
//! of it by hand, stays so.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::connections::Why;
use super::history::{Deed, deeds};
use super::ladder::{Ladder, People};
use super::queries::{self, Reason};
use super::{Alert, Kind};
use crate::base::ids::AccountId;
use crate::care::accounts::invitations::second_person::{COUNTS_FOR, let_in_by};
use crate::db::{Answer, Tx, View};

/// Those who are left out of an alert when it is called; some whom it left out may be no more.
pub(super) fn left_out_now(tx: &mut Tx<'_>, alert: &Alert) -> Answer<BTreeSet<AccountId>> {
    let reasons = queries::reasons_of(tx.conn(), alert.id)?;
    let left_out: BTreeSet<AccountId> = reasons.iter().map(|reason| reason.who).collect();
    if left_out.is_empty() {
        return Ok(left_out);
    }
    let now = tx.now();
    let people = queries::people(tx.conn(), alert, now)?;
    let circles = circles(tx, alert, &reasons)?;
    let ladder = Standing {
        kind: alert.kind,
        people,
    };
    let Some((but, fewer)) = fewer(&ladder, &reasons, &circles) else {
        return Ok(left_out);
    };
    queries::take_back(tx.conn(), alert.id, &(&left_out - &fewer))?;
    tracing::error!(
        alert.id = %alert.id,
        "operations paged: whoever is left out of this alert left nobody to call, or one person alone, so some are not"
    );
    let deed = Deed::of_itself(deeds::UNREACHABLE, json!({"but": but}));
    queries::record(tx, alert, &deed)?;
    Ok(fewer)
}

/// Whoever leaves these out as well leaves nobody to call but the one who does so, or them and those they have
/// let in; while as it is there is somebody else.
pub(super) fn would_leave_alone(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (by, too): (AccountId, &BTreeSet<AccountId>),
) -> Answer<bool> {
    let now = tx.now();
    let before = queries::excluded(tx.conn(), alert.id)?;
    let after = &before | too;
    let ladder = Standing {
        kind: alert.kind,
        people: queries::people(tx.conn(), alert, now)?,
    };
    let (before, after) = (ladder.without(&before), ladder.without(&after));
    let circle = circle(tx, alert, by)?;
    let alone = BTreeSet::from([by]);
    let becomes = |few| after.is_subset(few) && !before.is_subset(few);
    Ok(becomes(&alone) || becomes(&circle))
}

/// Whether those who are left are enough.
type Enough<'a> = &'a dyn Fn(&BTreeSet<AccountId>) -> bool;

/// Who would stand on the ladder of an alert.
struct Standing {
    kind: Kind,
    people: People,
}

impl Standing {
    fn without(&self, left_out: &BTreeSet<AccountId>) -> BTreeSet<AccountId> {
        Ladder::for_alert(self.kind, &self.people, left_out).everybody()
    }
}

/// Those who have said that others are left out, each with those they have let in.
type Circles = BTreeMap<AccountId, BTreeSet<AccountId>>;

fn circles(tx: &mut Tx<'_>, alert: &Alert, reasons: &[Reason]) -> Answer<Circles> {
    let mut found = Circles::new();
    for by in reasons
        .iter()
        .filter(|one| is_soft(one))
        .filter_map(|one| one.by)
    {
        if let Entry::Vacant(new) = found.entry(by) {
            new.insert(circle(tx, alert, by)?);
        }
    }
    Ok(found)
}

fn circle(tx: &mut Tx<'_>, alert: &Alert, by: AccountId) -> Answer<BTreeSet<AccountId>> {
    let one = BTreeSet::from([by]);
    let let_in = let_in_by(tx, &one, alert.raised_at.minus(COUNTS_FOR))?;
    Ok(&one | &let_in)
}

/// Who is left out for the sake of others only.
const fn is_soft(reason: &Reason) -> bool {
    matches!(reason.why, Why::Elsewhere | Why::Connected)
}

/// Whom to leave out instead, and who is not left out any more, in one word; nothing where it is well as it is,
/// or cannot be helped.
fn fewer(
    ladder: &Standing,
    reasons: &[Reason],
    circles: &Circles,
) -> Option<(&'static str, BTreeSet<AccountId>)> {
    let all: BTreeSet<AccountId> = reasons.iter().map(|reason| reason.who).collect();
    let called = ladder.without(&all);
    let tries = tries(ladder, reasons, (circles, &called));
    let among_many = |people: &BTreeSet<AccountId>| {
        !people.is_empty() && circles.values().all(|circle| !people.is_subset(circle))
    };
    let not_alone = |people: &BTreeSet<AccountId>| {
        let is_alone = |by: &AccountId| people.len() == 1 && people.contains(by);
        !people.is_empty() && !circles.keys().any(is_alone)
    };
    let somebody = |people: &BTreeSet<AccountId>| !people.is_empty();
    let enough: [Enough<'_>; 3] = [&among_many, &not_alone, &somebody];
    for is_enough in enough {
        if is_enough(&called) {
            return None;
        }
        let found = tries
            .iter()
            .find(|(_, left_out)| is_enough(&ladder.without(left_out)));
        if let Some(found) = found {
            return Some(found.clone());
        }
    }
    None
}

/// Whom else one could leave out, those first that take fewest back.
fn tries(
    ladder: &Standing,
    reasons: &[Reason],
    (circles, called): (&Circles, &BTreeSet<AccountId>),
) -> Vec<(&'static str, BTreeSet<AccountId>)> {
    let is_let_in = |one: &Reason| one.why == Why::LetIn;
    let is_elsewhere = |one: &Reason| one.why == Why::Elsewhere;
    let without = |is_taken_back: &dyn Fn(&Reason) -> bool| -> BTreeSet<AccountId> {
        let stay = reasons.iter().filter(|one| !is_taken_back(one));
        stay.map(|one| one.who).collect()
    };
    let mut found = Vec::new();
    if called.is_empty() {
        found.push(("let_in", without(&is_let_in)));
    }
    let others = ladder.without(&BTreeSet::new());
    for (by, circle) in circles {
        if !called.is_subset(circle) {
            continue;
        }
        let is_theirs = |one: &Reason| is_soft(one) && one.by == Some(*by);
        let elsewhere = |one: &Reason| is_elsewhere(one) && is_theirs(one);
        found.push(("elsewhere", without(&elsewhere)));
        // What they have marked counts as long as it is not all that keeps the others from it.
        let keeps = |one: &&Reason| others.contains(&one.who) && one.who != *by;
        let mut kept = reasons.iter().filter(keeps);
        if kept.all(|one| is_theirs(one) || is_let_in(one)) {
            found.push(("connected", without(&is_theirs)));
        }
    }
    if called.is_empty() {
        let both = |one: &Reason| is_elsewhere(one) || is_let_in(one);
        found.push(("elsewhere", without(&both)));
    }
    found
}
