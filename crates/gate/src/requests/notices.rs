//! What a step of a request leaves to be told, and to whom: written in the same unit as the step. Whoever has not shown to be
//! the person gets a receipt and nothing else.

use domain::{
    AccountKind, Action, Address, Request,
    detector::Detector,
    message::{Template, Topic},
    value,
};
use store::Change;

use super::{Moved, concerned, declared};
use crate::{Caller, Effective, Gate, GateError, outbox::NewMessage};

/// How many records of a person are looked through for an address.
const LOOKED_THROUGH: u32 = 100;

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
            messages.extend(self.tell_whoever_answers(caller, request, template)?);
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
        let is_vouched = request.identifiers.is_empty();
        let Some(subject) = request.subjects.first().filter(|_| is_vouched) else { return Ok(None) };
        let policy = effective.declaring();
        let records = self.store.records(*subject, None, LOOKED_THROUGH).await?;
        let found = records.iter().find_map(|record| {
            let declared = policy.record_type(&record.record_type)?;
            let is_address = |name: &str| {
                let field = declared.fields.get(name)?;
                (value::detector(policy, field) == Some(Detector::Email)).then_some(())
            };
            let field = record.fields.iter().find(|field| is_address(&field.name).is_some())?;
            Some(Address::Record { record: record.id, field: field.name.clone() })
        });
        Ok(found)
    }

    /// The Client whose request it is, where the operator passed it on, or else the custodian; of one whose time is over,
    /// both.
    fn tell_whoever_answers(
        &self,
        caller: &Caller,
        request: &Request,
        template: Template,
    ) -> Result<Vec<Change>, GateError> {
        let to_write = |account, to| NewMessage {
            account,
            subject: None,
            template,
            about: Topic::Request(request.id),
            to,
        };
        let Some(operator) = request.passed_on_by.filter(|_| !request.is_taken_over) else {
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
pub(super) fn is_email(effective: &Effective, field: &str) -> bool {
    let policy = effective.declaring();
    let words = declared(effective).and_then(|requests| policy.record_type(requests.record.get_ref()));
    let field = words.and_then(|words| words.fields.get(field));
    field.and_then(|field| value::detector(policy, field)) == Some(Detector::Email)
}
