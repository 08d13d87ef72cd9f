//! Questions about goals and what was added to them.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::actions::{NewEntry, NewGoal};
use super::reading::{EntryPlace, Listing, Place};
use super::{Ending, Entry, EntryKind, Goal, Writer, shows_held, words_of_entry, words_of_goal};
use crate::base::ids::{AccountId, AuthorityId, GoalEntryId, GoalId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Status};
use crate::care::safeguarding::Screened;
use crate::db::schema::{accounts, goal_entries, goals};
use crate::db::{Answer, Conn, Tx, View};

#[derive(Debug, Queryable)]
struct GoalRow {
    id: GoalId,
    family_member_id: AccountId,
    by: Writer,
    words: Vec<u8>,
    start: i32,
    good_enough: i32,
    received_at: Moment,
    ending: Option<Ending>,
    ended_at: Option<Moment>,
    is_held: bool,
}

type WriterColumns = (accounts::id, accounts::display_name, accounts::role);
const WRITER: WriterColumns = (accounts::id, accounts::display_name, accounts::role);

type GoalColumns = (
    goals::id,
    goals::family_member_id,
    WriterColumns,
    goals::words,
    goals::start,
    goals::good_enough,
    goals::received_at,
    goals::ending,
    goals::ended_at,
    goals::is_held,
);
const GOAL: GoalColumns = (
    goals::id,
    goals::family_member_id,
    WRITER,
    goals::words,
    goals::start,
    goals::good_enough,
    goals::received_at,
    goals::ending,
    goals::ended_at,
    goals::is_held,
);

fn opened(view: &impl View, authority: AuthorityId, row: GoalRow) -> Answer<Goal> {
    let key = [row.by.id.as_bytes().as_slice(), row.id.as_bytes()];
    let words = view.open_words(words_of_goal(authority, &key), &row.words)?;
    Ok(Goal {
        id: row.id,
        family_member_id: row.family_member_id,
        by: row.by,
        words,
        start: row.start,
        good_enough: row.good_enough,
        received_at: row.received_at,
        ended: row.ending.zip(row.ended_at),
        is_held: row.is_held,
    })
}

/// A goal of an authority. Whether somebody may see it is asked elsewhere.
pub(super) fn goal(
    view: &mut impl View,
    (authority, id): (AuthorityId, GoalId),
) -> Answer<Option<Goal>> {
    let row: Option<GoalRow> = goals::table
        .inner_join(accounts::table.on(accounts::id.eq(goals::by_id)))
        .filter(goals::id.eq(id))
        .filter(goals::authority_id.eq(authority))
        .select(GOAL)
        .first(view.conn())
        .optional()?;
    row.map(|row| opened(view, authority, row)).transpose()
}

/// Whether any goal has this id.
pub(super) fn is_used(conn: &mut Conn, id: GoalId) -> Answer<bool> {
    let of_it = goals::table.filter(goals::id.eq(id));
    Ok(diesel::select(exists(of_it)).get_result(conn)?)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewGoal,
    screened: &Screened,
) -> Answer<()> {
    let key = [caller.account_id.as_bytes().as_slice(), new.id.as_bytes()];
    let words = tx.seal_words(words_of_goal(caller.authority_id, &key), &new.words)?;
    let now = tx.now();
    diesel::insert_into(goals::table)
        .values((
            goals::id.eq(new.id),
            goals::authority_id.eq(caller.authority_id),
            goals::family_member_id.eq(new.family_member_id),
            goals::by_id.eq(caller.account_id),
            goals::received_at.eq(now),
            goals::start.eq(new.start),
            goals::good_enough.eq(new.good_enough),
            goals::words.eq(words),
            goals::verdict.eq(screened.reading),
            goals::unread.eq(screened.unread),
            goals::lexicon_version.eq(&screened.lexicon_version),
            goals::is_held.eq(caller.status != Status::Active),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a goal, if nobody has.
pub(super) fn end(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, ending): (GoalId, Ending),
) -> Answer<bool> {
    let now = tx.now();
    let rows = diesel::update(goals::table.find(id))
        .filter(goals::ended_at.is_null())
        .set((
            goals::ending.eq(ending),
            goals::ended_by.eq(caller.account_id),
            goals::ended_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(rows == 1)
}

/// A family member's goals, the newest first; of those that are held only if the caller is shown them.
pub(super) fn list(view: &mut impl View, caller: &Caller, listing: &Listing) -> Answer<Vec<Goal>> {
    let mut found = goals::table
        .inner_join(accounts::table.on(accounts::id.eq(goals::by_id)))
        .filter(goals::family_member_id.eq(listing.family_member_id))
        .order((goals::received_at.desc(), goals::id.desc()))
        .limit(listing.limit)
        .select(GOAL)
        .into_boxed();
    if !shows_held(caller) {
        found = found.filter(goals::is_held.eq(false));
    }
    if let Some(Place { received_at, id }) = listing.after {
        let as_late = goals::received_at.eq(received_at);
        let later = as_late.and(goals::id.lt(id));
        found = found.filter(goals::received_at.lt(received_at).or(later));
    }
    let rows: Vec<GoalRow> = found.load(view.conn())?;
    rows.into_iter()
        .map(|row| opened(view, caller.authority_id, row))
        .collect()
}

#[derive(Debug, Queryable)]
struct EntryRow {
    id: GoalEntryId,
    goal_id: GoalId,
    by: Writer,
    kind: EntryKind,
    scale: Option<i32>,
    words: Option<Vec<u8>>,
    said_at: Moment,
    received_at: Moment,
    is_held: bool,
}

type EntryColumns = (
    goal_entries::id,
    goal_entries::goal_id,
    WriterColumns,
    goal_entries::kind,
    goal_entries::scale,
    goal_entries::words,
    goal_entries::said_at,
    goal_entries::received_at,
    goal_entries::is_held,
);
const ENTRY: EntryColumns = (
    goal_entries::id,
    goal_entries::goal_id,
    WRITER,
    goal_entries::kind,
    goal_entries::scale,
    goal_entries::words,
    goal_entries::said_at,
    goal_entries::received_at,
    goal_entries::is_held,
);

fn opened_entry(view: &impl View, authority: AuthorityId, row: EntryRow) -> Answer<Entry> {
    let key = [row.by.id.as_bytes().as_slice(), row.id.as_bytes()];
    let words = row
        .words
        .map(|sealed| view.open_words(words_of_entry(authority, &key), &sealed))
        .transpose()?;
    Ok(Entry {
        id: row.id,
        goal_id: row.goal_id,
        by: row.by,
        kind: row.kind,
        scale: row.scale,
        words,
        said_at: row.said_at,
        received_at: row.received_at,
        is_held: row.is_held,
    })
}

/// What the caller added before under this id.
pub(super) fn entry(
    view: &mut impl View,
    caller: &Caller,
    id: GoalEntryId,
) -> Answer<Option<Entry>> {
    let row: Option<EntryRow> = goal_entries::table
        .inner_join(accounts::table.on(accounts::id.eq(goal_entries::by_id)))
        .filter(goal_entries::by_id.eq(caller.account_id))
        .filter(goal_entries::id.eq(id))
        .select(ENTRY)
        .first(view.conn())
        .optional()?;
    row.map(|row| opened_entry(view, caller.authority_id, row))
        .transpose()
}

pub(super) fn insert_entry(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, said_at): (&NewEntry, Moment),
    screened: &Screened,
) -> Answer<()> {
    let key = [caller.account_id.as_bytes().as_slice(), new.id.as_bytes()];
    let words = new
        .words
        .as_deref()
        .map(|words| tx.seal_words(words_of_entry(caller.authority_id, &key), words))
        .transpose()?;
    let now = tx.now();
    diesel::insert_into(goal_entries::table)
        .values((
            goal_entries::by_id.eq(caller.account_id),
            goal_entries::id.eq(new.id),
            goal_entries::goal_id.eq(new.goal_id),
            goal_entries::kind.eq(new.kind),
            goal_entries::scale.eq(new.scale),
            goal_entries::words.eq(words),
            goal_entries::said_at.eq(said_at),
            goal_entries::received_at.eq(now),
            goal_entries::verdict.eq(screened.reading),
            goal_entries::unread.eq(screened.unread),
            goal_entries::lexicon_version.eq(&screened.lexicon_version),
            goal_entries::is_held.eq(caller.status != Status::Active),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What was added to a goal, the newest first; of what is held only if the caller is shown it.
pub(super) fn entries(
    view: &mut impl View,
    (caller, goal): (&Caller, GoalId),
    (after, limit): (Option<EntryPlace>, i64),
) -> Answer<Vec<Entry>> {
    let mut found = goal_entries::table
        .inner_join(accounts::table.on(accounts::id.eq(goal_entries::by_id)))
        .filter(goal_entries::goal_id.eq(goal))
        .order((
            goal_entries::said_at.desc(),
            goal_entries::by_id.desc(),
            goal_entries::id.desc(),
        ))
        .limit(limit)
        .select(ENTRY)
        .into_boxed();
    if !shows_held(caller) {
        found = found.filter(goal_entries::is_held.eq(false));
    }
    if let Some(EntryPlace { said_at, by, id }) = after {
        let as_late = goal_entries::said_at.eq(said_at);
        let earlier_by = goal_entries::by_id.lt(by);
        let by_the_same = goal_entries::by_id.eq(by).and(goal_entries::id.lt(id));
        let later = as_late.and(earlier_by.or(by_the_same));
        found = found.filter(goal_entries::said_at.lt(said_at).or(later));
    }
    let rows: Vec<EntryRow> = found.load(view.conn())?;
    rows.into_iter()
        .map(|row| opened_entry(view, caller.authority_id, row))
        .collect()
}

/// Where somebody said last that a goal stands, as far as the caller is shown it.
pub(super) fn now_of(
    conn: &mut Conn,
    caller: &Caller,
    (goal, who): (GoalId, AccountId),
) -> Answer<Option<i32>> {
    let mut said = goal_entries::table
        .filter(goal_entries::goal_id.eq(goal))
        .filter(goal_entries::by_id.eq(who))
        .filter(goal_entries::kind.eq(EntryKind::Now))
        .order((
            goal_entries::said_at.desc(),
            goal_entries::received_at.desc(),
        ))
        .select(goal_entries::scale.assume_not_null())
        .into_boxed();
    if !shows_held(caller) {
        said = said.filter(goal_entries::is_held.eq(false));
    }
    Ok(said.first(conn).optional()?)
}
