//! `/console/person`: somebody found by what they are known by, and opened for a purpose that stands at the head of the page.
//! What was typed stands in no address; each look-up and each page that is opened is in the log.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use domain::{Permission, RecordId, SubjectId};
use gate::{Caller, Effective, OpenedRecord, SignedIn, Withheld};
use serde::Deserialize;
use serde_json::Value as Json;
use web::console::{Block, Field, FieldKind, Form, Sheet, Value};

use super::{
    Staff, allow,
    doing::{form, token},
    frame, glass,
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, Problem, extract::id, problem::ReasonView};

const PLACE: &str = "/console/person";
/// How many records are opened at once.
const PAGE: u32 = 25;

/// A form that opens what is held of somebody, for a purpose.
pub(super) fn door(signed_in: &SignedIn, subject: SubjectId, purpose: Option<&str>) -> Form {
    let mut form = form(signed_in, "open", format!("{PLACE}/open"));
    form.title = Some("Open what is held");
    form.button = "Open";
    form.explains =
        "Shows what is held of the person, as far as the purpose allows. It is recorded.".to_owned();
    form.hidden.push(("subject".to_owned(), subject.to_string()));
    form.hidden.extend(purpose.map(|purpose| ("purpose".to_owned(), purpose.to_owned())));
    form
}

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::OpenPerson).await?;
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let mut form = form(&signed_in, "find", format!("{PLACE}/find"));
    form.button = "Find";
    form.fields = vec![
        Field::new("field", "Known by", FieldKind::OneOf(known_by(&effective))),
        Field::new("value", "What it is", FieldKind::Line),
        purposes(&effective),
    ];
    let lead = "Find somebody by what they are known by. Say what for: the policy decides what you see for that purpose, and \
                the log says that you looked.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "A person", lead).with(Block::Forms(vec![form]));
    shown(&sheet)
}

/// The look-up fields that the policy declares.
pub(super) fn known_by(effective: &Effective) -> Vec<(String, String)> {
    let records = effective.declaring().document().records.values();
    let fields = records.flat_map(|record| &record.fields);
    let found = fields.filter(|(_, field)| field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref()));
    let mut names: Vec<&str> = found.map(|(name, _)| name.get_ref().as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| (name.to_owned(), name.replace('_', " "))).collect()
}

fn purposes(effective: &Effective) -> Field {
    let declared = effective.declaring().document().purposes.iter();
    let words = declared.map(|(name, purpose)| (name.get_ref().clone(), purpose.label.get_ref().clone()));
    Field::new("purpose", "What for", FieldKind::OneOf(words.collect()))
}

/// By what somebody is looked for, and what for.
#[derive(Deserialize)]
pub(super) struct Find {
    field: String,
    value: String,
    purpose: String,
    #[serde(default)]
    because: String,
}

/// Whoever is signed in, with why they open somebody; none where they must say that first.
fn caller(
    state: &ApiState,
    signed_in: &SignedIn,
    (purpose, because): (&str, &str),
) -> Result<Option<Caller>, Stop> {
    let caller = signed_in.caller.clone();
    if !state.gate().needs_reason(&caller, purpose)? {
        return Ok(Some(caller));
    }
    let because = Some(because.trim().to_owned()).filter(|because| !because.is_empty());
    Ok(because.map(|because| caller.breaking_the_glass(because)))
}

pub(super) async fn find(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Find>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::OpenPerson).await?;
    state.limiters.lookup(signed_in.caller.account_id())?;
    if form.value.len() > domain::value::STRING_BYTES {
        return Err(
            Problem::malformed("What you typed is longer than anything that somebody is found by.").into()
        );
    }
    let Some(caller) = caller(&state, &signed_in, (&form.purpose, &form.because))? else {
        let said = [("field", form.field), ("value", form.value), ("purpose", form.purpose)];
        return glass::ask(&signed_in, "find", said);
    };
    let gate = state.gate();
    let found = gate.lookup(&caller, &form.field, form.value.trim(), &form.purpose).await?;
    if let [only] = found.as_slice() {
        return opened(&state, (&signed_in, &caller), (*only, &form.purpose, None), &form.because).await;
    }
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Who was found", "").under(PLACE, "A person");
    let because = ("because".to_owned(), form.because.clone());
    let said = |form: Form| Form { hidden: [form.hidden, vec![because.clone()]].concat(), ..form };
    let doors = found.iter().map(|one| said(door(&signed_in, *one, Some(&form.purpose))));
    let doors: Vec<Form> = doors.collect();
    if doors.is_empty() {
        let teaches = "Look whether it is spelt as it was stored, and whether the purpose allows to find people by it. That you \
                       looked is recorded.";
        let nobody =
            Block::Empty { title: "Nobody is known by that".to_owned(), teaches: teaches.to_owned() };
        return shown(&sheet.with(nobody));
    }
    shown(
        &sheet
            .with(Block::Text(format!("{} people are known by that.", doors.len())))
            .with(Block::Forms(doors)),
    )
}

/// Whom to open, and what for.
#[derive(Deserialize)]
pub(super) struct Open {
    subject: String,
    purpose: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    because: String,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Open>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::OpenPerson).await?;
    let subject: SubjectId = id(&form.subject, "subject")?;
    let after = Some(form.after.as_str()).filter(|after| !after.is_empty());
    let after = after.map(|after| id(after, "cursor")).transpose()?;
    let Some(caller) = caller(&state, &signed_in, (&form.purpose, &form.because))? else {
        let said = [("subject", form.subject), ("purpose", form.purpose), ("after", form.after)];
        return glass::ask(&signed_in, "open", said);
    };
    opened(&state, (&signed_in, &caller), (subject, &form.purpose, after), &form.because).await
}

async fn opened(
    state: &ApiState,
    (signed_in, caller): (&SignedIn, &Caller),
    (subject, purpose, after): (SubjectId, &str, Option<RecordId>),
    because: &str,
) -> Result<Response, Stop> {
    let gate = state.gate();
    let effective = gate.policy(caller.account_id())?;
    let records = gate.list_records(caller, subject, purpose, after, PAGE).await?;
    let declared = effective.declaring().document().purposes.get(purpose);
    let called = declared.map_or_else(|| purpose.to_owned(), |declared| declared.label.get_ref().clone());
    let mut sheet = Sheet::new(frame(signed_in, PLACE), "A person", "").under(PLACE, "A person");
    sheet.notice = Some(format!("Opened for the purpose “{called}”. That you looked is in the audit log."));
    let mut facts =
        vec![("Person".to_owned(), Value::code(subject)), ("Purpose".to_owned(), Value::Text(called))];
    facts.extend(records.first().map(|one| ("Recorded as".to_owned(), Value::code(one.entry))));
    sheet = sheet.with(Block::Facts(facts));
    if records.is_empty() {
        let teaches = "Nothing is held of this person, or nothing that may be read for this purpose.";
        let title = "Nothing to see".to_owned();
        return shown(&sheet.with(Block::Empty { title, teaches: teaches.to_owned() }));
    }
    let next = records.last().filter(|_| records.len() == PAGE as usize).map(|last| last.record.id);
    for record in records {
        let declared = effective.declaring().record_type(&record.record.record_type);
        let title =
            declared.map_or_else(|| record.record.record_type.clone(), |one| one.label.get_ref().clone());
        sheet = sheet.section(title, Block::Facts(facts_of(record)));
    }
    shown(&sheet.doors(
        "More",
        next.map(|next| more(signed_in, subject, (purpose, because), next)).into_iter().collect(),
    ))
}

/// A record as it is shown: what was opened, and what stayed shut and why.
fn facts_of(opened: OpenedRecord) -> Vec<(String, Value)> {
    let OpenedRecord { record, fields, withheld, .. } = opened;
    let mut facts = vec![
        ("Record".to_owned(), Value::code(record.id)),
        ("Stored".to_owned(), Value::Moment(moment(record.created_at))),
    ];
    let ends = record.metadata.expires_at.map(|at| Value::Moment(moment(at)));
    facts.extend(ends.map(|at| ("Goes".to_owned(), at)));
    let said = |value: Json| match value {
        Json::String(text) => Value::Text(text),
        other => Value::text(other),
    };
    facts.extend(
        fields.into_revealed().into_iter().map(|(name, value)| (name.replace('_', " "), said(value))),
    );
    facts.extend(shut(&withheld));
    facts
}

/// What was not opened, gathered by why.
fn shut(withheld: &[Withheld]) -> Vec<(String, Value)> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in withheld {
        let why = ReasonView::of(&one.refusal);
        let why = format!("{} (section {})", why.text, why.clause);
        all.entry(why).or_default().push(one.field.replace('_', " "));
    }
    let said = |(why, fields): (String, Vec<String>)| {
        ("Not opened".to_owned(), Value::Text(format!("{}: {why}", fields.join(", "))))
    };
    all.into_iter().map(said).collect()
}

fn more(signed_in: &SignedIn, subject: SubjectId, (purpose, because): (&str, &str), after: RecordId) -> Form {
    let mut form = form(signed_in, "more", format!("{PLACE}/open"));
    form.button = "Open more";
    form.hidden = token(signed_in);
    let said = [
        ("subject", subject.to_string()),
        ("purpose", purpose.to_owned()),
        ("after", after.to_string()),
        ("because", because.to_owned()),
    ];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    form
}
