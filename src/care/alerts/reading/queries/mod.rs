//! Questions asked by those who read alerts.

mod words;

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;

use super::{Listing, Part};
use crate::base::ids::{AccountId, AlertId, AuthorityId, ConversationId, PodId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::history::deeds;
use crate::care::alerts::responder::CALLED;
use crate::care::alerts::{Alert, Kind, Source, SourceKind, State};
use crate::care::who::queries::pods_covered_by;
use crate::care::words::{Category, Severity};
use crate::db::schema::{
    accounts, alert_deeds, alert_exclusions, alert_occurrences, alert_tellings, alerts, families,
    messages, pod_deputies, pods, reports,
};
use crate::db::{Answer, Conn};

pub(super) use words::words_of;

/// The pods on which somebody is a deputy, as a part of a larger question.
#[diesel::dsl::auto_type]
fn deputised_by(account: AccountId) -> _ {
    pod_deputies::table
        .filter(pod_deputies::account_id.eq(account))
        .select(pod_deputies::pod_id)
}

/// The pods somebody supervises, as a part of a larger question.
#[diesel::dsl::auto_type]
fn supervised_by(account: AccountId) -> _ {
    pods::table
        .filter(pods::supervising_social_worker_id.eq(account))
        .select(pods::id)
}

/// The alerts a worker may see, the most serious first and of those the newest. The names of the
/// severities sort from the most serious down.
pub(super) fn list(
    conn: &mut Conn,
    (caller, now): (&Caller, Moment),
    listing: &Listing,
) -> Answer<Vec<Alert>> {
    let me = caller.account_id;
    let excluded = alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(me))
        .select(alert_exclusions::alert_id);
    let mut found = alerts::table
        .filter(alerts::authority_id.eq(caller.authority_id))
        .filter(alerts::id.ne_all(excluded))
        .order((
            alerts::severity,
            alerts::raised_at.desc(),
            alerts::id.desc(),
        ))
        .limit(listing.limit)
        .into_boxed();
    found = if listing.to_be_read {
        found.filter(alerts::kind.eq(Kind::Unread))
    } else {
        found.filter(alerts::kind.ne(Kind::Unread))
    };
    found = match listing.state {
        Some(state) => found.filter(alerts::state.eq(state)),
        None => found.filter(alerts::state.ne(State::Closed)),
    };
    if let Some(last) = &listing.after {
        let as_serious = alerts::severity.eq(last.severity);
        found = found.filter(
            alerts::severity
                .gt(last.severity)
                .or(as_serious.and(alerts::raised_at.lt(last.raised_at)))
                .or(as_serious
                    .and(alerts::raised_at.eq(last.raised_at))
                    .and(alerts::id.lt(last.id))),
        );
    }
    let told = alert_tellings::table
        .filter(alert_tellings::account_id.eq(me))
        .filter(alert_tellings::why.eq_any(CALLED))
        .select(alert_tellings::alert_id);
    let allocated = families::table
        .filter(families::family_practitioner_id.eq(me))
        .select(families::id);
    let found = match caller.role {
        Role::ServiceManager => found,
        Role::SupervisingSocialWorker => found.filter(
            alerts::pod_id
                .eq_any(supervised_by(me))
                .or(alerts::pod_id.eq_any(deputised_by(me)))
                .or(alerts::pod_id.eq_any(pods_covered_by(me, now)))
                .or(alerts::id.eq_any(told))
                .or(alerts::holder_id.eq(me).assume_not_null()),
        ),
        Role::FamilyPractitioner => found
            .filter(alerts::family_id.eq_any(allocated))
            .filter(alerts::kind.ne(Kind::Allegation)),
        Role::PeerMentor | Role::FamilyMember => return Ok(Vec::new()),
    };
    Ok(found.load(conn)?)
}

/// The area a pod works in, as its managers write it.
pub(super) fn area_of(conn: &mut Conn, pod: PodId) -> Answer<String> {
    Ok(pods::table.find(pod).select(pods::area).first(conn)?)
}

/// An occurrence as its row says.
#[derive(Debug, Queryable)]
pub(super) struct OccurrenceRow {
    pub(super) seq: i32,
    pub(super) source: SourceKind,
    pub(super) source_author_id: AccountId,
    pub(super) source_id: SubjectId,
    pub(super) severity: Severity,
    pub(super) category: Category,
    pub(super) findings: String,
    pub(super) at: Moment,
}

type OccurrenceColumns = (
    alert_occurrences::seq,
    alert_occurrences::source,
    alert_occurrences::source_author_id,
    alert_occurrences::source_id,
    alert_occurrences::severity,
    alert_occurrences::category,
    alert_occurrences::findings,
    alert_occurrences::at,
);
const OCCURRENCE: OccurrenceColumns = (
    alert_occurrences::seq,
    alert_occurrences::source,
    alert_occurrences::source_author_id,
    alert_occurrences::source_id,
    alert_occurrences::severity,
    alert_occurrences::category,
    alert_occurrences::findings,
    alert_occurrences::at,
);

pub(super) fn newest_occurrences(
    conn: &mut Conn,
    alert: AlertId,
    most: i64,
) -> Answer<Vec<OccurrenceRow>> {
    Ok(alert_occurrences::table
        .filter(alert_occurrences::alert_id.eq(alert))
        .order(alert_occurrences::seq.desc())
        .limit(most)
        .select(OCCURRENCE)
        .load(conn)?)
}

pub(super) fn occurrences_after(
    conn: &mut Conn,
    alert: AlertId,
    (after, limit): Part,
) -> Answer<Vec<OccurrenceRow>> {
    Ok(alert_occurrences::table
        .filter(alert_occurrences::alert_id.eq(alert))
        .filter(alert_occurrences::seq.gt(after))
        .order(alert_occurrences::seq)
        .limit(limit)
        .select(OCCURRENCE)
        .load(conn)?)
}

/// A deed as its row says.
#[derive(Debug, Queryable)]
pub(super) struct DeedRow {
    pub(super) seq: i32,
    pub(super) deed: String,
    pub(super) actor_id: Option<AccountId>,
    pub(super) at: Moment,
    pub(super) detail: String,
    pub(super) words: Option<Vec<u8>>,
}

type DeedColumns = (
    alert_deeds::seq,
    alert_deeds::deed,
    alert_deeds::actor_id,
    alert_deeds::at,
    alert_deeds::detail,
    alert_deeds::words,
);
const DEED: DeedColumns = (
    alert_deeds::seq,
    alert_deeds::deed,
    alert_deeds::actor_id,
    alert_deeds::at,
    alert_deeds::detail,
    alert_deeds::words,
);

pub(super) fn newest_deeds(conn: &mut Conn, alert: AlertId, most: i64) -> Answer<Vec<DeedRow>> {
    Ok(alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .order(alert_deeds::seq.desc())
        .limit(most)
        .select(DEED)
        .load(conn)?)
}

pub(super) fn deeds_after(
    conn: &mut Conn,
    alert: AlertId,
    (after, limit): Part,
) -> Answer<Vec<DeedRow>> {
    Ok(alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::seq.gt(after))
        .order(alert_deeds::seq)
        .limit(limit)
        .select(DEED)
        .load(conn)?)
}

/// The decision, or the one that waits for a second person, unless it was raised again since.
pub(super) fn last_decision(conn: &mut Conn, alert: AlertId) -> Answer<Option<DeedRow>> {
    let decisions = [deeds::DECISION_PROPOSED, deeds::DECIDED];
    let names: Vec<&str> = deeds::RAISINGS.iter().copied().chain(decisions).collect();
    let last: Option<DeedRow> = alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::deed.eq_any(names))
        .order(alert_deeds::seq.desc())
        .select(DEED)
        .first(conn)
        .optional()?;
    Ok(last.filter(|row| decisions.contains(&row.deed.as_str())))
}

/// Where each message is that these occurrences come from, by who wrote it and their id for it.
pub(super) fn places_of_messages(
    conn: &mut Conn,
    rows: &[OccurrenceRow],
) -> Answer<BTreeMap<(AccountId, SubjectId), (ConversationId, i64)>> {
    let of_messages = rows.iter().filter(|row| row.source == SourceKind::Message);
    let (authors, ids): (Vec<AccountId>, Vec<SubjectId>) = of_messages
        .map(|row| (row.source_author_id, row.source_id))
        .unzip();
    // Ids are their authors' own: an id alone might be that of somebody else's message too.
    let found: Vec<(AccountId, SubjectId, ConversationId, i64)> = messages::table
        .filter(messages::author_id.eq_any(authors))
        .filter(messages::id.eq_any(ids))
        .select((
            messages::author_id,
            messages::id,
            messages::conversation_id,
            messages::seq,
        ))
        .load(conn)?;
    let place = |(author, id, conversation, seq)| ((author, id), (conversation, seq));
    Ok(found.into_iter().map(place).collect())
}

/// What was found in one text, occurrence by occurrence.
pub(super) fn findings_of(conn: &mut Conn, source: Source) -> Answer<Vec<String>> {
    Ok(alert_occurrences::table
        .filter(alert_occurrences::source_author_id.eq(source.author_id))
        .filter(alert_occurrences::source_id.eq(source.id))
        .filter(alert_occurrences::source.eq(source.kind))
        .select(alert_occurrences::findings)
        .load(conn)?)
}

/// The texts in alerts from which somebody of a role is excluded, and those that a concern among them
/// names.
pub(super) fn hidden_from(
    conn: &mut Conn,
    authority: AuthorityId,
    role: Role,
) -> Answer<HashSet<(AccountId, SubjectId)>> {
    let texts: Vec<(AccountId, SubjectId)> = alert_exclusions::table
        .inner_join(accounts::table.on(accounts::id.eq(alert_exclusions::account_id)))
        .inner_join(
            alert_occurrences::table.on(alert_occurrences::alert_id.eq(alert_exclusions::alert_id)),
        )
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(role))
        .select((
            alert_occurrences::source_author_id,
            alert_occurrences::source_id,
        ))
        .load(conn)?;
    let named: Vec<(Option<AccountId>, Option<SubjectId>)> = reports::table
        .inner_join(
            alert_exclusions::table.on(reports::alert_id.eq(alert_exclusions::alert_id.nullable())),
        )
        .inner_join(accounts::table.on(accounts::id.eq(alert_exclusions::account_id)))
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(role))
        .filter(reports::message_id.is_not_null())
        .select((reports::message_author_id, reports::message_id))
        .load(conn)?;
    let named = named.into_iter().filter_map(|(author, id)| author.zip(id));
    Ok(texts.into_iter().chain(named).collect())
}

/// The alerts that one text or tap belongs to.
pub(super) fn alerts_of(conn: &mut Conn, source: Source) -> Answer<Vec<AlertId>> {
    Ok(alert_occurrences::table
        .filter(alert_occurrences::source_author_id.eq(source.author_id))
        .filter(alert_occurrences::source_id.eq(source.id))
        .filter(alert_occurrences::source.eq(source.kind))
        .select(alert_occurrences::alert_id)
        .distinct()
        .load(conn)?)
}
