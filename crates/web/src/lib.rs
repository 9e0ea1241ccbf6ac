//! The pages that people see: each has a typed context and renders in a unit test. Nothing here knows a store, a
//! policy or a request; `api` fills the contexts in.

mod assessment;
pub mod console;
mod front;
mod package;
pub mod privacy;
mod problem;

pub use askama::{Error as RenderError, Template};
pub use assessment::{AssessmentPage, AssessmentRow};
pub use front::{FrontPage, Status, Tile};
pub use package::{PackageField, PackageFoot, PackageHead, PackageReading, PackageReadings, PackageRecord};
pub use problem::ProblemPage;

/// The one stylesheet of every page, served at `/assets/bailee.css`.
pub const STYLESHEET: &str = include_str!("../assets/bailee.css");
