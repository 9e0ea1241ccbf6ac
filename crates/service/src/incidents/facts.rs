//! What is known of an incident without opening anything, in words.

use domain::{
    AccountId, Incident,
    incident::{Actor, Countdown, Scope, due_at},
};
use gate::{Caller, Effective, Gate};
use jiff::Timestamp;
use policy::document::{Contact, Document};

/// What a draft may say.
pub(super) struct Facts<'a> {
    pub(super) incident: &'a Incident,
    pub(super) now: Timestamp,
    pub(super) controller: String,
    /// Whom one can ask, as far as the policy says.
    pub(super) contact: Option<String>,
    /// What is known to have been done about it.
    pub(super) measures: Vec<String>,
    document: &'a Document,
    /// Every account by its name.
    names: Vec<(AccountId, String)>,
}

/// A Client whose people are concerned.
pub(super) struct Client {
    pub(super) account: AccountId,
    pub(super) name: String,
}

impl<'a> Facts<'a> {
    pub(super) fn gather(
        gate: &Gate,
        caller: &Caller,
        effective: &'a Effective,
        incident: &'a Incident,
        now: Timestamp,
    ) -> Self {
        let document = effective.declaring().document();
        // A Client without a policy of its own is not who the operator's policy speaks of.
        let is_own = caller.account_id() == effective.operator_account || effective.account.is_some();
        let contact =
            document.custodian.as_ref().filter(|_| is_own).map(|custodian| contact(custodian.get_ref()));
        let controller = if is_own {
            document.controller.get_ref().name.get_ref().clone()
        } else {
            caller.account.name.clone()
        };
        let names = gate.accounts().into_iter().map(|account| (account.id, account.name)).collect();
        let measures = measures(gate, incident);
        Self { incident, now, controller, contact, measures, document, names }
    }

    /// The Clients whose people are concerned.
    pub(super) fn clients(&self) -> Vec<Client> {
        let scopes = self.incident.state.scopes().iter();
        let mut accounts: Vec<AccountId> =
            scopes.flat_map(|scope| scope.reach.clients.keys().copied()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let name = |account| {
            let known = self.names.iter().find(|(id, _)| *id == account);
            known.map_or_else(|| account.to_string(), |(_, name)| name.clone())
        };
        accounts.into_iter().map(|account| Client { account, name: name(account) }).collect()
    }

    /// What was found, question by question; of one Client's people where one is meant.
    pub(super) fn people(&self, client: Option<AccountId>) -> Vec<String> {
        let line = |scope: &Scope| {
            let people = client.map_or(scope.reach.people, |client| {
                scope.reach.clients.get(&client).copied().unwrap_or_default()
            });
            let at_least = if scope.reach.more { "at least " } else { "" };
            let mut text =
                format!("{at_least}{} touched by {}", counted(people, "person", "people"), during(scope));
            if scope.reach.queries.entries > 0 {
                text.push_str(&format!(
                    "; besides, {} were about {} altogether, of whom the log names none",
                    counted(scope.reach.queries.entries, "query over many", "queries over many"),
                    counted(scope.reach.queries.people, "person", "people")
                ));
            }
            if scope.reach.unopenable > 0 {
                text.push_str(&format!(
                    "; {} of that time cannot be opened any more, as their persons were erased since, so there may be more",
                    counted(scope.reach.unopenable, "entry", "entries")
                ));
            }
            text
        };
        self.scopes(client).map(line).collect()
    }

    /// Which data, and how many records, question by question.
    pub(super) fn records(&self, client: Option<AccountId>) -> Vec<String> {
        let line = |scope: &Scope| {
            let categories: Vec<String> = scope
                .reach
                .categories
                .iter()
                .map(|(name, times)| format!("{} ({times} times)", self.category(name)))
                .collect();
            let categories =
                if categories.is_empty() { "no category".to_owned() } else { categories.join(", ") };
            let of_all = if client.is_some() && scope.reach.clients.len() > 1 {
                ", of all Clients together"
            } else {
                ""
            };
            let records = counted(scope.reach.records, "record", "records");
            format!("{records}{of_all}, by {}: {categories}", during(scope))
        };
        self.scopes(client).map(line).collect()
    }

    /// The categories concerned, each once.
    pub(super) fn categories(&self) -> Vec<String> {
        let names = self.incident.state.scopes().iter().flat_map(|scope| scope.reach.categories.keys());
        let mut labels: Vec<String> = names.map(|name| self.category(name)).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// When it was noticed, and until when the authority is told.
    pub(super) fn noticed(&self) -> String {
        let aware_at = self.incident.aware_at;
        format!("noticed at {aware_at}; the 72 hours end at {}", due_at(aware_at))
    }

    /// How late it is, when it is.
    pub(super) fn delay(&self) -> Option<i64> {
        match self.incident.countdown(self.now) {
            Countdown::Overdue { hours_over } | Countdown::Late { hours_over } => Some(hours_over),
            _ => None,
        }
    }

    fn scopes(&self, client: Option<AccountId>) -> impl Iterator<Item = &Scope> {
        let concerns =
            move |scope: &&Scope| client.is_none_or(|client| scope.reach.clients.contains_key(&client));
        self.incident.state.scopes().iter().filter(concerns)
    }

    fn category(&self, name: &str) -> String {
        let declared = self.document.categories.get(name);
        declared.map_or_else(|| name.to_owned(), |category| category.label.get_ref().clone())
    }
}

fn during(scope: &Scope) -> String {
    format!("{} from {} until {}", scope.actor, scope.from, scope.until)
}

/// Whom one can ask, on one line.
fn contact(contact: &Contact) -> String {
    let parts =
        [Some(&contact.name), contact.email.as_ref(), contact.address.as_ref(), contact.country.as_ref()];
    let parts: Vec<&str> = parts.into_iter().flatten().map(|part| part.get_ref().as_str()).collect();
    parts.join(", ")
}

/// The keys that were asked about and revoked since.
fn measures(gate: &Gate, incident: &Incident) -> Vec<String> {
    let keys: Vec<_> = gate.accounts().into_iter().flat_map(|account| gate.keys(account.id)).collect();
    let mut revoked: Vec<String> = Vec::new();
    for scope in incident.state.scopes() {
        let asked = keys.iter().filter(|key| match scope.actor {
            Actor::Key(id) => key.id == id,
            Actor::Account(account) => key.account == account,
            Actor::Staff(_) | Actor::System => false,
        });
        revoked
            .extend(asked.filter_map(|key| Some(format!("{} was revoked at {}", key.id, key.revoked_at?))));
    }
    revoked.sort_unstable();
    revoked.dedup();
    revoked
}

/// A number with its noun.
fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
