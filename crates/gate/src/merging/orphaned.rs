//! What is left of a subject whose other one was erased in the midst of the merge: it is erased as that one was.

use domain::{Action, CaseKind, Detail, Hold, Merge, Subject, SubjectId};
use store::{Change, Expect, Unit, subjects::KeyBinding};

use crate::{
    Caller, Determination, Effective, Gate, GateError, attempts::Failed, cases::read, erasure::Cause,
};

impl Gate {
    /// Ends a merge whose other one was erased. In one unit what is left is erased for the same cause and under the same holds:
    /// at no moment it can be used again, and of a child nothing is named, nor kept but by a hold.
    pub(super) async fn erase_after(
        &self,
        caller: &Caller,
        merge: Merge,
        (from, keys): (&Subject, &[KeyBinding]),
    ) -> Result<Merge, Failed> {
        let effective = self.effective(caller)?;
        let (cause, holds) = self.fate_of(merge.into).await?;
        let (orphan, held) = self.held_alike((caller, &effective), (from, keys), holds).await?;
        let (erasure, mut unit) = self.tombstone((caller, &effective), (&orphan, keys), cause).await?;
        unit.expects.push(Expect::Subject { id: from.id, version: from.version });
        unit.changes.splice(0..0, held.changes);
        unit.entries.extend(held.entries);
        if cause != Cause::Child {
            let detail = self.merge_detail(caller, &effective, (&merge, from.id), Action::MergeEnded);
            unit.entries.push(self.account_entry(from.account, &Detail { subject: None, ..detail })?);
        }
        let ended = self.end_merge(merge, unit).await?;
        self.resume(caller, erasure).await?;
        Ok(ended)
    }

    /// Why whoever a subject is one with was erased, and what holds stand on them. When nothing is left of them, the
    /// certificate shows whether they were a child, as it names none.
    async fn fate_of(&self, id: SubjectId) -> Result<(Cause, Vec<Hold>), GateError> {
        let (id, left) = self.merged_with(id).await?;
        if let Some((subject, _)) = left {
            let holds = self.store.cases_about(CaseKind::Hold, id).await?;
            return Ok((Cause::of(&subject), holds.iter().map(read).collect::<Result<_, _>>()?));
        }
        let certificate =
            self.store.erasure_of(id).await?.and_then(|erasure| erasure.state.into_certificate());
        let is_child = certificate.is_some_and(|certificate| certificate.subject.is_none());
        Ok((if is_child { Cause::Child } else { Cause::Asked }, Vec::new()))
    }

    /// A subject on which the same holds stand, each as one of its own that can be released, and what makes it so.
    async fn held_alike(
        &self,
        (caller, effective): (&Caller, &Effective),
        (from, keys): (&Subject, &[KeyBinding]),
        holds: Vec<Hold>,
    ) -> Result<(Subject, Unit), GateError> {
        let (mut orphan, mut unit) = (from.clone(), Unit::default());
        for hold in holds {
            let because = format!("as {} on the one it was merged into", hold.id);
            let hold = self.hold_alike(hold, from.id);
            let Some(freeze) = hold.freeze() else { continue };
            orphan.freezes = orphan.freezes.with(freeze);
            let said = Determination { by: None, because };
            let placed = self.placing((caller, effective), (from, keys), (&hold, &said)).await?;
            unit.changes.extend(placed.changes);
            unit.entries.extend(placed.entries);
        }
        if !unit.changes.is_empty() {
            orphan.version += 1;
            let (subject, version, freezes) = (from.id, orphan.version, orphan.freezes.clone());
            unit.changes.push(Change::SetFreezes { subject, version, freezes });
        }
        Ok((orphan, unit))
    }
}
