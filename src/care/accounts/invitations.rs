//! Invitations: the only way to an account, but for the first manager of an authority.
//!
//! A manager invites anybody; a practitioner invites members of families in their own pod. The code
//! is spoken or sent; only its MAC is stored. Accepting makes the account, its first device, and a
//! record of the notice that was shown: the team can read, words are screened.

use std::time::Duration;

use super::sign_in::{self, SignedIn};
use super::tries::{self, WaitUntil};
use super::{Caller, Kind, Role, queries};
use crate::base::codes;
use crate::base::ids::{AccountId, AuthorityId, FamilyId, InvitationId, PodId};
use crate::base::secret::Secret;
use crate::base::time::Moment;
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
    /// The code is unknown, used, withdrawn or too old. Never says which.
    #[error("the code is not right")]
    WrongCode,
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

/// An invitation as it is stored.
#[derive(Debug, Clone)]
pub(super) struct InvitationRow {
    pub(super) id: InvitationId,
    pub(super) authority_id: AuthorityId,
    pub(super) invite: Invite,
    pub(super) expires_at: Moment,
    pub(super) is_spent: bool,
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
    pub(super) notice_shown: bool,
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
        let pod = queries::pod_of_family(tx.conn(), caller.authority_id, family_id)?;
        invite.pod_id = Some(pod.ok_or(InviteError::NotFound("family"))?);
    } else if let Some(pod_id) = invite.pod_id
        && !queries::pod_exists(tx.conn(), caller.authority_id, pod_id)?
    {
        return Err(InviteError::NotFound("pod"));
    }
    if let Some(email) = &invite.email
        && queries::by_email(tx.conn(), email)?.is_some()
    {
        return Err(InviteError::Field("/email", "belongs to somebody already"));
    }
    let code = codes::random_code();
    let id = InvitationId::new();
    let expires_at = tx.now().plus(CODE_LIFE);
    let hash = code_hash(tx, &code);
    let now = tx.now();
    queries::insert_invitation(tx.conn(), caller, &invite, (id, &hash, now, expires_at))?;
    Ok(Invited {
        id,
        code,
        expires_at,
    })
}

fn check_may_invite(tx: &mut Tx<'_>, caller: &Caller, invite: &Invite) -> Result<(), InviteError> {
    match caller.role {
        Role::ServiceManager => Ok(()),
        Role::FamilyPractitioner if invite.role == Role::FamilyMember => {
            let Some(family_id) = invite.family_id else {
                return Ok(());
            };
            let pod = queries::pod_of_family(tx.conn(), caller.authority_id, family_id)?;
            if pod.is_some() && pod == caller.pod_id {
                Ok(())
            } else {
                Err(InviteError::NotFound("family"))
            }
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

/// First step of accepting: counts the try and finds the invitation's role, so that the secret can
/// be checked and hashed as that role's.
///
/// # Errors
/// If the code is not right, or there were too many tries.
pub fn begin_accepting(
    tx: &mut Tx<'_>,
    code: &Secret,
    from: &str,
) -> Result<Result<Role, InviteError>, InviteError> {
    for counted in guessers(tx, from) {
        if let Err(wait) = tries::count(tx, &counted)? {
            return Ok(Err(InviteError::Wait(wait)));
        }
    }
    // A wrong code must leave its count behind, so it is an answer and not an error.
    Ok(find(tx, code).map(|invitation| invitation.invite.role))
}

/// Last step: makes the account and its first device.
///
/// # Errors
/// If the code was used meanwhile.
pub fn accept(
    tx: &mut Tx<'_>,
    code: &Secret,
    (password_hash, language, from): (&str, &str, &str),
    label: &str,
) -> Result<SignedIn, InviteError> {
    let invitation = find(tx, code)?;
    let now = tx.now();
    if !queries::spend_invitation(tx.conn(), invitation.id, now)? {
        return Err(InviteError::WrongCode);
    }
    for counted in guessers(tx, from) {
        tries::take_back(tx, &counted)?;
    }
    let id = AccountId::new();
    let who = &invitation.invite;
    let qualified = who.role == Role::SupervisingSocialWorker;
    let account = NewAccount {
        id,
        authority_id: invitation.authority_id,
        who,
        language,
        password_hash,
        qualified,
        notice_shown: true,
        now,
    };
    queries::insert_account(tx.conn(), &account)?;
    Ok(sign_in::first_device(tx, id, label)?)
}

fn guessers(tx: &Tx<'_>, from: &str) -> [tries::Counted; 1] {
    [tries::counted(tx, "code from", from)]
}

fn find(tx: &mut Tx<'_>, code: &Secret) -> Result<InvitationRow, InviteError> {
    let code = codes::parse_code(code.expose()).ok_or(InviteError::WrongCode)?;
    let hash = code_hash(tx, &code);
    let now = tx.now();
    queries::invitation(tx.conn(), &hash)?
        .filter(|invitation| !invitation.is_spent && now < invitation.expires_at)
        .ok_or(InviteError::WrongCode)
}

fn code_hash(view: &impl View, code: &Secret) -> [u8; 32] {
    let plain: String = code
        .expose()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    view.keys().derive("invitation code", &[plain.as_bytes()])
}

/// Makes the first account of an authority, from the command line: a service manager. Makes the
/// authority too if no such name exists.
///
/// # Errors
/// If the e-mail belongs to somebody already, or the role is not a member of staff.
pub fn found(
    tx: &mut Tx<'_>,
    authority: &str,
    who: &Invite,
    password_hash: &str,
) -> Result<AccountId, InviteError> {
    if matches!(who.role, Role::FamilyMember) {
        return Err(InviteError::Field(
            "role",
            "a family member joins by invitation",
        ));
    }
    let Some(email) = &who.email else {
        return Err(InviteError::Field("email", "is required"));
    };
    if queries::by_email(tx.conn(), email)?.is_some() {
        return Err(InviteError::Field("email", "belongs to somebody already"));
    }
    let now = tx.now();
    let authority_id = find_or_make_authority(tx, authority)?;
    let id = AccountId::new();
    let account = NewAccount {
        id,
        authority_id,
        who,
        language: "en",
        password_hash,
        qualified: who.role == Role::SupervisingSocialWorker,
        notice_shown: false,
        now,
    };
    queries::insert_account(tx.conn(), &account)?;
    Ok(id)
}

fn find_or_make_authority(tx: &mut Tx<'_>, name: &str) -> Answer<AuthorityId> {
    if let Some(id) = queries::authority(tx.conn(), name)? {
        return Ok(id);
    }
    let id = AuthorityId::new();
    let now = tx.now();
    queries::insert_authority(tx.conn(), (id, name, now))?;
    Ok(id)
}
