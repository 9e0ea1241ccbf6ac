//! The passkeys of whoever is signed in.

use askama::Template;

use super::{Frame, Moment};

/// One's own passkeys, and the form that adds one.
#[derive(Debug, Clone, Template)]
#[template(path = "console/passkeys.html")]
pub struct PasskeysPage {
    /// What stands around it.
    pub frame: Frame,
    /// Those there are.
    pub lines: Vec<PasskeyLine>,
    /// What the browser is asked to sign, in base64url.
    pub challenge: String,
    /// What the passkey will know its person by, in base64url.
    pub user: String,
}

/// A passkey.
#[derive(Debug, Clone)]
pub struct PasskeyLine {
    /// Its id.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// When it was added.
    pub added: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::{frame, is_sound, moment};

    #[test]
    fn each_passkey_can_be_removed_and_a_name_is_only_text() {
        let line = PasskeyLine {
            id: "cred".to_owned(),
            name: "<script>alert(1)</script>".to_owned(),
            added: moment(),
        };
        let page = PasskeysPage {
            frame: frame(),
            lines: vec![line],
            challenge: "Y2g".to_owned(),
            user: "dXNlcg".to_owned(),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in
            ["data-challenge=\"Y2g\"", "data-user=\"dXNlcg\"", "value=\"cred\"", "<label for=\"name\">"]
        {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("<script>alert"), "{html}");
        let none = PasskeysPage { lines: Vec::new(), ..page }.render().unwrap();
        assert!(none.contains("no passkey yet"), "{none}");
    }
}
