//! Making records another subject's: each is opened under the one's key and sealed again under the other's, as another
//! record, since a seal binds whose it is. In one unit, so that none is lost and none is there twice.

use std::collections::{HashMap, hash_map::Entry};

use domain::{Record, RecordId, Subject};
use sealing::SubjectKey;
use store::{Change, Expect, Unit, subjects::KeyBinding};

use super::{
    metadata_stands,
    seal::{Spot, open_fields},
};
use crate::{Effective, Gate, GateError, judge::to_move};

/// A subject with its keys.
pub(crate) type Keyed<'a> = (&'a Subject, &'a [KeyBinding]);

/// What a record was, and what it is now.
pub(crate) type Carried = (RecordId, RecordId);

impl Gate {
    /// Adds to a unit what makes records of one subject another's.
    pub(crate) async fn carry(
        &self,
        unit: &mut Unit,
        effective: &Effective,
        records: &[Record],
        (from, to): (Keyed<'_>, Keyed<'_>),
    ) -> Result<Vec<Carried>, GateError> {
        let mut keys: HashMap<&str, (SubjectKey, SubjectKey)> = HashMap::new();
        let mut all = Vec::with_capacity(records.len());
        for record in records {
            let (old, new) = match keys.entry(&record.class) {
                Entry::Occupied(found) => found.into_mut(),
                Entry::Vacant(place) => {
                    let old = self.class_key(from.0, from.1, &record.class).await?;
                    let (binding, new, is_bound) = self.class_binding(to.0, to.1, &record.class).await?;
                    if is_bound {
                        unit.expects.push(Expect::Key(binding));
                    } else {
                        unit.changes.push(Change::AddKeyBinding(binding));
                    }
                    place.insert((old, new))
                }
            };
            let moved = self.resealed(unit, effective, (record, to.0), (old, new))?;
            unit.expects.push(Expect::Record { id: record.id, version: record.version });
            unit.expects.push(metadata_stands(record));
            unit.changes.push(Change::RemoveRecord(record.id));
            all.push((record.id, moved.id));
            unit.changes.push(Change::AddRecord(moved));
        }
        Ok(all)
    }

    /// A record as the other's, whose index rows are added to the unit.
    fn resealed(
        &self,
        unit: &mut Unit,
        effective: &Effective,
        (record, owner): (&Record, &Subject),
        (old, new): (&SubjectKey, &SubjectKey),
    ) -> Result<Record, GateError> {
        let permit = to_move(effective, record);
        let values = open_fields(old, record, &permit)?;
        drop(permit.spend());
        let id = RecordId::new(&*self.ambient.clock, self.randomness(), owner.id.bucket());
        let mut moved = Record { id, subject: owner.id, ..record.clone() };
        moved.metadata.expires_at = self.end_of(record, owner);
        let spot = Spot::of(&moved);
        let seal = |field: &domain::record::SealedField| {
            let value = values.reveal().get(&field.name)?;
            Some(self.seal_field(new, spot, &field.name, field.version, value))
        };
        let fields: Vec<_> = record.fields.iter().filter_map(seal).collect();
        if fields.len() < record.fields.len() {
            return Err(GateError::Damaged("a field of a record that is moved"));
        }
        moved.fields = fields;
        // What the policy in force declares no more nobody is found by.
        if effective.declaring().record_type(&record.record_type).is_some() {
            unit.changes.extend(self.index_changes(effective, &moved, values.reveal())?);
        }
        Ok(moved)
    }
}
