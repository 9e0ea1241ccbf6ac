//! Forms: what one may do, what must be filled in for it, and what is carried along.

use askama::{Template, filters::HtmlSafe};

/// Something that one may do.
#[derive(Debug, Clone, Template)]
#[template(path = "console/form.html")]
pub struct Form {
    /// Tells it from the others of the page.
    pub id: &'static str,
    /// Where it is sent to.
    pub action: String,
    /// What stands above it; none where the page says it.
    pub title: Option<&'static str>,
    /// What it does, in a sentence.
    pub explains: String,
    /// What is filled in.
    pub fields: Vec<Field>,
    /// What it carries, so that no other site can send it and nothing else is meant.
    pub hidden: Vec<(String, String)>,
    /// What the button says.
    pub button: &'static str,
}

/// Something that is filled in.
#[derive(Debug, Clone)]
pub struct Field {
    /// How it is sent.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What more there is to know.
    pub hint: Option<&'static str>,
    /// Whether it must be filled in.
    pub is_required: bool,
    /// What stands there already.
    pub value: String,
    /// How it is filled in.
    pub kind: FieldKind,
}

/// How something is filled in.
#[derive(Debug, Clone)]
pub enum FieldKind {
    /// A line of text.
    Line,
    /// Several lines of text.
    Lines {
        /// How many are seen at once.
        rows: u8,
        /// The most characters.
        most: u32,
    },
    /// An e-mail address.
    Email,
    /// A password that one has.
    Password,
    /// A day.
    Day,
    /// A file, of which the text is sent.
    File,
    /// A tick.
    Tick,
    /// One of several, each with the word that is sent and what it is called.
    OneOf(Vec<(String, String)>),
}

impl FieldKind {
    /// Whether something is always chosen.
    const fn is_choice(&self) -> bool {
        matches!(self, Self::OneOf(_))
    }

    /// How HTML calls a field of one line.
    const fn input(&self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password => "password",
            Self::Day => "date",
            Self::File => "file",
            _ => "text",
        }
    }
}

impl Field {
    /// A field of this kind that must be filled in.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        let (name, label) = (name.into(), label.into());
        Self { name, label, hint: None, is_required: true, value: String::new(), kind }
    }

    /// The same, with what more there is to know.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The same, which may be left empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    /// The same, with what stands there already.
    #[must_use]
    pub fn filled(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }
}

impl Form {
    /// Whether a file goes with it.
    fn has_file(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, FieldKind::File))
    }
}

impl HtmlSafe for Form {}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: Vec<Field>) -> Form {
        Form {
            id: "invite",
            action: "/console/staff".to_owned(),
            title: Some("Invite"),
            explains: "Lets <somebody> in.".to_owned(),
            fields,
            hidden: vec![("form_token".to_owned(), "5e5e".to_owned())],
            button: "Invite",
        }
    }

    #[test]
    fn every_field_has_a_label_and_is_escaped() {
        let script = "\"><script>";
        let one_of = FieldKind::OneOf(vec![(script.to_owned(), script.to_owned())]);
        let kinds = [
            FieldKind::Line,
            FieldKind::Lines { rows: 3, most: 4_000 },
            FieldKind::Email,
            FieldKind::Day,
            FieldKind::File,
            FieldKind::Tick,
            one_of,
        ];
        for kind in kinds {
            let field = Field::new("role", script, kind).hint("Needed").filled(script);
            let html = form(vec![field]).to_string();
            assert!(!html.contains("<script"), "{html}");
            assert_eq!(html.contains("multipart/form-data"), html.contains("type=\"file\""), "{html}");
            for part in
                ["<label for=\"invite-role\">", "id=\"invite-role\"", "aria-describedby=\"invite-role-hint\""]
            {
                assert!(html.contains(part), "{part} is missing in {html}");
            }
            assert!(
                html.contains(" required") && html.contains("name=\"form_token\" value=\"5e5e\""),
                "{html}"
            );
        }
        let html = form(vec![Field::new("role", "As what", FieldKind::Line).optional()]).to_string();
        assert!(!html.contains(" required") && !html.contains("aria-describedby"), "{html}");
    }
}
