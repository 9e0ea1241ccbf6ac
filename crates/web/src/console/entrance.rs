//! Where one comes in: signing in, and setting a password by the link of an invitation.

use askama::Template;

/// The form by which one signs in.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sign_in.html")]
pub struct SignInPage {
    /// Whose console it is.
    pub operator: String,
    /// What was wrong with the last try.
    pub trouble: Option<&'static str>,
    /// In the demonstration: a button for each role.
    pub one_click: Vec<OneClick>,
}

/// A member of staff of the demonstration, who does not exist.
#[derive(Debug, Clone)]
pub struct OneClick {
    /// As what.
    pub role: &'static str,
    /// Their address.
    pub email: String,
    /// Their password, which everybody knows.
    pub password: &'static str,
}

/// The form by which a password is set.
#[derive(Debug, Clone, Template)]
#[template(path = "console/invitation.html")]
pub struct InvitationPage {
    /// Whose console it is.
    pub operator: String,
    /// The link that opened it.
    pub link: String,
    /// What was wrong with the last try.
    pub trouble: Option<String>,
    /// The fewest characters of a password.
    pub characters: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::is_sound;

    #[test]
    fn a_plain_form_signs_in() {
        let page = SignInPage {
            operator: "Influxis".to_owned(),
            trouble: Some("That did not work."),
            one_click: Vec::new(),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "action=\"/sign-in\"",
            "That did not work.",
            "role=\"alert\"",
            "autocomplete=\"current-password\"",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("demonstration"));
        let one =
            OneClick { role: "auditor", email: "auditor@example.com".to_owned(), password: "known to all" };
        let html = SignInPage { trouble: None, one_click: vec![one], ..page }.render().unwrap();
        assert!(html.contains("Sign in as auditor") && !html.contains("role=\"alert\""), "{html}");
    }

    #[test]
    fn a_link_is_text_and_never_markup() {
        let page = InvitationPage {
            operator: "Influxis".to_owned(),
            link: "\"><script>".to_owned(),
            trouble: None,
            characters: 12,
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(
            html.contains("minlength=\"12\"") && html.contains("autocomplete=\"new-password\""),
            "{html}"
        );
    }
}
