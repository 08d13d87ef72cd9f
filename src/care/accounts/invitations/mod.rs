//! Invitations: the only way to an account, but for the first manager of an authority.
//!
//! A manager invites anybody; a practitioner invites members of families in their own pod. The code
//! is spoken or sent; only its MAC is stored. Accepting makes the account, its first device, and a
//! record of the notice that was shown: the team can read, words are screened.

pub mod accepting;
pub mod by_mail;
mod founding;
mod queries;
pub mod second_person;
pub mod way_back;

use std::time::Duration;

pub use founding::found;
use zeroize::Zeroizing;

use super::tries::WaitUntil;
use super::{Caller, Kind, Role, queries as accounts};
use crate::base::codes;
use crate::base::ids::{AccountId, AuthorityId, FamilyId, InvitationId, PodId};
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// How long a code is good for.
pub const CODE_LIFE: Duration = Duration::from_hours(7 * 24);
/// The notice that is shown at joining, by version. A new version asks again.
pub const NOTICE_VERSION: &str = "1";

/// Why an invitation was not made or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// This role may not invite such a person.
    #[error("not allowed")]
    NotAllowed,
    /// The family or pod does not exist, or not for this caller.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A field does not fit the role.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// There is no such invitation, or not for this caller.
    #[error("no such invitation")]
    NoSuchInvitation,
    /// It was accepted before: too late to withdraw it.
    #[error("accepted before")]
    Accepted,
    /// The code is unknown, used, withdrawn or too old. Never says which.
    #[error("the code is not right")]
    WrongCode,
    /// Somebody with this e-mail has joined since the invitation was made.
    #[error("the e-mail belongs to somebody by now")]
    EmailTaken,
    /// Whoever comes back by mail and has a second factor must give a code of it too.
    #[error("a one-time code is needed")]
    SecondFactorNeeded,
    /// The one-time code is wrong.
    #[error("the one-time code is not right")]
    WrongOneTimeCode,
    /// Too many wrong codes from this address.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct Invite {
    /// As what.
    pub role: Role,
    /// Who in the family, for family members.
    pub kind: Option<Kind>,
    /// What they will be called.
    pub display_name: String,
    /// Their e-mail, lower case; needed to sign in with a password.
    pub email: Option<String>,
    /// The pod of a mentor or practitioner.
    pub pod_id: Option<PodId>,
    /// The family of a family member.
    pub family_id: Option<FamilyId>,
}

/// An invitation just made. The code is shown this once.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The invitation.
    pub id: InvitationId,
    /// The code.
    pub code: Secret,
    /// Until when it is good.
    pub expires_at: Moment,
}

/// An invitation that is still good, as its code finds it.
#[derive(Debug, Clone)]
struct InvitationRow {
    id: InvitationId,
    authority_id: AuthorityId,
    invite: Invite,
    /// The account it leads back into; none for somebody new.
    account_id: Option<AccountId>,
    /// Whether its code was mailed, which proves a mailbox and no more.
    mailed: bool,
    /// Who made it; none for what was mailed or made by the operator.
    invited_by: Option<AccountId>,
    expires_at: Moment,
}

/// An invitation as those who made it see it: never its code.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for.
    pub who: Invite,
    /// The account it leads back into, or that came of it.
    pub account_id: Option<AccountId>,
    /// Who made it.
    pub invited_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Moment,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was accepted.
    pub accepted_at: Option<Moment>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Moment>,
}

/// A new account, before it is stored.
#[derive(Debug, Clone)]
pub(super) struct NewAccount<'a> {
    pub(super) id: AccountId,
    pub(super) authority_id: AuthorityId,
    pub(super) who: &'a Invite,
    pub(super) language: &'a str,
    pub(super) password_hash: &'a str,
    pub(super) qualified: bool,
    /// The version of the notice they were shown just now, if any.
    pub(super) notice_shown: Option<&'a str>,
    pub(super) now: Moment,
}

/// Invites somebody.
///
/// # Errors
/// If the caller may not, or a field does not fit.
pub fn invite(
    tx: &mut Tx<'_>,
    caller: &Caller,
    mut invite: Invite,
) -> Result<Invited, InviteError> {
    check_may_invite(tx, caller, &invite)?;
    check_fields(&invite)?;
    if let Some(family_id) = invite.family_id {
        let pod = accounts::pod_of_family(tx.conn(), caller.authority_id, family_id)?;
        invite.pod_id = Some(pod.ok_or(InviteError::NotFound("family"))?);
    } else if let Some(pod_id) = invite.pod_id
        && !accounts::pod_exists(tx.conn(), caller.authority_id, pod_id)?
    {
        return Err(InviteError::NotFound("pod"));
    }
    // Of another authority nobody learns here who is there: whoever accepts is told.
    if let Some(email) = &invite.email
        && accounts::by_email(tx.conn(), email)?
            .is_some_and(|other| other.authority_id == caller.authority_id)
    {
        return Err(InviteError::Field("/email", "belongs to somebody already"));
    }
    Ok(make_code(tx, caller, (&invite, None))?)
}

/// Makes a code and stores whom it is for.
fn make_code(
    tx: &mut Tx<'_>,
    caller: &Caller,
    whom: (&Invite, Option<AccountId>),
) -> Answer<Invited> {
    let (id, code) = (InvitationId::new(), codes::random_code());
    let now = tx.now();
    let expires_at = now.plus(CODE_LIFE);
    let hash = code_hash(tx, &code);
    queries::insert(tx.conn(), caller, whom, (id, &hash, now, expires_at))?;
    Ok(Invited {
        id,
        code,
        expires_at,
    })
}

/// The invitations the caller may see, the newest first: a manager's authority's, a practitioner's
/// the family members of their pod.
///
/// # Errors
/// If the caller's role does not invite.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    page: (Option<InvitationId>, i64),
) -> Result<Vec<Invitation>, InviteError> {
    let whose = whose(caller)?;
    Ok(queries::list(view.conn(), whose, None, page)?)
}

/// Withdraws an invitation: its code is good for nothing from now on.
///
/// # Errors
/// If there is none for this caller, or it was accepted before.
pub fn withdraw(tx: &mut Tx<'_>, caller: &Caller, id: InvitationId) -> Result<(), InviteError> {
    let whose = whose(caller)?;
    let known = queries::list(tx.conn(), whose, Some(id), (None, 1))?;
    let known = known.first().ok_or(InviteError::NoSuchInvitation)?;
    if known.withdrawn_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    if known.accepted_at.is_some() || !queries::withdraw(tx.conn(), id, now)? {
        return Err(InviteError::Accepted);
    }
    let line = Line {
        deed: "invitation.withdrawn",
        subject: "invitation",
        subject_id: Some(id.into()),
        about: known.account_id,
        detail: serde_json::json!({ "role": known.who.role }),
        reason: None,
    };
    Ok(audit::actions::record(tx, caller, &line)?)
}

/// Withdraws every open invitation and way back that somebody has made who no longer may: what they
/// kept of a code opens nothing, and nothing again once they may act again.
///
/// # Errors
/// If it cannot be stored.
pub fn withdraw_all_of(tx: &mut Tx<'_>, caller: &Caller, maker: AccountId) -> Answer<()> {
    let now = tx.now();
    let withdrawn = queries::withdraw_made_by(tx.conn(), maker, now)?;
    if withdrawn == 0 {
        return Ok(());
    }
    let line = Line {
        deed: "invitations.withdrawn",
        subject: "account",
        subject_id: Some(maker.into()),
        about: Some(maker),
        detail: serde_json::json!({ "invitations": withdrawn }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}

/// Withdraws every open invitation and way back into a family whose maker may not let people into it any
/// more: it has gone to another practitioner or pod. What they kept opens nothing, and nothing again should
/// the family come back to them.
///
/// # Errors
/// If it cannot be stored.
pub fn withdraw_into(tx: &mut Tx<'_>, caller: &Caller, family: FamilyId) -> Answer<()> {
    let now = tx.now();
    let mut withdrawn = 0_usize;
    for maker in queries::makers_of_open(tx.conn(), family)? {
        if !queries::may_let_in(tx.conn(), maker, family)? {
            let theirs = queries::withdraw_into(tx.conn(), (maker, family), now)?;
            withdrawn = withdrawn.saturating_add(theirs);
        }
    }
    if withdrawn == 0 {
        return Ok(());
    }
    let line = Line {
        deed: "invitations.withdrawn",
        subject: "family",
        subject_id: Some(family.into()),
        about: None,
        detail: serde_json::json!({ "invitations": withdrawn }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}

/// Whose invitations the caller may see: all of the authority, or a practitioner's own families of one
/// pod and those that are nobody's yet.
fn whose(caller: &Caller) -> Result<(AuthorityId, Option<(PodId, AccountId)>), InviteError> {
    match (caller.role, caller.pod_id) {
        (Role::ServiceManager, _) => Ok((caller.authority_id, None)),
        (Role::FamilyPractitioner, Some(pod)) => {
            Ok((caller.authority_id, Some((pod, caller.account_id))))
        }
        _ => Err(InviteError::NotAllowed),
    }
}

fn check_may_invite(tx: &mut Tx<'_>, caller: &Caller, invite: &Invite) -> Result<(), InviteError> {
    match caller.role {
        Role::ServiceManager => Ok(()),
        Role::FamilyPractitioner if invite.role == Role::FamilyMember => {
            let Some(family_id) = invite.family_id else {
                return Ok(());
            };
            let known = accounts::knows_family(tx.conn(), caller, family_id)?;
            known.then_some(()).ok_or(InviteError::NotFound("family"))
        }
        Role::FamilyMember
        | Role::PeerMentor
        | Role::FamilyPractitioner
        | Role::SupervisingSocialWorker => Err(InviteError::NotAllowed),
    }
}

fn check_fields(invite: &Invite) -> Result<(), InviteError> {
    let field = |pointer, detail| Err(InviteError::Field(pointer, detail));
    if invite.role == Role::FamilyMember {
        if invite.family_id.is_none() {
            return field("/family_id", "is required for a family member");
        }
        if invite.kind.is_none() {
            return field("/kind", "is required for a family member");
        }
        if invite.email.is_some() {
            return field("/email", "is only for staff and mentors");
        }
        return Ok(());
    }
    if invite.kind.is_some() {
        return field("/kind", "is only for family members");
    }
    if invite.family_id.is_some() {
        return field("/family_id", "is only for family members");
    }
    if invite.email.is_none() {
        return field("/email", "is required for this role");
    }
    let needs_pod = matches!(invite.role, Role::PeerMentor | Role::FamilyPractitioner);
    if needs_pod && invite.pod_id.is_none() {
        return field("/pod_id", "is required for this role");
    }
    Ok(())
}

fn code_hash(view: &impl View, code: &Secret) -> [u8; 32] {
    view.keys()
        .derive("invitation code", &[plain(code).as_bytes()])
}

/// Of a mailed code, another: a release before there were any must not take it for a manager's.
fn mailed_hash(view: &impl View, code: &Secret) -> [u8; 32] {
    view.keys().derive("mailed code", &[plain(code).as_bytes()])
}

fn plain(code: &Secret) -> Zeroizing<String> {
    let letters = code.expose().chars();
    Zeroizing::new(letters.filter(char::is_ascii_alphanumeric).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phone_app_says_which_notice_it_shows_and_it_is_the_one_in_force() {
        let app = include_str!("../../../../app/src/lib/enter.ts");

        assert!(app.contains(&format!("PROMISE = '{NOTICE_VERSION}'")));
    }
}
