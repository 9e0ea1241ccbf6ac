//! `/v1/events` and `/v1/webhooks`

mod listed;
mod webhooks;
