//! The way in: a link that is sent to an address, and opens once. Whether somebody is known there plays no part in what is
//! answered.

use domain::{
    Account, Action, Address, CaseId, CaseKind, Detail, Link, LinkId, Outcome, Subject, SubjectState,
    audit::Statement,
    detector::Detector,
    link::Reached,
    message::{Template, Topic},
    staff::{Browser, Place},
    value,
};
use jiff::Timestamp;
use policy::Promise;
use store::{Change, Unit};

use super::{Oneself, lets_in};
use crate::{
    Caller, Effective, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
    outbox::NewMessage,
    records::is_lookup,
    token::Token,
};

/// Why nobody was written to: it does not say whom somebody looked for.
const NOT_KNOWN: &str = "not_recognised";

/// Somebody who is reached at an address, in words that tell several apart and name none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neutral {
    /// At which place of the link they stand.
    pub place: usize,
    /// The role, as the policy calls it.
    pub role: String,
    /// Since when they are known.
    pub since: Timestamp,
}

impl Gate {
    /// Sends a link into the privacy center of an account to an address, if somebody is reached there. What comes back does not
    /// tell.
    ///
    /// # Errors
    /// A store fails.
    pub async fn ask_for_link(&self, account: &Account, address: &str) -> Result<(), GateError> {
        let system = Caller::system(account.clone());
        let people = self.people_at(&system, address).await?;
        let mark = self.asked_mark(&system, address)?;
        let attempt = || self.try_send_link(&system, people.clone(), &mark);
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Everyone of an account of whom an address is held, where they can be found by it. Staff come in by another door.
    async fn people_at(&self, system: &Caller, address: &str) -> Result<Vec<Reached>, GateError> {
        let effective = self.effective(system)?;
        let requests = effective.declaring().document().requests.as_ref();
        let Some(requests) = requests.filter(|_| lets_in(&system.account, &effective)) else {
            return Ok(Vec::new());
        };
        let purpose = requests.get_ref().purpose.get_ref().clone();
        let mut people: Vec<Reached> = Vec::new();
        for field in fields_of_addresses(&effective) {
            let found = match self.find_records(system, &field, address, &purpose).await {
                Ok(found) => found,
                // What cannot be an address, and what nobody may be found by, is nobody's.
                Err(GateError::Malformed(_) | GateError::Refused { .. }) => continue,
                Err(error) => return Err(error),
            };
            for (subject, record) in found {
                let is_new = people.iter().all(|known| known.subject != subject);
                if is_new && self.staff_member(subject).await?.is_none() {
                    people.push(Reached { subject, record, field: field.clone() });
                }
            }
        }
        Ok(people)
    }

    async fn try_send_link(&self, system: &Caller, people: Vec<Reached>, mark: &str) -> Result<(), Failed> {
        let effective = self.effective(system)?;
        let mut unit = Unit { expects: effective.expects(), ..Unit::default() };
        let detail = link_detail(self.detail_under(system, Action::LinkAsked, &effective), &effective);
        let Some(first) = people.first().cloned() else {
            let reason = Some(NOT_KNOWN.to_owned());
            let refused = Detail { outcome: Outcome::Refused, reason, ..detail };
            unit.entries.push(self.account_entry(system.account_id(), &refused)?);
            return self.commit(unit).await.map(drop).map_err(Failed::Commit);
        };
        let id = LinkId::new(&*self.ambient.clock, self.randomness(), first.subject.bucket());
        for one in &people {
            let case = Some(Statement { case: id.to_string(), by: None, because: None });
            let about = Detail { subject: Some(one.subject), case, ..detail.clone() };
            unit.entries.push(self.entry_about(system.account_id(), about).await?);
        }
        let hashes = (mark.to_owned(), self.link_token(system, id)?.hash());
        let link = Link::new((id, system.account_id()), people, hashes, self.now());
        unit.changes.push(Change::OpenCase(file(&link)?));
        unit.changes.push(self.write_message(NewMessage {
            account: system.account_id(),
            subject: Some(first.subject),
            template: Template::Link,
            about: Topic::Link(id),
            to: Address::Record { record: first.record, field: first.field },
        })?);
        self.commit(unit).await.map(drop).map_err(Failed::Commit)
    }

    /// The keyed hash of an address, by which it is known again and by nobody else.
    fn asked_mark(&self, system: &Caller, address: &str) -> Result<String, GateError> {
        let typed = Detector::normalise(Some(Detector::Email), address);
        let mark = self.repetition_hash(system, &[b"privacy center address", typed.as_bytes()])?;
        Ok(data_encoding::HEXLOWER.encode(&mark))
    }

    /// The token of a link. It is kept nowhere: it can be made again with the account's key.
    fn link_token(&self, system: &Caller, id: LinkId) -> Result<Token, GateError> {
        Ok(Token::derived(id, self.repetition_hash(system, &[b"privacy center link", id.as_bytes()])?))
    }

    /// Whether a link was asked for at the very address where it is about to be sent: what stands in the record may have been
    /// changed since.
    pub(crate) async fn is_asked_for_at(&self, id: LinkId, address: &str) -> Result<bool, GateError> {
        let link: Link = self.filed(*id.as_bytes()).await?;
        let system = Caller::system(self.account(link.account).await?);
        Ok(self.asked_mark(&system, address)? == link.address)
    }

    /// What opens the privacy center by a link that is still to be sent, and until when; none where it opens nothing any more.
    pub(crate) async fn link_in_force(&self, id: LinkId) -> Result<Option<(String, Timestamp)>, GateError> {
        let link: Link = self.filed(*id.as_bytes()).await?;
        let token = self.link_token(&Caller::system(self.account(link.account).await?), id)?;
        let is_good = link.is_live(self.now()) && token.is(&link.secret);
        Ok(is_good.then(|| (token.to_text(), link.until)))
    }

    /// Whom a link lets in, each in neutral words; nobody where it opens nothing.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn let_in_by(&self, link: &str) -> Result<Vec<Neutral>, GateError> {
        let Some(link) = self.live_link(link).await? else { return Ok(Vec::new()) };
        let effective = self.policy(link.account)?;
        let mut all = Vec::new();
        for (place, reached) in link.people.iter().enumerate() {
            let Some(subject) = self.living(reached).await? else { continue };
            let role = effective.declaring().document().roles.get(subject.role.as_str());
            let role = role.map_or(subject.role, |role| role.label.get_ref().clone());
            all.push(Neutral { place, role, since: subject.created_at });
        }
        Ok(all)
    }

    /// Lets somebody in by a link, as the one who stands at this place of it. Returns what their browser keeps; none when the link
    /// opens nothing.
    ///
    /// # Errors
    /// A store fails.
    pub async fn open_link(
        &self,
        link: &str,
        place: usize,
        browser: Browser,
    ) -> Result<Option<(Oneself, String)>, GateError> {
        let attempt = async || {
            let Some(found) = self.live_link(link).await? else { return Ok(None) };
            let account = found.account;
            let Some((opened, who)) = found.opened(place, self.now()) else { return Ok(None) };
            let Some(subject) = self.living(&who).await? else { return Ok(None) };
            let (session, token) =
                self.new_session((account, subject.id), Place::PrivacyCenter(who), browser);
            let caller = self.person(&session).await?;
            let changes = vec![Change::ReplaceCase(file(&opened)?)];
            self.begin_session(&caller, &session, changes).await?;
            let form_token = token.form_token();
            Ok(Some((Oneself { caller, session, form_token }, token.to_text())))
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// The link of which this is the text, where it opens something.
    async fn live_link(&self, text: &str) -> Result<Option<Link>, GateError> {
        let Some(token) = Token::parse(text) else { return Ok(None) };
        let id: LinkId = token.id();
        let case = self.store.case(CaseKind::Link, CaseId::from_bytes(*id.as_bytes())).await?;
        let link = case.as_ref().map(read::<Link>).transpose()?;
        let Some(link) = link.filter(|link| token.is(&link.secret) && link.is_live(self.now())) else {
            return Ok(None);
        };
        let lets_in = self.lets_people_in(&self.account(link.account).await?)?;
        Ok(Some(link).filter(|_| lets_in))
    }

    /// Somebody who is reached, if they still are.
    async fn living(&self, reached: &Reached) -> Result<Option<Subject>, GateError> {
        let found = self.store.subject(reached.subject).await?;
        Ok(found.map(|(subject, _)| subject).filter(|subject| subject.state == SubjectState::Active))
    }
}

fn link_detail(detail: Detail, effective: &Effective) -> Detail {
    let clause = effective.declaring().clause("requests", Promise::Access).section;
    Detail { clause: Some(clause), ..detail }
}

/// The names of the fields that hold e-mail addresses by which people can be found.
fn fields_of_addresses(effective: &Effective) -> Vec<String> {
    let policy = effective.declaring();
    let fields = policy.document().records.values().flat_map(|record| &record.fields);
    let is_address = |field: &policy::document::Field| {
        is_lookup(field) && value::detector(policy, field) == Some(Detector::Email)
    };
    let mut names: Vec<String> =
        fields.filter(|(_, field)| is_address(field)).map(|(name, _)| name.get_ref().clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
