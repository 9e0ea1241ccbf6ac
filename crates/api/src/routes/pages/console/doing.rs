//! What the pages share that let someone do something: forms that carry what they must, a page that asks once more, and what
//! makes a form that is sent twice do one thing.

use axum::response::Response;
use domain::{Permission, ambient::random_bytes};
use gate::SignedIn;
use serde::Deserialize;
use service::Repetition;
use store::records::Replay;
use web::console::{Block, Field, FieldKind, Form, Sheet, Value};

use super::{frame, shown, stop::Stop};
use crate::{ApiState, Problem};

/// The most characters of a reason.
const REASON: u32 = 4_000;

/// Whether the role of whoever is signed in lets them do this.
pub(super) const fn may(signed_in: &SignedIn, permission: Permission) -> bool {
    signed_in.staff.role.may(permission)
}

/// A form of whoever is signed in.
pub(super) fn form(signed_in: &SignedIn, id: &'static str, action: impl Into<String>) -> Form {
    Form {
        id,
        action: action.into(),
        title: None,
        explains: String::new(),
        fields: Vec::new(),
        hidden: token(signed_in),
        button: "Go on",
    }
}

/// What every form of theirs carries.
pub(super) fn token(signed_in: &SignedIn) -> Vec<(String, String)> {
    vec![("form_token".to_owned(), signed_in.form_token.clone())]
}

/// A button in a row.
pub(super) fn button(signed_in: &SignedIn, label: &'static str, action: String, about: &str) -> Value {
    Value::Button { action, label, about: about.to_owned(), hidden: token(signed_in) }
}

/// A field for a reason, in as many words as it takes.
pub(super) fn reason(label: &str) -> Field {
    Field::new("because", label, FieldKind::Lines { rows: 3, most: REASON })
}

/// A page that says what will happen and asks whether it shall.
pub(super) struct Question {
    /// Where one comes from, which is also where one goes back to, and what that is called.
    pub(super) from: (String, &'static str),
    /// Under which place of the menu it is.
    pub(super) place: &'static str,
    /// What is asked.
    pub(super) title: String,
    /// What will happen, in sentences.
    pub(super) sentences: Vec<String>,
    /// What is sent once more where the answer is yes.
    pub(super) form: Form,
}

impl Question {
    /// The page.
    pub(super) fn ask(self, signed_in: &SignedIn) -> Result<Response, Stop> {
        let Self { from: (href, label), place, title, sentences, form } = self;
        let back = Block::Way { href: href.clone(), label: "No, go back".to_owned() };
        let sheet = Sheet::new(frame(signed_in, place), title, "Nothing has been done yet.")
            .under(href, label)
            .section("What will happen", Block::Sentences(sentences))
            .with(Block::Forms(vec![form]))
            .with(back);
        shown(&sheet)
    }
}

/// Whether someone has said yes to what they were shown.
#[derive(Deserialize)]
pub(super) struct Confirmed {
    /// The version of what they were shown; empty when they were shown nothing yet.
    #[serde(default)]
    confirmed: String,
}

impl Confirmed {
    /// The field that says so.
    pub(super) const FIELD: &'static str = "confirmed";

    /// Whether they said yes to this version; refused where it was another.
    pub(super) fn to(&self, version: &str) -> Result<bool, Problem> {
        match self.confirmed.as_str() {
            "" => Ok(false),
            confirmed if confirmed == version => Ok(true),
            _ => Err(Problem::changed_meanwhile()),
        }
    }
}

/// What tells one form from the next that asks for the same. It is made with the page.
#[derive(Deserialize)]
pub(super) struct Once {
    once: String,
}

impl Once {
    /// The field of a form that is about to be shown.
    pub(super) fn field(state: &ApiState) -> (String, String) {
        let fresh = u128::from_be_bytes(random_bytes(&*state.gate().ambient().randomness));
        ("once".to_owned(), format!("{fresh:032x}"))
    }

    /// The same field once more, on a page that asks whether it shall be.
    pub(super) fn again(&self) -> (String, String) {
        ("once".to_owned(), self.once.clone())
    }

    /// What is remembered of a form, so that one that is sent twice is answered as the first was.
    pub(super) fn replay(
        &self,
        state: &ApiState,
        signed_in: &SignedIn,
        (target, parts): (&str, &[&str]),
    ) -> Result<Replay, Problem> {
        if self.once.len() != 32 || !self.once.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Problem::not_of_the_session());
        }
        let key = format!("console/{}/{}", signed_in.staff.subject, self.once);
        let body = serde_json::to_vec(parts).map_err(|_| Problem::not_of_the_session())?;
        let repetition = Repetition { key: &key, target, body: &body };
        Ok(state.service.replay(&signed_in.caller, &repetition)?)
    }
}
