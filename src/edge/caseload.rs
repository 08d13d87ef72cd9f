//! The caseload over HTTP.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{Problem, Problems};
use crate::app::App;
use crate::base::ids::{AccountId, CheckInId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::Kind;
use crate::care::caseload::reasons::{Reason, Why};
use crate::care::caseload::{self, Listing, Person, Place};
use crate::care::check_ins::trend::{Direction, Scale, Trend};

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;
/// After so many days without a check-in somebody is quiet, unless whoever asks says otherwise.
const QUIET_AFTER: i64 = 7;
/// After so many days in which nobody has seen them, too.
const UNSEEN_AFTER: i64 = 14;

/// Which part of a caseload.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseloadPage {
    /// Only of this pod.
    pod_id: Option<PodId>,
    /// After so many days without a check-in somebody is quiet: 1 to 366; 7 if left out.
    #[param(minimum = 1, maximum = 366)]
    quiet_after: Option<i64>,
    /// After so many days in which nobody has seen them in person, too: 1 to 366; 14 if left out.
    #[param(minimum = 1, maximum = 366)]
    unseen_after: Option<i64>,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Why you must read it: managers say, and whoever also looks at pods they only cover.
    #[param(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// What somebody answered on the scale, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrendScaleView {
    check_in_id: CheckInId,
    #[schema(minimum = 0, maximum = 10)]
    scale: i32,
    at: Moment,
}

impl From<&Scale> for TrendScaleView {
    fn from(one: &Scale) -> Self {
        Self {
            check_in_id: one.check_in_id,
            scale: one.scale,
            at: one.at,
        }
    }
}

/// How somebody answered in the last four weeks. No risk score: nothing is reckoned from it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrendView {
    /// The newest five at most, the oldest of them first.
    scales: Vec<TrendScaleView>,
    /// From the first of them to the last; none of fewer than two.
    direction: Option<Direction>,
    /// The same in words.
    #[schema(example = "down 3 in 4 check-ins")]
    words: String,
    /// When they checked in last, however long ago.
    last_check_in_at: Option<Moment>,
}

impl From<&Trend> for TrendView {
    fn from(trend: &Trend) -> Self {
        Self {
            scales: trend.shown().iter().map(Into::into).collect(),
            direction: trend.direction().map(|(direction, _)| direction),
            words: trend.words(),
            last_check_in_at: trend.last_at,
        }
    }
}

/// Why somebody stands where they stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseloadReason {
    why: Why,
    since: Moment,
    /// The same in words.
    #[schema(example = "scale fell from 6 to 2")]
    words: String,
}

impl From<Reason> for CaseloadReason {
    fn from(reason: Reason) -> Self {
        Self {
            why: reason.why,
            since: reason.since,
            words: reason.words,
        }
    }
}

/// One of a caseload.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseloadPerson {
    family_member_id: AccountId,
    #[schema(example = "Sam")]
    display_name: String,
    kind: Option<Kind>,
    family_id: FamilyId,
    #[schema(example = "CIN-2026-0417")]
    reference: String,
    pod_id: PodId,
    trend: TrendView,
    /// When somebody last saw them in person, as the contact log says.
    last_seen_at: Option<Moment>,
    /// Every reason, what has waited longest first; none where nothing asks for a person just now.
    reasons: Vec<CaseloadReason>,
}

impl From<Person> for CaseloadPerson {
    fn from(person: Person) -> Self {
        let member = person.member;
        Self {
            family_member_id: member.id,
            display_name: member.display_name,
            kind: member.kind,
            family_id: member.family_id,
            reference: member.reference,
            pod_id: member.pod_id,
            trend: (&person.trend).into(),
            last_seen_at: person.last_seen,
            reasons: person.reasons.into_iter().map(Into::into).collect(),
        }
    }
}

/// Some of a caseload, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Caseload {
    items: Vec<CaseloadPerson>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Lists your people, whoever needs somebody first, and says in words why.
///
/// First those who wait for a person, the longest waiting first; then those who have not checked in, or whom
/// nobody has seen, for long; then everybody else. There is no score. It says nothing of alerts. Practitioners
/// see the families allocated to them, supervising social workers those of the pods they supervise, audited;
/// with a reason these see the pods they cover too, and managers all. Where there are more than 1,000 people,
/// name a pod.
#[utoipa::path(tag = "needs", params(CaseloadPage), security(("access_token" = [])), responses(
    (status = 200, description = "The caseload", body = Caseload), Problems,
))]
#[get("/caseload")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<CaseloadPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let quiet_after = days(
        &mut wrong,
        "quiet_after",
        page.quiet_after.unwrap_or(QUIET_AFTER),
    );
    let unseen_after = page.unseen_after.unwrap_or(UNSEEN_AFTER);
    let unseen_after = days(&mut wrong, "unseen_after", unseen_after);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = Listing {
        pod_id: page.pod_id,
        after,
        limit: limit.saturating_add(1),
        quiet_after,
        unseen_after,
        reason,
    };
    let first = listing.clone();
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| caseload::needs(rx, caller, &first),
        move |rx, caller| caseload::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .and_then(|last| cursor::write(&last.place));
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(Caseload { items, next }))
}

fn days(wrong: &mut Wrong, name: &str, days: i64) -> i64 {
    if !(1..=366).contains(&days) {
        wrong.note(name, "must be 1 to 366");
    }
    days
}
