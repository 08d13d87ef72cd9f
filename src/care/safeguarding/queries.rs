//! Questions about concerns reported by people, and about the help button.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::Screened;
use super::helping::Press;
use super::reporting::{Report, words_of};
use super::words::{Category, Severity};
use crate::base::ids::{
    AccountId, AlertId, AuthorityId, HelpId, MessageId, PodId, ReportId, SubjectId,
};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::who::queries::covers;
use crate::db::schema::{
    accounts, code_words, conversation_members, conversations, families, help_calls, messages,
    pod_deputies, pods, reports,
};
use crate::db::{Answer, Conn, Error, Tx, View};

/// An earlier press of the button under this id.
pub(super) fn press(conn: &mut Conn, key: (AccountId, HelpId)) -> Answer<Option<Press>> {
    Ok(help_calls::table
        .find(key)
        .select((help_calls::received_at, help_calls::alert_id))
        .first(conn)
        .optional()?)
}

pub(super) fn add_press(
    conn: &mut Conn,
    (who, id): (AccountId, HelpId),
    press: Press,
) -> Answer<()> {
    diesel::insert_into(help_calls::table)
        .values((
            help_calls::family_member_id.eq(who),
            help_calls::id.eq(id),
            help_calls::received_at.eq(press.received_at),
            help_calls::alert_id.eq(press.alert_id),
        ))
        .execute(conn)?;
    Ok(())
}

/// What the caller reported before under this id.
pub(super) fn report(tx: &mut Tx<'_>, caller: &Caller, id: ReportId) -> Answer<Option<Report>> {
    type Row = (
        AccountId,
        Severity,
        Category,
        Vec<u8>,
        Option<MessageId>,
        bool,
        Moment,
        Option<AlertId>,
    );
    let row: Option<Row> = reports::table
        .find((caller.account_id, id))
        .select((
            reports::family_member_id,
            reports::severity,
            reports::category,
            reports::note,
            reports::message_id,
            reports::about_mentor,
            reports::received_at,
            reports::alert_id,
        ))
        .first(tx.conn())
        .optional()?;
    let Some((family_member_id, severity, category, note, message_id, about_mentor, at, alert)) =
        row
    else {
        return Ok(None);
    };
    let key = [caller.account_id.as_bytes().as_slice(), id.as_bytes()];
    Ok(Some(Report {
        id,
        family_member_id,
        severity,
        category,
        note: tx.open_words(words_of(caller.authority_id, &key), &note)?,
        message_id,
        about_mentor,
        received_at: at,
        alert_id: alert.ok_or(Error::Corrupt("a report has no alert"))?,
    }))
}

pub(super) fn add_report(
    tx: &mut Tx<'_>,
    caller: &Caller,
    report: &Report,
    (message_author, screened): (Option<AccountId>, &Screened),
) -> Answer<()> {
    let key = [
        caller.account_id.as_bytes().as_slice(),
        report.id.as_bytes(),
    ];
    let note = tx.seal_words(words_of(caller.authority_id, &key), &report.note)?;
    diesel::insert_into(reports::table)
        .values((
            reports::reporter_id.eq(caller.account_id),
            reports::id.eq(report.id),
            reports::family_member_id.eq(report.family_member_id),
            reports::severity.eq(report.severity),
            reports::category.eq(report.category),
            reports::note.eq(note),
            reports::message_author_id.eq(message_author),
            reports::message_id.eq(report.message_id),
            reports::about_mentor.eq(report.about_mentor),
            reports::received_at.eq(report.received_at),
            reports::verdict.eq(screened.reading),
            reports::lexicon_version.eq(&screened.lexicon_version),
            reports::alert_id.eq(report.alert_id),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whether the caller may know of a family member: themselves, those they talk or talked with,
/// those of the pod they work in, supervise or cover, those of the authority they manage.
pub(super) fn is_visible(
    conn: &mut Conn,
    (caller, now): (&Caller, Moment),
    member: AccountId,
) -> Answer<bool> {
    let me = caller.account_id;
    if caller.role == Role::FamilyMember {
        return Ok(me == member);
    }
    let place: Option<(PodId, Option<AccountId>, Option<AccountId>)> = accounts::table
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .filter(accounts::id.eq(member))
        .filter(accounts::authority_id.eq(caller.authority_id))
        .filter(accounts::role.eq(Role::FamilyMember))
        .select((
            pods::id,
            pods::supervising_social_worker_id,
            families::family_practitioner_id,
        ))
        .first(conn)
        .optional()?;
    let Some((pod, supervisor, practitioner)) = place else {
        return Ok(false);
    };
    match caller.role {
        Role::ServiceManager => Ok(true),
        Role::FamilyPractitioner => Ok(caller.pod_id == Some(pod) || practitioner == Some(me)),
        Role::SupervisingSocialWorker => {
            let deputises = pod_deputies::table
                .filter(pod_deputies::pod_id.eq(pod))
                .filter(pod_deputies::account_id.eq(me));
            Ok(supervisor == Some(me)
                || diesel::select(exists(deputises)).get_result::<bool>(conn)?
                || covers(conn, (me, pod), now)?)
        }
        Role::PeerMentor => {
            let talks = conversation_members::table
                .inner_join(
                    conversations::table
                        .on(conversations::id.eq(conversation_members::conversation_id)),
                )
                .filter(conversation_members::account_id.eq(me))
                .filter(conversations::family_member_id.eq(member));
            Ok(diesel::select(exists(talks)).get_result(conn)?)
        }
        Role::FamilyMember => Ok(me == member),
    }
}

/// Whether this is a worker or mentor of the authority.
pub(super) fn is_helper(conn: &mut Conn, authority: AuthorityId, who: AccountId) -> Answer<bool> {
    let helpers = accounts::table
        .filter(accounts::id.eq(who))
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.ne(Role::FamilyMember));
    Ok(diesel::select(exists(helpers)).get_result(conn)?)
}

/// Who wrote a message, if it is in one of the family member's conversations.
pub(super) fn author_of(
    conn: &mut Conn,
    message: MessageId,
    member: AccountId,
) -> Answer<Option<AccountId>> {
    Ok(messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::id.eq(message))
        .filter(conversations::family_member_id.eq(member))
        .select(messages::author_id)
        .first(conn)
        .optional()?)
}

/// Stores words of a contact plan that somebody told, with their screening.
pub(super) fn add_plan_words(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, words): (SubjectId, &str),
    screened: &Screened,
) -> Answer<()> {
    let row = [caller.account_id.as_bytes().as_slice(), id.as_bytes()];
    let place = Place {
        authority: caller.authority_id,
        column: "code_words.words",
        row: &row,
    };
    let words = tx.seal_words(place, words)?;
    let now = tx.now();
    diesel::insert_into(code_words::table)
        .values((
            code_words::family_member_id.eq(caller.account_id),
            code_words::id.eq(id),
            code_words::words.eq(words),
            code_words::received_at.eq(now),
            code_words::verdict.eq(screened.reading),
            code_words::unread.eq(screened.unread),
            code_words::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(tx.conn())?;
    Ok(())
}
