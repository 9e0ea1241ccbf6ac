//! Finding subjects by the value of a lookup field.

use domain::{Action, Age, RecordId, SubjectId, SubjectState, detector::Detector, value};
use policy::{Decision, Question, decide::Facts};
use store::{Unit, records::Held};

use crate::{
    Caller, Gate, GateError, Permit,
    attempts::Failed,
    entry::refused,
    glass::said_why,
    judge::{Ask, yes_to},
    policies::Effective,
    records::{is_lookup, metadata_stands},
};

/// The most subjects one lookup answers with: a lookup field is near-unique.
const LOOKUP_LIMIT: u32 = 32;

impl Gate {
    /// Finds subjects by the value of a lookup field, for a purpose. Whoever the policy keeps from being found is
    /// not found; each subject found gets an entry, and of one who is not there nothing is stored.
    ///
    /// # Errors
    /// Refused when the policy lets no role be found by this field for this purpose.
    pub async fn lookup(
        &self,
        caller: &Caller,
        field: &str,
        text: &str,
        purpose: &str,
    ) -> Result<Vec<SubjectId>, GateError> {
        let found = self.find_records(caller, field, text, purpose).await?;
        Ok(found.into_iter().map(|(subject, _)| subject).collect())
    }

    /// The same, with the record of each by which they are found.
    pub(crate) async fn find_records(
        &self,
        caller: &Caller,
        field: &str,
        text: &str,
        purpose: &str,
    ) -> Result<Vec<(SubjectId, RecordId)>, GateError> {
        let attempt = || self.try_look_up(caller, field, text, purpose);
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    async fn try_look_up(
        &self,
        caller: &Caller,
        field: &str,
        text: &str,
        purpose: &str,
    ) -> Result<Vec<(SubjectId, RecordId)>, Failed> {
        let effective = self.may_look_up(caller, field, purpose).await?;
        said_why(caller, &effective, purpose)?;
        let mut found: Vec<(SubjectId, RecordId)> = Vec::new();
        for tag in self.lookup_tags(caller, &effective, field, text) {
            for row in self.store.lookup(caller.account_id(), &tag, LOOKUP_LIMIT).await? {
                let is_new = found.iter().all(|(subject, _)| *subject != row.subject);
                if is_new && self.find(caller, row.record, field, purpose).await? {
                    found.push((row.subject, row.record));
                }
            }
        }
        // Nobody found, nothing committed: nothing else says that the policy still lets this be asked, and that the index
        // was read under every key.
        self.require_current(&effective).await?;
        Ok(found)
    }

    /// Whether a mark stands in a lookup field of somebody, erased or not: what an exception keeps is there to be known again by.
    /// Nothing is opened, and nobody is named.
    pub(crate) async fn is_marked(
        &self,
        caller: &Caller,
        field: &str,
        mark: &str,
        purpose: &str,
    ) -> Result<bool, Failed> {
        let effective = self.may_look_up(caller, field, purpose).await?;
        for tag in self.lookup_tags(caller, &effective, field, mark) {
            for row in self.store.lookup(caller.account_id(), &tag, LOOKUP_LIMIT).await? {
                let held = self.store.record(row.record).await?;
                if held.is_some_and(|held| !self.is_expired(&held.record, &held.subject)) {
                    return Ok(true);
                }
            }
        }
        self.require_current(&effective).await?;
        Ok(false)
    }

    /// Every tag the value may stand under: each detector that a field of this name can have, each key version.
    fn lookup_tags(&self, caller: &Caller, effective: &Effective, field: &str, text: &str) -> Vec<[u8; 32]> {
        let policy = effective.declaring();
        let mut spellings: Vec<String> = policy
            .document()
            .records
            .values()
            .filter_map(|record| record.fields.get(field))
            .map(|declared| Detector::normalise(value::detector(policy, declared), text))
            .collect();
        spellings.sort_unstable();
        spellings.dedup();
        let versions = self.keyring.account_versions(caller.account_id());
        let tags = versions
            .iter()
            .flat_map(|keys| spellings.iter().map(|spelling| keys.blind_index(field, spelling.as_bytes())));
        tags.collect()
    }

    /// Refuses, before anything is looked up, what no role could be found by: so the answer tells nothing about
    /// who exists.
    async fn may_look_up(&self, caller: &Caller, field: &str, purpose: &str) -> Result<Effective, Failed> {
        let effective = self.effective(caller)?;
        // Of someone who said yes: what no one could be found for is refused, whoever exists and whatever they chose.
        let choices = yes_to(purpose);
        let facts = Facts { age: Age::OfAge, ..Facts::new(self.today(), &choices) };
        let mut decisions = decisions_on(&effective, field, purpose, &facts).peekable();
        let first = decisions.peek().map(|first| first.refusals().to_vec());
        let is_allowed = decisions.any(|decision| decision.is_allowed());
        drop(decisions);
        if is_allowed {
            return Ok(effective);
        }
        let Some(refusals) = first else {
            return Err(
                GateError::Malformed("no record type has a lookup field of this name".to_owned()).into()
            );
        };
        let mut detail = self.detail_under(caller, Action::SubjectLookedUp, &effective);
        detail.purpose = effective.known_purpose(purpose);
        let audit = self.keyring.account(caller.account_id())?.audit_key();
        Err(self.refuse(&audit, effective.expects(), detail, refusals).await.into())
    }

    /// Whether the subject of a record that the index names may be found by it, recorded either way.
    async fn find(
        &self,
        caller: &Caller,
        record: RecordId,
        field: &str,
        purpose: &str,
    ) -> Result<bool, GateError> {
        self.retried(|| self.try_find(caller, record, field, purpose)).await.map_err(Failed::into_error)
    }

    async fn try_find(
        &self,
        caller: &Caller,
        record: RecordId,
        field: &str,
        purpose: &str,
    ) -> Result<bool, Failed> {
        let Some(Held { record, subject, keys }) = self.store.record(record).await? else { return Ok(false) };
        // Who is erased, or is known only by what is over, is not there.
        if subject.state != SubjectState::Active || self.is_expired(&record, &subject) {
            return Ok(false);
        }
        let effective = self.effective(caller)?;
        let ask = Ask {
            subject: &subject,
            record_type: &record.record_type,
            fields: &[field],
            purpose,
            collected_for: Some(&record.metadata.collected_for),
            objections: &record.metadata.objections,
            recipient: None,
        };
        let judgement = self.judge(&effective, &ask)?;
        let mut detail = self.detail_under(caller, Action::SubjectLookedUp, &effective);
        detail.subject = Some(subject.id);
        detail.purpose = effective.known_purpose(purpose);
        let allowed = match &judgement.permit {
            Some(permit) => {
                detail.categories = permit.categories().to_vec();
                detail.clause = Some(permit.clause().section);
                true
            }
            None => {
                let refusals: Vec<_> = judgement.withheld.into_iter().map(|(_, refusal)| refusal).collect();
                detail = refused(detail, &refusals);
                false
            }
        };
        let audit = self.audit_key(&subject, &keys).await?;
        let entry = self.entry(&audit, Some(subject.id), &detail);
        let mut expects = judgement.permit.map_or_else(|| effective.expects_of(&subject), Permit::spend);
        expects.push(metadata_stands(&record));
        let unit = Unit { expects, entries: vec![entry], ..Unit::default() };
        self.commit(unit).await.map_err(Failed::Commit)?;
        Ok(allowed)
    }
}

/// The decision for each role and record type whose lookup field has this name.
fn decisions_on<'a>(
    effective: &'a Effective,
    field: &'a str,
    purpose: &'a str,
    facts: &'a Facts<'a>,
) -> impl Iterator<Item = Decision> + 'a {
    let records = effective.declaring().document().records.iter();
    records.flat_map(move |(name, record)| {
        let declared = record.fields.get(field).filter(|declared| is_lookup(declared));
        let category = declared.and_then(|declared| declared.category.as_ref());
        let roles = record.roles.iter();
        roles.filter_map(move |role| {
            let question = Question {
                role: role.get_ref(),
                record_type: Some(name.get_ref()),
                category: category?.get_ref(),
                purpose,
                recipient: None,
            };
            Some(effective.decide(&question, facts))
        })
    })
}
