//! One incident: its clock, how far it reaches, who was told, and the drafts of what has to be said.

use axum::{extract::State, response::Response};
use domain::{
    Incident, IncidentId, Permission,
    incident::{Part, Scope, State as Stands, due_at},
};
use gate::{Report, SignedIn};
use jiff::Timestamp;
use serde::Deserialize;
use web::console::{Block, Form, Sheet, Table, Value};

use super::{
    super::{
        Staff, allow,
        doing::{form, may},
        frame,
        posted::Posted,
        shown,
        stop::Stop,
        words::moment,
    },
    PLACE, clock,
    steps::Step,
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
};

pub(in super::super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(incident): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeIncidents).await?;
    let incident = state.gate().incident(&signed_in.caller, id(&incident, "incident")?).await?;
    shown(&sheet(&signed_in, &incident, None, state.now()))
}

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub(in super::super) struct Nothing {}

/// The same page with what was reported, which is recorded.
pub(in super::super) async fn report(
    State(state): State<ApiState>,
    Path(incident): Path<String>,
    Posted { signed_in, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeIncidents).await?;
    let incident: IncidentId = id(&incident, "incident")?;
    let (incident, report, entry) = state.gate().read_incident(&signed_in.caller, incident).await?;
    let opened = Some((report, entry.to_string()));
    shown(&sheet(&signed_in, &incident, opened, state.now()))
}

/// What stands of an incident, and what one may do about it.
pub(super) fn sheet(
    signed_in: &SignedIn,
    incident: &Incident,
    opened: Option<(Report, String)>,
    now: Timestamp,
) -> Sheet {
    let mut sheet = Sheet::new(frame(signed_in, PLACE), "An incident", "")
        .under(PLACE, "Incidents")
        .with(Block::Facts(facts(incident, now)));
    match opened {
        Some((report, entry)) => {
            let by = report.reported_by.map_or(Value::Nothing, Value::Text);
            let facts = [("Reported by", by), ("That you read it is recorded as", Value::Code(entry))];
            let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
            let heading = "What was reported";
            sheet = sheet.section(heading, Block::Source(report.what_happened)).with(Block::Facts(facts));
        }
        None => sheet = sheet.doors("What was reported", vec![reading(signed_in, incident)]),
    }
    let scopes: Vec<_> = incident.state.scopes().iter().map(reach).collect();
    let table = Table {
        label: "How far it reaches".to_owned(),
        columns: vec!["Whose doings", "From", "Until", "People", "Records", "Done", "Refused", "Clients"],
        rows: scopes,
        next: None,
    };
    let unasked = Block::Text("The log was not asked yet whom it reaches.".to_owned());
    let is_asked = !table.rows.is_empty();
    sheet = sheet.section("How far it reaches", if is_asked { Block::Table(table) } else { unasked });
    let drafts = Part::ALL.map(|part| {
        let (href, label) =
            (format!("{PLACE}/{}/drafts/{}", incident.id, part.as_str()), to_whom(part).to_owned());
        (format!("To {label}"), Value::Link { href, label: "Read the draft".to_owned() })
    });
    sheet = sheet.section("What has to be said", Block::Facts(drafts.into()));
    let steps = Step::ALL.into_iter().filter(|step| step.is_possible(incident));
    let allowed = may(signed_in, Permission::MoveIncident);
    sheet.doors(
        "What you can do",
        steps.filter(|_| allowed).map(|step| step.form(signed_in, incident)).collect(),
    )
}

fn reading(signed_in: &SignedIn, incident: &Incident) -> Form {
    let mut form = form(signed_in, "report", format!("{PLACE}/{}/report", incident.id));
    form.explains = "The report is sealed. Opening it is recorded.".to_owned();
    form.button = "Open the report";
    form
}

fn facts(incident: &Incident, now: Timestamp) -> Vec<(String, Value)> {
    let risk = incident
        .state
        .risk()
        .map_or(Value::text("not said yet"), |risk| Value::text(super::steps::word(risk)));
    let mut facts: Vec<(String, Value)> = [
        ("Incident", Value::code(incident.id)),
        ("State", Value::text(incident.state.as_str())),
        ("Left", clock(incident.countdown(now))),
        ("The authority is told by", Value::Moment(moment(due_at(incident.aware_at)))),
        ("Noticed", Value::Moment(moment(incident.aware_at))),
        ("Reported", Value::Moment(moment(incident.opened_at))),
        ("Risk for people", risk),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (part, notice) in incident.state.told() {
        facts.push((format!("Settled for {}", to_whom(*part)), Value::Moment(moment(notice.at))));
    }
    if let Stands::Assessed(assessed) = &incident.state {
        facts.extend(
            assessed
                .owed()
                .map(|part| (format!("To {}", to_whom(part)), Value::Urgent("not told yet".to_owned()))),
        );
    }
    facts
}

/// Who is told, in words.
pub(super) const fn to_whom(part: Part) -> &'static str {
    match part {
        Part::Authority => "the authority",
        Part::Clients => "the Clients",
        Part::Persons => "the people",
    }
}

fn reach(scope: &Scope) -> Vec<Value> {
    let reach = &scope.reach;
    vec![
        Value::text(scope.actor),
        Value::Moment(moment(scope.from)),
        Value::Moment(moment(scope.until)),
        Value::text(reach.people),
        Value::text(reach.records),
        Value::text(reach.done),
        Value::text(reach.refused),
        Value::text(reach.clients.len()),
    ]
}

/// What has to be said to somebody, with the blanks that a person fills in.
pub(in super::super) async fn draft(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path((incident, part)): Path<(String, String)>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeIncidents).await?;
    let part = Part::ALL.into_iter().find(|known| known.as_str() == part);
    let part = part.ok_or_else(|| Problem::not_found("draft"))?;
    let incident = state.gate().incident(&signed_in.caller, id(&incident, "incident")?).await?;
    let drafts = state.service.drafts(&signed_in.caller, &incident, part)?;
    let lead = "Made of what is known. Whatever only a person can know is left blank, and says so. Nothing is sent from here.";
    let title = format!("What has to be said to {}", to_whom(part));
    let mut sheet = Sheet::new(frame(&signed_in, PLACE), title, lead)
        .under(format!("{PLACE}/{}", incident.id), "The incident");
    if drafts.is_empty() {
        sheet =
            sheet.with(Block::Text("As far as the log was asked, nobody of them is concerned.".to_owned()));
    }
    for draft in drafts {
        sheet = sheet.section(draft.title, Block::Source(draft.markdown));
    }
    shown(&sheet)
}
