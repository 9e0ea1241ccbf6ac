//! Stores that fail at a chosen step, or let something else happen just before one.

mod access_log;
mod log;
mod retention;
mod visits;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use domain::{
    Account, AccountId, ApiKey, Case, CaseId, CaseKind, Choice, ChoiceId, Erasure, ErasureId, Incident,
    IncidentId, Record, RecordId, Subject, SubjectId,
};
use jiff::Timestamp;
use parking_lot::Mutex;
use store::{
    Accounts, Cases, Choices, Commit, CommitError, Committed, Erasures, Incidents, KeyStore, Policies,
    Records, StoreError, Subjects, Unit,
    accounts::WrappedAccountKeys,
    cases::Queue,
    key_store::{
        Deletion, Gone, JournalEntry, KeyStoreError, SealedSalt, SiteMark, Slot, SlotNumber, WrappedKeyBytes,
    },
    metadata::{MetadataRow, Wanted},
    policies::PolicyVersion,
    records::{Held, IndexRow, Replay, TypeCount},
    subjects::KeyBinding,
};
use store_sqlite::{SqliteStore, key_store::FileKeyStore};

type Interlude = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What goes wrong, and when. Every durable step counts: a commit, a fill, a destruction, a scrub.
#[derive(Default)]
pub(super) struct Faults {
    /// How many more steps are done; below zero, all of them.
    remaining: AtomicI64,
    armed: AtomicBool,
    /// Whether the last step is still done, though nobody hears of it.
    done_unheard: AtomicBool,
    /// Whether everything after that step goes well: only its answer was lost.
    goes_on: AtomicBool,
    /// Whose row cannot be read.
    unreadable: Mutex<Option<SubjectId>>,
    /// What happens in between, and before how many further steps.
    interlude: Mutex<Option<(u32, Interlude)>>,
    /// Whether several processes are said to have the stores open.
    pub(super) shared: AtomicBool,
    /// What happens before a key is read.
    before_key: Mutex<Option<Interlude>>,
}

/// What becomes of a step.
enum Fate {
    Done,
    DoneUnheard,
    NotDone,
}

impl Faults {
    /// Lets `steps` more steps be done, and then none: as if the process ended. `done_unheard` lets the one after
    /// them be done as well, though it is answered with a failure.
    pub(super) fn end_after(&self, steps: i64, done_unheard: bool) {
        self.remaining.store(steps, Ordering::SeqCst);
        self.done_unheard.store(done_unheard, Ordering::SeqCst);
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Loses the answer to the commit after `steps` more steps, which is done all the same, as is what comes after it.
    pub(super) fn lose_answer_after(&self, steps: i64) {
        self.end_after(steps, true);
        self.goes_on.store(true, Ordering::SeqCst);
    }

    /// Lets the row of a subject be read no more; none lets all be read again.
    pub(super) fn damage(&self, subject: Option<SubjectId>) {
        *self.unreadable.lock() = subject;
    }

    /// Lets something else happen once `steps` more steps are done, just before the one after them.
    pub(super) fn interpose(&self, steps: u32, interlude: impl Future<Output = ()> + Send + 'static) {
        *self.interlude.lock() = Some((steps, Box::pin(interlude)));
    }

    /// Lets something else happen just before the next key is read: after its binding was.
    pub(super) fn interpose_before_key(&self, interlude: impl Future<Output = ()> + Send + 'static) {
        *self.before_key.lock() = Some(Box::pin(interlude));
    }

    /// Whether what was to happen in between has not.
    pub(super) fn is_waiting(&self) -> bool {
        self.interlude.lock().is_some() || self.before_key.lock().is_some()
    }

    async fn next(&self) -> Fate {
        if let Some(interlude) = self.due() {
            interlude.await;
        }
        self.fate()
    }

    fn due(&self) -> Option<Interlude> {
        let mut waiting = self.interlude.lock();
        match waiting.take() {
            Some((0, interlude)) => return Some(interlude),
            Some((steps, interlude)) => *waiting = Some((steps - 1, interlude)),
            None => {}
        }
        None
    }

    /// Nothing goes wrong any more. Says whether anything did.
    pub(super) fn clear(&self) -> bool {
        self.armed.swap(false, Ordering::SeqCst) && self.remaining.load(Ordering::SeqCst) < 0
    }

    fn fate(&self) -> Fate {
        if !self.armed.load(Ordering::SeqCst) {
            return Fate::Done;
        }
        match self.remaining.fetch_sub(1, Ordering::SeqCst) {
            1.. => Fate::Done,
            0 if self.done_unheard.load(Ordering::SeqCst) => {
                if self.goes_on.swap(false, Ordering::SeqCst) {
                    self.armed.store(false, Ordering::SeqCst);
                }
                Fate::DoneUnheard
            }
            _ => Fate::NotDone,
        }
    }
}

fn ended() -> StoreError {
    StoreError::Unavailable("the process ended here".to_owned())
}

fn unheard() -> CommitError {
    CommitError::Unknown("the process ended here".to_owned())
}

fn keys_ended() -> KeyStoreError {
    KeyStoreError::Unavailable("the process ended here".into())
}

pub(super) struct FaultyStore {
    pub(super) inner: SqliteStore,
    pub(super) faults: Arc<Faults>,
}

#[async_trait]
impl Commit for FaultyStore {
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        match self.faults.next().await {
            Fate::Done => self.inner.commit(unit).await,
            Fate::DoneUnheard => self.inner.commit(unit).await.and(Err(unheard())),
            Fate::NotDone => Err(ended().into()),
        }
    }
}

pub(super) struct FaultyKeys {
    pub(super) inner: FileKeyStore,
    pub(super) faults: Arc<Faults>,
}

#[async_trait]
impl KeyStore for FaultyKeys {
    async fn reserve(&self, count: u32) -> Result<SlotNumber, KeyStoreError> {
        self.inner.reserve(count).await
    }

    async fn fill(&self, first: SlotNumber, keys: Vec<WrappedKeyBytes>) -> Result<(), KeyStoreError> {
        match self.faults.next().await {
            Fate::Done => self.inner.fill(first, keys).await,
            Fate::DoneUnheard => self.inner.fill(first, keys).await.and(Err(keys_ended())),
            Fate::NotDone => Err(keys_ended()),
        }
    }

    async fn read(&self, slot: SlotNumber) -> Result<Slot, KeyStoreError> {
        let interlude = self.faults.before_key.lock().take();
        if let Some(interlude) = interlude {
            interlude.await;
        }
        self.inner.read(slot).await
    }

    async fn bury(&self, gone: &[Gone]) -> Result<(), KeyStoreError> {
        match self.faults.next().await {
            Fate::Done => self.inner.bury(gone).await,
            Fate::DoneUnheard => self.inner.bury(gone).await.and(Err(keys_ended())),
            Fate::NotDone => Err(keys_ended()),
        }
    }

    async fn live_keys(
        &self,
        from: SlotNumber,
        limit: u32,
    ) -> Result<Vec<(SlotNumber, WrappedKeyBytes)>, KeyStoreError> {
        self.inner.live_keys(from, limit).await
    }

    async fn journal(&self, after: u64) -> Result<Vec<JournalEntry>, KeyStoreError> {
        self.inner.journal(after).await
    }

    async fn salt(&self, site: SiteMark, day: i32) -> Result<Option<SealedSalt>, KeyStoreError> {
        self.inner.salt(site, day).await
    }

    async fn keep_salt(
        &self,
        site: SiteMark,
        day: i32,
        salt: SealedSalt,
    ) -> Result<SealedSalt, KeyStoreError> {
        self.inner.keep_salt(site, day, salt).await
    }

    async fn destroy_salts(&self, before: i32) -> Result<usize, KeyStoreError> {
        self.inner.destroy_salts(before).await
    }

    async fn destroy_salt(&self, site: SiteMark, day: i32) -> Result<(), KeyStoreError> {
        self.inner.destroy_salt(site, day).await
    }

    fn remnants(&self) -> jiff::SignedDuration {
        self.inner.remnants()
    }
}

type Read<T> = Result<T, StoreError>;

#[async_trait]
impl Accounts for FaultyStore {
    async fn accounts(&self) -> Read<Vec<Account>> {
        self.inner.accounts().await
    }
    async fn account_keys(&self) -> Read<Vec<WrappedAccountKeys>> {
        self.inner.account_keys().await
    }
    async fn api_keys(&self) -> Read<Vec<ApiKey>> {
        self.inner.api_keys().await
    }
    async fn registry_version(&self) -> Read<u64> {
        self.inner.registry_version().await
    }
    async fn installation(&self, name: &str) -> Read<Option<Vec<u8>>> {
        self.inner.installation(name).await
    }
}

#[async_trait]
impl Subjects for FaultyStore {
    async fn subject(&self, id: SubjectId) -> Read<Option<(Subject, Vec<KeyBinding>)>> {
        if *self.faults.unreadable.lock() == Some(id) {
            return Err(StoreError::Corrupt("a row that was damaged".to_owned()));
        }
        self.inner.subject(id).await
    }
    async fn subjects(&self, account: AccountId, after: Option<SubjectId>, limit: u32) -> Read<Vec<Subject>> {
        self.inner.subjects(account, after, limit).await
    }
    async fn inactive_subjects(&self, after: Option<SubjectId>, limit: u32) -> Read<Vec<Subject>> {
        self.inner.inactive_subjects(after, limit).await
    }
    async fn key_bindings(
        &self,
        account: AccountId,
        after: Option<(SubjectId, String)>,
        limit: u32,
    ) -> Read<Vec<KeyBinding>> {
        self.inner.key_bindings(account, after, limit).await
    }
    async fn condemned_slots(&self, limit: u32) -> Read<Vec<Deletion>> {
        self.inner.condemned_slots(limit).await
    }
}

#[async_trait]
impl Records for FaultyStore {
    async fn record(&self, id: RecordId) -> Read<Option<Held>> {
        self.inner.record(id).await
    }
    async fn records(&self, subject: SubjectId, after: Option<RecordId>, limit: u32) -> Read<Vec<Record>> {
        self.inner.records(subject, after, limit).await
    }
    async fn all_records(&self, after: Option<RecordId>, limit: u32) -> Read<Vec<Record>> {
        self.inner.all_records(after, limit).await
    }
    async fn lookup(&self, account: AccountId, tag: &[u8; 32], limit: u32) -> Read<Vec<IndexRow>> {
        self.inner.lookup(account, tag, limit).await
    }
    async fn index_rows(&self, record: RecordId) -> Read<Vec<IndexRow>> {
        self.inner.index_rows(record).await
    }
    async fn type_counts(&self, subject: SubjectId) -> Read<Vec<TypeCount>> {
        self.inner.type_counts(subject).await
    }
    async fn metadata(&self, wanted: Wanted<'_>) -> Read<Vec<MetadataRow>> {
        self.inner.metadata(wanted).await
    }
    async fn matching(&self, wanted: Wanted<'_>) -> Read<Vec<(RecordId, SubjectId)>> {
        self.inner.matching(wanted).await
    }
    async fn replay(&self, key: &[u8; 32]) -> Read<Option<Replay>> {
        self.inner.replay(key).await
    }
}

#[async_trait]
impl Choices for FaultyStore {
    async fn choice(&self, id: ChoiceId) -> Read<Option<Choice>> {
        self.inner.choice(id).await
    }
    async fn choices_of(&self, subject: SubjectId, before: Option<u32>, limit: u32) -> Read<Vec<Choice>> {
        self.inner.choices_of(subject, before, limit).await
    }
}

#[async_trait]
impl Cases for FaultyStore {
    async fn case(&self, kind: CaseKind, id: CaseId) -> Read<Option<Case>> {
        self.inner.case(kind, id).await
    }
    async fn queue(&self, wanted: Queue) -> Read<Vec<Case>> {
        self.inner.queue(wanted).await
    }
    async fn cases_about(&self, kind: CaseKind, subject: SubjectId) -> Read<Vec<Case>> {
        self.inner.cases_about(kind, subject).await
    }
    async fn woken(&self, kind: CaseKind, now: Timestamp, limit: u32) -> Read<Vec<Case>> {
        self.inner.woken(kind, now, limit).await
    }
    async fn awake(&self, kind: CaseKind) -> Read<u32> {
        self.inner.awake(kind).await
    }
}

#[async_trait]
impl Erasures for FaultyStore {
    async fn erasure(&self, id: ErasureId) -> Read<Option<Erasure>> {
        self.inner.erasure(id).await
    }
    async fn erasure_of(&self, subject: SubjectId) -> Read<Option<Erasure>> {
        self.inner.erasure_of(subject).await
    }
    async fn unfinished_erasures(&self, limit: u32) -> Read<Vec<Erasure>> {
        self.inner.unfinished_erasures(limit).await
    }
    async fn latest_erasures(&self, limit: u32) -> Read<Vec<Erasure>> {
        self.inner.latest_erasures(limit).await
    }
    async fn scrub(&self) -> Read<()> {
        match self.faults.next().await {
            Fate::Done => self.inner.scrub().await,
            Fate::DoneUnheard | Fate::NotDone => Err(ended()),
        }
    }
}

#[async_trait]
impl Policies for FaultyStore {
    async fn policy_versions(&self) -> Read<Vec<PolicyVersion>> {
        self.inner.policy_versions().await
    }
}

#[async_trait]
impl Incidents for FaultyStore {
    async fn incident(&self, id: IncidentId) -> Read<Option<Incident>> {
        self.inner.incident(id).await
    }
    async fn incidents(
        &self,
        account: AccountId,
        before: Option<IncidentId>,
        limit: u32,
    ) -> Read<Vec<Incident>> {
        self.inner.incidents(account, before, limit).await
    }
    async fn unclosed_incidents(&self, after: Option<IncidentId>, limit: u32) -> Read<Vec<Incident>> {
        self.inner.unclosed_incidents(after, limit).await
    }
}
