-- Hits, until their visit is over. What says whose one is, is sealed in its facts. All of visits lies where its account does.
CREATE TABLE hit (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    is_recognised BOOLEAN NOT NULL,
    visitor BIGINT NOT NULL,
    at BIGINT NOT NULL,
    facts BYTEA NOT NULL
);
COMMENT ON TABLE hit IS 'by bucket';
CREATE INDEX hit_of_visitor ON hit (account_id, site, is_recognised, visitor, at);

-- Visits that are over, until their time is.
CREATE TABLE visit (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    is_recognised BOOLEAN NOT NULL,
    visitor BIGINT NOT NULL,
    facts BYTEA NOT NULL
);
COMMENT ON TABLE visit IS 'by bucket';
CREATE INDEX visit_of_day ON visit (account_id, site, day);
CREATE INDEX visit_of_visitor ON visit (account_id, site, visitor) WHERE is_recognised;

-- Days with visits: whether their figures are those of their visits.
CREATE TABLE visit_day (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    version BIGINT NOT NULL,
    is_tallied BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, site, day, bucket)
);
COMMENT ON TABLE visit_day IS 'by bucket';
CREATE INDEX visit_day_untallied ON visit_day (day) WHERE NOT is_tallied;

-- What a day adds up to, by dimension.
CREATE TABLE tally (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    dimension TEXT NOT NULL,
    day INTEGER NOT NULL,
    facts BYTEA NOT NULL,
    PRIMARY KEY (account_id, site, dimension, day, bucket)
);
COMMENT ON TABLE tally IS 'by bucket';

-- Why hits are missing.
CREATE TABLE dropped_hit (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    reason TEXT NOT NULL,
    hits BIGINT NOT NULL,
    PRIMARY KEY (account_id, site, day, reason, bucket)
);
COMMENT ON TABLE dropped_hit IS 'by bucket';
