//! In which ways the people on the ladders can be called outside the open app, as of now: a device that
//! takes pushes, a verified address, a verified number.
//!
//! One way is too few: a push service may take every push and deliver none. So whoever answers for
//! families needs two that do not fail together, and whoever has fewer is named.

mod queries;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::sending::{Channel, State, Ways};
use crate::base::ids::{AccountId, AuthorityId, SubjectId};
use crate::base::time::Moment;
use crate::db::{Answer, Conn};

/// Whoever can be called in fewer ways than this could be missed.
pub const ENOUGH: usize = 2;

/// What became of pushes longer ago says nothing of a device today.
const REMEMBERED: Duration = Duration::from_hours(14 * 24);

/// The ways in which each of these people can be called; none for whoever cannot be.
pub type Channels = BTreeMap<AccountId, BTreeSet<Channel>>;

/// How the supervising social workers and service managers of an authority can be called, or those of all:
/// everybody who may act and stands on a ladder. A way counts only where somebody sends that way from
/// here, and a device only if the newest push that has ended was taken.
///
/// # Errors
/// If the question fails.
pub fn of_staff(
    conn: &mut Conn,
    authority: Option<AuthorityId>,
    (now, ways): (Moment, Ways),
) -> Answer<Channels> {
    let staff = queries::staff(conn, authority)?;
    let ids: Vec<AccountId> = staff.iter().map(|one| one.id).collect();
    let mut newest = BTreeMap::new();
    for (place, state, at) in queries::ended_pushes(conn, &ids, now.minus(REMEMBERED))? {
        // Of two in the same moment the one that was taken counts.
        let this = (at, state == State::Accepted);
        let known = newest.entry(place).or_insert(this);
        *known = this.max(*known);
    }
    let mut all: Channels = staff
        .into_iter()
        .map(|one| {
            let has = [
                (ways.mail && one.has_address, Channel::Email),
                (ways.phone && one.has_number, Channel::Phone),
            ];
            let has = has.into_iter().filter(|(is_there, _)| *is_there);
            (one.id, has.map(|(_, channel)| channel).collect())
        })
        .collect();
    for (who, place) in queries::places(conn, &ids)? {
        let place = SubjectId::from(place);
        let works = newest.get(&place).is_none_or(|(_, taken)| *taken);
        if let Some(channels) = all.get_mut(&who).filter(|_| works) {
            channels.insert(Channel::Push);
        }
    }
    Ok(all)
}
