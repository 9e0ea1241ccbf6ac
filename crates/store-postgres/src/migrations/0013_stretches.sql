-- Visitors who are recognised and have visits that are over, counted through, so that a set of them is short.
CREATE TABLE visitor (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    number BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (account_id, site, number, bucket),
    UNIQUE (account_id, site, ordinal, bucket)
);
COMMENT ON TABLE visitor IS 'by bucket';
INSERT INTO visitor (bucket, account_id, site, number, ordinal)
    SELECT bucket, account_id, site, visitor, row_number() OVER (PARTITION BY bucket, account_id, site) - 1
    FROM (SELECT DISTINCT bucket, account_id, site, visitor FROM visit WHERE is_recognised) AS known;
-- Their figures had numbers where there are ordinals now.
UPDATE visit_day SET is_tallied = false WHERE version > 0;

-- What a stretch of days adds up to, by dimension; none of a stretch of which a day was added up since.
CREATE TABLE stretch_tally (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    dimension TEXT NOT NULL,
    stretch INTEGER NOT NULL,
    facts BYTEA NOT NULL,
    PRIMARY KEY (account_id, site, dimension, stretch, bucket)
);
COMMENT ON TABLE stretch_tally IS 'by bucket';
