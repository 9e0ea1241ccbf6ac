-- What other systems of an account learn. `log_index` is the place of the entry that an event was committed with, and is
-- known once that has one; until then nobody sees the event. `facts` is JSON without personal data.

CREATE TABLE event (
    bundle INTEGER NOT NULL,
    position INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    account_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    log_index INTEGER,
    PRIMARY KEY (bundle, position, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_in_order ON event (account_id, log_index, ordinal) WHERE log_index IS NOT NULL;
CREATE INDEX event_waiting ON event (bundle) WHERE log_index IS NULL;
CREATE INDEX event_by_age ON event (at);
