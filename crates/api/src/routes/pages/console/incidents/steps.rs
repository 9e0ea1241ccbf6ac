//! What can be done about an incident: ask whom it reaches, say what it means, note who was told, close it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Incident, IncidentId, Permission,
    incident::{self, Actor, How, Notice, Part, Risk, State as Stands},
};
use gate::{ScopeQuestion, Scoped, SignedIn};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Table, Value};

use super::{
    super::{allow, doing::form, posted::Posted, shown, stop::Stop, words::moment},
    PLACE,
    page::{sheet, to_whom},
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    routes::cases::beginning,
};

/// How many people an answer names on the page.
const NAMED: u32 = 200;

/// Something that can be done about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Scope,
    Assess,
    Tell,
    Close,
    Reopen,
}

impl Step {
    pub(super) const ALL: [Self; 5] = [Self::Scope, Self::Assess, Self::Tell, Self::Close, Self::Reopen];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Assess => "assess",
            Self::Tell => "tell",
            Self::Close => "close",
            Self::Reopen => "reopen",
        }
    }

    /// Whether its form would be shown; whether it is done is decided by the rules of the incident.
    pub(super) fn is_possible(self, incident: &Incident) -> bool {
        match (self, &incident.state) {
            (Self::Scope | Self::Assess, state) => !state.is_closed(),
            (Self::Tell, Stands::Assessed(assessed)) => assessed.owed().next().is_some(),
            (Self::Close, Stands::Assessed(assessed)) => assessed.owed().next().is_none(),
            (Self::Reopen, state) => state.is_closed(),
            _ => false,
        }
    }

    pub(super) fn form(self, signed_in: &SignedIn, incident: &Incident) -> Form {
        let mut form = form(signed_in, self.as_str(), format!("{PLACE}/{}/{}", incident.id, self.as_str()));
        let (label, explains, fields) = match self {
            Self::Scope => (
                "Ask the log",
                "Whom did somebody’s doings reach? The counts become part of the incident, which has to be assessed again.",
                scope_fields(),
            ),
            Self::Assess => {
                ("Assess it", "From what it means for people follows who must be told.", vec![risk_field()])
            }
            Self::Tell => ("Note who was told", "Nothing is sent from here.", told_fields(incident)),
            Self::Close => ("Close it", "Whoever had to be told was told.", Vec::new()),
            Self::Reopen => ("Open it again", "Who was told stays told.", Vec::new()),
        };
        (form.title, form.button) = (Some(label), label);
        explains.clone_into(&mut form.explains);
        form.fields = fields;
        form
    }
}

fn words(words: &[(&str, &str)]) -> FieldKind {
    FieldKind::OneOf(words.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned())).collect())
}

fn scope_fields() -> Vec<Field> {
    vec![
        Field::new("whose", "Whose doings", FieldKind::Line).hint(
            "The id of a key (key_…), of a Client (acc_…), of a member of staff (sub_…), or the word system.",
        ),
        Field::new("from", "From", FieldKind::Day),
        Field::new("until", "Up to and with", FieldKind::Day),
    ]
}

/// What a risk is called.
pub(super) const fn word(risk: Risk) -> &'static str {
    match risk {
        Risk::Unlikely => "unlikely: nobody need be told",
        Risk::Likely => "a risk: the authority must be told",
        Risk::High => "a high risk: the people must be told, too",
    }
}

fn risk_field() -> Field {
    let risks =
        [("unlikely", word(Risk::Unlikely)), ("likely", word(Risk::Likely)), ("high", word(Risk::High))];
    Field::new("risk", "Risk for people", words(&risks))
}

fn told_fields(incident: &Incident) -> Vec<Field> {
    let owed = match &incident.state {
        Stands::Assessed(assessed) => assessed.owed().map(|part| (part.as_str(), to_whom(part))).collect(),
        _ => Vec::new(),
    };
    let how = [
        ("sent", "told, each of them"),
        ("public", "told in public, as each would take too much"),
        ("unintelligible", "not told, as what was taken cannot be read"),
        ("averted", "not told, as the high risk was averted since"),
    ];
    vec![Field::new("part", "Who", words(&owed)), Field::new("how", "How", words(&how))]
}

/// What is filled in for a step.
#[derive(Deserialize)]
pub(in super::super) struct Filled {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    risk: String,
    #[serde(default)]
    part: String,
    #[serde(default)]
    how: String,
}

pub(in super::super) async fn take(
    State(state): State<ApiState>,
    Path((incident, step)): Path<(String, String)>,
    Posted { signed_in, form }: Posted<Filled>,
) -> Result<Response, Stop> {
    let step = Step::ALL.into_iter().find(|known| known.as_str() == step);
    let step = step.ok_or_else(|| Problem::not_found("path"))?;
    allow(&state, &signed_in, Permission::MoveIncident).await?;
    let incident: IncidentId = id(&incident, "incident")?;
    let step = match step {
        Step::Scope => return scope(&state, &signed_in, incident, &form).await,
        Step::Assess => incident::Step::Assess(read(&form.risk)?),
        Step::Tell => {
            let how: How = read(&form.how)?;
            incident::Step::Tell(read::<Part>(&form.part)?, Notice { at: state.now(), how })
        }
        Step::Close => incident::Step::Close,
        Step::Reopen => incident::Step::Reopen,
    };
    state.gate().move_incident(&signed_in.caller, incident, &step).await?;
    Ok(Redirect::to(&format!("{PLACE}/{incident}")).into_response())
}

/// One of the words that a form offers.
fn read<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, Problem> {
    let read = serde_json::from_value(serde_json::Value::String(word.to_owned()));
    read.map_err(|_| Problem::malformed("Choose one of those that the form offers."))
}

async fn scope(
    state: &ApiState,
    signed_in: &SignedIn,
    incident: IncidentId,
    form: &Filled,
) -> Result<Response, Stop> {
    let (from, until) = days(&form.from, &form.until)?;
    let until = until.min(state.now());
    let question = ScopeQuestion { actor: actor(form.whose.trim())?, from, until, after: None, limit: NAMED };
    let scoped = state.gate().scope_incident(&signed_in.caller, incident, &question).await?;
    let incident = state.gate().incident(&signed_in.caller, incident).await?;
    let page = sheet(signed_in, &incident, None, state.now());
    shown(&page.section("Whom the last answer names", people(&scoped)))
}

fn people(scoped: &Scoped) -> Block {
    if scoped.people.is_empty() {
        return Block::Text("Nobody of this account.".to_owned());
    }
    let rows = scoped.people.iter().map(|one| {
        let categories: Vec<&str> = one.categories.iter().map(String::as_str).collect();
        let times = [one.first_at, one.last_at].map(|at| Value::Moment(moment(at)));
        let [first, last] = times;
        vec![
            Value::code(one.subject),
            Value::text(one.entries),
            Value::Text(categories.join(", ")),
            first,
            last,
        ]
    });
    let columns = vec!["Person", "Entries", "Categories", "First", "Last"];
    Block::Table(Table { label: "Whom it reaches".to_owned(), columns, rows: rows.collect(), next: None })
}

/// Whose doings are meant, by an id or the word for the system itself.
pub(in super::super) fn actor(whose: &str) -> Result<Actor, Problem> {
    match whose.split('_').next() {
        Some("key") => Ok(Actor::Key(id(whose, "key")?)),
        Some("acc") => Ok(Actor::Account(id(whose, "account")?)),
        Some("sub") => Ok(Actor::Staff(id(whose, "member of staff")?)),
        Some("system") => Ok(Actor::System),
        _ => Err(Problem::malformed(
            "Say whose doings: an id that begins with key_, acc_ or sub_, or the word system.",
        )),
    }
}

/// From the beginning of the one day to the end of the other, in UTC.
pub(in super::super) fn days(from: &str, until: &str) -> Result<(jiff::Timestamp, jiff::Timestamp), Problem> {
    let day = |text: &str| {
        let day = text.trim().parse::<Date>();
        day.map_err(|_| Problem::malformed("A day is written as year, month and day: 2026-11-30."))
    };
    Ok((beginning(day(from)?)?, beginning(day(until)?.saturating_add(1.day()))?))
}
