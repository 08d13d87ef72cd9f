//! The words an occurrence comes from, where they lie.

use diesel::prelude::*;

use crate::base::ids::AuthorityId;
use crate::base::keyring::Place;
use crate::care::alerts::{Source, SourceKind};
use crate::db::schema::{
    check_ins, code_words, contact_log, date_replies, date_versions, goal_entries, goals,
    handover_notes, held_messages, messages, reports,
};
use crate::db::{Answer, Conn, View};

/// A column of sealed words, and what it holds for one source.
type Sealed = (&'static str, Option<Vec<u8>>);

fn words_of_date(conn: &mut Conn, source: Source) -> Answer<Sealed> {
    let (author, id) = (source.author_id, source.id);
    if source.kind == SourceKind::Date {
        let said = date_versions::table
            .filter(date_versions::by_id.eq(author))
            .filter(date_versions::id.eq(id))
            .select(date_versions::words)
            .first(conn)
            .optional()?;
        return Ok(("date_versions.words", said));
    }
    let note = date_replies::table
        .find((author, id))
        .select(date_replies::note)
        .first::<Option<Vec<u8>>>(conn)
        .optional()?;
    Ok(("date_replies.note", note.flatten()))
}

fn words_of_goal(conn: &mut Conn, source: Source) -> Answer<Sealed> {
    let (author, id) = (source.author_id, source.id);
    if source.kind == SourceKind::Goal {
        let said = goals::table
            .filter(goals::by_id.eq(author))
            .filter(goals::id.eq(id))
            .select(goals::words)
            .first(conn)
            .optional()?;
        return Ok(("goals.words", said));
    }
    let said = goal_entries::table
        .find((author, id))
        .select(goal_entries::words)
        .first::<Option<Vec<u8>>>(conn)
        .optional()?;
    Ok(("goal_entries.words", said.flatten()))
}

fn words_of_contact(conn: &mut Conn, source: Source) -> Answer<Sealed> {
    let said = contact_log::table
        .filter(contact_log::by_id.eq(source.author_id))
        .filter(contact_log::id.eq(source.id))
        .select(contact_log::words)
        .first::<Option<Vec<u8>>>(conn)
        .optional()?;
    Ok(("contact_log.words", said.flatten()))
}

fn words_of_note(conn: &mut Conn, source: Source) -> Answer<Sealed> {
    let said = handover_notes::table
        .filter(handover_notes::by_id.eq(source.author_id))
        .filter(handover_notes::id.eq(source.id))
        .select(handover_notes::words)
        .first(conn)
        .optional()?;
    Ok(("handover_notes.words", said))
}

/// The words an occurrence comes from, if it comes from words.
pub(in crate::care::alerts::reading) fn words_of(
    view: &mut impl View,
    authority: AuthorityId,
    source: Source,
) -> Answer<Option<String>> {
    let (author, id) = (source.author_id, source.id);
    let conn = view.conn();
    let (column, sealed): Sealed = match source.kind {
        SourceKind::Message => (
            "messages.body",
            messages::table
                .filter(messages::author_id.eq(author))
                .filter(messages::id.eq(id))
                .select(messages::body)
                .first(conn)
                .optional()?,
        ),
        SourceKind::HeldMessage => (
            "held_messages.body",
            held_messages::table
                .find((author, id))
                .select(held_messages::body)
                .first(conn)
                .optional()?,
        ),
        SourceKind::CheckIn => (
            "check_ins.better",
            check_ins::table
                .find((author, id))
                .select(check_ins::better)
                .first::<Option<Vec<u8>>>(conn)
                .optional()?
                .flatten(),
        ),
        SourceKind::Report => (
            "reports.note",
            reports::table
                .find((author, id))
                .select(reports::note)
                .first(conn)
                .optional()?,
        ),
        SourceKind::Date | SourceKind::DateReply => words_of_date(conn, source)?,
        SourceKind::CodeWord => (
            "code_words.words",
            code_words::table
                .find((author, id))
                .select(code_words::words)
                .first(conn)
                .optional()?,
        ),
        SourceKind::Goal | SourceKind::GoalEntry => words_of_goal(conn, source)?,
        SourceKind::ContactLog => words_of_contact(conn, source)?,
        SourceKind::HandoverNote => words_of_note(conn, source)?,
        SourceKind::Help => return Ok(None),
    };
    let row = [author.as_bytes().as_slice(), id.as_bytes()];
    let place = Place {
        authority,
        column,
        row: &row,
    };
    sealed
        .map(|sealed| view.open_words(place, &sealed))
        .transpose()
}
