//! Changing a record by what stands in it, in one unit: it is opened, made anew and sealed, or made where there was none.

use domain::{Action, Record, Source, Subject};
use store::{Change, Expect, Unit, subjects::KeyBinding};

use super::{NewRecord, Patch, Terms, metadata_stands, seal::open_fields};
use crate::{Caller, Effective, Fields, Gate, GateError, attempts::Failed, judge::Ask};

impl Gate {
    /// The unit that puts in a record what `change` makes of its fields; none where there was no record and nothing is to stand in one.
    pub(crate) async fn rewritten(
        &self,
        (caller, effective): (&Caller, &Effective),
        (subject, keys): &(Subject, Vec<KeyBinding>),
        (purpose, record_type): (&str, &str),
        held: Option<&Record>,
        change: impl FnOnce(&Fields) -> Fields,
    ) -> Result<Option<Unit>, Failed> {
        let Some(record) = held else {
            let fields = change(&Fields::new());
            if fields.is_empty() {
                return Ok(None);
            }
            let counts = self.store.type_counts(subject.id).await?;
            let records = counts.iter().map(|count| count.records).sum();
            let (record_type, collected_for) = (record_type.to_owned(), Vec::new());
            let new = NewRecord { record_type, fields, collected_for, source: Source::Observed };
            let (found, terms) = ((subject.clone(), keys.clone()), Terms::default());
            let asked = (caller, effective);
            let (mut unit, _) = Box::pin(self.creation(asked, &found, purpose, (&new, &terms))).await?;
            // Of two who find none, one makes it.
            unit.expects.push(Expect::RecordCount { subject: subject.id, records });
            return Ok(Some(unit));
        };
        let fields: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
        let ask = Ask {
            subject,
            record_type,
            fields: &fields,
            purpose,
            collected_for: Some(&record.metadata.collected_for),
            objections: &record.metadata.objections,
            recipient: None,
        };
        let judgement = self.judge(effective, &ask)?;
        let audit = self.audit_key(subject, keys).await?;
        let mut detail = self.detail_under(caller, Action::RecordUpdated, effective);
        detail.subject = Some(subject.id);
        detail.record = Some(record.id);
        detail.record_type = Some(record.record_type.clone());
        detail.purpose = effective.known_purpose(purpose);
        let Some(permit) = judgement.permit.filter(|_| judgement.withheld.is_empty()) else {
            let refusals = judgement.withheld.into_iter().map(|(_, refusal)| refusal).collect();
            return Err(self.refuse(&audit, effective.expects_of(subject), detail, refusals).await.into());
        };
        detail.categories = permit.categories().to_vec();
        detail.clause = Some(permit.clause().section);
        let key = self.class_key(subject, keys, &record.class).await?;
        let patch = Patch { version: None, fields: change(open_fields(&key, record, &permit)?.reveal()) };
        let changed = self.patched((effective, &subject.triggers), record, &key, &patch)?;
        let binding = keys.iter().find(|binding| binding.class == record.class);
        let binding = binding.ok_or(GateError::Busy)?;
        let mut unit = Unit { expects: permit.spend(), ..Unit::default() };
        unit.expects.push(Expect::Record { id: record.id, version: record.version });
        unit.expects.extend([metadata_stands(record), Expect::Key(binding.clone())]);
        unit.changes.push(Change::ReplaceRecord(changed));
        unit.entries.push(self.entry(&audit, Some(subject.id), &detail));
        Ok(Some(unit))
    }
}
