//! Made-up nouns. Numbers stand for ids, so that a failing case can be read.

use domain::{
    Account, AccountId, AccountKind, AccountState, ApiKey, Certificate, ChoiceId, EntryId, Erasure,
    ErasureId, ErasureState, EventId, EventKind, Freezes, Incident, IncidentId, Kept, KeyId, Metadata,
    NewEvent, Record, RecordId, Scope, Source, Subject, SubjectId, SubjectState, Triggers, Webhook,
    WebhookId,
    age::Known,
    choice::Standing,
    event::{Facts, Place},
    incident::{Open, State},
    record::SealedField,
    webhook::{Sealed, WebhookState},
};
use jiff::Timestamp;

use crate::{
    Change, PendingEntry,
    audit::SubjectEntry,
    key_store::{Deletion, Removal, SlotNumber},
    policies::PolicyVersion,
    records::{IndexRow, Replay},
    subjects::KeyBinding,
};

/// A number as the sixteen bytes of an id, in the same order.
pub const fn bytes(number: u64) -> [u8; 16] {
    (number as u128).to_be_bytes()
}

/// The id of account `number`.
pub const fn account_id(number: u64) -> AccountId {
    AccountId::from_bytes(bytes(number))
}

/// The id of subject `number`.
pub const fn subject_id(number: u64) -> SubjectId {
    SubjectId::from_bytes(bytes(number))
}

/// The id of record `number`.
pub const fn record_id(number: u64) -> RecordId {
    RecordId::from_bytes(bytes(number))
}

/// The id of erasure `number`.
pub const fn erasure_id(number: u64) -> ErasureId {
    ErasureId::from_bytes(bytes(number))
}

/// The id of choice `number`.
pub const fn choice_id(number: u64) -> ChoiceId {
    ChoiceId::from_bytes(bytes(number))
}

/// Incident `number` of account 1.
pub fn incident(number: u64) -> Incident {
    Incident {
        id: IncidentId::from_bytes(bytes(number)),
        account: account_id(1),
        version: 1,
        opened_at: time(3),
        aware_at: time(2),
        state: State::Open(Open::default()),
        report: b"sealed".to_vec(),
        entry: None,
    }
}

/// An event of an account about person `number`, at that second.
pub fn event(account: u64, number: u32) -> NewEvent {
    NewEvent {
        account: account_id(account),
        kind: EventKind::SubjectErased,
        at: time(number.into()),
        facts: Facts { subject: Some(subject_id(number.into())), version: Some(number), ..Facts::default() },
    }
}

/// The name of the first event of an entry in bundle `number`.
pub const fn event_id(number: u64) -> EventId {
    EventId { entry: EntryId { bundle: number, position: 0 }, ordinal: 0 }
}

/// Webhook `number` of an account, for all that happens.
pub fn webhook(account: u64, number: u64) -> Webhook {
    Webhook {
        id: WebhookId::from_bytes(bytes(number)),
        account: account_id(account),
        url: "https://example.com/hook".to_owned(),
        kinds: vec![EventKind::SubjectErased],
        created_at: time(0),
        secret: Sealed(vec![0, 1, 255]),
        former: None,
        state: WebhookState::Active,
        from: Place::default(),
        delivered: None,
        failures: 0,
        failing_since: None,
        due_at: time(0),
        last: None,
        version: 1,
    }
}

/// A moment, `second` seconds after an arbitrary one, with microseconds that an engine must keep.
pub fn time(second: i64) -> Timestamp {
    Timestamp::from_microsecond((1_800_000_000 + second) * 1_000_000 + 123_457).unwrap()
}

/// Account `number`, a Client's.
pub fn account(number: u64) -> Account {
    Account {
        id: account_id(number),
        kind: AccountKind::Client,
        name: format!("Client {number}"),
        created_at: time(0),
        accepted_policy: None,
        accepted_at: None,
        contact: None,
        state: AccountState::Active,
    }
}

/// API key `number` of account 1.
pub fn api_key(number: u64) -> ApiKey {
    ApiKey {
        id: KeyId::from_bytes(bytes(number)),
        account: account_id(1),
        name: "server".to_owned(),
        scopes: vec![Scope::DataRead, Scope::AuditRead],
        secret_hash: [7; 32],
        created_at: time(1),
        expires_at: Some(time(2)),
        revoked_at: None,
        used_at: None,
    }
}

/// Version `number` of the policy of an account.
pub fn policy(account: u64, number: u32) -> PolicyVersion {
    let source = format!("version {number} of {account}");
    let because = number.is_multiple_of(2).then(|| "a court ordered it".to_owned());
    PolicyVersion { account: account_id(account), number, source, published_at: time(number.into()), because }
}

/// Subject `number` of account 1, alive.
pub fn subject(number: u64) -> Subject {
    Subject {
        id: subject_id(number),
        account: account_id(1),
        role: "customer".to_owned(),
        state: SubjectState::Active,
        version: 1,
        created_at: time(0),
        region: Some("DE".to_owned()),
        age: Known::AtLeast(16),
        choices: Standing::default(),
        freezes: Freezes::default(),
        triggers: Triggers::default(),
    }
}

/// Record `number` of a subject, of type `order` and class `books`, without end.
pub fn record(subject: u64, number: u64) -> Record {
    Record {
        id: record_id(number),
        subject: subject_id(subject),
        account: account_id(1),
        record_type: "order".to_owned(),
        version: 1,
        created_at: time(0),
        changed_at: time(0),
        class: "books".to_owned(),
        metadata: metadata(None),
        fields: vec![SealedField { name: "email".to_owned(), version: 1, sealed: vec![0, 1, 255] }],
    }
}

/// The same, ending at `second`.
pub fn ending(subject: u64, number: u64, second: i64) -> Record {
    Record { metadata: metadata(Some(second)), ..record(subject, number) }
}

/// The same, collected for other purposes.
pub fn collected_for(subject: u64, number: u64, purposes: &[&str]) -> Record {
    let collected_for = purposes.iter().map(|purpose| (*purpose).to_owned()).collect();
    Record { metadata: Metadata { collected_for, ..metadata(None) }, ..record(subject, number) }
}

/// Metadata with something in every list, of a record that ends at a second, or does not.
pub fn metadata(second: Option<i64>) -> Metadata {
    Metadata {
        version: 1,
        collected_for: vec!["orders".to_owned(), "support".to_owned()],
        expires_at: second.map(time),
        ends_by: None,
        source: Source::ThirdParty,
        shared_with: vec!["a \"quoted\" name".to_owned()],
        objections: vec!["marketing".to_owned()],
        automated: vec!["support".to_owned(), "scoring".to_owned()],
        flags: Vec::new(),
    }
}

/// The binding of a class of a subject to a slot.
pub fn binding(subject: u64, class: &str, slot: u64) -> KeyBinding {
    KeyBinding { subject: subject_id(subject), class: class.to_owned(), slot: SlotNumber(slot) }
}

/// The deletion of the key in a slot.
pub fn deletion(slot: SlotNumber) -> Deletion {
    let (account, subject, class) = (account_id(1), subject_id(1), "books".to_owned());
    Deletion { at: time(9), account, subject, class, slot, lives_in: None, erasure: None }
}

/// The deletion of a record.
pub fn removal(record: u64) -> Removal {
    let (account, subject, record) = (account_id(1), subject_id(1), record_id(record));
    Removal { at: time(9), account, subject, record, stays: false }
}

/// The index row of a value, told apart by its tag, in a record.
pub const fn index_row(tag: u8, subject: u64, record: u64) -> IndexRow {
    IndexRow { tag: [tag; 32], record: record_id(record), subject: subject_id(subject) }
}

/// An idempotency key.
pub fn replay(key: u8, second: i64) -> Replay {
    Replay { key: [key; 32], body: [8; 32], result: bytes(77), at: time(second), entry: None }
}

/// An entry about a subject, or about nobody, told apart by its number.
pub fn entry(subject: Option<u64>, number: u64) -> PendingEntry {
    PendingEntry {
        subject: subject.map(subject_id),
        leaf: leaf(number),
        nonce: bytes(number),
        sealed: format!("detail {number}").into_bytes(),
    }
}

/// The leaf of entry `number`; one in seven is empty, for an engine must not confuse nothing with the end.
pub fn leaf(number: u64) -> Vec<u8> {
    if number % 7 == 6 { Vec::new() } else { format!("leaf {number}").into_bytes() }
}

/// The beginning of the erasure of a subject, under the same number.
pub fn erasure(number: u64) -> Erasure {
    Erasure {
        id: erasure_id(number),
        subject: subject_id(number),
        account: account_id(1),
        state: ErasureState::Inaccessible { at: time(3), kept: vec![kept()] },
    }
}

/// The same erasure once its keys are destroyed.
pub fn shredded(number: u64) -> Erasure {
    Erasure { state: ErasureState::Shredded(certificate(number)), ..erasure(number) }
}

/// The certificate of erasure `number`.
pub fn certificate(number: u64) -> Certificate {
    Certificate {
        erasure: erasure_id(number),
        subject: Some(subject_id(number)),
        account: account_id(1),
        inaccessible_at: time(3),
        shredded_at: time(4),
        irrecoverable_by: time(5),
        keys_destroyed: 2,
        kept: vec![kept()],
        clause: 8,
        entry: None,
        detail: "{\"a\": \"b\"}".to_owned(),
        leaf_key: "ab".repeat(32),
    }
}

fn kept() -> Kept {
    Kept {
        record_type: "order".to_owned(),
        class: "books".to_owned(),
        records: 3,
        exception: "tax".to_owned(),
        ground: "the law".to_owned(),
        until: Some(time(8)),
        determined: None,
    }
}

/// The changes that add a living subject and records of it.
pub fn with_records(number: u64, records: impl IntoIterator<Item = Record>) -> Vec<Change> {
    let mut changes = vec![Change::AddSubject(subject(number))];
    changes.extend(records.into_iter().map(Change::AddRecord));
    changes
}

/// Which entries were found.
pub fn names(found: &[SubjectEntry]) -> Vec<EntryId> {
    found.iter().map(|found| found.entry).collect()
}
