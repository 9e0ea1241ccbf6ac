//! REST and OpenAPI: JSON in, JSON out, problem documents for everything else. Handlers are thin; the order of
//! steps is in `service`, the decisions are in `gate`.

pub mod bundle;
mod extract;
mod front;
mod limits;
mod logged;
mod openapi;
mod package;
pub mod problem;
mod routes;
mod state;

pub use front::OwnFront;
pub use limits::Limits;
pub use openapi::document;
pub use problem::Problem;
pub use routes::router;
pub use state::{Advance, ApiState, DEMONSTRATION_PASSWORD, DEMONSTRATION_PERSON, demonstration_address};
