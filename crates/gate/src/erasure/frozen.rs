//! Refusing to delete: what, why and until when (promise `retention`), with an entry that says so.

use domain::{Action, ComplaintId, Detail, Freeze, Outcome, Subject};
use policy::Promise;
use store::{Unit, subjects::KeyBinding};

use crate::{Caller, Effective, Gate, GateError, error::Frozen};

impl Gate {
    /// Records that something was not deleted because it is frozen, and reports it.
    pub(crate) async fn refuse_frozen(
        &self,
        caller: &Caller,
        effective: &Effective,
        (subject, keys): (&Subject, &[KeyBinding]),
        freeze: &Freeze,
    ) -> GateError {
        let frozen = frozen(effective, freeze);
        let detail = Detail {
            outcome: Outcome::Refused,
            subject: Some(subject.id),
            clause: Some(frozen.clause),
            reason: Some("frozen".to_owned()),
            note: Some(freeze.by.clone()),
            ..self.detail_under(caller, Action::DeletionRefused, effective)
        };
        let entry = match self.last_entry(subject, keys, detail).await {
            Ok(entry) => entry,
            Err(error) => return error,
        };
        let unit = Unit { expects: effective.expects_of(subject), entries: vec![entry], ..Unit::default() };
        match self.commit(unit).await {
            Ok(committed) => {
                GateError::Frozen(Box::new(Frozen { entry: committed.entries.first().copied(), ..frozen }))
            }
            Err(error) => error.into(),
        }
    }
}

fn frozen(effective: &Effective, freeze: &Freeze) -> Frozen {
    let policy = effective.declaring();
    let exception = freeze.exception.as_deref();
    let declared = exception.and_then(|name| policy.document().exceptions.get(name));
    let (declaration, promise) = match exception {
        Some(name) => (format!("exceptions.{name}"), Promise::ErasureExceptions),
        None if freeze.by.parse::<ComplaintId>().is_ok() => ("complaints".to_owned(), Promise::Complaints),
        None => ("rights.access".to_owned(), Promise::Access),
    };
    Frozen {
        by: freeze.by.clone(),
        ground: declared.map(|exception| exception.ground.get_ref().clone()),
        exception: freeze.exception.clone(),
        until: freeze.until,
        clause: policy.clause(&declaration, promise).section,
        entry: None,
    }
}
