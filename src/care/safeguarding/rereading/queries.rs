//! Questions about texts that are to be screened again.

use diesel::dsl::{min, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::reporting::Reported;
use super::super::words::{Category, Severity};
use super::super::{Reading, Screened, Source, SourceKind};
use super::Text;
use crate::base::ids::{AccountId, AlertId, AuthorityId, ConversationId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Kind, Role};
use crate::db::schema::{
    accounts, check_ins, conversation_members, conversations, date_replies, date_versions, dates,
    held_messages, messages, reports, screening_tries,
};
use crate::db::{Answer, Conn, Error, both};

/// A text's own row, without its words.
#[derive(Debug, Queryable)]
pub(super) struct Row {
    pub(super) author_id: AccountId,
    pub(super) id: SubjectId,
    pub(super) authority_id: AuthorityId,
    pub(super) about: AccountId,
    pub(super) received_at: Moment,
    pub(super) reading: Reading,
    pub(super) lexicon_version: String,
    pub(super) role: Role,
    pub(super) kind: Option<Kind>,
    pub(super) language: String,
    pub(super) tries: Option<i32>,
}

/// A question for the texts of one table that are to be tried again now. Each reads the partial index
/// of what is not screened, which wants the verdict written out.
macro_rules! due {
    (
        $name:ident, $kind:expr, $table:ident by $author:ident, $verdict:literal,
        ($authority:path, $about:path), $joined:expr
    ) => {
        fn $name(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Row>> {
            let tried = screening_tries::source
                .eq($kind)
                .and(screening_tries::author_id.eq($table::$author))
                .and(screening_tries::source_id.eq($table::id));
            let due_at = screening_tries::due_at.nullable();
            Ok($joined
                .left_join(screening_tries::table.on(tried))
                .filter(sql::<Bool>($verdict))
                .filter(due_at.is_null().or(due_at.le(now).assume_not_null()))
                .order($table::received_at)
                .limit(most)
                .select((
                    $table::$author,
                    $table::id,
                    $authority,
                    $about,
                    $table::received_at,
                    $table::verdict,
                    $table::lexicon_version,
                    accounts::role,
                    accounts::kind,
                    accounts::language,
                    screening_tries::tries.nullable(),
                ))
                .load(conn)?)
        }
    };
}

due!(
    due_messages, SourceKind::Message, messages by author_id,
    "messages.verdict = 'not_screened'",
    (conversations::authority_id, conversations::family_member_id),
    messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .inner_join(accounts::table.on(accounts::id.eq(messages::author_id)))
);
due!(
    due_held_messages, SourceKind::HeldMessage, held_messages by author_id,
    "held_messages.verdict = 'not_screened'",
    (conversations::authority_id, conversations::family_member_id),
    held_messages::table
        .inner_join(conversations::table.on(conversations::id.eq(held_messages::conversation_id)))
        .inner_join(accounts::table.on(accounts::id.eq(held_messages::author_id)))
);
due!(
    due_check_ins, SourceKind::CheckIn, check_ins by family_member_id,
    "check_ins.verdict = 'not_screened'",
    (accounts::authority_id, check_ins::family_member_id),
    check_ins::table.inner_join(accounts::table.on(accounts::id.eq(check_ins::family_member_id)))
);
due!(
    due_reports, SourceKind::Report, reports by reporter_id,
    "reports.verdict = 'not_screened'",
    (accounts::authority_id, reports::family_member_id),
    reports::table.inner_join(accounts::table.on(accounts::id.eq(reports::reporter_id)))
);
due!(
    due_dates, SourceKind::Date, date_versions by by_id,
    "date_versions.verdict = 'not_screened'",
    (dates::authority_id, dates::family_member_id),
    date_versions::table
        .inner_join(dates::table.on(dates::id.eq(date_versions::date_id)))
        .inner_join(accounts::table.on(accounts::id.eq(date_versions::by_id)))
);
due!(
    due_date_replies, SourceKind::DateReply, date_replies by family_member_id,
    "date_replies.verdict = 'not_screened'",
    (accounts::authority_id, date_replies::family_member_id),
    date_replies::table
        .inner_join(accounts::table.on(accounts::id.eq(date_replies::family_member_id)))
);

/// The texts to be tried again now, of each kind the oldest.
pub(super) fn not_screened(
    conn: &mut Conn,
    now: Moment,
    most: i64,
) -> Answer<Vec<(SourceKind, Row)>> {
    let mut all = Vec::new();
    for (kind, rows) in [
        (SourceKind::Message, due_messages(conn, now, most)?),
        (SourceKind::HeldMessage, due_held_messages(conn, now, most)?),
        (SourceKind::CheckIn, due_check_ins(conn, now, most)?),
        (SourceKind::Report, due_reports(conn, now, most)?),
        (SourceKind::Date, due_dates(conn, now, most)?),
        (SourceKind::DateReply, due_date_replies(conn, now, most)?),
    ] {
        all.extend(rows.into_iter().map(|row| (kind, row)));
    }
    Ok(all)
}

/// When the next text that was tried in vain is tried again.
pub(super) fn next_try(conn: &mut Conn, now: Moment) -> Answer<Option<Moment>> {
    Ok(screening_tries::table
        .filter(screening_tries::due_at.gt(now))
        .select(min(screening_tries::due_at))
        .first(conn)?)
}

/// The mentor a text was said to or by when it came in: its author, else who was in that
/// conversation then.
pub(super) fn helper(
    conn: &mut Conn,
    source: Source,
    (about, at): (AccountId, Moment),
) -> Answer<Option<AccountId>> {
    let conversation: Option<ConversationId> = match source.kind {
        SourceKind::Message => messages::table
            .filter(messages::author_id.eq(source.author_id))
            .filter(messages::id.eq(source.id))
            .select(messages::conversation_id)
            .first(conn)
            .optional()?,
        SourceKind::HeldMessage => held_messages::table
            .find((source.author_id, source.id))
            .select(held_messages::conversation_id)
            .first(conn)
            .optional()?,
        SourceKind::Date => return Ok(Some(source.author_id)),
        SourceKind::CheckIn | SourceKind::DateReply => conversations::table
            .filter(conversations::family_member_id.eq(about))
            .filter(conversations::created_at.le(at))
            .filter(
                conversations::ended_at
                    .is_null()
                    .or(conversations::ended_at.gt(at).assume_not_null()),
            )
            .order(conversations::created_at.desc())
            .select(conversations::id)
            .first(conn)
            .optional()?,
        SourceKind::Report | SourceKind::Help => None,
    };
    let Some(conversation) = conversation else {
        return Ok(None);
    };
    if source.author_id != about {
        return Ok(Some(source.author_id));
    }
    Ok(conversation_members::table
        .filter(conversation_members::conversation_id.eq(conversation))
        .filter(conversation_members::account_id.ne(about))
        .filter(conversation_members::from_at.le(at))
        .filter(
            conversation_members::until_at
                .is_null()
                .or(conversation_members::until_at.gt(at).assume_not_null()),
        )
        .order(conversation_members::from_at)
        .select(conversation_members::account_id)
        .first(conn)
        .optional()?)
}

/// Writes the new verdict into the text's row if that says what it said before.
pub(super) fn settle(conn: &mut Conn, text: &Text, screened: &Screened) -> Answer<bool> {
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

/// Notes one more vain try, if nobody else has noted it.
pub(super) fn note_try(
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

pub(super) fn forget_tries(conn: &mut Conn, source: Source) -> Answer<()> {
    diesel::delete(screening_tries::table.find((source.author_id, source.id, source.kind)))
        .execute(conn)?;
    Ok(())
}

/// What a reported concern said of itself, and its alert.
pub(super) fn reported(conn: &mut Conn, source: Source) -> Answer<(Reported, AlertId)> {
    let (about, severity, category, about_mentor, alert): (
        AccountId,
        Severity,
        Category,
        bool,
        Option<AlertId>,
    ) = reports::table
        .find((source.author_id, source.id))
        .select((
            reports::family_member_id,
            reports::severity,
            reports::category,
            reports::about_mentor,
            reports::alert_id,
        ))
        .first(conn)?;
    let alert = alert.ok_or(Error::Corrupt("a report has no alert"))?;
    let reported = Reported {
        about,
        severity,
        category,
        about_mentor,
    };
    Ok((reported, alert))
}
