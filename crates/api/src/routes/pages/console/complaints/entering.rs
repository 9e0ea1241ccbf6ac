//! `/console/complaints/new`: what somebody complained of, asked or alleged by letter, e-mail, fax or telephone.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Permission, SubjectId, complaint::Matter};
use gate::{Accused, Effective, NewComplaint, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet};

use super::{
    super::{
        Staff, allow,
        arrival::{self, Arrived},
        doing::{Once, form},
        frame,
        posted::Posted,
        shown,
        stop::Stop,
    },
    PLACE,
};
use crate::{ApiState, Problem, extract::id, routes::view::is_name};

/// What it may be.
const MATTERS: [(Matter, &str); 3] = [
    (Matter::Complaint, "a complaint"),
    (Matter::Question, "a question"),
    (Matter::Allegation, "a report that data was misused"),
];

pub(in super::super) async fn form_page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::EnterComplaint).await?;
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let lead = "For what did not come through a page of this server. Whoever it is about owns and decides nothing of it.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Enter a complaint", lead).under(PLACE, "Complaints");
    shown(&sheet.with(Block::Forms(vec![entering(&state, &signed_in, &effective)])))
}

fn entering(state: &ApiState, signed_in: &SignedIn, effective: &Effective) -> Form {
    let mut form = form(signed_in, "enter", PLACE);
    form.button = "Enter it";
    let matters = MATTERS.map(|(matter, label)| (matter.as_str().to_owned(), label.to_owned()));
    form.fields.push(Field::new("matter", "What it is", FieldKind::OneOf(matters.into())));
    form.fields.extend(arrival::fields(state));
    form.fields.extend([
        Field::new("subject", "Who complains", FieldKind::Line)
            .optional()
            .hint("The person’s id, sub_…, where they are known: find them under “A person”."),
        Field::new("accused", "The member of staff whom it is about", FieldKind::Line)
            .optional()
            .hint("By their name, as it stands in their own record."),
    ]);
    if let Some(fields) = ways_back(effective) {
        form.fields.extend([
            Field::new("field", "How to write back to them", FieldKind::OneOf(fields)).optional(),
            Field::new("value", "Their address", FieldKind::Line).optional(),
        ]);
    }
    let [message, scan] = arrival::words("What they wrote or said");
    form.fields.extend([Field { is_required: true, ..message }, scan]);
    form.hidden.push(Once::field(state));
    form
}

/// The fields by which somebody is written back to: those of a complaint's record by which people are found.
fn ways_back(effective: &Effective) -> Option<Vec<(String, String)>> {
    let declared = effective.declaring().document().complaints.as_ref()?;
    let record = effective.declaring().record_type(declared.get_ref().record.as_ref()?.get_ref())?;
    let fields = record
        .fields
        .iter()
        .filter(|(_, field)| field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref()));
    let words: Vec<(String, String)> =
        fields.map(|(name, _)| (name.get_ref().clone(), name.get_ref().replace('_', " "))).collect();
    Some(words).filter(|words| !words.is_empty())
}

/// A complaint that is to be entered.
#[derive(Deserialize)]
pub(in super::super) struct Entered {
    matter: Matter,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    accused: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    value: String,
    #[serde(flatten)]
    arrived: Arrived,
    #[serde(flatten)]
    once: Once,
}

pub(in super::super) async fn enter(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Entered>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::EnterComplaint).await?;
    let Entered { matter, subject, accused, field, value, arrived, once } = form;
    let parts = [
        matter.as_str(),
        &subject,
        &accused,
        &field,
        &value,
        &arrived.received,
        &arrived.message,
        &arrived.scan,
    ];
    let replay = once.replay(&state, &signed_in, (PLACE, &parts))?;
    let message = arrived.message().ok_or_else(|| Problem::malformed("Write what they wrote or said."))?;
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let accused = filled(&accused);
    if accused.as_ref().is_some_and(|name| !is_name(name)) {
        return Err(
            Problem::malformed("A member of staff is named in 1 to 200 characters on one line.").into()
        );
    }
    let subject: Option<SubjectId> = filled(&subject).map(|subject| id(&subject, "subject")).transpose()?;
    let new = NewComplaint {
        matter,
        channel: arrived.channel,
        received_at: Some(arrived.received_at()?),
        subject,
        about: accused.map(Accused::Staff).into_iter().collect(),
        message,
        scan: arrived.scan()?,
        contact: filled(&value).map(|value| (field, value)).into_iter().collect(),
    };
    let (complaint, _) = state.gate().open_complaint(&signed_in.caller, &new, Some(&replay)).await?;
    Ok(Redirect::to(&format!("{PLACE}/{}", complaint.id)).into_response())
}
