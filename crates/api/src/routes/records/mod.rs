//! `/v1/records` and `/v1/subjects/{id}/records`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod metadata;
pub(crate) mod read;
pub(crate) mod update;
