//! A page a kind of problem: where the `type` of a problem document leads.

use askama::Template;

/// What one kind of problem means.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// The last part of its address.
    pub slug: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status that comes with it.
    pub status: u16,
    /// What happened.
    pub meaning: &'static str,
    /// What whoever sent the request does now.
    pub remedy: &'static str,
}

impl ProblemPage {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that this context can cause; the template engine's signature has one.
    pub fn html(&self) -> Result<String, crate::RenderError> {
        self.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_explained() {
        let page = ProblemPage {
            slug: "stale",
            title: "The record was changed since",
            status: 412,
            meaning: "Someone <else> was faster.",
            remedy: "Read it again.",
        };
        let html = page.html().unwrap();
        assert!(html.contains("<h1>The record was changed since</h1>"), "{html}");
        assert!(html.contains("412"));
        assert!(html.contains("Someone &#60;else&#62; was faster."));
    }
}
