-- The key store: wrapped subject keys, which mean nothing without the account's keys. It may stand in a database of
-- its own, with backups of its own.

CREATE TABLE key_store_header (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    header TEXT NOT NULL
);
COMMENT ON TABLE key_store_header IS 'everywhere';

-- The next slot to reserve. Numbers that were reserved and never filled are never reserved again.
CREATE TABLE key_slot_next (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    slot BIGINT NOT NULL
);
COMMENT ON TABLE key_slot_next IS 'everywhere';
INSERT INTO key_slot_next VALUES (1, 1);

-- `image` is the wrapped key with a sum over slot and key; nothing once the key is destroyed.
CREATE TABLE key_slot (
    slot BIGINT PRIMARY KEY,
    image BYTEA
) WITH (fillfactor = 90);
COMMENT ON TABLE key_slot IS 'by slot';

CREATE TABLE deletion_journal (
    sequence BIGINT PRIMARY KEY,
    line TEXT NOT NULL
);
COMMENT ON TABLE deletion_journal IS 'everywhere';
