//! Reading the entries of some time, whomever they are about. The private index leads from a person to their entries, so
//! the bundles of that time are read, and for each the people whom its entries are about; their keys live for one page.
//! Memory does not grow with the log.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use audit_log::Leaf;
use domain::{AccountId, Detail, EntryId, Subject, SubjectId};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use sealing::AuditKey;
use store::audit::{PrivateBundle, PrivateEntry};
use tokio::sync::OwnedMutexGuard;

use super::opened;
use crate::{
    Caller, Gate, GateError,
    entry::minute,
    permit::{SystemPermit, SystemUse},
};

/// How many bundles are read at once; each holds the entries of one commit group.
const PAGE: u32 = 64;
/// How many people's keys are looked up at once.
const AT_ONCE: usize = 16;
/// How often a key that was moved meanwhile is looked up again.
const ATTEMPTS: usize = 4;
/// By how much the order of bundles may differ from that of the times in their entries: a unit waits for its commit,
/// and others are committed before it.
const DISORDER: SignedDuration = SignedDuration::from_mins(5);

/// The time whose entries are read: from the first moment on, and before the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Window {
    fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// An entry of that time, opened.
pub(crate) struct Seen {
    pub(crate) entry: EntryId,
    pub(crate) detail: Detail,
    /// Whom it is about; nobody for an entry under the account's own key.
    pub(crate) subject: Option<Arc<Subject>>,
}

/// Who is at a scan: one at a time of each account, because its work goes on when whoever asked has gone away.
#[derive(Default)]
pub(crate) struct Scanning(Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>);

impl Scanning {
    async fn turn(&self, account: AccountId) -> OwnedMutexGuard<()> {
        let line = Arc::clone(self.0.lock().entry(account).or_default());
        line.lock_owned().await
    }
}

/// A scan on its way through the log.
pub(crate) struct Scan<'a> {
    gate: &'a Gate,
    _turn: OwnedMutexGuard<()>,
    window: Window,
    /// Whose entries are opened; every account's when it is none.
    account: Option<AccountId>,
    account_keys: Arc<Vec<(AccountId, Vec<AuditKey>)>>,
    next: u64,
    /// Entries that nobody can open any more.
    pub(crate) unopenable: u64,
    /// Entries of people whose key is damaged.
    pub(crate) damaged: u64,
    /// The section of the policy that the scan stands on.
    pub(crate) clause: u16,
}

/// Someone whom entries of a page are about.
enum Person {
    /// Of an account that is not looked at.
    Another,
    Erased,
    Damaged,
    Living(Arc<Subject>, Box<AuditKey>),
}

/// What became of the entries of a page. Those of other accounts and times are not in it.
#[derive(Default)]
struct Found {
    seen: Vec<Seen>,
    unopenable: u64,
    damaged: u64,
}

impl Gate {
    /// Begins to read the entries of some time, of one account or of all, once no other scan of the caller's account is at
    /// work here. The permit is used up by it.
    ///
    /// # Errors
    /// The data store fails.
    pub(crate) async fn scan(
        &self,
        caller: &Caller,
        permit: SystemPermit,
        account: Option<AccountId>,
        window: Window,
    ) -> Result<Scan<'_>, GateError> {
        let clause = permit.spend_for(SystemUse::ScanLog)?;
        let turn = self.scanning.turn(caller.account_id()).await;
        let keys = self.accounts().into_iter().map(|account| {
            let versions = self.keyring.account_versions(account.id);
            (account.id, versions.iter().map(|keys| keys.audit_key()).collect())
        });
        let account_keys = Arc::new(keys.collect());
        let next =
            self.first_bundle_since(window.from.saturating_sub(DISORDER).unwrap_or(Timestamp::MIN)).await?;
        Ok(Scan {
            gate: self,
            _turn: turn,
            window,
            account,
            account_keys,
            next,
            unopenable: 0,
            damaged: 0,
            clause,
        })
    }

    /// The number of the first bundle that was begun at a moment or later, found by halves.
    async fn first_bundle_since(&self, at: Timestamp) -> Result<u64, GateError> {
        let wanted = minute(at);
        let is_before = async |number| {
            let found = self.store.private_bundles(number, 1).await?;
            Ok::<_, GateError>(match found.first() {
                Some(bundle) => begun(bundle)? < wanted,
                None => false,
            })
        };
        let (mut low, mut high) = (0, 1_u64);
        while is_before(high).await? {
            (low, high) = (high, high.saturating_mul(2));
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle).await? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

impl Scan<'_> {
    /// The entries of the next bundles that are of the time and account looked at; none at the end.
    ///
    /// # Errors
    /// A store fails.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Seen>>, GateError> {
        let page = self.gate.store.private_bundles(self.next, PAGE).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(None) };
        let end = self.window.until.saturating_add(DISORDER).unwrap_or(Timestamp::MAX);
        if begun(first)? > minute(end) {
            return Ok(None);
        }
        self.next = last.bundle.number + 1;
        let people = self.people(&page).await?;
        let opener = Opener {
            window: self.window,
            account: self.account,
            account_keys: Arc::clone(&self.account_keys),
            people,
        };
        // Opening thousands of entries must not hold up who is served on this thread.
        let found = tokio::task::spawn_blocking(move || opener.open_all(&page)).await;
        let found =
            found.map_err(|_| GateError::Unavailable("a scan of the log did not end".to_owned()))??;
        self.unopenable += found.unopenable;
        self.damaged += found.damaged;
        Ok(Some(found.seen))
    }

    /// Whom the entries of a page are about, each once.
    async fn people(&self, page: &[PrivateBundle]) -> Result<HashMap<SubjectId, Person>, GateError> {
        let ids: HashSet<SubjectId> = page.iter().flat_map(|one| one.about.values().copied()).collect();
        let ids: Vec<SubjectId> = ids.into_iter().collect();
        let mut people = HashMap::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            for (id, person) in some.iter().zip(join_all(some.iter().map(|id| self.person(*id))).await) {
                people.insert(*id, person?);
            }
        }
        Ok(people)
    }

    async fn person(&self, id: SubjectId) -> Result<Person, GateError> {
        for _ in 0..ATTEMPTS {
            let Some((subject, keys)) = self.gate.store.subject(id).await? else { return Ok(Person::Erased) };
            if self.account.is_some_and(|account| account != subject.account) {
                return Ok(Person::Another);
            }
            match self.gate.key_of_log(&subject, &keys).await {
                Ok(key) => return Ok(Person::Living(Arc::new(subject), Box::new(key))),
                Err(GateError::Gone(_)) => return Ok(Person::Erased),
                Err(GateError::Damaged(_)) => return Ok(Person::Damaged),
                // It was moved to another slot meanwhile.
                Err(GateError::Busy) => {}
                Err(error) => return Err(error),
            }
        }
        Err(GateError::Busy)
    }
}

/// What opens the entries of one page, on a thread that serves nobody.
struct Opener {
    window: Window,
    account: Option<AccountId>,
    account_keys: Arc<Vec<(AccountId, Vec<AuditKey>)>>,
    people: HashMap<SubjectId, Person>,
}

impl Opener {
    fn open_all(&self, page: &[PrivateBundle]) -> Result<Found, GateError> {
        let mut found = Found::default();
        for PrivateBundle { bundle, entries, about } in page {
            for ((position, private), leaf) in (0..).zip(entries).zip(&bundle.leaves) {
                // What cannot be opened says no more of its time than the public leaf does.
                let written = Leaf::decode(leaf).map_err(|_| damaged())?.minute;
                if (minute(self.window.from)..=minute(self.window.until)).contains(&written) {
                    let entry = EntryId { bundle: bundle.number, position };
                    self.open((entry, private), about.get(&position), &mut found)?;
                }
            }
        }
        Ok(found)
    }

    fn open(
        &self,
        (entry, private): (EntryId, &PrivateEntry),
        about: Option<&SubjectId>,
        found: &mut Found,
    ) -> Result<(), GateError> {
        match about.and_then(|subject| self.people.get(subject)) {
            Some(Person::Another) => {}
            Some(Person::Erased) => found.unopenable += 1,
            Some(Person::Damaged) => found.damaged += 1,
            Some(Person::Living(subject, key)) => match opened(private, std::slice::from_ref(key))? {
                Some(detail) => self.take((entry, detail), Some(Arc::clone(subject)), found),
                None => found.damaged += 1,
            },
            None => self.open_for_account((entry, private), found)?,
        }
        Ok(())
    }

    /// An entry about no person opens under the key of its account; one that none opens was about someone who is erased.
    fn open_for_account(
        &self,
        (entry, private): (EntryId, &PrivateEntry),
        found: &mut Found,
    ) -> Result<(), GateError> {
        for (account, keys) in self.account_keys.iter() {
            if let Some(detail) = opened(private, keys)? {
                if self.account.is_none_or(|wanted| wanted == *account) {
                    self.take((entry, detail), None, found);
                }
                return Ok(());
            }
        }
        found.unopenable += 1;
        Ok(())
    }

    fn take(&self, (entry, detail): (EntryId, Detail), subject: Option<Arc<Subject>>, found: &mut Found) {
        if self.window.holds(detail.at) {
            found.seen.push(Seen { entry, detail, subject });
        }
    }
}

/// The minute of a bundle's first entry.
fn begun(bundle: &PrivateBundle) -> Result<u64, GateError> {
    let leaf = bundle.bundle.leaves.first().and_then(|bytes| Leaf::decode(bytes).ok());
    leaf.map(|leaf| leaf.minute).ok_or_else(damaged)
}

const fn damaged() -> GateError {
    GateError::Damaged("an entry of the audit log")
}
