//! Problems: what a caller is told when something is not done (RFC 9457).
//!
//! The only place that knows HTTP statuses. Each kind has one line in `api-spec/problems.md`. A
//! problem never repeats what was sent, and a fault of ours never tells its inside.

mod accounts;
mod alerts;
mod audit;
mod cases;
mod check_ins;
mod contact_log;
mod contact_plans;
mod conversations;
mod evaluation;
mod goals;
mod handover_notes;
mod handovers;
mod help_lines;
mod lexicon;
mod pods;
mod push;
mod reading_hours;
mod reminders;
mod responses;
mod safeguarding;
mod waiting;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};

use crate::db;

pub(in crate::edge) use responses::settle;
pub use responses::{
    AlreadyDone, BeforeSecondFactor, EvenIfSuspended, EveryRole, IdUsed, Locked, NotActive,
    NotAllowed, NotFound, Problems, SecondFactorNeeded, SignInAgain, TooMany, Unreadable,
    WrongSecret, WrongState,
};

/// The kinds of problem, each with its slug, status and title.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal, $title:literal;)+) => {
        /// Every kind of problem there is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name),+ }

        impl Kind {
            /// Every kind, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The last part of its `type` URI.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// Its HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// What it says to people.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

kinds! {
    /// The body cannot be read at all.
    Unreadable = "unreadable", 400, "The request cannot be read";
    /// No valid access token, or the device was signed out.
    SignInAgain = "sign-in-again", 401, "Sign in again";
    /// Wrong e-mail, password, PIN, one-time code or refresh token.
    WrongSecret = "wrong-secret", 401, "These sign-in details are not right";
    /// A one-time code is wanted beside the password.
    SecondFactorNeeded = "second-factor-needed", 401, "A one-time code is needed";
    /// The device is right, and its owner's PIN comes first.
    Locked = "locked", 401, "Unlock this device with the PIN";
    /// The account is suspended or has departed.
    NotActive = "not-active", 403, "This account is not active";
    /// This role may not do this.
    NotAllowed = "not-allowed", 403, "Your role may not do this";
    /// It does not exist, or the caller may not know that it does.
    NotFound = "not-found", 404, "Not found";
    /// The address exists, but not with this method.
    MethodNotAllowed = "method-not-allowed", 405, "This address does not take this method";
    /// The same id was used before with something else in it.
    IdUsed = "id-used", 409, "This id was used before with another content";
    /// Somebody else was first.
    AlreadyDone = "already-done", 409, "Somebody has already done this";
    /// The thing is not in the state this needs.
    WrongState = "wrong-state", 409, "This cannot be done now";
    /// The body is larger than this address takes.
    TooLarge = "too-large", 413, "The request is too large";
    /// The body is not `application/json`.
    WrongMediaType = "wrong-media-type", 415, "The body must be application/json";
    /// Readable, but a field is wrong; `errors` names each.
    NotValid = "not-valid", 422, "A field is not right";
    /// Too many tries; `Retry-After` says when to come back.
    TooMany = "too-many", 429, "Too many tries; wait a little";
    /// A fault of ours.
    Fault = "fault", 500, "Something went wrong on our side";
    /// Nothing was saved; the same request may be sent again.
    NotSaved = "not-saved", 503, "Not saved; send it again";
    /// Too much is waiting; nothing was done.
    Busy = "busy", 503, "Too busy just now";
}

/// What is said where a second person may be the first under another account.
const NOT_TWO_PEOPLE: &str = "somebody else must: in the last thirty days one of you was let in, or given \
    their account back, by the other's code, or both by the same person's";

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer to the field, the name of a query parameter, or the rule whose example fails.
    #[schema(example = "/body")]
    pub pointer: String,
    /// What is wrong with it.
    #[schema(example = "must not be empty")]
    pub detail: String,
}

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    retry_after_s: Option<u64>,
    by: Option<Box<serde_json::Value>>,
    current: Option<Box<serde_json::Value>>,
}

/// A problem on the wire: `application/problem+json`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem for ever; explained in `api-spec/problems.md`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-valid")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// More about this one occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request's id, as in the log and the `x-request-id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The fields that are wrong; of a lexicon that cannot be published, the examples that fail.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<FieldError>,
    /// With `already-done`: who was first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub by: Option<serde_json::Value>,
    /// With `already-done` of a text that has versions: the one that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<serde_json::Value>,
}

impl Problem {
    /// A problem of this kind, with nothing more to say.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            errors: Vec::new(),
            retry_after_s: None,
            by: None,
            current: None,
        }
    }

    /// Adds what is special about this one.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// One field is wrong.
    #[must_use]
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError {
            pointer: pointer.into(),
            detail: detail.into(),
        }])
    }

    /// Several fields are wrong.
    #[must_use]
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(Kind::NotValid);
        problem.errors = errors;
        problem
    }

    /// Names what it is about, one by one.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Says when to come back, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// When to come back, in seconds, if that was said.
    #[must_use]
    pub const fn retry_after_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// Says who was first.
    #[must_use]
    pub fn by(mut self, who: serde_json::Value) -> Self {
        self.by = Some(Box::new(who));
        self
    }

    /// Shows the version that stands in place of the one that was sent.
    #[must_use]
    pub fn current(mut self, version: serde_json::Value) -> Self {
        self.current = Some(Box::new(version));
        self
    }

    /// A fault of ours becomes "not saved, send it again": what was to be saved first was not.
    #[must_use]
    pub fn unless_saved(self) -> Self {
        if self.kind == Kind::Fault {
            Self::new(Kind::NotSaved).retry_after(1)
        } else {
            self
        }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The problem as it goes over the wire.
    #[must_use]
    pub fn body(&self, instance: Option<String>) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.kind.slug()),
            title: self.kind.title().to_owned(),
            status: self.kind.status(),
            detail: self.detail.clone(),
            instance,
            errors: self.errors.clone(),
            by: self.by.as_deref().cloned(),
            current: self.current.as_deref().cloned(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.slug())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        if let Some(seconds) = self.retry_after_s {
            response.insert_header((header::RETRY_AFTER, HeaderValue::from(seconds)));
        }
        if self.kind == Kind::SignInAgain {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.json(self.body(super::request::current_id()))
    }
}

impl From<db::Error> for Problem {
    fn from(fault: db::Error) -> Self {
        if matches!(fault, db::Error::Busy) {
            return Self::new(Kind::Busy).retry_after(1);
        }
        tracing::error!(error = %fault, "a unit of work failed");
        if fault.is_our_mistake() {
            Self::new(Kind::Fault)
        } else {
            Self::new(Kind::NotSaved).retry_after(1)
        }
    }
}
