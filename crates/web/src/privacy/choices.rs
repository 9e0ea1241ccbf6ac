//! What the person says yes or no to.

use askama::Template;

use super::Frame;

/// All that is left to the person.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/choices.html")]
pub struct ChoicesPage {
    /// What stands around it.
    pub frame: Frame,
    /// What they decide about.
    pub lines: Vec<ChoiceLine>,
}

/// Something that they decide about.
#[derive(Debug, Clone)]
pub struct ChoiceLine {
    /// The purpose or the recipient.
    pub about: String,
    /// What the policy calls it.
    pub label: String,
    /// What is asked.
    pub asked: String,
    /// What they said, and what that means.
    pub stands: &'static str,
    /// The choice of which there is a receipt.
    pub receipt: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{console::tests::is_sound, privacy::tests::frame};

    fn line(stands: &'static str) -> ChoiceLine {
        ChoiceLine {
            about: "purposes.marketing".to_owned(),
            label: "news".to_owned(),
            asked: "May <Influxis> write to you?".to_owned(),
            stands,
            receipt: stands.starts_with("You said").then(|| "cho_1".to_owned()),
        }
    }

    #[test]
    fn a_no_is_as_easy_as_a_yes() {
        let page = ChoicesPage { frame: frame(), lines: vec![line("You have not said.")] };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("You have not said") && html.contains("May &#60;Influxis&#62;"), "{html}");
        let button = |answer: &str| {
            format!("<button class=\"plain\" type=\"submit\" name=\"answer\" value=\"{answer}\"")
        };
        assert_eq!((html.matches(&button("yes")).count(), html.matches(&button("no")).count()), (1, 1));
        let html = ChoicesPage { lines: vec![line("You said yes."), line("You said no.")], ..page.clone() }
            .render()
            .unwrap();
        assert!(html.contains("You said yes") && html.contains("You said no"), "{html}");
        assert_eq!(html.matches("/privacy/receipts/cho_1").count(), 2);
        let html = ChoicesPage { lines: Vec::new(), ..page }.render().unwrap();
        is_sound(&html);
        assert!(html.contains("leaves nothing to choose"), "{html}");
    }
}
