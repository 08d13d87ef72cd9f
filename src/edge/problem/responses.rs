//! The problems each address may answer with, as the description of the API declares them.
//!
//! A handler lists [`Problems`] for what follows from its form (a token, an id, a body, parameters)
//! and beside it what is special about it, by name. [`settle`] makes statuses of them. An answer
//! that is not declared fails whichever test receives it (`tests/it/support/description.rs`); one
//! that is declared and never seen fails `scripts/answers`. A fault of ours is never declared.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::IntoResponses;
use utoipa::openapi::example::Example;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{Components, ContentBuilder, RefOr, Response, ResponseBuilder};

use super::{FieldError, Kind, Problem};

type Responses = BTreeMap<String, RefOr<Response>>;

/// Begins what a handler says here, until [`settle`] makes answers of it.
const ADDS: &str = "adds ";
const LACKS: &str = "lacks ";
const FORM: &str = "form";

/// What follows from the form of an address.
///
/// With a token 401 and 403, and a reading may be one too many (429); with an id 404; with a body
/// 400, 413, 415 and 422; with parameters 422; and 503 always.
#[derive(Debug)]
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> Responses {
        noted(FORM.to_owned())
    }
}

fn noted(what: String) -> Responses {
    BTreeMap::from([(what, Response::default().into())])
}

/// What is special about an address: what it may answer beside its form, or never does.
macro_rules! special {
    ($($(#[$doc:meta])* $name:ident = $what:ident $kind:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> Responses {
                noted(format!("{}{}", $what, Kind::$kind.slug()))
            }
        }
    )+};
}

special! {
    /// Open to every role: what somebody may not know of is not found.
    EveryRole = LACKS NotAllowed;
    /// Open to suspended people too.
    EvenIfSuspended = LACKS NotActive;
    /// Open to whoever has yet to set up the second factor their role must have.
    BeforeSecondFactor = LACKS SecondFactorNeeded;
    /// It takes no plain HTTP.
    Unreadable = ADDS Unreadable;
    /// The device is not enrolled any more.
    SignInAgain = ADDS SignInAgain;
    /// It compares a secret.
    WrongSecret = ADDS WrongSecret;
    /// It takes a family member's device, which may be locked.
    Locked = ADDS Locked;
    /// It asks for a one-time code.
    SecondFactorNeeded = ADDS SecondFactorNeeded;
    /// It tells who proved who they are that their account is not active.
    NotActive = ADDS NotActive;
    /// It refuses some callers, though it asks for no token.
    NotAllowed = ADDS NotAllowed;
    /// What it is about is named elsewhere than in the address.
    NotFound = ADDS NotFound;
    /// The client makes the id.
    IdUsed = ADDS IdUsed;
    /// Somebody may be first.
    AlreadyDone = ADDS AlreadyDone;
    /// It needs a certain state.
    WrongState = ADDS WrongState;
    /// It counts how often somebody comes.
    TooMany = ADDS TooMany;
}

/// Makes answers of what a handler listed, and puts those that are shared into `components`.
pub(in crate::edge) fn settle(
    method: &str,
    operation: &mut Operation,
    components: &mut Components,
) {
    let named: Vec<String> = operation.responses.responses.keys().cloned().collect();
    let mut kinds = Vec::new();
    if operation.responses.responses.remove(FORM).is_some() {
        kinds = of_form(method, &json!(operation));
    }
    for name in named {
        let adds = name.strip_prefix(ADDS).and_then(of_slug);
        let lacks = name.strip_prefix(LACKS).and_then(of_slug);
        if adds.is_some() || lacks.is_some() {
            operation.responses.responses.remove(&name);
        }
        kinds.extend(adds);
        kinds.retain(|kind| Some(*kind) != lacks);
    }
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in Kind::ALL.iter().filter(|kind| kinds.contains(kind)) {
        by_status.entry(kind.status()).or_default().push(*kind);
    }
    for (status, kinds) in by_status {
        let slugs: Vec<&str> = kinds.iter().map(|kind| kind.slug()).collect();
        let name = slugs.join(".");
        let answer = Ref::from_response_name(&name);
        let responses = &mut operation.responses.responses;
        responses.insert(status.to_string(), answer.into());
        let shared = components.responses.entry(name);
        shared.or_insert_with(|| response(&kinds).into());
    }
}

fn of_slug(slug: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.slug() == slug)
}

/// What follows from the form of an address, read from its description.
fn of_form(method: &str, operation: &Value) -> Vec<Kind> {
    let mut kinds = vec![Kind::NotSaved, Kind::Busy];
    let ways_in = operation["security"].as_array();
    let must_be_signed = ways_in.is_some_and(|ways| {
        !ways.is_empty()
            && ways
                .iter()
                .all(|way| way.as_object().is_some_and(|way| !way.is_empty()))
    });
    if must_be_signed {
        kinds.extend([Kind::SignInAgain, Kind::SecondFactorNeeded]);
        kinds.extend([Kind::NotActive, Kind::NotAllowed]);
        if method == "get" {
            kinds.push(Kind::TooMany);
        }
    }
    let parameters = operation["parameters"].as_array();
    let has = |place: &str| {
        parameters
            .into_iter()
            .flatten()
            .any(|one| one["in"] == place)
    };
    if has("path") {
        kinds.push(Kind::NotFound);
    }
    if has("query") {
        kinds.push(Kind::NotValid);
    }
    let body = &operation["requestBody"];
    // Where there is nothing to say, what comes is still read: it must be empty.
    if body.is_object() || method == "post" {
        kinds.extend([Kind::Unreadable, Kind::TooLarge, Kind::NotValid]);
    }
    if body["required"] == true {
        kinds.push(Kind::WrongMediaType);
    }
    kinds
}

/// One status, with an example of each kind of problem it may stand for.
fn response(kinds: &[Kind]) -> Response {
    let titles: Vec<&str> = kinds.iter().map(|kind| kind.title()).collect();
    let examples = kinds.iter().map(|kind| {
        let mut example = Example::default();
        kind.title().clone_into(&mut example.summary);
        example.value = Some(json!(example_of(*kind)));
        (kind.slug(), RefOr::T(example))
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    let mut response = ResponseBuilder::new()
        .description(titles.join("; or: "))
        .content("application/problem+json", content);
    let says_when = |kind: &Kind| matches!(kind, Kind::TooMany | Kind::NotSaved | Kind::Busy);
    if kinds.iter().any(says_when) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
        let mut header = Header::new(seconds);
        header.description = Some("Seconds until it may be sent again".to_owned());
        response = response.header("Retry-After", header);
    }
    response.build()
}

fn example_of(kind: Kind) -> super::ProblemBody {
    let problem = match kind {
        Kind::NotValid => Problem::fields(vec![FieldError {
            pointer: "/body".to_owned(),
            detail: "must not be empty".to_owned(),
        }]),
        Kind::Unreadable => Problem::new(kind).detail("not JSON at line 1, column 12"),
        Kind::AlreadyDone => Problem::new(kind).detail("this match has ended"),
        Kind::WrongState => Problem::new(kind).detail("nobody has acknowledged it yet"),
        Kind::SignInAgain
        | Kind::WrongSecret
        | Kind::SecondFactorNeeded
        | Kind::NotActive
        | Kind::NotAllowed
        | Kind::NotFound
        | Kind::MethodNotAllowed
        | Kind::IdUsed
        | Kind::TooLarge
        | Kind::WrongMediaType
        | Kind::TooMany
        | Kind::Fault
        | Kind::NotSaved
        | Kind::Locked
        | Kind::Busy => Problem::new(kind),
    };
    problem.body(Some("019e8238-9f80-7a3c-8d5e-2b1f6c4a9d70".to_owned()))
}
