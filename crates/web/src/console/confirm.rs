//! Showing once more that it is oneself, before what is dangerous.

use askama::Template;

use super::{Form, Frame};

/// The password, or a passkey where there is one.
#[derive(Debug, Clone, Template)]
#[template(path = "console/confirm.html")]
pub struct ConfirmPage {
    /// What stands around it.
    pub frame: Frame,
    /// What went wrong.
    pub trouble: Option<&'static str>,
    /// The password.
    pub form: Form,
    /// Where one goes on.
    pub to: String,
    /// What a passkey is asked to sign, in base64url; none to somebody who has none.
    pub challenge: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{
        Field, FieldKind,
        tests::{frame, is_sound},
    };

    #[test]
    fn a_passkey_is_asked_for_where_there_is_one() {
        let form = Form {
            id: "confirm",
            action: "/console/confirm".to_owned(),
            title: None,
            explains: String::new(),
            fields: vec![Field::new("password", "Password", FieldKind::Password)],
            hidden: Vec::new(),
            button: "Go on",
        };
        let to = "/console/\"><script>".to_owned();
        let page = ConfirmPage { frame: frame(), trouble: None, form, to, challenge: None };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(!html.contains("data-passkey") && !html.contains("<script"), "{html}");
        let page = ConfirmPage { challenge: Some("Y2g".to_owned()), trouble: Some("No."), ..page };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in
            ["data-challenge=\"Y2g\"", "or a passkey", "action=\"/console/confirm/passkey\"", ">No.</p>"]
        {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
}
