//! `/v1/complaints`: what people complain of, ask and allege, from receipt to the last remedy.

pub(crate) mod decide;
pub(crate) mod open;
pub(crate) mod remedy;
pub(crate) mod way;

use axum::Json;
use domain::{
    Complaint, ComplaintId, EntryId,
    complaint::{Decision, Matter, Outcome, Party, Remedy, Step},
    request::Channel,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A complaint, a question or an allegation. Words and names are sealed: the words in its record, the rest in its entries.
#[derive(Serialize, ToSchema)]
pub(crate) struct ComplaintView {
    /// The complaint's id.
    #[schema(value_type = String)]
    id: ComplaintId,
    /// `complaint`, `question` or `allegation`.
    #[schema(value_type = String)]
    kind: Matter,
    /// How it came: `api`, `page`, `email`, `post`, `fax` or `voice`.
    #[schema(value_type = String)]
    channel: Channel,
    /// Who complains.
    #[schema(value_type = String)]
    subject: domain::SubjectId,
    /// The record of their own words.
    #[schema(value_type = String)]
    record: domain::RecordId,
    /// Whom it is about: keys and accounts by their ids; members of staff are only counted.
    about: AboutView,
    /// `received`, `acknowledged`, `decided`, `appealed`, `settled`, `closed` or `withdrawn`.
    state: &'static str,
    /// Whether somebody sees to it; the entry of the assignment names them.
    is_owned: bool,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// By when it is acknowledged.
    #[schema(value_type = String, format = DateTime)]
    acknowledge_by: Timestamp,
    /// By when it is answered, or answered anew.
    #[schema(value_type = String, format = DateTime)]
    answer_by: Timestamp,
    /// Until when the decision can be appealed, once there is one.
    #[schema(value_type = Option<String>, format = DateTime)]
    appeal_until: Option<Timestamp>,
    /// When the next thing must have been done.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// What was decided, and decided anew on appeal. The findings in words are in the entries.
    decisions: Vec<DecisionView>,
    /// What is to be done about it, in the order in which it was said.
    remedies: Vec<RemedyView>,
    /// The incident that was opened because of it.
    #[schema(value_type = Option<String>)]
    incident: Option<domain::IncidentId>,
    /// What has happened.
    #[schema(value_type = Vec<Object>)]
    steps: Vec<Step>,
    /// The entry of what was just done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

/// Whom a complaint is about.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct AboutView {
    /// How many members of staff.
    staff: usize,
    /// API keys.
    #[schema(value_type = Vec<String>)]
    keys: Vec<domain::KeyId>,
    /// Clients.
    #[schema(value_type = Vec<String>)]
    accounts: Vec<domain::AccountId>,
}

impl AboutView {
    fn of(about: &[Party]) -> Self {
        let mut view = Self::default();
        for party in about {
            match party {
                Party::Staff(_) => view.staff += 1,
                Party::Key(key) => view.keys.push(*key),
                Party::Account(account) => view.accounts.push(*account),
            }
        }
        view
    }
}

/// A decision.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecisionView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `upheld`, `partly`, `rejected` or, of a question, `answered`.
    #[schema(value_type = String)]
    outcome: Outcome,
    /// The entries of the audit log that it rests on.
    #[schema(value_type = Vec<String>)]
    entries: Vec<EntryId>,
    /// The sections of the policy that it rests on.
    clauses: Vec<u16>,
}

impl DecisionView {
    fn of(decision: Decision) -> Self {
        let Decision { at, outcome, entries, clauses, .. } = decision;
        Self { at, outcome, entries, clauses }
    }
}

/// Something that is to be done.
#[derive(Serialize, ToSchema)]
pub(crate) struct RemedyView {
    /// By when.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// When it was.
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
}

impl RemedyView {
    const fn of(remedy: &Remedy) -> Self {
        Self { due_at: remedy.due_at, done_at: remedy.done_at }
    }
}

impl ComplaintView {
    fn of(complaint: Complaint, entry: Option<EntryId>) -> Self {
        let is_decided = !complaint.decisions.is_empty() && complaint.matter != Matter::Question;
        Self {
            id: complaint.id,
            kind: complaint.matter,
            channel: complaint.channel,
            subject: complaint.subject,
            record: complaint.record,
            about: AboutView::of(&complaint.about),
            state: complaint.state.as_str(),
            is_owned: complaint.owner.is_some(),
            received_at: complaint.acknowledge.terms.received_at,
            acknowledge_by: complaint.acknowledge.terms.due_at(),
            answer_by: complaint.answer.terms.due_at(),
            appeal_until: is_decided.then(|| complaint.appeal.due_at()),
            due_at: complaint.due_at(),
            remedies: complaint.remedies.iter().map(RemedyView::of).collect(),
            decisions: complaint.decisions.into_iter().map(DecisionView::of).collect(),
            incident: complaint.incident,
            steps: complaint.steps,
            entry,
        }
    }
}

/// What a step made of a complaint, for whoever took it.
fn moved((complaint, entry): (Complaint, EntryId)) -> Json<ComplaintView> {
    Json(ComplaintView::of(complaint, Some(entry)))
}
