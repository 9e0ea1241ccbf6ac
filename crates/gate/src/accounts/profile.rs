//! What a Client says of itself: the name of the company, and where the operator writes to it.

use domain::{Account, AccountKind, Action, Contact, SubjectId};
use store::Change;

use crate::{Caller, Gate, GateError};

impl Gate {
    /// Gives the caller's own account another name. One that makes the same in an address as that of another Client is not taken: its
    /// End Users come in there.
    ///
    /// # Errors
    /// The caller is no Client, the name leads to another one, or a store fails.
    pub async fn rename_account(&self, caller: &Caller, name: &str) -> Result<Account, GateError> {
        let account = self.known_account(caller.account_id()).await?;
        if self.leads_elsewhere(account.id, name) {
            let why = "another company has this name here already, or one that makes the same in an address; add a word to it";
            return Err(GateError::Malformed(why.to_owned()));
        }
        let renamed = Account { name: name.to_owned(), ..account };
        self.put_own(caller, Action::AccountRenamed, renamed).await
    }

    /// Names who of the caller's own account is written to.
    ///
    /// # Errors
    /// They are of another account, or are not let in; or a store fails.
    pub async fn write_to_member(&self, caller: &Caller, subject: SubjectId) -> Result<Account, GateError> {
        let staff = self.colleague(caller, subject).await?;
        staff.credential().ok_or(GateError::NotFound("member"))?;
        let account = self.known_account(caller.account_id()).await?;
        let contact = Contact { record: staff.record, field: "email".to_owned() };
        let named = Account { contact: Some(contact), ..account };
        self.put_own(caller, Action::AccountContact, named).await
    }

    async fn put_own(&self, caller: &Caller, action: Action, account: Account) -> Result<Account, GateError> {
        if account.kind != AccountKind::Client {
            return Err(GateError::NotFound("account"));
        }
        let note = account.id.to_string();
        let changes = [Change::PutAccount(account.clone())];
        self.commit_to_registry(caller, &changes, (account.id, action, &note)).await?;
        Ok(account)
    }
}
