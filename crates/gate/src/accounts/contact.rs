//! Whom the operator writes to at a Client: a record that the operator holds of someone there, by reference.

use domain::{Account, AccountId, Action, Contact, detector::Detector, value};
use store::Change;

use super::require_operator;
use crate::{Caller, Gate, GateError};

impl Gate {
    /// Names the record, and the field of it, where a Client is written to.
    ///
    /// # Errors
    /// The caller is not the operator; there is no such Client or record; the field is no e-mail address; or a store fails.
    pub async fn set_contact(
        &self,
        caller: &Caller,
        account: AccountId,
        contact: Contact,
    ) -> Result<Account, GateError> {
        require_operator(caller, "account")?;
        let account = self.known_account(account).await?;
        let held = self.store.record(contact.record).await?;
        let held = held.filter(|held| held.record.account == caller.account_id());
        let record = held.ok_or(GateError::NotFound("record"))?.record;
        let effective = self.effective(caller)?;
        let policy = effective.declaring();
        let declared =
            policy.record_type(&record.record_type).and_then(|one| one.fields.get(contact.field.as_str()));
        if declared.and_then(|field| value::detector(policy, field)) != Some(Detector::Email) {
            let why = "`field` names a field of the record that the policy declares as an e-mail address";
            return Err(GateError::Malformed(why.to_owned()));
        }
        let named = Account { contact: Some(contact), ..account };
        let note = named.id.to_string();
        let entry = (named.id, Action::AccountContact, note.as_str());
        self.commit_to_registry(caller, &[Change::PutAccount(named.clone())], entry).await?;
        Ok(named)
    }
}
