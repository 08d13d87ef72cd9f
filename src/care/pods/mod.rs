//! Pods: small groups of practitioners and mentors, each under one supervising social worker, with
//! deputies in order who cover for them, a rota of dated shifts and how these change hands, and leave.

pub mod actions;
pub mod leave;
mod queries;
pub mod rota;
pub(in crate::care) mod supervisors;
pub mod swaps;

use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;

/// A pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its id.
    pub id: PodId,
    /// Whose it is.
    pub authority_id: AuthorityId,
    /// What it is called.
    pub name: String,
    /// Where it works.
    pub area: String,
    /// Who supervises it, or will again once they may act. None is an alarm.
    pub supervising_social_worker_id: Option<AccountId>,
    /// Who covers, in order.
    pub deputies: Vec<AccountId>,
    /// Since when it exists.
    pub created_at: Moment,
}
