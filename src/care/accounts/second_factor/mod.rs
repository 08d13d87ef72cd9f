//! The second factor: a time-based one-time code (TOTP, RFC 6238) beside the password, and ten
//! recovery codes for the day the phone that makes them is lost.
//!
//! The secret is sealed; a code is accepted once, because the step it belongs to is stored and only
//! later ones count; a recovery code is a MAC in the database and is used up. Wrong codes are
//! counted like wrong passwords.

mod queries;

use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use super::tries::{self, Counted, WaitUntil};
use super::{Caller, Role, queries as accounts};
use crate::base::codes;
use crate::base::ids::{AccountId, AuthorityId};
use crate::base::keyring::Place;
use crate::base::secret::{Secret, random_bytes};
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// How many recovery codes somebody gets.
pub const RECOVERY_CODES: usize = 10;
/// A code is good for so many seconds, and half a minute around (RFC 6238).
pub(super) const STEP_S: i64 = 30;
const COLUMN: &str = "accounts.second_factor_secret";

/// Why nothing was done with a second factor.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// Families sign in with a PIN on an enrolled device, never with a second factor.
    #[error("not allowed")]
    NotAllowed,
    /// There is one already.
    #[error("there is one already")]
    AlreadyEnrolled,
    /// There is none to confirm or remove.
    #[error("there is none")]
    NotEnrolled,
    /// The role must have one.
    #[error("this role must have one")]
    Required,
    /// The code is wrong, too old, or was used before.
    #[error("the code is not right")]
    WrongCode,
    /// Too many wrong codes.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A second factor just made, not yet confirmed. All of it is shown this once.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret in base 32, to be typed into an authenticator.
    pub secret: Secret,
    /// The same as an address that an authenticator reads from a QR code.
    pub otpauth_url: Secret,
    /// Codes for the day the phone is lost, each good once.
    pub recovery_codes: Vec<Secret>,
}

/// Somebody's second factor as it is stored.
#[derive(Debug, Clone)]
struct Factor {
    account_id: AccountId,
    authority_id: AuthorityId,
    sealed: Vec<u8>,
    confirmed: bool,
}

/// First step of making a second factor: counts a try of the password and fetches what it is compared to,
/// outside the unit.
///
/// # Errors
/// If there is a confirmed one, the caller's role has none, or too many passwords were wrong.
pub fn begin_enrolment(
    tx: &mut Tx<'_>,
    caller: &Caller,
) -> Result<Option<String>, SecondFactorError> {
    check_may_enrol(tx, caller)?;
    tries::count(tx, Counted::Own(caller.account_id))?.map_err(SecondFactorError::Wait)?;
    let account = accounts::by_id(tx.conn(), caller.account_id)?;
    Ok(account.and_then(|account| account.password_hash))
}

fn check_may_enrol(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), SecondFactorError> {
    if caller.role == Role::FamilyMember {
        return Err(SecondFactorError::NotAllowed);
    }
    let known = queries::factor(tx.conn(), caller.account_id)?;
    if known.is_some_and(|factor| factor.confirmed) {
        return Err(SecondFactorError::AlreadyEnrolled);
    }
    Ok(())
}

/// Last step, the password was right: makes a second factor, to be confirmed by a first code. Made again
/// before that, the newer counts.
///
/// # Errors
/// If there is a confirmed one, or the caller's role has none.
pub fn enrol(tx: &mut Tx<'_>, caller: &Caller) -> Result<Enrolment, SecondFactorError> {
    check_may_enrol(tx, caller)?;
    tries::forgive(tx, Counted::Own(caller.account_id))?;
    let email = queries::email(tx.conn(), caller.account_id)?.unwrap_or_default();
    let secret: [u8; 20] = random_bytes();
    let totp = totp(&secret, &email.replace(':', " "))?;
    let sealed = seal(tx, (caller.authority_id, caller.account_id), &secret)?;
    queries::set_secret(tx.conn(), caller.account_id, &sealed)?;
    let recovery_codes: Vec<Secret> = (0..RECOVERY_CODES).map(|_| codes::random_code()).collect();
    let hashes: Vec<[u8; 32]> = recovery_codes
        .iter()
        .filter_map(|code| codes::parse_code(code.expose()))
        .map(|code| recovery_hash(tx, caller.account_id, &code))
        .collect();
    queries::replace_recovery_codes(tx.conn(), caller.account_id, &hashes)?;
    Ok(Enrolment {
        secret: Secret::new(totp.secret().to_base32()),
        otpauth_url: Secret::new(totp.to_url().map_err(refused)?),
        recovery_codes,
    })
}

/// Confirms a second factor by a first code; from now on signing in needs one. A wrong code must
/// leave its count behind, so the inner refusal is an answer and not an error.
///
/// # Errors
/// If there is nothing to confirm, or too many codes were wrong.
pub fn confirm(
    tx: &mut Tx<'_>,
    caller: &Caller,
    code: &Secret,
) -> Result<Result<(), SecondFactorError>, SecondFactorError> {
    let factor =
        queries::factor(tx.conn(), caller.account_id)?.ok_or(SecondFactorError::NotEnrolled)?;
    if factor.confirmed {
        return Err(SecondFactorError::AlreadyEnrolled);
    }
    let counted = Counted::Own(caller.account_id);
    tries::count(tx, counted)?.map_err(SecondFactorError::Wait)?;
    if !is_newest_code(tx, &factor, code)? {
        return Ok(Err(SecondFactorError::WrongCode));
    }
    tries::forgive(tx, counted)?;
    let now = tx.now();
    queries::confirm(tx.conn(), caller.account_id, now)?;
    record(tx, caller, "second_factor.confirmed")?;
    Ok(Ok(()))
}

/// Removes the caller's second factor; a code or a recovery code is needed once more.
///
/// # Errors
/// If the caller's role must have one, there is none, or too many codes were wrong.
pub fn remove(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (code, required): (&Secret, bool),
) -> Result<Result<(), SecondFactorError>, SecondFactorError> {
    if required {
        return Err(SecondFactorError::Required);
    }
    let factor =
        queries::factor(tx.conn(), caller.account_id)?.ok_or(SecondFactorError::NotEnrolled)?;
    let counted = Counted::Own(caller.account_id);
    tries::count(tx, counted)?.map_err(SecondFactorError::Wait)?;
    if factor.confirmed && !is_right(tx, &factor, code)? {
        return Ok(Err(SecondFactorError::WrongCode));
    }
    tries::forgive(tx, counted)?;
    forget(tx, caller.account_id)?;
    record(tx, caller, "second_factor.removed")?;
    Ok(Ok(()))
}

/// What a sign-in must know about somebody's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// There is none.
    NotEnrolled,
    /// There is one, and no code came.
    Missing,
    /// There is one, and the code was wrong.
    Wrong,
    /// There is one, and the code was right.
    Right,
}

/// Checks the code that came with a sign-in, and uses it up.
pub(super) fn ask(tx: &mut Tx<'_>, account: AccountId, code: Option<&Secret>) -> Answer<Asked> {
    let factor = queries::factor(tx.conn(), account)?.filter(|factor| factor.confirmed);
    let Some(factor) = factor else {
        return Ok(Asked::NotEnrolled);
    };
    let Some(code) = code else {
        return Ok(Asked::Missing);
    };
    Ok(if is_right(tx, &factor, code)? {
        Asked::Right
    } else {
        Asked::Wrong
    })
}

/// Removes somebody's second factor without asking: part of a way back in, audited there.
pub(super) fn forget(tx: &mut Tx<'_>, account: AccountId) -> Answer<()> {
    queries::clear(tx.conn(), account)?;
    queries::replace_recovery_codes(tx.conn(), account, &[])
}

fn is_right(tx: &mut Tx<'_>, factor: &Factor, typed: &Secret) -> Answer<bool> {
    if is_newest_code(tx, factor, typed)? {
        return Ok(true);
    }
    let Some(code) = codes::parse_code(typed.expose()) else {
        return Ok(false);
    };
    let hash = recovery_hash(tx, factor.account_id, &code);
    let now = tx.now();
    queries::use_recovery_code(tx.conn(), (factor.account_id, &hash), now)
}

/// Whether this is the code of now (or half a minute around), and of a later step than any before.
fn is_newest_code(tx: &mut Tx<'_>, factor: &Factor, typed: &Secret) -> Answer<bool> {
    let digits: String = typed.expose().split_whitespace().collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(false);
    }
    let secret = open(tx, factor)?;
    let seconds = u64::try_from(tx.wall().utc().timestamp()).unwrap_or(0);
    let Some(step) = totp(&secret, "Daybook")?.check(&digits, seconds) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    queries::use_step(tx.conn(), factor.account_id, step)
}

fn totp(secret: &[u8], name: &str) -> Answer<Totp> {
    let name = if name.is_empty() { "Daybook" } else { name };
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(name)
        .with_issuer(Some("Daybook"))
        .build()
        .map_err(refused)
}

fn refused(_why: totp_rs::TotpError) -> db::Error {
    db::Error::Corrupt("a second factor's secret")
}

fn seal(
    tx: &Tx<'_>,
    (authority, account): (AuthorityId, AccountId),
    plain: &[u8],
) -> Answer<Vec<u8>> {
    let row: [&[u8]; 1] = [account.as_bytes()];
    let place = Place {
        authority,
        column: COLUMN,
        row: &row,
    };
    Ok(tx.keys().seal(place, plain)?)
}

fn open(tx: &Tx<'_>, factor: &Factor) -> Answer<Zeroizing<Vec<u8>>> {
    let row: [&[u8]; 1] = [factor.account_id.as_bytes()];
    let place = Place {
        authority: factor.authority_id,
        column: COLUMN,
        row: &row,
    };
    Ok(Zeroizing::new(tx.keys().open(place, &factor.sealed)?))
}

fn recovery_hash(view: &impl View, account: AccountId, code: &Secret) -> [u8; 32] {
    view.keys().derive(
        "recovery code",
        &[account.as_bytes(), code.expose().as_bytes()],
    )
}

fn record(tx: &mut Tx<'_>, caller: &Caller, deed: &'static str) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(caller.account_id.into()),
        about: Some(caller.account_id),
        detail: serde_json::json!({}),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
