//! An installation with people in it, on the real stores, with a clock that moves and a door for saboteurs.

use std::{fs, path::PathBuf, sync::Arc};

use domain::{Account, AccountKind, Clock, Source, SubjectId, Told, ambient::SystemRandomness};
use gate::{
    Ambient, Caller, Determination, Gate, Installation, NewAttestation, NewRecord, NewSubject, RootKey,
    Stores,
};
use jiff::{Span, Timestamp, tz::TimeZone};
use parking_lot::Mutex;
use policy::Promise;
use serde_json::{Value, json};
use store_sqlite::{SqliteStore, key_store::FileKeyStore};
use tempfile::TempDir;

use super::front::SmallFront;
use crate::{Finding, Service, Status, front::Front, jobs};

pub(super) const POLICY: &str = include_str!("../../../../../policies/influxis-2018.toml");

pub(super) struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

/// An installation that is served; its jobs run only when told.
pub(crate) struct World {
    folder: TempDir,
    clock: Arc<TestClock>,
    pub(crate) service: Arc<Service>,
    pub(super) front: Arc<SmallFront>,
}

impl World {
    /// The reference policy with a Client, an End User, a client, a visitor and somebody erased; what no machine can look
    /// at is attested.
    pub(crate) async fn new() -> Self {
        let world = Self::under(POLICY).await;
        world.attest_all().await;
        world
    }

    pub(super) async fn under(policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(Mutex::new("2026-03-01T12:00:30Z".parse().unwrap())));
        let root = RootKey::generate(&SystemRandomness::default());
        root.write_new_file(&folder.path().join("root.key")).unwrap();
        let ambient = ambient(&clock);
        let installation = Installation { operator: "Influxis", origin: "log.example", policy };
        let stores = stores(&folder);
        Gate::install(&stores, &ambient, &root, &installation).await.unwrap();
        let gate = Gate::open(stores, ambient, Arc::new(root)).await.unwrap();
        let (service, front) = shown(gate);
        let world = Self { folder, clock, service, front };
        world.populate().await;
        world
    }

    async fn populate(&self) {
        let operator = self.operator();
        let client = self.subject(&operator, "client").await;
        let profile = json!({ "full_name": "Ada Example", "email": "ada@example.com", "country": "US" });
        self.record(&operator, client, "client_profile", "orders", profile).await;
        let visitor = self.subject(&operator, "visitor").await;
        self.record(&operator, visitor, "support_message", "support", json!({ "body": "Hello" })).await;
        let contact = json!({ "email": "bob@example.com" });
        self.record(&operator, visitor, "visitor_contact", "communication", contact).await;
        let log = json!({ "ip_address": "192.0.2.7", "page": "/" });
        self.record(&operator, visitor, "access_log", "service_diagnosis", log.clone()).await;
        let erased = self.subject(&operator, "visitor").await;
        self.record(&operator, erased, "support_message", "support", json!({ "body": "Bye" })).await;
        self.record(&operator, erased, "access_log", "service_diagnosis", log).await;
        self.service.gate().erase(&operator, erased).await.unwrap();
        let fanclub = self.service.gate().open_account(&operator, "Fan club", None).await.unwrap();
        let fanclub = self.service.gate().accept_policy(&operator, fanclub.id, None).await.unwrap();
        let fanclub = Caller::system(fanclub);
        let fan = self.subject(&fanclub, "end_user").await;
        let profile = json!({ "full_name": "Cyd Example", "email": "cyd@example.com" });
        self.record(&fanclub, fan, "end_user_profile", "service_for_client", profile).await;
        self.run_jobs().await;
    }

    pub(super) fn operator(&self) -> Caller {
        let accounts = self.service.gate().accounts();
        Caller::system(of_kind(&accounts, AccountKind::Operator).clone())
    }

    pub(super) async fn subject(&self, caller: &Caller, role: &str) -> SubjectId {
        let new = NewSubject { role: role.to_owned(), region: Some("US".to_owned()), age: Told::OfAge };
        self.service.gate().create_subject(caller, &new, None).await.unwrap().0.id
    }

    pub(super) async fn record(
        &self,
        caller: &Caller,
        subject: SubjectId,
        record_type: &str,
        purpose: &str,
        fields: Value,
    ) {
        let Value::Object(fields) = fields else { panic!("fields are an object") };
        let (record_type, source) = (record_type.to_owned(), Source::Subject);
        let new = NewRecord { record_type, fields, collected_for: Vec::new(), source };
        self.service.gate().create_record(caller, subject, purpose, &new, None).await.unwrap();
    }

    /// Someone attests whatever the policy lets them.
    pub(super) async fn attest_all(&self) {
        let (gate, operator) = (self.service.gate(), self.operator());
        let effective = gate.policy(operator.account_id()).unwrap();
        for measure in effective.operator.policy.document().attestations.keys() {
            let new = Self::attestation(measure.get_ref(), None);
            gate.attest(&operator, &new, None).await.unwrap();
        }
    }

    pub(super) fn attestation(measure: &str, until: Option<Timestamp>) -> NewAttestation {
        let because = "the report of the inspection".to_owned();
        NewAttestation {
            measure: measure.to_owned(),
            document: "5e".repeat(32),
            until,
            given: Determination { by: Some("the inspector".to_owned()), because },
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn run_jobs(&self) {
        self.service.confirm_clock();
        jobs::run_to_end(&self.service).await.unwrap();
    }

    pub(super) fn move_clock(&self, by: Span) {
        let mut now = self.clock.0.lock();
        *now = now.to_zoned_datetime(TimeZone::UTC).checked_add(by).unwrap().timestamp();
    }

    /// What somebody with access to the database does to it. At least one row must have been there to be changed.
    pub(crate) fn sabotage(&self, sql: &str) {
        self.sabotage_with(sql, rusqlite::params![]);
    }

    pub(super) fn sabotage_with(&self, sql: &str, parameters: impl rusqlite::Params) {
        assert!(self.database().execute(sql, parameters).unwrap() > 0, "nothing was there to be sabotaged");
    }

    /// Makes the database itself do something whenever it is written to.
    pub(crate) fn trigger(&self, rule: &str) {
        self.database().execute_batch(&format!("CREATE TRIGGER saboteur {rule}")).unwrap();
    }

    /// The answer to a question of one number.
    pub(super) fn count(&self, sql: &str) -> i64 {
        self.database().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("bailee.db")).unwrap()
    }

    /// The files of the key store, with what is in them.
    pub(super) fn key_files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let files = fs::read_dir(self.folder.path().join("keys")).unwrap();
        let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    /// The same installation in a new process.
    pub(super) async fn restart(self) -> Self {
        let Self { folder, clock, service, front } = self;
        drop((service, front));
        let root = RootKey::from_file(&folder.path().join("root.key")).unwrap();
        let gate = Gate::open(stores(&folder), ambient(&clock), Arc::new(root)).await.unwrap();
        let (service, front) = shown(gate);
        Self { folder, clock, service, front }
    }

    /// What an assessment finds now.
    pub(super) async fn finding(&self, promise: Promise) -> Finding {
        let assessment = self.service.assess().await.unwrap();
        assessment.findings.into_iter().find(|finding| finding.promise == promise).unwrap()
    }

    pub(super) async fn assert_kept(&self, promise: Promise) -> String {
        let finding = self.finding(promise).await;
        assert_eq!(finding.status, Status::Kept, "{}", finding.evidence);
        finding.evidence
    }

    pub(super) async fn assert_broken(&self, promise: Promise, because: &str) {
        let finding = self.finding(promise).await;
        assert_eq!(finding.status, Status::Broken, "{}", finding.evidence);
        assert!(finding.evidence.contains(because), "{}", finding.evidence);
    }
}

/// A service whose assessments can ask a front.
fn shown(gate: Gate) -> (Arc<Service>, Arc<SmallFront>) {
    let gate = Arc::new(gate);
    let front = SmallFront::new(&gate);
    let service = Arc::new(Service::new(gate));
    let asked: Arc<dyn Front> = Arc::<SmallFront>::clone(&front);
    service.show(&asked);
    (service, front)
}

fn of_kind(accounts: &[Account], kind: AccountKind) -> &Account {
    accounts.iter().find(|account| account.kind == kind).unwrap()
}

fn ambient(clock: &Arc<TestClock>) -> Ambient {
    Ambient { clock: Arc::<TestClock>::clone(clock), randomness: Arc::new(SystemRandomness::default()) }
}

fn stores(folder: &TempDir) -> Stores {
    let data = Arc::new(SqliteStore::open(&folder.path().join("bailee.db")).unwrap());
    Stores { data, keys: Arc::new(FileKeyStore::open(&folder.path().join("keys")).unwrap()) }
}
