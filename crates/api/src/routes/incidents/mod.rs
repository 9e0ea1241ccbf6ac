//! `/v1/incidents`

pub(crate) mod drafts;
pub(crate) mod report;
pub(crate) mod scope;
pub(crate) mod steps;
mod view;
