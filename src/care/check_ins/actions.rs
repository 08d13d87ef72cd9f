//! Checking in.

use std::borrow::Cow;

use super::rhythm::answering;
use super::{CHECK_IN_CREATED, CheckIn, NewCheckIn, following, queries, templates};
use crate::base::ids::AccountId;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::families::ties;
use crate::care::follow_ups::actions as follow_ups;
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::screen::Lexicon;
use crate::care::safeguarding::{
    Reading, Said, Screened, Source, SourceKind, actions as safeguarding, still_valid,
};
use crate::care::words::Author;
use crate::db::{self, Answer, Telling, Tx, Urgency, View};

/// Why a check-in was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CheckInError {
    /// Only family members check in.
    #[error("only for family members")]
    NotAllowed,
    /// This person used the id before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// A field names what there is not.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Stores a check-in with its screening, makes of the words and of the answer about safety what
/// must be made, opens a follow-up if it gives reason for one, and tells who reads it; true if it is
/// new. What somebody says who may not act is held: it goes to no mentor, now or later. The same again
/// gives the first. A correction is a check-in of its own: what it corrects stays,
/// with all that was made of it.
///
/// # Errors
/// If the caller is no family member, used the id for something else, or names what there is not.
pub fn check_in(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewCheckIn,
) -> Result<(CheckIn, bool), CheckInError> {
    let (Role::FamilyMember, Some(author)) = (caller.role, caller.author()) else {
        return Err(CheckInError::NotAllowed);
    };
    let check_in = CheckIn {
        family_member_id: caller.account_id,
        id: new.id,
        scale: new.scale,
        parts: new.parts.clone(),
        wants_contact: new.wants_contact,
        someone_makes_me_unsafe: new.someone_makes_me_unsafe,
        template: new.template.clone(),
        corrects: new.corrects,
        received_at: tx.now(),
        is_held: caller.status != Status::Active,
    };
    if let Some(stored) = queries::check_in(tx, caller, new.id)? {
        let same = CheckIn {
            received_at: stored.received_at,
            is_held: stored.is_held,
            ..check_in
        };
        return if stored == same {
            Ok((stored, false))
        } else {
            Err(CheckInError::IdUsed)
        };
    }
    check_what_it_names(tx, caller, new)?;
    let lexicon = lexicons.live(tx, caller)?;
    let screened = screening(&lexicon, new, (author, &caller.language));
    queries::insert(tx, caller, &check_in, &screened)?;
    let source = Source {
        kind: SourceKind::CheckIn,
        author_id: caller.account_id,
        id: new.id.into(),
    };
    let said = Said {
        about: caller.account_id,
        source,
        screened: &screened,
        at: check_in.received_at,
    };
    safeguarding::heed(tx, &said)?;
    if let Some(worry) = new.someone_makes_me_unsafe.and_then(super::Safety::worry) {
        safeguarding::heed_tap(tx, (caller.account_id, source), worry)?;
    }
    let readers = if check_in.is_held {
        ties::answers_for(tx, caller.account_id)?
    } else {
        ties::works_with(tx, caller.account_id)?
    };
    tell(tx, caller, &check_in, &readers);
    if !check_in.is_held {
        answers(tx, &check_in)?;
    }
    following::follow_up(tx, caller, &check_in, &readers)?;
    Ok((check_in, true))
}

/// They have been heard from, and have answered what they were asked. What is held does neither: their mentor
/// would see by it that there is something.
fn answers(tx: &mut Tx<'_>, check_in: &CheckIn) -> Answer<()> {
    // A correction says how it was then, and answers nothing that was asked since.
    if check_in.corrects.is_none() {
        answering::answered(tx, check_in.family_member_id, check_in.id)?;
    }
    follow_ups::heard_from(tx, check_in.family_member_id)
}

/// A correction is of one's own check-in, and of the first answer, not of another correction.
fn check_what_it_names(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewCheckIn,
) -> Result<(), CheckInError> {
    if let Some(first) = new.corrects {
        let first = queries::check_in(tx, caller, first)?;
        let first = first.ok_or(CheckInError::Field("/corrects", "is none of yours"))?;
        if first.corrects.is_some() {
            let wrong = "is a correction: name what it corrects";
            return Err(CheckInError::Field("/corrects", wrong));
        }
    }
    if let Some(template) = &new.template
        && !templates::is_known(tx, caller, template)?
    {
        return Err(CheckInError::Field("/template", "is not known"));
    }
    Ok(())
}

/// What screening says of the words; of none it has nothing to say.
fn screening<'a>(
    lexicon: &Lexicon,
    new: &'a NewCheckIn,
    (author, language): (Author, &str),
) -> Cow<'a, Screened> {
    match new.parts.words() {
        Some(words) => still_valid(new.screened.as_ref(), lexicon, &words, (author, language)),
        None => Cow::Owned(Screened {
            reading: Reading::Clear,
            unread: false,
            findings: Vec::new(),
            lexicon_version: lexicon.version().to_owned(),
            author,
        }),
    }
}

/// Tells the mentor and the practitioner that there is a check-in: the same whatever it says.
fn tell(tx: &mut Tx<'_>, caller: &Caller, check_in: &CheckIn, readers: &[AccountId]) {
    let detail = serde_json::json!({"family_member_id": caller.account_id}).to_string();
    for to in readers {
        tx.tell(Telling {
            to: *to,
            event: CHECK_IN_CREATED,
            subject: check_in.id.into(),
            subject_seq: 0,
            detail: Some(detail.clone()),
            urgency: Urgency::Usual,
        });
    }
}
