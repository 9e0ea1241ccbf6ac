//! The OpenAPI 3.1 document, made from the handlers and served at `/v1/openapi.json`.

use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// What stands around the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bailee",
        description = "Reads a privacy policy as a program: what it permits happens, what it does not permit cannot, and anyone can check afterwards.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    security(("key" = [])),
    tags(
        (name = "subjects", description = "The people whose data is held."),
        (name = "records", description = "What is held about them, sealed field by field."),
        (name = "choices", description = "What people say about purposes and recipients, and their receipts."),
        (name = "decisions", description = "What the policy permits."),
        (name = "retention", description = "Erasure and its certificates, and holds."),
        (name = "complaints", description = "What people complain of, ask and allege, and what is done about it."),
        (name = "requests", description = "What people ask for about their data, and by when it is answered."),
        (name = "outbox", description = "What is told to people by mail."),
        (name = "policy", description = "The policy and its versions."),
        (name = "accounts", description = "Clients of the operator, and API keys."),
        (name = "evidence", description = "The audit log and its proofs."),
        (name = "incidents", description = "Suspected misuse: how far it reaches, and who must be told."),
        (name = "access log", description = "Who asked for what, from where, for whoever looks for abuse."),
        (name = "events", description = "What other systems learn, and where it is delivered to."),
        (name = "running it", description = "Health and metrics."),
    ),
)]
struct Base;

/// The document before the operations.
pub(crate) fn base() -> Document {
    Base::openapi()
}

/// Adds what the derive cannot say.
pub(crate) fn finish(mut document: Document) -> Document {
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key: `bailee_…`."))
        .build();
    let components = document.components.get_or_insert_with(Default::default);
    components.security_schemes.insert("key".to_owned(), SecurityScheme::Http(key).into());
    document
}

/// The whole document.
pub fn document() -> Document {
    finish(
        utoipa_axum::router::OpenApiRouter::with_openapi(base())
            .merge(crate::routes::documented())
            .into_openapi(),
    )
}
