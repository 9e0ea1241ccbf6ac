//! Where one comes in: signing in, signing up, and setting a password by a link.

use askama::Template;

use super::Form;

/// A page with one form, for somebody who is not signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "console/entrance.html")]
pub struct EntrancePage {
    /// Whose console it is.
    pub operator: String,
    /// What one does here.
    pub title: &'static str,
    /// What that is, in a few sentences.
    pub lead: String,
    /// What was wrong with the last try.
    pub trouble: Option<String>,
    /// What is filled in.
    pub form: Form,
}

/// The form by which one signs in.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sign_in.html")]
pub struct SignInPage {
    /// Whose console it is.
    pub operator: String,
    /// What was wrong with the last try.
    pub trouble: Option<&'static str>,
    /// What a browser is asked to sign with a passkey, in base64url.
    pub challenge: String,
    /// A provider by which members of staff sign in.
    pub provider: Option<String>,
    /// Whether a Client opens an account by itself.
    pub is_sign_up_open: bool,
    /// In the demonstration: a button for each role.
    pub one_click: Vec<OneClick>,
}

/// Somebody of the demonstration who signs in, and does not exist.
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
    use crate::console::{Field, FieldKind, tests::is_sound};

    #[test]
    fn a_plain_form_signs_in() {
        let page = SignInPage {
            operator: "Influxis".to_owned(),
            trouble: Some("That did not work."),
            challenge: "Y2g".to_owned(),
            provider: Some("login.example".to_owned()),
            is_sign_up_open: true,
            one_click: Vec::new(),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "action=\"/sign-in\"",
            "That did not work.",
            "role=\"alert\"",
            "autocomplete=\"current-password\"",
            "href=\"/recovery\"",
            "href=\"/sign-in/provider\">Sign in by login.example",
            "href=\"/sign-up\"",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("demonstration"));
        let closed = SignInPage { is_sign_up_open: false, ..page.clone() }.render().unwrap();
        assert!(!closed.contains("href=\"/sign-up\""), "{closed}");
        let one =
            OneClick { role: "auditor", email: "auditor@example.com".to_owned(), password: "known to all" };
        let html = SignInPage { trouble: None, one_click: vec![one], ..page }.render().unwrap();
        assert!(html.contains("Sign in as auditor") && !html.contains("role=\"alert\">"), "{html}");
    }

    #[test]
    fn whoever_is_not_signed_in_sees_one_form() {
        let script = "\"><script>".to_owned();
        let form = Form {
            id: "sign-up",
            action: "/sign-up".to_owned(),
            title: None,
            explains: String::new(),
            fields: vec![Field::new("company", "Company", FieldKind::Line).filled(script.clone())],
            hidden: Vec::new(),
            button: "Open an account",
        };
        let operator = script.clone();
        let page = EntrancePage {
            operator,
            title: "Open an account",
            lead: script.clone(),
            trouble: Some(script),
            form,
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("role=\"alert\"") && html.contains("<h1>Open an account</h1>"), "{html}");
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
