//! `/console/complaints`: what people complain of, ask and allege, and answering it. Whoever decides is named by what their own
//! record says, so that nobody judges in their own cause under another name.

mod entering;
mod steps;

use axum::{extract::State, response::Response};
use domain::{Complaint, Filed, Permission};
use jiff::Timestamp;
use web::console::{Block, Sheet, Table, Value};

pub(super) use entering::{enter, form_page as entering};
pub(super) use steps::take;

use self::steps::Step;
use super::{
    Staff, allow,
    doing::may,
    frame, person, shown,
    stop::Stop,
    words::{channel, moment},
};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{
        cases::{QueueQuery, cursor},
        view::next,
    },
};

const PLACE: &str = "/console/complaints";

pub(super) async fn queue(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeComplaints).await?;
    let Strict(query) = query?;
    let (limit, is_open) = (query.limit(), query.is_open());
    let complaints: Vec<Complaint> =
        state.gate().queue(&signed_in.caller, is_open, query.after()?, limit).await?;
    let next = next(&complaints, limit, |one| cursor(&one.filing()));
    let closed = if is_open { "" } else { "closed=true&" };
    let table = Table {
        label: "Complaints".to_owned(),
        columns: vec!["Complaint", "What", "State", "Came by", "Owned", "Next thing due"],
        rows: complaints.iter().map(|one| row(one, state.now())).collect(),
        next: next.map(|next| format!("{PLACE}?{closed}after={next}")),
    };
    let lead = "What people complain of, ask and allege, what is due first at the head. No words and no names stand here.";
    let teaches = "A complaint comes here from the privacy center or an app; one that came by e-mail, post, fax or telephone is \
                   entered. It is acknowledged, owned by somebody whom it is not about, and answered.";
    let title = if is_open { "Nobody complains" } else { "None is closed" };
    let empty = Block::Empty { title: title.to_owned(), teaches: teaches.to_owned() };
    let other = match is_open {
        true => {
            Block::Way { href: format!("{PLACE}?closed=true"), label: "Those that are closed".to_owned() }
        }
        false => Block::Way { href: PLACE.to_owned(), label: "Those to be answered".to_owned() },
    };
    let entering = match may(&signed_in, Permission::EnterComplaint) {
        true => {
            Block::Way { href: format!("{PLACE}/new"), label: "Enter one that came another way".to_owned() }
        }
        false => Block::Text(String::new()),
    };
    let sheet =
        Sheet::new(frame(&signed_in, PLACE), if is_open { "Complaints" } else { "Closed complaints" }, lead)
            .with(entering)
            .with(other)
            .with(if complaints.is_empty() { empty } else { Block::Table(table) });
    shown(&sheet)
}

fn row(complaint: &Complaint, now: Timestamp) -> Vec<Value> {
    let due = complaint.due_at().map(|due| match due <= now {
        true => Value::Urgent(format!("over since {}", moment(due).words)),
        false => Value::Moment(moment(due)),
    });
    vec![
        Value::Id { href: format!("{PLACE}/{}", complaint.id), id: complaint.id.to_string() },
        Value::text(complaint.matter.as_str()),
        Value::text(complaint.state.as_str()),
        Value::text(channel(complaint.channel)),
        Value::text(if complaint.owner.is_some() { "yes" } else { "by nobody" }),
        due.unwrap_or(Value::Nothing),
    ]
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(complaint): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeComplaints).await?;
    let complaint = state.gate().complaint(&signed_in.caller, id(&complaint, "complaint")?).await?;
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let mut facts = facts(&complaint);
    if let Some(incident) = complaint.incident {
        let (href, id) = (format!("/console/incidents/{incident}"), incident.to_string());
        let leads = may(&signed_in, Permission::SeeIncidents);
        facts.push(("Incident".to_owned(), if leads { Value::Id { href, id } } else { Value::Code(id) }));
    }
    let mut forms = Vec::new();
    if may(&signed_in, Permission::OpenPerson) {
        let purpose = effective.declaring().document().complaints.as_ref();
        let purpose =
            purpose.and_then(|one| one.get_ref().purpose.as_ref()).map(|name| name.get_ref().clone());
        let mut door = person::door(&signed_in, complaint.subject, purpose.as_deref());
        door.title = Some("Read what they wrote");
        forms.push(door);
    }
    let steps = Step::ALL
        .into_iter()
        .filter(|step| may(&signed_in, step.permission()) && step.is_possible(&complaint));
    forms.extend(steps.map(|step| step.form(&signed_in, &complaint)));
    let title = format!("A {}", complaint.matter.as_str());
    let sheet = Sheet::new(frame(&signed_in, PLACE), title, "").under(PLACE, "Complaints");
    shown(&sheet.with(Block::Facts(facts)).doors("What you can do", forms))
}

/// What is known of a complaint without opening anything.
fn facts(complaint: &Complaint) -> Vec<(String, Value)> {
    let mut facts: Vec<(String, Value)> = [
        ("Complaint", Value::code(complaint.id)),
        ("State", Value::text(complaint.state.as_str())),
        ("Came by", Value::text(channel(complaint.channel))),
        ("Received", Value::Moment(moment(complaint.acknowledge.terms.received_at))),
        ("Acknowledged by", Value::Moment(moment(complaint.acknowledge.terms.due_at()))),
        ("Answered by", Value::Moment(moment(complaint.answer.terms.due_at()))),
        ("Owned", Value::text(if complaint.owner.is_some() { "yes" } else { "by nobody yet" })),
        ("Parties that it is about", Value::text(complaint.about.len())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    facts.extend(
        complaint
            .decisions
            .iter()
            .map(|one| (format!("Decided {}", moment(one.at).words), Value::text(one.outcome.as_str()))),
    );
    for (place, remedy) in complaint.remedies.iter().enumerate() {
        let done = remedy.done_at.map(|at| Value::Text(format!("done {}", moment(at).words)));
        let due = Value::Text(format!("due {}", moment(remedy.due_at).words));
        facts.push((format!("Remedy {}", place + 1), done.unwrap_or(due)));
    }
    facts
}
