//! Questions about cases and their events.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::actions::NewEvent;
use super::{Case, CaseEvent, EventKind, Facts, Outcome, ReferredBy, Tier};
use crate::base::civil::parse_day;
use crate::base::ids::{AccountId, AuthorityId, CaseEventId, CaseId, FamilyId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::actions::Named;
use crate::db::schema::{accounts, case_events, cases};
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
    facts: FactsRow,
    rationale: Option<Vec<u8>>,
    by: (AccountId, String),
    at: Moment,
}

type FactsRow = (
    Option<String>,
    Option<Tier>,
    Option<ReferredBy>,
    Option<Outcome>,
);

fn facts((on, tier, referred_by, outcome): FactsRow) -> Answer<Facts> {
    let day = |text: String| parse_day(&text).ok_or(Error::Corrupt("case_events.happened_on"));
    Ok(Facts {
        on: on.map(day).transpose()?,
        tier,
        referred_by,
        outcome,
    })
}

fn event(view: &impl View, authority: AuthorityId, row: EventRow) -> Answer<CaseEvent> {
    let key = [row.id.as_bytes().as_slice()];
    let rationale = row
        .rationale
        .map(|sealed| view.open_words(rationale_of(authority, &key), &sealed))
        .transpose()?;
    let (id, display_name) = row.by;
    Ok(CaseEvent {
        id: row.id,
        kind: row.event,
        facts: facts(row.facts)?,
        corrects: row.corrects,
        is_withdrawn: row.is_withdrawn,
        rationale,
        by: Named { id, display_name },
        at: row.at,
    })
}

/// The cases of a family with all their events, as they were recorded.
pub(super) fn of_family(
    view: &mut impl View,
    (authority, family): (AuthorityId, FamilyId),
) -> Answer<Vec<Case>> {
    let ids: Vec<CaseId> = cases::table
        .filter(cases::family_id.eq(family))
        .filter(cases::authority_id.eq(authority))
        .order(cases::id)
        .select(cases::id)
        .load(view.conn())?;
    let rows: Vec<(CaseId, EventRow)> = case_events::table
        .inner_join(accounts::table.on(accounts::id.eq(case_events::by_id)))
        .filter(case_events::case_id.eq_any(ids.clone()))
        .order((case_events::case_id, case_events::seq))
        .select((
            case_events::case_id,
            (
                case_events::id,
                case_events::event,
                case_events::corrects,
                case_events::is_withdrawn,
                (
                    case_events::happened_on,
                    case_events::tier,
                    case_events::referred_by,
                    case_events::outcome,
                ),
                case_events::rationale,
                (accounts::id, accounts::display_name),
                case_events::at,
            ),
        ))
        .load(view.conn())?;
    let mut all: Vec<Case> = ids
        .into_iter()
        .map(|id| Case {
            id,
            family_id: family,
            events: Vec::new(),
        })
        .collect();
    for (id, row) in rows {
        let event = event(view, authority, row)?;
        if let Some(case) = all.iter_mut().find(|one| one.id == id) {
            case.events.push(event);
        }
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
