//! Keeping offenders out: of whoever's account was ended for a violation a keyed hash of the address is kept, by which they are
//! known again when they come back, and nothing else (promise `erasure-exceptions`).

use data_encoding::HEXLOWER;
use domain::{Source, Staff, detector::Detector};
use policy::document::Bar;
use serde_json::json;

use super::invitation::fields;
use crate::{Caller, Determination, Gate, GateError, NewHold, NewRecord, attempts::Failed};

/// Where the hash stands.
const FIELD: &str = "identifier_hash";

impl Gate {
    /// What keeps offenders out, as the policy in force says.
    fn bar(&self, console: &Caller) -> Result<Option<Bar>, GateError> {
        let effective = self.effective(console)?;
        let members = effective.declaring().document().members.as_ref();
        Ok(members.and_then(|members| members.get_ref().bar.as_ref()).map(|bar| bar.get_ref().clone()))
    }

    /// The hash by which an address is known again: the same in every version of the operator's keys.
    fn bar_mark(&self, console: &Caller, email: &str) -> Result<String, GateError> {
        let typed = Detector::normalise(Some(Detector::Email), email);
        Ok(HEXLOWER.encode(&self.repetition_hash(console, &[b"bar", typed.as_bytes()])?))
    }

    /// Whether somebody with this address may not return. That they tried is in the log, and not who they are.
    pub(super) async fn is_barred(&self, console: &Caller, email: &str) -> Result<bool, GateError> {
        let Some(bar) = self.bar(console)? else { return Ok(false) };
        let mark = self.bar_mark(console, email)?;
        let attempt = || self.is_marked(console, FIELD, &mark, bar.purpose.get_ref());
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Keeps somebody of an ended account out from now on: the hash of their address is a record of theirs, which a hold keeps
    /// past an erasure where the policy has an exception for it. Doing it again does nothing.
    pub(crate) async fn keep_out(
        &self,
        console: &Caller,
        staff: &Staff,
        why: &Determination,
    ) -> Result<(), GateError> {
        let Some(bar) = self.bar(console)? else { return Ok(()) };
        let card = match self.name_card_of(console, staff).await {
            Ok(card) => card,
            // Nothing is left by which they would be known again.
            Err(GateError::Gone(_) | GateError::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        if self.is_barred(console, &card.email).await? {
            return Ok(());
        }
        let record = NewRecord {
            record_type: bar.record.get_ref().clone(),
            fields: fields(json!({ FIELD: self.bar_mark(console, &card.email)? })),
            collected_for: Vec::new(),
            source: Source::ThirdParty,
        };
        self.hold_the_mark(console, staff, (&bar, why)).await?;
        self.create_record(console, staff.subject, bar.purpose.get_ref(), &record, None).await.map(drop)
    }

    async fn hold_the_mark(
        &self,
        console: &Caller,
        staff: &Staff,
        (bar, why): (&Bar, &Determination),
    ) -> Result<(), GateError> {
        let effective = self.effective(console)?;
        let document = effective.declaring().document();
        let mut exceptions = document.exceptions_to("erasure");
        let determined =
            exceptions.find(|(_, one)| one.determined_by.is_some() && one.keeps(bar.record.get_ref()));
        let Some((exception, _)) = determined else { return Ok(()) };
        let new =
            NewHold { subject: staff.subject, exception: exception.to_owned(), determined: why.clone() };
        self.place_hold(console, &new, None).await.map(drop)
    }
}
