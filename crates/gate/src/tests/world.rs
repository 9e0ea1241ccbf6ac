//! An installation in a folder of its own, which can be closed, opened again, and made to fail.

use std::sync::{Arc, atomic::Ordering};

use domain::{AccountId, Clock, Personal, Randomness, RecordId, Subject, SubjectId, Told};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use store::{KeyStore, Store};
use store_sqlite::{SqliteStore, key_store::FileKeyStore};
use tempfile::TempDir;

use super::faults::{Faults, FaultyKeys, FaultyStore};
use crate::{
    Ambient, Caller, Gate, GateError, Installation, NewRecord, NewSubject, Patch, RootKey, Stored, Stores,
};

/// The operator's policy.
pub(super) const POLICY: &str = include_str!("policy.toml");

/// A clock that stands still until it is moved.
pub(super) struct TestClock(Mutex<Timestamp>);

impl TestClock {
    pub(super) fn forward(&self, time: SignedDuration) {
        let mut now = self.0.lock();
        *now = now.checked_add(time).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

/// SplitMix64: good enough dice for keys that protect nothing.
struct Dice(Mutex<u64>);

impl Randomness for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock();
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes()[..chunk.len()]);
        }
    }
}

pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) clock: Arc<TestClock>,
    pub(super) ambient: Ambient,
    pub(super) root: Arc<RootKey>,
    pub(super) faults: Arc<Faults>,
}

impl World {
    /// A fresh installation, closed.
    pub(super) async fn new() -> Self {
        Self::under(POLICY).await
    }

    pub(super) async fn under(policy: &str) -> Self {
        let clock = Arc::new(TestClock(Mutex::new("2026-03-01T12:00:30Z".parse().unwrap())));
        let randomness: Arc<dyn Randomness> = Arc::new(Dice(Mutex::new(1)));
        let root = Arc::new(RootKey::generate(&*randomness));
        let ambient = Ambient { clock: Arc::<TestClock>::clone(&clock), randomness };
        let folder = tempfile::tempdir().unwrap();
        let world = Self { folder, clock, ambient, root, faults: Arc::default() };
        Gate::install(&world.stores(), &world.ambient, &world.root, &installation(policy)).await.unwrap();
        world
    }

    /// The stores, through which the faults go. Only one pair can be open at a time.
    pub(super) fn stores(&self) -> Stores {
        let data: Arc<dyn Store> =
            Arc::new(FaultyStore { inner: self.data(), faults: Arc::clone(&self.faults) });
        let keys = FileKeyStore::open(&self.folder.path().join("keys")).unwrap();
        let keys: Arc<dyn KeyStore> = Arc::new(FaultyKeys { inner: keys, faults: Arc::clone(&self.faults) });
        Stores { data, keys }
    }

    /// The data store, past the faults.
    pub(super) fn data(&self) -> SqliteStore {
        SqliteStore::open(&self.folder.path().join("data.db")).unwrap()
    }

    /// A process: its gate, and what it reaches past the gate.
    pub(super) async fn open(&self) -> Process {
        self.faults.clear();
        self.process(self.stores()).await
    }

    /// Two processes over the same stores, as two replicas are over one database.
    pub(super) async fn open_two(&self) -> [Process; 2] {
        self.faults.clear();
        self.faults.shared.store(true, Ordering::SeqCst);
        let stores = self.stores();
        [self.process(stores.clone()).await, self.process(stores).await]
    }

    /// A process over these stores.
    pub(super) async fn process(&self, stores: Stores) -> Process {
        let gate = Gate::open(stores.clone(), self.ambient.clone(), Arc::clone(&self.root)).await;
        let gate = Arc::new(gate.unwrap_or_else(|error| panic!("{error}")));
        let operator = Caller::system(gate.accounts()[0].clone());
        Process { gate, stores, operator }
    }

    pub(super) fn pass(&self, time: SignedDuration) {
        self.clock.forward(time);
    }

    pub(super) fn pass_days(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }
}

pub(super) fn installation(policy: &str) -> Installation<'_> {
    Installation { operator: "Operator", origin: "log.example.org", policy }
}

/// An open installation.
pub(super) struct Process {
    pub(super) gate: Arc<Gate>,
    pub(super) stores: Stores,
    pub(super) operator: Caller,
}

impl std::ops::Deref for Process {
    type Target = Gate;

    fn deref(&self) -> &Gate {
        &self.gate
    }
}

impl Process {
    /// A client of the operator.
    pub(super) async fn person(&self) -> Subject {
        self.person_for(&self.operator, "client").await
    }

    pub(super) async fn person_for(&self, caller: &Caller, role: &str) -> Subject {
        self.create_subject(caller, &new_subject(role), None).await.unwrap().0
    }

    /// Stores a record of the operator's.
    pub(super) async fn store(&self, subject: SubjectId, record_type: &str, fields: Value) -> Stored {
        let purpose = if record_type == "access_log" { "security" } else { "support" };
        let new = new_record(record_type, fields);
        self.create_record(&self.operator, subject, purpose, &new, None).await.unwrap()
    }

    pub(super) async fn profile(&self, subject: SubjectId, email: &str) -> RecordId {
        let fields = json!({ "full_name": "Ada Lovelace", "email": email });
        self.store(subject, "profile", fields).await.record.id
    }

    pub(super) async fn message(&self, subject: SubjectId, body: &str) -> RecordId {
        self.store(subject, "message", json!({ "body": body })).await.record.id
    }

    pub(super) async fn access_log(&self, subject: SubjectId) -> RecordId {
        self.store(subject, "access_log", json!({ "ip": "192.0.2.7" })).await.record.id
    }

    /// What a record opens to.
    pub(super) async fn read(&self, record: RecordId) -> Result<Value, GateError> {
        let purpose = "support";
        let opened = self.read_record(&self.operator, record, purpose, None).await;
        opened.map(|opened| Value::Object(opened.fields.into_revealed()))
    }

    pub(super) async fn patch(
        &self,
        record: RecordId,
        version: Option<u32>,
        fields: Value,
    ) -> Result<Stored, GateError> {
        let patch = Patch { version, fields: object(fields) };
        self.update_record(&self.operator, record, "support", &patch).await
    }

    /// Who is found by an e-mail address.
    pub(super) async fn found(&self, email: &str) -> Vec<SubjectId> {
        self.lookup(&self.operator, "email", email, "support").await.unwrap()
    }

    /// A Client's account that has accepted the policy.
    pub(super) async fn client(&self) -> Caller {
        let account = self.open_account(&self.operator, "Client", None).await.unwrap();
        Caller::system(self.accept_policy(&self.operator, account.id, None).await.unwrap())
    }

    /// How many entries there are in all.
    pub(super) async fn entries(&self) -> usize {
        let waiting = self.stores.data.unsequenced(1_000).await.unwrap();
        let placed = self.stores.data.log_state().await.unwrap().size;
        waiting.iter().map(|bundle| bundle.leaves.len()).sum::<usize>() + usize::try_from(placed).unwrap()
    }

    /// The account of the operator.
    pub(super) fn account_id(&self) -> AccountId {
        self.operator.account_id()
    }
}

pub(super) fn new_subject(role: &str) -> NewSubject {
    NewSubject { role: role.to_owned(), region: None, age: Told::Nothing }
}

pub(super) fn new_record(record_type: &str, fields: Value) -> NewRecord {
    NewRecord {
        record_type: record_type.to_owned(),
        fields: object(fields),
        collected_for: Vec::new(),
        source: domain::Source::Subject,
    }
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// What is in the clear, for comparing.
pub(super) fn revealed(fields: &Personal<Map<String, Value>>) -> Value {
    Value::Object(fields.reveal().clone())
}
