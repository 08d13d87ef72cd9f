//! Writing down what came of reading a text again: the verdict, or one more try in vain.

use diesel::prelude::*;

use super::super::Text;
use crate::base::time::Moment;
use crate::care::safeguarding::{Screened, Source, SourceKind};
use crate::db::schema::{
    check_ins, code_words, contact_log, date_replies, date_versions, goal_entries, goals,
    handover_notes, held_messages, messages, reports, screening_tries,
};
use crate::db::{Answer, Conn, both};

/// Writes the new verdict into the text's row if that says what it said before.
pub(in crate::care::safeguarding::rereading) fn settle(
    conn: &mut Conn,
    text: &Text,
    screened: &Screened,
) -> Answer<bool> {
    let (author, id) = (text.source.author_id, text.source.id);
    let (was, by) = (text.was.0, text.was.1.as_str());
    let (now, unread) = (screened.reading, screened.unread);
    let version = screened.lexicon_version.as_str();
    let rows = match text.source.kind {
        SourceKind::Message => diesel::update(messages::table)
            .filter(messages::author_id.eq(author))
            .filter(messages::id.eq(id))
            .filter(messages::verdict.eq(was))
            .filter(messages::lexicon_version.eq(by))
            .set((
                messages::verdict.eq(now),
                messages::unread.eq(unread),
                messages::lexicon_version.eq(version),
            ))
            .execute(conn)?,
        SourceKind::HeldMessage => diesel::update(held_messages::table.find((author, id)))
            .filter(held_messages::verdict.eq(was))
            .filter(held_messages::lexicon_version.eq(by))
            .set((
                held_messages::verdict.eq(now),
                held_messages::unread.eq(unread),
                held_messages::lexicon_version.eq(version),
            ))
            .execute(conn)?,
        SourceKind::CheckIn => diesel::update(check_ins::table.find((author, id)))
            .filter(check_ins::verdict.eq(was))
            .filter(check_ins::lexicon_version.eq(by))
            .set((
                check_ins::verdict.eq(now),
                check_ins::unread.eq(unread),
                check_ins::lexicon_version.eq(version),
            ))
            .execute(conn)?,
        SourceKind::Report => diesel::update(reports::table.find((author, id)))
            .filter(reports::verdict.eq(was))
            .filter(reports::lexicon_version.eq(by))
            .set((
                reports::verdict.eq(now),
                reports::lexicon_version.eq(version),
            ))
            .execute(conn)?,
        SourceKind::Date | SourceKind::DateReply => settle_date(conn, text, screened)?,
        SourceKind::CodeWord => diesel::update(code_words::table.find((author, id)))
            .filter(code_words::verdict.eq(was))
            .filter(code_words::lexicon_version.eq(by))
            .set((
                code_words::verdict.eq(now),
                code_words::unread.eq(unread),
                code_words::lexicon_version.eq(version),
            ))
            .execute(conn)?,
        SourceKind::Goal | SourceKind::GoalEntry => settle_goal(conn, text, screened)?,
        SourceKind::ContactLog => settle_contact(conn, text, screened)?,
        SourceKind::HandoverNote => settle_note(conn, text, screened)?,
        SourceKind::Help => 0,
    };
    Ok(rows == 1)
}

/// The same for what a date says and for an answer to one.
fn settle_date(conn: &mut Conn, text: &Text, screened: &Screened) -> Answer<usize> {
    let (author, id) = (text.source.author_id, text.source.id);
    let (was, by) = (text.was.0, text.was.1.as_str());
    if text.source.kind == SourceKind::Date {
        return Ok(diesel::update(date_versions::table)
            .filter(date_versions::by_id.eq(author))
            .filter(date_versions::id.eq(id))
            .filter(date_versions::verdict.eq(was))
            .filter(date_versions::lexicon_version.eq(by))
            .set((
                date_versions::verdict.eq(screened.reading),
                date_versions::unread.eq(screened.unread),
                date_versions::lexicon_version.eq(&screened.lexicon_version),
            ))
            .execute(conn)?);
    }
    Ok(diesel::update(date_replies::table.find((author, id)))
        .filter(date_replies::verdict.eq(was))
        .filter(date_replies::lexicon_version.eq(by))
        .set((
            date_replies::verdict.eq(screened.reading),
            date_replies::unread.eq(screened.unread),
            date_replies::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(conn)?)
}

/// The same for a goal and for what was added to one.
fn settle_goal(conn: &mut Conn, text: &Text, screened: &Screened) -> Answer<usize> {
    let (author, id) = (text.source.author_id, text.source.id);
    let (was, by) = (text.was.0, text.was.1.as_str());
    if text.source.kind == SourceKind::Goal {
        return Ok(diesel::update(goals::table)
            .filter(goals::by_id.eq(author))
            .filter(goals::id.eq(id))
            .filter(goals::verdict.eq(was))
            .filter(goals::lexicon_version.eq(by))
            .set((
                goals::verdict.eq(screened.reading),
                goals::unread.eq(screened.unread),
                goals::lexicon_version.eq(&screened.lexicon_version),
            ))
            .execute(conn)?);
    }
    Ok(diesel::update(goal_entries::table.find((author, id)))
        .filter(goal_entries::verdict.eq(was))
        .filter(goal_entries::lexicon_version.eq(by))
        .set((
            goal_entries::verdict.eq(screened.reading),
            goal_entries::unread.eq(screened.unread),
            goal_entries::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(conn)?)
}

/// The same for an entry of the contact log.
fn settle_contact(conn: &mut Conn, text: &Text, screened: &Screened) -> Answer<usize> {
    Ok(diesel::update(contact_log::table)
        .filter(contact_log::by_id.eq(text.source.author_id))
        .filter(contact_log::id.eq(text.source.id))
        .filter(contact_log::verdict.eq(text.was.0))
        .filter(contact_log::lexicon_version.eq(&text.was.1))
        .set((
            contact_log::verdict.eq(screened.reading),
            contact_log::unread.eq(screened.unread),
            contact_log::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(conn)?)
}

/// The same for a version of a handover note.
fn settle_note(conn: &mut Conn, text: &Text, screened: &Screened) -> Answer<usize> {
    Ok(diesel::update(handover_notes::table)
        .filter(handover_notes::by_id.eq(text.source.author_id))
        .filter(handover_notes::id.eq(text.source.id))
        .filter(handover_notes::verdict.eq(text.was.0))
        .filter(handover_notes::lexicon_version.eq(&text.was.1))
        .set((
            handover_notes::verdict.eq(screened.reading),
            handover_notes::unread.eq(screened.unread),
            handover_notes::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(conn)?)
}

/// Notes one more vain try, if nobody else has noted it.
pub(in crate::care::safeguarding::rereading) fn note_try(
    conn: &mut Conn,
    (source, tries): (Source, i32),
    due_at: Moment,
) -> Answer<bool> {
    let key = (source.author_id, source.id, source.kind);
    let rows = if tries == 0 {
        let row = (
            screening_tries::author_id.eq(source.author_id),
            screening_tries::source_id.eq(source.id),
            screening_tries::source.eq(source.kind),
            screening_tries::tries.eq(1),
            screening_tries::due_at.eq(due_at),
        );
        both!(conn, conn => diesel::insert_into(screening_tries::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?
    } else {
        diesel::update(screening_tries::table.find(key))
            .filter(screening_tries::tries.eq(tries))
            .set((
                screening_tries::tries.eq(tries.saturating_add(1)),
                screening_tries::due_at.eq(due_at),
            ))
            .execute(conn)?
    };
    Ok(rows == 1)
}

pub(in crate::care::safeguarding::rereading) fn forget_tries(
    conn: &mut Conn,
    source: Source,
) -> Answer<()> {
    diesel::delete(screening_tries::table.find((source.author_id, source.id, source.kind)))
        .execute(conn)?;
    Ok(())
}
