//! Questions about texts that are to be screened again.

mod settling;

use diesel::dsl::{min, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable};

use super::super::reporting::{Reported, points_at_mentor};
use super::super::words::{Category, Severity};
use super::super::{Reading, Source, SourceKind};
use crate::base::ids::{AccountId, AuthorityId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Kind, Role};
use crate::db::schema::{
    accounts, check_ins, code_words, contact_log, conversations, date_replies, date_versions,
    dates, goal_entries, goals, handover_notes, held_messages, messages, reports, screening_tries,
};
use crate::db::{Answer, Conn};

pub(super) use settling::{forget_tries, note_try, settle};

/// A text's own row, without its words.
#[derive(Debug, Queryable)]
pub(in crate::care::safeguarding) struct Row {
    pub(in crate::care::safeguarding) author_id: AccountId,
    pub(in crate::care::safeguarding) id: SubjectId,
    pub(super) authority_id: AuthorityId,
    pub(super) about: AccountId,
    pub(super) received_at: Moment,
    pub(in crate::care::safeguarding) reading: Reading,
    pub(in crate::care::safeguarding) lexicon_version: String,
    pub(super) role: Role,
    pub(super) kind: Option<Kind>,
    pub(super) language: String,
    pub(super) tries: Option<i32>,
}

/// Three questions for the texts of one table: which are to be tried again now, which an authority
/// received in a stretch of time, the newest first, and how many. The first reads the partial index of
/// what is not screened, which wants the verdict written out.
macro_rules! texts {
    (
        $name:ident, $within:ident, $count:ident, $kind:expr, $table:ident by $author:ident, $verdict:literal,
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

        fn $count(conn: &mut Conn, stretch: Stretch) -> Answer<i64> {
            Ok($joined
                .filter($authority.eq(stretch.authority_id))
                .filter($table::received_at.ge(stretch.from))
                .filter($table::received_at.lt(stretch.before))
                .count()
                .get_result(conn)?)
        }

        fn $within(conn: &mut Conn, stretch: Stretch, most: i64) -> Answer<Vec<Row>> {
            Ok($joined
                .filter($authority.eq(stretch.authority_id))
                .filter($table::received_at.ge(stretch.from))
                .filter($table::received_at.lt(stretch.before))
                .order($table::received_at.desc())
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
                    None::<i32>.into_sql::<Nullable<Integer>>(),
                ))
                .load(conn)?)
        }
    };
}

texts!(
    due_messages,
    messages_within,
    count_messages, SourceKind::Message, messages by author_id,
    "messages.verdict = 'not_screened'",
    (conversations::authority_id, conversations::family_member_id),
    messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .inner_join(accounts::table.on(accounts::id.eq(messages::author_id)))
);
texts!(
    due_held_messages,
    held_messages_within,
    count_held_messages, SourceKind::HeldMessage, held_messages by author_id,
    "held_messages.verdict = 'not_screened'",
    (conversations::authority_id, conversations::family_member_id),
    held_messages::table
        .inner_join(conversations::table.on(conversations::id.eq(held_messages::conversation_id)))
        .inner_join(accounts::table.on(accounts::id.eq(held_messages::author_id)))
);
texts!(
    due_check_ins,
    check_ins_within,
    count_check_ins, SourceKind::CheckIn, check_ins by family_member_id,
    "check_ins.verdict = 'not_screened'",
    (accounts::authority_id, check_ins::family_member_id),
    check_ins::table.inner_join(accounts::table.on(accounts::id.eq(check_ins::family_member_id)))
);
texts!(
    due_reports,
    reports_within,
    count_reports, SourceKind::Report, reports by reporter_id,
    "reports.verdict = 'not_screened'",
    (accounts::authority_id, reports::family_member_id),
    reports::table.inner_join(accounts::table.on(accounts::id.eq(reports::reporter_id)))
);
texts!(
    due_dates,
    dates_within,
    count_dates, SourceKind::Date, date_versions by by_id,
    "date_versions.verdict = 'not_screened'",
    (dates::authority_id, dates::family_member_id),
    date_versions::table
        .inner_join(dates::table.on(dates::id.eq(date_versions::date_id)))
        .inner_join(accounts::table.on(accounts::id.eq(date_versions::by_id)))
);
texts!(
    due_date_replies,
    date_replies_within,
    count_date_replies, SourceKind::DateReply, date_replies by family_member_id,
    "date_replies.verdict = 'not_screened'",
    (accounts::authority_id, date_replies::family_member_id),
    date_replies::table
        .inner_join(accounts::table.on(accounts::id.eq(date_replies::family_member_id)))
);
texts!(
    due_code_words,
    code_words_within,
    count_code_words, SourceKind::CodeWord, code_words by family_member_id,
    "code_words.verdict = 'not_screened'",
    (accounts::authority_id, code_words::family_member_id),
    code_words::table.inner_join(accounts::table.on(accounts::id.eq(code_words::family_member_id)))
);
texts!(
    due_goals,
    goals_within,
    count_goals, SourceKind::Goal, goals by by_id,
    "goals.verdict = 'not_screened'",
    (goals::authority_id, goals::family_member_id),
    goals::table.inner_join(accounts::table.on(accounts::id.eq(goals::by_id)))
);
texts!(
    due_goal_entries,
    goal_entries_within,
    count_goal_entries, SourceKind::GoalEntry, goal_entries by by_id,
    "goal_entries.verdict = 'not_screened'",
    (goals::authority_id, goals::family_member_id),
    goal_entries::table
        .inner_join(goals::table.on(goals::id.eq(goal_entries::goal_id)))
        .inner_join(accounts::table.on(accounts::id.eq(goal_entries::by_id)))
);
texts!(
    due_contact_log,
    contact_log_within,
    count_contact_log, SourceKind::ContactLog, contact_log by by_id,
    "contact_log.verdict = 'not_screened'",
    (contact_log::authority_id, contact_log::family_member_id),
    contact_log::table.inner_join(accounts::table.on(accounts::id.eq(contact_log::by_id)))
);
texts!(
    due_handover_notes,
    handover_notes_within,
    count_handover_notes, SourceKind::HandoverNote, handover_notes by by_id,
    "handover_notes.verdict = 'not_screened'",
    (handover_notes::authority_id, handover_notes::family_member_id),
    handover_notes::table.inner_join(accounts::table.on(accounts::id.eq(handover_notes::by_id)))
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
        (SourceKind::CodeWord, due_code_words(conn, now, most)?),
        (SourceKind::Goal, due_goals(conn, now, most)?),
        (SourceKind::GoalEntry, due_goal_entries(conn, now, most)?),
        (SourceKind::ContactLog, due_contact_log(conn, now, most)?),
        (
            SourceKind::HandoverNote,
            due_handover_notes(conn, now, most)?,
        ),
    ] {
        all.extend(rows.into_iter().map(|row| (kind, row)));
    }
    Ok(all)
}

/// What an authority received from one moment on and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::care::safeguarding) struct Stretch {
    pub(in crate::care::safeguarding) authority_id: AuthorityId,
    pub(in crate::care::safeguarding) from: Moment,
    pub(in crate::care::safeguarding) before: Moment,
}

/// What was received in a stretch, of each kind the newest `most`.
pub(super) fn within(
    conn: &mut Conn,
    stretch: Stretch,
    most: i64,
) -> Answer<[(SourceKind, Vec<Row>); 11]> {
    Ok([
        (SourceKind::Message, messages_within(conn, stretch, most)?),
        (
            SourceKind::HeldMessage,
            held_messages_within(conn, stretch, most)?,
        ),
        (SourceKind::CheckIn, check_ins_within(conn, stretch, most)?),
        (SourceKind::Report, reports_within(conn, stretch, most)?),
        (SourceKind::Date, dates_within(conn, stretch, most)?),
        (
            SourceKind::DateReply,
            date_replies_within(conn, stretch, most)?,
        ),
        (
            SourceKind::CodeWord,
            code_words_within(conn, stretch, most)?,
        ),
        (SourceKind::Goal, goals_within(conn, stretch, most)?),
        (
            SourceKind::GoalEntry,
            goal_entries_within(conn, stretch, most)?,
        ),
        (
            SourceKind::ContactLog,
            contact_log_within(conn, stretch, most)?,
        ),
        (
            SourceKind::HandoverNote,
            handover_notes_within(conn, stretch, most)?,
        ),
    ])
}

/// How many texts were received in a stretch.
pub(super) fn count_within(conn: &mut Conn, stretch: Stretch) -> Answer<i64> {
    let all = [
        count_messages(conn, stretch)?,
        count_held_messages(conn, stretch)?,
        count_check_ins(conn, stretch)?,
        count_reports(conn, stretch)?,
        count_dates(conn, stretch)?,
        count_date_replies(conn, stretch)?,
        count_code_words(conn, stretch)?,
        count_goals(conn, stretch)?,
        count_goal_entries(conn, stretch)?,
        count_contact_log(conn, stretch)?,
        count_handover_notes(conn, stretch)?,
    ];
    Ok(all.into_iter().fold(0, i64::saturating_add))
}

/// When the next text that was tried in vain is tried again.
pub(super) fn next_try(conn: &mut Conn, now: Moment) -> Answer<Option<Moment>> {
    Ok(screening_tries::table
        .filter(screening_tries::due_at.gt(now))
        .select(min(screening_tries::due_at))
        .first(conn)?)
}

/// What a reported concern said of itself.
pub(super) fn reported(conn: &mut Conn, source: Source) -> Answer<Reported> {
    let (about, severity, category, about_mentor): (AccountId, Severity, Category, bool) =
        reports::table
            .find((source.author_id, source.id))
            .select((
                reports::family_member_id,
                reports::severity,
                reports::category,
                reports::about_mentor,
            ))
            .first(conn)?;
    Ok(Reported {
        about,
        severity,
        category,
        points_at_mentor: points_at_mentor(about_mentor, category),
    })
}
