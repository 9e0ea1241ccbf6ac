//! What waits while two subjects become one: mails go on as the other's, to wherever their address was carried; whoever is signed in as
//! the one is out, and comes in as the other.

use domain::{CaseKind, Message, Session, Subject, SubjectId, message::Address, staff::Ended};
use store::{Change, Unit};

use crate::{
    Caller, Effective, Gate, GateError,
    cases::{file, read},
    records::Carried,
};

impl Gate {
    /// Adds to the unit that begins a merge what becomes of what waits for the one.
    pub(super) async fn hand_over_waiting(
        &self,
        unit: &mut Unit,
        (caller, effective): (&Caller, &Effective),
        (one, into): (&Subject, SubjectId),
    ) -> Result<(), GateError> {
        for message in self.waiting_about(one.id).await? {
            unit.changes.push(Change::ReplaceCase(file(&message.about_heir(into))?));
        }
        let cases = self.store.cases_about(CaseKind::Session, one.id).await?;
        for session in cases.iter().filter(|case| case.is_open).map(read::<Session>) {
            let Some(ended) = session?.ended(self.now(), Ended::Merged) else { continue };
            unit.changes.push(Change::ReplaceCase(file(&ended)?));
            unit.entries.push(self.session_entry(caller, effective, &ended).await?);
        }
        Ok(())
    }

    /// Adds to the unit that carries records to the heir where the mails go that were to go to an address in one of them.
    pub(super) async fn readdress(
        &self,
        unit: &mut Unit,
        heir: SubjectId,
        carried: &[Carried],
    ) -> Result<(), GateError> {
        for message in self.waiting_about(heir).await? {
            let Address::Record { record, .. } = &message.to else { continue };
            let Some((_, now)) = carried.iter().find(|(before, _)| before == record) else { continue };
            unit.changes.push(Change::ReplaceCase(file(&message.clone().readdressed(*now))?));
        }
        Ok(())
    }

    async fn waiting_about(&self, subject: SubjectId) -> Result<Vec<Message>, GateError> {
        let cases = self.store.cases_about(CaseKind::Message, subject).await?;
        cases.iter().filter(|case| case.is_open).map(read).collect()
    }
}
