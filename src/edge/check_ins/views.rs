//! What check-ins look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, CheckInId};
use crate::base::time::Moment;
use crate::care::check_ins::parts::{Part, Parts};
use crate::care::check_ins::{CheckIn, Safety};
use crate::care::help_lines::HelpLine;
use crate::edge::body::Wrong;
use crate::edge::help_lines::HelpLineView;

/// How things are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckInBody {
    /// Made by the client; the same again is the same check-in.
    pub(super) id: CheckInId,
    /// 10 is "my best hopes are happening". No risk score: nothing is reckoned from it.
    #[schema(minimum = 0, maximum = 10, example = 6)]
    pub(super) scale: i32,
    /// What would make it better.
    #[schema(
        example = "If I could see my nan on Sundays again.",
        min_length = 1,
        max_length = 4000
    )]
    pub(super) better: Option<String>,
    /// What would tell them that this help had been worth it.
    #[schema(min_length = 1, max_length = 1000)]
    best_hopes: Option<String>,
    /// What puts it where it is and not lower.
    #[schema(min_length = 1, max_length = 1000)]
    resources: Option<String>,
    /// What one step up would look like.
    #[schema(min_length = 1, max_length = 1000)]
    next_sign: Option<String>,
    /// When it was a bit better, and who noticed.
    #[schema(min_length = 1, max_length = 1000)]
    exceptions: Option<String>,
    /// How they have kept going; asked in place of `resources` and `next_sign` where the scale is 0 to 2.
    #[schema(min_length = 1, max_length = 1000)]
    coping: Option<String>,
    /// Whether they want to be contacted.
    pub(super) wants_contact: bool,
    /// "Is anyone making you feel unsafe?" The mentor never sees the answer.
    pub(super) someone_makes_me_unsafe: Option<Safety>,
    /// In which words they were asked: language and version of a template.
    #[schema(example = "en/1")]
    pub(super) template: Option<String>,
    /// An own check-in that this one stands in place of. It stays as it was.
    pub(super) corrects: Option<CheckInId>,
}

impl CheckInBody {
    /// Its words, noting what is wrong.
    pub(super) fn parts(&self, wrong: &mut Wrong) -> Parts {
        let said = [
            (Part::Better, "/better", &self.better),
            (Part::BestHopes, "/best_hopes", &self.best_hopes),
            (Part::Resources, "/resources", &self.resources),
            (Part::NextSign, "/next_sign", &self.next_sign),
            (Part::Exceptions, "/exceptions", &self.exceptions),
            (Part::Coping, "/coping", &self.coping),
        ];
        Parts::of(said.map(|(part, pointer, text)| {
            (
                part,
                wrong.maybe_text(pointer, text.as_deref(), part.most()),
            )
        }))
    }
}

/// A check-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckInView {
    id: CheckInId,
    family_member_id: AccountId,
    #[schema(minimum = 0, maximum = 10)]
    scale: i32,
    better: Option<String>,
    best_hopes: Option<String>,
    resources: Option<String>,
    next_sign: Option<String>,
    exceptions: Option<String>,
    coping: Option<String>,
    wants_contact: bool,
    /// In which words they were asked, if their client said so.
    #[schema(example = "en/1")]
    template: Option<String>,
    /// The check-in that this one stands in place of.
    corrects: Option<CheckInId>,
    received_at: Moment,
    /// Whether its author was suspended then, or had left: it is kept for whoever oversees, and no mentor
    /// is shown it.
    held: bool,
    /// "Is anyone making you feel unsafe?" Left out, always, for mentors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Safety>)]
    #[expect(
        clippy::option_option,
        reason = "left out for mentors, null where it was not answered"
    )]
    someone_makes_me_unsafe: Option<Option<Safety>>,
}

impl CheckInView {
    pub(super) fn of(check_in: &CheckIn, shows_safety: bool) -> Self {
        let said = |part| check_in.parts.get(part).map(ToOwned::to_owned);
        Self {
            id: check_in.id,
            family_member_id: check_in.family_member_id,
            scale: check_in.scale,
            better: said(Part::Better),
            best_hopes: said(Part::BestHopes),
            resources: said(Part::Resources),
            next_sign: said(Part::NextSign),
            exceptions: said(Part::Exceptions),
            coping: said(Part::Coping),
            wants_contact: check_in.wants_contact,
            template: check_in.template.as_ref().map(ToString::to_string),
            corrects: check_in.corrects,
            received_at: check_in.received_at,
            held: check_in.is_held,
            someone_makes_me_unsafe: shows_safety.then_some(check_in.someone_makes_me_unsafe),
        }
    }
}

/// A check-in that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenCheckInView {
    #[serde(flatten)]
    check_in: CheckInView,
    /// Given while the service can call nobody, whatever the check-in says.
    #[serde(skip_serializing_if = "Option::is_none")]
    standstill: Option<StandstillView>,
}

/// Nobody can be called just now: a check-in is stored and shown to whoever has the app open, and
/// nobody is called outside of it until the service can again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandstillView {
    /// Always false: once somebody has looked, there is no more to say.
    #[schema(example = false)]
    seen_by_a_person: bool,
    /// Whom to call instead.
    help_lines: Vec<HelpLineView>,
}

impl TakenCheckInView {
    pub(super) fn of(check_in: &CheckIn, instead: Option<Vec<HelpLine>>) -> Self {
        Self {
            check_in: CheckInView::of(check_in, true),
            standstill: instead.map(|lines| StandstillView {
                seen_by_a_person: false,
                help_lines: lines.into_iter().map(Into::into).collect(),
            }),
        }
    }
}

/// Some check-ins, newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckInList {
    pub(super) items: Vec<CheckInView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<String>,
}

/// Whose check-ins, and which part of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckInPage {
    /// Whose.
    pub(super) family_member_id: AccountId,
    /// The `next` of the answer before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why you must read them: needed from deputies and managers, kept in the audit.
    #[param(
        min_length = 1,
        max_length = 500,
        example = "Ruth is on leave; Sam asked for contact"
    )]
    pub(super) reason: Option<String>,
}
