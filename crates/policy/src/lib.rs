//! The policy language: a privacy policy read as a program. Pure: no I/O, no async, no clock of its own.
//!
//! A TOML text becomes a [`Document`] (what was written, with positions), is checked like a program
//! (`check`), and only a document without errors becomes a [`Policy`], the form that can decide.

pub mod check;
pub mod clause;
pub mod decide;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod expect;
pub mod explain;
pub mod map;
pub mod narrow;
pub mod placeholder;
pub mod policy;
pub mod promise;
pub mod render;
pub mod replay;
#[cfg(test)]
mod shipped_policies;
mod words;

pub use clause::Clause;
pub use decide::{Decision, Facts, Question, Refusal, decide};
pub use diagnostic::{Diagnostic, Severity};
pub use diff::{Change, Diff, diff};
pub use document::Document;
pub use explain::{Explanation, explain};
pub use narrow::{Widening, widenings};
pub use policy::Policy;
pub use promise::Promise;
