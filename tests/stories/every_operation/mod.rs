//! What holds for every operation of the OpenAPI document: who may call it, and that it is recorded.

mod audited;
mod table;
mod unauthorised;
