//! What can go wrong with the store itself, as opposed to a rule of the domain saying no.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::base::keyring::SealError;

/// A fault of the store. None of these is the caller's doing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too much work is waiting; nothing was done. Try again soon.
    #[error("the store is busy")]
    Busy,
    /// The unit, or the commit it shared with others, failed: nothing of it is stored.
    #[error("not saved")]
    NotSaved,
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A query failed.
    #[error("a query failed: {0}")]
    Query(#[from] DieselError),
    /// A sealed value does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// A row holds what it never should.
    #[error("a stored row is not as it should be: {0}")]
    Corrupt(&'static str),
    /// A migration has run that this program does not know: it must not touch what it would misread.
    #[error("the database is newer than this program: migration {0} is not known here")]
    Newer(String),
}

impl Error {
    /// Finds the store's fault inside a room's error, whose `Store` variant has it as its source.
    pub(super) fn inside<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    /// Which kind of fault it is, in one word.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NotSaved => "not_saved",
            Self::Unreachable(_) => "unreachable",
            Self::Query(_) => "query",
            Self::Sealed(_) => "sealed",
            Self::Corrupt(_) => "corrupt",
            Self::Newer(_) => "newer",
        }
    }

    /// Whether this is a mistake of ours, which the same request sent again would meet again. Any
    /// other fault of a query is the database's (cut off, timed out, full) and passes.
    #[must_use]
    pub fn is_our_mistake(&self) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(kind, _)) => matches!(
                kind,
                DatabaseErrorKind::UniqueViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::NotNullViolation
                    | DatabaseErrorKind::CheckViolation
            ),
            Self::Query(_) | Self::Sealed(_) | Self::Corrupt(_) | Self::Newer(_) => true,
            Self::Busy | Self::NotSaved | Self::Unreachable(_) => false,
        }
    }

    /// Whether the database could not do its part: neither our mistake nor more work than it can take.
    pub(super) fn is_the_databases(&self) -> bool {
        !self.is_our_mistake() && !matches!(self, Self::Busy)
    }

    /// Whether running the same unit once more may succeed: another node was in the way.
    #[must_use]
    pub fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure,
                _,
            )) => true,
            Self::Query(DieselError::DatabaseError(_, info)) => {
                info.message().contains("deadlock detected")
            }
            Self::Query(_)
            | Self::Busy
            | Self::NotSaved
            | Self::Unreachable(_)
            | Self::Sealed(_)
            | Self::Corrupt(_)
            | Self::Newer(_) => false,
        }
    }
}

/// What a question to the database gives.
pub type Answer<T> = Result<T, Error>;
