//! What people do with their own account: look at it, be shown the notice, change the password.

use super::devices::own::sign_out_others;
use super::directory::{self, Account};
use super::invitations::{NOTICE_VERSION, by_mail};
use super::tries::{self, Counted, WaitUntil};
use super::{Caller, Role, queries};
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// Why something was not done with the own account.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// That is not the notice in force.
    #[error("not the notice in force")]
    WrongNotice,
    /// The current password or PIN is wrong.
    #[error("wrong password")]
    WrongPassword,
    /// Too many wrong tries.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// The notice somebody was shown: the team can read, words are screened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeShown {
    /// Its version.
    pub version: String,
    /// The language it was shown in.
    pub language: String,
    /// When.
    pub shown_at: Moment,
}

/// Somebody's own account, and the notice they were shown.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    /// The account.
    pub account: Account,
    /// The notice they were shown, if any.
    pub notice: Option<NoticeShown>,
    /// Whether their e-mail has reached them.
    pub email_is_verified: bool,
    /// The number they are rung at.
    pub phone: Option<String>,
    /// A number that is to be verified.
    pub phone_asked: Option<String>,
}

impl OwnAccount {
    /// Whether a newer notice, or the first one, must be shown.
    #[must_use]
    pub fn must_be_shown_notice(&self) -> bool {
        self.notice
            .as_ref()
            .is_none_or(|shown| shown.version != NOTICE_VERSION)
    }
}

/// The caller's own account.
///
/// # Errors
/// If the store fails.
pub fn look(view: &mut impl View, caller: &Caller) -> Result<OwnAccount, OwnError> {
    let account = directory::find_anyone(view, caller, caller.account_id)?
        .ok_or(db::Error::Corrupt("the caller's own account"))?;
    let notice = queries::notice_shown(view.conn(), caller.account_id)?;
    let email = queries::email(view.conn(), caller.account_id)?;
    let (phone, phone_asked) = queries::phone(view.conn(), caller.account_id)?;
    Ok(OwnAccount {
        account,
        notice,
        email_is_verified: email.is_some_and(|(_, verified_at)| verified_at.is_some()),
        phone,
        phone_asked,
    })
}

/// Records that the caller was shown the notice in force, and in which language.
///
/// # Errors
/// If it is another version.
pub fn show_notice(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (version, language): (&str, &str),
) -> Result<OwnAccount, OwnError> {
    if version != NOTICE_VERSION {
        return Err(OwnError::WrongNotice);
    }
    record_notice(tx, caller.account_id, (version, language))?;
    let detail = serde_json::json!({ "version": version, "language": language });
    record(tx, caller, "notice.shown", detail)?;
    look(tx, caller)
}

/// Writes down which notice somebody was shown just now.
pub(super) fn record_notice(
    tx: &mut Tx<'_>,
    account: AccountId,
    (version, language): (&str, &str),
) -> Answer<()> {
    let now = tx.now();
    queries::set_notice(tx.conn(), account, (version, language, now))
}

/// What the slow step of a change of password compares.
#[derive(Debug, Clone)]
pub struct ToCompare {
    /// What was stored, if anything.
    pub stored: Option<String>,
    /// The role, which decides what a new one may be.
    pub role: Role,
}

/// First step of changing the own password or PIN: counts the try and fetches the hash.
///
/// # Errors
/// If there were too many tries.
pub fn begin_password(tx: &mut Tx<'_>, caller: &Caller) -> Result<ToCompare, OwnError> {
    tries::count(tx, Counted::Own(caller.account_id))?.map_err(OwnError::Wait)?;
    let account = queries::by_id(tx.conn(), caller.account_id)?;
    Ok(ToCompare {
        stored: account.and_then(|account| account.password_hash),
        role: caller.role,
    })
}

/// Last step: the current one was right, the new one is hashed. Every other device is signed out:
/// whoever changes a password has a reason to.
///
/// # Errors
/// If the password was changed meanwhile.
pub fn complete_password(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (compared, password_hash): (&ToCompare, &str),
) -> Result<(), OwnError> {
    let account = queries::by_id(tx.conn(), caller.account_id)?;
    if account.and_then(|account| account.password_hash) != compared.stored {
        return Err(OwnError::WrongPassword);
    }
    tries::forgive(tx, Counted::Own(caller.account_id))?;
    queries::set_password(tx.conn(), caller.account_id, password_hash)?;
    // Whoever has a reason to change it must not find it changed again by a letter.
    by_mail::withdraw(tx, caller.account_id)?;
    sign_out_others(tx, caller)?;
    Ok(record(
        tx,
        caller,
        "password.changed",
        serde_json::json!({}),
    )?)
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    deed: &'static str,
    detail: serde_json::Value,
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(caller.account_id.into()),
        about: Some(caller.account_id),
        detail,
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
