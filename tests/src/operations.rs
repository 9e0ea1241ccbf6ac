//! The operations that the server says it has: tables over all of them cannot forget one.

use crate::Server;

/// An operation of the OpenAPI document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name, for example `createRecord`.
    pub id: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// Its path, with `{parameters}`.
    pub path: String,
    /// Whether it says that it needs no key.
    pub is_open: bool,
}

impl Operation {
    /// Whether it changes anything.
    pub fn is_mutating(&self) -> bool {
        self.method != "GET"
    }
}

/// Every operation at `/v1/openapi.json`.
///
/// # Panics
/// The document is not as OpenAPI 3.1 wants it.
pub fn operations(server: &Server) -> Vec<Operation> {
    let document = server.call("GET", "/v1/openapi.json").send().expect(200);
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("the document has paths") {
        for (method, described) in methods.as_object().expect("a path has methods") {
            let id = described["operationId"].as_str().expect("an operation has an id").to_owned();
            let is_open = described["security"] == serde_json::json!([{}]);
            all.push(Operation { id, method: method.to_uppercase(), path: path.clone(), is_open });
        }
    }
    assert!(!all.is_empty(), "the document has no operations");
    all
}
