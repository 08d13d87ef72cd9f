//! What comes in: JSON bodies, query parameters, ids in the path.
//!
//! Unreadable is 400, readable but wrong is 422 naming the field, an id that is none is 404. Unknown
//! fields are refused by the types themselves (`deny_unknown_fields`).

use std::future::{Ready, ready};
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::NaiveDate;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::problem::{FieldError, Kind, Problem};
use crate::base::civil::parse_day;
use crate::base::text::{self, BadText};
use crate::base::time::Moment;

/// No body is larger: 4,000 characters of four bytes, escaped, and room around them.
pub const MOST_BYTES: usize = 64 * 1024;
/// A list's `limit` if none is given.
pub const DEFAULT_LIMIT: i64 = 50;
/// The largest `limit`.
pub const MOST_ITEMS: i64 = 200;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let patience = patience(request);
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let payload = payload.take();
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(Kind::WrongMediaType));
            }
            parse_json(&read(payload, patience).await?).map(Self)
        })
    }
}

/// No body, or an empty one: for deeds that need no words.
#[derive(Debug)]
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (payload, patience) = (payload.take(), patience(request));
        Box::pin(async move {
            let bytes = read(payload, patience).await?;
            let text = bytes.trim_ascii();
            if text.is_empty() || text == b"{}" {
                Ok(Self)
            } else {
                Err(Problem::field("", "must be empty"))
            }
        })
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct MaybeBody<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for MaybeBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (payload, patience) = (payload.take(), patience(request));
        Box::pin(async move {
            let bytes = read(payload, patience).await?;
            if bytes.trim_ascii().is_empty() {
                Ok(Self(T::default()))
            } else {
                parse_json(&bytes).map(Self)
            }
        })
    }
}

/// How long a request may take to come in; a phone sends it in one breath. No setting changes it; tests
/// do.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Its head: the address and the headers. 408 after that.
    pub head: Duration,
    /// Its body, from when it is read. 400 after that.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
        }
    }
}

/// How long this request's body may take.
fn patience(request: &HttpRequest) -> Duration {
    let patience = request.app_data::<web::Data<Patience>>();
    patience
        .map_or_else(Patience::default, |patience| ***patience)
        .body
}

async fn read(payload: Payload, patience: Duration) -> Result<web::BytesMut, Problem> {
    let late = |_elapsed| Problem::new(Kind::Unreadable).detail("the body did not come in time");
    timeout(patience, read_on(payload)).await.map_err(late)?
}

async fn read_on(mut payload: Payload) -> Result<web::BytesMut, Problem> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken| Problem::new(Kind::Unreadable))?;
        if bytes.len().saturating_add(chunk.len()) > MOST_BYTES {
            return Err(Problem::new(Kind::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Parses JSON, naming the field that is wrong.
///
/// # Errors
/// 400 if it is no JSON, 422 if it is the wrong JSON.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Problem::field("", "must be an object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            let (name, detail) = explain(&inner.to_string());
            // Of an unknown field the path tells the name, of a missing one only the sentence.
            let pointer = match name.map(|name| format!("/{name}")) {
                Some(name) if !path.ends_with(&name) => format!("{path}{name}"),
                _ => path,
            };
            Problem::field(pointer, detail)
        } else if is_half_a_character(&inner) {
            Problem::field(path, "holds half a character")
        } else {
            unreadable_at(&inner)
        }
    })?;
    deserializer.end().map_err(|error| unreadable_at(&error))?;
    Ok(parsed)
}

/// Whether a text holds one half of a surrogate pair: some keyboards cut an emoji in two.
fn is_half_a_character(error: &serde_json::Error) -> bool {
    let said = error.to_string();
    said.contains("surrogate") || said.contains("unexpected end of hex escape")
}

fn unreadable_at(error: &serde_json::Error) -> Problem {
    Problem::new(Kind::Unreadable).detail(format!(
        "not JSON at line {}, column {}",
        error.line(),
        error.column()
    ))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{key}"),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// Turns serde's sentence into ours: a field's name, if it is about one, and what is wrong. What
/// was sent is never repeated.
fn explain(said: &str) -> (Option<String>, &'static str) {
    let quoted = || said.split('`').nth(1).map(ToOwned::to_owned);
    if said.starts_with("missing field") {
        (quoted(), "is required")
    } else if said.starts_with("unknown field") {
        (
            quoted().map(|name| name.chars().take(64).collect()),
            "is not known here",
        )
    } else if said.starts_with("duplicate field") {
        (quoted(), "is given twice")
    } else if said.starts_with("unknown variant") {
        (None, "is not one of the known names")
    } else if said.starts_with("invalid type") {
        (None, "has the wrong type")
    } else {
        (None, "is not valid")
    }
}

/// An id in the path, as `{id}`.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let id = request
            .match_info()
            .get("id")
            .and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| Problem::new(Kind::NotFound)))
    }
}

/// Query parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let parsed = web::Query::<T>::from_query(request.query_string());
        ready(
            parsed
                .map(|query| Self(query.into_inner()))
                .map_err(|error| {
                    let said = match &error {
                        actix_web::error::QueryPayloadError::Deserialize(inner) => {
                            inner.to_string()
                        }
                        other => other.to_string(),
                    };
                    let (name, detail) = explain(&said);
                    Problem::field(name.unwrap_or_else(|| "query".to_owned()), detail)
                }),
        )
    }
}

/// Gathers what is wrong with the fields of one request, so that all are named at once.
#[derive(Debug, Default)]
pub struct Wrong(Vec<FieldError>);

impl Wrong {
    /// Nothing wrong so far.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes that a field is wrong.
    pub fn note(&mut self, pointer: &str, detail: impl Into<String>) {
        self.0.push(FieldError {
            pointer: pointer.to_owned(),
            detail: detail.into(),
        });
    }

    /// A text of 1 to `most` characters, trimmed.
    pub fn text(&mut self, pointer: &str, text: &str, most: usize) -> String {
        self.keep(pointer, text::parse(text, most))
    }

    /// A single line of 1 to `most` characters, trimmed.
    pub fn line(&mut self, pointer: &str, text: &str, most: usize) -> String {
        self.keep(pointer, text::parse_line(text, most))
    }

    /// A name: a line that keeps its direction of writing.
    pub fn name(&mut self, pointer: &str, text: &str, most: usize) -> String {
        self.keep(pointer, text::parse_name(text, most))
    }

    /// A text that may be left out, but not empty.
    pub fn maybe_text(&mut self, pointer: &str, text: Option<&str>, most: usize) -> Option<String> {
        text.map(|text| self.text(pointer, text, most))
    }

    /// An e-mail address, lower case. Only its form is checked.
    pub fn email(&mut self, pointer: &str, text: &str) -> String {
        let email = self.line(pointer, text, 254).to_lowercase();
        let has_form = email.split_once('@').is_some_and(|(who, place)| {
            !who.is_empty() && place.contains('.') && !place.contains('@')
        });
        if !email.is_empty() && (!has_form || email.chars().any(char::is_whitespace)) {
            self.note(pointer, "must be an e-mail address");
        }
        email
    }

    /// A BCP 47 language tag.
    pub fn language(&mut self, pointer: &str, text: &str) -> String {
        let tag = self.line(pointer, text, 35);
        let has_form = tag.split('-').enumerate().all(|(place, part)| {
            let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            letters
                && if place == 0 {
                    (2..=3).contains(&part.len())
                } else {
                    part.len() <= 8
                }
        });
        if !tag.is_empty() && !has_form {
            self.note(pointer, "must be a language tag such as en or ur-Latn");
        }
        tag
    }

    /// A time within the years that can be meant.
    pub fn maybe_moment(&mut self, pointer: &str, text: Option<&str>) -> Option<Moment> {
        let text = text?;
        let moment = Moment::parse_rfc3339(text)
            .filter(|moment| (1970..=9999).contains(&chrono::Datelike::year(&moment.utc())));
        if moment.is_none() {
            self.note(pointer, "must be a time as RFC 3339 writes it");
        }
        moment
    }

    /// A day such as `2026-05-28`.
    pub fn day(&mut self, pointer: &str, text: &str) -> NaiveDate {
        let day = parse_day(text);
        if day.is_none() {
            self.note(pointer, "must be a day such as 2026-05-28");
        }
        day.unwrap_or_default()
    }

    /// A list's limit: 1 to [`MOST_ITEMS`].
    pub fn limit(&mut self, limit: Option<i64>) -> i64 {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST_ITEMS).contains(&limit) {
            self.note("limit", format!("must be 1 to {MOST_ITEMS}"));
        }
        limit
    }

    /// Goes on if nothing is wrong.
    ///
    /// # Errors
    /// 422 with every field that is wrong.
    pub fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::fields(self.0))
        }
    }

    fn keep(&mut self, pointer: &str, parsed: Result<String, BadText>) -> String {
        parsed.unwrap_or_else(|wrong| {
            self.note(pointer, wrong.to_string());
            String::new()
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[serde(rename = "scale")]
        _scale: u8,
    }

    #[track_caller]
    fn wrong(json: &str) -> (Kind, Option<FieldError>) {
        let problem = parse_json::<Example>(json.as_bytes()).unwrap_err();
        (problem.kind(), problem.body(None).errors.into_iter().next())
    }

    #[test]
    fn a_wrong_field_is_named_and_what_was_sent_is_not_repeated() {
        for (json, pointer) in [
            (r#"{"scale":"secret words"}"#, "/scale"),
            (r#"{"scale":900}"#, "/scale"),
            (r"{}", "/scale"),
            (r#"{"scale":1,"extra":2}"#, "/extra"),
            (r#"{"scale":1,"scale":2}"#, "/scale"),
        ] {
            let (kind, error) = wrong(json);
            let error = error.unwrap();
            assert_eq!(
                (kind, error.pointer.as_str()),
                (Kind::NotValid, pointer),
                "{json}"
            );
            assert!(!error.detail.contains("secret words"));
        }
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        for json in ["", "{", "nonsense", r#"{"scale":1} trailing"#] {
            assert_eq!(wrong(json).0, Kind::Unreadable, "{json}");
        }
    }
}
