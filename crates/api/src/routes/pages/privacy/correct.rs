//! `/privacy/data/{record}/correct`: what the person gave themselves they correct themselves. Each change is shown before it is made.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{RecordId, Right, Source};
use gate::{Effective, Fields, Oneself, OpenedRecord, Patch};
use policy::document::{Class, Field, FieldType};
use serde::Deserialize;
use serde_json::Value;
use web::privacy::{CorrectPage, CorrectedField, ReviewPage};

use super::{Person, data::purpose, frame, posted::Posted, shown, stop::Stop};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
};

/// What stands before the name of a field of the record in a form.
const FIELD: &str = "field_";

/// A record that is open to be corrected.
struct Open {
    record: RecordId,
    version: u32,
    label: String,
    fields: Vec<CorrectedField>,
}

pub(super) async fn form(
    State(state): State<ApiState>,
    Path(record): Path<String>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let open = open(&state, &oneself, &record).await?;
    shown(&CorrectPage {
        frame: frame(&state, (&oneself, language), "/privacy/data")?,
        record: open.record.to_string(),
        label: open.label,
        version: open.version,
        fields: open.fields,
    })
}

/// What was written over it: the version of the record, and its fields.
#[derive(Deserialize)]
pub(super) struct Corrected(BTreeMap<String, String>);

impl Corrected {
    fn version(&self) -> Result<u32, Problem> {
        let version = self.0.get("version").and_then(|version| version.parse().ok());
        version.ok_or_else(|| Problem::malformed("The form is not one of this server’s."))
    }
}

pub(super) async fn review(
    State(state): State<ApiState>,
    Path(record): Path<String>,
    Posted { oneself, language, form }: Posted<Corrected>,
) -> Result<Response, Stop> {
    let open = open(&state, &oneself, &record).await?;
    shown(&ReviewPage {
        frame: frame(&state, (&oneself, language), "/privacy/data")?,
        record: open.record.to_string(),
        version: form.version()?,
        changes: changes(&open, &form).collect(),
        label: open.label,
    })
}

pub(super) async fn done(
    State(state): State<ApiState>,
    Path(record): Path<String>,
    Posted { oneself, form, .. }: Posted<Corrected>,
) -> Result<Response, Stop> {
    let open = open(&state, &oneself, &record).await?;
    let changes: Vec<CorrectedField> = changes(&open, &form).collect();
    if changes.is_empty() {
        return Ok(Redirect::to("/privacy/data").into_response());
    }
    let value = |now: &str| if now.is_empty() { Value::Null } else { Value::from(now) };
    let fields: Fields = changes.iter().map(|one| (one.name.clone(), value(&one.now))).collect();
    let patch = Patch { version: Some(form.version()?), fields };
    let purpose = purpose(&state, &oneself.caller)?;
    state.gate().update_record(&oneself.caller, open.record, &purpose, &patch).await?;
    tell_outside(&state, &oneself, &changes).await
}

/// Systems outside hold the same, perhaps: whoever sees to them is asked to correct it there.
async fn tell_outside(
    state: &ApiState,
    oneself: &Oneself,
    changes: &[CorrectedField],
) -> Result<Response, Stop> {
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let word = Right::Rectification.as_str();
    let systems = effective.declaring().document().systems.values();
    let mut concerned = systems.filter(|system| system.rights.iter().any(|right| right.get_ref() == word));
    if concerned.next().is_none() {
        return Ok(Redirect::to("/privacy/data").into_response());
    }
    let said = changes.iter().map(|one| format!("{}: {}", one.label, one.now));
    let message =
        format!("Corrected here, to be corrected outside too. {}", said.collect::<Vec<_>>().join("; "));
    let request = state.gate().correct_outside(oneself, message).await?;
    Ok(Redirect::to(&format!("/privacy/requests/{}", request.id)).into_response())
}

/// What differs from what is held, of what may be corrected.
fn changes<'a>(open: &'a Open, form: &'a Corrected) -> impl Iterator<Item = CorrectedField> + 'a {
    open.fields.iter().filter_map(|field| {
        let now = form.0.get(&format!("{FIELD}{}", field.name))?.replace("\r\n", "\n");
        let now = now.trim();
        (now != field.was).then(|| CorrectedField { now: now.to_owned(), ..field.clone() })
    })
}

/// A record that they gave, with the fields that they may correct by themselves.
async fn open(state: &ApiState, oneself: &Oneself, record: &str) -> Result<Open, Stop> {
    let record: RecordId = id(record, "record")?;
    let purpose = purpose(state, &oneself.caller)?;
    let opened = state.gate().read_record(&oneself.caller, record, &purpose, None).await?;
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let declared = effective.declaring().record_type(&opened.record.record_type);
    let label = declared.map_or_else(|| opened.record.record_type.clone(), |one| one.label.get_ref().clone());
    let version = opened.record.version;
    let fields = correctable(&effective, &opened);
    if fields.is_empty() {
        let why = "This cannot be corrected here. Ask for a correction: somebody looks at it.";
        return Err(Problem::malformed(why).into());
    }
    Ok(Open { record, version, label, fields })
}

/// What they may correct by themselves: what they gave, but not what they are found by, nor what they sign in with elsewhere. Of that a
/// person makes sure first.
pub(super) fn correctable(effective: &Effective, opened: &OpenedRecord) -> Vec<CorrectedField> {
    let policy = effective.declaring();
    let is_theirs = opened.record.metadata.source == Source::Subject;
    let Some(declared) = policy.record_type(&opened.record.record_type).filter(|_| is_theirs) else {
        return Vec::new();
    };
    let one = |(name, value): (&String, &Value)| {
        let field = declared.fields.get(name.as_str()).filter(|field| is_open(effective, field))?;
        let category = field.category.as_ref().map(|category| category.get_ref().as_str());
        let label = category.and_then(|category| policy.document().categories.get(category));
        let was = value.as_str()?.to_owned();
        Some(CorrectedField {
            label: label.map_or_else(|| name.clone(), |category| category.label.get_ref().clone()),
            is_long: field.kind == FieldType::Text,
            is_required: field.required,
            now: was.clone(),
            name: name.clone(),
            was,
        })
    };
    opened.fields.reveal().iter().filter_map(one).collect()
}

fn is_open(effective: &Effective, field: &Field) -> bool {
    let categories = &effective.declaring().document().categories;
    let category = field.category.as_ref().and_then(|name| categories.get(name.get_ref().as_str()));
    let is_credential = category.is_some_and(|one| *one.class.get_ref() == Class::Credential);
    let is_lookup = field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref());
    let is_text = matches!(field.kind, FieldType::String | FieldType::Text | FieldType::Date);
    is_text && !is_lookup && !is_credential
}
