//! Questions about cases and their events.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::actions::NewEvent;
use super::{Case, CaseEvent, EventKind, Facts, Outcome, ReferredBy, Tier};
use crate::base::civil::parse_day;
use crate::base::ids::{AccountId, AuthorityId, CaseEventId, CaseId, FamilyId, PodId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::actions::Named;
use crate::db::schema::{accounts, case_events, cases, families};
use crate::db::{Answer, Conn, Error, Tx, View};

fn rationale_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 1]) -> Place<'a> {
    Place {
        authority,
        column: "case_events.rationale",
        row,
    }
}

#[derive(Debug, Queryable)]
struct EventRow {
    id: CaseEventId,
    event: EventKind,
    corrects: Option<CaseEventId>,
    is_withdrawn: bool,
    on: Option<String>,
    tier: Option<Tier>,
    referred_by: Option<ReferredBy>,
    outcome: Option<Outcome>,
    by: (AccountId, String),
    at: Moment,
}

type EventColumns = (
    case_events::id,
    case_events::event,
    case_events::corrects,
    case_events::is_withdrawn,
    case_events::happened_on,
    case_events::tier,
    case_events::referred_by,
    case_events::outcome,
    (accounts::id, accounts::display_name),
    case_events::at,
);
const EVENT: EventColumns = (
    case_events::id,
    case_events::event,
    case_events::corrects,
    case_events::is_withdrawn,
    case_events::happened_on,
    case_events::tier,
    case_events::referred_by,
    case_events::outcome,
    (accounts::id, accounts::display_name),
    case_events::at,
);

fn event(row: EventRow, rationale: Option<String>) -> Answer<CaseEvent> {
    let day = |text: String| parse_day(&text).ok_or(Error::Corrupt("case_events.happened_on"));
    let (id, display_name) = row.by;
    Ok(CaseEvent {
        id: row.id,
        kind: row.event,
        facts: Facts {
            on: row.on.map(day).transpose()?,
            tier: row.tier,
            referred_by: row.referred_by,
            outcome: row.outcome,
        },
        corrects: row.corrects,
        is_withdrawn: row.is_withdrawn,
        rationale,
        by: Named { id, display_name },
        at: row.at,
    })
}

/// Puts an event to those of its case, which come one after the other.
fn put(cases: &mut Vec<Case>, (id, family_id): (CaseId, FamilyId), event: CaseEvent) {
    match cases.last_mut().filter(|case| case.id == id) {
        Some(case) => case.events.push(event),
        None => cases.push(Case {
            id,
            family_id,
            events: vec![event],
        }),
    }
}

/// The cases of a family with all their events, as they were recorded.
pub(super) fn of_family(
    view: &mut impl View,
    (authority, family): (AuthorityId, FamilyId),
) -> Answer<Vec<Case>> {
    let rows: Vec<(CaseId, EventRow, Option<Vec<u8>>)> = case_events::table
        .inner_join(cases::table.on(cases::id.eq(case_events::case_id)))
        .inner_join(accounts::table.on(accounts::id.eq(case_events::by_id)))
        .filter(cases::family_id.eq(family))
        .filter(cases::authority_id.eq(authority))
        .order((case_events::case_id, case_events::seq))
        .select((case_events::case_id, EVENT, case_events::rationale))
        .load(view.conn())?;
    let mut all = Vec::new();
    for (id, row, sealed) in rows {
        let key = [row.id.as_bytes().as_slice()];
        let rationale = sealed
            .map(|sealed| view.open_words(rationale_of(authority, &key), &sealed))
            .transpose()?;
        put(&mut all, (id, family), event(row, rationale)?);
    }
    Ok(all)
}

/// The cases of an authority, or of these pods of it, without a word of them: one family after the other.
pub(super) fn of_pods(
    conn: &mut Conn,
    (authority, pods): (AuthorityId, Option<&[PodId]>),
) -> Answer<Vec<Case>> {
    let mut found = case_events::table
        .inner_join(cases::table.on(cases::id.eq(case_events::case_id)))
        .inner_join(families::table.on(families::id.eq(cases::family_id)))
        .inner_join(accounts::table.on(accounts::id.eq(case_events::by_id)))
        .filter(cases::authority_id.eq(authority))
        .order((cases::family_id, case_events::case_id, case_events::seq))
        .select((case_events::case_id, cases::family_id, EVENT))
        .into_boxed();
    if let Some(pods) = pods {
        found = found.filter(families::pod_id.eq_any(pods.to_vec()));
    }
    let rows: Vec<(CaseId, FamilyId, EventRow)> = found.load(conn)?;
    let mut all = Vec::new();
    for (id, family, row) in rows {
        put(&mut all, (id, family), event(row, None)?);
    }
    Ok(all)
}

/// Whose a case is.
pub(super) fn family_of(
    conn: &mut Conn,
    (authority, id): (AuthorityId, CaseId),
) -> Answer<Option<FamilyId>> {
    Ok(cases::table
        .find(id)
        .filter(cases::authority_id.eq(authority))
        .select(cases::family_id)
        .first(conn)
        .optional()?)
}

/// Whether any event has this id.
pub(super) fn is_used(conn: &mut Conn, id: CaseEventId) -> Answer<bool> {
    let of_it = case_events::table.find(id);
    Ok(diesel::select(exists(of_it)).get_result(conn)?)
}

pub(super) fn named(conn: &mut Conn, who: AccountId) -> Answer<Named> {
    let display_name = accounts::table
        .find(who)
        .select(accounts::display_name)
        .first(conn)?;
    Ok(Named {
        id: who,
        display_name,
    })
}

pub(super) fn insert_case(
    conn: &mut Conn,
    (authority, family): (AuthorityId, FamilyId),
    id: CaseId,
) -> Answer<()> {
    diesel::insert_into(cases::table)
        .values((
            cases::id.eq(id),
            cases::authority_id.eq(authority),
            cases::family_id.eq(family),
            cases::is_open.eq(true),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says whether a case is open, where that is not what its row says.
pub(super) fn set_open(conn: &mut Conn, (id, is_open): (CaseId, bool)) -> Answer<()> {
    diesel::update(cases::table.find(id))
        .filter(cases::is_open.ne(is_open))
        .set(cases::is_open.eq(is_open))
        .execute(conn)?;
    Ok(())
}

/// Appends an event, after so many.
pub(super) fn insert_event(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, seq): (&NewEvent, usize),
) -> Answer<()> {
    let key = [new.id.as_bytes().as_slice()];
    let rationale = Some(new.rationale.as_str())
        .filter(|words| !words.is_empty())
        .map(|words| tx.seal_words(rationale_of(caller.authority_id, &key), words))
        .transpose()?;
    let now = tx.now();
    diesel::insert_into(case_events::table)
        .values((
            case_events::id.eq(new.id),
            case_events::case_id.eq(new.case_id),
            case_events::seq.eq(i32::try_from(seq).unwrap_or(i32::MAX)),
            case_events::event.eq(new.kind),
            case_events::corrects.eq(new.corrects),
            case_events::is_withdrawn.eq(new.is_withdrawn),
            case_events::happened_on.eq(new.facts.on.map(|on: NaiveDate| on.to_string())),
            case_events::tier.eq(new.facts.tier),
            case_events::referred_by.eq(new.facts.referred_by),
            case_events::outcome.eq(new.facts.outcome),
            case_events::rationale.eq(rationale),
            case_events::by_id.eq(caller.account_id),
            case_events::at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}
