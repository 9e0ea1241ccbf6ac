//! What a step of a request leaves to be told, and to whom: written in the same unit as the step. Whoever has not shown to be
//! the person gets a receipt and nothing else.

use domain::{
    AccountKind, Action, Address, Record, Request, SubjectId,
    detector::Detector,
    message::{Template, Topic},
    request::Identifier,
    value,
};
use policy::Policy;
use store::Change;

use super::{Moved, concerned, declared};
use crate::{Caller, Effective, Gate, GateError, outbox::NewMessage, records::is_lookup};

/// How many records of a person are looked through together.
const STEP: u32 = 256;

impl Gate {
    /// The messages that a step leaves.
    pub(super) async fn notices(
        &self,
        caller: &Caller,
        effective: &Effective,
        moved: &Moved<'_>,
    ) -> Result<Vec<Change>, GateError> {
        let request = &moved.after;
        let mut messages = Vec::new();
        let for_the_person = match moved.action {
            Action::RequestOpened => Some(Template::Received),
            Action::RequestExtended => Some(Template::Extended),
            Action::RequestPaused => Some(Template::Paused),
            Action::RequestRefused => Some(Template::Refused),
            Action::RequestFulfilled | Action::RequestReissued => Some(Template::Fulfilled),
            _ => None,
        };
        if let Some(template) = for_the_person
            && let Some(to) = self.address_of(effective, request, template).await?
        {
            messages.push(self.write_message(about(request, template, to))?);
        }
        if let Some(template) = for_whoever_answers(moved) {
            messages.extend(self.tell_whoever_answers(caller, moved, template)?);
        }
        Ok(messages)
    }

    /// Where the person is reached: by an identifier that is proved, or where the account that vouches for them would write.
    async fn address_of(
        &self,
        effective: &Effective,
        request: &Request,
        template: Template,
    ) -> Result<Option<Address>, GateError> {
        let is_receipt = matches!(template, Template::Received);
        let reached = request.identifiers.iter().position(|identifier| {
            (is_receipt || identifier.is_proved()) && is_email(effective, &identifier.field)
        });
        if let Some(place) = reached {
            return Ok(Some(Address::Identifier { request: request.id, place }));
        }
        let subject = request.subjects.first().filter(|_| request.identifiers.is_empty());
        match subject {
            Some(subject) => self.newest_address(effective, *subject).await.map(Some),
            None => {
                let is_proved = request.identifiers.iter().any(Identifier::is_proved);
                Ok((is_proved && !is_receipt).then_some(Address::Nowhere))
            }
        }
    }

    /// Where the account would write to one of its own people: the newest address by which they can be found. One that they
    /// cannot be found by may be another's, for example of someone whom they named.
    async fn newest_address(&self, effective: &Effective, subject: SubjectId) -> Result<Address, GateError> {
        let (mut newest, mut after) = (Address::Nowhere, None);
        loop {
            let page = self.store.records(subject, after, STEP).await?;
            let found = page.iter().rev().find_map(|record| address_in(effective.declaring(), record));
            newest = found.unwrap_or(newest);
            after = page.last().map(|record| record.id);
            if page.len() < STEP as usize {
                return Ok(newest);
            }
        }
    }

    /// The Client whose request it was until now, where the operator passed it on, or else the custodian; of one whose time
    /// is over, both.
    fn tell_whoever_answers(
        &self,
        caller: &Caller,
        moved: &Moved<'_>,
        template: Template,
    ) -> Result<Vec<Change>, GateError> {
        let request = &moved.after;
        let to_write = |account, to| NewMessage {
            account,
            subject: None,
            template,
            about: Topic::Request(request.id),
            to,
        };
        let Some(operator) = request.passed_on_by.filter(|_| !moved.before.is_taken_over) else {
            return Ok(vec![self.write_message(to_write(request.answered_by(), Address::Custodian))?]);
        };
        let contact = Some(&caller.account).filter(|account| account.kind == AccountKind::Client);
        let contact = contact.and_then(|account| account.contact.clone());
        let is_over = request.told == Some(domain::request::Milestone::Due);
        let custodian = (is_over || contact.is_none()).then_some(Address::Custodian);
        let client = contact.map(|contact| Address::Record { record: contact.record, field: contact.field });
        client.into_iter().chain(custodian).map(|to| self.write_message(to_write(operator, to))).collect()
    }
}

/// The field of a record that holds an address by which the person can be found.
fn address_in(policy: &Policy, record: &Record) -> Option<Address> {
    let declared = policy.record_type(&record.record_type)?;
    let is_address = |name: &str| {
        declared
            .fields
            .get(name)
            .is_some_and(|field| is_lookup(field) && value::detector(policy, field) == Some(Detector::Email))
    };
    let field = record.fields.iter().find(|field| is_address(&field.name))?;
    Some(Address::Record { record: record.id, field: field.name.clone() })
}

fn about(request: &Request, template: Template, to: Address) -> NewMessage {
    let (account, subject) = (request.answered_by(), concerned(request));
    NewMessage { account, subject, template, about: Topic::Request(request.id), to }
}

/// The code of an identifier, for its owner.
pub(super) fn code_for(request: &Request, place: usize, number: u8) -> NewMessage {
    about(request, Template::Code { number }, Address::Identifier { request: request.id, place })
}

/// What whoever must answer is told.
fn for_whoever_answers(moved: &Moved<'_>) -> Option<Template> {
    let request = &moved.after;
    match moved.action {
        Action::RequestOpened => request.passed_on_by.map(|_| Template::PassedOn),
        Action::RequestReminded | Action::RequestOverdue if request.is_open() => {
            request.told.map(|milestone| Template::RequestClock { milestone })
        }
        _ => None,
    }
}

/// Whether what a person writes in a field of their request is an e-mail address.
pub(crate) fn is_email(effective: &Effective, field: &str) -> bool {
    let policy = effective.declaring();
    let words = declared(effective).and_then(|requests| policy.record_type(requests.record.get_ref()));
    let field = words.and_then(|words| words.fields.get(field));
    field.and_then(|field| value::detector(policy, field)) == Some(Detector::Email)
}
