//! Fulfilling a request: what must be said for each right, what will happen, and the doing of it.

use axum::response::{IntoResponse, Redirect, Response};
use domain::{About, Request, RequestId, Right};
use gate::{Correction, Effective, Fields, Fulfilment, GateError, SignedIn};
use serde_json::Value;
use web::console::{Field, FieldKind};

use super::{
    super::{
        doing::{Confirmed, Question, form},
        stop::Stop,
    },
    PLACE,
    steps::Filled,
};
use crate::{ApiState, Problem, extract::id};

/// The most corrections of one request.
const CORRECTIONS: usize = 100;

/// What must be said beyond the reason.
pub(super) fn fields(request: &Request, effective: &Effective) -> Vec<Field> {
    match request.right {
        Right::Rectification => {
            let lines = FieldKind::Lines { rows: 4, most: 100_000 };
            let field = Field::new("details", "What is corrected", lines);
            vec![field.hint("One a line: the id of a record, the name of a field, and what stands there from now on. With nothing after the name the field is emptied.")]
        }
        Right::Objection => {
            let tick = |(name, label)| Field::new(name, label, FieldKind::Tick).optional();
            meant(effective).into_iter().map(tick).collect()
        }
        _ => Vec::new(),
    }
}

/// The purposes and recipients that a person can object to, with what they call them.
fn meant(effective: &Effective) -> Vec<(String, String)> {
    let document = effective.declaring().document();
    let purposes = document.purposes.iter();
    let purposes = purposes.map(|(name, one)| (format!("purposes.{name}"), one.label.get_ref().clone()));
    let recipients = document.recipients.iter();
    let recipients = recipients.map(|(name, one)| {
        (format!("recipients.{name}"), format!("Passing it on to {}", one.label.get_ref()))
    });
    purposes.chain(recipients).collect()
}

pub(super) async fn fulfil(
    state: &ApiState,
    signed_in: &SignedIn,
    id: RequestId,
    filled: &Filled,
) -> Result<Response, Stop> {
    let how = read(filled)?;
    let request = state.gate().request(&signed_in.caller, id).await?;
    if filled.confirmed.to(&request.version.to_string())? {
        state.gate().fulfil_request(&signed_in.caller, id, &how).await?;
        return Ok(Redirect::to(&format!("{PLACE}/{id}")).into_response());
    }
    // Whoever could not be answered yes to is told so before they are asked.
    Request { claim: None, ..request.clone() }.claimed(String::new()).map_err(GateError::NotNow)?;
    ask(signed_in, &request, (filled, &how))
}

fn read(filled: &Filled) -> Result<Fulfilment, Problem> {
    let lines = filled.details.lines().filter(|line| !line.trim().is_empty());
    let corrections: Vec<Correction> = lines.map(correction).collect::<Result<_, _>>()?;
    if corrections.len() > CORRECTIONS {
        return Err(Problem::malformed("At most 100 corrections, a line each."));
    }
    let about = |name: &String| name.parse::<About>().map_err(|_| Problem::not_found("purpose or recipient"));
    let objections = filled.others.keys().map(about).collect::<Result<_, _>>()?;
    Ok(Fulfilment { corrections, objections, decision: filled.why()? })
}

/// A line: a record, a field, and what stands there from now on.
fn correction(line: &str) -> Result<Correction, Problem> {
    let mut words = line.trim().splitn(3, char::is_whitespace);
    let record = id(words.next().unwrap_or_default(), "record")?;
    let field = words.next().ok_or_else(|| {
        Problem::malformed(
            "Each correction is a line: the id of a record, the name of a field, and its new value.",
        )
    })?;
    let value = words.next().map_or(Value::Null, |value| Value::String(value.trim().to_owned()));
    Ok(Correction { record, fields: Fields::from_iter([(field.to_owned(), value)]) })
}

/// Says what will happen, and asks whether it shall.
fn ask(
    signed_in: &SignedIn,
    request: &Request,
    (filled, how): (&Filled, &Fulfilment),
) -> Result<Response, Stop> {
    let here = format!("{PLACE}/{}", request.id);
    let mut form = form(signed_in, "fulfil", format!("{here}/fulfil"));
    let said = [
        ("because", how.decision.because.clone()),
        ("details", filled.details.clone()),
        (Confirmed::FIELD, request.version.to_string()),
    ];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    form.hidden.extend(how.objections.iter().map(|about| (about.to_string(), "yes".to_owned())));
    form.button = "Yes, do it";
    let question = Question {
        from: (here, "The request"),
        place: PLACE,
        title: format!("Fulfil the request for {}?", request.right.as_str()),
        sentences: sentences(request, how),
        form,
    };
    question.ask(signed_in)
}

fn sentences(request: &Request, how: &Fulfilment) -> Vec<String> {
    let people = match request.subjects.len() {
        1 => "one person".to_owned(),
        count => format!("{count} people"),
    };
    let what = match request.right {
        Right::Access | Right::Portability => {
            let left_out = match request.redactions.len() {
                0 => "nothing is left out".to_owned(),
                count => format!("{count} things are left out"),
            };
            format!("What is held of {people} is made ready to be fetched, once; {left_out}.")
        }
        Right::Erasure => format!(
            "Everything that is held of {people} is erased, but for what an exception of the policy or a hold keeps. It cannot be brought back."
        ),
        Right::Rectification => {
            format!("{} corrections are made in records of {people}.", how.corrections.len())
        }
        Right::Restriction => format!("Data of {people} is used no more, but for what the law asks."),
        Right::Objection => {
            let all: Vec<String> = how.objections.iter().map(ToString::to_string).collect();
            format!("A no of {people} is recorded to {}. It binds at once.", all.join(", "))
        }
    };
    vec![what, "The request is closed, and the person is told, as far as they can be written to.".to_owned()]
}
