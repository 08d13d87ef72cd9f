//! Reading the cases of a family: its practitioner and who supervises its pod audited; whoever covers or
//! manages also says why. Nobody of the family, and no mentor.

use serde_json::json;

use super::course::{Unfit, of_family};
use super::{Standing, queries};
use crate::base::ids::{AuthorityId, FamilyId, PodId};
use crate::care::accounts::Caller;
use crate::care::audit::{Line, Needs};
use crate::care::families::actions::FamilyError;
use crate::care::families::reading::tie_to;
use crate::care::families::ties::Tie;
use crate::db::{self, Answer, View};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Only for workers.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such family, or not for this reader.
    #[error("no such family")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Whose cases, and why, for those who must say.
pub type Asked<'a> = (FamilyId, Option<&'a str>);

fn check(
    view: &mut impl View,
    caller: &Caller,
    (family, reason): Asked<'_>,
) -> Result<(), ReadError> {
    let found = tie_to(view, caller, family);
    let (_, tie) = found.map_err(|refusal| match refusal {
        FamilyError::NotAllowed => ReadError::NotAllowed,
        FamilyError::NotFound | FamilyError::Field(..) | FamilyError::ReferenceTaken => {
            ReadError::NotFound
        }
        FamilyError::Store(fault) => ReadError::Store(fault),
    })?;
    if tie == Tie::Cover && reason.is_none() {
        Err(ReadError::ReasonNeeded)
    } else {
        Ok(())
    }
}

/// What the audit needs before this person reads the cases of a family.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, asked: Asked<'_>) -> Result<Needs, ReadError> {
    check(view, caller, asked)?;
    let (family, reason) = asked;
    Ok(Needs::LineFirst(Line {
        deed: "cases.read",
        subject: "family",
        subject_id: Some(family.into()),
        about: None,
        detail: json!({}),
        reason: reason.map(ToOwned::to_owned),
    }))
}

/// Reads the cases of a family with what happened to them, the newest first. Whoever reads must have
/// been audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    asked: Asked<'_>,
) -> Result<Vec<Standing>, ReadError> {
    check(view, caller, asked)?;
    let cases = queries::of_family(view, (caller.authority_id, asked.0))?;
    let mut all = of_family(cases).map_err(corrupt)?;
    all.reverse();
    Ok(all)
}

/// How all cases of an authority stand, or those of these pods of it, without a word of them: for
/// counting. Whoever asks has checked that the caller may.
///
/// # Errors
/// If the store fails.
pub fn courses(
    view: &mut impl View,
    whose: (AuthorityId, Option<&[PodId]>),
) -> Answer<Vec<Standing>> {
    let cases = queries::of_pods(view.conn(), whose)?;
    let mut all = Vec::with_capacity(cases.len());
    for of_one in cases.chunk_by(|one, next| one.family_id == next.family_id) {
        all.extend(of_family(of_one.to_vec()).map_err(corrupt)?);
    }
    Ok(all)
}

/// What is stored was checked before it was.
fn corrupt(_unfit: Unfit) -> db::Error {
    db::Error::Corrupt("the events of a family's cases do not fit")
}
