//! The policy as a page for people: HTML and Markdown. Sections say what the declarations do, and the tables
//! below them list every declaration, so that nothing is declared that cannot be read.

mod escape;
mod html;
mod markdown;
mod prose;
mod tables;
#[cfg(test)]
mod tests;

pub use escape::markdown as markdown_text;
pub use html::{Notice, html};
pub use markdown::markdown;
