//! The description of the API, generated from the handlers themselves.

use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterBuilder};
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi as OpenApiDocument, RefOr};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt;

use super::problem::settle;

/// What was sent and got once, by a test that does it again each time.
const EXAMPLES: &str = include_str!("../../api-spec/examples.json");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Daybook",
        description = "How families of children in need stay in touch with their peer mentor, \
            safely. Errors are RFC 9457 problems; see api-spec/problems.md. The live socket is \
            described in /api-spec/asyncapi.yaml.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(super::problem::ProblemBody, super::problem::FieldError)),
    modifiers(&Bearer),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, spec: &mut utoipa::openapi::OpenApi) {
        let components = spec.components.get_or_insert_with(Default::default);
        components.add_security_scheme(
            "access_token",
            SecurityScheme::Http(
                Http::builder()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .build(),
            ),
        );
    }
}

/// The description of every address in [`super::routes`], as OpenAPI 3.1.
#[must_use]
pub fn api_spec() -> OpenApiDocument {
    let (_app, mut spec) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Description::openapi())
        .configure(super::routes)
        .split_for_parts();
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let mut components = spec.components.take().unwrap_or_default();
    for (path, item) in &mut spec.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
                settle(method, operation, &mut components);
                let name = format!("{} {path}", method.to_uppercase());
                if let Some(example) = examples.get(name.replace("/api/v1", "")) {
                    attach(example, operation);
                }
            }
        }
    }
    close(&mut components);
    spec.components = Some(components);
    spec
}

/// What is one of several by its only field takes no other field.
fn close(components: &mut Components) {
    for schema in components.schemas.values_mut() {
        let RefOr::T(Schema::OneOf(choice)) = schema else {
            continue;
        };
        for one in &mut choice.items {
            if let RefOr::T(Schema::Object(one)) = one
                && one.required.len() == 1
                && one.properties.len() == 1
            {
                let none = AdditionalProperties::FreeForm(false);
                one.additional_properties = Some(Box::new(none));
            }
        }
    }
}

/// Gives an operation what the story of `tests/it/examples/` sent to it and got.
fn attach(example: &Value, operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(value) = example["parameters"].get(&parameter.name)
        {
            let known = ParameterBuilder::from(std::mem::take(parameter));
            *parameter = known.example(Some(value.clone())).build();
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        put(example.get("body"), body.content.values_mut());
    }
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(answer) = answer {
            put(example["answers"].get(status), answer.content.values_mut());
        }
    }
}

fn put<'c>(example: Option<&Value>, contents: impl Iterator<Item = &'c mut RefOr<Content>>) {
    for content in contents {
        if let (RefOr::T(content), Some(example)) = (content, example) {
            content.example = Some(example.clone());
        }
    }
}

/// A name for an operation that is unique by itself: method and address. The handlers' own names
/// are short because each stands in its room's file, so many are called `list`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.trim_start_matches("/api/v1");
    let parts = path.split(['/', '-', '.']).filter(|part| !part.is_empty());
    let parts = parts.map(|part| part.trim_matches(['{', '}']));
    std::iter::once(method)
        .chain(parts)
        .collect::<Vec<_>>()
        .join("_")
}
