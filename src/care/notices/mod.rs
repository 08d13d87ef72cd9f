//! Notices: each person's inbox, which tells them in one gapless sequence what happened.
//!
//! A row says that something happened and to what, never the words: what an event shows is put
//! together when it is read, under the rights its reader has by then. Rows are written by the unit
//! in which the thing happened (`Tx::tell`); here they are only read and marked as seen.

pub mod actions;
pub mod channels;
pub mod mailing;
pub mod phoning;
pub mod push;
mod queries;
pub mod retention;
pub mod sending;
pub mod texts;

use crate::base::ids::SubjectId;
use crate::base::time::Moment;

/// One row of an inbox.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Notice {
    /// Its place: 1, 2, 3, … for each person.
    pub seq: i64,
    /// What happened.
    pub event: String,
    /// To what.
    pub subject: SubjectId,
    /// Which one of it, or 0.
    pub subject_seq: i64,
    /// Facts about it as JSON.
    pub detail: Option<String>,
    /// When.
    pub at: Moment,
}

/// How far an inbox goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The newest place given out; 0 if there is none.
    pub head: i64,
    /// The oldest row that is still kept; one beyond the head if none is.
    pub oldest: i64,
    /// How far the person has seen it.
    pub seen: i64,
}

impl Standing {
    /// Whether everything after `after` is still here, so that nothing would be missed.
    #[must_use]
    pub const fn reaches_back_to(&self, after: i64) -> bool {
        after >= self.oldest.saturating_sub(1) && after <= self.head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_reaches_back_to_just_before_its_oldest_row() {
        let standing = Standing {
            head: 9,
            oldest: 5,
            seen: 0,
        };

        assert!(!standing.reaches_back_to(3));
        assert!(standing.reaches_back_to(4));
        assert!(standing.reaches_back_to(9));
        assert!(!standing.reaches_back_to(10));
    }

    #[test]
    fn an_empty_inbox_reaches_back_to_its_beginning_alone() {
        let standing = Standing {
            head: 0,
            oldest: 1,
            seen: 0,
        };

        assert!(standing.reaches_back_to(0));
        assert!(!standing.reaches_back_to(-1));
        assert!(!standing.reaches_back_to(1));
    }
}
