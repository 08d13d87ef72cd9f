//! Signing in, in three steps: count the try and fetch what to compare (a unit), compare (slow, on
//! the hashing pool, outside any unit), enrol the device (a unit that checks nothing has changed).

use super::devices::{self, DeviceSecret, Presented, Proved, With};
use super::second_factor::{self, Asked};
use super::tries::{self, Counted, WaitUntil};
use super::{Claims, Kind, Role, Status, author, places, queries};
use crate::base::ids::{AccountId, AuthorityId};
use crate::base::secret::Secret;
use crate::db::{self, Answer, Tx, View};

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// E-mail, password, one-time code or device secret is wrong. Never says which.
    #[error("wrong sign-in details")]
    WrongSecret,
    /// The password was right, and a one-time code is needed beside it.
    #[error("a one-time code is needed")]
    SecondFactorNeeded,
    /// Too many wrong tries.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// The device is locked: its owner's PIN comes first.
    #[error("the device is locked")]
    Locked,
    /// The account is suspended or has departed.
    #[error("this account is not active")]
    NotActive,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Who says they are whom, from where, on what.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The e-mail, lower case.
    pub email: String,
    /// The network address.
    pub from: String,
    /// The one-time or recovery code, if one was given.
    pub one_time_code: Option<Secret>,
    /// What the device is, in words.
    pub label: String,
}

/// What the slow step compares.
#[derive(Debug, Clone)]
pub struct ToCompare {
    /// Whose account, if there is one.
    pub account_id: Option<AccountId>,
    /// What was stored, if anything.
    pub stored: Option<String>,
    /// Whether its owner has signed in from here before: then fewer things were counted.
    is_known_here: bool,
}

/// Somebody who has just proved who they are.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account.
    pub account_id: AccountId,
    /// Its authority.
    pub authority_id: AuthorityId,
    /// What they are.
    pub role: Role,
    /// Who in the family.
    pub kind: Option<Kind>,
    /// What they are called.
    pub display_name: String,
    /// The language they read.
    pub language: String,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
    /// The device and its next secret.
    pub device: Proved,
}

impl SignedIn {
    /// What the access token will say.
    #[must_use]
    pub fn claims(&self) -> Claims {
        Claims {
            account_id: self.account_id,
            device_id: self.device.device_id,
            authority_id: Some(self.authority_id),
            author: author(self.role, self.kind),
            language: self.language.clone(),
        }
    }
}

/// First step: counts the try against the e-mail and the network address, and fetches the hash. An
/// unknown e-mail, or a family member's, takes the same way with nothing to compare. From where its owner
/// has signed in before, only what was tried there counts.
///
/// # Errors
/// If there were too many tries.
pub fn begin(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<ToCompare, SignInError> {
    let Attempt { email, from, .. } = attempt;
    let account =
        queries::by_email(tx.conn(), email)?.filter(|account| account.role != Role::FamilyMember);
    let is_known = match &account {
        Some(account) => places::is_known(tx, account.id, from)?,
        None => false,
    };
    tries::count(tx, Counted::EmailFrom(email, from))?.map_err(SignInError::Wait)?;
    if !is_known {
        for counted in [Counted::Email(email), Counted::PasswordsFrom(from)] {
            tries::count(tx, counted)?.map_err(SignInError::Wait)?;
        }
    }
    Ok(ToCompare {
        account_id: account.as_ref().map(|account| account.id),
        stored: account.and_then(|account| account.password_hash),
        is_known_here: is_known,
    })
}

/// Last step: the password was right. Asks for the second factor, takes the count back and enrols
/// the device.
///
/// # Errors
/// If the one-time code is missing or wrong, the password was changed meanwhile, or the account may
/// not act.
pub fn complete(
    tx: &mut Tx<'_>,
    compared: &ToCompare,
    attempt: &Attempt,
) -> Result<SignedIn, SignInError> {
    let account_id = compared.account_id.ok_or(SignInError::WrongSecret)?;
    let account = queries::by_id(tx.conn(), account_id)?.ok_or(SignInError::WrongSecret)?;
    if account.password_hash != compared.stored {
        return Err(SignInError::WrongSecret);
    }
    if account.status != Status::Active {
        return Err(SignInError::NotActive);
    }
    let asked = second_factor::ask(tx, account_id, attempt.one_time_code.as_ref())?;
    match asked {
        Asked::NotEnrolled | Asked::Right => {}
        Asked::Missing => return Err(SignInError::SecondFactorNeeded),
        Asked::Wrong => return Err(SignInError::WrongSecret),
    }
    tries::forgive(tx, Counted::EmailFrom(&attempt.email, &attempt.from))?;
    tries::forgive(tx, Counted::Email(&attempt.email))?;
    if !compared.is_known_here {
        tries::take_back(tx, Counted::PasswordsFrom(&attempt.from))?;
        if asked == Asked::Right {
            // The first step, which asked for the code, was counted too.
            tries::take_back(tx, Counted::PasswordsFrom(&attempt.from))?;
        }
    }
    places::note(tx, account_id, &attempt.from)?;
    let device = devices::enrol(tx, account_id, &attempt.label)?;
    Ok(signed_in(account, device))
}

/// Exchanges a device's secret for the next one. An old secret ends the device; that must be
/// stored, so it is an answer and not an error.
///
/// # Errors
/// If the secret is wrong, a family member's device is locked, or the account is gone.
pub fn refresh(
    tx: &mut Tx<'_>,
    presented: &Secret,
) -> Result<Result<SignedIn, DeviceEnded>, SignInError> {
    let secret = DeviceSecret::parse(presented.expose()).ok_or(SignInError::WrongSecret)?;
    match devices::present(tx, &secret, With::Nothing)? {
        Presented::Refused => Err(SignInError::WrongSecret),
        Presented::Locked => Err(SignInError::Locked),
        Presented::Ended => Ok(Err(DeviceEnded)),
        Presented::Proved(device) => {
            let account =
                queries::by_id(tx.conn(), device.account_id)?.ok_or(SignInError::WrongSecret)?;
            Ok(Ok(signed_in(account, device)))
        }
    }
}

/// An old secret was used again: the device has been ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceEnded;

/// What somebody holds who has just proved who they are.
pub(super) fn signed_in(account: queries::SignInRow, device: Proved) -> SignedIn {
    SignedIn {
        account_id: account.id,
        authority_id: account.authority_id,
        role: account.role,
        kind: account.kind,
        display_name: account.display_name,
        language: account.language,
        has_second_factor: account.has_second_factor,
        device,
    }
}

/// Enrols a device for an account made, or given back, a moment ago in this unit.
///
/// # Errors
/// If it cannot be stored.
pub(super) fn first_device(tx: &mut Tx<'_>, id: AccountId, label: &str) -> Answer<SignedIn> {
    let device = devices::enrol(tx, id, label)?;
    let account = queries::by_id(tx.conn(), id)?.ok_or(db::Error::Corrupt("account just made"))?;
    Ok(signed_in(account, device))
}
