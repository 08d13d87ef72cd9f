//! Questions about calls, sendings and tries. Everything is taken by compare-and-set, so that of two
//! nodes exactly one has it.

mod mail;
mod phone;
mod reached;
mod stopping;

use diesel::dsl::{case_when, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};

pub(super) use mail::mailbox;
pub(super) use phone::{has_number, has_number_for_texts, was_called_by, with_numbers};
pub(super) use reached::{Way, has_seen_since, was_pushed_since, ways_of};
pub(super) use stopping::{cancel, most_urgent_due, put_call, take_head, unseen};

use super::{Call, Channel, Due, Ended, Outcome, State, Target, Try, Ways, What};
use crate::base::ids::{AccountId, AuthorityId, DeviceId, SendingId, SubjectId, SubscriptionId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::db::schema::{
    accounts, devices, inbox_heads, push_subscriptions, sending_attempts, sendings,
};
use crate::db::{Answer, Conn, Urgency};

/// By which channel, and to which subscription; the account itself where a person has one such
/// channel.
pub(super) type Place = (Channel, SubjectId);

pub(super) fn calls(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Call>> {
    let rows = inbox_heads::table
        .filter(inbox_heads::call_due_at.le(now))
        .order((
            inbox_heads::call_urgency.desc(),
            inbox_heads::call_due_at,
            inbox_heads::account_id,
        ))
        .limit(most)
        .select((
            inbox_heads::account_id,
            inbox_heads::call_due_at.assume_not_null(),
            inbox_heads::call_urgency,
        ))
        .load::<(AccountId, Moment, i32)>(conn)?;
    let call = |(account_id, due_at, urgency)| Call {
        account_id,
        due_at,
        urgency: Urgency::of_call(urgency).unwrap_or(Urgency::Usual),
    };
    Ok(rows.into_iter().map(call).collect())
}

pub(super) fn next_call(conn: &mut Conn, after: Moment) -> Answer<Option<Moment>> {
    Ok(inbox_heads::table
        .filter(inbox_heads::call_due_at.gt(after))
        .select(min(inbox_heads::call_due_at))
        .first(conn)?)
}

/// Takes a call if it is still as it was seen; then says whether the person has seen everything.
pub(super) fn take_call(conn: &mut Conn, call: &Call) -> Answer<Option<bool>> {
    let seen = diesel::update(inbox_heads::table.find(call.account_id))
        .filter(inbox_heads::call_due_at.eq(call.due_at))
        .filter(inbox_heads::call_urgency.eq(call.urgency.number()))
        .set((
            inbox_heads::call_due_at.eq(None::<Moment>),
            inbox_heads::call_urgency.eq(0),
        ))
        .returning((inbox_heads::seq, inbox_heads::seen_seq))
        .get_result::<(i64, i64)>(conn)
        .optional()?;
    Ok(seen.map(|(head, seen)| seen >= head))
}

/// Puts a call off if it is still as it was seen.
pub(super) fn put_off_call(conn: &mut Conn, call: &Call, later: Moment) -> Answer<bool> {
    let rows = diesel::update(inbox_heads::table.find(call.account_id))
        .filter(inbox_heads::call_due_at.eq(call.due_at))
        .filter(inbox_heads::call_urgency.eq(call.urgency.number()))
        .set(inbox_heads::call_due_at.eq(Some(later)))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn has_no_channel(conn: &mut Conn, who: AccountId) -> Answer<()> {
    diesel::update(inbox_heads::table.find(who))
        .set(inbox_heads::has_channel.eq(false))
        .execute(conn)?;
    Ok(())
}

/// Makes a sending that waits already as urgent as this call, and due now if that is more urgent than it
/// was: else it is due when the other side wanted it. False if none waits.
pub(super) fn bring_forward(
    conn: &mut Conn,
    call: &Call,
    (channel, place): Place,
    (now, give_up_at): (Moment, Moment),
) -> Answer<bool> {
    let urgency = call.urgency.number();
    let is_less = sendings::urgency.lt(urgency);
    let rows = diesel::update(sendings::table)
        .filter(sendings::account_id.eq(call.account_id))
        .filter(sendings::state.eq(State::Due))
        .filter(sendings::channel.eq(channel))
        .filter(sendings::place_id.eq(place))
        .set((
            sendings::urgency
                .eq(case_when(is_less, urgency.into_sql::<Integer>()).otherwise(sendings::urgency)),
            sendings::due_at
                .eq(case_when(is_less, now.into_sql::<Nullable<BigInt>>())
                    .otherwise(sendings::due_at)),
            sendings::give_up_at.eq(give_up_at),
        ))
        .execute(conn)?;
    Ok(rows > 0)
}

pub(super) fn insert(
    conn: &mut Conn,
    (id, what): (SendingId, What),
    call: &Call,
    ((channel, place), (now, give_up_at)): (Place, (Moment, Moment)),
) -> Answer<()> {
    diesel::insert_into(sendings::table)
        .values((
            sendings::id.eq(id),
            sendings::what.eq(what),
            sendings::account_id.eq(call.account_id),
            sendings::channel.eq(channel),
            sendings::place_id.eq(place),
            sendings::urgency.eq(call.urgency.number()),
            sendings::state.eq(State::Due),
            sendings::tries.eq(0),
            sendings::made_at.eq(now),
            sendings::due_at.eq(now),
            sendings::give_up_at.eq(give_up_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn due(conn: &mut Conn, now: Moment, (most, ways): (i64, Ways)) -> Answer<Vec<Due>> {
    let is_ours = sendings::channel.eq_any(ways.channels());
    let is_too_late = sendings::give_up_at.le(now);
    let rows = sendings::table
        .filter(sendings::due_at.le(now))
        .filter(is_ours.or(is_too_late))
        .order((sendings::urgency.desc(), sendings::due_at, sendings::id))
        .limit(most)
        .select((
            sendings::id,
            sendings::tries,
            sendings::due_at.assume_not_null(),
        ))
        .load::<(SendingId, i32, Moment)>(conn)?;
    let due = |(id, tries, due_at)| Due { id, tries, due_at };
    Ok(rows.into_iter().map(due).collect())
}

/// When the first call is due.
pub(super) fn first_call(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(inbox_heads::table
        .filter(inbox_heads::call_due_at.is_not_null())
        .select(min(inbox_heads::call_due_at))
        .first(conn)?)
}

/// When the sending that is due first is due.
pub(super) fn first_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(sendings::table
        .filter(sendings::due_at.is_not_null())
        .select(min(sendings::due_at))
        .first(conn)?)
}

pub(super) fn next_due(conn: &mut Conn, after: Moment) -> Answer<Option<Moment>> {
    Ok(sendings::table
        .filter(sendings::due_at.gt(after))
        .select(min(sendings::due_at))
        .first(conn)?)
}

/// Takes a sending until its lease runs out, if it is still as it was seen.
pub(super) fn take(conn: &mut Conn, due: Due, leased_until: Moment) -> Answer<bool> {
    let rows = diesel::update(sendings::table.find(due.id))
        .filter(sendings::state.eq(State::Due))
        .filter(sendings::tries.eq(due.tries))
        .filter(sendings::due_at.eq(due.due_at))
        .set((
            sendings::tries.eq(sendings::tries + 1),
            sendings::due_at.eq(leased_until),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Gives a sending that was taken back until later: no try was made of it.
pub(super) fn put_off(
    conn: &mut Conn,
    due: Due,
    (later, give_up_at): (Moment, Moment),
) -> Answer<()> {
    diesel::update(sendings::table.find(due.id))
        .set((
            sendings::tries.eq(due.tries),
            sendings::due_at.eq(Some(later)),
            sendings::give_up_at.eq(give_up_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a try needs to know.
pub(super) struct Found {
    pub(super) account_id: AccountId,
    pub(super) channel: Channel,
    pub(super) what: What,
    pub(super) place: SubjectId,
    pub(super) urgency: Urgency,
    pub(super) made_at: Moment,
    pub(super) give_up_at: Moment,
    pub(super) language: String,
    pub(super) email: Option<String>,
    pub(super) email_is_verified: bool,
    pub(super) phone: Option<String>,
    pub(super) phone_asked: Option<String>,
}

/// A sending and whom it is for; nothing if they may not act any more.
pub(super) fn found(conn: &mut Conn, id: SendingId) -> Answer<Option<Found>> {
    type Row = (
        (Channel, What, SubjectId),
        (i32, Moment, Moment),
        (AccountId, String, Option<String>, Option<Moment>),
        (Option<String>, Option<String>),
    );
    let row = sendings::table
        .inner_join(accounts::table.on(accounts::id.eq(sendings::account_id)))
        .filter(sendings::id.eq(id))
        .filter(accounts::status.eq(Status::Active))
        .select((
            (sendings::channel, sendings::what, sendings::place_id),
            (sendings::urgency, sendings::made_at, sendings::give_up_at),
            (
                accounts::id,
                accounts::language,
                accounts::email,
                accounts::email_verified_at,
            ),
            (accounts::phone, accounts::phone_asked),
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(|(sending, when, who, phone)| Found {
        account_id: who.0,
        channel: sending.0,
        what: sending.1,
        place: sending.2,
        urgency: Urgency::of_call(when.0).unwrap_or(Urgency::Usual),
        made_at: when.1,
        give_up_at: when.2,
        language: who.1,
        email: who.2,
        email_is_verified: who.3.is_some(),
        phone: phone.0,
        phone_asked: phone.1,
    }))
}

/// Where a device takes pushes, if it has not been signed out or its place forgotten.
pub(super) fn device(conn: &mut Conn, id: SubscriptionId) -> Answer<Option<Target>> {
    let row = push_subscriptions::table
        .inner_join(devices::table.on(devices::id.eq(push_subscriptions::device_id)))
        .filter(push_subscriptions::id.eq(id))
        .filter(devices::ended_at.is_null())
        .select((
            push_subscriptions::endpoint,
            push_subscriptions::p256dh,
            push_subscriptions::auth,
        ))
        .first::<(String, Vec<u8>, Vec<u8>)>(conn)
        .optional()?;
    Ok(row.map(|(endpoint, p256dh, auth)| Target::Push {
        subscription: id,
        endpoint,
        p256dh,
        auth,
    }))
}

/// Ends a sending that is ours.
pub(super) fn end(conn: &mut Conn, id: SendingId, state: State) -> Answer<()> {
    diesel::update(sendings::table.find(id))
        .set((
            sendings::state.eq(state),
            sendings::due_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_try(
    conn: &mut Conn,
    (sending, number): (SendingId, i32),
    channel: Channel,
    now: Moment,
) -> Answer<()> {
    diesel::insert_into(sending_attempts::table)
        .values((
            sending_attempts::sending_id.eq(sending),
            sending_attempts::number.eq(number),
            sending_attempts::channel.eq(channel),
            sending_attempts::begun_at.eq(now),
            sending_attempts::outcome.eq(Outcome::Begun),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn end_try(conn: &mut Conn, tried: &Try, ended: Ended, now: Moment) -> Answer<()> {
    diesel::update(sending_attempts::table.find((tried.sending, tried.number)))
        .set((
            sending_attempts::ended_at.eq(now),
            sending_attempts::outcome.eq(ended.outcome),
            sending_attempts::status.eq(ended.status.map(i32::from)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Goes on with a sending after a try: due again at a moment, or ended. Only if it still stands where
/// the try left it; says whether it did.
pub(super) fn go_on(conn: &mut Conn, tried: &Try, next: Result<Moment, State>) -> Answer<bool> {
    let rows = diesel::update(sendings::table.find(tried.sending))
        .filter(sendings::state.eq(State::Due))
        .filter(sendings::tries.eq(tried.number))
        .filter(sendings::due_at.eq(tried.leased_until))
        .set((
            sendings::state.eq(next.err().unwrap_or(State::Due)),
            sendings::due_at.eq(next.ok()),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn device_of(conn: &mut Conn, id: SubscriptionId) -> Answer<Option<DeviceId>> {
    Ok(push_subscriptions::table
        .find(id)
        .select(push_subscriptions::device_id)
        .first(conn)
        .optional()?)
}

/// The other managers of somebody who answers for families; nobody for a family or a mentor.
pub(super) fn managers_of_staff(conn: &mut Conn, who: AccountId) -> Answer<Vec<AccountId>> {
    let staff = [
        Role::FamilyPractitioner,
        Role::SupervisingSocialWorker,
        Role::ServiceManager,
    ];
    let authority = accounts::table
        .find(who)
        .filter(accounts::role.eq_any(staff))
        .select(accounts::authority_id)
        .first::<AuthorityId>(conn)
        .optional()?;
    let Some(authority) = authority else {
        return Ok(Vec::new());
    };
    Ok(accounts::table
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::ServiceManager))
        .filter(accounts::status.eq(Status::Active))
        .filter(accounts::id.ne(who))
        .order(accounts::id)
        .select(accounts::id)
        .load(conn)?)
}
