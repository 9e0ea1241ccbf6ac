//! Another key for what is left of a class: so that the old one can be destroyed with what was sealed under it.

use domain::{Record, Subject};
use store::{Change, Expect, Unit, subjects::KeyBinding};

use super::{
    metadata_stands,
    seal::{Spot, open_fields},
};
use crate::{Effective, Gate, GateError, judge::to_move};

impl Gate {
    /// Adds to a unit what seals records anew under another key of their class, and condemns the one that they had.
    pub(crate) async fn renew_key(
        &self,
        unit: &mut Unit,
        effective: &Effective,
        (subject, keys): (&Subject, &[KeyBinding]),
        (binding, records): (&KeyBinding, &[Record]),
    ) -> Result<(), GateError> {
        let old = self.class_key(subject, keys, &binding.class).await?;
        let (slot, new) = self.keyring.take(subject.account).await?;
        for record in records {
            let permit = to_move(effective, record);
            let values = open_fields(&old, record, &permit)?;
            drop(permit.spend());
            let version = record.version + 1;
            let spot = Spot::of(record);
            let sealed = values.reveal().iter();
            let fields =
                sealed.map(|(name, value)| self.seal_field(&new, spot, name, version, value)).collect();
            unit.expects.push(Expect::Record { id: record.id, version: record.version });
            unit.expects.push(metadata_stands(record));
            unit.changes.push(Change::ReplaceRecord(Record { version, fields, ..record.clone() }));
        }
        unit.changes.push(Change::MoveKeyBinding(KeyBinding { slot, ..binding.clone() }));
        unit.changes.push(Change::CondemnSlot(self.doomed(subject.account, binding)));
        Ok(())
    }
}
