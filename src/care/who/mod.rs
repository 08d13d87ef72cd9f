//! Who people are here: roles, the caller as every verb knows them, and which pods somebody covers
//! just now. Nothing here decides more than what a role is.

pub(in crate::care) mod queries;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AuthorityId, DeviceId, FamilyId, PodId};
use crate::care::words::Author;
use crate::db::columns::text_column;

/// What a person is in the service.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Role {
    /// A young person, parent or carer of a family.
    FamilyMember,
    /// A trained helper with lived experience.
    PeerMentor,
    /// The family's lead worker in the pod, without a social work qualification.
    FamilyPractitioner,
    /// The qualified social worker who supervises a pod.
    SupervisingSocialWorker,
    /// Runs pods and people of an authority.
    ServiceManager,
}

text_column!(Role {
    FamilyMember = "family_member",
    PeerMentor = "peer_mentor",
    FamilyPractitioner = "family_practitioner",
    SupervisingSocialWorker = "supervising_social_worker",
    ServiceManager = "service_manager",
});

/// Who in the family a family member is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Kind {
    /// A child or young person old enough for an account.
    YoungPerson,
    /// A parent.
    Parent,
    /// Somebody else who looks after a child.
    Carer,
}

text_column!(Kind { YoungPerson = "young_person", Parent = "parent", Carer = "carer" });

/// Whether an account may act.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Status {
    /// May act.
    Active,
    /// May not act for now; what they send is held.
    Suspended,
    /// Has left; what they still send is held.
    Departed,
}

text_column!(Status { Active = "active", Suspended = "suspended", Departed = "departed" });

/// What a verified access token says. Not yet a right: `accounts::actions::recognise` looks it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Whose token.
    pub account_id: AccountId,
    /// On which device.
    pub device_id: DeviceId,
    /// The account's authority, for screening before the unit by the rules that are live there.
    pub authority_id: Option<AuthorityId>,
    /// As whom the account writes, for screening before the unit. The unit checks it again.
    pub author: Option<Author>,
    /// The language of the account, likewise.
    pub language: String,
}

/// A person whose account and device were found, as of this unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account_id: AccountId,
    /// The device that called.
    pub device_id: DeviceId,
    /// The authority everything they may see belongs to.
    pub authority_id: AuthorityId,
    /// What they are.
    pub role: Role,
    /// Who in the family, for family members.
    pub kind: Option<Kind>,
    /// Whether they may act.
    pub status: Status,
    /// The pod of a mentor, a practitioner or a family member.
    pub pod_id: Option<PodId>,
    /// The family of a family member.
    pub family_id: Option<FamilyId>,
    /// Whether a manager is marked as a qualified social worker.
    pub marked_qualified: bool,
    /// BCP 47 tag of the language they read.
    pub language: String,
    /// The version of the authority's own rules of screening that is live; 0 without any.
    pub live_lexicon: i32,
}

impl Caller {
    /// As whom they write, as screening knows it; staff are not screened as authors.
    #[must_use]
    pub const fn author(&self) -> Option<Author> {
        author(self.role, self.kind)
    }

    /// Whether they may close an alert: a social worker, or a manager marked as one.
    #[must_use]
    pub fn is_qualified(&self) -> bool {
        self.role == Role::SupervisingSocialWorker
            || (self.role == Role::ServiceManager && self.marked_qualified)
    }

    /// Whether they are staff who answer for families: not families, not mentors.
    #[must_use]
    pub const fn is_worker(&self) -> bool {
        matches!(
            self.role,
            Role::FamilyPractitioner | Role::SupervisingSocialWorker | Role::ServiceManager
        )
    }
}

/// As whom somebody of this role and kind writes, as screening knows it.
#[must_use]
pub const fn author(role: Role, kind: Option<Kind>) -> Option<Author> {
    match (role, kind) {
        (Role::FamilyMember, Some(Kind::YoungPerson)) => Some(Author::YoungPerson),
        (Role::FamilyMember, Some(Kind::Carer)) => Some(Author::Carer),
        (Role::FamilyMember, _) => Some(Author::Parent),
        (Role::PeerMentor, _) => Some(Author::PeerMentor),
        _ => None,
    }
}
