//! Questions about second factors.

use diesel::prelude::*;

use super::Factor;
use crate::base::ids::{AccountId, AuthorityId};
use crate::base::time::Moment;
use crate::db::schema::{accounts, recovery_codes};
use crate::db::{Answer, Conn};

pub(super) fn factor(conn: &mut Conn, account: AccountId) -> Answer<Option<Factor>> {
    type Row = (AuthorityId, Option<Vec<u8>>, Option<Moment>);
    let row = accounts::table
        .find(account)
        .select((
            accounts::authority_id,
            accounts::second_factor_secret,
            accounts::second_factor_confirmed_at,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.and_then(|(authority_id, sealed, confirmed_at)| {
        Some(Factor {
            account_id: account,
            authority_id,
            sealed: sealed?,
            confirmed: confirmed_at.is_some(),
        })
    }))
}

pub(super) fn email(conn: &mut Conn, account: AccountId) -> Answer<Option<String>> {
    Ok(accounts::table
        .find(account)
        .select(accounts::email)
        .first::<Option<String>>(conn)
        .optional()?
        .flatten())
}

pub(super) fn set_secret(conn: &mut Conn, account: AccountId, sealed: &[u8]) -> Answer<()> {
    diesel::update(accounts::table.find(account))
        .set((
            accounts::second_factor_secret.eq(sealed),
            accounts::second_factor_confirmed_at.eq(None::<Moment>),
            accounts::second_factor_last_step.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn confirm(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<()> {
    diesel::update(accounts::table.find(account))
        .set(accounts::second_factor_confirmed_at.eq(now))
        .execute(conn)?;
    Ok(())
}

pub(super) fn clear(conn: &mut Conn, account: AccountId) -> Answer<()> {
    diesel::update(accounts::table.find(account))
        .set((
            accounts::second_factor_secret.eq(None::<Vec<u8>>),
            accounts::second_factor_confirmed_at.eq(None::<Moment>),
            accounts::second_factor_last_step.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses a step up; false if it, or a later one, was used before.
pub(super) fn use_step(conn: &mut Conn, account: AccountId, step: i64) -> Answer<bool> {
    let rows = diesel::update(accounts::table.find(account))
        .filter(
            accounts::second_factor_last_step
                .is_null()
                .or(accounts::second_factor_last_step.lt(step).assume_not_null()),
        )
        .set(accounts::second_factor_last_step.eq(step))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn replace_recovery_codes(
    conn: &mut Conn,
    account: AccountId,
    hashes: &[[u8; 32]],
) -> Answer<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account)))
        .execute(conn)?;
    for hash in hashes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::account_id.eq(account),
                recovery_codes::code_hash.eq(hash.as_slice()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Uses a recovery code up; false if it is none, or was used before.
pub(super) fn use_recovery_code(
    conn: &mut Conn,
    (account, hash): (AccountId, &[u8]),
    now: Moment,
) -> Answer<bool> {
    let rows = diesel::update(recovery_codes::table.find((account, hash)))
        .filter(recovery_codes::used_at.is_null())
        .set(recovery_codes::used_at.eq(now))
        .execute(conn)?;
    Ok(rows == 1)
}
