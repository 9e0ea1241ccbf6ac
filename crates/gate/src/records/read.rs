//! Reading a record.

use domain::{Action, RecordId};
use store::{Unit, records::Held};

use super::{first_entry, metadata_stands, seal::open_fields, withheld, without_fields};
use crate::{Caller, Gate, GateError, attempts::Failed, judge::Ask, view::OpenedRecord};

impl Gate {
    /// Opens the fields of a record that may be read for a purpose, and by a recipient if one is named. The entry
    /// that says so is durable when this returns.
    ///
    /// # Errors
    /// Refused when no field may be opened; not there; gone; or a store that fails.
    pub async fn read_record(
        &self,
        caller: &Caller,
        id: RecordId,
        purpose: &str,
        recipient: Option<&str>,
    ) -> Result<OpenedRecord, GateError> {
        self.retried(async || {
            let held = self.held(caller, id).await?;
            self.try_read(caller, held, purpose, recipient).await
        })
        .await
        .map_err(Failed::into_error)
    }

    async fn try_read(
        &self,
        caller: &Caller,
        held: Held,
        purpose: &str,
        recipient: Option<&str>,
    ) -> Result<OpenedRecord, Failed> {
        let Held { record, subject, keys } = held;
        let effective = self.effective(caller)?;
        let audit = self.audit_key(&subject, &keys).await?;
        let fields: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
        let judgement = self.judge(
            &effective,
            &Ask {
                subject: &subject,
                record_type: &record.record_type,
                fields: &fields,
                purpose,
                collected_for: Some(&record.metadata.collected_for),
                objections: &record.metadata.objections,
                recipient,
            },
        )?;
        let mut detail = self.detail_under(caller, Action::RecordRead, &effective);
        detail.subject = Some(subject.id);
        detail.record = Some(record.id);
        detail.record_type = Some(record.record_type.clone());
        detail.purpose = effective.known_purpose(purpose);
        detail.recipient = effective.known_recipient(recipient);
        let Some(permit) = judgement.permit else {
            let refusals = judgement.withheld.into_iter().map(|(_, refusal)| refusal).collect();
            let mut expects = effective.expects_of(&subject);
            expects.push(metadata_stands(&record));
            return Err(self.refuse(&audit, expects, detail, refusals).await.into());
        };
        detail.categories = permit.categories().to_vec();
        detail.clause = Some(permit.clause().section);
        let key = self.class_key(&subject, &keys, &record.class).await?;
        let fields = open_fields(&key, &record, &permit)?;
        let entry = self.entry(&audit, Some(subject.id), &detail);
        let mut expects = permit.spend();
        expects.push(metadata_stands(&record));
        let unit = Unit { expects, entries: vec![entry], ..Unit::default() };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        metrics::counter!("bailee_decisions_total", "outcome" => "allowed").increment(1);
        Ok(OpenedRecord {
            record: without_fields(record),
            fields,
            withheld: withheld(judgement.withheld),
            entry: first_entry(&committed)?,
        })
    }
}
