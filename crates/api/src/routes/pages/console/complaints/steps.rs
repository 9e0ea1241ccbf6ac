//! What can be done about a complaint: each step under the name that stands in the own record of whoever takes it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Complaint, ComplaintId, ComplaintState, EntryId, Permission,
    complaint::{Matter, Outcome},
};
use gate::{Determination, Findings, GateError, NewRemedy, SignedIn};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::Value as Json;
use web::console::{Field, FieldKind, Form};

use super::{
    super::{
        allow,
        doing::{form, reason},
        posted::Posted,
        stop::Stop,
        words::moment,
    },
    PLACE,
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    routes::{cases::beginning, requests::Said},
};

/// Something that can be done about a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Acknowledge,
    Own,
    Decide,
    Appeal,
    Remedy,
    Remedied,
    Escalate,
    Withdraw,
}

impl Step {
    pub(super) const ALL: [Self; 8] = [
        Self::Acknowledge,
        Self::Own,
        Self::Decide,
        Self::Appeal,
        Self::Remedy,
        Self::Remedied,
        Self::Escalate,
        Self::Withdraw,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Own => "own",
            Self::Decide => "decide",
            Self::Appeal => "appeal",
            Self::Remedy => "remedy",
            Self::Remedied => "remedied",
            Self::Escalate => "escalate",
            Self::Withdraw => "withdraw",
        }
    }

    pub(super) const fn permission(self) -> Permission {
        match self {
            Self::Acknowledge | Self::Withdraw => Permission::AcknowledgeComplaint,
            Self::Appeal => Permission::EnterComplaint,
            _ => Permission::AnswerComplaint,
        }
    }

    /// What a form would be shown for; whether it is done is decided by the rules of the complaint.
    pub(super) fn is_possible(self, complaint: &Complaint) -> bool {
        let is_question = complaint.matter == Matter::Question;
        let is_upheld = complaint.decisions.last().is_some_and(|one| one.outcome != Outcome::Rejected);
        let has_remedy = complaint.remedies.iter().any(|remedy| remedy.done_at.is_none());
        complaint.is_open()
            && match (self, complaint.state) {
                (Self::Acknowledge, state) => state == ComplaintState::Received,
                (Self::Own | Self::Withdraw, _)
                | (Self::Decide, ComplaintState::Acknowledged | ComplaintState::Appealed) => true,
                (Self::Decide, ComplaintState::Received) => is_question,
                (Self::Appeal, state) => state == ComplaintState::Decided && !is_question,
                (Self::Remedy, ComplaintState::Decided | ComplaintState::Settled) => is_upheld,
                (Self::Remedied, _) => has_remedy,
                (Self::Escalate, _) => complaint.matter == Matter::Allegation && complaint.incident.is_none(),
                _ => false,
            }
    }

    pub(super) fn form(self, signed_in: &SignedIn, complaint: &Complaint) -> Form {
        let action = format!("{PLACE}/{}/{}", complaint.id, self.as_str());
        let mut form = form(signed_in, self.as_str(), action);
        let is_question = complaint.matter == Matter::Question;
        let (label, explains, asks) = match self {
            Self::Acknowledge => (
                "Acknowledge",
                "Notes that whoever complains was told that it came. Nothing is sent from here.",
                Some("What they were told"),
            ),
            Self::Own => (
                "See to it yourself",
                "You own it from now on. Nobody owns what is about themself.",
                Some("Why you"),
            ),
            Self::Decide if is_question => {
                ("Answer", "Closes it. Whoever asked can see the answer.", Some("The answer"))
            }
            Self::Decide => {
                ("Decide", "Whoever complains can see the findings, and appeal.", Some("What was found"))
            }
            Self::Appeal => (
                "Enter an appeal",
                "Whoever complains does not agree, and said so another way than on their page: somebody else decides anew.",
                Some("What they wrote or said"),
            ),
            Self::Remedy => {
                ("Say what is to be done", "You see to it by that day.", Some("What is to be done"))
            }
            Self::Remedied => {
                ("Note as done", "What was to be done about it was done.", Some("What shows it"))
            }
            Self::Escalate => (
                "Open an incident",
                "It seems that data was misused: an incident is opened, and its 72 hours begin.",
                Some("What happened"),
            ),
            Self::Withdraw => ("Taken back", "Whoever complained takes it back, which closes it.", None),
        };
        (form.title, form.button) = (Some(label), label);
        explains.clone_into(&mut form.explains);
        form.fields = match self {
            Self::Decide => decision_fields(is_question),
            Self::Appeal => vec![Field::new("day", "The day on which it came", FieldKind::Day).optional()],
            Self::Remedy => vec![Field::new("day", "By", FieldKind::Day)],
            Self::Remedied => vec![remedy_field(complaint)],
            _ => Vec::new(),
        };
        form.fields.extend(asks.map(reason));
        form
    }
}

fn decision_fields(is_question: bool) -> Vec<Field> {
    let outcomes: &[(&str, &str)] = match is_question {
        true => &[("answered", "it is answered")],
        false => {
            &[("upheld", "all of it is so"), ("partly", "some of it is so"), ("rejected", "it is not so")]
        }
    };
    let outcomes = outcomes.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned())).collect();
    let lines = FieldKind::Lines { rows: 2, most: 4_000 };
    vec![
        Field::new("outcome", "What comes of it", FieldKind::OneOf(outcomes)),
        Field::new("entries", "Entries of the audit log that it rests on", lines)
            .optional()
            .hint("Their ids, ent_…, with spaces between."),
        Field::new("clauses", "Sections of the policy that it rests on", FieldKind::Line)
            .optional()
            .hint("Their numbers, with spaces between."),
    ]
}

fn remedy_field(complaint: &Complaint) -> Field {
    let open = complaint.remedies.iter().enumerate().filter(|(_, remedy)| remedy.done_at.is_none());
    let words = open.map(|(place, remedy)| {
        (place.to_string(), format!("{}, due {}", place + 1, moment(remedy.due_at).words))
    });
    Field::new("place", "Which", FieldKind::OneOf(words.collect()))
}

/// What is filled in for a step.
#[derive(Deserialize)]
pub(in super::super) struct Filled {
    #[serde(default)]
    because: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    entries: String,
    #[serde(default)]
    clauses: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    place: String,
}

pub(in super::super) async fn take(
    State(state): State<ApiState>,
    Path((complaint, step)): Path<(String, String)>,
    Posted { signed_in, form }: Posted<Filled>,
) -> Result<Response, Stop> {
    let step = Step::ALL.into_iter().find(|known| known.as_str() == step);
    let step = step.ok_or_else(|| Problem::not_found("path"))?;
    allow(&state, &signed_in, step.permission()).await?;
    let complaint: ComplaintId = id(&complaint, "complaint")?;
    let (gate, caller) = (state.gate(), &signed_in.caller);
    if step == Step::Withdraw {
        gate.withdraw_complaint(caller, complaint).await?;
        return Ok(Redirect::to(&format!("{PLACE}/{complaint}")).into_response());
    }
    let own = own_name(&state, &signed_in).await?;
    let said: Determination = Said::new(own.clone(), form.because.clone()).read()?;
    match step {
        Step::Acknowledge => gate.acknowledge_complaint(caller, complaint, &said).await?,
        Step::Own => gate.assign_complaint(caller, complaint, &own, &said).await?,
        Step::Decide => gate.decide_complaint(caller, complaint, &findings(&form, said)?).await?,
        Step::Appeal => {
            let received_at =
                Some(form.day.as_str()).filter(|day| !day.trim().is_empty()).map(day).transpose()?;
            // It is not whoever enters it who appeals.
            let why = Determination { by: None, ..said };
            gate.appeal_complaint(caller, complaint, received_at, &why).await?
        }
        Step::Remedy => {
            let new = NewRemedy { said, owner: own, due_at: day(&form.day)? };
            gate.remedy_complaint(caller, complaint, &new).await?
        }
        Step::Remedied => {
            let place = form.place.parse().map_err(|_| Problem::not_found("remedy"))?;
            gate.complaint_remedied(caller, complaint, place, &said).await?
        }
        Step::Escalate | Step::Withdraw => gate.escalate_complaint(caller, complaint, &said).await?,
    };
    Ok(Redirect::to(&format!("{PLACE}/{complaint}")).into_response())
}

fn day(text: &str) -> Result<Timestamp, Problem> {
    let day = text.trim().parse::<Date>();
    beginning(day.map_err(|_| Problem::malformed("A day is written as year, month and day: 2026-11-30."))?)
}

/// What whoever is signed in is called, from their own record: not what they type.
async fn own_name(state: &ApiState, signed_in: &SignedIn) -> Result<String, Problem> {
    let fields = state.gate().who_is(&signed_in.caller, &signed_in.staff).await?.into_revealed();
    let name = fields.get("full_name").and_then(Json::as_str).map(str::to_owned);
    Ok(name.ok_or(GateError::Gone("member of staff"))?)
}

fn findings(form: &Filled, said: Determination) -> Result<Findings, Problem> {
    let outcome: Outcome = serde_json::from_value(Json::String(form.outcome.clone()))
        .map_err(|_| Problem::malformed("Choose what comes of it among those that the form offers."))?;
    let entries = form.entries.split_whitespace();
    let entries = entries.map(|entry| entry.parse::<EntryId>().map_err(|_| Problem::not_found("entry")));
    let clauses = form.clauses.split_whitespace();
    let clauses =
        clauses.map(|number| number.parse::<u16>().map_err(|_| Problem::not_found("section of the policy")));
    Ok(Findings {
        outcome,
        said,
        entries: entries.collect::<Result<_, _>>()?,
        clauses: clauses.collect::<Result<_, _>>()?,
    })
}
