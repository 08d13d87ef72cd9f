//! Questions about invitations.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{Invitation, InvitationRow, Invite};
use crate::base::ids::{AccountId, AuthorityId, FamilyId, InvitationId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Kind, Role};
use crate::db::schema::{accounts, families, invitations};
use crate::db::{Answer, Conn};

/// An invitation's code as it is stored, when it was made and until when it is good.
pub(super) type CodeRow<'a> = (InvitationId, &'a [u8], Moment, Moment);

pub(super) fn insert(
    conn: &mut Conn,
    caller: &Caller,
    (invite, account): (&Invite, Option<AccountId>),
    (id, code_hash, now, expires_at): CodeRow<'_>,
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
            invitations::account_id.eq(account),
            invitations::invited_by.eq(caller.account_id),
            invitations::created_at.eq(now),
            invitations::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

type WhoRow = (
    Role,
    Option<Kind>,
    String,
    Option<String>,
    Option<PodId>,
    Option<FamilyId>,
);

fn read_who((role, kind, display_name, email, pod_id, family_id): WhoRow) -> Invite {
    Invite {
        role,
        kind,
        display_name,
        email,
        pod_id,
        family_id,
    }
}

/// The invitation whose code has one of these hashes, if it has not been used or withdrawn.
pub(super) fn by_code(
    conn: &mut Conn,
    [one, other]: &[[u8; 32]; 2],
) -> Answer<Option<InvitationRow>> {
    type Row = (
        InvitationId,
        AuthorityId,
        WhoRow,
        (Option<AccountId>, bool),
        Option<AccountId>,
        Moment,
    );
    let row = invitations::table
        .filter(invitations::code_hash.eq_any([one.as_slice(), other.as_slice()]))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
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
            (invitations::account_id, invitations::mailed),
            invitations::invited_by,
            invitations::expires_at,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(
        |(id, authority_id, who, (account_id, mailed), invited_by, expires_at)| InvitationRow {
            id,
            authority_id,
            invite: read_who(who),
            account_id,
            mailed,
            invited_by,
            expires_at,
        },
    ))
}

/// Marks an invitation as used; false if it was used or withdrawn a moment ago.
pub(super) fn spend(
    conn: &mut Conn,
    (id, account): (InvitationId, AccountId),
    now: Moment,
) -> Answer<bool> {
    let rows = diesel::update(invitations::table.find(id))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .set((
            invitations::accepted_at.eq(now),
            invitations::account_id.eq(account),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Who has let whom in by a code since this moment, among workers, in the authority of one of them.
pub(super) fn let_in_since(
    conn: &mut Conn,
    one: AccountId,
    since: Moment,
) -> Answer<Vec<(AccountId, AccountId)>> {
    let authority = accounts::table
        .filter(accounts::id.eq(one))
        .select(accounts::authority_id);
    let rows: Vec<(Option<AccountId>, Option<AccountId>)> = invitations::table
        .filter(invitations::authority_id.eq_any(authority))
        .filter(invitations::role.ne_all([Role::FamilyMember, Role::PeerMentor]))
        .filter(invitations::accepted_at.gt(since))
        .filter(invitations::invited_by.is_not_null())
        .select((invitations::invited_by, invitations::account_id))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(who, whom)| who.zip(whom))
        .collect())
}

/// Withdraws an invitation; false if it was used or withdrawn before.
pub(super) fn withdraw(conn: &mut Conn, id: InvitationId, now: Moment) -> Answer<bool> {
    let rows = diesel::update(invitations::table.find(id))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .set(invitations::withdrawn_at.eq(now))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Stores a way back that nobody of the authority made.
pub(super) fn insert_mailed(
    conn: &mut Conn,
    (authority, account): (AuthorityId, AccountId),
    who: &Invite,
    (id, code_hash, now, expires_at): CodeRow<'_>,
) -> Answer<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::authority_id.eq(authority),
            invitations::code_hash.eq(code_hash),
            invitations::role.eq(who.role),
            invitations::display_name.eq(&who.display_name),
            invitations::email.eq(who.email.as_deref()),
            invitations::account_id.eq(account),
            invitations::mailed.eq(true),
            invitations::created_at.eq(now),
            invitations::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Withdraws the ways back into an account that were mailed.
pub(super) fn withdraw_mailed(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<()> {
    diesel::update(invitations::table)
        .filter(invitations::account_id.eq(account))
        .filter(invitations::mailed.eq(true))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .set(invitations::withdrawn_at.eq(now))
        .execute(conn)?;
    Ok(())
}

pub(super) fn has_open_mailed(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<bool> {
    let open = invitations::table
        .filter(invitations::account_id.eq(account))
        .filter(invitations::mailed.eq(true))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

pub(super) fn is_open(conn: &mut Conn, id: InvitationId, now: Moment) -> Answer<bool> {
    let open = invitations::table
        .find(id)
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// Withdraws every open way back into an account.
pub(super) fn withdraw_for_account(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<()> {
    diesel::update(invitations::table)
        .filter(invitations::account_id.eq(account))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .set(invitations::withdrawn_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Withdraws every open invitation and way back that somebody has made, and says how many.
pub(super) fn withdraw_made_by(conn: &mut Conn, maker: AccountId, now: Moment) -> Answer<usize> {
    Ok(diesel::update(invitations::table)
        .filter(invitations::invited_by.eq(maker))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .set(invitations::withdrawn_at.eq(now))
        .execute(conn)?)
}

/// Whether somebody may let people into a family now: a manager may, and a practitioner of its pod if it is
/// theirs or nobody's yet.
pub(super) fn may_let_in(conn: &mut Conn, maker: AccountId, family: FamilyId) -> Answer<bool> {
    let (role, pod): (Role, Option<PodId>) = accounts::table
        .find(maker)
        .select((accounts::role, accounts::pod_id))
        .first(conn)?;
    if role == Role::ServiceManager {
        return Ok(true);
    }
    let Some(pod) = pod.filter(|_| role == Role::FamilyPractitioner) else {
        return Ok(false);
    };
    let theirs = families::table
        .find(family)
        .filter(families::pod_id.eq(pod))
        .filter(
            families::family_practitioner_id
                .is_null()
                .or(families::family_practitioner_id.eq(maker).assume_not_null()),
        );
    Ok(theirs.count().get_result::<i64>(conn)? > 0)
}

/// Who has made the invitations and ways back into a family that are open, each once.
pub(super) fn makers_of_open(conn: &mut Conn, family: FamilyId) -> Answer<Vec<AccountId>> {
    let makers: Vec<Option<AccountId>> = invitations::table
        .filter(invitations::family_id.eq(family))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::invited_by.is_not_null())
        .select(invitations::invited_by)
        .distinct()
        .load(conn)?;
    Ok(makers.into_iter().flatten().collect())
}

/// Withdraws every open invitation and way back into a family that somebody has made, and says how many.
pub(super) fn withdraw_into(
    conn: &mut Conn,
    (maker, family): (AccountId, FamilyId),
    now: Moment,
) -> Answer<usize> {
    Ok(diesel::update(invitations::table)
        .filter(invitations::family_id.eq(family))
        .filter(invitations::invited_by.eq(maker))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .set(invitations::withdrawn_at.eq(now))
        .execute(conn)?)
}

type ListedRow = (
    InvitationId,
    WhoRow,
    (Option<AccountId>, Option<AccountId>),
    (Moment, Moment, Option<Moment>, Option<Moment>),
);

/// The invitations of an authority, the newest first; with a pod and its practitioner only family members', of
/// their families and of nobody's.
pub(super) fn list(
    conn: &mut Conn,
    (authority, families_of): (AuthorityId, Option<(PodId, AccountId)>),
    only: Option<InvitationId>,
    (after, limit): (Option<InvitationId>, i64),
) -> Answer<Vec<Invitation>> {
    let mut query = invitations::table
        .filter(invitations::authority_id.eq(authority))
        .order(invitations::id.desc())
        .limit(limit)
        .select((
            invitations::id,
            (
                invitations::role,
                invitations::kind,
                invitations::display_name,
                invitations::email,
                invitations::pod_id,
                invitations::family_id,
            ),
            (invitations::account_id, invitations::invited_by),
            (
                invitations::created_at,
                invitations::expires_at,
                invitations::accepted_at,
                invitations::withdrawn_at,
            ),
        ))
        .into_boxed();
    if let Some((pod, practitioner)) = families_of {
        let others = families::table
            .filter(families::id.nullable().eq(invitations::family_id))
            .filter(families::family_practitioner_id.ne(practitioner));
        query = query
            .filter(invitations::pod_id.eq(pod))
            .filter(invitations::role.eq(Role::FamilyMember))
            .filter(not(exists(others)));
    }
    if let Some(id) = only {
        query = query.filter(invitations::id.eq(id));
    }
    if let Some(after) = after {
        query = query.filter(invitations::id.lt(after));
    }
    let rows = query.load::<ListedRow>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, who, (account_id, invited_by), times)| {
            let (created_at, expires_at, accepted_at, withdrawn_at) = times;
            Invitation {
                id,
                who: read_who(who),
                account_id,
                invited_by,
                created_at,
                expires_at,
                accepted_at,
                withdrawn_at,
            }
        })
        .collect())
}
