//! `/v1/subjects`

pub(crate) mod age;
pub(crate) mod choices;
pub(crate) mod create;
pub(crate) mod lookup;
pub(crate) mod merge;
pub(crate) mod read;
pub(crate) mod triggers;
