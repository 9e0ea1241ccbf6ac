//! `/v1/records` and `/v1/subjects/{id}/records`

mod create;
mod delete;
mod list;
mod metadata;
mod read;
mod update;
