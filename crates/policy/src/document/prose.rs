//! The prose: sections that tell people what the declarations do, and statements that bind them.

use serde::Deserialize;
use toml::Spanned;

use super::{Name, Names};

/// One section of the public page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its number, counted from 1.
    pub number: Spanned<u16>,
    /// Its heading.
    pub title: Name,
    /// The promises it makes (ids of the promise registry).
    #[serde(default)]
    pub promises: Names,
    /// Markdown. A duration, recipient, cookie, region or deadline is a placeholder such as
    /// `{{retention.access_log}}`, resolved from the declarations.
    pub text: Spanned<String>,
    /// What this section says may happen; the checker proves that the declarations grant it.
    #[serde(default)]
    pub permits: Vec<Spanned<Statement>>,
    /// What this section says never happens; it binds over every declaration.
    #[serde(default)]
    pub refuses: Vec<Spanned<Statement>>,
}

/// A set of uses of data. What is left out means any.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Whose data.
    pub role: Option<Name>,
    /// Which category.
    pub category: Option<Name>,
    /// For which purpose.
    pub purpose: Option<Name>,
    /// For which recipient; left out, it says nothing about recipients and covers them all.
    pub recipient: Option<Name>,
}
