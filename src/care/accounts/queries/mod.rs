//! Questions about accounts, and the tries at their secrets.

mod tries;

use diesel::prelude::*;

pub(super) use tries::{
    forget_old, forget_wrong_tries, known_tries, note_place, place_seen_at, set_wrong_tries,
};

use super::invitations::NewAccount;
use super::own::NoticeShown;
use super::{Caller, Claims, Kind, Role, Status};
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::db::schema::{accounts, authorities, devices, families, pods, wrong_tries};
use crate::db::{Answer, Conn, both};

type CallerRow = (
    AuthorityId,
    Role,
    Option<Kind>,
    Status,
    Option<PodId>,
    Option<FamilyId>,
    bool,
    String,
    i32,
);

/// The account and its device in one question, if the device has not been ended.
pub(super) fn caller(conn: &mut Conn, claims: &Claims) -> Answer<Option<Caller>> {
    let question = accounts::table
        .inner_join(devices::table.on(devices::account_id.eq(accounts::id)))
        .inner_join(authorities::table.on(authorities::id.eq(accounts::authority_id)))
        .filter(accounts::id.eq(claims.account_id))
        .filter(devices::id.eq(claims.device_id))
        .filter(devices::ended_at.is_null())
        .select((
            accounts::authority_id,
            accounts::role,
            accounts::kind,
            accounts::status,
            accounts::pod_id,
            accounts::family_id,
            accounts::qualified,
            accounts::language,
            authorities::live_lexicon,
        ));
    let row = both!(conn, conn => question.first::<CallerRow>(conn)).optional()?;
    let Some((
        authority_id,
        role,
        kind,
        status,
        pod_id,
        family_id,
        marked_qualified,
        language,
        live_lexicon,
    )) = row
    else {
        return Ok(None);
    };
    Ok(Some(Caller {
        account_id: claims.account_id,
        device_id: claims.device_id,
        authority_id,
        role,
        kind,
        status,
        pod_id,
        family_id,
        marked_qualified,
        language,
        live_lexicon,
    }))
}

/// What signing in needs to know of an account.
#[derive(Debug, Clone)]
pub(super) struct SignInRow {
    pub(super) id: AccountId,
    pub(super) authority_id: AuthorityId,
    pub(super) role: Role,
    pub(super) kind: Option<Kind>,
    pub(super) status: Status,
    pub(super) display_name: String,
    pub(super) language: String,
    pub(super) password_hash: Option<String>,
    pub(super) has_second_factor: bool,
}

type SignInColumns = (
    accounts::id,
    accounts::authority_id,
    accounts::role,
    accounts::kind,
    accounts::status,
    accounts::display_name,
    accounts::language,
    accounts::password_hash,
    accounts::second_factor_confirmed_at,
);
type SignInValues = (
    AccountId,
    AuthorityId,
    Role,
    Option<Kind>,
    Status,
    String,
    String,
    Option<String>,
    Option<Moment>,
);

const SIGN_IN: SignInColumns = (
    accounts::id,
    accounts::authority_id,
    accounts::role,
    accounts::kind,
    accounts::status,
    accounts::display_name,
    accounts::language,
    accounts::password_hash,
    accounts::second_factor_confirmed_at,
);

impl From<SignInValues> for SignInRow {
    fn from(row: SignInValues) -> Self {
        let (id, authority_id, role, kind, status, display_name, language, hash, confirmed_at) =
            row;
        Self {
            id,
            authority_id,
            role,
            kind,
            status,
            display_name,
            language,
            password_hash: hash,
            has_second_factor: confirmed_at.is_some(),
        }
    }
}

pub(super) fn by_email(conn: &mut Conn, email: &str) -> Answer<Option<SignInRow>> {
    let row = accounts::table
        .filter(accounts::email.eq(email))
        .select(SIGN_IN)
        .first::<SignInValues>(conn)
        .optional()?;
    Ok(row.map(Into::into))
}

pub(super) fn by_id(conn: &mut Conn, id: AccountId) -> Answer<Option<SignInRow>> {
    let row = accounts::table
        .find(id)
        .select(SIGN_IN)
        .first::<SignInValues>(conn)
        .optional()?;
    Ok(row.map(Into::into))
}

pub(super) fn pod_of_family(
    conn: &mut Conn,
    authority: AuthorityId,
    family: FamilyId,
) -> Answer<Option<PodId>> {
    Ok(families::table
        .find(family)
        .filter(families::authority_id.eq(authority))
        .select(families::pod_id)
        .first(conn)
        .optional()?)
}

/// Whether a practitioner may know of a family: one of theirs, or in their pod and nobody's yet.
pub(super) fn knows_family(
    conn: &mut Conn,
    practitioner: &Caller,
    family: FamilyId,
) -> Answer<bool> {
    let Some(pod) = practitioner.pod_id else {
        return Ok(false);
    };
    let found = families::table
        .find(family)
        .filter(families::authority_id.eq(practitioner.authority_id))
        .filter(families::pod_id.eq(pod))
        .filter(
            families::family_practitioner_id
                .is_null()
                .or(families::family_practitioner_id
                    .eq(practitioner.account_id)
                    .assume_not_null()),
        );
    Ok(found.count().get_result::<i64>(conn)? > 0)
}

/// The pod of a family, which is locked to the end of the unit.
pub(super) fn hold_family(conn: &mut Conn, family: FamilyId) -> Answer<Option<PodId>> {
    Ok(diesel::update(families::table.find(family))
        .set(families::pod_id.eq(families::pod_id))
        .returning(families::pod_id)
        .get_result(conn)
        .optional()?)
}

/// Locks the authority's row to the end of the unit.
pub(super) fn hold_authority(conn: &mut Conn, authority: AuthorityId) -> Answer<()> {
    diesel::update(authorities::table.find(authority))
        .set(authorities::name.eq(authorities::name))
        .execute(conn)?;
    Ok(())
}

/// Forgets waits that end after `now`, and steps of a second factor after `step`.
pub(super) fn forget_later_than(conn: &mut Conn, now: Moment, step: i64) -> Answer<()> {
    diesel::delete(wrong_tries::table)
        .filter(
            wrong_tries::last_at
                .gt(now)
                .or(wrong_tries::blocked_until.gt(now)),
        )
        .execute(conn)?;
    diesel::update(devices::table)
        .filter(devices::pin_blocked_until.gt(now))
        .set(devices::pin_blocked_until.eq(now))
        .execute(conn)?;
    diesel::update(accounts::table)
        .filter(accounts::second_factor_last_step.gt(step))
        .set(accounts::second_factor_last_step.eq(Some(step)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn authorities(conn: &mut Conn) -> Answer<Vec<AuthorityId>> {
    Ok(authorities::table.select(authorities::id).load(conn)?)
}

pub(super) fn pod_exists(conn: &mut Conn, authority: AuthorityId, pod: PodId) -> Answer<bool> {
    let found = pods::table
        .find(pod)
        .filter(pods::authority_id.eq(authority))
        .select(pods::id)
        .first::<PodId>(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn authority(conn: &mut Conn, name: &str) -> Answer<Option<AuthorityId>> {
    Ok(authorities::table
        .filter(authorities::name.eq(name))
        .select(authorities::id)
        .first(conn)
        .optional()?)
}

pub(super) fn insert_authority(
    conn: &mut Conn,
    (id, name, now): (AuthorityId, &str, Moment),
) -> Answer<()> {
    diesel::insert_into(authorities::table)
        .values((
            authorities::id.eq(id),
            authorities::name.eq(name),
            authorities::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_account(conn: &mut Conn, new: &NewAccount<'_>) -> Answer<()> {
    let shown = new.notice_shown;
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(new.id),
            accounts::authority_id.eq(new.authority_id),
            accounts::role.eq(new.who.role),
            accounts::kind.eq(new.who.kind),
            accounts::display_name.eq(&new.who.display_name),
            accounts::email.eq(new.who.email.as_deref()),
            accounts::password_hash.eq(new.password_hash),
            accounts::status.eq(Status::Active),
            accounts::language.eq(new.language),
            accounts::pod_id.eq(new.who.pod_id),
            accounts::family_id.eq(new.who.family_id),
            accounts::qualified.eq(new.qualified),
            accounts::notice_version.eq(shown),
            accounts::notice_language.eq(shown.map(|_| new.language)),
            accounts::notice_shown_at.eq(shown.map(|_| new.now)),
            accounts::created_at.eq(new.now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_password(conn: &mut Conn, id: AccountId, hash: &str) -> Answer<()> {
    diesel::update(accounts::table.find(id))
        .set(accounts::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

/// Writes down that somebody's e-mail has reached them.
pub(super) fn set_email_verified(conn: &mut Conn, id: AccountId, now: Moment) -> Answer<()> {
    diesel::update(accounts::table.find(id))
        .set(accounts::email_verified_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Forgets that somebody's e-mail has reached them.
pub(super) fn forget_email_verified(conn: &mut Conn, id: AccountId) -> Answer<()> {
    diesel::update(accounts::table.find(id))
        .set(accounts::email_verified_at.eq(None::<Moment>))
        .execute(conn)?;
    Ok(())
}

/// Somebody's e-mail, and whether it has reached them.
pub(super) fn email(
    conn: &mut Conn,
    id: AccountId,
) -> Answer<Option<(Option<String>, Option<Moment>)>> {
    Ok(accounts::table
        .find(id)
        .select((accounts::email, accounts::email_verified_at))
        .first(conn)
        .optional()?)
}

/// Somebody's telephone: the number that was verified, and the one that is to be.
pub(super) fn phone(conn: &mut Conn, id: AccountId) -> Answer<(Option<String>, Option<String>)> {
    Ok(accounts::table
        .find(id)
        .select((accounts::phone, accounts::phone_asked))
        .first(conn)?)
}

/// Keeps a number that is to be verified.
pub(super) fn set_phone_asked(conn: &mut Conn, id: AccountId, number: &str) -> Answer<()> {
    diesel::update(accounts::table.find(id))
        .set(accounts::phone_asked.eq(number))
        .execute(conn)?;
    Ok(())
}

/// Writes down a number that has been verified, or that there is none; none waits any more.
pub(super) fn set_phone(conn: &mut Conn, id: AccountId, number: Option<&str>) -> Answer<()> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::phone.eq(number),
            accounts::phone_asked.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_notice(
    conn: &mut Conn,
    id: AccountId,
    (version, language, now): (&str, &str, Moment),
) -> Answer<()> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::notice_version.eq(version),
            accounts::notice_language.eq(language),
            accounts::notice_shown_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn notice_shown(conn: &mut Conn, id: AccountId) -> Answer<Option<NoticeShown>> {
    type Row = (Option<String>, Option<String>, Option<Moment>);
    let row = accounts::table
        .find(id)
        .select((
            accounts::notice_version,
            accounts::notice_language,
            accounts::notice_shown_at,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.and_then(|(version, language, shown_at)| {
        Some(NoticeShown {
            version: version?,
            language: language?,
            shown_at: shown_at?,
        })
    }))
}
