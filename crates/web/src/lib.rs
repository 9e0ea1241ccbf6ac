//! The pages that people see: each has a typed context and renders in a unit test. Nothing here knows a store, a
//! policy or a request; `api` fills the contexts in.

mod assessment;
pub mod console;
mod front;
mod language;
mod package;
pub mod privacy;
mod problem;

pub use askama::{Error as RenderError, Template};
pub use assessment::{AssessmentPage, AssessmentRow};
pub use front::{FrontPage, Status, Tile};
pub use language::Language;
pub use package::{PackageField, PackageFoot, PackageHead, PackageReading, PackageReadings, PackageRecord};
pub use problem::ProblemPage;

/// The one stylesheet of every page, served at `/assets/bailee.css`.
pub const STYLESHEET: &str = include_str!("../assets/bailee.css");

/// The one script, of the pages where a browser offers passkeys, served at `/assets/passkeys.js`.
pub const PASSKEYS_SCRIPT: &str = include_str!("../assets/passkeys.js");
