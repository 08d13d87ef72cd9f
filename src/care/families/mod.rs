//! Families: the people tied to one case. A family is not one inbox; each member is a person.

pub mod actions;
mod queries;

use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;

/// A family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Its id.
    pub id: FamilyId,
    /// Whose it is.
    pub authority_id: AuthorityId,
    /// The pod that works with it.
    pub pod_id: PodId,
    /// The council's own reference, never a name.
    pub reference: String,
    /// The allocated practitioner.
    pub family_practitioner_id: Option<AccountId>,
    /// Since when it is known here.
    pub created_at: Moment,
}
