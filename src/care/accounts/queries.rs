//! Questions about accounts and devices.

use diesel::prelude::*;

use super::devices::DeviceRow;
use super::invitations::{InvitationRow, Invite, NOTICE_VERSION, NewAccount};
use super::{Caller, Claims, Kind, Role, Status};
use crate::base::ids::{AccountId, AuthorityId, DeviceId, FamilyId, InvitationId, PodId};
use crate::base::time::Moment;
use crate::db::schema::{accounts, authorities, devices, families, invitations, pods, wrong_tries};
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
);

/// The account and its device in one question, if the device has not been ended.
pub(super) fn caller(conn: &mut Conn, claims: &Claims) -> Answer<Option<Caller>> {
    let row = accounts::table
        .inner_join(devices::table.on(devices::account_id.eq(accounts::id)))
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
        ))
        .first::<CallerRow>(conn)
        .optional()?;
    let Some((authority_id, role, kind, status, pod_id, family_id, marked_qualified, language)) =
        row
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
    }))
}

pub(super) fn insert_device(
    conn: &mut Conn,
    (id, account, label, salt, now): (DeviceId, AccountId, &str, &[u8], Moment),
) -> Answer<()> {
    diesel::insert_into(devices::table)
        .values((
            devices::id.eq(id),
            devices::account_id.eq(account),
            devices::label.eq(label),
            devices::salt.eq(salt),
            devices::generation.eq(1_i64),
            devices::wrong_pins.eq(0),
            devices::pin_blocked_until.eq(Moment::ZERO),
            devices::created_at.eq(now),
            devices::last_seen_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn device(conn: &mut Conn, id: DeviceId) -> Answer<Option<DeviceRow>> {
    type Row = (AccountId, Vec<u8>, i64, Option<Moment>);
    let row = devices::table
        .find(id)
        .select((
            devices::account_id,
            devices::salt,
            devices::generation,
            devices::ended_at,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(
        row.map(|(account_id, salt, generation, ended_at)| DeviceRow {
            id,
            account_id,
            salt,
            generation,
            ended: ended_at.is_some(),
        }),
    )
}

/// Moves a device from one generation to the next; false if somebody else just did.
pub(super) fn advance_device(
    conn: &mut Conn,
    id: DeviceId,
    (from, to): (i64, i64),
    now: Moment,
) -> Answer<bool> {
    let rows = diesel::update(devices::table.find(id))
        .filter(devices::generation.eq(from))
        .filter(devices::ended_at.is_null())
        .set((devices::generation.eq(to), devices::last_seen_at.eq(now)))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn end_device(conn: &mut Conn, id: DeviceId, why: &str, now: Moment) -> Answer<()> {
    diesel::update(devices::table.find(id))
        .filter(devices::ended_at.is_null())
        .set((devices::ended_at.eq(now), devices::ended_why.eq(why)))
        .execute(conn)?;
    Ok(())
}

/// Tries, when the last one was, until when the next is not looked at.
pub(super) fn wrong_tries(conn: &mut Conn, key: &[u8]) -> Answer<Option<(i32, Moment, Moment)>> {
    Ok(wrong_tries::table
        .find(key)
        .select((
            wrong_tries::tries,
            wrong_tries::last_at,
            wrong_tries::blocked_until,
        ))
        .first(conn)
        .optional()?)
}

pub(super) fn set_wrong_tries(
    conn: &mut Conn,
    key: &[u8],
    (tries, last, until): (i32, Moment, Moment),
) -> Answer<()> {
    let row = (
        wrong_tries::key.eq(key),
        wrong_tries::tries.eq(tries),
        wrong_tries::last_at.eq(last),
        wrong_tries::blocked_until.eq(until),
    );
    let changed = (
        wrong_tries::tries.eq(tries),
        wrong_tries::last_at.eq(last),
        wrong_tries::blocked_until.eq(until),
    );
    both!(conn, conn => diesel::insert_into(wrong_tries::table)
        .values(row)
        .on_conflict(wrong_tries::key)
        .do_update()
        .set(changed)
        .execute(conn))?;
    Ok(())
}

pub(super) fn forget_wrong_tries(conn: &mut Conn, key: &[u8]) -> Answer<()> {
    diesel::delete(wrong_tries::table.find(key)).execute(conn)?;
    Ok(())
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
);

impl From<SignInValues> for SignInRow {
    fn from(row: SignInValues) -> Self {
        let (id, authority_id, role, kind, status, display_name, language, password_hash) = row;
        Self {
            id,
            authority_id,
            role,
            kind,
            status,
            display_name,
            language,
            password_hash,
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

pub(super) fn insert_invitation(
    conn: &mut Conn,
    caller: &Caller,
    invite: &Invite,
    (id, code_hash, now, expires_at): (InvitationId, &[u8], Moment, Moment),
) -> Answer<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::authority_id.eq(caller.authority_id),
            invitations::code_hash.eq(code_hash),
            invitations::role.eq(invite.role),
            invitations::kind.eq(invite.kind),
            invitations::display_name.eq(&invite.display_name),
            invitations::email.eq(invite.email.as_deref()),
            invitations::pod_id.eq(invite.pod_id),
            invitations::family_id.eq(invite.family_id),
            invitations::invited_by.eq(caller.account_id),
            invitations::created_at.eq(now),
            invitations::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn invitation(conn: &mut Conn, code_hash: &[u8]) -> Answer<Option<InvitationRow>> {
    type Row = (
        InvitationId,
        AuthorityId,
        (
            Role,
            Option<Kind>,
            String,
            Option<String>,
            Option<PodId>,
            Option<FamilyId>,
        ),
        Moment,
        Option<Moment>,
        Option<Moment>,
    );
    let row = invitations::table
        .filter(invitations::code_hash.eq(code_hash))
        .select((
            invitations::id,
            invitations::authority_id,
            (
                invitations::role,
                invitations::kind,
                invitations::display_name,
                invitations::email,
                invitations::pod_id,
                invitations::family_id,
            ),
            invitations::expires_at,
            invitations::accepted_at,
            invitations::withdrawn_at,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(
        |(id, authority_id, who, expires_at, accepted_at, withdrawn_at)| {
            let (role, kind, display_name, email, pod_id, family_id) = who;
            InvitationRow {
                id,
                authority_id,
                invite: Invite {
                    role,
                    kind,
                    display_name,
                    email,
                    pod_id,
                    family_id,
                },
                expires_at,
                is_spent: accepted_at.is_some() || withdrawn_at.is_some(),
            }
        },
    ))
}

/// Marks an invitation as used; false if somebody else just used it.
pub(super) fn spend_invitation(conn: &mut Conn, id: InvitationId, now: Moment) -> Answer<bool> {
    let rows = diesel::update(invitations::table.find(id))
        .filter(invitations::accepted_at.is_null())
        .set(invitations::accepted_at.eq(now))
        .execute(conn)?;
    Ok(rows == 1)
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
            accounts::notice_version.eq(shown.then_some(NOTICE_VERSION)),
            accounts::notice_language.eq(shown.then_some(new.language)),
            accounts::notice_shown_at.eq(shown.then_some(new.now)),
            accounts::created_at.eq(new.now),
        ))
        .execute(conn)?;
    Ok(())
}
