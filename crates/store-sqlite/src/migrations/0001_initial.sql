-- The embedded data store. Every column is an id, a time, a count, a word of a closed vocabulary, or sealed.
-- Times are microseconds since the Unix epoch. docs/formats.md describes the sealed columns byte by byte.

CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    accepted_policy INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE account_key (
    account_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (account_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_version (
    account_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    source TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    role TEXT NOT NULL,
    state INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    region TEXT,
    age INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_by_account ON subject (account_id, id);

CREATE TABLE subject_key (
    subject_id BLOB NOT NULL,
    class TEXT NOT NULL,
    slot INTEGER NOT NULL,
    PRIMARY KEY (subject_id, class)
) STRICT, WITHOUT ROWID;

-- Slots of the key store that no binding names and that must be destroyed, whatever happens meanwhile.
CREATE TABLE condemned_slot (
    slot INTEGER PRIMARY KEY,
    account_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    class TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE record (
    id BLOB PRIMARY KEY,
    subject_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    record_type TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    expires_at INTEGER,
    collected_for TEXT NOT NULL,
    source TEXT NOT NULL,
    shared_with TEXT NOT NULL,
    class TEXT NOT NULL,
    fields BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX record_by_subject ON record (subject_id, id);
CREATE INDEX record_by_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;

-- How many records a subject has of each type, kept with every change: an erasure must not count rows.
CREATE TABLE holding (
    subject_id BLOB NOT NULL,
    record_type TEXT NOT NULL,
    class TEXT NOT NULL,
    records INTEGER NOT NULL,
    last_expiry INTEGER,
    PRIMARY KEY (subject_id, record_type, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE blind_index (
    account_id BLOB NOT NULL,
    tag BLOB NOT NULL,
    record_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    PRIMARY KEY (account_id, tag, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blind_index_by_record ON blind_index (record_id);

CREATE TABLE replay (
    key BLOB PRIMARY KEY,
    body BLOB NOT NULL,
    result BLOB NOT NULL,
    at INTEGER NOT NULL,
    bundle INTEGER,
    position INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_by_time ON replay (at);

CREATE TABLE erasure (
    id BLOB PRIMARY KEY,
    subject_id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    inaccessible_at INTEGER NOT NULL,
    kept TEXT NOT NULL,
    certificate TEXT,
    bundle INTEGER,
    position INTEGER,
    purged_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_unfinished ON erasure (id) WHERE purged_at IS NULL;

CREATE TABLE audit_bundle (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    first_index INTEGER,
    entries INTEGER NOT NULL,
    leaves BLOB NOT NULL,
    details BLOB NOT NULL
) STRICT;
CREATE INDEX audit_bundle_unsequenced ON audit_bundle (number) WHERE first_index IS NULL;
CREATE INDEX audit_bundle_by_index ON audit_bundle (first_index) WHERE first_index IS NOT NULL;

-- Who an entry is about: private, and dies with the person.
CREATE TABLE subject_entry (
    subject_id BLOB NOT NULL,
    bundle INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (subject_id, bundle, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,
    size INTEGER NOT NULL,
    checkpoint TEXT NOT NULL
) STRICT;
INSERT INTO log_state VALUES (1, 0, 0, '');

CREATE TABLE log_tile (
    level INTEGER NOT NULL,
    tile_index INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, tile_index)
) STRICT, WITHOUT ROWID;
