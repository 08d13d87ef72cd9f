//! What the audit looks like on the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, AuditLineId, SubjectId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::audit::reading::Written;

/// Which lines of the audit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditPage {
    /// Only lines that touch this person's affairs.
    pub(super) about: Option<AccountId>,
    /// Only lines about this thing: a conversation, an account, an alert.
    pub(super) subject: Option<SubjectId>,
    /// Only lines this person left.
    pub(super) actor: Option<AccountId>,
    /// The `next` of the answer before.
    pub(super) after: Option<AuditLineId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
}

/// A line of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLineView {
    id: AuditLineId,
    at: Moment,
    /// Who; nobody if it was done from the command line.
    actor: Option<Named>,
    #[schema(example = "supervising_social_worker")]
    actor_role: String,
    #[schema(example = "conversation.read")]
    deed: String,
    #[schema(example = "conversation")]
    subject: String,
    subject_id: Option<SubjectId>,
    /// Whose affairs it touches.
    about: Option<Named>,
    /// Facts about it.
    #[schema(value_type = Object)]
    detail: Value,
    /// The reason that was given.
    reason: Option<String>,
}

impl From<Written> for AuditLineView {
    fn from(line: Written) -> Self {
        let named = |(id, display_name)| Named { id, display_name };
        Self {
            id: line.id,
            at: line.at,
            actor: line.actor.map(named),
            actor_role: line.actor_role,
            deed: line.deed,
            subject: line.subject,
            subject_id: line.subject_id,
            about: line.about.map(named),
            detail: line.detail,
            reason: line.reason,
        }
    }
}

/// Some lines of the audit, newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditList {
    pub(super) items: Vec<AuditLineView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<AuditLineId>,
}
