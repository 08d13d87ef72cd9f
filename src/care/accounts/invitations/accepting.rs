//! Accepting an invitation: a new account, or a way back into an old one; always a device, and a
//! record of the notice that was shown.

use super::{InvitationRow, InviteError, NewAccount, by_mail, code_hash, mailed_hash, queries};
use crate::base::codes;
use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::care::accounts::second_factor::{self, Asked};
use crate::care::accounts::sign_in::{self, SignedIn};
use crate::care::accounts::tries::{self, Counted};
use crate::care::accounts::{Role, Status, devices, own, queries as accounts};
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// What somebody who accepts gives, the secret hashed already.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The code.
    pub code: Secret,
    /// Their new password or PIN, hashed.
    pub password_hash: String,
    /// A code of their second factor, for whoever comes back by mail and has one.
    pub one_time_code: Option<Secret>,
    /// The language the notice was shown in.
    pub language: String,
    /// Which notice was shown; none if the client does not say, which then is the one in force.
    pub notice_version: Option<String>,
    /// What the device is, in words.
    pub label: String,
}

impl Acceptance {
    /// Which notice is recorded as shown. Another than the one in force is recorded as such, and that one
    /// must be shown still.
    fn notice_version(&self) -> &str {
        self.notice_version
            .as_deref()
            .unwrap_or(super::NOTICE_VERSION)
    }
}

/// Who made a code, and whose account it gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Nobody, if it was made from the command line or mailed.
    pub by: Option<AccountId>,
    /// None, if it makes a new one.
    pub gives_back: Option<AccountId>,
}

/// Who made a code, and for whom.
///
/// # Errors
/// If it is no code that can be accepted.
pub fn made(tx: &mut Tx<'_>, code: &Secret) -> Result<Made, InviteError> {
    Ok(find(tx, code)?.made())
}

impl InvitationRow {
    const fn made(&self) -> Made {
        Made {
            by: self.invited_by,
            gives_back: self.account_id,
        }
    }
}

/// Whether what somebody has made is to be trusted.
pub type IsTrusted = fn(&mut Tx<'_>, Made) -> Answer<bool>;

/// First step of accepting: counts the try and finds the invitation's role, so that the secret can
/// be checked and hashed as that role's. A wrong code must leave its count behind, so the inner
/// refusal is an answer and not an error; a right one takes it back. What is not trusted is no code.
///
/// # Errors
/// If there were too many tries.
pub fn begin(
    tx: &mut Tx<'_>,
    (code, is_trusted): (&Secret, IsTrusted),
    from: &str,
) -> Result<Result<Role, InviteError>, InviteError> {
    let counted = Counted::CodesFrom(from);
    tries::count(tx, counted)?.map_err(InviteError::Wait)?;
    match find(tx, code) {
        Ok(invitation) if !is_trusted(tx, invitation.made())? => Ok(Err(InviteError::WrongCode)),
        Ok(invitation) => {
            tries::take_back(tx, counted)?;
            Ok(Ok(invitation.invite.role))
        }
        Err(InviteError::Store(fault)) => Err(fault.into()),
        Err(wrong) => Ok(Err(wrong)),
    }
}

/// Last step: makes the account, or gives it back, and enrols a device. A wrong one-time code must
/// leave its count behind, so the inner refusal is an answer and not an error.
///
/// # Errors
/// If the code was used or withdrawn meanwhile, or there were too many wrong one-time codes.
pub fn accept(
    tx: &mut Tx<'_>,
    acceptance: &Acceptance,
) -> Result<Result<SignedIn, InviteError>, InviteError> {
    let invitation = find(tx, &acceptance.code)?;
    let account_id = invitation.account_id.unwrap_or_default();
    let now = tx.now();
    if invitation.mailed
        && let Err(refusal) = prove(tx, account_id, acceptance.one_time_code.as_ref())?
    {
        return Ok(Err(refusal));
    }
    if invitation.account_id.is_none() {
        make_account(tx, account_id, (&invitation, acceptance))?;
    }
    if !queries::spend(tx.conn(), (invitation.id, account_id), now)? {
        return Err(InviteError::WrongCode);
    }
    let done = if invitation.account_id.is_some() {
        give_back(tx, account_id, (&invitation, acceptance))?
    } else {
        sign_in::first_device(tx, account_id, &acceptance.label)?
    };
    Ok(Ok(done))
}

/// A mailed code proves a mailbox. Whoever has a second factor proves that too, and wrong codes make
/// them wait as at signing in.
fn prove(
    tx: &mut Tx<'_>,
    account: AccountId,
    one_time_code: Option<&Secret>,
) -> Result<Result<(), InviteError>, InviteError> {
    let counted = Counted::Own(account);
    tries::count(tx, counted)?.map_err(InviteError::Wait)?;
    Ok(match second_factor::ask(tx, account, one_time_code)? {
        Asked::NotEnrolled | Asked::Right => {
            tries::forgive(tx, counted)?;
            Ok(())
        }
        Asked::Missing => {
            tries::take_back(tx, counted)?;
            Err(InviteError::SecondFactorNeeded)
        }
        Asked::Wrong => Err(InviteError::WrongOneTimeCode),
    })
}

fn make_account(
    tx: &mut Tx<'_>,
    id: AccountId,
    (invitation, acceptance): (&InvitationRow, &Acceptance),
) -> Result<(), InviteError> {
    let mut who = invitation.invite.clone();
    if let Some(email) = &who.email
        && accounts::by_email(tx.conn(), email)?.is_some()
    {
        return Err(InviteError::EmailTaken);
    }
    // The family may have moved since it was invited, and must not move just now.
    if let Some(family) = who.family_id {
        who.pod_id = accounts::hold_family(tx.conn(), family)?;
    }
    let account = NewAccount {
        id,
        authority_id: invitation.authority_id,
        who: &who,
        language: &acceptance.language,
        password_hash: &acceptance.password_hash,
        qualified: who.role == Role::SupervisingSocialWorker,
        notice_shown: Some(acceptance.notice_version()),
        now: tx.now(),
    };
    Ok(accounts::insert_account(tx.conn(), &account)?)
}

/// The same account, its old devices ended, its secret new. Where a person gave the code the second
/// factor goes too: they have vouched for somebody who may have lost the phone that made the codes. A
/// mailbox vouches for nobody.
fn give_back(
    tx: &mut Tx<'_>,
    id: AccountId,
    (invitation, acceptance): (&InvitationRow, &Acceptance),
) -> Result<SignedIn, InviteError> {
    let devices_ended = devices::end_all(tx, id, "the account was given back")?;
    if !invitation.mailed {
        second_factor::forget(tx, id)?;
        by_mail::distrust(tx, id)?;
    }
    accounts::set_password(tx.conn(), id, &acceptance.password_hash)?;
    own::record_notice(tx, id, (acceptance.notice_version(), &acceptance.language))?;
    let done = sign_in::first_device(tx, id, &acceptance.label)?;
    let caller = accounts::caller(tx.conn(), &done.claims())?
        .ok_or(db::Error::Corrupt("device just enrolled"))?;
    let line = Line {
        deed: "account.given_back",
        subject: "account",
        subject_id: Some(id.into()),
        about: Some(id),
        detail: serde_json::json!({
            "devices_ended": devices_ended,
            "by_mail": invitation.mailed,
        }),
        reason: None,
    };
    audit::actions::record(tx, &caller, &line)?;
    Ok(done)
}

fn find(tx: &mut Tx<'_>, code: &Secret) -> Result<InvitationRow, InviteError> {
    let code = codes::parse_code(code.expose()).ok_or(InviteError::WrongCode)?;
    let hashes = [code_hash(tx, &code), mailed_hash(tx, &code)];
    let now = tx.now();
    let found = queries::by_code(tx.conn(), &hashes)?
        .filter(|invitation| now < invitation.expires_at)
        .ok_or(InviteError::WrongCode)?;
    // Neither an account that may not act is given back, nor does the code of a maker who may not.
    for account in [found.account_id, found.invited_by].into_iter().flatten() {
        accounts::by_id(tx.conn(), account)?
            .filter(|account| account.status == Status::Active)
            .ok_or(InviteError::WrongCode)?;
    }
    // A family may have gone to others since, and whoever let people into it may not any more.
    if let (Some(maker), Some(family)) = (found.invited_by, found.invite.family_id)
        && !queries::may_let_in(tx.conn(), maker, family)?
    {
        return Err(InviteError::WrongCode);
    }
    Ok(found)
}
