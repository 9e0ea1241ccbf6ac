//! `/console/incidents`: what was reported, by when the authority is told, and the steps until it is over.

mod page;
mod steps;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Incident, Permission,
    id::IncidentKind,
    incident::{Countdown, due_at},
};
use gate::{NewIncident, Report};
use jiff::Timestamp;
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Sheet, Table, Value};

pub(super) use page::{draft, one, report};
pub(super) use steps::{actor, days, take};

use super::{
    Staff, allow,
    doing::{Once, form, may},
    frame,
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{
    ApiState, Problem,
    extract::{Strict, id},
    routes::{
        subjects::read::PageQuery,
        view::{next, page_limit},
    },
};

const PLACE: &str = "/console/incidents";
/// Where one reports one.
const REPORTING: &str = "/console/report";
/// The most characters of a report.
const REPORT: usize = 10_000;

pub(super) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<PageQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeIncidents).await?;
    let Strict(query) = query?;
    let limit = page_limit(query.limit);
    let before = query.after.as_deref().map(|text| id::<IncidentKind>(text, "cursor")).transpose()?;
    let incidents = state.gate().incidents(&signed_in.caller, before, limit).await?;
    let table = Table {
        label: "Incidents".to_owned(),
        columns: vec!["Incident", "State", "Noticed", "The authority is told by", "Left"],
        rows: incidents.iter().map(|one| row(one, state.now())).collect(),
        next: next(&incidents, limit, |one| one.id).map(|next| format!("{PLACE}?after={next}")),
    };
    let lead = "Suspected misuse of personal data. From the moment that somebody noticed it there are 72 hours to tell the \
                authority, unless a risk for people is unlikely. What was reported is sealed; opening it is recorded.";
    let teaches = "Report what seems to be wrong, also where you are not sure. The audit log then answers whom it reaches.";
    let empty = Block::Empty { title: "Nothing was reported".to_owned(), teaches: teaches.to_owned() };
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Incidents", lead);
    let sheet = sheet.with(if incidents.is_empty() { empty } else { Block::Table(table) });
    shown(&sheet)
}

fn row(incident: &Incident, now: Timestamp) -> Vec<Value> {
    vec![
        Value::Id { href: format!("{PLACE}/{}", incident.id), id: incident.id.to_string() },
        Value::text(incident.state.as_str()),
        Value::Moment(moment(incident.aware_at)),
        Value::Moment(moment(due_at(incident.aware_at))),
        clock(incident.countdown(now)),
    ]
}

/// How the clock stands, in words.
fn clock(countdown: Countdown) -> Value {
    match countdown {
        Countdown::Running { hours_left } => Value::Text(format!("{hours_left} hours")),
        Countdown::Warning { hours_left } => Value::Urgent(format!("{hours_left} hours")),
        Countdown::Overdue { hours_over } => Value::Urgent(format!("over since {hours_over} hours")),
        Countdown::Met => Value::text("told in time"),
        Countdown::Late { hours_over } => Value::Text(format!("told {hours_over} hours too late")),
        Countdown::NotNeeded => Value::text("nobody need be told"),
    }
}

/// Where one reports, also who may not see what others reported.
pub(super) async fn report_page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ReportIncident).await?;
    let mut form = form(&signed_in, "report", REPORTING);
    form.button = "Report it";
    let lines = FieldKind::Lines { rows: 6, most: 10_000 };
    form.fields = vec![
        Field::new("what_happened", "What happened, or seems to have", lines),
        Field::new("reported_by", "Who says so", FieldKind::Line).optional(),
    ];
    form.hidden.push(Once::field(&state));
    let lead = "Report suspected misuse of personal data, also where you are not sure. It opens an incident, and 72 hours begin to \
                run in which the authority may have to be told. What you write is sealed.";
    let sheet = Sheet::new(frame(&signed_in, REPORTING), "Report an incident", lead);
    shown(&sheet.with(Block::Forms(vec![form])))
}

/// What is reported.
#[derive(Deserialize)]
pub(super) struct Reported {
    what_happened: String,
    #[serde(default)]
    reported_by: String,
    #[serde(flatten)]
    once: Once,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Reported>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ReportIncident).await?;
    let parts = [form.what_happened.as_str(), &form.reported_by];
    let replay = form.once.replay(&state, &signed_in, (REPORTING, &parts))?;
    if form.what_happened.trim().is_empty() || form.what_happened.chars().count() > REPORT {
        return Err(Problem::malformed("Say what happened in 1 to 10,000 characters.").into());
    }
    let reported_by = Some(form.reported_by).filter(|by| !by.trim().is_empty());
    let report = Report { what_happened: form.what_happened, reported_by };
    let new = NewIncident { report, aware_at: None };
    let incident = state.gate().open_incident(&signed_in.caller, &new, Some(&replay)).await?;
    if may(&signed_in, Permission::SeeIncidents) {
        return Ok(Redirect::to(&format!("{PLACE}/{}", incident.id)).into_response());
    }
    let lead = "Thank you. Whoever handles incidents sees it from now on.";
    let id = vec![("Incident".to_owned(), Value::code(incident.id))];
    shown(&Sheet::new(frame(&signed_in, REPORTING), "It was reported", lead).with(Block::Facts(id)))
}
