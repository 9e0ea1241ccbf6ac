-- What other systems of an account learn. `log_index` is the place of the entry that an event was committed with, and is
-- known once that has one; until then nobody sees the event. `facts` is JSON without personal data.
CREATE TABLE event (
    bucket INTEGER NOT NULL,
    bundle BIGINT NOT NULL,
    position INTEGER NOT NULL,
    ordinal BIGINT NOT NULL,
    account_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    facts TEXT NOT NULL,
    log_index BIGINT,
    PRIMARY KEY (bundle, position, ordinal, bucket)
);
COMMENT ON TABLE event IS 'by bucket';
CREATE INDEX event_in_order ON event (account_id, log_index, ordinal) WHERE log_index IS NOT NULL;
CREATE INDEX event_waiting ON event (bundle) WHERE log_index IS NULL;
CREATE INDEX event_by_age ON event (at);
