//! Questions about whom a concern implicates.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::base::ids::{AccountId, ConversationId, MessageId, ReportId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::safeguarding::reporting::NewReport;
use crate::db::schema::{
    accounts, conversation_members, conversations, held_messages, matches, messages,
    report_implicated,
};
use crate::db::{Answer, Conn, Tx, View};

/// At most so many mentors of one family member are implicated by a concern that names none: the latest.
const MOST_MENTORS: i64 = 50;

/// The conversation of a family member in which somebody wrote a message.
pub(super) fn talk_of(
    conn: &mut Conn,
    (author, message): (AccountId, MessageId),
    member: AccountId,
) -> Answer<ConversationId> {
    Ok(messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::id.eq(message))
        .filter(messages::author_id.eq(author))
        .filter(conversations::family_member_id.eq(member))
        .select(conversations::id)
        .first(conn)?)
}

/// The conversation a message was written in.
pub(super) fn talk_of_message(
    conn: &mut Conn,
    (author, message): (AccountId, SubjectId),
) -> Answer<Option<ConversationId>> {
    Ok(messages::table
        .filter(messages::author_id.eq(author))
        .filter(messages::id.eq(message))
        .select(messages::conversation_id)
        .first(conn)
        .optional()?)
}

/// The conversation a message that is held was written to.
pub(super) fn talk_of_held(
    conn: &mut Conn,
    key: (AccountId, SubjectId),
) -> Answer<Option<ConversationId>> {
    Ok(held_messages::table
        .find(key)
        .select(held_messages::conversation_id)
        .first(conn)
        .optional()?)
}

/// The mentors a family member is or was matched with by then.
pub(super) fn matched_with(
    conn: &mut Conn,
    member: AccountId,
    at: Moment,
) -> Answer<Vec<AccountId>> {
    Ok(matches::table
        .filter(matches::family_member_id.eq(member))
        .filter(matches::started_at.le(at))
        .order(matches::started_at.desc())
        .limit(MOST_MENTORS)
        .select(matches::peer_mentor_id)
        .load(conn)?)
}

/// The mentors who are or were in one of a family member's conversations, or in all of them.
pub(super) fn mentors_in(
    conn: &mut Conn,
    (member, talk): (AccountId, Option<ConversationId>),
    now: Moment,
) -> Answer<Vec<AccountId>> {
    let mut found = conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .inner_join(accounts::table.on(accounts::id.eq(conversation_members::account_id)))
        .filter(conversations::family_member_id.eq(member))
        .filter(accounts::role.eq(Role::PeerMentor))
        .filter(conversation_members::from_at.le(now))
        .order(conversation_members::from_at.desc())
        .limit(MOST_MENTORS)
        .select(conversation_members::account_id)
        .into_boxed();
    if let Some(talk) = talk {
        found = found.filter(conversations::id.eq(talk));
    }
    Ok(found.load(conn)?)
}

pub(super) fn is_mentor(conn: &mut Conn, who: AccountId) -> Answer<bool> {
    let mentor = accounts::table
        .find(who)
        .filter(accounts::role.eq(Role::PeerMentor));
    Ok(diesel::select(exists(mentor)).get_result(conn)?)
}

/// Keeps with a new concern whom it implicates, and whom of them its reporter named.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care::safeguarding) fn keep(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, implicated): (&NewReport, &BTreeSet<AccountId>),
) -> Answer<()> {
    for who in implicated {
        diesel::insert_into(report_implicated::table)
            .values((
                report_implicated::reporter_id.eq(caller.account_id),
                report_implicated::report_id.eq(new.id),
                report_implicated::account_id.eq(who),
                report_implicated::named.eq(new.implicates.contains(who)),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Whom the reporter of a concern named.
///
/// # Errors
/// If the question fails.
pub(in crate::care::safeguarding) fn named(
    conn: &mut Conn,
    (reporter, report): (AccountId, ReportId),
) -> Answer<BTreeSet<AccountId>> {
    let people: Vec<AccountId> = report_implicated::table
        .filter(report_implicated::reporter_id.eq(reporter))
        .filter(report_implicated::report_id.eq(report))
        .filter(report_implicated::named)
        .select(report_implicated::account_id)
        .load(conn)?;
    Ok(people.into_iter().collect())
}

/// Everybody a concern implicates, named or not.
///
/// # Errors
/// If the question fails.
pub(in crate::care::safeguarding) fn all(
    conn: &mut Conn,
    (reporter, report): (AccountId, SubjectId),
) -> Answer<BTreeSet<AccountId>> {
    let people: Vec<AccountId> = report_implicated::table
        .filter(report_implicated::reporter_id.eq(reporter))
        .filter(report_implicated::report_id.eq(report))
        .select(report_implicated::account_id)
        .load(conn)?;
    Ok(people.into_iter().collect())
}
