//! The privacy center through the door: what a person sees and does about their own data, once they opened a link that was sent
//! to an address that is held about them. They act by a caller that reaches nothing but what is theirs.

mod asking;
mod choosing;
mod erasing;
mod links;
mod sessions;

use domain::{Account, AccountId, AccountKind, AccountState};

pub use choosing::Offered;
pub use erasing::Foreseen;
pub use links::Neutral;
pub use sessions::Oneself;

use crate::{Caller, Effective, Gate, GateError};

impl Gate {
    /// Whether people of an account come into the privacy center: the operator's own where the policy says how requests are
    /// taken, a Client's End Users where it also says that they do.
    ///
    /// # Errors
    /// No policy is published.
    pub fn lets_people_in(&self, account: &Account) -> Result<bool, GateError> {
        Ok(lets_in(account, &self.policy(account.id)?))
    }

    /// The account whose End Users come in by this: its id, or what its name makes in an address. Of two that have the same, of those
    /// that go on and have accepted the policy, it leads to the one that was opened first: nobody takes it away by a name.
    pub fn client_called(&self, id_or_name: &str) -> Option<Account> {
        let clients = || self.accounts().into_iter().filter(|account| account.kind == AccountKind::Client);
        if let Ok(id) = id_or_name.parse::<AccountId>() {
            return clients().find(|account| account.id == id);
        }
        let is_at_work =
            |account: &Account| account.state == AccountState::Active && account.accepted_policy.is_some();
        let named =
            clients().filter(|account| is_at_work(account) && name_in_address(&account.name) == id_or_name);
        named.min_by_key(|account| (account.created_at, account.id))
    }

    /// Whether what a name makes in an address leads to another account than this: then it does not take the name, as it may have
    /// been opened before that one.
    pub(crate) fn leads_elsewhere(&self, own: AccountId, name: &str) -> bool {
        let at = self.client_called(&name_in_address(name));
        at.is_some_and(|account| account.id != own)
    }

    /// The account of whoever a caller acts for, as the operator whom its requests reach first.
    fn before_the_operator(&self, caller: &Caller) -> Result<Caller, GateError> {
        Ok(Caller { account: self.operator()?, ..caller.clone() })
    }
}

fn lets_in(account: &Account, effective: &Effective) -> bool {
    let requests = effective.declaring().document().requests.as_ref().map(|requests| requests.get_ref());
    requests.is_some_and(|requests| match account.kind {
        AccountKind::Operator => true,
        AccountKind::Client => requests.lets_end_users_in(),
    })
}

/// What a name makes in an address: its letters and digits, in small letters, with hyphens between.
pub fn name_in_address(name: &str) -> String {
    let small = name.to_lowercase();
    let words = small.split(|one: char| !one.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::name_in_address;

    #[test]
    fn a_name_makes_words_in_an_address() {
        assert_eq!(name_in_address("Northern Lights fan club"), "northern-lights-fan-club");
        assert_eq!(name_in_address("  Ångström & Søn, Ltd. "), "ångström-søn-ltd");
        assert_eq!(name_in_address("–"), "");
    }
}
