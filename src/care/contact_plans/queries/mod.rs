//! Questions about contact plans.

pub(super) mod untold;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::stops::open_of;
use super::windows::Windows;
use super::{ASKED_AGAIN, Confirmed, ContactPlan, Due, Reach, Terms, Told, Words, words_of};
use crate::base::ids::{AccountId, AuthorityId, ContactStopId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role, Status};
use crate::db::schema::{accounts, contact_plans, contact_stops, families};
use crate::db::{Answer, Conn, Error, Tx, View, both};

#[derive(Debug, Queryable)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question people are asked and answer"
)]
struct Row {
    version: i32,
    windows: String,
    ok_message: bool,
    ok_call: bool,
    ok_voicemail: bool,
    shared_phone: bool,
    code_word: Option<Vec<u8>>,
    others_near: Option<Vec<u8>>,
    told_at: Moment,
    in_force: String,
    confirmed_version: Option<i32>,
    confirmed_code_word: Option<Vec<u8>>,
    confirmed_others_near: Option<Vec<u8>>,
    confirmed_at: Option<Moment>,
    ok_text: bool,
}

type Columns = (
    contact_plans::version,
    contact_plans::windows,
    contact_plans::ok_message,
    contact_plans::ok_call,
    contact_plans::ok_voicemail,
    contact_plans::shared_phone,
    contact_plans::code_word,
    contact_plans::others_near,
    contact_plans::told_at,
    contact_plans::in_force,
    contact_plans::confirmed_version,
    contact_plans::confirmed_code_word,
    contact_plans::confirmed_others_near,
    contact_plans::confirmed_at,
    contact_plans::ok_text,
);
const COLUMNS: Columns = (
    contact_plans::version,
    contact_plans::windows,
    contact_plans::ok_message,
    contact_plans::ok_call,
    contact_plans::ok_voicemail,
    contact_plans::shared_phone,
    contact_plans::code_word,
    contact_plans::others_near,
    contact_plans::told_at,
    contact_plans::in_force,
    contact_plans::confirmed_version,
    contact_plans::confirmed_code_word,
    contact_plans::confirmed_others_near,
    contact_plans::confirmed_at,
    contact_plans::ok_text,
);

/// Where the words of a plan are sealed to: the code word, and who else is near.
const TOLD: [&str; 2] = ["contact_plans.code_word", "contact_plans.others_near"];
const CONFIRMED: [&str; 2] = [
    "contact_plans.confirmed_code_word",
    "contact_plans.confirmed_others_near",
];

fn written<T: serde::Serialize>(value: &T) -> Answer<String> {
    serde_json::to_string(value).map_err(|_never| Error::Corrupt("a contact plan is no JSON"))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|_broken| Error::Corrupt("a contact plan is not JSON"))
}

/// A row as a plan, its words still sealed.
fn plan(member: AccountId, row: &Row) -> Answer<ContactPlan> {
    let told = Told {
        version: row.version,
        terms: Terms {
            windows: read::<Windows>(&row.windows)?,
            ok_message: row.ok_message,
            ok_call: row.ok_call,
            ok_voicemail: row.ok_voicemail,
            shared_phone: row.shared_phone,
            ok_text: row.ok_text,
        },
        words: Words::default(),
        at: row.told_at,
    };
    let confirmed = row.confirmed_version.zip(row.confirmed_at);
    Ok(ContactPlan {
        family_member_id: member,
        told: Some(told),
        in_force: read(&row.in_force)?,
        confirmed: confirmed.map(|(version, at)| Confirmed {
            version,
            words: Words::default(),
            at,
        }),
        stop: None,
    })
}

/// When the phone of somebody may be rung, if they are a family member.
pub(super) fn reach_of(conn: &mut Conn, who: AccountId) -> Answer<Option<Reach>> {
    let is_open = contact_stops::family_member_id
        .eq(accounts::id)
        .and(contact_stops::ended_at.is_null());
    let row: Option<(Option<Row>, Option<ContactStopId>)> = accounts::table
        .left_join(contact_plans::table.on(contact_plans::family_member_id.eq(accounts::id)))
        .left_join(contact_stops::table.on(is_open))
        .filter(accounts::id.eq(who))
        .filter(accounts::role.eq(Role::FamilyMember))
        .select((COLUMNS.nullable(), contact_stops::id.nullable()))
        .first(conn)
        .optional()?;
    let Some((row, stop)) = row else {
        return Ok(None);
    };
    let plan = match row {
        Some(row) => plan(who, &row)?,
        None => ContactPlan::untold(who),
    };
    Ok(Some(Reach {
        is_stopped: stop.is_some(),
        ..plan.reach()
    }))
}

/// A family member's plan with its words.
pub(super) fn whole(
    view: &mut impl View,
    (authority, member): (AuthorityId, AccountId),
) -> Answer<ContactPlan> {
    let row: Option<Row> = contact_plans::table
        .find(member)
        .select(COLUMNS)
        .first(view.conn())
        .optional()?;
    let whose = (authority, member);
    let stop = open_of(view, whose)?;
    let Some(row) = row else {
        return Ok(ContactPlan {
            stop,
            ..ContactPlan::untold(member)
        });
    };
    let mut found = ContactPlan {
        stop,
        ..plan(member, &row)?
    };
    if let Some(told) = &mut found.told {
        told.words = opened(view, whose, TOLD, [row.code_word, row.others_near])?;
    }
    if let Some(confirmed) = &mut found.confirmed {
        let sealed = [row.confirmed_code_word, row.confirmed_others_near];
        confirmed.words = opened(view, whose, CONFIRMED, sealed)?;
    }
    Ok(found)
}

type Sealed = Option<Vec<u8>>;

fn opened(
    view: &impl View,
    (authority, member): (AuthorityId, AccountId),
    [word, near]: [&'static str; 2],
    [code_word, others_near]: [Sealed; 2],
) -> Answer<Words> {
    let key = [member.as_bytes().as_slice()];
    let open = |column, sealed: Sealed| {
        let place = words_of(authority, (column, &key));
        let opened = sealed.map(|sealed| view.open_words(place, &sealed));
        opened.transpose()
    };
    Ok(Words {
        code_word: open(word, code_word)?,
        others_near: open(near, others_near)?,
    })
}

fn sealed(
    tx: &Tx<'_>,
    (authority, member): (AuthorityId, AccountId),
    [word, near]: [&'static str; 2],
    words: &Words,
) -> Answer<(Sealed, Sealed)> {
    let key = [member.as_bytes().as_slice()];
    let seal = |column, words: &Option<String>| {
        let place = words_of(authority, (column, &key));
        let sealed = words.as_deref().map(|words| tx.seal_words(place, words));
        sealed.transpose()
    };
    let code_word = seal(word, &words.code_word)?;
    Ok((code_word, seal(near, &words.others_near)?))
}

/// Stores what somebody told of themselves as the version after the one that was seen, and what holds from
/// now on. Whoever tells another at the same moment is not saved and tells it again: two plans of one
/// version would let somebody confirm what they have not seen.
pub(super) fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (told, in_force): (&Told, &Terms),
) -> Answer<()> {
    let whose = (caller.authority_id, caller.account_id);
    let (code_word, others_near) = sealed(tx, whose, TOLD, &told.words)?;
    let terms = &told.terms;
    let says = (
        contact_plans::version.eq(told.version),
        contact_plans::windows.eq(written(&terms.windows)?),
        contact_plans::ok_message.eq(terms.ok_message),
        contact_plans::ok_call.eq(terms.ok_call),
        contact_plans::ok_voicemail.eq(terms.ok_voicemail),
        contact_plans::shared_phone.eq(terms.shared_phone),
        contact_plans::ok_text.eq(terms.ok_text),
        contact_plans::code_word.eq(code_word),
        contact_plans::others_near.eq(others_near),
        contact_plans::told_at.eq(told.at),
        contact_plans::in_force.eq(written(in_force)?),
    );
    let conn = tx.conn();
    let seen = told.version.saturating_sub(1);
    let rows = if seen > 0 {
        diesel::update(contact_plans::table.find(caller.account_id))
            .filter(contact_plans::version.eq(seen))
            .set(says)
            .execute(conn)?
    } else {
        // Where they were asked for one, that goes on until it is confirmed.
        let is_asked = untold::let_go(conn, caller.account_id)?;
        let confirm_due_at = (!is_asked).then(|| told.at.plus(ASKED_AGAIN));
        let row = (
            contact_plans::family_member_id.eq(caller.account_id),
            contact_plans::confirm_due_at.eq(confirm_due_at),
            says,
        );
        both!(conn, conn => diesel::insert_into(contact_plans::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?
    };
    if rows == 1 {
        Ok(())
    } else {
        Err(Error::NotSaved)
    }
}

/// Notes that a version was confirmed, if it is still the newest: it holds as it was told, and its
/// words are theirs.
pub(super) fn confirm(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, told): (AccountId, &Told),
) -> Answer<bool> {
    let now = tx.now();
    let whose = (caller.authority_id, member);
    let (code_word, others_near) = sealed(tx, whose, CONFIRMED, &told.words)?;
    let rows = diesel::update(contact_plans::table.find(member))
        .filter(contact_plans::version.eq(told.version))
        .set((
            contact_plans::in_force.eq(written(&told.terms)?),
            contact_plans::confirmed_version.eq(told.version),
            contact_plans::confirmed_code_word.eq(code_word),
            contact_plans::confirmed_others_near.eq(others_near),
            contact_plans::confirmed_at.eq(now),
            contact_plans::confirmed_by.eq(caller.account_id),
            contact_plans::confirm_due_at.eq(now.plus(ASKED_AGAIN)),
        ))
        .execute(tx.conn())?;
    Ok(rows == 1)
}

/// Whose plan is to be talked over, of those who may act, whose family is worked with and with whom contact
/// is not stopped, the longest due first.
pub(super) fn due(conn: &mut Conn, most: i64) -> Answer<Vec<Due>> {
    let stopped = contact_stops::table
        .filter(contact_stops::family_member_id.eq(contact_plans::family_member_id))
        .filter(contact_stops::ended_at.is_null());
    let found: Vec<(AccountId, AuthorityId, Moment)> = contact_plans::table
        .inner_join(accounts::table.on(accounts::id.eq(contact_plans::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(contact_plans::confirm_due_at.is_not_null())
        .filter(accounts::status.eq(Status::Active))
        .filter(families::state.eq("open"))
        .filter(not(exists(stopped)))
        .order((
            contact_plans::confirm_due_at,
            contact_plans::family_member_id,
        ))
        .limit(most)
        .select((
            contact_plans::family_member_id,
            accounts::authority_id,
            contact_plans::confirm_due_at.assume_not_null(),
        ))
        .load(conn)?;
    let dues = found
        .into_iter()
        .map(|(family_member_id, authority_id, due_at)| Due {
            family_member_id,
            authority_id,
            due_at,
            is_untold: false,
        });
    Ok(dues.collect())
}

/// Takes the asking, if it is still due as it was seen.
pub(super) fn take(conn: &mut Conn, due: &Due) -> Answer<bool> {
    let rows = diesel::update(contact_plans::table.find(due.family_member_id))
        .filter(contact_plans::confirm_due_at.eq(due.due_at))
        .set(contact_plans::confirm_due_at.eq(None::<Moment>))
        .execute(conn)?;
    Ok(rows == 1)
}
