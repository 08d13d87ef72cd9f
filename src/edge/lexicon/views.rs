//! The lexicon on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, LexiconVersionId};
use crate::base::time::Moment;
use crate::care::safeguarding::lexicons::jobs::{FEWEST_SHOWN, Job};
use crate::care::safeguarding::lexicons::{Changes, LocalRule, Shown, Version};
use crate::care::safeguarding::screen::{Broken, Finding, Verdict};
use crate::care::words::{Author, Category, Severity};

/// All rules an authority wants to have of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftBody {
    /// All of them: what is live and not named here is removed.
    #[schema(max_items = 200)]
    pub rules: Vec<LocalRule>,
}

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DraftView {
    id: LexiconVersionId,
    rules: Vec<LocalRule>,
    drafted_by: AccountId,
    #[schema(value_type = String, format = DateTime)]
    drafted_at: Moment,
    /// What it changes of the rules that are live.
    changes: Changes,
    /// Whether somebody else than its author must publish it.
    needs_a_second_person: bool,
    /// How many texts of the last thirty days it would match.
    back_count: Option<BackCount>,
}

impl DraftView {
    pub(super) fn of(shown: Shown) -> Self {
        let Shown {
            version,
            changes,
            job,
        } = shown;
        Self {
            back_count: job.map(Into::into),
            id: version.id,
            rules: version.rules,
            drafted_by: version.drafted.0,
            drafted_at: version.drafted.1,
            needs_a_second_person: changes.need_a_second_person(),
            changes,
        }
    }
}

/// How many texts of the last thirty days a draft would match. Counts, never words: each null while it
/// is below five, and without what lies in alerts from which a manager is excluded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BackCount {
    /// Whether all were looked at.
    done: bool,
    /// How many there are; null until it has begun.
    texts: Option<i64>,
    /// How many of them were looked at.
    looked: i64,
    /// It counts one text in so many: more than one where there are above 200,000.
    one_in: i32,
    /// Texts in which nothing is found now and the draft finds something.
    would_match: BySeverity,
    /// Texts that the draft finds more serious, in fives; null for fewer than five.
    louder: Option<i64>,
    /// Texts that it finds less serious, in fives; null for fewer than five.
    quieter: Option<i64>,
    /// Texts in which it finds nothing any more, in fives; null for fewer than five.
    no_longer: Option<i64>,
}

/// Counts by severity, in fives; null for fewer than five.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BySeverity {
    immediate: Option<i64>,
    urgent: Option<i64>,
    watch: Option<i64>,
}

impl From<Job> for BackCount {
    fn from(job: Job) -> Self {
        let found = job.found;
        // In steps, or a second draft that says one word more would tell who said it.
        let shown = |count: i64| {
            let whole = count - count.rem_euclid(FEWEST_SHOWN);
            (count >= FEWEST_SHOWN).then_some(whole)
        };
        Self {
            done: job.is_done(),
            texts: job.total,
            looked: job.looked,
            one_in: job.one_in,
            would_match: BySeverity {
                immediate: shown(found.newly_immediate),
                urgent: shown(found.newly_urgent),
                watch: shown(found.newly_watch),
            },
            louder: shown(found.louder),
            quieter: shown(found.quieter),
            no_longer: shown(found.no_longer),
        }
    }
}

/// How far screening again has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reread {
    /// Whether all were looked at.
    done: bool,
    /// How many texts came in from its publication to its withdrawal; null until it has begun.
    texts: Option<i64>,
    /// How many of them were looked at.
    looked: i64,
    /// In how many of them something was found that had not been found before.
    raised: i64,
}

impl From<Job> for Reread {
    fn from(job: Job) -> Self {
        Self {
            done: job.is_done(),
            texts: job.total,
            looked: job.looked,
            raised: job.found.raised,
        }
    }
}

/// A rule that cried wolf.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleCount {
    #[schema(example = "en.distress.cannot_cope")]
    pub(super) rule: String,
    /// In so many alerts that were closed as no cause for concern it had found something.
    pub(super) false_alarms: i64,
    /// When the last of them was closed.
    #[schema(value_type = String, format = DateTime)]
    pub(super) last_at: Moment,
}

/// Rules that cried wolf, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleCountList {
    pub(super) items: Vec<RuleCount>,
    pub(super) next: Option<String>,
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RulePage {
    /// The `next` of the page before.
    #[param(max_length = 200)]
    pub(super) after: Option<String>,
    /// At most so many; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
}

/// Drafts, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DraftList {
    pub(super) items: Vec<DraftView>,
    pub(super) next: Option<String>,
}

/// A version that was published.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LexiconVersionView {
    /// 1, 2, 3, …
    number: i32,
    /// Whether texts are screened by it.
    live: bool,
    /// The draft it was.
    id: LexiconVersionId,
    rules: Vec<LocalRule>,
    drafted_by: AccountId,
    published_by: Option<AccountId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Moment>,
    /// Who asked that it be withdrawn, where somebody else has to agree.
    withdrawal_asked_by: Option<AccountId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawal_asked_at: Option<Moment>,
    withdrawn_by: Option<AccountId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<Moment>,
    /// How far screening again what it had screened has come; null unless it was withdrawn.
    reread: Option<Reread>,
}

impl From<Shown> for LexiconVersionView {
    fn from(shown: Shown) -> Self {
        Self::of(shown.version, shown.job)
    }
}

impl LexiconVersionView {
    pub(super) fn of(version: Version, job: Option<Job>) -> Self {
        Self {
            reread: job.map(Into::into),
            number: version.number.unwrap_or(0),
            live: version.is_live,
            id: version.id,
            rules: version.rules,
            drafted_by: version.drafted.0,
            published_by: version.published.map(|(by, _)| by),
            published_at: version.published.map(|(_, at)| at),
            withdrawal_asked_by: version.withdrawal_asked.map(|(by, _)| by),
            withdrawal_asked_at: version.withdrawal_asked.map(|(_, at)| at),
            withdrawn_by: version.withdrawn.map(|(by, _)| by),
            withdrawn_at: version.withdrawn.map(|(_, at)| at),
        }
    }
}

/// Published versions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LexiconVersionList {
    pub(super) items: Vec<LexiconVersionView>,
    pub(super) next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LexiconPage {
    /// The `next` of the page before.
    pub(super) after: Option<LexiconVersionId>,
    /// At most so many; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
}

/// Texts to try. Nothing is stored, nobody is told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BenchBody {
    #[schema(min_items = 1, max_items = 50)]
    pub(super) texts: Vec<BenchText>,
    /// A draft to try them with as well.
    pub(super) draft: Option<LexiconVersionId>,
}

/// A text to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BenchText {
    #[schema(example = "he give me a trap phone", min_length = 1, max_length = 4000)]
    pub(super) text: String,
    /// As whom; a young person if left out.
    pub(super) author: Option<Author>,
    /// The language of their profile.
    #[schema(example = "en", max_length = 35)]
    pub(super) language: Option<String>,
}

/// What came of the bench.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BenchView {
    /// In the order of the texts.
    pub(super) items: Vec<BenchItem>,
    /// Stored examples, also of the rules that ship, that the draft does not read as they say.
    pub(super) broken: Vec<BrokenView>,
}

/// One text, without and with the draft.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BenchItem {
    /// By the rules that are live.
    pub(super) live: VerdictView,
    /// By the draft; null without one.
    pub(super) draft: Option<VerdictView>,
}

/// What screening says of a text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VerdictView {
    severity: Option<Severity>,
    category: Option<Category>,
    /// Whether there are no rules for its language, so that a person must read it.
    unread: bool,
    findings: Vec<BenchFinding>,
}

/// One place in a text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BenchFinding {
    #[schema(example = "local.county_lines.trap_phone")]
    rule: String,
    category: Category,
    severity: Severity,
    /// In Unicode scalar values.
    start: usize,
    end: usize,
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> Self {
        let (severity, category) = (verdict.severity(), verdict.category());
        let findings = verdict
            .findings
            .into_iter()
            .map(|found: Finding| BenchFinding {
                rule: found.rule.to_string(),
                category: found.category,
                severity: found.severity,
                start: found.start,
                end: found.end,
            });
        Self {
            severity,
            category,
            unread: verdict.unread,
            findings: findings.collect(),
        }
    }
}

/// An example that is not as its rule says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BrokenView {
    /// Whose example it is.
    rule: String,
    text: String,
    /// The rule that finds it though nothing may; null if its own rule must find it and does not.
    found_by: Option<String>,
}

impl From<&Broken> for BrokenView {
    fn from(broken: &Broken) -> Self {
        Self {
            rule: broken.rule.clone(),
            text: broken.text.clone(),
            found_by: broken.found_by.as_deref().map(ToOwned::to_owned),
        }
    }
}
