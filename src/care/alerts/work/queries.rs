//! Questions about what is to be done about alerts.

use diesel::dsl::min;
use diesel::prelude::*;

use super::{Kind, Page};
use crate::base::ids::{AccountId, ActionId, AlertId, AuthorityId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::agencies::Agency;
use crate::care::alerts::Alert;
use crate::db::schema::{accounts, alert_actions as actions, alert_exclusions};
use crate::db::{Answer, Conn, Tx, View};

/// An action as its row says.
#[derive(Debug, Queryable)]
pub(super) struct Row {
    pub(super) id: ActionId,
    pub(super) alert_id: AlertId,
    pub(super) kind: Kind,
    pub(super) agency: Option<Agency>,
    pub(super) owner_id: Option<AccountId>,
    what: Option<Vec<u8>>,
    pub(super) made_by: Option<AccountId>,
    pub(super) made_at: Moment,
    pub(super) due_at: Moment,
    pub(super) done_at: Option<Moment>,
    pub(super) done_by: Option<AccountId>,
    ending: Option<Vec<u8>>,
}

type Columns = (
    actions::id,
    actions::alert_id,
    actions::kind,
    actions::agency,
    actions::owner_id,
    actions::what,
    actions::made_by,
    actions::made_at,
    actions::due_at,
    actions::done_at,
    actions::done_by,
    actions::ending,
);
const COLUMNS: Columns = (
    actions::id,
    actions::alert_id,
    actions::kind,
    actions::agency,
    actions::owner_id,
    actions::what,
    actions::made_by,
    actions::made_at,
    actions::due_at,
    actions::done_at,
    actions::done_by,
    actions::ending,
);

/// An action about to be written.
pub(super) struct New<'a> {
    pub(super) id: ActionId,
    pub(super) kind: Kind,
    pub(super) agency: Option<Agency>,
    pub(super) owner: Option<AccountId>,
    pub(super) what: Option<&'a str>,
    pub(super) made_by: Option<AccountId>,
    pub(super) due_at: Moment,
}

fn place<'a>(alert: &Alert, column: &'static str, row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        authority: alert.authority_id,
        column,
        row,
    }
}

const WHAT: &str = "alert_actions.what";
const ENDING: &str = "alert_actions.ending";

pub(super) fn insert(tx: &mut Tx<'_>, alert: &Alert, new: &New<'_>) -> Answer<()> {
    let now = tx.now();
    let what = new
        .what
        .map(|words| tx.seal_words(place(alert, WHAT, &[new.id.as_bytes()]), words))
        .transpose()?;
    diesel::insert_into(actions::table)
        .values((
            actions::id.eq(new.id),
            actions::alert_id.eq(alert.id),
            actions::kind.eq(new.kind),
            actions::agency.eq(new.agency),
            actions::owner_id.eq(new.owner),
            actions::what.eq(what),
            actions::made_by.eq(new.made_by),
            actions::made_at.eq(now),
            actions::due_at.eq(new.due_at),
            actions::next_due_at.eq(new.due_at),
            actions::times_told.eq(0),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes how an action ended, which nobody has yet.
pub(super) fn end(
    tx: &mut Tx<'_>,
    alert: &Alert,
    id: ActionId,
    (by, words): (AccountId, Option<&str>),
) -> Answer<()> {
    let now = tx.now();
    let ending = words
        .map(|words| tx.seal_words(place(alert, ENDING, &[id.as_bytes()]), words))
        .transpose()?;
    diesel::update(actions::table.find(id))
        .filter(actions::done_at.is_null())
        .set((
            actions::done_at.eq(now),
            actions::done_by.eq(by),
            actions::ending.eq(ending),
            actions::next_due_at.eq(None::<Moment>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What is to be done, and how it ended, in words.
pub(super) fn words(
    view: &impl View,
    alert: &Alert,
    row: &Row,
) -> Answer<(Option<String>, Option<String>)> {
    let key = [row.id.as_bytes().as_slice()];
    let open = |column: &'static str, sealed: Option<&[u8]>| {
        sealed
            .map(|sealed| view.open_words(place(alert, column, &key), sealed))
            .transpose()
    };
    Ok((
        open(WHAT, row.what.as_deref())?,
        open(ENDING, row.ending.as_deref())?,
    ))
}

pub(super) fn find(conn: &mut Conn, id: ActionId) -> Answer<Option<Row>> {
    Ok(actions::table
        .find(id)
        .select(COLUMNS)
        .first(conn)
        .optional()?)
}

/// The actions about one alert, the oldest first.
pub(super) fn of_alert(conn: &mut Conn, alert: AlertId, (after, limit): Page) -> Answer<Vec<Row>> {
    let mut found = actions::table
        .filter(actions::alert_id.eq(alert))
        .order((actions::made_at, actions::id))
        .limit(limit)
        .select(COLUMNS)
        .into_boxed();
    if let Some(last) = after {
        let as_old = actions::made_at.eq(last.at);
        found = found.filter(
            actions::made_at
                .gt(last.at)
                .or(as_old.and(actions::id.gt(last.id))),
        );
    }
    Ok(found.load(conn)?)
}

/// The alerts about which somebody has open actions, but those from which they are excluded.
pub(super) fn alerts_with_open_of(conn: &mut Conn, who: AccountId) -> Answer<Vec<AlertId>> {
    let hidden = alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(who))
        .select(alert_exclusions::alert_id);
    Ok(actions::table
        .filter(actions::owner_id.eq(who))
        .filter(actions::done_at.is_null())
        .filter(actions::alert_id.ne_all(hidden))
        .select(actions::alert_id)
        .distinct()
        .load(conn)?)
}

/// Somebody's open actions about these alerts, what is due first first.
pub(super) fn open_of(
    conn: &mut Conn,
    (who, about): (AccountId, &[Alert]),
    (after, limit): Page,
) -> Answer<Vec<Row>> {
    let about: Vec<AlertId> = about.iter().map(|alert| alert.id).collect();
    let mut found = actions::table
        .filter(actions::owner_id.eq(who))
        .filter(actions::done_at.is_null())
        .filter(actions::alert_id.eq_any(about))
        .order((actions::due_at, actions::id))
        .limit(limit)
        .select(COLUMNS)
        .into_boxed();
    if let Some(last) = after {
        let as_soon = actions::due_at.eq(last.at);
        found = found.filter(
            actions::due_at
                .gt(last.at)
                .or(as_soon.and(actions::id.gt(last.id))),
        );
    }
    Ok(found.load(conn)?)
}

/// The open actions of one kind and one agency about an alert.
pub(super) fn open_about(
    conn: &mut Conn,
    (alert, kind): (AlertId, Kind),
    agency: Agency,
) -> Answer<Vec<ActionId>> {
    Ok(actions::table
        .filter(actions::alert_id.eq(alert))
        .filter(actions::kind.eq(kind))
        .filter(actions::agency.eq(agency))
        .filter(actions::done_at.is_null())
        .order(actions::id)
        .select(actions::id)
        .load(conn)?)
}

/// What somebody is to do about one alert.
pub(super) fn open_about_of(
    conn: &mut Conn,
    (alert, who): (AlertId, AccountId),
) -> Answer<Vec<(ActionId, Kind)>> {
    Ok(actions::table
        .filter(actions::owner_id.eq(who))
        .filter(actions::done_at.is_null())
        .filter(actions::alert_id.eq(alert))
        .order(actions::id)
        .select((actions::id, actions::kind))
        .load(conn)?)
}

/// Gives an action another owner.
pub(super) fn give(conn: &mut Conn, id: ActionId, owner: AccountId) -> Answer<()> {
    diesel::update(actions::table.find(id))
        .set(actions::owner_id.eq(owner))
        .execute(conn)?;
    Ok(())
}

/// What somebody of the authority is, if they may act now.
pub(super) fn active_role(
    conn: &mut Conn,
    authority: AuthorityId,
    who: AccountId,
) -> Answer<Option<Role>> {
    Ok(accounts::table
        .find(who)
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::role)
        .first(conn)
        .optional()?)
}

/// What is due now, the oldest first.
pub(super) fn due(
    conn: &mut Conn,
    now: Moment,
    most: i64,
) -> Answer<Vec<(AlertId, ActionId, i32)>> {
    Ok(actions::table
        .filter(actions::next_due_at.is_not_null())
        .filter(actions::next_due_at.le(now))
        .order((actions::next_due_at, actions::id))
        .limit(most)
        .select((actions::alert_id, actions::id, actions::times_told))
        .load(conn)?)
}

/// When the next one is due.
pub(super) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(actions::table
        .filter(actions::next_due_at.is_not_null())
        .select(min(actions::next_due_at))
        .first(conn)?)
}

/// Takes the telling of one that was seen to be due, if it still is; it is due again later.
pub(super) fn claim(
    conn: &mut Conn,
    (id, times): (ActionId, i32),
    (now, again): (Moment, Moment),
) -> Answer<Option<Row>> {
    Ok(diesel::update(actions::table.find(id))
        .filter(actions::times_told.eq(times))
        .filter(actions::next_due_at.le(now))
        .filter(actions::done_at.is_null())
        .set((
            actions::times_told.eq(actions::times_told + 1),
            actions::next_due_at.eq(again),
        ))
        .returning(COLUMNS)
        .get_result(conn)
        .optional()?)
}

/// Brings what is open forward by so many microseconds.
pub(super) fn bring_forward(conn: &mut Conn, micros: i64) -> Answer<()> {
    diesel::update(actions::table)
        .filter(actions::done_at.is_null())
        .set((
            actions::due_at.eq(actions::due_at - micros),
            actions::next_due_at.eq(actions::next_due_at - Some(micros)),
        ))
        .execute(conn)?;
    Ok(())
}
