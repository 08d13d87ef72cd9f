//! The problems an address may answer with, described once for the API's description.

use utoipa::IntoResponses;

use super::ProblemBody;

/// What any address that needs a token may answer.
#[derive(IntoResponses)]
pub enum Problems {
    /// The request cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(ProblemBody),
    /// No valid access token.
    #[response(status = 401, content_type = "application/problem+json")]
    SignInAgain(ProblemBody),
    /// The account is not active, or the role may not do this.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(ProblemBody),
    /// It does not exist, or the caller may not know that it does.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// It was done before, or cannot be done now.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongMediaType(ProblemBody),
    /// A field is not right.
    #[response(status = 422, content_type = "application/problem+json")]
    NotValid(ProblemBody),
    /// Too many tries.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
    /// A fault of ours.
    #[response(status = 500, content_type = "application/problem+json")]
    Fault(ProblemBody),
    /// Not saved, or too busy; send it again.
    #[response(status = 503, content_type = "application/problem+json")]
    NotSaved(ProblemBody),
}
