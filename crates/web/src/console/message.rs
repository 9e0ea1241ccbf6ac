//! What a person reads where something could not be done, or was.

use askama::Template;

use crate::Language;

/// A page with one thing to say.
#[derive(Debug, Clone, Template)]
#[template(path = "console/message.html")]
pub struct MessagePage {
    /// What happened.
    pub title: String,
    /// What that means, and what to do.
    pub detail: String,
    /// Where to go on.
    pub href: &'static str,
    /// What is there.
    pub label: &'static str,
    /// In which language it is told.
    pub language: Language,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::is_sound;

    #[test]
    fn it_says_what_and_where_to_go_on() {
        let page = MessagePage {
            title: "Your role may not do this".to_owned(),
            detail: "Ask <someone> else.".to_owned(),
            href: "/console",
            label: "The console",
            language: Language::English,
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("Ask &#60;someone&#62; else.") && html.contains("href=\"/console\""), "{html}");
    }
}
